//! What the model is told. What is the same for every request comes first: the rules, what the
//! project's settings say, then examples of the project's own docstrings; what differs comes last.

mod block;
mod skeleton;
mod system;

use std::fmt::Write as _;

use super::assignment::Assignment;
use super::context::{Example, near, related};
use super::fault::Fault;
use super::reply::Draft;
use crate::llm::Tokens;

use block::{fence, is_line_end, quotable};
pub(super) use skeleton::skeleton;

pub(super) use block::definition_block;
pub(super) use system::system_message;

/// Definitions that a request asks for, each under its id.
pub(super) struct Asked<'a> {
    pub(super) assignment: &'a Assignment<'a>,
    /// The ids, and the definitions' positions in the module.
    pub(super) definitions: &'a [(String, usize)],
    /// Estimated tokens that each definition may have.
    pub(super) room: Tokens,
}

/// A definition whose words do not hold yet.
pub(super) struct Flawed<'r> {
    /// The id that the prompt gave it.
    pub(super) id: &'r str,
    /// What the reply says, if it can be read.
    pub(super) draft: Option<&'r Draft>,
    /// What is wrong with it.
    pub(super) faults: Vec<Fault>,
}

/// The user message for definitions.
pub(super) fn user_message(asked: &Asked<'_>) -> String {
    let mut message = surroundings(asked);
    message.push_str("\nDocument these definitions.\n");
    for (id, definition) in asked.definitions {
        message.push('\n');
        message.push_str(&asked.block(id, *definition));
    }
    message.push_str(&skeleton(asked.assignment, asked.definitions));
    message
}

/// The second request: the definitions at fault once more, what was said of them, and what is
/// wrong with that.
pub(super) fn repair_message(asked: &Asked<'_>, flawed: &[Flawed<'_>]) -> String {
    let mut message = surroundings(asked);
    message.push_str(
        "\nDrafts for these definitions contradict the code or the rules. Write them anew, keeping what is \
         right.\n",
    );
    let mut shared: Vec<&Fault> = Vec::new();
    for ((id, definition), flawed) in asked.definitions.iter().zip(flawed) {
        message.push('\n');
        message.push_str(&asked.block(id, *definition));
        if let Some(draft) = flawed.draft {
            let draft = serde_json::to_string(draft).unwrap_or_default();
            _ = write!(message, "Draft: {draft}\nWrong in it:\n");
            for fault in &flawed.faults {
                list(&mut message, fault);
            }
        } else {
            shared.extend(&flawed.faults);
        }
    }
    shared.dedup();
    if !shared.is_empty() {
        message.push_str("\nThe last reply was unusable:\n");
        for fault in shared {
            list(&mut message, fault);
        }
    }
    message.push_str(&skeleton(asked.assignment, asked.definitions));
    message
}

impl Asked<'_> {
    pub(super) fn block(&self, id: &str, definition: usize) -> String {
        let near = near(self.assignment, definition);
        definition_block(self.assignment, definition, id, self.room, near)
    }
}

/// Examples of the project's docstrings, the file's name, and the code around the definitions.
pub(super) fn surroundings(asked: &Asked<'_>) -> String {
    let assignment = asked.assignment;
    let mut message = String::new();
    if let Some(habits) = assignment.surroundings.habits {
        _ = writeln!(message, "{habits}\n");
    }
    examples(&mut message, assignment.surroundings.examples);
    let name = quotable(assignment.file.source.name.as_str());
    _ = writeln!(message, "File `{name}`.");
    let indices: Vec<usize> = asked.definitions.iter().map(|(_, index)| *index).collect();
    let related = related(assignment, &indices);
    for group in related {
        _ = write!(message, "\n{}:\n", group.title);
        fence(&mut message, &group.lines.join("\n"));
    }
    message
}

/// Docstrings that the project has, as models of style.
fn examples(message: &mut String, examples: &[Example]) {
    if examples.is_empty() {
        return;
    }
    message.push_str(
        "Docstrings that this project has, for their manner alone; what they say is about other code:\n",
    );
    for example in examples {
        let mut text = format!("{}\n    \"\"\"", example.header);
        text.push_str(&example.docstring.trim_end().replace('\n', "\n    "));
        text.push_str("\"\"\"");
        fence(message, &text);
    }
    message.push('\n');
}

/// A fault as a line of a list; it may hold words of the reply.
fn list(message: &mut String, fault: &Fault) {
    _ = writeln!(message, "- {}", on_one_line(&fault.to_string()));
}

fn on_one_line(text: &str) -> String {
    text.replace(|c: char| is_line_end(c) || c.is_control(), " ")
}
