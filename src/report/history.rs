//! What became of one docstring, as text and as JSON.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::changelog::{Mark, Origin, action_words, change_json, difference, extend, origin_json};
use super::terminal::escape;
use super::time::rfc3339;
use crate::docstring::DocstringChange;

const HEADER: Style = Style::new().bold();
const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();

/// What became of the docstring of a definition, newest first.
#[derive(Debug)]
pub struct DocstringHistory {
    /// `path::Qualified.name`.
    pub id: String,
    /// It is there now.
    pub is_defined: bool,
    /// Each change.
    pub events: Vec<DocstringEvent>,
    /// git was asked.
    pub is_in_git: bool,
    /// What is to be known of all of it.
    pub notes: Vec<String>,
}

/// A change of a docstring.
#[derive(Debug)]
pub struct DocstringEvent {
    /// The file's path then.
    pub path: String,
    /// What happened.
    pub change: DocstringChange,
    /// Where it came from.
    pub origin: Origin,
}

/// How a history is shown.
#[derive(Debug, Clone, Copy)]
pub struct HistoryStyle {
    /// Whole docstrings, not only the lines that changed.
    pub is_full: bool,
    /// For a terminal that takes colors.
    pub is_colored: bool,
}

/// Text for people.
#[must_use]
pub fn history_text(history: &DocstringHistory, style: HistoryStyle) -> String {
    let mut text = String::new();
    let gone = if history.is_defined {
        ""
    } else {
        ", which is gone"
    };
    let paint = |look: Style, line: &str| {
        let line = escape(line);
        if style.is_colored {
            format!("{look}{line}{look:#}")
        } else {
            line.into_owned()
        }
    };
    _ = writeln!(text, "{}{gone}", paint(HEADER, &history.id));
    if history.events.is_empty() {
        text.push_str("\nNo change of a docstring of it is known.\n");
    }
    for event in &history.events {
        event_text(&mut text, event, history, style, &paint);
    }
    text
}

fn event_text(
    text: &mut String,
    event: &DocstringEvent,
    history: &DocstringHistory,
    style: HistoryStyle,
    paint: &dyn Fn(Style, &str) -> String,
) {
    /// Lines around a change that are shown too.
    const CONTEXT: usize = 1;
    let (change, origin) = (&event.change, &event.origin);
    let what = action_words(change);
    let headline = match (&origin.commit, &origin.run) {
        (Some(commit), _) => {
            let (time, short) = (minutes(&commit.time), &commit.short);
            format!("{time}  {what}  {short}  {}", commit.author)
        }
        (None, Some(run)) => format!("{}  {what}", minutes(&rfc3339(run.at))),
        (None, None) => what.to_owned(),
    };
    let not_committed = if origin.is_uncommitted && history.is_in_git {
        ", not committed"
    } else {
        ""
    };
    _ = writeln!(
        text,
        "\n{}",
        paint(HEADER, &format!("{headline}{not_committed}"))
    );
    let mut line = |line: &str| _ = writeln!(text, "    {}", escape(line));
    if let Some(commit) = &origin.commit {
        line(&commit.subject);
    }
    if let Some(run) = &origin.run {
        line(&format!("docgen run {}, {}", run.id, run.provider));
    } else if origin.is_unrecorded {
        line("by no recorded run of docgen");
    }
    if !history.id.starts_with(&format!("{}::", event.path)) {
        line(&format!("in {}", event.path));
    }
    text.push('\n');
    let context = if style.is_full {
        usize::MAX / 4
    } else {
        CONTEXT
    };
    let (old, new) = (
        change.old.as_deref().unwrap_or_default(),
        change.new.as_deref().unwrap_or_default(),
    );
    for (mark, line) in difference(old, new, context) {
        let line = match mark {
            Mark::Added => paint(ADDED, &format!("+ {line}")),
            Mark::Removed => paint(REMOVED, &format!("- {line}")),
            Mark::Kept => paint(Style::new(), &format!("  {line}")),
            Mark::Gap => "  ...".to_owned(),
        };
        // A line that says nothing has no blanks either.
        _ = writeln!(text, "{}", format!("    {line}").trim_end());
    }
}

/// `2026-03-01T12:00:59+01:00` without its seconds: `2026-03-01 12:00 +01:00`.
fn minutes(time: &str) -> String {
    let (date, clock) = time.split_once('T').unwrap_or((time, ""));
    let (minutes, zone) = (clock.get(..5), clock.get(8..));
    match (minutes, zone) {
        (Some(minutes), Some(zone)) => {
            let zone = zone.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
            let zone = if zone == "Z" { "+00:00" } else { zone };
            format!("{date} {minutes} {zone}")
        }
        _ => time.to_owned(),
    }
}

/// The same as data, with the whole text of every docstring.
#[must_use]
pub fn history_json(history: &DocstringHistory) -> Value {
    let events: Vec<Value> = history
        .events
        .iter()
        .map(|event| {
            let mut value = json!({ "path": event.path });
            extend(&mut value, change_json(&event.change));
            extend(&mut value, origin_json(&event.origin));
            value
        })
        .collect();
    json!({
        "id": history.id,
        "defined": history.is_defined,
        "events": events,
        "notes": history.notes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_to_the_minute() {
        assert_eq!(
            minutes("2026-03-01T12:00:59+01:00"),
            "2026-03-01 12:00 +01:00"
        );
        assert_eq!(minutes("2026-03-01T12:00:59Z"), "2026-03-01 12:00 +00:00");
        assert_eq!(
            minutes("2026-03-01T12:00:59.123Z"),
            "2026-03-01 12:00 +00:00"
        );
        assert_eq!(minutes("long ago"), "long ago");
    }
}
