//! What a deployment says of its quota against what the settings say.

use std::fmt::Write as _;

use super::Checkup;
use crate::config::Quota;
use crate::llm::RateHeaders;

/// What the check is about.
pub(super) const ABOUT: &str = "quota";

/// The headers against the settings.
pub(super) fn check(headers: RateHeaders, settings: &Quota) -> Checkup {
    let sides = [
        Side {
            what: "requests",
            key: "requests_per_minute",
            limit: headers.limit_requests,
            left: headers.remaining_requests,
            set: settings.requests_per_minute.map(|set| set.get().into()),
        },
        Side {
            what: "tokens",
            key: "tokens_per_minute",
            limit: headers.limit_tokens,
            left: headers.remaining_tokens,
            set: settings.tokens_per_minute.map(|set| set.get().into()),
        },
    ];
    let known: Vec<&Side> = sides.iter().filter(|side| side.limit.is_some()).collect();
    if known.is_empty() {
        return Checkup::skipped(ABOUT, "no quota headers");
    }
    let join = |parts: Vec<String>, word: &str| parts.join(word);
    let limits = known.iter().map(|side| side.shown()).collect();
    let mut message = format!("quota: {}", join(limits, ", "));
    let above: Vec<&&Side> = known.iter().filter(|side| side.is_above()).collect();
    let unset: Vec<&&Side> = known.iter().filter(|side| side.set.is_none()).collect();
    if !above.is_empty() {
        let settings = above
            .iter()
            .filter_map(|side| side.setting(side.set?.into()));
        _ = write!(message, "; above that: {}", join(settings.collect(), ", "));
        let lower = above.iter().filter_map(|side| side.setting(side.limit));
        let lower = join(lower.collect(), " and ");
        let hint = format!("set {lower} or less{}", caution(&above));
        return Checkup::warning(ABOUT, message).with_hint(hint);
    }
    if !unset.is_empty() {
        let keys = unset.iter().map(|side| format!("`{}`", side.key)).collect();
        _ = write!(message, "; not set: {}", join(keys, " and "));
        let settings = unset.iter().filter_map(|side| side.setting(side.limit));
        let settings = join(settings.collect(), " and ");
        let hint = format!("set {settings} under `[quota]`{}", caution(&unset));
        return Checkup::warning(ABOUT, message).with_hint(hint);
    }
    Checkup::ok(ABOUT, message)
}

/// The header's unit is not the same everywhere.
fn caution(sides: &[&&Side]) -> &'static str {
    match sides.first() {
        Some(first) if first.what == "requests" => {
            " (some deployments give their requests for 10 seconds: six times as many then)"
        }
        _ => "",
    }
}

/// Requests or tokens.
struct Side {
    what: &'static str,
    key: &'static str,
    limit: Option<u64>,
    left: Option<u64>,
    set: Option<u64>,
}

impl Side {
    fn is_above(&self) -> bool {
        matches!((self.set, self.limit), (Some(set), Some(limit)) if set > limit)
    }

    fn shown(&self) -> String {
        let (what, limit) = (self.what, self.limit.unwrap_or_default());
        match self.left {
            Some(left) => format!("{left} of {limit} {what} left"),
            None => format!("{limit} {what}"),
        }
    }

    fn setting(&self, value: Option<u64>) -> Option<String> {
        Some(format!("`{} = {}`", self.key, value?))
    }
}
