//! A draft held to its definition, whether it comes from a model now or is remembered.

use std::borrow::Cow;

use super::assignment::Assignment;
use super::fault::Fault;
use super::frame::Frame;
use super::mend::mend;
use super::prune::prune;
use super::reply::Draft;
use super::select::{Target, Task};
use super::stale;
use super::validate::validate;
use crate::docstring::Docstring;
use crate::python::Definition;

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

    /// The docstring of a draft that holds; otherwise what is wrong with it.
    pub(super) fn hold(
        &self,
        target: Target,
        draft: &Draft,
    ) -> Option<Result<Docstring, Vec<Fault>>> {
        let definition = self.definition(target)?;
        let frame = self.frame(target, definition);
        let draft = self.whole(draft, target, definition, &frame);
        Some(validate(&draft, definition, &frame))
    }

    /// The docstring of a draft whose faults can be mended from the code.
    pub(super) fn mended(&self, target: Target, draft: &Draft) -> Option<Docstring> {
        let definition = self.definition(target)?;
        let frame = self.frame(target, definition);
        let draft = self.whole(draft, target, definition, &frame);
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
