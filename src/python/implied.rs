//! Exceptions that Python itself raises from operators, statements and built-in calls. A docstring
//! that names one of them says something true although no `raise` stands in the body.

use ruff_python_ast::{Expr, ExprCall, Operator};

use super::exceptions::derives_from;

/// A set of the exceptions that a body can raise without a `raise`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Implied(u16);

/// `assert`
pub(super) const ASSERTION: Implied = Implied(1);
/// `x[key]`, `items.pop()`
pub(super) const LOOKUP: Implied = Implied(1 << 1);
/// `/`, `//` and `%`
const DIVISION: Implied = Implied(1 << 2);
/// `int(text)`, `float(text)`, `items.index(item)`
const CONVERSION: Implied = Implied(1 << 3);
/// `open(path)`, `path.read_text()`
const FILE: Implied = Implied(1 << 4);
/// `next(iterator)`
const ITERATION: Implied = Implied(1 << 5);
/// `getattr(thing, name)`
const ATTRIBUTE: Implied = Implied(1 << 6);
/// `sys.exit()`
const EXIT: Implied = Implied(1 << 7);
/// `data.decode()`
const UNICODE: Implied = Implied(1 << 8);
/// `json.loads(text)`
const JSON: Implied = Implied(1 << 9);

/// What each bit stands for.
const MEMBERS: &[(Implied, &[&str])] = &[
    (ASSERTION, &["AssertionError"]),
    (LOOKUP, &["KeyError", "IndexError"]),
    (DIVISION, &["ZeroDivisionError"]),
    (CONVERSION, &["ValueError"]),
    (
        FILE,
        &[
            "FileNotFoundError",
            "PermissionError",
            "IsADirectoryError",
            "FileExistsError",
        ],
    ),
    (ITERATION, &["StopIteration"]),
    (ATTRIBUTE, &["AttributeError"]),
    (EXIT, &["SystemExit"]),
    (UNICODE, &["UnicodeDecodeError", "UnicodeEncodeError"]),
    (JSON, &["JSONDecodeError"]),
];

impl Implied {
    /// Whether the body can raise `exception`, or something that derives from it, unsaid.
    #[must_use]
    pub fn covers(self, exception: &str) -> bool {
        MEMBERS.iter().any(|(bit, names)| {
            self.0 & bit.0 != 0 && names.iter().any(|name| derives_from(name, exception))
        })
    }
}

impl std::ops::BitOrAssign for Implied {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

pub(super) fn of_operator(operator: Operator) -> Implied {
    match operator {
        Operator::Div | Operator::FloorDiv | Operator::Mod => DIVISION,
        _ => Implied::default(),
    }
}

pub(super) fn of_call(call: &ExprCall) -> Implied {
    match &*call.func {
        Expr::Name(name) => match name.id.as_str() {
            "int" | "float" => CONVERSION,
            "open" => FILE,
            "next" if call.arguments.len() == 1 => ITERATION,
            "getattr" if call.arguments.len() == 2 => ATTRIBUTE,
            "exit" | "quit" => EXIT,
            _ => Implied::default(),
        },
        Expr::Attribute(attribute) => match attribute.attr.as_str() {
            "exit" => EXIT,
            "read_text" | "read_bytes" | "write_text" | "write_bytes" | "open" | "unlink"
            | "mkdir" | "rmdir" | "iterdir" | "stat" => FILE,
            "pop" | "popitem" | "popleft" => LOOKUP,
            "index" | "remove" => CONVERSION,
            "decode" | "encode" => UNICODE,
            "loads" | "load" => JSON,
            _ => Implied::default(),
        },
        _ => Implied::default(),
    }
}
