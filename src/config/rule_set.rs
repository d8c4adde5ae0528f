//! Which rules are in force, by the selectors that ruff's users know: `D103`, `D1`, `DOC`, `ALL`.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RuleCode;
use super::values::InvalidValue;

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

    /// The set less what `ignored` names.
    pub(crate) fn without(self, ignored: &[RuleSelector]) -> Self {
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

    /// Whether it selects whatever `other` selects.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let mut codes = RuleCode::ALL.iter();
        codes.all(|code| other.reach(*code).is_none() || self.reach(*code).is_some())
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
}
