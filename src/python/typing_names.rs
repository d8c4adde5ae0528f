//! Which names stand for `typing` or something in it, at the place that a walk has come to.

use ruff_python_ast::{Expr, Stmt};

use super::imports::dotted_name;

/// The names bound so far, scope in scope.
///
/// A fallback such as `except ImportError: def override(f): ...` takes the name away again, for
/// ruff as for Python.
#[derive(Debug)]
pub(super) struct TypingNames {
    /// Of each scope its bindings in the order of the text; `None` is something else.
    scopes: Vec<Vec<(String, Option<String>)>>,
}

impl TypingNames {
    pub(super) fn new() -> Self {
        Self {
            scopes: vec![Vec::new()],
        }
    }

    pub(super) fn enter(&mut self) {
        self.scopes.push(Vec::new());
    }

    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// Takes note of what a simple statement binds.
    pub(super) fn read(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    if let Some(name) = &alias.asname {
                        self.bind(name, module(&alias.name));
                    } else {
                        // `import typing.re` binds `typing`.
                        let head = alias.name.split('.').next().unwrap_or_default();
                        self.bind(head, module(head));
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().and_then(|name| module(name));
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    let path = module.as_ref().filter(|_| import.level == 0);
                    self.bind(name, path.map(|module| format!("{module}.{}", alias.name)));
                }
            }
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.assign(target)),
            Stmt::AnnAssign(assign) if assign.value.is_some() => self.assign(&assign.target),
            _ => {}
        }
    }

    /// Takes note of a `def`, a `class` or a loop that binds `name`.
    pub(super) fn rebind(&mut self, name: &str) {
        self.bind(name, None);
    }

    /// The path in `typing` that an expression names.
    pub(super) fn resolve(&self, expression: &Expr) -> Option<String> {
        if self.scopes.iter().all(Vec::is_empty) {
            return None;
        }
        let dotted = dotted_name(expression)?;
        let (head, tail) = match dotted.split_once('.') {
            Some((head, tail)) => (head, Some(tail)),
            None => (dotted.as_str(), None),
        };
        let path = self.bound(head)?.as_ref()?;
        Some(match tail {
            Some(tail) => format!("{path}.{tail}"),
            None => path.clone(),
        })
    }

    fn assign(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => self.bind(&name.id, None),
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.assign(target)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.assign(target)),
            _ => {}
        }
    }

    /// Of the many names that have nothing to do with `typing` none is kept.
    fn bind(&mut self, name: &str, path: Option<String>) {
        if (path.is_some() || self.bound(name).is_some())
            && let Some(scope) = self.scopes.last_mut()
        {
            scope.push((name.to_owned(), path));
        }
    }

    fn bound(&self, name: &str) -> Option<&Option<String>> {
        let bindings = self
            .scopes
            .iter()
            .rev()
            .flat_map(|scope| scope.iter().rev());
        let mut bindings = bindings.filter(|(bound, _)| bound == name);
        bindings.next().map(|(_, path)| path)
    }
}

fn module(name: &str) -> Option<String> {
    matches!(name, "typing" | "typing_extensions").then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::python::{DecoratorRole, FileRole, analyze, parse};

    /// Whether the last definition of a module overrides another.
    fn overrides(text: &str) -> bool {
        let role = FileRole {
            name: "m".to_owned(),
            is_package: false,
            is_private: false,
        };
        let module = analyze(&parse(text).unwrap(), text, &role);
        let last = module.definitions.last().unwrap();
        last.has_role(DecoratorRole::Override)
    }

    #[test]
    fn a_name_is_what_it_was_bound_to_last() {
        let used = "@override\ndef f(): ...\n";
        assert!(overrides(&format!("from typing import override\n{used}")));
        assert!(overrides("import typing as t\n@t.override\ndef f(): ...\n"));
        assert!(!overrides(used));
        assert!(!overrides(&format!("from .typing import override\n{used}")));
        assert!(!overrides(&format!(
            "try:\n from typing import override\nexcept ImportError:\n def override(f): ...\n{used}"
        )));
        assert!(!overrides(&format!(
            "from typing import override\nclass A:\n override = 1\n {}",
            used.replace('\n', "\n ").trim_end()
        )));
        assert!(overrides(&format!(
            "from typing import override\nclass A:\n override = 1\n{used}"
        )));
        assert!(!overrides(
            &format!("from typing import override\n{used}").replace("@override", "@override()")
        ));
    }
}
