//! What each line of a docstring is: running text, an entry of a section, a title, or nothing that
//! is read as words.

use crate::docstring::is_heading;

/// A line of a docstring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    /// Where `content` begins in the text.
    pub(super) start: usize,
    indent: usize,
    /// Without the blanks around it.
    pub(super) content: &'t str,
}

impl Line<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.content.len()
    }

    fn is_blank(&self) -> bool {
        self.content.is_empty()
    }
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape<'t> {
    /// Nothing on it.
    Blank,
    /// Running text.
    Prose,
    /// Running text that begins an item of a list.
    Item,
    /// Part of an entry: an argument, a return value, a field.
    Entry,
    /// A section's title.
    Title(&'t str),
    /// An example, a table, a directive, a rule.
    Skipped,
}

/// What the lines below a title are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Prose,
    Entries,
    Skipped,
}

/// The section that a title opens.
#[derive(Debug, Clone, Copy)]
struct Section {
    content: Content,
    /// That of its title.
    indent: usize,
    /// The title is underlined, and nothing but another title ends the section.
    is_underlined: bool,
}

/// Goes through the lines of a docstring, from which Python took the margin.
pub(super) struct Walk<'t> {
    lines: Vec<Line<'t>>,
    at: usize,
    /// The section that the walk is in; `None` above the first.
    section: Option<Section>,
    /// Lines indented more than this are left out: a literal block, a directive's body.
    skipped_below: Option<usize>,
    /// A field is being read; what is indented more than its line belongs to it.
    field: Option<usize>,
    /// A doctest or a table is being read; a blank line ends it.
    is_in_block: bool,
    /// A code fence is open.
    is_fenced: bool,
    /// The last line of running text ended with two colons: what is indented more is code.
    announces_code: Option<usize>,
    /// A line with words was met.
    has_begun: bool,
    /// The first of them is underlined: the title of the whole, and no section's.
    pub(super) is_titled: bool,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let content = line.trim_start();
            let indent = line.len() - content.len();
            lines.push(Line {
                start: start + indent,
                indent,
                content: content.trim_end(),
            });
            start += line.len() + 1;
        }
        Self {
            lines,
            at: 0,
            section: None,
            skipped_below: None,
            field: None,
            is_in_block: false,
            is_fenced: false,
            announces_code: None,
            has_begun: false,
            is_titled: false,
        }
    }

    /// The next line and what it is.
    pub(super) fn step(&mut self) -> Option<(Line<'t>, Shape<'t>)> {
        let line = *self.lines.get(self.at)?;
        let shape = self.shape(line);
        self.has_begun |= !matches!(shape, Shape::Blank | Shape::Skipped);
        self.at += 1;
        Some((line, shape))
    }

    /// Whether the section whose title was the last line holds anything.
    pub(super) fn has_content_below(&self) -> bool {
        let margin = self.section.map_or(0, |section| section.indent);
        let mut below = self.at..self.lines.len();
        let first = below.find(|&at| {
            let line = &self.lines[at];
            !line.is_blank() && !is_rule(line.content)
        });
        first.is_some_and(|at| self.lines[at].indent >= margin && self.title(at).is_none())
    }

    fn shape(&mut self, line: Line<'t>) -> Shape<'t> {
        if line.content.starts_with("```") {
            self.is_fenced = !self.is_fenced;
            return Shape::Skipped;
        }
        if self.is_fenced {
            return Shape::Skipped;
        }
        if line.is_blank() {
            self.is_in_block = false;
            return Shape::Blank;
        }
        if self.is_in_block {
            return Shape::Skipped;
        }
        if let Some(margin) = self.announces_code.take()
            && line.indent > margin
        {
            self.skipped_below = Some(margin);
        }
        if self
            .skipped_below
            .is_some_and(|margin| line.indent > margin)
        {
            return Shape::Skipped;
        }
        self.skipped_below = None;
        if self.field.is_some_and(|margin| line.indent > margin) {
            return Shape::Entry;
        }
        self.field = None;
        if line.content.starts_with(">>>") || is_table(line.content) {
            self.is_in_block = true;
            return Shape::Skipped;
        }
        if let Some((title, section)) = self.title(self.at) {
            if self.has_begun || is_heading(title) {
                self.section = Some(section);
                return Shape::Title(title);
            }
            self.is_titled = true;
            return Shape::Prose;
        }
        if is_rule(line.content) {
            return Shape::Skipped;
        }
        if let Some(rest) = line.content.strip_prefix("..")
            && (rest.is_empty() || rest.starts_with(' '))
        {
            if !is_prose_directive(rest) {
                self.skipped_below = Some(line.indent);
            }
            return Shape::Skipped;
        }
        if is_field(line.content) {
            self.field = Some(line.indent);
            return Shape::Entry;
        }
        self.text(line)
    }

    /// A line of words: what it is depends on the section.
    fn text(&mut self, line: Line<'t>) -> Shape<'t> {
        // Google style: what stands at the title's margin again is no part of the section.
        self.section = self
            .section
            .filter(|section| section.is_underlined || line.indent > section.indent);
        let content = self
            .section
            .map_or(Content::Prose, |section| section.content);
        match content {
            Content::Skipped => Shape::Skipped,
            Content::Entries => Shape::Entry,
            Content::Prose => {
                if line.content.ends_with("::") {
                    self.announces_code = Some(line.indent);
                }
                if list_marker(line.content) > 0 {
                    Shape::Item
                } else {
                    Shape::Prose
                }
            }
        }
    }

    /// The title that line `at` is, and what stands below it: underlined, or with a colon and
    /// indented lines below it.
    fn title(&self, at: usize) -> Option<(&'t str, Section)> {
        let line = self.lines.get(at)?;
        let below = self.lines.get(at + 1);
        let title = line.content.trim_end_matches(':').trim_end();
        let is_underlined = below
            .is_some_and(|below| below.indent == line.indent && is_rule(below.content))
            && line.content.starts_with(char::is_alphabetic);
        let is_announced = || {
            let mut filled = self.lines.iter().skip(at + 1).filter(|one| !one.is_blank());
            title.len() + 1 == line.content.len()
                && is_heading(title)
                && filled.next().is_some_and(|one| one.indent > line.indent)
        };
        let section = Section {
            content: content_below(title),
            indent: line.indent,
            is_underlined,
        };
        (is_underlined || is_announced()).then_some((title, section))
    }
}

fn content_below(title: &str) -> Content {
    let is_one_of = |titles: &[&str]| titles.iter().any(|one| title.eq_ignore_ascii_case(one));
    if is_one_of(&[
        "note",
        "notes",
        "warning",
        "warnings",
        "attention",
        "caution",
        "danger",
        "hint",
        "important",
        "tip",
    ]) {
        Content::Prose
    } else if is_one_of(&["example", "examples", "references", "see also", "todo"]) {
        Content::Skipped
    } else if is_heading(title) {
        Content::Entries
    } else {
        // A title of the author's own, over whatever.
        Content::Prose
    }
}

/// The length of the mark that an item begins with, with its blank; 0 for none.
pub(super) fn list_marker(content: &str) -> usize {
    let Some((mark, _)) = content.split_once(' ') else {
        return 0;
    };
    let numbered = mark.strip_suffix(['.', ')']).is_some_and(|number| {
        (1..4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if matches!(mark, "-" | "*" | "+" | "•") || numbered {
        mark.len() + 1
    } else {
        0
    }
}

/// A line of one and the same mark: an underline, a line across the page.
fn is_rule(content: &str) -> bool {
    let first = content.bytes().next();
    content.len() >= 3
        && first.is_some_and(|byte| b"-=~^*#\"'+_.".contains(&byte))
        && content.bytes().all(|byte| Some(byte) == first)
}

/// The edge or a row of a table.
fn is_table(content: &str) -> bool {
    let is_simple = content.contains("= =") || content.contains("=  =");
    let is_edge = content.bytes().all(|byte| matches!(byte, b'=' | b' '));
    (is_simple && is_edge) || content.starts_with("+-") || content.starts_with('|')
}

/// `:param x: text` and its like; `` :role:`text` `` begins a sentence.
fn is_field(content: &str) -> bool {
    let Some(inner) = content.strip_prefix(':') else {
        return false;
    };
    inner.split_once(':').is_some_and(|(name, rest)| {
        !name.is_empty() && !name.contains('`') && (rest.is_empty() || rest.starts_with(' '))
    })
}

/// A directive whose body is read as text: `.. note::` and its like.
fn is_prose_directive(rest: &str) -> bool {
    let name = rest.trim_start().split("::").next().unwrap_or_default();
    matches!(
        name,
        "note" | "warning" | "tip" | "important" | "caution" | "hint" | "attention" | "danger"
    )
}
