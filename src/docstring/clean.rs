//! Text made safe to stand in a docstring, and Python's own reading of one.

use std::borrow::Cow;

/// Text as a docstring may hold it: `\n` for line ends, no control, zero-width, bidirectional or
/// other invisible formatting characters, tabs as four spaces, no blanks at line ends, no blank
/// lines around it and at most one in a row.
#[must_use]
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut lines: Vec<String> = Vec::new();
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']) {
        let visible = without_sequences(line).replace('\t', "    ");
        let visible: String = visible.chars().filter(|&c| !is_invisible(c)).collect();
        let kept = plain_gaps(&visible);
        let kept = kept.trim_end();
        let blank_run = kept.is_empty() && lines.last().is_none_or(String::is_empty);
        if !blank_run {
            lines.push(kept.to_owned());
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// The line without control sequences of terminals (ECMA-48, 5.4), whose printable rest would be read
/// as words: `ESC [`, parameters, and a final byte.
fn without_sequences(line: &str) -> Cow<'_, str> {
    const START: &str = "\u{1b}[";
    if !line.contains(START) {
        return Cow::Borrowed(line);
    }
    let mut parts = line.split(START);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| ('\x20'..='\x3f').contains(&c));
        let rest = rest
            .strip_prefix(|c: char| ('\x40'..='\x7e').contains(&c))
            .unwrap_or(rest);
        kept.push_str(rest);
    }
    Cow::Owned(kept)
}

/// A wide or non-breaking space at the edge of a word means no more than the blank beside it, and
/// Python takes it off at the start of a line; inside a word it stays.
fn plain_gaps(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let is_gap = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_none_or(|c| c.is_whitespace())
    };
    let plain = |(at, &c): (usize, &char)| {
        let at_edge = is_gap(at.checked_sub(1)) || is_gap(at.checked_add(1));
        if c.is_whitespace() && at_edge { ' ' } else { c }
    };
    chars.iter().enumerate().map(plain).collect()
}

/// Characters that a reader cannot see and that can change how text reads: controls, zero-width
/// spaces and joiners, bidirectional marks and overrides (Unicode TR 36), the byte order mark,
/// soft hyphens, tags, interlinear marks and noncharacters.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Python's `inspect.cleandoc`: the first line's leading blanks and the other lines' common
/// margin go, and so do blank lines at both ends.
#[must_use]
pub fn cleandoc(value: &str) -> String {
    let expanded: Vec<String> = value.split('\n').map(expand_tabs).collect();
    let margin = expanded
        .iter()
        .skip(1)
        .filter(|line| !line.trim_start().is_empty())
        .map(|line| line.chars().count() - line.trim_start().chars().count())
        .min()
        .unwrap_or(0);
    let mut lines: Vec<String> = Vec::with_capacity(expanded.len());
    for (index, line) in expanded.iter().enumerate() {
        lines.push(match index {
            0 => line.trim_start().to_owned(),
            _ => line.chars().skip(margin).collect(),
        });
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
    lines.join("\n")
}

/// Python's `str.expandtabs()`, eight columns a tab.
fn expand_tabs(line: &str) -> String {
    if !line.contains('\t') {
        return line.to_owned();
    }
    let mut expanded = String::with_capacity(line.len() + 8);
    let mut column = 0;
    for c in line.chars() {
        if c == '\t' {
            let spaces = 8 - column % 8;
            expanded.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            expanded.push(c);
            column = if c == '\r' { 0 } else { column + 1 };
        }
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_of_terminals_go_whole() {
        assert_eq!(
            clean("\u{1b}[31mRed\u{1b}[0m \u{1b}[1;4H`x[0]`"),
            "Red `x[0]`"
        );
        assert_eq!(clean("a \u{1b}["), "a");
    }

    #[test]
    fn what_cannot_be_seen_goes() {
        assert_eq!(clean("a\u{200b}b\u{feff}c\0 \u{202e}d"), "abc d");
        assert_eq!(clean("One.\r\n\r\nTwo.\rThree.  "), "One.\n\nTwo.\nThree.");
        assert_eq!(clean(" \n\t "), "");
        assert_eq!(clean("\u{a0}a\u{a0}b \u{3000}c\u{a0}"), " a\u{a0}b  c");
    }

    #[test]
    fn cleandoc_is_that_of_python() {
        assert_eq!(cleandoc("  A.\n\n    B\n      c\n    "), "A.\n\nB\n  c");
        assert_eq!(cleandoc("\n\n    A.\n\tB"), "A.\n    B");
        assert_eq!(cleandoc(""), "");
    }
}
