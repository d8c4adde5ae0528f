//! A draft against the code: the facts it states must be those of the definition, and its words
//! must be fit to stand in a file.

use super::reply::{Draft, NamedText};
use super::select::is_shown_to_users;
use super::words::{capitalized, imperative};
use crate::config::{DocstringStyle, TypesInDocstring};
use crate::docstring::{Docstring, Entry, Value, clean, is_section_header};
use crate::python::{Attribute, Definition};

/// A fault of a reply: where in it, and what is wrong there, in words that the model can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}`: {message}")]
pub struct Fault {
    /// Where: `docstrings[2].args[0].name`.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// What a docstring has to fit into.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Columns that a line of the docstring may have, the code's indentation taken off.
    pub width: usize,
    /// Whether types are repeated.
    pub types: TypesInDocstring,
    /// The text of the definition's file; names in backticks must occur in it.
    pub source: &'a str,
}

impl<'a> Frame<'a> {
    /// The frame of a definition in a file with this text.
    #[must_use]
    pub fn new(definition: &Definition, source: &'a str, style: &DocstringStyle) -> Self {
        let indent = definition.placement.indent();
        let columns = indent.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum();
        Self {
            width: style
                .line_length
                .columns()
                .saturating_sub(columns)
                .max(MIN_WIDTH),
            types: style.types,
            source,
        }
    }

    /// Columns for a summary: it shares its line with the quotes at both ends.
    pub(super) fn summary_width(&self) -> usize {
        self.width.saturating_sub(6).max(24)
    }
}

/// Columns that a docstring gets however deep its code is nested.
const MIN_WIDTH: usize = 32;

/// Longest text of one field; anything longer is a model that ran on.
const MAX_FIELD_CHARS: usize = 4_000;

/// The attributes that a class's docstring describes: those it declares that are not private.
pub(super) fn documented_attributes(definition: &Definition) -> impl Iterator<Item = &Attribute> {
    let attributes = if definition.is_function() {
        &[][..]
    } else {
        &definition.facts.attributes
    };
    attributes
        .iter()
        .filter(|attribute| !attribute.name.starts_with('_'))
}

/// Puts a draft into the shape that the checks expect, without a change of meaning: cleaned text,
/// names without decoration, an imperative first word, a period at the end of the summary.
#[must_use]
pub(super) fn normalize(draft: &Draft, definition: &Definition) -> Draft {
    let optional =
        |text: &Option<String>| text.as_deref().map(prose).filter(|text| !text.is_empty());
    let named = |one: &NamedText| NamedText {
        name: bare_name(&one.name).to_owned(),
        description: sentence(&one.description),
    };
    let (summary, overflow) = summary_and_rest(&draft.summary);
    let description = match (overflow, optional(&draft.description)) {
        (Some(overflow), Some(description)) => Some(format!("{overflow}\n\n{description}")),
        (overflow, description) => overflow.or(description),
    };
    Draft {
        id: draft.id.clone(),
        summary: in_mood(&summary, definition),
        description,
        args: draft.args.iter().map(named).collect(),
        returns: optional(&draft.returns).map(|text| sentence(&text)),
        yields: optional(&draft.yields).map(|text| sentence(&text)),
        raises: draft
            .raises
            .iter()
            .map(|raise| super::reply::RaiseText {
                exception: bare_name(&raise.exception).to_owned(),
                description: sentence(&raise.description),
            })
            .collect(),
        attributes: draft.attributes.iter().map(named).collect(),
    }
}

/// Checks a draft against its definition; what holds becomes a docstring whose facts are the
/// code's and whose words are the draft's.
pub fn validate(
    draft: &Draft,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Result<Docstring, Vec<Fault>> {
    let draft = &normalize(draft, definition);
    let mut faults = Faults {
        list: Vec::new(),
        frame,
    };
    faults.check_summary(&draft.summary, definition);
    if is_shown_to_users(definition) {
        return faults.finish(|| Docstring {
            summary: draft.summary.clone(),
            ..Docstring::default()
        });
    }
    faults.check_prose(
        "description",
        draft.description.as_deref().unwrap_or_default(),
    );
    let wanted: Vec<&str> = definition
        .documented_parameters()
        .map(|one| one.name.as_str())
        .collect();
    faults.check_names("args", "parameter of the signature", &draft.args, &wanted);
    let wanted: Vec<&str> = documented_attributes(definition)
        .map(|one| one.name.as_str())
        .collect();
    faults.check_names(
        "attributes",
        "attribute of the class",
        &draft.attributes,
        &wanted,
    );
    faults.check_presence(
        "returns",
        draft.returns.as_deref(),
        definition.returns_value(),
        "return a value",
    );
    faults.check_presence(
        "yields",
        draft.yields.as_deref(),
        definition.yields(),
        "yield",
    );
    faults.check_raises(draft, definition);
    faults.finish(|| assemble(draft, definition, frame.types))
}

/// The docstring of a draft that holds: entries in the order of the code.
fn assemble(draft: &Draft, definition: &Definition, types: TypesInDocstring) -> Docstring {
    let shown = |annotation: Option<&String>| match types {
        TypesInDocstring::Include => {
            annotation.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        TypesInDocstring::Omit => None,
    };
    let words = |named: &[NamedText], name: &str| {
        named
            .iter()
            .find(|one| one.name == name)
            .map(|one| one.description.clone())
            .unwrap_or_default()
    };
    let returns = definition
        .signature
        .as_ref()
        .and_then(|signature| signature.returns.as_ref());
    Docstring {
        summary: draft.summary.clone(),
        description: draft.description.clone(),
        args: definition
            .documented_parameters()
            .map(|parameter| Entry {
                name: parameter.starred_name(),
                annotation: shown(parameter.annotation.as_ref()),
                text: words(&draft.args, &parameter.name),
            })
            .collect(),
        attributes: documented_attributes(definition)
            .map(|attribute| Entry {
                name: attribute.name.clone(),
                annotation: shown(attribute.annotation.as_ref()),
                text: words(&draft.attributes, &attribute.name),
            })
            .collect(),
        returns: draft.returns.clone().map(|text| Value {
            annotation: shown(returns),
            text,
        }),
        yields: draft.yields.clone().map(|text| Value {
            annotation: None,
            text,
        }),
        raises: definition
            .raised()
            .map(|raise| Entry {
                name: raise.exception.clone(),
                annotation: None,
                text: draft
                    .raises
                    .iter()
                    .find(|one| same_exception(&one.exception, &raise.exception))
                    .map(|one| one.description.clone())
                    .unwrap_or_default(),
            })
            .collect(),
        others: Vec::new(),
    }
}

/// Whether two names mean one exception: equal, or equal in their last part.
pub(super) fn same_exception(left: &str, right: &str) -> bool {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    left == right || last(left) == last(right)
}

struct Faults<'f, 's> {
    list: Vec<Fault>,
    frame: &'f Frame<'s>,
}

impl Faults<'_, '_> {
    fn add(&mut self, path: &str, message: impl Into<String>) {
        self.list.push(Fault {
            path: path.to_owned(),
            message: message.into(),
        });
    }

    fn finish(self, docstring: impl FnOnce() -> Docstring) -> Result<Docstring, Vec<Fault>> {
        if self.list.is_empty() {
            Ok(docstring())
        } else {
            Err(self.list)
        }
    }

    fn check_summary(&mut self, summary: &str, definition: &Definition) {
        if summary.is_empty() {
            self.add("summary", "is empty; write one sentence");
            return;
        }
        let width = self.frame.summary_width();
        let length = summary.chars().count();
        if length > width {
            self.add(
                "summary",
                format!("has {length} characters; at most {width} fit on its line"),
            );
        }
        let lower = summary.to_lowercase();
        if FILLERS.iter().any(|filler| lower.starts_with(filler)) {
            self.add(
                "summary",
                "begins with filler; begin with what the code does, in the imperative",
            );
        }
        let bare = summary
            .trim_end_matches('.')
            .trim_matches('`')
            .trim_end_matches("()");
        if definition.is_function() && bare == definition.name && definition.name.contains('_') {
            self.add("summary", "only repeats the name; say what the code does");
        }
        self.check_prose("summary", summary);
    }

    /// Free text must be neither markup, nor a placeholder, nor something that a reader of
    /// docstrings would take for structure.
    fn check_prose(&mut self, path: &str, text: &str) {
        let lower = text.to_lowercase();
        if text.chars().count() > MAX_FIELD_CHARS {
            self.add(path, format!("is longer than {MAX_FIELD_CHARS} characters"));
        }
        if text.contains("```") || text.contains("\"\"\"") || text.contains("'''") {
            self.add(
                path,
                "holds a code fence or triple quotes; write plain prose",
            );
        }
        if text.contains(">>>") {
            self.add(path, "holds a doctest; write no examples");
        }
        if text.lines().any(is_section_header) {
            self.add(
                path,
                "holds the header of a section; use the reply's own fields for it",
            );
        }
        let is_placeholder = |word: &&str| {
            lower.contains(*word) && !self.frame.source.to_lowercase().contains(*word)
        };
        let is_note = ["TODO", "FIXME", "TBD"]
            .iter()
            .any(|mark| text.starts_with(mark) || text.contains(&format!("{mark}:")));
        if is_note || PLACEHOLDERS.iter().any(is_placeholder) {
            self.add(
                path,
                "holds a placeholder, an apology or an error message; describe the code",
            );
        }
        if let Some(name) = self.unknown_name(text) {
            self.add(
                path,
                format!("names `{name}`, which does not occur in the file"),
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
                parts.iter().all(is_name) && !parts.iter().all(|part| self.is_known(part))
            })
            .map(str::to_owned)
    }

    fn is_known(&self, name: &str) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        BUILTINS.contains(&name)
            || self.frame.source.match_indices(name).any(|(at, _)| {
                let (before, after) = (
                    &self.frame.source[..at],
                    &self.frame.source[at + name.len()..],
                );
                !before.ends_with(is_word) && !after.starts_with(is_word)
            })
    }

    fn check_names(&mut self, path: &str, what: &str, named: &[NamedText], wanted: &[&str]) {
        for (index, one) in named.iter().enumerate() {
            let name = &one.name;
            if !wanted.contains(&name.as_str()) {
                self.add(
                    &format!("{path}[{index}].name"),
                    format!("`{name}` is no {what}; leave it out"),
                );
            } else if named[..index].iter().any(|earlier| earlier.name == *name) {
                self.add(
                    &format!("{path}[{index}].name"),
                    format!("`{name}` is described twice"),
                );
            } else {
                self.check_words(&format!("{path}[{index}].description"), &one.description);
            }
        }
        for name in wanted {
            if named.iter().all(|one| one.name != *name) {
                self.add(path, format!("`{name}` is not described"));
            }
        }
    }

    fn check_presence(&mut self, path: &str, text: Option<&str>, wanted: bool, what: &str) {
        match (text, wanted) {
            (Some(text), true) => self.check_words(path, text),
            (None, true) => self.add(
                path,
                format!("is null, but the code does {what}; describe it"),
            ),
            (Some(_), false) => self.add(
                path,
                format!("is given, but the code does not {what}; set it to null"),
            ),
            (None, false) => {}
        }
    }

    fn check_raises(&mut self, draft: &Draft, definition: &Definition) {
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
                self.add(&format!("{path}.exception"), message);
            }
        }
        for name in raised {
            if !draft
                .raises
                .iter()
                .any(|one| same_exception(&one.exception, name))
            {
                self.add("raises", format!("`{name}` is raised, but not described"));
            }
        }
    }

    fn check_words(&mut self, path: &str, text: &str) {
        if text.is_empty() {
            self.add(path, "is empty");
        }
        self.check_prose(path, text);
    }
}

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
    "a function that",
    "a method that",
    "a class that",
    "function to",
    "function that",
    "method to",
    "method that",
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

/// Cleaned text without the quotes or fence that some models put around everything.
fn prose(text: &str) -> String {
    let text = clean(text);
    let text = text.trim();
    let inner = text
        .strip_prefix("\"\"\"")
        .and_then(|rest| rest.strip_suffix("\"\"\""));
    inner.unwrap_or(text).trim().to_owned()
}

/// Cleaned text on one line, with an upper-case first letter and a period at its end.
fn sentence(text: &str) -> String {
    let text = prose(text);
    let words: Vec<&str> = text
        .split([' ', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    with_period(&with_capital(&words.join(" ")))
}

fn with_period(text: &str) -> String {
    if text.is_empty() || text.ends_with(['.', '!', '?', ':', '。']) {
        return text.to_owned();
    }
    format!("{text}.")
}

/// A plain lower-case first word gets its capital; a name in code keeps its spelling.
fn with_capital(text: &str) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    let plain = first.trim_end_matches([',', '.', ';', ':']);
    if !plain.is_empty() && plain.chars().all(char::is_lowercase) {
        return capitalized(text);
    }
    text.to_owned()
}

/// The first paragraph as the summary, the rest as the beginning of the description. Of a
/// paragraph of several sentences the first is the summary.
fn summary_and_rest(text: &str) -> (String, Option<String>) {
    let text = prose(text);
    let (first, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    let first = first
        .split([' ', '\n'])
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let (summary, more) = match sentence_end(&first) {
        Some(end) => (first[..end].to_owned(), first[end..].trim().to_owned()),
        None => (first, String::new()),
    };
    let rest = [more.as_str(), rest.trim()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    let rest = rest.join("\n\n");
    (
        with_period(&with_capital(&summary)),
        (!rest.is_empty()).then_some(rest),
    )
}

/// The end of the first sentence, if another follows: a period, a blank and a capital. Common
/// abbreviations end none.
fn sentence_end(text: &str) -> Option<usize> {
    text.match_indices(". ").map(|(at, _)| at + 1).find(|&end| {
        let before = &text[..end];
        let next = text[end..].trim_start().chars().next();
        let abbreviated = ["e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "no."];
        next.is_some_and(char::is_uppercase)
            && !abbreviated
                .iter()
                .any(|short| before.to_lowercase().ends_with(short))
    })
}

/// The summary of a function in the imperative (PEP 257).
fn in_mood(summary: &str, definition: &Definition) -> String {
    if !definition.is_function() || definition.is_property() {
        return summary.to_owned();
    }
    let (first, rest) = summary.split_once(' ').unwrap_or((summary, ""));
    match imperative(first) {
        Some(verb) if !rest.is_empty() => format!("{} {rest}", capitalized(&verb)),
        _ => summary.to_owned(),
    }
}

/// A name without stars, backticks, quotes and a colon after it.
fn bare_name(name: &str) -> &str {
    name.trim()
        .trim_matches(['`', '"', '\''])
        .trim_start_matches('*')
        .trim_end_matches(':')
        .trim()
}
