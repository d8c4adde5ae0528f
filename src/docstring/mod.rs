//! A docstring as data: what it claims, its parts, cleaned, rendered, and escaped to a literal.
//!
//! Knows nothing of files, models or rules.

mod changes;
mod claims;
mod clean;
mod edit;
mod literal;
mod model;
mod render;
mod structure;
pub(crate) mod words;
mod wrap;

pub use changes::{Action, DocstringChange, Pair, Past, PastDefinition, change, comparable};
pub(crate) use claims::is_heading;
pub use claims::{ArgumentClaim, ArgumentClaims, Claims, RaisesClaim, ValueClaim};
pub use clean::{clean, cleandoc};
pub use edit::{Beside, Edited, Layout, NewEntry, Outline, Part, Section, Written, mentions};
pub use literal::to_literal;
pub use model::{Docstring, Entry, Example, Value};
pub use render::{misread_value, render};
pub use wrap::holds_structure;
