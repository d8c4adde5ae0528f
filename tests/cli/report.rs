//! The report of a run, in each of its forms.

use std::time::Duration;

use base64::Engine as _;
use serde_json::Value;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::Project;

const CODE: &str = "def pay(amount):\n    if amount < 0:\n        raise ValueError(\"negative\")\n    return amount\n\n\nclass Cart:\n    def add(self, sku):\n        yield sku\n";

/// Where it does not hold the published schema.
pub fn faults(report: &Value) -> String {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/docs/schema/report.schema.json"
    );
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("report.json", schema).unwrap();
    let mut schemas = boon::Schemas::new();
    let index = compiler.compile("report.json", &mut schemas).unwrap();
    match schemas.validate(report, index) {
        Ok(()) => String::new(),
        Err(error) => error.to_string(),
    }
}

fn json(project: &Project) -> Value {
    serde_json::from_str(&project.read("r.json")).unwrap()
}

#[test]
fn the_extension_says_the_form_and_there_may_be_several() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    let run = [
        "run", "app.py", "--format", "json", "--report", "r.md", "--report", "r.json",
    ];
    let more = ["--report", "r.HTML", "--report", "run.csv"];
    let ran = project.docgen(&[run.as_slice(), &more].concat()).exits(0);
    assert_eq!(ran.json(), json(&project), "standard output has the same");
    assert!(project.read("r.md").starts_with("# docgen report\n"));
    assert!(project.read("r.HTML").starts_with("<!DOCTYPE html>\n"));
    let definitions = project.read("run.definitions.csv");
    assert!(
        definitions.contains("\r\napp.py,24,Cart.add,method,D102,documented,,false,1,0,0.0,"),
        "{definitions}"
    );
    let requests = project.read("run.requests.csv");
    assert_eq!(requests.lines().count(), 2, "{requests}");
    assert!(
        requests.contains("\r\n1,chat,app.py,docs,127.0.0.1:"),
        "{requests}"
    );
    assert!(!project.path("docgen-report.md").exists());
    let report = json(&project);
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["requests"]["records"][0]["file"], "app.py");
    assert_eq!(report["coverage"]["after"]["percent"], 100.0);
    assert_eq!(report["quality"]["definitions"], 4);

    let asked = azure.requests().len();
    let nowhere = project.docgen(&["run", "--overwrite", "--report", "none/r.md"]);
    nowhere.exits(2).says("cannot be written");
    assert_eq!(azure.requests().len(), asked, "nothing is paid for before");
    let refused = project.docgen(&["run", "--report", "report.pdf"]).exits(2);
    refused.says("`.md`, `.json`, `.html` or `.csv`");
    let project = Project::with(CODE).file("docgen.toml", "[report]\npath = ['a.md', 'b']\n");
    project
        .docgen(&["run", "--provider", "offline"])
        .exits(2)
        .says("`b` does not say");
    let project = Project::with(CODE).file("docgen.toml", "[report]\npath = ['a.md', 'b.html']\n");
    project
        .docgen(&["run", "--provider", "offline"])
        .exits(0)
        .says("Report: b.html");
    assert!(project.path("a.md").exists() && project.path("b.html").exists());
}

#[test]
fn every_run_s_json_holds_the_published_schema() {
    let refusing = || {
        FakeAzure::builder()
            .on_definition("pay", Step::Refusal("I will not.".to_owned()))
            .rate_limits(Some((600, 100_000)))
            .start()
    };
    let run = |azure: Option<&FakeAzure>, flags: &[&str]| {
        let project = Project::with(CODE)
            .file("broken.py", "def f(:\n")
            .file("odd.py", "def g():  # docgen: skip\n    '''Do.'''\n");
        let project = match azure {
            Some(azure) => project.azure(azure),
            None => project.env("DOCGEN_PROVIDER", "offline"),
        };
        project.docgen(&[&["run", "--report", "r.json"], flags].concat());
        let report = json(&project);
        assert_eq!(faults(&report), "", "{flags:?}: {report:#}");
        report
    };
    let offline = run(None, &["--provider", "offline"]);
    assert_eq!(
        (&offline["requests"], &offline["cache"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(offline["diagnostics"][0]["code"], "E999");
    assert_eq!(
        run(None, &["--provider", "offline", "--diff"])["diff"],
        true
    );
    run(None, &["--provider", "offline", "--mode", "all"]);
    let model = run(Some(&refusing()), &[]);
    assert_eq!(model["totals"]["rejected"], 1);
    assert!(model["requests"]["time"].as_array().unwrap().len() > 1);
    let failed = FakeAzure::builder().always(Step::ServerError(503)).start();
    let failed = run(Some(&failed), &[]);
    assert_eq!(failed["requests"]["records"][0]["status"], 503);
    assert_eq!(failed["requests"]["records"][0]["end"], "failed");
    let stopped = run(Some(&FakeAzure::start()), &["--max-requests", "0"]);
    assert_eq!(stopped["budget"]["left"], 4);
    // What was estimated is the whole, so nothing is said of how far off it was.
    let came_to = &stopped["estimate"]["came_to"]["requests"];
    assert_eq!(came_to["off_percent"], Value::Null, "{came_to}");
    // A judge that takes everything would be none.
    let mut wrong = model;
    wrong["totals"]["rejected"] = "one".into();
    assert_ne!(faults(&wrong), "");
}

#[test]
fn nothing_to_do_is_said_in_every_form() {
    let project = Project::new();
    let flags = [
        "--report", "r.md", "--report", "r.json", "--report", "r.html", "--report", "r.csv",
    ];
    let run = [["run", "--provider", "offline"].as_slice(), &flags].concat();
    project.docgen(&run);
    let report = project.read("r.md");
    assert!(report.contains("docgen found no Python file."), "{report}");
    assert_eq!(faults(&json(&project)), "");
    assert!(
        !project.read("r.html").contains("<svg"),
        "there is nothing to draw"
    );
    let project = project.file("done.py", "\"\"\"Do nothing.\"\"\"\n");
    project.docgen(&run).exits(0);
    let report = project.read("r.md");
    assert!(
        report.contains("Nothing was to be documented in 1 file."),
        "{report}"
    );
}

#[test]
fn links_lead_to_the_line_in_the_file_as_it_is_now() {
    let project = Project::new()
        .file("src/a b/50%.py", "def f(): pass\n")
        .file("src/app.py", CODE)
        .file("out/keep", "");
    let run = [
        "run",
        "--provider",
        "offline",
        "src",
        "--report",
        "out/r.md",
    ];
    project.docgen(&run).exits(0);
    let report = project.read("out/r.md");
    let mut seen = 0;
    for link in report.split("](").skip(1) {
        let link = link.split(')').next().unwrap();
        let Some((path, number)) = link.split_once("#L") else {
            continue;
        };
        let path = path.replace("%20", " ").replace("%25", "%");
        let text = project.read(&format!("out/{path}"));
        let number: usize = number.parse().unwrap();
        let named = text.lines().nth(number - 1).unwrap();
        let is_module = named.starts_with("\"\"\"");
        assert!(
            is_module || named.contains("def ") || named.starts_with("class "),
            "{link}: {named}"
        );
        seen += 1;
    }
    assert!(seen >= 6, "{report}");
    let base = [
        "--link-base",
        "https://git.example/me/shop/blob/main/",
        "--overwrite",
    ];
    project.docgen(&[run.as_slice(), &base].concat()).exits(0);
    let report = project.read("out/r.md");
    assert!(
        report.contains("](https://git.example/me/shop/blob/main/src/a%20b/50%25.py#L"),
        "{report}"
    );
}

#[test]
fn two_runs_differ_only_in_what_they_took() {
    let report = || {
        let azure = FakeAzure::builder()
            .on_definition("pay", Step::Refusal("No.".to_owned()))
            .start();
        let project = Project::with(CODE).azure(&azure);
        project.docgen(&["run", "app.py"]).exits(1);
        project.read("docgen-report.md")
    };
    let (one, other) = (report(), report());
    let stable = |text: &str| {
        let (before, _) = text.split_once("\n## What it took").unwrap();
        let lines = before
            .lines()
            .filter(|line| !line.starts_with("| Time |") && !line.starts_with("| Money |"));
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(stable(&one), stable(&other));
    insta::assert_snapshot!(stable(&one), @r"
    # docgen report

    docgen documented 3 definitions in 1 of 1 file. See [what is left](#what-is-left).

    | | |
    |---|---|
    | Coverage | 0.0 % → **75.0 %** (0 → 3 of 4 definitions) |
    | Quality | 0.0 → **100.0** of 100 (mean of the 3 docstrings written or mended; none counts 0) |
    | Left | 1 refused |

    ## What is left

    | Where | Definition | | Why |
    |---|---|---|---|
    | [`app.py:4`](app.py#L4) | `pay` | refused | the model refused: No. |

    ## Files

    | File | Coverage | Quality | Documented | Mended | Skipped | Left |
    |---|--:|--:|--:|--:|--:|--:|
    | [`app.py`](app.py) | 0.0 % → 75.0 % | 0 → 100 | 3 | 0 | 0 | 1 |

    ## Replies

    | What it took | Definitions | Share |
    |---|--:|--:|
    | Held at once | 3 | 75.0 % |
    | Held when asked again | 0 | 0.0 % |
    | Mended from the code | 0 | 0.0 % |
    | Refused | 1 | 25.0 % |

    ## Definitions

    <details><summary><code>app.py</code> (4 definitions)</summary>

    | Line | Definition | Kind | Rule | Quality | Outcome |
    |--:|---|---|---|--:|---|
    | [1](app.py#L1) | `app` | module | D100 | 0 → 100 | documented |
    | [4](app.py#L4) | `pay` | function | D103 |  | refused: the model refused: No. |
    | [10](app.py#L10) | `Cart` | class | D101 | 0 → 100 | documented |
    | [13](app.py#L13) | `Cart.add` | method | D102 | 0 → 100 | documented |

    </details>
    ");
}

#[test]
fn what_held_the_run_back_is_said_with_what_would_help() {
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(300))
        .start();
    let source: Vec<String> = (0..6)
        .map(|index| format!("def f{index}(): pass\n"))
        .collect();
    let source = source.concat();
    let project = Project::with(&source).azure(&azure);
    let flags = [
        "run",
        "--max-concurrency",
        "1",
        "--report",
        "r.md",
        "--report",
        "r.json",
    ];
    let settings = project.read("docgen.toml") + "[batch]\nmax_definitions = 1\n";
    let project = project.file("docgen.toml", &settings);
    project.docgen(&flags).exits(0);
    let report = json(&project);
    let advice = report["requests"]["advice"].as_str().unwrap();
    assert_eq!(
        advice, "raise `quota.max_concurrency` (now 1 in all)",
        "{report:#}"
    );
    let shares = report["requests"]["time"].as_array().unwrap();
    // On a busy machine docgen's own part may be the largest.
    let mut held = shares.iter().filter(|share| share["on"] != "docgen");
    assert_eq!(held.next().unwrap()["on"], "concurrency");
    let sum: f64 = shares
        .iter()
        .map(|share| share["percent"].as_f64().unwrap())
        .sum();
    assert!((99.0..101.0).contains(&sum), "{sum}");
    let markdown = project.read("r.md");
    assert!(
        markdown.contains("What would help most: raise `quota.max_concurrency`"),
        "{markdown}"
    );
    assert!(
        markdown.contains("```mermaid\npie showData\n"),
        "{markdown}"
    );
}

#[test]
fn an_unknown_price_is_said_and_a_known_one_is_reckoned() {
    let money = |settings: &str| {
        let azure = FakeAzure::start();
        let project = Project::with(CODE)
            .file("docgen.toml", settings)
            .azure(&azure);
        project
            .docgen(&["run", "--report", "r.md", "--report", "r.json"])
            .exits(0);
        let report = project.read("r.md");
        let line = report.lines().find(|line| line.starts_with("| Money |"));
        (
            line.unwrap().to_owned(),
            json(&project)["requests"]["cost"].clone(),
        )
    };
    let (line, cost) = money("[price]\ninput = 1000\noutput = 1000\n");
    assert!(line.starts_with("| Money | $"), "{line}");
    assert!(cost["usd"].as_f64().unwrap() > 0.01, "{cost}");
}

#[cfg(unix)]
#[test]
fn no_name_and_no_reason_is_markup() {
    let name = "x<img src=q onerror=alert(1)> `|` [a](b) @team.py";
    let azure = FakeAzure::builder()
        .always(Step::Refusal(
            "<script>alert(2)</script> | @everyone ![x](http://e.vil/x)".to_owned(),
        ))
        .start();
    let project = Project::new()
        .file(name, "def f(): pass\n")
        .file("=1+1.py", CODE)
        .azure(&azure);
    let flags = [
        "--report", "r.md", "--report", "r.html", "--report", "r.csv",
    ];
    project
        .docgen(&[["run"].as_slice(), &flags].concat())
        .exits(1);
    let markdown = project.read("r.md");
    for markup in ["<script", " ![x]", " @everyone"] {
        assert!(!markdown.contains(markup), "{markup}: {markdown}");
    }
    // The names are code, and in HTML escaped.
    assert!(
        markdown.contains("[``x<img src=q onerror=alert(1)> `\\|` [a](b) @team.py``]("),
        "{markdown}"
    );
    assert!(markdown.contains("<summary><code>x&lt;img"), "{markdown}");
    let html = project.read("r.html");
    assert!(
        !html.contains("<img") && !html.contains("<script>alert"),
        "{html}"
    );
    assert!(html.contains("&lt;script&gt;alert(2)"));
    assert!(
        project
            .read("r.definitions.csv")
            .contains("\r\n\"'=1+1.py\",")
    );
}

#[test]
fn a_browser_lets_the_page_run_its_own_script_and_nothing_else() {
    let project = Project::with(CODE);
    let flags = ["run", "--provider", "offline", "--report", "r.html"];
    project.docgen(&flags).exits(0);
    let page = project.read("r.html");
    let (_, script) = page.split_once("<script>").unwrap();
    let (script, _) = script.split_once("</script>").unwrap();
    let hash = ring::digest::digest(&ring::digest::SHA256, script.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    let policy =
        format!("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}';");
    assert!(page.contains(&policy), "the script's hash is sha256-{hash}");
    for reach in ["src=", "http:", "https:", "@import", "url("] {
        assert!(!page.contains(reach), "{reach}");
    }
}
