//! How large a request is for one deployment: what its prompt costs there, and the room that its
//! model needs to think. Both are corrected by what the answers say they used.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::chat::{Tokens, Usage};

/// Azure admits a request by its characters, about four of them a token; fewer are assumed only
/// where the deployment is seen to count more.
const TOKENS_PER_CHARACTER: f64 = 0.25;

/// What code full of signs has, or prose in a language that the tokenizer knows little of.
const DENSE: f64 = 0.4;

/// How much more a prompt may have than those before it.
const MARGIN: f64 = 1.25;

/// No text has more tokens than characters by much.
const MOST_PER_CHARACTER: f64 = 1.5;

/// The weight of the newest answer.
const WEIGHT: f64 = 0.1;

/// The first room for reasoning when an answer shows that there is too little.
const FIRST_ROOM: u64 = 2_048;

/// The largest room for reasoning.
const MOST_ROOM: u64 = 65_536;

/// What the answers of one deployment have told about sizes.
pub(super) struct Sizing(Mutex<State>);

#[derive(Debug, Clone, Copy)]
struct State {
    tokens_per_character: f64,
    reasoning_room: u64,
}

impl Sizing {
    /// Begins with the room that a model of this effort is likely to need.
    pub(super) fn new(reasoning_effort: Option<&str>) -> Self {
        let reasoning_room = match reasoning_effort {
            None | Some("none") => 0,
            Some("minimal") => 256,
            Some("low") => 1_024,
            Some("medium") => 4_096,
            Some("high") => 16_384,
            Some(_) => 32_768,
        };
        Self(Mutex::new(State {
            tokens_per_character: TOKENS_PER_CHARACTER,
            reasoning_room,
        }))
    }

    /// The tokens of a prompt of so many characters, as the service admits them.
    pub(super) fn prompt(&self, characters: usize) -> Tokens {
        let per_character = self.lock().tokens_per_character;
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an estimate of at most a few million"
        )]
        let tokens = (characters as f64 * per_character).ceil() as u64;
        Tokens::new(tokens)
    }

    /// The tokens that a prompt of so many characters has at most, by all that is likely: for a budget,
    /// which must not turn out too small.
    pub(super) fn most(&self, characters: usize) -> Tokens {
        let seen = self.lock().tokens_per_character * MARGIN;
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an estimate of at most a few million"
        )]
        let tokens = (characters as f64 * seen.max(DENSE)).ceil() as u64;
        Tokens::new(tokens)
    }

    /// The room for reasoning that a request gets besides its reply's.
    pub(super) fn reasoning_room(&self) -> u64 {
        self.lock().reasoning_room
    }

    /// Takes up what another run has learned.
    pub(super) fn remember_room(&self, room: u64) {
        let mut state = self.lock();
        state.reasoning_room = state.reasoning_room.max(room.min(MOST_ROOM));
    }

    /// Learns from what an answer to a prompt of so many characters cost, whose request had `room`.
    /// Says whether the next one will have more.
    pub(super) fn answered(
        &self,
        characters: usize,
        usage: Usage,
        is_cut_off: bool,
        room: u64,
    ) -> bool {
        let mut state = self.lock();
        let Usage {
            prompt, reasoning, ..
        } = usage;
        if prompt.get() > 0 && characters > 0 {
            #[expect(clippy::cast_precision_loss, reason = "a ratio needs no 53 bits")]
            let ratio = prompt.get() as f64 / characters as f64;
            let ratio = ratio.clamp(TOKENS_PER_CHARACTER, MOST_PER_CHARACTER);
            state.tokens_per_character += (ratio - state.tokens_per_character) * WEIGHT;
        }
        let spent = reasoning.get();
        if is_cut_off && spent > 0 {
            state.widen(spent.saturating_mul(2), room);
        } else if !is_cut_off {
            // Half as much again as was needed, given back slowly.
            let wanted = spent.saturating_add(spent / 2).min(MOST_ROOM);
            let kept = state.reasoning_room - state.reasoning_room.div_ceil(16);
            state.reasoning_room = wanted.max(kept);
        }
        state.reasoning_room > room
    }

    /// The service says that the model had no room to finish, and not what it used. Says whether the
    /// next request will have more than this one's `room`.
    pub(super) fn cut_off(&self, room: u64) -> bool {
        let mut state = self.lock();
        state.widen(0, room);
        state.reasoning_room > room
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Once for all requests that had the same room.
    fn widen(&mut self, least: u64, room: u64) {
        if self.reasoning_room > room {
            return;
        }
        let doubled = self.reasoning_room.saturating_mul(2);
        self.reasoning_room = doubled.max(least).clamp(FIRST_ROOM, MOST_ROOM);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(prompt: u64, reasoning: u64) -> Usage {
        Usage {
            prompt: Tokens::new(prompt),
            completion: Tokens::new(reasoning + 10),
            reasoning: Tokens::new(reasoning),
            ..Usage::default()
        }
    }

    #[test]
    fn a_prompt_is_never_estimated_below_what_azure_admits_it_by() {
        let sizing = Sizing::new(None);
        assert_eq!(sizing.prompt(4_001), Tokens::new(1_001));
        for _ in 0..100 {
            sizing.answered(4_000, used(800, 0), false, 0);
        }
        assert_eq!(sizing.prompt(4_000), Tokens::new(1_000));
        for _ in 0..100 {
            sizing.answered(4_000, used(2_000, 0), false, 0);
        }
        assert!((1_990..=2_000).contains(&sizing.prompt(4_000).get()));
    }

    #[test]
    fn what_a_budget_reserves_for_a_prompt_is_above_what_prompts_have() {
        let sizing = Sizing::new(None);
        assert_eq!(sizing.most(4_000), Tokens::new(1_600));
        for _ in 0..100 {
            sizing.answered(4_000, used(2_000, 0), false, 0);
        }
        assert!((2_490..=2_500).contains(&sizing.most(4_000).get()));
    }

    #[test]
    fn a_model_that_thinks_gets_room_for_it() {
        let sizing = Sizing::new(None);
        let room = || sizing.reasoning_room();
        let answered =
            |reasoning, is_cut_off| sizing.answered(100, used(0, reasoning), is_cut_off, room());
        assert_eq!(room(), 0);
        assert!(answered(500, true));
        assert_eq!(room(), FIRST_ROOM);
        assert!(answered(3_000, true));
        assert_eq!(room(), 6_000);
        assert!(sizing.cut_off(room()));
        assert_eq!(room(), 12_000);
        for _ in 0..100 {
            answered(400, false);
        }
        assert_eq!(room(), 600);
        for _ in 0..20 {
            sizing.cut_off(room());
        }
        assert_eq!(room(), MOST_ROOM);
        assert!(!sizing.cut_off(room()), "it cannot grow for ever");
        for _ in 0..300 {
            answered(0, false);
        }
        assert_eq!(room(), 0, "who does not think needs none");
    }

    #[test]
    fn requests_that_were_sent_together_widen_the_room_once() {
        let sizing = Sizing::new(None);
        for _ in 0..8 {
            assert!(sizing.answered(100, used(0, 700), true, 0));
            assert!(sizing.cut_off(0));
        }
        assert_eq!(sizing.reasoning_room(), FIRST_ROOM);
    }

    #[test]
    fn an_effort_is_a_hint() {
        assert_eq!(Sizing::new(Some("none")).reasoning_room(), 0);
        assert_eq!(Sizing::new(Some("low")).reasoning_room(), 1_024);
        assert_eq!(Sizing::new(Some("max")).reasoning_room(), 32_768);
    }
}
