//! The units of measure that are checked: how prose, names and code say each.

use crate::generate::words::words_of;

/// A unit of measure, as far as docstrings speak of it.
#[derive(Debug)]
pub(super) struct Unit {
    /// Its name in the singular; the plural has an `s` more.
    pub(super) word: &'static str,
    /// Other ways to write it in prose.
    signs: &'static [&'static str],
    /// Last words of identifiers that say it.
    suffixes: &'static [&'static str],
    /// What in code, in lower case, shows that it is meant.
    evidence: &'static [&'static str],
}

impl Unit {
    /// Whether a word, `lower` in lower case, names it.
    pub(super) fn is(&self, word: &str, lower: &str) -> bool {
        let plural = lower.strip_suffix('s').unwrap_or(lower);
        plural == self.word || lower == self.word || self.signs.contains(&word)
    }

    /// Whether the last word of an identifier says it.
    pub(super) fn is_in_name(&self, name: &str) -> bool {
        let words = words_of(name);
        let last = words.last().filter(|_| words.len() > 1 || name.len() > 2);
        last.is_some_and(|last| self.suffixes.contains(&last.as_str()))
    }

    /// Whether the code shows it, in a name, a number or a comment.
    pub(super) fn is_shown(&self, code: &str) -> bool {
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

/// The units that are checked.
pub(super) const UNITS: &[Unit] = &[
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

#[cfg(test)]
mod tests {
    use super::*;

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
