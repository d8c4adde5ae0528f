//! What a dotted path means, seen from a definition: names, imports, attributes, calls.
//!
//! A path leads somewhere only when everything that gives one of its names a meaning agrees. What
//! cannot be told leads nowhere: a wrong answer would put untrue words into a docstring.

use std::collections::{HashMap, HashSet};

use super::classes::Ancestor;
use super::facts::{DefinitionFacts, ModuleFacts};
use super::{DefinitionId, Tables};
use crate::python::scope::Bound;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A module of the project, by its position.
    Module(usize),
    /// A folder of modules that is no package itself.
    Folder(String),
    /// A function or class.
    Definition(DefinitionId),
    /// A function, taken from a class or from an instance of it.
    Method {
        method: DefinitionId,
        class: DefinitionId,
    },
    /// An object of a class.
    Instance(DefinitionId),
    /// What `super()` gives.
    Super {
        class: DefinitionId,
        after: DefinitionId,
    },
    /// What `await` makes the value of.
    Awaitable(Box<Value>),
}

/// What is known of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing gives it a meaning, or only what is being looked up already.
    Nothing,
    /// Something does that cannot be told.
    Unknown,
    Value(Value),
}

impl Found {
    pub(super) fn value(self) -> Option<Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

impl From<Option<Value>> for Found {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Self::Unknown, Self::Value)
    }
}

/// One question, and what came up on the way to its answer.
pub(super) struct Lookup<'p> {
    pub(super) tables: &'p Tables,
    /// Names by the definition whose scope they are of; `None` while one is being looked up.
    names: HashMap<(DefinitionId, &'p str), Option<Found>>,
    /// Star imports that were followed, by module and name.
    stars: HashSet<(usize, String)>,
}

impl<'p> Lookup<'p> {
    pub(super) fn new(tables: &'p Tables) -> Self {
        Self {
            tables,
            names: HashMap::new(),
            stars: HashSet::new(),
        }
    }

    /// What `path` means in the scope of `from`.
    pub(super) fn path(&mut self, from: DefinitionId, path: &str) -> Option<Value> {
        let mut steps = path.split('.');
        let first = steps.next()?;
        let (name, calls) = split_calls(first);
        let mut value = match name {
            "super" if calls.len() == 1 => {
                let argument = calls.first().copied().unwrap_or_default();
                self.super_of(from, argument)?
            }
            name => {
                let value = self.name(from, name).value()?;
                self.called(value, calls.len())?
            }
        };
        for step in steps {
            let (name, calls) = split_calls(step);
            value = match (name, value) {
                ("await", Value::Awaitable(value)) => *value,
                ("await", _) => return None,
                (name, value) => self.attribute(&value, name).value()?,
            };
            value = self.called(value, calls.len())?;
        }
        Some(value)
    }

    fn called(&mut self, mut value: Value, times: usize) -> Option<Value> {
        for _ in 0..times {
            value = self.call(&value)?;
        }
        Some(value)
    }

    /// The function or class that calling `path` in `from` calls.
    pub(super) fn callee(&mut self, from: DefinitionId, path: &str) -> Option<DefinitionId> {
        match self.path(from, path)? {
            Value::Definition(id) => Some(id),
            Value::Method { method, .. } => Some(method),
            Value::Instance(class) => match self.member(class, "__call__", true).value()? {
                Value::Method { method, .. } => Some(method),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn facts(&self, id: DefinitionId) -> Option<&'p DefinitionFacts> {
        self.tables.facts(id)
    }

    pub(super) fn module(&self, index: usize) -> Option<&'p ModuleFacts> {
        self.tables.modules.get(index)
    }

    /// What a name means in the scope of `from`, in that of its own body first.
    fn name(&mut self, from: DefinitionId, name: &str) -> Found {
        let mut at = from;
        loop {
            let Some(facts) = self.facts(at) else {
                return Found::Nothing;
            };
            let declares = |names: &[String]| names.iter().any(|one| one == name);
            // Functions do not see the names of a class around them.
            let is_seen = at == from || !facts.is_class();
            if is_seen {
                if declares(&facts.scope.globals) {
                    return self.module_name(at.module, name);
                }
                if !declares(&facts.scope.nonlocals) && facts.names.contains_key(name) {
                    return self.bound(at, name);
                }
            }
            match facts.entry.parent {
                Some(parent) => {
                    at = DefinitionId {
                        definition: parent,
                        ..at
                    };
                }
                None => return self.starred(at.module, name),
            }
        }
    }

    /// A name that a module binds, or imports with a star.
    fn module_name(&mut self, module: usize, name: &str) -> Found {
        let id = DefinitionId {
            module,
            definition: 0,
        };
        match self.facts(id) {
            Some(facts) if facts.names.contains_key(name) => self.bound(id, name),
            Some(_) => self.starred(module, name),
            None => Found::Nothing,
        }
    }

    fn starred(&mut self, module: usize, name: &str) -> Found {
        let root = DefinitionId {
            module,
            definition: 0,
        };
        let Some(facts) = self.facts(root) else {
            return Found::Nothing;
        };
        if !facts.names.contains_key("*") || !self.stars.insert((module, name.to_owned())) {
            return Found::Nothing;
        }
        // The last star import that has the name gives it.
        for binding in facts.scope.bindings.iter().rev() {
            let Bound::Star {
                level,
                module: path,
            } = &binding.to
            else {
                continue;
            };
            let Some(Value::Module(target)) = self.container(module, *level, path) else {
                continue;
            };
            if self.exports(target, name) {
                match self.module_name(target, name) {
                    Found::Nothing => {}
                    found => return found,
                }
            }
        }
        Found::Nothing
    }

    fn exports(&self, module: usize, name: &str) -> bool {
        let exports = self.module(module).and_then(|one| one.exports.as_ref());
        match exports {
            Some(names) => names.binary_search_by(|one| one.as_str().cmp(name)).is_ok(),
            None => !name.starts_with('_'),
        }
    }

    /// The module or namespace that an import statement names.
    pub(super) fn container(&self, module: usize, level: u32, path: &str) -> Option<Value> {
        let from = self.module(module)?;
        if level == 0 {
            self.tables.paths.absolute(from, path)
        } else {
            self.tables.paths.relative(from, level, path)
        }
    }

    /// What all that gives `name` a meaning in the scope of `home` agree on.
    pub(super) fn bound(&mut self, home: DefinitionId, name: &str) -> Found {
        let Some((name, slots)) = self
            .facts(home)
            .and_then(|facts| facts.names.get_key_value(name))
        else {
            return Found::Nothing;
        };
        let key = (home, name.as_str());
        match self.names.get(&key) {
            Some(Some(found)) => return found.clone(),
            // It is being looked up: an `__init__` that imports from itself means the submodule.
            Some(None) => return Found::Nothing,
            None => {}
        }
        self.names.insert(key, None);
        let found = self.union(home, slots);
        self.names.insert(key, Some(found.clone()));
        found
    }

    pub(super) fn attribute(&mut self, value: &Value, name: &str) -> Found {
        match value {
            Value::Module(module) => {
                let found = self.module_name(*module, name);
                let package = self.module(*module).filter(|one| one.is_package());
                match (found, package) {
                    (Found::Nothing, Some(package)) => {
                        let inside = self.tables.paths.inside(&package.key, name);
                        inside.map_or(Found::Nothing, Found::Value)
                    }
                    (found, _) => found,
                }
            }
            Value::Folder(folder) => {
                let inside = self.tables.paths.inside(folder, name);
                inside.map_or(Found::Nothing, Found::Value)
            }
            Value::Definition(id) if self.facts(*id).is_some_and(DefinitionFacts::is_class) => {
                self.member(*id, name, false)
            }
            Value::Instance(class) => self.member(*class, name, true),
            Value::Super { class, after } => {
                let mro = self.tables.mro(*class);
                let at = mro
                    .iter()
                    .position(|one| matches!(one, Ancestor::Class(id) if id == after));
                let rest = at.and_then(|at| mro.get(at + 1..)).unwrap_or_default();
                self.class_member(rest, *class, name, true)
            }
            Value::Definition(_) | Value::Method { .. } | Value::Awaitable(_) => Found::Unknown,
        }
    }
}

/// `make()()` is `make` with the arguments of its calls, which are empty but for `super(A)`.
fn split_calls(step: &str) -> (&str, Vec<&str>) {
    let Some(at) = step.find('(') else {
        return (step, Vec::new());
    };
    let (name, calls) = step.split_at(at);
    let calls = calls.split_terminator(')');
    (
        name,
        calls.map(|call| call.trim_start_matches('(')).collect(),
    )
}
