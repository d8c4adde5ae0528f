//! Two syntax trees held against each other, docstrings apart.

use ruff_python_ast::comparable::ComparableStmt;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Stmt, Suite, helpers};
use ruff_text_size::Ranged;

use super::extract::python_value;
use super::{ByteRange, SyntaxTree, byte_range, placement};

impl SyntaxTree {
    /// Whether both trees are the same once every docstring is taken out.
    #[must_use]
    pub fn equal_without_docstrings(left: &Self, right: &Self) -> bool {
        let strip = |tree: &Self| without_docstrings(tree.parsed.syntax().body.clone());
        let (left, right) = (strip(left), strip(right));
        left.len() == right.len()
            && left
                .iter()
                .zip(&right)
                .all(|(left, right)| ComparableStmt::from(left) == ComparableStmt::from(right))
    }

    /// Whether both texts have the same tokens and comments outside of docstrings, to the letter.
    /// Line ends and indentation are the tree's matter.
    #[must_use]
    pub fn same_tokens_outside_docstrings(left: (&Self, &str), right: (&Self, &str)) -> bool {
        let (mut left, mut right) = (significant(left.0, left.1), significant(right.0, right.1));
        loop {
            match (left.next(), right.next()) {
                (None, None) => return true,
                (one, other) if one == other => {}
                _ => return false,
            }
        }
    }

    /// The docstring of each definition as Python reads it, in the order of
    /// [`super::Module::definitions`].
    #[must_use]
    pub fn docstrings(&self, text: &str) -> Vec<Option<String>> {
        let mut finder = Finder { found: Vec::new() };
        finder.definition(&self.parsed.syntax().body);
        finder.visit_body(&self.parsed.syntax().body);
        let value = |literal: &ruff_python_ast::ExprStringLiteral| {
            let written = text.get(byte_range(literal.range())).unwrap_or_default();
            python_value(literal.value.to_str(), written)
        };
        finder
            .found
            .into_iter()
            .map(|literal| literal.map(value))
            .collect()
    }

    /// Where the docstring of each definition stands, in the order of
    /// [`super::Module::definitions`].
    #[must_use]
    pub fn docstring_ranges(&self) -> Vec<Option<ByteRange>> {
        let mut finder = Finder { found: Vec::new() };
        finder.definition(&self.parsed.syntax().body);
        finder.visit_body(&self.parsed.syntax().body);
        let found = finder.found.into_iter();
        found
            .map(|literal| literal.map(|literal| byte_range(literal.range())))
            .collect()
    }

    /// What stands before, between and behind the tokens and comments outside of docstrings: blanks,
    /// line ends and docstrings. Texts with the same such tokens have as many gaps.
    #[must_use]
    pub fn gaps(&self, text: &str) -> Vec<ByteRange> {
        let mut gaps = Vec::new();
        let mut position = 0;
        for (_, range) in significant_ranges(self) {
            gaps.push(position..range.start);
            position = range.end;
        }
        gaps.push(position..text.len());
        gaps
    }
}

/// A module's statements without any docstring.
pub(super) fn without_docstrings(mut body: Suite) -> Suite {
    Strip.visit_body(&mut body);
    if body.first().is_some_and(helpers::is_docstring_stmt) {
        body.remove(0);
    }
    body
}

/// Tokens and comments outside of docstrings, each as kind and text.
fn significant<'t>(
    tree: &'t SyntaxTree,
    text: &'t str,
) -> impl Iterator<Item = (TokenKind, &'t str)> {
    significant_ranges(tree).map(|(kind, range)| (kind, text.get(range).unwrap_or_default()))
}

/// The same, each as kind and place.
fn significant_ranges(tree: &SyntaxTree) -> impl Iterator<Item = (TokenKind, ByteRange)> {
    let docstrings: Vec<ByteRange> = tree.docstring_ranges().into_iter().flatten().collect();
    let mut next = 0;
    tree.parsed.tokens().iter().filter_map(move |token| {
        let range = byte_range(token.range());
        while docstrings
            .get(next)
            .is_some_and(|docstring| docstring.end <= range.start)
        {
            next += 1;
        }
        // A comment between the parts of a concatenated docstring is none of its text.
        let in_docstring = token.kind() != TokenKind::Comment
            && docstrings
                .get(next)
                .is_some_and(|docstring| docstring.contains(&range.start));
        let is_layout = matches!(
            token.kind(),
            TokenKind::Newline
                | TokenKind::NonLogicalNewline
                | TokenKind::Indent
                | TokenKind::Dedent
                | TokenKind::EndOfFile
        );
        (!is_layout && !in_docstring).then_some((token.kind(), range))
    })
}

/// Takes the docstring out of every class and function.
struct Strip;

impl Transformer for Strip {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        let body = match stmt {
            Stmt::FunctionDef(function) => Some(&mut function.body),
            Stmt::ClassDef(class) => Some(&mut class.body),
            _ => None,
        };
        if let Some(body) = body
            && body.first().is_some_and(helpers::is_docstring_stmt)
        {
            body.remove(0);
        }
        transformer::walk_stmt(self, stmt);
    }
}

/// Finds the docstrings of all definitions, in the order of the text.
struct Finder<'a> {
    found: Vec<Option<&'a ruff_python_ast::ExprStringLiteral>>,
}

impl<'a> Finder<'a> {
    fn definition(&mut self, body: &'a [Stmt]) {
        self.found.push(placement::docstring_of(body));
    }
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => {
                self.definition(&function.body);
                self.visit_body(&function.body);
            }
            Stmt::ClassDef(class) => {
                self.definition(&class.body);
                self.visit_body(&class.body);
            }
            stmt => visitor::walk_stmt(self, stmt),
        }
    }

    // Expressions hold no definitions.
    fn visit_expr(&mut self, _: &'a ruff_python_ast::Expr) {}
}
