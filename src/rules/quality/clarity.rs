//! Whether a docstring is easy to read and says more than the name: its first sentence against the
//! name, sentences that run on, the readability formulas, filler and vague words.

use super::prose::{Paragraph, Token};
use super::words::beyond_name;
use super::{Loss, Readability, Trial};
use crate::python::Kind;

/// A first sentence that only repeats the name.
const REPEATED_NAME: f64 = 60.0;
/// The same, where a description follows that says more.
const REPEATED_NAME_DESCRIBED: f64 = 20.0;
/// Words that make a description.
pub(super) const DESCRIPTION_WORDS: usize = 8;

/// Words and pieces of code from which on a sentence is long.
const LONG_SENTENCE: usize = 35;
/// Points for each word above it.
const LONG_SENTENCE_STEP: f64 = 0.75;
const LONG_SENTENCE_MOST: f64 = 20.0;

/// The grade up to which nothing is taken off, the last at school; four of five docstrings of a few
/// sentences in NumPy, pandas, Django and SymPy are no harder.
const EASY_GRADE: f64 = 12.0;
/// Points for each grade above it, where there is text enough to tell.
const GRADE_STEP: f64 = 5.0;
const GRADE_MOST: f64 = 30.0;
/// Less than this is not worth saying, nor taking off.
const LEAST: f64 = 1.0;

const FILLER: f64 = 15.0;
const VAGUE: f64 = 5.0;
const MOST_VAGUE: usize = 3;

/// Ways to begin that say nothing, in lower case.
const FILLERS: &[&str] = &[
    "this function",
    "this method",
    "this class",
    "this module",
    "this package",
    "this property",
    "this is a ",
    "this is the ",
    "a function that",
    "a function to",
    "a method that",
    "a method to",
    "a class that",
    "a class for",
    "a class to",
    "function to",
    "function that",
    "function for",
    "method to",
    "method that",
    "method for",
    "class to",
    "class that",
    "class for",
    "helper function",
    "helper method",
    "utility function",
    "simple function",
];

/// Words that leave open what is meant, or belittle it.
const VAGUE_WORDS: &[&str] = &[
    "basically",
    "obviously",
    "somehow",
    "stuff",
    "thingy",
    "whatever",
    "misc",
    "blah",
    "foobar",
    "hopefully",
    "magically",
];

pub(super) fn judge(trial: &Trial<'_>, readability: Option<&Readability>) -> Vec<Loss> {
    let mut losses = Vec::new();
    let prose = trial.prose;
    if let Some(summary) = prose.summary() {
        losses.extend(repeated_name(trial));
        losses.extend(filler(summary.text));
    }
    losses.extend(long_sentence(&prose.paragraphs));
    losses.extend(readability.and_then(hard_to_read));
    losses.extend(vague_words(&prose.paragraphs));
    losses
}

/// Whether the first sentence tells nothing that the name does not.
pub(super) fn repeats_name(trial: &Trial<'_>) -> bool {
    let definition = trial.definition;
    // A module's name is a topic, and a magic method's is Python's.
    let is_excused =
        matches!(definition.kind, Kind::Module | Kind::Package) || definition.is_magic();
    trial.prose.summary().is_some_and(|summary| {
        !is_excused && beyond_name(summary.first_sentence(), &definition.name) == 0
    })
}

/// Whether more than the first sentence is said in running text.
pub(super) fn description_words(trial: &Trial<'_>) -> usize {
    let prose = trial.prose;
    let first = prose
        .summary()
        .map_or(0, |summary| summary.first_sentence().len());
    let all: usize = prose.paragraphs.iter().map(|one| one.tokens().len()).sum();
    all.saturating_sub(first)
}

fn repeated_name(trial: &Trial<'_>) -> Option<Loss> {
    let name = &trial.definition.name;
    repeats_name(trial).then(|| {
        let points = if description_words(trial) < DESCRIPTION_WORDS {
            REPEATED_NAME
        } else {
            REPEATED_NAME_DESCRIBED
        };
        Loss {
            points,
            text: beyond_name_advice(name),
        }
    })
}

/// What to do about a summary that repeats the name.
pub(super) fn beyond_name_advice(name: &str) -> String {
    format!("say more in the summary than the name `{name}` does")
}

fn filler(summary: &str) -> Option<Loss> {
    let start: String = summary.chars().take(24).collect::<String>().to_lowercase();
    let filler = FILLERS.iter().find(|filler| start.starts_with(**filler))?;
    Some(Loss {
        points: FILLER,
        text: format!(
            "begin with what it does or is, not with «{}»",
            summary.get(..filler.trim_end().len()).unwrap_or_default()
        ),
    })
}

fn long_sentence(paragraphs: &[Paragraph<'_>]) -> Option<Loss> {
    let sentences = paragraphs.iter().flat_map(Paragraph::sentences);
    let longest = sentences.max_by_key(|sentence| sentence.len())?;
    let above = longest
        .len()
        .checked_sub(LONG_SENTENCE)
        .filter(|&above| above > 0)?;
    let beginning: Vec<&str> = longest.iter().take(4).map(|token| token.text()).collect();
    Some(Loss {
        points: (steps(above) * LONG_SENTENCE_STEP).min(LONG_SENTENCE_MOST),
        text: format!(
            "split the sentence of {} words that begins «{}»",
            longest.len(),
            beginning
                .join(" ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        ),
    })
}

fn hard_to_read(readability: &Readability) -> Option<Loss> {
    let grade = readability.grade();
    let above = ((grade - EASY_GRADE) * GRADE_STEP).clamp(0.0, GRADE_MOST);
    let points = above * readability.weight();
    (points >= LEAST).then(|| Loss {
        points,
        text: format!(
            "use shorter sentences and plainer words: it reads like school grade {grade:.0} \
             (Flesch reading ease {:.0})",
            readability.flesch_reading_ease
        ),
    })
}

fn vague_words(paragraphs: &[Paragraph<'_>]) -> Option<Loss> {
    let mut found: Vec<&str> = Vec::new();
    for token in paragraphs.iter().flat_map(Paragraph::tokens) {
        let Token::Word(word) = token else { continue };
        let mut vague = VAGUE_WORDS.iter();
        if let Some(vague) = vague.find(|vague| word.eq_ignore_ascii_case(vague))
            && !found.contains(vague)
        {
            found.push(vague);
        }
    }
    let words: Vec<String> = found.iter().map(|word| format!("«{word}»")).collect();
    (!words.is_empty()).then(|| Loss {
        points: steps(words.len().min(MOST_VAGUE)) * VAGUE,
        text: format!("say what is meant in place of {}", words.join(", ")),
    })
}

#[expect(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
fn steps(count: usize) -> f64 {
    count as f64
}
