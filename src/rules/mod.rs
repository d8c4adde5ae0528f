//! A definition against its docstring: what is missing and what has drifted, under the codes that Python teams know.

mod baseline;
mod diagnostic;
mod directive;
mod drift;
mod missing;
pub mod quality;
mod suppression;

pub use crate::config::{RuleCode, RuleSet};
pub use baseline::{Baseline, BaselineError, BaselineNames};
pub use diagnostic::Diagnostic;
pub use drift::{Drift, drifts, drifts_of};
pub(crate) use drift::{can_raise, default};
pub use missing::{Coverage, FileContext, Missing, Requirements, requirements};
pub use suppression::Suppressions;
