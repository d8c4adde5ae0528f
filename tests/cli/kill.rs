//! docgen is killed at random instants; whatever it leaves behind must be whole, and nothing that was
//! paid for may be lost.
//!
//! `DOCGEN_KILLS` is how often (20 times otherwise), `DOCGEN_KILL_SEED` where the instants come from
//! (printed when a test fails).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use docgen::python::{SyntaxTree, parse};

use crate::support::fake_azure::{FakeAzure, prompted};
use crate::support::project::{Project, Ran};

const FILES: usize = 10;

/// Definitions in each file, the module and two functions that lean on each other among them.
const DEFINITIONS: usize = 5;

/// A file of its own size, so that writing takes its time too.
fn source(n: usize) -> String {
    let filler = format!("TABLE_{n} = [{}]\n", "1, ".repeat(40 * n));
    format!(
        "# File {n}.\n{filler}\n\ndef low_{n}(value): return value * {n}\n\n\n\
        def high_{n}(value, other=None):\n    # It leans on the other.\n    return low_{n}(value) + {n}\n\n\n\
        class Thing{n}:\n    size = {n}\n\n    def grow(self, by):\n        self.size += by\n"
    )
}

fn tree(azure: &FakeAzure) -> Project {
    (0..FILES).fold(Project::new().azure(azure), |project, n| {
        project.file(&format!("package{}/module_{n}.py", n % 3), &source(n))
    })
}

/// Every file below the project that is Python, or was to become it.
fn files(project: &Project) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = project.snapshot("");
    files.retain(|path, _| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".py") || name.ends_with(".tmp")
    });
    files
}

fn is_temporary(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "tmp")
}

/// Holds each file to be what it was, or that with docstrings and nothing else.
fn hold_whole(
    originals: &BTreeMap<PathBuf, Vec<u8>>,
    now: &BTreeMap<PathBuf, Vec<u8>>,
    case: &str,
) {
    for (path, original) in originals {
        let shown = path.display();
        let text = now
            .get(path)
            .unwrap_or_else(|| panic!("{case}: {shown} is gone"));
        if text == original {
            continue;
        }
        let (old, new) = (utf8(original), utf8(text));
        let (before, after) = (
            parse(old).unwrap(),
            parse(new).unwrap_or_else(|error| panic!("{case}: {shown}: {error}:\n{new}")),
        );
        assert!(
            SyntaxTree::equal_without_docstrings(&before, &after)
                && SyntaxTree::same_tokens_outside_docstrings((&before, old), (&after, new)),
            "{case}: {shown}:\n{new}"
        );
    }
}

fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Who is killed, and what is known of it.
struct Victim<'a> {
    project: Project,
    azure: &'a FakeAzure,
    originals: BTreeMap<PathBuf, Vec<u8>>,
    /// Requests that were made before.
    answered: usize,
}

impl<'a> Victim<'a> {
    fn new(azure: &'a FakeAzure) -> Self {
        let project = tree(azure);
        Self {
            originals: files(&project),
            project,
            azure,
            answered: azure.requests().len(),
        }
    }

    /// Runs docgen until it ends or its time is over; whether it ended.
    fn run(&self, arguments: &[&str], time: Option<Duration>) -> bool {
        let mut command = self.project.command(arguments);
        command.stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let Some(time) = time else {
            Ran::from(child.wait_with_output().unwrap()).exits(0);
            return true;
        };
        let start = Instant::now();
        while start.elapsed() < time {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        // SIGKILL, which no process hears of.
        child.kill().unwrap();
        child.wait().unwrap();
        false
    }

    /// The definitions that were asked for since the last look.
    fn asked(&mut self) -> Vec<String> {
        let requests = self.azure.requests();
        let new = requests.get(self.answered..).unwrap_or_default();
        self.answered = requests.len();
        let new = new.iter().flat_map(|request| prompted(&request.body));
        new.map(|one| one.name).collect()
    }

    /// The definitions whose replies are on the disk.
    fn kept(&self) -> BTreeSet<String> {
        let path = self.project.path(".docgen/state.db");
        let Ok(database) = rusqlite::Connection::open(path) else {
            return BTreeSet::new();
        };
        let Ok(mut replies) = database.prepare("SELECT definition FROM reply") else {
            return BTreeSet::new();
        };
        let names = replies
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        let names = names.map(|name| bare(&name.unwrap()));
        // Modules have no names.
        names.filter(|name| !name.is_empty()).collect()
    }

    fn hold_whole(&self, case: &str) {
        hold_whole(&self.originals, &files(&self.project), case);
    }
}

/// The name of a definition's id.
fn bare(id: &str) -> String {
    id.rsplit_once("::").map_or(id, |(_, name)| name).to_owned()
}

fn number(name: &str, default: u64) -> u64 {
    let value = std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok());
    value.unwrap_or(default)
}

/// How long a run takes that nobody kills, and the definitions that it asks for.
fn undisturbed(azure: &FakeAzure) -> (Duration, Vec<String>) {
    let mut victim = Victim::new(azure);
    let start = Instant::now();
    assert!(victim.run(&["run"], None));
    (start.elapsed(), victim.asked())
}

#[test]
fn whatever_the_instant_no_file_is_broken_and_no_reply_is_lost() {
    let seed = number("DOCGEN_KILL_SEED", fastrand::u64(..1_000_000));
    let mut random = fastrand::Rng::with_seed(seed);
    // Requests take as long as reading and writing, so that the instants fall into all of it.
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(15))
        .start();
    let (time, definitions) = undisturbed(&azure);
    assert!(
        definitions.len() >= FILES * (DEFINITIONS - 1),
        "{definitions:?}"
    );
    let mut left = number("DOCGEN_KILLS", 20);
    let mut victim = Victim::new(&azure);
    while left > 0 {
        let kept = victim.kept();
        let instant = time.mul_f64(random.f64() * 1.1);
        let has_ended = victim.run(&["run"], Some(instant));
        let case = format!("seed {seed}, {left} kills before the end, after {instant:?}");
        victim.hold_whole(&case);
        let asked = victim.asked();
        let again: Vec<&String> = asked.iter().filter(|name| kept.contains(*name)).collect();
        assert!(again.is_empty(), "{case}: asked again about {again:?}");
        if has_ended {
            finish(&victim, &mut random, &case);
            victim = Victim::new(&azure);
        } else {
            left -= 1;
        }
    }
    assert!(victim.run(&["run"], None));
    finish(&victim, &mut random, &format!("seed {seed}, at the end"));
}

/// Holds a run that came to its end to have left nothing but documented files, and takes it and all
/// that were killed before it back, being killed meanwhile too.
fn finish(victim: &Victim<'_>, random: &mut fastrand::Rng, case: &str) {
    victim.hold_whole(case);
    let documented = files(&victim.project);
    assert!(!documented.keys().any(|path| is_temporary(path)), "{case}");
    for (path, text) in &documented {
        let said = utf8(text).matches("as the fake says.").count();
        assert_eq!(said, DEFINITIONS, "{case}: {}", path.display());
    }
    victim.run(
        &["undo", "-q"],
        Some(Duration::from_millis(random.u64(..200))),
    );
    victim.hold_whole(case);
    for _ in 0..100 {
        let ran = victim.project.docgen(&["undo"]);
        if ran.code == Some(2) {
            ran.says("nothing to take back");
            break;
        }
        ran.exits(0);
    }
    assert!(
        files(&victim.project) == victim.originals,
        "{case}: not all came back"
    );
}
