//! What a body does, and how complex it is: one walk over a definition's own statements.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use serde::Serialize;

use super::cognitive;
use super::definition::{Attribute, BodyFacts, Complexity, Raise};
use super::imports::dotted_name;
use super::signature::written;

/// What leads to a `raise`: the innermost condition or handler around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Guard {
    /// Inside `if`; the condition as written.
    If(String),
    /// Inside the `else` of an `if`; the condition as written.
    Unless(String),
    /// Inside `except`; the types as written, empty for a bare one.
    Except(String),
}

/// The facts of a function's own body.
pub(super) fn of_function(function: &ast::StmtFunctionDef, text: &str) -> (BodyFacts, Complexity) {
    let mut walk = Walk::new(text);
    walk.visit_body(&function.body);
    walk.facts.is_stub = is_stub(&function.body);
    let complexity = Complexity {
        cyclomatic: walk.decisions + 1,
        cognitive: cognitive::of_body(&function.body),
        nesting: walk.deepest,
        boolean_operations: walk.boolean_operations,
        calls: walk.calls,
        parameters: u32::try_from(function.parameters.len()).unwrap_or(u32::MAX),
    };
    (walk.facts, complexity)
}

/// The facts of a class: the fields and constants that its body declares.
pub(super) fn of_class(class: &ast::StmtClassDef, text: &str) -> BodyFacts {
    let mut attributes: Vec<Attribute> = Vec::new();
    let mut declare = |target: &Expr, annotation: Option<&Expr>, value: Option<&Expr>| {
        let Expr::Name(name) = target else { return };
        let name = name.id.to_string();
        if attributes.iter().all(|known| known.name != name) {
            attributes.push(Attribute {
                name,
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

/// The exception class that a `raise` names: `E`, `E(...)` or `module.E(...)`. Anything else
/// (a variable, a factory) is a guess, and docgen does not guess.
fn exception_name(expression: &Expr) -> Option<String> {
    let callee = match expression {
        Expr::Call(call) => &call.func,
        expression => expression,
    };
    let name = dotted_name(callee)?;
    let last = name.rsplit('.').next()?.trim_start_matches('_');
    last.starts_with(char::is_uppercase).then_some(name)
}

struct Walk<'t> {
    text: &'t str,
    facts: BodyFacts,
    decisions: u32,
    boolean_operations: u32,
    calls: u32,
    depth: u32,
    deepest: u32,
    guards: Vec<Guard>,
    /// The exceptions that enclosing `try` blocks of this function catch.
    catchers: Vec<Vec<String>>,
    /// The names that enclosing handlers bound, each with the types they caught.
    handled: Vec<(Option<String>, Vec<String>)>,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            facts: BodyFacts::default(),
            decisions: 0,
            boolean_operations: 0,
            calls: 0,
            depth: 0,
            deepest: 0,
            guards: Vec::new(),
            catchers: Vec::new(),
            handled: Vec::new(),
        }
    }

    fn nested(&mut self, walk: impl FnOnce(&mut Self)) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        walk(self);
        self.depth -= 1;
    }

    fn guarded(&mut self, guard: Guard, body: &'t [Stmt]) {
        self.guards.push(guard);
        self.visit_body(body);
        self.guards.pop();
    }

    fn if_statement(&mut self, branch: &'t ast::StmtIf) {
        self.decisions += 1;
        self.visit_expr(&branch.test);
        self.nested(|walk| {
            let mut condition = written(&branch.test, walk.text);
            walk.guarded(Guard::If(condition.clone()), &branch.body);
            // After an `elif` no single condition leads to the `else`.
            let mut chained = false;
            for clause in &branch.elif_else_clauses {
                if let Some(test) = &clause.test {
                    walk.decisions += 1;
                    walk.visit_expr(test);
                    condition = written(test, walk.text);
                    chained = true;
                    walk.guarded(Guard::If(condition.clone()), &clause.body);
                } else if chained {
                    walk.visit_body(&clause.body);
                } else {
                    walk.guarded(Guard::Unless(condition.clone()), &clause.body);
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
        let caught = attempt
            .handlers
            .iter()
            .flat_map(|ExceptHandler::ExceptHandler(handler)| {
                handler
                    .type_
                    .as_deref()
                    .map_or_else(|| vec!["BaseException".to_owned()], type_names)
            });
        self.catchers.push(caught.collect());
        self.nested(|walk| walk.visit_body(&attempt.body));
        self.catchers.pop();
        for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
            let types = handler.type_.as_deref().map(type_names).unwrap_or_default();
            let shown = handler
                .type_
                .as_deref()
                .map(|types| written(types, self.text));
            if let Some(types) = &handler.type_ {
                self.visit_expr(types);
            }
            let name = handler.name.as_ref().map(ToString::to_string);
            self.handled.push((name, types));
            self.nested(|walk| {
                walk.guarded(Guard::Except(shown.unwrap_or_default()), &handler.body);
            });
            self.handled.pop();
        }
        self.nested(|walk| {
            walk.visit_body(&attempt.orelse);
            walk.visit_body(&attempt.finalbody);
        });
    }

    fn raise(&mut self, raise: &ast::StmtRaise) {
        let Some(raised) = raise.exc.as_deref() else {
            let types = self.handled.last().map(|(_, types)| types.clone());
            for exception in types.unwrap_or_default() {
                self.record(exception, None);
            }
            return;
        };
        let message = match raised {
            Expr::Call(call) => call.arguments.args.first().and_then(|argument| {
                let literal = argument.as_string_literal_expr()?;
                Some(literal.value.to_str().to_owned())
            }),
            _ => None,
        };
        if let Some(exception) = exception_name(raised) {
            self.record(exception, message);
        } else if let Some(name) = dotted_name(raised) {
            let bound = self
                .handled
                .iter()
                .rev()
                .find(|(bound, _)| bound.as_ref() == Some(&name));
            for exception in bound.map(|(_, types)| types.clone()).unwrap_or_default() {
                self.record(exception, None);
            }
        }
    }

    fn record(&mut self, exception: String, message: Option<String>) {
        let caught = self.catchers.iter().flatten().any(|catcher| {
            *catcher == exception || matches!(catcher.as_str(), "Exception" | "BaseException")
        });
        self.facts.raises.push(Raise {
            exception,
            guard: self.guards.last().cloned(),
            message,
            caught,
        });
    }

    fn assign_to_self(&mut self, target: &Expr, annotation: Option<&Expr>, value: Option<&Expr>) {
        let Expr::Attribute(attribute) = target else {
            return;
        };
        let on_self =
            matches!(attribute.value.as_ref(), Expr::Name(name) if name.id.as_str() == "self");
        let known = &mut self.facts.attributes;
        if on_self && known.iter().all(|one| one.name != attribute.attr.as_str()) {
            known.push(Attribute {
                name: attribute.attr.to_string(),
                annotation: annotation.map(|annotation| written(annotation, self.text)),
                value: value.map(|value| written(value, self.text)),
            });
        }
    }
}

/// The classes that an `except` clause names.
fn type_names(expression: &Expr) -> Vec<String> {
    match expression {
        Expr::Tuple(tuple) => tuple.elts.iter().filter_map(exception_name).collect(),
        expression => exception_name(expression).into_iter().collect(),
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
                self.nested(|walk| visitor::walk_stmt(walk, stmt));
            }
            Stmt::Match(choice) => {
                // radon leaves out one case when any of them matches everything.
                let irrefutable = choice.cases.iter().any(|case| {
                    matches!(&case.pattern, ast::Pattern::MatchAs(pattern) if pattern.pattern.is_none())
                });
                let cases = u32::try_from(choice.cases.len()).unwrap_or(u32::MAX);
                self.decisions += cases.saturating_sub(u32::from(irrefutable));
                self.nested(|walk| visitor::walk_stmt(walk, stmt));
            }
            Stmt::Assert(_) => {
                // radon counts the statement and does not look inside it.
                let decisions = self.decisions;
                visitor::walk_stmt(self, stmt);
                self.decisions = decisions + 1;
            }
            Stmt::Return(result) => {
                let nothing = matches!(result.value.as_deref(), None | Some(Expr::NoneLiteral(_)));
                self.facts.returns_value |= !nothing;
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Raise(raise) => {
                self.raise(raise);
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.assign_to_self(target, None, Some(&assign.value));
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
            Expr::Call(call) => {
                self.calls += 1;
                if let Some(name) = dotted_name(&call.func)
                    && !self.facts.calls.contains(&name)
                {
                    self.facts.calls.push(name);
                }
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => self.facts.yields = true,
            Expr::Await(_) => self.facts.awaits = true,
            // A lambda's yield or await is its own; radon walks into it all the same.
            Expr::Lambda(_) => {
                let (yields, awaits) = (self.facts.yields, self.facts.awaits);
                visitor::walk_expr(self, expr);
                (self.facts.yields, self.facts.awaits) = (yields, awaits);
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
