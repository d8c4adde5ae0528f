//! Which rules are in force, by the selectors that ruff's users know: `D103`, `D1`, `DOC`, `ALL`.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use ignore::overrides::{Override, OverrideBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RuleCode;
use super::values::{Glob, InvalidValue};

/// A set of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSet(u32);

impl RuleSet {
    /// Every rule.
    pub const ALL: Self = Self(u32::MAX);
    /// No rule at all.
    pub const EMPTY: Self = Self(0);
    /// No rule but those about files that cannot be read, which are always in force.
    const NONE: Self = Self(1 << RuleCode::E902 as u32 | 1 << RuleCode::E999 as u32);

    /// Whether `code` is in force.
    #[must_use]
    pub fn contains(self, code: RuleCode) -> bool {
        self.0 & (1 << code as u32) != 0
    }

    /// The set with `code` in it.
    #[must_use]
    pub fn with(self, code: RuleCode) -> Self {
        Self(self.0 | 1 << code as u32)
    }

    /// The rules of both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any rule about drifted docstrings is in force.
    #[must_use]
    pub fn has_drift_rules(self) -> bool {
        RuleCode::ALL
            .iter()
            .any(|code| !code.is_missing() && !code.is_unread() && self.contains(*code))
    }

    /// The rules that `select` names and `ignore` does not; where both name one, the longer
    /// selector counts, and `ignore` if they are the same.
    pub(crate) fn resolve(select: &[RuleSelector], ignore: &[RuleSelector]) -> Self {
        let mut set = Self::NONE;
        for code in RuleCode::ALL {
            let longest = |selectors: &[RuleSelector]| {
                selectors.iter().filter_map(|one| one.reach(*code)).max()
            };
            let (selected, ignored) = (longest(select), longest(ignore));
            if selected.is_some() && selected > ignored {
                set.0 |= 1 << *code as u32;
            }
        }
        set
    }

    fn without(self, ignored: &[RuleSelector]) -> Self {
        let mut set = self;
        for code in RuleCode::ALL {
            let is_ignored = ignored.iter().any(|one| one.reach(*code).is_some());
            if is_ignored && !code.is_unread() {
                set.0 &= !(1 << *code as u32);
            }
        }
        set
    }
}

/// A code, the beginning of some, or `ALL`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct RuleSelector(String);

impl RuleSelector {
    /// Every rule.
    #[must_use]
    pub fn all() -> Self {
        Self("ALL".to_owned())
    }

    /// How much of `code` it spells out; `None` if it does not select it.
    fn reach(&self, code: RuleCode) -> Option<usize> {
        match self.0.as_str() {
            "ALL" => Some(0),
            prefix if is_prefix(prefix, code) => Some(prefix.len()),
            _ => None,
        }
    }
}

/// `D` is pydocstyle's family, and not the beginning of `DOC102` or `DG105`.
fn is_prefix(prefix: &str, code: RuleCode) -> bool {
    let family = |text: &str| {
        let end = text.find(|c: char| c.is_ascii_digit());
        end.unwrap_or(text.len())
    };
    let (code, length) = (code.as_str(), family(prefix));
    code.starts_with(prefix) && family(code) == length
}

impl TryFrom<String> for RuleSelector {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<RuleSelector> for String {
    fn from(selector: RuleSelector) -> Self {
        selector.0
    }
}

impl FromStr for RuleSelector {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim().to_ascii_uppercase();
        let mut codes = RuleCode::ALL.iter().filter(|code| !code.is_unread());
        if text == "ALL" || codes.clone().any(|code| is_prefix(&text, *code)) {
            return Ok(Self(text));
        }
        if RuleCode::ALL
            .iter()
            .any(|code| code.is_unread() && is_prefix(&text, *code))
        {
            return Err(InvalidValue::new(format!(
                "`{text}` cannot be chosen: files that cannot be read are always reported"
            )));
        }
        let near = codes.find(|code| strsim::damerau_levenshtein(code.as_str(), &text) == 1);
        let advice = near.map_or(
            "rules are ALL, D, D1, D100 to D107, D417, DOC, DOC102 to DOC502, DG, DG105 to DG404"
                .to_owned(),
            |code| format!("did you mean `{code}`?"),
        );
        Err(InvalidValue::new(format!(
            "no rule begins with `{text}`; {advice}"
        )))
    }
}

/// Globs of files, each with the rules that are not in force there.
pub type PerFileIgnores = BTreeMap<Glob, Vec<RuleSelector>>;

/// The rules in force, file by file.
#[derive(Debug, Clone)]
pub struct Rules {
    everywhere: RuleSet,
    exceptions: Vec<Exception>,
}

#[derive(Debug, Clone)]
struct Exception {
    files: Override,
    /// `!glob`: every file but those that match.
    is_inverted: bool,
    ignored: Vec<RuleSelector>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            everywhere: RuleSet::ALL,
            exceptions: Vec::new(),
        }
    }
}

impl Rules {
    /// `everywhere`, less what `per_file` ignores; its globs are relative to `root`.
    pub(crate) fn new(everywhere: RuleSet, per_file: &PerFileIgnores, root: &Path) -> Self {
        let exceptions = per_file.iter().filter_map(|(glob, ignored)| {
            let pattern = glob.as_str();
            let (is_inverted, pattern) = match pattern.strip_prefix('!') {
                Some(pattern) => (true, pattern),
                None => (false, pattern),
            };
            let mut builder = OverrideBuilder::new(root);
            // A glob that does not compile was refused when it was read.
            let files = builder.add(pattern).ok()?.build().ok()?;
            Some(Exception {
                files,
                is_inverted,
                ignored: ignored.clone(),
            })
        });
        Self {
            everywhere,
            exceptions: exceptions.collect(),
        }
    }

    /// The rules in force for the file at `path`, which is absolute.
    #[must_use]
    pub fn of_file(&self, path: &Path) -> RuleSet {
        let mut rules = self.everywhere;
        for exception in &self.exceptions {
            let top = exception.files.path();
            let mut folders = path.ancestors().take_while(|path| path.starts_with(top));
            let is_match = folders.next().is_some_and(|file| {
                exception.files.matched(file, false).is_whitelist()
                    || folders.any(|folder| exception.files.matched(folder, true).is_whitelist())
            });
            if is_match != exception.is_inverted {
                rules = rules.without(&exception.ignored);
            }
        }
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selectors(texts: &[&str]) -> Vec<RuleSelector> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn codes(select: &[&str], ignore: &[&str]) -> String {
        let (select, ignore) = (selectors(select), selectors(ignore));
        let set = RuleSet::resolve(&select, &ignore);
        let codes = RuleCode::ALL.iter().filter(|code| !code.is_unread());
        let codes = codes.filter(|code| set.contains(**code));
        codes
            .map(|code| code.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn the_longer_selector_counts() {
        assert_eq!(codes(&["D"], &["D1"]), "D417");
        assert_eq!(codes(&["D103", "DG"], &["D", "DG1"]), "D103 DG203 DG404");
        assert_eq!(codes(&["ALL"], &["ALL"]), "");
        assert_eq!(codes(&["doc5"], &[]), "DOC501 DOC502");
        assert!(RuleSet::NONE.contains(RuleCode::E999));
    }

    #[test]
    fn what_selects_nothing_is_refused() {
        let fault = |text: &str| text.parse::<RuleSelector>().unwrap_err().to_string();
        assert_eq!(
            fault("D108"),
            "no rule begins with `D108`; did you mean `D100`?"
        );
        assert!(fault("X").contains("rules are ALL, D, D1"));
        assert!(fault("E999").contains("always reported"));
    }

    #[test]
    fn globs_name_files_and_folders() {
        let ignores: PerFileIgnores = [
            ("tests", &["D1"][..]),
            ("__init__.py", &["D104"]),
            ("!src/**/*.py", &["DG"]),
        ]
        .into_iter()
        .map(|(glob, codes)| (Glob::try_from(glob.to_owned()).unwrap(), selectors(codes)))
        .collect();
        let rules = Rules::new(RuleSet::ALL, &ignores, Path::new("/p"));
        let holds = |path: &str, code| rules.of_file(Path::new(path)).contains(code);
        assert!(!holds("/p/tests/a/b.py", RuleCode::D103));
        assert!(!holds("/p/src/x/__init__.py", RuleCode::D104));
        assert!(holds("/p/src/x/__init__.py", RuleCode::D103));
        assert!(holds("/p/src/a.py", RuleCode::DG105));
        assert!(!holds("/p/lib/a.py", RuleCode::DG105));
        assert!(holds("/p/tests/a.py", RuleCode::E999));
    }
}
