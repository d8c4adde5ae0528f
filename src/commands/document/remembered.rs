//! The answers to a file's definitions that are remembered from other runs and machines.

use std::collections::HashMap;

use super::{Delivery, Job};
use crate::generate::{self, Answer, ReplyKey, Target, ToKeep, reply_keys};
use crate::store::{ContentHash, ReplyCost, ReplyRecord};

impl Job {
    /// Finds the keys under which words for what is wanted are remembered.
    pub(in crate::commands) fn find_keys(&mut self, sampling: &[u8], delivery: &Delivery) {
        self.keys = reply_keys(&self.assignment(delivery, &[]), self.wanted(), sampling);
    }

    /// The keys of what is wanted.
    pub(in crate::commands) fn keys(&self) -> impl Iterator<Item = ReplyKey> {
        self.wanted().iter().filter_map(|target| self.key(*target))
    }

    /// Takes what is remembered and still holds for answers, so that nobody is asked for them. Gives
    /// what was of use.
    pub(in crate::commands) fn recall(
        &mut self,
        found: &HashMap<ReplyKey, ReplyRecord>,
        delivery: &Delivery,
    ) -> Vec<(ContentHash, ReplyCost)> {
        let mut used = Vec::new();
        let mut recalled = Vec::new();
        let assignment = self.assignment(delivery, &[]);
        for target in self.wanted() {
            let key = self.keys.get(&target.definition);
            let Some(record) = key.and_then(|key| found.get(key)) else {
                continue;
            };
            if let Some(answer) = generate::recall(&assignment, *target, record) {
                used.push((record.key, record.paid.clone()));
                recalled.push(answer);
            }
        }
        for answer in &recalled {
            if let Ok(written) = &answer.result {
                assignment.tell(answer.target, &written.docstring.summary);
            }
        }
        self.asked
            .retain(|target| recalled.iter().all(|answer| answer.target != *target));
        self.recalled.extend(recalled);
        used
    }

    /// The answer that another machine's words give for a target, if they still hold.
    pub(in crate::commands) fn adopted(
        &self,
        target: Target,
        record: &ReplyRecord,
        delivery: &Delivery,
    ) -> Option<Answer> {
        let assignment = self.assignment(delivery, &[]);
        let answer = generate::recall(&assignment, target, record)?;
        if let Ok(written) = &answer.result {
            assignment.tell(target, &written.docstring.summary);
        }
        Some(answer)
    }

    /// The key of a target's words.
    pub(in crate::commands) fn key(&self, target: Target) -> Option<ReplyKey> {
        self.keys.get(&target.definition).copied()
    }

    /// What is remembered of it.
    pub(in crate::commands) fn recalled(&self) -> impl Iterator<Item = Target> {
        self.recalled.iter().map(|answer| answer.target)
    }

    /// The answers that are remembered; the first time counts.
    pub(in crate::commands) fn take_recalled(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.recalled)
    }

    /// What is to be remembered of answers.
    pub(in crate::commands) fn to_keep(&self, answers: &mut [Answer]) -> Vec<ToKeep> {
        let words = answers.iter_mut().filter_map(|answer| {
            Some(ToKeep {
                key: *self.keys.get(&answer.target.definition)?,
                definition: self.id(answer.target),
                paid: answer.paid.take()?,
            })
        });
        words.collect()
    }

    fn id(&self, target: Target) -> String {
        let name = &self.definition(target).qualified_name;
        format!("{}::{name}", self.file.source.name)
    }
}
