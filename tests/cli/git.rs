//! `--since` and `--staged` in every kind of repository.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::project::{Project, Ran};

const UNDOCUMENTED: &str = "def f(x):\n    return x\n";
const CHANGED: &str = "def g(x):\n    return x\n";

/// A command that reads none of the user's own configuration.
fn isolated(command: &mut Command) -> &mut Command {
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
}

fn git_output(folder: &Path, arguments: &[&str]) -> Output {
    isolated(&mut Command::new("git"))
        .current_dir(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
        .args([
            "-c",
            "init.defaultBranch=main",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(["-c", "advice.detachedHead=false"])
        .args(arguments)
        .output()
        .unwrap()
}

#[track_caller]
fn git_in(folder: &Path, arguments: &[&str]) {
    let output = git_output(folder, arguments);
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
}

/// Makes `folder` of the project a repository in which everything is committed.
fn commit_all(project: &Project, folder: &str) {
    let folder = project.path(folder);
    git_in(&folder, &["init", "-q"]);
    git_in(&folder, &["add", "."]);
    git_in(&folder, &["commit", "-qm", "one"]);
}

fn repository() -> Project {
    let project = Project::new()
        .file("old.py", UNDOCUMENTED)
        .file("pkg/other.py", UNDOCUMENTED);
    commit_all(&project, "");
    project
}

/// The files with findings.
#[track_caller]
fn files(ran: &Ran) -> Vec<String> {
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
    let json = ran.json();
    let found = json["diagnostics"].as_array().unwrap().iter();
    let mut files: Vec<String> = found
        .map(|one| one["path"].as_str().unwrap().to_owned())
        .collect();
    files.dedup();
    files
}

fn check_with(
    project: &Project,
    folder: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Ran {
    let arguments = [&["check", "--format", "json"], arguments].concat();
    let mut command = project.command(&arguments);
    isolated(&mut command)
        .current_dir(project.path(folder))
        .envs(variables.iter().copied());
    Ran::from(command.output().unwrap())
}

fn check_in(project: &Project, folder: &str, arguments: &[&str]) -> Ran {
    check_with(project, folder, arguments, &[])
}

fn check(project: &Project, arguments: &[&str]) -> Ran {
    check_in(project, "", arguments)
}

fn write(project: &Project, path: &str, text: &str) {
    std::fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
    std::fs::write(project.path(path), text).unwrap();
}

#[test]
fn without_git_or_commits_it_is_said() {
    let project = Project::with(UNDOCUMENTED);
    check(&project, &["--staged"])
        .exits(2)
        .says("is in no git repository");
    git_in(&project.path(""), &["init", "-q"]);
    check(&project, &["--since", "HEAD"])
        .exits(2)
        .says("has no commit yet")
        .says("`--staged`");
    git_in(&project.path(""), &["add", "app.py"]);
    assert_eq!(files(&check(&project, &["--staged"])), ["app.py"]);
    let empty = project.path("nothing");
    std::fs::create_dir(&empty).unwrap();
    check_with(
        &project,
        "",
        &["--staged"],
        &[("PATH", empty.to_str().unwrap())],
    )
    .exits(2)
    .says("`git` cannot be started")
    .says("install git");
}

#[test]
fn names_count_and_what_is_gone_does_not() {
    let project = repository();
    for name in ["renamed.py", "edited.py", "gone.py", "both.py"] {
        write(&project, name, &format!("{UNDOCUMENTED}# {name}\n"));
    }
    git_in(&project.path(""), &["add", "."]);
    git_in(&project.path(""), &["commit", "-qm", "two"]);
    git_in(&project.path(""), &["mv", "renamed.py", "pkg/renamed.py"]);
    git_in(&project.path(""), &["mv", "edited.py", "pkg/edited.py"]);
    write(&project, "pkg/edited.py", CHANGED);
    git_in(&project.path(""), &["rm", "-q", "gone.py"]);
    std::fs::remove_file(project.path("both.py")).unwrap();
    write(&project, "later.py", UNDOCUMENTED);
    git_in(&project.path(""), &["add", "-N", "later.py"]);
    let since = check(&project, &["--since", "HEAD"]);
    assert_eq!(
        files(&since),
        ["later.py", "pkg/edited.py", "pkg/renamed.py"]
    );
    // What is only intended to be added is not staged.
    let staged = check(&project, &["--staged"]);
    assert_eq!(files(&staged), ["pkg/edited.py", "pkg/renamed.py"]);
    assert!(
        staged
            .stderr
            .contains("changes that are not staged: `pkg/edited.py`\n"),
        "{staged:?}"
    );
    // Configuration does not change what is meant.
    for setting in [
        "diff.relative",
        "diff.noprefix",
        "diff.mnemonicPrefix",
        "diff.renames",
    ] {
        git_in(&project.path(""), &["config", setting, "true"]);
    }
    git_in(&project.path(""), &["config", "diff.external", "false"]);
    let arguments = ["--since", "HEAD", ".."];
    assert_eq!(
        files(&check_in(&project, "pkg", &arguments)),
        [
            &format!("{}/later.py", real(&project)),
            "edited.py",
            "renamed.py"
        ]
    );
}

/// The project's folder, as a process that stands in it sees it.
fn real(project: &Project) -> String {
    let real = project.path("").canonicalize().unwrap();
    real.to_str().unwrap().to_owned()
}

#[test]
fn a_detached_head_and_unmerged_files_are_no_obstacle() {
    let project = repository();
    let top = project.path("");
    git_in(&top, &["checkout", "-qb", "topic"]);
    write(&project, "old.py", CHANGED);
    git_in(&top, &["commit", "-qam", "two"]);
    git_in(&top, &["checkout", "-q", "main"]);
    write(&project, "old.py", "def h(x):\n    return x\n");
    git_in(&top, &["commit", "-qam", "three"]);
    git_in(&top, &["checkout", "-q", "--detach", "topic"]);
    assert_eq!(files(&check(&project, &["--since", "main"])), ["old.py"]);
    assert!(!git_output(&top, &["merge", "main"]).status.success());
    for arguments in [&["--since", "main"][..], &["--staged"]] {
        let ran = check(&project, arguments).exits(1);
        assert_eq!(ran.json()["diagnostics"][0]["code"], "E999", "{ran:?}");
    }
}

#[test]
fn a_linked_worktree_is_a_repository_of_its_own() {
    let project = Project::new().file("main/old.py", UNDOCUMENTED);
    commit_all(&project, "main");
    git_in(
        &project.path("main"),
        &["worktree", "add", "-q", "-b", "topic", "../linked"],
    );
    write(&project, "linked/old.py", CHANGED);
    write(&project, "linked/new.py", UNDOCUMENTED);
    let since = check_in(&project, "linked", &["--since", "main"]);
    assert_eq!(files(&since), ["new.py", "old.py"]);
    git_in(&project.path("linked"), &["add", "new.py"]);
    assert_eq!(
        files(&check_in(&project, "linked", &["--staged"])),
        ["new.py"]
    );
    assert!(files(&check_in(&project, "main", &["--staged"])).is_empty());
    // From elsewhere, by the path that is named.
    let named = check(&project, &["--staged", "linked"]);
    assert_eq!(files(&named), ["linked/new.py"]);
    let both = check(&project, &["--since", "main", "linked", "main"]);
    assert_eq!(files(&both), ["linked/new.py", "linked/old.py"]);
}

/// A project with the submodule `sub`, all committed.
fn with_submodule() -> Project {
    let project = Project::new()
        .file("library/a.py", UNDOCUMENTED)
        .file("library/b.py", UNDOCUMENTED)
        .file("app/old.py", UNDOCUMENTED);
    commit_all(&project, "library");
    commit_all(&project, "app");
    git_in(
        &project.path("app"),
        &["submodule", "--quiet", "add", "../library", "sub"],
    );
    git_in(&project.path("app"), &["commit", "-qm", "two"]);
    project
}

#[test]
fn a_submodule_is_looked_into() {
    let project = with_submodule();
    let (app, sub) = (project.path("app"), project.path("app/sub"));
    assert!(files(&check_in(&project, "app", &["--since", "HEAD"])).is_empty());
    // All of it is new to the commit before it was added.
    git_in(&app, &["branch", "before", "HEAD~1"]);
    assert_eq!(
        files(&check_in(&project, "app", &["--since", "before"])),
        ["sub/a.py", "sub/b.py"]
    );
    // Changed, new, and committed in it.
    write(&project, "app/sub/a.py", CHANGED);
    let since = |folder: &str| files(&check_in(&project, folder, &["--since", "HEAD"]));
    assert_eq!(since("app"), ["sub/a.py"]);
    assert_eq!(since("app/sub"), ["a.py"]);
    write(&project, "app/sub/c.py", UNDOCUMENTED);
    assert_eq!(since("app"), ["sub/a.py", "sub/c.py"]);
    git_in(&sub, &["commit", "-qam", "in it"]);
    assert_eq!(since("app"), ["sub/a.py", "sub/c.py"]);
    assert_eq!(since("app/sub"), ["c.py"]);
    // Staged is what the next commit takes: the submodule's commits, and not its files.
    let staged = || files(&check_in(&project, "app", &["--staged"]));
    assert!(staged().is_empty());
    git_in(&app, &["add", "sub"]);
    assert_eq!(staged(), ["sub/a.py"]);
    // Whatever the user has configured.
    git_in(&app, &["config", "submodule.sub.ignore", "all"]);
    git_in(&app, &["config", "diff.ignoreSubmodules", "all"]);
    assert_eq!(since("app"), ["sub/a.py", "sub/c.py"]);
    // A hook's variables speak of the repository around it.
    let git_dir = app.join(".git");
    let variables = [
        ("GIT_DIR", git_dir.to_str().unwrap()),
        ("GIT_INDEX_FILE", ".git/index"),
    ];
    let hooked = check_with(&project, "app", &["--since", "HEAD"], &variables);
    assert_eq!(files(&hooked), ["sub/a.py", "sub/c.py"]);
    // One that is not checked out has no files.
    git_in(&app, &["commit", "-qm", "three"]);
    git_in(&app, &["submodule", "--quiet", "deinit", "-f", "sub"]);
    let ran = check_in(&project, "app", &["--since", "before"]);
    assert!(files(&ran).is_empty());
}

#[test]
fn a_repository_that_git_does_not_know_is_all_new() {
    let project = repository().file("inner/a.py", UNDOCUMENTED);
    commit_all(&project, "inner");
    assert_eq!(
        files(&check(&project, &["--since", "HEAD"])),
        ["inner/a.py"]
    );
    // Asked about by itself it has not changed.
    assert!(files(&check(&project, &["--since", "HEAD", "inner"])).is_empty());
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let project = Project::new().file("far/old.py", UNDOCUMENTED);
    commit_all(&project, "far");
    let far = project.path("far");
    git_in(&far, &["tag", "v1"]);
    git_in(&far, &["checkout", "-qb", "topic"]);
    write(&project, "far/topic.py", UNDOCUMENTED);
    git_in(&far, &["add", "."]);
    git_in(&far, &["commit", "-qm", "two"]);
    git_in(&far, &["checkout", "-q", "main"]);
    write(&project, "far/main.py", UNDOCUMENTED);
    git_in(&far, &["add", "."]);
    git_in(&far, &["commit", "-qm", "three"]);
    let address = format!("file://{}", far.display());
    git_in(
        &project.path(""),
        &[
            "clone", "-q", "--depth", "1", "--branch", "topic", &address, "near",
        ],
    );
    check_in(&project, "near", &["--since", "v1"])
        .exits(2)
        .says("git knows no revision `v1`")
        .says("the clone is shallow")
        .says("fetch-depth: 0");
    assert!(files(&check_in(&project, "near", &["--since", "HEAD"])).is_empty());
    // Both tips are there, and not where they parted.
    let near = project.path("near");
    git_in(
        &near,
        &[
            "fetch",
            "-q",
            "--depth",
            "1",
            "origin",
            "main:refs/remotes/origin/main",
        ],
    );
    let ran = check_in(&project, "near", &["--since", "origin/main"]);
    assert_eq!(files(&ran), ["topic.py"]);
    assert!(
        ran.stderr
            .contains("where the branch left `origin/main` is not known"),
        "{ran:?}"
    );
    git_in(&near, &["fetch", "-q", "--unshallow"]);
    let ran = check_in(&project, "near", &["--since", "origin/main"]);
    assert_eq!(
        (files(&ran), ran.stderr.as_str()),
        (vec!["topic.py".to_owned()], "")
    );
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_gone() {
    let project = repository();
    git_in(
        &project.path(""),
        &["sparse-checkout", "set", "--no-cone", "/*.py"],
    );
    assert!(!project.path("pkg").exists());
    write(&project, "old.py", CHANGED);
    assert_eq!(files(&check(&project, &["--since", "HEAD"])), ["old.py"]);
    assert!(files(&check(&project, &["--staged"])).is_empty());
}

#[cfg(unix)]
#[test]
fn strange_names_and_links_are_found() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;

    let project = repository();
    let names: [&[u8]; 5] = [
        b"line\nend.py",
        b"not utf \xff.py",
        b"\"quoted\".py",
        b":(top)x.py",
        b"-dash.py",
    ];
    for name in names {
        std::fs::write(
            project.path("pkg").join(OsStr::from_bytes(name)),
            UNDOCUMENTED,
        )
        .unwrap();
    }
    assert_eq!(
        files(&check(&project, &["--since", "HEAD"])).len(),
        names.len()
    );
    git_in(&project.path(""), &["add", "."]);
    assert_eq!(files(&check(&project, &["--staged"])).len(), names.len());
    git_in(&project.path(""), &["commit", "-qm", "two"]);
    // A file that is seen through a link, and a folder that is.
    std::fs::create_dir(project.path("links")).unwrap();
    symlink("../old.py", project.path("links/link.py")).unwrap();
    symlink("pkg", project.path("alias")).unwrap();
    write(&project, "old.py", CHANGED);
    write(&project, "pkg/other.py", CHANGED);
    assert_eq!(
        files(&check(&project, &["--since", "HEAD", "links"])),
        ["links/link.py"]
    );
    assert_eq!(
        files(&check(&project, &["--since", "HEAD", "alias"])),
        ["alias/other.py"]
    );
    // A file that was a link.
    git_in(&project.path(""), &["add", "."]);
    git_in(&project.path(""), &["commit", "-qm", "three"]);
    std::fs::remove_file(project.path("links/link.py")).unwrap();
    write(&project, "links/link.py", UNDOCUMENTED);
    assert_eq!(
        files(&check(&project, &["--since", "HEAD"])),
        ["links/link.py"]
    );
    git_in(&project.path(""), &["add", "."]);
    assert_eq!(files(&check(&project, &["--staged"])), ["links/link.py"]);
}

#[test]
fn paths_are_asked_about_where_they_are() {
    let project = Project::new()
        .file("one/a.py", UNDOCUMENTED)
        .file("two/b.py", UNDOCUMENTED)
        .file("loose.py", UNDOCUMENTED);
    commit_all(&project, "one");
    commit_all(&project, "two");
    write(&project, "two/b.py", CHANGED);
    let two = project.path("two");
    let ran = check_in(&project, "one", &["--since", "HEAD", two.to_str().unwrap()]);
    assert_eq!(files(&ran).len(), 1);
    assert_eq!(
        files(&check(&project, &["--since", "HEAD", "one", "two/b.py"])),
        ["two/b.py"]
    );
    check(&project, &["--since", "HEAD", "one", "loose.py"])
        .exits(2)
        .says("is in no git repository");
}

#[test]
fn the_variables_of_a_hook_are_understood() {
    let project = repository();
    let top = project.path("");
    write(&project, "old.py", CHANGED);
    let absolute = |path: &str| project.path(path).to_str().unwrap().to_owned();
    let (git_dir, all) = (absolute(".git"), absolute(""));
    // As `git commit -a` and `git commit FILE` do: the next commit has an index of its own.
    std::fs::copy(project.path(".git/index"), project.path(".git/next")).unwrap();
    let added = isolated(&mut Command::new("git"))
        .current_dir(&top)
        .args(["add", "old.py"])
        .env("GIT_INDEX_FILE", ".git/next")
        .status();
    assert!(added.unwrap().success());
    assert!(files(&check(&project, &["--staged"])).is_empty());
    let next = absolute(".git/next");
    for variables in [
        &[("GIT_INDEX_FILE", ".git/next")][..],
        &[("GIT_INDEX_FILE", next.as_str()), ("GIT_DIR", ".git")],
        &[
            ("GIT_INDEX_FILE", ".git/next"),
            ("GIT_DIR", ".git"),
            ("GIT_WORK_TREE", "."),
        ],
        &[
            ("GIT_INDEX_FILE", &next),
            ("GIT_DIR", &git_dir),
            ("GIT_PREFIX", "pkg/"),
        ],
        &[
            ("GIT_INDEX_FILE", &next),
            ("GIT_DIR", &git_dir),
            ("GIT_LITERAL_PATHSPECS", "1"),
        ],
    ] {
        let staged = |paths: &[&str]| {
            let ran = check_with(&project, "", &[&["--staged"], paths].concat(), variables);
            files(&ran)
        };
        assert_eq!(staged(&[]), ["old.py"], "{variables:?}");
        assert_eq!(staged(&["pkg", "old.py"]), ["old.py"], "{variables:?}");
        let ran = check_with(&project, "", &["--since", "HEAD", "pkg"], variables);
        assert!(files(&ran).is_empty(), "{variables:?}");
    }
    // From a folder below, relative to it.
    let variables = [
        ("GIT_DIR", "../.git"),
        ("GIT_WORK_TREE", ".."),
        ("GIT_INDEX_FILE", next.as_str()),
    ];
    let ran = check_with(&project, "pkg", &["--staged", ".."], &variables);
    assert_eq!(files(&ran).len(), 1, "{ran:?}");
    write(&project, "new.py", UNDOCUMENTED);
    let ran = check_with(&project, "pkg", &["--since", "HEAD", ".."], &variables);
    assert_eq!(files(&ran).len(), 2, "{ran:?}");
    // Another repository is not what they speak of.
    let elsewhere = Project::with(UNDOCUMENTED);
    let variables = [("GIT_DIR", git_dir.as_str()), ("GIT_WORK_TREE", &all)];
    let there = elsewhere.path("app.py");
    check_with(
        &project,
        "",
        &["--staged", there.to_str().unwrap()],
        &variables,
    )
    .exits(2)
    .says("the repository that the environment names");
}

#[cfg(unix)]
#[test]
fn a_real_hook_sees_what_is_committed() {
    use std::os::unix::fs::PermissionsExt as _;

    let project = repository();
    let hook = project.path(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let docgen = env!("CARGO_BIN_EXE_docgen");
    let script =
        format!("#!/bin/sh\nexec {docgen} check --staged --quiet --format concise >hook.out\n");
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    write(&project, "old.py", CHANGED);
    write(&project, "pkg/other.py", CHANGED);
    let commit = |folder: &str, arguments: &[&str]| {
        let arguments = [&["commit", "-m", "two"], arguments].concat();
        let output = git_output(&project.path(folder), &arguments);
        assert!(!output.status.success(), "{output:?}");
        let said = project.read("hook.out");
        let mut files: Vec<&str> = said
            .lines()
            .filter_map(|line| line.split(':').next())
            .collect();
        files.dedup();
        files.join(" ")
    };
    assert_eq!(commit("", &["-a"]), "old.py pkg/other.py");
    assert_eq!(commit("", &["--", "pkg/other.py"]), "pkg/other.py");
    assert_eq!(commit("pkg", &["--", "other.py"]), "pkg/other.py");
    git_in(&project.path(""), &["add", "old.py"]);
    assert_eq!(commit("pkg", &[]), "old.py");
}

const LEGACY: &str = "import os\n\n\ndef one(x):\n    return x\n\n\ndef two(x):\n    y = x\n    z = y\n    return z\n\n\n\
                      class Shelf:\n    size = 1\n\n    def put(self, x):\n        return x\n\n    def take(self):\n        return 1\n";

/// The names of what is missing, by `check` with these arguments.
#[track_caller]
fn missing(project: &Project, arguments: &[&str]) -> Vec<String> {
    let ran = check(project, arguments);
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
    let json = ran.json();
    let found = json["diagnostics"].as_array().unwrap().iter();
    found
        .map(|one| one["definition"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn of_a_changed_file_only_what_a_changed_line_is_in_counts() {
    const CHANGED_LINES: [&str; 3] = ["--since", "HEAD", "--changed-lines"];
    let project = Project::new().file("legacy.py", LEGACY);
    commit_all(&project, "");
    assert!(missing(&project, &CHANGED_LINES).is_empty());
    let edited = |from: &str, to: &str| {
        write(&project, "legacy.py", &LEGACY.replace(from, to));
        missing(&project, &CHANGED_LINES)
    };
    assert_eq!(edited("    z = y\n", "    z = y + 1\n"), ["two"]);
    // A line that is gone was in what stands around it.
    assert_eq!(edited("    z = y\n", ""), ["two"]);
    assert!(edited("\n\ndef two", "\n\n\ndef two").is_empty());
    assert!(edited("import os\n", "import sys\n").is_empty());
    assert_eq!(edited("size = 1", "size = 2"), ["Shelf"]);
    assert_eq!(
        edited("        return x\n", "        return -x\n"),
        ["Shelf.put"]
    );
    assert_eq!(
        edited("import os\n", "import os\n\n\ndef new():\n    return 1\n"),
        ["new"]
    );
    // A file that is new is new in every line, and one that was renamed only where it was edited.
    write(&project, "legacy.py", LEGACY);
    git_in(&project.path(""), &["mv", "legacy.py", "heritage.py"]);
    assert!(missing(&project, &CHANGED_LINES).is_empty());
    write(
        &project,
        "heritage.py",
        &LEGACY.replace("    return z", "    return -z"),
    );
    write(&project, "odd \"name\"\n.py", UNDOCUMENTED);
    assert_eq!(missing(&project, &CHANGED_LINES), ["two", "", "f"]);
    git_in(&project.path(""), &["add", "heritage.py"]);
    assert_eq!(missing(&project, &["--staged", "--changed-lines"]), ["two"]);
    // The whole file is still what it is.
    assert_eq!(missing(&project, &["heritage.py"]).len(), 6);
    project.docgen(&["check", "--changed-lines"]).exits(2);
}

#[test]
fn a_run_over_changed_lines_leaves_the_rest_alone() {
    let project = Project::new().file("legacy.py", LEGACY);
    commit_all(&project, "");
    project.docgen(&["run", "--provider", "offline", "--since", "HEAD"]);
    let edited = LEGACY.replace("    z = y\n", "    z = y + 1\n");
    write(&project, "legacy.py", &edited);
    let run = [
        "run",
        "--provider",
        "offline",
        "--since",
        "HEAD",
        "--changed-lines",
    ];
    let ran = project.docgen(&run).exits(0);
    assert!(
        ran.stderr
            .contains("Documented 1 definition in 1 of 1 file"),
        "{ran:?}"
    );
    let written = project.read("legacy.py");
    assert_eq!(written.matches("\"\"\"").count(), 2, "{written}");
    assert!(written.contains("def two(x):\n    \"\"\""), "{written}");
    // What is known of the file is known of all of it.
    project.docgen(&run).exits(0);
    assert_eq!(missing(&project, &["legacy.py"]).len(), 5);
    let plan = [
        "plan",
        "--since",
        "HEAD",
        "--changed-lines",
        "--format",
        "json",
    ];
    assert_eq!(project.docgen(&plan).exits(0).json()["definitions"], 0);
}
