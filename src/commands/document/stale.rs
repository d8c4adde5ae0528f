//! The docstrings of a file that are mended: planned before anybody is asked for words, and concluded
//! once the words are there.

use std::collections::HashMap;

use crate::config::{DocstringStyle, RuleSet};
use crate::docstring::cleandoc;
use crate::generate::stale::{self, Mend, Wanted, Words};
use crate::generate::{AnalyzedFile, Rejection, Target, Task, Written};
use crate::report::Status;
use crate::rewrite::{Edit, Mended, NewDocstring};

/// What can be mended in a file.
#[derive(Debug)]
pub(super) struct Mends {
    rules: RuleSet,
    /// By the definition's position: what a mend with drafted words comes to.
    plans: HashMap<usize, Mend>,
}

impl Mends {
    /// Plans a mend for each of `targets` that is to be mended.
    pub(super) fn plan(
        file: &AnalyzedFile,
        targets: &[Target],
        rules: RuleSet,
        style: &DocstringStyle,
    ) -> Self {
        let stale = targets.iter().filter(|target| target.task == Task::Mend);
        let plan = |target: &Target| {
            let draft = stale::draft(file, target.definition, style);
            let words = match &draft {
                Ok(draft) => Words::Draft(draft),
                Err(reason) => Words::Nobody(reason),
            };
            let mend = stale::mend(file, target.definition, rules, style, words);
            (target.definition, mend)
        };
        Self {
            rules,
            plans: stale.map(plan).collect(),
        }
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

    /// The mend with drafted words, or without any.
    pub(super) fn drafted(&self, target: Target) -> (Option<NewDocstring>, Status) {
        let plan = self
            .plans
            .get(&target.definition)
            .cloned()
            .unwrap_or_default();
        concluded(target, plan, None)
    }

    /// The mend with a model's words. Without them what takes none is mended all the same.
    pub(super) fn answered(
        &self,
        file: &AnalyzedFile,
        target: Target,
        style: &DocstringStyle,
        result: Result<Written, Rejection>,
    ) -> (Option<NewDocstring>, Status) {
        let mend = |words| stale::mend(file, target.definition, self.rules, style, words);
        match result {
            Ok(written) => {
                let plan = mend(Words::Model(&written.docstring));
                concluded(target, plan, Some(&written))
            }
            Err(rejection) => {
                let reason = rejection.to_string();
                let plan = mend(Words::Nobody(&reason));
                if plan.text.is_some() {
                    return concluded(target, plan, None);
                }
                let status = if rejection.is_refusal_of_words() {
                    Status::Rejected {
                        faults: rejection.fault_kinds(),
                        reason,
                    }
                } else {
                    Status::Failed { reason }
                };
                (None, status)
            }
        }
    }
}

fn concluded(
    target: Target,
    plan: Mend,
    written: Option<&Written>,
) -> (Option<NewDocstring>, Status) {
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
        repair: written.map(|written| written.repair),
        docstring: cleaned,
        changes: plan.changes,
        left: plan.left,
    };
    (Some(docstring), status)
}
