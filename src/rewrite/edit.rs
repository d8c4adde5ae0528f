//! Edits of a text, applied in one forward pass.

use crate::python::ByteRange;

/// A range of a text and what stands there afterwards; an empty range inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Bytes of the original text.
    pub range: ByteRange,
    /// What replaces them.
    pub content: String,
}

/// The text with all edits made. They have to be sorted and must not overlap; an edit that would
/// break this rule is left out, and the proof that follows tells that it is missing.
#[must_use]
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> String {
    let mut result = String::with_capacity(text.len() + text.len() / 4);
    let mut position = 0;
    for edit in edits {
        let Some(kept) = text.get(position..edit.range.start) else {
            continue;
        };
        if !text.is_char_boundary(edit.range.end) || edit.range.end < edit.range.start {
            continue;
        }
        result.push_str(kept);
        result.push_str(&edit.content);
        position = edit.range.end;
    }
    result.push_str(text.get(position..).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_one_pass() {
        let edit = |range: ByteRange, content: &str| Edit {
            range,
            content: content.into(),
        };
        let edits = [edit(0..0, "<"), edit(1..2, "B"), edit(3..3, ">")];
        assert_eq!(apply("abc", &edits), "<aBc>");
    }

    #[test]
    fn an_impossible_edit_is_left_out() {
        let edit = |range: ByteRange| Edit {
            range,
            content: "x".into(),
        };
        assert_eq!(apply("abc", &[edit(2..3), edit(1..2)]), "abx");
        assert_eq!(apply("é", &[edit(1..1)]), "é");
    }
}
