//! How many cases a property is tried with.

use proptest::test_runner::{Config, RngSeed};

/// As many cases, the same ones each time: a change is not to fail for what it did not touch. With
/// proptest's own `PROPTEST_CASES` it is a search for what nobody has met yet, with as many.
pub(crate) fn cases(cases: u32) -> Config {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}
