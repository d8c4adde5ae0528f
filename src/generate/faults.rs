//! The checks of a draft: its facts against the code, its words against what may stand in a file.

use super::fault::{Fault, FaultKind};
use super::frame::Frame;
use super::reply::{Draft, NamedText};
use crate::docstring::{Docstring, holds_structure, misread_value};
use crate::python::Definition;

/// Longest text of one field; anything longer is a model that ran on.
const MAX_FIELD_CHARS: usize = 4_000;

/// The faults found so far in one draft.
pub(super) struct Faults<'f, 's> {
    list: Vec<Fault>,
    frame: &'f Frame<'s>,
}

impl<'f, 's> Faults<'f, 's> {
    pub(super) fn new(frame: &'f Frame<'s>) -> Self {
        Self {
            list: Vec::new(),
            frame,
        }
    }

    fn add(&mut self, path: &str, kind: FaultKind, message: impl Into<String>) {
        self.list.push(Fault {
            path: path.to_owned(),
            kind,
            message: message.into(),
        });
    }

    pub(super) fn finish(
        self,
        docstring: impl FnOnce() -> Docstring,
    ) -> Result<Docstring, Vec<Fault>> {
        if self.list.is_empty() {
            Ok(docstring())
        } else {
            Err(self.list)
        }
    }

    pub(super) fn check_summary(&mut self, summary: &str, definition: &Definition) {
        if summary.trim_matches(['.', '…', ' ']).is_empty() {
            self.add("summary", FaultKind::Empty, "is empty; write one sentence");
            return;
        }
        let width = self.frame.summary_width();
        let length = summary.chars().count();
        if length > width {
            self.add(
                "summary",
                FaultKind::TooLong,
                format!("has {length} characters; at most {width} fit on its line"),
            );
        }
        let lower = summary.to_lowercase();
        if self.frame.is_english && FILLERS.iter().any(|filler| lower.starts_with(filler)) {
            self.add(
                "summary",
                FaultKind::SaysNothing,
                "begins with filler; begin with what the code does, in the imperative",
            );
        }
        let bare = summary
            .trim_end_matches('.')
            .trim_matches('`')
            .trim_end_matches("()");
        if definition.is_function() && bare == definition.name && definition.name.contains('_') {
            let message = "only repeats the name; say what the code does";
            self.add("summary", FaultKind::SaysNothing, message);
        }
        self.check_prose("summary", summary);
    }

    /// Free text must be neither markup, nor a placeholder, nor something that a reader of
    /// docstrings would take for structure.
    pub(super) fn check_prose(&mut self, path: &str, text: &str) {
        // Code in backticks is quoted, not said.
        let said: String = text.split('`').step_by(2).collect();
        let lower = said.to_lowercase();
        if text.chars().count() > MAX_FIELD_CHARS {
            let message = format!("is longer than {MAX_FIELD_CHARS} characters");
            self.add(path, FaultKind::TooLong, message);
        }
        if text.contains("```") || text.contains("\"\"\"") || text.contains("'''") {
            self.add(
                path,
                FaultKind::Structure,
                "holds a code fence or triple quotes; write plain prose",
            );
        }
        if text.contains(">>>") {
            let message = "holds a doctest; write no examples here";
            self.add(path, FaultKind::Structure, message);
        }
        if let Some(line) = holds_structure(text, self.frame.width) {
            self.add(
                path,
                FaultKind::Structure,
                format!("reads as a section, field or list at `{line}`; write plain prose"),
            );
        }
        // A name such as `internal_server_error` may well be put in words.
        let is_placeholder = |word: &&str| {
            lower.contains(*word) && !squashed(self.frame.source).contains(&squashed(word))
        };
        let is_note = ["TODO", "FIXME", "TBD"]
            .iter()
            .any(|mark| said.starts_with(mark) || said.contains(&format!("{mark}:")));
        if is_note || PLACEHOLDERS.iter().any(is_placeholder) {
            self.add(
                path,
                FaultKind::NotWords,
                "holds a placeholder, an apology or an error message; describe the code",
            );
        }
        if EXAMPLE_SENTENCES
            .iter()
            .any(|sentence| text.contains(sentence))
        {
            let message = "is copied from the example; describe this code";
            self.add(path, FaultKind::NotWords, message);
        }
        if let Some(name) = self.unknown_name(text) {
            self.add(
                path,
                FaultKind::UnknownName,
                format!("names `{name}`, which does not occur in this definition"),
            );
        }
    }

    /// A name in single backticks whose parts do not all occur in the file.
    fn unknown_name(&self, text: &str) -> Option<String> {
        let quoted = text.split('`').skip(1).step_by(2);
        quoted
            .filter(|name| !name.is_empty() && !name.contains(' '))
            .map(|name| name.trim_end_matches("()").trim_start_matches('*'))
            .find(|name| {
                let parts: Vec<&str> = name.split('.').collect();
                let is_name = |part: &&str| {
                    !part.starts_with(|c: char| c.is_ascii_digit())
                        && part.chars().all(|c| c.is_alphanumeric() || c == '_')
                        && !part.is_empty()
                };
                parts.iter().all(is_name)
                    && !parts
                        .iter()
                        .all(|part| BUILTINS.contains(part) || self.frame.knows(part))
            })
            .map(str::to_owned)
    }

    pub(super) fn check_names(
        &mut self,
        (path, kind): (&str, FaultKind),
        what: &str,
        named: &[NamedText],
        wanted: &[&str],
    ) {
        for (index, one) in named.iter().enumerate() {
            let name = &one.name;
            if !wanted.contains(&name.as_str()) {
                self.add(
                    &format!("{path}[{index}].name"),
                    kind,
                    format!("`{name}` is no {what}; leave it out"),
                );
            } else if named[..index].iter().any(|earlier| earlier.name == *name) {
                self.add(
                    &format!("{path}[{index}].name"),
                    kind,
                    format!("`{name}` is described twice"),
                );
            } else {
                self.check_words(&format!("{path}[{index}].description"), &one.description);
            }
        }
        for name in wanted {
            if named.iter().all(|one| one.name != *name) {
                self.add(path, kind, format!("`{name}` is not described"));
            }
        }
    }

    pub(super) fn check_presence(
        &mut self,
        (path, kind): (&str, FaultKind),
        text: Option<&str>,
        wanted: bool,
        what: &str,
    ) {
        match (text, wanted) {
            (Some(text), true) => {
                self.check_words(path, text);
                if let Some(part) = misread_value(text) {
                    self.add(
                        path,
                        FaultKind::Structure,
                        format!("`{part}` before the colon reads as a type; reword it"),
                    );
                }
            }
            (None, true) => self.add(
                path,
                kind,
                format!("is null, but the code does {what}; describe it"),
            ),
            (Some(_), false) => self.add(
                path,
                kind,
                format!("is given, but the code does not {what}; set it to null"),
            ),
            (None, false) => {}
        }
    }

    /// The annotation says the type already; a text that repeats it says nothing.
    pub(super) fn check_not_the_type(
        &mut self,
        path: &str,
        text: Option<&str>,
        definition: &Definition,
    ) {
        let signature = definition.signature.as_ref();
        let annotation = signature.and_then(|signature| signature.returns.as_deref());
        if let (Some(text), Some(annotation)) = (text, annotation)
            && squashed(text) == squashed(annotation)
        {
            let message = "only repeats the type; say what it is";
            self.add(path, FaultKind::SaysNothing, message);
        }
    }

    pub(super) fn check_raises(&mut self, draft: &Draft, definition: &Definition) {
        let raised: Vec<&str> = definition
            .raised()
            .map(|raise| raise.exception.as_str())
            .collect();
        for (index, one) in draft.raises.iter().enumerate() {
            let path = format!("raises[{index}]");
            if raised
                .iter()
                .any(|name| same_exception(name, &one.exception))
            {
                self.check_words(&format!("{path}.description"), &one.description);
            } else {
                let message = format!("the code does not raise `{}`; leave it out", one.exception);
                self.add(&format!("{path}.exception"), FaultKind::Raises, message);
            }
        }
        for name in raised {
            if !draft
                .raises
                .iter()
                .any(|one| same_exception(&one.exception, name))
            {
                let message = format!("`{name}` is raised, but not described");
                self.add("raises", FaultKind::Raises, message);
            }
        }
    }

    fn check_words(&mut self, path: &str, text: &str) {
        if text.trim_matches(['.', '…', ' ']).is_empty() {
            self.add(path, FaultKind::Empty, "is empty");
        }
        self.check_prose(path, text);
    }
}

/// Sentences of the example in the system message; a small model copies them to where they are not true.
pub(super) const EXAMPLE_SENTENCES: &[&str] = &[
    "Look up the value stored under a key.",
    "The key to look up.",
    "What to return when the key is missing.",
    "The stored value, or `default` when there is none.",
    "If the key is missing and no `default` is given.",
    "The share of look-ups that found an entry.",
    "It is 0 before the first look-up.",
    "A store of values that counts its look-ups.",
    "The most entries that are kept.",
    "Look-ups that found an entry.",
    "Hold an exclusive lock on a file.",
    "The lock ends with the block, however that is left.",
    "The file to lock; it is made if there is none.",
    "The open file, locked.",
];

/// Ways to begin that say nothing, in lower case.
const FILLERS: &[&str] = &[
    "this function",
    "this method",
    "this class",
    "this module",
    "this package",
    "this property",
    "this is",
    "this ",
    "a function for",
    "a method for",
    "a class for",
    "a class representing",
    "a module for",
    "class for",
    "class representing",
    "a function that",
    "a method that",
    "a class that",
    "function to",
    "function that",
    "method to",
    "method that",
    "function for",
    "method for",
    "module that",
    "the function ",
    "the method ",
    "helper function ",
    "a helper function",
    "utility function ",
    "used to ",
    "responsible for",
    "class to",
    "class that",
    "sure,",
    "sure!",
    "here is",
    "here's",
    "certainly",
    "of course",
    "docstring for",
];

/// What models and gateways write instead of words, in lower case; each counts only where the
/// file itself does not speak of it.
const PLACEHOLDERS: &[&str] = &[
    "lorem ipsum",
    "[insert",
    "<insert",
    "description here",
    "your code here",
    "as an ai",
    "ai language model",
    "i'm sorry",
    "i am sorry",
    "i cannot",
    "i can't assist",
    "i'm unable",
    "rate limit exceeded",
    "error 429",
    "error 500",
    "internal server error",
    "placeholder",
    "<masked",
    "here is the docstring",
    "no description",
];

/// Names in backticks that need not occur in the file: what every Python program has.
const BUILTINS: &[&str] = &[
    "None",
    "True",
    "False",
    "self",
    "cls",
    "int",
    "str",
    "float",
    "bool",
    "bytes",
    "list",
    "dict",
    "set",
    "tuple",
    "frozenset",
    "object",
    "type",
    "range",
    "len",
    "print",
    "repr",
    "iter",
    "next",
    "hash",
    "sorted",
    "Exception",
    "ValueError",
    "TypeError",
    "KeyError",
    "IndexError",
    "AttributeError",
    "RuntimeError",
    "StopIteration",
    "OSError",
    "NotImplementedError",
    "await",
    "async",
    "with",
    "for",
    "yield",
    "return",
    "raise",
    "import",
    "lambda",
    "in",
    "is",
    "not",
    "and",
    "or",
    "if",
    "else",
    "args",
    "kwargs",
];

/// Letters and digits only, in lower case.
fn squashed(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether two names mean one exception: equal, or equal in their last part.
pub(super) fn same_exception(left: &str, right: &str) -> bool {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    left == right || last(left) == last(right)
}
