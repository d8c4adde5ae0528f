//! The indentation in force at each place of a text, read off the tokens.

use ruff_python_ast::token::TokenKind;
use ruff_text_size::Ranged;

use super::SyntaxTree;

/// The blocks of a file: where each begins, with its indentation.
#[derive(Debug)]
pub(super) struct Layout<'t> {
    /// Offset from which the indentation holds, in the order of the text.
    changes: Vec<(usize, &'t str)>,
    unit: &'t str,
}

impl<'t> Layout<'t> {
    pub(super) fn read(tree: &SyntaxTree, text: &'t str) -> Self {
        let mut stack = vec![""];
        let mut changes = Vec::new();
        let mut unit = None;
        for token in tree.parsed.tokens() {
            match token.kind() {
                TokenKind::Indent => {
                    let line = text
                        .get(super::byte_range(token.range()))
                        .unwrap_or_default();
                    let indent = column_text(line);
                    let outer = stack.last().copied().unwrap_or_default();
                    unit =
                        unit.or_else(|| indent.strip_prefix(outer).filter(|unit| !unit.is_empty()));
                    stack.push(indent);
                    changes.push((token.end().to_usize(), indent));
                }
                TokenKind::Dedent => {
                    stack.pop();
                    let indent = stack.last().copied().unwrap_or_default();
                    changes.push((token.end().to_usize(), indent));
                }
                _ => {}
            }
        }
        Self {
            changes,
            unit: unit.unwrap_or("    "),
        }
    }

    /// The indentation of the block that holds `offset`.
    pub(super) fn indent_at(&self, offset: usize) -> &'t str {
        let after = self.changes.partition_point(|(start, _)| *start <= offset);
        let change = after
            .checked_sub(1)
            .and_then(|index| self.changes.get(index));
        change.map_or("", |(_, indent)| indent)
    }

    /// What one more level adds: the file's first indentation, four spaces without any.
    pub(super) fn unit(&self) -> &'t str {
        self.unit
    }
}

/// The part of an indentation that counts: a form feed sets the column back to zero, and of a
/// continued line only the first physical line that is indented counts (Python reference, 2.1.8).
fn column_text(indentation: &str) -> &str {
    let columns = |line: &'_ str| -> usize {
        let start = line.rfind(['\x0c', '\n', '\r']).map_or(0, |at| at + 1);
        line.len() - start
    };
    let line = indentation.split('\\').find(|line| columns(line) > 0);
    line.map_or("", |line| &line[line.len() - columns(line)..])
}
