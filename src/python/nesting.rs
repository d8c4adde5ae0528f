//! How deep a text nests, found before it is parsed: parsing, walking and dropping a tree take
//! stack for every level, and a file made for it nests a level with every byte.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// Brackets open at once beyond which a file is refused; `CPython` itself stops at 200.
const MAX_BRACKETS: usize = 1_000;

/// Operators that hang on each other beyond which a file is refused, as in `1 + 1 + …`, `a.b.c…`,
/// `not not …`; `CPython` 3.13 stops at 9,962 at the latest.
const MAX_OPERATORS: usize = 20_000;

/// Blocks inside each other beyond which a file is refused; `CPython`'s own limit.
const MAX_BLOCKS: usize = 99;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TooDeep {
    #[error("more than {MAX_BRACKETS} brackets are open at once")]
    Brackets,
    #[error("more than {MAX_OPERATORS} operators hang on each other")]
    Operators,
    #[error("more than {MAX_BLOCKS} blocks are inside each other")]
    Blocks,
}

/// Where and why `text` nests deeper than docgen follows.
pub(super) fn too_deep(text: &str) -> Option<(usize, TooDeep)> {
    if !may_be_too_deep(text) {
        return None;
    }
    let fault = lexed(text)?;
    Some((offset_of_fault(text), fault))
}

/// What a byte can mean for the depth of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    Other,
    Open,
    Close,
    Operator,
    LineEnd,
}

/// Each byte's meaning: a look-up costs a third of a `match` on every byte of every file.
const MEANINGS: [Byte; 256] = {
    let mut meanings = [Byte::Other; 256];
    let mut at = 0;
    while at < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let byte = at as u8;
        meanings[at] = match byte {
            b'(' | b'[' | b'{' => Byte::Open,
            b')' | b']' | b'}' => Byte::Close,
            b'.' | b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'<'
            | b'>' => Byte::Operator,
            b'\n' | b'\r' => Byte::LineEnd,
            _ => Byte::Other,
        };
        at += 1;
    }
    meanings
};

/// A count over raw bytes, which takes those in strings and comments for code and all operators of
/// the file for one chain: whatever passes it needs no lexing, which is nearly every file.
fn may_be_too_deep(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut open, mut operators) = (0_usize, 0_usize);
    if is_far_in(bytes) {
        return true;
    }
    for (at, byte) in bytes.iter().enumerate() {
        match MEANINGS[usize::from(*byte)] {
            Byte::Other => {}
            Byte::Operator => operators += 1,
            Byte::Open => {
                open += 1;
                operators += 1;
                if open > MAX_BRACKETS {
                    return true;
                }
            }
            Byte::Close => open = open.saturating_sub(1),
            Byte::LineEnd => {
                if is_far_in(&bytes[at + 1..]) {
                    return true;
                }
            }
        }
    }
    // An operator that is a word takes four bytes with what parts it from the next.
    if operators + text.len() / 4 <= MAX_OPERATORS {
        return false;
    }
    let words: usize = ["not", "await", "lambda", "else"]
        .iter()
        .map(|word| memchr::memmem::find_iter(bytes, word).count())
        .sum();
    operators + words > MAX_OPERATORS
}

/// Whether the line begins with more blanks than there may be blocks.
fn is_far_in(line: &[u8]) -> bool {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\x0c');
    line.get(MAX_BLOCKS).is_some_and(is_blank) && line[..MAX_BLOCKS].iter().all(is_blank)
}

/// The offset at which [`lexed`] meets the fault. The lexer tells no offsets, so they are found
/// by lexing beginnings of the text; in a huge one only nearly.
fn offset_of_fault(text: &str) -> usize {
    let faulty = |end: usize| lexed(&text[..end]).is_some();
    let mut high = text.floor_char_boundary(4_096);
    while high < text.len() && !faulty(high) {
        high = text.floor_char_boundary(high * 2);
    }
    let mut low = 0;
    while high - low > 1 + high / 1_000_000 {
        let middle = text.floor_char_boundary(low.midpoint(high));
        if middle == low {
            break;
        }
        if faulty(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    low
}

/// How deep the tree of what stands inside one bracket is, or outside all of them. Never less than
/// it will be: every operator counts as around all that came before it, up to a comma.
#[derive(Default)]
struct Level {
    /// Operators of the operand at hand, each of which may be around the one before.
    operators: usize,
    /// Attributes, calls and subscripts that hang on the name at hand.
    trailers: usize,
    /// The deepest of the brackets and trailers that the operators are around.
    inside: usize,
    /// The deepest operand that a comma ended.
    ended: usize,
    /// `lambda`s whose parameters have not ended: a comma among them ends no operand.
    lambdas: usize,
}

impl Level {
    fn operand(&self) -> usize {
        self.operators + self.trailers + self.inside
    }

    fn operator(&mut self) {
        self.inside = self.inside.max(self.trailers);
        self.trailers = 0;
        self.operators += 1;
    }

    fn comma(&mut self) {
        if self.lambdas == 0 {
            self.ended = self.ended.max(self.operand());
            (self.operators, self.trailers, self.inside) = (0, 0, 0);
        }
    }

    /// A bracket in it was closed.
    fn closed(&mut self, bracket: &Self) {
        self.inside = self.inside.max(bracket.ended.max(bracket.operand()));
        self.trailers += 1;
    }
}

/// The first fault that the text's tokens show.
fn lexed(text: &str) -> Option<TooDeep> {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut around: Vec<Level> = Vec::new();
    let mut here = Level::default();
    // The operators of all that is around.
    let mut outer = 0_usize;
    let mut blocks = 0_usize;
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return None,
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                outer += here.operators;
                around.push(std::mem::take(&mut here));
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                let mut level = around.pop().unwrap_or_default();
                outer -= level.operators;
                level.closed(&here);
                here = level;
            }
            TokenKind::Newline | TokenKind::Semi => {
                around.clear();
                (here, outer) = (Level::default(), 0);
            }
            TokenKind::Comma => here.comma(),
            TokenKind::Colon => here.lambdas = here.lambdas.saturating_sub(1),
            TokenKind::Dot => here.trailers += 1,
            kind if hangs(kind) => {
                here.lambdas += usize::from(kind == TokenKind::Lambda);
                here.operator();
            }
            _ => {}
        }
        if around.len() > MAX_BRACKETS {
            return Some(TooDeep::Brackets);
        }
        if outer + here.operand().max(here.ended) > MAX_OPERATORS {
            return Some(TooDeep::Operators);
        }
        if blocks > MAX_BLOCKS {
            return Some(TooDeep::Blocks);
        }
    }
}

/// Whether a chain of such operators makes a tree as deep as the chain is long. One of `and`, `or`
/// or comparisons is flat.
fn hangs(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Star
            | TokenKind::DoubleStar
            | TokenKind::Slash
            | TokenKind::DoubleSlash
            | TokenKind::Percent
            | TokenKind::At
            | TokenKind::Amper
            | TokenKind::Vbar
            | TokenKind::CircumFlex
            | TokenKind::Tilde
            | TokenKind::LeftShift
            | TokenKind::RightShift
            | TokenKind::Not
            | TokenKind::Await
            | TokenKind::Lambda
            | TokenKind::Else
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_and_comments_are_not_nesting() {
        let many = "(".repeat(1_500);
        assert_eq!(too_deep(&format!("x = '{many}'  # {many}\n")), None);
        let deep = format!("x = {many}1{}\n", ")".repeat(1_500));
        assert_eq!(too_deep(&deep), Some((1_004, TooDeep::Brackets)));
    }

    #[test]
    fn operators_count_until_a_comma_or_a_line_ends_them() {
        assert_eq!(too_deep(&"x = [-1, +a.b, not c]\n".repeat(9_000)), None);
        assert_eq!(
            too_deep(&format!("x = [{}]\n", "-1, ".repeat(30_000))),
            None
        );
        assert_eq!(too_deep(&format!("x = {}1\n", "1 + ".repeat(19_000))), None);
        let deep = format!("x = {}1\n", "1 + ".repeat(30_000));
        assert_eq!(too_deep(&deep), Some((80_006, TooDeep::Operators)));
        for link in ["-", "not ", "lambda a, b: ", "a if b else ", "a ** "] {
            let deep = format!("x = ({}c)\n", link.repeat(21_000));
            assert_eq!(lexed(&deep), Some(TooDeep::Operators), "{link}");
        }
        // Each operand has its own trailers; only one can be the deepest.
        let calls = format!("x = {}1\n", "a.b(1)[2] + ".repeat(9_000));
        assert_eq!(too_deep(&calls), None);
        // What a bracket holds is below all that comes after it.
        let half = "1 + ".repeat(11_000);
        let twice = format!("x = ({half}1) + {half}1\n");
        assert_eq!(lexed(&twice), Some(TooDeep::Operators));
        let twice = format!("x = [{half}1, 2] + {half}1\n");
        assert_eq!(lexed(&twice), Some(TooDeep::Operators));
        for link in [".b", "()", "[0]", "(1, 2)"] {
            let deep = format!("x = a{}\n", link.repeat(21_000));
            assert_eq!(lexed(&deep), Some(TooDeep::Operators), "{link}");
        }
    }

    #[test]
    fn blocks_are_counted_as_cpython_counts_them() {
        let nested = |depth: usize| {
            let headers = (0..depth).map(|level| format!("{}if a:\n", " ".repeat(level)));
            format!("{}{}pass\n", headers.collect::<String>(), " ".repeat(depth))
        };
        assert_eq!(too_deep(&nested(99)), None);
        assert_eq!(too_deep(&nested(100)).unwrap().1, TooDeep::Blocks);
        // Arguments far to the right are no blocks.
        let right = format!("f(a,\n{}b)\n", " ".repeat(150));
        assert_eq!(too_deep(&right), None);
    }
}
