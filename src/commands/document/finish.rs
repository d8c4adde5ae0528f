//! The end of a job: answers become docstrings, these are delivered, and what became of each target is told.

use std::collections::HashMap;

use super::apply::Applied;
use super::outcomes::Outcomes;
use super::{Delivery, Done, Job};
use crate::commands::findings::{excused, hot_spot};
use crate::docstring::render;
use crate::generate::{self, Answer, Frame, Target, Task, stale};
use crate::report::{FileReport, HotSpot, Outcome, Status};
use crate::rewrite::NewDocstring;

impl Job {
    /// Renders, splices, proves and delivers what was answered; what was not becomes `unanswered`.
    pub(in crate::commands) fn finish(
        &self,
        answers: Vec<Answer>,
        delivery: &Delivery,
        unanswered: &Status,
    ) -> Done {
        let mut docstrings = Vec::new();
        let mut outcomes = self.unanswered(&answers, unanswered, &mut docstrings);
        for answer in answers {
            let target = answer.target;
            let (docstring, status) = match target.task {
                Task::Mend => self
                    .mends
                    .answered(&self.file, answer, &self.style, delivery),
                Task::Write | Task::Improve => self.written(answer, delivery),
            };
            docstrings.extend(docstring);
            outcomes.add(target, status);
        }
        if let Some(questions) = &delivery.questions {
            for declined in questions.review(&self.file, &mut docstrings) {
                let reason = declined.reason.to_owned();
                outcomes.give(declined.definition, &Status::Skipped { reason });
            }
            for edited in &docstrings {
                outcomes.reword(edited);
            }
        }
        let applied = self.apply(&docstrings, &mut outcomes, delivery);
        self.report(outcomes, applied, delivery)
    }

    /// The docstring that an answer's words make.
    fn written(&self, answer: Answer, delivery: &Delivery) -> (Option<NewDocstring>, Status) {
        let target = answer.target;
        let written = match answer.result {
            Ok(written) => written,
            Err(rejection) => return (None, Status::from(rejection)),
        };
        let at = (target.definition, self.definition(target));
        let frame = Frame::new(&self.file, at, &delivery.project, &self.style);
        let text = render(&written.docstring, frame.style, frame.width);
        if let Some(status) = self.is_no_better(target, &text) {
            return (None, status);
        }
        let docstring = NewDocstring {
            definition: target.definition,
            text: text.clone(),
            mended: None,
        };
        let status = Status::Documented {
            repair: written.repair,
            faults: written.faults,
            docstring: text,
        };
        (Some(docstring), status)
    }

    /// A docstring that was to be improved stays if the new one scores no higher.
    fn is_no_better(&self, target: Target, text: &str) -> Option<Status> {
        if target.task != Task::Improve {
            return None;
        }
        let (old, new) = stale::scores(&self.file, target.definition, self.mends.rules(), text);
        (new <= old).then(|| Status::Skipped {
            reason: format!("the new docstring scores {new:.0}, the old one {old:.0}: it stays"),
        })
    }

    /// What becomes of the targets that have no answer: what can be mended without one is.
    fn unanswered(
        &self,
        answers: &[Answer],
        status: &Status,
        docstrings: &mut Vec<NewDocstring>,
    ) -> Outcomes {
        let is_answered = |target: &&Target| {
            answers
                .iter()
                .any(|answer| answer.target.definition == target.definition)
        };
        let status = match &self.barrier {
            Some(reason) => Status::Failed {
                reason: reason.clone(),
            },
            None => status.clone(),
        };
        let targets = self.selection.targets.iter();
        let unanswered = targets.filter(|target| !is_answered(target));
        let mut outcomes = Outcomes::default();
        for target in unanswered {
            if self.barrier.is_none() && self.mends.is_settled(*target) {
                let (docstring, status) = self.mends.settled(*target);
                docstrings.extend(docstring);
                outcomes.add(*target, status);
            } else {
                outcomes.add(*target, status.clone());
            }
        }
        outcomes
    }

    /// What became of the job, in the order of the text.
    fn report(&self, outcomes: Outcomes, applied: Applied, delivery: &Delivery) -> Done {
        let name = &self.file.source.name;
        let documented = outcomes.documented();
        let rules = self.mends.rules();
        let after = applied.after.as_ref();
        let mut scores = after.map_or_else(HashMap::new, |after| {
            after.scores(&self.file, rules, &documented)
        });
        let line_of = |definition| after.and_then(|after| after.line(definition));
        let mut rows: Vec<(usize, Outcome)> = outcomes
            .into_iter()
            .map(|(target, status)| {
                (
                    target.definition,
                    Outcome::new(name, self.definition(target), target, status),
                )
            })
            .collect();
        rows.extend(self.selection.suppressed.iter().filter_map(|missing| {
            let definition = self.file.module.definitions.get(missing.definition)?;
            Some((missing.definition, excused(name, definition, missing.code)))
        }));
        rows.sort_by_key(|(index, _)| *index);
        for (index, outcome) in &mut rows {
            outcome.line_after = line_of(*index).unwrap_or(outcome.line);
            outcome.score = scores.remove(index);
        }
        Done {
            report: FileReport {
                path: name.clone(),
                outcomes: rows.into_iter().map(|(_, outcome)| outcome).collect(),
                coverage: self.selection.coverage,
                masked: generate::masked(&self.assignment(delivery, &[]), self.wanted()),
                diff: applied.diff.filter(|diff| !diff.is_empty()),
            },
            hot_spots: self.hot_spots(&documented, line_of),
            rewritten: applied.rewritten,
            flaws: applied.flaws,
        }
    }

    /// Complex functions that have no docstring even now.
    fn hot_spots(
        &self,
        documented: &[usize],
        line_of: impl Fn(usize) -> Option<usize>,
    ) -> Vec<HotSpot> {
        let definitions = self.file.module.definitions.iter().enumerate();
        definitions
            .filter(|(index, definition)| {
                definition.docstring.is_none() && !documented.contains(index)
            })
            .filter_map(|(index, definition)| {
                let mut spot = hot_spot(&self.file.source.name, definition)?;
                spot.line_after = line_of(index).unwrap_or(spot.line);
                Some(spot)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::commands::document::WordsBy;
    use crate::commands::run::RunMode;
    use crate::config::{Environment, Isolation, LoadRequest, PartialConfig, load};
    use crate::docstring::Docstring;
    use crate::generate::{Existing, Repair, Written};
    use crate::python::Project;
    use crate::source::{FileName, SourceFile};

    #[test]
    fn what_cannot_be_proven_fails_alone_and_is_told() {
        let config = load(LoadRequest {
            paths: &[],
            config_file: None,
            isolated: Isolation::Isolated,
            flags: PartialConfig::default(),
            environment: Environment::default(),
        })
        .unwrap()
        .config;
        let name = FileName::new(Path::new("a.py"), Path::new(""));
        let text = "def f():\n    pass\n\n\ndef g():\n    pass\n";
        let source = SourceFile::from_bytes(Path::new("a.py"), name, text.into()).unwrap();
        let file = generate::analyze_source(source).unwrap();
        let job = Job::new(file, &config, RunMode::Diff, Existing::Keep);
        // Python takes a margin off, so the second text can never be read back as it is.
        let summaries = ["Define f and g.", "Do it.\n    Now.", "Do it."];
        let answers = job.wanted().iter().zip(summaries);
        let answers = answers.map(|(target, summary)| Answer {
            target: *target,
            result: Ok(Written {
                docstring: Docstring {
                    summary: summary.to_owned(),
                    ..Docstring::default()
                },
                repair: Repair::None,
                faults: Vec::new(),
            }),
            paid: None,
        });
        let delivery = Delivery {
            config: Arc::new(config),
            summaries: Arc::default(),
            usages: Arc::default(),
            project: Arc::new(Project::build(Vec::new(), &[])),
            habits: None,
            voice: None,
            mode: RunMode::Diff,
            words: WordsBy::Code,
            recall: Arc::default(),
            questions: None,
            keeper: None,
        };
        let reason = "not answered".to_owned();
        let done = job.finish(answers.collect(), &delivery, &Status::Failed { reason });
        let outcomes = done.report.outcomes.iter();
        let words: Vec<&str> = outcomes.map(|outcome| outcome.status.word()).collect();
        assert_eq!(words, ["documented", "failed", "documented"]);
        let diff = String::from_utf8(done.report.diff.unwrap()).unwrap();
        assert!(
            diff.contains("Define f and g.") && !diff.contains("Now."),
            "{diff}"
        );
        let [told] = &done.flaws[..] else {
            panic!("{:?}", done.flaws)
        };
        assert!(
            told.starts_with("a.py:1:5: `f` is left undocumented"),
            "{told}"
        );
    }
}
