//! Which plots a run's page has. One with nothing to show is left out.

use std::time::{Duration, SystemTime};

use super::svg::{About, Axes, Row, rows};
use crate::report::cache::{grouped, money};
use crate::report::count::{float, share};
use crate::report::requests::{RequestRow, Requests};
use crate::report::run::figures::Percent;
use crate::report::run_report::{FolderReport, RunReport, Totals};

/// Rows of a plot at most.
const MOST_ROWS: usize = 30;

/// Points of a line, and bars of a histogram.
const POINTS: u32 = 200;
const BARS: u32 = 30;

/// The window of a rate, in seconds.
const MINUTE: f64 = 60.0;

/// What became of the definitions and of the folders' coverage.
pub(super) fn of_outcomes(report: &RunReport) -> String {
    let mut plots = outcomes(report);
    plots.push_str(&coverage(report));
    plots.push_str(&quality(report));
    plots.push_str(&hot_spots(report));
    plots
}

/// What the requests were like.
pub(super) fn of_requests(requests: &Requests) -> String {
    let Some(series) = Series::new(&requests.records) else {
        return time(requests);
    };
    let mut plots = time(requests);
    plots.push_str(&series.requests(requests));
    plots.push_str(&series.tokens(requests));
    plots.push_str(&latency(requests));
    plots.push_str(&series.spent());
    plots.push_str(&series.paid());
    plots
}

fn outcomes(report: &RunReport) -> String {
    let totals = report.totals();
    let Totals {
        documented,
        mended,
        skipped,
        rejected,
        failed,
    } = totals;
    let parts = [
        ("documented", documented, "good"),
        ("mended", mended, "mended"),
        ("skipped", skipped, "before"),
        ("refused", rejected, "warn"),
        ("failed", failed, "bad"),
    ];
    let all: usize = parts.iter().map(|(_, count, _)| count).sum();
    if all == 0 {
        return String::new();
    }
    let bars = parts.iter().map(|(name, count, class)| Row {
        label: (*name).to_owned(),
        bars: vec![(share(*count, all), *class)],
        value: count.to_string(),
    });
    let bars: Vec<Row> = bars.collect();
    let told = parts.map(|(name, count, _)| format!("{count} {name}"));
    let about = About {
        id: "outcomes",
        title: "Outcomes",
        unit: "definitions",
        told: told.join(", "),
        legend: &[],
    };
    rows(&about, &bars)
}

fn coverage(report: &RunReport) -> String {
    let is_open = |one: &&FolderReport| {
        one.after.documented < one.after.needed || one.before.documented < one.after.documented
    };
    let folders: Vec<&FolderReport> = report.folders.iter().filter(is_open).collect();
    if folders.is_empty() {
        return String::new();
    }
    let shown = folders.iter().take(MOST_ROWS);
    let bars = shown.map(|one| {
        let (before, after) = (one.before.percent(), one.after.percent());
        Row {
            label: one.folder.clone(),
            bars: vec![(before / 100.0, "before"), (after / 100.0, "plot")],
            value: format!("{before:.0} → {}", Percent(after)),
        }
    });
    let bars: Vec<Row> = bars.collect();
    let unit = if folders.len() > MOST_ROWS {
        format!("the first {MOST_ROWS} of {} folders", folders.len())
    } else {
        "by folder".to_owned()
    };
    let about = About {
        id: "coverage",
        title: "Coverage",
        unit: &unit,
        told: format!(
            "From {} to {} of all; the table of folders has the figures.",
            Percent(report.before.percent()),
            Percent(report.after().percent())
        ),
        legend: &[("before", "before"), ("plot", "added by this run")],
    };
    rows(&about, &bars)
}

/// How many docstrings score how much, before and after.
fn quality(report: &RunReport) -> String {
    let mut counts = [(0_u32, 0_u32); 10];
    let bin = |score: f64| {
        (0..9_usize)
            .rev()
            .find(|bin| score >= tenth(*bin + 1))
            .map_or(0, |bin| bin + 1)
    };
    for score in report.outcomes().filter_map(|outcome| outcome.score) {
        for (score, is_after) in [(score.before, false), (score.after, true)] {
            if let Some(count) = counts.get_mut(bin(score)) {
                *if is_after { &mut count.1 } else { &mut count.0 } += 1;
            }
        }
    }
    let most = counts
        .iter()
        .map(|(before, after)| *before.max(after))
        .max();
    let most = most.unwrap_or_default();
    if most == 0 {
        return String::new();
    }
    let mut axes = Axes::new((100.0, f64::from(most.max(5))), (whole, whole));
    for (bin, (before, after)) in counts.iter().enumerate() {
        let (from, to) = (tenth(bin), tenth(bin + 1));
        let range = format!("{from:.0} to {to:.0}");
        let middle = from.midpoint(to);
        axes.bar(
            (from + 0.6, middle),
            (0.0, (*before).into()),
            "before",
            &format!("{range}: {before} before"),
        );
        axes.bar(
            (middle, to - 0.6),
            (0.0, (*after).into()),
            "plot",
            &format!("{range}: {after} after"),
        );
    }
    let quality = report.quality();
    let mean = |score: Option<f64>| score.map_or_else(String::new, |score| format!("{score:.1}"));
    axes.figure(&About {
        id: "quality",
        title: "Quality",
        unit: "docstrings by score, of 100; none scores 0",
        told: format!(
            "The mean goes from {} to {}.",
            mean(quality.before),
            mean(quality.after)
        ),
        legend: &[("before", "before"), ("plot", "after")],
    })
}

fn hot_spots(report: &RunReport) -> String {
    let most = report.hot_spots.iter().map(|spot| spot.cyclomatic).max();
    let Some(most) = most.filter(|most| *most > 0) else {
        return String::new();
    };
    let bars = report.hot_spots.iter().take(MOST_ROWS).map(|spot| Row {
        label: spot.name().to_owned(),
        bars: vec![(f64::from(spot.cyclomatic) / f64::from(most), "warn")],
        value: spot.cyclomatic.to_string(),
    });
    let bars: Vec<Row> = bars.collect();
    let about = About {
        id: "hot-spots-plot",
        title: "Complexity hot spots without a docstring",
        unit: "cyclomatic complexity",
        told: "The table of hot spots has the figures.".to_owned(),
        legend: &[],
    };
    rows(&about, &bars)
}

fn time(requests: &Requests) -> String {
    if requests.time.is_empty() || requests.sent == 0 {
        return String::new();
    }
    let bars = requests.time.iter().map(|part| Row {
        label: part.on.words().to_owned(),
        bars: vec![(part.percent / 100.0, "plot")],
        value: format!("{:.1} %, {}", part.percent, clock(part.seconds)),
    });
    let bars: Vec<Row> = bars.collect();
    let told = requests.time.iter();
    let told: Vec<String> = told
        .map(|part| format!("{} {:.1} %", part.on.words(), part.percent))
        .collect();
    let about = About {
        id: "time",
        title: "Where the time went",
        unit: "share of the wall time",
        told: told.join(", "),
        legend: &[],
    };
    rows(&about, &bars)
}

fn latency(requests: &Requests) -> String {
    let answered = requests.records.iter().filter(|row| row.end == "answered");
    let times: Vec<f64> = answered
        .map(|row| seconds(Duration::from_millis(row.latency_ms)))
        .collect();
    let (Some(latency), Some(most)) = (requests.latency, times.iter().copied().reduce(f64::max))
    else {
        return String::new();
    };
    let most = most.max(0.001) * 1.02;
    let width = most / f64::from(BARS);
    let counts: Vec<(f64, u32)> = (0..BARS)
        .map(|bar| {
            let from = f64::from(bar) * width;
            let within = times
                .iter()
                .filter(|time| **time >= from && **time < from + width);
            (from, u32::try_from(within.count()).unwrap_or(u32::MAX))
        })
        .collect();
    let highest = counts
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or_default();
    let mut axes = Axes::new((most, f64::from(highest.max(5))), (clock, whole));
    for (from, count) in counts {
        let title = format!("{} to {}: {count}", clock(from), clock(from + width));
        axes.bar((from, from + width), (0.0, count.into()), "plot", &title);
    }
    let marks = [
        ("median", latency.median_ms),
        ("p95", latency.p95_ms),
        ("p99", latency.p99_ms),
    ];
    for ((name, value), line) in marks.into_iter().zip(0..) {
        let value = seconds(Duration::from_millis(value));
        axes.mark(value.min(most), &format!("{name} {}", clock(value)), line);
    }
    axes.figure(&About {
        id: "latency",
        title: "Latency",
        unit: "requests by time to the whole answer",
        told: marks
            .map(|(name, value)| format!("{name} {value} ms"))
            .join(", "),
        legend: &[],
    })
}

/// The requests by the time since the first left, in seconds.
struct Series<'r> {
    rows: Vec<(f64, &'r RequestRow)>,
    end: f64,
}

impl<'r> Series<'r> {
    fn new(records: &'r [RequestRow]) -> Option<Self> {
        let first = records.iter().map(|row| row.sent).min()?;
        let since = |time: SystemTime| seconds(time.duration_since(first).unwrap_or_default());
        let mut rows: Vec<(f64, &RequestRow)> =
            records.iter().map(|row| (since(row.sent), row)).collect();
        rows.sort_by(|one, other| one.0.total_cmp(&other.0));
        let ends = rows
            .iter()
            .map(|(at, row)| at + seconds(Duration::from_millis(row.latency_ms)));
        let end = ends.reduce(f64::max)?.max(0.1);
        Some(Self { rows, end })
    }

    /// Points of a value that depends on the time.
    fn points(&self, value: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        let at = |point: u32| self.end * f64::from(point) / f64::from(POINTS);
        (0..=POINTS)
            .map(|point| (at(point), value(at(point))))
            .collect()
    }

    /// What `amount` comes to over the requests of the minute before each point.
    fn rate(&self, amount: impl Fn(&RequestRow) -> f64) -> Vec<(f64, f64)> {
        self.points(|now| {
            let recent = self
                .rows
                .iter()
                .filter(|(at, _)| *at <= now && *at > now - MINUTE);
            recent.map(|(_, row)| amount(row)).sum()
        })
    }

    /// What `amount` comes to over the requests that are answered at each point.
    fn sum(&self, amount: impl Fn(&RequestRow) -> f64) -> Vec<(f64, f64)> {
        let answered =
            |at: f64, row: &RequestRow| at + seconds(Duration::from_millis(row.latency_ms));
        self.points(|now| {
            // The last point has all.
            let done = self
                .rows
                .iter()
                .filter(|(at, row)| answered(*at, row) <= now + 1e-9);
            done.map(|(_, row)| amount(row)).sum()
        })
    }

    fn requests(&self, requests: &Requests) -> String {
        let points = self.rate(|_| 1.0);
        let limit = requests.limits.requests_per_minute.map(float);
        let told = format!(
            "{} requests in {}.",
            requests.records.len(),
            clock(self.end)
        );
        let mut axes = self.plot(&points, limit, whole);
        for (at, row) in self.rows.iter().filter(|(_, row)| row.end != "answered") {
            let class = if row.end == "throttled" {
                "warn"
            } else {
                "bad"
            };
            let status = row
                .status
                .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            axes.dot(
                *at,
                class,
                &format!("{}: {} ({status}) after {}", row.file, row.end, clock(*at)),
            );
        }
        let is_troubled = self.rows.iter().any(|(_, row)| row.end != "answered");
        axes.figure(&About {
            id: "rate",
            title: "Requests",
            unit: "sent in the last 60 seconds, by the time since the first",
            told,
            legend: if is_troubled {
                &[
                    ("plot", "sent"),
                    ("warn", "throttled (429)"),
                    ("bad", "failed"),
                ]
            } else {
                &[]
            },
        })
    }

    fn tokens(&self, requests: &Requests) -> String {
        let points = self.rate(|row| float(row.admitted_tokens));
        let limit = requests.limits.tokens_per_minute.map(float);
        self.plot(&points, limit, short).figure(&About {
            id: "token-rate",
            title: "Tokens at the quota",
            unit: "admitted in the last 60 seconds",
            told: "Prompts' estimates and output limits, as the quota counts them.".to_owned(),
            legend: &[],
        })
    }

    /// Tokens that were used by and by.
    fn spent(&self) -> String {
        let points = self.sum(|row| float(row.prompt_tokens + row.completion_tokens));
        let all: u64 = self
            .rows
            .iter()
            .map(|(_, row)| row.prompt_tokens + row.completion_tokens)
            .sum();
        if all == 0 {
            return String::new();
        }
        self.plot(&points, None, short).figure(&About {
            id: "tokens",
            title: "Tokens",
            unit: "of prompts and replies so far",
            told: format!("{} in all.", grouped(all)),
            legend: &[],
        })
    }

    /// Money that was spent by and by, if every price is known.
    fn paid(&self) -> String {
        let answered = || self.rows.iter().filter(|(_, row)| row.end == "answered");
        let all: f64 = answered().filter_map(|(_, row)| row.usd).sum();
        if all <= 0.0 || answered().any(|(_, row)| row.usd.is_none()) {
            return String::new();
        }
        let points = self.sum(|row| row.usd.unwrap_or_default());
        self.plot(&points, None, dollars).figure(&About {
            id: "money",
            title: "Money",
            unit: "US dollars so far",
            told: format!("{} in all.", money(all)),
            legend: &[],
        })
    }

    /// A line of points, with a limit unless it is far above them.
    fn plot(&self, points: &[(f64, f64)], limit: Option<f64>, told: fn(f64) -> String) -> Axes {
        let most = points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        let is_counted = told(0.5) == whole(0.5);
        let least: f64 = if is_counted { 5.0 } else { f64::MIN_POSITIVE };
        let near = limit.filter(|limit| *limit <= most * 4.0);
        let top = most.max(near.map_or(0.0, |limit| limit * 1.05)).max(least);
        let mut axes = Axes::new((self.end, top), (clock, told));
        axes.line(points);
        if let Some(limit) = near {
            axes.limit(limit, &format!("quota {}", told(limit)));
        }
        axes
    }
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// Ten, twenty and so on.
fn tenth(bin: usize) -> f64 {
    f64::from(u32::try_from(bin).unwrap_or_default()) * 10.0
}

/// A whole number.
fn whole(value: f64) -> String {
    format!("{value:.0}")
}

/// A large number in thousands or millions.
fn short(value: f64) -> String {
    let trimmed = |value: f64, unit: &str| {
        let text = format!("{value:.1}");
        format!("{}{unit}", text.strip_suffix(".0").unwrap_or(&text))
    };
    match value {
        _ if value >= 1e6 => trimmed(value / 1e6, "M"),
        _ if value >= 1e3 => trimmed(value / 1e3, "k"),
        _ => trimmed(value, ""),
    }
}

fn dollars(value: f64) -> String {
    if value > 0.0 && value < 0.01 {
        format!("${value:.4}")
    } else {
        format!("${value:.2}")
    }
}

/// A time in the unit that suits it: `250 ms`, `7.5 s`, `12 s`, `3:05`, `1:02:30`.
fn clock(value: f64) -> String {
    let whole = Duration::from_secs_f64(value.max(0.0)).as_secs();
    match value {
        _ if value <= 0.0 => "0 s".to_owned(),
        _ if value < 1.0 => format!("{:.0} ms", value * 1e3),
        _ if value < 10.0 => {
            let text = format!("{value:.1}");
            format!("{} s", text.strip_suffix(".0").unwrap_or(&text))
        }
        _ if value < 120.0 => format!("{value:.0} s"),
        _ if value < 3600.0 => format!("{}:{:02}", whole / 60, whole % 60),
        _ => format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_shortly() {
        let times = [0.0, 0.25, 7.5, 8.0, 12.0, 185.0, 3750.0].map(clock);
        assert_eq!(
            times,
            ["0 s", "250 ms", "7.5 s", "8 s", "12 s", "3:05", "1:02:30"]
        );
        assert_eq!([5.0, 1500.0, 2e6].map(short), ["5", "1.5k", "2M"]);
        assert_eq!([0.004, 1.5].map(dollars), ["$0.0040", "$1.50"]);
    }
}
