//! The room that a docstring has.

use super::reply::Draft;
use crate::config::{DocstringStyle, Style, TypesInDocstring, WantedSection};
use crate::python::{Definition, Module, Parameter};
use crate::source::SourceFile;

/// What a docstring has to fit into.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Columns that a line of the docstring may have, the code's indentation taken off.
    pub width: usize,
    /// How the sections are laid out.
    pub style: Style,
    /// Whether types are repeated.
    pub types: TypesInDocstring,
    /// The text of the definition's file.
    pub source: &'a str,
    /// Sections that the words may fill besides the usual.
    pub sections: &'a [WantedSection],
    /// The definition's own text; names in its words must occur in it, or exist elsewhere.
    pub own: &'a str,
    /// Where that begins in the file's text.
    pub(super) own_start: usize,
    /// The definition's parameters, that of the instance or class too.
    pub(super) parameters: &'a [Parameter],
    /// The definition's module.
    pub module: &'a Module,
}

impl<'a> Frame<'a> {
    /// The frame of a definition of a file.
    #[must_use]
    pub fn new(
        definition: &'a Definition,
        source: &'a SourceFile,
        module: &'a Module,
        style: &DocstringStyle,
    ) -> Self {
        let indent = definition.placement.indent();
        let columns = indent.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
        Self {
            width: style
                .line_length
                .columns()
                .saturating_sub(columns)
                .max(MIN_WIDTH),
            style: style.style,
            types: style.types,
            sections: &[],
            source: &source.text,
            own: source
                .text
                .get(definition.range.clone())
                .unwrap_or_default(),
            own_start: definition.range.start,
            parameters: definition
                .signature
                .as_ref()
                .map_or(&[], |signature| &signature.parameters),
            module,
        }
    }

    /// The frame with room for sections besides the usual.
    #[must_use]
    pub fn wanting(self, sections: &'a [WantedSection]) -> Self {
        Self { sections, ..self }
    }

    /// A draft without what nobody asked for.
    pub(super) fn without_unwanted(&self, mut draft: Draft) -> Draft {
        if !self.sections.contains(&WantedSection::Examples) {
            draft.examples = Vec::new();
        }
        if !self.sections.contains(&WantedSection::Notes) {
            draft.notes = None;
        }
        draft
    }

    /// The definition's position in its module.
    pub(super) fn index(&self) -> usize {
        let definitions = &self.module.definitions;
        let found = definitions
            .iter()
            .rposition(|one| one.range.start == self.own_start);
        found.unwrap_or_default()
    }

    /// Columns for a summary: it shares its line with the quotes at both ends.
    pub(super) fn summary_width(&self) -> usize {
        self.width.saturating_sub(6).max(24)
    }
}

/// Columns that a docstring gets however deep its code is nested.
const MIN_WIDTH: usize = 32;
