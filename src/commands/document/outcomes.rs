//! What becomes of a file's targets, as it comes to be known.

use crate::generate::Target;
use crate::report::Status;
use crate::rewrite::NewDocstring;

/// Each target that something has become of, with what that is so far.
#[derive(Debug, Default)]
pub(super) struct Outcomes(Vec<(Target, Status)>);

impl Outcomes {
    /// Says what becomes of a target.
    pub(super) fn add(&mut self, target: Target, status: Status) {
        self.0.push((target, status));
    }

    /// Gives a definition another outcome.
    pub(super) fn give(&mut self, definition: usize, status: &Status) {
        for (target, old) in &mut self.0 {
            if target.definition == definition {
                *old = status.clone();
            }
        }
    }

    /// Takes over a docstring's words as the user has edited them.
    pub(super) fn reword(&mut self, edited: &NewDocstring) {
        for (target, status) in &mut self.0 {
            if let Status::Documented { docstring, .. } | Status::Mended { docstring, .. } = status
                && target.definition == edited.definition
            {
                docstring.clone_from(&edited.text);
            }
        }
    }

    /// None of what was to be documented is.
    pub(super) fn fail_all(&mut self, reason: &str) {
        for (_, status) in &mut self.0 {
            if status.reason().is_none() {
                *status = Status::Failed {
                    reason: reason.to_owned(),
                };
            }
        }
    }

    /// The definitions that have a docstring now, or a better one.
    pub(super) fn documented(&self) -> Vec<usize> {
        let documented = self.0.iter();
        let documented = documented.filter(|(_, status)| status.reason().is_none());
        documented.map(|(target, _)| target.definition).collect()
    }
}

impl IntoIterator for Outcomes {
    type Item = (Target, Status);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
