use crate::support::project::Project;

const SHOP: &str = "\"\"\"Shop.\"\"\"\n\n\nclass Shop:\n    \"\"\"Sell.\"\"\"\n\n    def __init__(self): pass\n\n    def __len__(self): return 0\n\n    def _count(self): pass\n\n\ndef sell():\n    \"\"\"Sell.\"\"\"\n\n    def inner(): pass\n";

/// `line code` of each finding.
fn findings(project: &Project, arguments: &[&str]) -> String {
    let ran = project.docgen(&[&["check", "--format", "json"], arguments].concat());
    let json = ran.json();
    let found = json["diagnostics"].as_array().unwrap();
    let shown = found
        .iter()
        .map(|one| format!("{} {}", one["line"], one["code"].as_str().unwrap()));
    shown.collect::<Vec<_>>().join(", ")
}

#[test]
fn switches_widen_and_narrow_every_preset() {
    let project = Project::with(SHOP);
    let check = |arguments: &[&str]| findings(&project, arguments);
    assert_eq!(check(&[]), "7 D107, 9 D105");
    assert_eq!(
        check(&["--preset", "all"]),
        "7 D107, 9 D105, 11 D102, 17 D103"
    );
    let narrow = ["--no-private", "--no-nested", "--no-magic", "--no-init"];
    assert_eq!(check(&[&["--preset", "all"], &narrow[..]].concat()), "");
    assert_eq!(check(&["--preset", "api"]), "");
    let wide = ["--private", "--nested", "--magic", "--init"];
    assert_eq!(
        check(&[&["--preset", "api"], &wide[..]].concat()),
        "7 D107, 9 D105, 11 D102, 17 D103"
    );
    // The last of a pair counts.
    assert_eq!(check(&["--no-init", "--no-magic", "--init"]), "7 D107");
    assert_eq!(check(&["--init", "--no-magic", "--no-init"]), "");
}

#[test]
fn an_empty_docstring_is_filled_where_it_counts_as_missing() {
    let source = "\"\"\"M.\"\"\"\n\n\ndef f(x):\n    \"\"\" \"\"\"\n    return x  # kept\n\n\ndef g(): (\"\"); x = 1\n";
    let project = Project::with(source);
    assert_eq!(findings(&project, &[]), "");
    assert_eq!(findings(&project, &["--preset", "all"]), "4 D103, 9 D103");
    let run = [
        "run",
        "--preset",
        "all",
        "--provider",
        "offline",
        "--no-report",
    ];
    project.docgen(&run).exits(0);
    let written = project.read("app.py");
    assert!(
        written.contains("    \"\"\"Return `x`.\n")
            && written.contains("    (\"\"\"Run this step.\"\"\"); x = 1"),
        "{written}"
    );
    assert_eq!(findings(&project, &["--preset", "all"]), "");
}

#[test]
fn run_takes_the_rules_that_check_takes() {
    let project = Project::with(SHOP)
        .file("tests/a.py", "def f(): pass\n")
        .file(
            "docgen.toml",
            "[check]\nper_file_ignores = { \"tests/*\" = [\"D\"] }\n",
        );
    let run = [
        "run",
        "--provider",
        "offline",
        "--no-report",
        "--ignore",
        "D105",
    ];
    project.docgen(&run).exits(0);
    assert_eq!(findings(&project, &[]), "11 D105");
    let run = [
        "run",
        "--provider",
        "offline",
        "--no-report",
        "--select",
        "D103",
    ];
    project.docgen(&run).exits(0);
    assert_eq!(findings(&project, &[]), "11 D105");
    project
        .docgen(&["run", "--select", "D13"])
        .exits(2)
        .says("did you mean");
}

#[test]
fn what_silences_check_silences_run() {
    let source = "\"\"\"M.\"\"\"\n\n\ndef a(text=\"\"\"\n\"\"\"):  # noqa: D103\n    pass\n\n\n# ruff: disable[D103]\ndef b(): pass\n# ruff: enable[D103]\n\n\ndef c(): pass  # docgen: skip\n\n\n# ruff: ignore[D103]\ndef d(): pass\n\n\ndef e(): pass  # noqafoo\n";
    let project = Project::with(source);
    assert_eq!(findings(&project, &[]), "21 D103");
    project
        .docgen(&["run", "--provider", "offline", "--no-report"])
        .exits(0);
    let written = project.read("app.py");
    assert_eq!(written.matches("step.\"\"\"").count(), 1, "{written}");
}
