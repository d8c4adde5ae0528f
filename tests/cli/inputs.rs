use crate::support::project::Project;

const RUN: &[&str] = &["run", "--provider", "offline"];

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let project = Project::new()
        .file("good.py", "def f(): pass\n")
        .file("bad.py", "def f(x):\n    return x\n\n\ndef g(:\n    pass\n")
        .bytes("bytes.py", b"x = 1\ny = '\xff'\n")
        .file("cookie.py", "# coding: klingon\n")
        .bytes("nul.py", b"x = 1\n\0\n")
        .file("empty.py", "")
        .file("blank.py", "\n");
    let ran = project.docgen(RUN).exits(1);
    assert!(project.read("good.py").contains("\"\"\""));
    assert_eq!(
        project.read("empty.py"),
        "\"\"\"Provide the empty module.\"\"\"\n"
    );
    assert_eq!(
        project.read("blank.py"),
        "\"\"\"Provide the blank module.\"\"\"\n"
    );
    let lines: Vec<&str> = ran
        .stderr
        .lines()
        .filter(|line| line.contains(": E9"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    bad.py:5:7: E999 Syntax error: Expected a parameter or the end of the parameter list
    bytes.py:2:6: E902 Cannot be decoded: byte 0xff is not valid utf-8
    cookie.py:1:1: E902 Cannot be decoded: unknown encoding `klingon` in the coding line
    nul.py:2:1: E902 Cannot be decoded: NUL byte
    ");
    assert!(project.read("docgen-report.md").contains("Syntax error"));
}

#[test]
fn a_path_that_is_not_there_is_named() {
    Project::new()
        .docgen(&["check", "nowhere"])
        .exits(2)
        .says("`nowhere` does not exist")
        .says("hint: ");
}

#[test]
fn a_folder_without_python_is_said_to_be_one() {
    let project = Project::new().file("docs/a.txt", "x");
    project
        .docgen(&["check", "docs"])
        .exits(0)
        .says("warning: no Python files found under `docs`");
    project
        .docgen(&[RUN, &["docs"]].concat())
        .exits(0)
        .says("no Python files found");
}

#[test]
#[cfg(unix)]
fn a_read_only_file_is_left_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::with("def f(): pass\n").file("other.py", "def g(): pass\n");
    std::fs::set_permissions(
        project.path("app.py"),
        std::fs::Permissions::from_mode(0o444),
    )
    .unwrap();
    project.docgen(RUN).exits(1).says("read-only");
    assert_eq!(project.read("app.py"), "def f(): pass\n");
    assert!(project.read("other.py").contains("\"\"\""));
    assert!(project.read("docgen-report.md").contains("read-only"));
}

#[test]
#[cfg(unix)]
fn an_unreadable_file_is_a_finding() {
    use std::os::unix::fs::PermissionsExt as _;
    // Permissions do not hold a superuser back, a dangling link does.
    let project = Project::with("\"\"\"Do.\"\"\"\n");
    std::os::unix::fs::symlink("nowhere.py", project.path("dangling.py")).unwrap();
    project
        .docgen(&["check", "dangling.py"])
        .exits(2)
        .says("does not exist");
    std::fs::set_permissions(
        project.path("app.py"),
        std::fs::Permissions::from_mode(0o000),
    )
    .unwrap();
    if std::fs::read(project.path("app.py")).is_err() {
        let ran = project.docgen(&["check", "."]).exits(1);
        assert!(ran.stdout.contains("app.py:1:1: E902"), "{}", ran.stdout);
    }
}

#[test]
#[cfg(unix)]
fn a_link_out_of_the_project_is_not_followed_in_writing() {
    let outside = Project::with("def f(): pass\n");
    let project = Project::with("def g(): pass\n");
    std::os::unix::fs::symlink(outside.path("app.py"), project.path("link.py")).unwrap();
    project.docgen(RUN).exits(1).says("outside of");
    assert_eq!(outside.read("app.py"), "def f(): pass\n");
}

#[test]
fn hostile_nesting_is_refused_with_its_place() {
    let deep = format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000));
    let ran = Project::with(&deep).docgen(&["check"]).exits(1);
    assert!(
        ran.stdout.starts_with("app.py:1:1005: E999"),
        "{}",
        &ran.stdout[..80.min(ran.stdout.len())]
    );
    let chain = format!("x = {}1\n", "1 + ".repeat(20_000));
    Project::with(&chain).docgen(&["check"]).exits(1);
    let branches = "elif x == 1:\n    pass\n".repeat(10_000);
    Project::with(&format!("if x:\n    pass\n{branches}"))
        .docgen(RUN)
        .exits(0);
}

#[test]
fn control_characters_of_a_file_name_are_not_obeyed() {
    if cfg!(unix) {
        let ran = Project::new()
            .file("a\x1b[31m.py", "x = 1\n")
            .docgen(&["check"])
            .exits(1);
        assert!(ran.stdout.contains("a\\u{1b}[31m.py:1:1"), "{}", ran.stdout);
    }
}

#[test]
#[cfg(unix)]
fn a_file_and_a_link_to_it_are_one_file() {
    let project = Project::with("def f(): pass\n");
    for name in ["a.py", "link.py", "z.py"] {
        std::os::unix::fs::symlink("app.py", project.path(name)).unwrap();
    }
    project.docgen(RUN).exits(0).says("in 1 of 1 file");
    assert_eq!(
        project
            .read("app.py")
            .matches("    \"\"\"Run this step.")
            .count(),
        1
    );
}
