//! Figures of runs for Prometheus, and the dashboard that shows them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::{Project, Ran};

const METRICS: &[&str] = &["run", "--no-report", "--metrics-file", "docgen.prom"];

fn shop(azure: &FakeAzure) -> Project {
    let project = Project::with("\"\"\"An app.\"\"\"\n\n\ndef one(): pass\n\n\ndef two(): pass\n");
    project
        .file(
            "docgen.toml",
            "[metrics]\nproject = \"shop\"\n[retry]\ninitial_backoff_ms = 1\nmax_attempts = 2\n",
        )
        .azure(azure)
}

#[track_caller]
fn has(text: &str, line: &str) {
    let found = text.lines().any(|one| one.starts_with(line));
    assert!(found, "no {line} in\n{text}");
}

#[test]
fn a_run_adds_to_what_stands_in_the_file() {
    let azure = FakeAzure::scripted(vec![Step::Throttle { retry_after_ms: 1 }]);
    let project = shop(&azure);
    project.docgen(METRICS).exits(0);
    let first = project.read("docgen.prom");
    let requests = "docgen_requests_total{project=\"shop\",deployment=\"docs\",host=\"127.0.0.1:";
    assert!(first.contains(requests), "{first}");
    for line in [
        "docgen_runs_total{project=\"shop\",outcome=\"done\"} 1",
        "docgen_last_run_success{project=\"shop\"} 1",
        "docgen_last_run_requests{project=\"shop\",result=\"answered\"} 1",
        "docgen_last_run_requests{project=\"shop\",result=\"throttled\"} 1",
        "docgen_last_run_definitions{project=\"shop\",outcome=\"documented\"} 2",
        "docgen_definitions_needed{project=\"shop\"} 3",
        "docgen_definitions_documented{project=\"shop\",when=\"before\"} 1",
        "docgen_coverage_ratio{project=\"shop\",when=\"after\"} 1",
        "docgen_cache_lookups_total{project=\"shop\",result=\"miss\"} 2",
        "docgen_cost_usd_total{project=\"shop\",deployment=\"docs\"",
    ] {
        has(&first, line);
    }
    project.docgen(METRICS).exits(0);
    let second = project.read("docgen.prom");
    for line in [
        "docgen_runs_total{project=\"shop\",outcome=\"done\"} 2",
        "docgen_last_run_requests{project=\"shop\",result=\"answered\"} 0",
        "docgen_definitions_total{project=\"shop\",outcome=\"documented\"} 2",
    ] {
        has(&second, line);
    }
}

#[test]
fn a_run_that_fails_or_is_only_shown_is_told_too() {
    let azure = FakeAzure::builder().always(Step::Unauthorized).start();
    let project = shop(&azure);
    project.docgen(METRICS).exits(2);
    let text = project.read("docgen.prom");
    has(
        &text,
        "docgen_runs_total{project=\"shop\",outcome=\"failed\"} 1",
    );
    has(&text, "docgen_last_run_success{project=\"shop\"} 0");
    has(
        &text,
        "docgen_last_run_requests{project=\"shop\",result=\"failed\"} 1",
    );
    // Before a word is asked for.
    let never = [METRICS, &["no-such-folder"]].concat();
    project.docgen(&never).exits(2);
    let text = project.read("docgen.prom");
    has(
        &text,
        "docgen_runs_total{project=\"shop\",outcome=\"failed\"} 2",
    );
    has(&text, "docgen_definitions_needed{project=\"shop\"} 3");
    let shown = [METRICS, &["--provider", "offline", "--diff"]].concat();
    project.docgen(&shown).exits(1);
    let text = project.read("docgen.prom");
    has(
        &text,
        "docgen_last_run_definitions{project=\"shop\",outcome=\"documented\"} 0",
    );
    has(
        &text,
        "docgen_definitions_documented{project=\"shop\",when=\"after\"} 1",
    );
}

#[test]
fn a_file_that_is_not_docgen_s_is_left_alone() {
    let azure = FakeAzure::start();
    let project = shop(&azure);
    let refused = |arguments: &[&str]| -> Ran {
        let arguments = [&["run", "--no-report"], arguments].concat();
        project.docgen(&arguments).exits(2)
    };
    refused(&["--metrics-file", "app.py"]).says("was not written by docgen");
    refused(&["--metrics-file", "no/such/folder.prom"]).says("its folder is not there");
    refused(&["--metrics-file", "."]).says("hint: name a file of its own");
    assert_eq!(azure.requests().len(), 0);
    assert!(project.read("app.py").starts_with("\"\"\"An app.\"\"\""));
}

/// The names that are written, with the suffixes of a histogram.
fn names() -> BTreeSet<String> {
    let azure = FakeAzure::start();
    let project = shop(&azure);
    project.docgen(METRICS).exits(0);
    let text = project.read("docgen.prom");
    let series = text
        .lines()
        .filter_map(|line| Some(line.split_once('{')?.0.to_owned()));
    series.collect()
}

/// Every `docgen_...` in a text.
fn mentioned(text: &str) -> BTreeSet<String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c: char| !is_word(c));
    words
        .filter(|word| word.starts_with("docgen_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_dashboard_and_the_page_know_the_metrics_that_there_are() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let read = |name: &str| std::fs::read_to_string(docs.join(name)).unwrap();
    let names = names();
    let board = read("grafana/docgen.json");
    let shown = mentioned(&board);
    assert!(shown.len() > 10);
    let unknown: Vec<&String> = shown.difference(&names).collect();
    assert!(unknown.is_empty(), "the dashboard shows {unknown:?}");
    let base = |name: &String| {
        let ends = ["_bucket", "_sum", "_count"];
        let end = ends.iter().find_map(|end| name.strip_suffix(end));
        end.unwrap_or(name).to_owned()
    };
    let bases: BTreeSet<String> = names.iter().map(base).collect();
    assert_eq!(mentioned(&read("metrics.md")), bases);
    let board: serde_json::Value = serde_json::from_str(&board).unwrap();
    assert!(board["schemaVersion"].as_u64().unwrap() >= 39);
    for panel in board["panels"].as_array().unwrap() {
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{panel}");
        assert!(!panel["targets"].as_array().unwrap().is_empty(), "{panel}");
    }
}
