//! What one request may cost, set aside until it is known what it did cost.

use std::borrow::Cow;
use std::sync::Arc;

use futures::FutureExt as _;
use tokio::sync::watch;

use super::account::Account;
use super::{Entry, Grant, Ledger, Money, OverBudget, Spending};

/// What a request that is over has cost.
#[derive(Debug, Clone)]
pub(in crate::llm) enum Charge {
    /// Nothing: it was not processed.
    Nothing,
    /// Nobody said, and it may have been processed: as much as it could.
    AtMost,
    /// What its answer says.
    Known {
        /// Tokens of prompt and reply.
        tokens: u64,
        /// Their price in dollars, if the model that answered has one.
        dollars: Option<f64>,
        /// The model that answered, or else the deployment.
        model: Cow<'static, str>,
    },
}

/// There was no room in a day or a month, while requests of this run were under way.
#[derive(Debug)]
pub(in crate::llm) struct NoRoom(watch::Receiver<()>);

impl NoRoom {
    /// Waits until one of them is over.
    pub(in crate::llm) async fn changed(mut self) {
        // The sender lives as long as anybody is under way.
        _ = self.0.changed().await;
    }
}

/// The most that a request can cost, set aside for it. One that is dropped has cost nothing unless it was
/// sent, and then as much as it could.
#[derive(Debug)]
pub(in crate::llm) struct Reservation {
    account: Arc<Account>,
    /// What has come back since it was made.
    changed: watch::Receiver<()>,
    worst: Spending,
    entry: Option<Entry>,
    is_sent: bool,
    is_open: bool,
}

impl Reservation {
    /// For a request that `account` has set `worst` aside for.
    pub(super) fn new(account: &Arc<Account>, worst: Spending) -> Self {
        Self {
            account: account.clone(),
            changed: account.changes(),
            worst,
            entry: None,
            is_sent: false,
            is_open: true,
        }
    }

    /// Whether a request that costs `worst` at most has room in it, which it is widened for where the run
    /// has that: a turn that was waited for is not to be given up for a few tokens.
    pub(in crate::llm) fn covers(&mut self, worst: Spending) -> bool {
        let wider = self.worst.most(worst);
        let has_room = self.account.widen(self.worst, wider);
        if has_room {
            self.worst = wider;
        }
        has_room
    }

    /// Enters it into the account of the day and the month, where these have limits: last before the
    /// request is sent, since a process that is killed leaves entered what it has entered. Without room
    /// there it is gone, and it pays to try again when [`NoRoom::changed`].
    pub(in crate::llm) async fn enter(mut self) -> Result<Result<Self, NoRoom>, OverBudget> {
        let account = self.account.clone();
        let periods = &account.periods;
        let Some(ledger) = account.ledger.as_ref().filter(|_| periods.is_some()) else {
            return Ok(Ok(self));
        };
        match ledger.reserve(self.worst, periods).await {
            Ok(Grant::Granted(entry)) => {
                self.entry = Some(entry);
                Ok(Ok(self))
            }
            // Who waits for this is not woken: nothing came back that was not there before. The last one to
            // find no room stops the run.
            Ok(Grant::Exceeded(excess)) => match self.close(Spending::default()) {
                0 => Err(account.stop(excess.over(self.worst))),
                _ => Ok(Err(NoRoom(self.changed.clone()))),
            },
            Err(error) => Err(account.stop(OverBudget::NoAccount(error.to_string()))),
        }
    }

    /// The request is on its way.
    pub(in crate::llm) fn sent(&mut self) {
        self.is_sent = true;
    }

    /// The request is over. What it cost is written down while others go on, since their deployment has to
    /// know at once how it ended; until then the most that it can cost stays on the account.
    pub(in crate::llm) fn settle_aside(self, charge: Charge) {
        if let Charge::Known {
            dollars: None,
            model,
            ..
        } = &charge
        {
            self.account.unpriced(model);
        }
        let has_ledger = self.account.ledger.is_some();
        let settled = self.settle(charge);
        if has_ledger && let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(settled);
        } else {
            // Without a ledger there is nothing to wait for.
            _ = settled.now_or_never();
        }
    }

    /// The request is over. What it cost is written down when this is through.
    pub(in crate::llm) async fn settle(mut self, charge: Charge) {
        let account = self.account.clone();
        let mut unpriced = None;
        let actual = match charge {
            Charge::Nothing => Spending::default(),
            Charge::AtMost => self.worst,
            Charge::Known {
                tokens,
                dollars,
                model,
            } => {
                if dollars.is_none() {
                    unpriced = Some(model);
                }
                Spending {
                    requests: 1,
                    tokens,
                    money: dollars.map_or(self.worst.money, Money::from_dollars),
                }
            }
        };
        if let Some(ledger) = self.ledger_for(actual)
            && let Err(error) = ledger.settle(self.entry.clone(), self.worst, actual).await
        {
            account.unwritten(&error);
        }
        self.close(actual);
        account.wake();
        if let Some(model) = unpriced {
            account.unpriced(&model);
        }
    }

    /// Who has to be told that `actual` was spent.
    fn ledger_for(&self, actual: Spending) -> Option<&Arc<dyn Ledger>> {
        let is_news = self.entry.is_some() || actual != Spending::default();
        self.account.ledger.as_ref().filter(|_| is_news)
    }

    /// Takes it off the account, and says how many are left there.
    fn close(&mut self, actual: Spending) -> usize {
        if std::mem::replace(&mut self.is_open, false) {
            self.account.close(self.worst, actual)
        } else {
            self.account.open()
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_open {
            return;
        }
        let actual = if self.is_sent {
            self.worst
        } else {
            Spending::default()
        };
        self.close(actual);
        self.account.wake();
        if let Some(ledger) = self.ledger_for(actual)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (ledger, entry, worst) = (ledger.clone(), self.entry.take(), self.worst);
            // Nobody waits for this; what is not written down stays at the most that it can be.
            runtime.spawn(async move { _ = ledger.settle(entry, worst, actual).await });
        }
    }
}
