//! What a model is told of a stale docstring: the definition with the docstring that stands in it, and
//! which words are missing. It writes those alone.

use std::fmt::Write as _;

use super::{Wanted, speaker};
use crate::config::MaxSource;
use crate::generate::fault::Fault;
use crate::generate::frame::Frame;
use crate::generate::offline;
use crate::generate::prompt::{Asked, Flawed, skeleton as whole_skeleton, surroundings};
use crate::generate::reply::{Draft, NamedText, RaiseText, Reply};
use crate::generate::select::AnalyzedFile;
use crate::generate::shown_source::shown_source;
use crate::python::Definition;

/// The user message for definitions whose docstrings stay but for some parts, each under its id.
pub(in crate::generate) fn message(asked: &Asked<'_>) -> String {
    let mut message = surroundings(asked);
    message.push_str(
        "\nThese definitions have docstrings that people wrote. They stay word for word; only the parts \
         listed under `write only` are missing. Write those in the tone of the docstring, and leave every \
         other field empty: `summary` \"\", null, []. If the docstring has words about one of them under an \
         old name that are still true, give these words again, letter by letter.\n",
    );
    for (id, definition) in asked.definitions {
        message.push_str(&block(asked, *definition, id));
    }
    message.push_str(&skeleton(asked.assignment.file, asked.definitions));
    message
}

/// The user message for definitions whose docstrings are to say more.
pub(in crate::generate) fn improve_message(asked: &Asked<'_>) -> String {
    let mut message = surroundings(asked);
    message.push_str(
        "\nThese definitions have docstrings that people wrote and that say too little; they stand in the \
         source. Write them anew. Keep every statement of theirs that is true, in its own words where these \
         are good, and add what is missing.\n",
    );
    for (id, definition) in asked.definitions {
        message.push('\n');
        message.push_str(&asked.block(id, *definition));
    }
    message.push_str(&whole_skeleton(asked.assignment, asked.definitions));
    message
}

/// The second request: the same definitions, what was said of them, and what is wrong with that.
pub(in crate::generate) fn repair_message(asked: &Asked<'_>, flawed: &[Flawed<'_>]) -> String {
    let mut again = message(asked);
    again.push_str("\nThe last reply does not hold:\n");
    for flawed in flawed {
        if let Some(draft) = flawed.draft {
            let draft = serde_json::to_string(draft).unwrap_or_default();
            _ = writeln!(again, "Draft: {draft}");
        }
        for fault in &flawed.faults {
            let Fault { path, message, .. } = fault;
            _ = writeln!(again, "- `{path}` of `{}`: {message}", flawed.id);
        }
    }
    again
}

fn block(asked: &Asked<'_>, index: usize, id: &str) -> String {
    let file = asked.assignment.file;
    let max_source = asked.assignment.wording.max_source;
    let speaker = speaker(file, index);
    let mut block = format!("\n{}", asked.block(id, speaker));
    if speaker != index && max_source != MaxSource::None {
        // A class's docstring describes the arguments of its `__init__`.
        _ = writeln!(block, "The docstring is that of its class:");
        let shown = shown_source(file, index, MaxSource::Signature, asked.room);
        for line in shown.text.lines() {
            _ = writeln!(block, "| {line}");
        }
    }
    if let Some(wanted) = file.wanted_parts(index) {
        _ = writeln!(block, "write only: {}", told(wanted));
    }
    block
}

/// `args` of `a`, `b`; `returns`
fn told(wanted: &Wanted) -> String {
    let named = |field: &str, names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| format!("`{field}` of {}", names.join(", ")))
    };
    let parts = [
        named("args", &wanted.args),
        wanted.returns.then(|| "`returns`".to_owned()),
        wanted.yields.then(|| "`yields`".to_owned()),
        named("raises", &wanted.raises),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("; ")
}

/// The reply with every name in its place and `…` for the words.
fn skeleton(file: &AnalyzedFile, definitions: &[(String, usize)]) -> String {
    let words = || "…".to_owned();
    let draft = |(id, index): &(String, usize)| {
        let wanted = file.wanted_parts(*index)?;
        let args = wanted.args.iter().map(|name| NamedText {
            name: name.clone(),
            description: words(),
        });
        let raises = wanted.raises.iter().map(|name| RaiseText {
            exception: name.clone(),
            description: "If …".to_owned(),
        });
        Some(Draft {
            id: id.clone(),
            args: args.collect(),
            returns: wanted.returns.then(words),
            yields: wanted.yields.then(words),
            raises: raises.collect(),
            ..Draft::default()
        })
    };
    let reply = Reply {
        docstrings: definitions.iter().filter_map(draft).collect(),
        ..Reply::default()
    };
    let skeleton = serde_json::to_string(&reply).unwrap_or_default();
    format!("\nReturn this JSON with words in place of each `…`:\n{skeleton}\n")
}

/// The model's words for the wanted parts, in a draft whose other parts hold by themselves: the whole
/// can be validated as any other.
pub(in crate::generate) fn completed(
    draft: &Draft,
    wanted: &Wanted,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Draft {
    let rest = offline::draft(frame.module, definition, frame);
    let args = rest.args.iter().filter_map(|own| {
        if wanted.args.contains(&own.name) {
            draft
                .args
                .iter()
                .find(|one| one.name.trim_start_matches('*') == own.name)
                .cloned()
        } else {
            Some(own.clone())
        }
    });
    let raises = rest.raises.iter().filter_map(|own| {
        if wanted.raises.contains(&own.exception) {
            let mut theirs = draft.raises.iter();
            theirs.find(|one| one.exception == own.exception).cloned()
        } else {
            Some(own.clone())
        }
    });
    Draft {
        id: draft.id.clone(),
        args: args.collect(),
        raises: raises.collect(),
        returns: if wanted.returns {
            draft.returns.clone()
        } else {
            rest.returns.clone()
        },
        yields: if wanted.yields {
            draft.yields.clone()
        } else {
            rest.yields.clone()
        },
        ..rest
    }
}
