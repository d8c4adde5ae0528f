//! Definitions that share a request.

use super::assignment::Assignment;
use super::context::Near;
use super::prompt;
use super::select::Target;
use crate::llm::Tokens;
use crate::python::{Kind, Module};

/// Definitions of one file that share a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// A class after its methods, the module last; otherwise in the order of the text.
    pub targets: Vec<Target>,
}

/// Packs a file's targets into batches, up to the budget of tokens and the number of definitions.
///
/// The methods of a class come together, and the class after them; then the module's functions, then the
/// module. A class that has room in one request is not torn apart; a definition over the budget goes
/// alone.
#[must_use]
pub fn batches(assignment: &Assignment<'_>, targets: &[Target]) -> Vec<Batch> {
    let module = &assignment.file.module;
    let room = assignment.room();
    let budget = u64::from(assignment.limits.max_tokens.get()).min(room.get());
    let mut packing = Packing {
        budget,
        most: assignment.limits.max_definitions.get(),
        batches: Vec::new(),
        used: 0,
    };
    for group in groups(module, targets) {
        let weighed = group.into_iter().map(|target| {
            let (index, near) = (target.definition, Near::default());
            let block = prompt::definition_block(assignment, index, "d0", room, near);
            (target, Tokens::estimate(&block).get())
        });
        packing.add(weighed.collect());
    }
    packing.batches
}

/// Targets that belong together, each class's and the module's own, in the order of the text.
fn groups(module: &Module, targets: &[Target]) -> Vec<Vec<Target>> {
    let mut classes: Vec<(usize, Vec<Target>)> = Vec::new();
    let mut functions = Vec::new();
    for target in targets {
        match class_around(module, target.definition) {
            Some(class) => match classes.iter_mut().find(|(known, _)| *known == class) {
                Some((_, members)) => members.push(*target),
                None => classes.push((class, vec![*target])),
            },
            None => functions.push(*target),
        }
    }
    let mut groups: Vec<Vec<Target>> = Vec::new();
    for (_, mut members) in classes {
        // What holds others comes after them: the sort is stable.
        members.sort_by_key(|target| std::cmp::Reverse(depth(module, target.definition)));
        groups.push(members);
    }
    functions.sort_by_key(|target| target.definition == 0);
    groups.push(functions);
    groups.retain(|group| !group.is_empty());
    groups
}

/// The outermost class that a definition is or lies in.
fn class_around(module: &Module, definition: usize) -> Option<usize> {
    let mut class = None;
    let mut next = Some(definition);
    while let Some(index) = next {
        let one = module.definitions.get(index)?;
        if matches!(one.kind, Kind::Class | Kind::NestedClass) {
            class = Some(index);
        }
        next = one.parent;
    }
    class
}

fn depth(module: &Module, definition: usize) -> usize {
    let parent = |index: &usize| module.definitions.get(*index)?.parent;
    std::iter::successors(Some(definition), parent).count()
}

struct Packing {
    budget: u64,
    most: usize,
    batches: Vec<Batch>,
    /// Tokens of the last batch.
    used: u64,
}

impl Packing {
    /// Adds definitions that belong together, each with its tokens.
    fn add(&mut self, group: Vec<(Target, u64)>) {
        let tokens: u64 = group.iter().map(|(_, tokens)| tokens).sum();
        let fits_one = tokens <= self.budget && group.len() <= self.most;
        if fits_one && !self.has_room(tokens, group.len()) {
            self.begin();
        }
        for (target, tokens) in group {
            if !self.has_room(tokens, 1) {
                self.begin();
            }
            if let Some(batch) = self.batches.last_mut() {
                batch.targets.push(target);
                self.used += tokens;
            }
        }
    }

    fn has_room(&self, tokens: u64, count: usize) -> bool {
        self.batches.last().is_some_and(|batch| {
            batch.targets.is_empty()
                || self.used + tokens <= self.budget && batch.targets.len() + count <= self.most
        })
    }

    fn begin(&mut self) {
        self.batches.push(Batch {
            targets: Vec::new(),
        });
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Batch as Limits;
    use crate::generate::{Summaries, Surroundings, Task, Usages, analyze_source};
    use crate::python::Project;
    use crate::rules::RuleCode;
    use crate::source::{FileName, SourceFile};

    /// The batches of a text's definitions, each as their names.
    fn packed(text: &str, max_tokens: u32, max_definitions: usize) -> Vec<String> {
        let path = std::path::Path::new("a.py");
        let name = FileName::new(path, std::path::Path::new(""));
        let source = SourceFile::from_bytes(path, name, text.into()).unwrap();
        let file = analyze_source(source).unwrap();
        let targets: Vec<Target> = (0..file.module.definitions.len())
            .map(|definition| Target {
                definition,
                code: RuleCode::D103,
                is_documented: false,
                task: Task::Write,
            })
            .collect();
        let assignment = Assignment {
            file: &file,
            style: &crate::config::DocstringStyle::default(),
            wording: &crate::config::Wording::default(),
            limits: Limits {
                max_tokens: max_tokens.try_into().unwrap(),
                max_definitions: max_definitions.try_into().unwrap(),
                ..Limits::default()
            },
            surroundings: Surroundings {
                project: &Project::build(Vec::new(), &[]),
                summaries: &Summaries::default(),
                usages: &Usages::default(),
                habits: None,
                examples: &[],
            },
        };
        let names = |batch: &Batch| {
            let names = batch.targets.iter().map(|target| {
                let definition = &file.module.definitions[target.definition];
                definition.qualified_name.as_str()
            });
            names.collect::<Vec<_>>().join(" ")
        };
        batches(&assignment, &targets).iter().map(names).collect()
    }

    const SHOP: &str = "def one(): return 1\n\n\nclass A:\n    def a(self): return 1\n\n    class In:\n        def deep(self): return 1\n\n    def b(self): return 2\n\n\ndef two(): return 2\n\n\nclass B:\n    def c(self): return 3\n\n    def d(self): return 3\n";

    #[test]
    fn a_class_comes_after_its_methods_and_the_module_last() {
        assert_eq!(
            packed(SHOP, 6000, 20),
            ["A.In.deep A.a A.In A.b A B.c B.d B one two "]
        );
    }

    #[test]
    fn what_fits_one_request_is_not_torn_apart() {
        assert_eq!(
            packed(SHOP, 6000, 5),
            ["A.In.deep A.a A.In A.b A", "B.c B.d B", "one two "]
        );
        assert_eq!(
            packed(SHOP, 6000, 4),
            ["A.In.deep A.a A.In A.b", "A B.c B.d B", "one two "]
        );
    }

    #[test]
    fn nothing_to_ask_is_no_batch() {
        let of = |text: &str| packed(text, 6000, 12);
        assert_eq!(of(""), [""], "the module alone");
        let module = crate::python::analyze(
            &crate::python::parse("").unwrap(),
            "",
            &crate::python::FileRole {
                name: String::new(),
                is_package: false,
                is_private: false,
            },
        );
        assert!(groups(&module, &[]).is_empty());
    }

    #[test]
    fn a_large_definition_goes_alone() {
        let rows = "    x = compute(x, 'a rather long line of code')\n".repeat(40);
        let text = format!(
            "def a(x):\n    return x\n\n\ndef big(x):\n{rows}\n\ndef z(x):\n    return x\n"
        );
        assert_eq!(packed(&text, 200, 12), ["a", "big", "z "]);
    }
}
