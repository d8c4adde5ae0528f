//! What happened, for people and programs: outcomes and diagnostics as markdown, text and JSON, and
//! a check's findings as continuous integration and code scanning read them.
//!
//! Functions here make text; only [`Progress`] writes, and that to standard error.

mod analysis;
mod badge;
mod budget;
mod cache;
mod cache_stats;
mod changelog;
mod check;
mod count;
mod diff;
mod doctor;
mod estimate;
mod history;
mod html;
mod markup;
mod metrics;
mod outcome;
mod plan;
mod progress;
mod repairs;
mod requests;
mod run;
mod run_report;
mod runs;
mod score;
mod terminal;
mod text;
mod thresholds;
mod time;
mod undo;
mod unproven;

pub use analysis::{analysis_json, analysis_table};
pub use badge::badge;
pub use budget::{BudgetBound, BudgetReport};
pub use cache::CacheReport;
pub use cache_stats::{CacheStats, cache_stats_json, cache_stats_text};
pub use changelog::{
    Changelog, Origin, Release, ReleaseChange, RunNote, UnreadFile, changelog_html, changelog_json,
    changelog_markdown,
};
pub use check::{
    CheckReport, Counts, Detail, FileCoverage, FolderCoverage, Layout, TextStyle, check_github,
    check_json, check_junit, check_sarif, check_text, missed_threshold,
};
pub use diff::shown_diff;
pub use doctor::{
    Checkup, DeploymentReport, DoctorReport, Health, SettingsReport, deployment_checks,
    doctor_json, doctor_text,
};
pub use history::{DocstringEvent, DocstringHistory, HistoryStyle, history_json, history_text};
pub use metrics::{Ending, RunMetrics, are_metrics, run_metrics};
pub use outcome::{CodeComplexity, INTERRUPTED, Outcome, ScoreChange, Status};
pub use plan::{
    Known, PlanCount, PlanDetail, PlanReason, PlanReport, PlannedBatch, PlannedDefinition,
    PlannedModel, PlannedPrompt, PlannedRaise, PlannedTarget, Tie, WordsFrom, plan_json, plan_text,
};
pub use progress::{
    AboveProgress, Elsewhere, Ending as ProgressEnding, Look, Loudness, Phase, Progress,
    Tally as ProgressTally, clear_progress,
};
pub use repairs::{FaultCount, Repairs};
pub use requests::{
    Cost, DeploymentRequests, KeptBack, Latency, Limits, RequestRow, Requests, TimeOn, TimeShare,
};
pub use run::{Links, definitions_csv, requests_csv, run_html, run_json, run_markdown};
pub use run_report::{FileReport, FolderReport, HotSpot, Judged, QualityChange, RunReport, Totals};
pub use runs::{
    RunDetail, RunState, ShownRun, run_detail_json, run_detail_text, runs_json, runs_text,
};
pub use score::{
    DocstringScore, FileScore, ScoreDetail, ScoreReport, ScoreStyle, Tally, missed_score,
    score_github, score_json, score_text,
};
pub use terminal::escape;
pub use text::run_summary;
pub use thresholds::{Exceeded, run_github};
pub use time::since;
pub use undo::{UndoReport, UndoneFile, UndoneHow, undo_json, undo_lines, undo_summary};
pub use unproven::{unproven, unproven_reason};
