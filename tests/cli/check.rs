use crate::support::project::Project;

const APP: &str = "class Shop:\n    def __init__(self):\n        pass\n\n    def sell(self, item):\n        return item\n\n    def __len__(self):\n        return 0\n\n    class Shelf:\n        pass\n\n\ndef open_shop():\n    def inner():\n        pass\n\n\ndef _private():\n    pass\n";

#[test]
fn findings_are_lines_that_editors_understand() {
    let project = Project::with(APP).file("pkg/__init__.py", "");
    let ran = project.docgen(&["check"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    app.py:1:1: D100 Missing docstring in public module
    app.py:1:7: D101 Missing docstring in public class
    app.py:2:9: D107 Missing docstring in `__init__`
    app.py:5:9: D102 Missing docstring in public method
    app.py:8:9: D105 Missing docstring in magic method
    app.py:11:11: D106 Missing docstring in public nested class
    app.py:15:5: D103 Missing docstring in public function
    pkg/__init__.py:1:1: D104 Missing docstring in public package
    Found 8 missing docstrings.
    Coverage: 0.0% (0 of 8 documented, 2 files)
    ");
}

#[test]
fn a_documented_tree_passes() {
    let ran = Project::with("\"\"\"Do.\"\"\"\n")
        .docgen(&["check", "app.py"])
        .exits(0);
    insta::assert_snapshot!(ran.stdout, @"
    All docstrings are there.
    Coverage: 100.0% (1 of 1 documented, 1 file)
    ");
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_threshold_decides_instead_of_findings() {
    let project = Project::with("\"\"\"Do.\"\"\"\n\n\ndef f():\n    pass\n");
    project.docgen(&["check"]).exits(1);
    project.docgen(&["check", "--fail-under", "50"]).exits(0);
    project.docgen(&["check", "--fail-under", "50.1"]).exits(1);
    project
        .docgen(&["check", "--fail-under", "101"])
        .exits(2)
        .says("101");
}

#[test]
fn a_file_that_cannot_be_read_never_passes() {
    let project = Project::with("def f(:\n");
    let ran = project.docgen(&["check", "--fail-under", "0"]).exits(1);
    assert!(
        ran.stdout.starts_with("app.py:1:7: E999 Syntax error"),
        "{}",
        ran.stdout
    );
}

#[test]
fn comments_silence_a_rule() {
    let source = "\"\"\"Do.\"\"\"\n\n\ndef a():  # noqa: D103\n    pass\n\n\ndef b():  # docgen: skip\n    pass\n\n\ndef c():  # noqa: E501\n    pass\n";
    let ran = Project::with(source).docgen(&["check"]).exits(1);
    assert!(
        ran.stdout.contains("app.py:12:5: D103") && ran.stdout.contains("Found 1 missing"),
        "{}",
        ran.stdout
    );
    Project::with("# ruff: noqa\ndef f(): pass\n")
        .docgen(&["check"])
        .exits(0);
}

#[test]
fn settings_widen_and_narrow() {
    let project = Project::with(APP);
    let count = |arguments: &[&str]| {
        let ran = project.docgen(&[&["check", "--format", "json"], arguments].concat());
        ran.json()["diagnostics"].as_array().unwrap().len()
    };
    assert_eq!(count(&[]), 7);
    assert_eq!(count(&["--private"]), 8);
    assert_eq!(count(&["--private", "--nested"]), 9);
    assert_eq!(count(&["--no-magic", "--no-init"]), 5);
    assert_eq!(count(&["--min-complexity", "2"]), 3);
}

#[test]
fn json_has_place_code_and_message() {
    let ran = Project::with("def f(): pass\n")
        .docgen(&["check", "--format", "json"])
        .exits(1);
    insta::assert_snapshot!(ran.stdout, @r#"
    {
      "diagnostics": [
        {
          "path": "app.py",
          "line": 1,
          "column": 1,
          "end_line": 1,
          "end_column": 1,
          "definition": "",
          "code": "D100",
          "message": "Missing docstring in public module"
        },
        {
          "path": "app.py",
          "line": 1,
          "column": 5,
          "end_line": 1,
          "end_column": 6,
          "definition": "f",
          "code": "D103",
          "message": "Missing docstring in public function"
        }
      ],
      "folders": [
        {
          "folder": ".",
          "needed": 2,
          "documented": 0,
          "percent": 0.0,
          "missing": 2
        }
      ],
      "files": [
        {
          "path": "app.py",
          "needed": 2,
          "documented": 0
        }
      ],
      "files_read": 1,
      "recorded": 0,
      "coverage": {
        "needed": 2,
        "documented": 0,
        "percent": 0.0
      }
    }
    "#);
}

#[test]
fn what_git_ignores_is_left_out_unless_it_is_named() {
    let project = Project::with("\"\"\"Do.\"\"\"\n")
        .file(".gitignore", "generated/\n")
        .file("generated/a.py", "x = 1\n")
        .file(".venv/b.py", "x = 1\n")
        .file("notes.txt", "x\n")
        .file("stub.pyi", "def f() -> None: ...\n")
        .file("broken.pyi", "def f(\n");
    let ran = project.docgen(&["check"]).exits(1);
    assert!(
        !ran.stdout.contains("generated") && !ran.stdout.contains(".venv"),
        "{}",
        ran.stdout
    );
    // A stub's docstrings stand in the source that it describes; it has to be valid all the same.
    assert!(!ran.stdout.contains("stub.pyi"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("broken.pyi:2:1: E999"),
        "{}",
        ran.stdout
    );
    assert!(
        project
            .docgen(&["check", "--no-respect-gitignore"])
            .stdout
            .contains("generated/a.py")
    );
    assert!(
        project
            .docgen(&["check", "generated/a.py"])
            .stdout
            .contains("generated/a.py")
    );
}

#[test]
fn globs_include_and_exclude() {
    let project = Project::new()
        .file("src/a.py", "x = 1\n")
        .file("src/b.py", "x = 1\n")
        .file("docs/c.py", "x = 1\n");
    let paths = |arguments: &[&str]| {
        let ran = project.docgen(&[&["check", "--format", "json"], arguments].concat());
        let json = ran.json();
        let found = json["diagnostics"].as_array().unwrap();
        found
            .iter()
            .map(|one| one["path"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(&["--include", "src/**"]), ["src/a.py", "src/b.py"]);
    assert_eq!(paths(&["--exclude", "src"]), ["docs/c.py"]);
    assert_eq!(paths(&["--exclude", "b.py"]), ["docs/c.py", "src/a.py"]);
    assert_eq!(paths(&["src/a.py", "--exclude", "src"]), ["src/a.py"]);
    assert_eq!(
        paths(&["src/a.py", "docs", "--exclude", "src", "--force-exclude"]),
        ["docs/c.py"]
    );
}
