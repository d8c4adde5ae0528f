//! `docgen score`: how good the docstrings are. No network, no key, no async runtime.

use std::path::PathBuf;

use super::{Error, Scope, analyze_all, output, thread_pool, warn_nothing_found};
use crate::config::{Config, Percent};
use crate::exit_status::ExitStatus;
use crate::generate::{AnalyzedFile, required};
use crate::report::{self, DocstringScore, FileScore, ScoreDetail, ScoreReport, ScoreStyle};
use crate::rules::RuleCode;
use crate::rules::quality::{Quality, qualities};
use crate::source::Wanted;

/// The form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// GitHub Actions' workflow commands.
    Github,
}

/// How a score is shown.
#[derive(Debug, Clone)]
pub struct ScoreOptions {
    /// The form of the report.
    pub format: ScoreFormat,
    /// How many of the worst docstrings are shown, in text and as workflow commands.
    pub worst: usize,
    /// What stands besides them in a text.
    pub detail: ScoreDetail,
    /// Where the report goes instead of standard output.
    pub output_file: Option<PathBuf>,
}

/// Scores every docstring that `check` counts.
pub fn score(
    config: &Config,
    scope: &Scope<'_>,
    options: &ScoreOptions,
) -> Result<ExitStatus, Error> {
    let pool = thread_pool()?;
    let analyzed = analyze_all(&pool, scope, config, Wanted::SourcesAndStubs, |file| {
        scored(&file, config)
    })?;
    if analyzed.is_empty() {
        warn_nothing_found(scope, analyzed.left_out);
    }
    let report = ScoreReport {
        diagnostics: analyzed.diagnostics,
        files: analyzed.files,
        fail_under: config.score.fail_under.map(Percent::value),
    };
    show(&report, options)?;
    Ok(if report.has_passed() {
        ExitStatus::Success
    } else {
        ExitStatus::Findings
    })
}

/// Every definition of a file that needs a docstring, scored.
fn scored(file: &AnalyzedFile, config: &Config) -> FileScore {
    let rules = config.check.rules.of_file(&file.source.path);
    let requirements = required(file, &config.select, rules);
    let silenced = requirements.silenced.iter().map(|&one| (one, true));
    let documented = requirements.documented.iter().map(|&one| (one, false));
    let documented: Vec<((usize, RuleCode), bool)> = documented.chain(silenced).collect();
    let found = qualities(
        file.judged(rules),
        documented.iter().map(|((index, _), _)| *index),
    );
    let entry = |index: usize, code, is_silenced, quality: Option<Quality>| {
        let definition = file.module.definitions.get(index)?;
        Some(DocstringScore {
            place: definition.place,
            definition: definition.qualified_name.clone(),
            kind: definition.kind,
            code,
            is_silenced,
            quality,
        })
    };
    let there = documented.iter().zip(found);
    let there = there.filter_map(|(&((index, code), is_silenced), mut quality)| {
        if is_silenced {
            quality.suggestions.clear();
        }
        entry(index, code, is_silenced, Some(quality))
    });
    let missing = requirements.missing.iter().filter(|one| !one.is_suppressed);
    let missing = missing.filter_map(|one| entry(one.definition, one.code, false, None));
    let mut docstrings: Vec<DocstringScore> = there.chain(missing).collect();
    docstrings.sort_by_key(|one| one.place);
    FileScore {
        path: file.source.name.clone(),
        docstrings,
    }
}

fn show(report: &ScoreReport, options: &ScoreOptions) -> Result<(), Error> {
    let is_file = options.output_file.is_some();
    let text = match options.format {
        ScoreFormat::Text => report::score_text(
            report,
            ScoreStyle {
                worst: options.worst,
                detail: options.detail,
                is_colored: !is_file && output::is_colored(),
            },
        ),
        ScoreFormat::Json => format!("{:#}\n", report::score_json(report)),
        ScoreFormat::Github => report::score_github(report, options.worst),
    };
    match &options.output_file {
        Some(path) => output::write_file(path, &text)?,
        None => output::write(text.as_bytes())?,
    }
    // Programs read the report; whoever sees the command fail reads why.
    let is_read_here = !is_file && options.format == ScoreFormat::Text;
    if let (false, Some(line)) = (is_read_here, report::missed_score(report)) {
        tracing::info!("{line}");
    }
    Ok(())
}
