//! A few lines of Python that show how something is used: what they name, import and call.

use std::collections::HashSet;
use std::ops::Range;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::Ranged as _;

use super::byte_range;
use super::imports::dotted_name;
use super::parse::{SyntaxError, parse};

/// What an example does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExampleCode {
    /// Dotted names that it reads and does not bind itself.
    pub reads: Vec<String>,
    /// Dotted names that it imports: `a.b` for `import a.b` and for `from a import b`.
    pub imports: Vec<String>,
    /// Attributes that it reads, of anything.
    pub attributes: Vec<String>,
    /// Its calls, in the order of the text.
    pub calls: Vec<ExampleCall>,
    /// Its statements, each with its lines, counted from 0.
    pub statements: Vec<ExampleStatement>,
    /// It awaits outside of a function, which only some shells can.
    pub awaits_outside: bool,
}

/// A call in an example.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExampleCall {
    /// What is called: a dotted name, or `.name` for an attribute of anything else.
    pub callee: String,
    /// Arguments without a name, those with a star not counted.
    pub positional: usize,
    /// The names of the others.
    pub keywords: Vec<String>,
    /// There are arguments with stars, so that there may be any others.
    pub is_open: bool,
}

/// A statement of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleStatement {
    /// The lines that it stands on.
    pub lines: Range<usize>,
    /// It calls something, so that it does what nobody can tell without running it.
    pub has_call: bool,
}

/// Reads an example's code, without the prompts before its lines.
///
/// Run it on a thread with [`super::STACK_BYTES`] of stack.
pub fn read_example(code: &str) -> Result<ExampleCode, SyntaxError> {
    let tree = parse(code)?;
    let body = &tree.parsed.syntax().body;
    let mut walk = Walk::default();
    for stmt in body {
        let calls = walk.code.calls.len();
        walk.visit_stmt(stmt);
        let range = byte_range(stmt.range());
        let first = tree.place(code, range.start).line.saturating_sub(1);
        let last = tree.place(code, range.end).line;
        walk.code.statements.push(ExampleStatement {
            lines: first..last,
            has_call: walk.code.calls.len() > calls,
        });
    }
    let Walk {
        mut code, bound, ..
    } = walk;
    code.reads.retain(|name| {
        let head = name.split('.').next().unwrap_or_default();
        !bound.contains(head)
    });
    Ok(code)
}

#[derive(Default)]
struct Walk {
    code: ExampleCode,
    bound: HashSet<String>,
    functions: usize,
}

impl Walk {
    fn bind(&mut self, name: &str) {
        self.bound.insert(name.to_owned());
    }

    fn import(&mut self, alias: &ast::Alias, from: Option<&str>) {
        let name = alias.name.as_str();
        let root = name.split('.').next().unwrap_or_default();
        match (&alias.asname, from) {
            (Some(bound), _) => self.bind(bound.as_str()),
            (None, Some(_)) => self.bind(name),
            (None, None) => self.bind(root),
        }
        self.code.imports.push(match from {
            Some(from) => format!("{from}.{name}"),
            None => name.to_owned(),
        });
    }
}

impl<'a> Visitor<'a> for Walk {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.import(alias, None);
                }
            }
            Stmt::ImportFrom(import) => {
                let dots = ".".repeat(usize::try_from(import.level).unwrap_or_default());
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    self.import(alias, Some(&format!("{dots}{module}")));
                }
            }
            Stmt::FunctionDef(function) => {
                self.bind(function.name.as_str());
                self.functions += 1;
                visitor::walk_stmt(self, stmt);
                self.functions -= 1;
                return;
            }
            Stmt::ClassDef(class) => self.bind(class.name.as_str()),
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_parameter(&mut self, parameter: &'a ast::Parameter) {
        self.bind(parameter.name.as_str());
        visitor::walk_parameter(self, parameter);
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(one) = handler;
        if let Some(name) = &one.name {
            self.bind(name.as_str());
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Load => self.code.reads.push(name.id.to_string()),
                _ => self.bind(name.id.as_str()),
            },
            Expr::Attribute(attribute) => {
                self.code.attributes.push(attribute.attr.to_string());
                if let Some(dotted) = dotted_name(expr) {
                    self.code.reads.push(dotted);
                    return;
                }
            }
            Expr::Call(call) => {
                let callee = match (&*call.func, dotted_name(&call.func)) {
                    (_, Some(dotted)) => dotted,
                    (Expr::Attribute(attribute), None) => format!(".{}", attribute.attr),
                    _ => String::new(),
                };
                let arguments = &call.arguments;
                let is_starred = |one: &&Expr| one.is_starred_expr();
                let stars = arguments.args.iter().filter(is_starred).count();
                let names = arguments.keywords.iter().map(|one| one.arg.as_ref());
                let keywords: Vec<String> =
                    names.clone().flatten().map(ToString::to_string).collect();
                self.code.calls.push(ExampleCall {
                    callee,
                    positional: arguments.args.len() - stars,
                    is_open: stars > 0 || keywords.len() < arguments.keywords.len(),
                    keywords,
                });
            }
            Expr::Await(_) => self.code.awaits_outside |= self.functions == 0,
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_example_does_is_read() {
        let code =
            "import a.b\nx = f(1, *y, k=2)\nwith open('p') as g:\n    [z for z in g.h().i(x)]\n";
        let example = read_example(code).unwrap();
        assert_eq!(example.reads, ["f", "y", "open"]);
        assert_eq!(example.imports, ["a.b"]);
        let call = |callee: &str, positional, keywords: &[&str], is_open| ExampleCall {
            callee: callee.to_owned(),
            positional,
            keywords: keywords.iter().map(|one| (*one).to_owned()).collect(),
            is_open,
        };
        assert_eq!(
            example.calls,
            [
                call("f", 1, &["k"], true),
                call("open", 1, &[], false),
                call(".i", 1, &[], false),
                call("g.h", 0, &[], false),
            ]
        );
        let lines: Vec<_> = example
            .statements
            .iter()
            .map(|one| (one.lines.clone(), one.has_call))
            .collect();
        assert_eq!(lines, [(0..1, false), (1..2, true), (2..4, true)]);
        assert!(read_example("f(").is_err());
        assert!(read_example("await f()").unwrap().awaits_outside);
        assert!(
            !read_example("async def g():\n    await f()")
                .unwrap()
                .awaits_outside
        );
    }
}
