//! `docgen check`: what has no docstring. No network, no key, no async runtime.

use std::path::PathBuf;

use super::{Error, Format, analyze_all, output, thread_pool, warn_nothing_found};
use crate::config::Config;
use crate::exit_status::ExitStatus;
use crate::generate::select;
use crate::report;
use crate::rules::{Coverage, Diagnostic, RuleSet, drifts};
use crate::source::Wanted;

/// Reports every definition under `paths` that needs a docstring and has none.
pub fn check(config: &Config, paths: &[PathBuf], format: Format) -> Result<ExitStatus, Error> {
    let pool = thread_pool()?;
    let analyzed = analyze_all(&pool, paths, config, Wanted::SourcesAndStubs, |file| {
        let selection = select(&file, &config.select);
        let definitions = &file.module.definitions;
        let name = &file.source.name;
        let mut findings: Vec<Diagnostic> = selection
            .targets
            .iter()
            .map(|target| {
                Diagnostic::missing(name.clone(), &definitions[target.definition], target.code)
            })
            .collect();
        for drift in drifts(&file.module, RuleSet::ALL) {
            let definition = &definitions[drift.definition];
            let text = &file.source.text;
            findings.push(Diagnostic::drifted(
                name.clone(),
                definition,
                drift,
                text,
                &file.lines,
            ));
        }
        (findings, selection.coverage)
    })?;
    if analyzed.is_empty() {
        warn_nothing_found(paths, analyzed.left_out);
    }
    let files_read = analyzed.files.len();
    let has_unread = !analyzed.diagnostics.is_empty();
    let mut diagnostics = analyzed.diagnostics;
    let mut coverage = Coverage::default();
    for (findings, covered) in analyzed.files {
        diagnostics.extend(findings);
        coverage += covered;
    }
    diagnostics.sort_by(|one, other| {
        (&one.path, one.place, one.code).cmp(&(&other.path, other.place, other.code))
    });
    match format {
        Format::Text => {
            output::write(report::check_text(&diagnostics, files_read, coverage).as_bytes())?;
        }
        Format::Json => {
            output::write_json(&report::check_json(&diagnostics, files_read, coverage))?;
        }
    }
    let is_enough = match config.check.fail_under {
        Some(threshold) => coverage.percent() >= threshold.value(),
        None => diagnostics.is_empty(),
    };
    Ok(if is_enough && !has_unread {
        ExitStatus::Success
    } else {
        ExitStatus::Findings
    })
}
