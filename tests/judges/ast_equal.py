#!/usr/bin/env python3
"""Compare two source trees: nothing but docstrings may differ.

Usage: ast_equal.py BEFORE AFTER

For every Python file of BEFORE that AFTER holds in other bytes this checks that

* the syntax tree without docstrings is the same,
* the tokens outside docstrings, comments among them, are the same in the same order,
* every line that is neither part of a docstring nor of a one-line suite still stands, in order,
* byte order mark, encoding, kinds of line ends and the missing final line end are the same.

A file that this Python cannot parse must be the same byte for byte. Exit status: 0 when all is
well, 1 when a file differs, 2 when the arguments are wrong.
"""

from __future__ import annotations

import ast
import bisect
import codecs
import io
import os
import re
import sys
import threading
import tokenize
import warnings
from collections.abc import Iterator

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
LAYOUT = frozenset(
    {
        tokenize.ENCODING,
        tokenize.NEWLINE,
        tokenize.NL,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
)
NEWLINE = re.compile(rb"\r\n|\r|\n")

Position = tuple[int, int]


class Unreadable(Exception):
    """Python cannot read the file."""


class Source:
    """One file: its bytes and what Python makes of them."""

    def __init__(self, data: bytes) -> None:
        """Read `data` as Python does, or raise `Unreadable`."""
        self.data = data
        self.bom = data.startswith(codecs.BOM_UTF8)
        self.newlines = frozenset(NEWLINE.findall(data))
        normal = NEWLINE.sub(b"\n", data)
        try:
            self.tree = ast.parse(data)
            self.encoding, _ = tokenize.detect_encoding(io.BytesIO(normal).readline)
            self.text = normal.decode(self.encoding).removeprefix("\ufeff")
        except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError) as error:
            raise Unreadable(str(error)) from error
        # Python ends lines at "\n" alone once "\r" is gone; str.splitlines() knows more ends.
        self.lines = self.text.split("\n")
        self.docstrings = self._take_docstrings()

    def _take_docstrings(self) -> list[tuple[Position, Position]]:
        """Remove the docstrings from the tree and return where they stood."""
        found = []
        for node in ast.walk(self.tree):
            if not isinstance(node, DOCUMENTED) or not node.body:
                continue
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                start = self._position(first.lineno, first.col_offset)
                end = self._position(first.end_lineno or 0, first.end_col_offset or 0)
                found.append((start, end))
                # Kept for `one_line_suites`; the comparison must not see it.
                node.body[0] = _Docstring(first)
        return sorted(found)

    def _position(self, line: int, offset: int) -> Position:
        """Turn the tree's UTF-8 offset into the tokens' column."""
        text = self.lines[line - 1].encode("utf-8", "surrogatepass")
        return line, len(text[:offset].decode("utf-8", "surrogatepass"))

    def shape(self) -> str:
        """The tree without its docstrings, as text."""
        for node in ast.walk(self.tree):
            if isinstance(node, DOCUMENTED):
                node.body = [x for x in node.body if not isinstance(x, _Docstring)]
        return ast.dump(self.tree)

    def tokens(self) -> list[tuple[int, str, Position]]:
        """The tokens outside docstrings, without those that only lay out lines."""
        starts = [start for start, _ in self.docstrings]
        kept = []
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            at = bisect.bisect_right(starts, token.start) - 1
            inside = at >= 0 and token.start < self.docstrings[at][1]
            if not inside and token.type not in LAYOUT:
                kept.append((token.type, token.string, token.start))
        return kept

    def free_lines(self) -> Iterator[tuple[int, str]]:
        """The lines, with their numbers, that documenting the file must leave as they are."""
        bound: set[int] = set()
        for start, end in self.docstrings:
            bound.update(range(start[0], end[0] + 1))
        ends = [
            token.start
            for token in tokenize.generate_tokens(io.StringIO(self.text).readline)
            if token.type == tokenize.NEWLINE
        ]
        for node in ast.walk(self.tree):
            if isinstance(node, DOCUMENTED) and not isinstance(node, ast.Module) and node.body:
                first, last = node.body[0], node.body[-1]
                header_end = ends[bisect.bisect_left(ends, (node.lineno, 0))]
                if header_end >= (first.lineno, 0):
                    # The logical line is the header and its suite; it may span several lines.
                    last_line = max(last.end_lineno or 0, header_end[0])
                    bound.update(range(node.lineno, last_line + 1))
        for number, line in enumerate(self.lines, 1):
            # What follows the last line end is a line of its own only if something stands there.
            if number not in bound and (line.strip() or number < len(self.lines)):
                yield number, line


class _Docstring(ast.Expr):
    """A docstring's place in the tree while it is compared."""

    def __init__(self, found: ast.Expr) -> None:
        super().__init__(value=found.value)
        ast.copy_location(self, found)


def compare(before: bytes, after: bytes) -> tuple[str | None, int]:
    """Compare one file's bytes.

    Args:
        before: The bytes as they were.
        after: The bytes as they are.

    Returns:
        What differs, if anything does, and how many docstrings were added.
    """
    if before == after:
        return None, 0
    try:
        old = Source(before)
    except Unreadable as error:
        return f"changed, although Python cannot read it ({error})", 0
    try:
        new = Source(after)
    except Unreadable as error:
        return f"Python can no longer read it ({error})", 0
    return _difference(old, new), len(new.docstrings) - len(old.docstrings)


def _difference(old: Source, new: Source) -> str | None:
    if old.bom != new.bom:
        return "the byte order mark came or went"
    if old.encoding != new.encoding:
        return f"the encoding was {old.encoding} and is {new.encoding}"
    if new.newlines != old.newlines and (old.newlines or len(new.newlines) > 1):
        return f"the line ends were {sorted(old.newlines)} and are {sorted(new.newlines)}"
    ends = (b"\n", b"\r")
    # In a file without code the module's docstring is the last line, and decides how it ends.
    if old.tree.body and old.data.endswith(ends) != new.data.endswith(ends):
        return "the final line end came or went"
    return _text_difference(old, new) or _tree_difference(old, new)


def _text_difference(old: Source, new: Source) -> str | None:
    try:
        old_tokens, old_lines = old.tokens(), list(old.free_lines())
    except (tokenize.TokenError, SyntaxError):
        # The tokenizer module is not the parser's own; where it gives up there is only the tree.
        return None
    try:
        new_tokens = new.tokens()
    except (tokenize.TokenError, SyntaxError) as error:
        return f"the tokenizer now refuses the file ({error})"
    for (kind, text, (line, _)), (new_kind, new_text, (new_line, _)) in zip(
        old_tokens, new_tokens, strict=False
    ):
        if (kind, text) != (new_kind, new_text):
            return f"line {line} had {text!r}, line {new_line} has {new_text!r}"
    if len(old_tokens) != len(new_tokens):
        return f"there were {len(old_tokens)} tokens outside docstrings and are {len(new_tokens)}"
    new_lines = iter(new.lines)
    for number, line in old_lines:
        if not any(line == candidate for candidate in new_lines):
            return f"line {number} no longer stands as it stood: {line[:60]!r}"
    return None


def _tree_difference(old: Source, new: Source) -> str | None:
    return None if old.shape() == new.shape() else "the syntax tree without docstrings is another"


def python_files(root: str) -> Iterator[str]:
    """Walk over the Python files of a tree.

    Args:
        root: The tree's folder, or one file.

    Yields:
        Each file's path below the root.
    """
    if os.path.isfile(root):
        yield ""
        return
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".py", ".pyi", ".pyw")):
                yield os.path.relpath(os.path.join(folder, name), root)


def main() -> int:
    """Compare the trees named on the command line.

    Returns:
        The exit status.
    """
    if len(sys.argv) != 3 or not all(os.path.exists(path) for path in sys.argv[1:]):
        print("usage: ast_equal.py BEFORE AFTER", file=sys.stderr)
        return 2
    before_root, after_root = sys.argv[1:]
    warnings.simplefilter("ignore")
    compared = added = different = 0
    for name in python_files(before_root):
        before_path = os.path.join(before_root, name) if name else before_root
        after_path = os.path.join(after_root, name) if name else after_root
        compared += 1
        try:
            with open(before_path, "rb") as before, open(after_path, "rb") as after:
                fault, docstrings = compare(before.read(), after.read())
        except OSError as error:
            fault, docstrings = str(error), 0
        added += docstrings
        if fault:
            different += 1
            print(f"{name or before_path}: {fault}")
    print(f"{compared} files compared, {added} docstrings added, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    # Deep trees recurse deeply; the main thread's stack is not ours to size.
    sys.setrecursionlimit(100_000)
    threading.stack_size(512 * 1024 * 1024)
    result: list[int] = []
    thread = threading.Thread(target=lambda: result.append(main()))
    thread.start()
    thread.join()
    raise SystemExit(result[0] if result else 1)
