//! A function's signature, each annotation and default as it is written.

use ruff_python_ast::{self as ast, AnyParameterRef, Expr};
use ruff_text_size::Ranged;

use super::byte_range;
use super::definition::{Parameter, ParameterKind, Signature};

/// Reads the signature of `function` out of `text`.
pub(super) fn read(function: &ast::StmtFunctionDef, text: &str) -> Signature {
    let parameters = &function.parameters;
    let positional_only = parameters.posonlyargs.len();
    let positional = positional_only + parameters.args.len();
    let mut plain = 0;
    let read_one = |parameter: AnyParameterRef<'_>| {
        let kind = match parameter {
            AnyParameterRef::Variadic(variadic) => {
                let is_args = parameters
                    .vararg
                    .as_deref()
                    .is_some_and(|args| args.range == variadic.range);
                if is_args {
                    ParameterKind::VarPositional
                } else {
                    ParameterKind::VarKeyword
                }
            }
            AnyParameterRef::NonVariadic(_) => {
                plain += 1;
                match plain {
                    index if index <= positional_only => ParameterKind::PositionalOnly,
                    index if index <= positional => ParameterKind::PositionalOrKeyword,
                    _ => ParameterKind::KeywordOnly,
                }
            }
        };
        Parameter {
            name: parameter.name().to_string(),
            kind,
            annotation: parameter
                .annotation()
                .map(|annotation| written(annotation, text)),
            default: parameter.default().map(|default| written(default, text)),
        }
    };
    Signature {
        parameters: parameters.iter().map(read_one).collect(),
        returns: function
            .returns
            .as_deref()
            .map(|returns| written(returns, text)),
    }
}

/// An expression's own text, on one line.
pub(super) fn written(expression: &Expr, text: &str) -> String {
    text.get(byte_range(expression.range()))
        .unwrap_or_default()
        .to_owned()
}
