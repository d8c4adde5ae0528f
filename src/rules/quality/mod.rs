//! How good a docstring is: completeness, clarity, accuracy and style, each from 0 to 100, what is
//! missing, and what would make it better.
//!
//! Everything follows from the text and the syntax tree, without a model. Each point that is taken
//! off is said: a suggestion knows how much the total would gain.

mod accuracy;
mod clarity;
mod completeness;
mod layout;
mod prose;
mod readability;
mod style;
mod syllables;
mod words;

use std::collections::HashMap;

use serde::Serialize;

use super::drift::{Drift, drifts};
use super::{RuleSet, Suppressions};
use crate::docstring::{Claims, cleandoc};
use crate::python::{Definition, Module};
use prose::Prose;

pub use completeness::{MissingPart, Section};
pub use readability::Readability;

/// One of the four things that a docstring is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// It says all that the code asks for.
    Completeness,
    /// It is easy to read, and says more than the name does.
    Clarity,
    /// What it says of the code is true.
    Accuracy,
    /// It is laid out as Python's conventions ask.
    Style,
}

impl Dimension {
    /// The four, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::Completeness,
        Self::Clarity,
        Self::Accuracy,
        Self::Style,
    ];

    /// Its share of the total; the four come to 1.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Completeness => 0.40,
            Self::Clarity => 0.15,
            Self::Accuracy => 0.30,
            Self::Style => 0.15,
        }
    }
}

/// A docstring's four scores, each from 0 to 100.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// [`Dimension::Completeness`]
    pub completeness: f64,
    /// [`Dimension::Clarity`]
    pub clarity: f64,
    /// [`Dimension::Accuracy`]
    pub accuracy: f64,
    /// [`Dimension::Style`]
    pub style: f64,
}

impl Scores {
    /// The score in one dimension.
    #[must_use]
    pub fn of(&self, dimension: Dimension) -> f64 {
        match dimension {
            Dimension::Completeness => self.completeness,
            Dimension::Clarity => self.clarity,
            Dimension::Accuracy => self.accuracy,
            Dimension::Style => self.style,
        }
    }

    /// The weighted mean of the four, from 0 to 100.
    #[must_use]
    pub fn total(&self) -> f64 {
        Dimension::ALL
            .into_iter()
            .map(|dimension| dimension.weight() * self.of(dimension))
            .sum()
    }
}

/// What would make a docstring better.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// What it is about; the first, where it is about two.
    pub dimension: Dimension,
    /// Points of the total that are lost by it.
    pub gain: f64,
    /// What to do.
    pub text: String,
}

/// How good one docstring is.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// Position in [`Module::definitions`] of the definition whose docstring it is.
    pub definition: usize,
    /// The four scores.
    pub scores: Scores,
    /// How hard its running text is to read; `None` for less than a few sentences.
    pub readability: Option<Readability>,
    /// What the code asks for and the docstring does not have.
    pub missing: Vec<MissingPart>,
    /// What would make it better, the most worth first.
    pub suggestions: Vec<Suggestion>,
}

impl Quality {
    /// A docstring that says nothing: empty, or a placeholder. It is worth as much as none.
    fn placeholder(definition: usize) -> Self {
        let scores = Scores::default();
        Self {
            definition,
            scores,
            readability: None,
            missing: vec![MissingPart::summary()],
            suggestions: vec![Suggestion {
                dimension: Dimension::Completeness,
                gain: 100.0,
                text: "write a docstring in place of the placeholder".to_owned(),
            }],
        }
    }
}

/// A file whose docstrings are judged.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'m> {
    /// The file's text.
    pub text: &'m str,
    /// Its definitions.
    pub module: &'m Module,
    /// The rules in force: what a team does not check, it is not asked for.
    pub rules: RuleSet,
    /// What the file's comments silence.
    pub suppressions: &'m Suppressions,
}

/// How good the docstrings of `definitions` are, positions in [`Module::definitions`]; those without a
/// docstring are left out.
#[must_use]
pub fn qualities(file: Judged<'_>, definitions: impl IntoIterator<Item = usize>) -> Vec<Quality> {
    let mut drifted: HashMap<usize, Vec<Drift>> = HashMap::new();
    for drift in drifts(file.module, file.rules) {
        if !drift.is_silenced(file.module, file.suppressions) {
            drifted.entry(drift.definition).or_default().push(drift);
        }
    }
    let definitions = definitions.into_iter();
    definitions
        .filter_map(|index| {
            let drifts = drifted.get(&index).map(Vec::as_slice).unwrap_or_default();
            quality(file, index, drifts)
        })
        .collect()
}

/// A docstring on trial.
struct Trial<'t> {
    file: Judged<'t>,
    index: usize,
    definition: &'t Definition,
    /// The docstring as `inspect.cleandoc` gives it.
    value: &'t str,
    claims: &'t Claims<'t>,
    prose: &'t Prose<'t>,
    drifts: &'t [Drift],
}

/// Points taken off in one dimension, and what to do about it.
struct Loss {
    points: f64,
    text: String,
}

fn quality(file: Judged<'_>, index: usize, drifts: &[Drift]) -> Option<Quality> {
    let definition = file.module.definitions.get(index)?;
    let docstring = definition.docstring.as_ref()?;
    let value = cleandoc(&docstring.value);
    if words::is_placeholder(&value) {
        return Some(Quality::placeholder(index));
    }
    let trial = Trial {
        file,
        index,
        definition,
        value: &value,
        claims: &Claims::read(&value),
        prose: &Prose::read(&value),
        drifts,
    };
    let readability = Readability::of(&trial.prose.paragraphs);
    let (complete, missing) = completeness::judge(&trial);
    let losses = [
        (Dimension::Completeness, complete),
        (
            Dimension::Clarity,
            clarity::judge(&trial, readability.as_ref()),
        ),
        (Dimension::Accuracy, accuracy::judge(&trial)),
        (Dimension::Style, style::judge(&trial)),
    ];
    let mut scores = Scores::default();
    let mut suggestions = Vec::new();
    for (dimension, losses) in losses {
        let lost: f64 = losses.iter().map(|loss| loss.points).sum();
        let score = (100.0 - lost).clamp(0.0, 100.0);
        match dimension {
            Dimension::Completeness => scores.completeness = score,
            Dimension::Clarity => scores.clarity = score,
            Dimension::Accuracy => scores.accuracy = score,
            Dimension::Style => scores.style = score,
        }
        for loss in losses {
            let gain = loss.points * dimension.weight();
            // One thing to do may help in two dimensions.
            match suggestions
                .iter_mut()
                .find(|one: &&mut Suggestion| one.text == loss.text)
            {
                Some(same) => same.gain += gain,
                None => suggestions.push(Suggestion {
                    dimension,
                    gain,
                    text: loss.text,
                }),
            }
        }
    }
    // Stable: what is worth the same keeps the order of the dimensions.
    suggestions.sort_by(|one, other| other.gain.total_cmp(&one.gain));
    Some(Quality {
        definition: index,
        scores,
        readability,
        missing,
        suggestions,
    })
}

#[cfg(test)]
mod tests;
