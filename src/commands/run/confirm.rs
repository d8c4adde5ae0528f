//! The question before money is spent: at a terminal, and where the estimate is above what the settings
//! let pass.

use std::io::IsTerminal as _;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::interrupt::Interrupt;
use super::terminal::Terminal;
use super::words::Words;
use super::{RunMode, RunOptions};
use crate::commands::{Error, output};
use crate::config::{Budget, Config, Dollars};
use crate::generate::Estimate;
use crate::llm::{Bound, Money};
use crate::report::{Loudness, escape};

/// Whether a run is agreed to beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assent {
    /// The terminal is asked, where the settings want it.
    Asked,
    /// Nobody is asked.
    Given,
}

/// Who is asked, and with what.
pub(super) struct Asking<'a> {
    pub(super) budget: &'a Budget,
    /// Who writes the words, as reports call them.
    pub(super) words: String,
    /// The terminal, if the run has one open.
    pub(super) terminal: Option<&'a Terminal>,
    pub(super) runtime: &'a Runtime,
    pub(super) interrupt: &'a Interrupt,
}

impl<'a> Asking<'a> {
    /// About a run with these words, at a terminal that is opened when it is needed.
    pub(super) fn new(
        config: &'a Config,
        words: &Words<'_>,
        (runtime, interrupt): (&'a Runtime, &'a Interrupt),
    ) -> Self {
        Self {
            budget: &config.budget,
            words: words.describe(),
            terminal: None,
            runtime,
            interrupt,
        }
    }
}

impl Asking<'_> {
    /// Whether the run may go on: nobody need be asked, or the answer is yes.
    pub(super) fn agrees(
        &self,
        estimate: Option<&Estimate>,
        options: RunOptions,
    ) -> Result<bool, Error> {
        let Some(estimate) = estimate.filter(|estimate| self.is_much(estimate)) else {
            return Ok(true);
        };
        if !can_be_asked(options) {
            return Ok(true);
        }
        let opened;
        let terminal = if let Some(terminal) = self.terminal {
            terminal
        } else {
            opened = Terminal::open()?;
            &opened
        };
        output::prompt(&format!("{}\n", escape(&self.told(estimate))), false);
        let line = terminal.answer("Go on? [y/N] ", self.runtime.handle(), self.interrupt)?;
        let answer = line.unwrap_or_default().trim().to_lowercase();
        Ok(matches!(answer.as_str(), "y" | "yes"))
    }

    /// Whether the run may take more than the settings let pass without a question.
    fn is_much(&self, estimate: &Estimate) -> bool {
        let confirm = &self.budget.confirm;
        if let Some(usd) = &estimate.usd {
            let most = self.budget.run.cost.map_or(f64::INFINITY, Dollars::value);
            usd.high.min(most) > confirm.above.value()
        } else {
            let most = self.budget.run.requests.unwrap_or(u64::MAX);
            estimate.requests.min(most) > confirm.above_requests
        }
    }

    fn told(&self, estimate: &Estimate) -> String {
        let usd = match &estimate.usd {
            Some(usd) => {
                let [low, high] =
                    [usd.low, usd.high].map(|one| Money::from_dollars(one).to_string());
                if low == high {
                    format!("about {high}")
                } else {
                    format!("{low} to {high}")
                }
            }
            None => "price unknown".to_owned(),
        };
        let time = estimate.seconds.map(|seconds| {
            let time = Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(Duration::MAX);
            format!(", in about {}", Bound::Time(time))
        });
        let budget = self.budget.run.cost.filter(|most| {
            let high = estimate.usd.as_ref().map(|usd| usd.high);
            high.is_some_and(|high| high > most.value())
        });
        let budget = budget.map(|most| {
            let most = Money::from_dollars(most.value());
            format!("\nThe run ends with its budget of {most}.")
        });
        format!(
            "This run asks {} about {} definitions: about {}, {} of prompts and {} of replies, {usd}{}.{}",
            self.words,
            estimate.definitions,
            Bound::Requests(estimate.requests),
            Bound::Tokens(estimate.prompt_tokens),
            Bound::Tokens(estimate.output_tokens),
            time.unwrap_or_default(),
            budget.unwrap_or_default(),
        )
    }
}

/// Whether there is somebody who could answer, and would not mind.
fn can_be_asked(options: RunOptions) -> bool {
    let is_ci = std::env::var_os("CI")
        .is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
    options.assent == Assent::Asked
        && options.loudness == Loudness::Normal
        && options.mode != RunMode::Filter
        && !is_ci
        && std::io::stdin().is_terminal()
        && std::io::stderr().is_terminal()
}
