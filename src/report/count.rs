//! Counts as figures that can be divided and drawn.

/// A count, exact up to 2^53: no run has so many of anything.
#[expect(
    clippy::cast_precision_loss,
    reason = "no count is so large that it would show"
)]
pub(super) fn float(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}

/// How often `whole` goes into `part`; a whole of nothing counts as one.
pub(super) fn share(part: impl TryInto<u64>, whole: impl TryInto<u64>) -> f64 {
    float(part) / float(whole).max(1.0)
}
