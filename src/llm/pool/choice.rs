//! Load balancing: which deployment the first in the line goes to, and when.
//!
//! It goes to the one that may take it now and has the largest share of its quota left.

use tokio::time::Instant;

use super::Hold;
use crate::llm::chat::Tokens;
use crate::llm::health::Health;
use crate::llm::lane::{Gate, Lane, Left, Readiness, SOON};

/// What the first in the line does.
pub(super) enum Choice {
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
pub(in crate::llm) enum NoTurn {
    /// There is no deployment left that serves anybody.
    NobodyLeft,
    /// It costs so much, more than a minute's tokens of any deployment.
    TooLarge(Tokens),
}

/// Chooses for a request that costs `costs[i]` at the `i`-th of `lanes`, rather not one of those to be
/// `avoided`. `demand` are the tokens of all who wait and are still to come.
pub(super) fn choose(
    lanes: &mut [Lane],
    costs: &[Tokens],
    avoided: &[usize],
    demand: u64,
    gate: Gate,
    now: Instant,
) -> Choice {
    if let Some(reason) = never(lanes, costs) {
        return Choice::Never(reason);
    }
    let is_any_up = is_any_up(lanes, now);
    let is_scarce = is_scarce(lanes, demand, now);
    let mut wait = Wait::default();
    // Whether one that is not to be avoided will take the request before long.
    let mut is_soon = false;
    let mut open: Vec<(bool, Left, usize)> = Vec::new();
    for (index, (lane, cost)) in lanes.iter_mut().zip(costs).enumerate() {
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
        match lanes[index].quota.take_place(now) {
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
fn never(lanes: &[Lane], costs: &[Tokens]) -> Option<NoTurn> {
    let alive = lanes.iter().zip(costs);
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
fn is_scarce(lanes: &mut [Lane], demand: u64, now: Instant) -> bool {
    let left = lanes
        .iter_mut()
        .filter(|lane| lane.health != Health::Dead)
        .try_fold(0_u64, |sum, lane| {
            Some(sum.saturating_add(lane.quota.tokens_left(now)?))
        });
    left.is_some_and(|left| demand > left)
}

/// Whether a deployment may still take a request of `cost` whose place in the shared quota is reserved.
pub(super) fn is_open(lanes: &mut [Lane], index: usize, cost: Tokens, now: Instant) -> bool {
    let is_any_up = is_any_up(lanes, now);
    let ready = lanes[index].readiness(cost, is_any_up, false, Gate::Shared, now);
    matches!(ready, Readiness::Open(_))
}

fn is_any_up(lanes: &[Lane], now: Instant) -> bool {
    lanes.iter().any(|lane| lane.health.is_up(now))
}
