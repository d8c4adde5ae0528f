//! Parameters and attributes in words: by name, annotation and default, and by what the body does
//! with them.

use super::english::{self, Noun, is_adjective};
use super::role::{acted_on, by_role};
use super::sketch::{
    Sketch, class_of, is_container, is_switch, is_vague, quotable, type_words, without_none,
    without_quotes,
};
use super::stand_in::{choices, stand_in, unit};
use super::switch::{Place, switch};
use super::verbs;
use crate::docstring::words::{capitalized, words_of};
use crate::python::{Argument, Form, Parameter, ParameterKind, Term};

/// The description of a parameter.
pub(super) fn parameter_text(sketch: &Sketch<'_>, parameter: &Parameter) -> String {
    let what = match parameter.kind {
        ParameterKind::VarPositional | ParameterKind::VarKeyword => variadic(sketch, parameter),
        _ => described(sketch, parameter),
    };
    let mut text = format!("{}.", capitalized(&what));
    if let Some(stand_in) = stand_in(sketch, parameter) {
        text = format!("{text} If `None`, {stand_in} is used.");
    }
    if let Some(default) = parameter.default.as_deref().and_then(quotable) {
        text = format!("{text} Defaults to `{default}`.");
    }
    text
}

/// `*args` and `**kwargs`, by where they go.
fn variadic(sketch: &Sketch<'_>, parameter: &Parameter) -> String {
    let is_named = parameter.kind == ParameterKind::VarKeyword;
    let sort = if is_named { "keyword" } else { "positional" };
    let is_passed = |one: &Argument| one.is_unpacked && one.value.name() == Some(&parameter.name);
    let target = sketch.body.calls.iter().find_map(|call| {
        let (callee, arguments) = call.call()?;
        arguments.iter().any(is_passed).then_some(callee)
    });
    let is_generic = matches!(
        parameter.name.trim_start_matches('_'),
        "args"
            | "kwargs"
            | "kw"
            | "kwds"
            | "options"
            | "opts"
            | "extra"
            | "a"
            | "k"
            | "params"
            | "arguments"
            | "rest"
            | "keywords"
            | "varargs"
            | "argv"
    );
    if let Some(callee) = target {
        let is_super = callee.text.starts_with("super(");
        if is_super {
            return format!("{sort} arguments for the base class");
        }
        let parameter_called = callee
            .name()
            .is_some_and(|name| sketch.parameter(name).is_some());
        if let Some(called) = sketch.quoted(callee) {
            let _ = parameter_called;
            return format!("{sort} arguments for {called}");
        }
    }
    let noun = Noun::of(&parameter.name).filter(|_| !is_generic);
    if let Some(noun) = noun {
        if let Some(acted) = acted_on(sketch, parameter, &noun) {
            return acted;
        }
        return format!("the {}", noun.plural());
    }
    let is_read = sketch
        .body
        .calls
        .iter()
        .any(|call| mentions(&call.text, &parameter.name))
        || sketch
            .body
            .tests
            .iter()
            .any(|test| mentions(&test.text, &parameter.name))
        || sketch
            .body
            .loops
            .iter()
            .any(|(_, over)| mentions(&over.text, &parameter.name))
        || sketch.body.assignments.iter().any(|one| {
            one.value
                .as_ref()
                .is_some_and(|value| mentions(&value.text, &parameter.name))
        })
        || sketch.body.returns.iter().any(|one| {
            one.value
                .as_ref()
                .is_some_and(|value| mentions(&value.text, &parameter.name))
        });
    if is_read || sketch.definition.facts.is_stub {
        format!("further {sort} arguments")
    } else {
        format!("further {sort} arguments; not used here")
    }
}

fn mentions(text: &str, name: &str) -> bool {
    let is_part = |c: char| !(c.is_alphanumeric() || c == '_');
    text.is_empty() || text.split(is_part).any(|word| word == name)
}

/// What a parameter is, without capital and period.
fn described(sketch: &Sketch<'_>, parameter: &Parameter) -> String {
    if let Some(text) = of_magic(sketch, parameter) {
        return text;
    }
    if is_switch(parameter) {
        return switch(
            sketch.instance_noun().as_deref(),
            &parameter.name,
            Place::Parameter,
        );
    }
    let annotation = parameter.annotation.as_deref().map(without_quotes);
    let inner = annotation.map(|one| without_none(one).0);
    let name = parameter.name.as_str();
    if let Some(function) = function(sketch, parameter, inner) {
        return function;
    }
    let noun = Noun::of(name);
    let mut text = by_use(sketch, parameter, inner)
        .or_else(|| by_convention(sketch, parameter))
        .or_else(|| {
            noun.as_ref()
                .and_then(|noun| by_role(sketch, parameter, noun, inner))
        })
        .unwrap_or_else(|| plain(sketch, parameter, noun.as_ref(), inner));
    if let Some(choices) = choices(sketch, parameter, inner) {
        text = format!("{text}, {choices}");
    } else if let Some(unit) = unit(name) {
        text = format!("{text}, in {unit}");
    }
    text
}

/// The parameters of magic methods are Python's.
fn of_magic(sketch: &Sketch<'_>, parameter: &Parameter) -> Option<String> {
    let method = sketch.definition.name.as_str();
    if !sketch.definition.is_magic() {
        return None;
    }
    let given: Vec<&Parameter> = sketch.definition.documented_parameters().collect();
    let at = given.iter().position(|one| one.name == parameter.name)?;
    let text = match (method, at) {
        ("__exit__" | "__aexit__", 0) => "the class of the exception, or `None`",
        ("__exit__" | "__aexit__", 1) => "the exception, or `None`",
        ("__exit__" | "__aexit__", 2) => "the traceback of the exception, or `None`",
        ("__eq__" | "__ne__" | "__lt__" | "__le__" | "__gt__" | "__ge__", 0) => {
            "what to compare with"
        }
        ("__getitem__" | "__delitem__" | "__setitem__" | "__missing__", 0) => {
            if matches!(parameter.name.as_str(), "index" | "i" | "idx") {
                "the index"
            } else {
                "the key"
            }
        }
        ("__contains__", 0) => "what to look for",
        ("__getattr__" | "__getattribute__" | "__delattr__" | "__setattr__", 0) => {
            "the name of the attribute"
        }
        ("__setattr__" | "__set__" | "__setitem__", 1) => "the new value",
        ("__get__" | "__set__" | "__delete__", 0) => "the instance whose attribute it is",
        ("__get__", 1) => "the class whose attribute it is",
        ("__set_name__", 0) => "the class that it is assigned in",
        ("__set_name__", 1) => "the name that it is assigned to",
        ("__format__", 0) => "the format specification",
        ("__deepcopy__", 0) => "the copies made so far, by the ID of the original",
        ("__setstate__", 0) => "the pickled state",
        ("__class_getitem__", 0) => "the type arguments",
        ("__reduce_ex__", 0) => "the version of the pickle protocol",
        ("__instancecheck__", 0) => "the object to check",
        ("__subclasscheck__" | "__subclasshook__", 0) => "the class to check",
        ("__round__", 0) => "how many digits to keep after the decimal point",
        ("__pow__" | "__rpow__", 1) => "the modulus",
        (method, 0) if is_operator(method) => "the other operand",
        _ => return None,
    };
    Some(text.to_owned())
}

fn is_operator(method: &str) -> bool {
    let bare = method.trim_matches('_');
    let of = |bare: &str| {
        matches!(
            bare,
            "add"
                | "sub"
                | "mul"
                | "truediv"
                | "floordiv"
                | "mod"
                | "pow"
                | "matmul"
                | "and"
                | "or"
                | "xor"
                | "lshift"
                | "rshift"
                | "divmod"
        )
    };
    of(bare) || of(bare.get(1..).unwrap_or_default())
}

/// A parameter that is called, or is annotated to be.
fn function(sketch: &Sketch<'_>, parameter: &Parameter, inner: Option<&str>) -> Option<String> {
    let name = parameter.name.as_str();
    let call = sketch.body.calls.iter().find_map(|call| {
        let (callee, arguments) = call.call()?;
        (callee.name() == Some(name)).then_some(arguments)
    });
    let is_annotated = inner.is_some_and(|inner| class_of(inner) == Some("Callable"));
    if call.is_none() && !is_annotated {
        return None;
    }
    let noun = Noun::of(name).filter(|noun| !is_adjective(noun.text()));
    let what = match &noun {
        Some(noun) if noun.text() == "key" => "the function that gives the key".to_owned(),
        Some(noun)
            if inner
                .is_some_and(|inner| inner.starts_with("type[") || inner.starts_with("Type[")) =>
        {
            format!("the class of {}", noun.with_the())
        }
        Some(noun) => {
            let words = words_of(name);
            match words.split_first() {
                Some((verb, rest))
                    if verbs::is_verb(verb) && !rest.is_empty() && !verbs::is_noun_too(verb) =>
                {
                    format!(
                        "the function to {} {}",
                        verbs::spelled(verb),
                        Noun::of_words(rest).with_the()
                    )
                }
                Some((verb, [])) if verbs::is_verb(verb) => format!("the function `{name}`"),
                _ => noun.with_the(),
            }
        }
        None => "the function to call".to_owned(),
    };
    let Some(arguments) = call else {
        let is_said = noun.is_some_and(|noun| {
            ["function", "callback", "handler", "factory", "hook"]
                .iter()
                .any(|word| noun.text().ends_with(word))
        }) || what.contains("function");
        return Some(if is_said {
            what
        } else {
            format!("{what}, a function")
        });
    };
    if arguments.iter().any(|one| one.is_unpacked) || arguments.len() > 3 {
        return Some(format!("{what}, which is called"));
    }
    if arguments.is_empty() {
        return Some(format!("{what}, called without arguments"));
    }
    let told: Option<Vec<String>> = arguments
        .iter()
        .map(|one| {
            let value = &one.value;
            match value.name().filter(|name| sketch.is_local(name)) {
                Some(local) => Noun::of(local)
                    .filter(|noun| !is_vague(noun.text()))
                    .map(|noun| match sketch.gone_through(local) {
                        Some(_) => format!("each {}", noun.text()),
                        None => noun.with_the(),
                    }),
                None => sketch.told(value),
            }
        })
        .collect();
    Some(match told {
        Some(told) => format!("{what}, called with {}", english::list(&told, "and")),
        None => format!("{what}, which is called"),
    })
}

/// What the body does with a parameter.
fn by_use(sketch: &Sketch<'_>, parameter: &Parameter, inner: Option<&str>) -> Option<String> {
    let name = parameter.name.as_str();
    let is_it = |term: &Term| term.name() == Some(name);
    for call in &sketch.body.calls {
        let Some((callee, arguments)) = call.call() else {
            continue;
        };
        let path = callee.dotted().unwrap_or_default();
        if path == "open" && arguments.first().is_some_and(|one| is_it(&one.value)) {
            let mode = arguments
                .iter()
                .find(|one| one.name.as_deref() == Some("mode"))
                .or_else(|| arguments.get(1).filter(|one| one.name.is_none()));
            let does = match mode.map(|mode| &mode.value.form) {
                Some(Form::Text(mode)) if mode.contains(['w', 'a', 'x']) => "write",
                None | Some(Form::Text(_)) => "read",
                Some(_) => "open",
            };
            return Some(format!("the path of the file to {does}"));
        }
        if let Form::Attribute(place, method) = &callee.form
            && is_it(place)
        {
            let said = match method.as_str() {
                "read_text" | "read_bytes" => "the path of the file to read",
                "write_text" | "write_bytes" => "the path of the file to write",
                "iterdir" | "rglob" if inner.is_none_or(|inner| inner.ends_with("Path")) => {
                    "the path of the directory to go through"
                }
                _ => continue,
            };
            return Some(said.to_owned());
        }
    }
    // What is returned when nothing is found.
    if name == "default" {
        let returned = sketch
            .body
            .returns
            .iter()
            .any(|exit| exit.value.as_ref().is_some_and(is_it));
        let passed = sketch.body.calls.iter().any(|call| {
            call.call().is_some_and(|(callee, arguments)| {
                matches!(&callee.form, Form::Attribute(_, method) if matches!(method.as_str(), "get" | "pop" | "setdefault"))
                    && arguments.iter().skip(1).any(|one| is_it(&one.value))
            })
        });
        if returned || passed {
            return Some("what to return if nothing is found".to_owned());
        }
    }
    None
}

/// Names that mean the same wherever they stand.
fn by_convention(sketch: &Sketch<'_>, parameter: &Parameter) -> Option<String> {
    let name = parameter.name.as_str();
    let is_passed_as = |wanted: &str| {
        sketch.body.calls.iter().any(|call| {
            call.call().is_some_and(|(_, arguments)| {
                arguments.iter().any(|one| {
                    one.name.as_deref() == Some(wanted) && one.value.name() == Some(name)
                })
            })
        })
    };
    let text = match name {
        "url"
            if matches!(
                sketch.definition.name.as_str(),
                "get" | "post" | "put" | "patch" | "delete" | "head" | "options"
            ) =>
        {
            "the URL to send the request to"
        }
        "encoding" => "the character encoding",
        "errors" if is_passed_as("errors") => "how encoding errors are handled",
        "timeout" | "timeout_seconds" | "timeout_ms" => "how long to wait at most",
        "seed" => "the seed of the random numbers",
        "logger" => "the logger to write to",
        "exc_type" | "exc_cls" => "the class of the exception",
        "exc_tb" | "tb" => "the traceback",
        "start" => "where to start",
        "stop" | "end"
            if sketch.parameter("start").is_some() || sketch.parameter("begin").is_some() =>
        {
            "where to stop"
        }
        "indent" => "how far to indent",
        "max_retries" | "retries" => "how often to try again",
        "limit"
            if parameter
                .annotation
                .as_deref()
                .is_none_or(|one| without_none(one).0 == "int") =>
        {
            "how many to take at most"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

/// What nothing more can be said about.
fn plain(
    sketch: &Sketch<'_>,
    parameter: &Parameter,
    noun: Option<&Noun>,
    inner: Option<&str>,
) -> String {
    let typed = inner.and_then(type_words);
    if let Some(noun) = noun {
        if is_adjective(noun.text()) && !noun.text().contains(' ') {
            return match inner
                .and_then(class_of)
                .filter(|class| class.starts_with(char::is_uppercase))
                .and_then(Noun::of)
            {
                Some(class) if !class.text().contains(noun.text()) => {
                    format!("the {} {}", noun.text(), class.text())
                }
                Some(_) => noun.with_the(),
                None => format!("the {} value", noun.text()),
            };
        }
        if parameter.name == "self" || parameter.name == "cls" {
            return format!(
                "the {}",
                if parameter.name == "self" {
                    "instance"
                } else {
                    "class"
                }
            );
        }
        let words = words_of(&parameter.name);
        if words.len() == 1
            && is_container(inner.unwrap_or_default())
            && !noun.is_plural()
            && !matches!(inner.and_then(class_of), Some("str" | "bytes"))
            && let Some(typed) = typed
        {
            return format!("{}, {typed}", noun.with_the());
        }
        return noun.with_the();
    }
    let name = &parameter.name;
    let passed_to = sketch.body.calls.iter().find_map(|call| {
        let (callee, arguments) = call.call()?;
        let is_passed = arguments
            .iter()
            .any(|one| one.value.name() == Some(name) && !one.is_unpacked);
        let is_plain = callee
            .dotted()
            .is_some_and(|path| !path.starts_with("self.") || path.matches('.').count() < 2);
        (is_passed && is_plain)
            .then(|| sketch.quoted(callee))
            .flatten()
    });
    match (typed, passed_to) {
        (Some(typed), Some(called)) => format!("{typed}, given to {called}"),
        (Some(typed), None) => typed,
        (None, Some(called)) => format!("an argument for {called}"),
        (None, None) => format!("the value `{name}`"),
    }
}
