//! The built binary, driven as a user drives it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that meets the unexpected is to fail at once"
)]

#[path = "../support/mod.rs"]
mod support;

/// `docgen analyze`
mod analyze;
/// Tokens of Microsoft Entra ID.
#[cfg(feature = "entra")]
mod auth;
/// What may be spent.
mod budget;
/// What was answered once is not asked for again.
mod cache;
/// `docgen cache`, and a cache that cannot be used.
mod cache_command;
/// `docgen check`
mod check;
/// How `docgen check` shows what it found.
mod check_formats;
/// Which rules a check follows.
mod check_rules;
/// Which files and findings a check is about.
mod check_scope;
/// `docgen run` asks before it spends money.
mod confirm;
/// What a prompt shows of the code around its definitions.
mod context;
/// `docgen run --diff`
mod diff;
/// `docgen doctor`
mod doctor;
/// `docgen run -`
mod embeddings;
/// The project's documented functions in prompts, and its conventions.
mod examples;
mod filter;
/// `--since` and `--staged` in every kind of repository.
mod git;
/// `docgen changelog` and `docgen history`
mod history;
/// Files made to exhaust the stack, the memory or the patience.
mod hostile;
/// Files that are as they were are not parsed again.
mod incremental;
/// Files that cannot be read, parsed or written.
mod inputs;
/// `docgen run --interactive`
mod interactive;
/// Keys, where they come from, and the variables of other tools.
mod keys;
/// `kill -9` at any instant.
#[cfg(unix)]
mod kill;
/// One docgen at a time in a tree.
#[cfg(unix)]
mod lock;
/// The log file.
mod log_file;
/// Secrets in source stay on the machine.
mod masks;
/// Figures of runs for Prometheus.
mod metrics;
/// `docgen run` against the fake Azure.
mod model;
/// Proxies, certificates, connections and time limits.
mod network;
/// `docgen run --provider offline`
mod offline;
/// Callees first.
mod order;
mod overwrite;
/// `docgen plan`, and estimates beside what came.
mod plan;
mod pool;
/// What is seen of a run while it runs.
#[cfg(unix)]
mod progress;
/// What the model is told, and in what order.
mod prompt;
/// The report of a run, in each of its forms.
mod report;
/// `docgen score`
mod score;
/// Secrets go to the server alone.
mod secrets;
/// Which definitions are chosen, and what silences a rule.
mod select;
/// Settings from every source, and what is said of wrong ones.
mod settings;
/// Answers that several machines share.
mod shared_cache;
/// One quota for several processes.
mod shared_quota;
#[cfg(unix)]
mod signals;
/// `docgen run --mode stale`
mod stale;
/// Tone, house rules, language and sections.
mod style;
/// Traces and metrics over OTLP.
#[cfg(feature = "otlp")]
mod telemetry;
/// What a run is held to when it is over.
mod thresholds;
/// `docgen undo` and `docgen runs`
mod undo;
/// What a file keeps when it is replaced, and when it is left alone.
mod write;
