//! `docgen analyze`: every definition with its metadata and complexity.

use super::{Error, Format, Scope, analyze_all, output, thread_pool, warn_nothing_found};
use crate::config::Config;
use crate::exit_status::ExitStatus;
use crate::report;
use crate::source::Wanted;

/// Shows every definition in `scope`; a file that cannot be read makes it a finding.
pub fn analyze(config: &Config, scope: &Scope<'_>, format: Format) -> Result<ExitStatus, Error> {
    let pool = thread_pool()?;
    let analyzed = analyze_all(&pool, scope, config, Wanted::SourcesAndStubs, |file| file)?;
    if analyzed.is_empty() {
        warn_nothing_found(scope, analyzed.left_out);
    }
    match format {
        Format::Text => {
            output::write(report::analysis_table(&analyzed.files).as_bytes())?;
            for diagnostic in &analyzed.diagnostics {
                tracing::error!("{}", report::escape(&diagnostic.to_string()));
            }
        }
        Format::Json => output::write_json(&report::analysis_json(
            &analyzed.files,
            &analyzed.diagnostics,
        ))?,
    }
    let all_read = analyzed.diagnostics.is_empty();
    Ok(if all_read {
        ExitStatus::Success
    } else {
        ExitStatus::Findings
    })
}
