//! Words that a model may return, friendly and not.

use proptest::prelude::*;
use proptest::sample::select;

use crate::splice::Words;

/// Any words, for any place.
pub(crate) fn words() -> impl Strategy<Value = Words> {
    (text(), any::<bool>()).prop_map(|(text, replaces)| Words { text, replaces })
}

/// Words, and what breaks literals, readers and terminals.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let hostile = select(vec![
        "\"\"\"",
        "'''",
        "\\",
        "\\\n",
        "\\N{BULLET}",
        "\\x41",
        "\\u",
        "\"",
        "\"\"",
        "{}",
        "\u{200b}",
        "\u{202e}",
        "\u{ad}",
        "\u{feff}",
        "\u{fffd}",
        "\0",
        "\x07",
        "\x0b",
        "\x0c",
        "\x1c",
        "\x7f",
        "\u{85}",
        "é",
        "日本",
        "表",
        "жук",
        "œ",
        "😀",
        "e\u{301}",
        "ﬁ",
        "\r",
        "\r\n",
        "\n\n",
        "\n   ",
        "    deep",
        "\t",
        "\u{a0}",
        "\u{3000}",
        "\u{2028}",
        "Args:",
        "Returns:\n    x: ",
        ">>> f()",
        "- item",
        "# noqa",
        "# coding: latin-1",
        "%s",
        "'; import os",
        "\"\"\"\nimport os\n\"\"\"",
    ]);
    let piece = prop_oneof![
        2 => "[a-z]{1,9}",
        2 => hostile.prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => any::<String>(),
    ];
    let start = select(vec!["", "", "", "  ", "\t", "\u{a0}", "\u{3000}"]);
    let words = prop::collection::vec((piece, select(vec!["", " "])), 0..5);
    let end = select(vec!["\n", "\n", "\n\n", "\r\n", " \n"]);
    prop::collection::vec((start, words, end), 1..5).prop_map(|lines| {
        let line = |(start, words, end): (&str, Vec<(String, &str)>, &str)| {
            let words = words.into_iter().map(|(piece, gap)| piece + gap);
            format!("{start}{}{end}", words.collect::<String>())
        };
        lines.into_iter().map(line).collect()
    })
}

/// Text that looks like sections, fields, types and defaults, in any order and indentation.
pub(crate) fn sections() -> impl Strategy<Value = String> {
    let piece = select(vec![
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
    let piece = prop_oneof![4 => piece.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}
