//! A draft brought into the shape that the checks expect, without a change of meaning.

use super::frame::Frame;
use super::reply::{Draft, ExampleText, NamedText, RaiseText};
use super::sentence::{sentence_end, sentences};
use super::words::{capitalized, imperative, is_verb};
use crate::docstring::clean;
use crate::python::Definition;

/// Puts a draft into the shape that the checks expect, without a change of meaning: cleaned text,
/// names without decoration, an imperative first word, a period at the end of the summary.
#[must_use]
pub(super) fn normalize(draft: &Draft, definition: &Definition, frame: &Frame<'_>) -> Draft {
    let optional = |text: &Option<String>| {
        text.as_deref()
            .map(prose)
            .filter(|text| !text.trim_matches(['.', '…', ' ']).is_empty())
    };
    let named = |one: &NamedText| NamedText {
        name: bare_name(&one.name).to_owned(),
        description: sentence(&one.description),
    };
    let (summary, overflow) = summary_and_rest(&draft.summary, frame.is_english);
    let description = match (overflow, optional(&draft.description)) {
        (Some(overflow), Some(description)) => Some(format!("{overflow}\n\n{description}")),
        (overflow, description) => overflow.or(description),
    };
    let description = description.map(|text| {
        if frame.is_english {
            without_fillers(&text)
        } else {
            text
        }
    });
    // After the opening quotes a quote would need a backslash, or a blank that linters object to.
    let summary = if summary.starts_with('"') {
        summary.replace('"', "'")
    } else {
        summary
    };
    Draft {
        id: draft.id.clone(),
        summary: if frame.is_english {
            in_mood(&summary, definition)
        } else {
            summary
        },
        description,
        args: draft.args.iter().map(named).collect(),
        returns: optional(&draft.returns).map(|text| sentence(&text)),
        yields: optional(&draft.yields).map(|text| sentence(&text)),
        raises: draft
            .raises
            .iter()
            .map(|raise| RaiseText {
                exception: bare_name(&raise.exception).to_owned(),
                description: sentence(&raise.description),
            })
            .collect(),
        attributes: draft.attributes.iter().map(named).collect(),
        notes: optional(&draft.notes),
        examples: draft.examples.iter().map(example).collect(),
    }
}

/// An example without its output, which cannot be known without a run, and without a fence.
fn example(one: &ExampleText) -> ExampleText {
    let words = one.description.as_deref().map(prose);
    let lines = clean(&one.code);
    let lines = lines.lines().map(str::trim);
    let is_code = |line: &&str| [">>>", "..."].iter().any(|mark| line.starts_with(mark));
    ExampleText {
        description: words
            .filter(|text| !text.is_empty())
            .map(|text| sentence(&text)),
        code: lines.filter(is_code).collect::<Vec<_>>().join("\n"),
    }
}

/// Cleaned text without the quotes or fence that some models put around everything.
fn prose(text: &str) -> String {
    let text = clean(text);
    let text = text.trim();
    let inner = text
        .strip_prefix("\"\"\"")
        .and_then(|rest| rest.strip_suffix("\"\"\""));
    inner.unwrap_or(text).trim().to_owned()
}

/// Cleaned text on one line, with an upper-case first letter and a period at its end.
fn sentence(text: &str) -> String {
    let text = prose(text);
    let words: Vec<&str> = text
        .split([' ', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    with_capital(&with_period(&words.join(" ")))
}

/// The text with a period at its end, or another mark that ends a sentence (UAX 29, `STerm`).
fn with_period(text: &str) -> String {
    let text = text.trim_end_matches([':', ';', ',', ' ']);
    if text.is_empty() || text.ends_with(['.', '!', '?', '。', '！', '？', '｡', '।', '؟', '۔'])
    {
        return text.to_owned();
    }
    format!("{}.", text.trim_end_matches('…'))
}

/// A plain lower-case first word gets its capital; a name in code keeps its spelling.
fn with_capital(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let plain = first.trim_end_matches([',', '.', ';', ':', '!', '?']);
    if !plain.is_empty() && plain.chars().all(char::is_lowercase) {
        return capitalized(text);
    }
    text.to_owned()
}

/// The first paragraph as the summary, the rest as the beginning of the description. Of a
/// paragraph of several sentences the first is the summary.
fn summary_and_rest(text: &str, is_english: bool) -> (String, Option<String>) {
    let text = prose(text);
    let (first, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    let first = first
        .split([' ', '\n'])
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let (summary, more) = match sentence_end(&first, is_english) {
        Some(end) => (first[..end].to_owned(), first[end..].trim().to_owned()),
        None => (first, String::new()),
    };
    let rest = [more.as_str(), rest.trim()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    let rest = rest.join("\n\n");
    (
        with_capital(&with_period(&summary)),
        (!rest.is_empty()).then_some(rest),
    )
}

/// Ways to begin after which a verb says it all, in lower case.
const BEFORE_A_VERB: &[&str] = &[
    "this function ",
    "this method ",
    "the function ",
    "the method ",
    "a function that ",
    "a method that ",
    "function that ",
    "method that ",
    "function to ",
    "method to ",
    "a helper function to ",
    "a helper function that ",
    "helper function to ",
    "helper function that ",
    "helper method to ",
    "helper method that ",
    "helper to ",
    "utility function to ",
    "utility function that ",
    "used to ",
];

/// A summary without a beginning that says nothing, if a verb stands behind it.
fn without_filler(summary: &str) -> &str {
    let lower = summary.to_ascii_lowercase();
    let rest = BEFORE_A_VERB
        .iter()
        .filter(|filler| lower.starts_with(*filler))
        .find_map(|filler| summary.get(filler.len()..));
    let begins_with_verb = |rest: &&str| {
        let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
        !more.is_empty() && (is_verb(first) || imperative(first).is_some())
    };
    rest.filter(begins_with_verb).unwrap_or(summary)
}

/// Subjects that say nothing: what a docstring speaks of is what it belongs to.
const SUBJECTS: &[&str] = &[
    "This function ",
    "This method ",
    "This class ",
    "This property ",
    "This module ",
];

/// A description whose sentences begin with what the code does.
fn without_fillers(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let bare = |sentence: &str| {
            let rest = SUBJECTS
                .iter()
                .find_map(|subject| sentence.strip_prefix(subject));
            let rest = rest.filter(|rest| {
                let first = rest.split(' ').next().unwrap_or_default();
                imperative(first).is_some()
            });
            rest.map(capitalized)
        };
        // A list or a block of code keeps its lines.
        let is_prose = !paragraph.contains(['\n', '\t']);
        if !(is_prose && SUBJECTS.iter().any(|subject| paragraph.contains(subject))) {
            return paragraph.to_owned();
        }
        let sentences =
            sentences(paragraph, true).map(|one| bare(one).unwrap_or_else(|| one.to_owned()));
        sentences.collect::<Vec<_>>().join(" ")
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

/// The summary of a function in the imperative (PEP 257).
fn in_mood(summary: &str, definition: &Definition) -> String {
    if !definition.is_function() || definition.is_property() {
        return summary.to_owned();
    }
    let bare = without_filler(summary);
    let summary = &if bare.len() < summary.len() {
        capitalized(bare)
    } else {
        summary.to_owned()
    };
    let (first, rest) = summary.split_once(' ').unwrap_or((summary, ""));
    match imperative(first) {
        Some(verb) if !rest.is_empty() => format!("{} {rest}", capitalized(&verb)),
        _ => summary.to_owned(),
    }
}

/// A name without stars, backticks, quotes and a colon after it.
fn bare_name(name: &str) -> &str {
    name.trim()
        .trim_matches(['`', '"', '\''])
        .trim_start_matches('*')
        .trim_end_matches(':')
        .trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_that_says_nothing_goes_where_a_verb_follows() {
        for (summary, without) in [
            ("This function returns the sum.", "returns the sum."),
            ("Helper function to parse a date.", "parse a date."),
            ("Used to load the rows.", "load the rows."),
            (
                "This method is called at the end.",
                "This method is called at the end.",
            ),
            ("This function returns.", "This function returns."),
            (
                "Function that matters a lot.",
                "Function that matters a lot.",
            ),
            ("Used to it by now.", "Used to it by now."),
        ] {
            assert_eq!(without_filler(summary), without);
        }
    }

    #[test]
    fn a_description_begins_its_sentences_with_what_the_code_does() {
        for (text, without) in [
            (
                "This function checks it. It is quick.",
                "Checks it. It is quick.",
            ),
            (
                "It is quick. This method returns all.",
                "It is quick. Returns all.",
            ),
            ("This class is for tests.", "This class is for tests."),
            ("Call this function first.", "Call this function first."),
            (
                "This function parses it.\n\n- This function parses.\n- one",
                "Parses it.\n\n- This function parses.\n- one",
            ),
        ] {
            assert_eq!(without_fillers(text), without);
        }
    }

    #[test]
    fn abbreviations_of_other_languages_end_no_sentence() {
        let first = |text: &str, is_english| summary_and_rest(text, is_english).0;
        assert_eq!(
            first("Gibt z. B. Werte. Danach mehr.", false),
            "Gibt z. B. Werte."
        );
        assert_eq!(
            first("Charge p. ex. Une ligne. Puis.", false),
            "Charge p. ex. Une ligne."
        );
        assert_eq!(first("Do it. Then more.", true), "Do it.");
    }
}
