//! The reply that a prompt asks for, with `…` for the words.

use crate::config::WantedSection;
use crate::generate::assignment::Assignment;
use crate::generate::reply::{Draft, ExampleText, NamedText, RaiseText, Reply};
use crate::generate::shown_source::is_module;

/// The reply with every name in its place and `…` for the words: what stands last is copied best.
pub(in crate::generate) fn skeleton(
    assignment: &Assignment<'_>,
    definitions: &[(String, usize)],
) -> String {
    let (file, wanted) = (assignment.file, &assignment.wording.sections);
    let wants = |section| wanted.contains(&section);
    let example = || ExampleText {
        description: None,
        code: ">>> …".to_owned(),
    };
    let words = || "…".to_owned();
    let draft = |(id, index): &(String, usize)| {
        let definition = file.module.definitions.get(*index)?;
        let facts = assignment.facts(*index, definition);
        let sections = !facts.is_summary_only;
        let named = |name: &str| NamedText {
            name: name.to_owned(),
            description: words(),
        };
        let args = facts.parameters.iter().map(|one| named(&one.name));
        let attributes = facts.attributes.iter().map(|one| named(&one.name));
        let raises = facts.raises.iter().map(|one| RaiseText {
            exception: one.exception.to_owned(),
            description: words(),
        });
        Some(Draft {
            id: id.clone(),
            summary: words(),
            description: None,
            args: args.filter(|_| sections).collect(),
            returns: (sections && facts.returns).then(words),
            yields: (sections && facts.yields).then(words),
            raises: raises.filter(|_| sections).collect(),
            attributes: attributes.filter(|_| sections).collect(),
            examples: (sections && !is_module(definition) && wants(WantedSection::Examples))
                .then(example)
                .into_iter()
                .collect(),
            notes: (sections && wants(WantedSection::Notes)).then(words),
        })
    };
    let reply = Reply {
        docstrings: definitions.iter().filter_map(draft).collect(),
        ..Reply::default()
    };
    let skeleton = serde_json::to_string(&reply).unwrap_or_default();
    format!("\nReturn this JSON with words in place of each `…`:\n{skeleton}\n")
}
