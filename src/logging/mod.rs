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
use tracing_subscriber::fmt::format::{Format, Json, JsonFields};
use tracing_subscriber::fmt::{self, MakeWriter, layer};
use tracing_subscriber::layer::{Context, Filter, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::config::Log;
use crate::report::{AboveProgress, Loudness};
use file::{Limits, RotatingFile};
use plain::Plain;

/// The target of events that say what to do about an error.
pub const HINT: &str = "docgen::hint";

/// The target of events that hold what is sent to a model and what comes back.
pub const BODIES: &str = "docgen::bodies";

/// The target of events that show a prompt to whoever asked to see it. The log file has prompts among the
/// bodies, where these are wanted.
pub const PROMPTS: &str = "docgen::prompts";

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
        .with_writer(|| AboveProgress)
        .with_ansi(is_colored)
        .event_format(Plain)
        .with_filter(ToTerminal(shown));
    let file = json().with_filter(ToFile(shown.max(LevelFilter::DEBUG)));
    let subscriber = tracing_subscriber::registry().with(terminal).with(file);
    _ = tracing::subscriber::set_global_default(subscriber);
}

/// An object a line: `timestamp`, `level`, `fields` with the `message`, `target` and `spans`.
fn json<S>() -> fmt::Layer<S, JsonFields, Format<Json>, OpenFile>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    layer()
        .json()
        .with_current_span(false)
        .with_writer(OpenFile)
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
    let log = if let Some(log) = FILE.get() {
        log
    } else {
        let file = RotatingFile::open(path, limits)?;
        let bodies = AtomicBool::new(false);
        FILE.get_or_init(|| LogFile { file, bodies })
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
        if metadata.target() == PROMPTS {
            return false;
        }
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Takes what a layer writes.
    #[derive(Clone, Default)]
    struct Taken(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Taken {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Taken {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    impl Taken {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    /// What happens with a request, and what is no business of the user's.
    fn events() {
        let run = tracing::debug_span!(target: "docgen::llm", "run");
        let _run = run.enter();
        let span = tracing::debug_span!(
            target: "docgen::llm", "request", deployment = "docs", attempt = 1, status = tracing::field::Empty
        );
        let _span = span.enter();
        tracing::info!(target: "docgen::llm", "told");
        span.record("status", 200);
        tracing::debug!(target: "docgen::llm", latency_ms = 12, "answer");
        tracing::trace!(target: "docgen::llm", "fine print");
        tracing::warn!(target: "docgenerator", "another program's");
        tracing::debug!(target: "hyper", "another library's");
        tracing::error!(target: "docgen", "failed");
        tracing::error!(target: HINT, "do this");
    }

    fn terminal(level: LevelFilter, is_colored: bool) -> String {
        let taken = Taken::default();
        let layer = layer()
            .with_writer(taken.clone())
            .with_ansi(is_colored)
            .event_format(Plain)
            .with_filter(ToTerminal(level));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), events);
        taken.text()
    }

    #[test]
    fn people_see_a_line_for_each_event() {
        insta::assert_snapshot!(terminal(LevelFilter::INFO, false), @"
    told
    error: failed
    hint: do this
    ");
        insta::assert_snapshot!(terminal(LevelFilter::TRACE, false), @r#"
    told
    debug: answer latency_ms=12 (run; request deployment="docs" attempt=1 status=200)
    trace: fine print (run; request deployment="docs" attempt=1 status=200)
    error: failed
    hint: do this
    "#);
        insta::assert_snapshot!(terminal(LevelFilter::DEBUG, true).replace('\x1b', "<esc>"), @r#"
    told
    <esc>[2mdebug: <esc>[0manswer <esc>[3mlatency_ms<esc>[0m<esc>[2m=<esc>[0m12 (run; request <esc>[3mdeployment<esc>[0m<esc>[2m=<esc>[0m"docs" <esc>[3mattempt<esc>[0m<esc>[2m=<esc>[0m1 <esc>[3mstatus<esc>[0m<esc>[2m=<esc>[0m200)
    <esc>[1;31merror: <esc>[0mfailed
    <esc>[1;36mhint: <esc>[0mdo this
    "#);
    }

    #[test]
    fn the_file_has_what_the_terminal_shows_and_bodies_on_demand() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docgen.log");
        let read = || std::fs::read_to_string(&path).unwrap_or_default();
        let body = || tracing::trace!(target: BODIES, body = "def f(): …", "request");
        let is_wanted = || tracing::enabled!(target: BODIES, tracing::Level::TRACE);
        let settings = |bodies| Log {
            file: Some(path.clone()),
            bodies,
            ..Log::default()
        };
        let layer = json().with_filter(ToFile(LevelFilter::DEBUG));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            events();
            assert!(!is_wanted());
            open(&settings(false)).unwrap();
            events();
            body();
            assert!(!is_wanted(), "nobody makes a body that goes nowhere");
            let lines: Vec<serde_json::Value> = read()
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            let shown = lines.into_iter().map(|mut line| {
                let time = line["timestamp"].as_str().unwrap().to_owned();
                assert!(time.ends_with('Z') && time.contains('T'), "{time}");
                line["timestamp"] = "TIME".into();
                line.to_string()
            });
            insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"), @r#"
    {"timestamp":"TIME","level":"INFO","fields":{"message":"told"},"target":"docgen::llm","spans":[{"name":"run"},{"attempt":1,"deployment":"docs","name":"request"}]}
    {"timestamp":"TIME","level":"DEBUG","fields":{"message":"answer","latency_ms":12},"target":"docgen::llm","spans":[{"name":"run"},{"attempt":1,"deployment":"docs","status":200,"name":"request"}]}
    {"timestamp":"TIME","level":"ERROR","fields":{"message":"failed"},"target":"docgen","spans":[{"name":"run"},{"attempt":1,"deployment":"docs","status":200,"name":"request"}]}
    {"timestamp":"TIME","level":"ERROR","fields":{"message":"do this"},"target":"docgen::hint","spans":[{"name":"run"},{"attempt":1,"deployment":"docs","status":200,"name":"request"}]}
    "#);
            open(&settings(true)).unwrap();
            assert!(is_wanted());
            body();
            assert!(read().ends_with("\"body\":\"def f(): …\"},\"target\":\"docgen::bodies\"}\n"));
            open(&settings(false)).unwrap();
            assert!(!is_wanted());
        });
    }
}
