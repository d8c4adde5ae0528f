//! One file of a run: what to ask, what came back, and the file rewritten.

use super::run::RunMode;
use crate::config::Config;
use crate::docstring::render;
use crate::generate::{
    self, AnalyzedFile, Answer, Frame, Rejection, Repair, Selection, Target, Written, offline_draft,
};
use crate::python::Definition;
use crate::report::{self, FileReport, HotSpot, Outcome, Status, escape};
use crate::rewrite::{self, NewDocstring, WriteError};
use crate::rules::Coverage;

/// A file of a run, with what has to be done in it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) file: AnalyzedFile,
    pub(super) selection: Selection,
    /// The file may not be written, so nothing is asked for it.
    barrier: Option<String>,
}

/// What became of a job.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) report: FileReport,
    pub(super) coverage: Coverage,
    pub(super) hot_spots: Vec<HotSpot>,
    /// What docgen could not do by its own fault, each told in full.
    pub(super) flaws: Vec<String>,
}

/// Cyclomatic complexity from which an undocumented function is a hot spot: radon's rank B ends
/// and C («slightly complex») begins.
const HOT_SPOT_COMPLEXITY: u32 = 11;

impl Job {
    pub(super) fn new(file: AnalyzedFile, config: &Config, mode: RunMode) -> Self {
        let selection = generate::select(
            &file,
            &config.select,
            config.check.rules.of_file(&file.source.path),
        );
        let barrier = match mode {
            RunMode::Write if !selection.targets.is_empty() => {
                let writable = rewrite::writable(&file.source.path, &config.files.root);
                writable.err().map(|error| error.to_string())
            }
            _ => None,
        };
        Self {
            file,
            selection,
            barrier,
        }
    }

    /// What a model is to be asked for.
    pub(super) fn wanted(&self) -> &[Target] {
        if self.barrier.is_some() {
            &[]
        } else {
            &self.selection.targets
        }
    }

    /// Answers from the code alone.
    pub(super) fn offline_answers(&self, config: &Config) -> Vec<Answer> {
        let answer = |target: &Target| {
            let definition = &self.file.module.definitions[target.definition];
            let frame = Frame::new(
                definition,
                &self.file.source,
                &self.file.module,
                &config.docstring,
            );
            let draft = offline_draft(&self.file.module, definition, &frame);
            let result = generate::validate(&draft, definition, &frame)
                .map(|docstring| Written {
                    docstring,
                    repair: Repair::None,
                })
                .map_err(Rejection::Faults);
            Answer {
                target: *target,
                result,
            }
        };
        self.wanted().iter().map(answer).collect()
    }

    /// Renders, splices, proves and writes what was answered; what was not is given `reason`.
    pub(super) fn finish(
        &self,
        answers: Vec<Answer>,
        config: &Config,
        mode: RunMode,
        reason: &str,
    ) -> Done {
        let mut outcomes = Vec::new();
        let mut docstrings = Vec::new();
        let unanswered = |target: &Target| {
            answers
                .iter()
                .all(|answer| answer.target.definition != target.definition)
        };
        for target in self
            .selection
            .targets
            .iter()
            .filter(|target| unanswered(target))
        {
            let reason = self.barrier.as_deref().unwrap_or(reason).to_owned();
            outcomes.push((*target, Status::Failed { reason }));
        }
        for answer in answers {
            let status = match answer.result {
                Ok(written) => {
                    let definition = self.definition(answer.target);
                    let frame = Frame::new(
                        definition,
                        &self.file.source,
                        &self.file.module,
                        &config.docstring,
                    );
                    let text = render(&written.docstring, frame.width);
                    docstrings.push(NewDocstring {
                        definition: answer.target.definition,
                        text,
                    });
                    Status::Documented {
                        repair: written.repair,
                    }
                }
                Err(rejection) if rejection.is_refusal_of_words() => Status::Rejected {
                    reason: rejection.to_string(),
                },
                Err(rejection) => Status::Failed {
                    reason: rejection.to_string(),
                },
            };
            outcomes.push((answer.target, status));
        }
        let mut flaws = Vec::new();
        let diff = self.apply(&docstrings, &mut outcomes, &mut flaws, config, mode);
        let mut done = self.report(outcomes, diff);
        done.flaws = flaws;
        done
    }

    /// Writes or shows the docstrings; a docstring that did not make it changes its outcome.
    fn apply(
        &self,
        docstrings: &[NewDocstring],
        outcomes: &mut [(Target, Status)],
        flaws: &mut Vec<String>,
        config: &Config,
        mode: RunMode,
    ) -> Option<String> {
        if docstrings.is_empty() {
            return None;
        }
        let source = &self.file.source;
        let rewritten = rewrite::rewrite(source, &self.file.module, docstrings);
        for (definition, flaw) in &rewritten.dropped {
            let reason = report::unproven_reason(flaw);
            if let Some(definition) = self.file.module.definitions.get(*definition) {
                flaws.push(report::unproven(source, definition, flaw));
            }
            fail(outcomes, |target| target.definition == *definition, &reason);
        }
        if mode == RunMode::Diff {
            return Some(rewrite::unified_diff(
                source.name.as_str(),
                &source.text,
                &rewritten.text,
            ));
        }
        if rewritten.bytes != source.bytes
            && let Err(error) = rewrite::replace(
                &source.path,
                &config.files.root,
                &source.bytes,
                &rewritten.bytes,
            )
        {
            let error: WriteError = error;
            tracing::error!(
                "{}: {}",
                escape(source.name.as_str()),
                escape(&error.to_string())
            );
            fail(outcomes, |_| true, &format!("the file {error}"));
        }
        None
    }

    fn report(&self, outcomes: Vec<(Target, Status)>, diff: Option<String>) -> Done {
        let name = &self.file.source.name;
        let documented: Vec<usize> = outcomes
            .iter()
            .filter(|(_, status)| matches!(status, Status::Documented { .. }))
            .map(|(target, _)| target.definition)
            .collect();
        let mut rows: Vec<(usize, Outcome)> = outcomes
            .into_iter()
            .map(|(target, status)| {
                (
                    target.definition,
                    Outcome::new(name, self.definition(target), target.code, status),
                )
            })
            .collect();
        rows.extend(self.selection.suppressed.iter().map(|missing| {
            let definition = &self.file.module.definitions[missing.definition];
            let reason = "a comment silences the rule".to_owned();
            (
                missing.definition,
                Outcome::new(name, definition, missing.code, Status::Skipped { reason }),
            )
        }));
        rows.sort_by_key(|(index, _)| *index);
        Done {
            report: FileReport {
                path: name.clone(),
                outcomes: rows.into_iter().map(|(_, outcome)| outcome).collect(),
                diff: diff.filter(|diff| !diff.is_empty()),
            },
            coverage: self.selection.coverage,
            hot_spots: self.hot_spots(&documented),
            flaws: Vec::new(),
        }
    }

    /// Complex functions that have no docstring even now.
    fn hot_spots(&self, documented: &[usize]) -> Vec<HotSpot> {
        let definitions = self.file.module.definitions.iter().enumerate();
        definitions
            .filter(|(index, definition)| {
                definition.docstring.is_none() && !documented.contains(index)
            })
            .filter_map(|(_, definition)| {
                let complexity = definition.complexity?;
                (complexity.cyclomatic >= HOT_SPOT_COMPLEXITY).then(|| HotSpot {
                    id: format!("{}::{}", self.file.source.name, definition.qualified_name),
                    line: definition.place.line,
                    cyclomatic: complexity.cyclomatic,
                    cognitive: complexity.cognitive,
                })
            })
            .collect()
    }

    fn definition(&self, target: Target) -> &Definition {
        &self.file.module.definitions[target.definition]
    }
}

fn fail(outcomes: &mut [(Target, Status)], which: impl Fn(&Target) -> bool, reason: &str) {
    for (target, status) in outcomes {
        if which(target) && matches!(status, Status::Documented { .. }) {
            *status = Status::Failed {
                reason: reason.to_owned(),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Environment, Isolation, LoadRequest, PartialConfig, load};
    use crate::docstring::Docstring;
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
        let job = Job::new(file, &config, RunMode::Diff);
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
            }),
        });
        let done = job.finish(answers.collect(), &config, RunMode::Diff, "not answered");
        let outcomes = done.report.outcomes.iter();
        let words: Vec<&str> = outcomes.map(|outcome| outcome.status.word()).collect();
        assert_eq!(words, ["documented", "failed", "documented"]);
        let diff = done.report.diff.unwrap();
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
