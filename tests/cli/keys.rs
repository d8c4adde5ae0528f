use crate::support::fake_azure::FakeAzure;
use crate::support::project::{Project, Ran};

const APP: &str = "\"\"\"An app.\"\"\"\n\n\ndef pay(amount):\n    return amount\n";

/// A project with a deployment and no key.
fn keyless(azure: &FakeAzure) -> Project {
    Project::with(APP)
        .env("AZURE_OPENAI_ENDPOINT", &azure.endpoint())
        .env("AZURE_OPENAI_DEPLOYMENT", azure.deployment())
}

/// Runs docgen with all that it has to say, and holds it to say no key.
fn run(project: &Project, azure: &FakeAzure) -> Ran {
    let ran = project.docgen(&["run", "-vv"]);
    for secret in [azure.key(), "hidden"] {
        assert!(!ran.stderr.contains(secret), "{secret}: {}", ran.stderr);
        assert!(!ran.stdout.contains(secret), "{secret}: {}", ran.stdout);
    }
    ran
}

#[test]
fn a_key_may_be_in_a_file() {
    let azure = FakeAzure::start();
    let key = format!("{}\n", azure.key());
    let project = keyless(&azure)
        .file("secrets/azure", &key)
        .env("AZURE_OPENAI_API_KEY_FILE", "secrets/azure");
    run(&project, &azure).exits(0);
    let project = keyless(&azure)
        .file("secrets/azure", &key)
        .file("docgen.toml", "[azure]\nkey_file = \"secrets/azure\"\n");
    run(&project, &azure).exits(0);
    let openai = |project: Project| {
        project.docgen(&[
            "run",
            "--provider",
            "openai",
            "--base-url",
            &format!("{}/v1", azure.endpoint()),
            "--model",
            azure.deployment(),
        ])
    };
    let project = Project::with(APP)
        .file("secrets/openai", &key)
        .file(".env", "OPENAI_API_KEY_FILE=secrets/openai\n");
    openai(project).exits(0);
    let project = Project::with(APP)
        .file("secrets/openai", &key)
        .file("docgen.toml", "[openai]\nkey_file = \"secrets/openai\"\n");
    openai(project).exits(0);
    assert_eq!(azure.requests().len(), 4);
    // The variable with the key itself wins over that with its file.
    let project = keyless(&azure)
        .env("AZURE_OPENAI_API_KEY", azure.key())
        .env("AZURE_OPENAI_API_KEY_FILE", "none");
    run(&project, &azure).exits(0);
}

#[test]
fn a_key_file_that_holds_no_key_is_named() {
    let azure = FakeAzure::start();
    let cases = [
        ("none", "does not exist"),
        ("empty", "is empty"),
        ("words", "another character that a key cannot have"),
        ("bytes", "holds no text"),
    ];
    for (file, fault) in cases {
        let project = keyless(&azure)
            .file("empty", " \n")
            .file("words", "hidden words\n")
            .bytes("bytes", b"\xff\xfe")
            .env("AZURE_OPENAI_API_KEY_FILE", file);
        let ran = run(&project, &azure).exits(2).says(fault);
        ran.says("named by `AZURE_OPENAI_API_KEY_FILE`");
        // What needs no key does not look at it.
        project.docgen(&["check"]).exits(1);
    }
    assert_eq!(azure.requests().len(), 0);
}

#[test]
fn the_names_that_other_tools_read_are_read_too() {
    let azure = FakeAzure::start();
    let project = Project::with(APP)
        .file("docgen.toml", "[azure]\napi = \"classic\"\n")
        .env("AZURE_API_BASE", &azure.endpoint())
        .env("AZURE_API_KEY", azure.key())
        .env("AZURE_API_VERSION", "2025-01-01-preview")
        .env("AZURE_OPENAI_DEPLOYMENT_NAME", azure.deployment())
        .env("OPENAI_API_TYPE", "azure");
    run(&project, &azure).exits(0);
    let request = &azure.requests()[0];
    assert_eq!(request.header("api-key"), Some(azure.key()));
    assert_eq!(request.query, "api-version=2025-01-01-preview");
    let project = Project::with(APP)
        .file("docgen.toml", "provider = \"openai\"\n")
        .env("OPENAI_BASE_URL", &format!("{}/v1", azure.endpoint()))
        .env("OPENAI_API_KEY", azure.key())
        .env("OPENAI_ORG_ID", "org-1")
        .env("OPENAI_PROJECT_ID", "proj_2")
        .env("DOCGEN_MODEL", azure.deployment());
    run(&project, &azure).exits(0);
    let request = &azure.requests()[1];
    assert_eq!(request.header("openai-organization"), Some("org-1"));
    assert_eq!(request.header("openai-project"), Some("proj_2"));
    let project = project.file("docgen.toml", "");
    let project = project
        .file("other.py", APP)
        .env("DOCGEN_CACHE", "0")
        .env("AZURE_OPENAI_ENDPOINT", &azure.endpoint())
        .env("AZURE_OPENAI_API_KEY", azure.key())
        .env("AZURE_OPENAI_DEPLOYMENT", azure.deployment());
    run(&project, &azure).exits(0);
    let request = &azure.requests()[2];
    assert_eq!(request.header("openai-organization"), None);
}

#[test]
#[cfg(not(feature = "entra"))]
fn a_docgen_without_entra_says_so() {
    let azure = FakeAzure::start();
    let project = keyless(&azure).env("DOCGEN_AZURE_AUTH", "entra");
    let ran = run(&project, &azure).exits(2).says("was built without it");
    ran.says("AZURE_OPENAI_API_KEY");
}
