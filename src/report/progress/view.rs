//! What the progress of a run looks like: figures in, lines out.

use std::time::Duration;

use unicode_width::UnicodeWidthStr as _;

use super::state::{Asking, Ending, Phase, Rate, Share, View, Waiting};

/// Whether lines are colored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Colored,
}

impl Paint {
    fn paint(self, style: anstyle::Style, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colored => format!("{style}{text}{style:#}"),
        }
    }
}

const CYAN: anstyle::Style = anstyle::AnsiColor::Cyan.on_default();
const YELLOW: anstyle::Style = anstyle::AnsiColor::Yellow.on_default();
const DIM: anstyle::Style = anstyle::Style::new().dimmed();

/// The widest and the narrowest bar; with less room there is none.
const BAR: std::ops::RangeInclusive<usize> = 8..=40;

/// The lines on a terminal that is `columns` wide: none is wider than one less, so that none wraps.
/// While definitions are documented their number does not change.
pub(super) fn lines(view: &View, columns: usize, paint: Paint) -> Vec<String> {
    let room = columns.saturating_sub(1);
    if view.phase != Phase::Documenting {
        let time = clock(view.elapsed);
        let words = view.phase.words();
        return vec![fitting(
            room,
            &[format!("{words}, {time}"), words.to_owned()],
        )];
    }
    let mut lines = vec![bar_line(view, room, paint)];
    if let Some(asking) = &view.asking {
        lines.push(fitting(room, &spending(asking)));
    }
    lines.push(state_line(view, room, paint));
    lines
}

/// All of it on one line, for a log: every figure under a word of its own.
pub(super) fn log_line(view: &View) -> String {
    if view.phase != Phase::Documenting {
        return format!(
            "progress: {}, {} elapsed",
            view.phase.words(),
            clock(view.elapsed)
        );
    }
    let mut parts = vec![
        format!(
            "{} of {} definitions",
            view.definitions.done, view.definitions.total
        ),
        format!("{} of {} files", view.files.done, view.files.total),
    ];
    if let Some(asking) = &view.asking {
        parts.push(format!("{} in flight", asking.in_flight));
        for (rate, unit) in [
            (asking.requests, "requests/min"),
            (asking.tokens, "tokens/min"),
        ] {
            parts.push(match rate.quota {
                Some(quota) => format!("{} of {quota} {unit}", rate.last_minute),
                None => format!("{} {unit}", rate.last_minute),
            });
        }
        parts.push(format!("{} tokens", asking.spent));
        parts.push(money(asking));
    }
    parts.push(format!("{} elapsed", clock(view.elapsed)));
    if let Some(left) = view.left {
        parts.push(time_left(left));
    }
    let waiting = waiting_words(view).map(|(words, _)| format!("; {words}"));
    format!(
        "progress: {}{}",
        parts.join(", "),
        waiting.unwrap_or_default()
    )
}

/// The bar and what is done. Numbers are padded to the width that they will have, so that nothing
/// moves.
fn bar_line(view: &View, room: usize, paint: Paint) -> String {
    let share = |share: Share, noun: &str| {
        let total = share.total.to_string();
        format!(
            "{:>width$} of {total} {noun}",
            share.done,
            width = total.len()
        )
    };
    let Share { done, total } = view.definitions;
    let percent = format!("{:>3}%", (done * 100).checked_div(total).unwrap_or(0));
    let definitions = share(view.definitions, "definitions");
    let files = share(view.files, "files");
    let candidates = [
        format!("{percent}  {definitions}, {files}"),
        format!("{percent}  {definitions}"),
        percent.clone(),
    ];
    for (at, text) in candidates.iter().enumerate() {
        let left = room.saturating_sub(text.width() + 1);
        if left >= *BAR.start() {
            let bar = bar(view.definitions, left.min(*BAR.end()), paint);
            return format!("{bar} {text}");
        }
        // What is done of what matters more than its picture.
        if at + 1 < candidates.len() && text.width() <= room {
            return text.clone();
        }
    }
    fitting(room, &[percent])
}

fn bar(share: Share, width: usize, paint: Paint) -> String {
    let columns = u64::try_from(width).unwrap_or(u64::MAX);
    // In halves of a column.
    let halves = (share.done.min(share.total) * columns * 2)
        .checked_div(share.total)
        .unwrap_or(0);
    let halves = usize::try_from(halves).unwrap_or(usize::MAX);
    let mut full = "━".repeat(halves / 2);
    if halves % 2 == 1 {
        full.push('╸');
    }
    let rest = width - full.width();
    match paint {
        Paint::Plain => format!("{full}{}", " ".repeat(rest)),
        Paint::Colored => format!(
            "{}{}",
            paint.paint(CYAN, &full),
            paint.paint(DIM, &"━".repeat(rest))
        ),
    }
}

/// Rates, tokens and money, the longest form first.
fn spending(asking: &Asking) -> [String; 4] {
    let of = |rate: Rate| {
        let now = short(rate.last_minute);
        match rate.quota {
            Some(quota) => {
                let quota = short(quota);
                format!("{now:>width$}/{quota}", width = quota.len())
            }
            None => format!("{now:>4}"),
        }
    };
    let (requests, tokens) = (of(asking.requests), of(asking.tokens));
    // As wide as the plural, so that nothing jumps.
    let noun = match asking.requests {
        Rate {
            last_minute: 1,
            quota: None,
        } => " request",
        _ => "requests",
    };
    let spent = format!("{:>5}", short(asking.spent));
    let money = money(asking);
    [
        format!(
            "{requests} {noun}, {tokens} tokens in the last minute; {spent} tokens, {money} so far"
        ),
        format!("{requests} requests/min, {tokens} tokens/min; {spent} tokens, {money}"),
        format!(
            "{requests} rpm, {tokens} tpm; {}, {money}",
            spent.trim_start()
        ),
        format!("{} tokens, {money}", spent.trim_start()),
    ]
}

fn money(asking: &Asking) -> String {
    let usd = asking.usd;
    let sum = if usd < 1.0 {
        format!("${usd:.3}")
    } else {
        format!("${usd:.2}")
    };
    match (asking.unpriced, usd > 0.0) {
        (0, _) => sum,
        (_, true) => format!("over {sum} (a price is unknown)"),
        (_, false) => "price unknown".to_owned(),
    }
}

/// The time, and what is waited for.
fn state_line(view: &View, room: usize, paint: Paint) -> String {
    let clock = clock(view.elapsed);
    let left = view.left.map(time_left);
    let time = match &left {
        Some(left) => format!("{clock}, {left}"),
        None => clock.clone(),
    };
    let Some((waiting, is_held)) = waiting_words(view) else {
        return fitting(room, &[time, clock]);
    };
    let in_flight = view.asking.as_ref().map_or(0, |asking| asking.in_flight);
    // Where the run ends, the words say what is in flight.
    let is_full = |asking: &Asking| asking.waiting == Some(Waiting::Budget);
    let says_it = view.ending.is_some() || view.asking.as_ref().is_some_and(is_full);
    let flying = if is_held && in_flight > 0 && !says_it {
        format!("{in_flight} in flight, ")
    } else {
        String::new()
    };
    let candidates = [
        format!("{time}; {flying}{waiting}"),
        format!("{time}; {waiting}"),
        format!("{}; {waiting}", left.as_deref().unwrap_or(&clock)),
        waiting.clone(),
    ];
    let line = fitting(room, &candidates);
    if !is_held {
        return line;
    }
    match line.strip_suffix(waiting.as_str()) {
        Some(before) => format!("{before}{}", paint.paint(YELLOW, &waiting)),
        None => line,
    }
}

/// What is waited for, and whether it is anything else than answers.
fn waiting_words(view: &View) -> Option<(String, bool)> {
    let asking = view.asking.as_ref()?;
    let answers = || {
        let (count, noun) = counted(asking.in_flight, "answer");
        format!("waiting for {count} {noun}")
    };
    if let Some(ending) = view.ending {
        let why = ending.words();
        return Some(match asking.in_flight {
            0 => (why.to_owned(), true),
            _ => (format!("{why}, {}", answers()), ending == Ending::Budget),
        });
    }
    let about = |time: Option<Duration>, before: &str| {
        let time = time.filter(|time| *time >= Duration::from_secs(1))?;
        Some(format!("{before}{}", seconds(time)))
    };
    Some(match asking.waiting {
        None if asking.in_flight > 0 => (answers(), false),
        None => return None,
        Some(Waiting::Budget) => (
            format!("the budget has no room for more, {}", answers()),
            true,
        ),
        Some(Waiting::Concurrency) => (format!("{}, as many as may be", answers()), false),
        Some(Waiting::Requests(time)) => {
            let time = about(time, ", ").unwrap_or_default();
            (format!("waiting for the quota of requests{time}"), true)
        }
        Some(Waiting::Tokens(time)) => {
            let time = about(time, ", ").unwrap_or_default();
            (format!("waiting for the quota of tokens{time}"), true)
        }
        Some(Waiting::Shared(time)) => {
            let time = about(time, ", ").unwrap_or_default();
            (
                format!("waiting for other machines' share of the quota{time}"),
                true,
            )
        }
        Some(Waiting::Pause(time)) => {
            let time = about(time, " for ").unwrap_or_default();
            (format!("paused by the service{time} (429)"), true)
        }
        Some(Waiting::Down(time)) => {
            let time = about(time, ", tried again in ").unwrap_or_default();
            (format!("no deployment answers{time}"), true)
        }
        Some(Waiting::Elsewhere(definitions)) => {
            let (count, noun) = counted(definitions, "definition");
            (format!("another machine asks about {count} {noun}"), true)
        }
    })
}

fn counted(count: usize, noun: &str) -> (usize, String) {
    (count, crate::report::text::plural(count, noun))
}

/// The first candidate that fits into `room` columns; else the last, cut.
fn fitting(room: usize, candidates: &[String]) -> String {
    if let Some(line) = candidates.iter().find(|line| line.width() <= room) {
        return line.clone();
    }
    let mut line = String::new();
    for c in candidates.last().into_iter().flat_map(|line| line.chars()) {
        line.push(c);
        if line.width() >= room {
            line.pop();
            break;
        }
    }
    if room > 0 {
        line.push('…');
    }
    line
}

/// `1:23` or `1:02:03`.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// `12 s` or `3 min`, rounded up.
fn seconds(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1000);
    if seconds < 120 {
        format!("{seconds} s")
    } else {
        format!("{} min", seconds.div_ceil(60))
    }
}

/// As coarse as it is known.
fn time_left(left: Duration) -> String {
    let seconds = left.as_millis().div_ceil(1000);
    let up = |step: u128| seconds.div_ceil(step) * step;
    match seconds {
        0..=50 => format!("about {} s left", up(5).max(5)),
        51..=60 => "about 1 min left".to_owned(),
        61..=170 if up(30) % 60 == 30 => format!("about {} min 30 s left", up(30) / 60),
        61..=3_300 => format!("about {} min left", up(60) / 60),
        _ => match (up(300) / 3600, up(300) % 3600 / 60) {
            (hours, 0) => format!("about {hours} h left"),
            (hours, minutes) => format!("about {hours} h {minutes} min left"),
        },
    }
}

/// At most four characters but for very large numbers: `950`, `8.4k`, `88k`, `1.2M`.
fn short(count: u64) -> String {
    let scaled = |unit: u64, letter: char| {
        let tenths = count / (unit / 10);
        if tenths < 100 && !tenths.is_multiple_of(10) {
            format!("{}.{}{letter}", tenths / 10, tenths % 10)
        } else {
            format!("{}{letter}", tenths / 10)
        }
    };
    match count {
        0..=999 => count.to_string(),
        1_000..=999_999 => scaled(1_000, 'k'),
        1_000_000..=999_999_999 => scaled(1_000_000, 'M'),
        _ => scaled(1_000_000_000, 'G'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running() -> View {
        View {
            phase: Phase::Documenting,
            definitions: Share {
                done: 412,
                total: 1204,
            },
            files: Share {
                done: 38,
                total: 112,
            },
            elapsed: Duration::from_secs(83),
            left: Some(Duration::from_secs(229)),
            asking: Some(Asking {
                in_flight: 6,
                requests: Rate {
                    last_minute: 58,
                    quota: Some(60),
                },
                tokens: Rate {
                    last_minute: 88_123,
                    quota: Some(90_000),
                },
                spent: 1_243_221,
                usd: 0.8312,
                unpriced: 0,
                waiting: Some(Waiting::Tokens(Some(Duration::from_millis(11_200)))),
            }),
            ending: None,
        }
    }

    fn asked(change: impl FnOnce(&mut Asking)) -> View {
        let mut view = running();
        change(view.asking.as_mut().unwrap());
        view
    }

    fn shown(view: &View, columns: usize) -> String {
        let lines = lines(view, columns, Paint::Plain);
        for line in &lines {
            assert!(line.width() < columns.max(1), "{columns}: {line}");
        }
        let framed = lines.iter().map(|line| format!("|{line}|"));
        framed.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn it_fits_terminals_of_all_widths() {
        insta::assert_snapshot!(shown(&running(), 120), @"
    |━━━━━━━━━━━━━╸                            34%   412 of 1204 definitions,  38 of 112 files|
    |58/60 requests, 88k/90k tokens in the last minute;  1.2M tokens, $0.831 so far|
    |1:23, about 4 min left; 6 in flight, waiting for the quota of tokens, 12 s|
    ");
        insta::assert_snapshot!(shown(&running(), 80), @"
    |━━━━━━━━━━                      34%   412 of 1204 definitions,  38 of 112 files|
    |58/60 requests, 88k/90k tokens in the last minute;  1.2M tokens, $0.831 so far|
    |1:23, about 4 min left; 6 in flight, waiting for the quota of tokens, 12 s|
    ");
        insta::assert_snapshot!(shown(&running(), 40), @"
    |━━╸       34%   412 of 1204 definitions|
    |58/60 rpm, 88k/90k tpm; 1.2M, $0.831|
    |waiting for the quota of tokens, 12 s|
    ");
        insta::assert_snapshot!(shown(&running(), 20), @"
    |━━━━╸           34%|
    |1.2M tokens, $0.831|
    |waiting for the qu…|
    ");
        for columns in 0..200 {
            assert_eq!(lines(&running(), columns, Paint::Plain).len(), 3);
            shown(&running(), columns);
        }
    }

    #[test]
    fn numbers_do_not_move_what_stands_beside_them() {
        let mut view = running();
        let place = |view: &View| {
            let lines = shown(view, 80);
            let column = |word| lines.find(word).map(|at| lines[..at].width());
            (column("definitions"), column("files"))
        };
        let at = place(&view);
        view.definitions.done = 3;
        view.files.done = 0;
        assert_eq!(place(&view), at);
        view.definitions.done = 1204;
        view.files.done = 112;
        assert_eq!(place(&view), at);
    }

    #[test]
    fn colors_change_nothing_but_colors() {
        for columns in [40, 80, 120] {
            let colored = lines(&running(), columns, Paint::Colored).join("\n");
            assert!(colored.contains('\x1b'));
            let plain = lines(&running(), columns, Paint::Plain).join("\n");
            let bare = anstream::adapter::strip_str(&colored).to_string();
            let without_bar = |text: &str| text.replace(['━', '╸', ' '], "");
            assert_eq!(without_bar(&bare), without_bar(&plain));
        }
        insta::assert_snapshot!(lines(&running(), 80, Paint::Colored).join("\n").replace('\x1b', "<esc>"), @"
    <esc>[36m━━━━━━━━━━<esc>[0m<esc>[2m━━━━━━━━━━━━━━━━━━━━<esc>[0m  34%   412 of 1204 definitions,  38 of 112 files
    58/60 requests, 88k/90k tokens in the last minute;  1.2M tokens, $0.831 so far
    1:23, about 4 min left; 6 in flight, <esc>[33mwaiting for the quota of tokens, 12 s<esc>[0m
    ");
    }

    #[test]
    fn what_is_waited_for_is_said() {
        let said = |waiting| shown(&asked(|asking| asking.waiting = waiting), 80);
        let state = |waiting| said(waiting).lines().nth(2).unwrap().to_owned();
        let eight = Some(Duration::from_secs(8));
        let all = [
            None,
            Some(Waiting::Requests(eight)),
            Some(Waiting::Requests(Some(Duration::from_millis(300)))),
            Some(Waiting::Tokens(Some(Duration::from_mins(10)))),
            Some(Waiting::Shared(eight)),
            Some(Waiting::Concurrency),
            Some(Waiting::Pause(eight)),
            Some(Waiting::Down(eight)),
            Some(Waiting::Budget),
            Some(Waiting::Elsewhere(2)),
        ];
        insta::assert_snapshot!(all.map(state).join("\n"), @"
    |1:23, about 4 min left; waiting for 6 answers|
    |1:23, about 4 min left; 6 in flight, waiting for the quota of requests, 8 s|
    |1:23, about 4 min left; 6 in flight, waiting for the quota of requests|
    |1:23, about 4 min left; 6 in flight, waiting for the quota of tokens, 10 min|
    |1:23, about 4 min left; waiting for other machines' share of the quota, 8 s|
    |1:23, about 4 min left; waiting for 6 answers, as many as may be|
    |1:23, about 4 min left; 6 in flight, paused by the service for 8 s (429)|
    |1:23, about 4 min left; 6 in flight, no deployment answers, tried again in 8 s|
    |1:23, about 4 min left; the budget has no room for more, waiting for 6 answers|
    |1:23, about 4 min left; 6 in flight, another machine asks about 2 definitions|
    ");
        let mut ending = running();
        ending.ending = Some(Ending::Stopped);
        ending.left = None;
        insta::assert_snapshot!(shown(&ending, 80).lines().nth(2).unwrap(), @"|1:23; ending, waiting for 6 answers|");
        ending.ending = Some(Ending::Budget);
        insta::assert_snapshot!(shown(&ending, 80).lines().nth(2).unwrap(), @"|1:23; the budget is used up, ending, waiting for 6 answers|");
        let nothing = asked(|asking| {
            asking.in_flight = 0;
            asking.waiting = None;
        });
        insta::assert_snapshot!(shown(&nothing, 80).lines().nth(2).unwrap(), @"|1:23, about 4 min left|");
    }

    #[test]
    fn a_price_that_is_not_known_is_not_nothing() {
        let money = |usd, unpriced| {
            money(&Asking {
                usd,
                unpriced,
                ..Asking::default()
            })
        };
        assert_eq!(money(0.0, 0), "$0.000");
        assert_eq!(money(12.345, 0), "$12.35");
        assert_eq!(money(0.0, 3), "price unknown");
        assert_eq!(money(0.5, 3), "over $0.500 (a price is unknown)");
    }

    #[test]
    fn a_log_has_all_of_it_on_one_line() {
        insta::assert_snapshot!(log_line(&running()), @"progress: 412 of 1204 definitions, 38 of 112 files, 6 in flight, 58 of 60 requests/min, 88123 of 90000 tokens/min, 1243221 tokens, $0.831, 1:23 elapsed, about 4 min left; waiting for the quota of tokens, 12 s");
        let alone = View {
            asking: None,
            left: None,
            ..running()
        };
        insta::assert_snapshot!(log_line(&alone), @"progress: 412 of 1204 definitions, 38 of 112 files, 1:23 elapsed");
        let reading = View {
            elapsed: Duration::from_secs(3_723),
            ..View::default()
        };
        insta::assert_snapshot!(log_line(&reading), @"progress: reading the files, 1:02:03 elapsed");
    }

    #[test]
    fn before_the_first_request_one_line_says_what_is_done() {
        for phase in [
            Phase::Lock,
            Phase::Reading,
            Phase::Cache,
            Phase::SharedCache,
            Phase::Estimating,
            Phase::Examples,
            Phase::Settling,
        ] {
            let view = View { phase, ..running() };
            assert_eq!(lines(&view, 80, Paint::Colored).len(), 1);
            assert!(shown(&view, 80).contains(phase.words()));
            assert!(shown(&view, 40).width() <= 41);
        }
    }

    #[test]
    fn times_are_as_coarse_as_they_are_known() {
        let told = [
            1, 12, 48, 55, 61, 95, 140, 175, 600, 3_200, 3_400, 7_100, 9_000,
        ];
        let told = told.map(|left| time_left(Duration::from_secs(left)).replace("about ", ""));
        insta::assert_snapshot!(told.join("\n"), @"
    5 s left
    15 s left
    50 s left
    1 min left
    1 min 30 s left
    2 min left
    2 min 30 s left
    3 min left
    10 min left
    54 min left
    1 h left
    2 h left
    2 h 30 min left
    ");
    }

    #[test]
    fn large_numbers_are_short() {
        let numbers = [
            0,
            999,
            1_000,
            8_449,
            10_000,
            88_999,
            999_999,
            1_243_221,
            45_000_000,
            3_000_000_000,
        ];
        let told = numbers.map(short).join(" ");
        insta::assert_snapshot!(told, @"0 999 1k 8.4k 10k 88k 999k 1.2M 45M 3G");
    }
}
