//! Modules of every shape, from the grammar.

use docgen::source::decode;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Stands for one level of indentation.
const LEVEL: char = '\u{1}';
/// Stands for letters that the file's encoding has beyond ASCII.
const LETTERS: char = '\u{2}';

/// Coding lines, each with letters that its encoding has. Of the Japanese ones, the second byte is a
/// backslash.
const ENCODINGS: &[(&str, &str)] = &[
    ("", "été"),
    ("", "日本"),
    ("# -*- coding: utf-8 -*-\n", "ﬁñ"),
    ("# coding: latin-1\n", "éÿ"),
    ("# vim: set fileencoding=cp1252 :\n", "éœ"),
    ("# coding: shift_jis\n", "表ソ能"),
    ("# -*- coding: koi8-r -*-\n", "жук"),
];

/// The part of a header from the name on, with traps for whoever looks for its colon.
fn parameters() -> impl Strategy<Value = &'static str> {
    select(vec![
        "()",
        "(a, b=1)",
        "(a, /, b: int = 2, *, c: dict[str, int] = {'k': 1})",
        "(*args: int, **kw: 'a: b')",
        "(\n        a,  # first: one\n        b=lambda x: x,\n)",
        "(a=[1, 2][0:1]) -> 'dict[str, int]'",
        "(a, \\\n        b) -> list[\n    int\n]",
        "[T: (int, str), *Ts, **P](a: T, *args: *Ts) -> T",
        "[T = {1: int}](a: T)",
        "(a: '\u{2}' = f'{1:>{2}}', b=(yield_ := 1))",
    ])
}

fn bases() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "(dict, metaclass=type)",
        "(\n    A[1:2],  # one: two\n)",
        "[T: int](B[T])",
        "[*Ts]",
    ])
}

fn statement() -> impl Strategy<Value = &'static str> {
    select(vec![
        "pass",
        "x = 1; y = 2",
        "x = 1;",
        "x = '''text\n  more'''",
        "x = f'{1}: {2!r:>3}'",
        "x = f'''{\n  1  # one: two\n}'''",
        "return_ = [i for i in range(3) if i]",
        "if x: y = 1",
        "if x: \\\n  y = 1",
        "x = 1 + \\\n2",
        "x = (  # why\n\n1)",
        "type X[T] = list[T]",
        "match = case = 1",
        "\u{2} = '\u{2}'  # \u{2}",
        "...",
    ])
}

/// What a body may begin with: docstrings of every form, and what only looks like one.
fn first_string() -> impl Strategy<Value = &'static str> {
    select(vec![
        "'''a docstring'''",
        "\"\"\"\u{2}\n\n    more\n@\u{1}\"\"\"",
        "'a' \"b\"",
        "'a' \\\n  'b'",
        "('a docstring')",
        "(  # why\n  'a'\n  'b'  # so\n)",
        "r'\\d'; x = 1",
        "u'''one'''  # noqa",
        "''",
        "\"\"\"   \"\"\"",
        "'\\ud800'",
        "'\\r\\n'",
        "f'no docstring'",
        "b'no docstring'",
        "'no docstring' % ()",
        "'no', 'docstring'",
        "('no docstring' f'')",
        "f'' 'no docstring'",
        "t'no docstring'",
    ])
}

/// What follows a colon when the body stands on lines of its own; an escaped line end joins the next
/// line, which has to be no statement then.
fn after_colon() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "  ",
        "  # note: here",
        "\x0c",
        "  # noqa",
        " \\\n# joined",
        "\\\n  \\\n  # joined",
    ])
}

/// What stands before a body's first statement.
fn before_body() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "",
        "",
        "\n",
        "@# a comment\n",
        "# at the margin\n",
        "\n@# a comment\n\n",
        "  \n",
        "\x0c\n",
        "              # far to the right\n",
        "@# \u{2}\n\n\n",
    ])
}

fn one_line_suite() -> impl Strategy<Value = &'static str> {
    select(vec![
        "pass",
        "pass;",
        "x = 1; y = 2",
        "...",
        "...  # why: so",
        "x = 1  # noqa",
        "'''a docstring'''",
        "'''a docstring'''; x = 1  # one",
        "('a'); pass",
        "\\\n  pass",
        "x = '''a\n  b'''; y = 1",
        "f'no docstring'; pass",
        "'\u{2}'",
    ])
}

/// The lines of a definition or statement; `@` begins each line at the level of the block.
fn item() -> impl Strategy<Value = String> {
    let plain = statement().prop_map(|text| format!("@{text}\n"));
    plain.prop_recursive(4, 24, 3, |inner| {
        let body = prop::collection::vec(inner, 1..4).prop_map(|items| items.concat());
        let definition_body = (prop::option::weighted(0.3, first_string()), body.clone())
            .prop_map(|(first, body)| match first {
                Some(first) => format!("@{first}\n{body}"),
                None => body,
            })
            .boxed();
        let only = select(vec!["@...\n", "@pass\n", "@pass  # why\n", "@'''One.'''\n"]);
        let definition_body = prop_oneof![4 => definition_body, 1 => only.prop_map(str::to_owned)];
        let block = (header(), after_colon(), before_body(), definition_body).prop_map(
            |(header, after, before, body)| {
                format!("{header}:{after}\n{}", deeper(&format!("{before}{body}")))
            },
        );
        let one_line =
            (header(), one_line_suite()).prop_map(|(header, suite)| format!("{header}: {suite}\n"));
        let gap = select(vec!["\n", "\x0c\n", "# between\n", "@# between\n", "   \n"]);
        prop_oneof![
            4 => block,
            2 => one_line,
            2 => compound(body),
            1 => (gap, statement()).prop_map(|(gap, text)| format!("{gap}@{text}\n")),
        ]
    })
}

/// Decorators and a header, without the colon.
fn header() -> impl Strategy<Value = String> {
    let decorator = select(vec![
        "",
        "",
        "@@property\n",
        "@@d(lambda: {1: 2})\n@# between\n",
        "@@a\n\n@@b  # why\n",
    ]);
    let function = (
        select(vec![
            "def f",
            "async def g",
            "def _p",
            "def \u{2}",
            "def  \\\n  f",
        ]),
        parameters(),
    );
    let function = function.prop_map(|(head, parameters)| format!("@{head}{parameters}"));
    let class = bases().prop_map(|bases| format!("@class C{bases}"));
    (decorator, prop_oneof![2 => function, 1 => class])
        .prop_map(|(decorator, header)| format!("{decorator}{header}"))
}

/// Statements that hold blocks, in which definitions are too.
fn compound(body: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let clauses = select(vec![
        vec!["if x:", "elif y:  # why", "else:"],
        vec!["try:", "except A:", "else:", "finally:"],
        vec!["try:", "except* (A, B) as e:"],
        vec!["with a as b, c:"],
        vec!["for i in x:", "else:"],
        vec!["while x:  # why"],
        vec![
            "match x:",
            "\u{1}case [a, *_] if a:",
            "\u{1}case {'k': v}:",
            "\u{1}case _:",
        ],
    ]);
    (clauses, prop::collection::vec(body, 4)).prop_map(|(clauses, bodies)| {
        let mut text = String::new();
        for (clause, body) in clauses.iter().zip(&bodies) {
            text.extend(["@", clause, "\n"]);
            if !clause.starts_with("match") {
                let is_inner = clause.starts_with(LEVEL);
                let body = if is_inner { deeper(body) } else { body.clone() };
                text.push_str(&deeper(&body));
            }
        }
        // Blank lines and comments make no block.
        text.lines()
            .fold(String::new(), |text, line| text + line + "\n")
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

/// A whole file from the grammar.
pub(crate) fn module() -> impl Strategy<Value = Vec<u8>> {
    let head = select(vec![
        "",
        "",
        "# A licence.\n\n",
        "\n\n",
        "\x0c\n",
        "\"\"\"A docstring.\"\"\"\n",
        "'A docstring.'; x = 1\n",
        "f'no docstring'\n",
        "# about what follows\n",
        "from __future__ import annotations\n",
    ]);
    let newlines = select(vec![
        vec!["\n"],
        vec!["\n"],
        vec!["\r\n"],
        vec!["\r"],
        vec!["\n", "\r\n", "\r"],
    ]);
    let start = (
        select(vec!["", "", "#!/usr/bin/env python3\n"]),
        select(ENCODINGS),
        head,
    );
    (
        start,
        prop::collection::vec(item(), 0..5),
        select(vec!["    ", "  ", "\t", " "]),
        (newlines, prop::collection::vec(any::<Index>(), 8)),
        any::<(bool, bool)>(),
    )
        .prop_map(
            |(
                (shebang, (cookie, letters), head),
                items,
                indent,
                (newlines, turns),
                (ends, bom),
            )| {
                let mut text = format!("{shebang}{cookie}{head}");
                for line in items.concat().split_inclusive('\n') {
                    text.push_str(line.strip_prefix('@').unwrap_or(line));
                }
                let text = text.replace(LEVEL, indent).replace(LETTERS, letters);
                let text = if ends {
                    text.as_str()
                } else {
                    text.trim_end_matches('\n')
                };
                let mut turns = turns.iter().cycle();
                let mut written = String::new();
                for line in text.split_inclusive('\n') {
                    written.push_str(line.trim_end_matches('\n'));
                    if let (true, Some(turn)) = (line.ends_with('\n'), turns.next()) {
                        written.push_str(turn.get::<&str>(&newlines));
                    }
                }
                encoded(&written, cookie, bom && letters == "été")
            },
        )
}

/// The text in the encoding that its coding line names.
fn encoded(text: &str, cookie: &str, bom: bool) -> Vec<u8> {
    let (_, encoding) = decode(cookie.as_bytes()).unwrap();
    let bytes = encoding.encode(text).unwrap();
    if bom {
        [&b"\xef\xbb\xbf"[..], &bytes].concat()
    } else {
        bytes
    }
}
