//! What a name stands for: the module's imports and classes, read once.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt};

use super::exceptions::ExceptionClasses;

/// Names bound by `import` statements, each with the dotted path it stands for.
#[derive(Debug, Default)]
pub(super) struct Imports {
    pub(super) names: Vec<(String, String)>,
    /// The classes of the module, wherever they stand.
    pub(super) classes: ExceptionClasses,
    /// Names that hold a group of commands, each with the dotted path of its class.
    made: Vec<(String, String)>,
    /// Names that an assignment or `type` statement binds, and that begin like a class's.
    pub(super) aliases: Vec<String>,
}

impl Imports {
    /// Reads every import of a module, wherever it stands; the last one of a name wins.
    pub(super) fn read(body: &[Stmt]) -> Self {
        let mut imports = Self::default();
        imports.visit_body(body);
        imports
    }

    /// The dotted path that an expression names, imports resolved: `t.overload` after
    /// `import typing as t` is `typing.overload`. `None` for anything but dotted names.
    pub(super) fn resolve(&self, expression: &Expr) -> Option<String> {
        let dotted = dotted_name(expression)?;
        let (head, tail) = match dotted.split_once('.') {
            Some((head, tail)) => (head, Some(tail)),
            None => (dotted.as_str(), None),
        };
        let bound = self.names.iter().rev().find(|(name, _)| name == head);
        let head = bound.map_or(head, |(_, path)| path);
        Some(match tail {
            Some(tail) => format!("{head}.{tail}"),
            None => head.to_owned(),
        })
    }
}

impl Imports {
    /// The class of the group of commands that a name of the module holds.
    pub(super) fn made_by(&self, name: &str) -> Option<&str> {
        let made = self.made.iter().rev().find(|(made, _)| made == name);
        made.map(|(_, maker)| maker.as_str())
    }

    fn made(&mut self, target: &Expr, value: &Expr) {
        let (Expr::Name(name), Expr::Call(call)) = (target, value) else {
            return;
        };
        let class = match &*call.func {
            Expr::Name(class) => class.id.as_str(),
            Expr::Attribute(class) => class.attr.as_str(),
            _ => return,
        };
        if matches!(
            class,
            "Typer" | "AsyncTyper" | "Group" | "CommandCollection"
        ) && let Some(maker) = self.resolve(&call.func)
        {
            self.made.push((name.id.to_string(), maker));
        }
    }

    fn alias(&mut self, target: &Expr) {
        if let Expr::Name(name) = target
            && name
                .id
                .trim_start_matches('_')
                .starts_with(char::is_uppercase)
        {
            self.aliases.push(name.id.to_string());
        }
    }
}

impl<'a> Visitor<'a> for Imports {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let path = alias.name.as_str();
                    // `import a.b` binds `a`.
                    let (name, path) = if let Some(name) = &alias.asname {
                        (name.as_str(), path)
                    } else {
                        let head = path.split('.').next().unwrap_or(path);
                        (head, head)
                    };
                    self.names.push((name.to_owned(), path.to_owned()));
                }
            }
            Stmt::ImportFrom(import) => {
                let dots = ".".repeat(import.level as usize);
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    let path = format!("{dots}{module}.{}", alias.name);
                    self.names.push((name.to_string(), path));
                }
            }
            Stmt::ClassDef(class) => {
                let bases = class.bases().iter().filter_map(dotted_name);
                self.classes.declare(class.name.as_str(), bases);
                self.visit_body(&class.body);
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.alias(target);
                    self.made(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => self.alias(&assign.target),
            Stmt::TypeAlias(alias) => self.alias(&alias.name),
            stmt => walk_stmt(self, stmt),
        }
    }

    // Expressions hold no imports.
    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// `a.b.c` as text, for an expression of names and attributes only.
pub(super) fn dotted_name(expression: &Expr) -> Option<String> {
    let mut parts = Vec::new();
    let mut current = expression;
    loop {
        match current {
            Expr::Attribute(attribute) => {
                parts.push(attribute.attr.as_str());
                current = &attribute.value;
            }
            Expr::Name(name) => {
                parts.push(name.id.as_str());
                parts.reverse();
                return Some(parts.join("."));
            }
            _ => return None,
        }
    }
}
