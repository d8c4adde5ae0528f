//! Defaults told otherwise than the signature has them.

use super::{Finding, Mender, Step};
use crate::docstring::Claims;

impl Mender<'_> {
    /// DG106: the default is the signature's, or is not told where there is none.
    pub(super) fn correct_default(&mut self, findings: &[Finding]) -> Step {
        let finding = findings.first().ok_or("it is not clear which")?;
        let name = &finding.name;
        let said = finding
            .drift
            .said
            .clone()
            .ok_or("the default has no place")?;
        let default = self.parameter(name).and_then(|one| one.default.clone());
        let text = self.edited.text().to_owned();
        let old = text.get(said.clone()).unwrap_or_default().to_owned();
        let Some(default) = default else {
            let claims = Claims::read(&text);
            let claim = claims.described().find(|claim| claim.name == name);
            let annotation = claim.and_then(|claim| claim.annotation);
            let range = default_phrase(&text, &said, annotation)
                .ok_or("the sentence that tells it says more")?;
            self.edited.replace(range, "");
            return Ok(format!("removed the default `{old}` of `{name}`"));
        };
        let is_same = [["False", "0"], ["True", "1"]]
            .iter()
            .any(|pair| pair.contains(&old.as_str()) && pair.contains(&default.as_str()));
        if is_same {
            return Err(format!("to Python `{default}` is `{old}`"));
        }
        let after = text.get(said.end..).unwrap_or_default();
        if counts_otherwise(after, &old, &default) {
            return Err(format!("`{default}` may count in another unit"));
        }
        let default = with_quotes_of(&old, &default);
        self.edited.replace(said, &default);
        Ok(format!("default of `{name}`: `{old}` to `{default}`"))
    }
}

/// The default in the quotes that the old one had.
fn with_quotes_of(old: &str, default: &str) -> String {
    let quotes = |text: &str| {
        let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        (text.len() > 1 && text.ends_with(quote)).then_some(quote)
    };
    match (quotes(old), quotes(default)) {
        (Some(old), Some(new)) if old != new => {
            let inner = &default[1..default.len() - 1];
            if inner.contains([old, '\\']) || inner.starts_with(new) {
                default.to_owned()
            } else {
                format!("{old}{inner}{old}")
            }
        }
        _ => default.to_owned(),
    }
}

/// Units in which the code may count otherwise, in the singular.
const UNITS: &[&str] = &[
    "ms",
    "millisecond",
    "microsecond",
    "us",
    "ns",
    "nanosecond",
    "minute",
    "min",
    "hour",
    "h",
    "day",
    "d",
    "week",
    "month",
    "year",
    "kb",
    "kib",
    "mb",
    "mib",
    "gb",
    "gib",
    "tb",
    "kilobyte",
    "megabyte",
    "gigabyte",
    "percent",
    "%",
    "degree",
    "radian",
    "px",
    "pixel",
    "cm",
    "mm",
    "m",
    "km",
    "inch",
];

/// Whether a unit follows in which the number of the code need not be counted.
fn counts_otherwise(after: &str, old: &str, default: &str) -> bool {
    let after = after.trim_start_matches(['`', ' ']);
    let unit: String = after
        .chars()
        .take_while(|c| c.is_alphabetic() || *c == '%')
        .collect();
    let is_number =
        |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
    if unit.is_empty() || !is_number(old) {
        return false;
    }
    let unit = unit.to_ascii_lowercase();
    if matches!(
        unit.as_str(),
        "second" | "seconds" | "sec" | "s" | "byte" | "bytes"
    ) {
        // Far apart they are counted otherwise.
        let number = |text: &str| text.replace('_', "").parse::<f64>().ok();
        return match (number(old), number(default)) {
            (Some(old), Some(new)) if old > 0.0 && new > 0.0 => {
                !(0.02..50.0).contains(&(new / old))
            }
            _ => true,
        };
    }
    let is_unit = |unit: &str| UNITS.contains(&unit);
    is_unit(&unit)
        || unit.strip_suffix('s').is_some_and(is_unit)
        || unit.strip_suffix("es").is_some_and(is_unit)
}

/// The words that tell a default and nothing else: a sentence, a remark in brackets, or what follows
/// a comma in a type.
fn default_phrase(
    text: &str,
    said: &std::ops::Range<usize>,
    annotation: Option<&str>,
) -> Option<std::ops::Range<usize>> {
    let in_type = annotation.and_then(|annotation| {
        let start = annotation
            .as_ptr()
            .addr()
            .checked_sub(text.as_ptr().addr())?;
        let range = start..start + annotation.len();
        (range.start <= said.start && said.end <= range.end).then_some(range)
    });
    if let Some(range) = in_type {
        // `int, optional, default 5`: without a default it is not optional either.
        let annotation = text.get(range.clone())?;
        let lower = annotation.to_ascii_lowercase();
        let at = [", optional", ", default"]
            .iter()
            .filter_map(|word| lower.find(word))
            .min()?;
        let rest = annotation.get(said.end - range.start..)?;
        let is_all = rest.trim_matches(['`', ' ', ',', ')']).is_empty()
            || rest
                .trim_start_matches(['`', ',', ' '])
                .eq_ignore_ascii_case("optional");
        return is_all.then(|| range.start + at..range.end);
    }
    let before = text.get(..said.start)?;
    let lower = before.to_ascii_lowercase();
    let lead = lower.rfind("default")?;
    // «The default is 5»: the words before belong to it.
    let mut start = lead;
    for word in ["the ", "by "] {
        if lower[..start].ends_with(word) {
            start -= word.len();
        }
    }
    let after = text.get(said.end..)?.trim_start_matches('`');
    let mut end = text.len() - after.len();
    let head = text.get(..start)?;
    if let Some(opened) = head.strip_suffix(['(', '[']) {
        let close = after.strip_prefix([')', ']'])?;
        end = text.len() - close.len();
        let opened = opened.trim_end();
        return Some(opened.len()..end);
    }
    let blanks = head.trim_end();
    let is_sentence = blanks.ends_with(['.', '!', '?']);
    let is_clause = blanks.ends_with([',', ';']);
    if is_sentence {
        let rest = after.strip_prefix('.').unwrap_or(after);
        let ends = rest.is_empty() || rest.starts_with(['\n', ' ']);
        let is_whole = after.starts_with('.') || rest.is_empty() || rest.starts_with('\n');
        end = text.len() - rest.len();
        // A sentence on the entry's next line takes the line with it.
        return (ends && is_whole).then_some(blanks.len()..end);
    }
    if is_clause {
        let ends = after.is_empty() || after.starts_with(['.', '\n']);
        return ends.then_some(blanks.len() - 1..end);
    }
    None
}
