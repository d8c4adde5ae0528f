//! A definition too large to be shown whole: its middle is left out, what a docstring speaks of stays.
//!
//! Kept before all else are header, docstring, and each `return`, `raise` and `yield` with the lines of
//! control flow that lead to it; then the other headers and awaits; then what else fits, from the
//! start and from the end. What comes out is Python again: where statements are left out stands
//! `...` with a comment that says so.

mod plan;

use ruff_python_ast::Stmt;
use ruff_text_size::{Ranged as _, TextSize};

use super::{ByteRange, Definition, Kind, parse};
use plan::{NOTE, Node, Plan, Scope, blocks, is_docstring};

/// A piece of a definition that is shown in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Source as it stands.
    Source(ByteRange),
    /// What stands in place of source.
    LeftOut {
        /// It says how many lines are left out.
        note: String,
        /// That many.
        lines: usize,
    },
}

/// The pieces of a definition in about `budget` bytes. `None` if its text cannot be taken apart.
///
/// Run it on a thread with [`super::STACK_BYTES`] of stack.
#[must_use]
pub fn elide(text: &str, definition: &Definition, budget: usize) -> Option<Vec<Piece>> {
    let tree = parse(text).ok()?;
    let body = &tree.parsed.syntax().body;
    let start = TextSize::try_from(definition.range.start).ok()?;
    let (body, scope) = match definition.kind {
        Kind::Module | Kind::Package => (body, Scope::Outline),
        _ => match find(body, start)? {
            Stmt::FunctionDef(function) => (&function.body, Scope::Code),
            Stmt::ClassDef(class) => (&class.body, Scope::Outline),
            _ => return None,
        },
    };
    let mut plan = Plan::new(text);
    let first = plan.line_of(definition.range.start);
    let from = match definition.kind {
        Kind::Module | Kind::Package => first,
        _ => plan.header_end(first, body)?,
    };
    let docstring = body.first().filter(|stmt| is_docstring(stmt));
    let rest = body.get(usize::from(docstring.is_some())..)?;
    let docstring = docstring.map(|stmt| from..plan.line_of(stmt.end().to_usize()) + 1);
    let after = docstring.as_ref().map_or(from, |lines| lines.end);
    let nodes = plan.block(rest, after, None, scope);
    let mut pieces = Vec::new();
    if from > first {
        pieces.push(Piece::Source(definition.range.start..plan.start(from)));
    }
    if let Some(lines) = docstring {
        plan.push_docstring(lines, budget / 3, &mut pieces);
    }
    let used: usize = pieces.iter().map(Piece::len).sum();
    plan.choose(budget.saturating_sub(used));
    plan.emit(&nodes, &mut pieces);
    Some(pieces)
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Source(range) => range.len(),
            Self::LeftOut { note, .. } => note.len(),
        }
    }
}

/// The class or function that starts at an offset.
fn find(body: &[Stmt], start: TextSize) -> Option<&Stmt> {
    let around = body
        .iter()
        .find(|stmt| stmt.start() <= start && start < stmt.end())?;
    let is_definition = matches!(around, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
    if is_definition && around.start() == start {
        return Some(around);
    }
    blocks(around)
        .into_iter()
        .find_map(|block| find(block, start))
}

impl Plan<'_> {
    fn emit(&self, nodes: &[Node], pieces: &mut Vec<Piece>) {
        let mut hidden = 0..0;
        for node in nodes {
            let unit = &self.units[node.unit];
            if !unit.is_shown {
                let start = if hidden.is_empty() {
                    node.lines.start
                } else {
                    hidden.start
                };
                hidden = start..node.lines.end;
                continue;
            }
            self.leave_out(&hidden, nodes, pieces);
            hidden = 0..0;
            if let Some((beginning, rest)) = &unit.short {
                pieces.push(Piece::Source(beginning.clone()));
                pieces.push(left_out(rest, node.lines.len()));
            } else if node.clauses.is_empty() {
                self.push_lines(&node.lines, pieces);
            }
            for (header, body) in &node.clauses {
                self.push_lines(header, pieces);
                self.emit(body, pieces);
            }
        }
        self.leave_out(&hidden, nodes, pieces);
    }

    fn leave_out(&self, hidden: &ByteRange, block: &[Node], pieces: &mut Vec<Piece>) {
        if hidden.is_empty() {
            return;
        }
        if self.bytes(hidden).len() < 2 * NOTE {
            // The note would be as long.
            return self.push_lines(hidden, pieces);
        }
        let mut lines = block.iter().flat_map(|node| node.lines.clone());
        let line = lines.find(|line| self.is_code(*line));
        let line = line.map_or("", |line| self.line(line));
        let code = line.trim_start_matches([' ', '\t', '\x0c']);
        let indent = line.get(..line.len() - code.len()).unwrap_or("");
        pieces.push(left_out(&format!("{indent}..."), hidden.len()));
    }

    fn push_lines(&self, lines: &ByteRange, pieces: &mut Vec<Piece>) {
        let range = self.bytes(lines);
        match pieces.last_mut() {
            Some(Piece::Source(before)) if before.end == range.start => before.end = range.end,
            _ => pieces.push(Piece::Source(range)),
        }
    }

    /// A docstring over many lines loses its middle.
    fn push_docstring(&self, lines: ByteRange, budget: usize, pieces: &mut Vec<Piece>) {
        let size = |lines: &ByteRange| self.bytes(lines).len();
        let mut from = lines.start + 1;
        while from < lines.end && size(&(lines.start..from + 1)) <= budget {
            from += 1;
        }
        let to = lines.end.saturating_sub(1);
        if size(&lines) <= budget || from + 2 > to {
            return self.push_lines(&lines, pieces);
        }
        self.push_lines(&(lines.start..from), pieces);
        let first = self.line(lines.start);
        let indent = first.len() - first.trim_start_matches([' ', '\t']).len();
        let note = format!("{:indent$}[... {}]\n", "", note(to - from));
        let lines_left_out = to - from;
        pieces.push(Piece::LeftOut {
            note,
            lines: lines_left_out,
        });
        self.push_lines(&(to..lines.end), pieces);
    }
}

/// What stands in place of lines of code.
fn left_out(code: &str, lines: usize) -> Piece {
    Piece::LeftOut {
        note: format!("{code}  # {}\n", note(lines)),
        lines,
    }
}

fn note(lines: usize) -> String {
    match lines {
        1 => "1 line left out".to_owned(),
        lines => format!("{lines} lines left out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::{FileRole, analyze};

    fn elided(text: &str, name: &str, budget: usize) -> String {
        let tree = parse(text).unwrap();
        let role = FileRole {
            name: "m".to_owned(),
            is_package: false,
            is_private: false,
        };
        let module = analyze(&tree, text, &role);
        let mut definitions = module.definitions.iter();
        let definition = definitions.find(|one| one.qualified_name == name).unwrap();
        let pieces = elide(text, definition, budget).unwrap();
        let shown = pieces.iter().map(|piece| match piece {
            Piece::Source(range) => &text[range.clone()],
            Piece::LeftOut { note, .. } => note,
        });
        shown.collect()
    }

    const LONG: &str = r#"@cache
def settle(order, *, rate: float = 0.19) -> int:
    """Settle."""
    # First things first.
    total = 0
    one = 1
    two = 2
    three = 3
    for line in order:
        net = line.net * (1 + rate) - line.discount
        weight = line.weight + line.packing.weight
        if net < 0:
            log(net)
            raise ValueError("negative")
        elif net == 0:
            skip(line)
        else:
            total += net
        if line.gross: return line.gross
    four = 4
    def helper(x):
        return x + 1
    try:
        five = 5
        charge(total, currency=order.currency)
        print('charged', total)
    except Declined as error:
        note(error)
        six = 6
        raise
    finally:
        close()
    seven = 7
    eight = 8
    return total
"#;

    #[test]
    fn what_a_docstring_speaks_of_stays() {
        insta::assert_snapshot!(elided(LONG, "settle", 650), @r#"
        @cache
        def settle(order, *, rate: float = 0.19) -> int:
            """Settle."""
            ...  # 5 lines left out
            for line in order:
                ...  # 2 lines left out
                if net < 0:
                    log(net)
                    raise ValueError("negative")
                elif net == 0:
                    skip(line)
                else:
                    total += net
                if line.gross: return line.gross
            four = 4
            def helper(x):
                return x + 1
            try:
                ...  # 3 lines left out
            except Declined as error:
                note(error)
                six = 6
                raise
            finally:
                close()
            seven = 7
            eight = 8
            return total
        "#);
    }

    #[test]
    fn a_tighter_budget_keeps_the_outer_ends() {
        let all = elided(LONG, "settle", 10_000);
        assert_eq!(all, LONG);
        let shown = elided(LONG, "settle", 120);
        assert!(
            shown.starts_with("@cache\ndef settle(") && shown.contains("left out"),
            "{shown}"
        );
        assert!(parse(&shown).is_ok(), "{shown}");
    }

    #[test]
    fn of_a_class_the_methods_stay_headers() {
        let fields = (0..40).map(|index| format!("    field_{index}: int = {index}\n"));
        let fields: String = fields.collect();
        let mut text = format!("class Big(Base):\n    \"\"\"Be big.\"\"\"\n{fields}");
        text.push_str("    def first(self):\n        \"\"\"Do it.\"\"\"\n        return 1\n");
        text.push_str("    def second(self): return 2\n");
        insta::assert_snapshot!(elided(&text, "Big", 420), @r#"
        class Big(Base):
            """Be big."""
            field_0: int = 0
            field_1: int = 1
            field_2: int = 2
            field_3: int = 3
            ...  # 34 lines left out
            field_38: int = 38
            field_39: int = 39
            def first(self):
                """Do it."""
                return 1
            def second(self): return 2
        "#);
    }

    #[test]
    fn long_values_are_cut_short() {
        let rows = "            'a long row of a long table',\n".repeat(40);
        let text = format!(
            "def f(x):\n    if x:\n        raise Error(\n{rows}        )\n    return {{\n{rows}    }}\n"
        );
        insta::assert_snapshot!(elided(&text, "f", 400), @r#"
        def f(x):
            if x:
                raise Error(...)  # 42 lines left out
            return ...  # 42 lines left out
        "#);
    }

    #[test]
    fn a_long_docstring_loses_its_middle() {
        let lines = "    More of it.\n".repeat(50);
        let text = format!("def f():\n    \"\"\"Do.\n\n{lines}    \"\"\"\n    return 1\n");
        insta::assert_snapshot!(elided(&text, "f", 200), @r#"
        def f():
            """Do.

            More of it.
            More of it.
            More of it.
            [... 47 lines left out]
            """
            return 1
        "#);
    }

    #[test]
    fn what_comes_out_is_python() {
        let cases = [
            "def f(x):\n    match x:\n        # why\n        case 1:\n            a = 1\n            return a\n        case _:\n            pass\n    b = 2\n",
            "async def f():\n    async with a as b, c:\n        await b\n        d = 1\n    e = 1; yield e; g = 2\n    while True: pass\n",
            "def f():\n\ttry:\n\t\ta()\n\texcept* (A, B):\n\t\tb()\n\telse:\n\t\tc()\n\tfinally:\n\t\td()\n\treturn 1\n",
            "def f():\r\n    a = 1\r\n    b = 2\r\n    return a\r\n",
            "def f():\r    a = 1\r    b = 2\r    return a\r",
            "def f(\n    a,  # first\n    b,\n):  # end\n    # before\n    if a: return 1\n    else: x = 2\n    # between\n    for b in c:\n        x()\n    else:\n        y()\n",
        ];
        for case in cases {
            for budget in 0..400 {
                let shown = elided(case, "f", budget);
                assert!(parse(&shown).is_ok(), "{budget}: {shown}");
            }
        }
    }
}
