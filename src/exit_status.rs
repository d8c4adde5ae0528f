//! What the process tells its caller.

use std::process::ExitCode;

/// Exit status of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0: done, nothing found, nothing left undocumented.
    Success,
    /// 1: findings, or something left undocumented, or a diff that is not empty.
    Findings,
    /// 2: docgen failed: usage, settings, network.
    Failure,
    /// 130: interrupted by Ctrl-C.
    Interrupted,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Success => 0,
            ExitStatus::Findings => 1,
            ExitStatus::Failure => 2,
            ExitStatus::Interrupted => 130,
        })
    }
}

/// Ends the process as one that was interrupted. Files are replaced by renaming, so none is ever
/// half-written.
#[expect(clippy::exit, reason = "the user asked twice to leave at once")]
pub fn leave_now() -> ! {
    std::process::exit(130)
}
