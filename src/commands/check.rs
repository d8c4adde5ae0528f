//! `docgen check`: what has no docstring, and which docstrings have drifted from their code. No
//! network, no key, no async runtime.

mod baseline;
mod show;

use std::io::Read as _;
use std::path::Path;

use rayon::prelude::*;

use super::findings::Findings;
use super::recall::{Recall, Recalling};
use super::{Error, Piped, Scope, discover, gathered, thread_pool, warn_nothing_found};
use crate::config::{Config, Percent};
use crate::exit_status::ExitStatus;
use crate::generate::AnalyzedFile;
use crate::report::{CheckReport, FileCoverage};
use crate::rules::Diagnostic;
use crate::source::{Discovered, Touched, Wanted, decode};

pub use baseline::BaselineMode;
pub use show::{CheckFormat, CheckOptions};

/// Reports every definition in `scope` that needs a docstring and has none, and every docstring
/// that contradicts its code.
pub fn check(
    config: &Config,
    scope: &Scope<'_>,
    options: &CheckOptions,
) -> Result<ExitStatus, Error> {
    let (mut report, piped) = match &options.stdin_filename {
        Some(path) => piped(config, path)?,
        None => (collect(config, scope, options.recalling)?, None),
    };
    if let Some(path) = &config.check.baseline {
        baseline::apply(path, options.baseline_mode, &mut report)?;
    }
    show::show(&report, options, piped.as_deref())?;
    Ok(if report.has_passed() {
        ExitStatus::Success
    } else {
        ExitStatus::Findings
    })
}

/// Reads the files and finds what is wrong with them.
fn collect(config: &Config, scope: &Scope<'_>, recalling: Recalling) -> Result<CheckReport, Error> {
    let pool = thread_pool()?;
    let recall = match recalling {
        Recalling::Use => Recall::if_there(config),
        Recalling::Ignore => Recall::nothing(),
    };
    let discovery = discover(scope, config, Wanted::SourcesAndStubs)?;
    let look = |file: &Discovered| {
        let read = recall.read(file)?;
        let touched = discovery.touched(file);
        // What is known is known of whole files.
        if touched != Touched::Everything {
            let (analyzed, _) = recall.parse(read)?;
            let findings = findings(&analyzed.touched_in(touched), config);
            return findings.checked(&file.name);
        }
        if let Some(findings) = recall.findings(&read) {
            return findings.checked(&file.name);
        }
        let (analyzed, key) = recall.parse(read)?;
        let findings = findings(&analyzed, config);
        recall.keep(key, &analyzed, &findings);
        findings.checked(&file.name)
    };
    let results = pool.install(|| discovery.files.par_iter().map(look).collect());
    recall.finish();
    let analyzed = gathered(&discovery, results);
    if analyzed.is_empty() {
        warn_nothing_found(scope, analyzed.left_out);
    }
    Ok(report(config, analyzed.diagnostics, analyzed.files))
}

/// Reads standard input as the file at `path`, and gives its text too.
fn piped(config: &Config, path: &Path) -> Result<(CheckReport, Option<String>), Error> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    // Text that could not be read has no line to show.
    let text = decode(&bytes).map(|(text, _)| text).unwrap_or_default();
    let pool = thread_pool()?;
    Ok(match Piped::read(&pool, path, bytes, config)? {
        Piped::LeftOut => (report(config, Vec::new(), Vec::new()), None),
        Piped::Unreadable(unread) => (report(config, vec![*unread], Vec::new()), Some(text)),
        Piped::Analyzed(file) => {
            let found = pool.install(|| findings(&file, config));
            let checked = match found.checked(&file.source.name) {
                Ok(found) => report(config, Vec::new(), vec![found]),
                Err(unread) => report(config, vec![*unread], Vec::new()),
            };
            (checked, Some(text))
        }
    })
}

fn findings(file: &AnalyzedFile, config: &Config) -> Findings {
    let rules = config.check.rules.of_file(&file.source.path);
    Findings::of(file, &config.select, rules)
}

fn report(
    config: &Config,
    unread: Vec<Diagnostic>,
    found: Vec<(Vec<Diagnostic>, FileCoverage)>,
) -> CheckReport {
    let mut diagnostics = unread;
    let mut files = Vec::with_capacity(found.len());
    for (findings, covered) in found {
        diagnostics.extend(findings);
        files.push(covered);
    }
    diagnostics.sort_by(|one, other| {
        (&one.path, one.place, one.code).cmp(&(&other.path, other.place, other.code))
    });
    CheckReport {
        diagnostics,
        files,
        fail_under: config.check.fail_under.map(Percent::value),
        recorded: 0,
    }
}
