//! Mending from the code what a model got wrong twice: what it invented goes, the sentences that are
//! untrue go, and where that leaves a fact without words, the offline draft's words stand in.

use super::fault::{Fault, FaultKind};
use super::faults::same_exception;
use super::frame::Frame;
use super::normalize::normalize;
use super::offline;
use super::reply::{Draft, NamedText, RaiseText};
use super::sentence::sentences;
use super::validate::validate;
use crate::docstring::Docstring;
use crate::python::{Definition, Module};

/// A draft's docstring after mending, or the faults that cannot be mended: those of a summary that is
/// no words at all.
pub(super) fn mend(
    draft: &Draft,
    module: &Module,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Result<Docstring, Vec<Fault>> {
    let mending = Mending {
        fallback: offline::draft(module, definition, frame),
        draft: normalize(draft, definition, frame),
        definition,
        frame,
    };
    let facts = frame.facts(definition);
    let (summary, description) = mending.summary_and_description();
    let ours = &mending.fallback;
    let theirs = &mending.draft;
    let mended = Draft {
        summary,
        description,
        args: mending.named(
            facts.parameters.iter().map(|one| one.name.as_str()),
            (&theirs.args, &ours.args),
            ("args", |draft, args| draft.args = args),
        ),
        attributes: mending.named(
            facts.attributes.iter().map(|one| one.name.as_str()),
            (&theirs.attributes, &ours.attributes),
            ("attributes", |draft, attributes| {
                draft.attributes = attributes;
            }),
        ),
        returns: mending.value((&theirs.returns, &ours.returns), "returns", |draft| {
            &mut draft.returns
        }),
        yields: mending.value((&theirs.yields, &ours.yields), "yields", |draft| {
            &mut draft.yields
        }),
        raises: mending.raises(),
        notes: mending.value((&theirs.notes, &None), "notes", |draft| &mut draft.notes),
        examples: mending.examples(),
        id: draft.id.clone(),
    };
    validate(&mended, definition, frame)
}

/// A draft at fault, and the words that stand in for what cannot be kept of it.
struct Mending<'m> {
    draft: Draft,
    fallback: Draft,
    definition: &'m Definition,
    frame: &'m Frame<'m>,
}

impl Mending<'_> {
    /// Whether the fallback with this change has no fault below `path`.
    fn passes(&self, path: &str, change: impl FnOnce(&mut Draft)) -> bool {
        let mut candidate = self.fallback.clone();
        change(&mut candidate);
        let result = validate(&candidate, self.definition, self.frame);
        let faults = result.err().unwrap_or_default();
        faults.iter().all(|fault| !fault.path.starts_with(path))
    }

    /// A summary that is only too long is true; it moves into the description.
    fn summary_and_description(&self) -> (String, Option<String>) {
        let mut summary = self.draft.summary.clone();
        let mut description = self.draft.description.clone();
        if self.is_untrue(&summary) {
            summary.clone_from(&self.fallback.summary);
        } else if summary.chars().count() > self.frame.summary_width() {
            let whole = std::mem::replace(&mut summary, self.fallback.summary.clone());
            description = Some(match description {
                Some(more) => format!("{whole}\n\n{more}"),
                None => whole,
            });
        }
        let passes = |text: &str| {
            self.passes("description", |draft| {
                draft.description = Some(text.to_owned());
            })
        };
        let kept = description.and_then(|text| true_part(&text, self.frame.is_english, passes));
        (summary, kept)
    }

    /// Whether a summary has words that are untrue or say nothing: the code has better ones. What is
    /// no words at all (an apology, an error message, markup) speaks against the whole draft.
    fn is_untrue(&self, summary: &str) -> bool {
        let candidate = Draft {
            summary: summary.to_owned(),
            ..self.fallback.clone()
        };
        let result = validate(&candidate, self.definition, self.frame);
        let faults = result.err().unwrap_or_default();
        let is_hopeless = |fault: &Fault| {
            let kinds = [FaultKind::NotWords, FaultKind::Empty, FaultKind::Structure];
            kinds.contains(&fault.kind)
        };
        let is_long = |fault: &Fault| fault.kind == FaultKind::TooLong;
        !faults.iter().all(is_long) && !faults.iter().any(is_hopeless)
    }

    fn value(
        &self,
        (theirs, ours): (&Option<String>, &Option<String>),
        path: &str,
        field: impl Fn(&mut Draft) -> &mut Option<String>,
    ) -> Option<String> {
        let passes = |text: &str| self.passes(path, |draft| *field(draft) = Some(text.to_owned()));
        let theirs = theirs.as_deref();
        theirs
            .and_then(|text| true_part(text, self.frame.is_english, passes))
            .or_else(|| ours.clone())
    }

    /// For each name what holds of the model's words, the offline draft's otherwise.
    fn named<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        (theirs, ours): (&[NamedText], &[NamedText]),
        (path, set): (&str, impl Fn(&mut Draft, Vec<NamedText>)),
    ) -> Vec<NamedText> {
        let find =
            |list: &[NamedText], name: &str| list.iter().find(|one| one.name == name).cloned();
        let with = |name: &str, text: &str| -> Vec<NamedText> {
            let mut list = ours.to_vec();
            for one in list.iter_mut().filter(|one| one.name == name) {
                text.clone_into(&mut one.description);
            }
            list
        };
        let words = |name: &str| {
            let own = find(ours, name)?;
            let passes = |text: &str| self.passes(path, |draft| set(draft, with(name, text)));
            let kept = find(theirs, name)
                .and_then(|one| true_part(&one.description, self.frame.is_english, passes));
            Some(NamedText {
                description: kept.unwrap_or(own.description),
                ..own
            })
        };
        names.filter_map(words).collect()
    }

    fn raises(&self) -> Vec<RaiseText> {
        let ours = &self.fallback.raises;
        let words = |(index, own): (usize, &RaiseText)| {
            let mut theirs = self.draft.raises.iter();
            let theirs = theirs.find(|one| same_exception(&one.exception, &own.exception));
            let passes = |text: &str| {
                self.passes("raises", |draft| {
                    if let Some(raise) = draft.raises.get_mut(index) {
                        text.clone_into(&mut raise.description);
                    }
                })
            };
            let kept =
                theirs.and_then(|one| true_part(&one.description, self.frame.is_english, passes));
            RaiseText {
                description: kept.unwrap_or_else(|| own.description.clone()),
                exception: own.exception.clone(),
            }
        };
        ours.iter().enumerate().map(words).collect()
    }

    /// The examples that hold by themselves.
    fn examples(&self) -> Vec<super::reply::ExampleText> {
        let examples = self.draft.examples.iter();
        let holds = |one: &&super::reply::ExampleText| {
            self.passes("examples", |draft| draft.examples = vec![(*one).clone()])
        };
        examples.filter(holds).cloned().collect()
    }
}

/// What a sentence begins with that leans on the one before it.
const LEANING: &[&str] = &[
    "It",
    "Its",
    "This",
    "These",
    "That",
    "They",
    "Those",
    "Otherwise",
    "Then",
    "However",
    "Also",
    "But",
    "And",
    "So",
    "Instead",
    "Else",
    "If so",
    "If not",
];

/// The text without the sentences that do not pass, and without those that lean on one; `None` if
/// nothing is left, or what is left does not pass as a whole.
fn true_part(text: &str, is_english: bool, passes: impl Fn(&str) -> bool) -> Option<String> {
    if passes(text) {
        return Some(text.to_owned());
    }
    let mut paragraphs = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut kept: Vec<&str> = Vec::new();
        let mut is_cut = false;
        for sentence in sentences(paragraph, is_english) {
            let leans = LEANING.iter().any(|word| {
                let rest = sentence.strip_prefix(word);
                rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            });
            is_cut = is_cut && leans || !passes(sentence);
            if !is_cut {
                kept.push(sentence);
            }
        }
        if !kept.is_empty() {
            paragraphs.push(kept.join(" "));
        }
    }
    let left = paragraphs.join("\n\n");
    (!left.is_empty() && passes(&left)).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrue_sentences_go_with_what_leans_on_them() {
        let passes = |text: &str| !text.contains("lie");
        let part = |text| true_part(text, true, passes);
        assert_eq!(
            part("True. A lie. It goes on. True too.").unwrap(),
            "True. True too."
        );
        assert_eq!(part("A lie.\n\nTrue. Also so.").unwrap(), "True. Also so.");
        assert_eq!(part("A lie. This too."), None);
        assert_eq!(part("All is true.").unwrap(), "All is true.");
    }
}
