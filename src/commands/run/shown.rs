//! The prompts of a run, shown as they are sent.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::llm::{ChatRequest, Role};
use crate::report::escape;

/// The target of events that the terminal shows and the log file does not take.
const PROMPTS: &str = "docgen::prompts";

/// What has been shown so far.
#[derive(Debug, Default)]
pub(super) struct Shown(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    count: u64,
    /// The system messages, each with the number of the prompt that had it first.
    systems: Vec<(String, u64)>,
}

impl Shown {
    /// Shows a prompt on standard error. Secrets are masked in it already; what a terminal would obey is
    /// escaped. A system message is shown once: nearly all prompts have the same.
    pub(super) fn show(&self, request: &ChatRequest) {
        // Two prompts do not run into each other.
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.count += 1;
        let number = state.count;
        let mut text = format!("----- prompt {number}: {}\n", request.about);
        let known = state.systems.iter().find(|(one, _)| *one == request.system);
        if let Some((_, first)) = known {
            _ = writeln!(text, "----- system: as in prompt {first}");
        } else {
            _ = writeln!(text, "----- system\n{}", request.system.trim_end());
            state.systems.push((request.system.clone(), number));
        }
        for turn in &request.turns {
            let who = match turn.role {
                Role::User => "user",
                Role::Assistant => "assistant",
            };
            _ = writeln!(text, "----- {who}\n{}", turn.content.trim_end());
        }
        text.push_str("----- end");
        tracing::info!(target: PROMPTS, "{}", escape(&text));
    }
}
