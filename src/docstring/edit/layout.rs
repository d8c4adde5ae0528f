//! How the entries of one section are written, read off those that are there.

use std::ops::Range;

use super::NewEntry;
use super::outline::{Layout, Outline, Section};
use crate::docstring::claims::{ArgumentClaim, Claims};
use crate::docstring::render::hanging;

/// Columns that a continuation line is deeper than its entry where none shows it.
const UNIT: &str = "    ";

/// The way in which a section writes its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    layout: Layout,
    /// The blanks before an entry.
    indent: String,
    /// The blanks before its further lines.
    deeper: String,
    /// What stands before the name: a bullet, a backtick, a field's kind.
    before: String,
    /// What stands behind the name, before everything else.
    behind: String,
    /// Around the type.
    brackets: (String, String),
    /// Between the name, or its type, and the words.
    colon: String,
    /// The words begin on the next line.
    is_below: bool,
    /// Blank lines between entries.
    gap: bool,
    /// `:type name:` in a field of its own.
    has_type_fields: bool,
}

impl Way {
    /// How `section` writes its entries.
    pub(super) fn of(outline: &Outline<'_>, section: &Section) -> Self {
        let claims = Claims::read(outline.text());
        let described: Vec<&ArgumentClaim<'_>> = claims
            .described()
            .filter(|claim| section.lines.contains(&outline.line_at(claim.at.start)))
            .collect();
        let is_alone = |claim: &&&ArgumentClaim<'_>| {
            let line = outline.line_at(claim.at.start);
            let same = described
                .iter()
                .filter(|one| outline.line_at(one.at.start) == line);
            same.count() == 1
        };
        let usual = described.iter().filter(is_alone);
        let starred = |claim: &&&ArgumentClaim<'_>| outline.text()[..claim.at.start].ends_with('*');
        let sample = usual
            .clone()
            .find(|claim| !starred(claim))
            .or(usual.clone().next());
        let typed = usual
            .filter(|claim| !starred(claim))
            .find(|claim| claim.annotation.is_some());
        let mut way = Self::plain(outline, section);
        if let Some(sample) = sample {
            way.take_head(outline, sample, typed.copied());
        }
        way
    }

    /// The usual way, at the place of the section.
    fn plain(outline: &Outline<'_>, section: &Section) -> Self {
        let header = outline.indentation(section.lines.start);
        let unit = if header.contains('\t') { "\t" } else { UNIT };
        let first = section.entries.first();
        let indent = match (first, section.layout) {
            (Some(entry), Layout::Google | Layout::Numpy) => {
                outline.indentation(entry.start).to_owned()
            }
            (None, Layout::Google) => format!("{header}{unit}"),
            _ => header.to_owned(),
        };
        // A further line of any entry shows how deep they are.
        let further = section
            .entries
            .iter()
            .flat_map(|entry| entry.start + 1..entry.end)
            .find(|&line| !outline.is_blank(line));
        let deeper = match further {
            Some(line) => outline.indentation(line).to_owned(),
            None => format!("{indent}{unit}"),
        };
        let gaps = section.entries.windows(2);
        let gap =
            section.entries.len() > 1 && gaps.into_iter().all(|two| two[0].end < two[1].start);
        let (before, brackets, colon) = match section.layout {
            Layout::Google => ("", (" (", ")"), ": "),
            Layout::Numpy => ("", (" : ", ""), ""),
            Layout::Sphinx => ("", ("", " "), ": "),
        };
        let before = match section.layout {
            // `:raises ValueError: text` is followed by another `:raises `.
            Layout::Sphinx => {
                let line = outline.says(section.lines.start);
                format!(
                    "{} ",
                    line.split([' ', ':'])
                        .nth(1)
                        .map_or(":param".to_owned(), |kind| format!(":{kind}"))
                )
            }
            _ => before.to_owned(),
        };
        Self {
            layout: section.layout,
            indent,
            deeper,
            before,
            behind: String::new(),
            brackets: (brackets.0.to_owned(), brackets.1.to_owned()),
            colon: colon.to_owned(),
            is_below: section.layout == Layout::Numpy,
            gap,
            has_type_fields: false,
        }
    }

    /// Takes over how the head of one entry, and the type in another's, is written.
    fn take_head(
        &mut self,
        outline: &Outline<'_>,
        sample: &ArgumentClaim<'_>,
        typed: Option<&ArgumentClaim<'_>>,
    ) {
        let text = outline.text();
        let between = |range: Range<usize>| text.get(range).unwrap_or_default();
        let line = outline.line_at(sample.at.start);
        let content = outline.start(line) + outline.indentation(line).len();
        let content = if line == 0 {
            text.len() - text.trim_start().len()
        } else {
            content
        };
        let place = |part: &str| {
            let start = part.as_ptr().addr() - text.as_ptr().addr();
            start..start + part.len()
        };
        let head_end = outline.end(line);
        if self.layout == Layout::Sphinx {
            let kind = between(content..sample.at.start).split(' ').next();
            self.before = format!("{} ", kind.unwrap_or(":param"));
            let colon = between(sample.at.end..head_end);
            let blanks = colon.strip_prefix(':').unwrap_or_default();
            let blanks = &blanks[..blanks.len() - blanks.trim_start().len()];
            if !blanks.is_empty() {
                self.colon = format!(":{blanks}");
            }
            self.has_type_fields =
                typed
                    .and_then(|typed| typed.annotation)
                    .is_some_and(|annotation| {
                        outline
                            .says(outline.line_at(place(annotation).start))
                            .starts_with(":type")
                    });
            return;
        }
        let before = between(content..sample.at.start);
        before
            .trim_end_matches(['*', '\\'])
            .clone_into(&mut self.before);
        let rest = between(sample.at.end..head_end);
        let closing = &rest[..rest.len() - rest.trim_start_matches('`').len()];
        closing.clone_into(&mut self.behind);
        if self.layout == Layout::Google {
            // Of two dashes the second is read as words.
            let said = sample
                .text
                .strip_prefix('-')
                .unwrap_or(sample.text)
                .trim_start();
            let words = (!said.is_empty()).then(|| place(said).start);
            let on_line = words.filter(|&at| at <= head_end);
            self.is_below = words.is_some() && on_line.is_none();
            let from = match sample.annotation {
                Some(annotation) => place(annotation).end,
                None => sample.at.end,
            };
            let colon = between(from..on_line.unwrap_or(head_end));
            let colon = colon.trim_start_matches([')', '`']);
            let is_known = !colon.is_empty()
                && colon.len() <= 5
                && colon.contains([':', '-'])
                && colon.chars().all(|c| matches!(c, ' ' | ':' | '-'));
            if is_known {
                self.colon = match on_line {
                    Some(_) => colon.to_owned(),
                    None => format!("{} ", colon.trim_end()),
                };
            }
        }
        if let Some(typed) = typed
            && let Some(annotation) = typed.annotation
            && place(annotation).start <= outline.end(outline.line_at(typed.at.start))
        {
            let open = between(typed.at.end..place(annotation).start).trim_start_matches('`');
            let is_known = !open.is_empty() && open.chars().all(|c| matches!(c, ' ' | ':' | '('));
            if is_known {
                open.clone_into(&mut self.brackets.0);
            }
        }
    }

    /// Whether blank lines part the entries.
    pub(super) fn has_gaps(&self) -> bool {
        self.gap
    }

    /// The lines of a new entry, at most `width` columns wide where the words allow.
    pub(super) fn lines(&self, entry: &NewEntry<'_>, width: usize) -> Vec<String> {
        let Self {
            indent,
            before,
            behind,
            colon,
            deeper,
            ..
        } = self;
        let name = entry.name;
        let typed = |annotation: &str| {
            let (open, close) = &self.brackets;
            format!("{open}{annotation}{close}")
        };
        if self.layout == Layout::Sphinx {
            let inline = entry
                .annotation
                .filter(|_| !self.has_type_fields)
                .map(typed);
            let head = format!(
                "{indent}{before}{}{name}{colon}",
                inline.unwrap_or_default()
            );
            let mut lines = hanging(entry.words, width, &head, deeper);
            if let (true, Some(annotation)) = (self.has_type_fields, entry.annotation) {
                lines.push(format!("{indent}:type {name}: {annotation}"));
            }
            return lines;
        }
        let annotation = entry.annotation.map(typed).unwrap_or_default();
        let head = format!("{indent}{before}{name}{behind}{annotation}");
        if !self.is_below {
            return hanging(entry.words, width, &format!("{head}{colon}"), deeper);
        }
        let head = match self.layout {
            Layout::Google => format!("{head}{}", colon.trim_end()),
            _ => head,
        };
        let mut lines = vec![head];
        lines.extend(hanging(entry.words, width, deeper, deeper));
        lines
    }
}
