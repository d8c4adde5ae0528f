//! The room that a docstring has.

use super::select::AnalyzedFile;
use crate::config::{DocstringStyle, Style, TypesInDocstring};
use crate::python::{Definition, DefinitionId, Module, Project};

/// What a docstring has to fit into.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Columns that a line of the docstring may have, the code's indentation taken off.
    pub width: usize,
    /// How the sections are laid out.
    pub style: Style,
    /// Whether types are repeated.
    pub types: TypesInDocstring,
    /// The words are English, so that what is known of English words holds.
    pub is_english: bool,
    /// The text of the definition's file.
    pub source: &'a str,
    /// The definition's own text; names in backticks must occur in it or be the module's.
    pub own: &'a str,
    /// The definition's module.
    pub module: &'a Module,
    /// Everything that the project defines.
    pub project: &'a Project,
    /// The definition's place in the project.
    pub id: DefinitionId,
}

impl<'a> Frame<'a> {
    /// The frame of a definition of a file, by its position in the file's module and itself.
    #[must_use]
    pub fn new(
        file: &'a AnalyzedFile,
        (index, definition): (usize, &Definition),
        project: &'a Project,
        style: &DocstringStyle,
    ) -> Self {
        let (source, module) = (&file.source, &file.module);
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
            is_english: style.language.is_english(),
            source: &source.text,
            own: source
                .text
                .get(definition.range.clone())
                .unwrap_or_default(),
            module,
            project,
            id: DefinitionId {
                // A file that the project does not know has no place in it, and so no neighbours.
                module: project.module(&source.name).unwrap_or(usize::MAX),
                definition: index,
            },
        }
    }

    /// Whether a definition's words may speak of `name` as of something in the code: it occurs in
    /// the definition, or the module defines, imports or assigns it. The parameters of the
    /// neighbours do not count, so that their words cannot slip in.
    pub(super) fn knows(&self, name: &str) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let occurs = self.own.match_indices(name).any(|(at, _)| {
            let (before, after) = (&self.own[..at], &self.own[at + name.len()..]);
            !before.ends_with(is_word) && !after.starts_with(is_word)
        });
        let definitions = &self.module.definitions;
        let mut imports = self.module.imports.iter();
        occurs
            || definitions.iter().any(|one| one.name == name)
            || definitions
                .iter()
                .flat_map(|one| &one.facts.attributes)
                .any(|one| one.name == name)
            || imports
                .any(|(bound, path)| bound == name || path.split('.').any(|part| part == name))
    }

    /// Columns for a summary: it shares its line with the quotes at both ends.
    pub(super) fn summary_width(&self) -> usize {
        self.width.saturating_sub(6).max(24)
    }
}

/// Columns that a docstring gets however deep its code is nested.
const MIN_WIDTH: usize = 32;
