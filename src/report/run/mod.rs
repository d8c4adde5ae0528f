//! The report of a run: markdown that reads well on GitHub, JSON with a published schema, CSV for
//! spreadsheets, and a page with plots.
//!
//! All of them are drawn from one [`RunReport`](super::RunReport), in the order of names, so that two
//! runs differ only where their results do. What differs anyway (time, money, requests) stands last.

mod csv;
mod figures;
mod html;
mod json;
mod links;
mod markdown;

pub use csv::{definitions_csv, requests_csv};
pub use html::run_html;
pub use json::run_json;
pub use links::Links;
pub use markdown::run_markdown;

pub(in crate::report) use json::coverage_json;

#[cfg(test)]
mod tests;
