//! Who may spend how much, and who waits.

use std::borrow::Cow;
use std::collections::VecDeque;

use futures::future::{BoxFuture, FutureExt as _, join_all};

use super::*;
use crate::config::{Allowance, Budget, Confirm, Dollars};
use crate::llm::budget::{Charge, Entry, Excess, Grant, LedgerError, Money};

const ANSWERED: Charge = Charge::Known {
    tokens: 100,
    dollars: Some(0.01),
    model: Cow::Borrowed("m"),
};

fn dollars(amount: f64) -> Option<Dollars> {
    Dollars::new(amount)
}

fn budget(run: Allowance) -> Budget {
    Budget {
        run,
        time: None,
        day: Allowance::default(),
        month: Allowance::default(),
        namespace: String::new(),
        confirm: Confirm {
            above: Dollars::new(1.0).unwrap(),
            above_requests: 1,
        },
    }
}

fn of_cost(most: f64) -> Arc<BudgetGate> {
    let run = Allowance {
        cost: dollars(most),
        ..Allowance::default()
    };
    BudgetGate::new(&budget(run), None)
}

fn worst() -> Spending {
    Spending {
        requests: 1,
        tokens: 1_000,
        money: Money::from_dollars(0.03),
    }
}

async fn new(gate: &Arc<BudgetGate>) -> Result<Reservation, OverBudget> {
    loop {
        match gate.reserve(worst, Urgency::New).await?.enter().await? {
            Ok(reservation) => return Ok(reservation),
            Err(no_room) => no_room.changed().await,
        }
    }
}

/// A ledger that others write to as well: it says what it is told to.
#[derive(Default)]
struct Told {
    grants: Mutex<VecDeque<Result<Grant, LedgerError>>>,
    settled: Mutex<Vec<(bool, Spending, Spending)>>,
}

impl Told {
    fn with(grants: impl IntoIterator<Item = Result<Grant, LedgerError>>) -> Arc<Self> {
        Arc::new(Self {
            grants: Mutex::new(grants.into_iter().collect()),
            settled: Mutex::default(),
        })
    }
}

impl Ledger for Told {
    fn reserve<'a>(
        &'a self,
        _: Spending,
        _: &'a PeriodLimits,
    ) -> BoxFuture<'a, Result<Grant, LedgerError>> {
        let grant = self.grants.lock().unwrap().pop_front();
        async move { grant.unwrap_or_else(|| Err(LedgerError("no more".to_owned()))) }.boxed()
    }

    fn settle(
        &self,
        entry: Option<Entry>,
        reserved: Spending,
        actual: Spending,
    ) -> BoxFuture<'_, Result<(), LedgerError>> {
        let settled = (entry.is_some(), reserved, actual);
        self.settled.lock().unwrap().push(settled);
        async { Ok(()) }.boxed()
    }

    fn totals(&self) -> BoxFuture<'_, Result<[Spending; 2], LedgerError>> {
        async { Ok([worst(), worst() + worst()]) }.boxed()
    }
}

fn granted() -> Grant {
    Grant::Granted(Entry {
        day: "2026-11-22".to_owned(),
        shared: None,
    })
}

fn refused() -> Grant {
    Grant::Exceeded(Excess {
        period: Period::Day,
        bound: Bound::Requests(7),
        spent: worst(),
    })
}

fn of_day(ledger: &Arc<Told>) -> Arc<BudgetGate> {
    let day = Allowance {
        requests: Some(7),
        ..Allowance::default()
    };
    let budget = Budget {
        day,
        ..budget(Allowance::default())
    };
    BudgetGate::new(&budget, Some(ledger.clone()))
}

#[tokio::test(start_paused = true)]
async fn requests_at_once_never_overspend_and_what_is_left_is_used() {
    let gate = of_cost(0.1);
    let answered = (0..20).map(|_| async {
        let reservation = new(&gate).await?;
        assert!(gate.account.balance().reserved.money <= Money::from_dollars(0.1));
        tokio::time::sleep(Duration::from_secs(1)).await;
        reservation.settle(ANSWERED).await;
        Ok::<(), OverBudget>(())
    });
    let answered = join_all(answered).await;
    // With eight cents spent, another three may not be.
    assert_eq!(answered.iter().filter(|one| one.is_ok()).count(), 8);
    let over = answered.into_iter().find_map(Result::err).unwrap();
    assert_eq!(over.to_string(), "the budget of $0.10 is used up");
    let statement = gate.statement().await;
    assert_eq!(statement.lines[0].spent.to_string(), "$0.08");
    assert_eq!(statement.over, Some(over));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_costs_what_it_costs() {
    let gate = of_cost(1.0);
    let spent = || gate.account.balance().spent;
    new(&gate).await.unwrap().settle(Charge::Nothing).await;
    assert_eq!(spent(), Spending::default());
    new(&gate).await.unwrap().settle(Charge::AtMost).await;
    assert_eq!(spent(), worst());
    new(&gate).await.unwrap().settle(ANSWERED).await;
    assert_eq!((spent().requests, spent().tokens), (2, 1_100));
    // One that nobody waits for any more has cost nothing before it was sent.
    drop(new(&gate).await.unwrap());
    assert_eq!(spent().requests, 2);
    let mut on_its_way = new(&gate).await.unwrap();
    on_its_way.sent();
    drop(on_its_way);
    assert_eq!(spent().requests, 3);
    assert_eq!(gate.account.balance().reserved, Spending::default());
}

#[tokio::test(start_paused = true)]
async fn what_was_begun_is_finished_before_anything_is_begun() {
    let gate = of_cost(0.05);
    let first = new(&gate).await.unwrap();
    let order = Mutex::new(Vec::new());
    let ask = async |name, urgency| {
        let Ok(reservation) = gate.reserve(worst, urgency).await else {
            return;
        };
        order.lock().unwrap().push(name);
        tokio::time::sleep(Duration::from_secs(1)).await;
        reservation.settle(ANSWERED).await;
    };
    let free = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        first.settle(ANSWERED).await;
    };
    let _: ((), (), ()) = tokio::join!(
        ask("new", Urgency::New),
        ask("repair", Urgency::FollowUp),
        free
    );
    assert_eq!(*order.lock().unwrap(), ["repair", "new"]);
}

#[tokio::test(start_paused = true)]
async fn the_time_ends_waits_and_lets_what_is_in_flight_be() {
    let budget = Budget {
        time: Some(Duration::from_mins(10)),
        ..budget(Allowance {
            cost: dollars(0.03),
            ..Allowance::default()
        })
    };
    let gate = BudgetGate::new(&budget, None);
    gate.begin();
    let first = new(&gate).await.unwrap();
    let begun = Instant::now();
    let over = new(&gate).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::from_mins(10));
    assert_eq!(over.to_string(), "the time of 10m is up");
    first.settle(ANSWERED).await;
    assert_eq!(new(&gate).await.unwrap_err(), over);
    assert_eq!(gate.stopped().await, over);
}

#[tokio::test(start_paused = true)]
async fn a_model_without_a_price_ends_a_budget_of_money_only() {
    let unpriced = Charge::Known {
        tokens: 100,
        dollars: None,
        model: "new-model".into(),
    };
    let gate = of_cost(1.0);
    new(&gate).await.unwrap().settle(unpriced.clone()).await;
    let over = new(&gate).await.unwrap_err();
    assert_eq!(over, OverBudget::Unpriced("new-model".to_owned()));
    assert!(!over.is_used_up());
    // It may have cost as much as was thought that it could.
    assert_eq!(gate.account.balance().spent.money, worst().money);
    let gate = BudgetGate::new(&budget(Allowance::default()), None);
    new(&gate).await.unwrap().settle(unpriced).await;
    assert!(new(&gate).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_others_spend_counts_and_what_comes_back_is_waited_for() {
    let ledger = Told::with([granted(), refused(), granted(), refused()].map(Ok));
    let gate = of_day(&ledger);
    let first = new(&gate).await.unwrap();
    let free = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        first.settle(ANSWERED).await;
    };
    let (second, ()) = tokio::join!(new(&gate), free);
    second.unwrap().settle(Charge::Nothing).await;
    // Now nothing of this run's is under way that could come back.
    let over = new(&gate).await.unwrap_err();
    assert_eq!(
        over.to_string(),
        "the day's budget of 7 requests is used up"
    );
    let settled = ledger.settled.lock().unwrap().clone();
    let actual = Spending {
        requests: 1,
        tokens: 100,
        money: Money::from_dollars(0.01),
    };
    let expected = [
        (true, worst(), actual),
        (true, worst(), Spending::default()),
    ];
    assert_eq!(settled, expected);
    let lines = gate.statement().await.lines;
    assert_eq!(lines.len(), 1, "of the day alone: {lines:?}");
    assert_eq!(lines[0].spent, Bound::Requests(1));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_fails_ends_a_run_that_needs_it() {
    let gate = of_day(&Told::with([
        Ok(granted()),
        Err(LedgerError("disk full".to_owned())),
    ]));
    let first = new(&gate).await.unwrap();
    let over = new(&gate).await.unwrap_err();
    assert_eq!(over, OverBudget::NoAccount("disk full".to_owned()));
    first.settle(ANSWERED).await;
    // One that has no limits of days asks nobody first, and tells what was spent.
    let ledger = Told::with([]);
    let gate = BudgetGate::new(&budget(Allowance::default()), Some(ledger.clone()));
    new(&gate).await.unwrap().settle(Charge::Nothing).await;
    new(&gate).await.unwrap().settle(ANSWERED).await;
    let settled = ledger.settled.lock().unwrap().clone();
    assert_eq!(settled.len(), 1);
    assert!(!settled[0].0);
}

#[tokio::test(start_paused = true)]
async fn a_reservation_is_widened_where_there_is_room_for_it() {
    let more = |times: u64| Spending {
        requests: 1,
        tokens: worst().tokens * times,
        money: Money::new(worst().money.billionths() * times),
    };
    let gate = of_cost(worst().money.dollars() * 2.5);
    let mut first = new(&gate).await.unwrap();
    assert!(first.covers(worst()) && first.covers(more(2)));
    assert_eq!(gate.account.balance().reserved, more(2));
    assert!(!first.covers(more(3)), "the run has no room for that");
    assert_eq!(gate.account.balance().reserved, more(2));
    first.settle(Charge::Nothing).await;
    assert_eq!(gate.account.balance().reserved, Spending::default());
}
