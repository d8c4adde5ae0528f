//! Messages on standard error: `error: …`, `warning: …`, `hint: …` for people, and the details of
//! requests with `-v` and `-vv`. The log file has them all, a line of JSON each.

mod file;
mod plain;

use std::io::{self, IsTerminal as _};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::{MakeWriter, layer};
use tracing_subscriber::layer::{Context, Filter, SubscriberExt as _};

use crate::config::Log;
use crate::report::Loudness;
use file::{Limits, RotatingFile};
use plain::Plain;

/// The target of events that say what to do about an error.
pub const HINT: &str = "docgen::hint";

/// The target of events that hold what is sent to a model and what comes back.
pub const BODIES: &str = "docgen::bodies";

/// The log file of the process, once it is open.
static FILE: OnceLock<LogFile> = OnceLock::new();

struct LogFile {
    file: RotatingFile,
    /// Whether it takes bodies.
    bodies: AtomicBool,
}

/// Sets up logging for the process; only the first call counts.
///
/// `verbosity` is the number of `-v`: 1 shows requests, 2 everything.
pub fn init(loudness: Loudness, verbosity: u8) {
    let shown = match (loudness, verbosity) {
        (Loudness::Quiet, _) => LevelFilter::ERROR,
        (Loudness::Normal, 0) => LevelFilter::INFO,
        (Loudness::Normal, 1) => LevelFilter::DEBUG,
        (Loudness::Normal, _) => LevelFilter::TRACE,
    };
    let is_colored = io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let terminal = layer()
        .with_writer(io::stderr)
        .with_ansi(is_colored)
        .event_format(Plain)
        .with_filter(ToTerminal(shown));
    let file = layer()
        .json()
        .with_current_span(false)
        .with_writer(OpenFile)
        .with_filter(ToFile(shown.max(LevelFilter::DEBUG)));
    let subscriber = tracing_subscriber::registry().with(terminal).with(file);
    _ = tracing::subscriber::set_global_default(subscriber);
}

/// Opens the log file that the settings name, if they do; what is logged from now on goes there
/// too. A file that is open already takes on the settings.
pub fn open(settings: &Log) -> io::Result<()> {
    let Some(path) = &settings.file else {
        return Ok(());
    };
    let limits = Limits {
        bytes: u64::from(settings.max_size_mb.get()) * 1_000_000,
        keep: settings.keep,
    };
    let log = match FILE.get() {
        Some(log) => log,
        None => {
            let file = RotatingFile::open(path, limits)?;
            let bodies = AtomicBool::new(false);
            FILE.get_or_init(|| LogFile { file, bodies })
        }
    };
    log.file.set_limits(limits);
    log.bodies.store(settings.bodies, Ordering::Relaxed);
    // Whether an event is wanted at all is remembered at the place where it is made.
    tracing::callsite::rebuild_interest_cache();
    Ok(())
}

/// Only docgen's own events: the libraries' are no message to a user.
fn is_own(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    target == "docgen" || target.starts_with("docgen::")
}

/// What the terminal shows: no bodies, whatever the level.
struct ToTerminal(LevelFilter);

impl ToTerminal {
    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.0 && is_own(metadata) && metadata.target() != BODIES
    }
}

/// What the file takes: what the terminal shows and at least the debug level, and bodies if they are
/// wanted.
struct ToFile(LevelFilter);

impl ToFile {
    fn takes(&self, metadata: &Metadata<'_>) -> bool {
        let Some(log) = FILE.get() else {
            return false;
        };
        if metadata.target() == BODIES {
            return log.bodies.load(Ordering::Relaxed);
        }
        *metadata.level() <= self.0 && is_own(metadata)
    }
}

fn interest(is_taken: bool) -> Interest {
    if is_taken {
        Interest::always()
    } else {
        Interest::never()
    }
}

impl<S: Subscriber> Filter<S> for ToTerminal {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.takes(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        interest(self.takes(metadata))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.0)
    }
}

impl<S: Subscriber> Filter<S> for ToFile {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.takes(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        interest(self.takes(metadata))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(match FILE.get() {
            None => LevelFilter::OFF,
            Some(log) if log.bodies.load(Ordering::Relaxed) => LevelFilter::TRACE,
            Some(_) => self.0,
        })
    }
}

/// Writes to the log file; each event comes as one piece.
struct OpenFile;

impl MakeWriter<'_> for OpenFile {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

impl io::Write for OpenFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(log) = FILE.get() {
            log.file.append(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
