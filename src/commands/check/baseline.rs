//! The file of findings that a team has recorded to live with.

use std::path::Path;

use crate::commands::Error;
use crate::report::CheckReport;
use crate::rewrite::publish;
use crate::rules::{Baseline, BaselineError, BaselineNames};

/// What a check does with the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaselineMode {
    /// Leaves out what it records.
    Use,
    /// Records what is found now.
    Update,
}

/// Takes what is recorded out of the report; when updating, records what is in it first.
pub(super) fn apply(
    path: &Path,
    mode: BaselineMode,
    report: &mut CheckReport,
) -> Result<(), Error> {
    let fault = |source: BaselineError| Error::Baseline {
        path: path.to_path_buf(),
        source,
    };
    let mut baseline = match std::fs::read_to_string(path) {
        Ok(text) => Baseline::from_json(&text).map_err(fault)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => match mode {
            BaselineMode::Update => Baseline::default(),
            BaselineMode::Use => return Err(Error::NoBaseline(path.to_path_buf())),
        },
        Err(source) => {
            return Err(Error::BaselineUnreadable {
                path: path.to_path_buf(),
                source,
            });
        }
    };
    let names = BaselineNames::beside(path);
    if mode == BaselineMode::Update {
        let read = report.files.iter().map(|file| &file.path);
        baseline.update(&report.diagnostics, read, &names);
        let text = baseline.to_json().map_err(fault)?;
        publish(path, text.as_bytes()).map_err(|source| Error::OutputFile {
            path: path.to_path_buf(),
            source,
        })?;
        tracing::info!("recorded {} findings in {}", baseline.len(), path.display());
    }
    report.recorded = baseline.take_out(&mut report.diagnostics, &names);
    Ok(())
}
