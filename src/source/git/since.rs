//! Dates as git understands them, told from the names of revisions: git itself takes any word for
//! a date, and one that it does not know for now.

/// What a text may be that is no revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Date {
    /// A date, for git.
    Point(String),
    /// Meant as a date, and none.
    Wrong,
    /// Something else.
    Other,
}

/// Takes `2026-11-01`, with or without a time and an offset after it (ISO 8601), `yesterday` and `3 weeks
/// ago`. A day begins at midnight, here.
pub(super) fn date(text: &str) -> Date {
    let text = text.trim();
    if is_relative(text) {
        return Date::Point(text.to_owned());
    }
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let numbers: Vec<&str> = day.split('-').collect();
    let [year, month, day_of_month] = numbers[..] else {
        return Date::Other;
    };
    let is_number =
        |text: &str, width| text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(year, 4) {
        return Date::Other;
    }
    let is_within = |text: &str, most: u8| {
        is_number(text, 2) && text.parse::<u8>().is_ok_and(|n| (1..=most).contains(&n))
    };
    if !is_within(month, 12) || !is_within(day_of_month, 31) || !time.is_none_or(is_time) {
        return Date::Wrong;
    }
    // Without a time git takes the present one.
    let time = time.unwrap_or("00:00:00");
    Date::Point(format!("{day}T{time}"))
}

/// `12:00`, `12:00:30`, each perhaps followed by `Z` or an offset.
fn is_time(text: &str) -> bool {
    let clock = text.split(['Z', '+', '-']).next().unwrap_or_default();
    let parts: Vec<&str> = clock.trim_end().split(':').collect();
    let limits = [23, 59, 60];
    let is_clock = (2..=3).contains(&parts.len())
        && parts.iter().zip(limits).all(|(part, most)| {
            part.len() == 2 && part.parse::<u8>().is_ok_and(|number| number <= most)
        });
    let is_known = |c: char| c.is_ascii_digit() || matches!(c, ':' | '+' | '-' | 'Z' | ' ' | '.');
    is_clock && text.chars().all(is_known)
}

fn is_relative(text: &str) -> bool {
    const UNITS: [&str; 7] = ["second", "minute", "hour", "day", "week", "month", "year"];
    if text == "yesterday" {
        return true;
    }
    let words: Vec<&str> = text.split([' ', '.']).collect();
    let [count, unit, "ago"] = words[..] else {
        return false;
    };
    count.parse::<u32>().is_ok() && UNITS.contains(&unit.strip_suffix('s').unwrap_or(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_other_names() {
        let date_of = |text| match date(text) {
            Date::Point(date) => date,
            other => format!("{other:?}"),
        };
        assert_eq!(date_of("2026-11-01"), "2026-11-01T00:00:00");
        assert_eq!(date_of("2026-11-01T12:30Z"), "2026-11-01T12:30Z");
        assert_eq!(
            date_of("2026-11-01 12:30:15 +0200"),
            "2026-11-01T12:30:15 +0200"
        );
        assert_eq!(date_of("3 weeks ago"), "3 weeks ago");
        assert_eq!(date_of("1.day.ago"), "1.day.ago");
        assert_eq!(date_of("yesterday"), "yesterday");
        for wrong in [
            "2026-13-01",
            "2026-11-32",
            "2026-11-1",
            "2026-11-01Tnoon",
            "2026-11-01T25:00",
        ] {
            assert_eq!(date(wrong), Date::Wrong, "{wrong}");
        }
        for other in ["mian", "v1.0", "some weeks ago", "", "1-2-3", "ago"] {
            assert_eq!(date(other), Date::Other, "{other}");
        }
    }
}
