//! Definitions that share one request: what it says, and what is asked for instead when it fails.

use crate::config::AttributesInDocstring;
use crate::generate::assignment::Assignment;
use crate::generate::batch::Batch;
use crate::generate::context::Near;
use crate::generate::prompt::{self, Asked, Flawed};
use crate::generate::select::{Target, Task};
use crate::generate::stale;
use crate::generate::validate::documented_attributes;
use crate::llm::{Tokens, Urgency};
use crate::python::Definition;

/// How often a part may be asked for again with more room to think: the room doubles each time.
const MOST_WIDENED: u32 = 5;

/// How many times the usual output limit a part gets at most.
const MOST_OUTPUT: u64 = 4;

/// How often more of a definition's middle is left out before it is given up.
const MOST_NARROWED: u32 = 2;

/// A request as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What every request begins with.
    pub system: String,
    /// What is asked.
    pub user: String,
    /// What is to be done for its definitions.
    pub task: Task,
    /// Definitions that it asks for.
    pub definitions: usize,
    /// The output limit, but for a model's room to think.
    pub limit: Tokens,
}

/// The requests that a batch begins with as they would be sent now, one for each task that its
/// definitions have; the same holds for the thread as for [`batches`](crate::generate::batches).
#[must_use]
pub fn prompts(assignment: &Assignment<'_>, batch: &Batch) -> Vec<Prompt> {
    let prompt = |part: Part| Prompt {
        system: prompt::system_message(assignment.wording),
        user: part.message(assignment, &part.ids()),
        task: part.task(),
        definitions: part.targets.len(),
        limit: part.limit(assignment),
    };
    parts(assignment, batch).map(prompt).collect()
}

/// What the definitions of a batch are asked for with at first.
pub(super) fn parts(assignment: &Assignment<'_>, batch: &Batch) -> impl Iterator<Item = Part> {
    let room = assignment.room();
    let tasks = [Task::Write, Task::Mend, Task::Improve].into_iter();
    tasks.filter_map(move |task| {
        let targets = batch.targets.iter().copied();
        let targets: Vec<Target> = targets.filter(|target| target.task == task).collect();
        (!targets.is_empty()).then_some(Part {
            targets,
            output_factor: 1,
            urgency: Urgency::New,
            widened: 0,
            room,
            narrowed: 0,
        })
    })
}

/// Definitions that share one request, all of one task.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) targets: Vec<Target>,
    pub(super) urgency: Urgency,
    /// How many times the usual output limit this part gets.
    output_factor: u64,
    /// How often it was asked for again because the model had no room to think.
    widened: u32,
    /// Tokens that a definition's source may have.
    room: Tokens,
    /// How often more of the source was left out because the model could not take it.
    narrowed: u32,
}

impl Part {
    /// What is to be done for its definitions.
    fn task(&self) -> Task {
        self.targets
            .first()
            .map_or(Task::Write, |target| target.task)
    }

    /// The id that the prompt gives each target, and its position in the module.
    pub(super) fn ids(&self) -> Vec<(String, usize)> {
        let numbered = self.targets.iter().enumerate();
        numbered
            .map(|(index, target)| (format!("d{}", index + 1), target.definition))
            .collect()
    }

    /// The first message about its definitions, which have these ids.
    pub(super) fn message(&self, assignment: &Assignment<'_>, ids: &[(String, usize)]) -> String {
        let asked = self.asked(assignment, ids);
        match self.task() {
            Task::Write => prompt::user_message(&asked),
            Task::Mend => stale::prompt::message(&asked),
            Task::Improve => stale::prompt::improve_message(&asked),
        }
    }

    /// The message that sends back what is wrong with the first words for its definitions.
    pub(super) fn repair_message(
        &self,
        assignment: &Assignment<'_>,
        ids: &[(String, usize)],
        flawed: &[Flawed<'_>],
    ) -> String {
        let asked = self.asked(assignment, ids);
        if self.task() == Task::Mend {
            stale::prompt::repair_message(&asked, flawed)
        } else {
            prompt::repair_message(&asked, flawed)
        }
    }

    fn asked<'s>(
        &self,
        assignment: &'s Assignment<'_>,
        definitions: &'s [(String, usize)],
    ) -> Asked<'s> {
        Asked {
            assignment,
            definitions,
            room: self.room,
        }
    }

    /// The output limit, but for a model's room to think.
    pub(super) fn limit(&self, assignment: &Assignment<'_>) -> Tokens {
        let definitions = self.targets.iter();
        let expected: u64 = definitions
            .filter_map(|target| assignment.definition(*target))
            .map(output_tokens)
            .sum();
        Tokens::new((expected + 200) * self.output_factor)
    }

    /// Some of its definitions, asked for by themselves.
    pub(super) fn of(&self, targets: Vec<Target>) -> Self {
        Self {
            targets,
            urgency: Urgency::FollowUp,
            ..*self
        }
    }

    /// The same once more, where the client gives the model more room to think from now on; `None` if that
    /// was done often enough.
    pub(super) fn once_more(&self) -> Option<Self> {
        let again = self.of(self.targets.clone());
        (self.widened < MOST_WIDENED).then_some(Self {
            widened: self.widened + 1,
            ..again
        })
    }

    /// A single definition with twice the output limit; `None` if it is not alone, or has had that twice.
    pub(super) fn longer(&self) -> Option<Self> {
        let is_alone = self.targets.len() == 1;
        let again = self.of(self.targets.clone());
        (is_alone && self.output_factor < MOST_OUTPUT).then_some(Self {
            output_factor: self.output_factor * 2,
            ..again
        })
    }

    /// A single definition with more of its middle left out; `None` if it is not alone, or has had that
    /// often enough.
    pub(super) fn narrower(&self, assignment: &Assignment<'_>) -> Option<Self> {
        let [target] = self.targets[..] else {
            return None;
        };
        if self.narrowed >= MOST_NARROWED {
            return None;
        }
        let (index, near) = (target.definition, Near::default());
        let block = prompt::definition_block(assignment, index, "d1", self.room, near);
        Some(Self {
            room: Tokens::new(Tokens::estimate(&block).get() / 3),
            narrowed: self.narrowed + 1,
            ..self.of(vec![target])
        })
    }

    /// Its halves; `None` if there is one definition in it.
    pub(super) fn halves(&self) -> Option<[Self; 2]> {
        let (first, second) = self.targets.split_at(self.targets.len() / 2);
        (!first.is_empty()).then(|| [self.of(first.to_vec()), self.of(second.to_vec())])
    }
}

/// Room for one definition's words: generous for prose, since a reply cut off is paid for twice,
/// and tight enough not to eat the quota, since Azure admits by the limit.
fn output_tokens(definition: &Definition) -> u64 {
    let entries = definition.documented_parameters().count()
        + definition.raised().count()
        + documented_attributes(definition, AttributesInDocstring::All).count();
    250 + 60 * u64::try_from(entries).unwrap_or(u64::MAX / 128)
}
