//! Classes and their attributes.

use super::english::{self, Noun, is_adjective, is_participle};
use super::sketch::{class_noun, is_vague};
use super::verbs;
use crate::config::AttributesInDocstring;
use crate::docstring::words::words_of;
use crate::generate::attributes::documented_attributes;
use crate::python::{Bodies, DecoratorRole, Definition, Kind, Module, Visibility};

/// What sort of class it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Exception,
    Enumeration,
    Interface,
    Record,
    Tests,
    Mixin,
    Other,
}

/// What sort of class `class` is, by its bases, decorators and name.
pub(super) fn sort(class: &Definition) -> Sort {
    let has_base = |endings: &[&str]| {
        class.bases.iter().any(|base| {
            let base = base.split(['[', '(']).next().unwrap_or_default();
            endings.iter().any(|ending| base.ends_with(ending))
        })
    };
    let name = class.name.as_str();
    let is_decorated = |names: &[&str]| {
        class.decorators.iter().any(|one| {
            let path = one.text.split('(').next().unwrap_or_default();
            names.contains(&path)
        })
    };
    if has_base(&["Error", "Exception", "Warning"])
        || (!class.bases.is_empty() && (name.ends_with("Error") || name.ends_with("Exception")))
    {
        Sort::Exception
    } else if has_base(&["Enum", "Flag", "Choices"]) {
        Sort::Enumeration
    } else if (name.starts_with("Test") && name.len() > 4) || has_base(&["TestCase"]) {
        Sort::Tests
    } else if class.has_role(DecoratorRole::Dataclass)
        || has_base(&["NamedTuple", "TypedDict", "BaseModel", "Struct"])
        || is_decorated(&[
            "attr.s",
            "attrs.define",
            "define",
            "attrs.frozen",
            "frozen",
            "attr.define",
            "attr.attrs",
            "attrs",
        ])
    {
        Sort::Record
    } else if name.ends_with("Mixin") || name.ends_with("MixIn") {
        Sort::Mixin
    } else if class.bases.iter().any(|base| {
        let last = base
            .split('[')
            .next()
            .unwrap_or_default()
            .rsplit('.')
            .next();
        matches!(last, Some("Protocol" | "ABC")) || base.ends_with("ABCMeta")
    }) {
        Sort::Interface
    } else {
        Sort::Other
    }
}

/// The summaries that fit a class, the best first, without capital and period.
pub(super) fn candidates(module: &Module, class: &Definition, bodies: &Bodies) -> Vec<String> {
    let words = words_of(&class.name);
    let noun = class_noun(class).unwrap_or_else(|| english::spelled(&words));
    if let Some(said) = of_bare_name(class, &noun) {
        return vec![said];
    }
    let mut found = Vec::new();
    match sort(class) {
        Sort::Exception => found.push(exception(&words)),
        Sort::Enumeration => found.push(format!("enumerate the {}", english::plural(&noun))),
        Sort::Tests => {
            let rest: Vec<String> = words
                .iter()
                .filter(|word| !matches!(word.as_str(), "test" | "tests" | "case" | "testing"))
                .cloned()
                .collect();
            if rest.is_empty() {
                found.push("hold tests".to_owned());
            } else {
                found.push(format!("test {}", english::spelled(&rest)));
            }
        }
        Sort::Record => {
            let fields: Vec<String> = documented_attributes(class, AttributesInDocstring::All)
                .filter_map(|one| Noun::of(&one.name))
                .filter(|noun| {
                    !english::is_preposition(noun.text())
                        && (!is_vague(noun.text()) || noun.text() == "value")
                })
                .map(|noun| noun.text().to_owned())
                .collect();
            let all = documented_attributes(class, AttributesInDocstring::All).count();
            if all == fields.len() && (1..=4).contains(&all) {
                found.push(format!(
                    "hold the {} of {}",
                    english::list(&fields, "and"),
                    english::with_a(&noun)
                ));
            }
            found.push(format!("hold the data of {}", english::with_a(&noun)));
        }
        Sort::Mixin => {
            let methods: Vec<String> = public_methods(module, class)
                .map(|one| format!("`{}`", one.name))
                .collect();
            if (1..=3).contains(&methods.len()) {
                let what = if methods.len() == 1 {
                    "method"
                } else {
                    "methods"
                };
                found.push(format!(
                    "give other classes the {what} {}",
                    english::list(&methods, "and")
                ));
            }
            found.push(format!("mix {} into other classes", in_words(&noun)));
        }
        Sort::Interface => found.push(format!(
            "define the interface of {}",
            english::with_a(&noun)
        )),
        Sort::Other => found.extend(other(module, class, bodies, &noun)),
    }
    let mut fallback = format!("represent {}", english::with_a(&noun));
    if class.name.starts_with("Base")
        || class.name.starts_with("Abstract")
        || class.name.ends_with("Base")
    {
        fallback = format!("provide the base of {}", english::plural(&noun));
    }
    found.push(fallback);
    found.push(format!(
        "represent {}",
        english::with_a(words.last().map_or("value", String::as_str))
    ));
    found
}

/// A class whose name has no word that says what it is.
fn of_bare_name(class: &Definition, noun: &str) -> Option<String> {
    if noun.chars().count() == 1 {
        let article = english::article(&class.name);
        return Some(format!("represent {article} `{}`", class.name));
    }
    if noun == "base" || noun == "abstract" {
        return Some("provide the base of other classes".to_owned());
    }
    noun.chars()
        .all(|c| !c.is_alphabetic())
        .then(|| "represent a value".to_owned())
}

fn in_words(noun: &str) -> String {
    if english::is_plural(noun) || is_adjective(noun) {
        noun.to_owned()
    } else {
        english::with_a(noun)
    }
}

/// «signal that an order was not found», by the patterns that names of exceptions follow.
fn exception(words: &[String]) -> String {
    let kept: Vec<String> = match words {
        [rest @ .., last]
            if matches!(last.as_str(), "error" | "exception" | "warning") && !rest.is_empty() =>
        {
            rest.to_vec()
        }
        words => words.to_vec(),
    };
    let is_warning = words.last().is_some_and(|last| last == "warning");
    let verb = if is_warning { "warn" } else { "signal" };
    let of = if is_warning { " of" } else { "" };
    let told = |words: &[String]| Noun::of_words(words);
    let parts: Vec<&str> = kept.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [
            "invalid" | "missing" | "unknown" | "duplicate" | "unsupported" | "unexpected" | "bad"
            | "illegal" | "malformed" | "ambiguous" | "incompatible" | "incorrect" | "wrong"
            | "undefined" | "unresolved" | "unhandled" | "inconsistent" | "expired" | "multiple"
            | "conflicting" | "insufficient",
            _,
            ..,
        ] => {
            format!("{verb}{of} {}", told(&kept).with_a())
        }
        ["no", _, ..] => format!("{verb} that there is {}", english::spelled(&kept)),
        ["too", ..] => format!("{verb}{of} {}", english::spelled(&kept)),
        [.., "not", "found"] if parts.len() > 2 => {
            format!(
                "{verb} that {} was not found",
                told(&kept[..kept.len() - 2]).with_a()
            )
        }
        [.., "does", "not", "exist"] if parts.len() > 3 => {
            format!(
                "{verb} that {} does not exist",
                told(&kept[..kept.len() - 3]).with_a()
            )
        }
        [.., "already", "exists"] if parts.len() > 2 => {
            format!(
                "{verb} that {} exists already",
                told(&kept[..kept.len() - 2]).with_a()
            )
        }
        ["out", "of", ..] => format!("{verb} that something is {}", english::spelled(&kept)),
        ["not", "found"] => format!("{verb} that something was not found"),
        ["not", last] if is_adjective(last) => format!("{verb} that something is not {last}"),
        [.., last] if parts.len() > 1 && is_participle(last) => {
            let subject = told(&kept[..kept.len() - 1]);
            format!("{verb} that {} is {last}", subject.with_a())
        }
        _ => {
            let noun = english::spelled(&kept);
            let end = words
                .last()
                .filter(|last| {
                    kept.len() < words.len() && matches!(last.as_str(), "error" | "warning")
                })
                .map_or("error", |_| "error");
            let noun = if is_warning || noun.ends_with("error") || noun.ends_with("exception") {
                noun
            } else {
                format!("{noun} {end}")
            };
            format!("{verb}{of} {}", english::with_a(&noun))
        }
    }
}

/// Classes that only their name tells about.
fn other(module: &Module, class: &Definition, bodies: &Bodies, noun: &str) -> Vec<String> {
    let mut found = Vec::new();
    let words = words_of(&class.name);
    if class.kind == Kind::NestedClass && matches!(class.name.as_str(), "Meta" | "Config") {
        let outer = class
            .parent
            .and_then(|at| module.definitions.get(at))
            .and_then(class_noun);
        let what = if class.name == "Meta" {
            "metadata"
        } else {
            "settings"
        };
        found.push(match outer {
            Some(outer) => format!("declare the {what} of the {outer}"),
            None => format!("declare {what}"),
        });
        return found;
    }
    if let [rest @ .., last] = words.as_slice()
        && !rest.is_empty()
    {
        let rest: Vec<String> = rest
            .iter()
            .filter(|word| !matches!(word.as_str(), "base" | "abstract" | "default" | "simple"))
            .cloned()
            .collect();
        let object = Noun::of_words(&rest);
        let is_thing = !rest.is_empty()
            && rest.iter().all(|word| !is_adjective(word))
            && !matches!(rest[0].as_str(), "async" | "sync");
        // `RichHandler(Handler)` is a handler in the words of its base.
        let is_of_kind = class
            .bases
            .iter()
            .any(|base| words_of(base).last() == Some(last));
        if let Some(verb) = agent(last).filter(|_| is_thing && !is_of_kind) {
            found.push(format!("{verb} {}", object.plural()));
        } else if matches!(
            last.as_str(),
            "config" | "configuration" | "settings" | "options"
        ) && is_thing
        {
            let what = if last == "options" {
                "options"
            } else {
                "settings"
            };
            found.push(format!("hold the {what} of {}", object.with_the()));
        }
    }
    if let Some(with) = with_what(module, class, bodies, noun) {
        found.push(format!("represent {} with {with}", english::with_a(noun)));
    }
    found
}

/// The verb of who does something by trade: «parser» gives «parse».
fn agent(word: &str) -> Option<&'static str> {
    Some(match word {
        "builder" => "build",
        "factory" => "create",
        "handler" => "handle",
        "parser" => "parse",
        "manager" => "manage",
        "validator" => "validate",
        "loader" => "load",
        "renderer" => "render",
        "formatter" => "format",
        "converter" => "convert",
        "encoder" => "encode",
        "decoder" => "decode",
        "serializer" => "serialize",
        "deserializer" => "deserialize",
        "generator" => "generate",
        "reader" => "read",
        "writer" => "write",
        "resolver" => "resolve",
        "scheduler" => "schedule",
        "processor" => "process",
        "runner" => "run",
        "executor" => "execute",
        "exporter" => "export",
        "importer" => "import",
        "collector" => "collect",
        "tracker" => "track",
        "printer" => "print",
        "provider" => "provide",
        "checker" => "check",
        "finder" => "find",
        "dispatcher" => "dispatch",
        "notifier" => "send",
        "compiler" => "compile",
        "tokenizer" => "tokenize",
        "optimizer" => "optimize",
        "transformer" => "transform",
        "evaluator" => "evaluate",
        "inspector" => "inspect",
        "normalizer" => "normalize",
        "highlighter" => "highlight",
        _ => return None,
    })
}

/// What an instance is made with: the parameters of `__init__` that it keeps in public, if they are few.
fn with_what(module: &Module, class: &Definition, bodies: &Bodies, noun: &str) -> Option<String> {
    let init = method(module, class, "__init__")?;
    let body = bodies.of(init)?;
    let mut kept = Vec::new();
    for parameter in init.documented_parameters() {
        let is_kept = body.assignments.iter().any(|one| {
            one.target
                .of_self()
                .is_some_and(|name| name == parameter.name)
                && one.value.as_ref().and_then(|value| value.name()) == Some(&parameter.name)
        });
        if !is_kept {
            continue;
        }
        let noun = Noun::of(&parameter.name)?;
        if super::sketch::is_switch(parameter) {
            continue;
        }
        if is_vague(noun.text()) {
            return None;
        }
        kept.push(noun.with_a());
    }
    let is_new = !kept.iter().any(|one| one.ends_with(noun));
    ((1..=3).contains(&kept.len()) && is_new).then(|| english::list(&kept, "and"))
}

/// A method of a class.
pub(super) fn method<'m>(
    module: &'m Module,
    class: &Definition,
    name: &str,
) -> Option<&'m Definition> {
    methods(module, class).find(|one| one.name == name)
}

fn methods<'m>(module: &'m Module, class: &Definition) -> impl Iterator<Item = &'m Definition> {
    let at = module
        .definitions
        .iter()
        .position(|one| std::ptr::eq(one, class) || one.qualified_name == class.qualified_name);
    module
        .definitions
        .iter()
        .filter(move |one| at.is_some() && one.parent == at && one.is_function())
}

fn public_methods<'m>(
    module: &'m Module,
    class: &Definition,
) -> impl Iterator<Item = &'m Definition> {
    methods(module, class).filter(|one| one.visibility == Visibility::Public && !one.is_magic())
}

/// The verb phrase or noun that a class stands for in the sentence about its module.
pub(super) fn things(class: &Definition) -> Option<String> {
    let noun = class_noun(class)?;
    let last = noun.rsplit(' ').next().unwrap_or_default();
    let is_countable = !is_adjective(last) && !verbs::is_third_person(last);
    is_countable.then(|| english::plural(&noun))
}
