//! One quota for several docgen processes, held by a real Redis server.

use std::process::Output;
use std::time::Duration;

use crate::support::fake_azure::FakeAzure;
use crate::support::project::{Project, Ran};
use crate::support::redis::{TestRedis, has_redis};

const SETTINGS: &str = "[retry]\ninitial_backoff_ms = 1\nmax_backoff_seconds = 1\n[batch]\n\
                        max_definitions = 1\n";

/// A project of so many requests, with this many allowed in a minute.
fn project(azure: &FakeAzure, requests: usize, per_minute: usize) -> Project {
    let functions = (0..requests).map(|n| format!("\n\ndef f{n}(a):\n    return a\n"));
    let source = format!("\"\"\"Do.\"\"\"\n{}", functions.collect::<String>());
    Project::with(&source)
        .file("docgen.toml", SETTINGS)
        .azure(azure)
        .env("DOCGEN_REQUESTS_PER_MINUTE", &per_minute.to_string())
}

fn ended(output: std::io::Result<Output>) -> Ran {
    Ran::from(output.unwrap())
}

#[track_caller]
fn warnings(ran: &Ran) -> usize {
    ran.stderr.matches("the Redis server").count()
}

#[test]
fn processes_keep_to_one_quota_together() {
    if !has_redis() {
        return;
    }
    let redis = TestRedis::start();
    // Twenty within two seconds, and what a busy machine is late by; each alone would send 36 in half of that.
    let azure = FakeAzure::builder()
        .at_most(26, Duration::from_secs(2))
        .start();
    let projects: Vec<Project> = (0..3)
        .map(|_| project(&azure, 12, 600).env("DOCGEN_REDIS_URL", &redis.url()))
        .collect();
    let running: Vec<_> = projects
        .iter()
        .map(|project| {
            project
                .command(&["run", "--no-cache", "--format", "json"])
                .spawn()
                .unwrap()
        })
        .collect();
    for process in running {
        let ran = ended(process.wait_with_output()).exits(0);
        assert_eq!(ran.json()["requests"]["throttled"], 0, "{}", ran.stderr);
        assert_eq!(warnings(&ran), 0, "{}", ran.stderr);
    }
    assert_eq!(azure.requests().len(), 36);
    assert_eq!(redis.command(&["DBSIZE"]), ["3"]);
}

#[test]
fn without_the_server_a_run_goes_on_by_itself_with_a_word() {
    let azure = FakeAzure::start();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://ci:hidden@{}", nobody.local_addr().unwrap());
    drop(nobody);
    let project = project(&azure, 10, 6_000).env("DOCGEN_REDIS_URL", &url);
    let ran = project
        .docgen(&["run", "--no-cache", "-vv", "--log-file", "docgen.log"])
        .exits(0)
        .says("cannot be reached")
        .says("going on without it");
    assert_eq!(ran.stderr.matches("going on without it").count(), 1);
    assert_eq!(azure.requests().len(), 10);
    let log = project.read("docgen.log");
    assert!(!format!("{log}{}", ran.stderr).contains("hidden"), "{log}");
}

#[test]
fn a_server_that_dies_in_mid_run_costs_one_warning() {
    if !has_redis() {
        return;
    }
    let mut redis = TestRedis::start();
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(20))
        .start();
    let project = project(&azure, 40, 600).env("DOCGEN_REDIS_URL", &redis.url());
    let running = project.command(&["run", "--no-cache"]).spawn().unwrap();
    azure.wait_for(8);
    redis.kill();
    azure.wait_for(12);
    redis.restart();
    let ran = ended(running.wait_with_output()).exits(0);
    assert_eq!(
        ran.stderr.matches("going on without it").count(),
        1,
        "{}",
        ran.stderr
    );
    assert_eq!(azure.requests().len(), 40);
    let text = project.read("app.py");
    assert_eq!(text.matches("as the fake says.").count(), 40);
}

#[test]
fn a_server_may_want_a_password_of_a_user() {
    if !has_redis() {
        return;
    }
    let azure = FakeAzure::start();
    let redis = TestRedis::with(
        &[
            "--requirepass",
            "default-password",
            "--user",
            "ci",
            "on",
            ">s%cret",
            "~docgen:*",
            "+@all",
        ],
        Some("default-password"),
    );
    let by_user = format!("redis://ci@127.0.0.1:{}", redis.port());
    let run = |url: &str, password: &str| {
        let project = project(&azure, 2, 6_000)
            .env("DOCGEN_REDIS_URL", url)
            .env("DOCGEN_REDIS_PASSWORD", password);
        project.docgen(&["run", "--no-cache", "-v"]).exits(0)
    };
    assert_eq!(warnings(&run(&by_user, "s%cret")), 0);
    assert_eq!(warnings(&run(&redis.url(), "default-password")), 0);
    assert_eq!(redis.command(&["DBSIZE"]), ["3"]);
    let whole = format!("redis://ci:s%25cret@127.0.0.1:{}", redis.port());
    assert_eq!(warnings(&run(&whole, "")), 0);
    let refused = run(&by_user, "another-password").says("refused the user or the password");
    assert!(!refused.stderr.contains("another-password"));
    run(&redis.url(), "").says("`DOCGEN_REDIS_PASSWORD`");
}

#[test]
fn a_password_in_a_settings_file_is_refused() {
    let azure = FakeAzure::start();
    let project = project(&azure, 1, 60).file(
        "docgen.toml",
        "[quota]\nredis_url = \"redis://:hidden@localhost\"\n",
    );
    let ran = project
        .docgen(&["run"])
        .exits(2)
        .says("docgen.toml:2:13")
        .says("DOCGEN_REDIS_PASSWORD");
    assert!(!ran.stderr.contains("hidden"), "{}", ran.stderr);
}

#[test]
fn the_doctor_looks_at_the_server() {
    if !has_redis() {
        return;
    }
    let azure = FakeAzure::start();
    let doctor = |url: &str| {
        let project = project(&azure, 1, 60).env("DOCGEN_REDIS_URL", url);
        let ran = project.docgen(&["doctor", "--format", "json"]).exits(0);
        ran.json()["shared"]["checks"][0].clone()
    };
    let mut redis = TestRedis::with(
        &["--user", "ci", "on", ">secret", "~other:*", "+@all"],
        None,
    );
    let check = doctor(&redis.url());
    assert_eq!(check["status"], "ok", "{check}");
    let message = check["message"].as_str().unwrap();
    assert!(
        message.contains("the quota is shared through Redis at redis://127.0.0.1:"),
        "{message}"
    );
    assert!(message.contains("(version "), "{message}");
    let check = doctor(&format!("redis://ci:secret@127.0.0.1:{}", redis.port()));
    assert_eq!(check["status"], "warning", "{check}");
    assert!(
        check["hint"]
            .as_str()
            .unwrap()
            .contains("begin with `docgen:`"),
        "{check}"
    );
    let tls = doctor(&format!("rediss://127.0.0.1:{}", redis.port()));
    assert_eq!(tls["status"], "warning", "{tls}");
    redis.kill();
    let check = doctor(&redis.url());
    assert!(
        check["message"]
            .as_str()
            .unwrap()
            .contains("cannot be reached"),
        "{check}"
    );
}

#[test]
fn a_server_may_speak_tls() {
    if !has_redis() {
        return;
    }
    let azure = FakeAzure::start();
    let folder = tempfile::tempdir().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certified = rcgen::generate_simple_self_signed(names).unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("cert.pem"), certified.cert.pem()).unwrap();
    std::fs::write(path("key.pem"), certified.signing_key.serialize_pem()).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let redis = TestRedis::with(
        &[
            "--tls-port",
            &port,
            "--tls-cert-file",
            &path("cert.pem"),
            "--tls-key-file",
            &path("key.pem"),
            "--tls-auth-clients",
            "no",
        ],
        None,
    );
    let url = format!("rediss://127.0.0.1:{port}");
    let run = |bundle: Option<&str>| {
        let mut project = project(&azure, 2, 6_000).env("DOCGEN_REDIS_URL", &url);
        if let Some(bundle) = bundle {
            project = project.env("SSL_CERT_FILE", bundle);
        }
        project.docgen(&["run", "--no-cache"]).exits(0)
    };
    assert_eq!(warnings(&run(Some(&path("cert.pem")))), 0);
    assert_eq!(redis.command(&["DBSIZE"]), ["3"]);
    // The system's authorities know nothing of it.
    run(None)
        .says("cannot be trusted")
        .says("`network.ca_bundle`");
}
