//! Entries of a docstring's sections: taken out, put in, renamed, put in order.

use std::ops::Range;

use super::Edited;
use super::layout::Way;
use super::outline::{Layout, Outline, Part, Section};
use crate::docstring::claims::Claims;

/// An entry to be put in.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// The name, stars included.
    pub name: &'a str,
    /// The type, where the section tells types.
    pub annotation: Option<&'a str>,
    /// The words.
    pub words: &'a str,
}

/// Where an entry goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Behind the entry that byte stands in.
    After(usize),
    /// Before it.
    Before(usize),
}

impl Edited {
    /// Takes out what is said of the argument or exception whose name stands at `name`; its section
    /// too if nothing else is in it. Says whether that could be done.
    #[must_use]
    pub fn remove_entry(&mut self, name: &Range<usize>) -> bool {
        let text = self.text.clone();
        let outline = Outline::read(&text);
        let Some((section, index)) = outline.entry_at(name.start) else {
            return false;
        };
        let Some(entry) = section.entries.get(index) else {
            return false;
        };
        if let Some(range) = one_of_several(&outline, entry, name) {
            self.replace(range, "");
            return true;
        }
        if section.layout == Layout::Sphinx {
            let told = text.get(name.clone()).unwrap_or_default();
            let types = type_field(&outline, told).filter(|_| section.part == Part::Arguments);
            // The later one first, so that the earlier one's place stays true.
            let mut fields = vec![entry.clone()];
            fields.extend(types);
            fields.sort_by_key(|field| std::cmp::Reverse(field.start));
            return fields.iter().all(|field| self.remove_block(field));
        }
        if section.entries.len() == 1 {
            return self.remove_block(&section.lines);
        }
        let range = if let Some(next) = section.entries.get(index + 1) {
            outline.start(entry.start)..outline.start(next.start)
        } else {
            let before = entry.start.saturating_sub(1);
            let before = (0..=before).rev().find(|&line| !outline.is_blank(line));
            outline.line_end(before.unwrap_or(0))..outline.line_end(entry.end - 1)
        };
        self.replace(range, "");
        true
    }

    /// Takes out lines of the text that stand by themselves, with the blank lines before them. The
    /// first line stays: the quotes stand before it.
    #[must_use]
    pub fn remove_block(&mut self, lines: &Range<usize>) -> bool {
        let text = self.text.clone();
        let outline = Outline::read(&text);
        let Some(last) = lines.end.checked_sub(1) else {
            return false;
        };
        let before = (0..lines.start).rev().find(|&line| !outline.is_blank(line));
        let Some(before) = before else {
            return false;
        };
        // Between other lines of one block only the lines themselves go.
        let goes_on = !outline.is_blank(lines.end) && before + 1 < lines.start;
        let range = if goes_on {
            outline.start(lines.start)..outline.start(lines.end)
        } else {
            outline.line_end(before)..outline.line_end(last)
        };
        self.replace(range, "");
        true
    }

    /// Puts an entry beside another of the same section, in the way the section writes its entries.
    #[must_use]
    pub fn insert_entry(&mut self, beside: Beside, entry: &NewEntry<'_>, width: usize) -> bool {
        let text = self.text.clone();
        let outline = Outline::read(&text);
        let (Beside::After(at) | Beside::Before(at)) = beside;
        let Some((section, index)) = outline.entry_at(at) else {
            return false;
        };
        let Some(neighbour) = section.entries.get(index) else {
            return false;
        };
        let way = Way::of(&outline, section);
        let gap = if way.has_gaps() { "\n" } else { "" };
        let lines = way.lines(entry, width).join("\n");
        match beside {
            Beside::After(_) => {
                let mut last = neighbour.end - 1;
                if section.layout == Layout::Sphinx && section.part == Part::Arguments {
                    let below = outline
                        .sections
                        .iter()
                        .find(|one| one.lines.start == last + 1);
                    let types = below.filter(|one| one.part == Part::ArgumentType);
                    last = types.map_or(last, |types| types.lines.end - 1);
                }
                let at = outline.line_end(last);
                self.replace(at..at, &format!("\n{gap}{lines}"));
            }
            Beside::Before(_) if neighbour.start == 0 => return false,
            Beside::Before(_) => {
                let at = outline.start(neighbour.start);
                self.replace(at..at, &format!("{lines}\n{gap}"));
            }
        }
        true
    }

    /// Puts an entry at the end of the section in which byte `at` stands.
    #[must_use]
    pub fn append_entry(&mut self, at: usize, entry: &NewEntry<'_>, width: usize) -> bool {
        let text = self.text.clone();
        let outline = Outline::read(&text);
        let line = outline.line_at(at);
        let section = outline
            .sections
            .iter()
            .find(|one| one.lines.contains(&line));
        let Some(last) = section.and_then(|section| section.entries.last()) else {
            return false;
        };
        let last = outline.content(last).start;
        self.insert_entry(Beside::After(last), entry, width)
    }

    /// Puts the entries of the section whose header is at byte `at` in the order of their `names`.
    /// Other entries stay where they are. Says whether that could be done.
    #[must_use]
    pub fn reorder(&mut self, at: usize, names: &[&str]) -> bool {
        let text = self.text.clone();
        let outline = Outline::read(&text);
        let claims = Claims::read(&text);
        let line = outline.line_at(at);
        let Some(first) = outline
            .sections
            .iter()
            .find(|one| one.lines.contains(&line))
        else {
            return false;
        };
        let is_field = first.layout == Layout::Sphinx;
        let mut blocks: Vec<(usize, Range<usize>)> = Vec::new();
        for claim in claims.described() {
            let Some((section, entry)) = outline.entry_at(claim.at.start) else {
                return false;
            };
            let is_same = if is_field {
                section.layout == Layout::Sphinx && section.part == first.part
            } else {
                section.lines == first.lines
            };
            let Some(rank) = names.iter().position(|name| *name == claim.name) else {
                continue;
            };
            if !is_same || blocks.iter().any(|(known, _)| *known == rank) {
                continue;
            }
            let mut lines = section.entries[entry].clone();
            if is_field {
                let types = type_field(&outline, claim.name);
                lines.end = types
                    .filter(|types| types.start == lines.end)
                    .map_or(lines.end, |types| types.end);
            }
            let block = outline.content(&lines);
            if lines.start == 0 || blocks.iter().any(|(_, known)| known.start == block.start) {
                return false;
            }
            blocks.push((rank, block));
        }
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        order.sort_by_key(|&index| blocks[index].0);
        let ranges: Vec<Range<usize>> = blocks.into_iter().map(|(_, range)| range).collect();
        self.permute(&ranges, &order);
        true
    }

    /// Puts `new` in the place of the name at `at`, and wherever the text speaks of it in backticks
    /// or in a field about its type; the text's other words stay.
    pub fn rename(&mut self, at: &Range<usize>, new: &str) {
        let Some(old) = self.text.get(at.clone()).map(str::to_owned) else {
            return;
        };
        let mut places = mentions(&self.text, &old);
        places.extend(type_names(&self.text, &old));
        places.push(at.clone());
        places.sort_by_key(|place| place.start);
        places.dedup();
        for place in places.into_iter().rev() {
            self.replace(place, new);
        }
    }

    /// Makes one line of a text of which only one is left, if it fits `width` with its quotes.
    pub fn collapse(&mut self, width: usize) {
        let whole = self.text.trim();
        let is_one = self.text.contains('\n') && !whole.is_empty() && !whole.contains('\n');
        let fits = crate::docstring::wrap::columns(whole) + 6 <= width;
        if !is_one || !fits || whole.ends_with(['"', '\'', '\\']) {
            return;
        }
        let start = self.text.len() - self.text.trim_start().len();
        let end = self.text.trim_end().len();
        self.replace(end..self.text.len(), "");
        // A blank behind the opening quotes is the author's.
        if self.text[..start].contains('\n') {
            self.replace(0..start, "");
        }
    }
}

impl Outline<'_> {
    /// Where a line ends, before its line end.
    pub(super) fn line_end(&self, line: usize) -> usize {
        let next = self.start(line + 1);
        let text = self.text();
        match text.get(..next) {
            Some(before) if before.ends_with('\n') && self.start(line) < next => next - 1,
            _ => next,
        }
    }
}

/// In an entry for several names the name with the comma that parts it from the next or the last.
fn one_of_several(
    outline: &Outline<'_>,
    entry: &Range<usize>,
    name: &Range<usize>,
) -> Option<Range<usize>> {
    let claims = Claims::read(outline.text());
    let raises = claims.raises.iter().flat_map(|claim| &claim.exceptions);
    let places = claims
        .described()
        .map(|claim| &claim.at)
        .chain(raises.map(|(_, at)| at));
    let together = places.filter(|at| entry.contains(&outline.line_at(at.start)));
    if together.count() < 2 {
        return None;
    }
    let text = outline.text();
    let decoration = ['*', '`', '\\'];
    let (before, after) = (&text[..name.start], &text[name.end..]);
    let start = before.trim_end_matches(decoration).len();
    let end = text.len() - after.trim_start_matches(decoration).len();
    let rest = &text[end..];
    if let Some(rest) = rest.trim_start_matches(' ').strip_prefix([',', '|', '/']) {
        return Some(start..text.len() - rest.trim_start_matches(' ').len());
    }
    let before = text[..start].trim_end_matches(' ');
    let before = before.strip_suffix([',', '|', '/'])?;
    Some(before.len()..end)
}

/// The lines of `:type name:`.
fn type_field(outline: &Outline<'_>, name: &str) -> Option<Range<usize>> {
    let is_meant = |section: &&Section| {
        let field = outline.says(section.lines.start);
        section.part == Part::ArgumentType
            && field
                .strip_prefix(":type")
                .and_then(|rest| rest.split_once(':'))
                .is_some_and(|(subject, _)| subject.trim().trim_start_matches(['*', '\\']) == name)
    };
    let section = outline.sections.iter().find(is_meant)?;
    Some(section.lines.clone())
}

/// Where fields about types bear the name.
fn type_names(text: &str, name: &str) -> Option<Range<usize>> {
    let outline = Outline::read(text);
    let lines = type_field(&outline, name)?;
    let range = outline.content(&lines);
    let at = text.get(range.clone())?.find(name)?;
    let start = range.start + at;
    Some(start..start + name.len())
}

/// Where `name` is mentioned in backticks, as a name of its own and not as another thing's
/// attribute, outside of doctests and of what a role such as `:meth:` marks as something else.
#[must_use]
pub fn mentions(text: &str, name: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let is_doctest = [">>>", "..."]
            .iter()
            .any(|mark| line.trim_start().starts_with(mark));
        if !is_doctest {
            for span in code_spans(line) {
                let code = &line[span.clone()];
                let places = names_in(code, name);
                let offset = start + span.start;
                found.extend(places.map(|place| offset + place.start..offset + place.end));
            }
        }
        start += line.len();
    }
    found
}

/// What stands on a line between two runs of as many backticks, without what a role marks.
fn code_spans(line: &str) -> Vec<Range<usize>> {
    let bytes = line.as_bytes();
    let mut spans = Vec::new();
    let mut open: Option<Range<usize>> = None;
    let mut at = 0;
    while let Some(run) = line.get(at..).and_then(|rest| rest.find('`')) {
        let start = at + run;
        let length = bytes[start..]
            .iter()
            .take_while(|byte| **byte == b'`')
            .count();
        at = start + length;
        match &open {
            None => open = Some(start..at),
            Some(opening) if opening.len() == length => {
                let before = line[..opening.start].strip_suffix(':');
                let is_role = before.is_some_and(|rest| rest.ends_with(char::is_alphabetic));
                if !is_role {
                    spans.push(opening.end..start);
                }
                open = None;
            }
            Some(_) => {}
        }
    }
    spans
}

/// `name` as a whole word of `code` that no dot precedes.
fn names_in<'t>(code: &'t str, name: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).filter_map(move |(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let is_whole = !before.ends_with(is_word) && !after.starts_with(is_word);
        (is_whole && !before.ends_with('.')).then_some(at..at + name.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, name: &str) -> Range<usize> {
        let claims = Claims::read(text);
        claims
            .described()
            .find(|claim| claim.name == name)
            .map(|claim| claim.at.clone())
            .unwrap()
    }

    fn without(text: &str, name: &str) -> String {
        let mut edited = Edited::new(text);
        assert!(edited.remove_entry(&at(text, name)));
        edited.text().to_owned()
    }

    const GOOGLE: &str = "Do.\n\n    Args:\n        a: One\n            more.\n\n        b (int): Two, see `a`.\n        c, d: Both.\n\n    Returns:\n        All.\n    ";

    #[test]
    fn an_entry_goes_with_all_its_lines() {
        assert_eq!(
            without(GOOGLE, "a"),
            GOOGLE.replace("        a: One\n            more.\n\n", "")
        );
        assert_eq!(
            without(GOOGLE, "b"),
            GOOGLE.replace("        b (int): Two, see `a`.\n", "")
        );
        assert_eq!(without(GOOGLE, "c"), GOOGLE.replace("c, d:", "d:"));
        assert_eq!(without(GOOGLE, "d"), GOOGLE.replace("c, d:", "c:"));
        let last = "Do.\n\n    Args:\n        a: One.\n\n        b: Two.";
        assert_eq!(without(last, "b"), "Do.\n\n    Args:\n        a: One.");
    }

    #[test]
    fn a_section_goes_with_its_last_entry() {
        let text = "Do.\n\n    Args:\n        a: One.\n\n    Returns:\n        All.\n    ";
        assert_eq!(
            without(text, "a"),
            "Do.\n\n    Returns:\n        All.\n    "
        );
        let numpy = "Do.\n\n    Parameters\n    ----------\n    a : int\n        One.\n    ";
        let mut edited = Edited::new(numpy);
        assert!(edited.remove_entry(&at(numpy, "a")));
        assert_eq!(edited.text(), "Do.\n    ");
        edited.collapse(88);
        assert_eq!(edited.text(), "Do.");
        let sphinx = "Do.\n\n    :param a: One.\n    :type a: int\n    :returns: All.\n    ";
        assert_eq!(without(sphinx, "a"), "Do.\n\n    :returns: All.\n    ");
        let lone = "Do.\n\n    :param a: One.\n    ";
        assert_eq!(without(lone, "a"), "Do.\n    ");
    }

    fn with(text: &str, beside: Beside, annotation: Option<&str>) -> String {
        let mut edited = Edited::new(text);
        let entry = NewEntry {
            name: "new",
            annotation,
            words: "Words that are long enough to be wrapped.",
        };
        assert!(edited.insert_entry(beside, &entry, 44));
        edited.text().to_owned()
    }

    #[test]
    fn an_entry_is_written_as_its_neighbours_are() {
        let google =
            "Do.\n\n    Args:\n      - `a` (int) -- One\n        more.\n      - `b` -- Two.\n    ";
        assert_eq!(
            with(google, Beside::After(at(google, "a").start), Some("str")),
            "Do.\n\n    Args:\n      - `a` (int) -- One\n        more.\n      - `new` (str) -- Words that are long\n        enough to be wrapped.\n      - `b` -- Two.\n    "
        );
        let numpy = "Do.\n\n    Parameters\n    ----------\n    a: int\n      One.\n\n    b\n      Two.\n    ";
        assert_eq!(
            with(numpy, Beside::Before(at(numpy, "b").start), Some("str")),
            numpy.replace(
                "    b\n",
                "    new: str\n      Words that are long enough to be\n      wrapped.\n\n    b\n"
            )
        );
        let sphinx = "Do.\n\n    :arg a: One.\n    :type a: int\n    :returns: All.\n    ";
        assert_eq!(
            with(sphinx, Beside::After(at(sphinx, "a").start), Some("str")),
            sphinx.replace("int\n", "int\n    :arg new: Words that are long enough to\n        be wrapped.\n    :type new: str\n")
        );
        let below = "Do.\n\n\tArgs:\n\t\ta:\n\t\t\tOne.\n\t";
        assert_eq!(
            with(below, Beside::After(at(below, "a").start), None),
            "Do.\n\n\tArgs:\n\t\ta:\n\t\t\tOne.\n\t\tnew:\n\t\t\tWords that are long enough to be wrapped.\n\t"
        );
    }

    #[test]
    fn entries_are_put_in_order_and_prose_stays() {
        let text = "Do.\n\n    Args:\n        b: Two\n            more.\n        And now: prose.\n        a: One.\n    ";
        let mut edited = Edited::new(text);
        assert!(edited.reorder(at(text, "b").start, &["a", "b"]));
        assert_eq!(
            edited.text(),
            "Do.\n\n    Args:\n        a: One.\n        And now: prose.\n        b: Two\n            more.\n    "
        );
        let sphinx = "Do.\n\n    :param b: Two.\n    :type b: int\n    :param a: One.\n    ";
        let mut edited = Edited::new(sphinx);
        assert!(edited.reorder(at(sphinx, "b").start, &["a", "b"]));
        assert_eq!(
            edited.text(),
            "Do.\n\n    :param a: One.\n    :param b: Two.\n    :type b: int\n    "
        );
    }

    #[test]
    fn a_name_is_renamed_where_it_is_meant() {
        let text = "Do `old` if ``old is None`` or `x.old`, :meth:`old`, old `older`.\n\n    >>> `old`\n\n    :param old: The old.\n    :type old: int\n    ";
        let mut edited = Edited::new(text);
        edited.rename(&at(text, "old"), "new");
        assert_eq!(
            edited.text(),
            "Do `new` if ``new is None`` or `x.old`, :meth:`old`, old `older`.\n\n    >>> `old`\n\n    :param new: The old.\n    :type new: int\n    "
        );
    }
}
