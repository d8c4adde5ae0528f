//! `docgen run`: documents every file under the paths, or the one that comes through standard
//! input.

mod answer;
mod budget;
mod conclusion;
mod confirm;
mod filter;
mod interactive;
mod interrupt;
mod observer;
mod open_file;
mod options;
mod remembered;
mod requests;
mod shown;
mod stages;
mod terminal;
mod words;
mod work;
mod written;

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::document::WordsBy;
use super::keeper::{Beginning, Keeper, clean_up};
use super::lock::Turn;
use super::project::{ReadAround, Survey};
use super::recall::Recall;
use super::voice::Ear;
use super::{Error, Scope, thread_pool};
use crate::config::{Config, Provider};
use crate::exit_status::ExitStatus;
use crate::report::{Loudness, Phase, Progress, RunReport};
use conclusion::{collect, conclude, declined, end, show};
use observer::Observer;
use remembered::closed;
use stages::{Around, answer};
use terminal::Terminal;
use words::Words;

pub use confirm::Assent;
pub use filter::filter;
pub(super) use interactive::Questions;
pub(super) use interrupt::leave_on_signal;
pub(super) use options::existing;
pub use options::{RunMode, RunOptions};
pub(super) use remembered::answer_remembered;
pub(super) use work::Work;

/// Documents every file in `scope` with the words of `provider`.
pub fn run(
    config: &Config,
    provider: &Provider,
    scope: &Scope<'_>,
    options: RunOptions,
) -> Result<ExitStatus, Error> {
    let (start, began) = (Instant::now(), SystemTime::now());
    // What is wrong with the client or the terminal is met before a file is read.
    let mut observer = Observer::begin(config, provider)?;
    written::check(config)?;
    let words = Words::new(provider, config, options.mode)?;
    let terminal = match options.mode {
        RunMode::Ask => Some(Terminal::open()?),
        _ => None,
    };
    let (progress, mut turn) = begin(config, options)?;
    observer.watch(&words, progress.tally());
    let pool = thread_pool()?;
    let existing = options.existing(config, words.by());
    let by_model = words.by() == WordsBy::Model;
    let access = options.mode.access(words.by(), config);
    let ear = Ear::new(config, by_model, access);
    let recall = Arc::new(Recall::open(config, access));
    let surveyed = Survey {
        pool: &pool,
        config,
        mode: options.mode,
        existing,
        ear: &ear,
        recall: &recall,
        around: ReadAround::IfOpen,
    }
    .take(scope)?;
    let mut work = Work {
        recall: recall.clone(),
        ..Work::new(surveyed.jobs, surveyed.project, ear)
    };
    if let Some(turn) = &mut turn {
        let beginning = Beginning {
            began,
            words: words.describe(),
            undoes: None,
        };
        work.keeper = (work.is_open()).then(|| Arc::new(Keeper::open(config, turn, beginning)));
        turn.stop_listening();
    }
    let keeper = work.keeper.clone();
    let cache = work.cache(&words, config, options);
    let around = Around {
        words: &words,
        cache: cache.as_ref(),
        config,
        progress: &progress,
    };
    let answered = answer(&pool, around, work, options, terminal);
    progress.finish();
    if let Some(keeper) = keeper {
        keeper.end(end(&answered));
    }
    let (mut finished, is_interrupted) = answered?;
    recall.finish();
    if finished.is_declined {
        observer.forget();
        return Ok(declined(is_interrupted));
    }
    finished.done.extend(surveyed.done);
    if options.mode.writes() {
        words.keep_lessons(&config.files.root, finished.estimate.as_ref());
    }
    let elapsed = start.elapsed();
    let mut report = RunReport {
        files_read: surveyed.files,
        is_interrupted,
        elapsed,
        requests: words.requests(finished.kept, elapsed),
        cache: cache.as_ref().map(closed),
        estimate: finished.estimate.map(|estimate| words.judged(estimate)),
        ..collect(finished.done, surveyed.diagnostics, &words, options.mode)
    };
    report.account_for(finished.budget);
    report.hold_to(&config.thresholds, words.stats().as_ref());
    let shown = show(&report, config, options);
    let ended = shown.and_then(|()| conclude(&report, finished.fatal));
    observer.finish(&report, &ended);
    ended
}

/// Begins to show how far the run is, and waits for its turn in the tree.
fn begin(config: &Config, options: RunOptions) -> Result<(Progress, Option<Turn>), Error> {
    let progress = Progress::start(match options.mode {
        // Lines would be drawn over the questions.
        RunMode::Ask => Loudness::Quiet,
        _ => options.loudness,
    });
    let turn = if options.mode.writes() {
        progress.tally().begin(Phase::Lock);
        let turn = Turn::take(&config.files.root, options.wait)?;
        clean_up(config, &turn);
        Some(turn)
    } else {
        None
    };
    progress.tally().begin(Phase::Reading);
    Ok((progress, turn))
}
