//! What comes back: `Returns` that should be `Yields`, sections that are missing or speak of nothing,
//! and wrong types.

use super::arguments::{TEMPLATE, as_quoted, type_of};
use super::words::NEEDS_MODEL;
use super::{Finding, Mender, Step};
use crate::config::TypesInDocstring;
use crate::docstring::{Claims, Docstring, Outline, Part, Value, ValueClaim};
use crate::generate::shown_type::yielded_type;
use crate::rules::RuleCode;

/// The reason where a decorator stands between the body and its callers.
const DECORATED: &str = "a decorator may change what callers get";

impl Mender<'_> {
    /// DOC202 with DOC402, DOC403 with DOC201: the header changes where the words fit it, and the
    /// section is written anew where they do not.
    pub(super) fn retitle_value(&mut self, findings: &[Finding]) -> Step {
        if self.has_foreign_decorator() {
            return Err(DECORATED.to_owned());
        }
        let wrong = findings.first().ok_or("it is not clear which")?;
        let is_yield = wrong.code == RuleCode::DOC202;
        let at = wrong.drift.at.clone().ok_or("the section has no place")?;
        let text = self.edited.text().to_owned();
        let claims = Claims::read(&text);
        let claim = if is_yield {
            &claims.returns
        } else {
            &claims.yields
        };
        let fits = claim.as_ref().is_some_and(|claim| fits(claim, is_yield));
        let (old, new) = if is_yield {
            ("Returns", "Yields")
        } else {
            ("Yields", "Returns")
        };
        if fits {
            return if self.edited.retitle(at.start) {
                Ok(format!("`{old}` to `{new}`"))
            } else {
                Err("its header cannot be changed by itself".to_owned())
            };
        }
        let words = self.value_words(is_yield)?;
        if !self.is_told_by_model() {
            return Err(format!("its words would not be true under `{new}`"));
        }
        // The new section comes first: a docstring without any has no place for one.
        self.insert_value(is_yield, words)?;
        self.remove_sections(!is_yield)?;
        Ok(format!("`{old}` to `{new}`, with new words"))
    }

    /// DOC202 and DOC403: the section goes.
    pub(super) fn remove_value(&mut self, findings: &[Finding]) -> Step {
        if self.has_foreign_decorator() {
            return Err(DECORATED.to_owned());
        }
        let finding = findings.first().ok_or("it is not clear which")?;
        let is_yield = finding.code == RuleCode::DOC403;
        // What a generator is told to return is what it yields.
        if !is_yield && self.definition.yields() {
            return self.retitle_value(findings);
        }
        if !is_yield && self.definition.facts.returns_none {
            return Err("`return None` may be one of the results that it tells".to_owned());
        }
        self.remove_sections(is_yield)?;
        let title = if is_yield { "Yields" } else { "Returns" };
        Ok(format!("removed `{title}`"))
    }

    fn remove_sections(&mut self, is_yield: bool) -> Result<(), String> {
        let is_meant = |part: Part| match part {
            Part::Returns | Part::ReturnType => !is_yield,
            Part::Yields | Part::YieldType => is_yield,
            _ => false,
        };
        loop {
            let text = self.edited.text().to_owned();
            let outline = Outline::read(&text);
            let Some(section) = outline.sections.iter().rev().find(|one| is_meant(one.part)) else {
                return Ok(());
            };
            if !self.edited.remove_block(&section.lines) {
                return Err("the docstring would begin with nothing".to_owned());
            }
        }
    }

    /// DOC201 and DOC402: the section comes to its place.
    pub(super) fn add_value(&mut self, findings: &[Finding]) -> Step {
        let finding = findings.first().ok_or("it is not clear which")?;
        let is_yield = finding.code == RuleCode::DOC402;
        if is_yield && self.has_foreign_decorator() {
            return Err(DECORATED.to_owned());
        }
        if !self.edited.text().contains('\n') {
            return Err("the docstring is one line".to_owned());
        }
        if self.is_template() {
            return Err(TEMPLATE.to_owned());
        }
        if self.tells_value(is_yield) {
            return Err("the text tells it in its own way".to_owned());
        }
        let words = self.value_words(is_yield)?;
        if self.is_empty_draft(&words) && self.told_type(is_yield).is_none() {
            return Err(NEEDS_MODEL.to_owned());
        }
        self.insert_value(is_yield, words)?;
        let title = if is_yield { "Yields" } else { "Returns" };
        Ok(format!("added `{title}`"))
    }

    fn insert_value(&mut self, is_yield: bool, words: String) -> Result<(), String> {
        let value = Value {
            annotation: self.told_type(is_yield),
            text: words,
        };
        let (part, content) = if is_yield {
            (
                Part::Yields,
                Docstring {
                    yields: Some(value),
                    ..Docstring::default()
                },
            )
        } else {
            (
                Part::Returns,
                Docstring {
                    returns: Some(value),
                    ..Docstring::default()
                },
            )
        };
        let width = self.width();
        if self.edited.insert_section(part, &content, width) {
            Ok(())
        } else {
            Err("there is no safe place for its section".to_owned())
        }
    }

    /// The type of what comes back, where the docstring tells types.
    fn told_type(&self, is_yield: bool) -> Option<String> {
        let text = self.edited.text();
        let claims = Claims::read(text);
        let mut described = claims.described().peekable();
        let tells_types = if described.peek().is_none() {
            self.style.types == TypesInDocstring::Include
        } else {
            described.any(|claim| claim.annotation.is_some())
        };
        let annotation = self.definition.signature.as_ref()?.returns.as_deref()?;
        let shown = if is_yield {
            yielded_type(annotation).and_then(|element| type_of(&element))
        } else {
            type_of(annotation)
        };
        shown.filter(|_| tells_types || self.is_numpy())
    }

    /// DG203 and DG404: the type is the annotation's.
    pub(super) fn retype_value(&mut self, findings: &[Finding]) -> Step {
        let finding = findings.first().ok_or("it is not clear which")?;
        let is_yield = finding.code == RuleCode::DG404;
        let said = finding.drift.said.clone().ok_or("the type has no place")?;
        let old = self
            .edited
            .text()
            .get(said.clone())
            .unwrap_or_default()
            .to_owned();
        let signature = self.definition.signature.as_ref();
        let annotation = signature.and_then(|one| one.returns.as_deref());
        // Who wrote the whole `Iterator[int]` gets the whole.
        let head = old.split('[').next().unwrap_or_default();
        let is_whole = ["Iterator", "Generator", "Iterable"]
            .iter()
            .any(|name| head.ends_with(name));
        let shown = annotation.and_then(|annotation| {
            if is_yield && !is_whole {
                yielded_type(annotation).and_then(|element| type_of(&element))
            } else {
                type_of(annotation)
            }
        });
        let shown = shown.ok_or("its annotation cannot be shown as a type")?;
        self.is_known_type(&old)?;
        self.edited.replace(said, &as_quoted(&old, &shown));
        let what = if is_yield { "yield" } else { "return" };
        Ok(format!("{what} type: `{old}` to `{shown}`"))
    }
}

/// Whether words about what is returned are true of what each step yields, or the other way round.
fn fits(claim: &ValueClaim<'_>, is_yield: bool) -> bool {
    let words = claim.text.to_lowercase();
    let words = words.trim();
    let has = |phrases: &[&str]| {
        let padded: String = words
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        let padded = format!(
            " {} ",
            padded.split_whitespace().collect::<Vec<_>>().join(" ")
        );
        phrases
            .iter()
            .any(|phrase| padded.contains(&format!(" {phrase} ")))
    };
    if !is_yield {
        return !has(&[
            "each",
            "every",
            "next",
            "one by one",
            "one after",
            "at a time",
            "successive",
            "in turn",
        ]);
    }
    if words.is_empty() {
        return claim.annotation.is_some_and(|text| !is_container(text));
    }
    let head = head_noun(words);
    let is_plural = head.len() > 3
        && head.ends_with('s')
        && !["ss", "us", "is"].iter().any(|end| head.ends_with(end));
    let is_each = ["each ", "every ", "the next ", "one "]
        .iter()
        .any(|start| words.starts_with(start));
    is_each || !is_plural && !is_container(&head) && !has(&["all", "iterator", "generator"])
}

/// The noun that the words begin with: «the rows of the table» speak of rows.
fn head_noun(words: &str) -> String {
    const ENDS: &[&str] = &[
        "of", "with", "for", "from", "in", "on", "that", "which", "to", "where", "as", "by", "and",
        "or", "if", "when", "at", "who", "whose", "is", "are", "was", "were", "has", "have",
        "after", "before",
    ];
    let mut head = "";
    for word in words.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if ENDS.contains(&bare) {
            break;
        }
        if !bare.is_empty() {
            head = bare;
        }
        if word.ends_with([',', '.', ':', ';', ')']) {
            break;
        }
    }
    head.to_owned()
}

/// Whether the word, or the type, is one of things that hold others.
fn is_container(text: &str) -> bool {
    const CONTAINERS: &[&str] = &[
        "list",
        "tuple",
        "dict",
        "dictionary",
        "mapping",
        "set",
        "frozenset",
        "sequence",
        "iterable",
        "iterator",
        "generator",
        "collection",
        "array",
        "ndarray",
        "series",
        "dataframe",
        "map",
        "table",
        "queue",
        "deque",
        "pair",
        "stream",
    ];
    let word = text
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    CONTAINERS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit_what_they_can_be_true_of() {
        let fit = |text: &str, is_yield| {
            let claim = ValueClaim {
                text,
                ..ValueClaim::default()
            };
            fits(&claim, is_yield)
        };
        for text in [
            "The number of the tick, from 0.",
            "Each row.",
            "The next item of all.",
            "A row.",
        ] {
            assert!(fit(text, true), "{text}");
        }
        for text in [
            "A list.",
            "The rows.",
            "An iterator over the rows.",
            "List of rows.",
            "All rows",
            "",
        ] {
            assert!(!fit(text, true), "{text}");
        }
        assert!(fit("The error.", false));
        assert!(!fit("Each line, one by one.", false));
    }
}
