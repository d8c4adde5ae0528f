//! The proof that only docstrings changed, on the very text that will be written.

use std::collections::HashMap;

use crate::docstring::cleandoc;
use crate::python::{self, Module, SyntaxTree};
use crate::source::{SourceFile, decode};

/// What the proof found: each is a fault of docgen, never of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The new text is not valid Python.
    #[error("the new text does not parse: {0}")]
    Syntax(String),
    /// The new text cannot be stored in the file's encoding and read back.
    #[error("the new text cannot be stored in the file's encoding")]
    Encoding,
    /// Something besides docstrings is different.
    #[error("the syntax tree without docstrings is not what it was")]
    Tree,
    /// A comment or token outside of docstrings is different.
    #[error("a token or comment outside of docstrings is not what it was")]
    Tokens,
    /// Python would read another text than the one meant.
    #[error("the docstring of `{0}` does not read back as it was meant")]
    ReadBack(String),
}

/// What Python must read.
#[derive(Debug, Clone, Copy)]
pub enum Meant<'m> {
    /// A text, as `inspect.cleandoc` gives it.
    Text(&'m str),
    /// A value, to the letter.
    Value(&'m str),
    /// No docstring.
    Nothing,
}

/// Proves that `text` is the file's text with the docstrings in `meant` (a definition's position
/// and what Python must read) and no other change.
pub fn prove(
    source: &SourceFile,
    module: &Module,
    text: &str,
    meant: &[(usize, Meant<'_>)],
) -> Result<(), Flaw> {
    let bytes = source.encoding.encode(text).map_err(|_| Flaw::Encoding)?;
    let (read_back, encoding) = decode(&bytes).map_err(|_| Flaw::Encoding)?;
    if read_back != text || encoding != source.encoding {
        return Err(Flaw::Encoding);
    }
    let parse = |text: &str| python::parse(text).map_err(|error| Flaw::Syntax(error.to_string()));
    let (before, after) = (parse(&source.text)?, parse(text)?);
    if !SyntaxTree::equal_without_docstrings(&before, &after) {
        return Err(Flaw::Tree);
    }
    if !SyntaxTree::same_tokens_outside_docstrings((&before, &source.text), (&after, text)) {
        return Err(Flaw::Tokens);
    }
    let docstrings = after.docstrings(text);
    if docstrings.len() != module.definitions.len() {
        return Err(Flaw::Tree);
    }
    let meant: HashMap<usize, Meant<'_>> = meant.iter().copied().collect();
    for (index, (definition, now)) in module.definitions.iter().zip(&docstrings).enumerate() {
        let reads_right = match meant.get(&index) {
            Some(Meant::Text(wanted)) => now
                .as_deref()
                .is_some_and(|value| cleandoc(value) == *wanted),
            Some(Meant::Nothing) => now.is_none(),
            Some(Meant::Value(wanted)) => now.as_deref() == Some(*wanted),
            None => definition.docstring.as_ref().map(|old| &old.value) == now.as_ref(),
        };
        if !reads_right {
            return Err(Flaw::ReadBack(definition.qualified_name.clone()));
        }
    }
    Ok(())
}
