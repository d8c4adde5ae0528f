//! Switches in words: «whether to follow redirects».

use super::english::{self, Noun, is_adjective, is_participle};
use super::verbs;
use crate::docstring::words::words_of;

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
    if let Some(said) = by_first_word(&owner, &words) {
        return said;
    }
    if verbs::is_verb(first)
        && !(verbs::is_noun_too(first)
            && rest.last().is_some_and(|last| {
                verbs::ends_a_noun(last) && first != "show" && first != "use" && first != "include"
            }))
    {
        let verb = verbs::spelled(first);
        if rest.is_empty() {
            return format!("whether to {verb}");
        }
        let noun = Noun::of_words(rest);
        let object = if is_adjective(last)
            || noun.with_a() == noun.text()
            || english::is_preposition(&rest[0])
        {
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
            let is = if english::is_plural(&subject) {
                "are"
            } else {
                "is"
            };
            format!("whether the {subject} {is} {}", english::spelled_word(last))
        };
    }
    match place {
        Place::Attribute if words.len() > 2 => format!("whether `{name}` is on"),
        Place::Attribute => format!("whether {owner} has {}", english::with_a(&all)),
        Place::Parameter => format!("whether to use {}", english::with_a(&all)),
    }
}

/// A switch whose name begins with an auxiliary verb or a preposition.
fn by_first_word(owner: &str, words: &[String]) -> Option<String> {
    let (first, rest) = words.split_first()?;
    let last = words.last().map_or("", String::as_str);
    let after = english::spelled(rest);
    let all = english::spelled(words);
    Some(match first.as_str() {
        "is" | "was" | "are" if !rest.is_empty() => {
            let is_bare = is_adjective(last)
                || rest
                    .first()
                    .is_some_and(|word| is_participle(word) || english::is_preposition(word));
            if is_bare {
                format!("whether {owner} is {after}")
            } else {
                format!("whether {owner} is {}", english::with_a(&after))
            }
        }
        "has" | "have" if !rest.is_empty() => {
            format!(
                "whether {owner} has {}",
                if is_participle(last) {
                    after
                } else {
                    english::with_a(&after)
                }
            )
        }
        "can" | "should" | "must" | "may" if !rest.is_empty() => {
            if first == "should" {
                format!("whether to {after}")
            } else {
                format!("whether {owner} {first} {after}")
            }
        }
        "do" if !rest.is_empty() => format!("whether to {after}"),
        "no" if !rest.is_empty() => format!("whether to do without {after}"),
        "with" | "without" | "in" | "on" | "as" | "by" | "for" if !rest.is_empty() => {
            format!("whether to work {all}")
        }
        "dry" if rest.len() == 1 && rest[0] == "run" => {
            "whether to only show what would be done".to_owned()
        }
        _ => return None,
    })
}
