//! Comments that silence a rule: `# noqa`, `# noqa: D103`, `# ruff: noqa`, `# flake8: noqa` and
//! docgen's own `# docgen: skip` and `# docgen: skip-file`.

use super::RuleCode;

/// What a file's comments silence.
#[derive(Debug, Default)]
pub struct Suppressions {
    whole_file: Option<Silenced>,
    /// 1-based line and what is silenced on it, in the order of the text.
    lines: Vec<(usize, Silenced)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Silenced {
    All,
    Codes(Vec<String>),
}

impl Silenced {
    /// Codes silence when they are whole, as ruff has it: `D1` does not cover `D103`.
    fn covers(&self, code: RuleCode) -> bool {
        match self {
            Self::All => true,
            Self::Codes(codes) => codes.iter().any(|silenced| silenced == code.as_str()),
        }
    }
}

impl Suppressions {
    /// Reads the directives out of a file's comments, each given with its 1-based line.
    pub fn read<'t>(comments: impl Iterator<Item = (usize, &'t str)>) -> Self {
        let mut suppressions = Self::default();
        for (line, comment) in comments {
            if let Some(silenced) = file_directive(comment) {
                match (&mut suppressions.whole_file, silenced) {
                    (Some(Silenced::Codes(known)), Silenced::Codes(more)) => known.extend(more),
                    (whole_file, silenced) => *whole_file = Some(silenced),
                }
            } else if let Some(silenced) = line_directive(comment) {
                suppressions.lines.push((line, silenced));
            }
        }
        suppressions
    }

    /// Whether `code` is silenced for what starts on `line`.
    #[must_use]
    pub fn silence(&self, code: RuleCode, line: usize) -> bool {
        self.whole_file
            .as_ref()
            .is_some_and(|silenced| silenced.covers(code))
            || self
                .lines
                .iter()
                .any(|(at, silenced)| *at == line && silenced.covers(code))
    }
}

fn file_directive(comment: &str) -> Option<Silenced> {
    let text = comment.trim_start_matches('#').trim();
    if text.eq_ignore_ascii_case("docgen: skip-file") {
        return Some(Silenced::All);
    }
    let (tool, rest) = text.split_once(':')?;
    if !["ruff", "flake8"].contains(&tool.trim().to_ascii_lowercase().as_str()) {
        return None;
    }
    let rest = rest.trim();
    let (word, codes) = rest.split_once(':').unwrap_or((rest, ""));
    match (word.trim().eq_ignore_ascii_case("noqa"), codes.trim()) {
        (false, _) => None,
        (true, "") => Some(Silenced::All),
        (true, codes) => Some(Silenced::Codes(read_codes(codes))),
    }
}

fn line_directive(comment: &str) -> Option<Silenced> {
    let mut rest = comment;
    while let Some(at) = rest.find('#') {
        rest = rest[at + 1..].trim_start();
        if rest
            .get(..12)
            .is_some_and(|word| word.eq_ignore_ascii_case("docgen: skip"))
            && !rest[12..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
        {
            return Some(Silenced::All);
        }
        if !rest
            .get(..4)
            .is_some_and(|word| word.eq_ignore_ascii_case("noqa"))
        {
            continue;
        }
        let after = rest[4..].trim_start();
        return match after.strip_prefix(':') {
            Some(codes) => {
                let codes = read_codes(codes);
                // `# noqa:` without a code silences nothing that ruff would own up to.
                (!codes.is_empty()).then_some(Silenced::Codes(codes))
            }
            None => Some(Silenced::All),
        };
    }
    None
}

/// `D103, E501 F401`: letters and digits, divided by commas or blanks, up to the first other word.
fn read_codes(text: &str) -> Vec<String> {
    let is_code = |word: &&str| {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
        digits.len() < word.len()
            && !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split([',', ' ', '\t'])
        .filter(|word| !word.is_empty())
        .take_while(is_code)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(comment: &str) -> Suppressions {
        Suppressions::read([(3, comment)].into_iter())
    }

    #[test]
    fn a_line_directive_silences_its_line() {
        assert!(of("# noqa").silence(RuleCode::D103, 3));
        assert!(!of("# noqa").silence(RuleCode::D103, 4));
        assert!(of("# NOQA: E501, D103 because").silence(RuleCode::D103, 3));
        assert!(of("# pragma: no cover  # noqa:D103").silence(RuleCode::D103, 3));
        assert!(!of("# noqa: D1").silence(RuleCode::D103, 3));
        assert!(!of("# noqa: E501").silence(RuleCode::D103, 3));
        assert!(of("# docgen: skip").silence(RuleCode::D103, 3));
        assert!(!of("# docgen: skipper").silence(RuleCode::D103, 3));
    }

    #[test]
    fn a_file_directive_silences_the_file() {
        assert!(of("# ruff: noqa").silence(RuleCode::D100, 1));
        assert!(of("# flake8: noqa: D100").silence(RuleCode::D100, 1));
        assert!(!of("# flake8: noqa: D100").silence(RuleCode::D103, 9));
        assert!(of("# docgen: skip-file").silence(RuleCode::D103, 9));
    }
}
