//! Units that words tell, against what the code shows of them.

use super::frame::Frame;
use super::told_default::Named;
use super::words::words_of;

/// A unit of measure, as far as docstrings speak of it.
#[derive(Debug)]
struct Unit {
    /// Its name in the singular; the plural has an `s` more.
    word: &'static str,
    /// Other ways to write it in prose.
    signs: &'static [&'static str],
    /// Last words of identifiers that say it.
    suffixes: &'static [&'static str],
    /// What in code, in lower case, shows that it is meant.
    evidence: &'static [&'static str],
}

/// The units that are checked.
const UNITS: &[Unit] = &[
    Unit {
        word: "nanosecond",
        signs: &["ns"],
        suffixes: &["ns", "nanos", "nanoseconds", "nanosecond"],
        evidence: &["nano", "_ns", "1e9", "1e-9", "1_000_000_000", "1000000000"],
    },
    Unit {
        word: "microsecond",
        signs: &["µs", "us"],
        suffixes: &[
            "us",
            "usec",
            "usecs",
            "micros",
            "microseconds",
            "microsecond",
        ],
        evidence: &[
            "micro",
            "_us",
            "usec",
            "1e6",
            "1e-6",
            "1_000_000",
            "1000000",
        ],
    },
    Unit {
        word: "millisecond",
        signs: &["ms"],
        suffixes: &[
            "ms",
            "msec",
            "msecs",
            "millis",
            "milliseconds",
            "millisecond",
        ],
        evidence: &[
            "milli", "ms", "msec", "1000", "1_000", "1e3", "1e-3", "0.001",
        ],
    },
    Unit {
        word: "second",
        signs: &["sec", "secs"],
        suffixes: &["s", "sec", "secs", "seconds", "second"],
        evidence: &[
            "sec",
            "sleep",
            "timeout",
            "time.",
            "time(",
            "monotonic",
            "perf_counter",
            "timedelta",
            "wait",
            "delay",
            "interval",
            "duration",
            "expire",
            "max_age",
            "ttl",
            "lifetime",
            "60",
            "86400",
            "poll",
            "timer",
            "elapsed",
            "deadline",
        ],
    },
    Unit {
        word: "minute",
        signs: &["min", "mins"],
        suffixes: &["min", "mins", "minutes", "minute"],
        evidence: &["minute", "mins", "60", "time"],
    },
    Unit {
        word: "hour",
        signs: &["hrs"],
        suffixes: &["hour", "hours", "hrs"],
        evidence: &["hour", "hrs", "3600", "3_600", "60", "24", "time"],
    },
    Unit {
        word: "day",
        signs: &[],
        suffixes: &["day", "days"],
        evidence: &["day", "86400", "86_400", "24", "date", "time"],
    },
    Unit {
        word: "week",
        signs: &[],
        suffixes: &["week", "weeks"],
        evidence: &["604800", "604_800"],
    },
    Unit {
        word: "fortnight",
        signs: &[],
        suffixes: &["fortnights"],
        evidence: &[],
    },
    Unit {
        word: "inch",
        signs: &["inches", "Inches"],
        suffixes: &["in", "inch", "inches"],
        evidence: &["25.4", "2.54", "dpi"],
    },
    Unit {
        word: "foot",
        signs: &["feet", "Feet", "ft"],
        suffixes: &["ft", "feet"],
        evidence: &["feet", "ft", "0.3048"],
    },
    Unit {
        word: "yard",
        signs: &[],
        suffixes: &["yards", "yd"],
        evidence: &["yd"],
    },
    Unit {
        word: "furlong",
        signs: &[],
        suffixes: &["furlongs"],
        evidence: &[],
    },
    Unit {
        word: "centimeter",
        signs: &["cm"],
        suffixes: &["cm", "centimeters"],
        evidence: &["cm"],
    },
    Unit {
        word: "millimeter",
        signs: &["mm"],
        suffixes: &["mm", "millimeters"],
        evidence: &["mm"],
    },
    Unit {
        word: "pound",
        signs: &["lbs", "lb"],
        suffixes: &["lb", "lbs", "pounds"],
        evidence: &["lb", "lbs", "gbp"],
    },
    Unit {
        word: "ounce",
        signs: &["oz"],
        suffixes: &["oz", "ounces"],
        evidence: &["oz"],
    },
    Unit {
        word: "liter",
        signs: &["litre", "litres"],
        suffixes: &["liters", "litres"],
        evidence: &["litre"],
    },
    Unit {
        word: "kelvin",
        signs: &[],
        suffixes: &["kelvin"],
        evidence: &["273"],
    },
    Unit {
        word: "celsius",
        signs: &[],
        suffixes: &["celsius"],
        evidence: &["temp"],
    },
    Unit {
        word: "fahrenheit",
        signs: &[],
        suffixes: &["fahrenheit"],
        evidence: &["temp"],
    },
    Unit {
        word: "month",
        signs: &[],
        suffixes: &["month", "months"],
        evidence: &["date", "time", "12"],
    },
    Unit {
        word: "year",
        signs: &[],
        suffixes: &["year", "years"],
        evidence: &["date", "time", "365"],
    },
    Unit {
        word: "terabyte",
        signs: &["TB", "TiB"],
        suffixes: &["tb", "tib", "terabytes"],
        evidence: &["tb", "tib", "1024"],
    },
    Unit {
        word: "bit",
        signs: &[],
        suffixes: &["bit", "bits"],
        evidence: &["bit", "<<", ">>", "0x", "byte", "mask"],
    },
    Unit {
        word: "watt",
        signs: &[],
        suffixes: &["watts"],
        evidence: &[],
    },
    Unit {
        word: "volt",
        signs: &[],
        suffixes: &["volts"],
        evidence: &[],
    },
    Unit {
        word: "byte",
        signs: &[],
        suffixes: &["byte", "bytes", "nbytes"],
        evidence: &[
            "byte", "read", "write", "size", "chunk", "buffer", "buf", "1024", "encode", "seek",
            "tell", "recv", "stat", "len(", "length", "offset", "memory", "limit", "file", "data",
            "stream", "struct",
        ],
    },
    Unit {
        word: "kilobyte",
        signs: &["kB", "KB", "KiB"],
        suffixes: &["kb", "kib", "kilobytes"],
        evidence: &["kb", "kib", "kilo", "1024", "1000"],
    },
    Unit {
        word: "megabyte",
        signs: &["MB", "MiB"],
        suffixes: &["mb", "mib", "megabytes"],
        evidence: &[
            "mb",
            "mib",
            "mega",
            "1024",
            "1e6",
            "1000000",
            "1_000_000",
            "1048576",
        ],
    },
    Unit {
        word: "gigabyte",
        signs: &["GB", "GiB"],
        suffixes: &["gb", "gib", "gigabytes"],
        evidence: &["gb", "gib", "giga", "1024", "1e9"],
    },
    Unit {
        word: "percent",
        signs: &["percentage"],
        suffixes: &["percent", "pct", "percentage", "perc"],
        evidence: &["percent", "pct", "100", "%", "ratio", "quantile"],
    },
    Unit {
        word: "degree",
        signs: &["°"],
        suffixes: &["deg", "degs", "degree", "degrees"],
        evidence: &[
            "deg", "360", "180", "90", "radians(", "angle", "rotat", "lat", "lon", "temp",
        ],
    },
    Unit {
        word: "radian",
        signs: &["rad"],
        suffixes: &["rad", "rads", "radians"],
        evidence: &["rad", "sin", "cos", "tan", "pi", "angle", "theta", "phi"],
    },
    Unit {
        word: "pixel",
        signs: &["px"],
        suffixes: &["px", "pixel", "pixels"],
        evidence: &[
            "pixel", "px", "width", "height", "image", "size", "canvas", "dpi",
        ],
    },
    Unit {
        word: "meter",
        signs: &["metre", "metres"],
        suffixes: &["meter", "meters", "metre", "metres"],
        evidence: &["meter", "metre", "_m", "distance", "radius", "srid"],
    },
    Unit {
        word: "kilometer",
        signs: &["km"],
        suffixes: &["km", "kms", "kilometers"],
        evidence: &["km", "kilom", "6371", "1000"],
    },
    Unit {
        word: "mile",
        signs: &[],
        suffixes: &["mi", "mile", "miles"],
        evidence: &["mile", "_mi", "1.6", "3959", "3958"],
    },
    Unit {
        word: "kilogram",
        signs: &["kg"],
        suffixes: &["kg", "kgs", "kilograms"],
        evidence: &["kg", "kilog"],
    },
    Unit {
        word: "gram",
        signs: &[],
        suffixes: &["g", "grams"],
        evidence: &["gram", "_g"],
    },
    Unit {
        word: "cent",
        signs: &[],
        suffixes: &["cents"],
        evidence: &["cent", "100", "currency", "amount", "price", "money"],
    },
    Unit {
        word: "hertz",
        signs: &["Hz"],
        suffixes: &["hz", "hertz"],
        evidence: &["hz", "hertz", "freq", "rate"],
    },
];

/// Words after a unit with which it measures: «seconds to wait», «bytes per request».
const MEASURING: &[&str] = &[
    "to", "before", "after", "between", "until", "since", "per", "that",
];

/// The unit that the words tell.
fn told(text: &str) -> Option<&'static Unit> {
    let said: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" x ");
    let words: Vec<&str> = said
        .split(|c: char| c.is_whitespace() || "(),;.:[]".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let lower = word.to_lowercase();
        let unit = UNITS.iter().find(|unit| unit.is(word, &lower))?;
        let before = |back: usize| at.checked_sub(back).and_then(|at| words.get(at)).copied();
        let after = words.get(at + 1).copied();
        let is_sign = !lower.starts_with(unit.word);
        let follows_in = matches!(before(1), Some("in" | "In"));
        let is_counted = matches!(
            (before(2), before(1)),
            (Some("number" | "Number"), Some("of"))
        );
        let measures = at == 0 && after.is_some_and(|after| MEASURING.contains(&after));
        let in_brackets =
            said.contains(&format!("({word})")) || said.contains(&format!("[{word}]"));
        // «in minutes» and «in days» also say how soon; «in degrees» how far.
        let is_loose = matches!(
            unit.word,
            "minute" | "day" | "hour" | "week" | "month" | "year" | "bit" | "foot"
        ) && after.is_some()
            && ![".", ",", ")"]
                .iter()
                .any(|end| said.contains(&format!("{word}{end}")));
        let is_told = follows_in && !is_loose || in_brackets;
        (is_told || !is_sign && (is_counted || measures)).then_some(unit)
    })
}

impl Unit {
    fn is(&self, word: &str, lower: &str) -> bool {
        let plural = lower.strip_suffix('s').unwrap_or(lower);
        plural == self.word || lower == self.word || self.signs.contains(&word)
    }

    fn is_in_name(&self, name: &str) -> bool {
        let words = words_of(name);
        let last = words.last().filter(|_| words.len() > 1 || name.len() > 2);
        last.is_some_and(|last| self.suffixes.contains(&last.as_str()))
    }

    /// Whether the code shows it, in a name, a number or a comment.
    fn is_shown(&self, code: &str) -> bool {
        let code = code.to_lowercase();
        let words: Vec<&str> = code.split(|c: char| !c.is_alphanumeric()).collect();
        // `ms` is in `params` too, and `usec` in `UseClient`; longer signs may be parts of names.
        let is_short = |sign: &str| sign.len() < 5 && sign.chars().all(char::is_alphanumeric);
        code.contains(self.word)
            || self.evidence.iter().any(|sign| {
                if is_short(sign) {
                    words.contains(sign)
                } else if sign.starts_with('_') {
                    // `_us` is in `_user` too.
                    code.match_indices(sign).any(|(at, _)| {
                        let after = code.get(at + sign.len()..).unwrap_or_default();
                        !after.starts_with(char::is_alphanumeric)
                    })
                } else {
                    code.contains(sign)
                }
            })
    }
}

/// What is wrong with the unit that a text about one parameter, attribute or result tells.
pub(super) fn of_one(text: &str, named: Named<'_>, frame: &Frame<'_>) -> Option<String> {
    let unit = told(text)?;
    let name = named.name;
    let constant = named
        .default
        .filter(|_| named.default.is_some_and(is_constant));
    let shown = [Some(name), constant].into_iter().flatten();
    for shown in shown {
        let meant = UNITS.iter().find(|unit| unit.is_in_name(shown));
        if let Some(meant) = meant {
            let message = format!("tells {}s, but `{shown}` is in {}s", unit.word, meant.word);
            return (meant.word != unit.word).then_some(message);
        }
    }
    let annotation = named
        .annotation
        .unwrap_or_default()
        .trim_matches(['"', '\'']);
    let bare = annotation
        .strip_suffix("| None")
        .unwrap_or(annotation)
        .trim();
    if bare.ends_with("timedelta") {
        return Some(format!(
            "tells {}s, but `{annotation}` has no unit",
            unit.word
        ));
    }
    of_any(text, frame).filter(|_| !unit.is_shown(name))
}

/// What is wrong with the unit that prose tells.
pub(super) fn of_any(text: &str, frame: &Frame<'_>) -> Option<String> {
    let unit = told(text)?;
    let is_shown = unit.is_shown(&frame.without_docstrings());
    (!is_shown).then(|| format!("tells {}s, which the code does not show", unit.word))
}

fn is_constant(default: &str) -> bool {
    default.contains(|c: char| c.is_alphabetic())
        && default
            .chars()
            .all(|c| c.is_ascii_uppercase() || "_.0123456789".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_and_words_are_not() {
        let told = |text| told(text).map(|unit| unit.word);
        for (text, unit) in [
            ("How long to wait, in seconds.", "second"),
            ("Milliseconds to wait.", "millisecond"),
            ("The number of bytes.", "byte"),
            ("The timeout (ms).", "millisecond"),
            ("The angle in degrees.", "degree"),
            ("The share in percent.", "percent"),
            ("Measured in weeks. It is so.", "week"),
        ] {
            assert_eq!(told(text), Some(unit), "{text}");
        }
        for text in [
            "The second one.",
            "Takes 5 minutes.",
            "In `seconds`.",
            "The bytes to write.",
            "A day of the week.",
            "Done in minutes after it began.",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_tells_its_unit_at_its_end() {
        let unit_of = |name: &str| {
            let unit = UNITS.iter().find(|unit| unit.is_in_name(name));
            unit.map(|unit| unit.word)
        };
        assert_eq!(unit_of("timeout_ms"), Some("millisecond"));
        assert_eq!(unit_of("sizeBytes"), Some("byte"));
        assert_eq!(unit_of("delay_s"), Some("second"));
        assert_eq!(unit_of("seconds"), Some("second"));
        assert_eq!(unit_of("s"), None);
        assert_eq!(unit_of("ms_of"), None);
        assert_eq!(unit_of("params"), None);
    }
}
