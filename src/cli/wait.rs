//! Waiting for another docgen.

use std::time::Duration;

use clap::Args;

use crate::commands::Wait;

/// What the flag without a value stands for.
const FOREVER: &str = "forever";

#[derive(Debug, Args)]
pub(super) struct WaitArgs {
    /// Wait until no other docgen changes files here, or at most so many seconds
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        default_missing_value = FOREVER,
        value_parser = wait,
        require_equals = true,
        help_heading = "Journal"
    )]
    wait: Option<Wait>,
}

impl WaitArgs {
    pub(super) fn wait(&self) -> Wait {
        self.wait.unwrap_or(Wait::No)
    }
}

fn wait(value: &str) -> Result<Wait, std::num::ParseIntError> {
    if value == FOREVER {
        return Ok(Wait::Forever);
    }
    let seconds: u32 = value.parse()?;
    Ok(Wait::AtMost(Duration::from_secs(seconds.into())))
}
