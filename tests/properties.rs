//! What must hold for any file and any words: code stays code, and Python reads what was meant.

use std::path::PathBuf;

use docgen::config::{RuleSet, Style};
use docgen::docstring::{Claims, Docstring, Entry, clean, cleandoc, render, to_literal};
use docgen::python::{FileRole, analyze, parse};
use docgen::rewrite::{NewDocstring, prove, rewrite};
use docgen::rules::drifts;
use docgen::source::{FileName, SourceFile, decode};
use proptest::prelude::*;
use rustpython_parser::ast::{self, Ranged as _};

/// Stands for one level of indentation in a generated module.
const LEVEL: char = '\u{1}';

/// The part of a header from the name on, with traps for whoever looks for its colon.
fn parameters() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "()",
        "(a, b=1)",
        "(a, /, b: int = 2, *, c: dict[str, int] = {'k': 1})",
        "(*args: int, **kw: 'a: b')",
        "(\n        a,  # first: one\n        b=lambda x: x,\n)",
        "(a=[1, 2][0:1]) -> 'dict[str, int]'",
        "(a, \\\n        b) -> list[\n    int\n]",
    ])
    .prop_map(str::to_owned)
}

/// What follows a colon when the body stands on lines of its own.
fn after_colon() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "  ", "  # note: here", " \\\n", "  # noqa"])
}

/// What stands before a body's first statement.
fn before_body() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "",
        "\n",
        "@# a comment\n",
        "\n@# a comment\n\n",
        "  \n",
    ])
}

fn statement() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "pass",
        "x = 1; y = 2",
        "x = '''text\n  more'''",
        "x = f'{1}: {2!r:>3}'",
        "f'no docstring'",
        "b'no docstring'",
        "return_ = [i for i in range(3) if i]",
        "if x: y = 1",
        "...",
    ])
}

/// Text that looks like sections, fields, types and defaults, in any order and indentation.
fn sections() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "Args:",
        "Parameters",
        "-----",
        "====",
        ":param x:",
        ":type x:",
        ":raises",
        "Returns:",
        "Raises:",
        "Yields\n------",
        "x (int): Text. Defaults to 3.",
        "*args: All",
        "**kw",
        "\\*x: y",
        "x, y : int, optional",
        "list[",
        "]",
        "{'a', \"b\"",
        "`",
        ":class:`X`",
        "or",
        " of ",
        "default: ``",
        "é (ü): ß",
        "\t",
        ": ",
        "\n",
        "\n\n",
        "    ",
        "        ",
        "(",
        ")",
        "|",
        "Optional[",
        "'",
        "\u{2028}",
    ]);
    prop::collection::vec(
        prop_oneof![4 => piece.prop_map(str::to_owned), 1 => any::<String>()],
        0..40,
    )
    .prop_map(|pieces| pieces.concat())
}

/// The lines of a definition or statement; `@` begins each line at the level of the block.
fn item() -> impl Strategy<Value = String> {
    let plain = statement().prop_map(|text| format!("@{text}\n"));
    plain.prop_recursive(4, 24, 3, |inner| {
        let body = prop::collection::vec(inner, 1..4).prop_map(|items| items.concat());
        let suite = prop::sample::select(vec![
            "pass",
            "x = 1; y = 2",
            "...",
            "x = 1  # noqa",
            "'''a docstring'''",
        ]);
        let head =
            prop::sample::select(vec!["def f", "async def g", "class C", "def _p", "def été"]);
        let decorator = prop::sample::select(vec![
            "",
            "",
            "@@property\n",
            "@@d(lambda: {1: 2})\n@# between\n",
        ]);
        let block = (
            decorator.clone(),
            head.clone(),
            parameters(),
            after_colon(),
            before_body(),
            body.clone(),
        )
            .prop_map(|(decorator, head, parameters, after, before, body)| {
                let parameters = if head.starts_with("class") {
                    "(dict, metaclass=type)".to_owned()
                } else {
                    parameters
                };
                let body = deeper(&format!("{before}{body}"));
                // An escaped line end joins the next line, which has to be no statement then.
                let after = if after.contains('\\') {
                    " \\\n# joined"
                } else {
                    after
                };
                format!("{decorator}@{head}{parameters}:{after}\n{body}")
            });
        let one_line = (decorator, head, suite).prop_map(|(decorator, head, suite)| {
            let parameters = if head.starts_with("class") {
                ""
            } else {
                "(a, b=1)"
            };
            format!("{decorator}@{head}{parameters}: {suite}\n")
        });
        let nested = (
            prop::sample::select(vec![
                "if x:",
                "try:",
                "with x:",
                "for i in x:",
                "while x:  # why",
            ]),
            body,
        )
            .prop_map(|(head, body)| {
                let tail = if head == "try:" {
                    "@finally:\n>pass\n"
                } else {
                    ""
                };
                format!(
                    "@{head}\n{}{}",
                    deeper(&body),
                    tail.replace('>', &format!("@{LEVEL}"))
                )
            });
        prop_oneof![3 => block, 2 => one_line, 1 => nested]
    })
}

/// The same lines one level deeper.
fn deeper(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_prefix('@') {
            Some(rest) => format!("@{LEVEL}{rest}"),
            None => line.to_owned(),
        })
        .collect()
}

/// A whole file.
fn module() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "",
        "#!/usr/bin/env python3\n",
        "# -*- coding: utf-8 -*-\n# A licence.\n\n",
        "\n\n",
        "\"\"\"A docstring.\"\"\"\n",
        "# about what follows\n",
        "from __future__ import annotations\n",
    ]);
    let indent = prop::sample::select(vec!["    ", "  ", "\t", " "]);
    let newline = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    (
        head,
        prop::collection::vec(item(), 0..5),
        indent,
        newline,
        any::<bool>(),
    )
        .prop_map(|(head, items, indent, newline, ends)| {
            let mut text = head.to_owned();
            for line in items.concat().split_inclusive('\n') {
                let line = line.strip_prefix('@').unwrap_or(line);
                text.push_str(&line.replace(LEVEL, indent));
            }
            let text = if ends {
                text.as_str()
            } else {
                text.trim_end_matches('\n')
            };
            text.replace('\n', newline)
        })
}

/// Words that a model may return, friendly and not.
fn words() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        "\"\"\"",
        "'''",
        "\\",
        "\\N{BULLET}",
        "\\x41",
        "\"",
        "{}",
        "\u{200b}",
        "\u{202e}",
        "\0",
        "é",
        "日本",
        "😀",
        "\r\n",
        "\n\n",
        "    deep",
        "\t",
        "\u{a0}",
        "\u{2028}",
        "Args:",
        ">>> f()",
        "- item",
        "# noqa",
        "%s",
    ]);
    let piece =
        prop_oneof![2 => "[a-z]{1,9}", 2 => hostile.prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    prop::collection::vec((piece, prop::sample::select(vec!["", " ", "\n"])), 1..14)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, gap)| piece + gap).collect())
}

fn one_line(words: &str) -> String {
    let line = clean(words)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if line.is_empty() {
        "Do it.".to_owned()
    } else {
        line
    }
}

fn source(bytes: Vec<u8>) -> Option<SourceFile> {
    let (text, encoding) = decode(&bytes).ok()?;
    let path = PathBuf::from("module.py");
    let name = FileName::new(&path, &PathBuf::new());
    Some(SourceFile {
        path,
        name,
        bytes,
        text,
        encoding,
    })
}

/// Names of all definitions, as a parser of another family reads them.
fn definitions_by_rustpython(text: &str) -> Option<Vec<(String, usize)>> {
    fn visit(body: &[ast::Stmt], found: &mut Vec<(String, usize)>) {
        for stmt in body {
            let (name, inner) = match stmt {
                ast::Stmt::FunctionDef(one) => (Some(&one.name), &one.body),
                ast::Stmt::AsyncFunctionDef(one) => (Some(&one.name), &one.body),
                ast::Stmt::ClassDef(one) => (Some(&one.name), &one.body),
                ast::Stmt::If(one) => (None, &one.body),
                ast::Stmt::For(one) => (None, &one.body),
                ast::Stmt::While(one) => (None, &one.body),
                ast::Stmt::With(one) => (None, &one.body),
                ast::Stmt::Try(one) => (None, &one.body),
                _ => continue,
            };
            if let Some(name) = name {
                let is_docstring = |stmt: &ast::Stmt| matches!(stmt, ast::Stmt::Expr(one) if matches!(&*one.value, ast::Expr::Constant(one) if one.value.is_str()));
                let statements = inner.iter().filter(|stmt| !is_docstring(stmt)).count();
                found.push((name.to_string(), statements));
            }
            visit(inner, found);
        }
    }
    let suite: ast::Suite = rustpython_parser::Parse::parse(text, "module.py").ok()?;
    assert!(
        suite
            .iter()
            .all(|stmt| stmt.range().start() <= stmt.range().end())
    );
    let mut found = Vec::new();
    visit(&suite, &mut found);
    Some(found)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default() })]

    #[test]
    fn any_docstring_is_read_and_judged(text in sections()) {
        let value = text.replace('\r', "\n");
        let claims = Claims::read(&value);
        for claim in claims.described() {
            prop_assert_eq!(&value[claim.at.clone()], claim.name);
        }
        for (name, at) in claims.raises.iter().flat_map(|raises| &raises.exceptions) {
            prop_assert_eq!(&value[at.clone()], *name);
        }
        let literal = to_literal(&value.replace('\0', ""), "    ", "\n", |_| true);
        let source = format!("def f(x: int = 1, *args, y: 'str | None' = None) -> list[int]:\n    {literal}\n    return [x]\n");
        if let Ok(tree) = parse(&source) {
            let role = FileRole { name: "a".to_owned(), is_package: false, is_private: false };
            for drift in drifts(&analyze(&tree, &source, &role), RuleSet::ALL) {
                prop_assert!(!drift.message.contains('\n'), "{}", drift.message);
            }
        }
    }

    #[test]
    fn any_words_go_into_any_file_and_nothing_else_changes(text in module(), words in prop::collection::vec(words(), 3)) {
        let Some(source) = source(text.into_bytes()) else { return Ok(()) };
        let tree = parse(&source.text);
        prop_assert!(tree.is_ok(), "the generator wrote no Python: {:?}\n{}", tree.err(), source.text);
        let role = FileRole { name: "module".into(), is_package: false, is_private: false };
        let module = analyze(&tree.unwrap(), &source.text, &role);
        let missing = module.definitions.iter().enumerate().filter(|(_, one)| one.docstring.is_none());
        let docstrings: Vec<NewDocstring> = missing
            .map(|(index, definition)| {
                let docstring = Docstring {
                    summary: one_line(&words[0]),
                    description: Some(clean(&words[1])).filter(|text| !text.trim().is_empty()),
                    args: definition
                        .documented_parameters()
                        .map(|one| Entry { name: one.starred_name(), annotation: None, text: one_line(&words[2]) })
                        .collect(),
                    ..Docstring::default()
                };
                NewDocstring { definition: index, text: render(&docstring, Style::Google, 70) }
            })
            .collect();
        let rewritten = rewrite(&source, &module, &docstrings);
        prop_assert!(rewritten.dropped.is_empty(), "{:?}\nin:\n{}\nof:\n{}", rewritten.dropped, rewritten.text, source.text);
        let meant: Vec<(usize, &str)> = docstrings.iter().map(|one| (one.definition, one.text.as_str())).collect();
        prop_assert!(prove(&source, &module, &rewritten.text, &meant).is_ok());
        if let Some(before) = definitions_by_rustpython(&source.text) {
            prop_assert_eq!(Some(before), definitions_by_rustpython(&rewritten.text), "\n{}", rewritten.text);
        }
    }

    #[test]
    fn a_literal_reads_back_as_the_text(words in words(), indent in prop::sample::select(vec![" ", "    ", "\t", "\t\t", "\t  "])) {
        let docstring = Docstring {
            summary: one_line(&words),
            description: Some(clean(&words)).filter(|text| !text.trim().is_empty()),
            ..Docstring::default()
        };
        let text = render(&docstring, Style::Google, 60);
        for ascii_only in [true, false] {
            let literal = to_literal(&text, indent, "\n", |c| !ascii_only || c.is_ascii());
            let tree: ast::Suite = rustpython_parser::Parse::parse(&format!("def f():\n{indent}{literal}\n"), "f.py").unwrap();
            let ast::Stmt::FunctionDef(function) = &tree[0] else { unreachable!() };
            let ast::Stmt::Expr(statement) = &function.body[0] else { unreachable!() };
            let ast::Expr::Constant(constant) = &*statement.value else { unreachable!() };
            prop_assert_eq!(cleandoc(constant.value.as_str().unwrap()), text.clone());
        }
    }
}
