use std::net::TcpListener;
use std::time::Duration;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::loopback::{Authority, Loopback, Protocol};
use crate::support::project::{Project, Ran};

/// A quota within what the fake says that it has.
const SETTINGS: &str = "provider = 'azure'\n\n[quota]\nrequests_per_minute = 300\ntokens_per_minute = 100_000\n\n[files]\nexclude = ['build']\n";

fn project(azure: &FakeAzure) -> Project {
    Project::with("def f(): pass\n")
        .file("docgen.toml", SETTINGS)
        .azure(azure)
}

/// The text, with what differs from run to run and from machine to machine replaced.
fn text(project: &Project, ran: &Ran) -> String {
    let home = project.path("");
    let home = home.to_str().unwrap().trim_end_matches('/');
    let same = |line: &str| {
        let line = line.replace(home, "[project]");
        let line = match (line.split_once("127.0.0.1:"), line.split_once(" of disk")) {
            (Some((before, after)), _) => {
                let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
                // Sources stand in a column of their own.
                format!("{before}127.0.0.1:PORT{}", rest.replace("    ", "  "))
            }
            (_, Some((_, after))) => format!("  ok       [space] of disk{after}"),
            _ => line,
        };
        match line.split_once(" in ") {
            Some((before, after)) if after.ends_with(" ms") => format!("{before} in [n] ms"),
            _ => line,
        }
    };
    let lines: Vec<String> = ran.stdout.lines().map(same).collect();
    lines.join("\n")
}

/// What is said of the deployment.
fn deployment(project: &Project, ran: &Ran) -> String {
    let text = text(project, ran);
    let start = text.find("Deployment").unwrap();
    let end = text.find("\nProject").unwrap();
    text[start..end].trim_end().to_owned()
}

#[test]
fn all_is_well() {
    let azure = FakeAzure::start();
    let project = project(&azure);
    let ran = project.docgen(&["doctor"]).exits(0);
    insta::assert_snapshot!(text(&project, &ran), @r#"
    docgen 0.1.0

    Settings
      provider = "azure"                         docgen.toml:1
      files.exclude = ["build"]                  docgen.toml:8
      azure.endpoint = "http://127.0.0.1:PORT"  environment variable AZURE_OPENAI_ENDPOINT
      azure.deployment = "docs"                  environment variable AZURE_OPENAI_DEPLOYMENT
      quota.requests_per_minute = 300            docgen.toml:4
      quota.tokens_per_minute = 100000           docgen.toml:5
      AZURE_OPENAI_API_KEY is set                environment

    Deployment `docs` at 127.0.0.1:PORT, v1 route
      ok       reachable over HTTP/1.1
      ok       key accepted
      ok       answers as gpt-4.1-mini-2025-04-14 from Fake Central in [n] ms
      ok       structured outputs: `json_schema`
      ok       parameters: `max_completion_tokens`
      ok       quota: 599 of 600 requests left, 99000 of 100000 tokens left
      ok       content filter: nothing struck (hate, jailbreak, protected_material_code, protected_material_text, self_harm, sexual, violence)
      ok       clock: within 60 s of the server's
      cost: 1 request, 14 prompt and 6 reply tokens

    Project
      ok       `[project]/.docgen` is not there yet and can be made
      ok       [space] of disk space free
      ok       1 Python file, all of them readable
      skipped  git: `[project]` is in no git repository

    Nothing is wrong.
    "#);
    assert_eq!(ran.stderr, "");
    let requests = azure.requests();
    assert_eq!(requests.len(), 1, "one tiny request, and no more");
    assert!(requests[0].body["max_completion_tokens"].as_u64() <= Some(16));
    assert_eq!(project.read("app.py"), "def f(): pass\n");
    assert!(!project.path(".docgen").exists(), "it only looks");
}

#[test]
fn a_wrong_key_is_a_failure_with_a_remedy() {
    let azure = FakeAzure::start();
    let project = project(&azure).env("AZURE_OPENAI_API_KEY", "another-key");
    let ran = project.docgen(&["doctor"]).exits(2);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `docs` at 127.0.0.1:PORT, v1 route
      ok       reachable over HTTP/1.1
      failure  credential rejected (HTTP status 401): Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.
               hint: check that `AZURE_OPENAI_API_KEY` is a key of the resource that `AZURE_OPENAI_ENDPOINT` names
      ok       quota: 599 of 600 requests left, 99000 of 100000 tokens left
      ok       clock: within 60 s of the server's
      skipped  answers: not allowed to ask
      skipped  structured outputs, parameters, content filter: no completion
      cost: 1 request, 0 prompt and 0 reply tokens
    ");
}

#[test]
fn a_wrong_deployment_is_told_from_a_wrong_key() {
    let azure = FakeAzure::start();
    let project = project(&azure).env("AZURE_OPENAI_DEPLOYMENT", "gpt-4.1");
    let ran = project.docgen(&["doctor"]).exits(2);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `gpt-4.1` at 127.0.0.1:PORT, v1 route
      ok       reachable over HTTP/1.1
      ok       key accepted
      failure  not found (HTTP status 404): The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.
               hint: either no deployment is called `gpt-4.1` (see the resource's list of deployments; a model's name is not a deployment's name; a new one takes up to 5 minutes, a retired one is gone), or the path is wrong: check `AZURE_OPENAI_ENDPOINT`, and the API version if one is set
      ok       quota: 599 of 600 requests left, 99000 of 100000 tokens left
      ok       clock: within 60 s of the server's
      skipped  structured outputs, parameters, content filter: no completion
      cost: 1 request, 0 prompt and 0 reply tokens
    ");
}

#[test]
fn without_structured_outputs_it_says_what_docgen_falls_back_to() {
    let azure = FakeAzure::builder().always(Step::NoJsonSchema).start();
    let project = project(&azure);
    let ran = project.docgen(&["doctor"]).exits(0);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `docs` at 127.0.0.1:PORT, v1 route
      ok       reachable over HTTP/1.1
      ok       key accepted
      ok       answers as gpt-4.1-mini-2025-04-14 from Fake Central in [n] ms
      warning  structured outputs: `json_schema` is refused, docgen falls back to `json_object`
               hint: docgen checks every reply all the same; a model with structured outputs has fewer of them sent back (gpt-4o of August 2024 and newer, by v1 or API version 2024-10-21)
      ok       parameters: `max_completion_tokens`
      ok       quota: 599 of 600 requests left, 99000 of 100000 tokens left
      ok       content filter: nothing struck (hate, jailbreak, protected_material_code, protected_material_text, self_harm, sexual, violence)
      ok       clock: within 60 s of the server's
      cost: 2 requests, 62 prompt and 6 reply tokens
    ");
    assert_eq!(azure.requests().len(), 2);
}

#[test]
fn a_server_that_ignores_the_schema_is_found_out() {
    let azure = FakeAzure::builder().always(Step::Prose).start();
    let ran = project(&azure).docgen(&["doctor"]).exits(0);
    assert!(
        ran.stdout.contains("taken, and not kept to"),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_a_deployment_refuses_is_learned_and_said() {
    let azure = FakeAzure::builder().start();
    let settings =
        "[azure]\napi = 'classic'\n[model]\nreasoning_effort = 'low'\ntemperature = 0.5\n";
    let project = Project::with("x = 1\n")
        .file("docgen.toml", settings)
        .azure(&azure);
    let ran = project.docgen(&["doctor"]).exits(0);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `docs` at 127.0.0.1:PORT, classic route 2024-10-21
      ok       reachable over HTTP/1.1
      ok       key accepted
      ok       answers as gpt-4.1-mini-2025-04-14 from Fake Central in [n] ms
      ok       structured outputs: `json_schema`
      warning  parameters: does not take `reasoning_effort`
               hint: remove `reasoning_effort` from `[model]`; docgen goes without it meanwhile
      warning  quota: 599 of 600 requests left, 99000 of 100000 tokens left; not set: `requests_per_minute` and `tokens_per_minute`
               hint: set `requests_per_minute = 600` and `tokens_per_minute = 100000` under `[quota]` (some deployments give their requests for 10 seconds: six times as many then)
      ok       content filter: nothing struck (hate, jailbreak, protected_material_code, protected_material_text, self_harm, sexual, violence)
      ok       clock: within 60 s of the server's
      cost: 2 requests, 14 prompt and 6 reply tokens
    ");
}

#[test]
fn a_redirect_is_not_followed_and_named() {
    let azure = FakeAzure::builder()
        .always(Step::Redirect(
            "https://login.example/start?code=1".to_owned(),
        ))
        .start();
    let project = project(&azure);
    let ran = project.docgen(&["doctor"]).exits(2);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `docs` at 127.0.0.1:PORT, v1 route
      failure  redirected (HTTP status 302) to https://login.example/start
               hint: set the endpoint to the address it redirects to; docgen does not follow redirects, since they would carry the key to another host
      ok       quota: 599 of 600 requests left, 99000 of 100000 tokens left
      ok       clock: within 60 s of the server's
      skipped  credential, answers: no answer
      skipped  structured outputs, parameters, content filter: no completion
      cost: 1 request, 0 prompt and 0 reply tokens
    ");
}

#[test]
fn a_gateway_s_web_page_is_not_taken_for_the_deployment() {
    let azure = FakeAzure::builder().always(Step::Html502).start();
    let project = project(&azure);
    let ran = project.docgen(&["doctor"]).exits(2);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `docs` at 127.0.0.1:PORT, v1 route
      ok       reachable over HTTP/1.1
      failure  HTTP status 502: a web page, 502 Bad Gateway
               hint: a gateway or a proxy answered in the deployment's place: check the endpoint, and try again later
      ok       quota: 599 of 600 requests left, 99000 of 100000 tokens left
      ok       clock: within 60 s of the server's
      skipped  credential: the answer does not tell
      skipped  structured outputs, parameters, content filter: no completion
      cost: 1 request, 0 prompt and 0 reply tokens
    ");
}

#[test]
fn a_port_that_nobody_listens_on_is_unreachable() {
    let azure = FakeAzure::start();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let project = project(&azure).env("AZURE_OPENAI_ENDPOINT", &closed);
    let ran = project.docgen(&["doctor"]).exits(2);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `docs` at 127.0.0.1:PORT, v1 route
      failure  nobody answers there: tcp connect error: Connection refused (os error 111)
               hint: check the host in `AZURE_OPENAI_ENDPOINT`, the network, and `HTTPS_PROXY` if there is a proxy
      skipped  credential, answers, quota, clock: no answer
      skipped  structured outputs, parameters, content filter: no completion
      cost: 1 request, 0 prompt and 0 reply tokens
    ");
    assert_eq!(azure.requests().len(), 0);
}

#[test]
fn a_host_without_an_address_is_told_apart() {
    let azure = FakeAzure::start();
    let project = project(&azure).env("AZURE_OPENAI_ENDPOINT", "https://no-such-resource.invalid");
    let ran = project.docgen(&["doctor"]).exits(2);
    assert!(
        ran.stdout.contains("the host has no address"),
        "{}",
        ran.stdout
    );
}

#[test]
fn tls_to_a_plain_port_is_told_apart() {
    let azure = FakeAzure::start();
    let endpoint = azure.endpoint().replace("http://", "https://");
    let project = project(&azure).env("AZURE_OPENAI_ENDPOINT", &endpoint);
    let ran = project.docgen(&["doctor"]).exits(2);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `docs` at 127.0.0.1:PORT, v1 route
      failure  no TLS there: received corrupt message of type InvalidContentType
               hint: the port may speak plain HTTP: begin the address with `http://`, or name the port that speaks TLS
      skipped  credential, answers, quota, clock: no answer
      skipped  structured outputs, parameters, content filter: no completion
      cost: 1 request, 0 prompt and 0 reply tokens
    ");
}

#[test]
fn a_clock_that_is_off_is_a_warning() {
    let azure = FakeAzure::builder()
        .clock_ahead(Duration::from_secs(400))
        .start();
    let ran = project(&azure).docgen(&["doctor"]).exits(0);
    assert!(
        ran.stdout.contains("s behind the server's"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("Found 1 warning."), "{}", ran.stdout);
}

#[test]
fn a_quota_above_what_the_deployment_has_is_a_warning() {
    let azure = FakeAzure::builder()
        .rate_limits(Some((200, 50_000)))
        .start();
    let project = project(&azure);
    let ran = project.docgen(&["doctor"]).exits(0);
    insta::assert_snapshot!(deployment(&project, &ran), @"
    Deployment `docs` at 127.0.0.1:PORT, v1 route
      ok       reachable over HTTP/1.1
      ok       key accepted
      ok       answers as gpt-4.1-mini-2025-04-14 from Fake Central in [n] ms
      ok       structured outputs: `json_schema`
      ok       parameters: `max_completion_tokens`
      warning  quota: 199 of 200 requests left, 49500 of 50000 tokens left; above that: `requests_per_minute = 300`, `tokens_per_minute = 100000`
               hint: set `requests_per_minute = 200` and `tokens_per_minute = 50000` or less (some deployments give their requests for 10 seconds: six times as many then)
      ok       content filter: nothing struck (hate, jailbreak, protected_material_code, protected_material_text, self_harm, sexual, violence)
      ok       clock: within 60 s of the server's
      cost: 1 request, 14 prompt and 6 reply tokens
    ");
    let silent = FakeAzure::builder().rate_limits(None).start();
    let ran = project.azure(&silent).docgen(&["doctor"]).exits(0);
    assert!(
        ran.stdout.contains("skipped  quota: no quota headers"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_busy_deployment_is_a_warning() {
    let throttled = Step::Throttle {
        retry_after_ms: 2000,
    };
    let azure = FakeAzure::builder().always(throttled).start();
    let ran = project(&azure).docgen(&["doctor"]).exits(0);
    assert!(
        ran.stdout.contains("warning  busy: HTTP status 429"),
        "{}",
        ran.stdout
    );
    assert_eq!(azure.requests().len(), 1, "nothing is sent again");
}

#[test]
fn several_deployments_are_asked_each() {
    let (west, north) = (FakeAzure::start(), FakeAzure::start());
    let settings = format!(
        "[azure]\ndeployments = [{{ endpoint = '{}' }}, {{ endpoint = '{}', key_variable = 'NORTH' }}]\n",
        west.endpoint(),
        north.endpoint()
    );
    let project = Project::with("x = 1\n")
        .file("docgen.toml", &settings)
        .azure(&west)
        .env("NORTH", "wrong");
    let ran = project.docgen(&["doctor"]).exits(2);
    assert_eq!(ran.stdout.matches("Deployment `docs` at").count(), 2);
    assert!(ran.stdout.contains("NORTH is set"), "{}", ran.stdout);
    assert_eq!((west.requests().len(), north.requests().len()), (1, 1));
}

#[test]
fn offline_nothing_is_asked() {
    let azure = FakeAzure::start();
    let project = project(&azure);
    let ran = project.docgen(&["doctor", "--offline"]).exits(0);
    assert!(
        ran.stdout
            .contains("skipped  deployments: not asked: `--offline`")
    );
    let ran = project
        .docgen(&["doctor", "--provider", "offline"])
        .exits(0);
    assert!(
        ran.stdout
            .contains("the provider is `offline`, which needs none")
    );
    assert!(
        ran.stdout.contains("provider = \"offline\""),
        "{}",
        ran.stdout
    );
    assert_eq!(azure.requests().len(), 0);
}

#[test]
fn what_is_not_set_up_is_a_failure() {
    let ran = Project::with("x = 1\n").docgen(&["doctor"]).exits(2);
    assert!(
        ran.stdout.contains("failure  Azure OpenAI is not set up"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("every setting has its default"));
    let project = Project::with("x = 1\n").file("docgen.toml", "[quota]\nmax_concurrency = 0\n");
    let ran = project.docgen(&["doctor"]).exits(2);
    assert!(
        ran.stdout
            .contains("failure  docgen.toml:2:19: `quota.max_concurrency`"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("skipped  deployments: the settings cannot be read")
    );
    let json = project
        .docgen(&["doctor", "--format", "json"])
        .exits(2)
        .json();
    assert_eq!(json["settings"]["checks"][0]["status"], "failure");
}

#[test]
fn each_setting_has_its_source() {
    let azure = FakeAzure::start();
    let project = project(&azure)
        .file(".env", "# ours\nDOCGEN_MAX_CONCURRENCY=3\n")
        .env("HTTPS_PROXY", "http://me:secret@proxy.example:8080")
        .env("NO_PROXY", "127.0.0.1");
    let ran = project
        .docgen(&["doctor", "--tokens-per-minute", "9000"])
        .exits(0);
    let text = text(&project, &ran);
    let (settings, _) = text.split_once("\n\nDeployment").unwrap();
    insta::assert_snapshot!(settings, @r#"
    docgen 0.1.0

    Settings
      provider = "azure"                         docgen.toml:1
      files.exclude = ["build"]                  docgen.toml:8
      azure.endpoint = "http://127.0.0.1:PORT"  environment variable AZURE_OPENAI_ENDPOINT
      azure.deployment = "docs"                  environment variable AZURE_OPENAI_DEPLOYMENT
      quota.requests_per_minute = 300            docgen.toml:4
      quota.tokens_per_minute = 9000             flag
      quota.max_concurrency = 3                  .env:2 (DOCGEN_MAX_CONCURRENCY)
      AZURE_OPENAI_API_KEY is set                environment
      HTTPS_PROXY is http://proxy.example:8080   environment
      NO_PROXY is 127.0.0.1                      environment
    "#);
    let all = project.docgen(&["doctor", "-v"]).exits(0);
    assert!(
        all.stdout.contains("retry.max_attempts = 6"),
        "{}",
        all.stdout
    );
}

#[test]
fn the_project_is_looked_at() {
    let project = Project::with("x = 1\n").file("broken.py", "def\n");
    let run = |arguments: &[&str]| {
        let git = std::process::Command::new("git")
            .args(arguments)
            .current_dir(project.path(""))
            .output();
        assert!(git.unwrap().status.success());
    };
    run(&["init", "-q", "origin"]);
    run(&[
        "-C",
        "origin",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "1",
    ]);
    run(&[
        "-C",
        "origin",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "2",
    ]);
    let origin = format!("file://{}", project.path("origin").display());
    run(&["clone", "-q", "--depth", "1", &origin, "clone"]);
    let ran = project.docgen(&["doctor", "--offline", "clone"]).exits(2);
    assert!(ran.stdout.contains("is shallow"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("warning  no Python files"),
        "{}",
        ran.stdout
    );
    let ran = project
        .docgen(&["doctor", "--provider", "offline"])
        .exits(0);
    assert!(
        ran.stdout
            .contains("2 Python files, of which 1 cannot be read"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("broken.py:1:"), "{}", ran.stdout);
    let project = project.file(".docgen", "in the way");
    let ran = project
        .docgen(&["doctor", "--provider", "offline"])
        .exits(2);
    assert!(
        ran.stdout.contains(".docgen` cannot be written"),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_data_have_a_stable_shape() {
    let azure = FakeAzure::start();
    let project = project(&azure);
    let mut json = project
        .docgen(&["doctor", "--format", "json"])
        .exits(0)
        .json();
    let deployment = &mut json["deployments"][0];
    assert_eq!(
        deployment["host"],
        azure.endpoint().trim_start_matches("http://")
    );
    deployment["host"] = "HOST".into();
    assert!(deployment["answer"]["latency_ms"].is_u64());
    deployment["answer"]["latency_ms"] = 0.into();
    assert!(deployment["answer"]["clock_ahead_seconds"].is_i64());
    deployment["answer"]["clock_ahead_seconds"] = 0.into();
    deployment["checks"].as_array_mut().unwrap().drain(2..);
    insta::assert_snapshot!(format!("{deployment:#}"), @r#"
    {
      "name": "docs",
      "host": "HOST",
      "route": "v1",
      "api_version": null,
      "model": "gpt-4.1-mini-2025-04-14",
      "content_filters": [
        "hate",
        "jailbreak",
        "protected_material_code",
        "protected_material_text",
        "self_harm",
        "sexual",
        "violence"
      ],
      "accepted": {
        "output_limit": "max_completion_tokens",
        "structured_outputs": "json_schema",
        "taken_settings": [],
        "refused_settings": []
      },
      "answer": {
        "status": 200,
        "http_version": "HTTP/1.1",
        "latency_ms": 0,
        "clock_ahead_seconds": 0,
        "limit_requests": 600,
        "remaining_requests": 599,
        "limit_tokens": 100000,
        "remaining_tokens": 99000,
        "region": "Fake Central",
        "request_id": "00000000-0000-4000-8000-000000000002",
        "location": null
      },
      "cost": {
        "requests": 1,
        "prompt_tokens": 14,
        "completion_tokens": 6
      },
      "checks": [
        {
          "about": "reachable",
          "status": "ok",
          "message": "reachable over HTTP/1.1",
          "hint": null
        },
        {
          "about": "credential",
          "status": "ok",
          "message": "key accepted",
          "hint": null
        }
      ]
    }
    "#);
    assert_eq!(json["status"], "ok");
    let names = json["project"]["checks"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|one| one["about"].as_str().unwrap()).collect();
    assert_eq!(names, ["state", "space", "git", "python"]);
}

#[test]
fn settings_are_data_with_their_sources() {
    let project = project(&FakeAzure::start());
    let arguments = ["doctor", "--offline", "--format", "json"];
    let json = project.docgen(&arguments).exits(0).json();
    let values = json["settings"]["values"].as_array().unwrap();
    let find = |key: &str| values.iter().find(|one| one["key"] == key).unwrap();
    insta::assert_snapshot!(find("quota.tokens_per_minute"), @r#"{"key":"quota.tokens_per_minute","value":100000,"source":{"kind":"file","file":"docgen.toml","line":5}}"#);
    insta::assert_snapshot!(find("azure.deployment"), @r#"{"key":"azure.deployment","value":"docs","source":{"kind":"environment","variable":"AZURE_OPENAI_DEPLOYMENT"}}"#);
    insta::assert_snapshot!(find("check.fail_under"), @r#"{"key":"check.fail_under","value":null,"source":{"kind":"default"}}"#);
}

#[test]
fn what_is_another_user_s_or_not_there_has_a_remedy() {
    let project = Project::with("x = 1\n").env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1");
    let made = std::process::Command::new("git")
        .args(["init", "-q"])
        .current_dir(project.path(""))
        .status();
    assert!(made.unwrap().success());
    let ran = project
        .docgen(&["doctor", "--provider", "offline"])
        .exits(0);
    assert!(
        ran.stdout.contains("warning  git does not trust"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("git config --global --add safe.directory"),
        "{}",
        ran.stdout
    );
    let ran = project
        .docgen(&["doctor", "--provider", "offline", "nowhere"])
        .exits(2);
    assert!(
        ran.stdout.contains("failure  `nowhere` does not exist"),
        "{}",
        ran.stdout
    );
}

#[test]
fn colors_are_for_terminals() {
    let project = Project::with("x = 1\n");
    let arguments = ["doctor", "--provider", "offline"];
    let plain = project.docgen(&arguments).exits(0).stdout;
    assert!(!plain.contains('\x1b'), "{plain}");
    let project = project.env("FORCE_COLOR", "1");
    let colored = project.docgen(&arguments).exits(0).stdout;
    assert!(colored.contains("\x1b[1mProject\x1b[0m"), "{colored}");
    assert!(colored.contains("\x1b[32mok     \x1b[0m"), "{colored}");
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_told_apart() {
    let (azure, authority) = (FakeAzure::start(), Authority::new());
    let behind = azure.address();
    let server = Loopback::tls(&authority, behind, Protocol::Http2);
    let endpoint = format!("https://localhost:{}", server.address().port());
    let project = project(&azure)
        .file("ours.pem", authority.pem())
        .env("AZURE_OPENAI_ENDPOINT", &endpoint);
    let ran = project.docgen(&["doctor"]).exits(2);
    let expected = "failure  the certificate cannot be trusted: ";
    assert!(ran.stdout.contains(expected), "{}", ran.stdout);
    assert!(ran.stdout.contains("hint: "), "{}", ran.stdout);
    assert_eq!(azure.requests().len(), 0);
    let project = project.env("SSL_CERT_FILE", "ours.pem");
    let ran = project.docgen(&["doctor"]).exits(0);
    assert!(
        ran.stdout.contains("reachable over HTTP/2.0"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("SSL_CERT_FILE is ours.pem"),
        "{}",
        ran.stdout
    );
}
