//! The account of a budget that several machines share, in a script that Redis runs whole or not at
//! all, by its own calendar. Each process keeps its own account besides, and by that alone while the
//! server is away.
//!
//! An account is one key, `docgen:budget:NAMESPACE`, which goes away by itself forty days after the
//! last request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::{BoxFuture, FutureExt as _};
use redis::Script;

use super::server::RedisServer;
use crate::llm::{
    Bound, Entry, Excess, Grant, Ledger, LedgerError, Limits, Money, Period, PeriodLimits, Spending,
};
use crate::store::SpendingBook;

const SPEND: &str = include_str!("spend.lua");

/// The account that machines share, and this one's own.
pub struct SharedBook {
    server: Arc<RedisServer>,
    script: Script,
    key: String,
    own: SpendingBook,
    untold: Mutex<Untold>,
}

/// What the others do not know yet, since the server was away: what was added, and what was given back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Untold {
    more: Spending,
    less: Spending,
}

/// What is asked of the script.
struct Change<'a> {
    /// The limits to hold, if it is a wish.
    limits: Option<&'a PeriodLimits>,
    /// The day that is meant; none is today.
    day: &'a str,
    more: Spending,
    less: Spending,
}

/// What the script says.
struct Answer {
    against: u64,
    day: String,
    sums: [Spending; 2],
}

impl SharedBook {
    /// The account of `namespace` on `server`, and this machine's `own`.
    #[must_use]
    pub fn new(server: Arc<RedisServer>, namespace: &str, own: SpendingBook) -> Self {
        Self {
            server,
            script: Script::new(SPEND),
            key: format!("docgen:budget:{namespace}"),
            own,
            untold: Mutex::default(),
        }
    }

    async fn ask(&self, change: &Change<'_>) -> Option<Answer> {
        if !self.server.is_up() {
            return None;
        }
        let mut call = self.script.prepare_invoke();
        call.key(&self.key)
            .arg(u8::from(change.limits.is_some()))
            .arg(change.day);
        let (more, less) = (parts(change.more), parts(change.less));
        for (more, less) in more.into_iter().zip(less) {
            call.arg(more - less);
        }
        let limits = change.limits.copied().unwrap_or_default();
        for limits in [limits.day, limits.month] {
            for limit in bounds(limits) {
                call.arg(limit.map_or(-1, number));
            }
        }
        let call = &call;
        let asked = self.server.ask(|mut connection| async move {
            call.invoke_async::<(u64, String, u64, u64, u64, u64, u64, u64)>(&mut connection)
                .await
        });
        let (against, day, requests, tokens, money, of_month, tokens_of_month, money_of_month) =
            asked.await?;
        let sum = |requests, tokens, money| Spending {
            requests,
            tokens,
            money: Money::new(money),
        };
        Some(Answer {
            against,
            day,
            sums: [
                sum(requests, tokens, money),
                sum(of_month, tokens_of_month, money_of_month),
            ],
        })
    }

    /// Tells the others what they do not know yet.
    async fn tell(&self) {
        let untold = std::mem::take(&mut *self.untold());
        if untold == Untold::default() {
            return;
        }
        let Untold { more, less } = untold;
        let change = Change {
            limits: None,
            day: "",
            more,
            less,
        };
        if self.ask(&change).await.is_none() {
            self.owe(more, less);
        }
    }

    fn owe(&self, more: Spending, less: Spending) {
        let mut untold = self.untold();
        untold.more += more;
        untold.less += less;
    }

    fn untold(&self) -> MutexGuard<'_, Untold> {
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn reserve_shared(
        &self,
        wish: Spending,
        limits: &PeriodLimits,
    ) -> Result<Grant, LedgerError> {
        self.tell().await;
        let change = Change {
            limits: Some(limits),
            day: "",
            more: wish,
            less: Spending::default(),
        };
        let Some(answer) = self.ask(&change).await else {
            let grant = self.own.reserve(wish, limits).await?;
            if matches!(grant, Grant::Granted(_)) {
                self.owe(wish, Spending::default());
            }
            return Ok(grant);
        };
        match answer.excess(limits) {
            Some(excess) => Ok(Grant::Exceeded(excess)),
            None => Ok(Grant::Granted(Entry {
                day: self.own.enter(wish).await?,
                shared: Some(answer.day),
            })),
        }
    }

    async fn settle_both(
        &self,
        entry: Option<Entry>,
        reserved: Spending,
        actual: Spending,
    ) -> Result<(), LedgerError> {
        let day = entry.as_ref().and_then(|entry| entry.shared.clone());
        let less = match &entry {
            Some(_) => reserved,
            None => Spending::default(),
        };
        self.own.settle(entry, reserved, actual).await?;
        let change = Change {
            limits: None,
            day: day.as_deref().unwrap_or_default(),
            more: actual,
            less,
        };
        if day.is_none() || self.ask(&change).await.is_none() {
            self.owe(actual, less);
            self.tell().await;
        }
        Ok(())
    }
}

impl Answer {
    /// The limit that stands against a wish.
    fn excess(&self, limits: &PeriodLimits) -> Option<Excess> {
        let place = usize::try_from(self.against).ok()?.checked_sub(1)?;
        let (period, limits) = match place {
            0..3 => (Period::Day, limits.day),
            _ => (Period::Month, limits.month),
        };
        let bound = *bounds(limits).get(place % 3)?;
        Some(Excess {
            period,
            bound: bound?,
            spent: *self.sums.get(place / 3)?,
        })
    }
}

impl Ledger for SharedBook {
    fn reserve<'a>(
        &'a self,
        wish: Spending,
        limits: &'a PeriodLimits,
    ) -> BoxFuture<'a, Result<Grant, LedgerError>> {
        self.reserve_shared(wish, limits).boxed()
    }

    fn settle(
        &self,
        entry: Option<Entry>,
        reserved: Spending,
        actual: Spending,
    ) -> BoxFuture<'_, Result<(), LedgerError>> {
        self.settle_both(entry, reserved, actual).boxed()
    }

    fn totals(&self) -> BoxFuture<'_, Result<[Spending; 2], LedgerError>> {
        async {
            self.tell().await;
            let nothing = Change {
                limits: None,
                day: "",
                more: Spending::default(),
                less: Spending::default(),
            };
            match self.ask(&nothing).await {
                Some(answer) => Ok(answer.sums),
                None => self.own.totals().await,
            }
        }
        .boxed()
    }
}

/// In the order of the script.
fn parts(spending: Spending) -> [i64; 3] {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    [
        whole(spending.requests),
        whole(spending.tokens),
        whole(spending.money.billionths()),
    ]
}

/// In the same order.
fn bounds(limits: Limits) -> [Option<Bound>; 3] {
    [
        limits.requests.map(Bound::Requests),
        limits.tokens.map(Bound::Tokens),
        limits.money.map(Bound::Money),
    ]
}

fn number(bound: Bound) -> i64 {
    let number = match bound {
        Bound::Requests(count) | Bound::Tokens(count) => count,
        Bound::Money(money) => money.billionths(),
        Bound::Time(_) => u64::MAX,
    };
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::connected;
    use super::super::test_redis::{TestRedis, has_redis};
    use super::*;
    use crate::store::{Access, day};

    fn book(server: &TestRedis, root: &std::path::Path) -> SharedBook {
        let own = SpendingBook::new(root, Access::Create);
        SharedBook::new(connected(server), "team", own)
    }

    fn of_day(limits: Limits) -> PeriodLimits {
        PeriodLimits {
            day: limits,
            month: Limits::default(),
        }
    }

    async fn granted(book: &SharedBook, wish: Spending, limits: &PeriodLimits) -> Entry {
        match book.reserve(wish, limits).await.unwrap() {
            Grant::Granted(entry) => entry,
            Grant::Exceeded(excess) => panic!("{excess:?}"),
        }
    }

    #[tokio::test]
    async fn machines_spend_one_budget_and_what_one_gives_back_is_the_other_s() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let roots = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let one = book(&server, roots[0].path());
        let other = book(&server, roots[1].path());
        let limits = of_day(Limits {
            money: Some(Money::from_dollars(0.05)),
            ..Limits::default()
        });
        let wish = Spending::of(1, 1_000, 0.03);
        let entry = granted(&one, wish, &limits).await;
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
        assert_eq!(entry.shared.as_deref(), Some(day(now.as_secs()).as_str()));
        let refused = other.reserve(wish, &limits).await.unwrap();
        let expected = Excess {
            period: Period::Day,
            bound: Bound::Money(Money::from_dollars(0.05)),
            spent: wish,
        };
        assert_eq!(refused, Grant::Exceeded(expected));
        let actual = Spending::of(1, 300, 0.004);
        one.settle(Some(entry), wish, actual).await.unwrap();
        granted(&other, wish, &limits).await;
        let both = actual + wish;
        assert_eq!(one.totals().await.unwrap(), [both, both]);
        // Each has its own account of its own part.
        assert_eq!(one.own.totals().await.unwrap(), [actual, actual]);
        assert_eq!(other.own.totals().await.unwrap(), [wish, wish]);
        assert_eq!(server.command(&["DBSIZE"]), ["1"]);
    }

    #[tokio::test]
    async fn each_limit_is_held_and_named() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let root = tempfile::tempdir().unwrap();
        let one = book(&server, root.path());
        let nothing = PeriodLimits::default();
        granted(&one, Spending::of(2, 500, 0.2), &nothing).await;
        let excess = async |limits: PeriodLimits| match one
            .reserve(Spending::of(1, 100, 0.1), &limits)
            .await
            .unwrap()
        {
            Grant::Exceeded(excess) => (excess.period, excess.bound),
            Grant::Granted(_) => panic!("{limits:?}"),
        };
        let requests = Limits {
            requests: Some(2),
            ..Limits::default()
        };
        let tokens = Limits {
            tokens: Some(599),
            ..Limits::default()
        };
        assert_eq!(
            excess(of_day(requests)).await,
            (Period::Day, Bound::Requests(2))
        );
        assert_eq!(
            excess(of_day(tokens)).await,
            (Period::Day, Bound::Tokens(599))
        );
        let month = PeriodLimits {
            day: Limits::default(),
            month: requests,
        };
        assert_eq!(excess(month).await, (Period::Month, Bound::Requests(2)));
        let enough = of_day(Limits {
            requests: Some(3),
            tokens: Some(600),
            money: Some(Money::from_dollars(0.3)),
        });
        granted(&one, Spending::of(1, 100, 0.1), &enough).await;
    }

    #[tokio::test]
    async fn a_day_that_is_over_begins_anew_and_the_month_goes_on() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let root = tempfile::tempdir().unwrap();
        let one = book(&server, root.path());
        let wish = Spending::of(1, 100, 0.1);
        let entry = granted(&one, wish, &PeriodLimits::default()).await;
        // As it would be had that been yesterday, in the same month.
        server.command(&["HSET", "docgen:budget:team", "day", "2020-01-01"]);
        let [today, month] = one.totals().await.unwrap();
        assert_eq!((today, month), (Spending::default(), wish));
        let yesterday = Entry {
            shared: Some(format!("{}-99", &entry.day[..7])),
            ..entry
        };
        let actual = Spending::of(1, 40, 0.02);
        one.settle(Some(yesterday), wish, actual).await.unwrap();
        let [today, month] = one.totals().await.unwrap();
        assert_eq!((today, month), (Spending::default(), actual));
    }

    #[tokio::test]
    async fn without_the_server_its_own_account_holds_and_the_others_are_told_later() {
        if !has_redis() {
            return;
        }
        let mut server = TestRedis::start();
        let root = tempfile::tempdir().unwrap();
        let one = book(&server, root.path());
        let limits = of_day(Limits {
            requests: Some(3),
            ..Limits::default()
        });
        let wish = Spending::of(1, 1_000, 0.03);
        let entry = granted(&one, wish, &limits).await;
        server.kill();
        let second = granted(&one, wish, &limits).await;
        assert_eq!(second.shared, None);
        let actual = Spending::of(1, 400, 0.01);
        one.settle(Some(entry), wish, actual).await.unwrap();
        one.settle(Some(second), wish, actual).await.unwrap();
        let third = granted(&one, wish, &limits).await;
        let refused = one.reserve(wish, &limits).await.unwrap();
        assert!(
            matches!(refused, Grant::Exceeded(_)),
            "its own account has three"
        );
        server.restart();
        // It has forgotten everything; what was owed to it is what is told.
        while !one.server.is_up() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        one.settle(Some(third), wish, actual).await.unwrap();
        let [today, _] = one.totals().await.unwrap();
        assert_eq!(
            today.requests, 2,
            "the first was told before the server went away"
        );
        assert_eq!(
            one.own.totals().await.unwrap()[0],
            Spending::of(3, 1_200, 0.03)
        );
    }
}
