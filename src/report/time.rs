//! Times as people read them, where they are.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// When something began that goes on: `12:01:07`, with the day unless that is today.
#[must_use]
pub fn since(time: SystemTime, now: SystemTime) -> String {
    since_in(&TimeZone::system(), time, now)
}

fn since_in(zone: &TimeZone, time: SystemTime, now: SystemTime) -> String {
    let day = |time| in_zone(zone, time, "%Y-%m-%d");
    let format = if day(time) == day(now) {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    in_zone(zone, time, format)
}

/// A time to the minute: `2026-11-21 12:01`.
pub(super) fn minute(time: SystemTime) -> String {
    in_zone(&TimeZone::system(), time, "%Y-%m-%d %H:%M")
}

/// A time for programs: RFC 3339 in UTC, to the second.
pub(super) fn rfc3339(time: SystemTime) -> String {
    in_zone(&TimeZone::UTC, time, "%Y-%m-%dT%H:%M:%SZ")
}

/// The same, to the millisecond.
pub(super) fn rfc3339_milliseconds(time: SystemTime) -> String {
    in_zone(&TimeZone::UTC, time, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

fn in_zone(zone: &TimeZone, time: SystemTime, format: &str) -> String {
    let timestamp = Timestamp::try_from(time).unwrap_or_default();
    timestamp
        .to_zoned(zone.clone())
        .strftime(format)
        .to_string()
}

/// A duration to the second: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
pub(super) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, 0..10) => format!("{:.1} s", time.as_secs_f64()),
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_today_needs_no_day() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_262_467);
        let zone = TimeZone::UTC;
        let said = |later| since_in(&zone, time, time + Duration::from_hours(later));
        assert_eq!(said(1), "12:01:07");
        assert_eq!(said(24), "2026-11-21 12:01:07");
        assert_eq!(rfc3339(time), "2026-11-21T12:01:07Z");
        let time = time + Duration::from_millis(80);
        assert_eq!(rfc3339_milliseconds(time), "2026-11-21T12:01:07.080Z");
    }

    #[test]
    fn durations_are_short() {
        let said = |seconds| duration(Duration::from_millis(seconds));
        assert_eq!(said(420), "0.4 s");
        assert_eq!(said(12_900), "12 s");
        assert_eq!(said(185_000), "3 min 5 s");
        assert_eq!(said(7_800_000), "2 h 10 min");
    }
}
