//! The grammar of comments that silence rules: what one of them says, before it is known what it
//! speaks for.
//!
//! ruff's grammar is followed to the letter, since the same comments have to mean the same to
//! both; `docgen: skip` and `docgen: skip-file` are docgen's own.

use super::{RuleCode, RuleSet};

/// What a comment says to the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive<'t> {
    /// Where it begins in the comment, at its `#`.
    pub(super) at: usize,
    /// What it says.
    pub(super) order: Order<'t>,
}

/// An order to the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order<'t> {
    /// `# noqa`: silences its line.
    Noqa(RuleSet),
    /// `# ruff: noqa` or `# flake8: noqa`: silences the file.
    FileNoqa(RuleSet),
    /// `# docgen: skip`
    Skip,
    /// `# docgen: skip-file`
    SkipFile,
    /// `# ruff: ignore[…]`: silences a statement.
    Ignore(RuleSet),
    /// `# ruff: file-ignore[…]`: silences the file.
    FileIgnore(RuleSet),
    /// `# ruff: disable[…]`: silences what follows, until its `enable` or the block's end.
    Disable(Vec<&'t str>),
    /// `# ruff: enable[…]`
    Enable(Vec<&'t str>),
}

/// The directives in a comment, in the order of the text. Of each kind of `noqa` only the first
/// in a comment counts, and a faulty one silences nothing.
pub(super) fn directives(comment: &str) -> impl Iterator<Item = Directive<'_>> {
    let (mut has_noqa, mut has_file_noqa) = (false, false);
    // A comment behind a comment is one too: `# pragma: no cover  # noqa`.
    let starts = comment
        .bytes()
        .enumerate()
        .filter(|(_, byte)| *byte == b'#');
    starts.filter_map(move |(at, _)| {
        let words = comment.get(at + 1..)?.trim_start();
        let order = match words.as_bytes().first()? {
            b'n' | b'N' if !has_noqa => {
                let rest = after_noqa(words)?;
                has_noqa = true;
                Order::Noqa(noqa_codes(rest)?)
            }
            b'r' => {
                let rest = after_colon(words.strip_prefix("ruff")?)?;
                match after_noqa(rest) {
                    Some(_) if has_file_noqa => return None,
                    Some(rest) => {
                        has_file_noqa = true;
                        Order::FileNoqa(noqa_codes(rest)?)
                    }
                    None => ruff_order(rest)?,
                }
            }
            b'f' if !has_file_noqa => {
                let rest = after_noqa(after_colon(words.strip_prefix("flake8")?)?)?;
                has_file_noqa = true;
                Order::FileNoqa(noqa_codes(rest)?)
            }
            b'd' | b'D' => docgen_order(words)?,
            _ => return None,
        };
        Some(Directive { at, order })
    })
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let start = text.get(..word.len())?;
    start
        .eq_ignore_ascii_case(word)
        .then(|| &text[word.len()..])
}

fn after_noqa(text: &str) -> Option<&str> {
    strip_word(text, "noqa")
}

fn after_colon(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix(':').map(str::trim_start)
}

fn docgen_order(words: &str) -> Option<Order<'static>> {
    let rest = strip_word(after_colon(strip_word(words, "docgen")?)?, "skip")?;
    let (rest, order) = match strip_word(rest, "-file") {
        Some(rest) => (rest, Order::SkipFile),
        None => (rest, Order::Skip),
    };
    let is_whole = !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'));
    is_whole.then_some(order)
}

/// What follows `noqa`: nothing, a reason, or a colon and codes. `None` is a faulty directive.
fn noqa_codes(rest: &str) -> Option<RuleSet> {
    match rest.chars().next() {
        None | Some('#') => Some(RuleSet::ALL),
        Some(':') => codes_of_list(&rest[1..]),
        Some(c) if c.is_whitespace() => match rest.trim_start().strip_prefix(':') {
            Some(list) => codes_of_list(list),
            None => Some(RuleSet::ALL),
        },
        // `# noqafoo`, `# noqa; D103`
        Some(_) => None,
    }
}

/// `D103, E501 F401 why`: codes divided by commas or blanks, or by nothing, up to the first word
/// that is none. `None` if there is no code, or letters cling to one.
fn codes_of_list(list: &str) -> Option<RuleSet> {
    let mut codes = RuleSet::EMPTY;
    let (mut has_code, mut clings) = (false, false);
    let mut rest = list.trim_start();
    loop {
        if let Some(after) = rest.strip_prefix(',') {
            rest = after.trim_start();
            continue;
        }
        let letters = length(rest, |c| c.is_ascii_uppercase());
        let digits = length(&rest[letters..], |c| c.is_ascii_digit());
        if letters == 0 || digits == 0 {
            let is_faulty = clings && letters > 0;
            return (has_code && !is_faulty).then_some(codes);
        }
        let (code, after) = rest.split_at(letters + digits);
        codes = with(codes, code);
        has_code = true;
        match after.chars().next() {
            None | Some('#') => return Some(codes),
            Some(next) => {
                clings = next.is_ascii_uppercase();
                if !(clings || next == ',' || next.is_whitespace()) {
                    return None;
                }
            }
        }
        rest = after.trim_start();
    }
}

fn length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn with(codes: RuleSet, code: &str) -> RuleSet {
    RuleCode::named(code).map_or(codes, |code| codes.with(code))
}

/// `disable[D103, D102] why`, and the like.
fn ruff_order(text: &str) -> Option<Order<'_>> {
    let verbs = ["disable", "enable", "file-ignore", "ignore"];
    let verb = verbs.into_iter().find(|verb| text.starts_with(verb))?;
    let codes = bracketed_codes(&text[verb.len()..])?;
    let set = || codes.iter().copied().fold(RuleSet::EMPTY, with);
    Some(match verb {
        "ignore" => Order::Ignore(set()),
        "file-ignore" => Order::FileIgnore(set()),
        "enable" => Order::Enable(codes),
        _ => Order::Disable(codes),
    })
}

/// The words in `[…]`, divided by commas; `None` if the list is empty or faulty.
fn bracketed_codes(text: &str) -> Option<Vec<&str>> {
    let mut rest = text.trim_start().strip_prefix('[')?.trim_start();
    let mut codes = Vec::new();
    loop {
        if rest.starts_with(']') {
            break;
        }
        if !rest.starts_with(char::is_alphabetic) {
            return None;
        }
        let end = length(rest, |c| {
            c.is_alphanumeric() || matches!(c, '_' | '-' | ':')
        });
        let (code, after) = rest.split_at(end);
        codes.push(code);
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None if rest.starts_with(']') => break,
            None => return None,
        }
    }
    (!codes.is_empty()).then_some(codes)
}

/// The rules that a list of codes names.
pub(super) fn rules_of(codes: &[&str]) -> RuleSet {
    codes.iter().copied().fold(RuleSet::EMPTY, with)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(comment: &str) -> Vec<String> {
        let shown = |rules: RuleSet| {
            if rules == RuleSet::ALL {
                return "everything".to_owned();
            }
            let codes = RuleCode::ALL.iter().filter(|code| rules.contains(**code));
            codes
                .map(|code| code.as_str())
                .collect::<Vec<_>>()
                .join("+")
        };
        let show = |directive: Directive<'_>| match directive.order {
            Order::Noqa(rules) => format!("noqa {}", shown(rules)),
            Order::FileNoqa(rules) => format!("file {}", shown(rules)),
            Order::Ignore(rules) => format!("ignore {}", shown(rules)),
            Order::FileIgnore(rules) => format!("file-ignore {}", shown(rules)),
            Order::Disable(codes) => format!("disable {}", codes.join("+")),
            Order::Enable(codes) => format!("enable {}", codes.join("+")),
            Order::Skip => "skip".to_owned(),
            Order::SkipFile => "skip-file".to_owned(),
        };
        directives(comment).map(show).collect()
    }

    #[test]
    fn each_form_is_read() {
        let cases = [
            ("# noqa", "noqa everything"),
            ("#noqa:D103", "noqa D103"),
            ("# NoQA : D103 why", "noqa D103"),
            ("# noqa: D103E501D102", "noqa D102+D103"),
            ("# noqa: ,, D103", "noqa D103"),
            ("# noqa: E501", "noqa "),
            ("# noqa because", "noqa everything"),
            ("# x # ruff: noqa: D100", "file D100"),
            ("# flake8:noqa", "file everything"),
            ("# ruff: disable[D103, D102] why", "disable D103+D102"),
            ("# ruff:enable [D103,]", "enable D103"),
            ("# ruff: ignore[D103]", "ignore D103"),
            ("# ruff: file-ignore[D103]", "file-ignore D103"),
            ("# docgen: skip because", "skip"),
            ("#docgen:Skip-File", "skip-file"),
        ];
        for (comment, expected) in cases {
            assert_eq!(said(comment), [expected], "{comment}");
        }
        assert_eq!(said("# docgen: skip  # noqa: D102"), ["skip", "noqa D102"]);
    }

    #[test]
    fn what_is_no_directive_says_nothing() {
        for comment in [
            "# noqafoo",
            "# noqa; D103",
            "# noqa- D103",
            "# noqafoo # noqa",
            "# noqa:",
            "# noqa: d103",
            "# noqa: D103abc",
            "# noqa: D103Eabc",
            "# Ruff: noqa",
            "# ruff: noqafoo",
            "# ruff: disable",
            "# ruff: disable[]",
            "# ruff: disable[D103 D102]",
            "# ruff: disable[D103",
            "# ruff: isort: off",
            "# docgen: skipper",
            "# docgen: skip-files",
            "# say noqa",
        ] {
            assert!(said(comment).is_empty(), "{comment}: {:?}", said(comment));
        }
    }
}
