//! Where a program's text speaks instead of computing: inside its string literals.

use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged;

use super::{ByteRange, SyntaxTree, byte_range};

impl SyntaxTree {
    /// What stands between the quotes of string and bytes literals, as it is written, and the
    /// literal parts of f-strings and t-strings; in the order of the text.
    pub fn literal_contents<'t>(&'t self, text: &'t str) -> impl Iterator<Item = ByteRange> + 't {
        let tokens = self.parsed.tokens().iter();
        tokens.filter_map(move |token| {
            let range = byte_range(token.range());
            match token.kind() {
                TokenKind::String => Some(between_quotes(text, range)),
                TokenKind::FStringMiddle | TokenKind::TStringMiddle => Some(range),
                _ => None,
            }
        })
    }
}

/// A literal's range without its prefix and quotes.
fn between_quotes(text: &str, range: ByteRange) -> ByteRange {
    let literal = text.get(range.clone()).unwrap_or_default();
    let prefix = literal.find(['"', '\'']).unwrap_or(0);
    let rest = &literal[prefix..];
    let is_triple = rest.len() >= 6 && ["\"\"\"", "'''"].iter().any(|q| rest.starts_with(q));
    let quotes = if is_triple { 3 } else { 1 };
    let start = (range.start + prefix + quotes).min(range.end);
    start..range.end.saturating_sub(quotes).max(start)
}

#[cfg(test)]
mod tests {
    use crate::python::parse;

    #[test]
    fn literals_are_found_without_their_quotes() {
        let text =
            "'''doc'''\nx = r\"a\\\"b\" 'c' ''\ny = f'd{x!r:>{w}}e' f\"\"\"g\n{'h'}\"\"\"\n# 'i'\n";
        let tree = parse(text).unwrap();
        let found: Vec<_> = tree
            .literal_contents(text)
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, ["doc", "a\\\"b", "c", "", "d", ">", "e", "g\n", "h"]);
    }
}
