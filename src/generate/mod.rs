//! What to document, and with what words: selection, batches, prompts, replies, their validation
//! and repair, and the drafts that need no model.

mod answer;
mod assignment;
mod attributes;
mod batch;
mod borrowed;
mod cache;
mod complete;
mod context;
#[cfg(test)]
mod corpus;
mod drafted;
mod estimate;
mod fact;
mod fault;
mod faults;
mod frame;
mod hold;
mod known;
mod markup;
mod mask;
mod mend;
mod mention;
mod normalize;
mod offline;
mod order;
mod prompt;
mod prune;
mod reply;
mod select;
mod sentence;
mod shown_source;
mod shown_type;
pub mod stale;
mod summaries;
mod told_default;
mod told_example;
mod told_raise;
mod told_type;
mod told_unit;
#[cfg(test)]
mod truth;
mod usage;
mod validate;
mod voice;

use crate::docstring::words;

pub use answer::{Answer, Rejection, Repair, Written};
pub use assignment::Assignment;
pub use batch::{Batch, batches};
pub use cache::{
    CacheUse, Cost, Lease, Memory, Paid, ReplyCache, ReplyKey, Settled, Share, ToKeep, oldest,
    recall, reply_keys,
};
pub use complete::{Prompt, complete, prompts};
pub use context::{Example, Surroundings};
pub use drafted::drafted;
pub use estimate::{
    Basis, Binding, Bound, Counted, Dollars, Estimate, Known, KnownDeployment, Seen, Shape, Weight,
    weigh,
};
pub use fact::{Facts, RaiseFact};
pub use fault::{Fault, FaultKind};
pub use frame::Frame;
pub use mask::Masks;
pub use order::{Lean, Order, Place, Reason, Schedule, leans};
pub use reply::{Draft, ExampleText, NamedText, RaiseText, Reply, reply_schema};
pub use select::{
    AnalyzedFile, Existing, Selection, Target, Task, analyze_file, analyze_source, required,
    select, traits_of,
};
pub use shown_source::masked;
pub use summaries::Summaries;
pub use usage::Usages;
pub use validate::validate;
pub use voice::{Habits, Heard, Listener, Question, Services, Voice};
