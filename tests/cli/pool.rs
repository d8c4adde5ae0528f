//! Several deployments that share the work, and what they teach.

use std::time::Duration;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::Project;

const RETRY: &str = "[retry]\ninitial_backoff_ms = 1\nmax_backoff_seconds = 1\nmax_attempts = 3\n";

/// `count` files with a function each, to be documented by two deployments whose keys are in
/// `WEST_KEY` and `NORTH_KEY`.
fn project(count: usize, west: &str, north: &FakeAzure) -> Project {
    let settings = format!(
        "{RETRY}[azure]\ndeployment = \"{}\"\ndeployments = [\n  {{ endpoint = \"{west}\", key_variable = \
         \"WEST_KEY\" }},\n  {{ endpoint = \"{}\", key_variable = \"NORTH_KEY\" }},\n]\n",
        north.deployment(),
        north.endpoint(),
    );
    let project = Project::new()
        .file("docgen.toml", &settings)
        .env("WEST_KEY", north.key())
        .env("NORTH_KEY", north.key());
    (0..count).fold(project, |project, n| {
        project.file(
            &format!("m{n}.py"),
            &format!("\"\"\"Do.\"\"\"\n\n\ndef f{n}(a):\n    return a\n"),
        )
    })
}

fn documented(project: &Project, count: usize) {
    for n in 0..count {
        let text = project.read(&format!("m{n}.py"));
        assert!(text.contains("as the fake says."), "{n}: {text}");
    }
}

#[test]
fn the_work_spreads_over_all_deployments() {
    let slow = || {
        FakeAzure::builder()
            .latency(Duration::from_millis(100))
            .start()
    };
    let (west, north) = (slow(), slow());
    let project = project(30, &west.endpoint(), &north);
    project.docgen(&["run"]).exits(0);
    documented(&project, 30);
    let (west, north) = (west.requests().len(), north.requests().len());
    assert_eq!(west + north, 30);
    assert!(west >= 5 && north >= 5, "{west} and {north}");
    let report = project.read("docgen-report.md");
    assert!(report.contains("At once: settled on"), "{report}");
}

#[test]
fn one_that_fails_is_replaced_by_the_other() {
    for step in [Step::ServerError(503), Step::Reset, Step::Html502] {
        let west = FakeAzure::builder().always(step).start();
        let north = FakeAzure::start();
        let project = project(20, &west.endpoint(), &north);
        project.docgen(&["run"]).exits(0);
        documented(&project, 20);
        assert_eq!(
            north.requests().len(),
            20,
            "each is asked once where it works"
        );
    }
}

#[test]
fn one_that_cannot_be_reached_is_replaced_by_the_other() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let north = FakeAzure::start();
    let project = project(20, &address, &north);
    project.docgen(&["run"]).exits(0);
    documented(&project, 20);
}

#[test]
fn one_that_throttles_leaves_the_work_to_the_other() {
    let west = FakeAzure::builder()
        .always(Step::Throttle {
            retry_after_ms: 60_000,
        })
        .start();
    let north = FakeAzure::start();
    let project = project(20, &west.endpoint(), &north);
    let ran = project.docgen(&["run", "--format", "json"]).exits(0);
    documented(&project, 20);
    assert_eq!(west.requests().len(), 1, "a 429 holds back everybody");
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let deployments = report["requests"]["deployments"].as_array().unwrap();
    assert_eq!(deployments[0]["throttled"], 1);
    assert_eq!(deployments[1]["sent"], 20);
}

#[test]
fn one_that_serves_nobody_is_given_up_with_a_word() {
    let (west, north) = (FakeAzure::start(), FakeAzure::start());
    let project = project(20, &west.endpoint(), &north).env("WEST_KEY", "another-key");
    let ran = project
        .docgen(&["run"])
        .exits(0)
        .says("going on with the other");
    assert_eq!(ran.stderr.matches("going on with the other").count(), 1);
    documented(&project, 20);
    assert_eq!(west.requests().len(), 1);
    let report = project.read("docgen-report.md");
    assert!(report.contains("Given up: "), "{report}");

    let (west, north) = (FakeAzure::start(), FakeAzure::start());
    let project = self::project(20, &west.endpoint(), &north)
        .env("WEST_KEY", "another-key")
        .env("NORTH_KEY", "another-key");
    project.docgen(&["run"]).exits(2).says("credentials");
    assert!(west.requests().len() + north.requests().len() <= 2);
}

#[test]
fn a_missing_key_is_named_by_its_variable() {
    let (west, north) = (FakeAzure::start(), FakeAzure::start());
    let project = project(1, &west.endpoint(), &north).env("WEST_KEY", "");
    project.docgen(&["run"]).exits(2).says("`WEST_KEY`");
}

#[test]
fn a_lesson_is_taken_once_and_kept() {
    let azure = FakeAzure::builder().always(Step::NoJsonSchema).start();
    // The same is asked again and again.
    let project = Project::new().azure(&azure).env("DOCGEN_CACHE", "0");
    let project = (0..20).fold(project, |project, n| {
        project.file(&format!("m{n}.py"), "def f(): pass\n")
    });
    let refused = || {
        let requests = azure.requests().into_iter();
        requests
            .filter(|one| one.body["response_format"]["type"] == "json_schema")
            .count()
    };
    project.docgen(&["run", "--diff"]).exits(1);
    assert_eq!(refused(), 1, "the first request goes alone");
    assert!(!project.path(".docgen").exists(), "`--diff` writes nothing");
    project.docgen(&["run", "m0.py"]).exits(0);
    assert_eq!(refused(), 2);
    project.docgen(&["run"]).exits(0);
    assert_eq!(refused(), 2, "the next run knows");
    let kept = project.read(".docgen/deployments.json");
    assert!(
        kept.contains("json_object") && !kept.contains(azure.key()),
        "{kept}"
    );
    assert_eq!(project.read(".docgen/.gitignore"), "*\n");
}

#[test]
fn a_model_that_thinks_gets_room_and_the_batch_stays_whole() {
    for step in [Step::Thinks(5_000), Step::CannotFinish(5_000)] {
        let name = format!("{step:?}");
        let azure = FakeAzure::builder().always(step).start();
        let source = "def f(a):\n    return a\n\n\ndef g(b):\n    return b\n";
        let project = Project::with(source).azure(&azure);
        project.docgen(&["run"]).exits(0);
        assert_eq!(
            project.read("app.py").matches("as the fake says.").count(),
            3
        );
        let requests = azure.requests();
        assert!(requests.len() <= 5, "{name}: {} requests", requests.len());
        let asked: Vec<_> = requests.iter().map(|one| &one.body["messages"]).collect();
        assert!(asked.windows(2).all(|pair| pair[0] == pair[1]), "{name}");
    }
}

#[test]
fn an_outage_stops_the_run() {
    let azure = FakeAzure::builder().always(Step::ServerError(500)).start();
    let project = (0..400).fold(Project::new().azure(&azure), |project, n| {
        project.file(&format!("m{n}.py"), "def f(): pass\n")
    });
    project
        .docgen(&["run", "--max-concurrency", "4"])
        .exits(2)
        .says("attempts");
    assert!(azure.requests().len() < 60, "{}", azure.requests().len());
}

#[test]
fn the_first_request_does_not_hold_back_the_others_for_long() {
    let azure = FakeAzure::builder()
        .always(Step::Hang(Duration::from_secs(4)))
        .start();
    let project = (0..4).fold(Project::new().azure(&azure), |project, n| {
        project.file(&format!("m{n}.py"), "def f(): pass\n")
    });
    project.docgen(&["run"]).exits(0);
    let requests = azure.requests();
    let last = requests[3].at.duration_since(requests[0].at);
    assert!(last < Duration::from_secs(4), "all were in flight together");
}

#[test]
fn a_request_larger_than_the_quota_is_not_sent() {
    let azure = FakeAzure::start();
    let project = Project::with("def f(): pass\n").azure(&azure);
    let ran = project.docgen(&["run", "--tokens-per-minute", "300"]);
    ran.exits(1).says("more than the quota of a minute has");
    assert!(azure.requests().is_empty());
}

#[test]
fn a_firewall_that_minds_one_definition_costs_that_one_alone() {
    let azure = FakeAzure::builder()
        .on_definition("drop_table", Step::Html403)
        .start();
    let project = Project::new()
        .azure(&azure)
        .file("a.py", "\"\"\"Do.\"\"\"\n\n\ndef first(): pass\n")
        .file(
            "b.py",
            "\"\"\"Do.\"\"\"\n\n\ndef good(): pass\n\n\ndef drop_table(): pass\n",
        );
    let ran = project.docgen(&["run", "--max-concurrency", "1"]);
    ran.exits(1).says("blocked the request (HTTP status 403)");
    let text = project.read("b.py");
    assert!(text.contains("Handle good as the fake says."), "{text}");
    assert!(text.contains("def drop_table(): pass"), "{text}");

    let azure = FakeAzure::builder().always(Step::Html403).start();
    let project = Project::with("def f(): pass\n").azure(&azure);
    project.docgen(&["run"]).exits(2).says("denied access");
}

#[test]
fn a_service_that_comes_back_finds_everybody_waiting() {
    let mut steps: Vec<Step> = (0..4).map(|_| Step::Draft).collect();
    steps.extend((0..11).map(|_| Step::Reset));
    let azure = FakeAzure::scripted(steps);
    let project = Project::new()
        .file("docgen.toml", "[retry]\ninitial_backoff_ms = 1\n")
        .azure(&azure);
    let project = (0..40).fold(project, |project, n| {
        project.file(&format!("m{n}.py"), "def f(): pass\n")
    });
    // One request at a time asks whether it is back, so that none uses up its six attempts.
    project.docgen(&["run", "--max-concurrency", "16"]).exits(0);
    for n in 0..40 {
        assert!(
            project
                .read(&format!("m{n}.py"))
                .contains("as the fake says.")
        );
    }
}
