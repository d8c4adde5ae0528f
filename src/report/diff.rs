//! A diff as a terminal shows it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::terminal::escape;

const HEADER: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();

/// The lines of `diff` with nothing in them that a terminal would obey, in the colors of git if
/// `is_colored`.
#[must_use]
pub fn shown_diff(diff: &[u8], is_colored: bool) -> String {
    let text = String::from_utf8_lossy(diff);
    let mut shown = String::with_capacity(text.len());
    for line in text.lines() {
        let style = match line.as_bytes() {
            [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => HEADER,
            [b'@', b'@', ..] => PLACE,
            [b'-', ..] => REMOVED,
            [b'+', ..] => ADDED,
            _ => Style::new(),
        };
        let line = escape(line);
        _ = if is_colored {
            writeln!(shown, "{style}{line}{style:#}")
        } else {
            writeln!(shown, "{line}")
        };
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_colored_and_harmless() {
        let diff = b"--- a/x.py\n@@ -1 +1 @@\n-a\r\n+b\x1b[2J\xff\r\n c\n";
        assert_eq!(
            shown_diff(diff, false),
            "--- a/x.py\n@@ -1 +1 @@\n-a\n+b\\u{1b}[2J\u{fffd}\n c\n"
        );
        assert!(shown_diff(diff, true).contains("\x1b[31m-a\x1b[0m\n\x1b[32m+b"));
    }
}
