//! How an event is written for people.

use std::fmt;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::HINT;

/// A message as ruff and git write it: the level as a word, nothing for mere information. What is
/// shown with `-v` ends with the spans it is in and their fields.
pub(super) struct Plain;

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
        let level = *event.metadata().level();
        let (word, color) = match level {
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
        if level > Level::INFO {
            write_spans(context, &mut writer)?;
        }
        writeln!(writer)
    }
}

/// ` (outer a=1; inner b=2)`, or nothing outside of all spans.
fn write_spans<S, N>(context: &FmtContext<'_, S, N>, writer: &mut Writer<'_>) -> fmt::Result
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    let mut opening = " (";
    let scope = context.event_scope().into_iter();
    for span in scope.flat_map(tracing_subscriber::registry::Scope::from_root) {
        write!(writer, "{opening}{}", span.name())?;
        opening = "; ";
        let extensions = span.extensions();
        if let Some(fields) = extensions.get::<FormattedFields<N>>()
            && !fields.is_empty()
        {
            write!(writer, " {fields}")?;
        }
    }
    if opening == "; " {
        write!(writer, ")")?;
    }
    Ok(())
}
