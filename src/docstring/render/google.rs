//! Google style (Google Python Style Guide, 3.8; Sphinx Napoleon), kept to what griffe and
//! docstring-parser read alike.

use super::{Docstring, Entry, INDENT, Value, example_lines, hanging};
use crate::docstring::wrap::wrap_paragraph;

/// The sections, each as lines.
pub(super) fn sections(docstring: &Docstring, width: usize) -> Vec<Vec<String>> {
    let sections = [
        entries("Attributes", &docstring.attributes, width),
        entries("Args", &docstring.args, width),
        value("Returns", docstring.returns.as_ref(), width),
        value("Yields", docstring.yields.as_ref(), width),
        entries("Raises", &docstring.raises, width),
        titled(
            "Examples",
            example_lines(&docstring.examples, width, INDENT),
        ),
        titled("Note", note_lines(docstring, width)),
    ];
    sections.into_iter().flatten().collect()
}

/// A section of free text, unless it is empty.
fn titled(title: &str, text: Vec<String>) -> Option<Vec<String>> {
    let header = format!("{title}:");
    (!text.is_empty()).then(|| [vec![header], text].concat())
}

fn note_lines(docstring: &Docstring, width: usize) -> Vec<String> {
    let notes = docstring.notes.iter();
    notes
        .flat_map(|text| hanging(text, width, INDENT, INDENT))
        .collect()
}

fn entries(title: &str, entries: &[Entry], width: usize) -> Option<Vec<String>> {
    if entries.is_empty() {
        return None;
    }
    let deeper = format!("{INDENT}{INDENT}");
    let mut lines = vec![format!("{title}:")];
    for entry in entries {
        let head = match &entry.annotation {
            Some(annotation) => format!("{INDENT}{} ({annotation}): ", entry.name),
            None => format!("{INDENT}{}: ", entry.name),
        };
        lines.extend(hanging(&entry.text, width, &head, &deeper));
    }
    Some(lines)
}

/// The further lines hang: to griffe a line at the first one's indentation is another value.
fn value(title: &str, value: Option<&Value>, width: usize) -> Option<Vec<String>> {
    let value = value?;
    let text = match &value.annotation {
        Some(annotation) => format!("{annotation}: {}", value.text),
        None if reads_as_type(&value.text, width) => without_colons(&value.text),
        None => value.text.clone(),
    };
    let mut lines = vec![format!("{title}:")];
    lines.extend(hanging(&text, width, INDENT, &format!("{INDENT}{INDENT}")));
    Some(lines)
}

/// Whether a colon would be read as the end of a type: one on the first line, or the first one of
/// all after a bracket (docstring-parser looks beyond the line there).
fn reads_as_type(text: &str, width: usize) -> bool {
    let first = wrap_paragraph(text, width, INDENT, INDENT)
        .into_iter()
        .next();
    first.is_some_and(|line| line.contains(": ") || line.ends_with(':'))
        || text.find(':').is_some_and(|at| text[..at].ends_with(']'))
}

/// The text with commas for the colons of its prose; code in backticks stays as it is.
fn without_colons(text: &str) -> String {
    let spans: Vec<String> = text
        .split('`')
        .enumerate()
        .map(|(index, span)| match index % 2 {
            0 => span.replace(": ", ", "),
            _ => span.to_owned(),
        })
        .collect();
    spans.join("`")
}

/// The part of a value's words that readers would take for its type, even without a blank after the
/// colon: a first word such as `key:value`, a call's brackets, or whatever ends with `]:`.
#[must_use]
pub fn misread_value(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let colon = text.find(':')?;
    let (before, after) = text.split_at(colon);
    let is_prose = after.starts_with(": ") && !before.contains('`');
    let is_type = !before.trim_end().contains([' ', '\n']) || before.ends_with([']', ')']);
    (is_type && !is_prose).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_a_value_stays_as_it_is() {
        let text = "A map `{\"a\": 1}` of all: built, as: told.";
        assert_eq!(
            without_colons(text),
            "A map `{\"a\": 1}` of all, built, as, told."
        );
    }

    #[test]
    fn what_would_be_a_type_is_found() {
        for text in [
            "http://x is it",
            "a:b",
            "`x:y` it",
            "f (x):y",
            "list[int]:",
            ":",
        ] {
            assert!(misread_value(text).is_some(), "{text}");
        }
        for text in ["The map: all", "Map: all", "The map `a: b`", "At 12:30"] {
            assert_eq!(misread_value(text), None, "{text}");
        }
    }
}
