//! What a prompt shows of the code around its definitions: what they call, their class and its bases,
//! their neighbours, the method that one overrides, and a line that uses it.

use std::collections::HashSet;

use super::assignment::Assignment;
use super::mask::Masks;
use super::shown_source::without_defaults;
use super::summaries::Summaries;
use super::usage::Usages;
use crate::config::MaxSource;
use crate::docstring::cleandoc;
use crate::llm::Tokens;
use crate::python::{DefinitionId, Kind, Project, ProjectEntry};

/// A docstring that the project has, as a model of its manner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The qualified name of what it documents.
    pub name: String,
    /// The header, on one line, without secrets.
    pub header: String,
    /// The docstring, its margin taken off, without secrets; cut at a blank line if it is long, `...`
    /// in place of the rest.
    pub docstring: String,
}

/// What is known of the code around a file's definitions.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Everything that the project defines.
    pub project: &'a Project,
    /// What the run has written so far.
    pub summaries: &'a Summaries,
    /// Where definitions are used.
    pub usages: &'a Usages,
    /// What the project's docstrings are like, in one sentence, if they are alike.
    pub habits: Option<&'a str>,
    /// Docstrings of the project that are like those to be written.
    pub examples: &'a [Example],
}

/// Lines of related code under a title.
#[derive(Debug)]
pub(super) struct Related {
    pub(super) title: &'static str,
    pub(super) lines: Vec<String>,
}

/// What concerns one definition alone.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// The method that it overrides.
    pub(super) overridden: Option<String>,
    /// A line that uses it.
    pub(super) usage: Option<String>,
}

/// Neighbours that are shown at most.
const MOST_NEIGHBOURS: usize = 12;

/// Attributes of a class that are shown at most.
const MOST_ATTRIBUTES: usize = 16;

/// Characters of a line beyond which a header loses its parameters.
const MOST_CHARS: usize = 240;

/// Characters of a summary.
const MOST_SUMMARY: usize = 140;

/// Characters of an overridden method's docstring.
const MOST_DOCSTRING: usize = 600;

/// What the definitions of a request have around them, the most useful first, up to the budget of the
/// settings.
pub(super) fn related(assignment: &Assignment<'_>, definitions: &[usize]) -> Vec<Related> {
    let Some(view) = View::new(assignment) else {
        return Vec::new();
    };
    let asked: HashSet<DefinitionId> = definitions.iter().map(|one| view.id(*one)).collect();
    let mut told = asked.clone();
    let mut gathered = Gathered {
        left: u64::from(assignment.limits.context_tokens),
        groups: Vec::new(),
    };
    let called = asked_in_order(definitions, &view)
        .flat_map(|id| view.around.project.callees(id).iter().copied())
        .collect::<Vec<_>>();
    // Of overloads one is enough, and none of what is asked about.
    let mut names: HashSet<(usize, &str)> = asked.iter().map(|id| view.name(*id)).collect();
    let mut is_new = |id: &DefinitionId| names.insert(view.name(*id)) && told.insert(*id);
    let new: Vec<DefinitionId> = called.into_iter().filter(&mut is_new).collect();
    let lines = new.into_iter();
    gathered.add(
        "What these definitions call",
        lines.flat_map(|id| view.callable(id)),
    );
    let classes = view.classes(definitions);
    let lines = classes.iter().flat_map(|class| view.class(*class, &asked));
    gathered.add("Their classes, and the bases of these", lines);
    let mut owners: Vec<DefinitionId> = Vec::new();
    for id in asked_in_order(definitions, &view) {
        let parent = view
            .entry(id)
            .parent
            .map(|definition| DefinitionId { definition, ..id });
        owners.extend(parent.filter(|parent| !owners.contains(parent)));
    }
    let neighbours: Vec<DefinitionId> = owners
        .into_iter()
        // What a class or module shows of itself is in its own source.
        .filter(|owner| !asked.contains(owner))
        .flat_map(|owner| view.around.project.children(owner))
        .filter(|id| !view.name(*id).1.ends_with("__"))
        .filter(&mut is_new)
        .collect();
    gathered.add("Their neighbours", view.neighbours(&neighbours).into_iter());
    gathered.groups
}

/// What concerns one definition of a file alone.
pub(super) fn near(assignment: &Assignment<'_>, definition: usize) -> Near {
    match View::new(assignment) {
        Some(view) if assignment.limits.context_tokens > 0 => Near {
            overridden: view.overridden(view.id(definition)),
            usage: view.usage(view.id(definition)),
        },
        _ => Near::default(),
    }
}

fn asked_in_order<'v>(
    definitions: &'v [usize],
    view: &'v View<'_>,
) -> impl Iterator<Item = DefinitionId> + 'v {
    definitions.iter().map(|one| view.id(*one))
}

/// Groups of lines, as long as there is room for them.
struct Gathered {
    /// Estimated tokens.
    left: u64,
    groups: Vec<Related>,
}

impl Gathered {
    fn add(&mut self, title: &'static str, lines: impl Iterator<Item = String>) {
        let mut taken = Vec::new();
        for line in lines {
            let cost = Tokens::estimate(&line).get() + 1;
            if cost > self.left {
                break;
            }
            self.left -= cost;
            taken.push(line);
        }
        if !taken.is_empty() {
            self.groups.push(Related {
                title,
                lines: taken,
            });
        }
    }
}

/// The project as a prompt about one of its modules may show it.
struct View<'a> {
    around: Surroundings<'a>,
    module: usize,
    max_source: MaxSource,
}

impl<'a> View<'a> {
    fn new(assignment: &Assignment<'a>) -> Option<Self> {
        let around = assignment.surroundings;
        Some(Self {
            module: around.project.module(&assignment.file.source.name)?,
            around,
            max_source: assignment.wording.max_source,
        })
    }

    fn id(&self, definition: usize) -> DefinitionId {
        DefinitionId {
            module: self.module,
            definition,
        }
    }

    fn entry(&self, id: DefinitionId) -> &'a ProjectEntry {
        self.around.project.entry(id)
    }

    /// A definition's name without what tells it from others of that name.
    fn name(&self, id: DefinitionId) -> (usize, &'a str) {
        let name = self.entry(id).qualified_name.as_str();
        (id.module, name.split('#').next().unwrap_or(name))
    }

    /// The summary that this run has given it, or else the one that it has.
    fn summary(&self, id: DefinitionId) -> Option<String> {
        let own = || match self.max_source {
            MaxSource::None => None,
            MaxSource::Signature | MaxSource::Full => {
                self.entry(id).docstring.as_deref().and_then(first_sentence)
            }
        };
        self.around.summaries.get(id).or_else(own)
    }

    /// Header and summary on one line, without secrets.
    fn line(&self, id: DefinitionId) -> String {
        let (header, summary) = self.masked(id, self.summary(id).as_deref());
        match summary {
            Some(summary) => format!("{header}  # {summary}"),
            None => header,
        }
    }

    /// A definition's header under its whole name, and a text about it; both without secrets.
    fn masked(&self, id: DefinitionId, text: Option<&str>) -> (String, Option<String>) {
        let entry = self.entry(id);
        let header = match self.max_source {
            MaxSource::None => without_defaults(&entry.header).unwrap_or_default(),
            MaxSource::Signature | MaxSource::Full => entry.header.clone(),
        };
        // As a program it says more about its literals.
        let code = format!("{header}: ...\n");
        let masks = Masks::find(&code);
        let header = masks.shown(&code, 0..header.len());
        let name = entry.qualified_name.rsplit('.').next().unwrap_or_default();
        let name = name.split('#').next().unwrap_or_default();
        let qualified = entry.qualified_name.split('#').next().unwrap_or_default();
        let mut header = header.replacen(&format!(" {name}"), &format!(" {qualified}"), 1);
        if header.chars().count() > MOST_CHARS {
            header = format!("{}(…)", header.split('(').next().unwrap_or_default());
        }
        let text = text.map(|text| {
            let comment = text.replace('\n', "\n# ");
            let comment = format!("# {comment}\n");
            let masks = Masks::find(&comment);
            let shown = masks.shown(&comment, 2..comment.len() - 1);
            shown.replace("\n# ", "\n")
        });
        (header, text)
    }

    /// A function, or a class with what it takes to make one.
    fn callable(&self, id: DefinitionId) -> Vec<String> {
        let mut lines = vec![self.line(id)];
        if is_class(self.entry(id)) {
            let init = self.around.project.member(id, "__init__");
            lines.extend(init.map(|init| format!("    {}", self.masked(init, None).0)));
        }
        lines
    }

    /// The classes right around definitions, each once.
    fn classes(&self, definitions: &[usize]) -> Vec<DefinitionId> {
        let mut classes = Vec::new();
        for definition in definitions {
            let id = self.id(*definition);
            let own = is_class(self.entry(id)).then_some(id);
            let parent = self.entry(id).parent.map(|parent| self.id(parent));
            let class = own.or(parent.filter(|parent| is_class(self.entry(*parent))));
            classes.extend(class.filter(|class| !classes.contains(class)));
        }
        classes
    }

    /// A class with its bases, attributes and `__init__`; of one that is itself asked about only the
    /// bases, since its source has the rest.
    fn class(&self, class: DefinitionId, asked: &HashSet<DefinitionId>) -> Vec<String> {
        let mut lines = Vec::new();
        let bases = self.around.project.bases(class);
        if asked.contains(&class) {
            lines.extend(bases.iter().map(|base| self.line(*base)));
            return lines;
        }
        lines.push(self.line(class));
        lines.extend(
            bases
                .iter()
                .map(|base| format!("    base: {}", self.line(*base))),
        );
        let init = self.around.project.member(class, "__init__");
        let mut names: Vec<&str> = Vec::new();
        let of_init = init.map(|init| self.entry(init).attributes.as_slice());
        let attributes = self.entry(class).attributes.iter();
        for attribute in attributes.chain(of_init.unwrap_or_default()) {
            if !names.contains(&attribute.name.as_str()) {
                names.push(&attribute.name);
            }
        }
        names.truncate(MOST_ATTRIBUTES);
        if !names.is_empty() {
            lines.push(format!("    attributes: {}", names.join(", ")));
        }
        if let Some(init) = init.filter(|init| !asked.contains(init)) {
            lines.push(format!("    {}", self.masked(init, None).0));
        }
        lines
    }

    /// Names and summaries; those without a summary share a line.
    fn neighbours(&self, ids: &[DefinitionId]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut names = Vec::new();
        for id in ids {
            let (_, qualified) = self.name(*id);
            match self.summary(*id) {
                Some(summary) if lines.len() < MOST_NEIGHBOURS => {
                    let (_, summary) = self.masked(*id, Some(&summary));
                    let summary = summary.unwrap_or_default();
                    lines.push(format!("{qualified}  # {summary}"));
                }
                Some(_) => {}
                None => names.push(qualified),
            }
        }
        names.truncate(MOST_NEIGHBOURS);
        if !names.is_empty() {
            lines.push(names.join(", "));
        }
        lines
    }

    /// The method that a method overrides, with its docstring.
    fn overridden(&self, id: DefinitionId) -> Option<String> {
        let overridden = self.around.project.overridden(id)?;
        let docstring = match self.max_source {
            MaxSource::None => None,
            MaxSource::Signature | MaxSource::Full => self.entry(overridden).docstring.as_deref(),
        };
        let docstring = docstring.map(|text| beginning(&cleandoc(text)).to_owned());
        let text = self.around.summaries.get(overridden).or(docstring);
        let (header, text) = self.masked(overridden, text.as_deref());
        Some(match text {
            Some(text) => format!("{header}\n    {}", text.trim().replace('\n', "\n    ")),
            None => header,
        })
    }

    fn usage(&self, id: DefinitionId) -> Option<String> {
        (self.max_source == MaxSource::Full)
            .then(|| self.around.usages.of(self.around.project, id))
            .flatten()
    }
}

fn is_class(entry: &ProjectEntry) -> bool {
    matches!(entry.kind, Kind::Class | Kind::NestedClass)
}

/// The first sentence of a docstring, on one line; what of it fits, if it is long.
fn first_sentence(docstring: &str) -> Option<String> {
    let text = docstring.trim_start();
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let line = words.join(" ");
    let end = line.find(". ").map_or(line.len(), |at| at + 1);
    let sentence = &line[..end];
    if sentence.is_empty() {
        return None;
    }
    if sentence.chars().count() <= MOST_SUMMARY {
        return Some(sentence.to_owned());
    }
    let cut: String = sentence.chars().take(MOST_SUMMARY).collect();
    let whole = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(whole, _)| whole);
    Some(format!("{whole} …"))
}

/// The paragraphs of a docstring that fit, the first in any case.
fn beginning(docstring: &str) -> &str {
    let mut end = docstring.find("\n\n").unwrap_or(docstring.len());
    for (at, _) in docstring.match_indices("\n\n") {
        if docstring[..at].chars().count() <= MOST_DOCSTRING {
            end = at;
        }
    }
    if docstring.chars().count() <= MOST_DOCSTRING {
        end = docstring.len();
    }
    &docstring[..end]
}
