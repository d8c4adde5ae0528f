//! The types of single settings, numbers first: each one can only hold a value that is allowed.
//!
//! Files, environment variables and flags all go through them, so a bad value is refused where it
//! stands. They read from text with [`FromStr`], which is what flags and variables use.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a value is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidValue(String);

impl InvalidValue {
    pub(super) fn new(reason: String) -> Self {
        Self(reason)
    }
}

/// Columns a line may have, 40 to 320 (ruff's own upper bound).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "i64")]
pub struct LineLength(u16);

impl LineLength {
    /// The narrowest line that leaves room for words inside nested code.
    pub const MIN: u16 = 40;
    /// The widest line ruff accepts.
    pub const MAX: u16 = 320;
    /// What ruff and black use when nobody says otherwise.
    pub const DEFAULT: Self = Self(88);

    /// Takes `columns` if it is within the bounds.
    #[must_use]
    pub fn new(columns: u16) -> Option<Self> {
        (Self::MIN..=Self::MAX)
            .contains(&columns)
            .then_some(Self(columns))
    }

    /// The allowed length nearest to `columns`.
    #[must_use]
    pub fn nearest(columns: i64) -> Self {
        let within = columns.clamp(Self::MIN.into(), Self::MAX.into());
        u16::try_from(within).map_or(Self::DEFAULT, Self)
    }

    /// The columns.
    #[must_use]
    pub fn columns(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for LineLength {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<i64> for LineLength {
    type Error = InvalidValue;

    fn try_from(columns: i64) -> Result<Self, InvalidValue> {
        u16::try_from(columns)
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| outside(&columns, Self::MIN, Self::MAX))
    }
}

impl FromStr for LineLength {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        parse::<i64>(text, "a whole number")?.try_into()
    }
}

impl fmt::Display for LineLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number from `MIN` to `MAX`, with or without decimals.
macro_rules! bounded_number {
    ($(#[$meta:meta])* $name:ident, $min:literal, $max:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "f64")]
        pub struct $name(f64);

        impl $name {
            /// Takes `value` if it is a number within the bounds.
            #[must_use]
            pub fn new(value: f64) -> Option<Self> {
                ($min..=$max).contains(&value).then_some(Self(value))
            }

            /// The number.
            #[must_use]
            pub fn value(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = InvalidValue;

            fn try_from(value: f64) -> Result<Self, InvalidValue> {
                Self::new(value).ok_or_else(|| outside(&value, $min, $max))
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                parse::<f64>(text, "a number")?.try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

bounded_number!(
    /// A share from 0 to 100.
    Percent,
    0.0,
    100.0
);
bounded_number!(
    /// A sampling temperature, 0 to 2.
    Temperature,
    0.0,
    2.0
);

bounded_number!(
    /// US dollars: what something costs, or may.
    Dollars,
    0.0,
    1e9
);
bounded_number!(
    /// Seconds, up to a day.
    Seconds,
    0.0,
    86_400.0
);

impl Dollars {
    /// One dollar.
    pub(super) const ONE: Self = Self(1.0);
}

/// How long something may take, as people write it: `90s`, `10m`, `1h30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct TimeLimit(Duration);

impl TimeLimit {
    /// The time.
    #[must_use]
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for TimeLimit {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let time = text.trim().parse::<SignedDuration>().ok();
        let time = time.and_then(|time| Duration::try_from(time).ok());
        time.filter(|time| !time.is_zero())
            .map(Self)
            .ok_or_else(|| {
                InvalidValue(format!(
                    "`{text}` is no time such as `90s`, `10m` or `1h30m`"
                ))
            })
    }
}

impl TryFrom<String> for TimeLimit {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<TimeLimit> for String {
    fn from(limit: TimeLimit) -> Self {
        limit.to_string()
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No limit that was read is too long for it.
        let time = SignedDuration::try_from(self.0).unwrap_or(SignedDuration::MAX);
        write!(f, "{time:#}")
    }
}

/// Tokens that a model takes in one request, prompt and reply together.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "i64")]
pub struct ContextWindow(u32);

impl ContextWindow {
    /// The smallest that has room for the rules, a definition and a reply.
    pub const MIN: u32 = 4_096;
    /// What nearly every model takes; Azure's own take four times as much or more.
    pub const DEFAULT: Self = Self(32_768);

    /// The tokens.
    #[must_use]
    pub fn tokens(self) -> u64 {
        u64::from(self.0)
    }

    /// The same, or less where a model takes no more than `tokens`.
    #[must_use]
    pub fn within(self, tokens: u64) -> Self {
        let tokens = u32::try_from(tokens).unwrap_or(u32::MAX);
        Self(self.0.min(tokens).max(Self::MIN))
    }
}

impl TryFrom<i64> for ContextWindow {
    type Error = InvalidValue;

    fn try_from(tokens: i64) -> Result<Self, InvalidValue> {
        u32::try_from(tokens)
            .ok()
            .filter(|tokens| *tokens >= Self::MIN)
            .map(Self)
            .ok_or_else(|| outside(&tokens, Self::MIN, u32::MAX))
    }
}

/// Reads a whole number of at least 1, as variables give it.
pub(crate) fn positive<T: FromStr>(text: &str) -> Result<T, InvalidValue> {
    parse(text, "a whole number of at least 1")
}

fn parse<T: FromStr>(text: &str, expected: &str) -> Result<T, InvalidValue> {
    text.trim()
        .parse()
        .map_err(|_| InvalidValue(format!("`{text}` is not {expected}")))
}

fn outside<T: fmt::Display, B: fmt::Display>(value: &T, min: B, max: B) -> InvalidValue {
    InvalidValue(format!("`{value}` is not within {min} to {max}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: FromStr<Err = InvalidValue> + fmt::Debug>(text: &str) -> String {
        text.parse::<T>().unwrap_err().to_string()
    }

    #[test]
    fn a_time_is_written_as_people_write_it() {
        let seconds = |text: &str| text.parse::<TimeLimit>().map(|time| time.0.as_secs());
        for (text, expected) in [
            ("90s", 90),
            ("10m", 600),
            ("1h30m", 5400),
            ("PT2H", 7200),
            (" 2 hours ", 7200),
        ] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "90", "0s", "-5m", "1 fortnight", "soon"] {
            let fault = format!("`{text}` is no time such as `90s`, `10m` or `1h30m`");
            assert_eq!(error::<TimeLimit>(text), fault);
        }
        assert_eq!("90m".parse::<TimeLimit>().unwrap().to_string(), "1h 30m");
    }

    #[test]
    fn numbers_keep_their_bounds() {
        assert_eq!("100".parse::<LineLength>().unwrap().columns(), 100);
        assert_eq!(error::<LineLength>("39"), "`39` is not within 40 to 320");
        assert_eq!(error::<LineLength>("wide"), "`wide` is not a whole number");
        assert!((" 87.5".parse::<Percent>().unwrap().value() - 87.5).abs() < f64::EPSILON);
        assert_eq!(error::<Percent>("100.5"), "`100.5` is not within 0 to 100");
        assert_eq!(error::<Percent>("NaN"), "`NaN` is not within 0 to 100");
        assert_eq!(error::<Temperature>("2.1"), "`2.1` is not within 0 to 2");
        assert_eq!(LineLength::nearest(i64::MAX).columns(), 320);
        assert_eq!(LineLength::nearest(-1).columns(), 40);
    }
}
