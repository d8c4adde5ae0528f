//! An expression as plain data, as deep as prose can make use of it.

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, Number, UnaryOp};
use ruff_text_size::Ranged as _;

use super::byte_range;

/// Deeper parts of an expression are kept as text only: nobody puts them in words.
const MAX_DEPTH: usize = 8;

/// A longer text of an expression is not kept.
const MAX_TEXT_BYTES: usize = 240;

/// An expression: what it is, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// On one line; empty for one that is too long to be quoted or holds a comment.
    pub text: String,
    /// What it is.
    pub form: Form,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// `None`
    None,
    /// `True` or `False`
    Truth(bool),
    /// A number, with its sign.
    Number,
    /// A string without holes in it.
    Text(String),
    /// A string with holes in it.
    Template,
    /// A name.
    Name(String),
    /// `value.name`
    Attribute(Box<Term>, String),
    /// `value[key]`
    Item(Box<Term>, Box<Term>),
    /// A call.
    Call(Box<Term>, Vec<Argument>),
    /// `await value`
    Await(Box<Term>),
    /// `not value`
    Not(Box<Term>),
    /// `a and b`
    All(Vec<Term>),
    /// `a or b`
    Any(Vec<Term>),
    /// `a < b <= c`: the first operand, and each operator with the operand after it.
    Comparison(Box<Term>, Vec<(Relation, Term)>),
    /// `then if test else otherwise`
    Choice {
        /// The condition.
        test: Box<Term>,
        /// The value if it holds.
        then: Box<Term>,
        /// The value if not.
        otherwise: Box<Term>,
    },
    /// A tuple, list or set.
    Series(Container, Vec<Term>),
    /// A comprehension with one `for`.
    Comprehension {
        /// What it makes.
        container: Container,
        /// What goes into it; the value, for a dictionary.
        element: Box<Term>,
        /// A dictionary's key.
        key: Option<Box<Term>>,
        /// What each turn binds.
        target: Box<Term>,
        /// What is gone through.
        over: Box<Term>,
        /// How many `if`s it has.
        conditions: usize,
    },
    /// Anything else.
    Other,
}

/// What a display or comprehension makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// `(a, b)`
    Tuple,
    /// `[a, b]`
    List,
    /// `{a, b}`
    Set,
    /// `{a: b}`
    Dictionary,
    /// `(a for a in b)`
    Generator,
}

/// An operator of comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `==`
    Equal,
    /// `!=`
    Different,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `is`
    Same,
    /// `is not`
    NotSame,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// `name=`
    pub name: Option<String>,
    /// `*` or `**` before it.
    pub is_unpacked: bool,
    /// The value.
    pub value: Term,
}

impl Term {
    /// The name, if it is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.form {
            Form::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The name after `self.`.
    #[must_use]
    pub fn of_self(&self) -> Option<&str> {
        match &self.form {
            Form::Attribute(value, name) if value.name() == Some("self") => Some(name),
            _ => None,
        }
    }

    /// The dotted path of a name or of attributes of one.
    #[must_use]
    pub fn dotted(&self) -> Option<String> {
        match &self.form {
            Form::Name(name) => Some(name.clone()),
            Form::Attribute(value, name) => Some(format!("{}.{name}", value.dotted()?)),
            _ => None,
        }
    }

    /// What is called, and with what; `await` before it does not matter.
    #[must_use]
    pub fn call(&self) -> Option<(&Term, &[Argument])> {
        match &self.form {
            Form::Call(callee, arguments) => Some((callee, arguments)),
            Form::Await(value) => value.call(),
            _ => None,
        }
    }

    /// Whether it is the constant `None`.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.form == Form::None
    }
}

/// Reads an expression of `text`.
pub(super) fn read(expression: &Expr, text: &str) -> Term {
    at_depth(expression, text, 0)
}

fn at_depth(expression: &Expr, text: &str, depth: usize) -> Term {
    let form = if depth < MAX_DEPTH {
        form_of(expression, text, depth + 1)
    } else {
        Form::Other
    };
    Term {
        text: on_one_line(text.get(byte_range(expression.range())).unwrap_or_default()),
        form,
    }
}

fn form_of(expression: &Expr, text: &str, depth: usize) -> Form {
    let part = |expression: &Expr| at_depth(expression, text, depth);
    let boxed = |expression: &Expr| Box::new(part(expression));
    let all = |expressions: &[Expr]| expressions.iter().map(part).collect::<Vec<_>>();
    let made = |container, element: &Expr, key: Option<&Expr>, turns: &[ast::Comprehension]| {
        let [turn] = turns else { return Form::Other };
        Form::Comprehension {
            container,
            element: boxed(element),
            key: key.map(boxed),
            target: boxed(&turn.target),
            over: boxed(&turn.iter),
            conditions: turn.ifs.len(),
        }
    };
    match expression {
        Expr::NoneLiteral(_) => Form::None,
        Expr::BooleanLiteral(literal) => Form::Truth(literal.value),
        Expr::NumberLiteral(literal) if !matches!(literal.value, Number::Complex { .. }) => {
            Form::Number
        }
        Expr::UnaryOp(sign)
            if sign.op == UnaryOp::USub && sign.operand.is_number_literal_expr() =>
        {
            Form::Number
        }
        Expr::UnaryOp(operation) if operation.op == UnaryOp::Not => {
            Form::Not(boxed(&operation.operand))
        }
        Expr::StringLiteral(literal) => Form::Text(literal.value.to_str().to_owned()),
        Expr::FString(_) => Form::Template,
        Expr::Name(name) => Form::Name(name.id.to_string()),
        Expr::Attribute(attribute) => {
            Form::Attribute(boxed(&attribute.value), attribute.attr.to_string())
        }
        Expr::Subscript(item) => Form::Item(boxed(&item.value), boxed(&item.slice)),
        Expr::Call(call) => Form::Call(boxed(&call.func), arguments(&call.arguments, &part)),
        Expr::Await(value) => Form::Await(boxed(&value.value)),
        Expr::BoolOp(operation) => match operation.op {
            BoolOp::And => Form::All(all(&operation.values)),
            BoolOp::Or => Form::Any(all(&operation.values)),
        },
        Expr::Compare(comparison) => {
            let rest = comparison.ops.iter().zip(&comparison.comparators);
            Form::Comparison(
                boxed(&comparison.left),
                rest.map(|(op, right)| (relation(*op), part(right)))
                    .collect(),
            )
        }
        Expr::If(choice) => Form::Choice {
            test: boxed(&choice.test),
            then: boxed(&choice.body),
            otherwise: boxed(&choice.orelse),
        },
        Expr::Tuple(series) => Form::Series(Container::Tuple, all(&series.elts)),
        Expr::List(series) => Form::Series(Container::List, all(&series.elts)),
        Expr::Set(series) => Form::Series(Container::Set, all(&series.elts)),
        Expr::ListComp(one) => made(Container::List, &one.elt, None, &one.generators),
        Expr::SetComp(one) => made(Container::Set, &one.elt, None, &one.generators),
        Expr::Generator(one) => made(Container::Generator, &one.elt, None, &one.generators),
        Expr::DictComp(one) => one.key.as_deref().map_or(Form::Other, |key| {
            made(
                Container::Dictionary,
                &one.value,
                Some(key),
                &one.generators,
            )
        }),
        Expr::Named(named) => form_of(&named.value, text, depth),
        _ => Form::Other,
    }
}

fn arguments(arguments: &ast::Arguments, part: &impl Fn(&Expr) -> Term) -> Vec<Argument> {
    let plain = arguments.args.iter().map(|one| match one {
        Expr::Starred(starred) => Argument {
            name: None,
            is_unpacked: true,
            value: part(&starred.value),
        },
        one => Argument {
            name: None,
            is_unpacked: false,
            value: part(one),
        },
    });
    let named = arguments.keywords.iter().map(|one| Argument {
        name: one.arg.as_ref().map(ToString::to_string),
        is_unpacked: one.arg.is_none(),
        value: part(&one.value),
    });
    plain.chain(named).collect()
}

fn relation(operator: CmpOp) -> Relation {
    match operator {
        CmpOp::Eq => Relation::Equal,
        CmpOp::NotEq => Relation::Different,
        CmpOp::Lt => Relation::Less,
        CmpOp::LtE => Relation::AtMost,
        CmpOp::Gt => Relation::More,
        CmpOp::GtE => Relation::AtLeast,
        CmpOp::Is => Relation::Same,
        CmpOp::IsNot => Relation::NotSame,
        CmpOp::In => Relation::In,
        CmpOp::NotIn => Relation::NotIn,
    }
}

/// An expression that was broken over lines as it would stand on one; empty where that could
/// change it.
fn on_one_line(text: &str) -> String {
    if text.len() > MAX_TEXT_BYTES {
        return String::new();
    }
    if !text.contains(['\n', '\r', '\t', '\u{c}']) {
        return text.to_owned();
    }
    if text.contains(['#', '\\', '"', '\'']) {
        return String::new();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    ["(", "[", "{"]
        .iter()
        .fold(line, |line, open| line.replace(&format!("{open} "), open))
        .replace(" )", ")")
        .replace(" ]", "]")
        .replace(" }", "}")
        .replace(",)", ")")
        .replace(",]", "]")
        .replace(" .", ".")
}
