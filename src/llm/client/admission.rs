//! Admission: a request waits for room in the budget, and then for its turn at a deployment.

use std::sync::Arc;

use tokio::sync::watch;

use crate::llm::budget::{BudgetGate, Charge, Reservation, Spending};
use crate::llm::call::Call;
use crate::llm::chat::{Tokens, Urgency};
use crate::llm::deployment::Deployment;
use crate::llm::error::LlmError;
use crate::llm::pool::{NoTurn, Pool, Slot};

/// What lets a client's requests through, one by one, as long as it is open.
pub(super) struct Admission {
    /// The deployments' turns.
    pub(super) pool: Pool,
    budget: Arc<BudgetGate>,
    closed: watch::Sender<bool>,
}

/// A request that is to be sent to one of these deployments.
pub(super) struct Applicant<'a, C> {
    request: &'a C,
    /// Characters of everything in it that the service reads.
    pub(super) characters: usize,
    deployments: &'a [Deployment],
}

impl<'a, C: Call> Applicant<'a, C> {
    pub(super) fn new(request: &'a C, deployments: &'a [Deployment]) -> Self {
        Self {
            request,
            characters: request.characters(),
            deployments,
        }
    }

    /// What it costs at each deployment. Answers to others change that.
    fn costs(&self) -> Vec<Tokens> {
        let deployments = self.deployments.iter();
        deployments
            .map(|deployment| deployment.cost(self.request, self.characters))
            .collect()
    }

    /// What it may cost at most, wherever it is sent.
    fn worst(&self) -> Spending {
        let deployments = self.deployments.iter();
        deployments
            .map(|deployment| deployment.worst(self.request, self.characters))
            .fold(Spending::default(), Spending::most)
    }
}

impl Admission {
    pub(super) fn new(pool: Pool, budget: Arc<BudgetGate>) -> Self {
        Self {
            pool,
            budget,
            closed: watch::Sender::new(false),
        }
    }

    /// Lets nobody through from now on.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Whether a request waits for room in the budget.
    pub(super) fn is_budget_full(&self) -> bool {
        self.budget.is_waited_for()
    }

    /// Waits until there is room for a request in the budget, and then for its turn, rather not at the
    /// deployments that it has `tried`.
    pub(super) async fn admit<C: Call>(
        &self,
        applicant: &Applicant<'_, C>,
        urgency: Urgency,
        tried: &[usize],
    ) -> Result<(Reservation, Slot<'_>), LlmError> {
        let worst = || applicant.worst();
        loop {
            let reserved = self.budget.reserve(worst, urgency);
            let mut reserved = self.unless_closed(reserved).await??;
            let slot = match self.turn(applicant, urgency, tried).await {
                Ok(slot) if reserved.covers(worst()) => slot,
                // Answers to others have given the model more room to think.
                Ok(_) => {
                    reserved.settle_aside(Charge::Nothing);
                    continue;
                }
                Err(error) => {
                    reserved.settle_aside(Charge::Nothing);
                    return Err(error);
                }
            };
            match reserved.enter().await? {
                Ok(reserved) => return Ok((reserved, slot)),
                Err(no_room) => {
                    drop(slot);
                    self.unless_closed(no_room.changed()).await?;
                }
            }
        }
    }

    /// Waits for a request's turn at a deployment.
    async fn turn<C: Call>(
        &self,
        applicant: &Applicant<'_, C>,
        urgency: Urgency,
        tried: &[usize],
    ) -> Result<Slot<'_>, LlmError> {
        let slot = self.pool.slot(|| applicant.costs(), urgency, tried);
        self.unless_closed(slot)
            .await?
            .map_err(|reason| match reason {
                NoTurn::NobodyLeft => LlmError::Closed,
                NoTurn::TooLarge(cost) => LlmError::LargerThanQuota { cost },
            })
    }

    /// Waits for `event`, but no longer than the client is open and the budget lasts.
    pub(super) async fn unless_closed<T>(
        &self,
        event: impl Future<Output = T>,
    ) -> Result<T, LlmError> {
        let mut closed = self.closed.subscribe();
        tokio::select! {
            biased;
            _ = closed.wait_for(|is_closed| *is_closed) => Err(LlmError::Closed),
            over = self.budget.stopped() => Err(LlmError::OverBudget(over)),
            happened = event => Ok(happened),
        }
    }
}
