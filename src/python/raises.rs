//! Which exceptions leave a body: its `raise` statements, the handlers around them, and what leads
//! to each.

use std::collections::HashMap;

use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use ruff_text_size::Ranged as _;
use serde::Serialize;

use super::definition::Raise;
use super::exceptions::ExceptionClasses;
use super::imports::dotted_name;
use super::signature::written;

/// Guards kept of a `raise`, the innermost. An `elif` chain gives each of its clauses as many as
/// there are clauses before it; nobody reads them, and their number squared fills the memory.
const MAX_GUARDS: usize = 32;

/// The longest text of a guard that is kept: each `raise` below it holds a copy.
const MAX_GUARD_BYTES: usize = 2_000;

/// A condition or handler around a `raise`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Guard {
    /// Inside `if`; the condition as written.
    If(String),
    /// Past an `if` whose condition, as written, did not hold.
    Unless(String),
    /// Inside `except`; the types as written, empty for a bare one.
    Except(String),
    /// Inside a `case` of a `match`; the pattern as written.
    Case(String),
}

impl Guard {
    fn text(&self) -> &str {
        match self {
            Self::If(text) | Self::Unless(text) | Self::Except(text) | Self::Case(text) => text,
        }
    }
}

/// Follows the `raise` statements of one body while it is walked.
pub(super) struct Raises<'t> {
    text: &'t str,
    classes: &'t ExceptionClasses,
    found: Vec<Raise>,
    has_unnamed: bool,
    guards: Vec<Guard>,
    /// Where the statement in hand begins.
    at: usize,
    catchers: Vec<Catcher>,
    /// What the enclosing handlers take, the innermost last.
    handled: Vec<Types>,
    /// Names that stand for an exception object, each with its types; the last one of a name wins.
    bound: HashMap<&'t str, Types>,
}

/// Exception types that an expression names; `None` when it cannot be told.
type Types = Option<Vec<String>>;

/// What one `try` or `with suppress(...)` keeps from leaving it.
enum Catcher {
    Everything,
    Types {
        named: Vec<String>,
        /// It takes others too, which cannot be told.
        has_unnamed: bool,
    },
}

impl<'t> Raises<'t> {
    pub(super) fn new(text: &'t str, classes: &'t ExceptionClasses) -> Self {
        Self {
            text,
            classes,
            found: Vec::new(),
            has_unnamed: false,
            guards: Vec::new(),
            at: 0,
            catchers: Vec::new(),
            handled: Vec::new(),
            bound: HashMap::new(),
        }
    }

    /// The raises, and whether one of them raises something that has no name in the body.
    pub(super) fn finish(self) -> (Vec<Raise>, bool) {
        (self.found, self.has_unnamed)
    }

    pub(super) fn push_guard(&mut self, guard: Guard) {
        self.guards.push(guard);
    }

    pub(super) fn pop_guards(&mut self, count: usize) {
        self.guards
            .truncate(self.guards.len().saturating_sub(count));
    }

    /// Enters the block of a `try`.
    pub(super) fn enter_try(&mut self, attempt: &ast::StmtTry) {
        // `return` in `finally` drops whatever is on its way.
        if attempt.finalbody.iter().any(Stmt::is_return_stmt) {
            self.catchers.push(Catcher::Everything);
            return;
        }
        let (mut named, mut has_unnamed) = (Vec::new(), false);
        for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
            if passes_on(handler) {
                continue;
            }
            match handler.type_.as_deref().map(type_names) {
                None => named.push("BaseException".to_owned()),
                Some(Some(types)) => named.extend(types),
                Some(None) => has_unnamed = true,
            }
        }
        self.catchers.push(Catcher::Types { named, has_unnamed });
    }

    pub(super) fn leave_try(&mut self) {
        self.catchers.pop();
    }

    /// Enters a `with`; whether it suppresses exceptions, so that [`Self::leave_try`] is due.
    pub(super) fn enter_with(&mut self, with: &ast::StmtWith) -> bool {
        let mut types = Vec::new();
        for item in &with.items {
            let Expr::Call(call) = &item.context_expr else {
                continue;
            };
            let name = dotted_name(&call.func).unwrap_or_default();
            if matches!(
                name.as_str(),
                "suppress" | "contextlib.suppress" | "pytest.raises"
            ) {
                types.extend(call.arguments.args.iter().filter_map(type_names).flatten());
            }
        }
        let suppresses = !types.is_empty();
        if suppresses {
            self.catchers.push(Catcher::Types {
                named: types,
                has_unnamed: false,
            });
        }
        suppresses
    }

    /// What is taken on its way out of here, as written, and whether something is that cannot be
    /// told.
    pub(super) fn caught_here(&self) -> (Vec<String>, bool) {
        let (mut caught, mut is_vague) = (Vec::new(), false);
        for catcher in &self.catchers {
            match catcher {
                Catcher::Everything => caught.push("BaseException".to_owned()),
                Catcher::Types { named, has_unnamed } => {
                    caught.extend(named.iter().cloned());
                    is_vague |= has_unnamed;
                }
            }
        }
        (caught, is_vague)
    }

    pub(super) fn enter_handler(&mut self, handler: &'t ast::ExceptHandlerExceptHandler) {
        let types = handler.type_.as_deref().and_then(type_names);
        if let Some(name) = &handler.name {
            self.bound.insert(name.as_str(), types.clone());
        }
        self.handled.push(types);
        let shown = handler.type_.as_deref();
        self.guards.push(Guard::Except(
            shown
                .map(|types| written(types, self.text))
                .unwrap_or_default(),
        ));
    }

    pub(super) fn leave_handler(&mut self) {
        self.handled.pop();
        self.pop_guards(1);
    }

    /// `error = ValueError(...)` and whatever else gives a name another meaning.
    pub(super) fn assign(&mut self, target: &'t Expr, value: &Expr) {
        let Expr::Name(name) = target else { return };
        let types = match value {
            Expr::Call(call) => exception_name(&call.func).map(|name| vec![name]),
            _ => None,
        };
        if types.is_some() || self.bound.contains_key(name.id.as_str()) {
            self.bound.insert(name.id.as_str(), types);
        }
    }

    pub(super) fn raise(&mut self, raise: &ast::StmtRaise) {
        self.at = raise.start().to_usize();
        let Some(raised) = raise.exc.as_deref().map(without_traceback) else {
            let types = self.handled.last().cloned().flatten();
            return self.raise_types(types);
        };
        if let Expr::Name(name) = raised
            && let Some(types) = self.bound.get(name.id.as_str())
        {
            let types = types.clone();
            return self.raise_types(types);
        }
        match exception_name(raised) {
            Some(exception) => self.record(exception, message_of(raised), false),
            None => self.has_unnamed = true,
        }
    }

    fn raise_types(&mut self, types: Types) {
        let Some(types) = types else {
            self.has_unnamed = true;
            return;
        };
        for exception in types {
            self.record(exception, None, true);
            self.has_unnamed |= self.found.last().is_some_and(Raise::is_of_anything);
        }
    }

    fn record(&mut self, exception: String, message: Option<String>, is_passed_on: bool) {
        let caught = self.catchers.iter().any(|catcher| match catcher {
            Catcher::Everything => true,
            Catcher::Types { named, .. } => named
                .iter()
                .any(|caught| self.classes.catches(caught, &exception)),
        });
        let guards = self.guards.iter().rev();
        let mut guards: Vec<Guard> = guards
            .filter(|guard| guard.text().len() <= MAX_GUARD_BYTES)
            .take(MAX_GUARDS)
            .cloned()
            .collect();
        guards.reverse();
        self.found.push(Raise {
            exception,
            guards,
            message,
            caught,
            is_passed_on,
            at: self.at,
        });
    }
}

/// Whether what a handler takes may leave it again: a bare `raise`, or one of the name it bound.
fn passes_on(handler: &ast::ExceptHandlerExceptHandler) -> bool {
    let name = handler.name.as_ref().map(ast::Identifier::as_str);
    any_statement(&handler.body, &|stmt| match stmt {
        Stmt::Raise(raise) => match raise.exc.as_deref() {
            None => true,
            Some(Expr::Name(raised)) => Some(raised.id.as_str()) == name,
            Some(_) => false,
        },
        _ => false,
    })
}

/// Whether a statement of this body, its own blocks included, is such a one.
fn any_statement(body: &[Stmt], is_such: &impl Fn(&Stmt) -> bool) -> bool {
    body.iter().any(|stmt| {
        is_such(stmt)
            || match stmt {
                Stmt::If(branch) => {
                    any_statement(&branch.body, is_such)
                        || branch
                            .elif_else_clauses
                            .iter()
                            .any(|clause| any_statement(&clause.body, is_such))
                }
                Stmt::For(ast::StmtFor { body, orelse, .. })
                | Stmt::While(ast::StmtWhile { body, orelse, .. }) => {
                    any_statement(body, is_such) || any_statement(orelse, is_such)
                }
                Stmt::With(with) => any_statement(&with.body, is_such),
                Stmt::Match(choice) => choice
                    .cases
                    .iter()
                    .any(|case| any_statement(&case.body, is_such)),
                // A handler inside has a `raise` of its own.
                Stmt::Try(attempt) => {
                    any_statement(&attempt.body, is_such)
                        || any_statement(&attempt.orelse, is_such)
                        || any_statement(&attempt.finalbody, is_such)
                }
                _ => false,
            }
    })
}

/// The classes that an `except` clause names; `None` when one of them cannot be told.
fn type_names(expression: &Expr) -> Types {
    match expression {
        Expr::Tuple(tuple) => tuple.elts.iter().map(class_name).collect(),
        expression => class_name(expression).map(|name| vec![name]),
    }
}

/// The exception class that a `raise` names: `E`, `E(...)` or `module.E(...)`. Anything else
/// (a variable, a factory, an attribute of `self`) is a guess, and docgen does not guess.
pub(super) fn exception_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Call(call) => exception_name(&call.func),
        expression => class_name(expression),
    }
}

fn class_name(expression: &Expr) -> Option<String> {
    let name = dotted_name(expression)?;
    let (path, last) = name.rsplit_once('.').unwrap_or(("", &name));
    let of_object = matches!(path.split('.').next(), Some("self" | "cls"));
    let word = last.trim_start_matches('_');
    // Capitals alone are a constant: a tuple of classes, or a choice made elsewhere.
    let is_constant = word.len() > 1 && !word.contains(|c: char| c.is_lowercase());
    (!of_object && word.starts_with(char::is_uppercase) && !is_constant).then_some(name)
}

/// The exception of `exception.with_traceback(...)`, which returns it.
fn without_traceback(raised: &Expr) -> &Expr {
    let call = raised.as_call_expr();
    match call.and_then(|call| call.func.as_attribute_expr()) {
        Some(method) if method.attr.as_str() == "with_traceback" => &method.value,
        _ => raised,
    }
}

fn message_of(raised: &Expr) -> Option<String> {
    let Expr::Call(call) = raised else {
        return None;
    };
    let literal = call.arguments.args.first()?.as_string_literal_expr()?;
    Some(literal.value.to_str().to_owned())
}

#[cfg(test)]
mod tests {
    use crate::python::{FileRole, analyze, parse};

    /// The exceptions that leave the last function of `body`; `?` for one without a name.
    fn raised(text: &str) -> String {
        let role = FileRole {
            name: "shop".to_owned(),
            is_package: false,
            is_private: false,
        };
        let module = analyze(&parse(text).unwrap(), text, &role);
        let function = module.definitions.last().unwrap();
        let mut names: Vec<String> = function.raised().map(|one| one.exception.clone()).collect();
        if function.facts.raises_unnamed {
            names.push("?".to_owned());
        }
        names.join(" ")
    }

    fn of(body: &str) -> String {
        let lines: Vec<String> = body.lines().map(|line| format!("    {line}\n")).collect();
        raised(&format!("def f(x):\n{}", lines.concat()))
    }

    #[test]
    fn handlers_take_what_derives_from_what_they_name() {
        assert_eq!(
            of("try:\n    raise KeyError\nexcept LookupError:\n    pass"),
            ""
        );
        assert_eq!(
            of("try:\n    raise SystemExit\nexcept Exception:\n    pass"),
            "SystemExit"
        );
        assert_eq!(of("try:\n    raise KeyError\nexcept:\n    pass"), "");
        assert_eq!(of("try:\n    raise KeyError\nfinally:\n    return 1"), "");
        assert_eq!(
            of("with suppress(OSError):\n    raise FileNotFoundError"),
            ""
        );
        assert_eq!(
            raised(
                "class E(KeyError): ...\ndef f():\n    try:\n        raise E\n    except LookupError:\n        pass\n"
            ),
            ""
        );
    }

    #[test]
    fn handlers_that_pass_on_take_nothing() {
        assert_eq!(
            of("try:\n    raise KeyError\nexcept KeyError:\n    log()\n    raise"),
            "KeyError"
        );
        assert_eq!(
            of("try:\n    raise KeyError\nexcept Exception:\n    raise"),
            "KeyError Exception ?"
        );
        assert_eq!(
            of("try:\n    g()\nexcept (OSError, m.Gone) as e:\n    raise e"),
            "OSError m.Gone"
        );
    }

    #[test]
    fn a_name_means_what_was_last_given_to_it() {
        assert_eq!(of("error = ValueError('no')\nraise error"), "ValueError");
        assert_eq!(
            of("try:\n    g()\nexcept OSError as e:\n    e = wrap(e)\n    raise e"),
            "?"
        );
        assert_eq!(of("try:\n    g()\nexcept ERRORS:\n    raise"), "?");
        assert_eq!(of("raise self.Missing('no')"), "?");
        assert_eq!(of("raise x"), "?");
        assert_eq!(of("raise KeyError('no').with_traceback(x)"), "KeyError");
    }

    #[test]
    fn a_placeholder_raises_what_it_says() {
        assert_eq!(of("raise NotImplementedError"), "NotImplementedError");
        assert_eq!(
            of("if x:\n    raise NotImplementedError\nreturn 1"),
            "NotImplementedError"
        );
    }
}
