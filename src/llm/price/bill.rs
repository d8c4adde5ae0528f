//! What answers have cost together.

use std::ops::AddAssign;

use serde::Serialize;

/// What answers have cost together, as far as the prices are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bill {
    /// US dollars of those whose price is known.
    pub usd: f64,
    /// Answers of a model whose price is not known.
    pub unpriced: u64,
    /// Answers of a model whose price is known.
    pub priced: u64,
}

impl Bill {
    /// The bill of one answer.
    #[must_use]
    pub fn of(usd: Option<f64>) -> Self {
        Self {
            usd: usd.unwrap_or_default(),
            unpriced: u64::from(usd.is_none()),
            priced: u64::from(usd.is_some()),
        }
    }

    /// US dollars; `None` if the price of any answer is unknown.
    #[must_use]
    pub fn known(&self) -> Option<f64> {
        (self.unpriced == 0).then_some(self.usd)
    }
}

impl AddAssign for Bill {
    fn add_assign(&mut self, other: Self) {
        self.usd += other.usd;
        self.unpriced += other.unpriced;
        self.priced += other.priced;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_a_price_makes_the_sum_unknown() {
        let mut bill = Bill::default();
        assert_eq!(bill.known(), Some(0.0));
        bill += Bill::of(Some(0.5));
        bill += Bill::of(Some(0.25));
        assert_eq!(bill.known(), Some(0.75));
        bill += Bill::of(None);
        assert_eq!((bill.known(), bill.usd, bill.unpriced), (None, 0.75, 1));
    }
}
