//! A walk through the statements of one function, in the order in which they are reached: how each block
//! ends, and what leads to what.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};

use super::{Assignment, Body, Circumstance, Exit};
use crate::python::term::{self, Form, Term};
use crate::python::{ByteRange, byte_range};

/// Calls, assignments and exits that are kept of one body.
const MAX_KEPT: usize = 200;

/// Circumstances kept of one exit: nobody reads more, and their number squared fills the memory.
const MAX_CIRCUMSTANCES: usize = 12;

/// The body of a function of `text`.
pub(super) fn of_function(function: &ast::StmtFunctionDef, text: &str) -> Body {
    let mut walk = Walk {
        text,
        body: Body::default(),
        circumstances: Vec::new(),
    };
    let is_docstring = |stmt: &Stmt| matches!(stmt, Stmt::Expr(expression) if expression.value.is_string_literal_expr());
    let skipped = usize::from(function.body.first().is_some_and(is_docstring));
    let own = function.body.get(skipped..).unwrap_or_default();
    let end = walk.block(own);
    walk.body.statements = own.len();
    walk.body.falls_off = end == End::Goes;
    if let [Stmt::Expr(only)] = own {
        walk.body.only_expression = Some(term::read(&only.value, text));
    }
    walk.body
}

/// How a block ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// What comes after it is reached.
    Goes,
    /// `return`, `break` or `continue`
    Leaves,
    /// `raise`
    Raises,
}

struct Walk<'t> {
    text: &'t str,
    body: Body,
    circumstances: Vec<Circumstance>,
}

impl<'t> Walk<'t> {
    /// A block; what it adds to the circumstances of its later statements goes with it.
    fn block(&mut self, body: &'t [Stmt]) -> End {
        let depth = self.circumstances.len();
        let mut end = End::Goes;
        for stmt in body {
            end = self.statement(stmt);
            if end != End::Goes {
                break;
            }
        }
        self.circumstances.truncate(depth);
        end
    }

    fn under(&mut self, circumstance: Circumstance, body: &'t [Stmt]) -> End {
        self.circumstances.push(circumstance);
        let end = self.block(body);
        self.circumstances.pop();
        end
    }

    fn statement(&mut self, stmt: &'t Stmt) -> End {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => End::Goes,
            Stmt::If(branch) => self.branch(branch),
            Stmt::For(turn) => self.for_loop(turn),
            Stmt::While(turn) => self.while_loop(turn),
            Stmt::With(with) => {
                for item in &with.items {
                    self.visit_expr(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.assign(target, None);
                    }
                }
                self.block(&with.body)
            }
            Stmt::Match(choice) => {
                self.visit_expr(&choice.subject);
                for case in &choice.cases {
                    self.under(Circumstance::Other, &case.body);
                }
                End::Goes
            }
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::Return(result) => {
                if let Some(value) = &result.value {
                    self.visit_expr(value);
                }
                let exit = self.exit(byte_range(result.range), result.value.as_deref());
                self.body.returns.push(exit);
                End::Leaves
            }
            Stmt::Raise(raise) => {
                if let Some(value) = &raise.exc {
                    self.visit_expr(value);
                }
                let exit = self.exit(byte_range(raise.range), raise.exc.as_deref());
                self.body.raises.push(exit);
                End::Raises
            }
            Stmt::Break(_) | Stmt::Continue(_) => End::Leaves,
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.assign(target, Some(&assign.value));
                }
                End::Goes
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                    self.assign(&assign.target, Some(value));
                }
                End::Goes
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.value);
                self.assign(&assign.target, None);
                End::Goes
            }
            stmt => {
                visitor::walk_stmt(self, stmt);
                End::Goes
            }
        }
    }

    fn for_loop(&mut self, turn: &'t ast::StmtFor) -> End {
        let over = term::read(&turn.iter, self.text);
        let target = term::read(&turn.target, self.text);
        self.visit_expr(&turn.iter);
        let before = self.body.returns.len();
        self.body.loops.push((target, over.clone()));
        self.under(Circumstance::Loop(Some(over.clone())), &turn.body);
        if self.body.returns.len() > before {
            self.circumstances.push(Circumstance::Searched(over));
        }
        self.block(&turn.orelse)
    }

    fn while_loop(&mut self, turn: &'t ast::StmtWhile) -> End {
        self.visit_expr(&turn.test);
        let before = self.body.returns.len();
        self.under(Circumstance::Loop(None), &turn.body);
        if self.body.returns.len() > before {
            self.circumstances.push(Circumstance::Other);
        }
        let is_endless = matches!(&*turn.test, Expr::BooleanLiteral(one) if one.value);
        if is_endless && !has_break(&turn.body) {
            return End::Leaves;
        }
        self.block(&turn.orelse)
    }

    fn branch(&mut self, branch: &'t ast::StmtIf) -> End {
        let depth = self.circumstances.len();
        let mut test = term::read(&branch.test, self.text);
        self.visit_expr(&branch.test);
        self.body.tests.push(test.clone());
        let mut ends = vec![(
            test.clone(),
            self.under(Circumstance::Holds(test.clone()), &branch.body),
        )];
        let mut has_else = false;
        for clause in &branch.elif_else_clauses {
            self.circumstances.push(Circumstance::Fails(test));
            let Some(condition) = &clause.test else {
                let end = self.block(&clause.body);
                has_else = true;
                test = Term {
                    text: String::new(),
                    form: Form::Other,
                };
                ends.push((test.clone(), end));
                continue;
            };
            test = term::read(condition, self.text);
            self.visit_expr(condition);
            self.body.tests.push(test.clone());
            let end = self.under(Circumstance::Holds(test.clone()), &clause.body);
            ends.push((test.clone(), end));
        }
        self.circumstances.truncate(depth);
        if has_else && ends.iter().all(|(_, end)| *end != End::Goes) {
            return ends.last().map_or(End::Leaves, |(_, end)| *end);
        }
        for (test, end) in ends {
            match end {
                End::Goes => {}
                End::Leaves => self.circumstances.push(Circumstance::Left(test)),
                End::Raises => self.circumstances.push(Circumstance::Raised(test)),
            }
        }
        End::Goes
    }

    fn attempt(&mut self, attempt: &'t ast::StmtTry) -> End {
        let tried = match attempt.body.as_slice() {
            [Stmt::Expr(only)] => Some(&*only.value),
            [Stmt::Assign(only)] => Some(&*only.value),
            [Stmt::AnnAssign(only)] => only.value.as_deref(),
            [Stmt::Return(only)] => only.value.as_deref(),
            _ => None,
        };
        let tried = tried.map(|tried| term::read(tried, self.text));
        let end = self.block(&attempt.body);
        let mut all_leave = end != End::Goes || self.block(&attempt.orelse) != End::Goes;
        for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
            let types = handler.type_.as_deref();
            let types = types.map(|one| term::read(one, self.text).text);
            let caught = Circumstance::Caught(types.unwrap_or_default(), tried.clone());
            all_leave &= self.under(caught, &handler.body) != End::Goes;
        }
        let last = self.block(&attempt.finalbody);
        if last != End::Goes {
            last
        } else if all_leave {
            End::Leaves
        } else {
            End::Goes
        }
    }

    fn exit(&self, range: ByteRange, value: Option<&Expr>) -> Exit {
        Exit {
            range,
            value: value.map(|value| term::read(value, self.text)),
            circumstances: self.so_far(),
        }
    }

    fn so_far(&self) -> Vec<Circumstance> {
        let skipped = self.circumstances.len().saturating_sub(MAX_CIRCUMSTANCES);
        self.circumstances.iter().skip(skipped).cloned().collect()
    }

    fn assign(&mut self, target: &'t Expr, value: Option<&Expr>) {
        match target {
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for one in elts {
                    self.assign(one, None);
                }
            }
            Expr::Starred(starred) => self.assign(&starred.value, None),
            target if self.body.assignments.len() < MAX_KEPT => {
                let assignment = Assignment {
                    target: term::read(target, self.text),
                    value: value.map(|value| term::read(value, self.text)),
                    circumstances: self.so_far(),
                };
                self.body.assignments.push(assignment);
            }
            _ => {}
        }
    }
}

impl<'t> Visitor<'t> for Walk<'t> {
    // What is nested in an expression holds no statements.
    fn visit_stmt(&mut self, _: &'t Stmt) {}

    fn visit_expr(&mut self, expr: &'t Expr) {
        match expr {
            Expr::Call(_) if self.body.calls.len() < MAX_KEPT => {
                self.body.calls.push(term::read(expr, self.text));
            }
            Expr::Yield(ast::ExprYield { value, range, .. }) => {
                let exit = self.exit(byte_range(*range), value.as_deref());
                self.body.yields.push(exit);
            }
            Expr::YieldFrom(ast::ExprYieldFrom { value, range, .. }) => {
                let mut exit = self.exit(byte_range(*range), Some(value));
                exit.circumstances
                    .push(Circumstance::Loop(exit.value.take()));
                self.body.yields.push(exit);
            }
            Expr::If(choice) => self.body.tests.push(term::read(&choice.test, self.text)),
            Expr::Named(named) => self.assign(&named.target, Some(&named.value)),
            Expr::Lambda(_) => return,
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }

    fn visit_comprehension(&mut self, comprehension: &'t ast::Comprehension) {
        let target = term::read(&comprehension.target, self.text);
        let over = term::read(&comprehension.iter, self.text);
        self.body.loops.push((target, over));
        visitor::walk_comprehension(self, comprehension);
    }
}

/// Whether a `break` ends the loop of this body; those of loops inside it do not.
fn has_break(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match stmt {
        Stmt::Break(_) => true,
        Stmt::If(branch) => {
            has_break(&branch.body)
                || branch
                    .elif_else_clauses
                    .iter()
                    .any(|clause| has_break(&clause.body))
        }
        Stmt::With(with) => has_break(&with.body),
        Stmt::Match(choice) => choice.cases.iter().any(|case| has_break(&case.body)),
        Stmt::Try(attempt) => {
            has_break(&attempt.body)
                || has_break(&attempt.orelse)
                || has_break(&attempt.finalbody)
                || attempt
                    .handlers
                    .iter()
                    .any(|ExceptHandler::ExceptHandler(handler)| has_break(&handler.body))
        }
        _ => false,
    })
}
