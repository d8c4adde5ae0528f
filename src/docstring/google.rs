//! Reading a Google-style docstring.

use super::clean::cleandoc;
use super::model::{Docstring, Entry, Section, Value};

/// What a section header announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    Args,
    Attributes,
    Returns,
    Yields,
    Raises,
    Other,
}

/// Headers that Napoleon knows, in lower case.
const HEADINGS: &[(&str, Heading)] = &[
    ("args", Heading::Args),
    ("arguments", Heading::Args),
    ("parameters", Heading::Args),
    ("params", Heading::Args),
    ("attributes", Heading::Attributes),
    ("returns", Heading::Returns),
    ("return", Heading::Returns),
    ("yields", Heading::Yields),
    ("yield", Heading::Yields),
    ("raises", Heading::Raises),
    ("raise", Heading::Raises),
    ("attention", Heading::Other),
    ("caution", Heading::Other),
    ("danger", Heading::Other),
    ("error", Heading::Other),
    ("example", Heading::Other),
    ("examples", Heading::Other),
    ("hint", Heading::Other),
    ("important", Heading::Other),
    ("keyword args", Heading::Other),
    ("keyword arguments", Heading::Other),
    ("methods", Heading::Other),
    ("note", Heading::Other),
    ("notes", Heading::Other),
    ("other parameters", Heading::Other),
    ("receives", Heading::Other),
    ("references", Heading::Other),
    ("see also", Heading::Other),
    ("tip", Heading::Other),
    ("todo", Heading::Other),
    ("warning", Heading::Other),
    ("warnings", Heading::Other),
    ("warns", Heading::Other),
];

/// Whether a line would be read as the header of a section.
#[must_use]
pub fn is_section_header(line: &str) -> bool {
    heading(line).is_some()
}

/// Reads the value of a docstring. Text that follows no structure ends up in the description, so
/// nothing is lost.
#[must_use]
pub fn read(value: &str) -> Docstring {
    let text = cleandoc(value);
    let lines: Vec<&str> = text.lines().collect();
    let first_header = (1..lines.len())
        .find(|&at| starts_section(&lines, at))
        .unwrap_or(lines.len());
    let (prose, mut rest) = lines.split_at(first_header);
    let mut docstring = read_prose(prose);
    while let Some((header, body)) = rest.split_first() {
        let length = (0..body.len())
            .find(|&at| starts_section(body, at))
            .unwrap_or(body.len());
        let (body, next) = body.split_at(length);
        read_section(header, body, &mut docstring);
        rest = next;
    }
    docstring
}

fn heading(line: &str) -> Option<Heading> {
    let title = line.trim_end().strip_suffix(':')?.to_lowercase();
    HEADINGS
        .iter()
        .find(|(name, _)| *name == title)
        .map(|(_, heading)| *heading)
}

/// A header stands at the margin, and what follows it is indented or blank.
fn starts_section(lines: &[&str], at: usize) -> bool {
    let Some(line) = lines.get(at) else {
        return false;
    };
    let followed = lines[at + 1..].iter().find(|line| !line.trim().is_empty());
    heading(line).is_some() && followed.is_none_or(|next| next.starts_with([' ', '\t']))
}

fn read_prose(lines: &[&str]) -> Docstring {
    let summary_length = lines
        .iter()
        .position(|line| line.trim().is_empty())
        .unwrap_or(lines.len());
    let (summary, rest) = lines.split_at(summary_length);
    let description = rest.join("\n").trim_matches('\n').to_owned();
    Docstring {
        summary: summary
            .iter()
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join(" "),
        description: (!description.is_empty()).then_some(description),
        ..Docstring::default()
    }
}

fn read_section(header: &str, body: &[&str], docstring: &mut Docstring) {
    let body = cleandoc(&format!("\n{}", body.join("\n")));
    match heading(header) {
        Some(Heading::Args) => docstring.args.extend(read_entries(&body)),
        Some(Heading::Attributes) => docstring.attributes.extend(read_entries(&body)),
        Some(Heading::Raises) => docstring.raises.extend(read_entries(&body)),
        Some(Heading::Returns) => docstring.returns = Some(read_value(&body)),
        Some(Heading::Yields) => docstring.yields = Some(read_value(&body)),
        Some(Heading::Other) | None => docstring.others.push(Section {
            title: header.trim_end().trim_end_matches(':').to_owned(),
            // Blanks alone have no margin that could be taken off.
            body: body.trim_end().to_owned(),
        }),
    }
}

/// Entries start at the body's margin; their further lines are indented.
fn read_entries(body: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in body.lines() {
        let continues = line.is_empty() || line.starts_with(' ');
        match (entries.last_mut(), continues) {
            (Some(entry), true) => {
                entry.text.push('\n');
                entry.text.push_str(line.trim());
            }
            _ => entries.push(read_entry(line)),
        }
    }
    for entry in &mut entries {
        entry.text = entry.text.trim().to_owned();
    }
    entries
}

/// `name: text`, `name (type): text`; the type may hold brackets and colons. A bracket that is
/// never closed hides no colon.
fn read_entry(line: &str) -> Entry {
    let Some(colon) = top_level_colon(line).or_else(|| line.find(':')) else {
        return Entry {
            name: line.trim().to_owned(),
            ..Entry::default()
        };
    };
    let (head, text) = (line[..colon].trim(), line[colon + 1..].trim());
    let parts = head.strip_suffix(')').and_then(|head| head.split_once('('));
    let (name, annotation) = match parts {
        Some((name, annotation)) => (name.trim(), Some(annotation.trim().to_owned())),
        None => (head, None),
    };
    Entry {
        name: name.replace("\\*", "*"),
        annotation,
        text: text.to_owned(),
    }
}

/// `type: text` or only text.
fn read_value(body: &str) -> Value {
    let first = body.lines().next().unwrap_or_default();
    let typed = top_level_colon(first).filter(|&colon| {
        let after = &first[colon + 1..];
        // A sentence before the colon is no type.
        !first[..colon].contains(". ") && (after.is_empty() || after.starts_with(' '))
    });
    match typed {
        Some(colon) => Value {
            annotation: Some(body[..colon].trim().to_owned()),
            text: body[colon + 1..].trim().to_owned(),
        },
        None => Value {
            annotation: None,
            text: body.trim().to_owned(),
        },
    }
}

/// The first colon outside of brackets.
fn top_level_colon(line: &str) -> Option<usize> {
    let mut depth = 0_usize;
    line.char_indices().find_map(|(at, c)| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => return Some(at),
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docstring::render;

    const TEXT: &str = "Fetch rows.\n\n    Longer words\n    over lines.\n\n    Args:\n        table (Table[str, int]): The table: open.\n            More of it.\n        *keys: The keys.\n\n    Returns:\n        dict[str, int]: A mapping.\n\n    Raises:\n        OSError: If it fails.\n\n    Example:\n        >>> fetch()\n        1\n    ";

    #[test]
    fn every_part_is_read() {
        let docstring = read(TEXT);
        assert_eq!(docstring.summary, "Fetch rows.");
        assert_eq!(
            docstring.description.as_deref(),
            Some("Longer words\nover lines.")
        );
        assert_eq!(docstring.args[0].name, "table");
        assert_eq!(
            docstring.args[0].annotation.as_deref(),
            Some("Table[str, int]")
        );
        assert_eq!(docstring.args[0].text, "The table: open.\nMore of it.");
        assert_eq!(docstring.args[1].name, "*keys");
        let returns = docstring.returns.unwrap();
        assert_eq!(
            (returns.annotation.as_deref(), returns.text.as_str()),
            (Some("dict[str, int]"), "A mapping.")
        );
        assert_eq!(docstring.raises[0].name, "OSError");
        assert_eq!(docstring.others[0].body, ">>> fetch()\n1");
    }

    #[test]
    fn what_is_rendered_is_read_as_it_was() {
        let docstring = read(TEXT);
        assert_eq!(
            read(&render(&docstring, 60)).args.len(),
            docstring.args.len()
        );
        let again = read(&render(&docstring, 400));
        assert_eq!(render(&again, 400), render(&docstring, 400));
    }

    #[test]
    fn prose_is_no_section() {
        let docstring = read("Do.\n\nNote: this stays prose.\nArgs:\nnot indented");
        assert!(docstring.args.is_empty());
        assert_eq!(read("").summary, "");
    }
}
