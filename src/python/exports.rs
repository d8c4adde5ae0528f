//! The names that `__all__` exports.

use ruff_python_ast::{Expr, Operator, Stmt};

/// The names in `__all__`, or `None` when the module does not define it.
///
/// Assignments and `+=` at module level and in its conditional blocks are followed; calls such as
/// `__all__.extend(...)` are not, as ruff does not follow them either.
pub(super) fn exported_names(body: &[Stmt]) -> Option<Vec<String>> {
    let mut names = None;
    read_block(body, &mut names);
    names
}

fn read_block(body: &[Stmt], names: &mut Option<Vec<String>>) {
    for stmt in body {
        match stmt {
            Stmt::Assign(assign) if assign.targets.iter().any(is_all) => {
                *names = Some(strings(&assign.value, names.as_deref()));
            }
            Stmt::AnnAssign(assign) if is_all(&assign.target) => {
                if let Some(value) = &assign.value {
                    *names = Some(strings(value, names.as_deref()));
                }
            }
            Stmt::AugAssign(assign) if is_all(&assign.target) && assign.op == Operator::Add => {
                let more = strings(&assign.value, names.as_deref());
                names.get_or_insert_default().extend(more);
            }
            Stmt::If(branch) => {
                read_block(&branch.body, names);
                for clause in &branch.elif_else_clauses {
                    read_block(&clause.body, names);
                }
            }
            Stmt::Try(attempt) => {
                read_block(&attempt.body, names);
                for handler in &attempt.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    read_block(&handler.body, names);
                }
                read_block(&attempt.orelse, names);
                read_block(&attempt.finalbody, names);
            }
            _ => {}
        }
    }
}

fn is_all(expression: &Expr) -> bool {
    matches!(expression, Expr::Name(name) if name.id.as_str() == "__all__")
}

/// The string literals of a list, tuple or set, of `list(...)` around one, or of a sum of them;
/// `__all__` itself stands for the names it has so far.
fn strings(expression: &Expr, so_far: Option<&[String]>) -> Vec<String> {
    match expression {
        Expr::List(list) => list.elts.iter().filter_map(string).collect(),
        Expr::Tuple(tuple) => tuple.elts.iter().filter_map(string).collect(),
        Expr::Set(set) => set.elts.iter().filter_map(string).collect(),
        Expr::BinOp(sum) if sum.op == Operator::Add => {
            let mut names = strings(&sum.left, so_far);
            names.extend(strings(&sum.right, so_far));
            names
        }
        Expr::Call(call) => {
            let argument = call.arguments.args.first();
            argument
                .map(|argument| strings(argument, so_far))
                .unwrap_or_default()
        }
        Expr::Named(named) => strings(&named.value, so_far),
        all if is_all(all) => so_far.unwrap_or_default().to_vec(),
        _ => Vec::new(),
    }
}

fn string(expression: &Expr) -> Option<String> {
    let literal = expression.as_string_literal_expr()?;
    Some(literal.value.to_str().to_owned())
}
