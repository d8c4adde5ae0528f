//! Answers that need no model: the words are drafted from the code alone, and held against it as a model's are.

use super::answer::{Answer, Rejection, Repair, Written};
use super::assignment::Assignment;
use super::frame::Frame;
use super::offline;
use super::select::{Target, Task};
use super::stale;
use super::validate::validate;

/// Answers each of `targets` from the code alone.
#[must_use]
pub fn drafted(assignment: &Assignment<'_>, targets: &[Target]) -> Vec<Answer> {
    let (file, style) = (assignment.file, assignment.style);
    let project = assignment.surroundings.project;
    let answer = |target: &Target| {
        let definition = file.module.definitions.get(target.definition)?;
        let drafted = || {
            let frame = Frame::new(file, (target.definition, definition), project, style);
            let draft = offline::draft(&file.module, definition, &frame);
            validate(&draft, definition, &frame)
        };
        let docstring = match target.task {
            Task::Write | Task::Improve => drafted(),
            Task::Mend => stale::draft(file, target.definition, project, style),
        };
        let result = docstring
            .map(|docstring| Written {
                docstring,
                repair: Repair::None,
                faults: Vec::new(),
            })
            .map_err(Rejection::Faults);
        Some(Answer {
            target: *target,
            result,
            paid: None,
        })
    };
    targets.iter().filter_map(answer).collect()
}
