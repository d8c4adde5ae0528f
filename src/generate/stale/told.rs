//! What a docstring says in a way that the rules do not read: whoever wrote it so does not want to be told
//! it again in a section.

use super::Mender;
use crate::docstring::{Claims, Layout, Outline};

impl Mender<'_> {
    /// Whether a line begins with the parameter's name, or the head of an entry holds it.
    pub(super) fn tells_argument(&self, name: &str) -> bool {
        let text = self.edited.text();
        let claims = Claims::read(text);
        let sections: Vec<usize> = claims.arguments.iter().map(|one| one.at.end).collect();
        let mut at = 0;
        text.split_inclusive('\n').any(|line| {
            let in_section = sections.iter().any(|end| *end < at);
            at += line.len();
            let said = line.trim_start_matches([' ', '\t', '-', '*', '+', ':', '`', '.']);
            let begins = said
                .strip_prefix(name)
                .is_some_and(|rest| !rest.starts_with(is_word));
            let head = line.split([':', '=']).next().unwrap_or_default();
            begins
                || in_section
                    && head.len() < 60
                    && holds_word(head, name)
                    && head.len() < line.trim_end().len()
        })
    }

    /// Whether an entry describes a series of arguments (`x1, x2, ..., xn`), which is what stars take.
    pub(super) fn tells_series(&self) -> bool {
        let lines = self.edited.text().lines();
        let mut heads = lines.map(|line| line.split(':').next().unwrap_or_default());
        heads.any(|head| {
            head.contains("...") && head.contains(',') && !head.contains(['(', '>', '['])
        })
    }

    /// Whether the docstring has a section in NumPy's layout.
    pub(super) fn is_numpy(&self) -> bool {
        let outline = Outline::read(self.edited.text());
        outline
            .sections
            .iter()
            .any(|one| one.layout == Layout::Numpy)
    }

    /// Whether a sentence begins with «Return» or «Yield».
    pub(super) fn tells_value(&self, is_yield: bool) -> bool {
        let verbs = if is_yield {
            ["Yield ", "Yields ", "Yielding "]
        } else {
            ["Return ", "Returns ", "Returning "]
        };
        let text = self.edited.text();
        verbs.iter().any(|verb| {
            text.match_indices(verb).any(|(at, _)| {
                let before = text[..at].trim_end();
                let is_line = text[..at]
                    .trim_end_matches([' ', '\t', '*', '-'])
                    .ends_with('\n');
                before.is_empty() || is_line || before.ends_with(['.', ';', ':'])
            })
        })
    }

    /// Whether the text names the exception.
    pub(super) fn tells_exception(&self, name: &str) -> bool {
        let last = name.rsplit('.').next().unwrap_or(name);
        holds_word(self.edited.text(), last)
    }

    /// Whether a program completes the text: it holds `${NAME}` or `%(name)s`, or `{name}` under a
    /// decorator.
    pub(super) fn is_template(&self) -> bool {
        let text = self.edited.text();
        let holds = |open: &str, close: &str| {
            text.match_indices(open).any(|(at, _)| {
                let rest = &text[at + open.len()..];
                let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                end > 0 && rest[end..].starts_with(close)
            })
        };
        holds("${", "}") || holds("%(", ")s") || self.has_foreign_decorator() && holds("{", "}")
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word)
    })
}
