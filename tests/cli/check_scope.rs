//! Which files and findings a check is about: git, standard input, the baseline.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::project::{Project, Ran};

const UNDOCUMENTED: &str = "def f(x):\n    return x\n";

fn git(project: &Project, arguments: &[&str]) {
    let mut command = std::process::Command::new("git");
    command
        .current_dir(project.path(""))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args(["-c", "init.defaultBranch=main"])
        .args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
}

/// A repository with three committed files without docstrings.
fn repository() -> Project {
    let project = Project::new()
        .file("old.py", UNDOCUMENTED)
        .file("pkg/changed.py", UNDOCUMENTED)
        .file("gone.py", UNDOCUMENTED);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "one"]);
    project
}

fn files(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let mut files: Vec<String> = json["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap().to_owned())
        .collect();
    files.dedup();
    files
}

#[test]
fn since_takes_what_changed_on_the_branch_and_what_is_new() {
    let project = repository();
    git(&project, &["checkout", "-qb", "topic"]);
    std::fs::write(project.path("pkg/changed.py"), "def g(): pass\n").unwrap();
    git(&project, &["commit", "-qam", "two"]);
    std::fs::remove_file(project.path("gone.py")).unwrap();
    let project = project.file("new folder/neu ü.py", UNDOCUMENTED);
    // What happens on the other branch meanwhile is not this one's.
    git(&project, &["checkout", "-q", "main"]);
    let project = project.file("other.py", UNDOCUMENTED);
    git(&project, &["add", "other.py"]);
    git(&project, &["commit", "-qm", "three"]);
    git(&project, &["checkout", "-q", "topic"]);

    let ran = project
        .docgen(&["check", "--since", "main", "--format", "json"])
        .exits(1);
    assert_eq!(files(&ran), ["new folder/neu ü.py", "pkg/changed.py"]);
    let ran = project
        .docgen(&["check", "--since", "main", "--format", "json", "pkg"])
        .exits(1);
    assert_eq!(files(&ran), ["pkg/changed.py"]);
    let ran = project
        .docgen(&["check", "--since", "HEAD", "old.py"])
        .exits(0);
    assert_eq!(ran.stderr, "no Python file has changed\n");
}

#[test]
fn staged_takes_the_index() {
    let project = repository().file("new.py", UNDOCUMENTED);
    std::fs::write(project.path("old.py"), "def g(): pass\n").unwrap();
    git(&project, &["add", "new.py"]);
    let ran = project
        .docgen(&["check", "--staged", "--format", "json"])
        .exits(1);
    assert_eq!(files(&ran), ["new.py"]);
    git(&project, &["mv", "old.py", "moved.py"]);
    let ran = project
        .docgen(&["check", "--staged", "--format", "json"])
        .exits(1);
    assert_eq!(files(&ran), ["moved.py", "new.py"]);
}

#[test]
fn run_is_narrowed_the_same_way() {
    let project = repository().file("new.py", UNDOCUMENTED);
    project
        .docgen(&[
            "run",
            "--since",
            "HEAD",
            "--provider",
            "offline",
            "--no-report",
        ])
        .exits(0);
    assert!(project.read("new.py").contains("\"\"\""));
    assert_eq!(project.read("old.py"), UNDOCUMENTED);
}

#[test]
fn git_that_cannot_tell_is_a_failure_with_advice() {
    let project = repository();
    project
        .docgen(&["check", "--since", "nowhere"])
        .exits(2)
        .says("git knows no revision `nowhere`");
    project.docgen(&["check", "--since", "--output=x"]).exits(2);
    Project::with(UNDOCUMENTED)
        .docgen(&["check", "--staged"])
        .exits(2)
        .says("is in no git repository");
}

fn piped(project: &Project, arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = project
        .command(arguments)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    Ran::from(child.wait_with_output().unwrap())
}

#[test]
fn standard_input_is_checked_under_the_name_it_is_given() {
    let project = Project::new().file("docgen.toml", "");
    let check = |arguments: &[&str], input: &str| {
        let arguments = [&["check", "--stdin-filename", "pkg/__init__.py"], arguments].concat();
        piped(&project, &arguments, input.as_bytes())
    };
    let ran = check(&[], "def f(): pass\n").exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    pkg/__init__.py:1:1: D104 Missing docstring in public package
    pkg/__init__.py:1:5: D103 Missing docstring in public function
    Found 2 missing docstrings.
    Coverage: 0.0% (0 of 2 documented, 1 file)
    ");
    assert!(
        check(&["--format", "full"], "def f(): pass\n")
            .exits(1)
            .stdout
            .contains("def f(): pass")
    );
    check(&[], "def f(:\n").exits(1);
    check(&["--force-exclude", "--exclude", "pkg"], "def f(): pass\n").exits(0);
    // The file of that name on disk is not what came through the pipe.
    let project = Project::with("text_on_disk = 1\n");
    let full = ["check", "--stdin-filename", "app.py", "--format", "full"];
    let ran = piped(&project, &full, b"\xff\xfe\0").exits(1);
    assert!(!ran.stdout.contains("on_disk"), "{}", ran.stdout);
}

#[test]
fn a_baseline_leaves_only_what_is_new() {
    let project = Project::with(UNDOCUMENTED).file("pkg/b.py", "def g(): pass\n");
    let baseline = ["--baseline", "base.json"];
    let check =
        |arguments: &[&str]| project.docgen(&[&["check"], &baseline[..], arguments].concat());
    check(&[]).exits(2).says("--update-baseline");
    check(&["--update-baseline"]).exits(0);
    let recorded = project.read("base.json");
    insta::assert_snapshot!(check(&[]).exits(0).stdout, @"
    4 findings in the baseline are left out.
    Coverage: 0.0% (0 of 4 documented, 2 files)
    ");

    // Lines move, and nothing comes back; a new definition is new.
    std::fs::write(
        project.path("app.py"),
        format!("import os\n\n\n{UNDOCUMENTED}\n\ndef new(): pass\n"),
    )
    .unwrap();
    let ran = check(&[]).exits(1);
    assert!(
        ran.stdout.contains("app.py:8:5: D103") && ran.stdout.contains("Found 1 missing"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        project.read("base.json"),
        recorded,
        "only rewritten when asked"
    );

    // A part of the tree never shrinks it, and from another folder it means the same.
    check(&["--update-baseline", "app.py"]).exits(0);
    check(&[]).exits(0);
    let mut elsewhere = project.command(&["check", "--baseline", "../base.json", "."]);
    elsewhere.current_dir(project.path("pkg"));
    Ran::from(elsewhere.output().unwrap()).exits(0);

    // A file that is gone goes; one that cannot be read always fails.
    std::fs::remove_file(project.path("pkg/b.py")).unwrap();
    check(&["--update-baseline"]).exits(0);
    assert!(!project.read("base.json").contains("b.py"));
    std::fs::write(project.path("app.py"), "def f(:\n").unwrap();
    check(&["--update-baseline"]).exits(1);
    std::fs::write(project.path("base.json"), "{}").unwrap();
    check(&[]).exits(2).says("is not a baseline");
}
