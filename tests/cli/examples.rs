//! The project's voice: examples in prompts, where they come from, and what is done without.

use serde_json::json;

use crate::support::fake_azure::{FakeAzure, Recorded};
use crate::support::fake_search::{ADMIN_KEY, FakeSearch, QUERY_KEY};
use crate::support::project::Project;

const RETRY: &str = "[retry]\ninitial_backoff_ms = 1\nmax_backoff_seconds = 1\nmax_attempts = 3\n";

/// Documented code, in which nothing is left to be done.
const SHOP: &str = r#""""Keep a shop's books."""


def load_order(path: str, number: int) -> str:
    """Read an order from the ledger of the shop.

    Args:
        path: Where the ledger is.
        number: The order's number.

    Returns:
        What stands there.
    """
    return open(path).read()[number]


def greet_customer(name: str) -> str:
    """Say something kind to whoever comes in.

    Args:
        name: Who it is.

    Returns:
        The words.
    """
    return name


def charge_card(amount: int) -> int:
    """Take the money for what was sold.

    Args:
        amount: How much it is.

    Returns:
        What is left to pay.
    """
    return amount


def paint_wall(colour: str) -> str:
    """Give the shop another look.

    Args:
        colour: What it is to look like.

    Returns:
        The look that it had.
    """
    return colour
"#;

/// Something to be documented.
const NEW: &str = "\"\"\"Something new.\"\"\"\n\n\ndef load_invoice(path: str, number: int) -> str:\n    return open(path).read()[number]\n";

fn project(settings: &str) -> Project {
    // What a second run asks is what these tests look at.
    Project::new()
        .env("DOCGEN_CACHE", "0")
        .file("docgen.toml", &format!("{RETRY}{settings}"))
        .file("shop.py", SHOP)
        .file("new.py", NEW)
}

/// The prompts of a run, without the constant parts.
fn prompts(azure: &FakeAzure) -> Vec<String> {
    let requests = azure.requests();
    let chats = requests
        .iter()
        .filter(|one| one.path.ends_with("/chat/completions"));
    let message = |one: &Recorded| {
        let messages = one.body["messages"].as_array().unwrap();
        messages.last().unwrap()["content"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    chats.map(message).collect()
}

fn embedding_requests(azure: &FakeAzure) -> Vec<Recorded> {
    let mut requests = azure.requests();
    requests.retain(|one| one.path.ends_with("/embeddings"));
    requests
}

/// The order in which examples stand in a prompt.
fn shown(prompt: &str) -> Vec<&'static str> {
    let mut found: Vec<(usize, &str)> =
        ["load_order", "greet_customer", "charge_card", "paint_wall"]
            .into_iter()
            .filter_map(|name| Some((prompt.find(&format!("def {name}("))?, name)))
            .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn a_prompt_shows_the_nearest_documented_functions() {
    let azure = FakeAzure::start();
    let project = project("").azure(&azure);
    let ran = project.docgen(&["run", "new.py", "-v"]).exits(0);
    assert!(
        ran.stderr.contains("2 changed files indexed"),
        "{}",
        ran.stderr
    );
    let prompt = &prompts(&azure)[0];
    assert_eq!(shown(prompt)[0], "load_order", "{prompt}");
    assert_eq!(shown(prompt).len(), 3);
    assert!(
        prompt.contains("Read an order from the ledger of the shop."),
        "{prompt}"
    );
    assert!(
        !prompt.contains("open(path).read()[number]\n\n\ndef"),
        "no body of an example"
    );
    // The next run has indexed it all, but for the file that was written.
    std::fs::write(project.path("new.py"), NEW).unwrap();
    let ran = project.docgen(&["run", "new.py", "-v"]).exits(0);
    assert!(
        ran.stderr.contains("0 changed files indexed"),
        "{}",
        ran.stderr
    );
    assert_eq!(prompts(&azure)[1], *prompt);
}

#[test]
fn none_are_shown_where_none_are_wanted_or_no_source_may_be() {
    for settings in [
        "[examples]\ncount = 0\n",
        "[model]\nmax_source = 'none'\n",
        "[[style.overrides]]\npaths = ['shop.py']\nmax_source = 'none'\n",
    ] {
        let azure = FakeAzure::start();
        let project = project(settings).azure(&azure);
        project.docgen(&["run", "new.py"]).exits(0);
        assert!(shown(&prompts(&azure)[0]).is_empty(), "{settings}");
    }
}

#[test]
fn secrets_in_examples_are_masked() {
    let azure = FakeAzure::start();
    let secret = "ghp_0123456789abcdefghijABCDEFGHIJ456789";
    let shop = SHOP.replace("What stands there.", &format!("What {secret} shows."));
    let project = project("").file("shop.py", &shop).azure(&azure);
    project.docgen(&["run", "new.py"]).exits(0);
    let prompt = &prompts(&azure)[0];
    assert!(
        prompt.contains("<masked: ") && !prompt.contains(secret),
        "{prompt}"
    );
    let kept = std::fs::read(project.path(".docgen/state.db")).unwrap();
    let log = std::fs::read(project.path(".docgen/state.db-wal")).unwrap_or_default();
    let kept = [kept, log].concat();
    assert!(!String::from_utf8_lossy(&kept).contains(secret));
}

#[test]
fn a_diff_leaves_no_state_behind() {
    let azure = FakeAzure::start();
    let project = project("").azure(&azure);
    project.docgen(&["run", "new.py", "--diff"]).exits(1);
    assert_eq!(shown(&prompts(&azure)[0]).len(), 3);
    assert!(!project.path(".docgen").exists());
}

#[test]
fn a_state_folder_that_cannot_be_had_costs_nothing() {
    let azure = FakeAzure::start();
    let project = project("")
        .file(".docgen", "a file in its place")
        .azure(&azure);
    project.docgen(&["run", "new.py"]).exits(0);
    assert_eq!(shown(&prompts(&azure)[0]).len(), 3);
}

#[test]
fn a_damaged_database_is_set_aside_and_made_anew() {
    let azure = FakeAzure::start();
    let project = project("")
        .file(".docgen/state.db", &"damage ".repeat(900))
        .azure(&azure);
    project
        .docgen(&["run", "new.py"])
        .exits(0)
        .says("is damaged")
        .says("set aside");
    assert_eq!(shown(&prompts(&azure)[0]).len(), 3);
    assert!(project.path(".docgen/state.db.damaged").exists());
    std::fs::write(project.path("new.py"), NEW).unwrap();
    let ran = project.docgen(&["run", "new.py", "-v"]).exits(0);
    assert!(
        ran.stderr.contains("0 changed files indexed"),
        "{}",
        ran.stderr
    );
}

const MEANINGS: [&[&str]; 3] = [
    &["invoice", "money", "charge", "pay"],
    &["wall", "look", "colour"],
    &["ledger", "customer"],
];

#[test]
fn an_embedding_model_finds_examples_by_meaning() {
    let azure = FakeAzure::builder().meanings(&MEANINGS).start();
    let settings = "[examples]\ncount = 1\n[examples.embeddings]\ndeployment = 'docs'\n";
    let project = project(settings).azure(&azure);
    project.docgen(&["run", "new.py"]).exits(0);
    assert_eq!(shown(&prompts(&azure)[0]), ["charge_card"]);
    let asked = embedding_requests(&azure);
    assert_eq!(asked.len(), 1, "one request for all texts");
    assert_eq!(asked[0].path, "/openai/v1/embeddings");
    let texts: Vec<&str> = asked[0].body["input"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|text| text.as_str())
        .collect();
    assert!(
        texts
            .iter()
            .any(|text| text.contains("Take the money for what was sold."))
    );
    assert!(
        texts
            .iter()
            .any(|text| text.starts_with("load_invoice\ndef load_invoice("))
    );
    // Everything is known the second time.
    std::fs::write(project.path("new.py"), NEW).unwrap();
    project.docgen(&["run", "new.py"]).exits(0);
    assert_eq!(embedding_requests(&azure).len(), 1);
    assert_eq!(shown(&prompts(&azure)[1]), ["charge_card"]);
}

#[test]
fn what_embeddings_took_is_part_of_the_report_and_of_no_estimate() {
    let azure = FakeAzure::builder().meanings(&MEANINGS).start();
    let settings = "[azure]\nmodel = 'gpt-4o-mini'\n[examples.embeddings]\ndeployment = 'docs'\nmodel = 'text-embedding-3-small'\n";
    let project = project(settings).azure(&azure);
    let ran = project
        .docgen(&[
            "run",
            "new.py",
            "--format",
            "json",
            "--metrics-file",
            "docgen.prom",
        ])
        .exits(0);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let requests = &report["requests"];
    let rows = requests["records"].as_array().unwrap();
    let sum = |figure: &str, operation: &str| -> f64 {
        let rows = rows.iter().filter(|row| row["operation"] == operation);
        rows.map(|row| row[figure].as_f64().unwrap()).sum()
    };
    assert_eq!(rows[0]["operation"], "embeddings", "examples come first");
    assert_eq!(rows.len(), azure.requests().len());
    assert_eq!(requests["sent"], rows.len());
    assert_eq!(requests["deployments"].as_array().unwrap().len(), 2);
    let (embedded, asked) = (
        sum("prompt_tokens", "embeddings"),
        sum("prompt_tokens", "chat"),
    );
    assert!(embedded > 0.0 && asked > 0.0);
    assert_eq!(requests["prompt_tokens"].as_f64(), Some(embedded + asked));
    let came_to = &report["estimate"]["came_to"];
    assert_eq!(came_to["prompt_tokens"]["actual"].as_f64(), Some(asked));
    assert_eq!(came_to["requests"]["actual"], 1.0);
    assert!(
        rows[0]["usd"].is_number(),
        "its price is known: {}",
        rows[0]
    );
    let metrics = std::fs::read_to_string(project.path("docgen.prom")).unwrap();
    assert!(metrics.contains("operation=\"embeddings\""), "{metrics}");
}

#[test]
fn without_embeddings_words_decide_and_one_warning_says_so() {
    let azure = FakeAzure::builder().without_embeddings().start();
    let settings = "[examples.embeddings]\ndeployment = 'docs'\n";
    let project = project(settings).azure(&azure);
    let ran = project.docgen(&["run", "new.py"]).exits(0);
    let warnings = ran
        .stderr
        .matches("the embedding model does not serve")
        .count();
    assert_eq!(warnings, 1, "{}", ran.stderr);
    assert_eq!(shown(&prompts(&azure)[0])[0], "load_order");
}

fn searching(azure: &FakeAzure, search: &FakeSearch, more: &str) -> Project {
    let settings = format!(
        "{more}[examples.azure_search]\nendpoint = '{}'\nproject = 'shop'\n",
        search.endpoint()
    );
    project(&settings)
        .azure(azure)
        .env("AZURE_SEARCH_API_KEY", ADMIN_KEY)
}

#[test]
fn azure_ai_search_is_filled_once_and_searched() {
    let (azure, search) = (FakeAzure::start(), FakeSearch::start());
    let project = searching(&azure, &search, "");
    let ran = project.docgen(&["run", "new.py"]).exits(0);
    assert!(
        !ran.stderr.contains(ADMIN_KEY) && !ran.stderr.contains("warning"),
        "{}",
        ran.stderr
    );
    assert_eq!(shown(&prompts(&azure)[0])[0], "load_order");
    assert_eq!(
        search.documents("docgen").len(),
        5,
        "a module and four functions"
    );
    assert_eq!(search.count("PUT", ""), 1);
    assert_eq!(search.count("POST", "/docs/search.index"), 1);
    // What is there is not sent again; what is gone goes, and what has changed comes anew.
    std::fs::write(project.path("new.py"), NEW).unwrap();
    project.docgen(&["run", "new.py"]).exits(0);
    assert_eq!(search.count("POST", "/docs/search.index"), 1);
    std::fs::write(project.path("new.py"), NEW).unwrap();
    let changed = SHOP
        .replace("the ledger of the shop", "the ledger")
        .replace("paint_wall", "paint_walls");
    std::fs::write(project.path("shop.py"), changed).unwrap();
    project.docgen(&["run", "new.py"]).exits(0);
    let asked = search.asked();
    let actions: Vec<_> = asked
        .iter()
        .filter(|one| one.path.ends_with("/docs/search.index"))
        .skip(1)
        .flat_map(|one| one.body["value"].as_array().unwrap())
        .map(|action| action["@search.action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["mergeOrUpload", "mergeOrUpload", "delete"]);
    assert_eq!(search.documents("docgen").len(), 5);
}

#[test]
fn a_shared_index_keeps_projects_apart() {
    let (azure, search) = (FakeAzure::start(), FakeSearch::start());
    let project = searching(&azure, &search, "");
    project.docgen(&["run", "new.py"]).exits(0);
    let other = json!({
        "id": "other", "project": "another", "group": "callable", "hash": "h",
        "name": "load invoice", "identifiers": "load invoice path number", "docstring": "Load it.",
    });
    search.add_document("docgen", other);
    std::fs::write(project.path("new.py"), NEW).unwrap();
    project.docgen(&["run", "new.py"]).exits(0);
    assert!(
        search
            .documents("docgen")
            .iter()
            .any(|one| one["id"] == "other")
    );
    assert!(!prompts(&azure)[1].contains("Load it."));
}

#[test]
fn words_and_meaning_are_searched_together() {
    let azure = FakeAzure::builder().meanings(&MEANINGS).start();
    let search = FakeSearch::start();
    let project = searching(
        &azure,
        &search,
        "[examples]\ncount = 2\n[examples.embeddings]\ndeployment = 'docs'\n",
    );
    project.docgen(&["run", "new.py"]).exits(0);
    let mut examples = shown(&prompts(&azure)[0]);
    examples.sort_unstable();
    assert_eq!(examples, ["charge_card", "load_order"]);
    let definition = search.definition("docgen").unwrap();
    let fields = definition["fields"].as_array().unwrap();
    let vector = fields
        .iter()
        .find(|field| field["name"] == "vector")
        .unwrap();
    assert_eq!(vector["dimensions"], MEANINGS.len());
    let asked = search.asked();
    let queried = asked
        .iter()
        .filter(|one| one.body["vectorQueries"].is_array());
    assert_eq!(queried.count(), 1);
}

#[test]
fn what_is_throttled_is_sent_again_and_what_is_refused_is_told() {
    let (azure, search) = (FakeAzure::start(), FakeSearch::start());
    search.throttle(2);
    search.fail_document("Take the money", 503, 2);
    search.fail_document("Give the shop", 400, 1);
    let project = searching(&azure, &search, "");
    project
        .docgen(&["run", "new.py"])
        .exits(0)
        .says("did not take 1 of 5 documents")
        .says("status 400");
    assert_eq!(search.documents("docgen").len(), 4);
    assert_eq!(search.count("POST", "/docs/search.index"), 3);
    assert_eq!(shown(&prompts(&azure)[0])[0], "load_order");
}

#[test]
fn a_query_key_searches_what_is_there() {
    let (azure, search) = (FakeAzure::start(), FakeSearch::start());
    searching(&azure, &search, "")
        .docgen(&["run", "new.py"])
        .exits(0);
    let before = search.asked().len();
    let project = searching(&azure, &search, "").env("AZURE_SEARCH_API_KEY", QUERY_KEY);
    let ran = project.docgen(&["run", "new.py"]).exits(0);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    let asked = search.asked().split_off(before);
    let statuses: Vec<u16> = asked.iter().map(|one| one.status).collect();
    assert_eq!(
        statuses,
        [403, 200],
        "it may not see the index, and may search"
    );
}

#[test]
fn a_search_service_that_does_not_serve_is_done_without() {
    let azure = FakeAzure::start();
    let broken = FakeSearch::start();
    broken.break_down();
    let other = FakeSearch::start();
    let foreign =
        json!({"name": "docgen", "fields": [{"name": "id", "type": "Edm.String", "key": true}]});
    other.make_index("docgen", foreign);
    let refusing = FakeSearch::start();
    let cases = [
        (&broken, ADMIN_KEY, "HTTP status 500"),
        (&other, ADMIN_KEY, "is not one of docgen's"),
        (&refusing, "wrong", "admin key"),
    ];
    for (search, key, words) in cases {
        let project = searching(&azure, search, "").env("AZURE_SEARCH_API_KEY", key);
        let ran = project.docgen(&["run", "new.py"]).exits(0).says(words);
        let warnings = ran.stderr.matches("Azure AI Search does not serve").count();
        assert_eq!(warnings, 1, "{}", ran.stderr);
        assert_eq!(shown(prompts(&azure).last().unwrap())[0], "load_order");
    }
}

#[test]
fn a_search_service_without_a_key_is_told_before_anything_is_asked() {
    let (azure, search) = (FakeAzure::start(), FakeSearch::start());
    let project = searching(&azure, &search, "").env("AZURE_SEARCH_API_KEY", "");
    project
        .docgen(&["run", "new.py"])
        .exits(2)
        .says("Azure AI Search is not set up")
        .says("AZURE_SEARCH_API_KEY");
    assert!(azure.requests().is_empty() && search.asked().is_empty());
}

/// Ten functions in NumPy style, with types.
fn numpy() -> String {
    let function = |n: u32| {
        format!(
            "def f{n}(a: int) -> int:\n    \"\"\"Count what number {n} comes to.\n\n    Parameters\n    ----------\n    a : int\n        What is counted.\n\n    Returns\n    -------\n    int\n        How many there are.\n    \"\"\"\n    return a\n\n\n"
        )
    };
    let functions: String = (0..10).map(function).collect();
    format!("\"\"\"Count.\"\"\"\n\n\n{functions}")
}

#[test]
fn the_project_s_convention_is_followed_also_for_one_file() {
    let project = Project::new()
        .file("docgen.toml", "")
        .file("counted.py", &numpy())
        .file("new.py", NEW);
    let arguments = ["run", "new.py", "--provider", "offline"];
    let ran = project.docgen(&[&arguments[..], &["-v"]].concat()).exits(0);
    assert!(ran.stderr.contains("numpy 10"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("in numpy style, with types repeated"),
        "{}",
        ran.stderr
    );
    let text = project.read("new.py");
    assert!(
        text.contains("    Parameters\n    ----------\n    path : str\n"),
        "{text}"
    );
    let state = rusqlite::Connection::open(project.path(".docgen/state.db")).unwrap();
    let count = "SELECT count(*) FROM document";
    let documents: i64 = state.query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(documents, 0, "drafts need no examples");
    // What the user says counts.
    std::fs::write(project.path("new.py"), NEW).unwrap();
    project
        .docgen(&[&arguments[..], &["--style", "google"]].concat())
        .exits(0);
    let text = project.read("new.py");
    assert!(text.contains("    Args:\n        path (str): "), "{text}");
    std::fs::write(
        project.path("docgen.toml"),
        "[docstring]\nstyle = 'google'\ntypes = 'omit'\n",
    )
    .unwrap();
    std::fs::write(project.path("new.py"), NEW).unwrap();
    project.docgen(&arguments).exits(0);
    assert!(project.read("new.py").contains("    Args:\n        path: "));
}
