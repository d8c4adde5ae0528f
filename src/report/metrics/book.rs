//! Metrics in the text format of Prometheus (version 0.0.4), written and read back.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Upper bounds of a histogram's buckets, in seconds; the last bucket has none.
pub(super) const BOUNDS: [f64; 10] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// What kind of metric it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It only grows, from run to run.
    Counter,
    /// It is what it is after the last run.
    Gauge,
    /// Times by how long they were, from run to run.
    Histogram,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// All series of one name, by their labels as they are written.
#[derive(Debug)]
pub(super) struct Family {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    series: BTreeMap<String, Series>,
}

#[derive(Debug, Clone, Default)]
struct Series {
    /// A histogram's sum.
    value: f64,
    /// A histogram's counts by bucket, not added up.
    buckets: [f64; BOUNDS.len() + 1],
}

impl Family {
    pub(super) fn new(kind: Kind, name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            kind,
            series: BTreeMap::new(),
        }
    }

    /// Adds to a series, which begins with 0.
    pub(super) fn add(&mut self, labels: &[(&str, &str)], value: f64) {
        self.series.entry(written(labels)).or_default().value += value;
    }

    /// Counts a time in a histogram.
    pub(super) fn observe(&mut self, labels: &[(&str, &str)], seconds: f64) {
        let series = self.series.entry(written(labels)).or_default();
        series.value += seconds;
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        if let Some(count) = series.buckets.get_mut(bucket.unwrap_or(BOUNDS.len())) {
            *count += 1.0;
        }
    }

    /// Takes in what an earlier run has written: counters go on; gauges stay where nothing newer is known,
    /// and those of other projects do. `own` is the label of this one, which comes first.
    pub(super) fn take_in(&mut self, earlier: &Earlier, own: &str) {
        match self.kind {
            Kind::Counter => {
                for (labels, value) in earlier.of(self.name) {
                    self.series.entry(labels.to_owned()).or_default().value += value;
                }
            }
            Kind::Gauge => {
                let is_newer = self.series.keys().any(|labels| labels.starts_with(own));
                for (labels, value) in earlier.of(self.name) {
                    if !(is_newer && labels.starts_with(own)) {
                        self.series.entry(labels.to_owned()).or_default().value = value;
                    }
                }
            }
            Kind::Histogram => self.take_in_times(earlier),
        }
    }

    fn take_in_times(&mut self, earlier: &Earlier) {
        for (labels, sum) in earlier.of(&format!("{}_sum", self.name)) {
            let name = format!("{}_bucket", self.name);
            let upto = |bound: &str| earlier.get(&name, &with(labels, &format!("le=\"{bound}\"")));
            let bounds = BOUNDS.iter().map(ToString::to_string);
            let bounds = bounds.chain(["+Inf".to_owned()]);
            let Some(totals) = bounds
                .map(|bound| upto(&bound))
                .collect::<Option<Vec<f64>>>()
            else {
                continue;
            };
            let series = self.series.entry(labels.to_owned()).or_default();
            series.value += sum;
            let mut before = 0.0;
            for (count, total) in series.buckets.iter_mut().zip(totals) {
                *count += (total - before).max(0.0);
                before = total;
            }
        }
    }

    /// The family as text; nothing if it has no series.
    pub(super) fn write(&self, text: &mut String) {
        if self.series.is_empty() {
            return;
        }
        let (name, kind) = (self.name, self.kind.word());
        // Nothing goes wrong in writing to a string.
        _ = writeln!(text, "# HELP {name} {}\n# TYPE {name} {kind}", self.help);
        for (labels, series) in &self.series {
            if self.kind != Kind::Histogram {
                _ = writeln!(text, "{name}{{{labels}}} {}", number(series.value));
                continue;
            }
            let mut total = 0.0;
            let bounds = BOUNDS.iter().map(ToString::to_string);
            for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(series.buckets) {
                total += count;
                let labels = with(labels, &format!("le=\"{bound}\""));
                _ = writeln!(text, "{name}_bucket{{{labels}}} {}", number(total));
            }
            let sum = number(series.value);
            _ = writeln!(
                text,
                "{name}_sum{{{labels}}} {sum}\n{name}_count{{{labels}}} {}",
                number(total)
            );
        }
    }
}

fn with(labels: &str, label: &str) -> String {
    if labels.is_empty() {
        label.to_owned()
    } else {
        format!("{labels},{label}")
    }
}

/// Labels between the braces, their values escaped.
pub(super) fn written(labels: &[(&str, &str)]) -> String {
    let one = |(name, value): &(&str, &str)| {
        let value = value
            .replace('\\', r"\\")
            .replace('"', "\\\"")
            .replace('\n', r"\n");
        format!("{name}=\"{value}\"")
    };
    labels.iter().map(one).collect::<Vec<_>>().join(",")
}

/// Without the noise of adding up fractions.
fn number(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// What an earlier run has written.
#[derive(Debug, Default)]
pub(super) struct Earlier(BTreeMap<String, BTreeMap<String, f64>>);

impl Earlier {
    /// Reads a file that [`Family::write`] has written; `None` if it is another.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut earlier = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if let Some(comment) = line.strip_prefix("# ") {
                let (_, rest) = comment.split_once(' ')?;
                if !rest.starts_with("docgen_") {
                    return None;
                }
                continue;
            }
            let (series, value) = line.rsplit_once(' ')?;
            let (name, labels) = series.strip_suffix('}')?.split_once('{')?;
            let value = value.parse().ok().filter(|value: &f64| value.is_finite())?;
            if !name.starts_with("docgen_") {
                return None;
            }
            let family = earlier.0.entry(name.to_owned()).or_default();
            family.insert(labels.to_owned(), value);
        }
        Some(earlier)
    }

    fn of(&self, name: &str) -> impl Iterator<Item = (&str, f64)> {
        let series = self.0.get(name).into_iter().flatten();
        series.map(|(labels, value)| (labels.as_str(), *value))
    }

    fn get(&self, name: &str, labels: &str) -> Option<f64> {
        self.0.get(name)?.get(labels).copied()
    }
}
