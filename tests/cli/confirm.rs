//! The question before money is spent, at a terminal.

#![cfg(unix)]

use std::process::Stdio;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::support::fake_azure::FakeAzure;
use crate::support::project::Project;

const QUESTION: &str = "Go on? [y/N] ";

fn project(azure: &FakeAzure, settings: &str) -> Project {
    let functions = (0..4).map(|n| format!("\n\ndef f{n}(a):\n    return a\n"));
    let source = format!("\"\"\"Do.\"\"\"\n{}", functions.collect::<String>());
    let settings = format!("[batch]\nmax_definitions = 1\n{settings}");
    Project::with(&source)
        .file("docgen.toml", &settings)
        .azure(azure)
}

/// docgen at a terminal of its own.
fn at_terminal(project: &Project, arguments: &[&str]) -> PtySession {
    let mut command = project.command(&[&["run"], arguments].concat());
    command
        .stdin(Stdio::inherit())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit());
    spawn_command(command, Some(30_000)).unwrap()
}

#[track_caller]
fn ends(mut session: PtySession, code: i32) -> String {
    let rest = session.exp_eof().unwrap();
    let status = session.process().wait().unwrap();
    assert!(
        matches!(status, WaitStatus::Exited(_, actual) if actual == code),
        "{status:?}:\n{rest}"
    );
    rest
}

const PRICED: &str = "[azure]\nmodel = \"gpt-4.1-mini\"\n[budget]\nconfirm_above = 0.0001\n";

#[test]
fn a_run_that_may_cost_more_is_asked_about_and_no_means_nothing_at_all() {
    let azure = FakeAzure::start();
    let project = project(&azure, PRICED);
    let before = project.snapshot("");
    for answer in ["", "n", "nope"] {
        let mut session = at_terminal(&project, &[]);
        let question = session.exp_string(QUESTION).unwrap();
        assert!(
            question.contains(
                "This run asks Azure OpenAI deployment docs about 4 definitions: about 4 requests, "
            ),
            "{question}"
        );
        assert!(question.contains(" tokens of prompts and "), "{question}");
        assert!(question.contains(" tokens of replies, $0.00"), "{question}");
        session.send_line(answer).unwrap();
        let rest = ends(session, 1);
        assert!(
            rest.contains("Nothing was sent and nothing was written."),
            "{rest}"
        );
    }
    assert!(azure.requests().is_empty());
    assert_eq!(project.snapshot(""), before, "no report either");
    let mut session = at_terminal(&project, &["--max-cost", "0.0002"]);
    let question = session.exp_string(QUESTION).unwrap();
    assert!(
        question.contains("The run ends with its budget of $0.0002."),
        "{question}"
    );
    session.send_control('c').unwrap();
    ends(session, 130);
    let mut session = at_terminal(&project, &["--diff"]);
    session.exp_string(QUESTION).unwrap();
    session.send_line("YES").unwrap();
    let rest = ends(session, 1);
    assert!(rest.contains("Would document 4 definitions"), "{rest}");
    assert_eq!(azure.requests().len(), 4);
    // What is remembered costs nothing, and is not asked about.
    ends(at_terminal(&project, &[]), 0);
    assert_eq!(azure.requests().len(), 4);
}

#[test]
fn nobody_is_asked_who_said_yes_or_could_not_answer() {
    let azure = FakeAzure::start();
    let quiet: [&[&str]; 3] = [&["--yes"], &["-y"], &["--quiet"]];
    for arguments in quiet {
        let project = project(&azure, PRICED);
        let rest = ends(at_terminal(&project, arguments), 0);
        assert!(!rest.contains("Go on?"), "{rest}");
    }
    // A terminal in CI is nobody's.
    let in_ci = project(&azure, PRICED).env("CI", "true");
    let rest = ends(at_terminal(&in_ci, &[]), 0);
    assert!(!rest.contains("Go on?"), "{rest}");
    let piped = project(&azure, PRICED).docgen(&["run"]).exits(0);
    assert!(!piped.stderr.contains("Go on?"), "{}", piped.stderr);
    // A budget that is not above what may pass is as good as an answer.
    let bounded = project(&azure, PRICED);
    let rest = ends(at_terminal(&bounded, &["--max-cost", "0.0001"]), 1);
    assert!(!rest.contains("Go on?"), "{rest}");
}

#[test]
fn without_a_price_the_requests_are_counted() {
    let azure = FakeAzure::start();
    let unknown = project(&azure, "[budget]\nconfirm_above_requests = 3\n");
    let mut session = at_terminal(&unknown, &[]);
    let question = session.exp_string(QUESTION).unwrap();
    assert!(question.contains(", price unknown"), "{question}");
    session.send_line("y").unwrap();
    ends(session, 0);
    let few = project(&azure, "[budget]\nconfirm_above_requests = 10\n");
    let rest = ends(at_terminal(&few, &[]), 0);
    assert!(!rest.contains("Go on?"), "{rest}");
}
