use serde_json::Value;

use crate::support::fake_azure::FakeAzure;
use crate::support::project::Project;

const APP: &str = "def pay(amount):\n    return amount\n";

/// The events of a log file; every line is one.
fn events(project: &Project, file: &str) -> Vec<Value> {
    let text = project.read(file);
    assert!(text.ends_with('\n'), "{text}");
    let event =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(event).collect()
}

fn message(event: &Value) -> &str {
    event["fields"]["message"].as_str().unwrap_or_default()
}

#[test]
fn details_go_to_the_file_that_the_terminal_does_not_show() {
    let azure = FakeAzure::start();
    let project = Project::with(APP).azure(&azure);
    let ran = project
        .docgen(&["run", "--quiet", "--log-file", "docgen.log"])
        .exits(0);
    assert_eq!(ran.stderr, "");
    let events = events(&project, "docgen.log");
    let is_debug = |event: &&Value| event["level"] == "DEBUG";
    assert!(events.iter().any(|event| is_debug(&event)), "{events:?}");
    for event in &events {
        let target = event["target"].as_str().unwrap();
        assert!(target.starts_with("docgen"), "{event}");
        assert!(
            event["timestamp"].as_str().unwrap().ends_with('Z'),
            "{event}"
        );
    }
}

#[test]
fn the_file_is_appended_to_whoever_names_it() {
    let azure = FakeAzure::start();
    let project = Project::with(APP)
        .file("deep/er/x.py", "x = 1\n")
        .file("docgen.toml", "[log]\nfile = \"logs/d.jsonl\"\n")
        .file("logs/d.jsonl", "")
        .azure(&azure);
    let length = |file: &str| project.read(file).len();
    project
        .docgen(&["run", "deep", "--provider", "offline"])
        .exits(0);
    let first = length("logs/d.jsonl");
    assert!(first > 0, "it is relative to the settings' folder");
    project
        .docgen(&["run", "deep", "--provider", "offline"])
        .exits(0);
    assert!(length("logs/d.jsonl") > first);
    let project = project.env("DOCGEN_LOG_FILE", "other.jsonl");
    project.docgen(&["check"]).exits(1);
    let ran = project
        .docgen(&["run", "deep", "--provider", "offline"])
        .exits(0);
    assert!(
        !events(&project, "other.jsonl").is_empty(),
        "{}",
        ran.stderr
    );
    let ran = project.docgen(&[
        "run",
        "deep",
        "--provider",
        "offline",
        "--log-file",
        "flag.jsonl",
    ]);
    assert!(!events(&project, "flag.jsonl").is_empty(), "{}", ran.stderr);
}

#[test]
fn what_is_wrong_with_the_settings_is_logged_too() {
    let project = Project::with(APP).file("docgen.toml", "colour = 1\n");
    project.docgen(&["check", "--log-file", "d.log"]).exits(2);
    let events = events(&project, "d.log");
    assert!(
        message(&events[0]).contains("`colour`: unknown key"),
        "{events:?}"
    );
    assert_eq!(events[1]["target"], "docgen::hint");
}

#[test]
fn a_file_that_cannot_be_written_is_said_at_once() {
    let project = Project::with(APP).file("docgen.toml", "[log]\nfile = \"none/d.log\"\n");
    for arguments in [
        ["check", "--quiet"].as_slice(),
        &["run", "--log-file", "also/none.log"],
    ] {
        let ran = project.docgen(arguments).exits(2);
        ran.says("the log file")
            .says("cannot be written")
            .says("hint: name a file in a folder");
    }
    assert_eq!(project.read("app.py"), APP);
}

#[test]
fn bodies_are_logged_on_demand_and_never_shown() {
    let azure = FakeAzure::start();
    let project = Project::with(APP).azure(&azure);
    let prompt = "You answer in JSON.";
    let ran = project
        .docgen(&["doctor", "-vv", "--log-file", "d.log"])
        .exits(0);
    assert!(!ran.stderr.contains(prompt) && !project.read("d.log").contains(prompt));
    assert!(ran.stderr.contains("debug: answer"), "{}", ran.stderr);
    let arguments = ["doctor", "-vv", "--log-file", "d.log", "--log-bodies"];
    let ran = project.docgen(&arguments).exits(0);
    assert!(!ran.stderr.contains(prompt), "{}", ran.stderr);
    let bodies = events(&project, "d.log");
    let bodies = bodies
        .iter()
        .filter(|event| event["target"] == "docgen::bodies");
    let messages: Vec<&str> = bodies.clone().map(message).collect();
    assert_eq!(messages, ["request", "reply"]);
    for event in bodies {
        let body = event["fields"]["body"].as_str().unwrap();
        assert!(
            serde_json::from_str::<Value>(body).unwrap().is_object(),
            "{body}"
        );
    }
    let ran = project.docgen(&["doctor", "--log-bodies"]).exits(0);
    ran.says("`--log-bodies` does nothing without a log file");
    let project = project.file("docgen.toml", "log.bodies = true\n");
    let ran = project
        .docgen(&["doctor", "--log-file", "set.log"])
        .exits(0);
    assert!(project.read("set.log").contains(prompt), "{}", ran.stderr);
}

#[test]
fn many_processes_share_a_file_that_is_rotated() {
    let settings = "[log]\nfile = 'd.log'\nmax_size_mb = 1\nkeep = 2\n";
    let project = Project::with(APP).file("docgen.toml", settings);
    let line = format!(
        "{{\"fields\":{{\"message\":\"{}\"}}}}\n",
        "x".repeat(999_000)
    );
    let project = project.file("d.log", &line);
    let running: Vec<_> = (0..6)
        .map(|_| {
            project
                .command(&["run", "--provider", "offline", "--diff"])
                .spawn()
                .unwrap()
        })
        .collect();
    for process in running {
        process.wait_with_output().unwrap();
    }
    assert!(!project.path("d.log.2").exists());
    let all = [events(&project, "d.log.1"), events(&project, "d.log")].concat();
    let said = all
        .iter()
        .filter(|event| message(event).starts_with("Would document"));
    assert_eq!(said.count(), 6, "no line is lost");
}
