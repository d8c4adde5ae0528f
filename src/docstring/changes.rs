//! The docstrings of a file at two times, and what became of each.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;

use super::clean::cleandoc;
use crate::python::{self, FileRole, Kind, SyntaxError};

/// The docstrings that a file had at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// In the order of the file, the module first.
    definitions: Vec<PastDefinition>,
}

/// A definition as it was at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastDefinition {
    /// Its name inside its file; a module's is empty.
    pub qualified_name: Arc<str>,
    /// What it was.
    pub kind: Kind,
    /// Its docstring as `inspect.cleandoc` gives it, without blanks at line ends; `None` when it had
    /// none, or one with nothing in it.
    pub docstring: Option<Arc<str>>,
}

/// What became of a docstring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is new.
    Added,
    /// It says something else.
    Updated,
    /// It is gone.
    Removed,
}

/// A docstring that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocstringChange {
    /// The name of its definition inside the file; a module's is empty.
    pub qualified_name: Arc<str>,
    /// What the definition is.
    pub kind: Kind,
    /// What became of the docstring.
    pub action: Action,
    /// The definition itself came or went with it.
    pub with_definition: bool,
    /// What it said before.
    pub old: Option<Arc<str>>,
    /// What it says now.
    pub new: Option<Arc<str>>,
}

impl Past {
    /// Reads the docstrings of a file's text; run it on a thread with [`python::STACK_BYTES`] of stack.
    /// A package counts as a module: what a file is called is not looked at.
    pub fn read(text: &str) -> Result<Self, SyntaxError> {
        let tree = python::parse(text)?;
        let role = FileRole {
            name: String::new(),
            is_package: false,
            is_private: false,
        };
        let module = python::analyze(&tree, text, &role);
        let definitions = module.definitions.into_iter();
        let definitions = definitions.map(|definition| PastDefinition {
            qualified_name: definition.qualified_name.into(),
            kind: definition.kind,
            docstring: definition.docstring.and_then(|one| comparable(&one.value)),
        });
        Ok(Self {
            definitions: definitions.collect(),
        })
    }

    /// The definitions, in the order of the file, the module first.
    #[must_use]
    pub fn definitions(&self) -> &[PastDefinition] {
        &self.definitions
    }

    /// The definition of this name.
    #[must_use]
    pub fn get(&self, qualified_name: &str) -> Option<&PastDefinition> {
        let is_meant = |one: &&PastDefinition| *one.qualified_name == *qualified_name;
        self.definitions.iter().find(is_meant)
    }

    /// Replaces each text by what `keep` makes of it, so that equal ones can be one.
    pub fn share(&mut self, mut keep: impl FnMut(&str) -> Arc<str>) {
        for definition in &mut self.definitions {
            definition.qualified_name = keep(&definition.qualified_name);
            definition.docstring = definition.docstring.as_deref().map(&mut keep);
        }
    }

    /// Every docstring that is not what it was, in the order of the later file, those that went with
    /// their definitions last.
    #[must_use]
    pub fn changes_to(&self, later: &Self) -> Vec<DocstringChange> {
        let pairs = self.pairs(later).into_iter();
        pairs.filter_map(|(old, new)| change(old, new)).collect()
    }

    /// Each definition as it was and as it is later, in the order of the later file, those that are
    /// gone last.
    ///
    /// Definitions of one name, told apart by numbers only, are matched by what they say when there are
    /// more or fewer of them than before: an overload that is added in front of a function makes no
    /// other function of it.
    #[must_use]
    pub fn pairs<'p>(&'p self, later: &'p Self) -> Vec<Pair<'p>> {
        let mut old = self.by_name();
        let mut partner: HashMap<&str, &PastDefinition> = HashMap::new();
        for (name, new) in later.by_name() {
            for (old, new) in matched(old.remove(name).unwrap_or_default(), new) {
                partner.insert(&new.qualified_name, old);
            }
        }
        let is_kept: HashSet<&str> = partner.values().map(|old| &*old.qualified_name).collect();
        let now = later.definitions.iter();
        let now = now.map(|one| (partner.get(&*one.qualified_name).copied(), Some(one)));
        let gone = self.definitions.iter();
        let gone = gone.filter(|one| !is_kept.contains(&*one.qualified_name));
        now.chain(gone.map(|one| (Some(one), None))).collect()
    }

    /// Whether a definition of this name, whatever its number, says this.
    #[must_use]
    pub fn says(&self, qualified_name: &str, docstring: &str) -> bool {
        let name = without_number(qualified_name);
        self.definitions.iter().any(|one| {
            one.docstring.as_deref() == Some(docstring)
                && without_number(&one.qualified_name) == name
        })
    }

    fn by_name(&self) -> HashMap<&str, Vec<&PastDefinition>> {
        let mut names: HashMap<&str, Vec<&PastDefinition>> = HashMap::new();
        for one in &self.definitions {
            let name = without_number(&one.qualified_name);
            names.entry(name).or_default().push(one);
        }
        names
    }
}

/// A definition as it was and as it is later, if it was and if it is.
pub type Pair<'p> = (Option<&'p PastDefinition>, Option<&'p PastDefinition>);

/// The name that a definition has in common with others: without the number that tells it from them.
fn without_number(qualified_name: &str) -> &str {
    match qualified_name.rsplit_once('#') {
        Some((name, number)) if number.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => qualified_name,
    }
}

/// Which of some definitions of one name are which of those before.
fn matched<'p>(
    mut old: Vec<&'p PastDefinition>,
    mut new: Vec<&'p PastDefinition>,
) -> Vec<(&'p PastDefinition, &'p PastDefinition)> {
    if old.len() == new.len() {
        return old.into_iter().zip(new).collect();
    }
    let says_the_same = |one: &PastDefinition, other: &PastDefinition| {
        one.docstring.is_some() && one.docstring == other.docstring
    };
    let both_say = |one: &PastDefinition, other: &PastDefinition| {
        one.docstring.is_some() && other.docstring.is_some()
    };
    let mut found = Vec::new();
    let mut take = |is_match: &dyn Fn(&PastDefinition, &PastDefinition) -> bool| {
        new.retain(|new| match old.iter().position(|old| is_match(old, new)) {
            Some(at) => {
                found.push((old.remove(at), *new));
                false
            }
            None => true,
        });
    };
    take(&says_the_same);
    take(&both_say);
    take(&|_, _| true);
    found
}

/// What became of the docstring of one definition, if anything did.
#[must_use]
pub fn change(
    old: Option<&PastDefinition>,
    new: Option<&PastDefinition>,
) -> Option<DocstringChange> {
    let definition = new.or(old)?;
    let text = |one: Option<&PastDefinition>| one.and_then(|one| one.docstring.clone());
    let (old_text, new_text) = (text(old), text(new));
    let action = match (&old_text, &new_text) {
        (None, None) => return None,
        (None, Some(_)) => Action::Added,
        (Some(_), None) => Action::Removed,
        (Some(old), Some(new)) if old == new => return None,
        (Some(_), Some(_)) => Action::Updated,
    };
    Some(DocstringChange {
        qualified_name: Arc::clone(&definition.qualified_name),
        kind: definition.kind,
        action,
        with_definition: old.is_none() || new.is_none(),
        old: old_text,
        new: new_text,
    })
}

/// A docstring's text as it is compared: neither its indentation nor blanks at line ends are what it
/// says. `None` when it says nothing.
#[must_use]
pub fn comparable(value: &str) -> Option<Arc<str>> {
    let clean = cleandoc(value);
    let lines: Vec<&str> = clean.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    let text = text.trim_matches('\n');
    (!text.is_empty()).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(old: &str, new: &str) -> Vec<String> {
        let read = |text| Past::read(text).unwrap();
        let changes = read(old).changes_to(&read(new));
        let shown = changes.iter().map(|one| {
            let with = if one.with_definition { "with " } else { "" };
            let (old, new) = (one.old.as_deref(), one.new.as_deref());
            format!(
                "{:?} {with}{}: {} -> {}",
                one.action,
                one.qualified_name,
                old.unwrap_or("-"),
                new.unwrap_or("-")
            )
        });
        shown.collect()
    }

    #[test]
    fn what_became_of_each_docstring_is_told() {
        let old = "'''M.'''\ndef kept():\n    '''K.'''\ndef bare(): pass\ndef told():\n    '''T.'''\nclass Gone:\n    '''G.'''\n";
        let new = "'''M!'''\ndef fresh():\n  '''F.'''\ndef kept():\n        '''K.   \n        '''\ndef bare():\n    '''B.'''\ndef told(): ''\n";
        assert_eq!(
            changes(old, new),
            [
                "Updated : M. -> M!",
                "Added with fresh: - -> F.",
                "Added bare: - -> B.",
                "Removed told: T. -> -",
                "Removed with Gone: G. -> -",
            ]
        );
        assert!(changes(new, new).is_empty());
    }

    #[test]
    fn a_second_definition_of_a_name_is_another() {
        let old = "def f():\n    '''A.'''\n";
        let new = "def f():\n    '''A.'''\ndef f():\n    '''B.'''\n";
        assert_eq!(changes(old, new), ["Added with f#2: - -> B."]);
    }

    #[test]
    fn overloads_in_front_make_no_other_function() {
        let old = "def f():\n    '''A.'''\n";
        let new = "def f(): ...\ndef f(): ...\ndef f():\n    '''B.'''\n";
        assert_eq!(changes(old, new), ["Updated f#3: A. -> B."]);
        assert_eq!(changes(new, old), ["Updated f: B. -> A."]);
        assert!(changes(new, &new.replacen("def f(): ...\n", "", 1)).is_empty());
    }
}
