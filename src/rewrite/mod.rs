//! New docstrings into files: splice (pure), prove (pure), write (atomic), and show as a diff.

mod attributes;
mod changes;
mod diff;
mod edit;
mod harmless;
mod prove;
mod space;
mod splice;
mod undo;
mod write;

pub use diff::{hunks, unified_diff};
pub use edit::{Edit, apply};
pub use prove::{Flaw, Meant, prove};
pub use space::free_space;
pub use splice::{Mended, NewDocstring, Rewritten, rewrite, splice};
pub use undo::{NotUndone, Stays, TakenBack, docstring_changes, take_back};
pub use write::{WriteError, publish, remove_temporaries, replace, temporary_beside, writable};
