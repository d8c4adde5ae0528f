//! The names that `__all__` exports.

use std::collections::HashSet;

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt};

/// The names in `__all__`, or `None` when the module does not define it.
///
/// As ruff reads it: every assignment at module level counts, in whatever block and with whatever
/// operator, one beside the other, since which of them runs cannot be told; an annotation alone
/// defines an empty one; calls such as `__all__.extend(...)` are not followed.
pub(super) fn exported_names(body: &[Stmt]) -> Option<HashSet<String>> {
    let mut exports = Exports::default();
    exports.visit_body(body);
    exports.names
}

#[derive(Default)]
struct Exports {
    names: Option<HashSet<String>>,
    /// The module has a `list` or `tuple` of its own, which may make anything of its argument.
    has_own_list: bool,
    has_own_tuple: bool,
}

impl Exports {
    fn define(&mut self, value: Option<&Expr>) {
        self.names.get_or_insert_default();
        let mut rest = value;
        while let Some(Expr::BinOp(sum)) = rest {
            self.add(&sum.right);
            rest = Some(&sum.left);
        }
        if let Some(value) = rest {
            self.add(value);
        }
    }

    /// Adds the strings of a list or tuple, or of `list(...)` or `tuple(...)` around one.
    fn add(&mut self, expression: &Expr) {
        let elements = match expression {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            Expr::Named(named) => return self.add(&named.value),
            Expr::Call(call) if self.is_copy(&call.func) && call.arguments.keywords.is_empty() => {
                match &*call.arguments.args {
                    [Expr::List(list)] => &list.elts,
                    [Expr::Tuple(tuple)] => &tuple.elts,
                    [Expr::Set(set)] => &set.elts,
                    _ => return,
                }
            }
            _ => return,
        };
        let strings = elements.iter().filter_map(Expr::as_string_literal_expr);
        let strings = strings.map(|literal| literal.value.to_str().to_owned());
        self.names.get_or_insert_default().extend(strings);
    }

    /// Whether a call of `function` gives a list or tuple of what it is given; `list[str]` does.
    fn is_copy(&self, function: &Expr) -> bool {
        let function = match function {
            Expr::Subscript(subscript) => &*subscript.value,
            function => function,
        };
        let Expr::Name(name) = function else {
            return false;
        };
        match name.id.as_str() {
            "list" => !self.has_own_list,
            "tuple" => !self.has_own_tuple,
            _ => false,
        }
    }

    fn bind(&mut self, name: &str) {
        self.has_own_list |= name == "list";
        self.has_own_tuple |= name == "tuple";
    }
}

impl<'a> Visitor<'a> for Exports {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(assign) => {
                if assign.targets.first().is_some_and(is_all) {
                    self.define(Some(&assign.value));
                }
                for target in assign.targets.iter().filter_map(Expr::as_name_expr) {
                    self.bind(&target.id);
                }
            }
            Stmt::AnnAssign(assign) if is_all(&assign.target) => {
                self.define(assign.value.as_deref());
            }
            Stmt::AugAssign(assign) if is_all(&assign.target) => self.define(Some(&assign.value)),
            // What stands in their bodies is their own.
            Stmt::FunctionDef(function) => self.bind(&function.name),
            Stmt::ClassDef(class) => self.bind(&class.name),
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name));
                }
            }
            stmt => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

fn is_all(expression: &Expr) -> bool {
    matches!(expression, Expr::Name(name) if name.id.as_str() == "__all__")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse;

    fn exported(text: &str) -> Option<String> {
        let tree = parse(text).unwrap();
        let mut names: Vec<_> = exported_names(&tree.parsed.syntax().body)?
            .into_iter()
            .collect();
        names.sort();
        Some(names.join(" "))
    }

    #[test]
    fn what_ruff_follows_is_followed() {
        let cases = [
            ("x = 1", None),
            ("__all__: list[str]", Some("")),
            ("__all__ = ['a', b, 'c']", Some("a c")),
            ("__all__ = 'a', 'b'", Some("a b")),
            ("__all__ = {'a'}", Some("")),
            ("__all__ = list({'a'}) + tuple[str](('b',))", Some("a b")),
            ("__all__ = list('a', 'b')", Some("")),
            ("__all__ = sorted(['a'])", Some("")),
            ("def list(x): ...\n__all__ = list(['a'])", Some("")),
            ("__all__ = ['a'] + (['b'] + ['c']) - ['d']", Some("a d")),
            ("__all__ = ['a']\n__all__ = ['b']", Some("a b")),
            ("__all__ = ['a']\n__all__ -= ['b']", Some("a b")),
            ("__all__ = x = ['a']", Some("a")),
            ("x = __all__ = ['a']", None),
            ("__all__.extend(['a'])", None),
            (
                "for x in y:\n __all__ = ['a']\nelse:\n __all__ = ['b']",
                Some("a b"),
            ),
            (
                "class A:\n __all__ = ['a']\ndef f():\n global __all__\n __all__ = []",
                None,
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(exported(text).as_deref(), expected, "{text}");
        }
    }
}
