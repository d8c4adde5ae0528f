//! `docgen cache stats`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::cache::{Saved, grouped, hits, size, tally_json};
use super::terminal::escape;
use crate::store::{ReplyStats, ReplyTally, day};

/// Everything that is to be said of a reply cache.
#[derive(Debug)]
pub struct CacheStats {
    /// The database, as it is to be shown.
    pub path: String,
    /// What is in it.
    pub stats: ReplyStats,
    /// Bytes of its file.
    pub bytes: u64,
    /// Bytes that it may have.
    pub max_bytes: Option<u64>,
    /// What it was good for in the last run, when that was, and in all runs.
    pub tallies: Option<(u64, ReplyTally, ReplyTally)>,
}

/// As text for people.
#[must_use]
pub fn cache_stats_text(cache: &CacheStats) -> String {
    let stats = &cache.stats;
    let mut text = format!("{}\n", escape(&cache.path));
    let mut row = |name: &str, value: String| {
        _ = writeln!(text, "  {name:<13} {value}");
    };
    let age = match (stats.oldest, stats.newest) {
        (Some(oldest), Some(newest)) => format!(", from {} to {}", day(oldest), day(newest)),
        _ => String::new(),
    };
    row("entries", format!("{}{age}", grouped(stats.entries)));
    let bound = cache.max_bytes.map_or_else(
        || "no bound".to_owned(),
        |bytes| format!("{} at most", size(bytes)),
    );
    row(
        "size",
        format!(
            "{} ({bound}), {} of it replies",
            size(cache.bytes),
            size(stats.entry_bytes)
        ),
    );
    match &cache.tallies {
        None => row("last run", "none has asked it yet".to_owned()),
        Some((at, last, all)) => {
            row(
                "last run",
                format!("{} from the cache, on {}", hits(last), day(*at)),
            );
            row("all runs", format!("{} from the cache", hits(all)));
            row("saved", Saved::of(all).told());
        }
    }
    for (index, model) in stats.models.iter().enumerate() {
        let name = if index == 0 { "models" } else { "" };
        let told = format!(
            "{}: {} of the entries, {} tokens",
            model.model,
            grouped(model.entries),
            grouped(model.tokens)
        );
        row(name, escape(&told).into_owned());
    }
    text
}

/// As JSON.
#[must_use]
pub fn cache_stats_json(cache: &CacheStats) -> Value {
    let stats = &cache.stats;
    json!({
        "path": cache.path,
        "entries": stats.entries,
        "entry_bytes": stats.entry_bytes,
        "bytes": cache.bytes,
        "max_bytes": cache.max_bytes,
        "oldest": stats.oldest,
        "newest": stats.newest,
        "models": stats.models,
        "last_run": cache.tallies.as_ref().map(|(at, last, _)| {
            let mut value = tally_json(last);
            if let Some(object) = value.as_object_mut() {
                object.insert("at".to_owned(), (*at).into());
            }
            value
        }),
        "all_runs": cache.tallies.as_ref().map(|(_, _, all)| tally_json(all)),
    })
}
