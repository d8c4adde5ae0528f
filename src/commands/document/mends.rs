//! The docstrings of a file that are mended: planned before anybody is asked for words, and concluded
//! once the words are there.

use std::collections::HashMap;

use super::{Delivery, WordsBy};
use crate::config::{DocstringStyle, RuleSet};
use crate::docstring::cleandoc;
use crate::generate::stale::{self, Mend, Wanted, Words};
use crate::generate::{AnalyzedFile, Answer, Repair, Target, Task};
use crate::python::Project;
use crate::report::Status;
use crate::rewrite::{Edit, Mended, NewDocstring};

/// What can be mended in a file.
#[derive(Debug)]
pub(super) struct Mends {
    /// The rules that say what contradicts the code.
    rules: RuleSet,
    /// By the definition's position: what a mend comes to where it takes no words, and the parts that
    /// take some.
    plans: HashMap<usize, Mend>,
}

impl Mends {
    /// Nothing is planned yet.
    pub(super) fn none(rules: RuleSet) -> Self {
        Self {
            rules,
            plans: HashMap::new(),
        }
    }

    /// The rules in force.
    pub(super) fn rules(&self) -> RuleSet {
        self.rules
    }

    /// Plans a mend for each of `targets` that is to be mended.
    pub(super) fn plan(
        &mut self,
        file: &AnalyzedFile,
        targets: &[Target],
        project: &Project,
        style: &DocstringStyle,
    ) {
        let rules = self.rules;
        let mended = targets.iter().filter(|target| target.task == Task::Mend);
        let plan = |target: &Target| {
            let words = Words::Trial;
            let mend = stale::mend(file, target.definition, project, rules, style, words);
            (target.definition, mend)
        };
        self.plans = mended.map(plan).collect();
    }

    /// What a model has to be asked for, by the definition's position.
    pub(super) fn wanted(&self) -> HashMap<usize, Wanted> {
        let plans = self
            .plans
            .iter()
            .filter(|(_, plan)| !plan.wanted.is_empty());
        plans
            .map(|(definition, plan)| (*definition, plan.wanted.clone()))
            .collect()
    }

    /// Whether the target is mended without anybody's words.
    pub(super) fn is_settled(&self, target: Target) -> bool {
        self.plans
            .get(&target.definition)
            .is_some_and(|plan| plan.wanted.is_empty())
    }

    /// The mend that takes no words.
    pub(super) fn settled(&self, target: Target) -> (Option<NewDocstring>, Status) {
        let plan = self
            .plans
            .get(&target.definition)
            .cloned()
            .unwrap_or_default();
        concluded(target, plan, None)
    }

    /// The mend with the words of an answer. Without them what takes none is mended all the same.
    pub(super) fn answered(
        &self,
        file: &AnalyzedFile,
        answer: Answer,
        style: &DocstringStyle,
        delivery: &Delivery,
    ) -> (Option<NewDocstring>, Status) {
        let target = answer.target;
        let (by, project) = (delivery.words, &delivery.project);
        let mend = |words| stale::mend(file, target.definition, project, self.rules, style, words);
        match answer.result {
            Ok(written) => {
                let words = match by {
                    WordsBy::Code => Words::Draft(&written.docstring),
                    WordsBy::Model => Words::Model(&written.docstring),
                };
                let repair = (by == WordsBy::Model).then_some(written.repair);
                concluded(target, mend(words), repair)
            }
            Err(rejection) => {
                let reason = rejection.to_string();
                let plan = mend(Words::Nobody(&reason));
                if plan.text.is_some() {
                    return concluded(target, plan, None);
                }
                (None, Status::from(rejection))
            }
        }
    }
}

fn concluded(target: Target, plan: Mend, repair: Option<Repair>) -> (Option<NewDocstring>, Status) {
    let Some(text) = plan.text else {
        let reason = plan.left.join("; ");
        return (None, Status::Skipped { reason });
    };
    let cleaned = cleandoc(&text.value);
    let docstring = NewDocstring {
        definition: target.definition,
        text: cleaned.clone(),
        mended: Some(Mended {
            edit: Edit {
                range: text.range,
                content: text.literal,
            },
            value: text.value,
        }),
    };
    let status = Status::Mended {
        repair,
        docstring: cleaned,
        changes: plan.changes,
        left: plan.left,
    };
    (Some(docstring), status)
}
