//! The deployments that share a run's work: which of them a request goes to, and when.
//!
//! Requests wait in one line. The first of it goes to the deployment that may take it now and has the
//! largest share of its quota left; one that is down is passed over for a while, one that will serve
//! nobody any more for good.

mod meter;
mod slot;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::chat::{Tokens, Urgency};
use super::health::Health;
use super::lane::{Gate, Lane, Left, Readiness, SOON};
use super::shared_quota::{
    News, Patience, Place as SharedPlace, Receipt, SharedQuota, Turn as SharedTurn, Wish,
};
use crate::config;

pub use meter::Hold;
use meter::Meter;
pub(super) use meter::Reading;
pub(super) use slot::Slot;

/// A place in a shared quota that is used later than this is another one's by then.
const LATE: Duration = Duration::from_millis(200);

/// A request that leaves later than this after its place says so.
const IN_TIME: Duration = Duration::from_millis(20);

/// What decides when a request may go where.
pub(super) struct Pool {
    state: Mutex<State>,
    shared: Option<Shared>,
}

/// Who keeps the deployments' quotas for several machines.
pub(super) struct Shared {
    /// The keeper.
    pub(super) keeper: Arc<dyn SharedQuota>,
    /// What each deployment's account is called there.
    pub(super) accounts: Vec<String>,
}

struct State {
    lanes: Vec<Lane>,
    /// Who waits, the next one first.
    line: BTreeMap<Place, Waiter>,
    /// Who asks for a place in a shared quota, or has one reserved; one at a time, so that a process
    /// that ends leaves no more than one unused.
    asking: Option<Place>,
    /// The tokens that those who wait want.
    wanted: u64,
    /// Requests that are still to come besides them.
    expected: u64,
    /// New requests so far, and the tokens that they wanted.
    known: Known,
    next_number: u64,
    meter: Meter,
}

/// What requests have cost so far.
#[derive(Default)]
struct Known {
    requests: u64,
    tokens: u64,
}

impl Known {
    fn average(&self) -> u64 {
        self.tokens / self.requests.max(1)
    }
}

struct Waiter {
    notify: Arc<Notify>,
    wants: u64,
}

/// A place in the line: the urgent before the others, first come first served.
type Place = (Urgency, u64);

/// What the first in the line does.
enum Choice {
    Go(usize),
    /// It asks for a place in the shared quota of one of these, the best first.
    Ask(Vec<usize>),
    /// Until an instant, if it is known, unless something changes before.
    Wait(Hold, Option<Instant>),
    Never(NoTurn),
}

/// What the first in the line waits for: what ends first, of what several deployments are closed by.
#[derive(Default)]
struct Wait {
    first: Option<(Instant, Hold)>,
    /// What ends when something changes.
    open: Option<Hold>,
}

impl Wait {
    fn add(&mut self, by: Hold, until: Option<Instant>) {
        match until {
            Some(at) if self.first.is_none_or(|(first, _)| at < first) => {
                self.first = Some((at, by));
            }
            None if self.open.is_none_or(|open| open == Hold::Down) => self.open = Some(by),
            Some(_) | None => {}
        }
    }

    fn choice(&self) -> Choice {
        match self.first {
            Some((at, by)) => Choice::Wait(by, Some(at)),
            None => Choice::Wait(self.open.unwrap_or(Hold::Concurrency), None),
        }
    }
}

/// Why a request gets no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoTurn {
    /// There is no deployment left that serves anybody.
    NobodyLeft,
    /// It costs so much, more than a minute's tokens of any deployment.
    TooLarge(Tokens),
}

/// What a deployment's account came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settled {
    /// The bound on requests in flight.
    pub(super) concurrency: usize,
    /// The most that have been in flight.
    pub(super) peak: usize,
}

impl Pool {
    pub(super) fn new(quotas: impl Iterator<Item = config::Quota>, shared: Option<Shared>) -> Self {
        Self {
            shared,
            state: Mutex::new(State {
                lanes: quotas.map(Lane::new).collect(),
                line: BTreeMap::new(),
                asking: None,
                wanted: 0,
                expected: 0,
                known: Known::default(),
                next_number: 0,
                meter: Meter::default(),
            }),
        }
    }

    /// Waits until a deployment may take a request, which costs `costs()[i]` at the `i`-th one by then.
    /// Those in `avoided` are taken only if no other may before long.
    pub(super) async fn slot(
        &self,
        costs: impl Fn() -> Vec<Tokens>,
        urgency: Urgency,
        avoided: &[usize],
    ) -> Result<Slot<'_>, NoTurn> {
        let begun = Instant::now();
        let most = costs().into_iter().max().unwrap_or_default();
        let waiting = Waiting::join(self, urgency, most);
        let mut gate = Gate::Shared;
        let mut held_by = None;
        loop {
            let costs = costs();
            let asker = Asker {
                waiting: &waiting,
                costs: &costs,
                begun,
            };
            // Nobody avoids a deployment for ever while others wait behind.
            let avoids_until = begun + SOON;
            let avoided = if Instant::now() < avoids_until {
                avoided
            } else {
                &[]
            };
            let wake_at = match self.step(&asker, avoided, gate) {
                Some(Step::Sent(mut slot)) => {
                    slot.held_by = held_by;
                    return Ok(slot);
                }
                Some(Step::Never(reason)) => return Err(reason),
                Some(Step::Ask(shared, candidates)) => {
                    match self.reserved(shared, &asker, &candidates).await {
                        Ok(Some(mut slot)) => {
                            slot.held_by = slot.held_by.or(held_by);
                            return Ok(slot);
                        }
                        Ok(None) => {}
                        Err(NoAnswer) => gate = Gate::Own,
                    }
                    // Somebody more urgent may be first by now.
                    let mut state = self.lock();
                    state.asking = None;
                    state.wake_first();
                    continue;
                }
                Some(Step::Wait(by, until)) => {
                    held_by = Some(by);
                    if avoided.is_empty() {
                        until
                    } else {
                        Some(until.map_or(avoids_until, |at| at.min(avoids_until)))
                    }
                }
                None => {
                    held_by = self.lock().meter.held_by().or(held_by);
                    None
                }
            };
            waiting.woken(wake_at).await;
        }
    }

    /// What the request does now; `None` while another one is the first in the line.
    fn step(&self, asker: &Asker<'_, '_>, avoided: &[usize], gate: Gate) -> Option<Step<'_>> {
        let shared = self.shared.as_ref().filter(|shared| {
            // When the keeper is away, each process keeps to its own account.
            gate == Gate::Shared && shared.keeper.is_up()
        });
        let gate = shared.map_or(Gate::Own, |_| Gate::Shared);
        let mut state = self.lock();
        let now = Instant::now();
        let place = asker.waiting.place;
        if state.asking.is_some() || state.line.keys().next() != Some(&place) {
            return None;
        }
        Some(match state.choose(asker.costs, avoided, gate, now) {
            Choice::Go(index) => {
                let left = state.take(index, asker.costs, now);
                Step::Sent(self.sent(index, left, asker, None))
            }
            Choice::Ask(candidates) => {
                state.asking = Some(place);
                // It is asked for only where there is somebody to ask.
                Step::Ask(shared?, candidates)
            }
            Choice::Wait(by, until) => {
                state.meter.hold(by, until, now);
                Step::Wait(by, until)
            }
            Choice::Never(reason) => Step::Never(reason),
        })
    }

    /// Asks for a place in the quota of one of `candidates`, and waits for it. `None` if the deployment
    /// may take the request no more by then, or the place has passed: then it is given back.
    async fn reserved(
        &self,
        shared: &Shared,
        asker: &Asker<'_, '_>,
        candidates: &[usize],
    ) -> Result<Option<Slot<'_>>, NoAnswer> {
        let (index, place) = self.ask(shared, asker, candidates).await?;
        let received = Instant::now();
        let mut held = Held {
            shared,
            index,
            receipt: Some(place.receipt),
        };
        let at = received + place.wait;
        loop {
            // The lock is not held while it waits.
            let arrival = self.lock().arrive(index, asker.costs, at, place.left);
            match arrival {
                Arrival::Early => {
                    self.lock()
                        .meter
                        .hold(Hold::Shared, Some(at), Instant::now());
                    asker.waiting.woken(Some(at)).await;
                }
                Arrival::InTime => {
                    let receipt = held.receipt.take();
                    let late = at.elapsed();
                    if late > IN_TIME && place.left.is_some() {
                        let news = News::Late(place.receipt, late);
                        shared.keeper.tell(&shared.accounts[index], news);
                    }
                    let mut slot = self.sent(index, place.left, asker, receipt);
                    slot.held_by = (!place.wait.is_zero()).then_some(Hold::Shared);
                    return Ok(Some(slot));
                }
                Arrival::InVain => return Ok(None),
            }
        }
    }

    /// Reserves a place where one is free now, or else where one will be first.
    async fn ask(
        &self,
        shared: &Shared,
        asker: &Asker<'_, '_>,
        candidates: &[usize],
    ) -> Result<(usize, SharedPlace), NoAnswer> {
        let ask = async |index: usize, patience: Patience| {
            let wish = {
                let mut state = self.lock();
                let wanted = state.demand();
                let cost = asker.costs[index];
                let quota = &mut state.lanes[index].quota;
                quota.wish(cost, wanted, Instant::now())
            };
            let wish = Wish { patience, ..wish };
            let account = &shared.accounts[index];
            shared.keeper.reserve(account, wish).await.ok_or(NoAnswer)
        };
        let mut soonest: Option<(Duration, usize)> = None;
        for index in candidates.iter().copied() {
            let patience = match candidates.len() {
                1 => Patience::Any,
                _ => Patience::None,
            };
            match ask(index, patience).await? {
                SharedTurn::Reserved(place) => return Ok((index, place)),
                SharedTurn::Later(wait) => {
                    soonest = Some(soonest.map_or((wait, index), |best| best.min((wait, index))));
                }
            }
        }
        let (_, index) = soonest.ok_or(NoAnswer)?;
        match ask(index, Patience::Any).await? {
            SharedTurn::Reserved(place) => Ok((index, place)),
            SharedTurn::Later(_) => Err(NoAnswer),
        }
    }

    fn sent(
        &self,
        index: usize,
        left: Option<u64>,
        asker: &Asker<'_, '_>,
        receipt: Option<Receipt>,
    ) -> Slot<'_> {
        let now = Instant::now();
        Slot {
            pool: self,
            index,
            left,
            receipt,
            sent: now,
            waited: now - asker.begun,
            admitted: asker.costs[index],
            held_by: None,
        }
    }

    /// Takes note of how many requests are still to come besides those in the line. Each is taken to
    /// cost what those before it did on average.
    pub(super) fn expect(&self, requests: usize) {
        self.lock().expected = u64::try_from(requests).unwrap_or(u64::MAX);
    }

    /// Whether another deployment than those in `tried` is up and not paused for long.
    pub(super) fn has_other(&self, tried: &[usize]) -> bool {
        let now = Instant::now();
        let state = self.lock();
        let mut lanes = state.lanes.iter().enumerate();
        lanes.any(|(index, lane)| {
            let paused_until = lane.quota.paused_until();
            !tried.contains(&index)
                && lane.health.is_up(now)
                && paused_until.is_none_or(|until| until <= now + SOON)
        })
    }

    /// Whether any other deployment than that one may serve, now or later.
    pub(super) fn has_hope_without(&self, index: usize) -> bool {
        let state = self.lock();
        let mut lanes = state.lanes.iter().enumerate();
        lanes.any(|(other, lane)| other != index && lane.health != Health::Dead)
    }

    /// What each deployment's account came to.
    pub(super) fn settled(&self) -> Vec<Settled> {
        let state = self.lock();
        let lanes = state.lanes.iter();
        lanes
            .map(|lane| Settled {
                concurrency: lane.concurrency.limit(),
                peak: lane.concurrency.peak(),
            })
            .collect()
    }

    /// What is to be shown.
    pub(super) fn read(&self) -> Reading {
        let mut state = self.lock();
        let lanes = state.lanes.iter();
        let alive = lanes.filter(|lane| lane.health != Health::Dead);
        let requests_per_minute = alive.clone().map(|lane| lane.quota.request_limit()).sum();
        let tokens_per_minute = alive.map(|lane| lane.quota.token_limit()).sum();
        Reading {
            waiting: state.line.len(),
            requests_per_minute,
            tokens_per_minute,
            ..state.meter.read(Instant::now())
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a deployment's account, which may be what the first in the line waits for.
    fn change(&self, index: usize, change: impl FnOnce(&mut Lane)) {
        let mut state = self.lock();
        change(&mut state.lanes[index]);
        state.wake_first();
    }
}

impl State {
    fn choose(&mut self, costs: &[Tokens], avoided: &[usize], gate: Gate, now: Instant) -> Choice {
        if let Some(reason) = self.never(costs) {
            return Choice::Never(reason);
        }
        let is_any_up = self.lanes.iter().any(|lane| lane.health.is_up(now));
        let is_scarce = self.is_scarce(now);
        let mut wait = Wait::default();
        // Whether one that is not to be avoided will take the request before long.
        let mut is_soon = false;
        let mut open: Vec<(bool, Left, usize)> = Vec::new();
        for (index, (lane, cost)) in self.lanes.iter_mut().zip(costs).enumerate() {
            let is_avoided = avoided.contains(&index);
            match lane.readiness(*cost, is_any_up, is_scarce, gate, now) {
                Readiness::Open(left) => open.push((is_avoided, left, index)),
                Readiness::Closed {
                    until,
                    is_soon: soon,
                    by,
                } => {
                    wait.add(by, until);
                    is_soon |= soon && !is_avoided;
                }
            }
        }
        // Those to avoid come last, what has the most left first.
        open.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.compare(&one.1)));
        if gate == Gate::Shared && !open.is_empty() {
            let others = open.iter().filter(|(is_avoided, ..)| !is_avoided);
            let others: Vec<usize> = others.map(|(.., index)| *index).collect();
            if !others.is_empty() {
                return Choice::Ask(others);
            }
            if !is_soon {
                return Choice::Ask(open.into_iter().map(|(.., index)| index).collect());
            }
            return wait.choice();
        }
        for (is_avoided, _, index) in open {
            if is_avoided && is_soon {
                break;
            }
            match self.lanes[index].quota.take_place(now) {
                Ok(()) => return Choice::Go(index),
                Err(instant) => {
                    wait.add(Hold::Requests, Some(instant));
                    is_soon |= !is_avoided && instant - now <= SOON;
                }
            }
        }
        wait.choice()
    }

    /// Whether no deployment will ever take a request of these costs.
    fn never(&self, costs: &[Tokens]) -> Option<NoTurn> {
        let alive = self.lanes.iter().zip(costs);
        let mut alive = alive.filter(|(lane, _)| lane.health != Health::Dead);
        let largest = alive
            .clone()
            .max_by_key(|(lane, _)| lane.quota.token_limit().unwrap_or(u64::MAX));
        match largest {
            None => Some(NoTurn::NobodyLeft),
            Some(_) if alive.any(|(lane, cost)| lane.quota.can_ever(*cost)) => None,
            Some((_, cost)) => Some(NoTurn::TooLarge(*cost)),
        }
    }

    /// Whether those who wait want more tokens than are left.
    fn is_scarce(&mut self, now: Instant) -> bool {
        let lanes = self.lanes.iter_mut();
        let left = lanes
            .filter(|lane| lane.health != Health::Dead)
            .try_fold(0_u64, |sum, lane| {
                Some(sum.saturating_add(lane.quota.tokens_left(now)?))
            });
        let demand = self.demand();
        left.is_some_and(|left| demand > left)
    }

    /// The tokens of those who wait and of those who are still to come.
    fn demand(&self) -> u64 {
        let expected = self.expected.saturating_mul(self.known.average());
        self.wanted.saturating_add(expected)
    }

    /// Whether a deployment may still take a request whose place in the shared quota is reserved.
    fn is_open(&mut self, index: usize, costs: &[Tokens], now: Instant) -> bool {
        let is_any_up = self.lanes.iter().any(|lane| lane.health.is_up(now));
        let cost = costs[index];
        let ready = self.lanes[index].readiness(cost, is_any_up, false, Gate::Shared, now);
        matches!(ready, Readiness::Open(_))
    }

    /// Books a request at its place in the shared quota, which is at `at`, if it is time.
    fn arrive(
        &mut self,
        index: usize,
        costs: &[Tokens],
        at: Instant,
        left: Option<u64>,
    ) -> Arrival {
        let now = Instant::now();
        if now > at + LATE || !self.is_open(index, costs, now) {
            return Arrival::InVain;
        }
        if now < at {
            return Arrival::Early;
        }
        let lane = &mut self.lanes[index];
        lane.concurrency.enter(now);
        lane.quota.take_shared(costs[index], left, now);
        self.meter.enter(costs[index].get(), now);
        Arrival::InTime
    }

    /// Books a request; gives what is left of the deployment's tokens then.
    fn take(&mut self, index: usize, costs: &[Tokens], now: Instant) -> Option<u64> {
        self.meter.enter(costs[index].get(), now);
        let lane = &mut self.lanes[index];
        lane.concurrency.enter(now);
        lane.quota.take_tokens(costs[index], now)
    }

    fn wake_first(&self) {
        let asking = self.asking.and_then(|place| self.line.get(&place));
        for waiter in self.line.values().next().into_iter().chain(asking) {
            waiter.notify.notify_one();
        }
    }
}

/// A request's place in the line; it is given up when this is dropped.
struct Waiting<'p> {
    pool: &'p Pool,
    place: Place,
    notify: Arc<Notify>,
}

impl<'p> Waiting<'p> {
    fn join(pool: &'p Pool, urgency: Urgency, cost: Tokens) -> Self {
        let notify = Arc::new(Notify::new());
        let mut state = pool.lock();
        let place = (urgency, state.next_number);
        state.next_number += 1;
        let waiter = Waiter {
            notify: notify.clone(),
            wants: cost.get(),
        };
        state.wanted = state.wanted.saturating_add(waiter.wants);
        if urgency == Urgency::New {
            state.known.requests += 1;
            state.known.tokens = state.known.tokens.saturating_add(waiter.wants);
        }
        state.line.insert(place, waiter);
        Self {
            pool,
            place,
            notify,
        }
    }

    /// Waits until something has changed, or until an instant.
    async fn woken(&self, at: Option<Instant>) {
        match at {
            Some(instant) => {
                tokio::select! {
                    () = self.notify.notified() => {}
                    () = sleep_until(instant) => {}
                }
            }
            None => self.notify.notified().await,
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        if state.asking == Some(self.place) {
            state.asking = None;
        }
        if let Some(waiter) = state.line.remove(&self.place) {
            state.wanted = state.wanted.saturating_sub(waiter.wants);
        }
        if state.line.is_empty() {
            state.meter.release(Instant::now());
        }
        state.wake_first();
    }
}

/// A request that looks for its turn.
struct Asker<'a, 'p> {
    waiting: &'a Waiting<'p>,
    /// What it costs at each deployment.
    costs: &'a [Tokens],
    begun: Instant,
}

/// What a request does next.
enum Step<'p> {
    Sent(Slot<'p>),
    Ask(&'p Shared, Vec<usize>),
    Wait(Hold, Option<Instant>),
    Never(NoTurn),
}

/// Whether a request may use its place in the shared quota.
enum Arrival {
    Early,
    InTime,
    /// The place has passed, or the deployment takes nothing any more.
    InVain,
}

/// The keeper of the shared quota did not answer.
struct NoAnswer;

/// A place in a shared quota that is given back when it is dropped unused.
struct Held<'p> {
    shared: &'p Shared,
    index: usize,
    receipt: Option<Receipt>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let (Some(receipt), Some(account)) = (self.receipt, self.shared.accounts.get(self.index))
        {
            self.shared.keeper.tell(account, News::GivenBack(receipt));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroUsize};

    use super::*;
    use crate::llm::health::{ALONE_AFTER, DOWN_AFTER, DOWN_FOR};

    const COST: Tokens = Tokens::new(100);

    fn quota(tokens: Option<u32>, most: usize) -> config::Quota {
        config::Quota {
            requests_per_minute: None,
            tokens_per_minute: tokens.and_then(NonZeroU32::new),
            max_concurrency: NonZeroUsize::new(most).unwrap(),
        }
    }

    /// A pool whose deployments have all been tried.
    fn pool(quotas: &[config::Quota]) -> Pool {
        let pool = Pool::new(quotas.iter().copied(), None);
        for lane in &mut pool.lock().lanes {
            let now = Instant::now();
            lane.concurrency
                .completed(Duration::from_secs(1), Tokens::new(1), now, now);
        }
        pool
    }

    async fn slot<'p>(pool: &'p Pool, avoided: &[usize]) -> Slot<'p> {
        let costs = vec![COST; pool.lock().lanes.len()];
        pool.slot(|| costs.clone(), Urgency::New, avoided)
            .await
            .unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn work_spreads_by_what_is_left_of_each_quota() {
        let pool = pool(&[quota(Some(3_000), 64), quota(Some(1_000), 64)]);
        let mut slots = Vec::new();
        for _ in 0..8 {
            slots.push(slot(&pool, &[]).await);
        }
        let at = |index| slots.iter().filter(|slot| slot.index == index).count();
        assert_eq!((at(0), at(1)), (6, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_one_deployment_and_not_the_other() {
        let pool = pool(&[quota(None, 8), quota(None, 8)]);
        let first = slot(&pool, &[1]).await;
        first.throttled(Duration::from_secs(30), false);
        for _ in 0..4 {
            assert_eq!(slot(&pool, &[]).await.index, 1);
        }
        let one = pool_of_one();
        let begun = Instant::now();
        slot(&one, &[])
            .await
            .throttled(Duration::from_secs(30), false);
        slot(&one, &[]).await;
        assert_eq!(begun.elapsed().as_secs(), 30);
    }

    fn pool_of_one() -> Pool {
        pool(&[quota(None, 8)])
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_line_waits_for_is_booked() {
        let pool = pool(&[quota(Some(100), 1)]);
        let first = slot(&pool, &[]).await;
        assert_eq!((first.held_by, first.admitted), (None, COST));
        let mut second = Box::pin(slot(&pool, &[]));
        assert!(futures::poll!(&mut second).is_pending());
        tokio::time::sleep(Duration::from_secs(2)).await;
        let reading = pool.read();
        assert_eq!((reading.in_flight, reading.waiting), (1, 1));
        assert_eq!(reading.hold, Some((Hold::Concurrency, None)));
        assert_eq!(reading.tokens_per_minute, Some(100));
        drop(first);
        let second = second.await;
        assert_eq!(second.held_by, Some(Hold::Tokens));
        drop(second);
        let held = pool.read().held;
        assert_eq!(held[&Hold::Concurrency].as_secs(), 2);
        assert_eq!(held[&Hold::Tokens].as_secs(), 58);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_down_is_passed_over_for_a_while() {
        let pool = pool(&[quota(None, 8), quota(None, 8)]);
        for _ in 0..DOWN_AFTER {
            slot(&pool, &[1]).await.failed(false);
        }
        assert_eq!(
            slot(&pool, &[1]).await.index,
            1,
            "rather one to avoid than one that is down"
        );
        assert!(!pool.has_other(&[1]));
        tokio::time::sleep(DOWN_FOR).await;
        let again = slot(&pool, &[1]).await;
        assert_eq!(again.index, 0);
        again.completed(Duration::from_secs(1), Tokens::new(1));
        assert!(pool.has_other(&[1]));
    }

    #[tokio::test(start_paused = true)]
    async fn alone_it_is_passed_over_only_when_it_is_out_of_order() {
        let pool = pool_of_one();
        let begun = Instant::now();
        for _ in 1..ALONE_AFTER {
            slot(&pool, &[0]).await.failed(false);
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
        slot(&pool, &[0]).await.failed(false);
        let alone = slot(&pool, &[]).await;
        assert!(begun.elapsed() >= DOWN_FOR);
        let costs = || vec![COST];
        let mut second = Box::pin(pool.slot(costs, Urgency::New, &[]));
        assert!(futures::poll!(&mut second).is_pending(), "one at a time");
        alone.completed(Duration::from_secs(1), Tokens::new(1));
        assert!(second.await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_avoids_a_deployment_for_ever() {
        let pool = pool(&[quota(None, 8), quota(None, 1)]);
        let held = slot(&pool, &[0]).await;
        assert_eq!(held.index, 1);
        let begun = Instant::now();
        assert_eq!(
            slot(&pool, &[0]).await.index,
            0,
            "the other one has no room"
        );
        assert_eq!(begun.elapsed(), SOON);
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_are_given_up_nobody_waits() {
        let pool = pool(&[quota(None, 8), quota(None, 8)]);
        assert!(slot(&pool, &[1]).await.give_up());
        assert_eq!(slot(&pool, &[1]).await.index, 1);
        assert!(!slot(&pool, &[]).await.give_up());
        let turn = pool.slot(|| vec![COST, COST], Urgency::New, &[]).await;
        assert_eq!(turn.err(), Some(NoTurn::NobodyLeft));
    }

    #[tokio::test(start_paused = true)]
    async fn the_urgent_go_first_and_who_leaves_the_line_holds_nobody_back() {
        let pool = pool(&[quota(None, 1)]);
        let held = slot(&pool, &[]).await;
        let costs = || vec![COST];
        let mut new = Box::pin(pool.slot(costs, Urgency::New, &[]));
        let mut again = Box::pin(pool.slot(costs, Urgency::Again, &[]));
        let mut gone = Box::pin(pool.slot(costs, Urgency::Again, &[]));
        assert!(futures::poll!(&mut new).is_pending());
        assert!(futures::poll!(&mut gone).is_pending());
        assert!(futures::poll!(&mut again).is_pending());
        drop(gone);
        drop(held);
        assert!(futures::poll!(&mut new).is_pending());
        let got = again.await.ok().unwrap();
        assert!(futures::poll!(&mut new).is_pending());
        drop(got);
        assert!(new.await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_large_for_one_quota_goes_to_another() {
        let pool = pool(&[quota(Some(50), 8), quota(Some(100_000), 8)]);
        let large = || vec![Tokens::new(60), Tokens::new(60)];
        for _ in 0..3 {
            let slot = pool.slot(large, Urgency::New, &[1]).await.unwrap();
            assert_eq!(slot.index, 1);
        }
        for _ in 0..DOWN_AFTER {
            pool.slot(large, Urgency::New, &[])
                .await
                .unwrap()
                .failed(false);
        }
        let begun = Instant::now();
        assert_eq!(pool.slot(large, Urgency::New, &[]).await.unwrap().index, 1);
        assert!(
            begun.elapsed() >= DOWN_FOR,
            "rather later than to one that it kills"
        );
        let larger = || vec![Tokens::new(60), Tokens::new(200_000)];
        let turn = pool.slot(larger, Urgency::New, &[]).await;
        assert_eq!(turn.err(), Some(NoTurn::TooLarge(Tokens::new(200_000))));
    }

    /// A keeper that gives a place every `every`, or has gone away.
    struct Keeper {
        every: Duration,
        is_away: std::sync::atomic::AtomicBool,
        asked: Mutex<Vec<Wish>>,
        told: Mutex<Vec<News>>,
    }

    impl Keeper {
        fn pool(every: Duration, count: usize) -> (Arc<Self>, Pool) {
            let keeper = Arc::new(Self {
                every,
                is_away: false.into(),
                asked: Mutex::default(),
                told: Mutex::default(),
            });
            let shared = Shared {
                keeper: keeper.clone(),
                accounts: (0..count).map(|index| index.to_string()).collect(),
            };
            let quotas = vec![quota(Some(1_000), 64); count];
            let pool = Pool::new(quotas.into_iter(), Some(shared));
            for lane in &mut pool.lock().lanes {
                let now = Instant::now();
                lane.concurrency
                    .completed(Duration::from_secs(1), Tokens::new(1), now, now);
            }
            (keeper, pool)
        }

        fn told(&self) -> Vec<News> {
            self.told.lock().unwrap().clone()
        }
    }

    impl SharedQuota for Keeper {
        fn is_up(&self) -> bool {
            !self.is_away.load(std::sync::atomic::Ordering::SeqCst)
        }

        fn reserve<'a>(
            &'a self,
            account: &'a str,
            wish: Wish,
        ) -> futures::future::BoxFuture<'a, Option<SharedTurn>> {
            let mut asked = self.asked.lock().unwrap();
            asked.push(wish);
            let number = asked.len() as u64;
            let wait = self.every;
            // Only the account `1` ever has a place at once.
            let turn = match wish.patience {
                _ if !self.is_up() => None,
                Patience::None if account != "1" => Some(SharedTurn::Later(wait)),
                _ => Some(SharedTurn::Reserved(SharedPlace {
                    wait: if account == "1" { Duration::ZERO } else { wait },
                    left: Some(7),
                    receipt: Receipt {
                        number,
                        tokens: wish.tokens,
                        at: number,
                        before: 0,
                        after: 0,
                    },
                })),
            };
            Box::pin(std::future::ready(turn))
        }

        fn tell(&self, _: &str, news: News) {
            self.told.lock().unwrap().push(news);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_waits_for_its_place_in_the_shared_quota() {
        let (keeper, pool) = Keeper::pool(Duration::from_secs(3), 1);
        pool.expect(3);
        let begun = Instant::now();
        let (one, other) = tokio::join!(slot(&pool, &[]), slot(&pool, &[]));
        assert_eq!(begun.elapsed().as_secs(), 6, "one place after the other");
        assert_eq!((one.left, other.left), (Some(7), Some(7)));
        assert_eq!(keeper.asked.lock().unwrap()[0].wanted, 400);
        other.throttled(Duration::from_secs(9), true);
        let receipt = other.receipt.unwrap();
        assert_eq!(
            keeper.told(),
            [News::Paused(Duration::from_secs(9)), News::TooFast(receipt)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_not_used_is_given_back() {
        let (keeper, pool) = Keeper::pool(Duration::from_secs(30), 1);
        let costs = || vec![COST];
        let mut gone = Box::pin(pool.slot(costs, Urgency::New, &[]));
        assert!(futures::poll!(&mut gone).is_pending());
        let mut next = Box::pin(pool.slot(costs, Urgency::Again, &[]));
        assert!(futures::poll!(&mut next).is_pending());
        assert_eq!(keeper.asked.lock().unwrap().len(), 1, "one at a time");
        drop(gone);
        assert!(matches!(
            keeper.told()[..],
            [News::GivenBack(Receipt { number: 1, .. })]
        ));
        assert!(futures::poll!(&mut next).is_pending());
        assert_eq!(keeper.asked.lock().unwrap().len(), 2);

        // A deployment that is closed meanwhile is not asked at its place.
        pool.change(0, |lane| lane.health = Health::Dead);
        assert_eq!(next.await.err(), Some(NoTurn::NobodyLeft));
        assert_eq!(keeper.told().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_has_passed_is_another_one_s() {
        let (keeper, pool) = Keeper::pool(Duration::from_secs(1), 1);
        let mut slow = Box::pin(pool.slot(|| vec![COST], Urgency::New, &[]));
        assert!(futures::poll!(&mut slow).is_pending());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(slow.await.is_ok());
        assert_eq!(keeper.asked.lock().unwrap().len(), 2);
        assert!(matches!(keeper.told()[..], [News::GivenBack(_)]));
    }

    #[tokio::test(start_paused = true)]
    async fn without_the_keeper_each_keeps_to_the_quota_by_itself() {
        let (keeper, pool) = Keeper::pool(Duration::from_secs(1), 1);
        keeper
            .is_away
            .store(true, std::sync::atomic::Ordering::SeqCst);
        let begun = Instant::now();
        for _ in 0..10 {
            slot(&pool, &[]).await;
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
        slot(&pool, &[]).await;
        assert_eq!(
            begun.elapsed().as_secs(),
            60,
            "a minute has a thousand tokens"
        );
        assert!(keeper.asked.lock().unwrap().is_empty());
        keeper
            .is_away
            .store(false, std::sync::atomic::Ordering::SeqCst);
        slot(&pool, &[]).await;
        let told = keeper.asked.lock().unwrap()[0].untold;
        assert_eq!(told, 100, "what was spent meanwhile and has not come back");
        slot(&pool, &[]).await;
        assert_eq!(keeper.asked.lock().unwrap()[1].untold, 0, "once");
    }

    #[tokio::test(start_paused = true)]
    async fn of_several_deployments_the_one_with_a_free_place_is_asked() {
        let (keeper, pool) = Keeper::pool(Duration::from_secs(30), 2);
        let begun = Instant::now();
        for _ in 0..3 {
            assert_eq!(slot(&pool, &[]).await.index, 1);
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
        pool.change(1, |lane| lane.health = Health::Dead);
        assert_eq!(slot(&pool, &[]).await.index, 0);
        assert_eq!(begun.elapsed().as_secs(), 30);
        assert!(keeper.told().is_empty());
    }
}
