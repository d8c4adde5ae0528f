//! What a run came to that the settings set a bound for: a warning, an annotation, a line, and 1.

use std::time::Duration;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::{Project, Ran};

const SETTINGS: &str = "[retry]\ninitial_backoff_ms = 1\nmax_backoff_seconds = 1\n[batch]\n\
                        max_definitions = 1\n[thresholds]\n";

fn project(azure: &FakeAzure, thresholds: &str) -> Project {
    let source = "\"\"\"Do.\"\"\"\n\n\ndef one(a):\n    return a\n\n\ndef two(b):\n    return b\n";
    Project::with(source)
        .file("docgen.toml", &format!("{SETTINGS}{thresholds}"))
        .azure(azure)
        .env("GITHUB_ACTIONS", "true")
}

/// The lines that GitHub Actions takes for commands.
fn annotations(ran: &Ran) -> Vec<&str> {
    let lines = ran.stderr.lines();
    lines.filter(|line| line.starts_with("::")).collect()
}

#[test]
fn requests_that_failed() {
    let azure = FakeAzure::scripted(vec![Step::ServerError(500), Step::ServerError(500)]);
    let project = project(&azure, "error_rate = 20.0\n");
    let ran = project.docgen(&["run", "--format", "json"]).exits(1);
    let told = "50.0 % of the requests failed, above the 20 % of `thresholds.error_rate`";
    assert!(
        ran.stderr.contains(&format!("warning: {told}\n")),
        "{}",
        ran.stderr
    );
    let annotation = "::error title=docgen (threshold)::50.0 %25 of the requests failed, above the 20 %25 of \
                      `thresholds.error_rate`";
    assert_eq!(annotations(&ran), [annotation]);
    let found = &ran.json()["thresholds"];
    let expected = serde_json::json!([{"threshold": "error_rate", "limit": 20.0, "value": 50.0}]);
    assert_eq!(*found, expected);
    let report = project.read("docgen-report.md");
    assert!(
        report.contains("of the requests failed, above the 20 %"),
        "{report}"
    );
    assert_eq!(
        project.read("app.py").matches("as the fake says.").count(),
        2
    );
    // The next run has nothing to ask, and is as it should be.
    let ran = project.docgen(&["run"]).exits(0);
    assert!(annotations(&ran).is_empty(), "{}", ran.stderr);
}

#[test]
fn words_that_were_refused() {
    let azure = FakeAzure::builder()
        .on_definition("one", Step::Refusal("no".to_owned()))
        .start();
    let settings = "refused_share = 49.0\n";
    project(&azure, settings)
        .docgen(&["run"])
        .exits(1)
        .says("50.0 % of the definitions had their words refused, above the 49 % of `thresholds.refused_share`");
    let ran = project(&azure, "refused_share = 50.0\n")
        .docgen(&["run"])
        .exits(1);
    assert!(!ran.stderr.contains("above"), "{}", ran.stderr);
}

#[test]
fn answers_that_took_long() {
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(120))
        .start();
    project(&azure, "p95_latency_seconds = 0.1\n")
        .docgen(&["run"])
        .exits(1)
        .says("s is what 95 of 100 answers took at most, above the 0.1 s of `thresholds.p95_latency_seconds`");
    project(&azure, "p95_latency_seconds = 60.0\n")
        .docgen(&["run"])
        .exits(0);
}

#[test]
fn money() {
    let azure = FakeAzure::start();
    project(&azure, "cost = 0.0001\n")
        .docgen(&["run"])
        .exits(1)
        .says("is what the run cost, above the $0.0001 of `thresholds.cost`");
    project(&azure, "cost = 1.0\n").docgen(&["run"]).exits(0);
    let unknown = FakeAzure::builder().model("my-own-model").start();
    project(&unknown, "cost = 1.0\n")
        .docgen(&["run"])
        .exits(1)
        .says("the cost of the run is not known, since a model has no price (`thresholds.cost` is $1.00)");
}

#[test]
fn a_budget_that_ended_a_run_is_an_annotation_too() {
    let azure = FakeAzure::start();
    let ran = project(&azure, "")
        .docgen(&["run", "--max-requests", "1", "--quiet"])
        .exits(1);
    let annotation = "::warning title=docgen (budget)::the budget of 1 request is used up, and 1 definition is left";
    assert_eq!(annotations(&ran), [annotation]);
}
