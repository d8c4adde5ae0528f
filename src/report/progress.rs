//! Progress on standard error: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How much a command says on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// Progress and summary.
    Normal,
    /// Errors only.
    Quiet,
}

/// Seconds between lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// The progress of a run over a known number of definitions.
#[derive(Debug)]
pub struct Progress {
    shown: Shown,
}

#[derive(Debug)]
enum Shown {
    Nothing,
    Bar(ProgressBar),
    Lines { total: u64, state: Mutex<Lines> },
}

#[derive(Debug)]
struct Lines {
    done: u64,
    last: Instant,
}

impl Progress {
    /// Shows progress towards `total` definitions.
    #[must_use]
    pub fn new(total: usize, loudness: Loudness) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let shown = if loudness == Loudness::Quiet || total == 0 {
            Shown::Nothing
        } else if std::io::stderr().is_terminal() {
            let bar =
                ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(8));
            let template =
                "{bar:32} {pos}/{len} definitions, {elapsed} elapsed, {eta} left  {wide_msg}";
            let style = ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("━╸ "));
            Shown::Bar(bar)
        } else {
            Shown::Lines {
                total,
                state: Mutex::new(Lines {
                    done: 0,
                    last: Instant::now(),
                }),
            }
        };
        Self { shown }
    }

    /// `count` more definitions of `file` are done.
    pub fn advance(&self, count: usize, file: &str) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                bar.set_message(super::escape(file).into_owned());
                bar.inc(count);
            }
            Shown::Lines { total, state } => {
                let Ok(mut state) = state.lock() else { return };
                state.done += count;
                if state.last.elapsed() >= LINE_EVERY {
                    state.last = Instant::now();
                    tracing::info!("{} of {total} definitions done", state.done);
                }
            }
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}
