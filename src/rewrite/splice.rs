//! New docstrings to a file's new bytes, proven.

use super::edit::{Edit, apply};
use super::prove::{Flaw, prove};
use crate::docstring::to_literal;
use crate::python::{Around, ByteRange, Definition, ExistingDocstring, Module, Placement};
use crate::source::{Newline, SourceFile};

/// A docstring for a definition, in the place of the one that it has if it has one.
#[derive(Debug, Clone)]
pub struct NewDocstring {
    /// Position in [`Module::definitions`].
    pub definition: usize,
    /// The rendered text, without quotes and indentation.
    pub text: String,
}

/// A file's new text and bytes, and what did not make it.
#[derive(Debug)]
pub struct Rewritten {
    /// The new text.
    pub text: String,
    /// The same in the file's encoding.
    pub bytes: Vec<u8>,
    /// Definitions whose docstring could not be proven harmless, each with the reason: faults
    /// of docgen's own.
    pub dropped: Vec<(usize, Flaw)>,
}

/// The edits that put `text` where `definition` wants its docstring.
#[must_use]
pub fn splice(source: &SourceFile, definition: &Definition, text: &str) -> Vec<Edit> {
    let literal = |newline: Newline| {
        let can_encode = |c| source.encoding.can_encode(c);
        to_literal(
            text,
            definition.placement.indent(),
            newline.as_str(),
            can_encode,
        )
    };
    if let Some(existing) = &definition.docstring {
        return replacement(source, definition, existing, literal);
    }
    let mut edits = vec![insertion(source, definition, literal)];
    if let Placement::OpenSuite {
        behind: Some(blank),
        ..
    } = &definition.placement
    {
        let newline = Newline::near(&source.text, blank.at);
        edits.push(Edit {
            range: blank.at..blank.at,
            content: newline.as_str().repeat(usize::from(blank.count)),
        });
    }
    edits
}

/// The edit that puts a docstring where there is none.
fn insertion(
    source: &SourceFile,
    definition: &Definition,
    literal: impl Fn(Newline) -> String,
) -> Edit {
    match &definition.placement {
        Placement::Lines { at, indent, around } => {
            let Around {
                newline_before,
                blank_after,
            } = *around;
            let newline = Newline::near(&source.text, *at);
            let end = newline.as_str();
            let before = if newline_before { end } else { "" };
            let after = end.repeat(usize::from(blank_after));
            // In a file of blank lines the first of them ends the docstring's line.
            let rest = source.text.get(*at..).unwrap_or_default();
            let is_ended = rest.starts_with(end) && rest.trim().is_empty();
            let end = if is_ended { "" } else { end };
            Edit {
                range: *at..*at,
                content: format!("{before}{indent}{}{end}{after}", literal(newline)),
            }
        }
        Placement::OpenSuite {
            gap,
            indent,
            around,
            ..
        } => {
            let newline = Newline::near(&source.text, gap.start);
            let end = newline.as_str();
            let after = end.repeat(usize::from(around.blank_after));
            Edit {
                range: gap.clone(),
                content: format!("{end}{indent}{}{end}{after}{indent}", literal(newline)),
            }
        }
    }
}

/// The edits that put a docstring in the place of the one that is there. Brackets around it stay.
fn replacement(
    source: &SourceFile,
    definition: &Definition,
    existing: &ExistingDocstring,
    literal: impl Fn(Newline) -> String,
) -> Vec<Edit> {
    let literal = literal(Newline::near(&source.text, existing.range.start));
    let first = existing.parts.first().unwrap_or(&existing.range);
    let between = |parts: &[ByteRange]| source.text.get(parts[0].end..parts[1].start);
    // Between strings there is nothing but blanks, escaped line ends and comments.
    let has_comments = existing
        .parts
        .windows(2)
        .filter_map(between)
        .any(|gap| gap.contains('#'));
    let (end, rest) = match existing.parts.get(1..) {
        Some(rest) if has_comments => (first.end, rest),
        _ => (existing.range.end, &[][..]),
    };
    let (start, content) = match &definition.placement {
        Placement::Lines { .. } => (existing.range.start, literal),
        Placement::OpenSuite { gap, indent, .. } => {
            let newline = Newline::near(&source.text, gap.start);
            let opening = source.text.get(gap.end..first.start).unwrap_or_default();
            let content = format!("{}{indent}{opening}{literal}", newline.as_str());
            (gap.start, content)
        }
    };
    let removed = rest.iter().map(|part| Edit {
        range: part.clone(),
        content: String::new(),
    });
    let edit = Edit {
        range: start..end,
        content,
    };
    std::iter::once(edit).chain(removed).collect()
}

/// Puts the docstrings into the file and proves that nothing else changed. What cannot be proven
/// is found by halving and dropped; the rest is kept.
#[must_use]
pub fn rewrite(source: &SourceFile, module: &Module, docstrings: &[NewDocstring]) -> Rewritten {
    let mut spliced: Vec<Spliced<'_>> = docstrings
        .iter()
        .filter_map(|docstring| {
            let definition = module.definitions.get(docstring.definition)?;
            let edits = splice(source, definition, &docstring.text);
            Some(Spliced { docstring, edits })
        })
        .collect();
    spliced.sort_by_key(|one| (one.start(), one.docstring.definition));
    let all: Vec<&Spliced<'_>> = spliced.iter().collect();
    let mut dropped = Vec::new();
    let kept = provable(source, module, &all, &mut dropped);
    let text = apply(&source.text, edits_of(&kept));
    let bytes = source
        .encoding
        .encode(&text)
        .unwrap_or_else(|_| source.bytes.clone());
    Rewritten {
        text,
        bytes,
        dropped,
    }
}

struct Spliced<'d> {
    docstring: &'d NewDocstring,
    edits: Vec<Edit>,
}

impl Spliced<'_> {
    fn start(&self) -> usize {
        self.edits.first().map_or(0, |edit| edit.range.start)
    }
}

/// All edits in the order of the text.
fn edits_of<'s>(spliced: &[&'s Spliced<'_>]) -> Vec<&'s Edit> {
    let mut edits: Vec<&Edit> = spliced.iter().flat_map(|one| &one.edits).collect();
    edits.sort_by_key(|edit| edit.range.start);
    edits
}

/// The largest part of `spliced`, as halving finds it, that is proven harmless.
fn provable<'s, 'd>(
    source: &SourceFile,
    module: &Module,
    spliced: &[&'s Spliced<'d>],
    dropped: &mut Vec<(usize, Flaw)>,
) -> Vec<&'s Spliced<'d>> {
    let Err(flaw) = prove_all(source, module, spliced) else {
        return spliced.to_vec();
    };
    if let [only] = spliced {
        dropped.push((only.docstring.definition, flaw));
        return Vec::new();
    }
    let (left, right) = spliced.split_at(spliced.len() / 2);
    let mut kept = provable(source, module, left, dropped);
    let right = provable(source, module, right, dropped);
    let both: Vec<_> = kept.iter().chain(&right).copied().collect();
    if let Ok(()) = prove_all(source, module, &both) {
        both
    } else {
        dropped.extend(
            right
                .iter()
                .map(|one| (one.docstring.definition, flaw.clone())),
        );
        kept.sort_by_key(|one| one.start());
        kept
    }
}

fn prove_all(source: &SourceFile, module: &Module, spliced: &[&Spliced<'_>]) -> Result<(), Flaw> {
    let text = apply(&source.text, edits_of(spliced));
    let meant: Vec<(usize, &str)> = spliced
        .iter()
        .map(|one| (one.docstring.definition, one.docstring.text.as_str()))
        .collect();
    prove(source, module, &text, &meant)
}
