//! What a client has to show: what it has done, what it does now, and what is behind its deployments.

use std::sync::atomic::Ordering;

use super::{Client, lock};
use crate::llm::chat::{KnownModel, Live, Stats};
use crate::llm::deployment::Deployment;

impl Client {
    /// What the client has done so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let accounts = self.deployments.iter().zip(self.admission.pool.settled());
        let deployments: Vec<_> = accounts
            .map(|(deployment, settled)| deployment.stats(settled))
            .collect();
        let reading = self.admission.pool.read();
        let mut stats = Stats {
            retries: self.retries.load(Ordering::Relaxed).into(),
            records: self.link.log.records(),
            held: reading.held,
            busy: reading.busy,
            awaited: reading.awaited,
            noticed: lock(&self.noticed).clone(),
            ..Stats::default()
        };
        for one in &deployments {
            stats.requests += one.requests;
            stats.throttled += one.throttled;
            stats.usage += one.usage;
            stats.bill += one.bill;
        }
        stats.deployments = deployments;
        stats
    }

    /// What the client does now. It is cheap enough to be asked several times a second.
    #[must_use]
    pub fn live(&self) -> Live {
        let reading = self.admission.pool.read();
        let mut live = Live {
            in_flight: reading.in_flight,
            waiting: reading.waiting,
            hold: reading.hold,
            is_budget_full: self.admission.is_budget_full(),
            retries: self.retries.load(Ordering::Relaxed).into(),
            requests_last_minute: reading.requests_last_minute,
            tokens_last_minute: reading.tokens_last_minute,
            requests_per_minute: reading.requests_per_minute,
            tokens_per_minute: reading.tokens_per_minute,
            ..Live::default()
        };
        for deployment in &self.deployments {
            deployment.add_to(&mut live);
        }
        live
    }

    /// What is known of the models behind the deployments, in their order.
    #[must_use]
    pub fn models(&self) -> Vec<KnownModel> {
        let deployments = self.deployments.iter();
        deployments.map(Deployment::model).collect()
    }

    /// The deployments' names and hosts, in their order.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        let deployments = self.deployments.iter();
        deployments
            .map(|deployment| deployment.endpoint.target.to_string())
            .collect()
    }

    /// Tokens that a request's output limit leaves for reasoning at each deployment, in their order.
    #[must_use]
    pub fn reasoning_rooms(&self) -> Vec<u64> {
        let deployments = self.deployments.iter();
        deployments.map(Deployment::reasoning_room).collect()
    }
}
