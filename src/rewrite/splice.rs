//! New docstrings to a file's new bytes, proven.

use super::edit::{Edit, apply};
use super::harmless::harmless;
use super::prove::{Flaw, Meant, prove};
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
    /// The literal that the old one becomes, where it is only mended.
    pub mended: Option<Mended>,
}

/// An old docstring's literal after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The literal and where the old one stands.
    pub edit: Edit,
    /// What Python has to read, to the letter.
    pub value: String,
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
    let literal = |newline: Newline, indent: &str| {
        let can_encode = |c| source.encoding.can_encode(c);
        to_literal(text, indent, newline.as_str(), can_encode)
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
    literal: impl Fn(Newline, &str) -> String,
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
                content: format!("{before}{indent}{}{end}{after}", literal(newline, indent)),
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
                content: format!(
                    "{end}{indent}{}{end}{after}{indent}",
                    literal(newline, indent)
                ),
            }
        }
    }
}

/// The edits that put a docstring in the place of the one that is there. Brackets around it stay.
fn replacement(
    source: &SourceFile,
    definition: &Definition,
    existing: &ExistingDocstring,
    literal: impl Fn(Newline, &str) -> String,
) -> Vec<Edit> {
    let newline = Newline::near(&source.text, existing.range.start);
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
        Placement::Lines { indent, .. } => {
            // Within brackets it may stand deeper than its body.
            let indent = blanks_before(&source.text, first.start).unwrap_or(indent);
            (existing.range.start, literal(newline, indent))
        }
        Placement::OpenSuite { gap, indent, .. } => {
            let opening = source.text.get(gap.end..first.start).unwrap_or_default();
            let content = format!("{}{indent}{opening}", newline.as_str());
            (gap.start, content + &literal(newline, indent))
        }
    };
    let removed = rest.iter().map(|part| Edit {
        range: with_blanks(&source.text, part),
        content: String::new(),
    });
    let edit = Edit {
        range: start..end,
        content,
    };
    std::iter::once(edit).chain(removed).collect()
}

/// The blanks between the start of the line and `at`, if there is nothing else.
fn blanks_before(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    let line = &before[before.rfind(['\n', '\r']).map_or(0, |end| end + 1)..];
    line.trim_matches([' ', '\t']).is_empty().then_some(line)
}

/// A string with its whole line where nothing else stands there, with the blanks after it otherwise.
fn with_blanks(text: &str, part: &ByteRange) -> ByteRange {
    let after = text.get(part.end..).unwrap_or_default();
    let rest = after.trim_start_matches([' ', '\t']);
    let end = text.len() - rest.len();
    match blanks_before(text, part.start) {
        Some(blanks) if rest.starts_with("\r\n") => part.start - blanks.len()..end + 2,
        Some(blanks) if rest.starts_with(['\n', '\r']) => part.start - blanks.len()..end + 1,
        _ => part.start..end,
    }
}

/// Puts the docstrings into the file and proves that nothing else changed. What cannot be proven
/// is dropped, definition by definition; the rest is kept.
#[must_use]
pub fn rewrite(source: &SourceFile, module: &Module, docstrings: &[NewDocstring]) -> Rewritten {
    let mut spliced: Vec<Spliced<'_>> = docstrings
        .iter()
        .filter_map(|docstring| {
            let definition = module.definitions.get(docstring.definition)?;
            let edits = match &docstring.mended {
                Some(mended) => vec![mended.edit.clone()],
                None => splice(source, definition, &docstring.text),
            };
            Some(Spliced { docstring, edits })
        })
        .collect();
    spliced.sort_by_key(|one| (one.start(), one.docstring.definition));
    let harmless = harmless(&spliced, |some| prove_all(source, module, some));
    let text = apply(&source.text, edits_of(&harmless.kept));
    let bytes = source
        .encoding
        .encode(&text)
        .unwrap_or_else(|_| source.bytes.clone());
    let dropped = harmless.dropped.into_iter();
    Rewritten {
        text,
        bytes,
        dropped: dropped
            .map(|(one, flaw)| (one.docstring.definition, flaw))
            .collect(),
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

fn prove_all(source: &SourceFile, module: &Module, spliced: &[&Spliced<'_>]) -> Result<(), Flaw> {
    let text = apply(&source.text, edits_of(spliced));
    let meant: Vec<(usize, Meant<'_>)> = spliced
        .iter()
        .map(|one| {
            let meant = match &one.docstring.mended {
                Some(mended) => Meant::Value(&mended.value),
                None => Meant::Text(&one.docstring.text),
            };
            (one.docstring.definition, meant)
        })
        .collect();
    prove(source, module, &text, &meant)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::python::{FileRole, analyze, parse};
    use crate::source::FileName;

    fn file(text: &str) -> (SourceFile, Module) {
        let name = FileName::new(Path::new("a.py"), Path::new(""));
        let source = SourceFile::from_bytes(Path::new("a.py"), name, text.into()).unwrap();
        let role = FileRole {
            name: "a".to_owned(),
            is_package: false,
            is_private: false,
        };
        let module = analyze(&parse(text).unwrap(), text, &role);
        (source, module)
    }

    #[test]
    fn of_many_definitions_only_the_one_at_fault_is_dropped() {
        const COUNT: usize = 1_000;
        let text = "def f(): pass\n".repeat(COUNT);
        let (source, module) = file(&text);
        let docstrings: Vec<NewDocstring> = (1..=COUNT)
            .map(|definition| NewDocstring {
                definition,
                text: "Do it.".to_owned(),
                mended: None,
            })
            .collect();
        for broken in ["\n    (\n    ", "\n    x = 1\n    ", "\n    'Do.'\n    "] {
            let mut spliced: Vec<Spliced<'_>> = docstrings
                .iter()
                .map(|docstring| Spliced {
                    docstring,
                    edits: splice(&source, &module.definitions[docstring.definition], "Do it."),
                })
                .collect();
            broken.clone_into(&mut spliced[699].edits[0].content);
            let mut proofs = 0;
            let harmless = harmless(&spliced, |some| {
                proofs += 1;
                prove_all(&source, &module, some)
            });
            let dropped: Vec<usize> = harmless
                .dropped
                .iter()
                .map(|(one, _)| one.docstring.definition)
                .collect();
            assert_eq!(dropped, [700], "{broken:?}");
            assert_eq!(harmless.kept.len(), COUNT - 1);
            assert!(proofs <= 22, "{proofs} proofs");
        }
    }

    #[test]
    fn a_docstring_that_cannot_be_is_dropped_and_the_rest_is_written() {
        let (source, module) = file("def f(): pass\ndef g(): pass\n");
        let meant = |definition, text: &str| NewDocstring {
            definition,
            text: text.to_owned(),
            mended: None,
        };
        // Python takes a margin off, so this text can never be read back.
        let rewritten = rewrite(
            &source,
            &module,
            &[meant(1, "A.\n    B."), meant(2, "Do it.")],
        );
        assert_eq!(rewritten.dropped, [(1, Flaw::ReadBack("f".to_owned()))]);
        assert_eq!(
            rewritten.text,
            "def f(): pass\ndef g():\n    \"\"\"Do it.\"\"\"\n    pass\n"
        );
        assert_eq!(rewritten.bytes, rewritten.text.as_bytes());
    }
}
