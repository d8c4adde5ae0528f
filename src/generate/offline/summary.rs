//! The summary of a function.

use super::decorator::{decorator, wrapped};
use super::dunder;
use super::english::{self, Noun, is_adjective, is_plural};
use super::phrase::Action;
use super::predicate::{predicate, question};
use super::sketch::{Sketch, class_of, is_vague, quotable};
use super::verbs;
use crate::docstring::words::words_of;
use crate::python::{Container, DecoratorRole, Definition, Form, Term};

/// The summaries that fit a function, the best first, without capital and period.
pub(super) fn candidates(sketch: &Sketch<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let definition = sketch.definition;
    if definition.is_magic() {
        found.extend(dunder::summary(sketch));
        found.extend(from_body(sketch));
        found.push("implement a special method".to_owned());
        return found;
    }
    if definition.is_property() {
        return property(sketch);
    }
    if let Some(accessor) = accessor(definition) {
        found.push(accessor);
        return found;
    }
    found.extend(by_convention(sketch));
    if let Some(said) = predicate(sketch) {
        found.push(format!("tell whether {said}"));
    }
    if let Some(said) = question(sketch) {
        found.push(format!("tell whether {said}"));
    }
    if let Some(said) = conversion(sketch) {
        found.push(said);
    }
    found.extend(wrapped(sketch));
    if let Some(action) = Action::of(sketch) {
        let phrase = action.phrase(sketch);
        if phrase.contains(' ') || sketch.body.statements == 0 {
            found.push(phrase);
        } else {
            found.extend(from_body(sketch));
            found.push(phrase);
        }
    }
    found.extend(thing(sketch));
    if definition.yields() {
        let said = super::yields::yields_text(sketch);
        let each = said
            .strip_prefix("Each ")
            .and_then(|rest| rest.strip_suffix('.'));
        found.extend(each.map(|each| format!("yield each {each}")));
    }
    found.extend(from_body(sketch));
    if definition.returns_value() {
        found.push("return the result".to_owned());
    } else if let Some(noun) = Noun::of(&definition.name).filter(|noun| noun.text().contains(' ')) {
        found.push(format!("carry out {}", noun.with_the()));
    }
    found.push("run this step".to_owned());
    found
}

/// `@x.setter` and `@x.deleter`
fn accessor(definition: &Definition) -> Option<String> {
    let noun = || {
        let noun = Noun::of(&definition.name);
        noun.map_or_else(|| format!("`{}`", definition.name), |noun| noun.with_the())
    };
    let is = |end: &str| {
        definition
            .decorators
            .iter()
            .any(|one| one.role == DecoratorRole::PropertyAccessor && one.text.ends_with(end))
    };
    if is(".setter") {
        Some(format!("set {}", noun()))
    } else if is(".deleter") {
        Some(format!("delete {}", noun()))
    } else {
        None
    }
}

fn property(sketch: &Sketch<'_>) -> Vec<String> {
    let definition = sketch.definition;
    let mut found = Vec::new();
    let words = words_of(&definition.name);
    let is_bool = sketch.returned_type() == Some("bool");
    if let Some(said) = predicate(sketch) {
        found.push(format!("whether {said}"));
    } else if is_bool && is_adjective(words.last().map_or("", String::as_str)) {
        found.push(format!(
            "whether {} is {}",
            sketch.instance(),
            english::spelled(&words)
        ));
    } else if let Some([first, rest @ ..]) = Some(words.as_slice())
        && is_bool
        && !rest.is_empty()
        && verbs::is_third_person(first)
    {
        let first = english::spelled_word(first);
        found.push(format!(
            "whether {} {first} {}",
            sketch.instance(),
            english::spelled(rest)
        ));
    }
    let Some(noun) = Noun::of(&definition.name) else {
        found.push(format!("the value of `{}`", definition.name));
        return found;
    };
    let source = match sketch.body.returns.as_slice() {
        [only] => only
            .value
            .as_ref()
            .and_then(|value| source_noun(value, &noun)),
        _ => None,
    };
    if let Some(source) = source {
        found.push(source);
    }
    if let Some(instance) = sketch.instance_noun()
        && instance != noun.text()
        && !is_adjective(noun.text())
        && !noun.text().ends_with(&format!(" {instance}"))
    {
        found.push(format!("{} of the {instance}", noun.with_the()));
    }
    if is_adjective(noun.text()) && !is_bool {
        if let Some(class) = sketch.returned_type().and_then(class_of)
            && let Some(class) =
                Noun::of(class).filter(|class| class.text().len() > 3 && !is_vague(class.text()))
        {
            found.push(format!("the {} {}", noun.text(), class.text()));
        }
        if !noun.text().contains(' ') {
            found.push(format!("the {} value", noun.text()));
        }
    }
    found.push(noun.with_the());
    found
}

/// «the net price of the quote», for a property that hands on another object's attribute.
fn source_noun(value: &Term, noun: &Noun) -> Option<String> {
    let Form::Attribute(owner, name) = &value.form else {
        return None;
    };
    let Form::Attribute(whose, owner) = &owner.form else {
        return None;
    };
    let inner = Noun::of(name).filter(|inner| inner.text().contains(noun.text()))?;
    let owner = Noun::of(owner).filter(|owner| !is_vague(owner.text()))?;
    (whose.name() == Some("self") || whose.of_self().is_some())
        .then(|| format!("{} of {}", inner.with_the(), owner.with_the()))
}

/// Names and decorators that have a meaning of their own.
fn by_convention(sketch: &Sketch<'_>) -> Option<String> {
    let definition = sketch.definition;
    let name = definition.name.as_str();
    let words = words_of(name);
    let in_class = sketch.class.is_some();
    match name {
        "main" if !in_class => {
            let parses = sketch.body.calls.iter().any(|call| {
                call.call()
                    .and_then(|(callee, _)| callee.dotted())
                    .is_some_and(|path| {
                        path.contains("ArgumentParser") || path.ends_with("parse_args")
                    })
            });
            return Some(if parses {
                "run the command line interface".to_owned()
            } else {
                "run the program".to_owned()
            });
        }
        _ => {}
    }
    if let Some(said) = test_frame(name, in_class) {
        return Some(said.to_owned());
    }
    let rest = words.get(1..).unwrap_or_default();
    match words.first().map(String::as_str) {
        Some("test") if !rest.is_empty() => {
            let is_statement = rest
                .iter()
                .skip(1)
                .any(|word| verbs::is_third_person(word) && !is_noun_like(word));
            let said = english::spelled(rest);
            return Some(if is_statement && !english::is_preposition(&rest[0]) {
                format!("test that {said}")
            } else {
                format!("test {said}")
            });
        }
        Some("on") if !rest.is_empty() && !definition.returns_value() => {
            return Some(format!("handle the {} event", english::spelled(rest)));
        }
        Some("handle") if rest.last().is_some_and(|word| word == "event") => {}
        Some("iter") if !rest.is_empty() => {
            let noun = Noun::of_words(rest);
            return Some(format!("iterate over the {}", noun.plural()));
        }
        _ => {}
    }
    let noun = Noun::of(name);
    if definition.has_role(DecoratorRole::Fixture) {
        let noun = noun.filter(|_| {
            !words
                .first()
                .is_some_and(|first| verbs::is_verb(first) && !verbs::is_noun_too(first))
        })?;
        return Some(format!("provide {} for tests", noun.with_a()));
    }
    if definition.has_role(DecoratorRole::ContextManager) {
        let is_action = words.first().is_some_and(|first| {
            verbs::is_verb(first) && (words.len() > 1 || !verbs::is_noun_too(first))
        });
        let noun = noun.filter(|_| !is_action)?;
        return Some(if is_adjective(noun.text()) {
            format!("run a block of code {}", noun.text())
        } else {
            format!("provide {} for a `with` block", noun.with_a())
        });
    }
    decorator(sketch)
}

/// What frames tests, by the names that unittest and pytest call.
fn test_frame(name: &str, in_class: bool) -> Option<&'static str> {
    Some(match name {
        "setUp" | "setup_method" | "asyncSetUp" if in_class => "prepare each test",
        "tearDown" | "teardown_method" | "asyncTearDown" if in_class => "clean up after each test",
        "setUpClass" | "setup_class" | "setUpTestData" if in_class => {
            "prepare what the tests of the class share"
        }
        "tearDownClass" | "teardown_class" if in_class => "clean up after all tests of the class",
        "setUpModule" | "setup_module" => "prepare what the tests of the module share",
        "tearDownModule" | "teardown_module" => "clean up after all tests of the module",
        _ => return None,
    })
}

/// Whether a word that could be a verb is the plural of a noun as well.
fn is_noun_like(word: &str) -> bool {
    is_plural(word)
        && verbs::is_noun_too(
            crate::docstring::words::imperative(word)
                .as_deref()
                .unwrap_or(word),
        )
}

/// `to_dict`, `from_json`, `celsius_to_fahrenheit`
fn conversion(sketch: &Sketch<'_>) -> Option<String> {
    let words = words_of(&sketch.definition.name);
    let (first, rest) = words.split_first()?;
    let form = |words: &[String]| {
        let noun = Noun::of_words(words);
        let last = words.last().map_or("", String::as_str);
        if is_adjective(last) {
            noun.text().to_owned()
        } else {
            noun.with_a()
        }
    };
    let given = sketch.required().next().and_then(|one| Noun::of(&one.name));
    match first.as_str() {
        "to" | "as" if !rest.is_empty() => {
            let what = match (sketch.class.is_some(), given) {
                (true, _) => sketch.instance(),
                (false, Some(noun)) if noun.text() != english::spelled(rest) => noun.with_the(),
                _ => "a value".to_owned(),
            };
            if verbs::is_verb(&rest[0])
                && !verbs::is_noun_too(&rest[0])
                && first == "to"
                && rest.len() > 1
            {
                return None;
            }
            Some(match first.as_str() {
                "to" => format!("convert {what} to {}", form(rest)),
                _ => format!("return {what} as {}", form(rest)),
            })
        }
        "from" if !rest.is_empty() => {
            let is_made = sketch.class.is_none()
                || sketch.definition.has_role(DecoratorRole::ClassMethod)
                || sketch.definition.has_role(DecoratorRole::StaticMethod);
            if !is_made {
                return Some(format!("update {} from {}", sketch.instance(), form(rest)));
            }
            let what = match sketch.instance_noun() {
                Some(noun) => english::with_a(&noun),
                None => super::phrase::returned_noun(sketch)
                    .map_or_else(|| "a value".to_owned(), |noun| english::with_a(&noun)),
            };
            Some(format!("create {what} from {}", form(rest)))
        }
        _ => {
            let at = words.iter().position(|word| word == "to" || word == "2")?;
            let (from, to) = (words.get(..at)?, words.get(at + 1..)?);
            let is_action = verbs::is_verb(first) && (from.len() > 1 || !verbs::is_noun_too(first));
            (!from.is_empty() && !to.is_empty() && !is_action && sketch.definition.returns_value())
                .then(|| format!("convert {} to {}", form(from), form(to)))
        }
    }
}

/// A name without a verb names what comes back.
fn thing(sketch: &Sketch<'_>) -> Option<String> {
    let definition = sketch.definition;
    let words = super::phrase::name_words(sketch);
    let last = words.last().map_or("", String::as_str);
    let noun = Noun::of(&definition.name)?;
    let first_given = sketch.required().next().and_then(|one| Noun::of(&one.name));
    if english::is_preposition(last) && !definition.yields() {
        // `url_for(endpoint)`
        let given = first_given.filter(|_| words.len() > 1 && definition.returns_value())?;
        return Some(format!("return {} {}", noun.with_the(), given.with_the()));
    }
    if words
        .first()
        .is_some_and(|word| english::is_preposition(word))
    {
        let after = super::phrase::after_preposition(sketch, &words).filter(|_| words.len() > 1)?;
        return (definition.returns_value() && sketch.class.is_some())
            .then(|| format!("return {} {after}", sketch.instance()));
    }
    if definition.yields() {
        let noun = if is_adjective(last) {
            format!("{} items", noun.text())
        } else {
            noun.plural()
        };
        return Some(format!("yield the {noun}"));
    }
    if !definition.returns_value() {
        return delegated(sketch);
    }
    if sketch.returned_type() == Some("bool") {
        return Some(asked(sketch, &words, &noun));
    }
    if is_adjective(last) || is_vague(noun.text()) && words.len() == 1 {
        let makes = sketch.body.returns.iter().any(|exit| {
            exit.value
                .as_ref()
                .and_then(Term::call)
                .is_some_and(|(callee, _)| callee.name() == Some("cls"))
        });
        let instance = sketch.instance_noun().filter(|_| makes)?;
        return Some(format!(
            "create {}",
            english::with_a(&format!("{} {instance}", noun.text()))
        ));
    }
    let whose = match (
        sketch.required().collect::<Vec<_>>().as_slice(),
        sketch.instance_noun(),
    ) {
        ([], Some(instance)) if instance != noun.text() => Some(format!("the {instance}")),
        ([only], None) => Noun::of(&only.name)
            .filter(|given| given.text() != noun.text() && !is_vague(given.text()))
            .map(|noun| noun.with_the()),
        _ => None,
    };
    Some(match whose {
        Some(whose) if !noun.text().contains(" of ") => {
            format!("return {} of {whose}", noun.with_the())
        }
        _ => format!("return {}", noun.with_the()),
    })
}

/// A name without a verb of a function that says yes or no.
fn asked(sketch: &Sketch<'_>, words: &[String], noun: &Noun) -> String {
    let first = words.first().map_or("", String::as_str);
    let last = words.last().map_or("", String::as_str);
    let given = sketch.required().next().and_then(|one| Noun::of(&one.name));
    let subject = match (&sketch.class, &given) {
        (Some(_), _) => sketch.instance(),
        (None, Some(noun)) => noun.with_the(),
        (None, None) => "it".to_owned(),
    };
    if verbs::is_third_person(first) {
        let rest = english::spelled(words.get(1..).unwrap_or_default());
        let object = given.filter(|_| rest.is_empty() && sketch.class.is_some());
        let rest = object.map_or(rest, |noun| noun.with_the());
        return format!("tell whether {subject} {first} {rest}")
            .trim_end()
            .to_owned();
    }
    if is_adjective(last) {
        return format!("tell whether {subject} is {}", noun.text());
    }
    format!("check for {}", noun.with_the())
}

/// What a function that gives nothing back hands on to.
fn delegated(sketch: &Sketch<'_>) -> Option<String> {
    let only = sketch.body.only_expression.as_ref()?;
    let (function, _) = only.call()?;
    let called = sketch.quoted(function)?;
    (sketch.body.statements == 1).then(|| format!("call {called}"))
}

/// What the body does, where the name says nothing.
fn from_body(sketch: &Sketch<'_>) -> Option<String> {
    if let [only] = sketch.body.yields.as_slice()
        && let Some(value) = only.value.as_ref().and_then(|value| sketch.quoted(value))
    {
        return Some(format!("yield {value}"));
    }
    let [only] = sketch.body.returns.as_slice() else {
        return last_call(sketch);
    };
    let value = only.value.as_ref()?;
    match &value.form {
        Form::Comparison(..) | Form::Any(_) | Form::All(_) | Form::Not(_)
            if matches!(value.form, Form::Comparison(..) | Form::Not(_))
                || sketch.returned_type() == Some("bool") =>
        {
            if let Some(said) = super::condition::clause(sketch, value, true) {
                return Some(format!("tell whether {said}"));
            }
        }
        Form::Comprehension {
            container, over, ..
        } => {
            if let Some(over) = sketch.told(over) {
                let made = match container {
                    Container::Set => "a set",
                    Container::Dictionary => "a dictionary",
                    _ => "a list",
                };
                return Some(format!("build {made} from {over}"));
            }
        }
        Form::Call(callee, _) => {
            if let Some(path) = callee.dotted()
                && let Some(class) = path
                    .rsplit('.')
                    .next()
                    .filter(|class| class.len() > 1 && class.starts_with(char::is_uppercase))
                && class.contains(char::is_lowercase)
            {
                return Some(format!("build {} `{class}`", english::article(class)));
            }
            if callee.name() == Some("cls") {
                return sketch
                    .instance_noun()
                    .map(|noun| format!("create {}", english::with_a(&noun)));
            }
            if let Some(called) = sketch.quoted(callee) {
                return Some(format!("return what {called} returns"));
            }
        }
        Form::Name(name)
            if sketch
                .module
                .definitions
                .iter()
                .any(|one| one.name == *name) =>
        {
            return None;
        }
        _ => {}
    }
    sketch
        .quoted(value)
        .map(|quoted| format!("return {quoted}"))
}

fn last_call(sketch: &Sketch<'_>) -> Option<String> {
    if sketch.definition.returns_value() {
        return None;
    }
    let only = sketch.body.only_expression.as_ref()?;
    let (function, _) = only.call()?;
    let called = function
        .dotted()
        .as_deref()
        .and_then(quotable)
        .map(|called| format!("`{called}`"))?;
    Some(format!("call {called}"))
}
