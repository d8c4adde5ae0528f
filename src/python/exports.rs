//! The names that `__all__` exports.

use std::collections::HashSet;

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, Operator, Stmt};

/// The names in `__all__`, or `None` when the module does not define it.
///
/// As ruff reads it: every assignment and `+=` at module level counts, in whatever block, one
/// beside the other, since which of them runs cannot be told; an annotation alone defines an empty
/// one; calls such as `__all__.extend(...)` are not followed.
pub(super) fn exported_names(body: &[Stmt]) -> Option<HashSet<String>> {
    let mut exports = Exports { names: None };
    exports.visit_body(body);
    exports.names
}

struct Exports {
    names: Option<HashSet<String>>,
}

impl Exports {
    fn define(&mut self, value: Option<&Expr>) {
        let names = self.names.get_or_insert_default();
        if let Some(value) = value {
            add_strings(value, names);
        }
    }
}

impl<'a> Visitor<'a> for Exports {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(assign) if assign.targets.iter().any(is_all) => {
                self.define(Some(&assign.value));
            }
            Stmt::AnnAssign(assign) if is_all(&assign.target) => {
                self.define(assign.value.as_deref());
            }
            Stmt::AugAssign(assign) if is_all(&assign.target) && assign.op == Operator::Add => {
                self.define(Some(&assign.value));
            }
            // What they bind is their own.
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            stmt => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

fn is_all(expression: &Expr) -> bool {
    matches!(expression, Expr::Name(name) if name.id.as_str() == "__all__")
}

/// The string literals of a list, tuple or set, of `list(...)` or `tuple(...)` around one, or of a
/// sum of them.
fn add_strings(expression: &Expr, names: &mut HashSet<String>) {
    let elements = match expression {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        Expr::Set(set) => &set.elts,
        Expr::BinOp(sum) if sum.op == Operator::Add => {
            add_strings(&sum.left, names);
            return add_strings(&sum.right, names);
        }
        Expr::Call(call) => {
            let is_copy = matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "list" | "tuple"));
            if let (true, Some(argument)) = (is_copy, call.arguments.args.first()) {
                add_strings(argument, names);
            }
            return;
        }
        Expr::Named(walrus) => return add_strings(&walrus.value, names),
        _ => return,
    };
    let strings = elements.iter().filter_map(Expr::as_string_literal_expr);
    names.extend(strings.map(|literal| literal.value.to_str().to_owned()));
}
