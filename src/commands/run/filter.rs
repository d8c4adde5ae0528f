//! `docgen run -`: the file that an editor pipes through, documented on its way.

use std::io::Read as _;
use std::path::Path;

use super::conclusion::{collect, conclude, show_diffs, show_summary};
use super::remembered::closed;
use super::stages::{Around, answer};
use super::words::Words;
use super::work::Work;
use super::{RunMode, RunOptions};
use crate::commands::document::Job;
use crate::commands::project::project_around;
use crate::commands::voice::Ear;
use crate::commands::{Error, Piped, output, thread_pool};
use crate::config::{Config, Provider};
use crate::exit_status::ExitStatus;
use crate::report::{Loudness, Progress, RunReport, escape};

/// Reads standard input as the file at `path` and writes that file, documented, to standard
/// output; or the diff, and then no file.
///
/// Some editors take whatever comes out for the new text, whatever the exit status and even what
/// stands on standard error. So the text comes back as it was when nothing could be done with it,
/// and nothing is said when all went well.
pub fn filter(
    path: &Path,
    options: RunOptions,
    settings: impl FnOnce() -> Result<(Config, Provider), Error>,
) -> Result<ExitStatus, Error> {
    let mut input = Vec::new();
    std::io::stdin().lock().read_to_end(&mut input)?;
    let documented = settings()
        .and_then(|(config, provider)| document(path, options, input.clone(), &config, &provider));
    let (file, result) = match documented {
        Ok((file, result)) => (file.unwrap_or(input), result),
        Err(error) => (input, Err(error)),
    };
    if options.mode != RunMode::Diff {
        output::write(&file)?;
    }
    result
}

/// The new bytes if there are any, and how it ended.
type Documented = (Option<Vec<u8>>, Result<ExitStatus, Error>);

fn document(
    path: &Path,
    options: RunOptions,
    input: Vec<u8>,
    config: &Config,
    provider: &Provider,
) -> Result<Documented, Error> {
    let words = Words::new(provider, config, options.mode)?;
    let pool = thread_pool()?;
    let shown = path.display().to_string();
    let file = match Piped::read(&pool, path, input, config)? {
        Piped::Analyzed(file) if path.extension().is_none_or(|end| end != "pyi") => file,
        Piped::Analyzed(_) => {
            tracing::warn!("`{}` is a stub, which docgen leaves alone", escape(&shown));
            return Ok((None, Ok(ExitStatus::Success)));
        }
        Piped::LeftOut => {
            tracing::warn!("`{}` is excluded", escape(&shown));
            return Ok((None, Ok(ExitStatus::Success)));
        }
        Piped::Unreadable(diagnostic) => return Err(Error::Piped(diagnostic)),
    };
    let progress = Progress::start(Loudness::Quiet);
    let options = RunOptions {
        loudness: Loudness::Quiet,
        ..options
    };
    let by_model = matches!(provider, Provider::Model(_));
    let ear = Ear::new(config, by_model, options.mode.access(words.by(), config));
    let project = project_around(&pool, &file, config, &ear)?;
    let jobs = vec![Job::new(
        *file,
        config,
        options.mode,
        options.existing(config, words.by()),
    )];
    let work = Work::new(jobs, Some(project), ear);
    let cache = work.cache(&words, config, options);
    let around = Around {
        words: &words,
        cache: cache.as_ref(),
        config,
        progress: &progress,
    };
    let (mut finished, is_interrupted) = answer(&pool, around, work, options, None)?;
    let new = finished
        .done
        .iter_mut()
        .find_map(|done| done.rewritten.take());
    let mut report = RunReport {
        files_read: 1,
        is_interrupted,
        cache: cache.as_ref().map(closed),
        ..collect(finished.done, Vec::new(), &words, options.mode)
    };
    report.account_for(finished.budget);
    show_diffs(&report)?;
    if report.has_leftovers() {
        show_summary(&report);
    }
    Ok((new, conclude(&report, finished.fatal)))
}
