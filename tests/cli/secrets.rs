//! However a secret comes in, and whatever a server does with it, it goes to the server alone.

use std::fmt::{Debug, Write as _};

use docgen::config::{
    Deployment, Environment, Isolation, LoadRequest, PartialConfig, Provider, load,
};
use docgen::llm::{self, Client};

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::{Project, Ran};

const APP: &str = "def pay(amount):\n    return amount\n";

/// What a run of any command writes, as much of it as there is.
const LOUD: [&str; 4] = ["-vv", "--log-file", "logs.jsonl", "--log-bodies"];

/// Settings for servers that never relent.
const IMPATIENT: &str = "[retry]\ninitial_backoff_ms = 1\nmax_backoff_seconds = 1\nmax_attempts = 2\ndeadline_seconds = 1\n";

/// A way for a secret to come in.
type Way = fn(Project, &FakeAzure) -> Project;

const WAYS: [(&str, Way); 7] = [
    ("key", |project, azure| project.azure(azure)),
    ("token", |project, azure| {
        let project = project.azure(azure).env("AZURE_OPENAI_API_KEY", "");
        project.env("AZURE_OPENAI_AD_TOKEN", azure.key())
    }),
    ("key of an OpenAI-compatible server", |project, azure| {
        project
            .azure(azure)
            .env("DOCGEN_PROVIDER", "openai")
            .env("OPENAI_BASE_URL", &format!("{}/v1", azure.endpoint()))
            .env("DOCGEN_MODEL", azure.deployment())
            .env("AZURE_OPENAI_API_KEY", "")
            .env("OPENAI_API_KEY", azure.key())
    }),
    ("variable of a deployment's own", |project, azure| {
        let settings = format!("{IMPATIENT}[azure]\ndeployments = [{{ key_variable = 'WEST' }}]\n");
        let project = project.file("docgen.toml", &settings).azure(azure);
        project
            .env("AZURE_OPENAI_API_KEY", "")
            .env("WEST", azure.key())
    }),
    (".env", |project, azure| {
        let text = format!("AZURE_OPENAI_API_KEY={}\n", azure.key());
        let project = project.file(".env", &text).azure(azure);
        project.env("AZURE_OPENAI_API_KEY", "")
    }),
    ("file", |project, azure| {
        let project = project.file("key.txt", azure.key()).azure(azure);
        project
            .env("AZURE_OPENAI_API_KEY", "")
            .env("AZURE_OPENAI_API_KEY_FILE", "key.txt")
    }),
    ("token in .env", |project, azure| {
        let text = format!("export AZURE_OPENAI_AUTH_TOKEN=\"{}\"\n", azure.key());
        let project = project.file(".env", &text).azure(azure);
        project.env("AZURE_OPENAI_API_KEY", "")
    }),
];

/// What a server does: it answers, it refuses, it repeats what it was given. `is_thorough` adds
/// the rarer ways.
fn behaviours(is_thorough: bool) -> Vec<Step> {
    let mut steps = vec![Step::Draft, Step::Echo(401), Step::EchoHtml(502)];
    if is_thorough {
        steps.extend([
            Step::Unauthorized,
            Step::Echo(302),
            Step::Echo(400),
            Step::Echo(429),
            Step::Echo(500),
            Step::EchoHtml(403),
        ]);
    }
    steps
}

#[test]
fn whatever_a_server_does_the_key_is_written_nowhere() {
    std::thread::scope(|scope| {
        for (way, come_in) in WAYS {
            scope.spawn(move || {
                for step in behaviours(way == "key") {
                    run_and_search(&format!("{way}, {step:?}"), come_in, step);
                }
            });
        }
    });
}

fn run_and_search(case: &str, come_in: Way, step: Step) {
    let is_usual = matches!(step, Step::Draft | Step::Echo(401));
    let azure = FakeAzure::builder().always(step).start();
    let project = come_in(Project::with(APP).file("docgen.toml", IMPATIENT), &azure);
    for command in ["run", "doctor"] {
        let ran = project.docgen(&[&[command], LOUD.as_slice()].concat());
        assert_unwritten(&project, &ran, azure.key(), &format!("{case}, {command}"));
        assert!(ran.stderr.contains("debug: "), "{case}: {}", ran.stderr);
        if is_usual {
            let ran = project.docgen(&[command, "--format", "json"]);
            assert_unwritten(
                &project,
                &ran,
                azure.key(),
                &format!("{case}, {command} json"),
            );
        }
    }
    assert!(project.path("docgen-report.md").exists(), "{case}");
    let log = project.read("logs.jsonl");
    assert!(log.contains("docgen::bodies"), "{case}: {log}");
    // What no server was given, none could give away.
    let requests = azure.requests();
    assert!(requests.len() >= 2, "{case}: {}", requests.len());
    for request in requests {
        let bearer = format!("Bearer {}", azure.key());
        let is_given = request.header("api-key") == Some(azure.key())
            || request.header("authorization") == Some(&bearer);
        assert!(is_given, "{case}: {:?}", request.headers);
    }
}

#[test]
fn a_proxy_s_password_is_written_nowhere() {
    let password = "pr0xy-pass-0123456789";
    let azure = FakeAzure::start();
    let host = azure.endpoint().replace("http://", "");
    let closed = "127.0.0.1:9";
    for (endpoint, proxy) in [
        ("http://resource.example", host.as_str()),
        ("https://resource.example", host.as_str()),
        ("https://resource.example", closed),
        ("http://resource.example", "not a host"),
    ] {
        let address = format!("http://me:{password}@{proxy}");
        let project = Project::with(APP)
            .azure(&azure)
            .env("AZURE_OPENAI_ENDPOINT", endpoint)
            .env("HTTP_PROXY", &address)
            .env("HTTPS_PROXY", &address);
        for command in ["run", "doctor"] {
            let ran = project.docgen(&[&[command], LOUD.as_slice()].concat());
            let case = format!("{endpoint} by {proxy}, {command}");
            assert_unwritten(&project, &ran, password, &case);
            assert_unwritten(&project, &ran, azure.key(), &case);
        }
    }
    let given = azure.requests().into_iter();
    let given =
        given.filter_map(|request| request.header("proxy-authorization").map(str::to_owned));
    let given: Vec<String> = given.collect();
    assert!(!given.is_empty());
    assert!(
        given
            .iter()
            .all(|header| holds(header.as_bytes(), password)),
        "{given:?}"
    );
}

#[test]
fn a_key_in_the_wrong_place_is_not_repeated() {
    let azure = FakeAzure::start();
    let key = azure.key();
    let with_user = format!("https://user:{key}@127.0.0.1:9");
    let broken = format!("{key} and\tmore");
    let dot_env = format!("AZURE_OPENAI_API_KEY {key}\n");
    let toml = format!("[azure]\napi_key = \"{key}\"\n");
    let half_a_line = format!("[azure]\nendpoint = {key}\n");
    let user_in_file = format!("[azure]\nendpoint = \"{with_user}\"\n");
    let project = || Project::with(APP).azure(&azure);
    let cases = [
        (
            "endpoint",
            project().env("AZURE_OPENAI_ENDPOINT", &with_user),
        ),
        (
            "key as endpoint",
            project().env("AZURE_OPENAI_ENDPOINT", key),
        ),
        ("key as provider", project().env("DOCGEN_PROVIDER", key)),
        (
            "key as number",
            project().env("DOCGEN_MAX_CONCURRENCY", key),
        ),
        ("broken key", project().env("AZURE_OPENAI_API_KEY", &broken)),
        ("broken .env", project().file(".env", &dot_env)),
        (
            "key in the settings file",
            project().file("docgen.toml", &toml),
        ),
        ("half a line", project().file("docgen.toml", &half_a_line)),
        (
            "user in the settings file",
            project().file("docgen.toml", &user_in_file),
        ),
    ];
    for (case, project) in cases {
        for command in ["run", "doctor"] {
            let ran = project
                .docgen(&[&[command], LOUD.as_slice()].concat())
                .exits(2);
            assert_unwritten(&project, &ran, key, case);
        }
    }
    let ran = project()
        .docgen(&["run", "--endpoint", &with_user])
        .exits(2);
    ran.says("--endpoint")
        .says("must not hold a user name or a password");
    let project = project();
    let ran = project
        .docgen(&["doctor", "--endpoint", &with_user])
        .exits(2);
    assert_unwritten(&project, &ran, key, "endpoint flag");
}

#[tokio::test]
async fn no_debug_output_of_a_public_type_holds_a_secret() {
    let (key, token, own) = ("key-0123456789", "token-0123456789", "own-0123456789");
    let client = "client-0123456789";
    let azure = FakeAzure::start();
    let environment: Environment = [
        ("AZURE_OPENAI_ENDPOINT", azure.endpoint().as_str()),
        ("AZURE_OPENAI_DEPLOYMENT", "docs"),
        ("AZURE_OPENAI_API_KEY", key),
        ("OPENAI_API_KEY", token),
        ("OWN", own),
    ]
    .into_iter()
    .collect();
    let settings = "azure.deployments = [{}, { key_variable = 'OWN' }]";
    let request = LoadRequest {
        paths: &[],
        config_file: None,
        isolated: Isolation::Isolated,
        flags: toml::from_str::<PartialConfig>(settings).unwrap(),
        environment,
    };
    let mut shown = format!("{request:?}");
    let mut show = |value: &dyn Debug| _ = write!(shown, "{value:?} {value:#?}");
    let loaded = load(request).unwrap();
    show(&loaded);
    show(&loaded.origins());
    show(&loaded.secret_origins());
    let Provider::Model(settings) = loaded.provider().unwrap() else {
        panic!("no model");
    };
    show(&settings);
    show(&Client::new(&settings).unwrap());
    for deployment in &settings.deployments {
        let probe = llm::probe(deployment, &settings).await;
        show(&probe);
        show(&Deployment::clone(deployment).credential);
    }
    let application: Environment = [
        ("AZURE_OPENAI_ENDPOINT", azure.endpoint().as_str()),
        ("AZURE_OPENAI_DEPLOYMENT", "docs"),
        ("AZURE_TENANT_ID", "tenant"),
        ("AZURE_CLIENT_ID", "client"),
        ("AZURE_CLIENT_SECRET", client),
    ]
    .into_iter()
    .collect();
    let loaded = load(LoadRequest {
        paths: &[],
        config_file: None,
        isolated: Isolation::Isolated,
        flags: PartialConfig::default(),
        environment: application,
    })
    .unwrap();
    show(&loaded);
    show(&loaded.provider().unwrap());
    assert_eq!(loaded.secret_origins()[0].0, "AZURE_CLIENT_SECRET");
    let given: Vec<_> = azure
        .requests()
        .into_iter()
        .map(|one| one.headers)
        .collect();
    assert_eq!(
        (given[0]["api-key"].as_str(), given[1]["api-key"].as_str()),
        (key, own)
    );
    for secret in [key, token, own, client] {
        assert!(!holds(shown.as_bytes(), secret), "{secret} in {shown}");
    }
}

#[test]
fn a_secret_would_be_found() {
    let secret = "fake-key-0123456789abcdef";
    for text in [
        format!("api-key: {secret}!"),
        format!("Basic {}", base64(format!("me:{secret}").as_bytes())),
        format!("Basic {}", base64(format!("you:{secret}").as_bytes())),
        base64(format!("someone:{secret}").as_bytes()),
        base64(secret.as_bytes()),
    ] {
        assert!(holds(text.as_bytes(), secret), "{text}");
    }
    assert!(!holds(b"fake-key-0123456789abcdeF", secret));
}

/// Holds everything that was written, but for the files that a test wrote itself, to be without it.
#[track_caller]
fn assert_unwritten(project: &Project, ran: &Ran, secret: &str, case: &str) {
    for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        assert!(!holds(text.as_bytes(), secret), "{case}: {name}:\n{text}");
    }
    assert!(!ran.stderr.contains("panicked"), "{case}: {}", ran.stderr);
    for (path, bytes) in project.everything("") {
        let ours = [".env", "docgen.toml", "key.txt"];
        let is_ours = ours.iter().any(|name| path.ends_with(name));
        let is_clean = is_ours || !holds(&bytes, secret);
        assert!(is_clean, "{case}: {}", String::from_utf8_lossy(&bytes));
    }
}

/// Whether bytes hold the secret, as it is or in base64, whatever stands before it there.
fn holds(bytes: &[u8], secret: &str) -> bool {
    let contains = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    let in_base64 = (0..3).any(|before| {
        let padded = [&b"::"[..before], secret.as_bytes()].concat();
        let whole = base64(&padded);
        // The characters at both ends depend on what stands beside the secret.
        let (start, end) = ([0, 2, 3][before], padded.len() / 3 * 4);
        contains(&whole.as_bytes()[start..end])
    });
    contains(secret.as_bytes()) || in_base64
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| {
            bits << 8 | usize::from(chunk.get(at).copied().unwrap_or_default())
        });
        for at in 0..=chunk.len() {
            text.push(char::from(ALPHABET[bits >> (18 - 6 * at) & 63]));
        }
    }
    text
}
