//! The checks of a draft: its facts against the code, its words against what may stand in a file.

use super::fact::{Facts, RaiseFact};
use super::fault::{Fault, FaultKind};
use super::frame::Frame;
use super::known::Unknown;
use super::markup::holds_markup;
use super::reply::{Draft, ExampleText, NamedText};
use super::told_default::{self, Named};
use super::{told_example, told_raise, told_type, told_unit};
use crate::docstring::{Docstring, holds_structure, misread_value};
use crate::python::Definition;

/// Longest text of one field; anything longer is a model that ran on.
const MAX_FIELD_CHARS: usize = 4_000;

/// The faults found so far in one draft.
pub(super) struct Faults<'f, 's> {
    list: Vec<Fault>,
    frame: &'f Frame<'s>,
    facts: &'f Facts<'f>,
}

impl<'f, 's> Faults<'f, 's> {
    pub(super) fn new(facts: &'f Facts<'f>, frame: &'f Frame<'s>) -> Self {
        Self {
            list: Vec::new(),
            frame,
            facts,
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
        if says_return(summary, definition) {
            let message = "says that a value is returned, but the code returns none";
            self.add("summary", FaultKind::Returns, message);
        }
        self.check_free_text("summary", summary);
    }

    /// Prose that is about the definition as a whole.
    pub(super) fn check_free_text(&mut self, path: &str, text: &str) {
        self.check_prose(path, text);
        self.check_told(path, text);
    }

    /// Free text must be neither markup, nor a placeholder, nor something that a reader of
    /// docstrings would take for structure.
    fn check_prose(&mut self, path: &str, text: &str) {
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
        if let Some(markup) = holds_markup(text) {
            let message = format!("holds markup at `{markup}`; write plain prose");
            self.add(path, FaultKind::Structure, message);
        } else if let Some(line) = holds_structure(text, self.frame.width) {
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
        if let Some(unknown) = self.frame.unknown_in(text) {
            let message = match unknown {
                Unknown::Unpaired => "has a backtick without a partner".to_owned(),
                Unknown::Name(name) => format!("names `{name}`, which does not exist here"),
                Unknown::Literal(text) => format!("quotes `{text}`, which the file does not hold"),
            };
            self.add(path, FaultKind::UnknownName, message);
        }
    }

    /// What prose says of defaults, units and exceptions must be true of something in the definition.
    fn check_told(&mut self, path: &str, text: &str) {
        let facts = self.facts;
        let parameters = facts.parameters.iter().map(|one| Named::from(*one));
        let attributes = facts.attributes.iter().map(|one| Named::from(*one));
        let all: Vec<Named<'_>> = parameters.chain(attributes).collect();
        if let Some(message) = told_default::of_any(text, &all, self.frame) {
            self.add(path, FaultKind::Default, message);
        }
        if let Some(message) = told_unit::of_any(text, self.frame) {
            self.add(path, FaultKind::Unit, message);
        }
        self.check_told_raises(path, text);
    }

    /// Prose about a function must not have it raise what it does not raise.
    fn check_told_raises(&mut self, path: &str, text: &str) {
        if !self.facts.is_function {
            return;
        }
        let untrue = told_raise::told(text)
            .into_iter()
            .find(|exception| !self.facts.can_raise(exception, self.frame));
        if let Some(exception) = untrue {
            let message = format!("says that `{exception}` is raised, which the code does not do");
            self.add(path, FaultKind::Raises, message);
        }
    }

    pub(super) fn check_examples(&mut self, examples: &[ExampleText], definition: &Definition) {
        for (index, one) in examples.iter().enumerate() {
            let path = format!("examples[{index}]");
            if let Some(words) = &one.description {
                self.check_free_text(&format!("{path}.description"), words);
            }
            if let Some(message) = told_example::fault(one, definition, self.frame) {
                self.add(&format!("{path}.code"), FaultKind::Example, message);
            }
        }
    }

    pub(super) fn check_names(
        &mut self,
        (path, kind): (&str, FaultKind),
        what: &str,
        given: &[NamedText],
        wanted: &[Named<'_>],
    ) {
        for (index, one) in given.iter().enumerate() {
            let name = &one.name;
            let named = wanted.iter().find(|named| named.name == name);
            let at_name = format!("{path}[{index}].name");
            if given[..index].iter().any(|earlier| earlier.name == *name) {
                self.add(&at_name, kind, format!("`{name}` is described twice"));
            } else if let Some(named) = named {
                let path = format!("{path}[{index}].description");
                self.check_about(&path, &one.description, *named);
            } else {
                let message = format!("`{name}` is no {what}; leave it out");
                self.add(&at_name, kind, message);
            }
        }
        for Named { name, .. } in wanted {
            if given.iter().all(|one| one.name != *name) {
                self.add(path, kind, format!("`{name}` is not described"));
            }
        }
    }

    /// Words about one parameter, attribute or value.
    fn check_about(&mut self, path: &str, text: &str, named: Named<'_>) {
        self.check_words(path, text);
        if let Some(message) = told_default::of_one(text, named, self.frame) {
            self.add(path, FaultKind::Default, message);
        }
        if let Some(message) = told_unit::of_one(text, named, self.frame) {
            self.add(path, FaultKind::Unit, message);
        }
        if let Some(message) = told_type::of_one(text, named.annotation) {
            self.add(path, FaultKind::Type, message);
        }
        self.check_told_raises(path, text);
    }

    /// Words about what comes back, if anything does; `annotation` is its type.
    pub(super) fn check_value(
        &mut self,
        (path, kind): (&str, FaultKind),
        text: Option<&str>,
        wanted: bool,
        annotation: Option<&str>,
    ) {
        let what = match kind {
            FaultKind::Yields => "yield",
            _ => "return a value",
        };
        match (text, wanted) {
            (Some(text), true) => {
                let value = Named {
                    name: self.facts.name,
                    annotation,
                    default: None,
                    is_open: true,
                };
                self.check_about(path, text, value);
                if let Some(message) = told_type::of_returned(text, annotation) {
                    self.add(path, FaultKind::Type, message);
                }
                if let Some(part) = misread_value(text) {
                    let message = format!("`{part}` before the colon reads as a type; reword it");
                    self.add(path, FaultKind::Structure, message);
                }
                // The annotation says the type already.
                if annotation.is_some_and(|one| squashed(text) == squashed(one)) {
                    let message = "only repeats the type; say what it is";
                    self.add(path, FaultKind::SaysNothing, message);
                }
            }
            (None, true) => {
                let message = format!("is null, but the code does {what}; describe it");
                self.add(path, kind, message);
            }
            (Some(_), false) => {
                let message = format!("is given, but the code does not {what}; set it to null");
                self.add(path, kind, message);
            }
            (None, false) => {}
        }
    }

    pub(super) fn check_raises(&mut self, draft: &Draft) {
        let facts = self.facts;
        for (index, one) in draft.raises.iter().enumerate() {
            let is_raised = facts.has_raise(&one.exception);
            if is_raised || facts.is_passed_on(&one.exception) {
                let path = format!("raises[{index}].description");
                self.check_words(&path, &one.description);
                self.check_told(&path, &one.description);
            } else {
                let message = format!("the code does not raise `{}`; leave it out", one.exception);
                self.add(
                    &format!("raises[{index}].exception"),
                    FaultKind::Raises,
                    message,
                );
            }
        }
        for RaiseFact {
            exception: name, ..
        } in &facts.raises
        {
            let mut described = draft.raises.iter();
            if !described.any(|one| same_exception(&one.exception, name)) {
                let message = format!("`{name}` is raised, but not described");
                self.add("raises", FaultKind::Raises, message);
            }
        }
    }

    /// Words that must be there.
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

/// Whether the summary begins with «Return» where the code can be seen to return nothing.
fn says_return(summary: &str, definition: &Definition) -> bool {
    let says = summary.starts_with("Return ") || summary.starts_with("Yield ");
    let gives = definition.returns_value() || definition.yields() || definition.is_property();
    let is_open = definition.facts.is_stub || definition.is_abstract() || definition.is_magic();
    let has_raise = definition.raised().next().is_some();
    says && definition.is_function() && !gives && !is_open && !has_raise
}

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
