//! What each day has cost, in UTC: the account that a day's and a month's budget is kept by.
//!
//! A request is entered with the most that it can cost before it is sent, and put right when it is
//! answered. One row holds a day, and both are one transaction, so that of several processes none
//! spends what another one has entered; and one that is killed leaves entered what it may have spent.

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use futures::future::{BoxFuture, FutureExt as _};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::database::{Access, Database, StoreError};
use super::day::day;
use crate::llm::{Entry, Grant, Ledger, LedgerError, Money, PeriodLimits, Spending};

/// A row a day; the day is written as `2026-11-22`.
pub(super) const TABLE: &str = "
    CREATE TABLE spending (
        day TEXT PRIMARY KEY,
        requests INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        billionths INTEGER NOT NULL
    ) WITHOUT ROWID;
";

/// Days that are kept, so that a look into the past is possible, and no more.
const KEPT: u32 = 400;

/// The account in a project's database.
#[derive(Debug, Clone)]
pub struct SpendingBook {
    database: Arc<LazyLock<Opened, Opening>>,
    now: fn() -> SystemTime,
}

type Opened = Result<Database, LedgerError>;

type Opening = Box<dyn FnOnce() -> Opened + Send>;

impl SpendingBook {
    /// The account of the project at `root`, whose database is opened when something is spent.
    #[must_use]
    pub fn new(root: &Path, access: Access) -> Self {
        let root = root.to_path_buf();
        let open = move || {
            let opened = Database::open(&root, access);
            opened.map_err(|error| LedgerError(error.to_string()))
        };
        Self {
            database: Arc::new(LazyLock::new(Box::new(open))),
            now: SystemTime::now,
        }
    }

    /// Opens the database now; fails if what is written down is not there in the next run.
    pub fn open(&self) -> Result<(), LedgerError> {
        let database = LazyLock::force(&self.database);
        let database = database.as_ref().map_err(Clone::clone)?;
        if database.is_kept() {
            Ok(())
        } else {
            Err(LedgerError(
                "the project's database cannot be used".to_owned(),
            ))
        }
    }

    fn today(&self) -> String {
        let since = (self.now)().duration_since(SystemTime::UNIX_EPOCH);
        day(since.map_or(0, |since| since.as_secs()))
    }

    /// Asks the database on a thread that may wait for it.
    async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let database = self.database.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let database = LazyLock::force(&database);
            let database = database.as_ref().map_err(Clone::clone)?;
            ask(database).map_err(|error| LedgerError(error.to_string()))
        });
        asked
            .await
            .unwrap_or_else(|error| Err(LedgerError(error.to_string())))
    }

    /// Enters `wish` for now whatever the limits, and gives the day.
    pub(super) async fn enter(&self, wish: Spending) -> Result<String, LedgerError> {
        let today = self.today();
        self.ask(move |database| {
            database.write(|connection| change(connection, &today, Spending::default(), wish))?;
            Ok(today)
        })
        .await
    }

    async fn reserve_here(
        &self,
        wish: Spending,
        limits: PeriodLimits,
    ) -> Result<Grant, LedgerError> {
        let today = self.today();
        self.ask(move |database| {
            database.write(|connection| {
                let spent = totals(connection, &today)?;
                if let Some(excess) = limits.against(wish, spent) {
                    return Ok(Grant::Exceeded(excess));
                }
                change(connection, &today, Spending::default(), wish)?;
                Ok(Grant::Granted(Entry {
                    day: today.clone(),
                    shared: None,
                }))
            })
        })
        .await
    }

    async fn settle_here(
        &self,
        entry: Option<Entry>,
        reserved: Spending,
        actual: Spending,
    ) -> Result<(), LedgerError> {
        let (today, reserved) = match entry {
            Some(entry) => (entry.day, reserved),
            None => (self.today(), Spending::default()),
        };
        self.ask(move |database| {
            database.write(|connection| change(connection, &today, reserved, actual))
        })
        .await
    }
}

impl Ledger for SpendingBook {
    fn reserve<'a>(
        &'a self,
        wish: Spending,
        limits: &'a PeriodLimits,
    ) -> BoxFuture<'a, Result<Grant, LedgerError>> {
        self.reserve_here(wish, *limits).boxed()
    }

    fn settle(
        &self,
        entry: Option<Entry>,
        reserved: Spending,
        actual: Spending,
    ) -> BoxFuture<'_, Result<(), LedgerError>> {
        self.settle_here(entry, reserved, actual).boxed()
    }

    fn totals(&self) -> BoxFuture<'_, Result<[Spending; 2], LedgerError>> {
        let today = self.today();
        self.ask(move |database| database.with(|connection| totals(connection, &today)))
            .boxed()
    }
}

/// Takes `less` off a day's row and adds `more`; a row that is not there is made, and old ones go then.
fn change(
    connection: &Connection,
    day: &str,
    less: Spending,
    more: Spending,
) -> rusqlite::Result<()> {
    let known = row(connection, "day = ?1", day)?;
    let now = known.unwrap_or_default().without(less) + more;
    connection.execute(
        "INSERT OR REPLACE INTO spending (day, requests, tokens, billionths) VALUES (?1, ?2, ?3, ?4)",
        params![
            day,
            now.requests.cast_signed(),
            now.tokens.cast_signed(),
            now.money.billionths().cast_signed()
        ],
    )?;
    if known.is_none() {
        connection.execute(
            "DELETE FROM spending WHERE day NOT IN \
             (SELECT day FROM spending ORDER BY day DESC LIMIT ?1)",
            [KEPT],
        )?;
    }
    Ok(())
}

/// What a day and its month have cost.
fn totals(connection: &Connection, day: &str) -> rusqlite::Result<[Spending; 2]> {
    let month = day.get(..7).unwrap_or(day);
    let of_day = row(connection, "day = ?1", day)?;
    let of_month = row(connection, "substr(day, 1, 7) = ?1", month)?;
    Ok([of_day.unwrap_or_default(), of_month.unwrap_or_default()])
}

/// The sum of the rows that `is_meant` holds for; `None` if there are none.
fn row(connection: &Connection, is_meant: &str, what: &str) -> rusqlite::Result<Option<Spending>> {
    let sql = format!(
        "SELECT total(requests), total(tokens), total(billionths) FROM spending WHERE {is_meant} \
         HAVING count(*) > 0"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_row([what], |row| {
            Ok(Spending {
                requests: whole(row.get(0)?),
                tokens: whole(row.get(1)?),
                money: Money::new(whole(row.get(2)?)),
            })
        })
        .optional()
}

/// A sum that SQLite gives as a float, so that none overflows; exact up to nine million dollars.
fn whole(sum: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of this kind saturates"
    )]
    let whole = sum as u64;
    whole
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::llm::{Bound, Excess, Limits, Period};

    fn book(root: &Path, now: fn() -> SystemTime) -> SpendingBook {
        SpendingBook {
            now,
            ..SpendingBook::new(root, Access::Create)
        }
    }

    fn days(days: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_hours(24 * days)
    }

    /// 2026-11-30 and the days after it.
    const NOVEMBER: fn() -> SystemTime = || days(20_787);
    const DECEMBER: fn() -> SystemTime = || days(20_788);
    const NEXT_DAY: fn() -> SystemTime = || days(20_789);

    #[tokio::test]
    async fn a_day_and_a_month_are_those_of_the_calendar() {
        let root = tempfile::tempdir().unwrap();
        let november = book(root.path(), NOVEMBER);
        assert_eq!(november.today(), "2026-11-30");
        let no_limits = PeriodLimits::default();
        let wish = Spending::of(1, 1_000, 0.02);
        let Grant::Granted(entry) = november.reserve(wish, &no_limits).await.unwrap() else {
            panic!("there is no limit");
        };
        assert_eq!(november.totals().await.unwrap(), [wish, wish]);
        // Another process, after midnight.
        let december = book(root.path(), DECEMBER);
        assert_eq!(december.totals().await.unwrap(), [Spending::default(); 2]);
        december.settle(None, wish, wish).await.unwrap();
        let actual = Spending::of(1, 400, 0.005);
        november.settle(Some(entry), wish, actual).await.unwrap();
        assert_eq!(november.totals().await.unwrap(), [actual, actual]);
        let next = book(root.path(), NEXT_DAY);
        next.settle(None, wish, actual).await.unwrap();
        assert_eq!(next.totals().await.unwrap(), [actual, wish + actual]);
    }

    #[tokio::test]
    async fn what_is_entered_is_nobody_else_s_until_it_is_put_right() {
        let root = tempfile::tempdir().unwrap();
        let (one, other) = (book(root.path(), DECEMBER), book(root.path(), DECEMBER));
        let limits = PeriodLimits {
            day: Limits {
                money: Some(Money::from_dollars(0.05)),
                ..Limits::default()
            },
            month: Limits::default(),
        };
        let wish = Spending::of(1, 1_000, 0.03);
        let Grant::Granted(entry) = one.reserve(wish, &limits).await.unwrap() else {
            panic!("there is room");
        };
        let refused = Grant::Exceeded(Excess {
            period: Period::Day,
            bound: Bound::Money(Money::from_dollars(0.05)),
            spent: wish,
        });
        assert_eq!(other.reserve(wish, &limits).await.unwrap(), refused);
        one.settle(Some(entry), wish, Spending::of(1, 200, 0.01))
            .await
            .unwrap();
        let granted = other.reserve(wish, &limits).await.unwrap();
        assert!(matches!(granted, Grant::Granted(_)));
        // A killed process puts nothing right: what it entered stays.
        drop(other);
        let third = book(root.path(), DECEMBER);
        let [today, _] = third.totals().await.unwrap();
        assert_eq!(today, Spending::of(2, 1_200, 0.04));
    }

    #[tokio::test]
    async fn of_many_at_once_none_is_lost() {
        let root = tempfile::tempdir().unwrap();
        let limits = PeriodLimits {
            day: Limits {
                requests: Some(25),
                ..Limits::default()
            },
            month: Limits::default(),
        };
        let books: Vec<_> = (0..4).map(|_| book(root.path(), DECEMBER)).collect();
        let wishes = (0..40).map(|n| {
            let book = &books[n % 4];
            book.reserve(Spending::of(1, 10, 0.001), &limits)
        });
        let granted = futures::future::join_all(wishes).await;
        let granted = granted
            .into_iter()
            .filter(|grant| matches!(grant, Ok(Grant::Granted(_))));
        assert_eq!(granted.count(), 25);
        assert_eq!(
            books[0].totals().await.unwrap()[0],
            Spending::of(25, 250, 0.025)
        );
    }

    #[tokio::test]
    async fn old_days_are_forgotten() {
        let root = tempfile::tempdir().unwrap();
        let database = Database::open(root.path(), Access::Create).unwrap();
        for number in 0..450_u64 {
            let today = day(number * 86_400);
            let enter = |connection: &Connection| {
                change(
                    connection,
                    &today,
                    Spending::default(),
                    Spending::of(1, 1, 0.1),
                )
            };
            database.write(enter).unwrap();
        }
        let count = |connection: &mut Connection| {
            connection.query_row("SELECT count(*), min(day) FROM spending", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })
        };
        assert_eq!(
            database.with(count).unwrap(),
            (400, "1970-02-20".to_owned())
        );
    }
}
