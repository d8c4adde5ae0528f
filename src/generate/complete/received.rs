//! A reply to a part: its words for each definition, whether they hold, and what they cost.

use crate::docstring::Docstring;
use crate::generate::assignment::Assignment;
use crate::generate::cache::Cost;
use crate::generate::fault::{Fault, FaultKind};
use crate::generate::reply::{Draft, Reply};
use crate::generate::select::Target;
use crate::llm::{Completion, Finish};

/// A reply, as it came for a part.
pub(super) struct Received<'r> {
    /// What it says, or why it cannot be read.
    reply: Result<Reply, Fault>,
    completion: &'r Completion,
    /// The ids that it was asked for with, and the definitions' positions in the module.
    ids: &'r [(String, usize)],
}

impl<'r> Received<'r> {
    /// Reads a reply to a request for definitions with these ids.
    pub(super) fn read(completion: &'r Completion, ids: &'r [(String, usize)]) -> Self {
        let reply = if completion.finish == Finish::Stop {
            Reply::read(&completion.content)
        } else {
            Err(unreadable("was cut off or refused".to_owned()))
        };
        Self {
            reply,
            completion,
            ids,
        }
    }

    /// What it says of a definition, if that can be read.
    pub(super) fn draft(&self, id: &str) -> Option<&Draft> {
        let reply = self.reply.as_ref().ok()?;
        reply.docstrings.iter().find(|draft| draft.id == id)
    }

    /// Whether it can be read and has nothing for a definition.
    pub(super) fn has_forgotten(&self, id: &str) -> bool {
        self.draft(id).is_none()
            && self
                .reply
                .as_ref()
                .is_ok_and(|reply| !reply.unread.iter().any(|(one, _)| one == id))
    }

    /// What its words for one definition cost.
    pub(super) fn cost(&self, id: &str) -> Cost {
        let reply = self.reply.as_ref().ok();
        Cost::share(self.completion, reply, self.draft(id), self.ids.len())
    }

    /// The docstring that it has for a definition, or all that is wrong with its words.
    pub(super) fn judge(
        &self,
        assignment: &Assignment<'_>,
        target: Target,
        id: &str,
    ) -> Result<Docstring, Vec<Fault>> {
        let reply = self.reply.as_ref().map_err(|fault| vec![fault.clone()])?;
        if let Some((_, fault)) = reply.unread.iter().find(|(one, _)| one == id) {
            return Err(vec![fault.clone()]);
        }
        let at = reply.docstrings.iter().position(|draft| draft.id == id);
        let held = at.and_then(|at| {
            let draft = reply.docstrings.get(at)?;
            Some((at, assignment.hold(target, draft, &self.said())?))
        });
        let Some((at, held)) = held else {
            return Err(vec![Fault {
                path: "docstrings".to_owned(),
                kind: FaultKind::NoEntry,
                message: format!("has no entry with the id `{id}`"),
            }]);
        };
        held.map_err(|faults| {
            let locate = |fault: Fault| Fault {
                path: format!("docstrings[{at}].{}", fault.path),
                ..fault
            };
            faults.into_iter().map(locate).collect()
        })
    }

    /// Its summaries, by the definitions' positions.
    fn said(&self) -> Vec<(usize, &str)> {
        let said = self.ids.iter().filter_map(|(id, definition)| {
            let draft = self.draft(id)?;
            Some((*definition, draft.summary.as_str()))
        });
        said.collect()
    }
}

/// The fault of a reply that has no words at all.
pub(super) fn unreadable(message: String) -> Fault {
    Fault {
        path: "reply".to_owned(),
        kind: FaultKind::Unreadable,
        message,
    }
}
