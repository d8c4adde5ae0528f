//! What a function returns and yields.

use super::answer::{answer, is_answer};
use super::english::{self, Noun, is_adjective, is_one_of};
use super::phrase::{self, Action};
use super::raises::circumstances;
use super::sketch::{
    Sketch, arguments_of, class_of, is_vague, type_words, without_none, without_quotes,
};
use super::verbs;
use crate::docstring::words::{capitalized, words_of};
use crate::python::{Container, DecoratorRole, Exit, Form, Term};

/// The text of `Returns`.
pub(super) fn returns_text(sketch: &Sketch<'_>) -> String {
    let values: Vec<&Exit> = sketch
        .body
        .returns
        .iter()
        .filter(|exit| exit.value.as_ref().is_some_and(|value| !value.is_none()))
        .collect();
    if let Some(text) = magic(sketch, &values) {
        return text;
    }
    if let Some(what) = super::decorator::decorated(sketch) {
        return format!("{}.", capitalized(what));
    }
    if is_answer(sketch, &values) {
        return answer(sketch, &values);
    }
    let what = value_words(sketch, &values);
    let text = match when_none(sketch, &values) {
        Some(none) => format!("{what}, or {none}"),
        None => what,
    };
    format!("{}.", capitalized(&text))
}

fn magic(sketch: &Sketch<'_>, values: &[&Exit]) -> Option<String> {
    let name = sketch.definition.name.as_str();
    let it = sketch.instance();
    Some(match name {
        "__len__" => {
            let [
                Exit {
                    value: Some(value), ..
                },
            ] = values
            else {
                return Some("The length.".to_owned());
            };
            let what = value
                .call()
                .filter(|(callee, _)| callee.name() == Some("len"))
                .and_then(|(_, arguments)| arguments.first())
                .and_then(|one| one.value.of_self())
                .and_then(Noun::of);
            match what.filter(Noun::is_plural) {
                Some(noun) => format!("The number of {}.", noun.text()),
                None => "The length.".to_owned(),
            }
        }
        "__hash__" => "The hash.".to_owned(),
        "__repr__" => "The representation.".to_owned(),
        "__str__" => "The string.".to_owned(),
        "__eq__" => format!("`True` if {it} equals the other object, `False` otherwise."),
        "__ne__" => format!("`True` if {it} differs from the other object, `False` otherwise."),
        "__lt__" | "__le__" | "__gt__" | "__ge__" => {
            format!("The result of comparing {it} with the other one.")
        }
        "__bool__" => format!("`True` if {it} counts as true, `False` otherwise."),
        "__contains__" => {
            let given = sketch.definition.given_parameters().next()?;
            format!(
                "`True` if `{}` is contained, `False` otherwise.",
                given.name
            )
        }
        "__enter__" | "__aenter__" if values.iter().all(|one| is_self(one)) => {
            capitalized(&format!("{it} itself."))
        }
        "__iter__" | "__aiter__" | "__reversed__" => match values {
            [only] if is_self(only) => capitalized(&format!("{it} itself.")),
            _ => "An iterator.".to_owned(),
        },
        "__exit__" | "__aexit__" => {
            "`True` to suppress the exception, otherwise something false.".to_owned()
        }
        "__next__" | "__anext__" => "The next item.".to_owned(),
        "__getitem__" => "The item.".to_owned(),
        "__fspath__" => "The path.".to_owned(),
        "__copy__" | "__deepcopy__" => "The copy.".to_owned(),
        "__new__" => "The new instance.".to_owned(),
        _ => return None,
    })
}

fn is_self(exit: &Exit) -> bool {
    exit.value.as_ref().and_then(Term::name) == Some("self")
}

/// What comes back, in words, without «or `None`».
fn value_words(sketch: &Sketch<'_>, values: &[&Exit]) -> String {
    let instance = sketch.instance();
    let is_status = matches!(sketch.returned_type(), Some("int") | None);
    if sketch.definition.name == "main" && sketch.class.is_none() && is_status {
        return "the exit status".to_owned();
    }
    if !values.is_empty() && values.iter().all(|one| is_self(one)) {
        return if matches!(sketch.definition.name.as_str(), "run" | "execute") {
            format!("{instance} itself")
        } else {
            format!("{instance} itself, so that calls can be chained")
        };
    }
    let by_value = match values {
        [only] => only.value.as_ref().and_then(|value| of_term(sketch, value)),
        _ => None,
    };
    if let Some(said) = by_value {
        return said;
    }
    if let Some(said) = by_name(sketch) {
        return said;
    }
    // All branches build the same class.
    let made: Vec<Option<&str>> = values
        .iter()
        .map(|exit| exit.value.as_ref().and_then(made_class))
        .collect();
    if let [Some(first), rest @ ..] = made.as_slice()
        && rest.iter().all(|one| *one == Some(*first))
    {
        return format!("{} `{first}`", english::article(first));
    }
    if let Some(said) = sketch
        .returned_type()
        .and_then(|annotation| typed(sketch, annotation))
    {
        return said;
    }
    if let [only] = values
        && let Some(value) = &only.value
    {
        if let Some((callee, _)) = value.call()
            && let Some(called) = sketch.quoted(callee)
        {
            return format!("what {called} returns");
        }
        if let Some(quoted) = sketch.quoted(value) {
            return format!("the value of {quoted}");
        }
    }
    "the result".to_owned()
}

/// The class whose call a term is.
pub(super) fn made_class(term: &Term) -> Option<&str> {
    let (callee, _) = term.call()?;
    let name = match &callee.form {
        Form::Name(name) | Form::Attribute(_, name) => name.as_str(),
        _ => return None,
    };
    let is_class =
        name.len() > 2 && name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    is_class.then_some(name)
}

/// What one expression is, as far as it says more than the function's name.
fn of_term(sketch: &Sketch<'_>, term: &Term) -> Option<String> {
    if term
        .call()
        .is_some_and(|(callee, _)| callee.name() == Some("cls"))
    {
        return sketch.instance_noun().map(|noun| format!("the new {noun}"));
    }
    match &term.form {
        Form::Series(Container::Tuple, parts) if (2..=4).contains(&parts.len()) => {
            let told: Option<Vec<String>> =
                parts.iter().map(|part| part_words(sketch, part)).collect();
            let told = told?;
            let is_repeated = told
                .iter()
                .enumerate()
                .any(|(at, one)| told[..at].contains(one));
            (!is_repeated).then(|| format!("a tuple of {}", english::list(&told, "and")))
        }
        Form::Comprehension { .. } => of_comprehension(sketch, term),
        Form::Name(name) if sketch.is_local(name) => of_local(sketch, name),
        Form::Name(name) => {
            let parameter = sketch.parameter(name)?;
            let noun = Noun::of(&parameter.name)?;
            Some(
                if noun.text() == english::spelled(&words_of(name))
                    && sketch.body.assignments_to(name) == 0
                {
                    format!("{} as it was given", noun.with_the())
                } else {
                    noun.with_the()
                },
            )
        }
        Form::Attribute(owner, name) if owner.name() == Some("self") => {
            let noun = Noun::of(name).filter(|noun| !is_vague(noun.text()))?;
            Some(match sketch.instance_noun() {
                Some(instance) if instance != noun.text() && !noun.text().contains(" of ") => {
                    format!("{} of the {instance}", noun.with_the())
                }
                _ => noun.with_the(),
            })
        }
        _ => {
            let class = made_class(term)?;
            let noun = Noun::of(class)?;
            if noun.text().len() < 4 {
                return None;
            }
            let is_own = sketch
                .module
                .definitions
                .iter()
                .any(|one| one.name == class);
            Some(if is_own || noun.text().contains(' ') {
                format!("{} `{class}`", english::article(class))
            } else {
                format!("the new {}", noun.text())
            })
        }
    }
}

/// What a comprehension makes: «a list of titles, from the products».
fn of_comprehension(sketch: &Sketch<'_>, term: &Term) -> Option<String> {
    let Form::Comprehension {
        container,
        element,
        key,
        over,
        target,
        ..
    } = &term.form
    else {
        return None;
    };
    let over_words = told_source(sketch, over)?;
    let element_words = comprehension_element(element, target)?;
    match (container, key) {
        (Container::Dictionary, Some(key)) => {
            let key = comprehension_element(key, target)?;
            Some(format!(
                "a dictionary of {element_words} by {key}, from {over_words}"
            ))
        }
        (Container::List, _) => Some(format!(
            "a list of {}, from {over_words}",
            english::plural(&element_words)
        )),
        (Container::Set, _) => Some(format!(
            "a set of {}, from {over_words}",
            english::plural(&element_words)
        )),
        _ => None,
    }
}

/// A local name that is returned, by its words.
fn of_local(sketch: &Sketch<'_>, name: &str) -> Option<String> {
    let noun = Noun::of(name).filter(|noun| !is_vague(noun.text()) && noun.text().len() > 3)?;
    if let Some(origin) = sketch.origin(name)
        && let Some(class) = made_class(origin)
    {
        let class_noun = Noun::of(class)?;
        return Some(
            if class_noun.text().contains(noun.text()) || noun.text().contains(class_noun.text()) {
                format!("the new {}", class_noun.text())
            } else {
                format!("the {}, {} `{class}`", noun.text(), english::article(class))
            },
        );
    }
    Some(noun.with_the())
}

/// A part of a tuple that is returned.
pub(super) fn part_words(sketch: &Sketch<'_>, term: &Term) -> Option<String> {
    match &term.form {
        Form::Name(name) => {
            let noun = Noun::of(name)?;
            (!is_vague(noun.text())).then(|| noun.with_the())
        }
        Form::Attribute(_, name) => Noun::of(name)
            .filter(|noun| !is_vague(noun.text()))
            .map(|noun| noun.with_the()),
        Form::None | Form::Truth(_) | Form::Number => sketch.quoted(term),
        Form::Await(value) => part_words(sketch, value),
        _ => None,
    }
}

/// Where a comprehension takes its elements from.
fn told_source(sketch: &Sketch<'_>, over: &Term) -> Option<String> {
    match &over.form {
        Form::Name(name) if sketch.is_local(name) => Noun::of(name).map(|noun| noun.with_the()),
        _ => sketch.told(over),
    }
}

/// What a comprehension makes of each turn: «line», «line total».
fn comprehension_element(element: &Term, target: &Term) -> Option<String> {
    let noun = |name: &str| Noun::of(name).filter(|noun| !is_vague(noun.text()));
    match &element.form {
        Form::Name(name) => noun(name).map(|noun| noun.text().to_owned()),
        Form::Attribute(owner, name) if owner.name().is_some() && owner.name() == target.name() => {
            let inner = noun(name)?;
            Some(match owner.name().and_then(noun) {
                Some(owner) => format!("{} {}", owner.text(), inner.text()),
                None => inner.text().to_owned(),
            })
        }
        Form::Call(..) => made_class(element)
            .and_then(noun)
            .map(|noun| noun.text().to_owned()),
        _ => None,
    }
}

/// What comes back by the function's name: «the parsed date», «the total».
fn by_name(sketch: &Sketch<'_>) -> Option<String> {
    let definition = sketch.definition;
    if definition.is_magic() {
        return None;
    }
    let words = words_of(&definition.name);
    if let Some((first, rest)) = words.split_first()
        && !rest.is_empty()
        && matches!(first.as_str(), "to" | "as" | "from")
    {
        if first == "from" {
            if sketch.class.is_some() && !sketch.definition.has_role(DecoratorRole::ClassMethod) {
                return None;
            }
            return sketch.instance_noun().map(|noun| format!("the new {noun}"));
        }
        let noun = Noun::of_words(rest);
        return (!is_adjective(noun.text())).then(|| noun.with_the());
    }
    if super::decorator::wrapped(sketch).is_some() {
        return None;
    }
    let Some(action) = Action::of(sketch) else {
        let is_bare = words
            .first()
            .is_some_and(|word| english::is_preposition(word));
        if is_bare
            || words
                .last()
                .is_some_and(|word| english::is_preposition(word))
        {
            return None;
        }
        let noun = Noun::of(&definition.name)?;
        if is_adjective(noun.text()) || is_vague(noun.text()) {
            return None;
        }
        return Some(noun.with_the());
    };
    let at = action
        .rest
        .iter()
        .position(|word| english::is_preposition(word));
    let object = &action.rest[..at.unwrap_or(action.rest.len())];
    let noun = if object.is_empty() {
        let named = phrase::returned_noun(sketch);
        if action.retrieves() || action.creates() {
            let new = if action.creates() { "new " } else { "" };
            return named.map(|noun| format!("the {new}{noun}"));
        }
        let first = sketch.required().next()?;
        Noun::of(&first.name)?
    } else {
        Noun::of_words(object)
    };
    let text = noun.text();
    if is_adjective(text) || action.verb.contains(' ') && !action.retrieves() && !action.creates() {
        return None;
    }
    if action.retrieves() || is_one_of(&action.verb, GIVING) {
        return (!is_vague(text)).then(|| noun.with_the());
    }
    if action.creates() {
        return Some(format!("the new {text}"));
    }
    // The annotation or the body says that the same kind of thing comes back.
    let gives_another = sketch.returned_type().is_some_and(|annotation| {
        matches!(
            class_of(annotation),
            Some("int" | "float" | "None" | "bool")
        )
    });
    let is_another = phrase::returned_noun(sketch)
        .is_some_and(|named| !named.contains(text) && !text.contains(&named));
    (is_one_of(&action.verb, CHANGING) && !gives_another && !is_another && !is_vague(text))
        .then(|| format!("the {} {text}", verbs::participle(&action.verb)))
}

/// A value by its annotation.
fn typed(sketch: &Sketch<'_>, annotation: &str) -> Option<String> {
    let (annotation, _) = without_none(annotation);
    let class = class_of(annotation)?;
    let arguments = arguments_of(annotation);
    let noun_of = |annotation: &str| {
        let class = class_of(without_quotes(annotation))?;
        let is_own = class.starts_with(char::is_uppercase) && class.len() > 2 && class != "Any";
        Noun::of(class).filter(|_| is_own)
    };
    match (class, arguments.as_slice()) {
        ("Self", _) => return Some(sketch.instance()),
        (
            "list" | "List" | "Sequence" | "Iterable" | "tuple" | "Tuple" | "set" | "frozenset"
            | "Collection",
            [item, ..],
        ) => {
            if let Some(noun) = noun_of(item) {
                return Some(format!("the {}", noun.plural()));
            }
            let item = match *item {
                "str" => "strings",
                "int" => "integers",
                "float" => "numbers",
                _ => return type_words(annotation),
            };
            if class.eq_ignore_ascii_case("tuple") && !arguments.contains(&"...") {
                return Some("a tuple".to_owned());
            }
            let list = type_words(annotation)?;
            return Some(format!("{list} of {item}"));
        }
        ("dict" | "Dict" | "Mapping", [_, value]) => {
            if let Some(noun) = noun_of(value) {
                return Some(format!("a dictionary of {}", noun.plural()));
            }
        }
        ("Callable", _) => return Some("a function".to_owned()),
        _ => {}
    }
    if let Some(said) =
        type_words(annotation).filter(|said| !said.contains('`') && said.contains(' '))
    {
        return Some(said);
    }
    if let Some(noun) = noun_of(annotation)
        && !matches!(class, "Any" | "Union" | "Optional" | "Literal")
        && arguments.is_empty()
    {
        return Some(noun.with_the());
    }
    type_words(annotation)
}

/// When `None` comes back: «`None` if the user is unknown».
fn when_none(sketch: &Sketch<'_>, values: &[&Exit]) -> Option<String> {
    let is_optional = sketch
        .returned_type()
        .is_some_and(|annotation| without_none(annotation).1);
    let nones: Vec<&Exit> = sketch
        .body
        .returns
        .iter()
        .filter(|exit| exit.value.as_ref().is_none_or(Term::is_none))
        .collect();
    if let [only] = nones.as_slice()
        && !sketch.body.falls_off
        && let Some(said) = circumstances(sketch, &only.circumstances)
    {
        return Some(format!("`None` {said}"));
    }
    if !nones.is_empty() || (is_optional && sketch.body.falls_off) {
        return Some("`None`".to_owned());
    }
    if is_optional
        && let [only] = values
        && let Some(value) = &only.value
        && let Some((callee, arguments)) = value.call()
        && let Form::Attribute(place, method) = &callee.form
        && method == "get"
        && let [key] = arguments
        && let (Some(key), Some(place)) = (sketch.told(&key.value), sketch.told(place))
    {
        return Some(format!("`None` if {key} is not in {place}"));
    }
    is_optional.then(|| "`None`".to_owned())
}

/// Verbs whose object is what comes back.
const GIVING: &str = "\
    compute calculate determine return count list collect gather estimate sum guess infer predict \
    detect evaluate measure deduce show describe extract take receive provide derive discover \
    identify";

/// Verbs that give their object back in another form.
const CHANGING: &str = "\
    apply assemble canonicalize capitalize cast clean coerce collapse combine compile compress \
    concatenate convert copy crop decode decompress decrypt dedent deduplicate deserialize encode \
    encrypt escape expand filter flatten fold format group indent interpolate invert join mask \
    merge minify normalize pad parse prepare process quote redact reduce render replace reshape \
    resolve reverse rewrite rotate round sanitize scale serialize shift shorten shuffle simplify \
    slugify sort split stringify strip substitute tokenize transform translate transpose trim \
    truncate unescape unpack unquote unwrap update validate wrap factor adapt adjust align \
    annotate decorate extend hash humanize";
