//! Comments that silence a rule: `# noqa`, `# noqa: D103`, `# ruff: noqa`, `# flake8: noqa`, ruff's
//! `# ruff: ignore[D103]`, `disable`, `enable` and `file-ignore`, and docgen's own `# docgen: skip`
//! and `# docgen: skip-file`. What each means is what ruff makes of it; a test holds both to the
//! same answers.

use super::RuleCode;
use crate::python::Comment;

/// What a file's comments silence.
#[derive(Debug, Default)]
pub struct Suppressions {
    whole_file: Vec<Silenced>,
    /// First and last line and what is silenced there; sorted, and apart from each other.
    lines: Vec<(usize, usize, Silenced)>,
    /// The same for ruff's ranges, which may lie in each other; few files have any.
    ranges: Vec<(usize, usize, Silenced)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Silenced {
    All,
    Codes(Vec<RuleCode>),
}

impl Silenced {
    fn covers(&self, code: RuleCode) -> bool {
        match self {
            Self::All => true,
            Self::Codes(codes) => codes.contains(&code),
        }
    }
}

/// `# ruff: disable[...]` that no `enable` has ended yet.
struct Open<'t> {
    indent: &'t str,
    codes: &'t str,
    from: usize,
    block_end: usize,
}

impl Suppressions {
    /// Reads the directives out of a file's comments.
    #[must_use]
    pub fn read(comments: &[Comment<'_>]) -> Self {
        let mut read = Self::default();
        let mut open: Vec<Open<'_>> = Vec::new();
        for comment in comments {
            let is_own_line = comment.own_line_indent.is_some();
            if let Some(silenced) = file_directive(comment.text, is_own_line) {
                read.whole_file.push(silenced);
            } else if let Some((action, codes)) = ruff_directive(comment.text) {
                read.add_ruff(action, codes, comment, &mut open);
            } else if let Some(silenced) = line_directive(comment.text) {
                read.lines
                    .push((comment.first_joined_line, comment.line, silenced));
            }
        }
        for left in open {
            let silenced = Silenced::Codes(exact_codes(left.codes));
            read.ranges.push((left.from, left.block_end, silenced));
        }
        read
    }

    fn add_ruff<'t>(
        &mut self,
        action: Action,
        codes: &'t str,
        comment: &Comment<'t>,
        open: &mut Vec<Open<'t>>,
    ) {
        let silenced = Silenced::Codes(exact_codes(codes));
        match (action, comment.own_line_indent) {
            (Action::Ignore, _) => {
                let (first, last) = comment.logical_line;
                self.ranges.push((first, last, silenced));
            }
            (Action::FileIgnore, Some("")) => self.whole_file.push(silenced),
            (Action::Disable, Some(indent)) => open.push(Open {
                indent,
                codes,
                from: comment.line,
                block_end: comment.block_end,
            }),
            (Action::Enable, Some(indent)) => {
                let is_match = |one: &Open<'_>| {
                    one.indent == indent
                        && exact_codes(one.codes) == exact_codes(codes)
                        && comment.line <= one.block_end
                };
                if let Some(at) = open.iter().rposition(is_match) {
                    let ended = open.remove(at);
                    self.ranges.push((ended.from, comment.line, silenced));
                }
            }
            // Behind code they mean nothing.
            (Action::FileIgnore | Action::Disable | Action::Enable, _) => {}
        }
    }

    /// Whether `code` is silenced for what starts on `line`.
    #[must_use]
    pub fn silence(&self, code: RuleCode, line: usize) -> bool {
        let at = self.lines.partition_point(|(_, last, _)| *last < line);
        let on_line = self.lines.get(at).into_iter().chain(&self.ranges);
        self.whole_file.iter().any(|silenced| silenced.covers(code))
            || on_line
                .filter(|(first, last, _)| (*first..=*last).contains(&line))
                .any(|(_, _, silenced)| silenced.covers(code))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Ignore,
    FileIgnore,
    Disable,
    Enable,
}

/// The parts of a comment that begin with `#`, each without it and the blanks behind it.
fn parts(comment: &str) -> impl Iterator<Item = &str> {
    comment.split('#').skip(1).map(str::trim_start)
}

/// `ruff: noqa` and the like, which hold for the file when nothing else stands on their line.
fn file_directive(comment: &str, is_own_line: bool) -> Option<Silenced> {
    parts(comment).find_map(|part| {
        let word = part.trim_end();
        if word.eq_ignore_ascii_case("docgen: skip-file") {
            return Some(Silenced::All);
        }
        let rest = ["ruff", "flake8"]
            .iter()
            .find_map(|tool| part.strip_prefix(tool))?;
        let rest = rest.trim_start().strip_prefix(':')?.trim_start();
        let silenced = noqa(rest)?;
        is_own_line.then_some(silenced)
    })
}

/// `ruff: ignore[D103, D102]`.
fn ruff_directive(comment: &str) -> Option<(Action, &str)> {
    parts(comment).find_map(|part| {
        let rest = part.strip_prefix("ruff")?.trim_start();
        let rest = rest.strip_prefix(':')?.trim_start();
        let (action, codes) = rest.split_once('[')?;
        let action = match action.trim_end() {
            "ignore" => Action::Ignore,
            "file-ignore" => Action::FileIgnore,
            "disable" => Action::Disable,
            "enable" => Action::Enable,
            _ => return None,
        };
        let (codes, _) = codes.split_once(']')?;
        Some((action, codes))
    })
}

fn line_directive(comment: &str) -> Option<Silenced> {
    parts(comment).find_map(|part| {
        let skip = "docgen: skip";
        let is_skip = part
            .get(..skip.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(skip))
            && !part[skip.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
        if is_skip {
            return Some(Silenced::All);
        }
        noqa(part)
    })
}

/// `noqa`, or `noqa:` and codes; a `noqa` that runs into another word is none.
fn noqa(text: &str) -> Option<Silenced> {
    let word = text.get(..4)?;
    if !word.eq_ignore_ascii_case("noqa") {
        return None;
    }
    let after = &text[4..];
    let Some(codes) = after.trim_start().strip_prefix(':') else {
        let ends = after.is_empty() || after.starts_with(char::is_whitespace);
        return ends.then_some(Silenced::All);
    };
    let (named, codes) = listed_codes(codes);
    // `# noqa:` without a code silences nothing that ruff would own up to.
    (named > 0).then_some(Silenced::Codes(codes))
}

/// `D103, E501 F401`, or `D103E501`: capitals and digits, up to the first other word. How many
/// there are, and those that are docgen's.
fn listed_codes(text: &str) -> (usize, Vec<RuleCode>) {
    let (mut named, mut codes, mut rest) = (0, Vec::new(), text);
    loop {
        rest = rest.trim_start_matches([',', ' ', '\t']);
        let letters = rest
            .find(|c: char| !c.is_ascii_uppercase())
            .unwrap_or(rest.len());
        let digits = rest[letters..]
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len() - letters);
        let end = letters + digits;
        let follows = rest[end..].chars().next();
        let runs_on =
            follows.is_some_and(|c| !(c.is_whitespace() || c == ',' || c.is_ascii_uppercase()));
        if letters == 0 || digits == 0 || runs_on {
            return (named, codes);
        }
        named += 1;
        codes.extend(RuleCode::named(&rest[..end]));
        rest = &rest[end..];
    }
}

/// Whole codes divided by commas.
fn exact_codes(text: &str) -> Vec<RuleCode> {
    text.split(',')
        .filter_map(|code| RuleCode::named(code.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    fn of(text: &str) -> Suppressions {
        let tree = parse(text).unwrap();
        Suppressions::read(&tree.directive_comments(text))
    }

    /// Lines on which D103 is silenced.
    fn lines(text: &str) -> Vec<usize> {
        let suppressions = of(text);
        let count = text.lines().count();
        let lines = 1..=count;
        lines
            .filter(|&line| suppressions.silence(RuleCode::D103, line))
            .collect()
    }

    #[test]
    fn a_line_directive_silences_its_line() {
        for comment in [
            "# noqa",
            "#NOQA: E501, D103 because",
            "# pragma: no cover  # noqa:D103",
            "# noqa: D103E501",
            "# docgen: skip",
            "# ruff: ignore[E501, D103] why",
        ] {
            assert_eq!(
                lines(&format!("x = 1  {comment}\ny = 1\n")),
                [1],
                "{comment}"
            );
        }
        for comment in [
            "# noqa: D1",
            "# noqafoo",
            "# noqa; no",
            "# noqa:",
            "# noqa: E501",
            "# docgen: skip-file2",
            "# ruff: noqa",
            "# ruff: disable[D103]",
            "# ruff: ignore[D1]",
        ] {
            assert_eq!(
                lines(&format!("x = 1  {comment}\ny = 1\n")),
                [0; 0],
                "{comment}"
            );
        }
    }

    #[test]
    fn a_file_directive_stands_alone() {
        for comment in [
            "# ruff: noqa",
            "# flake8: noqa: D103",
            "# docgen: skip-file",
            "# ruff: file-ignore[D103]",
        ] {
            assert_eq!(lines(&format!("{comment}\nx = 1\n")), [1, 2], "{comment}");
        }
        for comment in ["# ruff: noqa:", "# RUFF: noqa", "# ruff: noqa: E501"] {
            assert_eq!(lines(&format!("{comment}\nx = 1\n")), [0; 0], "{comment}");
        }
    }

    #[test]
    fn joined_lines_share_a_directive() {
        assert_eq!(lines("x = '''\n\n'''  # noqa\ny = 1\n"), [1, 2, 3]);
        assert_eq!(lines("x = f'''\n{1}\n'''  # noqa\n"), [1, 2, 3]);
        assert_eq!(lines("x = 1 + \\\n    2  # noqa\n"), [1, 2]);
        assert_eq!(lines("x = (\n    2,\n)  # noqa\n"), [3]);
    }

    #[test]
    fn ranges_end_with_their_block() {
        let text = "# ruff: disable[D103]\nx = 1\n# ruff: enable[D103]\ny = 1\n";
        assert_eq!(lines(text), [1, 2, 3]);
        let text = "class A:\n    # ruff: disable[D103]\n    x = 1\n    y = 1\nz = 1\n";
        assert_eq!(lines(text), [2, 3, 4]);
        let text = "# ruff: ignore[D103]\n\n# why\ndef f(\n    x,\n):\n    pass\n";
        assert_eq!(lines(text), [4, 5, 6]);
    }
}
