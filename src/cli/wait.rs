//! Waiting for another docgen.

use std::time::Duration;

use clap::Args;

use crate::commands::Wait;

#[derive(Debug, Args)]
pub(super) struct WaitArgs {
    /// Wait until no other docgen changes files here, or at most so many seconds
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        help_heading = "Journal"
    )]
    wait: Option<Option<u32>>,
}

impl WaitArgs {
    pub(super) fn wait(&self) -> Wait {
        match self.wait {
            None => Wait::No,
            Some(None) => Wait::Forever,
            Some(Some(seconds)) => Wait::AtMost(Duration::from_secs(seconds.into())),
        }
    }
}
