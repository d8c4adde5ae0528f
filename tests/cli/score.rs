use crate::support::project::Project;

const SHOP: &str = "\"\"\"Shop.\"\"\"\n\n\ndef sell(count: int = 1, price: int = 0) -> None:\n    \"\"\"Sell some of what is in stock.\n\n    Args:\n        count: How many. Defaults to 2.\n\n        prize: What one costs.\n    \"\"\"\n\n\ndef stock() -> int:\n    \"\"\"Return how many items are left.\"\"\"\n    return 3\n\n\ndef count():\n    return 1\n";

#[test]
fn the_worst_stand_first_with_what_to_do() {
    let project = Project::new()
        .file("src/shop.py", SHOP)
        .file("src/__init__.py", "");
    let ran = project.docgen(&["score", "src"]).exits(0);
    insta::assert_snapshot!(ran.stdout, @"");
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_threshold_decides_the_exit_status() {
    let project = Project::with(SHOP);
    project.docgen(&["score"]).exits(0);
    project.docgen(&["score", "--fail-under", "60"]).exits(0);
    let ran = project
        .docgen(&["score", "--fail-under", "99.5", "-q"])
        .exits(1);
    insta::assert_snapshot!(ran.stdout, @"");
    let ran = project
        .docgen(&["score", "--fail-under", "99.5", "--format", "json"])
        .exits(1);
    assert!(ran.stderr.contains("is below 99.5."), "{}", ran.stderr);
    assert_eq!(ran.json()["passed"], false);
    let project = project.file("docgen.toml", "[score]\nfail_under = 99\n");
    project.docgen(&["score"]).exits(1);
    project.docgen(&["score", "--fail-under", "1"]).exits(0);
    project
        .docgen(&["score", "--fail-under", "101"])
        .exits(2)
        .says("101");
    let project = project.file("docgen.toml", "[score]\nfail_under = 120\n");
    project.docgen(&["score"]).exits(2).says("score.fail_under");
}

#[test]
fn what_cannot_be_read_is_a_finding() {
    let project = Project::with("\"\"\"Do.\"\"\"\n").file("bad.py", "def f(:\n");
    let ran = project.docgen(&["score", "--fail-under", "0"]).exits(1);
    assert!(
        ran.stdout.starts_with("bad.py:1:7: E999 Syntax error"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("1 file could not be read."),
        "{}",
        ran.stdout
    );
    let ran = project.docgen(&["score", "--format", "github"]).exits(1);
    assert!(
        ran.stdout.contains("::error file=bad.py,line=1"),
        "{}",
        ran.stdout
    );
    project
        .docgen(&["score", "nowhere"])
        .exits(2)
        .says("nowhere");
}

#[test]
fn json_has_every_docstring() {
    let ran = Project::with(SHOP)
        .docgen(&["score", "--format", "json"])
        .exits(0);
    let mut found = ran.json();
    assert_eq!(found["needed"], 4);
    assert_eq!(found["files"][0]["docstrings"].as_array().unwrap().len(), 4);
    found["files"][0]["docstrings"]
        .as_array_mut()
        .unwrap()
        .truncate(2);
    insta::assert_snapshot!(format!("{found:#}"), @"");
}

/// Both take the same definitions, whatever is silenced, widened or narrowed.
#[test]
fn check_and_score_count_the_same() {
    let source = "\"\"\"Do.\"\"\"\n\n\ndef a():  # noqa: D103\n    pass\n\n\ndef b():  # docgen: skip\n    \"\"\"Be.\"\"\"\n\n\ndef _c():\n    pass\n\n\nclass D:\n    def __init__(self):\n        pass\n\n    def __len__(self):\n        \"\"\"Count.\"\"\"\n\n    class E:\n        pass\n";
    let project = Project::with(source).file("tests/test_a.py", "def test_a():\n    pass\n");
    for flags in [
        &[][..],
        &["--private"],
        &["--preset", "all"],
        &["--preset", "api"],
        &["--ignore", "D107"],
        &["--no-magic", "--no-tests"],
        &["--select", "D101"],
    ] {
        let counts = |command: &str| {
            let ran = project.docgen(&[&[command, "--format", "json"], flags].concat());
            let found = ran.json();
            let place = if command == "check" {
                &found["coverage"]
            } else {
                &found
            };
            (place["needed"].clone(), place["documented"].clone())
        };
        assert_eq!(counts("check"), counts("score"), "{flags:?}");
    }
}

#[test]
fn output_is_stable_and_goes_where_it_is_wanted() {
    let project = Project::shop();
    let first = project
        .docgen(&["score", "shop", "--format", "json"])
        .exits(0);
    let second = project
        .docgen(&["score", "shop", "--format", "json"])
        .exits(0);
    assert_eq!(first.stdout, second.stdout);
    let ran = project
        .docgen(&["score", "shop", "--format", "json", "-o", "score.json"])
        .exits(0);
    assert_eq!(ran.stdout, "");
    assert_eq!(project.read("score.json"), first.stdout);
    project
        .docgen(&["score", "shop", "-o", "shop"])
        .exits(2)
        .says("shop");
}

#[test]
fn the_shop_is_scored() {
    let project = Project::shop();
    let ran = project
        .docgen(&["score", "shop", "--worst", "3", "-v"])
        .exits(0);
    insta::assert_snapshot!(ran.stdout, @"");
}

#[test]
fn what_docgen_writes_scores_well() {
    let project = Project::shop();
    project
        .docgen(&["run", "shop", "--provider", "offline"])
        .exits(0);
    let ran = project
        .docgen(&["score", "shop", "--format", "json"])
        .exits(0);
    let found = ran.json();
    assert_eq!(found["needed"], found["documented"]);
    assert!(
        found["score"].as_f64().unwrap() > 75.0,
        "{}",
        found["score"]
    );
    assert_eq!(found["means"]["accuracy"], 100.0);
}
