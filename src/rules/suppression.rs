//! Comments that silence rules, and what each of them speaks for.
//!
//! `# noqa`, `# ruff: noqa`, `# flake8: noqa` and ruff's `ignore`, `file-ignore`, `disable` and
//! `enable` silence here what they silence in ruff; `# docgen: skip` and `# docgen: skip-file`
//! are docgen's own.

use super::directive::{Directive, Order, directives, rules_of};
use super::{RuleCode, RuleSet};
use crate::python::{BlockMark, ByteRange, Comment, SyntaxTree};

/// What a file's comments silence.
#[derive(Debug)]
pub struct Suppressions {
    file: RuleSet,
    /// Where each line begins that a comment silences, in the order of the text.
    lines: Vec<(ByteRange, RuleSet)>,
    /// Lines that are silenced by a comment after the last of them.
    joined: Vec<ByteRange>,
    statements: Vec<(ByteRange, RuleSet)>,
    stretches: Vec<(ByteRange, RuleSet)>,
}

impl Suppressions {
    /// Reads the directives out of a file's comments.
    #[must_use]
    pub fn read(tree: &SyntaxTree, text: &str) -> Self {
        let mut suppressions = Self {
            file: RuleSet::EMPTY,
            lines: Vec::new(),
            joined: Vec::new(),
            statements: Vec::new(),
            stretches: Vec::new(),
        };
        let mut switches = Vec::new();
        for comment in tree.comments(text) {
            for directive in directives(comment.text) {
                suppressions.take(tree, text, &comment, directive, &mut switches);
            }
        }
        if !suppressions.lines.is_empty() {
            suppressions.joined = tree.joined_lines(text);
        }
        if !switches.is_empty() {
            suppressions.stretches = stretches(tree, text, &switches);
        }
        suppressions
    }

    fn take<'t>(
        &mut self,
        tree: &SyntaxTree,
        text: &'t str,
        comment: &Comment<'t>,
        directive: Directive<'t>,
        switches: &mut Vec<Switch<'t>>,
    ) {
        let at = comment.range.start + directive.at;
        match directive.order {
            Order::Noqa(rules) => self.silence_line(text, comment, rules),
            Order::Skip => self.silence_line(text, comment, RuleSet::ALL),
            Order::SkipFile => self.file = RuleSet::ALL,
            // Of what stands behind code nobody could tell that it silences the whole file.
            Order::FileNoqa(rules) => {
                if indentation(text, comment.range.start).is_some() {
                    self.file = self.file.union(rules);
                }
            }
            Order::FileIgnore(rules) => {
                if indentation(text, at) == Some("") {
                    self.file = self.file.union(rules);
                }
            }
            Order::Ignore(rules) => {
                let lines = if indentation(text, at).is_some() {
                    tree.lines_below_comment(text, at)
                } else {
                    tree.line_of_comment(text, comment.range.start)
                };
                self.statements.push((lines, rules));
            }
            Order::Disable(codes) => switches.push(Switch::new(text, comment, at, codes, true)),
            Order::Enable(codes) => switches.push(Switch::new(text, comment, at, codes, false)),
        }
    }

    fn silence_line(&mut self, text: &str, comment: &Comment<'_>, rules: RuleSet) {
        let before = text.get(..comment.range.start).unwrap_or_default();
        let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        match self.lines.last_mut() {
            Some((line, known)) if line.start == start => *known = known.union(rules),
            _ => self.lines.push((start..comment.range.end, rules)),
        }
    }

    /// Whether `code` is silenced for what stands at `place`, a name or a docstring.
    #[must_use]
    pub fn silence(&self, code: RuleCode, place: &ByteRange) -> bool {
        self.file.contains(code)
            || self
                .line_of(place.start)
                .is_some_and(|rules| rules.contains(code))
            || self
                .statements
                .iter()
                .any(|(lines, rules)| rules.contains(code) && lines.contains(&place.start))
            || self.stretches.iter().any(|(stretch, rules)| {
                rules.contains(code) && stretch.start <= place.start && place.end <= stretch.end
            })
    }

    /// What is silenced on the line of `offset`, or on the last one that it is joined with.
    fn line_of(&self, offset: usize) -> Option<RuleSet> {
        let joined = last_from(&self.joined, offset, |joined| joined.start)
            .filter(|joined| joined.contains(&offset));
        let offset = joined.map_or(offset, |joined| joined.end);
        let (line, rules) = last_from(&self.lines, offset, |(line, _)| line.start)?;
        line.contains(&offset).then_some(*rules)
    }
}

/// The last of `items`, which are in order, that starts at `offset` or before it.
fn last_from<T>(items: &[T], offset: usize, start: impl Fn(&T) -> usize) -> Option<&T> {
    let after = items.partition_point(|item| start(item) <= offset);
    after.checked_sub(1).and_then(|index| items.get(index))
}

/// The blanks before `offset` if its line has nothing else there.
fn indentation(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let blanks = &before[start..];
    blanks
        .bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\x0c'))
        .then_some(blanks)
}

/// A `# ruff: disable[…]` or `# ruff: enable[…]`.
#[derive(Debug)]
struct Switch<'t> {
    /// Where the comment begins that holds it.
    comment: usize,
    /// Where it begins itself.
    at: usize,
    end: usize,
    /// `None` when it stands behind something else, which switches nothing.
    indentation: Option<&'t str>,
    codes: Vec<&'t str>,
    is_disable: bool,
}

impl<'t> Switch<'t> {
    fn new(
        text: &'t str,
        comment: &Comment<'t>,
        at: usize,
        codes: Vec<&'t str>,
        is_disable: bool,
    ) -> Self {
        Self {
            comment: comment.range.start,
            at,
            end: comment.range.end,
            indentation: indentation(text, at),
            codes,
            is_disable,
        }
    }

    fn is_ended_by(&self, other: &Self) -> bool {
        self.is_disable
            && !other.is_disable
            && self.indentation == other.indentation
            && self.codes == other.codes
    }
}

/// What lies between each `disable` and its `enable`, or the end of its block.
fn stretches(tree: &SyntaxTree, text: &str, switches: &[Switch<'_>]) -> Vec<(ByteRange, RuleSet)> {
    let mut found = Vec::new();
    let mut blocks = vec![""];
    let mut pending: Vec<&Switch<'_>> = Vec::new();
    let mut switches = switches.iter().peekable();
    // How deep the block lies whose end ruff is looking for; it looks no further than the block
    // of a switch, so that one before a dedent may be left to reach to the end of the file.
    let mut depth = None;
    for mark in tree.block_marks(text) {
        let block = blocks.last().copied().unwrap_or_default();
        match mark {
            BlockMark::Opens(indentation) => blocks.push(indentation),
            BlockMark::Closes(end) => {
                blocks.pop();
                if let Some(top) = depth {
                    pair(&mut pending, block, end, &mut found);
                    depth = (blocks.len() >= top && !pending.is_empty()).then_some(top);
                }
            }
            BlockMark::Comment { start, at_edge } => {
                while let Some(switch) = switches.next_if(|switch| switch.comment == start) {
                    depth = depth.or(Some(blocks.len()));
                    // Before the first line of a block, and after the last, any indentation will do.
                    if switch
                        .indentation
                        .is_some_and(|indentation| at_edge || indentation == block)
                    {
                        pending.push(switch);
                    }
                }
            }
        }
    }
    pair(&mut pending, "", text.len(), &mut found);
    found
}

/// Pairs the switches of the block that ends at `end`; those of the blocks around it wait.
fn pair(
    pending: &mut Vec<&Switch<'_>>,
    block: &str,
    end: usize,
    found: &mut Vec<(ByteRange, RuleSet)>,
) {
    let is_outer = |switch: &Switch<'_>| {
        switch
            .indentation
            .is_some_and(|blanks| blanks.len() < block.len())
    };
    let mut index = 0;
    while let Some(switch) = pending.get(index).copied() {
        if is_outer(switch) {
            index += 1;
            continue;
        }
        pending.remove(index);
        let partner = pending
            .iter()
            .skip(index)
            .position(|other| switch.is_ended_by(other));
        let end = partner.map_or(end, |partner| pending.remove(index + partner).end);
        if switch.is_disable {
            found.push((switch.at..end, rules_of(&switch.codes)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    /// The lines on which D103 is silenced, each taken for a name.
    fn lines(text: &str) -> Vec<usize> {
        let tree = parse(text).unwrap();
        let suppressions = Suppressions::read(&tree, text);
        let mut offset = 0;
        let mut silenced = Vec::new();
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let name = offset..offset + 1;
            if suppressions.silence(RuleCode::D103, &name) {
                silenced.push(number);
            }
            offset += line.len();
        }
        silenced
    }

    #[test]
    fn a_line_is_silenced_behind_its_code() {
        assert_eq!(lines("x = 1  # noqa\ny = 1\n"), [1]);
        assert_eq!(lines("x = 1  # docgen: skip  # noqa: D1\ny = 1\n"), [1]);
        assert_eq!(lines("x = 1  # noqa: D1\n"), [0; 0]);
        assert_eq!(lines("x = '''\n\n'''  # noqa\ny = 1\n"), [1, 2, 3]);
        assert_eq!(lines("x = 1 + \\\n    2  # noqa\n"), [1, 2]);
        assert_eq!(lines("x = (\n    2,\n)  # noqa\n"), [3]);
    }

    #[test]
    fn a_file_is_silenced_on_a_line_of_its_own() {
        assert_eq!(lines("# ruff: noqa\nx = 1\n"), [1, 2]);
        assert_eq!(lines("# flake8: noqa: D102\n# ruff: noqa: D103\n"), [1, 2]);
        assert_eq!(lines("# ruff: file-ignore[D103]\nx = 1\n"), [1, 2]);
        assert_eq!(lines("x = 1  # ruff: noqa\n"), [0; 0]);
        assert_eq!(lines("x = 1  # ruff: file-ignore[D103]\n"), [0; 0]);
        assert_eq!(lines("x = 1  # docgen: skip-file\ny = 1\n"), [1, 2]);
    }

    #[test]
    fn a_disable_reaches_to_its_enable_or_the_end_of_its_block() {
        let text = "# ruff: disable[D103]\nx = 1\n# ruff: enable[D103]\ny = 1\n";
        assert_eq!(lines(text), [1, 2, 3]);
        let text = "class A:\n    # ruff: disable[D103]\n    x = 1\n    y = 1\nz = 1\n";
        assert_eq!(lines(text), [3, 4]);
        let text = "x = 1  # ruff: disable[D103]\ny = 1\n";
        assert_eq!(lines(text), [0; 0]);
    }

    #[test]
    fn an_ignore_speaks_for_the_statement_below_or_its_own_line() {
        let text = "# ruff: ignore[D103]\n\n# why\ndef f(\n    x,\n):\n    pass\n";
        assert_eq!(lines(text), [1, 2, 3, 4, 5, 6]);
        assert_eq!(lines("x = 1  # ruff: ignore[D103]\ny = 1\n"), [1]);
    }
}
