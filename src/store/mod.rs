//! What docgen keeps between runs, in the folder `.docgen` at the project's root.

mod analyses;
mod content_hash;
mod database;
mod documents;
mod lessons;
mod migrations;
mod shared;
mod state;
mod vectors;

pub use analyses::Analysis;
pub use content_hash::ContentHash;
pub use database::{Access, Database, StoreError};
pub use documents::{Document, FileRecord, Hit, Kept, SearchText};
pub use lessons::{read_lessons, write_lessons};
pub use shared::{RedisBuckets, RedisServer, ServerError};
pub use state::state_folder;
