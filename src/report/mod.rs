//! What happened, for people and programs: outcomes and diagnostics as markdown, text and JSON.
//!
//! Functions here make text; only [`Progress`] writes, and that to standard error.

mod analysis;
mod json;
mod markdown;
mod outcome;
mod progress;
mod run_report;
mod terminal;
mod text;

pub use analysis::{analysis_json, analysis_table};
pub use json::{check_json, run_json};
pub use markdown::markdown;
pub use outcome::{Outcome, Status};
pub use progress::{Loudness, Progress};
pub use run_report::{FileReport, HotSpot, Latency, Requests, RunReport, Totals};
pub use terminal::escape;
pub use text::{check_text, run_summary};
