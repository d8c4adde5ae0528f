use serde_json::Value;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::Project;

const SECRET: &str = "AKIAIOSFODNN7EXAMPLE";

/// A project whose deployment is said to be of a model that is known, without a key.
fn priced(project: Project) -> Project {
    let settings = "[azure]\nendpoint = \"https://docs.openai.azure.com\"\ndeployment = \"docs\"\nmodel = \"gpt-4.1-mini\"\n\n[quota]\nrequests_per_minute = 60\ntokens_per_minute = 30_000\n";
    project.file("docgen.toml", settings)
}

/// A text in which each number of three digits and more is ` N` with the blanks before it, but for those
/// in names.
fn without_numbers(text: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit() || c == ',';
    let is_name = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let end = number.find(|c| !is_digit(c)).unwrap_or(number.len());
        let digits = number[..end].trim_end_matches(',');
        let is_long = digits.chars().filter(char::is_ascii_digit).count() >= 3;
        if is_long && !before.ends_with(is_name) {
            let before = before.trim_end_matches(' ');
            shown.push_str(before);
            shown.push_str(if shown.is_empty() { "N" } else { " N" });
        } else {
            shown.push_str(before);
            shown.push_str(digits);
        }
        rest = &number[digits.len()..];
    }
    shown + rest
}

fn plan_json(project: &Project, arguments: &[&str]) -> Value {
    let arguments = [&["plan", "--format", "json"], arguments].concat();
    let ran = project.docgen(&arguments).exits(0);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn a_plan_tells_what_a_run_would_take() {
    let project = priced(Project::shop());
    let before = project.everything(".");
    let plan = project.docgen(&["plan", "shop"]).exits(0).stdout;
    insta::assert_snapshot!(without_numbers(&plan), @"
    N definitions to document in 11 of 12 files

      Without a docstring N

      Asked of a model N  in 15 batches

      Requests                           16  1 of them about faults in replies (5 in N, assumed)
      Prompt tokens N  counted with o200k_base
        cacheable N  the rules and the schema, which every request begins with
      Output tokens N  as many words for each name as models usually take
      Money                $0.030 to $0.037  with and without the service's cache; gpt-4.1-mini, prices of N-11
      Time                        2 min 6 s  the quota of N tokens a minute binds; requests alone 16 s

          3  module    D100  has no docstring
         19  class     D101  has no docstring
         54  method    D102  has no docstring
         11  function  D103  has no docstring
         18  method    D105  has no docstring
         15  method    D107  has no docstring
    ");
    // It asks nobody, needs no key and leaves nothing behind.
    assert_eq!(project.everything("."), before);
    let json = plan_json(&project, &["shop"]);
    let estimate = &json["estimate"];
    assert_eq!(estimate["basis"]["tokens"]["encoding"], "o200k_base");
    let (low, high) = (&estimate["usd"]["low"], &estimate["usd"]["high"]);
    assert!(low.as_f64().unwrap() < high.as_f64().unwrap(), "{estimate}");
    assert_eq!(json["models"][0]["model"], "gpt-4.1-mini");
    assert_eq!(
        json["batches"],
        Value::Null,
        "the order is another question"
    );
}

#[test]
fn what_is_not_known_is_said() {
    let project = Project::shop();
    let plan = project.docgen(&["plan", "shop"]).exits(0).stdout;
    for part in [
        "by characters: no encoding is known of the model",
        "price unknown  no deployment is set",
        "unknown  no quota is set, and no run has shown how long answers take",
    ] {
        assert!(plan.contains(part), "no {part} in {plan}");
    }
    let project = project
        .env("AZURE_OPENAI_ENDPOINT", "https://docs.openai.azure.com")
        .env("AZURE_OPENAI_DEPLOYMENT", "docs");
    let plan = project.docgen(&["plan", "shop"]).exits(0).stdout;
    let part = "price unknown  of `docs`: say its model in `[azure] model`, or set `[price]`";
    assert!(plan.contains(part), "no {part} in {plan}");
    let json = plan_json(&project, &["shop"]);
    assert_eq!(json["estimate"]["usd"], Value::Null);
    assert_eq!(json["estimate"]["unpriced"][0], "docs");
    let project = project.file("docgen.toml", "[price]\ninput = 0.0\noutput = 0.0\n");
    let json = plan_json(&project, &["shop"]);
    let high = &json["estimate"]["usd"]["high"];
    assert_eq!(high, 0.0, "a model of one's own costs nothing");
}

#[test]
fn what_is_remembered_is_not_asked_for() {
    let azure = FakeAzure::builder().rate_limits(None).start();
    let project = Project::shop().azure(&azure);
    project.docgen(&["run", "shop", "--diff"]).exits(1);
    let asked = azure.requests().len();
    let plan = project.docgen(&["plan", "shop"]).exits(0).stdout;
    for part in [
        "no request is needed",
        "100.0 %, remembered: nobody is asked",
    ] {
        assert!(plan.contains(part), "no {part} in {plan}");
    }
    let json = plan_json(&project, &["shop"]);
    assert_eq!(json["asked"], 0);
    assert_eq!(json["remembered"], json["definitions"]);
    assert_eq!(json["estimate"]["requests"], 0);
    for flag in ["--no-cache", "--refresh"] {
        let json = plan_json(&project, &["shop", flag]);
        assert_eq!(json["asked"], json["definitions"], "{flag}");
    }
    assert_eq!(azure.requests().len(), asked, "a plan asks nobody");
}

#[test]
fn drafts_from_the_code_take_no_request() {
    let project = Project::shop();
    let arguments = ["plan", "shop", "--provider", "offline"];
    let plan = project.docgen(&arguments).exits(0).stdout;
    for part in [
        "From the code alone  120  100.0 %, it takes no words of a model",
        "Asked of a model       0  no request is needed",
    ] {
        assert!(plan.contains(part), "no {part} in {plan}");
    }
    assert!(!plan.contains("Money"), "{plan}");
}

#[test]
fn an_explained_prompt_is_the_one_that_is_sent() {
    let text = format!(
        "\"\"\"Loans.\"\"\"\n\nAPI_KEY = '{SECRET}'\n\n\ndef open_shop(key='{SECRET}'):\n    return key\n"
    );
    let stale = "\"\"\"Lending.\"\"\"\n\n\ndef lend(book, days):\n    \"\"\"Lend a book.\n\n    Args:\n        book: Which.\n        weeks: How long.\n    \"\"\"\n    return book, days\n";
    let azure = FakeAzure::start();
    let project = Project::with(&text).file("lend.py", stale).azure(&azure);
    let explained = ["app.py::open_shop", "lend.py::lend"].map(|id| {
        let plan = plan_json(&project, &["--mode", "all", "--explain", id]);
        plan["definition"]["prompt"].clone()
    });
    project.docgen(&["run", "--mode", "all", "--no-report"]);
    let requests = azure.requests();
    assert!(requests.len() >= 2, "one for each task");
    for prompt in &explained {
        let is_sent = requests.iter().any(|request| {
            let messages = &request.body["messages"];
            messages[0]["content"] == prompt["system"] && messages[1]["content"] == prompt["user"]
        });
        assert!(is_sent, "{prompt}");
        assert!(!prompt.to_string().contains(SECRET));
    }
    let user = |index: usize| explained[index]["user"].as_str().unwrap();
    assert!(user(0).contains("def open_shop("), "{}", user(0));
    assert!(user(1).contains("write only"), "{}", user(1));
}

#[test]
fn a_known_model_is_sent_no_more_than_it_takes() {
    let lines: Vec<String> = (0..3_000)
        .map(|at| format!("    total += part_{at}"))
        .collect();
    let lines = lines.join("\n");
    let text = format!("def total_of(parts):\n    total = 0\n{lines}\n    return total\n");
    let azure = FakeAzure::start();
    let project = Project::with(&text).azure(&azure);
    let shown = |model: &str| {
        let settings = format!("[azure]\nmodel = \"{model}\"\n[model]\ncontext_window = 100000\n");
        std::fs::write(project.path("docgen.toml"), settings).unwrap();
        let plan = plan_json(&project, &["--explain", "app.py::total_of"]);
        let prompt = plan["definition"]["prompt"]["user"].clone();
        prompt.as_str().unwrap().to_owned()
    };
    let whole = shown("gpt-4o");
    assert!(whole.contains("part_1500\n") && !whole.contains("left out"));
    // Of all models in the table it takes least.
    let fitted = shown("text-embedding-3-small");
    assert!(!fitted.contains("part_1500\n") && fitted.contains("left out"));
    assert!(fitted.contains("return total"), "{fitted}");
    project.docgen(&["run", "--no-report"]);
    let requests = azure.requests();
    assert!(
        requests
            .iter()
            .any(|request| request.body["messages"][1]["content"] == fitted)
    );
}

#[test]
fn a_run_says_how_far_off_its_estimate_was() {
    let azure = FakeAzure::builder().rate_limits(None).start();
    let project = Project::shop().azure(&azure);
    let run = || {
        let ran = project
            .docgen(&["run", "shop", "--format", "json"])
            .exits(0);
        serde_json::from_str::<Value>(&ran.stdout).unwrap()
    };
    let report = run();
    let estimate = &report["estimate"];
    let came_to = &estimate["came_to"];
    assert_eq!(
        estimate["estimated"]["first_requests"],
        azure.requests().len()
    );
    assert_eq!(
        came_to["requests"]["actual"].as_f64(),
        report["requests"]["sent"].as_f64()
    );
    let off = came_to["prompt_tokens"]["off_percent"].as_f64().unwrap();
    // The fake counts four characters as a token, and no schema.
    assert!(off.abs() < 25.0, "{estimate}");
    let markdown = project.read("docgen-report.md");
    let section = "## Estimate\n\n| | Estimated | Actual | Off by |";
    assert!(markdown.contains(section), "{markdown}");
    // Nobody is asked, so nothing is expected.
    assert_eq!(run()["estimate"], Value::Null);
}

#[test]
fn a_plan_says_what_it_could_not_read() {
    let project = priced(Project::new())
        .file("a.py", "def f(a):\n    return a\n")
        .file("broken.py", "def f(:\n");
    let ran = project.docgen(&["plan"]).exits(1);
    ran.says("broken.py:1:7: E999");
    let ran = project.docgen(&["plan", "--format", "json"]).exits(1);
    let json = ran.json();
    assert_eq!(json["definitions"], 2);
    assert_eq!(json["diagnostics"][0]["code"], "E999");
    let text = project.docgen(&["plan"]).stdout;
    assert!(
        text.starts_with("2 definitions to document in 1 of 2 files, 1 of them unreadable\n"),
        "{text}"
    );
    let ran = project.docgen(&["plan", "broken.py"]).exits(1);
    assert_eq!(
        ran.stdout,
        "nothing to document in 1 file, 1 of them unreadable\n"
    );
}

#[test]
fn a_plan_learns_from_earlier_runs() {
    // Every reply has to be repaired.
    let azure = FakeAzure::builder()
        .always(Step::InventedArgument)
        .rate_limits(None)
        .start();
    let project = Project::shop().azure(&azure);
    let first = plan_json(&project, &["shop"]);
    assert_eq!(first["estimate"]["basis"]["seen_requests"], 0);
    project.docgen(&["run", "shop"]);
    let json = plan_json(&project, &["shop", "--overwrite", "--no-cache"]);
    let estimate = &json["estimate"];
    let basis = &estimate["basis"];
    assert!(basis["seen_requests"].as_u64().unwrap() > 5, "{basis}");
    assert!(basis["repairs"].as_f64().unwrap() > 0.5, "{basis}");
    // The answers have said which model it is, and how long they take.
    assert_eq!(basis["tokens"]["encoding"], "o200k_base");
    assert_eq!(json["models"][0]["model"], "gpt-4.1-mini-2025-04-14");
    assert!(estimate["usd"]["low"].as_f64().unwrap() > 0.0, "{estimate}");
    assert!(estimate["seconds"].as_f64().is_some(), "{estimate}");
}

#[test]
fn prompts_are_shown_as_they_are_sent() {
    let text = format!(
        "\"\"\"Loans.\"\"\"\n\n\ndef open_shop(key='{SECRET}'):\n    return '\u{1b}[31m', key\n"
    );
    let other = "\"\"\"Others.\"\"\"\n\n\ndef sell(book):\n    return book\n";
    let azure = FakeAzure::scripted(vec![Step::InventedArgument]);
    let project = Project::with(&text).file("other.py", other).azure(&azure);
    let ran = project.docgen(&["run", "--show-prompt", "--log-file", "docgen.jsonl"]);
    let shown = ran.stderr;
    let requests = azure.requests();
    assert!(requests.len() > 2, "one is repaired");
    for (index, request) in requests.iter().enumerate() {
        let title = format!("----- prompt {}: ", index + 1);
        assert!(shown.contains(&title), "no {title} in {shown}");
        let user = request.body["messages"][1]["content"].as_str().unwrap();
        let user = user.trim_end().replace('\u{1b}', "\\u{1b}");
        let user = format!("----- user\n{user}\n----- end\n");
        assert!(shown.contains(&user), "no {user} in {shown}");
    }
    let system = "You write docstrings for Python code.";
    assert_eq!(shown.matches(system).count(), 1, "{shown}");
    assert!(shown.contains("----- system: as in prompt 1\n"), "{shown}");
    assert!(
        !shown.contains(SECRET) && !shown.contains('\u{1b}'),
        "{shown}"
    );
    let log = project.read("docgen.jsonl");
    assert!(!log.contains(system), "bodies were not asked for");
}
