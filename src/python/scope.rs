//! What the names of a body stand for, and what it calls: all that is needed to follow a name from
//! one definition of a project to another.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};
use serde::{Deserialize, Serialize};

use super::signature::written;

/// The names that a module, class or function binds in its own body, and the calls in it; what is
/// nested in it has a scope of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// In the order of the text; a name may be bound more than once. Parameters and the names of
    /// definitions are not among them.
    pub bindings: Vec<Binding>,
    /// Names declared `global`.
    pub globals: Vec<String>,
    /// Names declared `nonlocal`.
    pub nonlocals: Vec<String>,
    /// Functions only; in the order of the text.
    pub calls: Vec<CallSite>,
}

/// A name, and what one statement makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The name; for an attribute of the instance, or class, that a method is bound to, with a dot
    /// before it (`.repo` for `self.repo = ...`).
    pub name: String,
    /// What it is bound to.
    pub to: Bound,
}

/// What a name is bound to.
///
/// A path is one of names and attributes, `()` after what is called, `super()` as Python has it
/// (`super(A)` for `super(A, self)`), and `.await` after what is awaited: `self.pool.get().await`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// `import a.b as c`: the module `a.b`; `import a.b`: the module `a`.
    Module(String),
    /// `from ..module import name`.
    Member {
        /// The dots.
        level: u32,
        /// What stands behind them.
        module: String,
        /// The name there.
        name: String,
    },
    /// `from ..module import *`, under the name `*`.
    Star {
        /// The dots.
        level: u32,
        /// What stands behind them.
        module: String,
    },
    /// Whatever a path leads to.
    Path(String),
    /// An object of the annotation's type.
    Annotated(String),
    /// `None`, which says nothing of what else it may be.
    Nothing,
    /// Anything else.
    Unknown,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallSite {
    /// The path of what is called, as in [`Bound`].
    pub path: String,
    /// What the handlers around it in the same function take, as written, of those that do not pass
    /// it on; `BaseException` where everything is taken.
    pub caught: Vec<String>,
    /// A handler around it takes what cannot be told.
    pub may_be_caught: bool,
    /// `await` stands before it.
    pub is_awaited: bool,
    /// It stands in a `lambda`, and so need not happen when the body runs.
    pub is_deferred: bool,
}

/// The names that the body of a module or class binds.
pub(super) fn of_body(body: &[Stmt], text: &str) -> Scope {
    read(body, text, None, false)
}

/// The names that the body of a function binds; calls come from the walk over its facts.
pub(super) fn of_function(function: &ast::StmtFunctionDef, text: &str) -> Scope {
    let parameters = &function.parameters;
    let mut positional = parameters.posonlyargs.iter().chain(&parameters.args);
    let bound = positional.next().map(|one| one.parameter.name.as_str());
    read(&function.body, text, bound, true)
}

fn read(body: &[Stmt], text: &str, bound: Option<&str>, is_function: bool) -> Scope {
    let mut names = Names {
        text,
        bound,
        is_function,
        scope: Scope::default(),
    };
    names.visit_body(body);
    names.scope
}

/// The path that an expression is, as [`Bound`] describes it.
pub(super) fn path_of(expression: &Expr) -> Option<String> {
    let mut path = String::new();
    write_path(expression, &mut path).then_some(path)
}

fn write_path(expression: &Expr, path: &mut String) -> bool {
    match expression {
        Expr::Name(name) => path.push_str(&name.id),
        Expr::Attribute(attribute) => {
            if !write_path(&attribute.value, path) {
                return false;
            }
            path.push('.');
            path.push_str(&attribute.attr);
        }
        Expr::Await(awaited) => {
            if !write_path(&awaited.value, path) {
                return false;
            }
            path.push_str(".await");
        }
        Expr::Call(call) => {
            if !write_path(&call.func, path) {
                return false;
            }
            path.push('(');
            let is_super = path == "super(";
            match (is_super, &*call.arguments.args) {
                (true, []) | (false, _) => {}
                (true, [Expr::Name(class), Expr::Name(_)]) => path.push_str(&class.id),
                (true, _) => return false,
            }
            path.push(')');
        }
        _ => return false,
    }
    true
}

struct Names<'t> {
    text: &'t str,
    /// The first parameter, which a method is bound to.
    bound: Option<&'t str>,
    /// Names of comprehensions and lambdas hide others from the calls in them; only a function's
    /// calls are followed.
    is_function: bool,
    scope: Scope,
}

impl Names<'_> {
    fn bind(&mut self, name: &str, to: Bound) {
        self.scope.bindings.push(Binding {
            name: name.to_owned(),
            to,
        });
    }

    /// Binds each name in a target to something that cannot be told.
    fn unknown(&mut self, target: &Expr) {
        match target {
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|one| self.unknown(one)),
            Expr::List(list) => list.elts.iter().for_each(|one| self.unknown(one)),
            Expr::Starred(starred) => self.unknown(&starred.value),
            target => self.assign(target, Bound::Unknown),
        }
    }

    fn assign(&mut self, target: &Expr, to: Bound) {
        match target {
            Expr::Name(name) => self.bind(&name.id, to),
            Expr::Attribute(attribute) => {
                let is_bound = matches!(&*attribute.value, Expr::Name(name) if Some(name.id.as_str()) == self.bound);
                if is_bound {
                    self.bind(&format!(".{}", attribute.attr), to);
                }
            }
            _ => {}
        }
    }

    /// Binds a target to each value that an expression may have.
    fn value(&mut self, target: &Expr, value: &Expr) {
        match value {
            Expr::NoneLiteral(_) => self.assign(target, Bound::Nothing),
            Expr::BoolOp(either) => either
                .values
                .iter()
                .for_each(|value| self.value(target, value)),
            Expr::If(choice) => {
                self.value(target, &choice.body);
                self.value(target, &choice.orelse);
            }
            Expr::Named(named) => self.value(target, &named.value),
            value => {
                let to = path_of(value).map_or(Bound::Unknown, Bound::Path);
                if matches!(target, Expr::Tuple(_) | Expr::List(_)) {
                    self.unknown(target);
                } else {
                    self.assign(target, to);
                }
            }
        }
    }

    fn import(&mut self, import: &ast::StmtImport) {
        for alias in &import.names {
            let path = alias.name.as_str();
            // `import a.b` binds `a`.
            let head = path.split('.').next().unwrap_or(path);
            let name = alias.asname.as_ref().map(ast::Identifier::as_str);
            let (name, path) = name.map_or((head, head), |name| (name, path));
            self.bind(name, Bound::Module(path.to_owned()));
        }
    }

    fn import_from(&mut self, import: &ast::StmtImportFrom) {
        let level = import.level;
        let module = import.module.as_ref().map_or("", ast::Identifier::as_str);
        for alias in &import.names {
            let module = module.to_owned();
            if alias.name.as_str() == "*" {
                self.bind("*", Bound::Star { level, module });
            } else {
                let name = alias.asname.as_ref().unwrap_or(&alias.name);
                let member = Bound::Member {
                    level,
                    module,
                    name: alias.name.to_string(),
                };
                self.bind(name.as_str(), member);
            }
        }
    }
}

impl<'a> Visitor<'a> for Names<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            // Scopes of their own; their names are found among the definitions.
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Global(declared) => {
                let names = declared.names.iter().map(ToString::to_string);
                self.scope.globals.extend(names);
            }
            Stmt::Nonlocal(declared) => {
                let names = declared.names.iter().map(ToString::to_string);
                self.scope.nonlocals.extend(names);
            }
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.value(target, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                let annotation = written(&assign.annotation, self.text);
                self.assign(&assign.target, Bound::Annotated(annotation));
            }
            Stmt::AugAssign(assign) => self.unknown(&assign.target),
            Stmt::Delete(delete) => delete.targets.iter().for_each(|one| self.unknown(one)),
            Stmt::For(each) => self.unknown(&each.target),
            Stmt::With(with) => {
                for item in &with.items {
                    if let Some(target) = &item.optional_vars {
                        self.unknown(target);
                    }
                }
            }
            Stmt::TypeAlias(alias) => self.unknown(&alias.name),
            Stmt::Try(attempt) => {
                for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                    if let Some(name) = &handler.name {
                        self.bind(name.as_str(), Bound::Unknown);
                    }
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Named(named) => self.value(&named.target, &named.value),
            // Names of its own, which hide those around it only inside it.
            Expr::Lambda(lambda) if self.is_function => {
                let parameters = lambda.parameters.iter().flat_map(|all| all.iter());
                for parameter in parameters {
                    self.bind(parameter.name(), Bound::Unknown);
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }

    fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
        if self.is_function {
            self.unknown(&comprehension.target);
        }
        visitor::walk_comprehension(self, comprehension);
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        let name = match pattern {
            ast::Pattern::MatchAs(one) => one.name.as_ref(),
            ast::Pattern::MatchStar(one) => one.name.as_ref(),
            ast::Pattern::MatchMapping(one) => one.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(name.as_str(), Bound::Unknown);
        }
        visitor::walk_pattern(self, pattern);
    }
}
