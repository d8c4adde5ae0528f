//! Findings with the source line they speak of, as rustc shows them.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::report::terminal::{escape, with_stand_ins};
use crate::rules::Diagnostic;
use crate::source::FileName;

/// Characters kept of a mark and of what follows it: enough for any terminal.
const KEPT: usize = 400;

/// The findings, each with its line, an empty line after each.
pub(super) fn write_full(
    text: &mut String,
    diagnostics: &[Diagnostic],
    width: usize,
    is_colored: bool,
    source: &dyn Fn(&FileName) -> Option<String>,
) {
    let renderer = if is_colored {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(width);
    for of_file in diagnostics.chunk_by(|one, next| one.path == next.path) {
        let source = of_file.first().and_then(|first| source(&first.path));
        let lines: Vec<&str> = source.as_deref().map(lines).unwrap_or_default();
        for diagnostic in of_file {
            let line = diagnostic
                .place
                .line
                .checked_sub(1)
                .and_then(|index| lines.get(index));
            let shown = line.and_then(|line| Shown::new(line, diagnostic));
            text.push_str(&renderer.render(&[group(diagnostic, shown)]));
            text.push_str("\n\n");
        }
    }
}

fn group(diagnostic: &Diagnostic, shown: Option<Shown>) -> Group<'_> {
    let path = escape(diagnostic.path.as_str());
    let title = Level::ERROR
        .primary_title(escape(&diagnostic.message))
        .id(diagnostic.code.as_str());
    match shown {
        Some(Shown { line, mark }) => title.element(
            Snippet::source(line)
                .path(path)
                .line_start(diagnostic.place.line)
                .annotation(AnnotationKind::Primary.span(mark)),
        ),
        None => title.element(
            Origin::path(path)
                .line(diagnostic.place.line)
                .char_column(diagnostic.place.column),
        ),
    }
}

/// A line as it may reach a terminal, with the bytes of it to mark.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    line: String,
    mark: std::ops::Range<usize>,
}

impl Shown {
    /// `None` if the file has changed and the place is no longer there.
    fn new(line: &str, diagnostic: &Diagnostic) -> Option<Self> {
        let (place, end) = (diagnostic.place, diagnostic.end);
        let start = byte_of(line, place.column.checked_sub(1)?)?;
        let (before, rest) = line.split_at(start);
        let length = if end.line > place.line {
            rest.len()
        } else {
            byte_of(rest, end.column.saturating_sub(place.column)).unwrap_or(rest.len())
        };
        let (marked, after) = rest.split_at(length);
        // The renderer counts columns in what it is given, so the line keeps its beginning and
        // its number of characters; it cuts what is too wide.
        let mut line = with_stand_ins(before);
        let start = line.len();
        line.push_str(&with_stand_ins(first(marked)));
        let mark = start..line.len();
        line.push_str(&with_stand_ins(first(after)));
        Some(Self { line, mark })
    }
}

/// Where the character of this number begins; a line's end counts as one.
fn byte_of(line: &str, character: usize) -> Option<usize> {
    let starts = line.char_indices().map(|(at, _)| at);
    starts.chain([line.len()]).nth(character)
}

fn first(text: &str) -> &str {
    byte_of(text, KEPT).map_or(text, |end| &text[..end])
}

/// Lines as Python counts them.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(['\n', '\r']) {
        lines.push(&rest[..end]);
        let width = if rest[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        rest = &rest[end + width..];
    }
    lines.push(rest);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_of_python_ends_a_line() {
        assert_eq!(lines("a\r\nb\rc\n\n\x0cd"), ["a", "b", "c", "", "\x0cd"]);
        assert_eq!(lines(""), [""]);
    }

    #[test]
    fn long_texts_are_cut_at_characters() {
        let long = "é".repeat(KEPT + 1);
        assert_eq!(first(&long).chars().count(), KEPT);
        assert_eq!(first("é"), "é");
    }

    #[test]
    fn a_place_outside_of_the_line_is_none() {
        assert_eq!(byte_of("né", 2), Some(3));
        assert_eq!(byte_of("né", 3), None);
        assert_eq!(byte_of("", 0), Some(0));
    }
}
