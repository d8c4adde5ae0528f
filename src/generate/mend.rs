//! Mending from the code what a model got wrong twice: what it invented goes, and where it left a
//! fact without words, the offline draft's words stand in.

use super::fault::Fault;
use super::faults::same_exception;
use super::frame::Frame;
use super::normalize::normalize;
use super::offline;
use super::reply::{Draft, NamedText, RaiseText};
use super::validate::{documented_attributes, validate};
use crate::docstring::Docstring;
use crate::python::{Definition, Module};

/// A draft's docstring after mending, or the faults that cannot be mended: those of its summary.
pub(super) fn mend(
    draft: &Draft,
    module: &Module,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Result<Docstring, Vec<Fault>> {
    let fallback = offline::draft(module, definition, frame);
    let draft = normalize(draft, definition, frame);
    let keeps = |candidate: &Draft, path: &str| {
        let faults = validate(candidate, definition, frame)
            .err()
            .unwrap_or_default();
        faults.iter().all(|fault| !fault.path.starts_with(path))
    };
    // A summary that is only too long is true; it moves into the description.
    let mut summary = draft.summary.clone();
    let mut description = draft.description.clone();
    if summary.chars().count() > frame.summary_width() {
        let whole = std::mem::replace(&mut summary, fallback.summary.clone());
        description = Some(match description {
            Some(more) => format!("{whole}\n\n{more}"),
            None => whole,
        });
    }
    let mut mended = Draft {
        summary,
        description,
        ..fallback.clone()
    };
    if !keeps(&mended, "description") {
        mended.description = None;
    }
    let parameters = definition
        .documented_parameters()
        .map(|one| one.name.as_str());
    mended.args = choose(parameters, &draft.args, &fallback.args, |args| {
        keeps(
            &Draft {
                args,
                ..fallback.clone()
            },
            "args",
        )
    });
    let attributes = documented_attributes(definition).map(|one| one.name.as_str());
    mended.attributes = choose(
        attributes,
        &draft.attributes,
        &fallback.attributes,
        |attributes| {
            keeps(
                &Draft {
                    attributes,
                    ..fallback.clone()
                },
                "attributes",
            )
        },
    );
    for (mine, theirs, path) in [
        (&mut mended.returns, &draft.returns, "returns"),
        (&mut mended.yields, &draft.yields, "yields"),
    ] {
        let candidate = match path {
            "returns" => Draft {
                returns: theirs.clone(),
                ..fallback.clone()
            },
            _ => Draft {
                yields: theirs.clone(),
                ..fallback.clone()
            },
        };
        if keeps(&candidate, path) {
            mine.clone_from(theirs);
        }
    }
    mended.raises = mend_raises(&draft, &fallback, |raises| {
        keeps(
            &Draft {
                raises,
                ..fallback.clone()
            },
            "raises",
        )
    });
    validate(&mended, definition, frame)
}

/// For each name the model's words where they pass, the offline draft's otherwise.
fn choose<'n>(
    names: impl Iterator<Item = &'n str>,
    theirs: &[NamedText],
    ours: &[NamedText],
    passes: impl Fn(Vec<NamedText>) -> bool,
) -> Vec<NamedText> {
    let find = |list: &[NamedText], name: &str| list.iter().find(|one| one.name == name).cloned();
    names
        .filter_map(|name| {
            let own = find(ours, name)?;
            let Some(words) = find(theirs, name) else {
                return Some(own);
            };
            let candidate = ours.iter().map(|one| {
                if one.name == name {
                    words.clone()
                } else {
                    one.clone()
                }
            });
            Some(if passes(candidate.collect()) {
                words
            } else {
                own
            })
        })
        .collect()
}

fn mend_raises(
    draft: &Draft,
    fallback: &Draft,
    passes: impl Fn(Vec<RaiseText>) -> bool,
) -> Vec<RaiseText> {
    let words_for = |own: &RaiseText| {
        let theirs = draft
            .raises
            .iter()
            .find(|one| same_exception(&one.exception, &own.exception))?;
        Some(RaiseText {
            exception: own.exception.clone(),
            description: theirs.description.clone(),
        })
    };
    let swap = |index: usize, words: &RaiseText| -> Vec<RaiseText> {
        let others = fallback.raises.iter().enumerate();
        others
            .map(|(at, own)| {
                if at == index {
                    words.clone()
                } else {
                    own.clone()
                }
            })
            .collect()
    };
    let ours = fallback.raises.iter().enumerate();
    ours.map(|(index, own)| match words_for(own) {
        Some(words) if passes(swap(index, &words)) => words,
        _ => own.clone(),
    })
    .collect()
}
