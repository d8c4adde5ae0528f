//! Whether a docstring is laid out as PEP 257 and the conventions built on it ask, in what Google,
//! NumPy and Sphinx style have in common (pydocstyle's codes in parentheses).

use super::completeness::NO_SUMMARY as NO_SUMMARY_ADVICE;
use super::prose::SectionTitle;
use super::{Loss, Trial};
use crate::docstring::words::{capitalized, imperative};
use crate::python::DecoratorRole;

const NO_BLANK_LINE: f64 = 25.0;
const LONG_SUMMARY: f64 = 15.0;
const NO_SUMMARY: f64 = 40.0;
const NO_PERIOD: f64 = 15.0;
const NOT_IMPERATIVE: f64 = 15.0;
const NO_CAPITAL: f64 = 15.0;
const BLANKS: f64 = 5.0;
const QUOTES: f64 = 10.0;
const EMPTY_SECTION: f64 = 20.0;
const SECTION_ORDER: f64 = 15.0;

pub(super) fn judge(trial: &Trial<'_>) -> Vec<Loss> {
    let mut losses = Vec::new();
    match trial.prose.summary() {
        Some(summary) => {
            losses.extend(summary_length(trial, summary.text));
            losses.extend(summary_end(trial, summary.text));
            losses.extend(summary_start(trial, summary.text));
        }
        None => losses.push(loss(NO_SUMMARY, NO_SUMMARY_ADVICE)),
    }
    losses.extend(around(trial));
    losses.extend(sections(&trial.prose.sections));
    losses
}

fn loss(points: f64, text: impl Into<String>) -> Loss {
    Loss {
        points,
        text: text.into(),
    }
}

/// One line, and a blank one below it.
fn summary_length(trial: &Trial<'_>, summary: &str) -> Option<Loss> {
    let mut lines = trial.value.lines();
    let (first, second) = (lines.next()?, lines.next().unwrap_or_default());
    if second.trim().is_empty() || trial.prose.is_titled {
        return None;
    }
    let first = first.trim_end();
    if summary.lines().count() > 1 && !ends_sentence(first) {
        return Some(loss(LONG_SUMMARY, "keep the summary to one line"));
    }
    Some(loss(
        NO_BLANK_LINE,
        "put a blank line after the summary (D205)",
    ))
}

fn ends_sentence(text: &str) -> bool {
    let bare = text.trim_end_matches(['"', '\'', ')', '*', '`', ' ', '»']);
    bare.ends_with(['.', '?', '!', ':', '…', '。'])
}

fn summary_end(trial: &Trial<'_>, summary: &str) -> Option<Loss> {
    // A title is no sentence.
    let is_title = trial.prose.is_titled;
    (!ends_sentence(summary) && !is_title)
        .then(|| loss(NO_PERIOD, "end the summary with a period (D400)"))
}

/// A capital letter, and for functions a verb in the imperative.
fn summary_start(trial: &Trial<'_>, summary: &str) -> Option<Loss> {
    let first = summary.split_whitespace().next()?;
    let is_word = first.chars().all(|c| c.is_alphabetic());
    if is_word && first.starts_with(char::is_lowercase) && trial.definition.name != first {
        let meant = capitalized(first);
        return Some(loss(
            NO_CAPITAL,
            format!("begin the summary with a capital: `{meant}` (D403)"),
        ));
    }
    let definition = trial.definition;
    let is_described = !definition.is_function()
        || definition.is_property()
        || definition.has_role(DecoratorRole::PropertyAccessor)
        || definition.has_role(DecoratorRole::Fixture)
        || definition.name.starts_with("test");
    if is_described || !is_word {
        return None;
    }
    let meant = capitalized(&imperative(first)?);
    Some(loss(
        NOT_IMPERATIVE,
        format!("write the summary in the imperative: `{meant}`, not `{first}` (D401)"),
    ))
}

/// The quotes, and blanks beside them.
fn around(trial: &Trial<'_>) -> Vec<Loss> {
    let mut losses = Vec::new();
    let Some(docstring) = &trial.definition.docstring else {
        return losses;
    };
    let literal = trial
        .file
        .text
        .get(docstring.range.clone())
        .unwrap_or_default();
    let opening = literal.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    // Words with both sorts of quotes need the others.
    if !opening.starts_with("\"\"\"")
        && !docstring.value.contains("\"\"\"")
        && !opening.starts_with('(')
    {
        losses.push(loss(QUOTES, "use triple double quotes (D300)"));
    }
    let value = &docstring.value;
    let is_one_line = !value.contains('\n');
    if value.starts_with(' ') || (is_one_line && value.ends_with(' ')) {
        losses.push(loss(BLANKS, "take out the blanks beside the quotes (D210)"));
    }
    losses
}

/// Sections that hold nothing, and sections in another order than Google's and NumPy's guides have.
fn sections(titles: &[SectionTitle<'_>]) -> Vec<Loss> {
    let mut losses = Vec::new();
    if let Some(empty) = titles.iter().find(|one| one.is_empty) {
        losses.push(loss(
            EMPTY_SECTION,
            format!("fill the section `{}` or take it out (D414)", empty.title),
        ));
    }
    let ranked = titles
        .iter()
        .filter_map(|one| Some((rank(one.title)?, one.title)));
    let ranked: Vec<(usize, &str)> = ranked.collect();
    let misplaced = ranked.windows(2).find_map(|pair| match pair {
        [(before, first), (after, second)] if before > after => Some((first, second)),
        _ => None,
    });
    if let Some((first, second)) = misplaced {
        losses.push(loss(
            SECTION_ORDER,
            format!("put the section `{second}` before `{first}`"),
        ));
    }
    losses
}

/// The place of a section among those that both guides order.
fn rank(title: &str) -> Option<usize> {
    let order: [&[&str]; 3] = [
        &["args", "arguments", "parameters", "params"],
        &["returns", "return", "yields", "yield"],
        &["raises", "raise"],
    ];
    order
        .iter()
        .position(|titles| titles.iter().any(|one| title.eq_ignore_ascii_case(one)))
}
