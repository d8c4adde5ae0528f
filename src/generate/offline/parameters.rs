//! Parameters and attributes in words: by name, annotation and default, and by what the body does
//! with them.

use super::english::{self, Noun, is_adjective, is_participle};
use super::phrase::{self, Action};
use super::sketch::{
    Sketch, arguments_of, class_of, is_container, is_switch, is_vague, quotable, type_words,
    without_none, without_quotes,
};
use super::verbs;
use crate::docstring::words::{capitalized, words_of};
use crate::python::{
    Argument, DecoratorRole, Circumstance, Form, Parameter, ParameterKind, Relation, Term,
};

/// The description of a parameter.
pub(super) fn parameter_text(sketch: &Sketch<'_>, parameter: &Parameter) -> String {
    let what = match parameter.kind {
        ParameterKind::VarPositional | ParameterKind::VarKeyword => variadic(sketch, parameter),
        _ => described(sketch, parameter),
    };
    let mut text = format!("{}.", capitalized(&what));
    if let Some(stand_in) = stand_in(sketch, parameter) {
        text.push_str(&format!(" If `None`, {stand_in} is used."));
    }
    if let Some(default) = parameter.default.as_deref().and_then(quotable) {
        text.push_str(&format!(" Defaults to `{default}`."));
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
        "args" | "kwargs" | "kw" | "kwds" | "options" | "opts" | "extra" | "a" | "k" | "params" | "arguments" | "rest" | "keywords" | "varargs" | "argv"
    );
    if let Some(callee) = target {
        let is_super = callee.text.starts_with("super(");
        if is_super {
            return format!("{sort} arguments for the base class");
        }
        let parameter_called = callee.name().is_some_and(|name| sketch.parameter(name).is_some());
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
    let is_read = sketch.body.calls.iter().any(|call| mentions(&call.text, &parameter.name))
        || sketch.body.tests.iter().any(|test| mentions(&test.text, &parameter.name))
        || sketch.body.loops.iter().any(|(_, over)| mentions(&over.text, &parameter.name))
        || sketch.body.assignments.iter().any(|one| one.value.as_ref().is_some_and(|value| mentions(&value.text, &parameter.name)))
        || sketch.body.returns.iter().any(|one| one.value.as_ref().is_some_and(|value| mentions(&value.text, &parameter.name)));
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
        return switch(sketch.instance_noun().as_deref(), &parameter.name, Place::Parameter);
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
        .or_else(|| noun.as_ref().and_then(|noun| by_role(sketch, parameter, noun, inner)))
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
        ("__eq__" | "__ne__" | "__lt__" | "__le__" | "__gt__" | "__ge__", 0) => "what to compare with",
        ("__getitem__" | "__delitem__" | "__setitem__" | "__missing__", 0) => {
            if matches!(parameter.name.as_str(), "index" | "i" | "idx") { "the index" } else { "the key" }
        }
        ("__setitem__", 1) => "the new value",
        ("__contains__", 0) => "what to look for",
        ("__getattr__" | "__getattribute__" | "__delattr__" | "__setattr__", 0) => "the name of the attribute",
        ("__setattr__" | "__set__", 1) => "the new value",
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
            "add" | "sub" | "mul" | "truediv" | "floordiv" | "mod" | "pow" | "matmul" | "and" | "or" | "xor"
                | "lshift" | "rshift" | "divmod"
        )
    };
    of(bare) || of(bare.get(1..).unwrap_or_default())
}

/// Where a switch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Among the parameters.
    Parameter,
    /// Among the attributes.
    Attribute,
}

/// «whether to follow redirects»
pub(super) fn switch(owner: Option<&str>, name: &str, place: Place) -> String {
    let words = words_of(name);
    let Some((first, rest)) = words.split_first() else {
        return format!("whether `{name}` is on");
    };
    let all = english::spelled(&words);
    let last = words.last().map_or("", String::as_str);
    let after = english::spelled(rest);
    let owner = owner.map_or_else(|| "it".to_owned(), |owner| format!("the {owner}"));
    if words.iter().all(|word| word.len() < 2) {
        return format!("whether `{name}` holds");
    }
    match first.as_str() {
        "is" | "was" | "are" if !rest.is_empty() => {
            let is_bare = is_adjective(last) || rest.first().is_some_and(|word| is_participle(word) || english::is_preposition(word));
            return if is_bare {
                format!("whether {owner} is {after}")
            } else {
                format!("whether {owner} is {}", english::with_a(&after))
            };
        }
        "has" | "have" if !rest.is_empty() => return format!("whether {owner} has {}", if is_participle(last) { after } else { english::with_a(&after) }),
        "can" | "should" | "must" | "may" if !rest.is_empty() => {
            return if first == "should" {
                format!("whether to {after}")
            } else {
                format!("whether {owner} {first} {after}")
            };
        }
        "do" if !rest.is_empty() => return format!("whether to {after}"),
        "no" if !rest.is_empty() => return format!("whether to do without {after}"),
        "with" | "without" | "in" | "on" | "as" | "by" | "for" if !rest.is_empty() => {
            return format!("whether to work {all}");
        }
        "dry" if rest.len() == 1 && rest[0] == "run" => return "whether to only show what would be done".to_owned(),
        _ => {}
    }
    if verbs::is_verb(first) && !(verbs::is_noun_too(first) && rest.last().is_some_and(|last| verbs::ends_a_noun(last) && first != "show" && first != "use" && first != "include")) {
        let verb = verbs::spelled(first);
        if rest.is_empty() {
            return format!("whether to {verb}");
        }
        let noun = Noun::of_words(rest);
        let object = if is_adjective(last) || noun.with_a() == noun.text() || english::is_preposition(&rest[0]) {
            after
        } else {
            noun.with_the()
        };
        return format!("whether to {verb} {object}");
    }
    if verbs::is_third_person(first) && !rest.is_empty() && !english::is_plural(&all) {
        return format!("whether {owner} {first} {after}");
    }
    if last == "ok" && !rest.is_empty() {
        let what = english::spelled(&words[..words.len() - 1]);
        return format!("whether {} is no error", english::with_a(&what));
    }
    if is_participle(last) || is_adjective(last) {
        return if rest.is_empty() {
            match place {
                Place::Attribute => format!("whether {owner} is {all}"),
                Place::Parameter if is_participle(last) => format!("whether {owner} is {all}"),
                Place::Parameter => format!("whether to be {all}"),
            }
        } else {
            let subject = english::spelled(&words[..words.len() - 1]);
            let is = if english::is_plural(&subject) { "are" } else { "is" };
            format!("whether the {subject} {is} {}", english::spelled_word(last))
        };
    }
    match place {
        Place::Attribute if words.len() > 2 => format!("whether `{name}` is on"),
        Place::Attribute => format!("whether {owner} has {}", english::with_a(&all)),
        Place::Parameter => format!("whether to use {}", english::with_a(&all)),
    }
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
        Some(noun) if inner.is_some_and(|inner| inner.starts_with("type[") || inner.starts_with("Type[")) => {
            format!("the class of {}", noun.with_the())
        }
        Some(noun) => {
            let words = words_of(name);
            match words.split_first() {
                Some((verb, rest)) if verbs::is_verb(verb) && !rest.is_empty() && !verbs::is_noun_too(verb) => {
                    format!("the function to {} {}", verbs::spelled(verb), Noun::of_words(rest).with_the())
                }
                Some((verb, [])) if verbs::is_verb(verb) => format!("the function `{name}`"),
                _ => noun.with_the(),
            }
        }
        None => "the function to call".to_owned(),
    };
    let Some(arguments) = call else {
        let is_said = noun.is_some_and(|noun| {
            ["function", "callback", "handler", "factory", "hook"].iter().any(|word| noun.text().ends_with(word))
        }) || what.contains("function");
        return Some(if is_said { what } else { format!("{what}, a function") });
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
        let Some((callee, arguments)) = call.call() else { continue };
        let path = callee.dotted().unwrap_or_default();
        if path == "open" && arguments.first().is_some_and(|one| is_it(&one.value)) {
            let mode = arguments.iter().find(|one| one.name.as_deref() == Some("mode")).or_else(|| arguments.get(1).filter(|one| one.name.is_none()));
            let does = match mode.map(|mode| &mode.value.form) {
                None => "read",
                Some(Form::Text(mode)) if mode.contains(['w', 'a', 'x']) => "write",
                Some(Form::Text(_)) => "read",
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
                "iterdir" | "rglob" if inner.is_none_or(|inner| inner.ends_with("Path")) => "the path of the directory to go through",
                _ => continue,
            };
            return Some(said.to_owned());
        }
    }
    // What is returned when nothing is found.
    if name == "default" {
        let returned = sketch.body.returns.iter().any(|exit| exit.value.as_ref().is_some_and(is_it));
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
                arguments.iter().any(|one| one.name.as_deref() == Some(wanted) && one.value.name() == Some(name))
            })
        })
    };
    let text = match name {
        "url" if matches!(sketch.definition.name.as_str(), "get" | "post" | "put" | "patch" | "delete" | "head" | "options") => {
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
        "stop" | "end" if sketch.parameter("start").is_some() || sketch.parameter("begin").is_some() => "where to stop",
        "indent" => "how far to indent",
        "max_retries" | "retries" => "how often to try again",
        "limit" if parameter.annotation.as_deref().is_none_or(|one| without_none(one).0 == "int") => "how many to take at most",
        _ => return None,
    };
    Some(text.to_owned())
}

/// What a parameter is to its function: «the order to ship», «the name of the user».
fn by_role(sketch: &Sketch<'_>, parameter: &Parameter, noun: &Noun, inner: Option<&str>) -> Option<String> {
    let definition = sketch.definition;
    let is_plain_type = inner.is_none_or(|inner| matches!(class_of(inner), Some("str" | "int" | "float" | "bytes" | "Decimal" | "date" | "datetime")));
    let names_its_class = inner
        .and_then(class_of)
        .is_some_and(|class| class.starts_with(char::is_uppercase) && Noun::of(class).is_some_and(|one| {
            let words: Vec<&str> = one.text().split(' ').collect();
            noun.text().split(' ').all(|word| words.contains(&word))
        }));
    if definition.name == "__init__" || definition.name == "__new__" {
        let stored = stored_as(sketch, parameter);
        if names_its_class {
            return Some(format!("{} to use", noun.with_the()));
        }
        let instance = sketch.instance_noun()?;
        if stored.is_some() && !is_vague(noun.text()) && !noun.text().contains([' ']) && !noun.text().contains(&instance) && instance != "exception" {
            return Some(format!("{} of the {instance}", noun.with_the()));
        }
        let passed_on = sketch.body.calls.iter().any(|call| {
            call.call().is_some_and(|(callee, arguments)| {
                callee.text.starts_with("super(") && arguments.iter().any(|one| one.value.name() == Some(&parameter.name))
            })
        });
        if passed_on && stored.is_none() && !is_vague(noun.text()) {
            return Some(format!("{}, passed on to the base class", noun.with_the()));
        }
        return None;
    }
    if let Some(acted) = acted_on(sketch, parameter, noun) {
        return Some(acted);
    }
    let action = Action::of(sketch)?;
    let at = action.rest.iter().position(|word| english::is_preposition(word));
    let object = &action.rest[..at.unwrap_or(action.rest.len())];
    let object = (!object.is_empty()).then(|| Noun::of_words(object));
    // `create_user(name)`: the name of the user.
    if let Some(object) = object
        && (action.creates() || action.verb == "update" || action.verb == "rename")
        && is_plain_type
        && is_trait(&parameter.name)
        && object.text() != noun.text()
        && !object.is_plural()
        && !is_adjective(object.text())
    {
        return Some(format!("{} of the {}", noun.with_the(), object.text()));
    }
    names_its_class.then(|| format!("{} to use", noun.with_the())).filter(|_| parameter.default.is_some() || sketch.required().position(|one| one.name == parameter.name) != Some(0))
}

/// «the order to ship»: the first thing that a function must be given, if its verb is about it.
fn acted_on(sketch: &Sketch<'_>, parameter: &Parameter, noun: &Noun) -> Option<String> {
    if sketch.definition.has_role(DecoratorRole::PropertyAccessor) {
        return Some("the new value".to_owned());
    }
    let action = Action::of(sketch)?;
    let is_variadic = !parameter.kind.stars().is_empty();
    // `update(task_id)`
    if let Some(whose) = noun.text().strip_suffix(" ID")
        && action.rest.is_empty()
        && !action.retrieves()
        && sketch.required().next().is_some_and(|first| first.name == parameter.name)
    {
        return Some(format!("the ID of the {whose} to {}", action.verb));
    }
    let is_amount = inner_of(parameter).is_some_and(|inner| matches!(inner, "int" | "float" | "bool"));
    if action.rest.is_empty() && sketch.class.is_some() && is_amount && !action.creates() && !matches!(action.verb.as_str(), "set" | "format" | "convert") {
        return None;
    }
    let is_first = sketch.required().next().is_some_and(|first| first.name == parameter.name)
        || (is_variadic && sketch.required().next().is_none());
    let at = action.rest.iter().position(|word| english::is_preposition(word));
    let (object, after) = action.rest.split_at(at.unwrap_or(action.rest.len()));
    let object_noun = (!object.is_empty()).then(|| Noun::of_words(object));
    let text = if is_variadic { format!("the {}", noun.plural()) } else { noun.with_the() };
    let verb = action.verb.as_str();
    if verb.starts_with("try to") || verb.contains(" or ") || verb.contains(" and ") {
        return None;
    }
    let is_about = match &object_noun {
        None => is_first && after.is_empty(),
        Some(object) => {
            let singular = english::singular(object.text());
            noun.text() == object.text() || english::singular(noun.text()) == singular
                || (is_first && is_material(&parameter.name) && !action.creates() && !action.retrieves())
        }
    };
    if !is_about || INTRANSITIVE.contains(&verb) {
        return None;
    }
    if action.retrieves() && phrase::is_handle(&parameter.name) {
        return Some(if verb == "look up" || verb == "find" || verb == "search" {
            format!("{text} to look for")
        } else {
            format!("{text} to look up")
        });
    }
    if action.retrieves() && object_noun.is_none() && !matches!(verb, "read" | "load" | "fetch" | "select") {
        return None;
    }
    if is_adjective(noun.text()) {
        return None;
    }
    let verb = if verb == "iterate over" { "go through" } else { verb };
    Some(format!("{text} to {verb}"))
}

/// A parameter's type, `None` apart.
fn inner_of(parameter: &Parameter) -> Option<&str> {
    parameter.annotation.as_deref().map(|one| without_none(one).0)
}

/// What nothing more can be said about.
fn plain(sketch: &Sketch<'_>, parameter: &Parameter, noun: Option<&Noun>, inner: Option<&str>) -> String {
    let typed = inner.and_then(type_words);
    if let Some(noun) = noun {
        if is_adjective(noun.text()) && !noun.text().contains(' ') {
            return match inner.and_then(class_of).filter(|class| class.starts_with(char::is_uppercase)).and_then(Noun::of) {
                Some(class) if !class.text().contains(noun.text()) => format!("the {} {}", noun.text(), class.text()),
                Some(_) => noun.with_the(),
                None => format!("the {} value", noun.text()),
            };
        }
        if parameter.name == "self" || parameter.name == "cls" {
            return format!("the {}", if parameter.name == "self" { "instance" } else { "class" });
        }
        let words = words_of(&parameter.name);
        if words.len() == 1 && is_container(inner.unwrap_or_default()) && !noun.is_plural() && !matches!(inner.and_then(class_of), Some("str" | "bytes")) {
            if let Some(typed) = typed {
                return format!("{}, {typed}", noun.with_the());
            }
        }
        return noun.with_the();
    }
    let name = &parameter.name;
    let passed_to = sketch.body.calls.iter().find_map(|call| {
        let (callee, arguments) = call.call()?;
        let is_passed = arguments.iter().any(|one| one.value.name() == Some(name) && !one.is_unpacked);
        let is_plain = callee.dotted().is_some_and(|path| !path.starts_with("self.") || path.matches('.').count() < 2);
        (is_passed && is_plain).then(|| sketch.quoted(callee)).flatten()
    });
    match (typed, passed_to) {
        (Some(typed), Some(called)) => format!("{typed}, given to {called}"),
        (Some(typed), None) => typed,
        (None, Some(called)) => format!("an argument for {called}"),
        (None, None) => format!("the value `{name}`"),
    }
}

/// The values that a parameter may have: from `Literal[...]`, or from a check in the body.
fn choices(sketch: &Sketch<'_>, parameter: &Parameter, inner: Option<&str>) -> Option<String> {
    let literal = inner.filter(|inner| class_of(inner) == Some("Literal")).map(arguments_of);
    if let Some(values) = literal {
        let told: Option<Vec<String>> = values
            .iter()
            .map(|one| quotable(one).map(|one| format!("`{one}`")))
            .collect();
        let told = told.filter(|told| (1..=6).contains(&told.len()))?;
        return Some(english::list(&told, "or"));
    }
    // `if mode not in ("a", "b"): raise`
    sketch.body.raises.iter().find_map(|exit| {
        let Some(Circumstance::Holds(test)) = exit.circumstances.last() else { return None };
        let test = match &test.form {
            Form::Not(inner) => inner,
            _ => test,
        };
        let Form::Comparison(first, rest) = &test.form else { return None };
        let [(Relation::In | Relation::NotIn, values)] = rest.as_slice() else { return None };
        let refuses_others = matches!(rest.as_slice(), [(Relation::NotIn, _)]);
        let Form::Series(_, values) = &values.form else { return None };
        if first.name() != Some(&parameter.name) || !refuses_others {
            return None;
        }
        let told: Option<Vec<String>> = values
            .iter()
            .map(|one| matches!(one.form, Form::Text(_) | Form::Number | Form::None | Form::Truth(_)).then(|| sketch.quoted(one)).flatten())
            .collect();
        told.filter(|told| (1..=6).contains(&told.len()))
            .map(|told| english::list(&told, "or"))
    })
}

/// What stands in for `None`, if the body says so: `if x is None: x = y`, `x or y`.
fn stand_in(sketch: &Sketch<'_>, parameter: &Parameter) -> Option<String> {
    if parameter.default.as_deref() != Some("None") {
        return None;
    }
    let name = parameter.name.as_str();
    let is_it = |term: &Term| term.name() == Some(name);
    let asks_none = |test: &Term, wanted: Relation| match &test.form {
        Form::Comparison(first, rest) => {
            is_it(first) && matches!(rest.as_slice(), [(relation, right)] if *relation == wanted && right.is_none())
        }
        _ => false,
    };
    let mut found: Option<&Term> = None;
    for assignment in &sketch.body.assignments {
        let Some(value) = &assignment.value else { continue };
        let is_target = is_it(&assignment.target) || assignment.target.of_self().is_some();
        if !is_target {
            continue;
        }
        let stands_in = match &value.form {
            Form::Any(parts) => match parts.as_slice() {
                [first, second] if is_it(first) => Some(second),
                _ => None,
            },
            Form::Choice { test, then, otherwise } => {
                if asks_none(test, Relation::Same) && is_it(otherwise) {
                    Some(&**then)
                } else if (asks_none(test, Relation::NotSame) || is_it(test)) && is_it(then) {
                    Some(&**otherwise)
                } else {
                    None
                }
            }
            _ => match assignment.circumstances.last() {
                Some(Circumstance::Holds(test)) if is_it(&assignment.target) && asks_none(test, Relation::Same) => {
                    Some(value)
                }
                _ => None,
            },
        };
        if let Some(stands_in) = stands_in {
            if found.is_some() {
                return None;
            }
            found = Some(stands_in);
        }
    }
    let found = found?;
    if found.is_none() {
        return None;
    }
    sketch.quoted(found).filter(|quoted| quoted.len() <= 42)
}

/// The attribute that a parameter is stored in as it is.
fn stored_as<'a>(sketch: &Sketch<'a>, parameter: &Parameter) -> Option<&'a str> {
    sketch.body.assignments.iter().find_map(|one| {
        let name = one.target.of_self()?;
        let value = one.value.as_ref()?;
        let is_it = |term: &Term| term.name() == Some(&parameter.name);
        let stored = is_it(value)
            || match &value.form {
                Form::Any(parts) => parts.first().is_some_and(is_it),
                Form::Choice { then, otherwise, .. } => is_it(then) || is_it(otherwise),
                _ => false,
            };
        stored.then_some(name)
    })
}

/// The unit that a name ends with.
fn unit(name: &str) -> Option<&'static str> {
    let words = words_of(name);
    let [_, .., last] = words.as_slice() else { return None };
    Some(match last.as_str() {
        "secs" | "sec" => "seconds",
        "ms" | "millis" | "msec" | "msecs" => "milliseconds",
        "us" | "micros" => "microseconds",
        "ns" | "nanos" => "nanoseconds",
        "px" => "pixels",
        "kb" => "kilobytes",
        "mb" => "megabytes",
        "gb" => "gigabytes",
        "pct" => "percent",
        _ => return None,
    })
}

/// Names of what things have.
fn is_trait(name: &str) -> bool {
    let last = words_of(name).pop().unwrap_or_default();
    matches!(
        last.as_str(),
        "name" | "id" | "type" | "path" | "title" | "key" | "size" | "status" | "label" | "url" | "email" | "address"
            | "description" | "price" | "color" | "colour" | "width" | "height" | "length" | "kind" | "code" | "number"
            | "date" | "version" | "text" | "content" | "amount" | "quantity" | "value" | "prefix" | "suffix" | "style"
            | "format" | "role" | "priority" | "weight" | "age" | "phone" | "password" | "username" | "currency" | "sku" | "scope" | "slug"
    )
}

/// Names of what is worked on.
fn is_material(name: &str) -> bool {
    matches!(
        name,
        "text" | "string" | "data" | "content" | "source" | "raw" | "line" | "value" | "body" | "payload" | "input"
            | "document" | "doc" | "obj" | "object" | "expr" | "expression" | "node" | "tree" | "code" | "message"
            | "items" | "values" | "lines" | "rows" | "records" | "response" | "request" | "path" | "filename" | "file"
    )
}

const INTRANSITIVE: &[&str] = &[
    "run", "start", "stop", "init", "initialize", "connect", "go", "wait", "sleep", "work", "fail", "exit", "quit",
    "set up", "get", "log in", "log out", "handle.", "configure", "communicate", "respond", "return", "sync", "retry", "compare", "match",
    "play", "begin", "end", "continue", "happen", "navigate", "proceed", "create", "make", "build", "generate", "open", "close", "greet.",
    "enter", "leave", "do", "test", "assert", "raise", "setup", "teardown", "mock", "use", "fit", "exist",
];
