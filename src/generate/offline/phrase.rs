//! Verb phrases from the names of functions: `load_from_file` gives «load the settings from a file».

use super::english::{self, Noun, is_adjective, is_one_of, is_preposition};
use super::sketch::{Sketch, class_of, without_none};
use super::verbs;
use crate::docstring::words::words_of;
use crate::python::{DecoratorRole, Kind};

/// A function's verb, as its name has it, and what is done to what.
pub(super) struct Action {
    /// «validate», «get or create»
    pub(super) verb: String,
    /// The words after the verb, as the identifier has them.
    pub(super) rest: Vec<String>,
}

impl Action {
    /// The action that a function's name tells; `None` where it names a thing.
    pub(super) fn of(sketch: &Sketch<'_>) -> Option<Self> {
        let words = name_words(sketch);
        let (first, rest) = words.split_first()?;
        if let [joint, second, rest @ ..] = rest
            && matches!(joint.as_str(), "and" | "or")
            && verbs::is_verb(first)
            && verbs::is_verb(second)
        {
            return Some(Self {
                verb: format!(
                    "{} {joint} {}",
                    verbs::spelled(first),
                    verbs::spelled(second)
                ),
                rest: rest.to_vec(),
            });
        }
        if matches!(first.as_str(), "try" | "maybe")
            && rest.first().is_some_and(|word| verbs::is_verb(word))
        {
            let (second, rest) = rest.split_first()?;
            let verb = if first == "try" {
                format!("try to {}", verbs::spelled(second))
            } else {
                verbs::spelled(second).to_owned()
            };
            return Some(Self {
                verb,
                rest: rest.to_vec(),
            });
        }
        let returns = sketch.definition.returns_value() || sketch.definition.yields();
        let takes_nothing = sketch.required().next().is_none();
        let is_thing = verbs::is_noun_too(first)
            && returns
            && match rest {
                [] => takes_nothing && names_a_value(first),
                [.., last] => {
                    !rest.iter().any(|word| is_preposition(word))
                        && verbs::ends_a_noun(last)
                        && !is_preposition(last)
                        && takes_few(sketch, last)
                }
            };
        // `request_context() -> RequestContext`
        let is_what_returns = !rest.is_empty()
            && verbs::is_noun_too(first)
            && returned_noun(sketch).is_some_and(|noun| noun == english::spelled(&words));
        let is_thing = is_thing || is_what_returns;
        let is_action = verbs::is_verb(first) && !is_thing;
        // A name that nothing is known of is a verb where nothing comes back, as most such names are.
        let seems_action = !returns
            && !is_thing
            && first.len() > 2
            && first.chars().all(char::is_alphabetic)
            && !is_adjective(first)
            && !english::looks_like_noun(first)
            && !is_preposition(first)
            && english::spelled_word(first) == first
            && !sketch.definition.facts.is_stub
            && !sketch.definition.has_role(DecoratorRole::Fixture)
            && !verbs::ends_a_noun(first)
            && rest.is_empty();
        (is_action || seems_action).then(|| Self {
            verb: verbs::spelled(first).to_owned(),
            rest: rest.to_vec(),
        })
    }

    pub(super) fn verb_is(&self, verbs: &[&str]) -> bool {
        self.verb
            .split(' ')
            .all(|word| word == "or" || word == "and" || verbs.contains(&word))
    }

    /// Whether it makes something that was not there.
    pub(super) fn creates(&self) -> bool {
        self.verb
            .split(' ')
            .all(|word| matches!(word, "or" | "and") || is_one_of(word, CREATING))
    }

    /// Whether it gives what is there already.
    pub(super) fn retrieves(&self) -> bool {
        self.verb_is(RETRIEVING)
    }

    /// The whole phrase, without a period: «validate the email».
    pub(super) fn phrase(&self, sketch: &Sketch<'_>) -> String {
        if self.rest.is_empty() {
            return self.with_object_of_signature(sketch);
        }
        if let [particle, rest @ ..] = self.rest.as_slice()
            && matches!(
                particle.as_str(),
                "up" | "down" | "out" | "off" | "back" | "away" | "all"
            )
            && (particle != "all" || rest.is_empty())
        {
            if particle == "all" {
                return format!("{} everything", self.verb);
            }
            let inner = Self {
                verb: format!("{} {particle}", self.verb),
                rest: rest.to_vec(),
            };
            return inner.phrase(sketch);
        }
        let at = self
            .rest
            .iter()
            .position(|word| is_preposition(word) && word != "off");
        let (object, more) = self.rest.split_at(at.unwrap_or(self.rest.len()));
        let object = if object.is_empty() {
            self.missing_object(sketch, more)
        } else {
            Some(self.object(sketch, object))
        };
        let mut phrase = self.verb.clone();
        for part in [object, after_preposition(sketch, more)]
            .into_iter()
            .flatten()
        {
            if !part.is_empty() {
                phrase.push(' ');
                phrase.push_str(&part);
            }
        }
        match self.place(sketch) {
            Some(place) if at.is_none() => format!("{phrase} {place}"),
            _ => phrase,
        }
    }
}

/// The words of a function's name; the «a» before a verb that tells asynchronous functions apart goes.
pub(super) fn name_words(sketch: &Sketch<'_>) -> Vec<String> {
    let mut words = words_of(&sketch.definition.name);
    if let Some(first) = words.first_mut()
        && sketch.definition.is_async
        && let Some(verb) = first.strip_prefix('a').filter(|verb| verbs::is_verb(verb))
        && !verbs::is_verb(first)
    {
        *first = verb.to_owned();
    }
    words
}

/// The words of a verb and what may follow it, within a sentence.
pub(super) fn verb_and_object(sketch: &Sketch<'_>, words: &[String]) -> String {
    let Some((verb, rest)) = words.split_first() else {
        return String::new();
    };
    let action = Action {
        verb: verbs::spelled(verb).to_owned(),
        rest: rest.to_vec(),
    };
    if rest.is_empty() {
        let first = sketch.required().next().and_then(|one| Noun::of(&one.name));
        return match first {
            Some(noun) => format!("{} {}", action.verb, noun.with_the()),
            None => action.verb,
        };
    }
    action.phrase(sketch)
}

/// The subject of what is said about the state of something: the instance, or the first argument.
pub(super) fn subject(sketch: &Sketch<'_>) -> String {
    if sketch.class.is_some() {
        return sketch.instance();
    }
    let first = sketch.required().next().and_then(|one| Noun::of(&one.name));
    first.map_or_else(|| "it".to_owned(), |noun| noun.with_the())
}

/// «from a file», «by ID»: what follows the object, from its preposition on.
pub(super) fn after_preposition(sketch: &Sketch<'_>, words: &[String]) -> Option<String> {
    let (preposition, rest) = words.split_first()?;
    if rest.is_empty() {
        return Some(preposition.clone());
    }
    let next = rest.iter().position(|word| is_preposition(word));
    let (words, more) = rest.split_at(next.unwrap_or(rest.len()));
    if words.is_empty() {
        return Some(format!(
            "{preposition} {}",
            after_preposition(sketch, more)?
        ));
    }
    let noun = Noun::of_words(words);
    let last = words.last().map_or("", String::as_str);
    let names_parameter = sketch
        .definition
        .documented_parameters()
        .any(|one| words_of(&one.name) == words);
    let told = if matches!(preposition.as_str(), "by" | "per" | "via" | "using")
        || (words.len() == 1 && is_adjective(last))
    {
        noun.text().to_owned()
    } else if names_parameter
        || matches!(
            preposition.as_str(),
            "for" | "in" | "on" | "of" | "at" | "within" | "inside"
        )
    {
        noun.with_the()
    } else {
        noun.with_a()
    };
    let rest = after_preposition(sketch, more);
    Some(match rest {
        Some(rest) => format!("{preposition} {told} {rest}"),
        None => format!("{preposition} {told}"),
    })
}

/// The thing that comes back, by the return annotation, or by the class that a method is of.
pub(super) fn returned_noun(sketch: &Sketch<'_>) -> Option<String> {
    let annotation = sketch.returned_type()?;
    let (annotation, _) = without_none(annotation);
    let class = class_of(annotation)?;
    if matches!(class, "Self") || sketch.class.is_some_and(|own| own.name == class) {
        return sketch.instance_noun();
    }
    let is_own = class.len() > 2
        && class.starts_with(char::is_uppercase)
        && !annotation.contains('[')
        && !is_one_of(
            class,
            "\
        Any Optional Union Literal Callable Iterator Iterable Generator Mapping Sequence None NoReturn \
        Never Dict List Tuple Set Type Path Decimal AnyStr Awaitable Coroutine AsyncIterator \
        AsyncGenerator TypeGuard Text Hashable Collection T Basic Expr",
        );
    is_own
        .then(|| Noun::of(class).map(|noun| noun.text().to_owned()))
        .flatten()
}

/// Whether a parameter is how something is looked up.
pub(super) fn is_handle(name: &str) -> bool {
    let last = words_of(name).pop().unwrap_or_default();
    is_one_of(
        &last,
        "\
        key id name index idx pk uuid slug email code sku hash uid number ident identifier",
    )
}

/// Whether a name alone reads as a value rather than as a verb.
fn names_a_value(word: &str) -> bool {
    is_one_of(
        word,
        "\
        access address average base batch class color content count default delay field file form \
        function group hash head host index input item key label layout level limit list model module \
        name node object offset order output package page parent child path plan point price profile \
        project prompt quote range rank rate record reference request result row rule score session \
        shape size source stage state style sum table tag target task time title token track type user \
        value view charset lookup",
    )
}

/// Whether the words after the verb cannot be its object: none of the parameters is about them.
fn takes_few(sketch: &Sketch<'_>, last: &str) -> bool {
    !sketch
        .required()
        .any(|one| words_of(&one.name).iter().any(|word| word == last))
        && sketch.definition.kind != Kind::NestedFunction
}

const CREATING: &str = "\
    create make build generate construct add append insert register open spawn new raise produce \
    compose instantiate allocate push emit start define begin draw plot yield gen fork derive \
    install enqueue schedule upload post declare";

const RETRIEVING: &[&str] = &[
    "get", "find", "fetch", "retrieve", "look up", "load", "select", "obtain", "acquire", "pop",
    "query", "search", "read", "pick", "choose", "resolve", "peek", "locate",
];
