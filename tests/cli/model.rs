use std::time::Duration;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::{Project, Ran};

const APP: &str = "\"\"\"An app.\"\"\"\n\n\ndef pay(amount, *, currency='EUR'):\n    if amount < 0:\n        raise ValueError('negative')\n    return amount\n\n\ndef walk(rows):\n    for row in rows:\n        yield row\n";

/// Runs docgen over `APP` against a scripted Azure.
fn run(azure: &FakeAzure) -> (Project, Ran) {
    let project = Project::with(APP).azure(azure);
    let ran = project.docgen(&["run", "app.py", "-v"]);
    assert!(
        !ran.stderr.contains(azure.key()) && !ran.stdout.contains(azure.key()),
        "the key leaked"
    );
    (project, ran)
}

#[test]
fn the_words_are_those_of_the_model() {
    let azure = FakeAzure::start();
    let (project, ran) = run(&azure);
    ran.exits(0).says("Documented 2 definitions");
    let text = project.read("app.py");
    assert!(
        text.contains("as the fake says.") && text.contains("Raises:\n        ValueError: "),
        "{text}"
    );
    assert!(
        text.contains("Yields:\n        ") && text.contains("Returns:\n        "),
        "{text}"
    );
    let requests = azure.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].path, "/openai/v1/chat/completions");
    assert_eq!(requests[0].body["model"], azure.deployment());
    let report = project.read("docgen-report.md");
    for part in [
        "| Requests sent | 1 |",
        "| Retries | 0 |",
        "| Prompt tokens | ",
        "| Latency, p99 | ",
    ] {
        assert!(report.contains(part), "no {part} in {report}");
    }
    project
        .docgen(&["run", "app.py"])
        .exits(0)
        .says("Documented 0");
    assert_eq!(azure.requests().len(), 1, "nothing to ask, nothing asked");
}

#[test]
fn the_classic_route_names_the_deployment_in_the_path() {
    let azure = FakeAzure::start();
    let settings = "[azure]\napi = \"classic\"\napi_version = \"2024-10-21\"\n";
    let project = Project::with(APP)
        .file("docgen.toml", settings)
        .azure(&azure);
    project.docgen(&["run", "app.py"]).exits(0);
    let request = &azure.requests()[0];
    assert_eq!(
        request.path,
        format!(
            "/openai/deployments/{}/chat/completions",
            azure.deployment()
        )
    );
    assert!(
        request.query.contains("api-version=2024-10-21") && request.body.get("model").is_none()
    );
}

#[test]
fn a_compatible_server_is_asked_with_a_bearer_token() {
    let azure = FakeAzure::start();
    let project = Project::with(APP).env("OPENAI_API_KEY", azure.key());
    let base = format!("{}/v1", azure.endpoint());
    let arguments = [
        "run",
        "app.py",
        "--provider",
        "openai",
        "--base-url",
        &base,
        "--model",
        azure.deployment(),
    ];
    project.docgen(&arguments).exits(0);
    assert_eq!(azure.requests()[0].path, "/v1/chat/completions");
}

#[test]
fn a_wrong_key_stops_the_run_at_once() {
    let azure = FakeAzure::builder().always(Step::Unauthorized).start();
    let project = Project::new().azure(&azure);
    let project = (0..20).fold(project, |project, n| {
        project.file(&format!("m{n}.py"), "def f(): pass\n")
    });
    let ran = project
        .docgen(&["run", "--max-concurrency", "1"])
        .exits(2)
        .says("hint: ");
    assert!(
        ran.stderr.contains("AZURE_OPENAI_API_KEY"),
        "{}",
        ran.stderr
    );
    assert_eq!(azure.requests().len(), 1);
    assert_eq!(project.read("m0.py"), "def f(): pass\n");
}

#[test]
fn an_unknown_deployment_is_named() {
    let azure = FakeAzure::scripted(vec![Step::NotFound]);
    let (project, ran) = run(&azure);
    ran.exits(2).says("deployment");
    assert_eq!(project.read("app.py"), APP);
    assert_eq!(azure.requests().len(), 1);
}

#[test]
fn what_passes_by_itself_is_tried_again() {
    let steps = [
        Step::Throttle { retry_after_ms: 20 },
        Step::ServerError(500),
        Step::Html502,
        Step::Html200,
        Step::Reset,
        Step::CutBody,
        Step::Empty,
    ];
    for step in steps {
        let name = format!("{step:?}");
        let azure = FakeAzure::scripted(vec![step]);
        let (project, ran) = run(&azure);
        ran.exits(0);
        assert!(
            project.read("app.py").contains("as the fake says."),
            "{name}"
        );
        assert_eq!(azure.requests().len(), 2, "{name}");
        assert!(
            project.read("docgen-report.md").contains("| Retries | 1 |"),
            "{name}"
        );
    }
}

#[test]
fn retry_after_is_obeyed() {
    let azure = FakeAzure::scripted(vec![Step::Throttle {
        retry_after_ms: 700,
    }]);
    let (_, ran) = run(&azure);
    ran.exits(0);
    let requests = azure.requests();
    assert!(requests[1].at.duration_since(requests[0].at) >= Duration::from_millis(700));
}

#[test]
fn a_day_long_wait_is_an_exhausted_quota() {
    let azure = FakeAzure::scripted(vec![Step::ThrottleForADay]);
    let (_, ran) = run(&azure);
    ran.exits(2).says("quota");
    assert_eq!(azure.requests().len(), 1);
}

#[test]
fn a_server_that_stays_down_fails_the_definitions_and_says_so() {
    let azure = FakeAzure::builder().always(Step::ServerError(503)).start();
    let (project, ran) = run(&azure);
    let code = ran.code;
    assert!(code == Some(1) || code == Some(2), "{}", ran.stderr);
    assert_eq!(project.read("app.py"), APP);
    assert_eq!(azure.requests().len(), 3);
    assert!(project.read("docgen-report.md").contains("failed: "));
}

#[test]
fn prose_is_sent_back_once_and_then_rejected() {
    let azure = FakeAzure::scripted(vec![Step::Prose]);
    let (project, ran) = run(&azure);
    ran.exits(0);
    assert!(project.read("app.py").contains("as the fake says."));
    let requests = azure.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests[1].body["messages"]
            .to_string()
            .contains("unusable")
    );

    let azure = FakeAzure::builder().always(Step::Prose).start();
    let (project, ran) = run(&azure);
    ran.exits(1).says("rejected");
    assert_eq!(project.read("app.py"), APP);
    assert_eq!(azure.requests().len(), 2);
}

#[test]
fn an_invented_argument_is_repaired_or_dropped() {
    let azure = FakeAzure::scripted(vec![Step::InventedArgument]);
    let (project, ran) = run(&azure);
    ran.exits(0);
    assert!(!project.read("app.py").contains("imaginary"));
    let requests = azure.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests[1].body["messages"]
            .to_string()
            .contains("docstrings[0].args["),
        "the fault is named by its path"
    );

    let azure = FakeAzure::builder().always(Step::InventedArgument).start();
    let (project, ran) = run(&azure);
    ran.exits(0);
    let text = project.read("app.py");
    assert!(
        text.contains("as the fake says.") && !text.contains("imaginary"),
        "{text}"
    );
    let json = project.read("docgen-report.md");
    assert!(json.contains("documented 2 definitions"));
}

#[test]
fn what_a_reply_forgets_is_asked_for_again() {
    let azure = FakeAzure::scripted(vec![Step::Custom(Box::new(|prompted| {
        let first = &prompted[0];
        let raises = first
            .raises
            .iter()
            .map(|name| serde_json::json!({ "exception": name, "description": "If so." }));
        let args = first
            .args
            .iter()
            .map(|name| serde_json::json!({ "name": name, "description": "A thing." }));
        serde_json::json!({ "docstrings": [{
            "id": first.id, "summary": "Take the money.", "description": null,
            "args": args.collect::<Vec<_>>(), "returns": "The amount.", "yields": null,
            "raises": raises.collect::<Vec<_>>(), "attributes": [],
        }] })
        .to_string()
    }))]);
    let (project, ran) = run(&azure);
    ran.exits(0);
    let text = project.read("app.py");
    assert!(
        text.contains("Take the money.") && text.contains("Handle walk"),
        "{text}"
    );
    let again = azure.requests()[1].body["messages"].to_string();
    assert!(
        again.contains("name: walk") && !again.contains("name: pay"),
        "{again}"
    );
}

#[test]
fn a_name_that_is_not_in_the_code_is_not_written() {
    let azure = FakeAzure::builder()
        .always(Step::Custom(Box::new(|prompted| {
            let draft = |one: &crate::support::fake_azure::Prompted| {
                let args = one.args.iter().map(|name| serde_json::json!({ "name": name, "description": "Like `rows`." }));
                let raises = one.raises.iter().map(|name| serde_json::json!({ "exception": name, "description": "If `conjured` is set." }));
                serde_json::json!({
                    "id": one.id, "summary": "Do the work.", "description": "Calls `imagined` first.",
                    "args": args.collect::<Vec<_>>(), "returns": one.returns.then_some("A thing."),
                    "yields": one.yields.then_some("A thing."), "raises": raises.collect::<Vec<_>>(), "attributes": [],
                })
            };
            serde_json::json!({ "docstrings": prompted.iter().map(draft).collect::<Vec<_>>() }).to_string()
        })))
        .start();
    let (project, ran) = run(&azure);
    ran.exits(0);
    let text = project.read("app.py");
    assert!(text.contains("Do the work."), "{text}");
    assert!(
        !text.contains("imagined") && !text.contains("conjured"),
        "{text}"
    );
    // A neighbour's parameter is none of this function's words; its own are.
    assert_eq!(text.matches("Like `rows`.").count(), 1, "{text}");
    assert!(
        text.contains("ValueError: If `amount` is negative."),
        "{text}"
    );
}

#[test]
fn a_summary_copied_from_a_neighbour_is_not_written() {
    let source = "\"\"\"Hosts.\"\"\"\n\n\ndef is_ipv4_hostname(host):\n    return host.isdigit()\n\n\ndef to_bytes(text):\n    return text.encode()\n";
    let summary = "Check if the hostname is an IPv4 address.";
    let azure = FakeAzure::builder()
        .always(Step::Custom(Box::new(move |prompted| {
            let draft = |one: &crate::support::fake_azure::Prompted| {
                let args = one.args.iter().map(|name| serde_json::json!({ "name": name, "description": "What is looked at." }));
                serde_json::json!({
                    "id": one.id, "summary": summary, "description": null, "args": args.collect::<Vec<_>>(),
                    "returns": "What comes of it.", "yields": null, "raises": [], "attributes": [],
                })
            };
            serde_json::json!({ "docstrings": prompted.iter().map(draft).collect::<Vec<_>>() }).to_string()
        })))
        .start();
    let project = Project::with(source).azure(&azure);
    project.docgen(&["run"]).exits(0);
    let text = project.read("app.py");
    assert_eq!(text.matches(summary).count(), 1, "{text}");
    assert!(text.find(summary) < text.find("def to_bytes"), "{text}");
    // The other was asked for once more, and then mended from the code.
    assert_eq!(azure.requests().len(), 2);
    assert!(text.contains("\"\"\"Convert the text to bytes."), "{text}");
}

#[test]
fn a_refusal_ends_only_the_definition_it_is_about() {
    let azure = FakeAzure::builder()
        .on_definition("walk", Step::Refusal("I will not.".into()))
        .start();
    let (project, ran) = run(&azure);
    ran.exits(1).says("the model refused: I will not.");
    let text = project.read("app.py");
    assert!(
        text.contains("Handle pay") && !text.contains("Yields:"),
        "{text}"
    );
    assert!(
        project
            .read("docgen-report.md")
            .contains("| Left | 1 refused |")
    );
}

#[test]
fn the_content_filter_is_narrowed_down_to_one_definition() {
    for step in [|| Step::ContentFilter, || Step::FilteredOutput] {
        let azure = FakeAzure::builder().on_definition("pay", step()).start();
        let (project, ran) = run(&azure);
        ran.exits(1).says("content filter");
        let text = project.read("app.py");
        assert!(
            text.contains("Handle walk") && !text.contains("Raises:"),
            "{text}"
        );
    }
}

#[test]
fn a_reply_cut_by_the_output_limit_is_asked_for_in_halves() {
    let azure = FakeAzure::scripted(vec![Step::Length]);
    let (project, ran) = run(&azure);
    ran.exits(0);
    assert_eq!(
        project.read("app.py").matches("as the fake says.").count(),
        2
    );
    assert_eq!(azure.requests().len(), 3);
}

#[test]
fn what_a_deployment_does_not_take_is_learned() {
    let azure = FakeAzure::scripted(vec![Step::UnsupportedMaxTokens]);
    let (_, ran) = run(&azure);
    ran.exits(0);
    let azure = FakeAzure::scripted(vec![Step::NoJsonSchema]);
    let (_, ran) = run(&azure);
    ran.exits(0);
}

#[test]
fn every_reply_of_a_hostile_model_leaves_the_code_as_it_was() {
    let hostile: serde_json::Value =
        serde_json::from_str(include_str!("../../fixtures/hostile_replies.json")).unwrap();
    for (name, words) in hostile.as_object().unwrap() {
        let Some(words) = words.as_str().map(str::to_owned) else {
            continue;
        };
        if name == "note" {
            continue;
        }
        let azure = FakeAzure::builder()
            .always(Step::Custom(Box::new(move |prompted| {
                let entry = |name: &String| serde_json::json!({ "name": name, "description": words });
                let draft = |one: &crate::support::fake_azure::Prompted| {
                    serde_json::json!({
                        "id": one.id,
                        "summary": words,
                        "description": words,
                        "args": one.args.iter().map(entry).collect::<Vec<_>>(),
                        "returns": one.returns.then_some(&words),
                        "yields": one.yields.then_some(&words),
                        "raises": one.raises.iter().map(|name| serde_json::json!({ "exception": name, "description": words })).collect::<Vec<_>>(),
                        "attributes": [],
                    })
                };
                serde_json::json!({ "docstrings": prompted.iter().map(draft).collect::<Vec<_>>() }).to_string()
            })))
            .start();
        let (project, ran) = run(&azure);
        assert!(matches!(ran.code, Some(0 | 1)), "{name}: {}", ran.stderr);
        assert!(
            !ran.stderr.contains("bug in docgen"),
            "{name}: {}",
            ran.stderr
        );
        let text = project.read("app.py");
        let code = rustpython_parser::Parse::parse(&text, "app.py")
            .map(|suite: rustpython_parser::ast::Suite| suite.len());
        assert_eq!(code.ok(), Some(3), "{name}:\n{text}");
        assert!(!text.contains("\nimport os"), "{name}:\n{text}");
    }
}

#[test]
fn a_file_that_changes_during_the_run_is_left_alone() {
    let azure = FakeAzure::builder()
        .always(Step::Hang(Duration::from_millis(1_500)))
        .start();
    let project = Project::with(APP).azure(&azure);
    let child = project.command(&["run", "app.py"]).spawn().unwrap();
    azure.wait_for(1);
    std::fs::write(project.path("app.py"), "theirs = 1\n").unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    ran.exits(1).says("changed on disk");
    assert_eq!(project.read("app.py"), "theirs = 1\n");
}

#[test]
fn a_fatal_answer_ends_what_waits_for_another_attempt() {
    let azure = FakeAzure::builder()
        .on_definition("slow", Step::ServerError(503))
        .on_definition("wrong", Step::Unauthorized)
        .start();
    let project = Project::new()
        .azure(&azure)
        .file("a.py", "def slow(): pass\n")
        .file("b.py", "def wrong(): pass\n")
        .file(
            "docgen.toml",
            "[retry]\ninitial_backoff_ms = 60000\nmax_backoff_seconds = 120\n",
        );
    project.docgen(&["run"]).exits(2).says("credentials");
    assert!(azure.requests().len() <= 2);
}
