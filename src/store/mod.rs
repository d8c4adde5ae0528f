//! What docgen keeps between runs, in the folder `.docgen` at the project's root.

mod analyses;
mod content_hash;
mod database;
mod day;
mod deployment_file;
mod documents;
mod experience;
mod journal;
mod lessons;
mod lock;
mod migrations;
mod replies;
mod reply_line;
mod reply_list;
mod reply_room;
mod shared;
mod spending;
mod state;
mod vectors;

pub use analyses::Analysis;
pub use content_hash::ContentHash;
pub use database::{Access, Database, StoreError, has_state};
pub use day::day;
pub use documents::{Document, FileRecord, Hit, Kept, SearchText};
pub use experience::{Experience, Taken, read_experience, write_experience};
pub use journal::{
    Contents, DocstringChange, Entry, Journal, KeptOriginals, NewRun, PendingChange,
    RecordedChange, RecordedDocstring, RecordedRun, Replacement, RunEnd, Undone, WrittenDocstring,
};
pub use lessons::{read_lessons, write_lessons};
pub use lock::{Holder, Lock, Locked};
pub use replies::{FoundReplies, REPLY_FORMAT, ReplyCost, ReplyRecord, ReplyTally};
pub use reply_line::LineFault;
pub use reply_list::{ModelReplies, ReplyStats};
pub use reply_room::Pruned;
pub use shared::{
    Claim, Claimed, Look, RENEWAL, RedisBuckets, RedisServer, ServerError, SharedBook,
    SharedReplies,
};
pub use spending::SpendingBook;
pub use state::state_folder;
