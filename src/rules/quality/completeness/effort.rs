//! How much a function asks of its docstring.

use super::share;
use crate::python::Definition;
use crate::rules::quality::Trial;

/// Up to here a function is trivial: lines of its body, cyclomatic complexity, parameters.
const TRIVIAL: (usize, u32, usize) = (4, 2, 2);

/// How much is asked for besides the summary, one half to 1; `None` for a function that needs no more
/// and has begun no section.
pub(super) fn scale(trial: &Trial<'_>) -> Option<f64> {
    let effort = effort(trial);
    let raises = trial.definition.raised().next().is_some() && !trial.definition.facts.is_stub;
    let is_asked = effort > 0.0 || raises || trial.claims.has_sections();
    is_asked.then(|| 0.5 + 0.5 * effort.min(1.0))
}

/// What it takes to understand a function without its docstring: 0 for a trivial one, 1 where
/// everything has to be told, more for what fills a screen.
fn effort(trial: &Trial<'_>) -> f64 {
    let parameters = trial.definition.documented_parameters();
    let named = parameters.filter(|one| one.kind.stars().is_empty()).count();
    effort_of_body(lines(trial), decisions(trial)) + share(named.saturating_sub(TRIVIAL.2), 4)
}

pub(super) fn effort_of_body(lines: usize, decisions: u32) -> f64 {
    share(lines.saturating_sub(TRIVIAL.0), 12)
        + f64::from(decisions.saturating_sub(TRIVIAL.1)) / 8.0
}

/// Lines below the docstring that are not blank.
pub(super) fn lines(trial: &Trial<'_>) -> usize {
    let definition = trial.definition;
    docstring_end(definition)
        .and_then(|end| trial.file.text.get(end..definition.range.end))
        .map_or(0, |body| {
            body.lines().filter(|line| !line.trim().is_empty()).count()
        })
}

pub(super) fn decisions(trial: &Trial<'_>) -> u32 {
    trial
        .definition
        .complexity
        .map_or(1, |measured| measured.cyclomatic)
}

fn docstring_end(definition: &Definition) -> Option<usize> {
    definition.docstring.as_ref().map(|one| one.range.end)
}
