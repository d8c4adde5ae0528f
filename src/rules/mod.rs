//! A definition against its docstring: what is missing and what has drifted, under the codes that Python teams know.

mod baseline;
mod code;
mod diagnostic;
mod drift;
mod missing;
mod rule_set;
mod suppression;

pub use baseline::{Baseline, BaselineError, BaselineNames};
pub use code::RuleCode;
pub use diagnostic::Diagnostic;
pub use drift::{Drift, drifts};
pub use missing::{Coverage, FileContext, Missing, Requirements, requirements};
pub use rule_set::RuleSet;
pub use suppression::Suppressions;
