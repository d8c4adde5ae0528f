//! Sphinx style (the Python domain's info field lists).

use super::{Docstring, Entry, INDENT, hanging};

/// The fields, as one block.
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
    vec![lines]
}
