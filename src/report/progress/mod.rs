//! Progress on standard error: a few lines that are drawn again and again on a terminal, a line now and
//! then elsewhere.
//!
//! Those who work only count; a thread of the progress's own looks at the counts, several times a
//! second.

mod pace;
mod screen;
mod state;
mod tally;
mod view;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::llm::Live;
use tally::Sampler;
use view::Paint;

pub use screen::AboveProgress;
pub use state::{Ending, Phase};
pub use tally::{Elsewhere, Tally};

/// How much a command says on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// Progress and summary.
    Normal,
    /// Errors only.
    Quiet,
}

/// Between two frames: eight in a second.
const FRAME: Duration = Duration::from_millis(125);

/// A run that is over sooner shows nothing.
const FIRST_FRAME: Duration = Duration::from_millis(250);

/// Where there is no terminal: until the first line, ...
const FIRST_LINE: Duration = Duration::from_secs(5);

/// ... between lines, ...
const LINE_EVERY: Duration = Duration::from_secs(10);

/// ... and from [`LONG_RUN`] on.
const LATER_LINE_EVERY: Duration = Duration::from_secs(30);

/// A log that is as long as a run is no help.
const LONG_RUN: Duration = Duration::from_mins(10);

/// What is known of the requests now.
pub type Look = Arc<dyn Fn() -> Live + Send + Sync>;

/// The progress of a run, shown until it is dropped.
#[derive(Debug)]
pub struct Progress {
    tally: Tally,
    shown: Mutex<Option<Shown>>,
}

/// The thread that shows.
#[derive(Debug)]
struct Shown {
    thread: JoinHandle<()>,
    is_over: Arc<AtomicBool>,
}

impl Progress {
    /// Begins to show what is counted.
    #[must_use]
    pub fn start(loudness: Loudness) -> Self {
        let tally = Tally::default();
        let shown = match loudness {
            Loudness::Quiet => None,
            Loudness::Normal => Shown::start(&tally),
        };
        Self {
            tally,
            shown: Mutex::new(shown),
        }
    }

    /// Where those who work count.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Leaves the terminal to `dialogue`, which may ask the user something.
    pub fn aside<T>(&self, dialogue: impl FnOnce() -> T) -> T {
        let _hidden = Aside::begin();
        dialogue()
    }

    /// Shows nothing more and leaves the terminal as it was.
    pub fn finish(&self) {
        let shown = self
            .shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(Shown { thread, is_over }) = shown {
            is_over.store(true, Ordering::Release);
            thread.thread().unpark();
            // It does nothing that could fail.
            _ = thread.join();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

/// The terminal belongs to somebody else until this is dropped.
struct Aside;

impl Aside {
    fn begin() -> Self {
        screen::give_away(true);
        Self
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        screen::give_away(false);
    }
}

impl Shown {
    fn start(tally: &Tally) -> Option<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let (tally, over) = (tally.clone(), is_over.clone());
        let show = move || {
            let is_over = || over.load(Ordering::Acquire);
            if screen::is_live() {
                draw_frames(&tally, is_over);
            } else {
                write_lines(&tally, is_over);
            }
        };
        // Without a thread to spare the work goes on unseen.
        let thread = std::thread::Builder::new()
            .name("progress".to_owned())
            .spawn(show);
        let thread = thread.ok()?;
        Some(Self { thread, is_over })
    }
}

/// Takes a live view away, for who leaves at once.
pub fn clear_progress() {
    screen::clear();
}

fn draw_frames(tally: &Tally, is_over: impl Fn() -> bool) {
    let paint = match anstream::AutoStream::choice(&std::io::stderr()) {
        anstream::ColorChoice::Never => Paint::Plain,
        _ => Paint::Colored,
    };
    let mut sampler = Sampler::new(tally);
    wait(FIRST_FRAME, &is_over);
    while !is_over() {
        screen::draw(&view::lines(&sampler.view(), screen::columns(), paint));
        wait(FRAME, &is_over);
    }
    screen::clear();
}

fn write_lines(tally: &Tally, is_over: impl Fn() -> bool) {
    let start = Instant::now();
    let mut sampler = Sampler::new(tally);
    let mut next = FIRST_LINE;
    while !is_over() {
        wait(Duration::from_millis(500), &is_over);
        let view = sampler.view();
        let elapsed = start.elapsed();
        if elapsed >= next && !is_over() && !screen::is_given_away() {
            tracing::info!("{}", view::log_line(&view));
            next = elapsed
                + if elapsed < LONG_RUN {
                    LINE_EVERY
                } else {
                    LATER_LINE_EVERY
                };
        }
    }
}

/// Waits so long, or until it is over.
fn wait(time: Duration, is_over: &impl Fn() -> bool) {
    let end = Instant::now() + time;
    while !is_over() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::park_timeout(left);
    }
}
