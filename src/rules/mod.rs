//! A definition against its docstring: what is missing, under the codes that Python teams know.

mod code;
mod diagnostic;
mod missing;
mod suppression;

pub use code::RuleCode;
pub use diagnostic::Diagnostic;
pub use missing::{Coverage, FileContext, Missing, Requirements, requirements};
pub use suppression::Suppressions;
