//! English nouns: spelling, articles and plurals, and identifiers as noun phrases.

use super::lexicon::{
    ABBREVIATIONS, ACRONYMS, ADJECTIVES, DETERMINERS, IRREGULAR, MASS, SINGULAR_IN_S, UNITS,
};
use crate::docstring::words::words_of;

/// A phrase that names a thing, without article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Noun(String);

impl Noun {
    /// The thing that an identifier names; `None` where the identifier says nothing: a single letter, or
    /// underscores and digits.
    pub(super) fn of(identifier: &str) -> Option<Self> {
        let words = words_of(identifier);
        let says_something = |word: &String| word.chars().filter(|c| c.is_alphabetic()).count() > 1;
        if !words.iter().any(says_something) {
            return None;
        }
        Some(Self::of_words(&words))
    }

    /// The thing that the words of an identifier name.
    pub(super) fn of_words(words: &[String]) -> Self {
        let counted = |rest: &[String]| format!("number of {}", plural(&spelled(rest)));
        Self(match words {
            [first, rest @ ..]
                if matches!(first.as_str(), "num" | "n" | "nb") && !rest.is_empty() =>
            {
                counted(rest)
            }
            [rest @ .., last] if last == "count" && !rest.is_empty() => {
                let thing = spelled(rest);
                if is_adjective(rest.last().map_or("", String::as_str)) {
                    format!("{thing} count")
                } else {
                    format!("number of {}", plural(&thing))
                }
            }
            [first, rest @ ..]
                if matches!(first.as_str(), "max" | "min" | "maximum" | "minimum")
                    && !rest.is_empty() =>
            {
                let thing = spelled(rest);
                let end = if first.starts_with("max") {
                    "maximum"
                } else {
                    "minimum"
                };
                if is_plural(&thing) {
                    format!("{end} number of {thing}")
                } else {
                    format!("{end} {thing}")
                }
            }
            [rest @ .., unit]
                if !rest.is_empty()
                    && is_one_of(unit, UNITS)
                    && !matches!(
                        rest.last().map_or("", String::as_str),
                        "max" | "min" | "num" | "n" | "all" | "no"
                    ) =>
            {
                format!("{} in {unit}", spelled(rest))
            }
            words => spelled(words),
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    pub(super) fn is_plural(&self) -> bool {
        is_plural(&self.0)
    }

    /// With «a» or «an», where English has one.
    pub(super) fn with_a(&self) -> String {
        with_a(&self.0)
    }

    /// With «the».
    pub(super) fn with_the(&self) -> String {
        with_the(&self.0)
    }

    /// More than one of it.
    pub(super) fn plural(&self) -> String {
        plural(&self.0)
    }
}

/// The words of an identifier as prose: abbreviations in full, acronyms in their usual spelling.
pub(super) fn spelled(words: &[String]) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(spelled_word(word));
    }
    text
}

/// A word of an identifier, in lower case, as prose has it.
pub(super) fn spelled_word(word: &str) -> &str {
    let mut found = pairs(ACRONYMS).chain(pairs(ABBREVIATIONS));
    found
        .find(|(short, _)| *short == word)
        .map_or(word, |(_, long)| long)
}

/// The pairs of a table that is written as `a=b, c=d`.
pub(super) fn pairs(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.split(", ").filter_map(|one| one.split_once('='))
}

/// Whether a word is in a list that is written with blanks between.
pub(super) fn is_one_of(word: &str, list: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// The phrase with «the», but for what already begins with a word that takes its place.
pub(super) fn with_the(phrase: &str) -> String {
    let first = phrase.split(' ').next().unwrap_or_default();
    if is_one_of(first, DETERMINERS) || first.starts_with('`') {
        phrase.to_owned()
    } else {
        format!("the {phrase}")
    }
}

/// The phrase with «a» or «an»; plurals and what cannot be counted have none.
pub(super) fn with_a(phrase: &str) -> String {
    let first = phrase.split(' ').next().unwrap_or_default();
    if matches!(
        first,
        "next"
            | "last"
            | "first"
            | "current"
            | "same"
            | "number"
            | "maximum"
            | "minimum"
            | "default"
    ) {
        return format!("the {phrase}");
    }
    if is_one_of(first, DETERMINERS) || is_plural(phrase) || is_mass(phrase) {
        return phrase.to_owned();
    }
    format!("{} {phrase}", article(first))
}

/// «a» or «an» before a word, by how it sounds.
pub(super) fn article(word: &str) -> &'static str {
    let bare = word.trim_start_matches(['`', '_', '\'', '"']);
    let lower = bare.to_lowercase();
    let is_spoken_by_letters = bare.len() > 1
        && bare
            .chars()
            .take(3)
            .all(|c| c.is_uppercase() || c.is_ascii_digit())
        && ![
            "JSON", "YAML", "TOML", "ASCII", "ANSI", "ISO", "REST", "NULL", "RAM", "NaN", "UNIX",
            "SKU", "MIME", "LaTeX", "Unicode", "LAN", "RADIUS", "SOCKS", "REPL",
        ]
        .iter()
        .any(|name| bare.starts_with(name));
    let sounds_like_vowel = if is_spoken_by_letters {
        bare.starts_with([
            'A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X', '8',
        ])
    } else if ["hour", "honest", "honor", "heir"]
        .iter()
        .any(|start| lower.starts_with(start))
    {
        true
    } else if [
        "uni", "use", "usa", "usu", "util", "one", "once", "eu", "ubi", "url", "uri", "uuid", "ura",
    ]
    .iter()
    .any(|start| lower.starts_with(start))
    {
        lower.starts_with("unin") || lower.starts_with("unim") || lower.starts_with("unid")
    } else {
        lower.starts_with(['a', 'e', 'i', 'o', 'u', '8'])
    };
    if sounds_like_vowel { "an" } else { "a" }
}

/// The end of a phrase that decides its number: the word before a preposition, or the last.
fn head(phrase: &str) -> &str {
    let mut head = "";
    for word in phrase.split(' ') {
        if is_preposition(word) && !head.is_empty() {
            break;
        }
        head = word;
    }
    head
}

/// Whether a phrase speaks of more than one.
pub(super) fn is_plural(phrase: &str) -> bool {
    let word = head(phrase);
    if pairs(IRREGULAR).any(|(_, plural)| plural == word) {
        return true;
    }
    let is_acronym = word.len() > 2
        && word.ends_with('s')
        && word.trim_end_matches('s').chars().all(char::is_uppercase);
    is_acronym
        || (word.len() > 3
            && word.ends_with('s')
            && word.chars().all(|c| c.is_lowercase() || c == '-')
            && !word.ends_with("ss")
            && !word.ends_with("us")
            && !word.ends_with("is")
            && !is_one_of(word, SINGULAR_IN_S))
}

/// Whether a phrase names what is not counted.
fn is_mass(phrase: &str) -> bool {
    is_one_of(head(phrase), MASS)
}

/// More than one of a phrase's thing.
pub(super) fn plural(phrase: &str) -> String {
    if is_plural(phrase) || is_mass(phrase) {
        return phrase.to_owned();
    }
    let word = head(phrase);
    let many = plural_word(word);
    let at = phrase.find(word).unwrap_or_default();
    // The head is the last word of that spelling before a preposition.
    let at = phrase
        .match_indices(word)
        .map(|(found, _)| found)
        .take_while(|found| !phrase[..*found].split(' ').any(is_preposition))
        .last()
        .unwrap_or(at);
    format!("{}{many}{}", &phrase[..at], &phrase[at + word.len()..])
}

fn plural_word(word: &str) -> String {
    if let Some((_, many)) = pairs(IRREGULAR).find(|(one, _)| *one == word) {
        return many.to_owned();
    }
    let is_consonant = |c: char| !"aeiou".contains(c);
    if let Some(stem) = word.strip_suffix('y')
        && stem.ends_with(is_consonant)
        && word.chars().all(char::is_lowercase)
    {
        return format!("{stem}ies");
    }
    if ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| word.ends_with(end))
    {
        return format!("{word}es");
    }
    format!("{word}s")
}

/// One of a phrase's things: «order lines» gives «order line».
pub(super) fn singular(phrase: &str) -> String {
    if !is_plural(phrase) {
        return phrase.to_owned();
    }
    let word = phrase.rsplit(' ').next().unwrap_or(phrase);
    let before = &phrase[..phrase.len() - word.len()];
    if let Some((one, _)) = pairs(IRREGULAR).find(|(_, many)| *many == word) {
        return format!("{before}{one}");
    }
    let one = if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        format!("{stem}y")
    } else if ["sses", "xes", "zes", "ches", "shes", "uses"]
        .iter()
        .any(|end| word.ends_with(end))
        && !matches!(
            word,
            "axes" | "caches" | "clauses" | "causes" | "uses" | "pauses" | "sizes" | "prizes"
        )
    {
        word.trim_end_matches("es").to_owned()
    } else {
        word.trim_end_matches('s').to_owned()
    };
    format!("{before}{one}")
}

/// Several phrases as English joins them: «a, b and c».
pub(super) fn list(phrases: &[String], conjunction: &str) -> String {
    match phrases {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} {conjunction} {last}", others.join(", ")),
    }
}

pub(super) fn is_preposition(word: &str) -> bool {
    is_one_of(
        word,
        "\
        as at by for from in into of off on onto over per since through to under until upon using via \
        with within without after before between against during if when while where inside outside \
        around across than",
    )
}

/// Whether a word says how something is: a known adjective, or one by its ending.
pub(super) fn is_adjective(word: &str) -> bool {
    let endings = ["able", "ible", "ful", "less", "ous", "ive", "ized", "ised"];
    is_one_of(word, ADJECTIVES)
        || is_participle(word)
        || (word.len() > 5 && endings.iter().any(|end| word.ends_with(end)))
}

/// Whether a word is a past participle: «closed», «sent».
pub(super) fn is_participle(word: &str) -> bool {
    let irregular = [
        "low", "high", "built", "done", "found", "frozen", "given", "gone", "hidden", "known",
        "left", "lost", "made", "open", "paid", "read", "seen", "sent", "set", "shown", "sold",
        "sorted", "split", "taken", "unset", "bound", "broken", "written", "drawn", "held", "run",
        "hit", "met",
    ];
    let nouns = [
        "feed", "seed", "speed", "need", "bed", "id", "embed", "shed", "red", "led", "deed",
    ];
    irregular.contains(&word)
        || (word.len() > 4
            && word.ends_with("ed")
            && !nouns.contains(&word)
            && !word.ends_with("eed"))
}

/// Whether a word names who or what does something, or is a thing by its ending.
pub(super) fn looks_like_noun(word: &str) -> bool {
    let endings = [
        "tion", "sion", "ment", "ness", "ity", "ance", "ence", "ship", "back", "age", "ism",
        "ware", "logy", "graph", "hood", "dom", "ture", "set", "path", "name", "line", "point",
        "ing", "data", "value", "file", "id", "text", "info", "ory", "ery", "ics",
    ];
    let is_agent = word.len() > 5 && (word.ends_with("er") || word.ends_with("or"));
    is_plural(word)
        || is_agent
        || endings
            .iter()
            .any(|end| word.len() > end.len() && word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_go_by_the_sound() {
        for (phrase, with_article) in [
            ("user", "a user"),
            ("hour", "an hour"),
            ("HTTP client", "an HTTP client"),
            ("URL", "a URL"),
            ("UUID", "a UUID"),
            ("ID", "an ID"),
            ("API key", "an API key"),
            ("JSON file", "a JSON file"),
            ("unique name", "a unique name"),
            ("uninstalled package", "an uninstalled package"),
            ("order", "an order"),
            ("one-off", "a one-off"),
            ("XML node", "an XML node"),
            ("CSV row", "a CSV row"),
            ("SQL query", "an SQL query"),
            ("lines", "lines"),
            ("JSON", "JSON"),
            ("data", "data"),
            ("list of users", "a list of users"),
            ("status", "a status"),
            ("all users", "all users"),
            ("next item", "the next item"),
        ] {
            assert_eq!(with_a(phrase), with_article);
        }
    }

    #[test]
    fn plurals_are_made_and_known() {
        for (one, many) in [
            ("order line", "order lines"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("entry", "entries"),
            ("key", "keys"),
            ("child", "children"),
            ("URL", "URLs"),
            ("match", "matches"),
            ("cache", "caches"),
            ("line of text", "lines of text"),
        ] {
            assert_eq!(plural(one), many);
            assert!(is_plural(many) && !is_plural(one), "{one} {many}");
            assert_eq!(plural(many), many);
            if !many.contains(" of ") {
                assert_eq!(singular(many), one);
            }
        }
        for one in ["alias", "class", "analysis", "https", "news", "bias"] {
            assert!(!is_plural(one), "{one}");
        }
    }

    #[test]
    fn identifiers_are_spelled_out() {
        for (identifier, phrase) in [
            ("user_id", "user ID"),
            ("num_retries", "number of retries"),
            ("line_count", "number of lines"),
            ("max_retries", "maximum number of retries"),
            ("max_length", "maximum length"),
            ("HTTPClient", "HTTP client"),
            ("src_dir", "source directory"),
            ("cfg", "configuration"),
        ] {
            assert_eq!(Noun::of(identifier).unwrap().text(), phrase);
        }
        for nothing in ["x", "_", "__", "x1", "_a_b"] {
            assert_eq!(Noun::of(nothing), None, "{nothing}");
        }
    }
}
