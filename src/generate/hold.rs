//! A draft held to its definition, whether it comes from a model now or is remembered.

use std::borrow::Cow;

use super::assignment::Assignment;
use super::borrowed::tells_of;
use super::fault::{Fault, FaultKind};
use super::frame::Frame;
use super::mend::mend;
use super::offline;
use super::prune::prune;
use super::reply::Draft;
use super::select::{Target, Task};
use super::stale;
use super::validate::validate;
use crate::docstring::Docstring;
use crate::python::Definition;

/// The summaries of a reply, by the definitions' positions in the module.
pub(super) type Said<'r> = [(usize, &'r str)];

impl<'a> Assignment<'a> {
    /// Position of the definition whose facts and parameters a target's words are about.
    pub(super) fn place(&self, target: Target) -> usize {
        match target.task {
            Task::Write | Task::Improve => target.definition,
            Task::Mend => stale::speaker(self.file, target.definition),
        }
    }

    /// The definition that a target's words are about.
    pub(super) fn definition(&self, target: Target) -> Option<&'a Definition> {
        self.file.module.definitions.get(self.place(target))
    }

    /// The docstring of a draft that holds; otherwise what is wrong with it. `said` is what the same reply
    /// says of all.
    pub(super) fn hold(
        &self,
        target: Target,
        draft: &Draft,
        said: &Said<'_>,
    ) -> Option<Result<Docstring, Vec<Fault>>> {
        let definition = self.definition(target)?;
        let frame = self.frame(target, definition);
        let raw = draft.summary.as_str();
        let draft = self.whole(draft, target, definition, &frame);
        let held = validate(&draft, definition, &frame);
        Some(held.and_then(|docstring| {
            let owner = self.owner(target, &docstring.summary, &[]);
            let Some(owner) = owner.or_else(|| self.owner(target, raw, said)) else {
                return Ok(docstring);
            };
            Err(vec![Fault {
                path: "summary".to_owned(),
                kind: FaultKind::SaysNothing,
                message: format!("is word for word that of `{owner}`; describe this code"),
            }])
        }))
    }

    /// The definition of the file whose summary this is: one that has the same, and tells more of it by its
    /// name than the target does.
    fn owner(&self, target: Target, summary: &str, said: &Said<'_>) -> Option<&'a str> {
        if target.task == Task::Mend {
            return None;
        }
        let definitions = &self.file.module.definitions;
        let own = tells_of(&self.definition(target)?.name, summary);
        let is_same = |(index, one): &(usize, &Definition)| {
            let written = || {
                let value = one.docstring.as_ref()?.value.trim_start();
                value.lines().next().map(|line| line.trim_end().to_owned())
            };
            let known = self.surroundings.summaries.get(self.id(*index));
            said.contains(&(*index, summary))
                || known.or_else(written).is_some_and(|known| known == summary)
        };
        let mut others = definitions.iter().enumerate();
        let owner = others.find(|(index, one)| {
            *index != target.definition
                && tells_of(&one.name, summary) > own
                && is_same(&(*index, *one))
        });
        owner.map(|(_, one)| one.qualified_name.as_str())
    }

    /// The docstring of a draft whose faults can be mended from the code.
    pub(super) fn mended(&self, target: Target, draft: &Draft) -> Option<Docstring> {
        let definition = self.definition(target)?;
        let frame = self.frame(target, definition);
        let mut draft = self.whole(draft, target, definition, &frame);
        if self.owner(target, &draft.summary, &[]).is_some() {
            let code = offline::draft(&self.file.module, definition, &frame);
            draft.to_mut().summary = code.summary;
        }
        if frame.is_english {
            mend(&draft, &self.file.module, definition, &frame)
        } else {
            // The offline draft's words are English, and two languages in one docstring are worse
            // than none.
            prune(&draft, definition, &frame)
        }
        .ok()
    }

    /// The draft; where only parts of one were asked for, with the others that hold by themselves.
    fn whole<'d>(
        &self,
        draft: &'d Draft,
        target: Target,
        definition: &Definition,
        frame: &Frame<'_>,
    ) -> Cow<'d, Draft> {
        match self.file.wanted_parts(target.definition) {
            Some(wanted) if target.task == Task::Mend => {
                Cow::Owned(stale::prompt::completed(draft, wanted, definition, frame))
            }
            _ => Cow::Borrowed(draft),
        }
    }

    fn frame(&self, target: Target, definition: &Definition) -> Frame<'a> {
        let at = (self.place(target), definition);
        Frame::new(self.file, at, self.surroundings.project, self.style)
    }
}
