//! The files that a run's report is written to.

use std::path::{Path, PathBuf};

use crate::commands::Error;
use crate::config::{Config, ReportFile, ReportFormat};
use crate::report::{self, Links, Loudness, RunReport};
use crate::rewrite::publish;
use crate::source::FileName;

/// Writes the report in each form that is wanted, and says where it is.
pub(super) fn write(report: &RunReport, config: &Config, loudness: Loudness) -> Result<(), Error> {
    let here = std::env::current_dir().unwrap_or_default();
    for file in &config.reports {
        for (path, text) in drawn(report, file, config, &here) {
            replace(&path, &text).map_err(|source| Error::Report {
                path: path.clone(),
                source,
            })?;
            if loudness == Loudness::Normal {
                let name = FileName::new(&path, &here);
                tracing::info!("Report: {}", report::escape(name.as_str()));
            }
        }
    }
    Ok(())
}

/// Whether each form of the report has a folder to go to: a report that has none is better known of before
/// anything is asked and paid for.
pub(super) fn check(config: &Config) -> Result<(), Error> {
    for file in &config.reports {
        folder_is_there(&file.path).map_err(|source| Error::Report {
            path: file.path.clone(),
            source,
        })?;
    }
    Ok(())
}

/// The text of each file that a report is.
fn drawn(
    report: &RunReport,
    file: &ReportFile,
    config: &Config,
    here: &Path,
) -> Vec<(PathBuf, String)> {
    let links = || match &config.link_base {
        Some(base) => Links::below(base.as_url().as_str(), repository(here), here),
        None => Links::beside(file.path.parent().unwrap_or(here), here),
    };
    let text = match file.format {
        ReportFormat::Markdown => report::run_markdown(report, &links()),
        ReportFormat::Json => format!("{:#}\n", report::run_json(report)),
        ReportFormat::Html => report::run_html(report, &links()),
        ReportFormat::Csv => {
            let [definitions, requests] = file.tables();
            return vec![
                (definitions, report::definitions_csv(report)),
                (requests, report::requests_csv(report)),
            ];
        }
    };
    vec![(file.path.clone(), text)]
}

/// The root of the repository around a folder, or else the folder.
fn repository(folder: &Path) -> &Path {
    let is_root = |folder: &&Path| folder.join(".git").exists();
    folder.ancestors().find(is_root).unwrap_or(folder)
}

/// Replaces a file, whole or not at all.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    folder_is_there(path)?;
    publish(path, text.as_bytes())
}

/// A folder that is not there is more often a slip than a wish.
fn folder_is_there(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) => std::fs::metadata(folder).map(|_| ()),
        None => Ok(()),
    }
}
