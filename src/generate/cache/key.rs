//! The key under which a model's words about a definition are remembered: the hash of what determines
//! them, and of nothing else.
//!
//! Not part of it are where the definition stands (file, line, neighbours), how it is laid out, what
//! shares its request, and what other definitions' docstrings say, which may come from the same run.

use std::collections::HashMap;

use crate::config::{Llm, MaxSource};
use crate::generate::assignment::Assignment;
use crate::generate::prompt::system_message;
use crate::generate::reply::reply_schema;
use crate::generate::select::{Target, Task};
use crate::llm::Tokens;
use crate::python::{CanonicalCode, Definition, DefinitionId, Kind, canonical_header};
use crate::store::ContentHash;

/// What the parts of a key are, and what a model is told besides them. It is raised when either changes
/// so much that remembered words would no longer be those that a model would give.
const FORMAT: u64 = 1;

/// What determines a model's words about a definition, but for who the model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplyKey(ContentHash);

impl ReplyKey {
    /// The key of the words of a deployment, or model, by its name in the settings.
    #[must_use]
    pub fn of(self, deployment: &str) -> ContentHash {
        ContentHash::of(&[self.0.as_bytes(), deployment.as_bytes()])
    }
}

/// What a model is asked with besides a prompt, in a form that is the same on every machine.
#[must_use]
pub(super) fn sampling(settings: &Llm) -> Vec<u8> {
    let mut parts = Parts::default();
    let temperature = settings.temperature.map(f64::to_bits);
    parts.add(&temperature.map(u64::to_le_bytes).unwrap_or_default());
    parts.text(settings.reasoning_effort.as_deref().unwrap_or_default());
    parts.0
}

/// The keys of a file's targets, by the definition's position. A file that cannot be read has none.
///
/// Run it on a thread with [`crate::python::STACK_BYTES`] of stack.
#[must_use]
pub fn reply_keys(
    assignment: &Assignment<'_>,
    targets: &[Target],
    sampling: &[u8],
) -> HashMap<usize, ReplyKey> {
    let Some(code) = CanonicalCode::read(&assignment.file.source.text) else {
        return HashMap::new();
    };
    let mut shared = Parts::default();
    shared.number(FORMAT);
    shared.text(&system_message(assignment.wording));
    shared.text(&reply_schema().to_string());
    shared.add(sampling);
    shared.text(match assignment.wording.max_source {
        MaxSource::None => "none",
        MaxSource::Signature => "signature",
        MaxSource::Full => "full",
    });
    let module = &assignment.file.module;
    let room = assignment.room();
    let places = targets.iter().map(|target| assignment.place(*target));
    let wanted: Vec<usize> = places
        .chain(targets.iter().map(|target| target.definition))
        .collect();
    let codes = code.definitions(module, &wanted);
    let key = |(at, target): (usize, &Target)| {
        let place = assignment.place(*target);
        let definition = module.definitions.get(place)?;
        let mut parts = Parts(shared.0.clone());
        task(assignment, *target, &mut parts);
        parts.add(codes.get(at)?);
        // A class is mended in what it says of its `__init__`.
        parts.add(codes.get(at + targets.len())?);
        if Tokens::estimate(source(assignment, definition)) > room {
            // The middle is left out, so that the model's window shapes what it sees.
            parts.number(assignment.limits.context_window.tokens());
        } else {
            parts.number(0);
        }
        told(assignment, place, definition, &mut parts);
        around(assignment, place, definition, &mut parts);
        Some((target.definition, ReplyKey(ContentHash::of(&[&parts.0]))))
    };
    targets.iter().enumerate().filter_map(key).collect()
}

/// What is asked for; a docstring that is mended or improved is part of that.
fn task(assignment: &Assignment<'_>, target: Target, parts: &mut Parts) {
    match target.task {
        Task::Write => return parts.text("write"),
        Task::Mend => parts.text("mend"),
        Task::Improve => parts.text("improve"),
    }
    let definition = assignment.file.module.definitions.get(target.definition);
    let docstring = definition.and_then(|definition| definition.docstring.as_ref());
    parts.text(docstring.map_or("", |docstring| &docstring.value));
    if let Some(wanted) = assignment.file.wanted_parts(target.definition) {
        parts.list(wanted.args.iter().map(String::as_str));
        parts.flag(wanted.returns);
        parts.flag(wanted.yields);
        parts.list(wanted.raises.iter().map(String::as_str));
    }
}

/// The name and the facts that a prompt tells.
fn told(assignment: &Assignment<'_>, index: usize, definition: &Definition, parts: &mut Parts) {
    parts.text(&definition.kind.to_string());
    match definition.kind {
        // A module's words come from where it stands.
        Kind::Module | Kind::Package => {
            let project = assignment.surroundings.project;
            let module = project.module(&assignment.file.source.name);
            let dotted = module.and_then(|module| project.dotted_name(module));
            parts.text(&dotted.unwrap_or_else(|| definition.name.clone()));
        }
        _ => parts.text(without_number(&definition.qualified_name)),
    }
    let facts = assignment.facts(index, definition);
    parts.flag(facts.is_summary_only);
    parts.list(facts.parameters.iter().map(|one| one.name.as_str()));
    parts.flag(facts.returns);
    parts.flag(facts.yields);
    parts.list(facts.raises.iter().map(|one| one.exception));
    parts.list(facts.attributes.iter().map(|one| one.name.as_str()));
}

/// The headers of what is around a definition: what it stands in, the bases, what it overrides, what it
/// calls.
fn around(assignment: &Assignment<'_>, index: usize, definition: &Definition, parts: &mut Parts) {
    let project = assignment.surroundings.project;
    let id = assignment.id(index);
    let parent = definition.parent.map(|parent| DefinitionId {
        definition: parent,
        ..id
    });
    parts.headers(assignment, parent.into_iter());
    if assignment.limits.context_tokens == 0 {
        return;
    }
    let bases = parent.iter().chain([&id]);
    let bases = bases.flat_map(|class| project.bases(*class)).copied();
    parts.headers(assignment, bases);
    parts.headers(assignment, project.overridden(id).into_iter());
    let callees = project.callees(id).iter().flat_map(|callee| {
        let init = project.member(*callee, "__init__");
        [Some(*callee), init].into_iter().flatten()
    });
    parts.headers(assignment, callees);
}

fn source<'a>(assignment: &Assignment<'a>, definition: &Definition) -> &'a str {
    let text = &assignment.file.source.text;
    text.get(definition.range.clone()).unwrap_or_default()
}

/// A qualified name without what tells it from others of that name.
fn without_number(name: &str) -> &str {
    name.split('#').next().unwrap_or(name)
}

/// What is hashed. Where a part ends is part of it.
#[derive(Default)]
struct Parts(Vec<u8>);

impl Parts {
    fn add(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.add(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.number(flag.into());
    }

    fn list<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        let texts: Vec<&str> = texts.collect();
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
    }

    /// Names and headers of definitions of the project, in an order that no file's name decides.
    fn headers(&mut self, assignment: &Assignment<'_>, ids: impl Iterator<Item = DefinitionId>) {
        let project = assignment.surroundings.project;
        let mut headers: Vec<Vec<u8>> = ids
            .filter(|id| !project.entry(*id).header.is_empty())
            .map(|id| {
                let entry = project.entry(id);
                let mut parts = Self::default();
                parts.text(without_number(&entry.qualified_name));
                parts.add(&canonical_header(&entry.header));
                parts.0
            })
            .collect();
        headers.sort_unstable();
        headers.dedup();
        self.number(headers.len() as u64);
        for header in &headers {
            self.add(header);
        }
    }
}
