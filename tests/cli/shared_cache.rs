//! Answers that several machines share, through a real Redis server.

use std::time::Duration;

use crate::support::fake_azure::{FakeAzure, prompted};
use crate::support::project::{Project, Ran};
use crate::support::redis::{TestRedis, has_redis};

fn source(functions: usize) -> String {
    let functions = (0..functions).map(|n| format!("\n\ndef f{n}(a):\n    return a + {n}\n"));
    format!("\"\"\"Do.\"\"\"\n{}", functions.collect::<String>())
}

/// A machine's copy of a project of so many functions, each asked about by itself.
fn machine(azure: &FakeAzure, url: &str, functions: usize) -> Project {
    let settings = format!(
        "[retry]\ninitial_backoff_ms = 1\n[batch]\nmax_definitions = 1\n[cache]\nredis_url = \"{url}\"\n"
    );
    Project::with(&source(functions))
        .file("docgen.toml", &settings)
        .azure(azure)
}

/// The definitions that were asked about, one for each time.
fn asked(azure: &FakeAzure) -> Vec<String> {
    let requests = azure.requests();
    let names = requests.iter().flat_map(|request| prompted(&request.body));
    let mut names: Vec<String> = names.map(|one| one.name).collect();
    names.sort();
    names
}

fn documented(project: &Project) -> usize {
    project.read("app.py").matches("as the fake says.").count()
}

#[track_caller]
fn warnings(ran: &Ran, words: &str) -> usize {
    ran.stderr
        .lines()
        .filter(|line| line.contains(words))
        .count()
}

#[test]
fn what_one_machine_was_told_another_one_finds() {
    if !has_redis() {
        return;
    }
    let (redis, azure) = (TestRedis::start(), FakeAzure::start());
    let one = machine(&azure, &redis.url(), 5);
    one.docgen(&["run"]).exits(0);
    assert_eq!(azure.requests().len(), 5);
    assert_eq!(redis.command(&["DBSIZE"]), ["5"], "no lease is left");
    let key = &redis.command(&["KEYS", "docgen:reply:default:*"])[0];
    let left: u64 = redis.command(&["TTL", key])[0].parse().unwrap();
    assert!((89 * 86_400..=90 * 86_400).contains(&left), "{left}");

    let other = machine(&azure, &redis.url(), 5);
    let ran = other.docgen(&["run", "--format", "json"]).exits(0);
    assert_eq!(azure.requests().len(), 5, "nobody is asked again");
    assert_eq!(other.read("app.py"), one.read("app.py"));
    assert_eq!(ran.json()["cache"]["hits"], 5, "{}", ran.stdout);
    assert_eq!(ran.json()["cache"]["misses"], 0);
    // From now on it has them itself.
    drop(redis);
    let other = other.file("app.py", &source(5));
    other.docgen(&["run"]).exits(0);
    assert_eq!((documented(&other), azure.requests().len()), (5, 5));
}

#[test]
fn two_machines_at_once_ask_once_for_each_definition() {
    if !has_redis() {
        return;
    }
    let redis = TestRedis::start();
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(100))
        .start();
    let machines: Vec<Project> = (0..2).map(|_| machine(&azure, &redis.url(), 30)).collect();
    let running: Vec<_> = machines
        .iter()
        .map(|machine| machine.command(&["run"]).spawn().unwrap())
        .collect();
    for process in running {
        Ran::from(process.wait_with_output().unwrap()).exits(0);
    }
    let mut expected: Vec<String> = (0..30).map(|n| format!("f{n}")).collect();
    expected.sort();
    assert_eq!(asked(&azure), expected);
    assert!(machines.iter().all(|machine| documented(machine) == 30));
}

#[test]
fn a_machine_that_died_holds_nobody_up_for_long() {
    if !has_redis() {
        return;
    }
    let (redis, azure) = (TestRedis::start(), FakeAzure::start());
    machine(&azure, &redis.url(), 2).docgen(&["run"]).exits(0);
    for key in redis.command(&["KEYS", "*"]) {
        redis.command(&["DEL", &key]);
        let lease = format!("{key}:lease");
        redis.command(&["SET", &lease, "somebody else", "PX", "1500"]);
    }
    let other = machine(&azure, &redis.url(), 2);
    other.docgen(&["run"]).exits(0);
    assert_eq!((documented(&other), azure.requests().len()), (2, 4));
}

#[test]
fn a_wrong_value_only_warns_and_is_asked_for_again() {
    if !has_redis() {
        return;
    }
    let (redis, azure) = (TestRedis::start(), FakeAzure::start());
    machine(&azure, &redis.url(), 4).docgen(&["run"]).exits(0);
    let mut keys = redis.command(&["KEYS", "*"]);
    let good = keys.pop().unwrap();
    for key in &keys {
        redis.command(&["SET", key, "no answer of docgen's"]);
    }
    let other = machine(&azure, &redis.url(), 4);
    let ran = other.docgen(&["run"]).exits(0);
    assert_eq!(
        warnings(&ran, "is wrong and is asked for again"),
        1,
        "{}",
        ran.stderr
    );
    assert_eq!((documented(&other), azure.requests().len()), (4, 7));
    // What was wrong is right now; a list is no better.
    redis.command(&["DEL", &good]);
    redis.command(&["LPUSH", &good, "a list"]);
    let third = machine(&azure, &redis.url(), 4);
    third.docgen(&["run"]).exits(0);
    assert_eq!((documented(&third), azure.requests().len()), (4, 8));
    assert_eq!(redis.command(&["TYPE", &good]), ["string"]);
}

#[test]
fn a_server_that_dies_in_mid_run_costs_one_warning() {
    if !has_redis() {
        return;
    }
    let mut redis = TestRedis::start();
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(50))
        .rate_limits(None)
        .start();
    let project = machine(&azure, &redis.url(), 40);
    let running = project
        .command(&["run", "--max-concurrency", "4"])
        .spawn()
        .unwrap();
    azure.wait_for(8);
    redis.kill();
    azure.wait_for(16);
    redis.restart();
    let ran = Ran::from(running.wait_with_output().unwrap()).exits(0);
    assert_eq!(warnings(&ran, "going on without it"), 1, "{}", ran.stderr);
    assert_eq!((documented(&project), azure.requests().len()), (40, 40));
}

#[test]
fn it_is_left_alone_by_who_wants_no_cache() {
    if !has_redis() {
        return;
    }
    let (redis, azure) = (TestRedis::start(), FakeAzure::start());
    let project = machine(&azure, &redis.url(), 2);
    project.docgen(&["run", "--no-cache"]).exits(0);
    assert_eq!(redis.command(&["DBSIZE"]), ["0"]);
    let project = project.file("app.py", &source(2));
    project.docgen(&["run", "--refresh"]).exits(0);
    let project = project.file("app.py", &source(2));
    project.docgen(&["run", "--refresh"]).exits(0);
    assert_eq!(redis.command(&["DBSIZE"]), ["2"], "and given what is new");
    assert_eq!(azure.requests().len(), 6);
}
