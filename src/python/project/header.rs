//! A definition's header on one line.

use crate::python::definition::{Definition, Kind, Parameter, ParameterKind, Signature};

/// `async def f(a, *, b: int = 1) -> str`, `class A(Base)`; empty for a module.
pub(super) fn header(definition: &Definition) -> String {
    let name = &definition.name;
    match (&definition.signature, definition.kind) {
        (Some(signature), _) => {
            let asynchronous = if definition.is_async { "async " } else { "" };
            format!("{asynchronous}def {name}{}", written(signature))
        }
        (None, Kind::Class | Kind::NestedClass) if definition.bases.is_empty() => {
            format!("class {name}")
        }
        (None, Kind::Class | Kind::NestedClass) => {
            let bases: Vec<String> = definition.bases.iter().map(|base| one_line(base)).collect();
            format!("class {name}({})", bases.join(", "))
        }
        (None, _) => String::new(),
    }
}

fn written(signature: &Signature) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut before = None;
    let mut is_keyword_only = false;
    for parameter in &signature.parameters {
        let kind = parameter.kind;
        if before == Some(ParameterKind::PositionalOnly) && kind != ParameterKind::PositionalOnly {
            parts.push("/".to_owned());
        }
        if kind == ParameterKind::KeywordOnly && !is_keyword_only {
            parts.push("*".to_owned());
        }
        is_keyword_only |= matches!(
            kind,
            ParameterKind::KeywordOnly | ParameterKind::VarPositional
        );
        parts.push(one(parameter));
        before = Some(kind);
    }
    if before == Some(ParameterKind::PositionalOnly) {
        parts.push("/".to_owned());
    }
    let returns = signature.returns.as_deref().map(one_line);
    let returns = returns.map_or_else(String::new, |returns| format!(" -> {returns}"));
    format!("({}){returns}", parts.join(", "))
}

fn one(parameter: &Parameter) -> String {
    let name = parameter.starred_name();
    let annotation = parameter.annotation.as_deref().map(one_line);
    let default = parameter.default.as_deref().map(one_line);
    match (annotation, default) {
        (Some(annotation), Some(default)) => format!("{name}: {annotation} = {default}"),
        (Some(annotation), None) => format!("{name}: {annotation}"),
        (None, Some(default)) => format!("{name}={default}"),
        (None, None) => name,
    }
}

/// An expression over several lines on one; comments in it are dropped.
fn one_line(expression: &str) -> String {
    if !expression.contains('\n') {
        return expression.to_owned();
    }
    let lines = expression.lines().map(|line| {
        let code = line.split(" #").next().unwrap_or(line);
        code.trim()
    });
    lines.collect::<Vec<_>>().join(" ")
}
