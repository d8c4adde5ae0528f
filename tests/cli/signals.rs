//! Real signals to a running docgen.

use std::process::{Child, Command};
use std::time::Duration;

use serde_json::json;

use crate::support::fake_azure::{FakeAzure, Prompted, Step};
use crate::support::project::{Project, Ran};

/// Starts a run and waits until so many requests have arrived.
fn begun(project: &Project, azure: &FakeAzure, requests: usize, flags: &[&str]) -> Child {
    let arguments = [&["run"], flags].concat();
    let child = project.command(&arguments).spawn().unwrap();
    azure.wait_for(requests);
    // What was answered is on its way to the run.
    std::thread::sleep(Duration::from_millis(300));
    child
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    std::thread::sleep(Duration::from_millis(200));
}

fn ended(child: Child) -> Ran {
    Ran::from(child.wait_with_output().unwrap()).exits(130)
}

#[test]
fn what_waits_for_its_turn_when_ctrl_c_is_pressed_is_left_without_a_line() {
    let azure = FakeAzure::builder()
        .always(Step::Hang(Duration::from_secs(2)))
        .start();
    let project = (0..6).fold(Project::new().azure(&azure), |project, n| {
        project.file(&format!("m{n}.py"), "def f(): pass\n")
    });
    // The second has to wait for the minute's tokens.
    let flags = ["--max-concurrency", "4", "--tokens-per-minute", "5000"];
    let child = begun(&project, &azure, 1, &flags);
    send("-INT", &child);
    let ran = ended(child).says("Interrupted").says(", 10 left; coverage");
    assert!(!ran.stderr.contains(" failed"), "{}", ran.stderr);
}

#[test]
fn ctrl_c_finishes_what_is_in_flight_and_writes_it() {
    let azure = FakeAzure::builder()
        .always(Step::Hang(Duration::from_secs(2)))
        .start();
    let project = (0..6).fold(Project::new().azure(&azure), |project, n| {
        project.file(&format!("m{n}.py"), "def f(): pass\n")
    });
    let flags = ["--max-concurrency", "1", "--report", "r.json"];
    let child = begun(&project, &azure, 1, &flags);
    send("-INT", &child);
    let ran = ended(child).says("Interrupted").says(", 10 left; coverage");
    assert!(!ran.stderr.contains("m5.py"), "{}", ran.stderr);
    let report = serde_json::from_str(&project.read("r.json")).unwrap();
    assert_eq!(super::report::faults(&report), "");
    assert_eq!(report["interrupted"], true);
    assert_eq!(azure.requests().len(), 1);
    assert!(project.read("m0.py").contains("as the fake says."));
    assert_eq!(project.read("m5.py"), "def f(): pass\n");
}

#[test]
fn ctrl_c_ends_what_waits_for_another_attempt() {
    let azure = FakeAzure::builder()
        .always(Step::Throttle {
            retry_after_ms: 60_000,
        })
        .start();
    let project = Project::with("def f(): pass\n").azure(&azure);
    let child = begun(&project, &azure, 1, &[]);
    send("-INT", &child);
    ended(child);
    assert_eq!(azure.requests().len(), 1);
}

/// A file of two definitions, each asked for by itself: one is answered, one is not for a long time.
fn half_answered() -> (FakeAzure, Project) {
    let azure = FakeAzure::builder()
        .on_definition("slow", Step::Hang(Duration::from_mins(2)))
        .start();
    let settings = "[batch]\nmax_definitions = 1\n";
    let project =
        Project::with("\"\"\"An app.\"\"\"\n\n\ndef quick(): pass\n\n\ndef slow(): pass\n")
            .file("docgen.toml", settings)
            .azure(&azure);
    (azure, project)
}

fn is_half_written(project: &Project) {
    let text = project.read("app.py");
    assert!(text.contains("Handle quick as the fake says."), "{text}");
    assert!(text.contains("def slow(): pass"), "{text}");
}

#[test]
fn ctrl_c_again_stops_now_and_writes_what_was_accepted() {
    let (azure, project) = half_answered();
    let child = begun(&project, &azure, 2, &[]);
    send("-INT", &child);
    assert!(
        project.read("app.py").contains("def quick(): pass"),
        "not finished yet"
    );
    send("-INT", &child);
    ended(child).says("writing what was accepted");
    is_half_written(&project);
    assert!(
        project
            .read("docgen-report.md")
            .contains("the run was interrupted")
    );
}

#[test]
fn who_ends_docgen_gets_what_was_accepted_too() {
    for signal in ["-TERM", "-HUP"] {
        let (azure, project) = half_answered();
        let child = begun(&project, &azure, 2, &[]);
        send(signal, &child);
        ended(child);
        is_half_written(&project);
    }
}

#[test]
fn what_a_batch_has_given_is_kept_when_its_repair_is_given_up() {
    let first_alone = |prompted: &[Prompted]| {
        let drafts = prompted.iter().enumerate().map(|(index, one)| {
            let mut draft = one.draft();
            if index > 0 {
                draft["summary"] = json!("");
            }
            draft
        });
        json!({ "docstrings": drafts.collect::<Vec<_>>() }).to_string()
    };
    let azure = FakeAzure::scripted(vec![
        Step::Custom(Box::new(first_alone)),
        Step::Hang(Duration::from_mins(2)),
    ]);
    let project =
        Project::with("\"\"\"An app.\"\"\"\n\n\ndef quick(): pass\n\n\ndef slow(): pass\n")
            .azure(&azure);
    let child = begun(&project, &azure, 2, &[]);
    send("-TERM", &child);
    ended(child);
    is_half_written(&project);
}
