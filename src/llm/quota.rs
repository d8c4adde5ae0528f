//! One deployment's quota: when the next request may be sent, so that a run fills it and gets no 429
//! of its own making.
//!
//! Requests leave evenly, since the service counts them over windows as short as a second. Tokens
//! are counted over a minute, so a sum over the last minute is kept: a bucket that holds a minute's
//! tokens and refills meanwhile would let twice the quota pass in its first minute.

mod pace;
mod window;

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::chat::Tokens;
use super::rate_headers::RateHeaders;
use super::shared_quota::{News, Patience, Receipt, Rules, Wish};
use crate::config;

use pace::{LONGEST_MINUTE, Pace, REQUEST_MINUTE, SLOWER, TOLERANCE};
use window::{CATCH_UP, HASTE, TOKEN_MINUTE, Taken, TokenWindow, share};

/// The share of a minute's tokens that estimates may differ by; more is somebody else.
const ESTIMATE: f64 = 0.1;

/// How this is counted, for those who count for several machines.
pub const RULES: Rules = Rules {
    request_minute: REQUEST_MINUTE,
    longest_minute: LONGEST_MINUTE,
    slower: SLOWER,
    tolerance: TOLERANCE,
    token_minute: TOKEN_MINUTE,
    haste: HASTE,
    catch_up: CATCH_UP,
    estimate: ESTIMATE,
};

/// What a deployment allows, what has been used of it, and until when it is closed.
pub(super) struct Quota {
    pace: Option<Pace>,
    tokens: Option<TokenWindow>,
    /// What the settings allow; the headers may lower it and bring it back.
    configured: Option<u64>,
    /// What is left of a minute's tokens by the account that several machines share.
    shared_left: Option<u64>,
    /// What was taken in the last minute without that account's knowledge.
    untold: VecDeque<Taken>,
    resume_at: Option<Instant>,
}

impl Quota {
    pub(super) fn new(quota: config::Quota) -> Self {
        let configured = quota.tokens_per_minute.map(|limit| u64::from(limit.get()));
        Self {
            pace: quota.requests_per_minute.map(Pace::new),
            tokens: configured.map(TokenWindow::new),
            configured,
            shared_left: None,
            untold: VecDeque::new(),
            resume_at: None,
        }
    }

    /// When pause and tokens let a request of `cost` pass; `None` if they do now. Tokens that are
    /// scarce, since the requests that wait want more than are left, are spent evenly.
    pub(super) fn free_at(
        &mut self,
        cost: Tokens,
        is_scarce: bool,
        now: Instant,
    ) -> Option<Instant> {
        let tokens = self
            .tokens
            .as_mut()
            .and_then(|window| window.free_at(cost, is_scarce, now));
        self.paused(now).max(tokens)
    }

    /// Until when a pause holds everybody back; `None` if there is none.
    pub(super) fn paused(&self, now: Instant) -> Option<Instant> {
        self.resume_at.filter(|until| *until > now)
    }

    /// What is asked of the account that several machines share, for a request of `cost`.
    pub(super) fn wish(&mut self, cost: Tokens, wanted: u64, now: Instant) -> Wish {
        self.untold.retain(|taken| taken.back_at > now);
        Wish {
            tokens: cost.get(),
            requests_per_minute: self.pace.as_ref().map(|pace| pace.per_minute),
            tokens_per_minute: self.token_limit(),
            wanted,
            untold: self.untold.iter().map(|taken| taken.tokens).sum(),
            patience: Patience::Any,
        }
    }

    /// Takes a request's tokens that the account shared by several machines has booked too, which then
    /// had so much left; it knows of everything before.
    pub(super) fn take_shared(&mut self, cost: Tokens, left: Option<u64>, now: Instant) {
        self.shared_left = left;
        self.untold.clear();
        if let Some(window) = &mut self.tokens {
            window.take(cost, now);
        }
    }

    /// What the machines that share this quota should know of an answer to the request that was sent at
    /// `receipt`, when the account had `left`.
    pub(super) fn news(
        &self,
        headers: &RateHeaders,
        left: Option<u64>,
        receipt: Receipt,
    ) -> Option<News> {
        let (limit, remaining) = (self.token_limit()?, headers.remaining_tokens?);
        let left = left.unwrap_or(limit);
        let is_news = share(left.saturating_sub(remaining), limit) > ESTIMATE;
        is_news.then(|| News::Remaining {
            receipt,
            limit,
            left,
            remaining,
            reset: headers
                .reset_tokens
                .unwrap_or(TOKEN_MINUTE)
                .min(TOKEN_MINUTE),
        })
    }

    /// Whether a minute's tokens are enough for a request of `cost`.
    pub(super) fn can_ever(&self, cost: Tokens) -> bool {
        let limit = self.tokens.as_ref().map(|window| window.limit);
        limit.is_none_or(|limit| cost.get() <= limit)
    }

    /// Takes the next place in the pace, or says when there is one.
    pub(super) fn take_place(&mut self, now: Instant) -> Result<(), Instant> {
        self.pace.as_mut().map_or(Ok(()), |pace| pace.take(now))
    }

    /// Until when nobody is sent there.
    pub(super) fn paused_until(&self) -> Option<Instant> {
        self.resume_at
    }

    /// A minute's requests; `None` if they are not limited.
    pub(super) fn request_limit(&self) -> Option<u64> {
        let pace = self.pace.as_ref();
        pace.map(|pace| u64::from(pace.per_minute.get()))
    }

    /// A minute's tokens; `None` if they are not limited.
    pub(super) fn token_limit(&self) -> Option<u64> {
        self.tokens.as_ref().map(|window| window.limit)
    }

    /// Takes a request's tokens; gives what is left of the minute's then.
    pub(super) fn take_tokens(&mut self, cost: Tokens, now: Instant) -> Option<u64> {
        self.shared_left = None;
        let window = self.tokens.as_mut()?;
        window.take(cost, now);
        while self
            .untold
            .front()
            .is_some_and(|taken| taken.back_at <= now)
        {
            self.untold.pop_front();
        }
        self.untold.push_back(Taken {
            back_at: now + TOKEN_MINUTE,
            tokens: cost.get().min(window.limit),
        });
        Some(window.left())
    }

    /// The share of a minute's tokens that is left; all of them if they are not limited.
    pub(super) fn left(&mut self, now: Instant) -> f64 {
        let Some(window) = &mut self.tokens else {
            return 1.0;
        };
        window.forget(now);
        share(self.shared_left.unwrap_or(window.left()), window.limit)
    }

    /// A minute's tokens that are left; `None` if they are not limited.
    pub(super) fn tokens_left(&mut self, now: Instant) -> Option<u64> {
        let window = self.tokens.as_mut()?;
        window.forget(now);
        Some(window.left())
    }

    /// Holds every request back for `wait`; a longer pause already begun stays.
    pub(super) fn pause(&mut self, wait: Duration, now: Instant) {
        self.resume_at = self.resume_at.max(Some(now + wait));
    }

    /// Spreads requests further: the service refused one sent at `sent` although the pace was kept.
    pub(super) fn slow_down(&mut self, sent: Instant, now: Instant) {
        if let Some(pace) = &mut self.pace {
            pace.slow_down(sent, now);
        }
    }

    /// Takes over what the service says of itself in answer to a request sent at `sent`, when it was
    /// admitted. `left_when_sent` is what this account had left then.
    ///
    /// The service may allow less than the settings say while it is under load, never more. What it
    /// has left and this account thinks it has, others have used.
    pub(super) fn correct(
        &mut self,
        headers: &RateHeaders,
        left_when_sent: Option<u64>,
        sent: Instant,
        now: Instant,
    ) {
        let reset_at =
            |reset: Option<Duration>| sent + reset.unwrap_or(TOKEN_MINUTE).min(TOKEN_MINUTE);
        if let Some(limit) = headers.limit_tokens.filter(|limit| *limit > 0) {
            let limit = self.configured.map_or(limit, |most| most.min(limit));
            if let Some(window) = &mut self.tokens {
                window.limit = limit;
            } else {
                // What was used before this account began is known from here alone.
                let mut window = TokenWindow::new(limit);
                let remaining = headers.remaining_tokens.unwrap_or(limit);
                let used = limit.saturating_sub(remaining);
                window.block(used, reset_at(headers.reset_tokens), now);
                self.tokens = Some(window);
            }
        }
        if let (Some(window), Some(remaining), Some(then)) =
            (&mut self.tokens, headers.remaining_tokens, left_when_sent)
        {
            window.forget(now);
            let ours = then.min(window.left());
            let by_others = ours.saturating_sub(remaining);
            if share(by_others, window.limit) > ESTIMATE {
                window.block(by_others, reset_at(headers.reset_tokens), now);
            }
        }
        if headers.remaining_requests == Some(0)
            && let Some(reset) = headers.reset_requests
            && self.pace.is_none()
            && reset <= TOKEN_MINUTE
        {
            self.resume_at = self.resume_at.max(Some(sent + reset));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn quota(tokens: u32) -> Quota {
        Quota::new(config::Quota {
            requests_per_minute: None,
            tokens_per_minute: NonZeroU32::new(tokens),
            max_concurrency: std::num::NonZeroUsize::MIN,
        })
    }

    #[test]
    fn a_minute_never_holds_more_tokens_than_its_quota() {
        let mut quota = quota(10_000);
        let mut now = Instant::now();
        let mut taken: Vec<(Instant, u64)> = Vec::new();
        let costs = [
            4_000, 1_000, 3_000, 9_000, 500, 500, 2_500, 10_000, 20_000, 1,
        ];
        for cost in costs.into_iter().cycle().take(100) {
            while let Some(free_at) = quota.free_at(Tokens::new(cost), false, now) {
                assert!(free_at > now);
                now = free_at;
            }
            quota.take_tokens(Tokens::new(cost), now);
            taken.push((now, cost.min(10_000)));
        }
        for (index, (from, _)) in taken.iter().enumerate() {
            let minute = taken[index..]
                .iter()
                .take_while(|(at, _)| *at < *from + 60 * SECOND);
            assert!(minute.map(|(_, cost)| cost).sum::<u64>() <= 10_000);
        }
        assert!(quota.can_ever(Tokens::new(10_000)) && !quota.can_ever(Tokens::new(10_001)));
    }

    /// When requests of a hundredth of the quota leave that all want to leave at once.
    fn spending(is_scarce: bool) -> Vec<f64> {
        let mut quota = quota(100_000);
        let start = Instant::now();
        let mut now = start;
        let mut taken = Vec::new();
        while now < start + 300 * SECOND {
            if let Some(free_at) = quota.free_at(Tokens::new(1_000), is_scarce, now) {
                now = free_at;
            } else {
                quota.take_tokens(Tokens::new(1_000), now);
                taken.push((now - start).as_secs_f64());
            }
        }
        taken
    }

    #[test]
    fn scarce_tokens_are_spent_evenly_and_others_at_once() {
        let between = |taken: &[f64], from: f64, to: f64| {
            let taken = taken.iter().filter(|at| (from..to).contains(*at));
            taken.count()
        };
        let scarce = spending(true);
        for begin in 0..240 {
            let minute = between(&scarce, begin.into(), f64::from(begin) + 60.0);
            assert!((98..=100).contains(&minute), "{minute} from {begin} on");
        }
        assert!(between(&scarce, 0.0, 10.0) <= 20);
        assert_eq!(between(&spending(false), 0.0, 1.0), 100);
    }

    #[test]
    fn the_longest_pause_holds() {
        let mut quota = quota(100);
        let now = Instant::now();
        quota.pause(2 * SECOND, now);
        quota.pause(SECOND, now);
        assert_eq!(
            quota.free_at(Tokens::new(1), false, now),
            Some(now + 2 * SECOND)
        );
        assert_eq!(quota.free_at(Tokens::new(1), false, now + 2 * SECOND), None);
    }

    fn said(limit: u64, remaining: u64) -> RateHeaders {
        RateHeaders {
            limit_tokens: Some(limit),
            remaining_tokens: Some(remaining),
            reset_tokens: Some(10 * SECOND),
            ..RateHeaders::default()
        }
    }

    #[test]
    fn what_others_use_is_left_to_them_until_the_reset() {
        let mut quota = quota(1_000);
        let now = Instant::now();
        let left = quota.take_tokens(Tokens::new(200), now);
        quota.correct(&said(1_000, 790), left, now, now);
        assert_eq!(
            quota.free_at(Tokens::new(800), false, now),
            None,
            "estimates differ a little"
        );
        quota.correct(&said(1_000, 300), left, now, now);
        assert_eq!(quota.free_at(Tokens::new(300), false, now), None);
        assert_eq!(
            quota.free_at(Tokens::new(301), false, now),
            Some(now + 10 * SECOND)
        );
        // An answer that comes late knows less than this account.
        let later = quota.take_tokens(Tokens::new(300), now);
        quota.correct(&said(1_000, 300), left, now, now);
        assert_eq!(later, Some(0));
        assert_eq!(
            quota.free_at(Tokens::new(500), false, now),
            Some(now + 10 * SECOND)
        );
    }

    #[test]
    fn what_a_late_answer_says_of_the_past_is_over() {
        let mut quota = quota(1_000);
        let sent = Instant::now();
        let left = quota.take_tokens(Tokens::new(200), sent);
        quota.correct(&said(1_000, 0), left, sent, sent + 11 * SECOND);
        let now = sent + 11 * SECOND;
        assert_eq!(quota.free_at(Tokens::new(800), false, now), None);
    }

    #[test]
    fn the_service_may_allow_less_than_the_settings_and_not_more() {
        let mut quota = quota(1_000);
        let now = Instant::now();
        quota.correct(&said(400, 400), None, now, now);
        assert!(!quota.can_ever(Tokens::new(401)));
        quota.correct(&said(5_000, 5_000), None, now, now);
        assert!(quota.can_ever(Tokens::new(1_000)) && !quota.can_ever(Tokens::new(1_001)));

        let mut unset = Quota::new(config::Quota::default());
        assert!(unset.can_ever(Tokens::new(1_000_000)));
        unset.correct(&said(8_000, 5_000), None, now, now);
        assert!(!unset.can_ever(Tokens::new(8_001)), "the limit is learned");
        let at = |tokens| {
            unset
                .tokens
                .as_mut()
                .unwrap()
                .free_at(Tokens::new(tokens), false, now)
        };
        assert_eq!(
            [5_000, 5_001].map(at),
            [None, Some(now + 10 * SECOND)],
            "and what is used of it"
        );
    }
}
