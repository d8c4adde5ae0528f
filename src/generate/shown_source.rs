//! The part of the source that a prompt shows of a definition, without its secrets.

use std::collections::BTreeMap;

use super::assignment::Assignment;
use super::mask::Masks;
use super::select::{AnalyzedFile, Target};
use crate::config::MaxSource;
use crate::llm::Tokens;
use crate::python::{
    self, ByteRange, Definition, FileRole, Kind, ParameterKind, Piece, Placement, elide,
};

/// Secrets that prompts for these definitions of a file did not show, by kind; none if no prompt
/// was built.
#[must_use]
pub fn masked(assignment: &Assignment<'_>, targets: &[Target]) -> BTreeMap<&'static str, usize> {
    let Some(masks) = assignment.file.masks_so_far() else {
        return BTreeMap::new();
    };
    let room = assignment.room();
    let shown: Vec<ByteRange> = targets
        .iter()
        .flat_map(|target| {
            let max_source = assignment.wording.max_source;
            pieces(assignment.file, target.definition, max_source, room)
        })
        .filter_map(|piece| match piece {
            Piece::Source(range) => Some(range),
            Piece::LeftOut { .. } => None,
        })
        .collect();
    masks.count(&shown)
}

/// The source of a definition as a prompt shows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// Without secrets, and without the margin that the definition has in its file.
    pub(super) text: String,
    /// Lines that are not shown because there are too many.
    pub(super) left_out: usize,
}

/// The source of a definition as a prompt may show it, in about as many tokens as there is room for.
pub(super) fn shown_source(
    file: &AnalyzedFile,
    index: usize,
    max_source: MaxSource,
    room: Tokens,
) -> Shown {
    if max_source == MaxSource::None {
        return Shown {
            text: names_only(file, index),
            left_out: 0,
        };
    }
    let (mut text, mut left_out) = (String::new(), 0);
    for piece in pieces(file, index, max_source, room) {
        match piece {
            Piece::Source(range) => text.push_str(&file.masks().shown(&file.source.text, range)),
            Piece::LeftOut { note, lines } => {
                text.push_str(&note);
                left_out += lines;
            }
        }
    }
    Shown {
        text: dedented(&text, margin(file, index)),
        left_out,
    }
}

/// The pieces of the text that a prompt shows of a definition, in order.
fn pieces(file: &AnalyzedFile, index: usize, max_source: MaxSource, room: Tokens) -> Vec<Piece> {
    let stretches = stretches(file, index, max_source);
    let budget = usize::try_from(room.get().saturating_mul(4)).unwrap_or(usize::MAX);
    let size: usize = stretches.iter().map(ExactSizeIterator::len).sum();
    if size > budget
        && max_source == MaxSource::Full
        && let Some(definition) = file.module.definitions.get(index)
        && let Some(pieces) = elide(&file.source.text, definition, budget)
    {
        return pieces;
    }
    let mut pieces = Vec::new();
    let last = stretches.len().saturating_sub(1);
    for (at, range) in stretches.into_iter().enumerate() {
        if at == last {
            pieces.push(Piece::Source(range));
            continue;
        }
        let text = file.source.text.get(range.clone()).unwrap_or_default();
        let end = range.start + text.trim_end().len();
        pieces.push(Piece::Source(range.start..end));
        let note = " ...\n".to_owned();
        pieces.push(Piece::LeftOut { note, lines: 0 });
    }
    pieces
}

/// How far a definition's header is indented.
fn margin(file: &AnalyzedFile, index: usize) -> usize {
    let definition = file.module.definitions.get(index);
    let start = definition.map_or(0, |definition| definition.range.start);
    start - line_start(&file.source.text, start)
}

/// The lines of a source without the margin; the first one starts at the definition itself, so that its
/// margin is off.
fn dedented(source: &str, margin: usize) -> String {
    let mut dedented = String::with_capacity(source.len());
    for (index, line) in source.split_inclusive(['\n', '\r']).enumerate() {
        let code = line.trim_start_matches([' ', '\t']);
        let blanks = line.len() - code.len();
        let off = if index == 0 { 0 } else { margin.min(blanks) };
        dedented.push_str(line.get(off..).unwrap_or_default());
    }
    dedented
}

/// The stretches of the text that a prompt shows of a definition, in order; between two of them
/// something is left out.
fn stretches(file: &AnalyzedFile, index: usize, max_source: MaxSource) -> Vec<ByteRange> {
    let Some(definition) = file.module.definitions.get(index) else {
        return Vec::new();
    };
    match max_source {
        MaxSource::None => Vec::new(),
        MaxSource::Signature => headers(file, index, definition),
        MaxSource::Full if definition.is_function() => vec![definition.range.clone()],
        MaxSource::Full => own_statements(file, index, definition),
    }
}

/// A class or module with the bodies of what it defines left out.
fn own_statements(file: &AnalyzedFile, index: usize, definition: &Definition) -> Vec<ByteRange> {
    let mut stretches = Vec::new();
    let mut position = definition.range.start;
    for child in children(file, index) {
        let keeps_body = child.kind == Kind::NestedClass && child.lines < 4;
        if child.range.start < position || keeps_body {
            continue;
        }
        stretches.push(position..header_end(child));
        position = child.range.end;
    }
    stretches.push(position..definition.range.end);
    stretches
}

/// The header of a definition, those of what a class or module holds, and the docstrings of all
/// these. An empty stretch stands last, so that something is left out after each header.
fn headers(file: &AnalyzedFile, index: usize, definition: &Definition) -> Vec<ByteRange> {
    let mut stretches = Vec::new();
    let mut add = |one: &Definition| {
        if !is_module(one) {
            // The first line of a source has no margin.
            let is_own = one.range == definition.range;
            let start = one.range.start;
            let start = if is_own {
                start
            } else {
                line_start(&file.source.text, start)
            };
            stretches.push(start..header_end(one));
        }
        stretches.extend(one.docstring.as_ref().map(|docstring| {
            line_start(&file.source.text, docstring.range.start)..docstring.range.end
        }));
    };
    add(definition);
    if !definition.is_function() {
        children(file, index).for_each(add);
    }
    let end = definition.range.end;
    stretches.push(end..end);
    stretches
}

fn children(file: &AnalyzedFile, index: usize) -> impl Iterator<Item = &Definition> {
    let definitions = file.module.definitions.iter();
    definitions.filter(move |child| child.parent == Some(index))
}

pub(super) fn is_module(definition: &Definition) -> bool {
    matches!(definition.kind, Kind::Module | Kind::Package)
}

fn header_end(definition: &Definition) -> usize {
    match &definition.placement {
        Placement::Lines { at, .. } => *at,
        Placement::OpenSuite { gap, .. } => gap.start,
    }
}

/// Where the indentation before an offset begins, if nothing else stands before it.
fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.trim_end_matches([' ', '\t']).len()
}

/// Headers made of names and annotations alone; a function's own, or those of what a class or
/// module holds.
fn names_only(file: &AnalyzedFile, index: usize) -> String {
    let Some(definition) = file.module.definitions.get(index) else {
        return String::new();
    };
    let mut source = String::new();
    let mut add = |margin: &str, one: &Definition| {
        source.push_str(margin);
        source.push_str(&header(one));
        source.push('\n');
    };
    let margin = if is_module(definition) {
        ""
    } else {
        add("", definition);
        "    "
    };
    if !definition.is_function() {
        children(file, index).for_each(|child| add(margin, child));
    }
    // An annotation may hold a literal.
    let masks = Masks::find(&source);
    masks.shown(&source, 0..source.len()).into_owned()
}

/// A header on one line, such as a project keeps, without what [`MaxSource::None`] withholds; `None` if
/// it cannot be taken apart.
pub(super) fn without_defaults(written: &str) -> Option<String> {
    let code = format!("{written}: ...\n");
    let tree = python::parse(&code).ok()?;
    let role = FileRole {
        name: String::new(),
        is_package: false,
        is_private: false,
    };
    let module = python::analyze(&tree, &code, &role);
    let bare = header(module.definitions.get(1)?);
    Some(bare.trim_end_matches(": ...").to_owned())
}

/// A definition's header without defaults, decorators and comments, on one line.
fn header(definition: &Definition) -> String {
    let name = &definition.name;
    let Some(signature) = &definition.signature else {
        return format!("class {name}: ...");
    };
    let mut parameters: Vec<String> = Vec::new();
    let mut before = None;
    let mut is_keyword_only = false;
    for parameter in &signature.parameters {
        let kind = parameter.kind;
        if before == Some(ParameterKind::PositionalOnly) && kind != ParameterKind::PositionalOnly {
            parameters.push("/".to_owned());
        }
        if kind == ParameterKind::KeywordOnly && !is_keyword_only {
            parameters.push("*".to_owned());
        }
        is_keyword_only |= matches!(
            kind,
            ParameterKind::KeywordOnly | ParameterKind::VarPositional
        );
        let annotation = parameter.annotation.as_deref().map(one_line);
        parameters.push(match annotation {
            Some(annotation) => format!("{}: {annotation}", parameter.starred_name()),
            None => parameter.starred_name(),
        });
        before = Some(kind);
    }
    if before == Some(ParameterKind::PositionalOnly) {
        parameters.push("/".to_owned());
    }
    let asynchronous = if definition.is_async { "async " } else { "" };
    let returns = signature.returns.as_deref().map(one_line);
    let returns = returns.map_or_else(String::new, |returns| format!(" -> {returns}"));
    format!(
        "{asynchronous}def {name}({}){returns}: ...",
        parameters.join(", ")
    )
}

/// An annotation over several lines on one; comments in it are dropped.
fn one_line(annotation: &str) -> String {
    let lines = annotation.lines().map(|line| {
        let code = if annotation.contains('\n') {
            line.split(" #").next()
        } else {
            None
        };
        code.unwrap_or(line).trim()
    });
    lines.collect::<Vec<_>>().join(" ")
}
