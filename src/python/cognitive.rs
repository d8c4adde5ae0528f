//! Cognitive complexity, by the definition of `SonarSource` (G. Ann Campbell, «Cognitive
//! Complexity», 2018): breaks in the linear flow cost one, and one more for each level they
//! are nested in; runs of one boolean operator cost one together.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};

/// The cognitive complexity of a function with this body.
pub(super) fn of_body(body: &[Stmt]) -> u32 {
    let mut count = Count {
        total: 0,
        nesting: 0,
    };
    count.visit_body(body);
    count.total
}

struct Count {
    total: u32,
    nesting: u32,
}

impl Count {
    /// A break in the flow: one, and one for each level around it.
    fn structural(&mut self) {
        self.total += 1 + self.nesting;
    }

    fn nested(&mut self, walk: impl FnOnce(&mut Self)) {
        self.nesting += 1;
        walk(self);
        self.nesting -= 1;
    }
}

impl<'a> Visitor<'a> for Count {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::If(branch) => {
                self.structural();
                self.visit_expr(&branch.test);
                self.nested(|count| count.visit_body(&branch.body));
                for clause in &branch.elif_else_clauses {
                    self.total += 1;
                    if let Some(test) = &clause.test {
                        self.visit_expr(test);
                    }
                    self.nested(|count| count.visit_body(&clause.body));
                }
            }
            Stmt::For(ast::StmtFor {
                iter, body, orelse, ..
            }) => {
                self.structural();
                self.visit_expr(iter);
                self.nested(|count| count.visit_body(body));
                self.total += u32::from(!orelse.is_empty());
                self.nested(|count| count.visit_body(orelse));
            }
            Stmt::While(repeat) => {
                self.structural();
                self.visit_expr(&repeat.test);
                self.nested(|count| count.visit_body(&repeat.body));
                self.total += u32::from(!repeat.orelse.is_empty());
                self.nested(|count| count.visit_body(&repeat.orelse));
            }
            Stmt::Try(attempt) => {
                self.visit_body(&attempt.body);
                for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                    self.structural();
                    self.nested(|count| count.visit_body(&handler.body));
                }
                self.visit_body(&attempt.orelse);
                self.visit_body(&attempt.finalbody);
            }
            Stmt::Match(choice) => {
                self.structural();
                self.visit_expr(&choice.subject);
                self.nested(|count| {
                    for case in &choice.cases {
                        count.visit_body(&case.body);
                    }
                });
            }
            // A nested function is part of what has to be understood, one level deeper.
            Stmt::FunctionDef(function) => self.nested(|count| count.visit_body(&function.body)),
            Stmt::ClassDef(_) => {}
            stmt => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::If(choice) => {
                self.structural();
                self.visit_expr(&choice.test);
                self.nested(|count| {
                    count.visit_expr(&choice.body);
                    count.visit_expr(&choice.orelse);
                });
            }
            // One node holds one run of one operator.
            Expr::BoolOp(_) => {
                self.total += 1;
                visitor::walk_expr(self, expr);
            }
            Expr::Lambda(_) => self.nested(|count| visitor::walk_expr(count, expr)),
            expr => visitor::walk_expr(self, expr),
        }
    }
}
