//! What a body does, and how complex it is: one walk over a definition's own statements.

use std::collections::HashSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::definition::{Attribute, BodyFacts, Complexity};
use super::exceptions::ExceptionClasses;
use super::implied;
use super::imports::dotted_name;
use super::raises::{Guard, Raises, exception_name};
use super::scope::{CallSite, path_of};
use super::signature::written;
use super::{byte_range, cognitive};

/// The facts of a function's own body, its measures, and its calls.
pub(super) fn of_function(
    function: &ast::StmtFunctionDef,
    text: &str,
    classes: &ExceptionClasses,
) -> (BodyFacts, Complexity, Vec<CallSite>) {
    let mut walk = Walk::new(text, classes);
    walk.visit_body(&function.body);
    let mut facts = walk.facts;
    facts.is_stub = is_stub(&function.body);
    (facts.raises, facts.raises_unnamed) = walk.raises.finish();
    let complexity = Complexity {
        cyclomatic: walk.decisions + 1,
        cognitive: cognitive::of_function(function),
        nesting: walk.deepest,
        boolean_operations: walk.boolean_operations,
        calls: walk.calls,
        parameters: u32::try_from(function.parameters.len()).unwrap_or(u32::MAX),
    };
    // A name stands before what is called on its result.
    walk.sites.sort_by_key(|(end, _)| *end);
    let calls = walk.sites.into_iter().map(|(_, site)| site).collect();
    (facts, complexity, calls)
}

/// The facts of a class: the fields and constants that its body declares.
pub(super) fn of_class(class: &ast::StmtClassDef, text: &str) -> BodyFacts {
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut known = HashSet::new();
    let mut declare = |target: &Expr, annotation: Option<&Expr>, value: Option<&Expr>| {
        let Expr::Name(name) = target else { return };
        if known.insert(name.id.as_str().to_owned()) {
            attributes.push(Attribute {
                name: name.id.to_string(),
                annotation: annotation.map(|annotation| written(annotation, text)),
                value: value.map(|value| written(value, text)),
            });
        }
    };
    for stmt in &class.body {
        match stmt {
            Stmt::AnnAssign(field) => {
                declare(
                    &field.target,
                    Some(&field.annotation),
                    field.value.as_deref(),
                );
            }
            Stmt::Assign(constant) => {
                for target in &constant.targets {
                    declare(target, None, Some(&constant.value));
                }
            }
            _ => {}
        }
    }
    BodyFacts {
        attributes,
        is_stub: is_stub(&class.body),
        ..BodyFacts::default()
    }
}

/// Nothing but `...`, `pass`, a docstring or `raise NotImplementedError`.
fn is_stub(body: &[Stmt]) -> bool {
    body.iter().all(|stmt| match stmt {
        Stmt::Pass(_) => true,
        Stmt::Expr(expression) => matches!(
            *expression.value,
            Expr::EllipsisLiteral(_) | Expr::StringLiteral(_)
        ),
        Stmt::Raise(raise) => raise
            .exc
            .as_deref()
            .and_then(exception_name)
            .is_some_and(|name| name == "NotImplementedError"),
        _ => false,
    })
}

struct Walk<'t> {
    text: &'t str,
    facts: BodyFacts,
    decisions: u32,
    boolean_operations: u32,
    calls: u32,
    depth: u32,
    deepest: u32,
    raises: Raises<'t>,
    /// The names in the facts' calls, and in their attributes.
    known_calls: HashSet<String>,
    known_attributes: HashSet<&'t str>,
    /// The calls, each once for the handlers around it, and where the name of what each calls ends.
    sites: Vec<(TextSize, CallSite)>,
    known_sites: HashSet<CallSite>,
    /// The call that `await` was just met before.
    awaited: Option<TextRange>,
    lambdas: u32,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str, classes: &'t ExceptionClasses) -> Self {
        Self {
            text,
            facts: BodyFacts::default(),
            decisions: 0,
            boolean_operations: 0,
            calls: 0,
            depth: 0,
            deepest: 0,
            raises: Raises::new(text, classes),
            known_calls: HashSet::new(),
            known_attributes: HashSet::new(),
            sites: Vec::new(),
            known_sites: HashSet::new(),
            awaited: None,
            lambdas: 0,
        }
    }

    fn nested(&mut self, walk: impl FnOnce(&mut Self)) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        walk(self);
        self.depth -= 1;
    }

    fn if_statement(&mut self, branch: &'t ast::StmtIf) {
        self.decisions += 1;
        self.visit_expr(&branch.test);
        self.nested(|walk| {
            let mut condition = written(&branch.test, walk.text);
            walk.raises.push_guard(Guard::If(condition.clone()));
            walk.visit_body(&branch.body);
            walk.raises.pop_guards(1);
            // Each further clause is reached when none before it held.
            for (passed, clause) in branch.elif_else_clauses.iter().enumerate() {
                walk.raises.push_guard(Guard::Unless(condition));
                condition = String::new();
                if let Some(test) = &clause.test {
                    walk.decisions += 1;
                    walk.visit_expr(test);
                    condition = written(test, walk.text);
                    walk.raises.push_guard(Guard::If(condition.clone()));
                    walk.visit_body(&clause.body);
                    walk.raises.pop_guards(1);
                } else {
                    walk.visit_body(&clause.body);
                }
                if passed + 1 == branch.elif_else_clauses.len() {
                    walk.raises.pop_guards(branch.elif_else_clauses.len());
                }
            }
        });
    }

    fn try_statement(&mut self, attempt: &'t ast::StmtTry) {
        // radon knows `Try` but not `TryStar`.
        if !attempt.is_star {
            let handlers = u32::try_from(attempt.handlers.len()).unwrap_or(u32::MAX);
            self.decisions += handlers + u32::from(!attempt.orelse.is_empty());
        }
        self.raises.enter_try(attempt);
        self.nested(|walk| walk.visit_body(&attempt.body));
        self.raises.leave_try();
        for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
            if let Some(types) = &handler.type_ {
                self.visit_expr(types);
            }
            self.raises.enter_handler(handler);
            self.nested(|walk| walk.visit_body(&handler.body));
            self.raises.leave_handler();
        }
        self.nested(|walk| {
            walk.visit_body(&attempt.orelse);
            walk.visit_body(&attempt.finalbody);
        });
    }

    fn match_statement(&mut self, choice: &'t ast::StmtMatch) {
        // radon leaves out one case when any of them matches everything.
        let irrefutable = choice.cases.iter().any(|case| {
            matches!(&case.pattern, ast::Pattern::MatchAs(pattern) if pattern.pattern.is_none())
        });
        let cases = u32::try_from(choice.cases.len()).unwrap_or(u32::MAX);
        self.decisions += cases.saturating_sub(u32::from(irrefutable));
        self.nested(|walk| {
            walk.visit_expr(&choice.subject);
            for case in &choice.cases {
                let pattern = walk.text.get(byte_range(case.pattern.range()));
                walk.raises
                    .push_guard(Guard::Case(pattern.unwrap_or_default().to_owned()));
                visitor::walk_match_case(walk, case);
                walk.raises.pop_guards(1);
            }
        });
    }

    fn call(&mut self, call: &ast::ExprCall) {
        self.calls += 1;
        self.facts.implied |= implied::of_call(call);
        if let Some(name) = called_name(&call.func)
            && self.known_calls.insert(name.clone())
        {
            self.facts.calls.push(name);
        }
        if let Some(path) = path_of(&call.func) {
            let (caught, may_be_caught) = self.raises.caught_here();
            let site = CallSite {
                path,
                caught,
                may_be_caught,
                is_awaited: self.awaited == Some(call.range()),
                is_deferred: self.lambdas > 0,
            };
            if self.known_sites.insert(site.clone()) {
                self.sites.push((call.func.end(), site));
            }
        }
    }

    fn assign_to_self(
        &mut self,
        target: &'t Expr,
        annotation: Option<&Expr>,
        value: Option<&Expr>,
    ) {
        let Expr::Attribute(attribute) = target else {
            return;
        };
        let on_self =
            matches!(attribute.value.as_ref(), Expr::Name(name) if name.id.as_str() == "self");
        if on_self && self.known_attributes.insert(attribute.attr.as_str()) {
            self.facts.attributes.push(Attribute {
                name: attribute.attr.to_string(),
                annotation: annotation.map(|annotation| written(annotation, self.text)),
                value: value.map(|value| written(value, self.text)),
            });
        }
    }
}

impl<'t> Visitor<'t> for Walk<'t> {
    fn visit_stmt(&mut self, stmt: &'t Stmt) {
        match stmt {
            // Their bodies are their own; radon counts neither them nor their decorators.
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::If(branch) => self.if_statement(branch),
            Stmt::Try(attempt) => self.try_statement(attempt),
            Stmt::For(ast::StmtFor {
                orelse, is_async, ..
            }) => {
                self.decisions += 1 + u32::from(!orelse.is_empty());
                self.facts.awaits |= is_async;
                self.nested(|walk| visitor::walk_stmt(walk, stmt));
            }
            Stmt::While(repeat) => {
                self.decisions += 1 + u32::from(!repeat.orelse.is_empty());
                self.nested(|walk| visitor::walk_stmt(walk, stmt));
            }
            Stmt::With(with) => {
                self.facts.awaits |= with.is_async;
                let suppresses = self.raises.enter_with(with);
                self.nested(|walk| visitor::walk_stmt(walk, stmt));
                if suppresses {
                    self.raises.leave_try();
                }
            }
            Stmt::Match(choice) => self.match_statement(choice),
            Stmt::Assert(_) => {
                // radon counts the statement and does not look inside it.
                self.facts.implied |= implied::ASSERTION;
                let decisions = self.decisions;
                visitor::walk_stmt(self, stmt);
                self.decisions = decisions + 1;
            }
            Stmt::Return(result) => {
                let nothing = matches!(result.value.as_deref(), None | Some(Expr::NoneLiteral(_)));
                self.facts.returns_value |= !nothing;
                self.facts.returns_none |= nothing && result.value.is_some();
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Raise(raise) => {
                self.raises.raise(raise);
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.assign_to_self(target, None, Some(&assign.value));
                    self.raises.assign(target, &assign.value);
                }
                visitor::walk_stmt(self, stmt);
            }
            Stmt::AnnAssign(assign) => {
                self.assign_to_self(
                    &assign.target,
                    Some(&assign.annotation),
                    assign.value.as_deref(),
                );
                visitor::walk_stmt(self, stmt);
            }
            stmt => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'t Expr) {
        match expr {
            Expr::BoolOp(operation) => {
                let operators = u32::try_from(operation.values.len())
                    .unwrap_or(1)
                    .saturating_sub(1);
                self.decisions += operators;
                self.boolean_operations += operators;
            }
            Expr::If(_) => self.decisions += 1,
            Expr::Call(call) => self.call(call),
            Expr::Yield(one) => {
                self.facts.yields = true;
                let nothing = matches!(one.value.as_deref(), None | Some(Expr::NoneLiteral(_)));
                self.facts.yields_value |= !nothing;
            }
            Expr::YieldFrom(_) => {
                self.facts.yields = true;
                self.facts.yields_value = true;
            }
            Expr::Subscript(_) => self.facts.implied |= implied::LOOKUP,
            Expr::BinOp(operation) => self.facts.implied |= implied::of_operator(operation.op),
            Expr::Await(awaited) => {
                self.facts.awaits = true;
                self.awaited = awaited.value.as_call_expr().map(Ranged::range);
            }
            // A lambda's yield or await is its own; radon walks into it all the same.
            Expr::Lambda(_) => {
                let facts = &self.facts;
                let before = (facts.yields, facts.yields_value, facts.awaits);
                self.lambdas += 1;
                visitor::walk_expr(self, expr);
                self.lambdas -= 1;
                let facts = &mut self.facts;
                (facts.yields, facts.yields_value, facts.awaits) = before;
                return;
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }

    fn visit_comprehension(&mut self, comprehension: &'t ast::Comprehension) {
        self.decisions += 1 + u32::try_from(comprehension.ifs.len()).unwrap_or(u32::MAX);
        self.facts.awaits |= comprehension.is_async;
        visitor::walk_comprehension(self, comprehension);
    }
}

/// What a call calls: a dotted name, or `Class.method` for `Class(...).method(...)`.
fn called_name(callee: &Expr) -> Option<String> {
    match callee {
        Expr::Attribute(attribute) if attribute.value.is_call_expr() => {
            let Expr::Call(made) = &*attribute.value else {
                return None;
            };
            let class = dotted_name(&made.func)?;
            Some(format!("{class}.{}", attribute.attr))
        }
        callee => dotted_name(callee),
    }
}
