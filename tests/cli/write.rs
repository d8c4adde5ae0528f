#![cfg(unix)]

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use crate::support::project::{Project, Ran};

const RUN: &[&str] = &["run", "--provider", "offline", "--no-report"];
const SOURCE: &str = "def f(): pass\n";

/// A file that grows from 30 to 60 thousand bytes.
fn large_source() -> String {
    let functions = (0..500).map(|n| format!("def function_{n}(argument):\n    return {n}\n\n\n"));
    functions.collect()
}

#[expect(clippy::print_stderr, reason = "a test that proves nothing says so")]
fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}

/// Whether a test that only a superuser can make is to run.
fn is_superuser(project: &Project) -> bool {
    let is_superuser = chown(project.path("app.py"), Some(0), None).is_ok();
    if !is_superuser {
        skipped("only a superuser can give files to others");
    }
    is_superuser
}

#[test]
fn a_full_disk_leaves_the_file_whole() {
    let project = Project::with(&large_source()).file("other.py", SOURCE);
    let script = "mkdir full && mount -t tmpfs -o size=64k none full && cp app.py full \
        && rm app.py || exit 77\n\
        \"$@\"\necho $? > status\nls -A full > left\ncp full/app.py after.py";
    let namespace = ["unshare", "--map-root-user", "--mount", "sh", "-c", script];
    let docgen = project.command(RUN);
    let mut command = Command::new(namespace[0]);
    command.args(&namespace[1..]).arg("sh");
    command.arg(docgen.get_program()).args(docgen.get_args());
    command.current_dir(project.path(""));
    let output = command.output();
    if !project.path("status").exists() {
        skipped(&format!("no file system can be mounted here: {output:?}"));
        return;
    }
    let ran = Ran::from(output.unwrap())
        .says("full/app.py: cannot be written: No space left on device")
        .says("Documented 2 definitions in 1 of 2 files, 501 failed");
    assert_eq!(project.read("status"), "1\n", "{}", ran.stderr);
    assert_eq!(project.read("left"), "app.py\n", "nothing else is left");
    assert!(project.read("after.py") == large_source());
    assert!(project.read("other.py").contains("\"\"\""));
}

/// Runs docgen where no file may be larger than a few kilobytes.
fn limited(project: &Project, arguments: &[&str]) -> Ran {
    let docgen = project.command(arguments);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$@\"", "sh"]);
    command.arg(docgen.get_program()).args(docgen.get_args());
    command.current_dir(project.path(""));
    Ran::from(command.output().unwrap())
}

#[test]
fn a_report_that_cannot_be_written_leaves_the_old_one() {
    let project = Project::with(&large_source()).file("docgen-report.md", "old");
    limited(&project, &["run", "--provider", "offline"])
        .exits(2)
        .says("File too large")
        .says("--no-report");
    assert_eq!(project.read("docgen-report.md"), "old");
    assert_eq!(files(&project), 2, "no temporary file is left");
}

/// How many files there are besides docgen's own.
fn files(project: &Project) -> usize {
    let is_own = |path: &Path| path.iter().any(|part| part == ".docgen");
    let all = project.snapshot("");
    all.keys().filter(|path| !is_own(path)).count()
}

#[test]
fn a_file_that_may_not_grow_is_left_whole() {
    let project = Project::with(&large_source()).file("other.py", SOURCE);
    let ran = limited(&project, RUN).exits(1);
    ran.says("app.py: cannot be written: File too large");
    assert!(project.read("app.py") == large_source());
    assert!(project.read("other.py").contains("\"\"\""));
    assert_eq!(files(&project), 2, "no temporary file is left");
}

#[test]
fn a_file_of_another_user_stays_theirs() {
    let project = Project::with(SOURCE);
    if !is_superuser(&project) {
        return;
    }
    let path = project.path("app.py");
    chown(&path, Some(4321), Some(8765)).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o2640)).unwrap();
    project.docgen(RUN).exits(0);
    let now = std::fs::metadata(&path).unwrap();
    assert_eq!((now.uid(), now.gid()), (4321, 8765));
    assert_eq!(now.mode() & 0o7777, 0o2640);
    assert!(project.read("app.py").contains("\"\"\""));
}

#[test]
fn a_user_replaces_what_they_may_write_and_nothing_else() {
    let project = Project::with(SOURCE)
        .file("shared.py", SOURCE)
        .file("theirs.py", SOURCE)
        .file("locked/app.py", SOURCE);
    if !is_superuser(&project) {
        return;
    }
    chown(project.path(""), Some(4321), Some(4321)).unwrap();
    for (name, mode) in [
        ("shared.py", 0o666),
        ("theirs.py", 0o644),
        ("locked/app.py", 0o666),
    ] {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(project.path(name), permissions).unwrap();
    }
    std::fs::remove_file(project.path("app.py")).unwrap();
    let mut command = project.command(RUN);
    let Ok(output) = command.uid(4321).gid(4321).output() else {
        skipped("other users may not run the binary");
        return;
    };
    Ran::from(output)
        .exits(1)
        .says("theirs.py:1: f failed: the file is read-only; left as it is")
        .says("locked/app.py:1: f failed: the file is in a folder that may not be written to");
    assert_eq!(project.read("locked/app.py"), SOURCE);
    assert_eq!(project.read("theirs.py"), SOURCE);
    assert!(project.read("shared.py").contains("\"\"\""));
    let now = std::fs::metadata(project.path("shared.py")).unwrap();
    assert_eq!((now.uid(), now.mode() & 0o7777), (4321, 0o666));
}

#[test]
fn a_file_with_several_names_is_left_alone() {
    let project = Project::with(SOURCE).file("other.py", SOURCE);
    std::fs::hard_link(project.path("app.py"), project.path("twin.txt")).unwrap();
    project.docgen(RUN).exits(1).says("has 2 hard links");
    assert_eq!(project.read("app.py"), SOURCE);
    assert_eq!(project.read("twin.txt"), SOURCE);
    assert!(project.read("other.py").contains("\"\"\""));
}

#[test]
fn a_linked_folder_does_not_lead_out_of_the_project() {
    let outside = Project::with(SOURCE);
    let project = Project::with(SOURCE)
        .file("docgen.toml", "")
        .file("pkg/a.py", SOURCE);
    symlink(outside.path(""), project.path("linked")).unwrap();
    symlink("pkg", project.path("inside")).unwrap();
    for path in ["linked/app.py", "linked", "pkg/../linked/app.py"] {
        let ran = project.docgen(&[RUN, &[path]].concat()).exits(1);
        ran.says("leads outside of");
    }
    assert_eq!(outside.read("app.py"), SOURCE);
    project.docgen(&[RUN, &["inside/a.py"]].concat()).exits(0);
    assert!(project.read("pkg/a.py").contains("\"\"\""));
}
