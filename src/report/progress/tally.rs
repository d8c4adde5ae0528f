//! What those who work have counted, and what the view makes of it.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::Look;
use super::pace::Pace;
use super::state::{Asking, Ending, Phase, Rate, Share, View, Waiting};
use crate::llm::{Hold, Live};
use crate::report::count::{float, share};

/// The counts of a run; clones count together.
#[derive(Clone, Default)]
pub struct Tally(Arc<Counts>);

#[derive(Default)]
struct Counts {
    phase: Mutex<Phase>,
    /// Each phase with its beginning.
    phases: Mutex<Vec<(Phase, SystemTime)>>,
    look: Mutex<Option<Look>>,
    definitions: AtomicU64,
    definitions_total: AtomicU64,
    /// Of the definitions done: those that nobody had to be asked about.
    recalled: AtomicU64,
    files: AtomicU64,
    files_total: AtomicU64,
    elsewhere: AtomicUsize,
    ending: Mutex<Option<Ending>>,
}

impl Tally {
    /// The run begins with this.
    pub fn begin(&self, phase: Phase) {
        *lock(&self.0.phase) = phase;
        lock(&self.0.phases).push((phase, SystemTime::now()));
    }

    /// The phases so far, each with its beginning.
    #[must_use]
    pub fn phases(&self) -> Vec<(Phase, SystemTime)> {
        lock(&self.0.phases).clone()
    }

    /// So much is to be done.
    pub fn expect(&self, definitions: usize, files: usize) {
        self.0
            .definitions_total
            .store(wide(definitions), Ordering::Relaxed);
        self.0.files_total.store(wide(files), Ordering::Relaxed);
    }

    /// Where to look at the requests.
    pub fn watch(&self, look: Look) {
        *lock(&self.0.look) = Some(look);
    }

    /// So many more definitions are done.
    pub fn advance(&self, definitions: usize) {
        self.0
            .definitions
            .fetch_add(wide(definitions), Ordering::Relaxed);
    }

    /// So many more are done, from memory: they say nothing of the speed of the others.
    pub fn recall(&self, definitions: usize) {
        self.0
            .recalled
            .fetch_add(wide(definitions), Ordering::Relaxed);
        self.advance(definitions);
    }

    /// One more file is done.
    pub fn finish_file(&self) {
        self.0.files.fetch_add(1, Ordering::Relaxed);
    }

    /// Another machine asks about so many definitions, until what comes back is dropped.
    #[must_use]
    pub fn elsewhere(&self, definitions: usize) -> Elsewhere {
        self.0.elsewhere.fetch_add(definitions, Ordering::Relaxed);
        Elsewhere {
            tally: self.clone(),
            definitions,
        }
    }

    /// Nothing new is begun from now on. The first reason is the one that is shown.
    pub fn end(&self, why: Ending) {
        lock(&self.0.ending).get_or_insert(why);
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally").finish_non_exhaustive()
    }
}

/// Definitions that another machine asks about.
#[derive(Debug)]
pub struct Elsewhere {
    tally: Tally,
    definitions: usize,
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        let counts = &self.tally.0;
        counts
            .elsewhere
            .fetch_sub(self.definitions, Ordering::Relaxed);
    }
}

/// What is waited for is shown for at least so long, so that it can be read.
const READABLE: Duration = Duration::from_secs(1);

/// Makes views of the counts, one after the other.
pub(super) struct Sampler<'t> {
    tally: &'t Tally,
    start: Instant,
    /// When definitions began to be documented.
    documenting: Option<Instant>,
    pace: Pace,
    /// Tokens that a request weighs at the quota, of late.
    weight: f64,
    /// What was waited for when there was something, and when that was.
    waited: Option<(Waiting, Instant)>,
}

impl<'t> Sampler<'t> {
    pub(super) fn new(tally: &'t Tally) -> Self {
        Self {
            tally,
            start: Instant::now(),
            documenting: None,
            pace: Pace::default(),
            weight: 0.0,
            waited: None,
        }
    }

    /// What there is to see now.
    pub(super) fn view(&mut self) -> View {
        let now = Instant::now();
        let counts = &self.tally.0;
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let phase = *lock(&counts.phase);
        let mut view = View {
            phase,
            definitions: Share {
                done: get(&counts.definitions),
                total: get(&counts.definitions_total),
            },
            files: Share {
                done: get(&counts.files),
                total: get(&counts.files_total),
            },
            elapsed: now.saturating_duration_since(self.start),
            ending: *lock(&counts.ending),
            ..View::default()
        };
        if phase != Phase::Documenting {
            return view;
        }
        let recalled = get(&counts.recalled);
        let done = view.definitions.done.saturating_sub(recalled);
        let total = view.definitions.total.saturating_sub(recalled);
        let look = lock(&counts.look).clone();
        let mut least = Duration::ZERO;
        if let Some(look) = look {
            let live = look();
            if live.requests_last_minute > 0 {
                self.weight = share(live.tokens_last_minute, live.requests_last_minute);
            }
            least = least_time(&live, self.weight, done, total);
            let waiting = self.waiting(&live, counts.elsewhere.load(Ordering::Relaxed), now);
            view.asking = Some(asking(&live, waiting));
        }
        let since = *self.documenting.get_or_insert(now);
        let elapsed = now.saturating_duration_since(since);
        let left = self.pace.left(elapsed, done, total, least);
        // With a budget that has no room for more, what is left is for another run.
        let is_full = |asking: &Asking| asking.waiting == Some(Waiting::Budget);
        let is_near = view.ending.is_some() || view.asking.as_ref().is_some_and(is_full);
        view.left = left.filter(|_| !is_near && done < total);
        view
    }

    /// What is waited for, the same for a while: at a quota that is full each request waits a little, and
    /// what flickers cannot be read.
    fn waiting(&mut self, live: &Live, elsewhere: usize, now: Instant) -> Option<Waiting> {
        let current = match live.hold {
            Some((hold, time)) => Some(waiting(hold, time)),
            None if live.is_budget_full => Some(Waiting::Budget),
            None if live.in_flight == 0 && live.waiting == 0 && elsewhere > 0 => {
                Some(Waiting::Elsewhere(elsewhere))
            }
            None => None,
        };
        if let Some(current) = current {
            self.waited = Some((current, now));
            return Some(current);
        }
        self.waited = self
            .waited
            .filter(|(_, at)| now.saturating_duration_since(*at) < READABLE);
        // How long yet is not true any more.
        self.waited.map(|(waiting, _)| match waiting {
            Waiting::Requests(_) => Waiting::Requests(None),
            Waiting::Tokens(_) => Waiting::Tokens(None),
            Waiting::Shared(_) => Waiting::Shared(None),
            Waiting::Pause(_) => Waiting::Pause(None),
            Waiting::Down(_) => Waiting::Down(None),
            other => other,
        })
    }
}

fn waiting(hold: Hold, time: Option<Duration>) -> Waiting {
    match hold {
        Hold::Requests => Waiting::Requests(time),
        Hold::Tokens => Waiting::Tokens(time),
        Hold::Shared => Waiting::Shared(time),
        Hold::Concurrency => Waiting::Concurrency,
        Hold::Pause => Waiting::Pause(time),
        Hold::Down => Waiting::Down(time),
    }
}

fn asking(live: &Live, waiting: Option<Waiting>) -> Asking {
    Asking {
        in_flight: live.in_flight,
        requests: Rate {
            last_minute: live.requests_last_minute,
            quota: live.requests_per_minute,
        },
        tokens: Rate {
            last_minute: live.tokens_last_minute,
            quota: live.tokens_per_minute,
        },
        spent: (live.usage.prompt + live.usage.completion).get(),
        usd: live.bill.usd,
        unpriced: live.bill.unpriced,
        waiting,
    }
}

/// The least time that the quota takes for the rest, if each definition takes as many requests as those
/// before did, and each request weighs `weight` tokens at the quota; never less than the next one is held
/// back yet.
fn least_time(live: &Live, weight: f64, done: u64, total: u64) -> Duration {
    if done == 0 {
        return Duration::ZERO;
    }
    let over = live
        .sent
        .saturating_sub(u64::try_from(live.in_flight).unwrap_or(u64::MAX));
    let requests = share(over, done) * float(total.saturating_sub(done));
    let minutes =
        |used: f64, quota: Option<u64>| quota.map_or(0.0, |quota| used / float(quota.max(1)));
    let least = minutes(requests, live.requests_per_minute)
        .max(minutes(requests * weight, live.tokens_per_minute));
    let held = live.hold.and_then(|(_, time)| time).unwrap_or_default();
    Duration::from_secs_f64((least * 60.0).min(1e9)).max(held)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> Live {
        Live {
            in_flight: 2,
            sent: 12,
            requests_last_minute: 12,
            tokens_last_minute: 24_000,
            requests_per_minute: Some(60),
            tokens_per_minute: Some(60_000),
            ..Live::default()
        }
    }

    #[test]
    fn the_quota_tells_the_least_time_that_the_rest_takes() {
        // Ten requests for twenty definitions; fifty are left for the other hundred.
        let seconds = |live: &Live| least_time(live, 2_000.0, 20, 120).as_secs();
        assert_eq!(seconds(&live()), 100);
        let requests_bind = Live {
            tokens_per_minute: None,
            requests_per_minute: Some(10),
            ..live()
        };
        assert_eq!(seconds(&requests_bind), 300);
        let unbound = Live {
            tokens_per_minute: None,
            requests_per_minute: None,
            ..live()
        };
        assert_eq!(seconds(&unbound), 0);
        let paused = Live {
            hold: Some((Hold::Pause, Some(Duration::from_secs(9)))),
            ..unbound
        };
        assert_eq!(seconds(&paused), 9);
        assert_eq!(least_time(&live(), 2_000.0, 0, 120), Duration::ZERO);
    }

    #[test]
    fn a_view_is_made_of_what_was_counted() {
        let tally = Tally::default();
        let mut sampler = Sampler::new(&tally);
        assert_eq!(sampler.view().phase, Phase::Reading);
        tally.expect(10, 3);
        tally.begin(Phase::Documenting);
        assert_eq!(sampler.view().asking, None);
        tally.watch(Arc::new(live));
        tally.recall(4);
        tally.advance(2);
        tally.finish_file();
        let view = sampler.view();
        assert_eq!(view.definitions, Share { done: 6, total: 10 });
        assert_eq!(view.files, Share { done: 1, total: 3 });
        let asking = view.asking.unwrap();
        assert_eq!((asking.in_flight, asking.waiting), (2, None));
        assert_eq!(asking.requests.quota, Some(60));
        tally.end(Ending::Budget);
        tally.end(Ending::Stopped);
        assert_eq!(sampler.view().ending, Some(Ending::Budget));
    }

    #[test]
    fn what_is_waited_for_stays_long_enough_to_be_read() {
        let tally = Tally::default();
        let mut sampler = Sampler::new(&tally);
        let now = Instant::now();
        let held = Live {
            hold: Some((Hold::Tokens, Some(Duration::from_secs(3)))),
            ..live()
        };
        let tokens = |time| Some(Waiting::Tokens(time));
        assert_eq!(
            sampler.waiting(&held, 0, now),
            tokens(Some(Duration::from_secs(3)))
        );
        let soon = now + READABLE / 2;
        assert_eq!(sampler.waiting(&live(), 0, soon), tokens(None));
        assert_eq!(sampler.waiting(&live(), 0, soon + READABLE), None);
        let full = Live {
            is_budget_full: true,
            ..live()
        };
        let then = soon + READABLE * 2;
        assert_eq!(sampler.waiting(&full, 0, then), Some(Waiting::Budget));
        let alone = Live::default();
        let later = then + READABLE * 2;
        assert_eq!(
            sampler.waiting(&alone, 2, later),
            Some(Waiting::Elsewhere(2))
        );
        assert_eq!(
            sampler.waiting(&live(), 2, later + READABLE),
            None,
            "its own answers come first"
        );
    }

    #[test]
    fn definitions_of_another_machine_are_counted_while_they_are_its() {
        let tally = Tally::default();
        let (two, three) = (tally.elsewhere(2), tally.elsewhere(3));
        assert_eq!(tally.0.elsewhere.load(Ordering::Relaxed), 5);
        drop(two);
        drop(three);
        assert_eq!(tally.0.elsewhere.load(Ordering::Relaxed), 0);
    }
}
