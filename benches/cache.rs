//! Measures the reply cache: `cargo bench --bench cache [-- ENTRIES]`.
//!
//! Fills a database with entries of a realistic size, 100,000 unless told otherwise, looks them up one by one
//! in random order and in hundreds, and takes the database down to its bound.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that meets the unexpected is to stop"
)]

use std::time::{Duration, Instant};

use docgen::store::{Access, ContentHash, Database, ReplyCost, ReplyRecord};

/// Look-ups that are timed.
const LOOKUPS: usize = 20_000;

/// Words that replies are made of, so that they compress as prose does.
const WORDS: [&str; 48] = [
    "the",
    "value",
    "of",
    "a",
    "request",
    "when",
    "it",
    "is",
    "read",
    "from",
    "disk",
    "and",
    "its",
    "owner",
    "has",
    "been",
    "found",
    "return",
    "items",
    "sorted",
    "by",
    "name",
    "without",
    "those",
    "that",
    "were",
    "removed",
    "in",
    "order",
    "cache",
    "header",
    "timeout",
    "seconds",
    "before",
    "connection",
    "closes",
    "invoice",
    "total",
    "rounded",
    "cents",
    "if",
    "no",
    "entry",
    "matches",
    "path",
    "below",
    "root",
    "given",
];

fn main() {
    let count = std::env::args().skip(1).find_map(|one| one.parse().ok());
    let count: u64 = count.unwrap_or(100_000);
    let root = tempfile::tempdir().unwrap();
    let database = Database::open(root.path(), Access::Create).unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    let begun = Instant::now();
    let mut bytes = 0;
    for first in (0..count).step_by(500) {
        let records: Vec<ReplyRecord> = (first..count.min(first + 500))
            .map(|number| record(number, &mut random))
            .collect();
        bytes += records.iter().map(|one| one.value.len()).sum::<usize>();
        database.keep_replies(&records).unwrap();
    }
    println!(
        "{count} entries of {} bytes, kept in {:.1?}",
        bytes as u64 / count.max(1),
        begun.elapsed()
    );
    println!("database: {:.1} MB", megabytes(&database));

    let mut times: Vec<Duration> = (0..LOOKUPS)
        .map(|_| {
            let key = key(random.u64(..count));
            let begun = Instant::now();
            let found = database.replies(&[key], 0).unwrap();
            let time = begun.elapsed();
            assert_eq!(found.records.len(), 1);
            time
        })
        .collect();
    times.sort_unstable();
    println!(
        "look-up, singly: median {:.1?}, p95 {:.1?}, p99 {:.1?}",
        times[LOOKUPS / 2],
        times[LOOKUPS * 95 / 100],
        times[LOOKUPS * 99 / 100]
    );
    let keys: Vec<ContentHash> = (0..LOOKUPS).map(|_| key(random.u64(..count))).collect();
    let begun = Instant::now();
    database.replies(&keys, 0).unwrap();
    println!(
        "look-up of {LOOKUPS} at once: {:.1?} each",
        begun.elapsed() / 20_000
    );

    for bound in [32_000_000, 16_000_000] {
        let begun = Instant::now();
        let pruned = database.prune_replies(0, Some(bound)).unwrap();
        println!(
            "bound of {} MB: {} evicted in {:.1?}, database {:.1} MB",
            bound / 1_000_000,
            pruned.evicted,
            begun.elapsed(),
            megabytes(&database)
        );
        assert!(database.bytes().unwrap() <= bound);
    }
}

fn key(number: u64) -> ContentHash {
    ContentHash::of(&[&number.to_le_bytes()])
}

/// A reply about a function with a few arguments, as a model words it.
fn record(number: u64, random: &mut fastrand::Rng) -> ReplyRecord {
    let mut words = |count: usize| {
        let words: Vec<&str> = (0..count).filter_map(|_| random.choice(WORDS)).collect();
        words.join(" ")
    };
    let args: Vec<serde_json::Value> = (0..3)
        .map(|at| serde_json::json!({"name": format!("argument_{at}"), "description": words(10)}))
        .collect();
    let value = serde_json::json!({
        "drafts": [{
            "id": "", "summary": words(8), "description": words(20), "args": args,
            "returns": words(8), "yields": null,
            "raises": [{"exception": "ValueError", "description": words(9)}],
            "attributes": [], "examples": [], "notes": null,
        }],
        "settled": {"settled": "held", "repair": "none", "faults": []},
    });
    ReplyRecord {
        key: key(number),
        value: value.to_string().into_bytes(),
        definition: format!(
            "package/subpackage/module_{}.py::Class.method_{number}",
            number % 900
        ),
        paid: ReplyCost {
            deployment: "docs".to_owned(),
            model: Some("gpt-4.1-mini-2025-04-14".to_owned()),
            prompt_tokens: 900,
            cached_tokens: 0,
            completion_tokens: 120,
            latency_ms: 800,
        },
        created_at: 1_700_000_000 + number,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no database is so large that it would show"
)]
fn megabytes(database: &Database) -> f64 {
    database.bytes().unwrap() as f64 / 1e6
}
