//! NumPy style (numpydoc, «Style guide»).

use super::{Docstring, Entry, INDENT, Value, example_lines, hanging};

/// What stands in the place of a type that is not told: to typing an unannotated value is of any.
const UNTYPED: &str = "Any";

/// The sections, each as lines.
pub(super) fn sections(docstring: &Docstring, width: usize) -> Vec<Vec<String>> {
    let named = |entry: &Entry| match &entry.annotation {
        Some(annotation) => format!("{} : {annotation}", entry.name),
        None => entry.name.clone(),
    };
    let entries = |entries: &[Entry]| -> Vec<(String, String)> {
        let entries = entries.iter();
        entries
            .map(|entry| (named(entry), entry.text.clone()))
            .collect()
    };
    // The type of a value is no option in this style.
    let value = |value: &Option<Value>| -> Vec<(String, String)> {
        let annotation = |value: &Value| {
            value
                .annotation
                .clone()
                .unwrap_or_else(|| UNTYPED.to_owned())
        };
        let value = value.iter();
        value
            .map(|value| (annotation(value), value.text.clone()))
            .collect()
    };
    let sections = [
        ("Parameters", entries(&docstring.args)),
        ("Attributes", entries(&docstring.attributes)),
        ("Returns", value(&docstring.returns)),
        ("Yields", value(&docstring.yields)),
        ("Raises", entries(&docstring.raises)),
    ];
    let notes = docstring.notes.iter();
    let notes = notes.flat_map(|text| hanging(text, width, "", ""));
    let free = [
        ("Notes", notes.collect::<Vec<String>>()),
        ("Examples", example_lines(&docstring.examples, width, "")),
    ];
    let free = free.into_iter().filter(|(_, lines)| !lines.is_empty());
    sections
        .into_iter()
        .filter(|(_, parts)| !parts.is_empty())
        .map(|(title, parts)| section(title, parts, width))
        .chain(free.map(|(title, lines)| [header(title), lines].concat()))
        .collect()
}

fn header(title: &str) -> Vec<String> {
    vec![title.to_owned(), "-".repeat(title.len())]
}

fn section(title: &str, parts: Vec<(String, String)>, width: usize) -> Vec<String> {
    let mut lines = header(title);
    for (head, text) in parts {
        lines.push(head);
        lines.extend(hanging(&text, width, INDENT, INDENT));
    }
    lines
}
