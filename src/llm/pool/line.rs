//! The line: who waits for a turn, in which order, and how many tokens they want.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::llm::chat::{Tokens, Urgency};

/// A place in the line: the urgent before the others, first come first served.
pub(super) type Place = (Urgency, u64);

/// Those who wait.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The next one first.
    waiters: BTreeMap<Place, Waiter>,
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
}

#[derive(Debug)]
struct Waiter {
    notify: Arc<Notify>,
    wants: u64,
}

/// What requests have cost so far.
#[derive(Debug, Default)]
struct Known {
    requests: u64,
    tokens: u64,
}

impl Known {
    fn average(&self) -> u64 {
        self.tokens / self.requests.max(1)
    }
}

impl Line {
    /// Adds a request of `cost`; it is notified when it may be its turn.
    pub(super) fn join(&mut self, urgency: Urgency, cost: Tokens) -> (Place, Arc<Notify>) {
        let place = (urgency, self.next_number);
        self.next_number += 1;
        let notify = Arc::new(Notify::new());
        let waiter = Waiter {
            notify: notify.clone(),
            wants: cost.get(),
        };
        self.wanted = self.wanted.saturating_add(waiter.wants);
        if urgency == Urgency::New {
            self.known.requests += 1;
            self.known.tokens = self.known.tokens.saturating_add(waiter.wants);
        }
        self.waiters.insert(place, waiter);
        (place, notify)
    }

    /// Removes a request, and whatever it was about.
    pub(super) fn leave(&mut self, place: Place) {
        if self.asking == Some(place) {
            self.asking = None;
        }
        if let Some(waiter) = self.waiters.remove(&place) {
            self.wanted = self.wanted.saturating_sub(waiter.wants);
        }
    }

    /// Whether a request is the first, with nobody asking for a place in a shared quota.
    pub(super) fn is_turn_of(&self, place: Place) -> bool {
        self.asking.is_none() && self.waiters.keys().next() == Some(&place)
    }

    /// A request asks for a place in a shared quota, and holds back the others.
    pub(super) fn ask(&mut self, place: Place) {
        self.asking = Some(place);
    }

    /// It does so no more, and somebody more urgent may be the first by now.
    pub(super) fn end_asking(&mut self) {
        self.asking = None;
        self.wake_first();
    }

    /// Takes note of how many requests are still to come.
    pub(super) fn expect(&mut self, requests: usize) {
        self.expected = u64::try_from(requests).unwrap_or(u64::MAX);
    }

    /// The tokens of those who wait and of those who are still to come, each of whom is taken to want
    /// what those before did on average.
    pub(super) fn demand(&self) -> u64 {
        let expected = self.expected.saturating_mul(self.known.average());
        self.wanted.saturating_add(expected)
    }

    pub(super) fn len(&self) -> usize {
        self.waiters.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiters.is_empty()
    }

    /// Something has changed that the first may wait for, or who asks for a place in a shared quota.
    pub(super) fn wake_first(&self) {
        let asking = self.asking.and_then(|place| self.waiters.get(&place));
        for waiter in self.waiters.values().next().into_iter().chain(asking) {
            waiter.notify.notify_one();
        }
    }
}
