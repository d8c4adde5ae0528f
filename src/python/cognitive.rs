//! Cognitive complexity as complexipy 8.3 counts it.
//!
//! The idea is `SonarSource`'s (G. Ann Campbell, «Cognitive Complexity», 2018): a break in the
//! linear flow costs one, and one more for each level that it is nested in. No two tools agree on
//! the rest, so each choice here is complexipy's: which expressions are looked into, what a
//! comprehension costs, that `else` of a loop and `finally` cost nothing.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, BoolOp, ExceptHandler, Expr, Stmt};

/// The cognitive complexity of a function, the functions nested in it included.
pub(super) fn of_function(function: &ast::StmtFunctionDef) -> u32 {
    let total = function_body(function, 0) + u64::from(calls_itself(function));
    u32::try_from(total).unwrap_or(u32::MAX)
}

fn function_body(function: &ast::StmtFunctionDef, nesting: u64) -> u64 {
    // A function that only makes another and returns it is a decorator: the inner one is what
    // has to be understood, and being inside costs nothing.
    if let [Stmt::FunctionDef(inner), Stmt::Return(_)] = function.body.as_slice() {
        return function_body(inner, nesting);
    }
    function
        .body
        .iter()
        .map(|stmt| match stmt {
            Stmt::FunctionDef(inner) => function_body(inner, nesting + 1),
            stmt => statement(stmt, nesting),
        })
        .sum()
}

fn suite(body: &[Stmt], nesting: u64) -> u64 {
    body.iter().map(|stmt| statement(stmt, nesting)).sum()
}

fn statement(stmt: &Stmt, nesting: u64) -> u64 {
    match stmt {
        // Only directly in a function's body does a function nest: see `function_body`.
        Stmt::FunctionDef(function) => function_body(function, nesting),
        Stmt::ClassDef(class) => class
            .body
            .iter()
            .filter_map(Stmt::as_function_def_stmt)
            .map(|method| function_body(method, nesting))
            .sum(),
        Stmt::If(branch) => {
            let mut total = 1 + nesting + expression(&branch.test, nesting);
            total += suite(&branch.body, nesting + 1);
            for clause in &branch.elif_else_clauses {
                total += 1 + optional(clause.test.as_ref(), nesting);
                total += suite(&clause.body, nesting + 1);
            }
            total
        }
        Stmt::For(repeat) => looped(&repeat.iter, &repeat.body, &repeat.orelse, nesting),
        Stmt::While(repeat) => looped(&repeat.test, &repeat.body, &repeat.orelse, nesting),
        Stmt::Try(attempt) => {
            let handlers: u64 = attempt
                .handlers
                .iter()
                .map(|ExceptHandler::ExceptHandler(handler)| {
                    1 + nesting + suite(&handler.body, nesting + 1)
                })
                .sum();
            handlers
                + suite(&attempt.body, nesting)
                + suite(&attempt.orelse, nesting)
                + suite(&attempt.finalbody, nesting)
        }
        Stmt::Match(choice) => {
            let cases = choice.cases.iter();
            let bodies: u64 = cases.map(|case| suite(&case.body, nesting + 1)).sum();
            1 + nesting + bodies
        }
        Stmt::With(with) => {
            let managers = with.items.iter().map(|item| &item.context_expr);
            expressions(managers, nesting) + suite(&with.body, nesting)
        }
        Stmt::Assign(assign) => expression(&assign.value, nesting),
        Stmt::AnnAssign(assign) => optional(assign.value.as_deref(), nesting),
        Stmt::AugAssign(assign) => expression(&assign.value, nesting),
        Stmt::Return(result) => optional(result.value.as_deref(), nesting),
        Stmt::Raise(raise) => {
            optional(raise.exc.as_deref(), nesting) + optional(raise.cause.as_deref(), nesting)
        }
        Stmt::Assert(claim) => {
            expression(&claim.test, nesting) + optional(claim.msg.as_deref(), nesting)
        }
        Stmt::Expr(alone) => expression(&alone.value, nesting),
        _ => 0,
    }
}

fn looped(control: &Expr, body: &[Stmt], orelse: &[Stmt], nesting: u64) -> u64 {
    1 + nesting + expression(control, nesting) + suite(body, nesting + 1) + suite(orelse, nesting)
}

fn optional(expr: Option<&Expr>, nesting: u64) -> u64 {
    expr.map_or(0, |expr| expression(expr, nesting))
}

fn expressions<'a>(all: impl IntoIterator<Item = &'a Expr>, nesting: u64) -> u64 {
    all.into_iter().map(|expr| expression(expr, nesting)).sum()
}

/// What an expression adds. Kinds that are not listed are not looked into: arithmetic,
/// attributes, subscripts, f-strings, keyword arguments, `await`, `yield`, `:=`.
fn expression(expr: &Expr, nesting: u64) -> u64 {
    match expr {
        Expr::BoolOp(_) | Expr::UnaryOp(_) => operator_runs(expr, None),
        Expr::Compare(compare) => {
            expression(&compare.left, nesting) + expressions(&compare.comparators, nesting)
        }
        Expr::If(choice) => {
            1 + nesting
                + expression(&choice.test, nesting)
                + expression(&choice.body, nesting + 1)
                + expression(&choice.orelse, nesting + 1)
        }
        Expr::Lambda(lambda) => expression(&lambda.body, nesting + 1),
        Expr::ListComp(made) => comprehension(&made.generators, [&*made.elt], nesting),
        Expr::SetComp(made) => comprehension(&made.generators, [&*made.elt], nesting),
        Expr::Generator(made) => comprehension(&made.generators, [&*made.elt], nesting),
        Expr::DictComp(made) => {
            let elements = made.key.as_deref().into_iter().chain([&*made.value]);
            comprehension(&made.generators, elements, nesting)
        }
        Expr::Call(call) => expressions(&call.arguments.args, nesting),
        Expr::Tuple(tuple) => expressions(&tuple.elts, nesting),
        Expr::List(list) => expressions(&list.elts, nesting),
        Expr::Set(set) => expressions(&set.elts, nesting),
        Expr::Dict(dict) => expressions(dict.iter_values(), nesting),
        _ => 0,
    }
}

fn comprehension<'a>(
    generators: &[ast::Comprehension],
    elements: impl IntoIterator<Item = &'a Expr>,
    nesting: u64,
) -> u64 {
    let loops: u64 = generators
        .iter()
        .map(|generator| {
            let filters: u64 = generator
                .ifs
                .iter()
                .map(|filter| 1 + expression(filter, nesting + 1))
                .sum();
            1 + nesting + expression(&generator.iter, nesting) + filters
        })
        .sum();
    loops + expressions(elements, nesting + 1)
}

/// The runs of one boolean operator: each costs one, however long it is. `not` breaks a run.
fn operator_runs(expr: &Expr, around: Option<BoolOp>) -> u64 {
    match expr {
        Expr::BoolOp(operation) => {
            let values = operation.values.iter();
            let inner: u64 = values
                .map(|value| operator_runs(value, Some(operation.op)))
                .sum();
            u64::from(around != Some(operation.op)) + inner
        }
        Expr::UnaryOp(operation) => operator_runs(&operation.operand, None),
        _ => 0,
    }
}

/// Whether the function calls its own bare name, outside functions, classes and lambdas in it.
fn calls_itself(function: &ast::StmtFunctionDef) -> bool {
    let mut search = OwnCall {
        name: function.name.as_str(),
        found: false,
    };
    search.visit_body(&function.body);
    search.found
}

struct OwnCall<'n> {
    name: &'n str,
    found: bool,
}

impl<'a> Visitor<'a> for OwnCall<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !self.found && !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            visitor::walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.found {
            return;
        }
        match expr {
            Expr::Lambda(_) => {}
            Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id == self.name) => {
                self.found = true;
            }
            expr => visitor::walk_expr(self, expr),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    /// The cognitive complexity of the first function in `text`.
    fn of(text: &str) -> u32 {
        let tree = parse(text).unwrap();
        let mut functions = tree.parsed.suite().iter();
        of_function(functions.find_map(Stmt::as_function_def_stmt).unwrap())
    }

    /// What one statement costs in an otherwise empty function.
    fn of_statement(stmt: &str) -> u32 {
        of(&format!("def f():\n    {stmt}\n"))
    }

    #[test]
    fn statements_cost_one_and_one_for_each_level() {
        let text = "def f():\n for a in b:\n  if c:\n   while d:\n    pass\n  elif e:\n   pass\n  else:\n   pass\n else:\n  if g:\n   pass\n";
        assert_eq!(of(text), 1 + 2 + 3 + 1 + 1 + 1);
        let text = "def f():\n try:\n  if a:\n   pass\n except A:\n  if b:\n   pass\n else:\n  pass\n finally:\n  if c:\n   pass\n";
        assert_eq!(of(text), 1 + 1 + 2 + 1);
        let text =
            "def f():\n with a or b:\n  match c or d:\n   case 1 if e:\n    if g:\n     pass\n";
        assert_eq!(of(text), 1 + 1 + 2);
    }

    #[test]
    fn runs_of_one_boolean_operator_cost_one_together() {
        assert_eq!(of_statement("return a and b and c"), 1);
        assert_eq!(of_statement("return a and b or c and d"), 3);
        assert_eq!(of_statement("return a and (b and c)"), 1);
        assert_eq!(of_statement("return a and not (b and c)"), 2);
        assert_eq!(of_statement("return (a or b) == (c or d)"), 2);
    }

    #[test]
    fn expressions_are_looked_into_where_complexipy_does() {
        assert_eq!(of_statement("a = b if c else (d if e else g)"), 1 + 2);
        assert_eq!(of_statement("return [a for b in c if d if e]"), 3);
        assert_eq!(of_statement("return {a: b or c for d in e}"), 2);
        assert_eq!(of_statement("return sorted(a, key=lambda b: b or c)"), 0);
        assert_eq!(of_statement("g(lambda a: b if a else c)"), 2);
        assert_eq!(of_statement("return (a or b) + 1"), 0);
        assert_eq!(of_statement("return await (a or b)"), 0);
        assert_eq!(of_statement("del a[b or c]"), 0);
    }

    #[test]
    fn nested_functions_are_a_level_deeper_save_in_decorators() {
        assert_eq!(of("def f():\n def g():\n  if a:\n   pass\n b = 1\n"), 2);
        assert_eq!(of("def f():\n def g():\n  if a:\n   pass\n return g\n"), 1);
        assert_eq!(
            of("def f():\n if a:\n  def g():\n   if b:\n    pass\n"),
            1 + 2
        );
        assert_eq!(
            of("def f():\n class A:\n  if a:\n   pass\n  def g(self):\n   if b:\n    pass\n"),
            1
        );
    }

    #[test]
    fn a_call_of_itself_costs_one_once() {
        assert_eq!(of_statement("return f() + f()"), 1);
        assert_eq!(of_statement("return self.f()"), 0);
        assert_eq!(of_statement("return lambda: f()"), 0);
    }
}
