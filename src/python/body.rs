//! What a function's own body does, statement by statement, as far as words can be made of it: what
//! it gives back and raises, each with the circumstances, what it assigns, calls and goes through.
//!
//! Only drafts need it, so it is read when the first draft of a file is made.

mod walk;

use std::collections::HashMap;
use std::thread;

use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use ruff_text_size::Ranged as _;

use super::ByteRange;
use super::definition::Definition;
use super::parse::{STACK_BYTES, parse};
use super::term::{self, Term};

/// The bodies of a file's functions.
#[derive(Debug, Clone, Default)]
pub struct Bodies {
    /// By the place of the function's name.
    by_name: HashMap<usize, Body>,
    /// The value of the module's own assignments to one name.
    constants: Vec<(String, Term)>,
    /// The text is run when the file is executed as a program: `if __name__ == "__main__"`.
    pub is_script: bool,
}

/// What a body does; functions nested in it are not part of it.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// Each `return`, in the order of the text.
    pub returns: Vec<Exit>,
    /// Each `raise` with an exception, in the order of the text.
    pub raises: Vec<Exit>,
    /// Each `yield`.
    pub yields: Vec<Exit>,
    /// Each assignment to a name, an attribute or an item.
    pub assignments: Vec<Assignment>,
    /// Each call, the outer ones first.
    pub calls: Vec<Term>,
    /// What is gone through by a `for`: what each turn binds, and over what.
    pub loops: Vec<(Term, Term)>,
    /// Statements of the body itself, the docstring apart.
    pub statements: usize,
    /// The only statement, if it is an expression.
    pub only_expression: Option<Term>,
    /// The end is reached without a `return` or `raise`.
    pub falls_off: bool,
    /// Tests of `if` statements and conditional expressions.
    pub tests: Vec<Term>,
}

/// A statement that leaves a function, or gives something out of it.
#[derive(Debug, Clone)]
pub struct Exit {
    /// The statement's bytes; of a `yield` the expression's.
    pub range: ByteRange,
    /// What is given.
    pub value: Option<Term>,
    /// What leads there, from the outermost in.
    pub circumstances: Vec<Circumstance>,
}

/// An assignment.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// What is assigned to.
    pub target: Term,
    /// What it is given; `None` for one by an operator or in a `with`, whose value is not known.
    pub value: Option<Term>,
    /// What leads there.
    pub circumstances: Vec<Circumstance>,
}

/// What leads to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Circumstance {
    /// Inside an `if` of this condition.
    Holds(Term),
    /// In the `else` or a further clause of an `if` of this condition.
    Fails(Term),
    /// Past an `if` of this condition that ends in `return`, `break` or `continue`.
    Left(Term),
    /// Past an `if` of this condition that ends in `raise`.
    Raised(Term),
    /// Inside an `except`: the classes, and what was tried, if that is one expression.
    Caught(String, Option<Term>),
    /// Inside a loop: what is gone through, if it is a `for`.
    Loop(Option<Term>),
    /// Past a loop over this that may leave the function.
    Searched(Term),
    /// Something else.
    Other,
}

impl Bodies {
    /// Reads the bodies of a file; without those of a file that cannot be read there are no words
    /// of it.
    pub(super) fn read(text: &str) -> Self {
        // The caller may have any stack.
        let read = || {
            let Ok(tree) = parse(text) else {
                return Self::default();
            };
            let mut reading = Reading {
                text,
                bodies: Self::default(),
            };
            reading.block(&tree.parsed.syntax().body, true);
            reading.bodies
        };
        thread::scope(|scope| {
            thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, read)
                .ok()
                .and_then(|reading| reading.join().ok())
                .unwrap_or_default()
        })
    }

    /// The body of a function.
    #[must_use]
    pub fn of(&self, definition: &Definition) -> Option<&Body> {
        self.by_name.get(&definition.name_range.start)
    }

    /// The module's own assignments, in the order of the text.
    pub fn constants(&self) -> impl Iterator<Item = (&str, &Term)> {
        self.constants
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }
}

impl Body {
    /// How often a name is assigned to.
    #[must_use]
    pub fn assignments_to(&self, name: &str) -> usize {
        let all = self.assignments.iter();
        all.filter(|one| one.target.name() == Some(name)).count()
    }
}

/// Finds the functions of a file.
struct Reading<'t> {
    text: &'t str,
    bodies: Bodies,
}

impl<'t> Reading<'t> {
    fn block(&mut self, body: &'t [Stmt], is_module: bool) {
        for stmt in body {
            match stmt {
                Stmt::FunctionDef(function) => {
                    self.bodies.by_name.insert(
                        function.name.start().to_usize(),
                        walk::of_function(function, self.text),
                    );
                    self.block(&function.body, false);
                }
                Stmt::ClassDef(class) => self.block(&class.body, false),
                Stmt::If(branch) => {
                    let test = term::read(&branch.test, self.text);
                    self.bodies.is_script |= is_module && test.text.starts_with("__name__ ==");
                    self.block(&branch.body, false);
                    for clause in &branch.elif_else_clauses {
                        self.block(&clause.body, false);
                    }
                }
                Stmt::For(ast::StmtFor { body, orelse, .. })
                | Stmt::While(ast::StmtWhile { body, orelse, .. }) => {
                    self.block(body, false);
                    self.block(orelse, false);
                }
                Stmt::With(with) => self.block(&with.body, false),
                Stmt::Match(choice) => {
                    for case in &choice.cases {
                        self.block(&case.body, false);
                    }
                }
                Stmt::Try(attempt) => {
                    self.block(&attempt.body, false);
                    for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                        self.block(&handler.body, false);
                    }
                    self.block(&attempt.orelse, false);
                    self.block(&attempt.finalbody, false);
                }
                Stmt::Assign(assign) if is_module => {
                    if let [Expr::Name(name)] = assign.targets.as_slice() {
                        let value = term::read(&assign.value, self.text);
                        self.bodies.constants.push((name.id.to_string(), value));
                    }
                }
                Stmt::AnnAssign(assign) if is_module => {
                    if let (Expr::Name(name), Some(value)) = (&*assign.target, &assign.value) {
                        let value = term::read(value, self.text);
                        self.bodies.constants.push((name.id.to_string(), value));
                    }
                }
                _ => {}
            }
        }
    }
}
