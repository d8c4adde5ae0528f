use crate::support::entra::{FakeEntra, fault_json, token_json};
use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::loopback::{self, Authority, Loopback, Protocol, Proxy};
use crate::support::project::{Project, Ran};

const APP: &str = "\"\"\"An app.\"\"\"\n\n\ndef pay(amount):\n    return amount\n";
const SECRET: &str = "hidden-secret";
const ONE_ATTEMPT: &str = "[retry]\nmax_attempts = 1\n";

/// A project with a deployment and nothing that proves who is asking.
fn nobody(endpoint: &str, azure: &FakeAzure) -> Project {
    Project::with(APP)
        .file("docgen.toml", ONE_ATTEMPT)
        .env("AZURE_OPENAI_ENDPOINT", endpoint)
        .env("AZURE_OPENAI_DEPLOYMENT", azure.deployment())
}

/// With an application that has a secret.
fn application(project: Project, authority: &Authority) -> Project {
    project
        .file("ca.pem", authority.pem())
        .env("SSL_CERT_FILE", "ca.pem")
        .env("AZURE_TENANT_ID", "contoso")
        .env("AZURE_CLIENT_ID", "app-1")
        .env("AZURE_CLIENT_SECRET", SECRET)
}

fn with_files(project: Project, count: usize) -> Project {
    (0..count).fold(project, |project, n| project.file(&format!("m{n}.py"), APP))
}

/// Runs docgen with all that it has to say, and holds it to say no secret.
fn run(project: &Project) -> Ran {
    let ran = project.docgen(&["run", "-vv"]);
    for secret in [SECRET, FakeAzure::start().key(), "hidden"] {
        assert!(!ran.stderr.contains(secret), "{secret}: {}", ran.stderr);
        assert!(!ran.stdout.contains(secret), "{secret}: {}", ran.stdout);
    }
    ran
}

fn bearer(azure: &FakeAzure) -> String {
    format!("Bearer {}", azure.key())
}

#[test]
fn an_application_asks_for_one_token_for_all_requests() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let entra = FakeEntra::giving(&authority, azure.key(), 3600);
    let project = application(nobody(&azure.endpoint(), &azure), &authority)
        .env("AZURE_AUTHORITY_HOST", &entra.host());
    run(&with_files(project, 9)).exits(0);
    let asked = entra.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].path, "/contoso/oauth2/v2.0/token");
    let field = |name: &str| asked[0].form[name].as_str();
    assert_eq!(field("grant_type"), "client_credentials");
    assert_eq!(field("client_id"), "app-1");
    assert_eq!(field("client_secret"), SECRET);
    assert_eq!(
        field("scope"),
        "https://cognitiveservices.azure.com/.default"
    );
    assert_eq!(azure.requests().len(), 10);
    for request in azure.requests() {
        assert_eq!(request.header("authorization"), Some(&*bearer(&azure)));
        assert_eq!(request.header("api-key"), None);
    }
}

#[test]
fn a_token_that_runs_out_within_five_minutes_is_asked_for_again() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let entra = FakeEntra::giving(&authority, azure.key(), 299);
    let project = application(nobody(&azure.endpoint(), &azure), &authority)
        .env("AZURE_AUTHORITY_HOST", &entra.host());
    run(&with_files(project, 3)).exits(0);
    assert_eq!(entra.asked().len(), azure.requests().len());
}

#[test]
fn a_workload_shows_the_token_of_who_vouches_for_it() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let entra = FakeEntra::giving(&authority, azure.key(), 3600);
    let project = application(nobody(&azure.endpoint(), &azure), &authority)
        .env("AZURE_CLIENT_SECRET", "")
        .env("AZURE_AUTHORITY_HOST", &entra.host())
        .file("federated", "hidden-assertion")
        .env("AZURE_FEDERATED_TOKEN_FILE", "federated");
    run(&project).exits(0);
    let form = &entra.asked()[0].form;
    assert_eq!(form["client_assertion"], "hidden-assertion");
    assert_eq!(
        form["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    assert!(!form.contains_key("client_secret"));
    let project = project
        .env("AZURE_FEDERATED_TOKEN_FILE", "gone")
        .env("DOCGEN_CACHE", "0")
        .file("app.py", APP);
    run(&project)
        .exits(2)
        .says("gone")
        .says("AZURE_FEDERATED_TOKEN_FILE");
    assert_eq!(entra.asked().len(), 1);
}

#[test]
fn a_token_for_the_wrong_audience_is_asked_for_with_the_other_scope() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let key = azure.key();
    let foundry = "https://ai.azure.com/.default";
    let entra = FakeEntra::start(&authority, move |form| {
        let token = if form["scope"] == foundry {
            key
        } else {
            "hidden-wrong-token"
        };
        (200, token_json(token, 3600))
    });
    let project = application(nobody(&azure.endpoint(), &azure), &authority)
        .env("AZURE_AUTHORITY_HOST", &entra.host());
    run(&with_files(project, 2)).exits(0);
    let scopes: Vec<_> = entra
        .asked()
        .into_iter()
        .map(|one| one.form["scope"].clone())
        .collect();
    assert_eq!(
        scopes,
        ["https://cognitiveservices.azure.com/.default", foundry]
    );
    // A scope that is set is the only one.
    let project = application(nobody(&azure.endpoint(), &azure), &authority)
        .env("AZURE_AUTHORITY_HOST", &entra.host())
        .env("AZURE_SCOPE", "api://gateway/.default");
    let sent = azure.requests().len();
    run(&project).exits(2).says("audience is incorrect");
    assert_eq!(azure.requests().len(), sent + 1);
    assert_eq!(entra.asked().len(), 3);
    assert_eq!(entra.asked()[2].form["scope"], "api://gateway/.default");
}

#[test]
fn the_host_says_the_scope_and_the_authority_and_a_proxy_leads_there() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let entra = FakeEntra::giving(&authority, azure.key(), 3600);
    let front = Loopback::tls(&authority, azure.address(), Protocol::Http1);
    let cases = [
        (
            "shop.services.ai.azure.com",
            "login.microsoftonline.com",
            "https://ai.azure.com/.default",
        ),
        (
            "shop.openai.azure.us",
            "login.microsoftonline.us",
            "https://cognitiveservices.azure.us/.default",
        ),
    ];
    for (host, login, scope) in cases {
        let proxy = Proxy::start(&[(host, front.address()), (login, entra.address())]);
        let project = application(nobody(&format!("https://{host}"), &azure), &authority)
            .env("HTTPS_PROXY", &format!("http://{}", proxy.address()));
        run(&project).exits(0);
        let targets: Vec<_> = proxy.tunnels().into_iter().map(|one| one.target).collect();
        assert_eq!(targets, [format!("{login}:443"), format!("{host}:443")]);
        assert_eq!(entra.asked().last().unwrap().form["scope"], scope);
    }
}

#[test]
fn what_entra_says_is_told_with_what_to_do() {
    let azure = FakeAzure::start();
    let cases = [
        (
            7_000_222,
            "The provided client secret keys are expired.",
            "AZURE_CLIENT_SECRET",
        ),
        (
            7_000_215,
            "Invalid client secret provided: hidden-secret.",
            "AZURE_CLIENT_SECRET",
        ),
        (
            700_016,
            "Application with identifier 'app-1' was not found.",
            "AZURE_CLIENT_ID",
        ),
        (90_002, "Tenant 'contoso' not found.", "AZURE_TENANT_ID"),
    ];
    for (code, words, remedy) in cases {
        let authority = Authority::new();
        let entra = FakeEntra::start(&authority, move |_| (401, fault_json(code, words)));
        let project = application(nobody(&azure.endpoint(), &azure), &authority)
            .env("AZURE_AUTHORITY_HOST", &entra.host());
        let ran = run(&with_files(project, 3)).exits(2);
        let ran = ran
            .says("no token of Microsoft Entra ID by way of the client secret")
            .says(&format!("AADSTS{code}"))
            .says(remedy);
        assert!(!ran.stderr.contains("Trace ID"), "{}", ran.stderr);
    }
    assert_eq!(azure.requests().len(), 0);
}

#[test]
fn an_authority_that_cannot_be_trusted_gets_no_secret() {
    let azure = FakeAzure::start();
    let (ours, theirs) = (Authority::new(), Authority::new());
    let entra = FakeEntra::giving(&theirs, azure.key(), 3600);
    let project = application(nobody(&azure.endpoint(), &azure), &ours)
        .env("AZURE_AUTHORITY_HOST", &entra.host());
    run(&project)
        .exits(2)
        .says("has a certificate that cannot be trusted");
    let plain = project.env("AZURE_AUTHORITY_HOST", "http://localhost:1");
    run(&plain).exits(2).says("`AZURE_AUTHORITY_HOST`");
    assert_eq!((entra.asked().len(), azure.requests().len()), (0, 0));
}

#[test]
fn a_machine_in_azure_asks_what_stands_beside_it() {
    let azure = FakeAzure::start();
    let key = azure.key();
    let service = Loopback::http(move |head, _| {
        let first = head.lines().next().unwrap();
        let is_asked = first.starts_with("GET /msi/token?")
            && first.contains("resource=https%3A%2F%2Fcognitiveservices.azure.com ")
                | first.contains("resource=https%3A%2F%2Fcognitiveservices.azure.com&")
            && first.contains("client_id=app-1")
            && head
                .to_lowercase()
                .contains("x-identity-header: hidden-header");
        let expires = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs()
            + 3600;
        let json = serde_json::json!({
            "access_token": key, "expires_on": expires.to_string(), "token_type": "Bearer",
            "resource": "https://cognitiveservices.azure.com",
        });
        loopback::json(if is_asked { 200 } else { 400 }, &json)
    });
    let port = service.address().port();
    let project = nobody(&azure.endpoint(), &azure)
        .env(
            "IDENTITY_ENDPOINT",
            &format!("http://localhost:{port}/msi/token"),
        )
        .env("IDENTITY_HEADER", "hidden-header")
        .env("AZURE_CLIENT_ID", "app-1")
        // Nobody is there; the model is reached past it, the service beside the machine anyway.
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("NO_PROXY", "127.0.0.1");
    run(&with_files(project, 3)).exits(0);
    assert_eq!(service.connections(), 1);
    assert_eq!(
        azure.requests()[0].header("authorization"),
        Some(&*bearer(&azure))
    );
    let project = nobody(&azure.endpoint(), &azure)
        .env(
            "IDENTITY_ENDPOINT",
            &format!("http://localhost:{port}/msi/token"),
        )
        .env("IDENTITY_HEADER", "hidden-other");
    run(&project)
        .exits(2)
        .says("by way of the managed identity")
        .says("AZURE_CLIENT_ID");
}

/// A folder with a command-line tool that notes how it was called.
#[cfg(unix)]
fn tool(project: Project, name: &str, script: &str) -> Project {
    use std::os::unix::fs::PermissionsExt as _;
    let log = project.path(&format!("{name}.log"));
    let path = format!("bin/{name}");
    let text = format!("#!/bin/sh\necho \"$@\" >> '{}'\n{script}\n", log.display());
    let project = project.file(&path, &text);
    let tool = project.path(&path);
    std::fs::set_permissions(tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    let folder = project.path("bin");
    project.env("PATH", &format!("{}:/usr/bin:/bin", folder.display()))
}

#[cfg(unix)]
fn calls(project: &Project, name: &str) -> Vec<String> {
    let log = std::fs::read_to_string(project.path(&format!("{name}.log")));
    log.unwrap_or_default().lines().map(str::to_owned).collect()
}

#[cfg(unix)]
fn az_script(token: &str) -> String {
    format!(
        "echo '{{\"accessToken\": \"{token}\", \"expires_on\": 4102444800, \"tokenType\": \"Bearer\"}}'"
    )
}

#[test]
#[cfg(unix)]
fn who_is_signed_in_to_a_tool_is_asked_by_it() {
    let azure = FakeAzure::start();
    let project = tool(
        nobody(&azure.endpoint(), &azure),
        "az",
        &az_script(azure.key()),
    )
    .file(".azure/azureProfile.json", "{}");
    let project = with_files(project, 5);
    run(&project).exits(0);
    let scope = "--scope https://cognitiveservices.azure.com/.default";
    assert_eq!(
        calls(&project, "az"),
        [format!("account get-access-token -o json {scope}")]
    );
    // The other tool, when nobody is signed in to the first, and with the tenant that is asked for.
    let azd = format!(
        "echo '{{\"token\": \"{}\", \"expiresOn\": \"2100-01-01T00:00:00Z\"}}'",
        azure.key()
    );
    let failing = "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1";
    let project = tool(nobody(&azure.endpoint(), &azure), "az", failing);
    let project = tool(project, "azd", &azd)
        .env("DOCGEN_AZURE_AUTH", "cli")
        .env("AZURE_TENANT_ID", "contoso");
    run(&project).exits(0);
    assert!(calls(&project, "az")[0].ends_with("--tenant contoso"));
    assert!(calls(&project, "azd")[0].ends_with("--tenant-id contoso"));
}

#[test]
#[cfg(unix)]
fn a_tool_s_refusal_is_told() {
    let azure = FakeAzure::start();
    let failing = "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1";
    let project = tool(nobody(&azure.endpoint(), &azure), "az", failing);
    let ran = run(&project.env("DOCGEN_AZURE_AUTH", "cli")).exits(2);
    let ran = ran.says("by way of the Azure CLI: ERROR: Please run 'az login'");
    ran.says("sign in with `az login`");
    let project = nobody(&azure.endpoint(), &azure)
        .env("DOCGEN_AZURE_AUTH", "entra")
        .env("PATH", "/bin");
    run(&project)
        .exits(2)
        .says("neither `az` nor `azd` is found on PATH");
}

#[test]
#[cfg(unix)]
fn nothing_is_started_to_find_out_whether_anybody_is_signed_in() {
    let azure = FakeAzure::start();
    let project = tool(
        nobody(&azure.endpoint(), &azure),
        "az",
        &az_script(azure.key()),
    );
    let ran = run(&project).exits(2).says("the key is missing");
    ran.says("`AZURE_OPENAI_API_KEY`")
        .says("Microsoft Entra ID");
    assert_eq!(calls(&project, "az"), [""; 0]);
}

#[test]
fn the_setting_says_which_credential_counts() {
    let azure = FakeAzure::start();
    let authority = Authority::new();
    let entra = FakeEntra::giving(&authority, azure.key(), 3600);
    let project = |auth: &str| {
        application(nobody(&azure.endpoint(), &azure), &authority)
            .file(
                "docgen.toml",
                &format!("[azure]\nauth = \"{auth}\"\n{ONE_ATTEMPT}"),
            )
            .env("AZURE_AUTHORITY_HOST", &entra.host())
            .env("AZURE_OPENAI_API_KEY", "hidden-key")
            .env("AZURE_OPENAI_AD_TOKEN", "hidden-token")
    };
    let sent = |auth: &str, code: i32| {
        run(&project(auth)).exits(code);
        let headers = azure.requests().last().unwrap().headers.clone();
        let header = |name: &str| headers.get(name).cloned();
        header("authorization").or_else(|| header("api-key"))
    };
    assert_eq!(sent("auto", 2).unwrap(), "Bearer hidden-token");
    assert_eq!(sent("token", 2).unwrap(), "Bearer hidden-token");
    assert_eq!(sent("key", 2).unwrap(), "hidden-key");
    assert_eq!(entra.asked().len(), 0);
    assert_eq!(sent("entra", 0).unwrap(), bearer(&azure));
    assert_eq!(entra.asked().len(), 1);
    let ran = run(&project("token").env("AZURE_OPENAI_AD_TOKEN", ""));
    ran.exits(2)
        .says("the token is missing")
        .says("`AZURE_OPENAI_AD_TOKEN`");
    run(&project("magic")).exits(2).says("docgen.toml:2:8");
}

#[test]
fn deployments_of_one_identity_share_its_token() {
    let (west, north) = (FakeAzure::start(), FakeAzure::start());
    let authority = Authority::new();
    let entra = FakeEntra::giving(&authority, west.key(), 3600);
    let settings = format!(
        "[azure]\ndeployments = [{{ endpoint = \"{}\" }}, {{ endpoint = \"{}\" }}]\n{ONE_ATTEMPT}",
        west.endpoint(),
        north.endpoint()
    );
    let project = application(nobody("https://unused.example", &west), &authority)
        .file("docgen.toml", &settings)
        .env("AZURE_AUTHORITY_HOST", &entra.host());
    run(&with_files(project, 8)).exits(0);
    assert_eq!(entra.asked().len(), 1);
}

#[test]
fn each_deployment_may_be_asked_with_another_credential() {
    let west = FakeAzure::builder().always(Step::Unauthorized).start();
    let north = FakeAzure::start();
    let authority = Authority::new();
    let entra = FakeEntra::giving(&authority, north.key(), 3600);
    let settings = format!(
        "[azure]\ndeployments = [{{ endpoint = \"{}\", key_variable = \"WEST_KEY\" }}, \
         {{ endpoint = \"{}\", auth = \"entra\" }}]\n{ONE_ATTEMPT}",
        west.endpoint(),
        north.endpoint()
    );
    let project = application(nobody("https://unused.example", &west), &authority)
        .file("docgen.toml", &settings)
        .env("WEST_KEY", "hidden-west")
        .env("AZURE_AUTHORITY_HOST", &entra.host());
    run(&with_files(project, 8)).exits(0);
    assert_eq!(west.requests()[0].header("api-key"), Some("hidden-west"));
    for request in north.requests() {
        assert_eq!(request.header("authorization"), Some(&*bearer(&north)));
    }
    assert_eq!(entra.asked().len(), 1);
}
