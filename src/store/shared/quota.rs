//! The accounts of deployments that several machines share, as scripts that Redis runs whole or not
//! at all, on its own clock.
//!
//! An account is three keys, `docgen:quota:{HOST/DEPLOYMENT}:…`, which go away by themselves three
//! minutes after the last request. The arithmetic is that of a process's own account; what differs is
//! that a place may be reserved before its time has come.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt as _};
use redis::Script;
use tokio::task::JoinSet;

use super::server::RedisServer;
use crate::llm::{News, Patience, Place, RULES, Receipt, SharedQuota, SharedTurn, Wish};

const TAKE: &str = concat!(include_str!("account.lua"), include_str!("take.lua"));
const TELL: &str = concat!(include_str!("account.lua"), include_str!("tell.lua"));

/// How long the end of a run waits for what others are still to be told.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// The accounts on a Redis server.
pub struct RedisBuckets {
    server: Arc<RedisServer>,
    take: Script,
    tell: Arc<Script>,
    /// What tells this process from others; no two have the same.
    process: u64,
    next_number: AtomicU64,
    told: Mutex<JoinSet<()>>,
}

impl RedisBuckets {
    /// The accounts on `server`.
    #[must_use]
    pub fn new(server: Arc<RedisServer>) -> Self {
        Self {
            server,
            take: Script::new(TAKE),
            tell: Arc::new(Script::new(TELL)),
            process: fastrand::u64(..),
            next_number: AtomicU64::new(0),
            told: Mutex::default(),
        }
    }

    /// Waits until others know what they were to be told, but not for long.
    pub async fn settle(&self) {
        let mut told =
            std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while told.join_next().await.is_some() {} };
        _ = tokio::time::timeout(LAST_WORDS, all).await;
    }

    /// What a place is called: the process and how many it had before.
    fn member(&self, number: u64) -> String {
        format!("{:016x}.{number}", self.process)
    }

    async fn ask(&self, account: &str, wish: Wish) -> Option<SharedTurn> {
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        let mut call = self.take.prepare_invoke();
        for key in keys(account) {
            call.key(key);
        }
        call.arg(self.member(number))
            .arg(format!("{:016x}", self.process))
            .arg(wish.tokens)
            .arg(
                wish.requests_per_minute
                    .map_or(0, std::num::NonZeroU32::get),
            )
            .arg(wish.tokens_per_minute.unwrap_or(0))
            .arg(wish.wanted)
            .arg(wish.untold)
            .arg(u8::from(wish.patience == Patience::Any))
            .arg(micros(RULES.request_minute))
            .arg(micros(RULES.tolerance))
            .arg(micros(RULES.token_minute))
            .arg(RULES.haste)
            .arg(micros(RULES.catch_up))
            .arg(RULES.slower);
        let call = &call;
        let asked = self.server.ask(|mut connection| async move {
            call.invoke_async::<(u64, i64, u64, u64, u64, u64)>(&mut connection)
                .await
        });
        let (wait, left, tokens, at, before, after) = asked.await?;
        let wait = Duration::from_micros(wait);
        Some(match left {
            -2 => SharedTurn::Later(wait),
            _ => SharedTurn::Reserved(Place {
                wait,
                left: u64::try_from(left).ok(),
                receipt: Receipt {
                    number,
                    tokens,
                    at,
                    before,
                    after,
                },
            }),
        })
    }

    fn words(&self, news: News) -> Vec<String> {
        match news {
            News::GivenBack(receipt) => vec![
                "given back".to_owned(),
                self.member(receipt.number),
                receipt.tokens.to_string(),
                receipt.before.to_string(),
                receipt.after.to_string(),
            ],
            News::Late(receipt, late) => vec![
                "late".to_owned(),
                self.member(receipt.number),
                receipt.tokens.to_string(),
                micros(late).to_string(),
            ],
            News::Paused(wait) => vec!["paused".to_owned(), micros(wait).to_string()],
            News::TooFast(receipt) => vec![
                "too fast".to_owned(),
                receipt.at.to_string(),
                micros(RULES.request_minute).to_string(),
                micros(RULES.longest_minute).to_string(),
                RULES.slower.to_string(),
            ],
            News::Remaining {
                receipt,
                limit,
                left,
                remaining,
                reset,
            } => vec![
                "remaining".to_owned(),
                self.member(receipt.number),
                limit.to_string(),
                left.to_string(),
                remaining.to_string(),
                receipt.at.to_string(),
                micros(reset).to_string(),
                RULES.estimate.to_string(),
            ],
        }
    }
}

impl SharedQuota for RedisBuckets {
    fn is_up(&self) -> bool {
        self.server.is_up()
    }

    fn reserve<'a>(&'a self, account: &'a str, wish: Wish) -> BoxFuture<'a, Option<SharedTurn>> {
        self.ask(account, wish).boxed()
    }

    fn tell(&self, account: &str, news: News) {
        // Outside of a run there is nobody left to tell.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if !self.server.is_up() {
            return;
        }
        let (server, script) = (self.server.clone(), self.tell.clone());
        let (keys, words) = (keys(account), self.words(news));
        let telling = async move {
            let mut call = script.prepare_invoke();
            for key in keys {
                call.key(key);
            }
            call.arg(words);
            let call = &call;
            let told = server.ask(|mut connection| async move {
                call.invoke_async::<i64>(&mut connection).await
            });
            _ = told.await;
        };
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        while told.try_join_next().is_some() {}
        told.spawn_on(telling, &runtime);
    }
}

/// The keys of an account. What stands in braces has a cluster keep them together.
fn keys(account: &str) -> [String; 3] {
    ["", ":tokens", ":users"].map(|part| format!("docgen:quota:{{{account}}}{part}"))
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::super::connected;
    use super::super::test_redis::{TestRedis, has_redis};
    use super::*;

    const SECOND: u64 = 1_000_000;
    const MINUTE: u64 = 60 * SECOND;

    fn buckets(server: &TestRedis) -> RedisBuckets {
        RedisBuckets::new(connected(server))
    }

    fn wish(requests: u32, limit: u64, tokens: u64, wanted: u64) -> Wish {
        Wish {
            tokens,
            requests_per_minute: NonZeroU32::new(requests),
            tokens_per_minute: (limit > 0).then_some(limit),
            wanted,
            untold: 0,
            patience: Patience::Any,
        }
    }

    async fn place(buckets: &RedisBuckets, wish: Wish) -> Place {
        match buckets.reserve("host/model", wish).await.unwrap() {
            SharedTurn::Reserved(place) => place,
            SharedTurn::Later(wait) => panic!("later, after {wait:?}"),
        }
    }

    async fn tell(buckets: &RedisBuckets, news: News) {
        buckets.tell("host/model", news);
        buckets.settle().await;
    }

    /// The most that any `window` holds of what comes at these times.
    fn most(taken: &[(u64, u64)], window: u64) -> u64 {
        let from = |index: usize| {
            let begin = taken[index].0;
            let within = taken[index..].iter();
            let within = within.take_while(|(at, _)| *at < begin + window);
            within.map(|(_, amount)| amount).sum()
        };
        (0..taken.len()).map(from).max().unwrap_or_default()
    }

    #[tokio::test]
    async fn requests_of_all_machines_leave_as_evenly_as_those_of_one() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let machines = [buckets(&server), buckets(&server), buckets(&server)];
        for (per_minute, account) in [(6, "a/b"), (120, "c/d"), (6_000, "e/f")] {
            let mut taken = Vec::new();
            for machine in machines.iter().cycle().take(700) {
                let turn = machine.reserve(account, wish(per_minute, 0, 100, 0)).await;
                let Some(SharedTurn::Reserved(place)) = turn else {
                    panic!("{turn:?}");
                };
                assert_eq!(place.left, None);
                taken.push((place.receipt.at, 1));
            }
            assert!(taken.is_sorted());
            let limit = u64::from(per_minute);
            assert!(most(&taken, MINUTE) <= limit, "{per_minute}");
            assert!(most(&taken, 10 * SECOND) <= limit / 6, "{per_minute}");
            let length = taken[699].0 - taken[0].0;
            assert!(
                699 * MINUTE >= limit * length * 985 / 1000,
                "{per_minute}: {length}"
            );
        }
    }

    #[tokio::test]
    async fn tokens_of_all_machines_never_exceed_a_minute_s_and_the_large_get_their_turn() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let machines = [buckets(&server), buckets(&server)];
        let costs = [
            4_000, 1_000, 3_000, 9_000, 500, 500, 2_500, 10_000, 20_000, 1,
        ];
        let mut taken = Vec::new();
        for (machine, cost) in machines
            .iter()
            .cycle()
            .zip(costs.into_iter().cycle())
            .take(100)
        {
            let place = place(machine, wish(0, 10_000, cost, cost)).await;
            assert!(place.left.unwrap() <= 10_000 - cost.min(10_000));
            taken.push((place.receipt.at, cost.min(10_000)));
        }
        assert!(taken.is_sorted(), "first come, first served");
        assert!(most(&taken, MINUTE) <= 10_000);
    }

    #[tokio::test]
    async fn scarce_tokens_are_spent_evenly_by_all_and_others_at_once() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let (one, other) = (buckets(&server), buckets(&server));
        let first = place(&one, wish(0, 100_000, 1_000, 40_000)).await;
        let second = place(&one, wish(0, 100_000, 1_000, 40_000)).await;
        assert_eq!((first.wait, second.wait), (Duration::ZERO, Duration::ZERO));
        let mut taken = Vec::new();
        for machine in [&one, &other].into_iter().cycle().take(500) {
            let place = place(machine, wish(0, 100_000, 1_000, 70_000)).await;
            taken.push((place.receipt.at, 1_000));
        }
        assert!(most(&taken, MINUTE) <= 100_000);
        assert!(most(&taken[20..], 6 * SECOND) <= 12_000, "no bursts");
        let length = taken[499].0 - taken[0].0;
        assert!(499_000 * MINUTE >= 98_000 * length, "{length}");
    }

    #[tokio::test]
    async fn a_place_given_back_is_the_next_one_s() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let (one, other) = (buckets(&server), buckets(&server));
        place(&one, wish(60, 1_000, 400, 0)).await;
        let large = place(&one, wish(60, 1_000, 1_000, 0)).await;
        assert!(large.wait > Duration::from_secs(59));
        tell(&one, News::GivenBack(large.receipt)).await;
        let small = place(&other, wish(60, 1_000, 600, 0)).await;
        assert!(small.wait < Duration::from_secs(2), "{:?}", small.wait);
        // Once more does no harm.
        tell(&one, News::GivenBack(large.receipt)).await;
        assert_eq!(small.left, Some(0));
        assert!(place(&other, wish(60, 1_000, 1, 0)).await.wait > Duration::from_secs(50));
    }

    #[tokio::test]
    async fn the_tokens_of_a_request_that_left_late_come_back_late() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let one = buckets(&server);
        let first = place(&one, wish(0, 1_000, 1_000, 0)).await;
        tell(&one, News::Late(first.receipt, Duration::from_millis(150))).await;
        let second = place(&one, wish(0, 1_000, 1_000, 0)).await;
        assert_eq!(second.receipt.at - first.receipt.at, 60_450_000);
        // What was given back is not brought back.
        tell(&one, News::GivenBack(second.receipt)).await;
        tell(&one, News::Late(second.receipt, Duration::from_secs(9))).await;
        assert_eq!(server.command(&["ZCARD", &keys("host/model")[1]]), ["1"]);
    }

    #[tokio::test]
    async fn who_has_no_patience_reserves_nothing() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let one = buckets(&server);
        let hasty = Wish {
            patience: Patience::None,
            ..wish(6, 0, 1, 0)
        };
        let first = one.reserve("host/model", hasty).await.unwrap();
        assert!(matches!(first, SharedTurn::Reserved(_)));
        for _ in 0..3 {
            let later = one.reserve("host/model", hasty).await.unwrap();
            let SharedTurn::Later(wait) = later else {
                panic!("{later:?}");
            };
            assert!(wait > Duration::from_secs(5) && wait < Duration::from_secs(11));
        }
    }

    #[tokio::test]
    async fn the_lowest_of_several_limits_holds() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let (strict, lax, unset) = (buckets(&server), buckets(&server), buckets(&server));
        place(&strict, wish(6, 500, 1, 0)).await;
        let next = place(&lax, wish(600, 100_000, 1, 0)).await;
        assert!(next.wait > Duration::from_secs(9), "{:?}", next.wait);
        assert!(next.left.unwrap() < 500);
        let third = place(&unset, wish(0, 0, 1, 0)).await;
        assert!(third.wait > Duration::from_secs(19), "{:?}", third.wait);
    }

    #[tokio::test]
    async fn what_one_learns_of_the_service_holds_for_all() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let (one, other) = (buckets(&server), buckets(&server));
        let first = place(&one, wish(6_000, 1_000, 100, 0)).await;
        tell(
            &one,
            News::Remaining {
                receipt: first.receipt,
                limit: 1_000,
                left: first.left.unwrap(),
                remaining: 300,
                reset: Duration::from_secs(30),
            },
        )
        .await;
        let second = place(&other, wish(6_000, 1_000, 100, 0)).await;
        assert_eq!(second.left, Some(200), "others have used 600");
        tell(&one, News::Paused(Duration::from_secs(20))).await;
        tell(&other, News::Paused(Duration::from_secs(5))).await;
        let third = place(&other, wish(6_000, 1_000, 100, 0)).await;
        assert!(third.wait > Duration::from_secs(18), "{:?}", third.wait);

        let pace = |from: Place, to: Place| to.receipt.at - from.receipt.at;
        place(&one, wish(60, 0, 1, 0)).await;
        let usual = (
            place(&one, wish(60, 0, 1, 0)).await,
            place(&one, wish(60, 0, 1, 0)).await,
        );
        for _ in 0..3 {
            tell(&one, News::TooFast(first.receipt)).await;
        }
        let after = (
            place(&one, wish(60, 0, 1, 0)).await,
            place(&one, wish(60, 0, 1, 0)).await,
        );
        assert_eq!(pace(usual.0, usual.1), 1_010_000);
        assert_eq!(pace(after.0, after.1), 1_040_300, "slower, once for all");
    }

    #[tokio::test]
    async fn what_was_spent_without_the_server_is_told_when_it_is_back() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let one = buckets(&server);
        let wish = Wish {
            untold: 700,
            ..wish(0, 1_000, 200, 0)
        };
        assert_eq!(place(&one, wish).await.left, Some(100));
    }

    #[tokio::test]
    async fn nothing_stays_for_ever_and_nobody_else_s_data_is_touched() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let one = buckets(&server);
        place(&one, wish(60, 1_000, 1_000, 0)).await;
        let large = place(&one, wish(60, 1_000, 1_000, 0)).await;
        tell(&one, News::Paused(Duration::from_mins(50))).await;
        let mut keys = server.command(&["KEYS", "*"]);
        keys.sort();
        let expected =
            ["", ":tokens", ":users"].map(|part| format!("docgen:quota:{{host/model}}{part}"));
        assert_eq!(keys, expected);
        for key in keys {
            let left: u128 = server.command(&["PTTL", &key])[0].parse().unwrap();
            assert!(
                left > large.wait.as_millis() && left < 4_000_000,
                "{key}: {left}"
            );
        }
        server.command(&["SET", "docgen:quota:{other/model}", "something else"]);
        let turn = one.reserve("other/model", wish(60, 0, 1, 0)).await;
        assert_eq!(turn, None);
        assert!(!one.is_up(), "each goes on by itself");
        let value = server.command(&["GET", "docgen:quota:{other/model}"]);
        assert_eq!(value, ["something else"]);
    }
}
