//! What must hold when any words go into any file: the property tests, the regression tests and the
//! fuzz target `splice` check the same.

mod second_parser;

use std::ops::Range;
use std::path::{Path, PathBuf};

use docgen::config::Style;
use docgen::docstring::{Docstring, Entry, clean, cleandoc, render};
use docgen::python::{Definition, FileRole, Module, analyze, parse};
use docgen::rewrite::{Edit, Meant, NewDocstring, apply, prove, rewrite, splice};
use docgen::source::{FileName, SourceFile};

/// A file that docgen can read.
#[derive(Debug)]
pub(crate) struct File {
    source: SourceFile,
    module: Module,
}

/// Words for a docstring, and where they may go.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    /// Anything at all.
    pub(crate) text: String,
    /// They go in the place of a docstring that is there, too.
    pub(crate) replaces: bool,
}

impl Words {
    /// The words in `bytes`; an equals sign before them says that they replace, too.
    fn from_bytes(bytes: &[u8]) -> Self {
        let (replaces, text) = match bytes.strip_prefix(b"=") {
            Some(text) => (true, text),
            None => (false, bytes),
        };
        Self {
            text: String::from_utf8_lossy(text).into_owned(),
            replaces,
        }
    }
}

/// A file and words, divided by NUL bytes, which no file can hold: so a Python file is an input as
/// it is, and every input can be read.
pub(crate) fn divided(input: &[u8]) -> (&[u8], Vec<Words>) {
    let mut parts = input.split(|&byte| byte == 0);
    let file = parts.next().unwrap_or_default();
    let mut words: Vec<Words> = parts.map(Words::from_bytes).collect();
    if words.is_empty() {
        words.push(Words::from_bytes(b"=Do it."));
    }
    (file, words)
}

impl File {
    /// Reads `bytes` as docgen reads a file; the error says what is wrong with them.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let name = FileName::new(Path::new("module.py"), Path::new(""));
        let source = SourceFile::from_bytes(&PathBuf::from("module.py"), name, bytes.to_vec())
            .map_err(|error| error.to_string())?;
        let tree = parse(&source.text).map_err(|error| format!("{error}\n{}", source.text))?;
        let role = FileRole {
            name: "module".to_owned(),
            is_package: false,
            is_private: false,
        };
        let module = analyze(&tree, &source.text, &role);
        Ok(Self { source, module })
    }
}

/// Puts `words`, of which there is at least one, in turn into the definitions of `file`, and checks that nothing else changes and
/// that Python reads what is meant.
pub(crate) fn check(file: &File, words: &[Words]) -> Result<(), String> {
    let File { source, module } = file;
    let docstrings = docstrings_for(module, words);
    let rewritten = rewrite(source, module, &docstrings);
    let fail = |what: &str| {
        let (old, new) = (&source.text, &rewritten.text);
        Err(format!(
            "{what}\n--- of\n{old}\n--- to\n{new}\n---\n{old:?}\n{new:?}"
        ))
    };
    let mut edits: Vec<Edit> = Vec::new();
    for one in &docstrings {
        let definition = &module.definitions[one.definition];
        let parts = splice(source, definition, &one.text);
        if let Some(edit) = parts
            .iter()
            .find(|edit| !touches_only_docstring(source, definition, edit))
        {
            return fail(&format!("{edit:?} touches more than a docstring"));
        }
        edits.extend(parts);
    }
    // A module's docstring may go where the first definition begins: it stands before that.
    edits.sort_by_key(|edit| edit.range.start);
    let applied = apply(&source.text, &edits);
    if !rewritten.dropped.is_empty() {
        return fail(&format!("dropped: {:?}\nof {applied:?}", rewritten.dropped));
    }
    if rewritten.text != applied {
        return fail(&format!("the edits give {applied:?}"));
    }
    let meant: Vec<(usize, &str)> = docstrings
        .iter()
        .map(|one| (one.definition, one.text.as_str()))
        .collect();
    let proven: Vec<(usize, Meant<'_>)> = meant
        .iter()
        .map(|(definition, text)| (*definition, Meant::Text(text)))
        .collect();
    if let Err(flaw) = prove(source, module, &rewritten.text, &proven) {
        return fail(&flaw.to_string());
    }
    // From the bytes that would be written, as the next run reads them.
    let again = match File::read(&rewritten.bytes) {
        Ok(again) => again,
        Err(error) => return fail(&format!("the new bytes cannot be read: {error}")),
    };
    if again.source.text != rewritten.text {
        return fail("the new bytes are another text");
    }
    if names(module) != names(&again.module) {
        return fail("the definitions are others");
    }
    for (index, (old, new)) in module
        .definitions
        .iter()
        .zip(&again.module.definitions)
        .enumerate()
    {
        let now = new.docstring.as_ref().map(|one| one.value.as_str());
        let is_right = match meant.iter().find(|(changed, _)| *changed == index) {
            Some((_, text)) => now.is_some_and(|value| reads_as(value, text)),
            None => now.is_some() && now == old.docstring.as_ref().map(|one| one.value.as_str()),
        };
        if !is_right {
            return fail(&format!("`{}` has {now:?}", new.qualified_name));
        }
    }
    let twice = rewrite(&again.source, &again.module, &docstrings);
    if !twice.dropped.is_empty() || twice.bytes != rewritten.bytes {
        return fail(&format!("writing the same again gives {:?}", twice.text));
    }
    second_opinion(file, &rewritten.text, &meant).or_else(|what| fail(&what))
}

/// Whether nothing goes but the docstring that is there, or a string of it, and blanks and joined
/// lines before it.
fn touches_only_docstring(source: &SourceFile, definition: &Definition, edit: &Edit) -> bool {
    let end = edit.range.end;
    let docstring = definition.docstring.as_ref();
    let whole = docstring.map_or(end..end, |one| one.range.clone());
    let parts = docstring.map_or(&[][..], |one| &one.parts);
    let blanks = [' ', '\t', '\r', '\n'];
    let taken = source
        .text
        .get(edit.range.clone())
        .map(|text| text.trim_matches(blanks));
    let is_part = |part: &Range<usize>| source.text.get(part.clone()) == taken;
    if edit.content.is_empty() && parts.iter().any(is_part) {
        return true;
    }
    let kept = |from: usize, to: usize| {
        let text = source.text.get(from..to);
        let text = text.map(|text| text.trim_matches([' ', '\t', '\x0c', '\r', '\n', '\\']));
        text.is_some_and(|text| edit.content.contains(text))
    };
    let ends_with_a_string = whole.end == end || parts.iter().any(|part| part.end == end);
    kept(edit.range.start, whole.start.min(end)) && (ends_with_a_string || kept(whole.end, end))
}

/// What another parser has to say of the change.
fn second_opinion(file: &File, text: &str, meant: &[(usize, &str)]) -> Result<(), String> {
    let Some(before) = second_parser::definitions(&file.source.text) else {
        return Ok(());
    };
    let Some(after) = second_parser::definitions(text) else {
        return Err("the second parser no longer reads it".to_owned());
    };
    let definitions = &file.module.definitions;
    if (before.len(), after.len()) != (definitions.len(), definitions.len()) {
        return Err(format!("the second parser sees {before:?}, then {after:?}"));
    }
    for (index, (before, after)) in before.iter().zip(&after).enumerate() {
        let reads_right = match meant.iter().find(|(changed, _)| *changed == index) {
            Some((_, text)) => after
                .docstring
                .as_ref()
                .is_some_and(|value| reads_as(value, text)),
            None => before.docstring == after.docstring,
        };
        let is_same = (&before.name, before.statements) == (&after.name, after.statements);
        // The other parser leaves names beyond ASCII unnormalised.
        let name = &definitions[index].name;
        let is_named = index == 0 || !after.name.is_ascii() || after.name == *name;
        if !reads_right || !is_same || !is_named {
            return Err(format!("the second parser sees {before:?}, then {after:?}"));
        }
    }
    Ok(())
}

/// Whether Python gives `text` for a docstring of this value, whatever its version.
fn reads_as(value: &str, text: &str) -> bool {
    cleandoc(value) == text && cleandoc_of_newer_python(value) == text
}

/// `inspect.cleandoc` since Python 3.13, where only blanks count as indentation.
fn cleandoc_of_newer_python(value: &str) -> String {
    let expanded: Vec<String> = value
        .split('\n')
        .map(|line| line.replace('\t', "        "))
        .collect();
    let is_text = |line: &&String| !line.trim_start_matches(' ').is_empty();
    let indent = |line: &String| line.len() - line.trim_start_matches(' ').len();
    let margin = expanded
        .iter()
        .skip(1)
        .filter(is_text)
        .map(indent)
        .min()
        .unwrap_or(0);
    let cut = |(index, line): (usize, &String)| match index {
        0 => line.trim_start_matches(' ').to_owned(),
        _ => line.get(margin..).unwrap_or_default().to_owned(),
    };
    let lines: Vec<String> = expanded.iter().enumerate().map(cut).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn names(module: &Module) -> Vec<&str> {
    let definitions = module.definitions.iter();
    definitions.map(|one| one.qualified_name.as_str()).collect()
}

/// A docstring for every definition that has none, and for some that have one.
fn docstrings_for(module: &Module, words: &[Words]) -> Vec<NewDocstring> {
    let mut docstrings = Vec::new();
    for (index, definition) in module.definitions.iter().enumerate() {
        let (one, next) = (
            &words[index % words.len()],
            &words[(index + 1) % words.len()],
        );
        if definition.docstring.is_none() || one.replaces {
            docstrings.push(NewDocstring {
                definition: index,
                text: text_for(definition, &one.text, &next.text, index),
                mended: None,
            });
        }
    }
    docstrings
}

/// The words as a model's reply is rendered, or as they come.
fn text_for(definition: &Definition, words: &str, more: &str, index: usize) -> String {
    let styles = [
        None,
        Some(Style::Google),
        Some(Style::Numpy),
        Some(Style::Sphinx),
    ];
    let Some(style) = styles[index % styles.len()] else {
        let text = cleandoc(&clean(words));
        return if text.is_empty() {
            "Do it.".to_owned()
        } else {
            text
        };
    };
    let docstring = Docstring {
        summary: one_line(words),
        description: Some(clean(more)).filter(|text| !text.trim().is_empty()),
        args: definition
            .documented_parameters()
            .map(|one| Entry {
                name: one.starred_name(),
                annotation: None,
                text: one_line(more),
            })
            .collect(),
        ..Docstring::default()
    };
    render(&docstring, style, 70)
}

/// The words as a summary; there is always one.
pub(crate) fn one_line(words: &str) -> String {
    let line = clean(words)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if line.is_empty() {
        "Do it.".to_owned()
    } else {
        line
    }
}
