//! One batch through the model: request, reply, validation, one repair, and what becomes of each
//! definition.

use std::collections::VecDeque;
use std::sync::Arc;

use super::assignment::Assignment;
use super::batch::Batch;
use super::cache::{Cost, Memory, Paid, Settled};
use super::context::Near;
use super::fault::{Fault, FaultKind};
use super::prompt::{self, Asked, Flawed};
use super::reply::{Draft, Reply, reply_schema};
use super::select::{Target, Task};
use super::stale;
use super::validate::documented_attributes;
use crate::config::AttributesInDocstring;
use crate::docstring::Docstring;
use crate::llm::{
    Asker, ChatRequest, Completion, Finish, LlmError, ReplySchema, Role, Tokens, Turn, Urgency,
};
use crate::python::Definition;

/// What the model gave for one definition.
#[derive(Debug)]
pub struct Answer {
    /// The definition.
    pub target: Target,
    /// The docstring, or why there is none.
    pub result: Result<Written, Rejection>,
    /// What was paid for it, if the words of a model were and may come of use again.
    pub paid: Option<Paid>,
}

/// A docstring that holds against the code.
#[derive(Debug)]
pub struct Written {
    /// The docstring.
    pub docstring: Docstring,
    /// What it took to get there.
    pub repair: Repair,
    /// Kinds of what was wrong with the first reply, each once.
    pub faults: Vec<FaultKind>,
}

/// What it took to make a reply hold.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// The first reply held.
    None,
    /// The second reply held.
    Asked,
    /// Faults that stayed were mended from the code.
    Mended,
}

/// Why a definition got no docstring.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// The reply contradicts the code or the rules, after the repair too.
    #[error("the words do not hold: {}", list(.0))]
    Faults(Vec<Fault>),
    /// The same, as remembered from another day.
    #[error(
        "the words did not hold on {on}: {}; `--refresh` asks for others", list(.faults)
    )]
    Remembered {
        /// What was wrong.
        faults: Vec<Fault>,
        /// The day, as year, month and day.
        on: String,
    },
    /// The model would not.
    #[error("the model refused: {0}")]
    Refused(String),
    /// Azure's filter stopped the prompt or the reply.
    #[error("the content filter stopped it ({})", .0.join(", "))]
    ContentFilter(Vec<String>),
    /// The definition does not fit the model's context, or the reply its output limit.
    #[error("it is too long for the model")]
    TooLong,
    /// The request failed.
    #[error("{}", failed(.0))]
    Request(Arc<LlmError>),
}

impl Rejection {
    /// Kinds of what was wrong with the words, each once.
    #[must_use]
    pub fn fault_kinds(&self) -> Vec<FaultKind> {
        match self {
            Self::Faults(faults) | Self::Remembered { faults, .. } => kinds(faults),
            _ => Vec::new(),
        }
    }

    /// Whether the budget had no room for the request.
    #[must_use]
    pub fn is_for_the_budget(&self) -> bool {
        matches!(self, Self::Request(error) if error.is_budget_used_up())
    }

    /// Whether the words were at fault, not the way to them.
    #[must_use]
    pub fn is_refusal_of_words(&self) -> bool {
        !matches!(self, Self::Request(_))
    }
}

/// The kinds among faults, each once, in order.
fn kinds(faults: &[Fault]) -> Vec<FaultKind> {
    let mut kinds: Vec<FaultKind> = faults.iter().map(|fault| fault.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

fn failed(error: &LlmError) -> String {
    if error.is_budget_used_up() {
        error.to_string()
    } else {
        format!("the request failed: {error}")
    }
}

fn list(faults: &[Fault]) -> String {
    faults
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Asks the model for the docstrings of a batch. Every target is answered, and `keep` is given the
/// answers as soon as they are there; nothing depends on them before it is through. An error that would
/// fail every later request the same way is given back.
pub async fn complete(
    client: Asker<'_>,
    assignment: Assignment<'_>,
    batch: Batch,
    keep: impl AsyncFn(Vec<Answer>),
) -> Option<Arc<LlmError>> {
    let mut work = Work {
        client,
        assignment,
        system: prompt::system_message(assignment.wording),
        schema: Arc::new(ReplySchema::new("docgen_reply", reply_schema())),
        queue: parts(&assignment, &batch).collect(),
        keep: &keep,
        answers: Vec::new(),
        fatal: None,
    };
    while let Some(part) = work.queue.pop_front() {
        work.part(part).await;
        work.keep().await;
    }
    work.fatal
}

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
/// definitions have; the same holds for the thread as for [`batches`](super::batches).
#[must_use]
pub fn prompts(assignment: &Assignment<'_>, batch: &Batch) -> Vec<Prompt> {
    let prompt = |part: Part| Prompt {
        system: prompt::system_message(assignment.wording),
        user: part.message(assignment, &ids(&part.targets)),
        task: part.task(),
        definitions: part.targets.len(),
        limit: part.limit(assignment),
    };
    parts(assignment, batch).map(prompt).collect()
}

/// What the definitions of a batch are asked for with at first.
fn parts(assignment: &Assignment<'_>, batch: &Batch) -> impl Iterator<Item = Part> {
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

/// Definitions that share one request.
struct Part {
    targets: Vec<Target>,
    /// How many times the usual output limit this part gets.
    output_factor: u64,
    urgency: Urgency,
    /// How often it was asked for again because the model had no room to think.
    widened: u32,
    /// Tokens that a definition's source may have.
    room: Tokens,
    /// How often more of the source was left out because the model could not take it.
    narrowed: u32,
}

impl Part {
    /// What is to be done for its definitions: a part is of one task.
    fn task(&self) -> Task {
        self.targets
            .first()
            .map_or(Task::Write, |target| target.task)
    }

    /// The first message about its definitions, which have these ids.
    fn message(&self, assignment: &Assignment<'_>, ids: &[(String, usize)]) -> String {
        let asked = Asked {
            assignment,
            definitions: ids,
            room: self.room,
        };
        match self.task() {
            Task::Write => prompt::user_message(&asked),
            Task::Mend => stale::prompt::message(&asked),
            Task::Improve => stale::prompt::improve_message(&asked),
        }
    }

    /// The output limit, but for a model's room to think.
    fn limit(&self, assignment: &Assignment<'_>) -> Tokens {
        let definitions = self.targets.iter();
        let expected: u64 = definitions
            .filter_map(|target| assignment.definition(*target))
            .map(output_tokens)
            .sum();
        Tokens::new((expected + 200) * self.output_factor)
    }

    /// Some of its definitions, asked for by themselves.
    fn of(&self, targets: Vec<Target>) -> Self {
        Self {
            targets,
            output_factor: self.output_factor,
            urgency: Urgency::FollowUp,
            widened: self.widened,
            room: self.room,
            narrowed: self.narrowed,
        }
    }
}

/// The first reply to a part.
struct First<'r> {
    /// `None` if it cannot be read.
    reply: Option<&'r Reply>,
    completion: &'r Completion,
    /// Definitions that it was asked for.
    asked: usize,
}

impl First<'_> {
    /// The share of one definition.
    fn cost(&self, draft: Option<&Draft>) -> Cost {
        Cost::share(self.completion, self.reply, draft, self.asked)
    }
}

/// What the second reply brought for one definition.
struct Settling<'r> {
    second: &'r Result<Reply, Fault>,
    /// The ids that it was asked for with.
    ids: &'r [(String, usize)],
    /// Its words, if they can be read.
    last: Option<&'r Draft>,
    /// Of both replies.
    cost: Cost,
    /// There was a second reply.
    is_final: bool,
    /// There was none since the budget has no room for it.
    beyond_budget: Option<Arc<LlmError>>,
}

/// How often a part may be asked for again with more room to think: the room doubles each time.
const MOST_WIDENED: u32 = 5;

/// How often more of a definition's middle is left out before it is given up.
const MOST_NARROWED: u32 = 2;

struct Work<'a, K> {
    client: Asker<'a>,
    assignment: Assignment<'a>,
    /// The same for all requests of a run, but where an override says otherwise.
    system: String,
    schema: Arc<ReplySchema>,
    queue: VecDeque<Part>,
    keep: &'a K,
    /// Those that are to be kept next.
    answers: Vec<Answer>,
    fatal: Option<Arc<LlmError>>,
}

impl<K: AsyncFn(Vec<Answer>)> Work<'_, K> {
    /// Has the answers kept that are there, and tells other requests of them.
    async fn keep(&mut self) {
        let answers = std::mem::take(&mut self.answers);
        if answers.is_empty() {
            return;
        }
        let summary = |answer: &Answer| {
            let written = answer.result.as_ref().ok()?;
            Some((answer.target, written.docstring.summary.clone()))
        };
        let summaries: Vec<_> = answers.iter().filter_map(summary).collect();
        (self.keep)(answers).await;
        for (target, summary) in summaries {
            self.assignment.tell(target, &summary);
        }
    }

    async fn part(&mut self, part: Part) {
        if let Some(error) = self.fatal.clone() {
            self.reject(&part.targets, || Rejection::Request(error.clone()));
            return;
        }
        let ids = ids(&part.targets);
        let message = part.message(&self.assignment, &ids);
        let request = self.request(&part, message);
        let completion = match self.client.complete(&request).await {
            Ok(completion) => completion,
            Err(error) => return self.failed(part, error),
        };
        match &completion.finish {
            Finish::Stop => self.read(&part, &ids, &completion).await,
            Finish::Length { has_more_room } => self.cut_off(part, *has_more_room),
            Finish::ContentFilter { categories } => {
                let categories = categories.clone();
                self.split_or_reject(part, || Rejection::ContentFilter(categories.clone()));
            }
            Finish::Refusal(words) => {
                let words = words.clone();
                self.split_or_reject(part, || Rejection::Refused(words.clone()));
            }
        }
    }

    /// Validates a reply, sends the faults back once, and takes or rejects what comes then.
    async fn read(&mut self, part: &Part, ids: &[(String, usize)], first: &Completion) {
        let reply = Reply::read(&first.content);
        let first = First {
            reply: reply.as_ref().ok(),
            completion: first,
            asked: ids.len(),
        };
        let mut open = Vec::new();
        let mut forgotten = Vec::new();
        for (target, (id, _)) in part.targets.iter().zip(ids) {
            let draft = first.reply.and_then(|reply| find(reply, id));
            match self.judge(reply.as_ref(), (id, ids), *target) {
                Ok(docstring) => {
                    let held = Written {
                        docstring,
                        repair: Repair::None,
                        faults: Vec::new(),
                    };
                    self.accept(*target, held, draft, first.cost(draft));
                }
                Err(faults) => {
                    let is_unread = |reply: &Reply| reply.unread.iter().any(|(one, _)| one == id);
                    if draft.is_none() && first.reply.is_some_and(|reply| !is_unread(reply)) {
                        forgotten.push(*target);
                    }
                    open.push((*target, Flawed { id, draft, faults }));
                }
            }
        }
        // What a reply left out is asked for again by itself, as long as replies get anywhere.
        if forgotten.len() < part.targets.len() {
            open.retain(|(target, _)| !forgotten.contains(target));
            if !forgotten.is_empty() {
                self.queue.push_back(part.of(forgotten));
            }
        }
        let (targets, flawed): (Vec<Target>, Vec<Flawed<'_>>) = open.into_iter().unzip();
        if targets.is_empty() {
            return;
        }
        // What held is not lost with the second request.
        self.keep().await;
        let of = |flawed: &Flawed<'_>| ids.iter().find(|(id, _)| id == flawed.id).cloned();
        let open_ids: Vec<(String, usize)> = flawed.iter().filter_map(of).collect();
        self.repair(&part.of(targets), &open_ids, &flawed, &first)
            .await;
    }

    /// Sends faults back, and settles what becomes of the definitions.
    async fn repair(
        &mut self,
        again: &Part,
        ids: &[(String, usize)],
        flawed: &[Flawed<'_>],
        first: &First<'_>,
    ) {
        let asked = self.asked(ids, again);
        let message = if again.task() == Task::Mend {
            stale::prompt::repair_message(&asked, flawed)
        } else {
            prompt::repair_message(&asked, flawed)
        };
        let request = self.request(again, message);
        let unreadable = |message: String| Fault {
            path: "reply".to_owned(),
            kind: FaultKind::Unreadable,
            message,
        };
        let completion = self.client.complete(&request).await;
        let second = match &completion {
            Ok(completion) if completion.finish == Finish::Stop => Reply::read(&completion.content),
            Ok(_) => Err(unreadable("was cut off or refused".to_owned())),
            // What the first reply got right is paid for: it is mended, not thrown away.
            Err(error) => Err(unreadable(format!("could not be asked for again: {error}"))),
        };
        // A second reply that never came has cost nothing, and refused nothing.
        let (came, beyond_budget) = match completion {
            Ok(completion) => (Some(completion), None),
            Err(error) => {
                let error = Arc::new(error);
                if error.is_fatal() {
                    self.fatal = Some(error.clone());
                }
                (None, Some(error).filter(|error| error.is_budget_used_up()))
            }
        };
        for (target, flawed) in again.targets.iter().zip(flawed) {
            let last = second.as_ref().ok();
            let last = last.and_then(|reply| find(reply, flawed.id));
            let mut cost = first.cost(flawed.draft);
            if let Some(completion) = &came {
                let reply = second.as_ref().ok();
                cost = Cost::share(completion, reply, last, again.targets.len()).after(&cost);
            }
            let settled = Settling {
                second: &second,
                ids,
                last,
                cost,
                is_final: came.is_some(),
                beyond_budget: beyond_budget.clone(),
            };
            self.settle(*target, flawed, settled);
        }
    }

    /// Takes the second reply if it holds, mends it if it can be mended, rejects it otherwise. A
    /// second reply that cannot be read leaves the first one to be mended.
    fn settle(&mut self, target: Target, flawed: &Flawed<'_>, settling: Settling<'_>) {
        let Settling { last, cost, .. } = settling;
        let kinds = kinds(&flawed.faults);
        let faults = match self.judge(settling.second.as_ref(), (flawed.id, settling.ids), target) {
            Ok(docstring) => {
                let held = Written {
                    docstring,
                    repair: Repair::Asked,
                    faults: kinds,
                };
                return self.accept(target, held, last, cost);
            }
            Err(faults) => faults,
        };
        let draft = last.or(flawed.draft);
        let mended = draft.and_then(|draft| self.assignment.mended(target, draft));
        if let Some(docstring) = mended {
            let held = Written {
                docstring,
                repair: Repair::Mended,
                faults: kinds,
            };
            return self.accept(target, held, draft, cost);
        }
        // Nobody has refused it: the next run asks for it.
        if let Some(error) = settling.beyond_budget {
            return self.reject(&[target], || Rejection::Request(error.clone()));
        }
        let drafts = [last, flawed.draft].into_iter().flatten();
        let memory = Memory {
            drafts: drafts.cloned().collect(),
            settled: Settled::Refused {
                faults: faults.clone(),
            },
        };
        let has_words = settling.is_final && !memory.drafts.is_empty();
        self.answers.push(Answer {
            target,
            result: Err(Rejection::Faults(faults)),
            paid: has_words.then_some(Paid { memory, cost }),
        });
    }

    fn judge(
        &self,
        reply: Result<&Reply, &Fault>,
        (id, ids): (&str, &[(String, usize)]),
        target: Target,
    ) -> Result<Docstring, Vec<Fault>> {
        let reply = reply.map_err(|fault| vec![fault.clone()])?;
        let missing = |message: &str| {
            vec![Fault {
                path: "docstrings".to_owned(),
                kind: FaultKind::NoEntry,
                message: message.to_owned(),
            }]
        };
        if let Some((_, fault)) = reply.unread.iter().find(|(one, _)| one == id) {
            return Err(vec![fault.clone()]);
        }
        let at = reply.docstrings.iter().position(|draft| draft.id == id);
        let held = at.and_then(|at| {
            let draft = reply.docstrings.get(at)?;
            let said = said(reply, ids);
            Some((at, self.assignment.hold(target, draft, &said)?))
        });
        let Some((at, held)) = held else {
            return Err(missing(&format!("has no entry with the id `{id}`")));
        };
        held.map_err(|faults| {
            let locate = |fault: Fault| Fault {
                path: format!("docstrings[{at}].{}", fault.path),
                ..fault
            };
            faults.into_iter().map(locate).collect()
        })
    }

    fn accept(&mut self, target: Target, held: Written, draft: Option<&Draft>, cost: Cost) {
        let memory = draft.map(|draft| Memory {
            drafts: vec![draft.clone()],
            settled: Settled::Held {
                repair: held.repair,
                faults: held.faults.clone(),
            },
        });
        self.answers.push(Answer {
            target,
            result: Ok(held),
            paid: memory.map(|memory| Paid { memory, cost }),
        });
    }

    fn reject(&mut self, targets: &[Target], reason: impl Fn() -> Rejection) {
        let rejected = targets.iter().map(|target| Answer {
            target: *target,
            result: Err(reason()),
            paid: None,
        });
        self.answers.extend(rejected);
    }

    fn failed(&mut self, part: Part, error: LlmError) {
        match error {
            LlmError::ContentFiltered { categories } => {
                self.split_or_reject(part, || Rejection::ContentFilter(categories.clone()));
            }
            LlmError::ContextTooLong => self.narrow(part),
            LlmError::OutputLimit { has_more_room } => self.cut_off(part, has_more_room),
            error @ (LlmError::LargerThanQuota { .. } | LlmError::Blocked { .. }) => {
                let error = Arc::new(error);
                self.split_or_reject(part, || Rejection::Request(error.clone()));
            }
            error => {
                let error = Arc::new(error);
                if error.is_fatal() {
                    self.fatal = Some(error.clone());
                }
                self.reject(&part.targets, || Rejection::Request(error.clone()));
            }
        }
    }

    /// A batch that the model spent its limit on thinking about is asked for again where the client gives
    /// it more room from now on.
    fn cut_off(&mut self, part: Part, has_more_room: bool) {
        if !has_more_room || part.widened >= MOST_WIDENED {
            return self.too_long(part);
        }
        self.queue.push_back(Part {
            urgency: Urgency::FollowUp,
            widened: part.widened + 1,
            ..part
        });
    }

    /// A batch cut off by the output limit is halved; a single definition gets twice the room,
    /// twice over.
    fn too_long(&mut self, part: Part) {
        if part.targets.len() == 1 && part.output_factor < 4 {
            self.queue.push_back(Part {
                output_factor: part.output_factor * 2,
                urgency: Urgency::FollowUp,
                ..part
            });
        } else {
            self.split_or_reject(part, || Rejection::TooLong);
        }
    }

    /// A batch that the model cannot take is halved; of a single definition more of the middle is left out,
    /// twice.
    fn narrow(&mut self, part: Part) {
        let [target] = part.targets[..] else {
            return self.split_or_reject(part, || Rejection::TooLong);
        };
        let block = prompt::definition_block(
            &self.assignment,
            target.definition,
            "d1",
            part.room,
            Near::default(),
        );
        if part.narrowed >= MOST_NARROWED {
            return self.reject(&part.targets, || Rejection::TooLong);
        }
        self.queue.push_back(Part {
            room: Tokens::new(Tokens::estimate(&block).get() / 3),
            narrowed: part.narrowed + 1,
            urgency: Urgency::FollowUp,
            ..part
        });
    }

    /// Halves a part until the definition at fault stands alone; that one is rejected.
    fn split_or_reject(&mut self, mut part: Part, reason: impl Fn() -> Rejection) {
        if part.targets.len() < 2 {
            return self.reject(&part.targets, reason);
        }
        let second = part.targets.split_off(part.targets.len() / 2);
        let first = std::mem::take(&mut part.targets);
        self.queue.push_back(part.of(first));
        self.queue.push_back(part.of(second));
    }

    fn request(&self, part: &Part, message: String) -> ChatRequest {
        ChatRequest {
            system: self.system.clone(),
            turns: vec![Turn {
                role: Role::User,
                content: message,
            }],
            schema: self.schema.clone(),
            max_output_tokens: part.limit(&self.assignment),
            urgency: part.urgency,
            about: Arc::from(self.assignment.file.source.name.as_str()),
        }
    }

    fn asked<'s>(&'s self, definitions: &'s [(String, usize)], part: &Part) -> Asked<'s> {
        Asked {
            assignment: &self.assignment,
            definitions,
            room: part.room,
        }
    }
}

/// The id that the prompt gives each target, and its position in the module.
fn ids(targets: &[Target]) -> Vec<(String, usize)> {
    let numbered = targets.iter().enumerate();
    numbered
        .map(|(index, target)| (format!("d{}", index + 1), target.definition))
        .collect()
}

/// The summaries of a reply, by the definitions' positions.
fn said<'r>(reply: &'r Reply, ids: &[(String, usize)]) -> Vec<(usize, &'r str)> {
    let said = ids.iter().filter_map(|(id, definition)| {
        let draft = find(reply, id)?;
        Some((*definition, draft.summary.as_str()))
    });
    said.collect()
}

fn find<'r>(reply: &'r Reply, id: &str) -> Option<&'r Draft> {
    reply.docstrings.iter().find(|draft| draft.id == id)
}

/// Room for one definition's words: generous for prose, since a reply cut off is paid for twice,
/// and tight enough not to eat the quota, since Azure admits by the limit.
fn output_tokens(definition: &Definition) -> u64 {
    let entries = definition.documented_parameters().count()
        + definition.raised().count()
        + documented_attributes(definition, AttributesInDocstring::All).count();
    250 + 60 * u64::try_from(entries).unwrap_or(u64::MAX / 128)
}
