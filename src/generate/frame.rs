//! The room that a docstring has.

use crate::config::{DocstringStyle, TypesInDocstring};
use crate::python::Definition;

/// What a docstring has to fit into.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Columns that a line of the docstring may have, the code's indentation taken off.
    pub width: usize,
    /// Whether types are repeated.
    pub types: TypesInDocstring,
    /// The text of the definition's file; names in backticks must occur in it.
    pub source: &'a str,
}

impl<'a> Frame<'a> {
    /// The frame of a definition in a file with this text.
    #[must_use]
    pub fn new(definition: &Definition, source: &'a str, style: &DocstringStyle) -> Self {
        let indent = definition.placement.indent();
        let columns = indent.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
        Self {
            width: style
                .line_length
                .columns()
                .saturating_sub(columns)
                .max(MIN_WIDTH),
            types: style.types,
            source,
        }
    }

    /// Columns for a summary: it shares its line with the quotes at both ends.
    pub(super) fn summary_width(&self) -> usize {
        self.width.saturating_sub(6).max(24)
    }
}

/// Columns that a docstring gets however deep its code is nested.
const MIN_WIDTH: usize = 32;
