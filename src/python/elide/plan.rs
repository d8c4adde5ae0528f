//! What of a body is shown: its statements ranked, and chosen up to a budget.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{ExceptHandler, Expr, Stmt};
use ruff_text_size::Ranged as _;

use crate::python::ByteRange;

/// What stands in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// A body that runs.
    Code,
    /// A body of which the definitions in it are shown by their headers alone.
    Outline,
    /// The body of a function inside of another one: what it returns is not the outer one's.
    Inner,
}

/// What counts first when there is not room for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It leaves the function, or gives something out of it.
    Leaves,
    /// It leads somewhere, or waits.
    Leads,
    /// Anything else.
    Plain,
    /// It is shown in no case.
    Never,
}

/// A statement, or the headers of a compound one.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) cost: usize,
    pub(super) parent: Option<usize>,
    pub(super) rank: Rank,
    pub(super) is_shown: bool,
    /// In place of all its lines: the source of its beginning, and what stands for the rest.
    pub(super) short: Option<(ByteRange, &'static str)>,
}

/// The lines of a block's statement. Comments before it belong to it.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) unit: usize,
    pub(super) lines: ByteRange,
    /// Empty for a statement that is none of the compound ones.
    pub(super) clauses: Vec<(ByteRange, Vec<Node>)>,
}

/// Bytes that a note in place of source takes, roughly.
pub(super) const NOTE: usize = 32;
/// Bytes from which a `return` or `raise` is cut short.
const LONG: usize = 600;

pub(super) struct Plan<'t> {
    pub(super) text: &'t str,
    /// Where each line starts; the text's end is the last.
    pub(super) starts: Vec<usize>,
    pub(super) units: Vec<Unit>,
}

impl<'t> Plan<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let mut starts: Vec<usize> = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        if starts.last() != Some(&text.len()) {
            starts.push(text.len());
        }
        Self {
            text,
            starts,
            units: Vec::new(),
        }
    }

    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1)
    }

    pub(super) fn start(&self, line: usize) -> usize {
        let end = self.text.len();
        self.starts.get(line).copied().unwrap_or(end)
    }

    pub(super) fn bytes(&self, lines: &ByteRange) -> ByteRange {
        self.start(lines.start)..self.start(lines.end)
    }

    pub(super) fn line(&self, line: usize) -> &'t str {
        let range = self.bytes(&(line..line + 1));
        self.text.get(range).unwrap_or_default()
    }

    /// The line after a header that begins on `first`; `None` where the body stands on its last line.
    pub(super) fn header_end(&self, first: usize, body: &[Stmt]) -> Option<usize> {
        let start = body.first()?.start().to_usize();
        let mut line = self.line_of(start);
        let before = self.text.get(self.start(line)..start)?;
        if !before.trim().is_empty() {
            return None;
        }
        while line > first + 1 && !self.is_code(line - 1) {
            line -= 1;
        }
        Some(line)
    }

    /// Whether something other than a comment stands on a line.
    pub(super) fn is_code(&self, line: usize) -> bool {
        let text = self.line(line).trim();
        !text.is_empty() && !text.starts_with('#')
    }

    fn unit(&mut self, lines: &ByteRange, parent: Option<usize>, rank: Rank) -> usize {
        self.units.push(Unit {
            cost: self.bytes(lines).len() + NOTE / 2,
            parent,
            rank,
            is_shown: false,
            short: None,
        });
        self.units.len() - 1
    }

    /// The statements of a block whose first line is `next`.
    pub(super) fn block(
        &mut self,
        body: &[Stmt],
        mut next: usize,
        parent: Option<usize>,
        scope: Scope,
    ) -> Vec<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        for stmt in body {
            let end = self.line_of(stmt.end().to_usize()) + 1;
            if let (true, Some(before)) = (end <= next, nodes.last()) {
                // It shares its line with the statement before it.
                let unit = &mut self.units[before.unit];
                unit.rank = unit.rank.min(rank(stmt, scope));
                continue;
            }
            let lines = next..end;
            let unit = self.unit(&lines, parent, Rank::Leads);
            let clauses = self.clauses(stmt, &lines, unit, scope);
            if clauses.is_empty() {
                self.units.truncate(unit + 1);
                self.units[unit].rank = rank(stmt, scope);
                self.cut_short(unit, stmt, &lines);
            } else {
                let headers = clauses.iter().map(|(header, _)| self.bytes(header).len());
                self.units[unit].cost = headers.sum::<usize>() + NOTE * clauses.len();
            }
            nodes.push(Node {
                unit,
                lines,
                clauses,
            });
            next = end;
        }
        nodes
    }

    /// The headers of a compound statement, each with what it holds. Empty where one of them has its
    /// body on its own line: such a statement is short.
    fn clauses(
        &mut self,
        stmt: &Stmt,
        lines: &ByteRange,
        unit: usize,
        scope: Scope,
    ) -> Vec<(ByteRange, Vec<Node>)> {
        let is_definition = matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        let inside = match scope {
            Scope::Outline if !is_definition => Scope::Outline,
            _ if is_definition => Scope::Inner,
            scope => scope,
        };
        let mut clauses = Vec::new();
        let mut next = lines.start;
        if let Stmt::Match(one) = stmt {
            let line = one
                .cases
                .first()
                .map(|case| self.line_of(case.start().to_usize()));
            let line = line.unwrap_or(lines.end);
            clauses.push((next..line, Vec::new()));
            next = line;
        }
        for body in blocks(stmt) {
            let Some(end) = self.header_end(next, body) else {
                return Vec::new();
            };
            let nodes = if is_definition && scope == Scope::Outline {
                self.hidden(body, end, unit)
            } else {
                self.block(body, end, Some(unit), inside)
            };
            let last = nodes.last().map_or(end, |node| node.lines.end);
            clauses.push((next..end, nodes));
            next = last;
        }
        clauses
    }

    /// The body of a definition of which only the header and the docstring are shown.
    fn hidden(&mut self, body: &[Stmt], start: usize, parent: usize) -> Vec<Node> {
        let Some(last) = body.last() else {
            return Vec::new();
        };
        let end = self.line_of(last.end().to_usize()) + 1;
        let docstring = body.first().filter(|stmt| is_docstring(stmt));
        let middle = docstring.map_or(start, |stmt| self.line_of(stmt.end().to_usize()) + 1);
        let parts = [(start..middle, Rank::Plain), (middle..end, Rank::Never)];
        let parts = parts.into_iter().filter(|(lines, _)| !lines.is_empty());
        parts
            .map(|(lines, rank)| Node {
                unit: self.unit(&lines, Some(parent), rank),
                lines,
                clauses: Vec::new(),
            })
            .collect()
    }

    /// A `return` or `raise` of many lines is worth its first words.
    fn cut_short(&mut self, unit: usize, stmt: &Stmt, lines: &ByteRange) {
        if lines.len() < 4 || self.bytes(lines).len() < LONG {
            return;
        }
        let start = stmt.start().to_usize();
        let short = match stmt {
            Stmt::Return(_) => Some((start + "return".len(), " ...")),
            Stmt::Raise(raise) => match raise.exc.as_deref() {
                Some(Expr::Call(call)) => Some((call.func.end().to_usize(), "(...)")),
                _ => None,
            },
            _ => None,
        };
        if let Some((end, rest)) = short {
            let start = self.start(self.line_of(start));
            self.units[unit].short = Some((start..end, rest));
            self.units[unit].cost = end - start + NOTE;
        }
    }

    /// Decides what is shown, the most telling first.
    pub(super) fn choose(&mut self, budget: usize) {
        let mut left = budget;
        for rank in [Rank::Leaves, Rank::Leads, Rank::Plain] {
            let of_rank = |(_, unit): &(usize, &Unit)| unit.rank == rank;
            let units = self.units.iter().enumerate().filter(of_rank);
            let units: Vec<usize> = units.map(|(index, _)| index).collect();
            // What else fits is shown without holes: up to the first that does not fit.
            let stops = rank == Rank::Plain;
            let (mut from_start, mut from_end) = (units.iter(), units.iter().rev());
            let (mut start_is_open, mut end_is_open) = (true, true);
            for _ in 0..units.len().div_ceil(2) {
                for (side, is_open) in [
                    (from_start.next(), &mut start_is_open),
                    (from_end.next(), &mut end_is_open),
                ] {
                    if let (Some(unit), true) = (side, *is_open) {
                        *is_open = self.show(*unit, &mut left) || !stops;
                    }
                }
            }
        }
    }

    /// Shows a unit and what it stands in, if there is room.
    fn show(&mut self, unit: usize, left: &mut usize) -> bool {
        let mut chain = Vec::new();
        let mut next = Some(unit);
        while let Some(index) = next.filter(|index| !self.units[*index].is_shown) {
            chain.push(index);
            next = self.units[index].parent;
        }
        let cost: usize = chain.iter().map(|index| self.units[*index].cost).sum();
        if cost > *left {
            return false;
        }
        *left -= cost;
        for index in chain {
            self.units[index].is_shown = true;
        }
        true
    }
}

pub(super) fn is_docstring(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Expr(one) if one.value.is_string_literal_expr())
}

/// The rank of a statement that is shown whole or not at all.
fn rank(stmt: &Stmt, scope: Scope) -> Rank {
    let mut gives = Gives::default();
    gives.visit_stmt(stmt);
    match gives {
        Gives { leaves: true, .. } if scope == Scope::Code => Rank::Leaves,
        Gives { awaits: true, .. } => Rank::Leads,
        _ => Rank::Plain,
    }
}

/// What a statement does besides computing.
#[derive(Debug, Default)]
struct Gives {
    leaves: bool,
    awaits: bool,
}

impl<'a> Visitor<'a> for Gives {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.leaves |= matches!(stmt, Stmt::Return(_) | Stmt::Raise(_));
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            visitor::walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.leaves |= matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_));
        self.awaits |= matches!(expr, Expr::Await(_));
        if !matches!(expr, Expr::Lambda(_)) {
            visitor::walk_expr(self, expr);
        }
    }
}

/// The blocks of a compound statement, in the order of the text.
pub(super) fn blocks(stmt: &Stmt) -> Vec<&[Stmt]> {
    let mut blocks: Vec<&[Stmt]> = Vec::new();
    match stmt {
        Stmt::FunctionDef(one) => blocks.push(&one.body),
        Stmt::ClassDef(one) => blocks.push(&one.body),
        Stmt::With(one) => blocks.push(&one.body),
        Stmt::For(one) => blocks.extend([&one.body[..], &one.orelse]),
        Stmt::While(one) => blocks.extend([&one.body[..], &one.orelse]),
        Stmt::If(one) => {
            blocks.push(&one.body);
            blocks.extend(one.elif_else_clauses.iter().map(|clause| &clause.body[..]));
        }
        Stmt::Match(one) => blocks.extend(one.cases.iter().map(|case| &case.body[..])),
        Stmt::Try(one) => {
            blocks.push(&one.body);
            blocks.extend(one.handlers.iter().map(|handler| match handler {
                ExceptHandler::ExceptHandler(one) => &one.body[..],
            }));
            blocks.extend([&one.orelse[..], &one.finalbody]);
        }
        _ => {}
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}
