//! Budgets: nothing is spent that may not be, what was answered is kept, and the next run goes on.

use std::time::Duration;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::{Project, Ran};
use crate::support::redis::{TestRedis, has_redis};

const SETTINGS: &str = "[retry]\ninitial_backoff_ms = 1\nmax_backoff_seconds = 1\n[batch]\n\
                        max_definitions = 1\n[azure]\nmodel = \"gpt-4.1-mini\"\n";

/// A project that takes so many requests.
fn project(azure: &FakeAzure, requests: usize, settings: &str) -> Project {
    let functions = (0..requests).map(|n| format!("\n\ndef f{n}(a):\n    return a\n"));
    let source = format!("\"\"\"Do.\"\"\"\n{}", functions.collect::<String>());
    Project::with(&source)
        .file("docgen.toml", &format!("{SETTINGS}{settings}"))
        .azure(azure)
}

/// The functions that have a docstring.
fn documented(project: &Project) -> usize {
    project.read("app.py").matches("as the fake says.").count()
}

/// What was spent of the bound of this period and kind.
#[track_caller]
fn spent(ran: &Ran, period: &str, of: &str) -> f64 {
    let json = ran.json();
    let bounds = json["budget"]["bounds"].as_array().unwrap().clone();
    let bound = bounds
        .iter()
        .find(|bound| bound["period"] == period && bound["of"] == of);
    bound.unwrap_or_else(|| panic!("{json:#}"))["spent"]
        .as_f64()
        .unwrap()
}

#[test]
fn a_run_ends_with_its_requests_and_the_next_one_asks_for_the_rest_only() {
    let azure = FakeAzure::start();
    let project = project(&azure, 8, "");
    let ran = project
        .docgen(&["run", "--max-requests", "3"])
        .exits(1)
        .says("Documented 3 definitions in 1 of 1 file, 5 skipped")
        .says("Budget: 3 of 3 requests\n");
    insta::assert_snapshot!(
        ran.stderr.lines().find(|line| line.starts_with("Stopped")).unwrap(),
        @"Stopped: the budget of 3 requests is used up, and 5 definitions are left; run again to go on from there: what was answered is kept and not paid for twice; `--max-requests` or `budget.max_requests` gives it more at once"
    );
    assert_eq!(azure.requests().len(), 3);
    assert_eq!(documented(&project), 3, "what was answered is written");
    let report = project.read("docgen-report.md");
    assert!(
        report.contains("| Requests of the run | 3 requests | 3 requests |"),
        "{report}"
    );
    assert!(
        report.contains(
            "The run stopped: the budget of 3 requests is used up, and 5 definitions are left. The next run"
        ),
        "{report}"
    );
    project.docgen(&["run", "--max-requests", "5"]).exits(0);
    assert_eq!(azure.requests().len(), 8, "nothing was asked twice");
    assert_eq!(documented(&project), 8);
}

#[test]
fn what_a_batch_was_told_is_kept_when_the_budget_ends_in_the_middle_of_a_file() {
    let azure = FakeAzure::start();
    let project = project(&azure, 6, "[budget]\nmax_requests = 2\n");
    // A diff writes nothing, and pays for nothing twice either.
    for left in [4, 2, 0] {
        let ran = project.docgen(&["run", "--diff"]).exits(1);
        assert_eq!(ran.stdout.matches("as the fake says.").count(), 6 - left);
    }
    assert_eq!(azure.requests().len(), 6);
    project.docgen(&["run", "--max-requests", "0"]).exits(0);
    assert_eq!((documented(&project), azure.requests().len()), (6, 6));
}

#[test]
fn a_first_reply_at_fault_is_mended_when_there_is_no_room_to_ask_again() {
    let azure = FakeAzure::builder().always(Step::InventedArgument).start();
    let project = project(&azure, 1, "");
    let ran = project.docgen(&["run", "--max-requests", "1"]);
    ran.exits(0).says("100.0 % mended from the code");
    assert_eq!((documented(&project), azure.requests().len()), (1, 1));
}

#[test]
fn a_first_reply_of_no_use_is_none_of_the_models_refusals_when_the_budget_ends() {
    let azure = FakeAzure::scripted(vec![Step::Prose]);
    let project = project(&azure, 1, "");
    let ran = project.docgen(&["run", "--max-requests", "1"]).exits(1);
    ran.says("the budget of 1 request is used up, and 1 definition is left");
    project.docgen(&["run", "--max-requests", "1"]).exits(0);
    assert_eq!((documented(&project), azure.requests().len()), (1, 2));
}

#[test]
fn many_requests_at_once_never_cost_more_than_they_may() {
    // A fake that answers all at once, after a while.
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(60))
        .start();
    let project = project(&azure, 40, "");
    let run = ["run", "--no-cache", "--format", "json"];
    let ran = project.docgen(&[&run[..], &["--max-cost", "0.008"]].concat());
    let ran = ran.exits(1);
    let cost = spent(&ran, "run", "cost");
    assert!(cost <= 0.008 && cost > 0.005, "{cost}");
    let stopped = ran.json()["budget"]["stopped"].clone();
    assert_eq!(stopped, "the budget of $0.0080 is used up");
    let asked = azure.requests().len();
    assert!(asked < 40, "{asked}");
    let ran = project
        .docgen(&[&run[..], &["--max-tokens", "6000"]].concat())
        .exits(1);
    let tokens = spent(&ran, "run", "tokens");
    assert!(tokens <= 6000.0 && tokens > 2000.0, "{tokens}");
}

#[test]
fn what_was_not_served_costs_nothing() {
    let azure = FakeAzure::scripted(vec![
        Step::Throttle { retry_after_ms: 1 },
        Step::ServerError(500),
    ]);
    let project = project(&azure, 3, "");
    let ran = project
        .docgen(&["run", "--max-requests", "3", "--format", "json"])
        .exits(0);
    assert_eq!(azure.requests().len(), 5);
    assert!((spent(&ran, "run", "requests") - 3.0).abs() < 1e-9);
}

#[test]
fn the_time_stops_new_requests_and_what_is_in_flight_is_finished() {
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(700))
        .start();
    // The first request of a run goes alone.
    let project = project(
        &azure,
        4,
        "[budget]\nmax_time = \"1s\"\n[quota]\nmax_concurrency = 1\n",
    );
    let ran = project
        .docgen(&["run"])
        .exits(1)
        .says("Stopped: the time of 1s is up");
    let asked = azure.requests().len();
    assert!((1..4).contains(&asked), "{asked}: {}", ran.stderr);
    assert_eq!(documented(&project), asked);
}

#[test]
fn a_budget_of_money_wants_a_price() {
    let azure = FakeAzure::start();
    let settings = "[retry]\ninitial_backoff_ms = 1\n";
    let project = Project::with("def f(a):\n    return a\n")
        .file("docgen.toml", settings)
        .azure(&azure);
    let refused = |arguments: &[&str]| {
        project
            .docgen(&[&["run", "--max-cost", "1"], arguments].concat())
            .exits(2)
            .says("the price of the model behind the deployment `docs` is not known")
            .says("hint: say what it costs with `[price] input` and `output`")
    };
    refused(&[]);
    assert!(azure.requests().is_empty());
    assert_eq!(project.read("app.py"), "def f(a):\n    return a\n");
    // Any run learns which model answers, and the next one knows.
    project.docgen(&["run"]).exits(0);
    let project = project.file("more.py", "def g(a):\n    return a\n");
    project.docgen(&["run", "--max-cost", "1"]).exits(0);
    // A price of one's own does as well.
    let project = Project::with("def f(a):\n    return a\n")
        .file(
            "docgen.toml",
            "[price]\ninput = 1.0\noutput = 4.0\n[budget]\nmax_cost = 1.0\n",
        )
        .azure(&azure);
    project.docgen(&["run"]).exits(0).says("of $1.00");
}

#[test]
fn a_model_that_nobody_knows_ends_a_run_with_a_budget_of_money() {
    let azure = FakeAzure::builder().model("my-own-model").start();
    let settings = "[batch]\nmax_definitions = 1\n[quota]\nmax_concurrency = 1\n";
    let project = project(&azure, 4, "").file("docgen.toml", settings);
    project.docgen(&["run", "--max-requests", "1"]).exits(1);
    project
        .docgen(&["run", "--max-cost", "1"])
        .exits(2)
        .says("the price of `my-own-model`, the model of the deployment `docs`, is not known");
    // As if another model had answered so far.
    let known = project.read(".docgen/deployments.json");
    let project = project.file(
        ".docgen/deployments.json",
        &known.replace("my-own-model", "gpt-4.1-mini"),
    );
    project
        .docgen(&["run", "--max-cost", "1"])
        .exits(2)
        .says("a budget of money cannot be kept: the price of `my-own-model` is not known");
    assert_eq!(azure.requests().len(), 2);
    assert_eq!(documented(&project), 2, "what was paid for is written");
}

#[test]
fn the_runs_of_a_day_share_its_budget() {
    let azure = FakeAzure::start();
    let project = project(
        &azure,
        8,
        "[budget]\nday_requests = 5\nmonth_requests = 7\n",
    );
    project
        .docgen(&["run", "--max-requests", "3"])
        .exits(1)
        .says("Budget: 3 of 3 requests, 3 of 5 requests today, 3 of 7 requests this month");
    project
        .docgen(&["run"])
        .exits(1)
        .says("Stopped: the day's budget of 5 requests is used up, and 3 definitions are left; run again tomorrow");
    assert_eq!((azure.requests().len(), documented(&project)), (5, 5));
    // Another day of the same month, as far as the account knows.
    let database = rusqlite::Connection::open(project.path(".docgen/state.db")).unwrap();
    let yesterday = "UPDATE spending SET day = substr(day, 1, 8) || '99'";
    database.execute(yesterday, []).unwrap();
    drop(database);
    project
        .docgen(&["run"])
        .exits(1)
        .says("Stopped: the month's budget of 7 requests is used up, and 1 definition is left");
    assert_eq!((azure.requests().len(), documented(&project)), (7, 7));
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_has_spent_what_it_may_have_spent() {
    let azure = FakeAzure::builder()
        .steps(vec![Step::Draft, Step::Draft])
        .always(Step::Hang(Duration::from_secs(30)))
        .start();
    let project = project(
        &azure,
        8,
        "[budget]\nday_requests = 5\n[quota]\nmax_concurrency = 2\n",
    );
    let mut running = project.command(&["run"]).spawn().unwrap();
    azure.wait_for(4);
    running.kill().unwrap();
    running.wait().unwrap();
    // Two were answered and two were in flight. The one that is left is refused to a larger wish.
    let ran = project
        .docgen(&["run", "--format", "json", "--max-requests", "0"])
        .exits(1);
    assert!((spent(&ran, "day", "requests") - 4.0).abs() < 1e-9);
    assert_eq!(azure.requests().len(), 4);
    assert_eq!(documented(&project), 2, "what was answered is written now");
}

#[test]
fn machines_share_a_day_s_budget_through_redis() {
    if !has_redis() {
        return;
    }
    let redis = TestRedis::start();
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(20))
        .start();
    let settings = "[budget]\nday_requests = 10\nnamespace = \"team\"\n";
    let projects: Vec<Project> = (0..3)
        .map(|_| project(&azure, 6, settings).env("DOCGEN_REDIS_URL", &redis.url()))
        .collect();
    let start = |project: &Project| project.command(&["run", "--no-cache"]).spawn().unwrap();
    let running: Vec<_> = projects.iter().map(start).collect();
    let mut over = 0;
    for process in running {
        let ran = Ran::from(process.wait_with_output().unwrap());
        over += usize::from(
            ran.stderr
                .contains("the day's budget of 10 requests is used up"),
        );
    }
    assert_eq!(azure.requests().len(), 10);
    assert!(over > 0);
    assert_eq!(projects.iter().map(documented).sum::<usize>(), 10);
    let sum = redis.command(&["HGET", "docgen:budget:team", "day:requests"]);
    assert_eq!(sum, ["10"]);
}

#[test]
fn without_redis_a_machine_keeps_its_own_account() {
    let azure = FakeAzure::start();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let project = project(&azure, 6, "[budget]\nday_requests = 4\n").env("DOCGEN_REDIS_URL", &url);
    project
        .docgen(&["run"])
        .exits(1)
        .says("this process keeps to the quota and the budget by itself")
        .says("the day's budget of 4 requests is used up");
    assert_eq!(azure.requests().len(), 4);
}

#[test]
fn embeddings_count_too() {
    let azure = FakeAzure::start();
    let source = "def known(a):\n    \"\"\"Give the thing.\"\"\"\n    return a\n\n\ndef f(a):\n    return a\n";
    let settings = format!("{SETTINGS}[examples.embeddings]\ndeployment = \"docs\"\n");
    let project = Project::with(source)
        .file("docgen.toml", &settings)
        .azure(&azure);
    project
        .docgen(&["run", "--max-cost", "1", "--diff"])
        .exits(2)
        .says("the price of the model behind the deployment `docs` is not known")
        .says("examples.embeddings.model");
    let settings = format!("{settings}model = \"text-embedding-3-small\"\n");
    let project = project.file("docgen.toml", &settings);
    project
        .docgen(&["run", "--max-requests", "1", "--max-cost", "1"])
        .exits(1)
        .says("Budget: $0.0000")
        .says("the budget of 1 request is used up");
    assert_eq!(azure.requests().len(), 1);
}

#[test]
fn a_filter_and_a_refused_value_obey_too() {
    let azure = FakeAzure::start();
    let project = project(&azure, 3, "");
    let source = project.read("app.py");
    let mut command = project.command(&[
        "run",
        "-",
        "--stdin-filename",
        "app.py",
        "--max-requests",
        "0",
    ]);
    command.stdin(std::fs::File::open(project.path("app.py")).unwrap());
    let ran = Ran::from(command.output().unwrap())
        .exits(1)
        .says("the budget of 0 requests is used up");
    assert_eq!(ran.stdout, source);
    assert!(azure.requests().is_empty());
    project
        .docgen(&["run", "--max-time", "soon"])
        .exits(2)
        .says("`soon` is no time such as `90s`, `10m` or `1h30m`");
    project.docgen(&["run", "--max-cost", "-1"]).exits(2);
}
