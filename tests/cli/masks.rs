//! Secrets in source stay on the machine, and what is none is shown.

use std::fmt::Write as _;

use docgen::generate::Masks;

use crate::support::fake_azure::{FakeAzure, Prompted, Step};
use crate::support::project::{Project, fixtures};

/// A made-up credential.
struct Credential {
    kind: String,
    name: String,
    text: String,
    /// The parts of it that are secret.
    secrets: Vec<String>,
}

/// The credentials of `fixtures/secrets`, their parts filled in.
fn credentials() -> Vec<Credential> {
    let mut random = 1;
    let text = std::fs::read_to_string(fixtures().join("secrets/credentials.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut columns = line.splitn(3, "; ");
            let mut column = || columns.next().unwrap().to_owned();
            let (kind, name, form) = (column(), column(), column().replace('|', ""));
            let (mut text, mut secrets) = (String::new(), Vec::new());
            for (at, piece) in form.split(['{', '}']).enumerate() {
                let piece = match at % 2 {
                    0 => piece.to_owned(),
                    _ => filled(piece, &mut random),
                };
                text.push_str(&piece);
                if at % 2 == 1 && piece.len() >= 6 {
                    secrets.push(piece);
                }
            }
            Credential {
                kind,
                name,
                text,
                secrets,
            }
        })
        .collect()
}

/// Characters for `alphabet:length`, always the same.
fn filled(part: &str, random: &mut u64) -> String {
    let (alphabet, length) = part.split_once(':').unwrap();
    let alphabet = match alphabet {
        "b62" => "a0Bc1De2Fg3Hi4Jk5Lm6No7Pq8Rs9TuVwXyZAbCdEfGhIjKlMnOpQrStUvWxYz",
        "b64" => "a0Bc1De2Fg3Hi4Jk5Lm6No7Pq8Rs9TuVwXyZAbCdEfGhIjKlMnOpQrStUvWxYz+/",
        "b32" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "low" => "abcdefghijklmnopqrstuvwxyz0123456789",
        "up" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "hex" => "0123456789abcdef",
        _ => "0123456789",
    };
    let next = |_| {
        *random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(*random >> 33).unwrap() % alphabet.len();
        char::from(alphabet.as_bytes()[at])
    };
    (0..length.parse::<usize>().unwrap()).map(next).collect()
}

fn masked(text: &str) -> String {
    Masks::find(text).shown(text, 0..text.len()).into_owned()
}

#[test]
fn a_credential_is_masked_wherever_it_stands() {
    let credentials = credentials();
    assert!(credentials.len() >= 60, "{}", credentials.len());
    let mut faults = String::new();
    for one in &credentials {
        let (name, text) = (&one.name, &one.text);
        let variable = name.replace('-', "_");
        let places = [
            (
                "literal",
                format!("def f():\n    {variable} = \"{text}\"\n"),
            ),
            ("bytes", format!("{variable}: bytes = b'{text}'\n")),
            (
                "f-string",
                format!("def f(x):\n    {variable} = f\"{{x}} {text}\"\n")
                    .replace("} ", if name == "value" { "} " } else { "}" }),
            ),
            (
                "default",
                format!("def f(a, {variable}: str = '{text}', b=1): pass\n"),
            ),
            ("argument", format!("f({variable}=\"{text}\")\n")),
            ("comment", format!("x = 1  # {name} = {text}\n")),
            ("quoted in a comment", format!("# {variable} = '{text}'\n")),
            (
                "docstring",
                format!("def f():\n    \"\"\"Do it.\n\n    {name}: {text}\n    \"\"\"\n"),
            ),
            (
                "dict",
                format!("x = {{'a': 1, \"{name}\": \"{text}\", 'b': 2}}\n"),
            ),
        ];
        for (place, source) in places {
            let shown = masked(&source);
            let leaks = one.secrets.iter().any(|secret| shown.contains(secret));
            let is_told = shown.contains(&format!("<masked: {}>", one.kind));
            let lines = (shown.lines().count(), source.lines().count());
            let is_same = masked(&shown) == shown;
            if leaks || !is_told || lines.0 != lines.1 || !is_same {
                _ = writeln!(faults, "{} as {place}: {source}   -> {shown}", one.kind);
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn what_is_no_secret_is_shown() {
    let text = std::fs::read_to_string(fixtures().join("secrets/harmless.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("# Source"));
    let mut faults = String::new();
    for line in lines.clone() {
        let source = line.replace("\\n", "\n");
        let shown = masked(&source);
        if shown != source {
            _ = writeln!(faults, "{source} -> {shown}");
        }
    }
    assert!(lines.count() >= 40);
    assert!(faults.is_empty(), "{faults}");
}

/// A module in which every credential stands somewhere that a prompt shows.
fn program(credentials: &[Credential]) -> String {
    let mut source = String::from("import os\n\n");
    for (at, one) in credentials.iter().enumerate() {
        let (name, text) = (one.name.replace('-', "_"), &one.text);
        _ = match at % 5 {
            0 => write!(source, "{name} = '{text}'\n\n"),
            1 => write!(
                source,
                "def call_{at}(url, {name}='{text}'):\n    return url\n\n"
            ),
            2 => write!(
                source,
                "class Client{at}:\n    {name} = '{text}'\n\n    def get(self, x):\n        # {name}: {text}\n        return x\n\n"
            ),
            3 => write!(
                source,
                "async def send_{at}(x):\n    options = {{'{name}': '{text}'}}\n    return options, x\n\n"
            ),
            _ => write!(
                source,
                "def fail_{at}(x):\n    if x:\n        raise ValueError('{name}: {text}')\n    raise KeyError(f'{{x}}{name}={text}')\n\n"
            ),
        };
    }
    source
}

#[test]
fn no_request_holds_a_secret_and_the_file_keeps_them() {
    let credentials = credentials();
    let source = program(&credentials);
    // One reply of a kind that is asked about again, so that a repair is among the requests.
    let azure = FakeAzure::scripted(vec![Step::Prose]);
    let project = Project::with(&source).azure(&azure);
    let ran = project.docgen(&["run", "app.py", "--format", "json"]);
    let report = ran.json();
    assert_eq!(report["totals"]["rejected"], 0, "{report}");
    assert_eq!(report["totals"]["failed"], 0, "{report}");
    let requests = azure.requests();
    assert!(requests.len() > 2);
    for request in &requests {
        let body = request.body.to_string();
        for one in &credentials {
            let leak = one.secrets.iter().find(|secret| body.contains(*secret));
            assert_eq!(leak, None, "{}: {body}", one.kind);
        }
    }
    let written = project.read("app.py");
    assert!(!written.contains("<masked"));
    for one in &credentials {
        assert!(written.contains(&one.text), "{}", one.kind);
    }
    let total = report["masked"]["total"].as_u64().unwrap();
    let kinds = report["masked"]["kinds"].as_object().unwrap();
    assert!(usize::try_from(total).unwrap() >= credentials.len());
    assert_eq!(
        kinds
            .values()
            .filter_map(serde_json::Value::as_u64)
            .sum::<u64>(),
        total
    );
    assert!(kinds["AWS access key"].as_u64().unwrap() >= 2);
    let markdown = project.read("docgen-report.md");
    assert!(markdown.contains("## Masked") && markdown.contains("| AWS access key |"));
}

#[test]
fn a_default_is_masked_and_stays_in_the_file() {
    let source = "def pay(amount, api_key='q8Zr5Tn2Wd7Xk1Lp'):\n    return amount\n";
    let azure = FakeAzure::start();
    let project = Project::with(source).azure(&azure);
    project.docgen(&["run", "app.py"]).exits(0);
    let body = azure.requests().last().unwrap().body.to_string();
    assert!(body.contains("api_key='<masked: API key>'"), "{body}");
    assert!(
        project
            .read("app.py")
            .contains("api_key='q8Zr5Tn2Wd7Xk1Lp'")
    );
}

#[test]
fn a_reply_that_speaks_of_a_mask_is_asked_for_again() {
    let source = "\"\"\"Pay.\"\"\"\n\n\ndef pay(api_key='q8Zr5Tn2Wd7Xk1Lp'):\n    send(api_key)\n";
    let reply = |_: &[Prompted]| {
        let draft = serde_json::json!({
            "id": "d1", "summary": "Pay with the key.", "description": null, "returns": null, "yields": null,
            "args": [{ "name": "api_key", "description": "The key; `<masked: API key>` by default, <masked: API key>." }],
            "raises": [], "attributes": [],
        });
        serde_json::json!({ "docstrings": [draft] }).to_string()
    };
    let azure = FakeAzure::builder()
        .on_definition("pay", Step::Custom(Box::new(reply)))
        .start();
    let project = Project::with(source).azure(&azure);
    project.docgen(&["run", "app.py"]);
    let body = azure.requests().last().unwrap().body.to_string();
    assert!(body.contains("holds a placeholder"), "{body}");
    assert!(!project.read("app.py").contains("<masked"));
}

#[test]
fn without_a_model_nothing_is_searched_for() {
    let project = Project::with("api_key = 'q8Zr5Tn2Wd7Xk1Lp'\n");
    let ran = project.docgen(&["run", "app.py", "--provider", "offline", "--format", "json"]);
    assert_eq!(ran.exits(0).json()["masked"]["total"], 0);
}

/// Every line of a body, and every default, has `body` in it.
const WITHHELD: &str = "\"\"\"Pay.\"\"\"\n\nLIMIT = body_limit()\n\n\n@retry(times=3)\ndef pay(amount: int, /, *rest, \
    currency: 'Code' = default_body) -> bool:\n    # body comment\n    body = send(amount)\n    if body:\n        \
    raise ValueError('body text')\n    return body\n\n\nclass Till:\n    body_field = 1\n\n    def open(self, key): return body_open(key)\n\n    \
    async def close(self):\n        \"\"\"Close it.\"\"\"\n        body_close()\n";

/// What is left of what was sent without the names and words that may be there.
fn left_over(sent: &str, allowed: &[&str]) -> String {
    assert!(!sent.contains("body_field = 1"), "{sent}");
    let without = |text: String, word: &&str| text.replace(word, "");
    let facts = ["body: withheld", "body_field"];
    facts.iter().chain(allowed).fold(sent.to_owned(), without)
}

/// The user messages of a run over [`WITHHELD`] with so much of the source.
fn prompts(max_source: &str) -> String {
    // The first reply is of a kind that is asked about again.
    let azure = FakeAzure::scripted(vec![Step::Draft, Step::Prose]);
    let project = Project::with(WITHHELD).azure(&azure);
    let arguments = ["run", "app.py", "--max-source", max_source];
    let ran = project.docgen(&arguments).exits(0);
    assert!(!ran.stderr.contains("rejected: "), "{}", ran.stderr);
    let requests = azure.requests().into_iter();
    let messages = requests.filter_map(|request| {
        let messages = request.body["messages"].as_array()?.clone();
        Some(messages.last()?["content"].as_str()?.to_owned())
    });
    messages.collect()
}

#[test]
fn no_line_of_a_body_is_sent_with_signatures_only() {
    let sent = prompts("signature");
    // `default_body` is part of the signature.
    assert!(
        !left_over(&sent, &["default_body"]).contains("body"),
        "{sent}"
    );
    for shown in [
        "body: withheld",
        "| @retry(times=3)\n",
        "| def pay(amount: int, /, *rest, currency: 'Code' = default_body) -> bool: ...\n",
        "| class Till: ...\n|     def open(self, key): ...\n|     async def close(self): ...\n|         \"\"\"Close it.\"\"\" ...\n",
        "raises: ValueError",
    ] {
        assert!(sent.contains(shown), "{shown} in {sent}");
    }
}

#[test]
fn no_line_of_source_is_sent_with_names_only() {
    let sent = prompts("none");
    assert!(!left_over(&sent, &[]).contains("body"), "{sent}");
    assert!(
        !sent.contains("retry") && !sent.contains("Close it"),
        "{sent}"
    );
    for shown in [
        "body: withheld",
        "| def pay(amount: int, /, *rest, currency: 'Code') -> bool: ...\n",
        "| class Till: ...\n|     def open(self, key): ...\n|     async def close(self): ...\n",
        "raises: ValueError",
    ] {
        assert!(sent.contains(shown), "{shown} in {sent}");
    }
}

#[test]
fn all_of_the_source_is_sent_unless_withheld() {
    let sent = prompts("full");
    assert!(
        sent.contains("# body comment") && !sent.contains("withheld"),
        "{sent}"
    );
}

#[test]
fn how_much_is_sent_is_a_setting_too() {
    let azure = FakeAzure::start();
    let settings = "[model]\nmax_source = 'none'\n";
    let project = Project::with(WITHHELD)
        .file("docgen.toml", settings)
        .azure(&azure);
    project.docgen(&["run", "app.py"]).exits(0);
    assert!(
        azure
            .requests()
            .iter()
            .any(|request| request.body.to_string().contains("body: withheld"))
    );
    let ran = project
        .docgen(&["run", "app.py", "--max-source", "some"])
        .exits(2);
    ran.says("expected one of `none`, `signature`, `full`");
}
