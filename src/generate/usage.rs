//! A line that shows how a definition is used: a call of it in a test, or else in another caller.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::mask::Masks;
use super::select::is_test;
use crate::python::{self, DefinitionId, Kind, Project};
use crate::source::{FileName, SourceFile};

/// Callers that are looked at, tests first.
const MOST_CALLERS: usize = 40;

/// A longer line teaches less than it costs.
const MOST_CHARS: usize = 120;

/// The files that hold callers, each read once.
#[derive(Debug, Default)]
pub struct Usages(Mutex<HashMap<usize, Option<Arc<Text>>>>);

/// A file's text, and where it only speaks.
#[derive(Debug)]
struct Text {
    lines: Vec<(usize, String)>,
    literals: Vec<Range<usize>>,
}

impl Usages {
    /// The shortest line that calls a definition with arguments, without secrets; one of a test if
    /// there is any.
    pub(super) fn of(&self, project: &Project, id: DefinitionId) -> Option<String> {
        let entry = project.entry(id);
        let name = match entry.qualified_name.rsplit('.').next()? {
            // Who calls `__init__` writes the class's name.
            "__init__" => entry.qualified_name.rsplit('.').nth(1)?,
            name if name.starts_with("__") => return None,
            name => name,
        };
        let name = name.split('#').next()?;
        let called = match entry.parent {
            Some(definition) if entry.qualified_name.ends_with("__init__") => {
                DefinitionId { definition, ..id }
            }
            _ => id,
        };
        let callers = project.callers(called).iter();
        let (tests, others): (Vec<DefinitionId>, Vec<DefinitionId>) =
            callers.partition(|caller| is_test(project.entry(**caller).file.as_str()));
        [tests, others].into_iter().find_map(|callers| {
            let lines = callers.iter().take(MOST_CALLERS);
            let lines = lines.flat_map(|caller| self.calls(project, *caller, name));
            let line = lines.min_by_key(|line| (line.chars().count(), line.clone()))?;
            let masks = Masks::find(&line);
            Some(masks.shown(&line, 0..line.len()).into_owned())
        })
    }

    /// The lines of a caller that are a whole statement, or a header, with a call of `name`.
    fn calls(&self, project: &Project, caller: DefinitionId, name: &str) -> Vec<String> {
        let entry = project.entry(caller);
        let Some(text) = self.text(caller.module, &entry.file) else {
            return Vec::new();
        };
        let is_module = matches!(entry.kind, Kind::Module | Kind::Package);
        let first = if is_module { 0 } else { entry.place.line };
        let header = first.checked_sub(1).and_then(|at| text.lines.get(at));
        let margin = header.map_or(0, |(_, line)| indent(line));
        let caller = entry.qualified_name.rsplit('.').next().unwrap_or_default();
        let caller = caller.split('#').next().unwrap_or_default();
        // The run itself may have moved the lines of the file since it was analysed.
        if !is_module && !header.is_some_and(|(_, line)| line.contains(caller)) {
            return Vec::new();
        }
        let mut continues = false;
        let mut calls = Vec::new();
        for (start, line) in text.lines.iter().skip(first) {
            let code = line.trim();
            let is_inside = indent(line) > margin || code.starts_with([')', ']', '#']);
            if !is_module && !code.is_empty() && !is_inside {
                break;
            }
            if !continues
                && let Some(at) = call_in(line, name)
                && !text.speaks(start + at)
            {
                calls.push(code.to_owned());
            }
            continues = code.ends_with(['(', '[', '{', ',', '\\']);
        }
        calls
    }

    fn text(&self, module: usize, name: &FileName) -> Option<Arc<Text>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = known
            .entry(module)
            .or_insert_with(|| Text::read(name).map(Arc::new));
        text.clone()
    }
}

impl Text {
    fn read(name: &FileName) -> Option<Self> {
        let source = SourceFile::read(Path::new(name.as_str()), name.clone()).ok()?;
        let tree = python::parse(&source.text).ok()?;
        let literals = tree.literal_contents(&source.text).collect();
        let mut lines = Vec::new();
        let mut start = 0;
        for line in source.text.split_inclusive('\n') {
            lines.push((start, line.trim_end().to_owned()));
            start += line.len();
        }
        Some(Self { lines, literals })
    }

    /// Whether an offset is inside of a string.
    fn speaks(&self, offset: usize) -> bool {
        let after = self.literals.partition_point(|range| range.start <= offset);
        let before = after.checked_sub(1).and_then(|at| self.literals.get(at));
        before.is_some_and(|range| offset < range.end)
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Where a line that is a statement by itself calls `name` with arguments that tell something: more
/// than names that are handed on.
fn call_in(line: &str, name: &str) -> Option<usize> {
    let code = line.trim();
    if code.chars().count() > MOST_CHARS || code.starts_with(['#', '@']) || code.ends_with(',') {
        return None;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let (at, _) = line.match_indices(name).find(|(at, _)| {
        let (before, after) = (&line[..*at], &line[at + name.len()..]);
        let introduces = ["def", "class"].contains(&before.trim());
        !before.ends_with(is_word) && !introduces && after.strip_prefix('(').is_some_and(tells)
    })?;
    (python::parse(code).is_ok() || is_header(code)).then_some(at)
}

/// Whether what follows a call's bracket holds a literal or an expression.
fn tells(arguments: &str) -> bool {
    let mut depth = 1;
    let inside = arguments.chars().take_while(|c| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        depth > 0
    });
    let inside: String = inside.collect();
    let mut words = inside.split(|c: char| !c.is_alphanumeric() && c != '_');
    inside.contains(['"', '\'', '[', '{', '('])
        || words.any(|word| {
            word.starts_with(|c: char| c.is_ascii_digit())
                || matches!(word, "True" | "False" | "None")
        })
}

/// Whether a line is the header of a statement whose body follows.
fn is_header(line: &str) -> bool {
    line.ends_with(':') && python::parse(&format!("{line} pass")).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_one_that_tells_something_on_one_line() {
        for line in [
            "add(1)",
            "    total = basket.add('apple', count=2)",
            "assert add(a, [2]) == b",
            "return [add(x, None) for x in y]",
            "with add(path('x')) as it:",
            "if not add(1): return 2",
        ] {
            assert!(call_in(line, "add").is_some(), "{line}");
        }
        for line in [
            "add()",
            "add",
            "readd(1)",
            "adder(1)",
            "def add(self, a=1): pass",
            "# add(1)",
            "@add(1)",
            "add(1,",
            "add(1),",
            ">>> add(1)",
            "add(1) is what it does",
            "self.add(product, replace=replace)",
            "add(first) + 1",
        ] {
            assert_eq!(call_in(line, "add"), None, "{line}");
        }
    }
}
