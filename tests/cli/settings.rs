use crate::support::project::Project;

#[test]
fn a_run_without_a_key_says_what_to_set() {
    let ran = Project::with("def f(): pass\n").docgen(&["run"]).exits(2);
    for needed in [
        "AZURE_OPENAI_ENDPOINT",
        "AZURE_OPENAI_API_KEY",
        "AZURE_OPENAI_DEPLOYMENT",
        "--provider offline",
    ] {
        assert!(ran.stderr.contains(needed), "no {needed} in {}", ran.stderr);
    }
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_file_sets_what_flags_may_change() {
    let project = Project::with("class A:\n    def __init__(self): pass\n")
        .file("docgen.toml", "[select]\ninit = false\n");
    let ran = project.docgen(&["check"]).exits(1);
    assert!(!ran.stdout.contains("D107"), "{}", ran.stdout);
    assert!(
        project
            .docgen(&["check", "--isolated"])
            .stdout
            .contains("D107")
    );
    let project = Project::with("class A:\n    def __init__(self): pass\n").file(
        "pyproject.toml",
        "[tool.docgen.check]\nfail_under = 10\n\n[tool.other]\nx = 1\n",
    );
    project.docgen(&["check"]).exits(1);
    project.docgen(&["check", "--fail-under", "0"]).exits(0);
}

#[test]
fn a_wrong_setting_is_named_with_its_place() {
    let project = Project::with("x = 1\n");
    let cases = [
        (
            "docgen.toml",
            "[select]\nmin_complexity = 0\n",
            "docgen.toml:2:18",
            "select.min_complexity",
        ),
        ("docgen.toml", "[selekt]\n", "docgen.toml:1:2", "selekt"),
        (
            "docgen.toml",
            "[select]\nprivate = \"yes\"\n",
            "docgen.toml:2:11",
            "select.private",
        ),
        (
            "docgen.toml",
            "[check]\nfail_under = 120\n",
            "docgen.toml:2:14",
            "check.fail_under",
        ),
        (
            "docgen.toml",
            "[select\n",
            "docgen.toml:1:",
            "unclosed table",
        ),
        (
            "pyproject.toml",
            "[tool.docgen.select]\nmagik = true\n",
            "pyproject.toml:2:1",
            "tool.docgen.select.magik",
        ),
    ];
    for (file, text, place, key) in cases {
        std::fs::write(project.path(file), text).unwrap();
        project.docgen(&["check"]).exits(2).says(place).says(key);
        std::fs::remove_file(project.path(file)).unwrap();
    }
}

#[test]
fn the_line_length_is_that_of_the_formatter() {
    let source = "def f(first_argument_name, second_argument_name):\n    if first_argument_name > second_argument_name:\n        raise ValueError\n";
    let widest = |project: &Project| {
        project.docgen(&["run", "--provider", "offline"]).exits(0);
        project
            .read("app.py")
            .lines()
            .filter(|line| line.contains("If `"))
            .map(str::len)
            .max()
    };
    assert_eq!(widest(&Project::with(source)), Some(84));
    let narrow = Project::with(source).file("pyproject.toml", "[tool.ruff]\nline-length = 60\n");
    assert!(widest(&narrow) <= Some(60));
}
