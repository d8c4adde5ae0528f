//! What docgen keeps between runs, in the folder `.docgen` at the project's root.

mod lessons;
mod state;

pub use lessons::{read_lessons, write_lessons};
pub use state::state_folder;
