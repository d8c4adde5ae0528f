//! What the services are asked about a definition that is to be documented.

use std::fmt::Write as _;

use super::document::{Traits, group_of, header, search_text, without_secrets_of_code};
use super::{Voice, path_from};
use crate::config::MaxSource;
use crate::generate::select::{AnalyzedFile, Target, is_test};
use crate::python::Definition;

/// What is asked about one definition.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its file's path from the project's root.
    pub(super) path: String,
    /// Its name there.
    pub(super) name: String,
    /// What its examples are among.
    pub(super) group: &'static str,
    /// What its docstring should have.
    pub(super) wanted: Traits,
    /// The words that it is made of.
    pub(super) words: String,
    /// It in a few lines, its secrets masked.
    pub(super) text: String,
}

impl Voice {
    /// What to ask the services about definitions of a file; nothing where no line of source may be
    /// shown. Run it on a thread with [`crate::python::STACK_BYTES`] of stack.
    #[must_use]
    pub fn questions(
        &self,
        file: &AnalyzedFile,
        targets: &[Target],
        max_source: MaxSource,
    ) -> Vec<Question> {
        if max_source == MaxSource::None {
            return Vec::new();
        }
        let is_of_tests = is_test(file.source.name.as_str());
        let path = path_from(&self.root, &file.source.path);
        let definitions = targets
            .iter()
            .filter_map(|target| file.module.definitions.get(target.definition));
        definitions
            .map(|definition| {
                let words = search_text(definition, file);
                Question {
                    path: path.clone(),
                    name: definition.qualified_name.clone(),
                    group: group_of(definition, is_of_tests),
                    wanted: Traits::wanted(definition),
                    text: described(definition, max_source),
                    words: match max_source {
                        MaxSource::Full => [words.name, words.identifiers, words.scope].join(" "),
                        // What a function calls is part of its body.
                        _ => [words.name, words.scope].join(" "),
                    },
                }
            })
            .collect()
    }
}

/// A definition as an embedding model is shown it: like a documented one, whose header and docstring
/// are.
fn described(definition: &Definition, max_source: MaxSource) -> String {
    let mut text = without_secrets_of_code(&header(definition));
    if !definition.qualified_name.is_empty() {
        text = format!("{}\n{text}", definition.qualified_name);
    }
    let mut list = |what: &str, names: Vec<&str>| {
        if !names.is_empty() {
            _ = write!(text, "\n{what} {}", names.join(", "));
        }
    };
    let raised = definition.raised().map(|raise| raise.exception.as_str());
    list("Raises", raised.collect());
    if max_source == MaxSource::Full {
        let calls = definition.facts.calls.iter().map(String::as_str);
        list("Calls", calls.take(12).collect());
    }
    text
}
