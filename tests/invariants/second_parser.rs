//! The independent second opinion: definitions as a parser of another family reads them.

use rustpython_parser::ast::{self, Ranged as _};

/// A definition as the second parser sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The name; empty for the module.
    pub(crate) name: String,
    /// What Python reads as its docstring.
    pub(crate) docstring: Option<String>,
    /// How many statements its body has besides.
    pub(crate) statements: usize,
}

/// The module, classes and functions of `text` in the order in which docgen counts them; `None`
/// for syntax that is too new for this parser.
pub(crate) fn definitions(text: &str) -> Option<Vec<Seen>> {
    let suite: ast::Suite = rustpython_parser::Parse::parse(text, "module.py").ok()?;
    let mut found = vec![seen("", &suite)];
    visit(&suite, &mut found);
    Some(found)
}

fn seen(name: &str, body: &[ast::Stmt]) -> Seen {
    let docstring = body.first().and_then(|stmt| match stmt {
        ast::Stmt::Expr(statement) => match &*statement.value {
            ast::Expr::Constant(constant) => constant.value.as_str().cloned(),
            _ => None,
        },
        _ => None,
    });
    Seen {
        name: name.to_owned(),
        statements: body.len() - usize::from(docstring.is_some()),
        docstring,
    }
}

fn visit(body: &[ast::Stmt], found: &mut Vec<Seen>) {
    for stmt in body {
        assert!(stmt.range().start() <= stmt.range().end());
        match stmt {
            ast::Stmt::FunctionDef(one) => define(&one.name, &one.body, found),
            ast::Stmt::AsyncFunctionDef(one) => define(&one.name, &one.body, found),
            ast::Stmt::ClassDef(one) => define(&one.name, &one.body, found),
            ast::Stmt::If(one) => visit_all(&[&one.body, &one.orelse], found),
            ast::Stmt::For(one) => visit_all(&[&one.body, &one.orelse], found),
            ast::Stmt::AsyncFor(one) => visit_all(&[&one.body, &one.orelse], found),
            ast::Stmt::While(one) => visit_all(&[&one.body, &one.orelse], found),
            ast::Stmt::With(one) => visit(&one.body, found),
            ast::Stmt::AsyncWith(one) => visit(&one.body, found),
            ast::Stmt::Try(one) => {
                visit(&one.body, found);
                visit_handlers(&one.handlers, found);
                visit_all(&[&one.orelse, &one.finalbody], found);
            }
            ast::Stmt::TryStar(one) => {
                visit(&one.body, found);
                visit_handlers(&one.handlers, found);
                visit_all(&[&one.orelse, &one.finalbody], found);
            }
            ast::Stmt::Match(one) => {
                for case in &one.cases {
                    visit(&case.body, found);
                }
            }
            _ => {}
        }
    }
}

fn define(name: &str, body: &[ast::Stmt], found: &mut Vec<Seen>) {
    found.push(seen(name, body));
    visit(body, found);
}

fn visit_all(bodies: &[&Vec<ast::Stmt>], found: &mut Vec<Seen>) {
    for body in bodies {
        visit(body, found);
    }
}

fn visit_handlers(handlers: &[ast::ExceptHandler], found: &mut Vec<Seen>) {
    for ast::ExceptHandler::ExceptHandler(handler) in handlers {
        visit(&handler.body, found);
    }
}
