//! Where a docstring's sections and entries begin and end, line by line: what has to be known to edit
//! them and is not told by what they claim.

use std::ops::Range;

use crate::docstring::claims::heading::Heading;
use crate::docstring::claims::line::Line;
use crate::docstring::claims::{google, numpy, sphinx};

/// How a section is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `Args:` over indented entries.
    Google,
    /// `Parameters` over a rule.
    Numpy,
    /// A field, `:param name: text`.
    Sphinx,
}

/// What a section or field is about; in the order in which sections are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Arguments, or one of them in a field.
    Arguments,
    /// `:type name:`
    ArgumentType,
    /// `Keyword Args`, `Other Parameters`
    Keywords,
    /// What is returned.
    Returns,
    /// `:rtype:`
    ReturnType,
    /// What is yielded.
    Yields,
    /// `:ytype:`
    YieldType,
    /// Exceptions.
    Raises,
    /// A section that claims nothing.
    Other,
}

/// A section, or a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub part: Part,
    /// How it is laid out.
    pub layout: Layout,
    /// Its lines from the header on, without blank ones at the end.
    pub lines: Range<usize>,
    /// The lines of each entry, without blank ones at their ends; of a field, all its lines.
    pub entries: Vec<Range<usize>>,
}

/// The lines of a text and its sections, in their order.
#[derive(Debug)]
pub struct Outline<'t> {
    text: &'t str,
    pub(super) lines: Vec<Line<'t>>,
    /// Where each line begins, its indentation included, and where the text ends.
    starts: Vec<usize>,
    /// In the order of the text.
    pub sections: Vec<Section>,
}

impl<'t> Outline<'t> {
    /// Reads the sections of a docstring's value, as [`crate::docstring::Claims`] does.
    #[must_use]
    pub fn read(text: &'t str) -> Self {
        let lines = Line::all(text);
        let mut starts: Vec<usize> = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut outline = Self {
            text,
            lines,
            starts,
            sections: Vec::new(),
        };
        let mut at = 0;
        while at < outline.lines.len() {
            at = outline.take(at);
        }
        outline
    }

    fn take(&mut self, at: usize) -> usize {
        if let Some((part, mut end)) = sphinx::field(&self.lines, at) {
            // Further paragraphs of the field.
            let indent = self.lines.get(at).map_or(0, |line| line.indent);
            while let Some(next) = (end..self.lines.len()).find(|&line| !self.is_blank(line))
                && self.lines[next].indent > indent
                && at > 0
            {
                end = next + 1;
            }
            let lines = self.without_blanks(at..end);
            self.sections.push(Section {
                part,
                layout: Layout::Sphinx,
                entries: vec![lines.clone()],
                lines,
            });
            return end;
        }
        let (heading, layout, body) = if let Some(heading) = numpy::heading(&self.lines, at) {
            (heading, Layout::Numpy, numpy::body(&self.lines, at))
        } else if let Some(heading) = google::heading(&self.lines, at) {
            (heading, Layout::Google, google::body(&self.lines, at))
        } else {
            return at + 1;
        };
        let entries = self.entries(layout, body.clone());
        let lines = self.without_blanks(at..body.end);
        self.sections.push(Section {
            part: part_of(heading),
            layout,
            lines,
            entries,
        });
        body.end
    }

    fn entries(&self, layout: Layout, body: Range<usize>) -> Vec<Range<usize>> {
        let lines = self.lines.get(body.clone()).unwrap_or_default();
        let filled = || lines.iter().filter(|line| !line.is_blank());
        let margin = match layout {
            Layout::Numpy => filled().next().map(|line| line.indent),
            _ => filled().map(|line| line.indent).min(),
        };
        let margin = margin.unwrap_or(0);
        let is_start = |line: &Line<'_>| !line.is_blank() && line.indent <= margin;
        let mut starts: Vec<usize> = (body.start..body.end)
            .filter(|&at| self.lines.get(at).is_some_and(is_start))
            .collect();
        // A first line that is deeper than the others begins an entry too.
        let first = body.clone().find(|&at| !self.is_blank(at));
        if let Some(first) = first
            && starts.first() != Some(&first)
        {
            starts.insert(0, first);
        }
        let ends = starts.iter().skip(1).copied().chain([body.end]);
        starts
            .iter()
            .zip(ends)
            .map(|(&start, end)| self.without_blanks(start..end))
            .collect()
    }

    /// `lines` without the blank ones at their end.
    fn without_blanks(&self, lines: Range<usize>) -> Range<usize> {
        let mut end = lines.end;
        while end > lines.start + 1 && self.is_blank(end - 1) {
            end -= 1;
        }
        lines.start..end
    }

    /// Whether there is nothing but blanks on the line, or no such line.
    pub(super) fn is_blank(&self, line: usize) -> bool {
        self.lines.get(line).is_none_or(Line::is_blank)
    }

    /// Where a line begins, its indentation included; the text's end for the line behind the last.
    pub(super) fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// Where what a line says ends.
    pub(super) fn end(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.text.len(), Line::end)
    }

    /// From the first line's start to where the last line's content ends.
    pub(super) fn content(&self, lines: &Range<usize>) -> Range<usize> {
        self.start(lines.start)..self.end(lines.end.saturating_sub(1))
    }

    /// The line that byte `at` stands on.
    #[must_use]
    pub fn line_at(&self, at: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= at)
            .saturating_sub(1)
    }

    /// The blanks before what a line says; the first one stands behind the quotes and has those of
    /// the least indented other line.
    pub(super) fn indentation(&self, line: usize) -> &'t str {
        if line == 0 {
            let filled = (1..self.lines.len()).filter(|&line| !self.is_blank(line));
            let least = filled.min_by_key(|&line| self.lines[line].indent);
            return least.map_or("", |line| self.indentation(line));
        }
        let start = self.start(line);
        let content = self.lines.get(line).map_or(start, |line| line.start);
        self.text.get(start..content).unwrap_or_default()
    }

    /// What a line says.
    pub(super) fn says(&self, line: usize) -> &'t str {
        self.lines.get(line).map_or("", |line| line.content)
    }

    /// The section that byte `at` stands in, and the entry of it.
    #[must_use]
    pub fn entry_at(&self, at: usize) -> Option<(&Section, usize)> {
        let line = self.line_at(at);
        let section = self
            .sections
            .iter()
            .find(|section| section.lines.contains(&line))?;
        let entry = section
            .entries
            .iter()
            .position(|entry| entry.contains(&line))?;
        Some((section, entry))
    }

    /// The text that is read.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }
}

fn part_of(heading: Heading) -> Part {
    match heading {
        Heading::Arguments => Part::Arguments,
        Heading::Keywords => Part::Keywords,
        Heading::Returns => Part::Returns,
        Heading::Yields => Part::Yields,
        Heading::Raises => Part::Raises,
        Heading::Other => Part::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each section on a line, with its lines and those of its entries.
    fn seen(text: &str) -> Vec<String> {
        let sections = Outline::read(text).sections;
        sections
            .into_iter()
            .map(|one| {
                format!(
                    "{:?} {:?} {:?} {:?}",
                    one.part, one.layout, one.lines, one.entries
                )
            })
            .collect()
    }

    #[test]
    fn sections_and_entries_have_lines() {
        let google = "Do.\n\n    Args:\n        a: One\n            more.\n\n        b: Two.\n\n    Returns:\n        All.\n    ";
        assert_eq!(
            seen(google),
            [
                "Arguments Google 2..7 [3..5, 6..7]",
                "Returns Google 8..10 [9..10]"
            ]
        );
        let numpy = "Do.\n\n    Parameters\n    ----------\n    a : int\n        One.\n    b\n        Two.\n\n    Notes\n    -----\n    x\n    ";
        assert_eq!(
            seen(numpy),
            [
                "Arguments Numpy 2..8 [4..6, 6..8]",
                "Other Numpy 9..12 [11..12]"
            ]
        );
        let sphinx = "Do.\n\n    :param a: One\n        more.\n\n        Still.\n    :type a: int\n    :rtype: str\n    ";
        assert_eq!(
            seen(sphinx),
            [
                "Arguments Sphinx 2..6 [2..6]",
                "ArgumentType Sphinx 6..7 [6..7]",
                "ReturnType Sphinx 7..8 [7..8]",
            ]
        );
    }
}
