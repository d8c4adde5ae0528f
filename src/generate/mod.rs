//! What to document, and with what words: selection, batches, prompts, replies, their validation
//! and repair, and the drafts that need no model.

mod batch;
mod complete;
mod mend;
mod offline;
mod prompt;
mod reply;
mod select;
mod validate;
mod words;

pub use batch::{Batch, batches};
pub use complete::{Answer, Rejection, Repair, Written, complete};
pub use offline::draft as offline_draft;
pub use reply::{Draft, NamedText, RaiseText, Reply, reply_schema};
pub use select::{AnalyzedFile, Selection, Target, analyze_file, select};
pub use validate::{Fault, Frame, validate};
