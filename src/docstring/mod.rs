//! A docstring as data: what it claims, its parts, cleaned, rendered, and escaped to a literal.
//!
//! Knows nothing of files, models or rules.

mod claims;
mod clean;
mod google;
mod literal;
mod model;
mod render;
mod wrap;

pub use claims::{ArgumentClaim, ArgumentClaims, Claims, RaisesClaim, ValueClaim};
pub use clean::{clean, cleandoc};
pub use google::{is_section_header, read};
pub use literal::to_literal;
pub use model::{Docstring, Entry, Section, Value};
pub use render::render;
