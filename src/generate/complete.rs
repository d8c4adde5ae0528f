//! One batch through the model: request, reply, validation, one repair, and what becomes of each
//! definition.

mod part;
mod received;

use std::collections::VecDeque;
use std::sync::Arc;

use super::answer::{Answer, Rejection, Repair, Written, kinds};
use super::assignment::Assignment;
use super::batch::Batch;
use super::prompt::{self, Flawed};
use super::reply::reply_schema;
use super::select::Target;
use crate::llm::{Asker, ChatRequest, Completion, Finish, LlmError, ReplySchema, Role, Turn};

use part::{Part, parts};
pub use part::{Prompt, prompts};
use received::{Received, unreadable};

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
        let ids = part.ids();
        let message = part.message(&self.assignment, &ids);
        let request = self.request(&part, message);
        let completion = match self.client.complete(&request).await {
            Ok(completion) => completion,
            Err(error) => return self.failed(&part, error),
        };
        match &completion.finish {
            Finish::Stop => self.read(&part, &ids, &completion).await,
            Finish::Length { has_more_room } => self.cut_off(&part, *has_more_room),
            Finish::ContentFilter { categories } => {
                self.split_or_reject(&part, || Rejection::ContentFilter(categories.clone()));
            }
            Finish::Refusal(words) => {
                self.split_or_reject(&part, || Rejection::Refused(words.clone()));
            }
        }
    }

    /// Validates a reply, sends the faults back once, and takes or rejects what comes then.
    async fn read(&mut self, part: &Part, ids: &[(String, usize)], completion: &Completion) {
        let first = Received::read(completion, ids);
        let mut open = Vec::new();
        let mut forgotten = Vec::new();
        for (target, (id, _)) in part.targets.iter().zip(ids) {
            let draft = first.draft(id);
            match first.judge(&self.assignment, *target, id) {
                Ok(docstring) => {
                    let written = Written {
                        docstring,
                        repair: Repair::None,
                        faults: Vec::new(),
                    };
                    let answer = Answer::held(*target, written, draft, first.cost(id));
                    self.answers.push(answer);
                }
                Err(faults) => {
                    if first.has_forgotten(id) {
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
        first: &Received<'_>,
    ) {
        let message = again.repair_message(&self.assignment, ids, flawed);
        let request = self.request(again, message);
        let completion = self.client.complete(&request).await.map_err(Arc::new);
        let second = completion
            .as_ref()
            .map(|completion| Received::read(completion, ids));
        for (target, flawed) in again.targets.iter().zip(flawed) {
            self.settle(*target, flawed, first, second.as_ref());
        }
        if let Err(error) = completion
            && error.is_fatal()
        {
            self.fatal = Some(error);
        }
    }

    /// Takes the second reply if it holds, mends it if it can be mended, rejects it otherwise. A
    /// second reply that cannot be read, or never came, leaves the first one to be mended: it is paid for.
    fn settle(
        &mut self,
        target: Target,
        flawed: &Flawed<'_>,
        first: &Received<'_>,
        second: Result<&Received<'_>, &&Arc<LlmError>>,
    ) {
        let id = flawed.id;
        let (judged, last, cost) = match second {
            Ok(second) => (
                second.judge(&self.assignment, target, id),
                second.draft(id),
                second.cost(id).after(&first.cost(id)),
            ),
            Err(error) => {
                let fault = unreadable(format!("could not be asked for again: {error}"));
                (Err(vec![fault]), None, first.cost(id))
            }
        };
        let written = |docstring, repair| Written {
            docstring,
            repair,
            faults: kinds(&flawed.faults),
        };
        let draft = last.or(flawed.draft);
        let mended = || self.assignment.mended(target, draft?);
        let answer = match judged {
            Ok(docstring) => {
                let written = written(docstring, Repair::Asked);
                Answer::held(target, written, last, cost)
            }
            Err(faults) => {
                if let Some(docstring) = mended() {
                    let written = written(docstring, Repair::Mended);
                    Answer::held(target, written, draft, cost)
                } else if let Err(error) = second
                    && error.is_budget_used_up()
                {
                    // Nobody has refused it: it is left to the next run.
                    Answer::rejected(target, Rejection::Request(Arc::clone(error)))
                } else {
                    let drafts = [last, flawed.draft].into_iter().flatten().cloned();
                    // A second reply that never came has cost nothing, and refused nothing.
                    let cost = second.is_ok().then_some(cost);
                    Answer::refused(target, faults, drafts.collect(), cost)
                }
            }
        };
        self.answers.push(answer);
    }

    fn reject(&mut self, targets: &[Target], reason: impl Fn() -> Rejection) {
        let rejected = targets
            .iter()
            .map(|target| Answer::rejected(*target, reason()));
        self.answers.extend(rejected);
    }

    fn failed(&mut self, part: &Part, error: LlmError) {
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
    /// it more room from now on. Otherwise it is halved; a single definition gets twice the room, twice
    /// over.
    fn cut_off(&mut self, part: &Part, has_more_room: bool) {
        let again = part.once_more().filter(|_| has_more_room);
        match again.or_else(|| part.longer()) {
            Some(again) => self.queue.push_back(again),
            None => self.split_or_reject(part, || Rejection::TooLong),
        }
    }

    /// A batch that the model cannot take is halved; of a single definition more of the middle is left out,
    /// twice.
    fn narrow(&mut self, part: &Part) {
        match part.narrower(&self.assignment) {
            Some(again) => self.queue.push_back(again),
            None => self.split_or_reject(part, || Rejection::TooLong),
        }
    }

    /// Halves a part until the definition at fault stands alone; that one is rejected.
    fn split_or_reject(&mut self, part: &Part, reason: impl Fn() -> Rejection) {
        match part.halves() {
            Some(halves) => self.queue.extend(halves),
            None => self.reject(&part.targets, reason),
        }
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
}
