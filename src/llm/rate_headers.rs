//! What an answer's headers say of the quota (`x-ratelimit-*`). Each of them may be missing; Azure
//! writes whole seconds where OpenAI writes `6m0s`.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// What a service says of its quota.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateHeaders {
    /// `x-ratelimit-limit-requests`. Some deployments give it for 10 seconds, others for a minute, so
    /// that no pace can be drawn from it.
    pub limit_requests: Option<u64>,
    /// `x-ratelimit-remaining-requests`.
    pub remaining_requests: Option<u64>,
    /// `x-ratelimit-limit-tokens`, for a minute.
    pub limit_tokens: Option<u64>,
    /// `x-ratelimit-remaining-tokens`.
    pub remaining_tokens: Option<u64>,
    /// `x-ratelimit-reset-requests`: until the requests are counted anew.
    pub reset_requests: Option<Duration>,
    /// `x-ratelimit-reset-tokens`: until the tokens are counted anew.
    pub reset_tokens: Option<Duration>,
}

impl RateHeaders {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        let number = |name: &str| text(name)?.parse().ok();
        let time = |name: &str| text(name).and_then(duration);
        Self {
            limit_requests: number("x-ratelimit-limit-requests"),
            limit_tokens: number("x-ratelimit-limit-tokens"),
            remaining_tokens: number("x-ratelimit-remaining-tokens"),
            remaining_requests: number("x-ratelimit-remaining-requests"),
            reset_tokens: time("x-ratelimit-reset-tokens"),
            reset_requests: time("x-ratelimit-reset-requests"),
        }
    }
}

/// Seconds, or a duration as Go writes it: `1s`, `6m0s`, `120ms`, `1h2m`.
fn duration(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let mut total = 0.0;
    let mut rest = text;
    while !rest.is_empty() {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let count: f64 = rest[..unit_at].parse().ok()?;
        let unit = &rest[unit_at..];
        let end = unit
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(unit.len());
        total += count
            * match &unit[..end] {
                "h" => 3600.0,
                "m" => 60.0,
                "s" => 1.0,
                "ms" => 1e-3,
                "us" | "µs" => 1e-6,
                _ => return None,
            };
        rest = &unit[end..];
    }
    Duration::try_from_secs_f64(total)
        .ok()
        .filter(|_| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_both_services_write_them() {
        for (text, milliseconds) in [
            ("8", 8_000),
            ("0.5", 500),
            ("1s", 1_000),
            ("6m0s", 360_000),
            ("120ms", 120),
            ("1h2m3.5s", 3_723_500),
        ] {
            assert_eq!(
                duration(text),
                Some(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in ["", "s", "5 seconds", "-1", "1x", "nan", "1e400"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn each_header_may_be_missing_or_odd() {
        assert_eq!(RateHeaders::read(&HeaderMap::new()), RateHeaders::default());
        let headers = [
            ("x-ratelimit-limit-tokens", "8000"),
            ("x-ratelimit-remaining-tokens", " 7000 "),
            ("x-ratelimit-remaining-requests", "many"),
            ("x-ratelimit-reset-tokens", "12"),
        ];
        let headers = headers
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .into_iter()
            .collect();
        assert_eq!(
            RateHeaders::read(&headers),
            RateHeaders {
                limit_tokens: Some(8_000),
                remaining_tokens: Some(7_000),
                reset_tokens: Some(Duration::from_secs(12)),
                ..RateHeaders::default()
            }
        );
    }
}
