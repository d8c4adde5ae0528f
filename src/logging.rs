//! Messages on standard error: `error: …`, `warning: …`, `hint: …` for people, and the details of
//! requests with `-v` and `-vv`.

use std::fmt;
use std::io::IsTerminal as _;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;

use crate::report::Loudness;

/// The target of events that say what to do about an error.
pub const HINT: &str = "docgen::hint";

/// Sets up logging for the process; only the first call counts.
///
/// `verbosity` is the number of `-v`: 1 shows requests, 2 everything.
pub fn init(loudness: Loudness, verbosity: u8) {
    let level = match (loudness, verbosity) {
        (Loudness::Quiet, _) => Level::ERROR,
        (Loudness::Normal, 0) => Level::INFO,
        (Loudness::Normal, 1) => Level::DEBUG,
        (Loudness::Normal, _) => Level::TRACE,
    };
    let is_colored = std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    // Only docgen's own events: the libraries' are no message to a user.
    let filter =
        tracing_subscriber::filter::filter_fn(|metadata| metadata.target().starts_with("docgen"));
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(is_colored)
        .event_format(Plain)
        .finish();
    _ = tracing::subscriber::set_global_default(subscriber.with(filter));
}

/// A message as ruff and git write it: the level as a word, nothing for mere information.
struct Plain;

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let is_hint = event.metadata().target() == HINT;
        let (word, color) = match *event.metadata().level() {
            Level::ERROR if is_hint => ("hint: ", "\x1b[1;36m"),
            Level::ERROR => ("error: ", "\x1b[1;31m"),
            Level::WARN => ("warning: ", "\x1b[1;33m"),
            Level::INFO => ("", ""),
            Level::DEBUG => ("debug: ", "\x1b[2m"),
            Level::TRACE => ("trace: ", "\x1b[2m"),
        };
        if writer.has_ansi_escapes() && !color.is_empty() {
            write!(writer, "{color}{word}\x1b[0m")?;
        } else {
            write!(writer, "{word}")?;
        }
        context.format_fields(writer.by_ref(), event)?;
        writeln!(writer)
    }
}
