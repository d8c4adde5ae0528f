//! Exceptions that are raised and not named, or named and cannot be raised.

use super::arguments::TEMPLATE;
use super::words::NEEDS_MODEL;
use super::{Finding, Mender, Step};
use crate::docstring::{Beside, Claims, Docstring, Entry, NewEntry, Outline, Part};
use crate::generate::words::words_of;
use crate::python::{Guard, Raise};
use crate::rules::RuleCode;

impl Mender<'_> {
    /// The one exception that is gone and the one that is new, where the words speak of the new one's
    /// condition.
    pub(super) fn renamed_exception(&self, open: &[Finding]) -> Option<(Finding, Finding)> {
        let of = |code: RuleCode| {
            let mut found = open.iter().filter(move |finding| finding.code == code);
            found.next().filter(|_| found.next().is_none()).cloned()
        };
        let (gone, new) = (of(RuleCode::DOC502)?, of(RuleCode::DOC501)?);
        let words = self.words_of_exception(&gone)?;
        let mut raises = self.definition.facts.raises.iter();
        let is_meant = raises.any(|raise| raise.exception == new.name && speaks_of(&words, raise));
        (is_meant && self.cannot_be_raised(&gone.name)).then_some((gone, new))
    }

    /// The words about the exception of a finding, its name left out.
    fn words_of_exception(&self, finding: &Finding) -> Option<String> {
        let text = self.edited.text();
        let at = finding.drift.at.clone()?;
        let outline = Outline::read(text);
        let (section, entry) = outline.entry_at(at.start)?;
        let lines = section.entries.get(entry)?;
        let from = text.get(at.end..)?;
        let count = lines.end.saturating_sub(outline.line_at(at.start));
        Some(from.lines().take(count).collect::<Vec<_>>().join(" "))
    }

    /// The name is replaced; the words stay.
    pub(super) fn rename_exception(&mut self, findings: &[Finding]) -> Step {
        let [gone, new] = findings else {
            return Err("it is not clear which".to_owned());
        };
        let at = gone.drift.at.clone().ok_or("it has no place")?;
        self.edited.replace(at, &new.name);
        Ok(format!("renamed `{}` to `{}`", gone.name, new.name))
    }

    /// DOC502: the entry goes where nothing that is called could raise it.
    pub(super) fn remove_exception(&mut self, findings: &[Finding]) -> Step {
        let finding = findings.first().ok_or("it is not clear which")?;
        let at = finding.drift.at.clone().ok_or("it has no place")?;
        if !self.cannot_be_raised(&finding.name) {
            return Err("what is called may raise it".to_owned());
        }
        if self.edited.remove_entry(&at) {
            Ok(format!("removed `{}`", finding.name))
        } else {
            Err("its entry cannot be taken out by itself".to_owned())
        }
    }

    /// DOC501: an entry comes behind the others.
    pub(super) fn add_exception(&mut self, findings: &[Finding]) -> Step {
        let finding = findings.first().ok_or("it is not clear which")?;
        let name = finding.name.as_str();
        let text = self.edited.text().to_owned();
        if !text.contains('\n') {
            return Err("the docstring is one line".to_owned());
        }
        if self.is_template() {
            return Err(TEMPLATE.to_owned());
        }
        if self.tells_exception(name) {
            return Err("the text tells it in its own way".to_owned());
        }
        let words = self.exception_words(name)?;
        if self.is_empty_draft(&words) {
            return Err(NEEDS_MODEL.to_owned());
        }
        let claims = Claims::read(&text);
        let outline = Outline::read(&text);
        let width = self.width();
        let last = claims
            .raises
            .as_ref()
            .and_then(|raises| raises.exceptions.last());
        let is_put = match last {
            Some((_, at)) if outline.entry_at(at.start).is_some() => {
                let entry = NewEntry {
                    name,
                    annotation: None,
                    words: &words,
                };
                self.edited
                    .insert_entry(Beside::After(at.start), &entry, width)
            }
            Some(_) => false,
            None if claims.raises.is_some() => {
                return Err("its section names none in a way that can be followed".to_owned());
            }
            None => {
                let content = Docstring {
                    raises: vec![Entry {
                        name: name.to_owned(),
                        annotation: None,
                        text: words,
                    }],
                    ..Docstring::default()
                };
                self.edited.insert_section(Part::Raises, &content, width)
            }
        };
        if is_put {
            Ok(format!("added `{name}`"))
        } else {
            Err("there is no safe place for its entry".to_owned())
        }
    }
}

/// Whether the words about an exception speak of what leads to this `raise`.
fn speaks_of(words: &str, raise: &Raise) -> bool {
    const EMPTY: &[&str] = &[
        "if",
        "the",
        "not",
        "is",
        "are",
        "for",
        "and",
        "or",
        "when",
        "was",
        "has",
        "none",
        "true",
        "false",
        "len",
        "self",
        "error",
        "exception",
        "raised",
        "with",
        "any",
        "all",
        "this",
        "that",
        "isinstance",
        "str",
        "int",
    ];
    let stem = |word: &str| {
        let word = word.to_lowercase();
        let word = word
            .strip_suffix("es")
            .or_else(|| word.strip_suffix('s'))
            .unwrap_or(&word);
        word.strip_suffix("ed").unwrap_or(word).to_owned()
    };
    let said: Vec<String> = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() >= 3 && !EMPTY.contains(&word.to_lowercase().as_str()))
        .map(stem)
        .collect();
    let mut code: Vec<String> = words_of(raise.exception.rsplit('.').next().unwrap_or_default());
    for guard in &raise.guards {
        let (Guard::If(text) | Guard::Unless(text) | Guard::Except(text) | Guard::Case(text)) =
            guard;
        let names = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        code.extend(names.flat_map(words_of));
    }
    if let Some(message) = &raise.message {
        code.extend(
            message
                .split(|c: char| !c.is_alphanumeric())
                .map(str::to_lowercase),
        );
    }
    code.retain(|word| word.len() >= 3 && !EMPTY.contains(&word.as_str()));
    code.iter().any(|word| said.contains(&stem(word)))
}
