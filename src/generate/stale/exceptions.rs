//! Exceptions that are raised and not named, or named and cannot be raised.

use super::arguments::TEMPLATE;
use super::words::NEEDS_MODEL;
use super::{Finding, Mender, Step};
use crate::docstring::{Beside, Claims, Docstring, Entry, NewEntry, Outline, Part};
use crate::generate::words::words_of;
use crate::python::{Definition, Guard, Raise};
use crate::rules::RuleCode;

/// Functions looked at for one exception.
const MAX_CALLEES: usize = 50;

impl Mender<'_> {
    /// The one exception that is gone and the one that is new, where the words speak of the new one's
    /// condition.
    pub(super) fn renamed_exception(&self, open: &[Finding]) -> Option<(Finding, Finding)> {
        let of = |code: RuleCode| {
            let mut found = open.iter().filter(move |finding| finding.code == code);
            found.next().filter(|_| found.next().is_none()).cloned()
        };
        let (gone, new) = (of(RuleCode::DOC502)?, of(RuleCode::DOC501)?);
        let words = self.words_of_exception(&gone)?;
        let mut raises = self.definition.facts.raises.iter();
        let is_meant = raises.any(|raise| raise.exception == new.name && speaks_of(&words, raise));
        (is_meant && self.cannot_be_raised(&gone.name)).then_some((gone, new))
    }

    /// The words about the exception of a finding, its name left out.
    fn words_of_exception(&self, finding: &Finding) -> Option<String> {
        let text = self.edited.text();
        let at = finding.drift.at.clone()?;
        let outline = Outline::read(text);
        let (section, entry) = outline.entry_at(at.start)?;
        let lines = section.entries.get(entry)?;
        let from = text.get(at.end..)?;
        let count = lines.end.saturating_sub(outline.line_at(at.start));
        Some(from.lines().take(count).collect::<Vec<_>>().join(" "))
    }

    /// The name is replaced; the words stay.
    pub(super) fn rename_exception(&mut self, findings: &[Finding]) -> Step {
        let [gone, new] = findings else {
            return Err("it is not clear which".to_owned());
        };
        let at = gone.drift.at.clone().ok_or("it has no place")?;
        self.edited.replace(at, &new.name);
        Ok(format!("renamed `{}` to `{}`", gone.name, new.name))
    }

    /// DOC502: the entry goes where nothing that is called could raise it.
    pub(super) fn remove_exception(&mut self, findings: &[Finding]) -> Step {
        let finding = findings.first().ok_or("it is not clear which")?;
        let at = finding.drift.at.clone().ok_or("it has no place")?;
        if !self.cannot_be_raised(&finding.name) {
            return Err("what is called may raise it".to_owned());
        }
        if self.edited.remove_entry(&at) {
            Ok(format!("removed `{}`", finding.name))
        } else {
            Err("its entry cannot be taken out by itself".to_owned())
        }
    }

    /// DOC501: an entry comes behind the others.
    pub(super) fn add_exception(&mut self, findings: &[Finding]) -> Step {
        let finding = findings.first().ok_or("it is not clear which")?;
        let name = finding.name.as_str();
        let text = self.edited.text().to_owned();
        if !text.contains('\n') {
            return Err("the docstring is one line".to_owned());
        }
        if self.is_template() {
            return Err(TEMPLATE.to_owned());
        }
        if self.tells_exception(name) {
            return Err("the text tells it in its own way".to_owned());
        }
        let words = self.exception_words(name)?;
        if self.is_empty_draft(&words) {
            return Err(NEEDS_MODEL.to_owned());
        }
        let claims = Claims::read(&text);
        let outline = Outline::read(&text);
        let width = self.width();
        let last = claims
            .raises
            .as_ref()
            .and_then(|raises| raises.exceptions.last());
        let is_put = match last {
            Some((_, at)) if outline.entry_at(at.start).is_some() => {
                let entry = NewEntry {
                    name,
                    annotation: None,
                    words: &words,
                };
                self.edited
                    .insert_entry(Beside::After(at.start), &entry, width)
            }
            Some(_) => false,
            None if claims.raises.is_some() => {
                return Err("its section names none in a way that can be followed".to_owned());
            }
            None => {
                let content = Docstring {
                    raises: vec![Entry {
                        name: name.to_owned(),
                        annotation: None,
                        text: words,
                    }],
                    ..Docstring::default()
                };
                self.edited.insert_section(Part::Raises, &content, width)
            }
        };
        if is_put {
            Ok(format!("added `{name}`"))
        } else {
            Err("there is no safe place for its entry".to_owned())
        }
    }

    /// Whether nothing that the body does or calls could raise the exception: every call is of a
    /// function of the module that does not raise it either, or of a builtin that cannot.
    fn cannot_be_raised(&self, name: &str) -> bool {
        !self.may_raise(self.index, name, &mut Vec::new())
    }

    fn may_raise(&self, index: usize, name: &str, seen: &mut Vec<usize>) -> bool {
        let module = &self.file.module;
        let Some(definition) = module.definitions.get(index) else {
            return true;
        };
        if seen.contains(&index) {
            return false;
        }
        seen.push(index);
        let last = name.rsplit('.').next().unwrap_or(name);
        let own = self
            .file
            .source
            .text
            .get(definition.range.clone())
            .unwrap_or_default();
        // Calls of what has no name are not among the facts.
        let has_nameless_calls = ["super(", ").", ")(", "]("]
            .iter()
            .any(|mark| own.contains(mark));
        if seen.len() > MAX_CALLEES || has_nameless_calls || definition.facts.raises_unnamed {
            return true;
        }
        let is_of_python = IN_PYTHON.contains(&last);
        // What the module defines only the module's own code raises, unless it is handed out.
        let is_own = module
            .definitions
            .iter()
            .any(|one| !one.is_function() && one.name == last);
        definition.facts.calls.iter().any(|call| {
            if let Some(callee) = self.callee(index, definition, call) {
                return self.may_raise(callee, name, seen);
            }
            let mut raises = definition.facts.raises.iter();
            let makes_exception = raises.any(|raise| raise.exception == *call);
            let is_theirs = is_own && self.is_of_standard_library(call);
            !makes_exception && !is_theirs && !is_harmless(call, is_of_python)
        }) || index != self.index && definition.facts.raises.iter().any(|raise| !raise.caught)
    }

    /// Whether a call is of a function of Python's that calls nothing of ours.
    fn is_of_standard_library(&self, call: &str) -> bool {
        /// Modules that call back nothing that they are given.
        const PLAIN: &[&str] = &[
            "os",
            "shutil",
            "csv",
            "json",
            "re",
            "math",
            "time",
            "datetime",
            "pathlib",
            "io",
            "tempfile",
            "random",
            "string",
            "textwrap",
            "struct",
            "hashlib",
            "base64",
            "copy",
            "decimal",
            "fractions",
            "itertools",
            "collections",
            "logging",
            "warnings",
            "sys",
            "uuid",
            "stat",
            "glob",
            "fnmatch",
            "zlib",
            "gzip",
        ];
        let head = call.split('.').next().unwrap_or_default();
        let imports = &self.file.module.imports;
        let path = imports
            .iter()
            .find(|(bound, _)| bound == head)
            .map(|(_, path)| path.as_str());
        let root = path.and_then(|path| path.split('.').next());
        call == "open" || root.is_some_and(|root| PLAIN.contains(&root))
    }

    /// The function of this module that a call names, as far as that is sure.
    fn callee(&self, index: usize, definition: &Definition, call: &str) -> Option<usize> {
        let definitions = &self.file.module.definitions;
        let member = |parent: usize, name: &str| {
            definitions
                .iter()
                .rposition(|one| one.parent == Some(parent) && one.name == name)
        };
        let found = match call.split_once('.') {
            Some(("self" | "cls", method)) => member(definition.parent?, method),
            Some(_) => None,
            None => member(index, call).or_else(|| member(0, call)),
        }?;
        let class = definitions.get(found).filter(|one| !one.is_function());
        match class {
            Some(class) if class.bases.is_empty() => member(found, "__init__").or(Some(found)),
            Some(_) => None,
            None => Some(found),
        }
    }
}

/// Whether the words about an exception speak of what leads to this `raise`.
fn speaks_of(words: &str, raise: &Raise) -> bool {
    const EMPTY: &[&str] = &[
        "if",
        "the",
        "not",
        "is",
        "are",
        "for",
        "and",
        "or",
        "when",
        "was",
        "has",
        "none",
        "true",
        "false",
        "len",
        "self",
        "error",
        "exception",
        "raised",
        "with",
        "any",
        "all",
        "this",
        "that",
        "isinstance",
        "str",
        "int",
    ];
    let stem = |word: &str| {
        let word = word.to_lowercase();
        let word = word
            .strip_suffix("es")
            .or_else(|| word.strip_suffix('s'))
            .unwrap_or(&word);
        word.strip_suffix("ed").unwrap_or(word).to_owned()
    };
    let said: Vec<String> = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() >= 3 && !EMPTY.contains(&word.to_lowercase().as_str()))
        .map(stem)
        .collect();
    let mut code: Vec<String> = words_of(raise.exception.rsplit('.').next().unwrap_or_default());
    for guard in &raise.guards {
        let (Guard::If(text) | Guard::Unless(text) | Guard::Except(text) | Guard::Case(text)) =
            guard;
        let names = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        code.extend(names.flat_map(words_of));
    }
    if let Some(message) = &raise.message {
        code.extend(
            message
                .split(|c: char| !c.is_alphanumeric())
                .map(str::to_lowercase),
        );
    }
    code.retain(|word| word.len() >= 3 && !EMPTY.contains(&word.as_str()));
    code.iter().any(|word| said.contains(&stem(word)))
}

/// Exceptions that Python's own functions and methods raise.
const IN_PYTHON: &[&str] = &[
    "ArithmeticError",
    "AttributeError",
    "BaseException",
    "BufferError",
    "EOFError",
    "Exception",
    "IndexError",
    "KeyError",
    "LookupError",
    "MemoryError",
    "NameError",
    "NotImplementedError",
    "OverflowError",
    "RecursionError",
    "ReferenceError",
    "RuntimeError",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SystemError",
    "TypeError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "ValueError",
    "ZeroDivisionError",
];

/// Functions that raise nothing worth naming.
const NEVER: &[&str] = &[
    "isinstance",
    "issubclass",
    "id",
    "repr",
    "print",
    "bool",
    "callable",
    "hasattr",
    "locals",
    "globals",
    "type",
    "super",
    "object",
];
/// Methods that raise nothing worth naming.
const NEVER_METHODS: &[&str] = &[
    "append",
    "items",
    "keys",
    "values",
    "copy",
    "clear",
    "startswith",
    "endswith",
];
/// Python's functions, which raise Python's exceptions.
const BUILTIN: &[&str] = &[
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bytes",
    "chr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hash",
    "hex",
    "int",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "next",
    "oct",
    "ord",
    "pow",
    "range",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "str",
    "sum",
    "tuple",
    "vars",
    "zip",
];
/// Methods of Python's types, which raise Python's exceptions.
const BUILTIN_METHODS: &[&str] = &[
    "add",
    "capitalize",
    "casefold",
    "center",
    "count",
    "decode",
    "difference",
    "discard",
    "encode",
    "expandtabs",
    "extend",
    "find",
    "format",
    "get",
    "index",
    "insert",
    "intersection",
    "isalnum",
    "isalpha",
    "isdigit",
    "islower",
    "isspace",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "removeprefix",
    "removesuffix",
    "replace",
    "reverse",
    "rfind",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "setdefault",
    "sort",
    "split",
    "splitlines",
    "strip",
    "swapcase",
    "title",
    "translate",
    "union",
    "update",
    "upper",
    "zfill",
];

/// Whether a call of something outside of the module is known to raise nothing that a docstring would
/// name: for Python's own exceptions few calls are, for others those of Python's own types too.
fn is_harmless(call: &str, is_of_python: bool) -> bool {
    if let Some((_, method)) = call.rsplit_once('.') {
        return NEVER_METHODS.contains(&method)
            || !is_of_python && BUILTIN_METHODS.contains(&method);
    }
    let is_exception = call.ends_with("Error") || call.ends_with("Exception");
    NEVER.contains(&call) || is_exception || !is_of_python && BUILTIN.contains(&call)
}
