//! Edits of a docstring's text that keep every character they do not speak of: the value as pieces
//! of the old one and new words between them, entries and sections taken out, put in, renamed and
//! put in order, and the literal written anew from the pieces.

mod entries;
mod layout;
mod outline;
mod sections;
mod written;

use std::ops::Range;

pub use entries::{Beside, NewEntry, mentions};
pub use outline::{Layout, Outline, Part, Section};
pub use written::Written;

/// A docstring's value while it is edited: it remembers which parts of it are the old one's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    text: String,
    pieces: Vec<Piece>,
}

/// A part of an edited text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// These bytes of the old text.
    Kept(Range<usize>),
    /// New words.
    New(String),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Kept(range) => range.len(),
            Self::New(words) => words.len(),
        }
    }

    /// The piece in two, `at` bytes from its start.
    fn split(self, at: usize) -> (Self, Self) {
        match self {
            Self::Kept(range) => {
                let middle = range.start + at;
                (
                    Self::Kept(range.start..middle),
                    Self::Kept(middle..range.end),
                )
            }
            Self::New(mut words) => {
                let rest = words.split_off(at);
                (Self::New(words), Self::New(rest))
            }
        }
    }
}

impl Edited {
    /// The value of a docstring, with nothing edited yet.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self {
            text: value.to_owned(),
            pieces: vec![Piece::Kept(0..value.len())],
        }
    }

    /// The text as it is now.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts `words` in the place of `range`, which is one of the text as it is now. A range that
    /// does not lie between characters of the text changes nothing.
    pub fn replace(&mut self, range: Range<usize>, words: &str) {
        if self.text.get(range.clone()).is_none_or(|old| old == words) {
            return;
        }
        let (first, last) = (self.cut(range.start), self.cut(range.end));
        let new = (!words.is_empty()).then(|| Piece::New(words.to_owned()));
        self.pieces.splice(first..last, new);
        self.text.replace_range(range, words);
    }

    /// Puts the parts of the text that `ranges` are in another order: where the first was comes the
    /// one at `order[0]`, and so on. The ranges are sorted and do not overlap.
    pub fn permute(&mut self, ranges: &[Range<usize>], order: &[usize]) {
        let taken: Vec<(Vec<Piece>, String)> = ranges
            .iter()
            .map(|range| {
                let (first, last) = (self.cut(range.start), self.cut(range.end));
                let pieces = self.pieces.get(first..last).unwrap_or_default().to_vec();
                let text = self.text.get(range.clone()).unwrap_or_default().to_owned();
                (pieces, text)
            })
            .collect();
        // From the back, so that the places before stay where they are.
        for (range, from) in ranges.iter().zip(order).rev() {
            let Some((pieces, text)) = taken.get(*from) else {
                continue;
            };
            let (first, last) = (self.cut(range.start), self.cut(range.end));
            self.pieces.splice(first..last, pieces.iter().cloned());
            self.text.replace_range(range.clone(), text);
        }
    }

    /// The index of the piece that begins at byte `at` of the text, made by cutting one if need be.
    fn cut(&mut self, at: usize) -> usize {
        let mut start = 0;
        for index in 0..self.pieces.len() {
            if start == at {
                return index;
            }
            let length = self.pieces[index].len();
            if at < start + length {
                let piece = std::mem::replace(&mut self.pieces[index], Piece::New(String::new()));
                let (before, after) = piece.split(at - start);
                self.pieces.splice(index..=index, [before, after]);
                return index + 1;
            }
            start += length;
        }
        self.pieces.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that the pieces spell.
    fn spelled(edited: &Edited, old: &str) -> String {
        edited
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Kept(range) => old[range.clone()].to_owned(),
                Piece::New(words) => words.clone(),
            })
            .collect()
    }

    #[test]
    fn pieces_spell_the_text_whatever_was_edited() {
        let old = "one two three four";
        let mut edited = Edited::new(old);
        edited.replace(4..7, "2");
        edited.replace(0..0, ">");
        edited.replace(4..6, "_two");
        edited.replace(edited.text().len()..edited.text().len(), "<");
        assert_eq!(edited.text(), ">one_two three four<");
        assert_eq!(spelled(&edited, old), edited.text());
        edited.permute(&[1..8, 9..14, 15..19], &[2, 0, 1]);
        assert_eq!(edited.text(), ">four one_two three<");
        assert_eq!(spelled(&edited, old), edited.text());
        edited.replace(99..100, "x");
        assert_eq!(edited.text(), ">four one_two three<");
    }
}
