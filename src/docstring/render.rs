//! A docstring as Google style writes it (Google Python Style Guide, 3.8; Sphinx Napoleon).

use super::model::{Docstring, Entry, Value};
use super::wrap::{columns, wrap_paragraph, wrap_text};

/// Indentation of a section's body, and of an entry's further lines beyond that.
const INDENT: &str = "    ";

/// The docstring's text, without quotes and without the code's indentation, its lines at most
/// `width` columns wide where the words allow.
#[must_use]
pub fn render(docstring: &Docstring, width: usize) -> String {
    let mut blocks = vec![vec![docstring.summary.clone()]];
    if let Some(description) = &docstring.description {
        blocks.push(dedent(wrap_text(description, width)));
    }
    let attributes = entries("Attributes", &docstring.attributes, width);
    let sections = [
        attributes,
        entries("Args", &docstring.args, width),
        value("Returns", docstring.returns.as_ref(), width),
        value("Yields", docstring.yields.as_ref(), width),
        entries("Raises", &docstring.raises, width),
    ];
    blocks.extend(sections.into_iter().flatten());
    for section in &docstring.others {
        let mut lines = vec![format!("{}:", section.title)];
        lines.extend(indented(section.body.lines().map(str::to_owned).collect()));
        blocks.push(lines);
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join(&[String::new()][..]).join("\n")
}

fn entries(title: &str, entries: &[Entry], width: usize) -> Option<Vec<String>> {
    if entries.is_empty() {
        return None;
    }
    let mut lines = vec![format!("{title}:")];
    for entry in entries {
        let head = match &entry.annotation {
            Some(annotation) => format!("{} ({annotation}):", entry.name),
            None => format!("{}:", entry.name),
        };
        lines.extend(hanging(&format!("{head} {}", entry.text), width));
    }
    Some(lines)
}

fn value(title: &str, value: Option<&Value>, width: usize) -> Option<Vec<String>> {
    let value = value?;
    let text = match &value.annotation {
        Some(annotation) => format!("{annotation}: {}", value.text),
        // Readers take what stands before a colon on the first line for the type.
        None if reads_as_type(&value.text, width) => without_colons(&value.text),
        None => value.text.clone(),
    };
    let mut lines = vec![format!("{title}:")];
    let mut paragraphs = text.split("\n\n");
    if let Some(first) = paragraphs.next() {
        lines.extend(wrap_paragraph(first, width, INDENT, INDENT));
    }
    for paragraph in paragraphs {
        lines.push(String::new());
        lines.extend(wrap_paragraph(paragraph, width, INDENT, INDENT));
    }
    Some(lines)
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

/// Whether a colon on the value's first line would be read as the end of a type.
fn reads_as_type(text: &str, width: usize) -> bool {
    let first = wrap_paragraph(text, width, INDENT, INDENT)
        .into_iter()
        .next();
    first.is_some_and(|line| line.contains(": ") || line.ends_with(':'))
}

/// An entry: its first line in the section's indentation, the others deeper.
fn hanging(text: &str, width: usize) -> Vec<String> {
    let deeper = format!("{INDENT}{INDENT}");
    let mut paragraphs = text.split("\n\n");
    let first = paragraphs.next().unwrap_or_default();
    let mut lines = wrap_paragraph(first, width, INDENT, &deeper);
    for paragraph in paragraphs {
        lines.push(String::new());
        lines.extend(wrap_paragraph(paragraph, width, &deeper, &deeper));
    }
    lines
}

fn indented(lines: Vec<String>) -> Vec<String> {
    let indent = |line: String| {
        if line.is_empty() {
            line
        } else {
            format!("{INDENT}{line}")
        }
    };
    lines.into_iter().map(indent).collect()
}

/// Takes off a margin that all lines share: Python would take it off in reading.
fn dedent(lines: Vec<String>) -> Vec<String> {
    let margin = |line: &String| columns(line) - columns(line.trim_start_matches(' '));
    let common = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(margin)
        .min()
        .unwrap_or(0);
    lines
        .into_iter()
        .map(|line| line.get(common..).unwrap_or_default().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sections_in_google_order() {
        let entry = |name: &str, text: &str| Entry {
            name: name.into(),
            annotation: None,
            text: text.into(),
        };
        let docstring = Docstring {
            summary: "Charge the customer.".into(),
            description: Some(
                "Talks to the bank.\n\n- first item that is long enough to wrap\n- second".into(),
            ),
            args: vec![
                entry(
                    "amount",
                    "The amount in cents, which must be positive and is rounded.",
                ),
                entry("**options", "More."),
            ],
            returns: Some(Value {
                annotation: None,
                text: "The receipt: a number.".into(),
            }),
            raises: vec![entry("ValueError", "If `amount < 0`.")],
            ..Docstring::default()
        };
        assert_eq!(
            render(&docstring, 40),
            "Charge the customer.\n\nTalks to the bank.\n\n- first item that is long enough to wrap\n- second\n\n\
             Args:\n    amount: The amount in cents, which\n        must be positive and is rounded.\n    **options: More.\n\n\
             Returns:\n    The receipt, a number.\n\nRaises:\n    ValueError: If `amount < 0`."
        );
    }

    #[test]
    fn code_in_a_value_stays_as_it_is() {
        let text = "A map `{\"a\": 1}` of all: built, as: told.";
        assert_eq!(
            without_colons(text),
            "A map `{\"a\": 1}` of all, built, as, told."
        );
    }

    #[test]
    fn types_stand_where_readers_look_for_them() {
        let docstring = Docstring {
            summary: "Do.".into(),
            args: vec![Entry {
                name: "a".into(),
                annotation: Some("int".into()),
                text: "One.".into(),
            }],
            yields: Some(Value {
                annotation: Some("dict[str, int]".into()),
                text: "Rows: all.".into(),
            }),
            ..Docstring::default()
        };
        assert_eq!(
            render(&docstring, 80),
            "Do.\n\nArgs:\n    a (int): One.\n\nYields:\n    dict[str, int]: Rows: all."
        );
    }
}
