//! A set of rules.

use super::RuleCode;

/// Which rules are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSet(u32);

impl RuleSet {
    /// Every rule.
    pub const ALL: Self = Self(u32::MAX);

    /// Whether `code` is in force.
    #[must_use]
    pub fn contains(self, code: RuleCode) -> bool {
        self.0 & (1 << code as u32) != 0
    }

    /// Whether any rule about drifted docstrings is in force.
    #[must_use]
    pub fn has_drift_rules(self) -> bool {
        RuleCode::ALL
            .iter()
            .any(|code| !code.is_missing() && !code.is_unread() && self.contains(*code))
    }
}
