//! What must hold for any text that is read as a docstring or becomes one: the property tests, the
//! regression tests and the fuzz target `docstring` check the same.

use std::ops::Range;

use docgen::config::{RuleSet, Style};
use docgen::docstring::{
    Claims, Docstring, Entry, Value, clean, cleandoc, holds_structure, misread_value, render,
    to_literal,
};
use docgen::python::{FileRole, analyze, parse};
use docgen::rules::drifts;
use rustpython_parser::ast;

/// Every reader takes the text, and what is written of it reads back.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let value = text.replace("\r\n", "\n").replace('\r', "\n");
    claims_are_in_the_text(&value)?;
    drift_is_told_in_lines(&value)?;
    clean_text_stays_clean(text)?;
    reads_back(text, "", "\n", true)?;
    reads_back(text, "    ", "\r\n", false)?;
    reads_back(text, "\t", "\r", true)?;
    reads_back(text, "\t  ", "\n", false)?;
    structure_is_read_back(text)
}

fn claims_are_in_the_text(value: &str) -> Result<(), String> {
    let claims = Claims::read(value);
    let holds = |at: &Range<usize>| value.get(at.clone()).is_some();
    let sections = claims
        .arguments
        .iter()
        .map(|section| &section.at)
        .chain(claims.returns.iter().map(|section| &section.at))
        .chain(claims.yields.iter().map(|section| &section.at))
        .chain(claims.raises.iter().map(|section| &section.at));
    for at in sections {
        if !holds(at) {
            return Err(format!("a section at {at:?} of {value:?}"));
        }
    }
    let arguments = claims.described().map(|one| (one.name, &one.at));
    let exceptions = claims.raises.iter().flat_map(|one| &one.exceptions);
    for (name, at) in arguments.chain(exceptions.map(|(name, at)| (*name, at))) {
        if value.get(at.clone()) != Some(name) {
            return Err(format!("`{name}` is not at {at:?} of {value:?}"));
        }
    }
    Ok(())
}

fn drift_is_told_in_lines(value: &str) -> Result<(), String> {
    let literal = to_literal(&value.replace('\0', ""), "    ", "\n", |_| true);
    let header = "def f(x: int = 1, *args, y: 'str | None' = None) -> list[int]:";
    let source = format!("{header}\n    {literal}\n    return [x]\n");
    let Ok(tree) = parse(&source) else {
        return Ok(());
    };
    let role = FileRole {
        name: "a".to_owned(),
        is_package: false,
        is_private: false,
    };
    let drifts = drifts(&analyze(&tree, &source, &role), RuleSet::ALL);
    match drifts.iter().find(|drift| drift.message.contains('\n')) {
        Some(drift) => Err(format!("the message {:?} has lines", drift.message)),
        None => Ok(()),
    }
}

fn clean_text_stays_clean(text: &str) -> Result<(), String> {
    let once = clean(text);
    if clean(&once) != once {
        return Err(format!("cleaned twice, {once:?} is {:?}", clean(&once)));
    }
    // Python's own reading is no fixed point for every text, but it is for a clean one.
    let read = cleandoc(&once);
    if cleandoc(&read) != read {
        return Err(format!("{read:?} is read as {:?}", cleandoc(&read)));
    }
    Ok(())
}

/// What Python reads of the literal, by the word of another parser, is the text.
pub(crate) fn reads_back(
    text: &str,
    indent: &str,
    newline: &str,
    ascii_only: bool,
) -> Result<(), String> {
    let text = cleandoc(&clean(text));
    let literal = to_literal(&text, indent, newline, |c| !ascii_only || c.is_ascii());
    let source = match indent {
        "" => format!("{literal}{newline}"),
        _ => format!("def f():{newline}{indent}{literal}{newline}"),
    };
    let suite: ast::Suite = rustpython_parser::Parse::parse(&source, "module.py")
        .map_err(|error| format!("{error} in {source:?}"))?;
    match first_string(&suite) {
        Some(value) if cleandoc(value) == text => Ok(()),
        value => Err(format!("{text:?} is read as {value:?} from {source:?}")),
    }
}

fn first_string(body: &[ast::Stmt]) -> Option<&str> {
    match body.first()? {
        ast::Stmt::FunctionDef(function) => first_string(&function.body),
        ast::Stmt::Expr(statement) => match &*statement.value {
            ast::Expr::Constant(constant) => constant.value.as_str().map(String::as_str),
            _ => None,
        },
        _ => None,
    }
}

/// A docstring in these words claims what it was made of, in every style, unless docgen refuses them.
fn structure_is_read_back(text: &str) -> Result<(), String> {
    const WIDTH: usize = 60;
    let words = clean(text);
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_refused =
        |text: &str| holds_structure(text, WIDTH).is_some() || misread_value(text).is_some();
    if line.is_empty() || is_refused(&words) || is_refused(&line) {
        return Ok(());
    }
    let entry = |name: &str| Entry {
        name: name.to_owned(),
        annotation: None,
        text: line.clone(),
    };
    let docstring = Docstring {
        summary: "Do it.".to_owned(),
        description: Some(words),
        args: vec![entry("one"), entry("*rest")],
        returns: Some(Value {
            annotation: None,
            text: line.clone(),
        }),
        raises: vec![entry("KeyError"), entry("errors.Gone")],
        ..Docstring::default()
    };
    for style in [Style::Google, Style::Numpy, Style::Sphinx] {
        let written = render(&docstring, style, WIDTH);
        let claims = Claims::read(&written);
        let arguments: Vec<&str> = claims.described().map(|one| one.name).collect();
        let raises = claims.raises.iter().flat_map(|one| &one.exceptions);
        let raises: Vec<&str> = raises.map(|(name, _)| *name).collect();
        let is_right = arguments == ["one", "rest"]
            && raises == ["KeyError", "errors.Gone"]
            && claims.returns.is_some()
            && claims.yields.is_none();
        if !is_right {
            return Err(format!(
                "{arguments:?} and {raises:?} are read from\n{written}\n---\n{text:?}"
            ));
        }
    }
    Ok(())
}
