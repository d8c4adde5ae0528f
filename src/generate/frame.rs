//! The room that a docstring has.

use super::fact::Facts;
use super::reply::Draft;
use super::select::AnalyzedFile;
use crate::config::{DocstringStyle, Style, TypesInDocstring, WantedSection};
use crate::python::{Definition, DefinitionId, Module, Parameter, Project};

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
    /// How docstrings are written, as the settings have it.
    pub(super) settings: &'a DocstringStyle,
    /// The text of the definition's file.
    pub source: &'a str,
    /// Sections that the words may fill besides the usual.
    pub sections: &'a [WantedSection],
    /// The definition's own text; names in its words must occur in it, or exist elsewhere.
    pub own: &'a str,
    /// Where that begins in the file's text.
    pub(super) own_start: usize,
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
        style: &'a DocstringStyle,
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
            settings: style,
            sections: &style.sections,
            source: &source.text,
            own: source
                .text
                .get(definition.range.clone())
                .unwrap_or_default(),
            own_start: definition.range.start,
            module,
            project,
            id: DefinitionId {
                // A file that the project does not know has no place in it, and so no neighbours.
                module: project.module(&source.name).unwrap_or(usize::MAX),
                definition: index,
            },
        }
    }

    /// When an exception of a function that is called passes through, in words that are true of any.
    pub(super) fn raised_by_words(&self, called: DefinitionId) -> String {
        let name = self.project.entry(called).qualified_name.as_str();
        let name = name.strip_suffix(".__init__").unwrap_or(name);
        let name = name.split('#').next().unwrap_or(name);
        format!("If `{name}` raises it.")
    }

    /// What the docstring of `definition`, whose frame it is, has to tell.
    pub(super) fn facts<'d>(&self, definition: &'d Definition) -> Facts<'d>
    where
        'a: 'd,
    {
        Facts::of(definition, self.id, self.project, self.settings)
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

    /// The definition's parameters, that of the instance or class too.
    pub(super) fn parameters(&self) -> &'a [Parameter] {
        let definition = self.module.definitions.get(self.id.definition);
        let signature = definition.and_then(|one| one.signature.as_ref());
        signature.map_or(&[], |signature| &signature.parameters)
    }

    /// Columns for a summary: it shares its line with the quotes at both ends.
    pub(super) fn summary_width(&self) -> usize {
        self.width.saturating_sub(6).max(24)
    }
}

/// Columns that a docstring gets however deep its code is nested.
const MIN_WIDTH: usize = 32;
