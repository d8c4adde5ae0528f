//! Docstrings taken back out of a file that was edited since (pure, and proven).

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use super::edit::{Edit, apply};
use super::harmless::harmless;
use super::prove::{Flaw, Meant, prove};
use crate::docstring::cleandoc;
use crate::generate::analyze_source;
use crate::python::{self, ByteRange, Module, SyntaxTree};
use crate::source::{FileName, SourceFile};
use crate::store::DocstringChange;

/// A file with a run's docstrings taken back.
#[derive(Debug)]
pub struct TakenBack {
    /// Its new bytes.
    pub bytes: Vec<u8>,
    /// What became of its docstrings.
    pub changes: Vec<DocstringChange>,
    /// The run's docstrings that stay, by their definitions' names.
    pub stays: Vec<(String, Stays)>,
}

/// Why a docstring of the run stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// It was edited since.
    Edited,
    /// It cannot be proven that nothing else would change.
    Unproven,
}

/// Why a file stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotUndone {
    /// It is no Python any more that can be read.
    #[error("it was edited since, and cannot be read now: {0}")]
    Unreadable(String),
    /// More than docstrings is different.
    #[error("its code was edited since")]
    Code,
    /// The run itself brought back a file whose code had been edited.
    #[error("it was edited since, and the run had changed more than docstrings")]
    RunOfCode,
}

/// Takes back from `now` what led from `before` to `after`, where only docstrings are different since.
///
/// Three texts with the same tokens outside of docstrings have the same gaps between them, so that each
/// docstring is decided by itself, with the blanks around it: one that still reads as the run left it
/// becomes what it was before, one that does not was edited since and stays. The result is proven
/// against `now` like any other that docgen writes. Run it on a thread with
/// [`python::STACK_BYTES`] of stack.
pub fn take_back(
    path: &Path,
    before: Vec<u8>,
    after: Vec<u8>,
    now: Vec<u8>,
) -> Result<TakenBack, NotUndone> {
    let now = Text::read(path, now).map_err(NotUndone::Unreadable)?;
    // They were read before; a later docgen may see them with other eyes.
    let run_of_code = |_| NotUndone::RunOfCode;
    let before = Text::read(path, before).map_err(run_of_code)?;
    let after = Text::read(path, after).map_err(run_of_code)?;
    let (before, after) = (before.with_lines_of(&now), after.with_lines_of(&now));
    let (before, after) = (before.map_err(run_of_code)?, after.map_err(run_of_code)?);
    if !after.has_code_of(&before) {
        return Err(NotUndone::RunOfCode);
    }
    if !after.has_code_of(&now) {
        return Err(NotUndone::Code);
    }
    Ok(Merge::new(&before, &after, &now).finish())
}

/// A file, and what of it counts here.
struct Text {
    source: SourceFile,
    tree: SyntaxTree,
    module: Module,
    gaps: Vec<ByteRange>,
    /// Where each definition's docstring stands.
    places: Vec<Option<ByteRange>>,
    /// What Python reads of it.
    values: Vec<Option<String>>,
}

impl Text {
    fn read(path: &Path, bytes: Vec<u8>) -> Result<Self, String> {
        let name = FileName::new(path, Path::new(""));
        let source =
            SourceFile::from_bytes(path, name, bytes).map_err(|error| error.to_string())?;
        Self::new(source)
    }

    fn new(source: SourceFile) -> Result<Self, String> {
        let file = analyze_source(source).map_err(|diagnostic| diagnostic.message)?;
        let (source, module) = (file.source, file.module);
        let tree = python::parse(&source.text).map_err(|error| error.to_string())?;
        Ok(Self {
            gaps: tree.gaps(&source.text),
            places: tree.docstring_ranges(),
            values: tree.docstrings(&source.text),
            source,
            tree,
            module,
        })
    }

    /// The same with the other's line ends, where each has one sort only: git and editors change them
    /// in whole files.
    fn with_lines_of(self, other: &Self) -> Result<Self, String> {
        let text = match (line_ends(&self.source.text), line_ends(&other.source.text)) {
            (LineEnds::Windows, LineEnds::Unix) => self.source.text.replace("\r\n", "\n"),
            (LineEnds::Unix, LineEnds::Windows) => self.source.text.replace('\n', "\r\n"),
            _ => return Ok(self),
        };
        Self::new(SourceFile {
            text,
            ..self.source
        })
    }

    /// Whether nothing but docstrings and blanks is different.
    fn has_code_of(&self, other: &Self) -> bool {
        SyntaxTree::equal_without_docstrings(&self.tree, &other.tree)
            && SyntaxTree::same_tokens_outside_docstrings(
                (&self.tree, &self.source.text),
                (&other.tree, &other.source.text),
            )
            && self.gaps.len() == other.gaps.len()
            && self.places.len() == other.places.len()
    }

    fn gap(&self, index: usize) -> &str {
        let range = self.gaps.get(index).cloned().unwrap_or_default();
        self.source.text.get(range).unwrap_or_default()
    }

    fn value(&self, definition: usize) -> Option<&str> {
        self.values.get(definition)?.as_deref()
    }

    /// The gaps that a definition's docstring stands in: several where comments divide it.
    fn gaps_of(&self, definition: usize) -> impl Iterator<Item = usize> {
        let place = self.places.get(definition).cloned().flatten();
        let place = place.unwrap_or_default();
        let first = self.gaps.partition_point(|gap| gap.end <= place.start);
        let gaps = self.gaps.iter().enumerate().skip(first);
        gaps.take_while(move |(_, gap)| gap.start < place.end)
            .map(|(index, _)| index)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnds {
    None,
    Unix,
    Windows,
    Mixed,
}

fn line_ends(text: &str) -> LineEnds {
    let feeds = text.matches('\n').count();
    let (pairs, returns) = (text.matches("\r\n").count(), text.matches('\r').count());
    match (feeds, pairs, returns) {
        (0, _, 0) => LineEnds::None,
        (_, 0, 0) => LineEnds::Unix,
        _ if feeds == pairs && pairs == returns => LineEnds::Windows,
        _ => LineEnds::Mixed,
    }
}

/// What is put back together: a docstring with the blanks around it, or blanks alone.
struct Part {
    definition: Option<usize>,
    edits: Vec<Edit>,
}

struct Merge<'t> {
    before: &'t Text,
    now: &'t Text,
    parts: Vec<Part>,
    stays: Vec<(String, Stays)>,
}

impl<'t> Merge<'t> {
    fn new(before: &'t Text, after: &'t Text, now: &'t Text) -> Self {
        let mut merge = Self {
            before,
            now,
            parts: Vec::new(),
            stays: Vec::new(),
        };
        let mut owned = HashSet::new();
        for definition in 0..now.places.len() {
            let texts = [before, after, now].into_iter();
            let gaps: HashSet<usize> = texts.flat_map(|text| text.gaps_of(definition)).collect();
            merge.decide(definition, &gaps, after);
            owned.extend(gaps);
        }
        for gap in (0..now.gaps.len()).filter(|gap| !owned.contains(gap)) {
            // Blank lines that came with a docstring nearby.
            if now.gap(gap) == after.gap(gap) && now.gap(gap) != before.gap(gap) {
                let edits = merge.edit(gap).into_iter().collect();
                let definition = None;
                merge.parts.push(Part { definition, edits });
            }
        }
        let start = |part: &Part| part.edits.first().map(|edit| edit.range.start);
        merge.parts.sort_by_key(start);
        merge
    }

    fn decide(&mut self, definition: usize, gaps: &HashSet<usize>, after: &Text) {
        let read = |text: &Text| text.value(definition).map(cleandoc);
        let (before, left, now) = (read(self.before), read(after), read(self.now));
        if before == left || now == before {
            return;
        }
        if now != left {
            self.stays.push((self.name(definition), Stays::Edited));
            return;
        }
        let mut gaps: Vec<usize> = gaps.iter().copied().collect();
        gaps.sort_unstable();
        let edits = gaps.into_iter().filter_map(|gap| self.edit(gap)).collect();
        self.parts.push(Part {
            definition: Some(definition),
            edits,
        });
    }

    /// A gap as it was before.
    fn edit(&self, gap: usize) -> Option<Edit> {
        Some(Edit {
            range: self.now.gaps.get(gap)?.clone(),
            content: self.before.gap(gap).to_owned(),
        })
    }

    fn name(&self, definition: usize) -> String {
        let definition = self.now.module.definitions.get(definition);
        definition.map_or_else(String::new, |one| one.qualified_name.clone())
    }

    fn text(&self, parts: &[&Part]) -> String {
        let mut edits: Vec<&Edit> = parts.iter().flat_map(|part| &part.edits).collect();
        edits.sort_by_key(|edit| edit.range.start);
        apply(&self.now.source.text, edits)
    }

    fn proof(&self, parts: &[&Part]) -> Result<(), Flaw> {
        let meant = parts.iter().filter_map(|part| {
            let definition = part.definition?;
            let meant = match self.before.value(definition) {
                Some(value) => Meant::Value(value),
                None => Meant::Nothing,
            };
            Some((definition, meant))
        });
        let meant: Vec<(usize, Meant<'_>)> = meant.collect();
        let (source, module) = (&self.now.source, &self.now.module);
        prove(source, module, &self.text(parts), &meant)
    }

    fn finish(mut self) -> TakenBack {
        let parts = std::mem::take(&mut self.parts);
        let proven = harmless(&parts, |some| self.proof(some));
        let text = self.text(&proven.kept);
        let source = &self.now.source;
        let encoded = source.encoding.encode(&text);
        let bytes = encoded.unwrap_or_else(|_| source.bytes.clone());
        let dropped = proven.dropped.iter();
        let unproven = dropped.filter_map(|(part, _)| part.definition);
        let unproven: Vec<(String, Stays)> = unproven
            .map(|definition| (self.name(definition), Stays::Unproven))
            .collect();
        self.stays.extend(unproven);
        let taken = proven.kept.iter().filter_map(|part| part.definition);
        let changes = taken.filter_map(|definition| {
            Some(DocstringChange {
                qualified_name: self.name(definition),
                kind: self
                    .now
                    .module
                    .definitions
                    .get(definition)?
                    .kind
                    .to_string(),
                old: self.now.value(definition).map(cleandoc),
                new: self.before.value(definition).map(cleandoc),
            })
        });
        TakenBack {
            changes: changes.collect(),
            bytes,
            stays: self.stays,
        }
    }
}

/// What becomes of docstrings where a file's whole content is replaced: nothing that can be told if
/// either cannot be read. Run it on a thread with [`python::STACK_BYTES`] of stack.
#[must_use]
pub fn docstring_changes(path: &Path, old: Vec<u8>, new: Vec<u8>) -> Vec<DocstringChange> {
    let (Ok(old), Ok(new)) = (Text::read(path, old), Text::read(path, new)) else {
        return Vec::new();
    };
    let documented = |text: &Text| -> BTreeMap<String, (String, String)> {
        let definitions = text.module.definitions.iter();
        let documented = definitions.filter_map(|definition| {
            let docstring = definition.docstring.as_ref()?;
            let told = (definition.kind.to_string(), cleandoc(&docstring.value));
            Some((definition.qualified_name.clone(), told))
        });
        documented.collect()
    };
    let (old, new) = (documented(&old), documented(&new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let changes = names.into_iter().filter_map(|name| {
        let (before, after) = (old.get(name), new.get(name));
        let (kind, _) = after.or(before)?;
        let text = |told: Option<&(String, String)>| told.map(|(_, text)| text.clone());
        let change = DocstringChange {
            qualified_name: name.clone(),
            kind: kind.clone(),
            old: text(before),
            new: text(after),
        };
        (change.old != change.new).then_some(change)
    });
    changes.collect()
}

#[cfg(test)]
mod tests;
