//! `docgen cache`, and a cache that cannot be used.

use serde_json::Value;

use crate::support::fake_azure::FakeAzure;
use crate::support::project::Project;

const CODE: &str = "\
def total(prices, tax):
    return sum(prices) * (1 + tax)


class Till:
    def take(self, amount):
        return amount
";

const DIFF: [&str; 3] = ["run", "--diff", "app.py"];

fn stats(project: &Project) -> Value {
    let stats = ["cache", "stats", "--format", "json"];
    project.docgen(&stats).exits(0).json()
}

#[test]
fn stats_tell_what_is_there_and_what_it_saved() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    project.docgen(&DIFF).exits(1);
    let first = stats(&project);
    assert_eq!(first["entries"], 4);
    assert_eq!(first["models"][0]["model"], "gpt-4.1-mini-2025-04-14");
    assert_eq!(first["last_run"]["hits"], 0);
    assert_eq!(first["last_run"]["misses"], 4);
    let ran = project.docgen(&DIFF).exits(1);
    assert!(
        ran.stderr.contains("4 of 4 answers from the cache: saved"),
        "{}",
        ran.stderr
    );
    let second = stats(&project);
    assert_eq!(second["last_run"]["hit_rate"], 100.0);
    assert_eq!(second["all_runs"]["hit_rate"], 50.0);
    let saved = &second["all_runs"]["saved"];
    assert!(saved["tokens"].as_u64().unwrap() > 100, "{saved}");
    assert!(saved["dollars"].as_f64().unwrap() > 0.0, "{saved}");
    assert_eq!(saved["unpriced_tokens"], 0);
    assert_eq!(second["max_bytes"], 256_000_000);
    let text = project.docgen(&["cache", "stats"]).exits(0).stdout;
    for told in [
        "entries",
        "256.0 MB at most",
        "4 of 4 (100.0 %)",
        "4 of 8 (50.0 %)",
        "prices of 20",
    ] {
        assert!(text.contains(told), "{told} in {text}");
    }
    // What was saved is what was paid.
    assert_eq!(saved["tokens"], first["models"][0]["tokens"]);
}

#[test]
fn the_report_tells_what_came_from_the_cache() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    let run = ["run", "--format", "json", "--no-report", "app.py"];
    let first = project.docgen(&run).exits(0).json();
    assert_eq!(
        (&first["cache"]["hits"], &first["cache"]["misses"]),
        (&0.into(), &4.into())
    );
    let project = project.file("app.py", CODE);
    let second = project
        .docgen(&["run", "--format", "json", "app.py"])
        .exits(0)
        .json();
    assert_eq!(second["cache"]["hit_rate"], 100.0);
    assert!(second["cache"]["bytes"].as_u64().unwrap() > 0);
    assert_eq!(second["requests"]["sent"], 0);
    let report = project.read("docgen-report.md");
    assert!(
        report.contains("| Answers from the cache | 4 of 4 (100.0 %) |"),
        "{report}"
    );
    let offline = [
        "run",
        "--provider",
        "offline",
        "--format",
        "json",
        "--no-report",
        "app.py",
    ];
    let offline = project.docgen(&offline).exits(0).json();
    assert_eq!(offline["cache"], Value::Null);
}

#[test]
fn entries_are_forgotten_by_their_definitions() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    project.docgen(&DIFF).exits(1);
    let asked = azure.requests().len();
    project
        .docgen(&["cache", "invalidate", "app.py::Till.*", "nowhere.py"])
        .exits(0)
        .says("took 1 entry out");
    project.docgen(&DIFF).exits(1);
    assert_eq!(azure.requests().len(), asked + 1);
    project
        .docgen(&["cache", "invalidate", "app.py"])
        .exits(0)
        .says("took 4 entries out");
    project.docgen(&["cache", "invalidate", "app[.py"]).exits(2);
    project.docgen(&DIFF).exits(1);
    project
        .docgen(&["cache", "clear"])
        .exits(0)
        .says("took 4 entries out");
    assert_eq!(stats(&project)["entries"], 0);
}

#[test]
fn old_entries_are_asked_for_again_and_pruned() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    project.docgen(&DIFF).exits(1);
    project
        .docgen(&["cache", "prune"])
        .exits(0)
        .says("took 0 entries out of the cache for their age, 0 entries");
    let exported = project.docgen(&["cache", "export", "-"]).exits(0).stdout;
    assert_eq!(exported.lines().count(), 4);
    project.docgen(&["cache", "clear"]).exits(0);
    let asked = azure.requests().len();
    let project = project.file("kept.jsonl", &exported);
    project
        .docgen(&["cache", "import", "kept.jsonl"])
        .exits(0)
        .says("took in 4 entries");
    project
        .docgen(&["cache", "import", "kept.jsonl"])
        .exits(0)
        .says("took in 0 entries; 4 entries there already");
    project.docgen(&DIFF).exits(1);
    assert_eq!(azure.requests().len(), asked, "what was taken in is used");
}

#[test]
fn what_is_no_entry_is_named_and_left_out() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    project.docgen(&DIFF).exits(1);
    project
        .docgen(&["cache", "export", "kept.jsonl"])
        .exits(0)
        .says("wrote 4 entries");
    let mut lines: Vec<String> = project
        .read("kept.jsonl")
        .lines()
        .map(str::to_owned)
        .collect();
    lines[1] = lines[1].replacen("the fake", "a liar", 1);
    lines.insert(0, "not JSON".to_owned());
    lines.push("\u{1b}[31m".to_owned());
    let project = Project::with(CODE)
        .azure(&azure)
        .file("kept.jsonl", &lines.join("\n"));
    let ran = project.docgen(&["cache", "import", "kept.jsonl"]).exits(1);
    for told in [
        "kept.jsonl:1: it is no entry",
        "kept.jsonl:3: its checksum does not match",
        "kept.jsonl:6:",
        "took in 3 entries",
        "3 lines were left out",
    ] {
        assert!(ran.stderr.contains(told), "{told} in {}", ran.stderr);
    }
    assert!(!ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
    assert_eq!(stats(&project)["entries"], 3);
    project
        .docgen(&["cache", "import", "missing.jsonl"])
        .exits(2)
        .says("cannot be read");
}

#[test]
fn without_a_cache_there_is_nothing_to_do() {
    let project = Project::new();
    for action in ["stats", "clear", "prune"] {
        project
            .docgen(&["cache", action])
            .exits(0)
            .says("there is no cache");
    }
    project
        .docgen(&["cache", "export", "-"])
        .exits(0)
        .says("there is no cache");
    assert_eq!(stats(&project)["entries"], 0);
    assert!(!project.path(".docgen").exists());
}

#[test]
fn a_damaged_cache_costs_its_answers_and_not_the_run() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    project.docgen(&DIFF).exits(1);
    let asked = azure.requests().len();
    let path = project.path(".docgen/state.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let ran = project.docgen(&DIFF).exits(1);
    assert_eq!(
        ran.stderr.matches("is damaged").count(),
        1,
        "{}",
        ran.stderr
    );
    assert!(azure.requests().len() > asked);
    let asked = azure.requests().len();
    project.docgen(&DIFF).exits(1);
    assert_eq!(azure.requests().len(), asked, "it was begun anew");
}

/// A folder in which nobody, not even root, can make a file.
#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_kept_the_run_works_and_says_so_once() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    std::os::unix::fs::symlink("/proc/self", project.path(".docgen")).unwrap();
    let ran = project.docgen(&["run", "--no-report", "app.py"]).exits(0);
    let told = "so this run keeps nothing for the next one";
    assert_eq!(ran.stderr.matches(told).count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("`--no-cache`"), "{}", ran.stderr);
    assert!(project.read("app.py").contains("\"\"\""));
}

/// A disk that is full, as far as this process is concerned.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_in_the_middle_of_a_run_is_told_once() {
    let azure = FakeAzure::start();
    let function = |number| format!("def f{number}(value):\n    return value + {number}\n\n\n");
    let code = (0..60).map(function).collect::<Vec<_>>().concat();
    let project = Project::with(&code).azure(&azure);
    // Room for the tables and not for much more; the signal would end the process.
    let limited = "trap '' XFSZ; ulimit -f 300; exec \"$0\" run --diff --no-report app.py";
    let docgen = project.command(&[]);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", limited]).arg(docgen.get_program());
    shell
        .current_dir(docgen.get_current_dir().unwrap())
        .env_clear();
    for (name, value) in docgen.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    let ran: crate::support::project::Ran = shell.output().unwrap().into();
    let ran = ran.exits(1);
    assert!(ran.stdout.contains("+    \"\"\""), "{}", ran.stdout);
    assert!(
        ran.stderr.matches("make room").count() == 1,
        "{}",
        ran.stderr
    );
}

#[test]
fn a_run_needs_no_home() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    for _ in 0..2 {
        let mut command = project.command(&DIFF);
        let ran: crate::support::project::Ran = command.env_remove("HOME").output().unwrap().into();
        ran.exits(1);
    }
    assert_eq!(stats(&project)["last_run"]["hit_rate"], 100.0);
}
