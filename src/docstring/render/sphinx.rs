//! Sphinx style (the Python domain's info field lists).

use super::{Docstring, Entry, INDENT, example_lines, hanging};

/// A directive's content stands under its name.
const NOTE_INDENT: &str = "   ";

/// The fields as one block, after the blocks of what is no field.
pub(super) fn fields(docstring: &Docstring, width: usize) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let mut field = |head: &str, text: &str| {
        lines.extend(hanging(text, width, &format!(":{head}: "), INDENT));
    };
    let mut entries = |words: &str, type_word: &str, entries: &[Entry]| {
        for entry in entries {
            let name = &entry.name;
            field(&format!("{words} {name}"), &entry.text);
            if let Some(annotation) = &entry.annotation {
                field(&format!("{type_word} {name}"), annotation);
            }
        }
    };
    entries("ivar", "vartype", &docstring.attributes);
    entries("param", "type", &docstring.args);
    let values = [
        ("returns", "rtype", &docstring.returns),
        ("yields", "ytype", &docstring.yields),
    ];
    for (word, type_word, value) in values {
        if let Some(value) = value {
            field(word, &value.text);
            if let Some(annotation) = &value.annotation {
                field(type_word, annotation);
            }
        }
    }
    for entry in &docstring.raises {
        field(&format!("raises {}", entry.name), &entry.text);
    }
    // Fields end a docstring, so what is no field goes before them, as the directives that Napoleon
    // makes of the other styles' sections.
    let examples = example_lines(&docstring.examples, width, "");
    let notes = docstring.notes.iter();
    let notes = notes.flat_map(|text| hanging(text, width, NOTE_INDENT, NOTE_INDENT));
    let note = directive(".. note::", notes.collect());
    let rubric = directive(".. rubric:: Examples", examples);
    vec![note, rubric, lines]
}

/// A directive with what belongs to it; nothing if there is nothing.
fn directive(head: &str, content: Vec<String>) -> Vec<String> {
    if content.is_empty() {
        return content;
    }
    [vec![head.to_owned(), String::new()], content].concat()
}
