//! Drafts from the code alone: no model, no network. They say only what the code shows, pass the
//! same validation as a model's, and stand in where a model left a fact without words.

use super::frame::Frame;
use super::reply::{Draft, NamedText, RaiseText};
use super::validate::documented_attributes;
use super::words::{capitalized, is_verb, words_of};
use crate::python::{
    Attribute, DecoratorRole, Definition, Guard, Kind, Module, Parameter, ParameterKind, Raise,
};

/// Expressions longer than this are not quoted.
const MAX_QUOTED_CHARS: usize = 60;

/// Conditions that one exception's text joins; more are better read in the code.
const MAX_CONDITIONS: usize = 3;

/// The draft for a definition of `module`.
#[must_use]
pub fn draft(module: &Module, definition: &Definition, frame: &Frame<'_>) -> Draft {
    let named = |name: &str, description: String| NamedText {
        name: name.to_owned(),
        description,
    };
    Draft {
        id: definition.qualified_name.clone(),
        summary: summary(module, definition, frame),
        description: None,
        args: definition
            .documented_parameters()
            .map(|parameter| named(&parameter.name, parameter_text(parameter)))
            .collect(),
        returns: definition.returns_value().then(|| returns_text(definition)),
        yields: definition.yields().then(|| yields_text(definition)),
        raises: frame
            .facts(definition)
            .raises
            .iter()
            .map(|raise| RaiseText {
                exception: raise.exception.to_owned(),
                description: match raise.raised_by {
                    Some(called) => frame.raised_by_words(called),
                    None => raise_text(definition, raise.exception),
                },
            })
            .collect(),
        attributes: documented_attributes(definition)
            .map(|attribute| named(&attribute.name, attribute_text(attribute)))
            .collect(),
        ..Draft::default()
    }
}

fn summary(module: &Module, definition: &Definition, frame: &Frame<'_>) -> String {
    let width = frame.summary_width();
    let (words, fallback) = match definition.kind {
        Kind::Module | Kind::Package => return module_summary(module, definition, width),
        Kind::Class | Kind::NestedClass => (class_words(definition), "Represent a value."),
        _ => (function_words(definition), "Run this step."),
    };
    fitting(&words, width).unwrap_or_else(|| fallback.to_owned())
}

/// As many of the words as fit the width, as a sentence.
fn fitting(words: &str, width: usize) -> Option<String> {
    let mut kept: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    let fixed = if kept.len() > 1 { 2 } else { 1 };
    while kept.len() >= fixed {
        let sentence = format!("{}.", capitalized(&kept.join(" ")));
        if sentence.chars().count() <= width {
            return Some(sentence);
        }
        kept.pop();
    }
    None
}

/// Names what the module defines, as many as fit.
fn module_summary(module: &Module, definition: &Definition, width: usize) -> String {
    let is_program = definition.name == "__main__";
    if is_program {
        return "Run the package as a program.".to_owned();
    }
    let mut names: Vec<&str> = Vec::new();
    for one in &module.definitions {
        let top_level = matches!(one.kind, Kind::Class | Kind::Function);
        if top_level && !one.name.starts_with('_') && !names.contains(&one.name.as_str()) {
            names.push(&one.name);
        }
    }
    for shown in (1..=names.len().min(3)).rev() {
        let (listed, more) = names.split_at(shown);
        let text = match (listed, more.len()) {
            ([only], 0) => format!("Define {only}."),
            ([others @ .., last], 0) => format!("Define {} and {last}.", others.join(", ")),
            (listed, 1) => format!("Define {} and one more name.", listed.join(", ")),
            (listed, count) => format!("Define {} and {count} more names.", listed.join(", ")),
        };
        if text.chars().count() <= width {
            return text;
        }
    }
    let what = if definition.kind == Kind::Package {
        "package"
    } else {
        "module"
    };
    let words = words_of(&definition.name).join(" ");
    fitting(&format!("provide the {words} {what}"), width)
        .unwrap_or_else(|| format!("Provide a {what}."))
}

fn class_words(definition: &Definition) -> String {
    let words = words_of(&definition.name);
    let name = words.join(" ");
    let has_base = |endings: &[&str]| {
        definition.bases.iter().any(|base| {
            let base = base.split('[').next().unwrap_or_default();
            endings.iter().any(|ending| base.ends_with(ending))
        })
    };
    let thing = with_article(&name);
    if has_base(&["Error", "Exception", "Warning"]) {
        format!("signal {thing}")
    } else if has_base(&["Enum", "Flag"]) {
        format!("enumerate the values of {thing}")
    } else if has_base(&["Protocol", "ABC"]) {
        format!("define the interface of {thing}")
    } else if definition.has_role(DecoratorRole::Dataclass)
        || has_base(&["NamedTuple", "TypedDict"])
    {
        format!("hold the data of {thing}")
    } else if let Some(("test", subject)) = name.split_once(' ') {
        format!("test {subject}")
    } else {
        format!("represent {thing}")
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

fn function_words(definition: &Definition) -> String {
    if definition.is_magic() {
        return magic_words(&definition.name).to_owned();
    }
    let words = words_of(&definition.name);
    let (first, rest) = words.split_first().map_or(("", ""), |(first, _)| {
        let name = definition.name.trim_matches('_');
        (first.as_str(), name.get(first.len()..).unwrap_or_default())
    });
    let rest = words_of(rest).join(" ");
    let all = words.join(" ");
    if definition.is_property() {
        return format!("the {all}");
    }
    match (first, rest.as_str()) {
        ("", _) => "run this step".to_owned(),
        ("is" | "are" | "was", rest) if !rest.is_empty() => format!("tell whether it is {rest}"),
        ("has", rest) if !rest.is_empty() => format!("tell whether it has {}", with_article(rest)),
        ("can" | "should" | "must", rest) if !rest.is_empty() => {
            format!("tell whether it {first} {rest}")
        }
        ("to" | "as", rest) if !rest.is_empty() => format!("convert to {rest}"),
        ("from", rest) if !rest.is_empty() => format!("create from {rest}"),
        ("on", rest) if !rest.is_empty() => format!("handle the {rest} event"),
        ("test", rest) if !rest.is_empty() => format!("test {rest}"),
        ("iter", rest) if !rest.is_empty() => format!("iterate over the {rest}"),
        (verb, "") if is_verb(verb) => bare_verb_words(definition, verb),
        (verb, rest) if is_verb(verb) && takes_article(rest) => format!("{verb} the {rest}"),
        (verb, _) if is_verb(verb) => all,
        _ if definition.has_role(DecoratorRole::ContextManager) => {
            format!("provide the {all} context")
        }
        _ if definition.yields() => format!("yield the {all}"),
        _ if definition.returns_value() => format!("return the {all}"),
        _ => format!("run the {all} step"),
    }
}

/// A name that is only a verb gets its first argument or its class as the object.
fn bare_verb_words(definition: &Definition, verb: &str) -> String {
    let object = definition
        .documented_parameters()
        .next()
        .filter(|parameter| {
            parameter.default.is_none()
                && parameter.kind.stars().is_empty()
                && parameter.name.len() > 1
        });
    match (object, definition.kind) {
        (Some(parameter), _) => format!("{verb} the {}", words_of(&parameter.name).join(" ")),
        (None, Kind::Method) => format!("{verb} the instance"),
        (None, _) => format!("{verb} as the code says"),
    }
}

/// Whether «the» goes before the words after a verb.
fn takes_article(words: &str) -> bool {
    const NO_ARTICLE: &[&str] = &[
        "a", "an", "the", "all", "and", "any", "as", "at", "by", "each", "every", "for", "from",
        "if", "in", "into", "is", "it", "no", "not", "of", "off", "on", "or", "out", "over", "to",
        "up", "down", "with", "without", "when", "until", "whether", "back", "away",
    ];
    let first = words.split(' ').next().unwrap_or_default();
    !NO_ARTICLE.contains(&first)
}

/// What a magic method is for, by the Python data model (language reference, chapter 3).
fn magic_words(name: &str) -> &'static str {
    match name {
        "__init__" => "initialize the instance",
        "__new__" => "create the instance",
        "__call__" => "call the instance as a function",
        "__repr__" => "return the representation for debugging",
        "__str__" => "return the instance as text",
        "__bytes__" => "return the instance as bytes",
        "__format__" => "return the instance formatted by a specification",
        "__eq__" => "tell whether both are equal",
        "__ne__" => "tell whether both are different",
        "__lt__" => "tell whether this sorts before the other",
        "__le__" => "tell whether this does not sort after the other",
        "__gt__" => "tell whether this sorts after the other",
        "__ge__" => "tell whether this does not sort before the other",
        "__hash__" => "return the hash",
        "__bool__" => "return the truth value",
        "__len__" => "return the length",
        "__length_hint__" => "return an estimate of the length",
        "__iter__" => "return an iterator",
        "__next__" => "return the next item",
        "__reversed__" => "return an iterator in reverse order",
        "__aiter__" => "return an asynchronous iterator",
        "__anext__" => "return the next item asynchronously",
        "__await__" => "return an iterator for awaiting",
        "__contains__" => "tell whether an item is contained",
        "__getitem__" => "return the item for a key",
        "__setitem__" => "set the item for a key",
        "__delitem__" => "delete the item for a key",
        "__missing__" => "handle a key that is missing",
        "__getattr__" => "return an attribute that is not found otherwise",
        "__getattribute__" => "return an attribute",
        "__setattr__" => "set an attribute",
        "__delattr__" => "delete an attribute",
        "__dir__" => "list the attributes",
        "__get__" => "return the attribute's value",
        "__set__" => "set the attribute's value",
        "__delete__" => "delete the attribute's value",
        "__set_name__" => "take note of the attribute's name",
        "__init_subclass__" => "set up a new subclass",
        "__class_getitem__" => "return the parametrized class",
        "__enter__" => "enter the context",
        "__exit__" => "leave the context",
        "__aenter__" => "enter the context asynchronously",
        "__aexit__" => "leave the context asynchronously",
        "__del__" => "clean up before the instance goes away",
        "__copy__" => "return a shallow copy",
        "__deepcopy__" => "return a deep copy",
        "__reduce__" | "__reduce_ex__" | "__getstate__" => "return the state for pickling",
        "__setstate__" => "restore the state after pickling",
        "__post_init__" => "finish the initialization",
        "__int__" => "return the value as an integer",
        "__float__" => "return the value as a float",
        "__complex__" => "return the value as a complex number",
        "__index__" => "return the value as an index",
        "__neg__" => "return the negative",
        "__pos__" => "return the positive",
        "__abs__" => "return the absolute value",
        "__invert__" => "return the inverse",
        "__round__" => "return the rounded value",
        "__fspath__" => "return the file system path",
        "__add__" | "__radd__" | "__iadd__" => "implement addition",
        "__sub__" | "__rsub__" | "__isub__" => "implement subtraction",
        "__mul__" | "__rmul__" | "__imul__" => "implement multiplication",
        "__truediv__" | "__rtruediv__" | "__itruediv__" => "implement division",
        "__floordiv__" | "__rfloordiv__" | "__ifloordiv__" => "implement floor division",
        "__mod__" | "__rmod__" | "__imod__" => "implement the modulo operation",
        "__pow__" | "__rpow__" | "__ipow__" => "implement exponentiation",
        "__matmul__" | "__rmatmul__" | "__imatmul__" => "implement matrix multiplication",
        "__and__" | "__rand__" | "__iand__" => "implement the operator for and",
        "__or__" | "__ror__" | "__ior__" => "implement the operator for or",
        "__xor__" | "__rxor__" | "__ixor__" => "implement the operator for exclusive or",
        "__lshift__" | "__rlshift__" | "__ilshift__" => "implement the shift to the left",
        "__rshift__" | "__rrshift__" | "__irshift__" => "implement the shift to the right",
        _ => "implement a special method",
    }
}

fn parameter_text(parameter: &Parameter) -> String {
    let words = words_of(&parameter.name).join(" ");
    match parameter.kind {
        ParameterKind::VarPositional => "Further positional arguments.".to_owned(),
        ParameterKind::VarKeyword => "Further keyword arguments.".to_owned(),
        _ => {
            let what = if words.is_empty() {
                "Not used by name.".to_owned()
            } else {
                format!("The {words}.")
            };
            match parameter.default.as_deref().and_then(quotable) {
                Some(default) => format!("{what} Defaults to `{default}`."),
                None => what,
            }
        }
    }
}

fn attribute_text(attribute: &Attribute) -> String {
    format!("The {}.", words_of(&attribute.name).join(" "))
}

fn returns_text(definition: &Definition) -> String {
    let annotation = definition
        .signature
        .as_ref()
        .and_then(|signature| signature.returns.as_deref());
    match annotation.map(|text| text.trim_matches(['"', '\''])) {
        Some("bool") => "`True` if so, `False` otherwise.".to_owned(),
        Some("Self") => "The instance.".to_owned(),
        Some(text) => match quotable(text) {
            Some(text) => format!("The result as `{text}`."),
            None => "The result.".to_owned(),
        },
        None => "The result.".to_owned(),
    }
}

fn yields_text(definition: &Definition) -> String {
    if definition.has_role(DecoratorRole::ContextManager) {
        return "The value that the `with` statement binds.".to_owned();
    }
    "The next item.".to_owned()
}

/// When an exception is raised: the condition of each of its raises, where all can be told.
fn raise_text(definition: &Definition, exception: &str) -> String {
    let all = &definition.facts.raises;
    if definition.facts.is_stub {
        let is_method = definition.kind == Kind::Method;
        let unless = if is_method {
            ", unless a subclass defines it"
        } else {
            ""
        };
        return format!("Always{unless}.");
    }
    let same = all
        .iter()
        .filter(|raise| !raise.caught && raise.exception == exception);
    if same.clone().all(|raise| raise.is_passed_on) {
        return "If one is raised on the way, which is passed on.".to_owned();
    }
    let conditions: Option<Vec<String>> = same.map(condition).collect();
    let mut conditions = conditions.unwrap_or_default();
    conditions.dedup();
    if conditions.is_empty() || conditions.len() > MAX_CONDITIONS {
        return "If the call cannot succeed.".to_owned();
    }
    format!("{}.", capitalized(&conditions.join(", or ")))
}

/// Conditions that lead to one raise and are still said in one breath.
const MAX_GUARDS: usize = 2;

/// The whole way to a `raise`: half of it would claim too much.
fn condition(raise: &Raise) -> Option<String> {
    let is_readable = (1..=MAX_GUARDS).contains(&raise.guards.len());
    let parts = raise.guards.iter().map(|guard| {
        Some(match guard {
            Guard::If(condition) => format!("if `{}`", quotable(condition)?),
            Guard::Unless(condition) => format!("unless `{}`", quotable(condition)?),
            Guard::Except(types) => format!("after `{}` was caught", quotable(types)?),
            Guard::Case(_) => return None,
        })
    });
    let parts: Option<Vec<String>> = parts.collect();
    parts
        .filter(|_| is_readable)
        .map(|parts| parts.join(" and "))
}

/// An expression that can be quoted in prose: one short line without characters that mean
/// something in docstrings or that a reader cannot see.
fn quotable(expression: &str) -> Option<&str> {
    let fits = !expression.is_empty() && expression.chars().count() <= MAX_QUOTED_CHARS;
    let plain = expression.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    let safe = !["`", "\"\"\"", "'''", ">>>", "\\"]
        .iter()
        .any(|part| expression.contains(part));
    (fits && plain && safe).then_some(expression)
}
