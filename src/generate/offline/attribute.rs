//! Attributes of classes in words.

use super::classes::{Sort, method, sort};
use super::english::{self, Noun, is_adjective, is_one_of};
use super::sketch::{class_noun, class_of, quotable, type_words, without_none, without_quotes};
use super::switch::{Place, switch};
use super::verbs;
use crate::docstring::words::{capitalized, words_of};
use crate::python::{Attribute, Bodies, Definition, Form, Module, Parameter};

/// The description of an attribute.
pub(super) fn attribute_text(
    module: &Module,
    class: &Definition,
    attribute: &Attribute,
    bodies: &Bodies,
) -> String {
    let value = attribute.value.as_deref();
    let sort = sort(class);
    let instance = if sort == Sort::Exception {
        Some("exception".to_owned())
    } else {
        class_noun(class)
    };
    let is_declared = class.facts.attributes.contains(attribute);
    if sort == Sort::Enumeration && attribute.annotation.is_none() && is_declared {
        return member(attribute, instance.as_deref());
    }
    let parameter = given_as(module, class, attribute, bodies);
    let annotation = attribute
        .annotation
        .as_deref()
        .or_else(|| parameter.and_then(|one| one.annotation.as_deref()))
        .map(without_quotes)
        .map(without_class_var);
    let inner = annotation.map(|one| without_none(one).0);
    let is_switch = inner == Some("bool")
        || (annotation.is_none() && matches!(value, Some("True" | "False")))
        || parameter.is_some_and(super::sketch::is_switch);
    let mut text = if is_switch {
        let place = if parameter.is_some() {
            Place::Parameter
        } else {
            Place::Attribute
        };
        switch(instance.as_deref(), &attribute.name, place)
    } else {
        noun_text(attribute, instance.as_deref(), inner)
    };
    let is_constant = |value: &str| {
        value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '"' | '\'' | '-'))
            || matches!(value, "None" | "True" | "False")
    };
    let shown = value.and_then(quotable).filter(|value| is_constant(value));
    let is_field = sort == Sort::Record && is_declared;
    if let Some(value) = shown {
        if is_field {
            return format!("{}. Defaults to `{value}`.", capitalized(&text));
        }
        let is_class_constant = is_declared && attribute.annotation.is_none();
        if is_class_constant && !is_switch && value != "None" && !text.contains('`') {
            text = format!("{text}, `{value}`");
        }
    }
    format!("{}.", capitalized(&text))
}

pub(super) fn without_class_var(annotation: &str) -> &str {
    for name in [
        "ClassVar[",
        "typing.ClassVar[",
        "t.ClassVar[",
        "Final[",
        "InitVar[",
        "Mapped[",
    ] {
        if let Some(inner) = annotation
            .strip_prefix(name)
            .and_then(|inner| inner.strip_suffix(']'))
        {
            return without_quotes(inner);
        }
    }
    annotation
}

/// Words of three letters that are no abbreviations.
pub(super) const SHORT: &str = "\
    add all and any bad big day end far fly get hot key law log low man map mid net new not off \
    old one out own put raw red run set six sum ten the top try two use wet xor yes";

/// A member of an enumeration: «the shipped status».
pub(super) fn member(attribute: &Attribute, instance: Option<&str>) -> String {
    let words = words_of(&attribute.name.to_lowercase());
    let name = match words.as_slice() {
        // A code: `EUR`.
        [only]
            if only.len() == 3
                && attribute.name == only.to_uppercase()
                && !is_one_of(only, SHORT) =>
        {
            attribute.name.clone()
        }
        words => english::spelled(words),
    };
    let kind = instance
        .and_then(|noun| noun.rsplit(' ').next())
        .unwrap_or("value");
    let kind = english::singular(kind);
    if name.is_empty() {
        return format!("The value `{}`.", attribute.name);
    }
    let mut text = if name.ends_with(&kind) {
        format!("the {name}")
    } else {
        format!("the {name} {kind}")
    };
    let value = attribute.value.as_deref().and_then(quotable);
    if let Some(value) = value {
        let plain = value.trim_matches(['"', '\'']).to_lowercase();
        let is_literal =
            value.starts_with(['"', '\'']) || value.starts_with(|c: char| c.is_ascii_digit());
        let plain_words: Vec<String> = words_of(&plain.replace(['-', ' ', '.'], "_"));
        if is_literal && plain_words != words && !plain.is_empty() {
            text = format!("{text}, `{value}`");
        }
    }
    format!("{}.", capitalized(&text))
}

pub(super) fn noun_text(
    attribute: &Attribute,
    instance: Option<&str>,
    inner: Option<&str>,
) -> String {
    let Some(noun) = Noun::of(&attribute.name.to_lowercase())
        .filter(|_| attribute.name.contains(|c: char| c.is_lowercase()))
        .or_else(|| Noun::of(&attribute.name.to_lowercase()))
    else {
        let typed = inner.and_then(type_words);
        return match typed {
            Some(typed) => format!("the value `{}`, {typed}", attribute.name),
            None => format!("the value `{}`", attribute.name),
        };
    };
    let class = inner.and_then(class_of);
    if class == Some("Callable") {
        let words = words_of(&attribute.name);
        return match words.split_first() {
            Some((verb, rest))
                if verbs::is_verb(verb) && !rest.is_empty() && !verbs::is_noun_too(verb) =>
            {
                format!(
                    "the function to {} {}",
                    verbs::spelled(verb),
                    Noun::of_words(rest).with_the()
                )
            }
            _ => format!("{}, a function", noun.with_the()),
        };
    }
    if english::is_preposition(noun.text()) {
        let is_told = |class: &&str| {
            class.starts_with(char::is_uppercase) || matches!(*class, "date" | "datetime")
        };
        let kind = class.filter(is_told).and_then(Noun::of).map_or_else(
            || format!("the value `{}`", attribute.name),
            |kind| kind.with_the(),
        );
        return match instance {
            Some(instance) => format!("{kind} of the {instance}"),
            None => kind,
        };
    }
    if is_adjective(noun.text()) {
        let is_own =
            class.is_some_and(|class| class.starts_with(char::is_uppercase) && class != "Any");
        return match class.filter(|_| is_own).and_then(Noun::of) {
            Some(class) if !class.text().contains(noun.text()) => {
                format!("the {} {}", noun.text(), class.text())
            }
            Some(_) => noun.with_the(),
            None => format!("the {} value", noun.text()),
        };
    }
    match instance {
        Some(instance)
            if !noun.text().contains(' ')
                && instance != "exception"
                && !noun
                    .text()
                    .split(' ')
                    .any(|word| instance.split(' ').any(|one| one == word)) =>
        {
            format!("{} of the {instance}", noun.with_the())
        }
        _ => noun.with_the(),
    }
}

/// The parameter of `__init__` that an attribute keeps as it is.
pub(super) fn given_as<'m>(
    module: &'m Module,
    class: &Definition,
    attribute: &Attribute,
    bodies: &Bodies,
) -> Option<&'m Parameter> {
    let init = method(module, class, "__init__")?;
    let body = bodies.of(init)?;
    let given = body.assignments.iter().find_map(|one| {
        let is_it = one.target.of_self() == Some(&attribute.name);
        match &one.value.as_ref()?.form {
            Form::Name(name) if is_it => Some(name),
            _ => None,
        }
    })?;
    init.documented_parameters().find(|one| one.name == *given)
}
