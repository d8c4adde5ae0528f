//! The code of a definition without its layout: the same bytes for the same code wherever it stands and
//! however it is formatted, on every machine.

use std::collections::HashMap;
use std::hash::{Hash as _, Hasher};

use ruff_python_ast::comparable::ComparableStmt;
use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, Suite};
use ruff_text_size::{Ranged as _, TextSize};

use super::compare::without_docstrings;
use super::{ByteRange, Definition, Kind, Module, Placement, parse};

/// Definitions of a file without their layout.
#[derive(Debug)]
pub struct CanonicalCode {
    body: Suite,
    comments: Vec<(usize, String)>,
}

impl CanonicalCode {
    /// Reads a file that parses; `None` if it does not.
    ///
    /// Run it on a thread with [`super::STACK_BYTES`] of stack.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let tree = parse(text).ok()?;
        let comments = tree.comments(text).filter_map(|comment| {
            let words = comment_words(comment.text)?;
            Some((comment.range.start, words))
        });
        let comments = comments.collect();
        let mut body = without_docstrings(tree.parsed.into_syntax().body);
        Formatting.visit_body(&mut body);
        Some(Self { body, comments })
    }

    /// The definitions at these positions of the file's module, as bytes: a function whole, a class or
    /// module without the bodies of what it defines. No docstring is part of them; the words of comments
    /// are, but for those that speak to tools.
    #[must_use]
    pub fn definitions(&self, module: &Module, wanted: &[usize]) -> Vec<Vec<u8>> {
        let mut finder = Finder {
            found: HashMap::new(),
        };
        finder.visit_body(&self.body);
        let mut all = Vec::with_capacity(wanted.len());
        for index in wanted {
            let mut bytes = Bytes(Vec::new());
            if let Some(definition) = module.definitions.get(*index) {
                self.hash(&finder, definition, &mut bytes);
                self.hash_comments(module, *index, &mut bytes);
            }
            all.push(bytes.0);
        }
        all
    }

    fn hash(&self, finder: &Finder<'_>, definition: &Definition, bytes: &mut Bytes) {
        if matches!(definition.kind, Kind::Module | Kind::Package) {
            let mut body = self.body.clone();
            Outline { of: Level::Module }.visit_body(&mut body);
            return body.iter().for_each(|one| hash(one, bytes));
        }
        let start = TextSize::try_from(definition.range.start).unwrap_or_default();
        match finder.found.get(&start) {
            Some(Stmt::ClassDef(class)) => {
                let mut class = class.clone();
                Outline { of: Level::Class }.visit_body(&mut class.body);
                hash(&Stmt::ClassDef(class), bytes);
            }
            Some(stmt) => hash(stmt, bytes),
            None => {}
        }
    }

    /// The comments in the text of a definition, but for those in bodies that are no part of it.
    fn hash_comments(&self, module: &Module, index: usize, bytes: &mut Bytes) {
        let Some(definition) = module.definitions.get(index) else {
            return;
        };
        let hidden = hidden_bodies(module, index);
        let from = self
            .comments
            .partition_point(|(start, _)| *start < definition.range.start);
        let own = self.comments.iter().skip(from);
        let own = own.take_while(|(start, _)| *start < definition.range.end);
        for (start, words) in own {
            if !hidden.iter().any(|range| range.contains(start)) {
                words.hash(bytes);
            }
        }
    }
}

/// A header such as `def f(a=1)` or `class A(B)`, as bytes without its layout; its text where it cannot
/// be read. The same holds for the thread as for [`CanonicalCode::read`].
#[must_use]
pub fn canonical_header(header: &str) -> Vec<u8> {
    let mut bytes = Bytes(Vec::new());
    match parse(&format!("{header}: ...\n")) {
        Ok(tree) => {
            let body = &tree.parsed.syntax().body;
            body.iter().for_each(|stmt| hash(stmt, &mut bytes));
        }
        Err(_) => header.split_whitespace().for_each(|word| {
            word.hash(&mut bytes);
        }),
    }
    bytes.0
}

fn hash(stmt: &Stmt, bytes: &mut Bytes) {
    ComparableStmt::from(stmt).hash(bytes);
}

/// What is left out of a class or module: the bodies of what it defines, those of a class's own classes
/// apart.
fn hidden_bodies(module: &Module, index: usize) -> Vec<ByteRange> {
    let Some(definition) = module.definitions.get(index) else {
        return Vec::new();
    };
    if definition.is_function() {
        return Vec::new();
    }
    let is_module = matches!(definition.kind, Kind::Module | Kind::Package);
    let inside = module.definitions.iter().enumerate();
    let inside = inside.filter(|(at, one)| {
        *at != index
            && definition.range.start <= one.range.start
            && one.range.end <= definition.range.end
            && (is_module || one.is_function())
    });
    inside
        .map(|(_, one)| {
            let header_end = match &one.placement {
                Placement::Lines { at, .. } => *at,
                Placement::OpenSuite { gap, .. } => gap.start,
            };
            header_end..one.range.end
        })
        .collect()
}

/// The words of a comment; `None` of one that has none, or that speaks to a tool.
fn comment_words(comment: &str) -> Option<String> {
    const TO_TOOLS: [&str; 10] = [
        "noqa", "type:", "pragma:", "fmt:", "pylint:", "ruff:", "isort:", "mypy:", "docgen:",
        "pyright:",
    ];
    let words = comment.trim_start_matches(['#', '!', ':']).trim_start();
    let lower = words.to_ascii_lowercase();
    if words.is_empty() || TO_TOOLS.iter().any(|tool| lower.starts_with(tool)) {
        return None;
    }
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Takes back what formatters change in the tree.
struct Formatting;

impl Transformer for Formatting {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        // `del (a, b)` becomes `del a, b`.
        if let Stmt::Delete(delete) = stmt
            && let [Expr::Tuple(tuple)] = &mut delete.targets[..]
            && !tuple.elts.is_empty()
        {
            delete.targets = std::mem::take(&mut tuple.elts);
        }
        transformer::walk_stmt(self, stmt);
    }
}

/// Takes out the bodies of what a class or module defines.
struct Outline {
    of: Level,
}

enum Level {
    Class,
    Module,
}

impl Transformer for Outline {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        match (stmt, &self.of) {
            (Stmt::FunctionDef(function), _) => function.body.clear(),
            (Stmt::ClassDef(class), Level::Module) => class.body.clear(),
            (stmt, _) => transformer::walk_stmt(self, stmt),
        }
    }
}

/// Finds classes and functions by where they begin.
struct Finder<'a> {
    found: HashMap<TextSize, &'a Stmt>,
}

impl<'a> Visitor<'a> for Finder<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            self.found.insert(stmt.start(), stmt);
        }
        visitor::walk_stmt(self, stmt);
    }

    // Expressions hold no definitions.
    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// Collects what is hashed, numbers as little-endian and the machine's words as 64 bits.
struct Bytes(Vec<u8>);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn write_u16(&mut self, number: u16) {
        self.write(&number.to_le_bytes());
    }

    fn write_u32(&mut self, number: u32) {
        self.write(&number.to_le_bytes());
    }

    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }

    fn write_u128(&mut self, number: u128) {
        self.write(&number.to_le_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    /// The bytes are the result.
    fn finish(&self) -> u64 {
        0
    }
}
