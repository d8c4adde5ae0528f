"""Packages without their docstrings: what people wrote is taken out, and nothing else is touched."""

from __future__ import annotations

import ast
import random
import tokenize
import warnings
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

Definition = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Found:
    """A definition of a file."""

    # Path of the file and qualified name, with `#2` for the second of one name.
    id: str
    node: Definition
    # The definition around it; `None` for a module.
    outer: Definition | None

    @property
    def docstring(self) -> str | None:
        """What Python reads as its docstring."""
        return ast.get_docstring(self.node)


def python_files(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    """The Python files of a folder that this Python takes, with their trees."""
    for path in sorted(folder.rglob("*.py")):
        try:
            yield path, parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue


def parse(source: bytes) -> ast.Module:
    """The tree of a source."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def definitions(path: str, tree: ast.Module) -> Iterator[Found]:
    """Every definition of a file, in the order of the text."""
    seen: Counter[str] = Counter()

    def visit(node: ast.AST, outer: Definition, prefix: str) -> Iterator[Found]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                continue  # no expression holds a definition
            if isinstance(child, DEFINITIONS):
                name = f"{prefix}.{child.name}" if prefix else child.name
                seen[name] += 1
                name += f"#{seen[name]}" if seen[name] > 1 else ""
                yield Found(f"{path}::{name}", child, outer)
                yield from visit(child, child, name)
            else:
                yield from visit(child, outer, prefix)

    yield Found(f"{path}::", tree, None)
    yield from visit(tree, tree, "")


def documented(folder: Path) -> dict[str, str]:
    """What people wrote about each definition of a folder."""
    found = {}
    for path, tree in python_files(folder):
        for one in definitions(path.relative_to(folder).as_posix(), tree):
            if one.docstring:
                found[one.id] = one.docstring
    return found


def sample(ids: Collection[str], count: int, seed: int) -> set[str]:
    """Some functions and classes, the same ones for the same seed."""
    some = sorted(one for one in ids if not one.endswith("::"))
    return set(random.Random(seed).sample(some, min(count, len(some))))


def strip(folder: Path, chosen: Collection[str] | None) -> int:
    """Take the docstrings out of a folder's files.

    Args:
        folder: The folder.
        chosen: The definitions that lose theirs; every other one without a docstring is given
            a comment, so that docgen leaves it alone. `None` for all of them, and no comments.

    Returns:
        How many were taken out.
    """
    count = 0
    for path, tree in python_files(folder):
        old = path.read_bytes()
        found = list(definitions(path.relative_to(folder).as_posix(), tree))
        edits = []
        for one in found:
            if is_removable(one) and (chosen is None or one.id in chosen):
                edits.append(removal(one.node))
                count += 1
        new = applied(old, edits)
        if chosen is not None:
            new = applied(new, skips(path, folder, new, chosen))
        if ast.dump(bare(parse(new))) != ast.dump(bare(tree)):
            raise SystemExit(f"evaluate: {path} is another program without its docstrings")
        path.write_bytes(new)
    return count


Edit = tuple[tuple[int, int], tuple[int, int], bytes]


def is_removable(one: Found) -> bool:
    """Whether a definition has a docstring, and no second string that would become one."""
    body = one.node.body
    return one.docstring is not None and not (
        len(body) > 1
        and isinstance(body[1], ast.Expr)
        and isinstance(body[1].value, ast.Constant)
        and isinstance(body[1].value.value, str)
    )


def removal(node: Definition) -> Edit:
    """The edit that takes a docstring out, with its line where nothing else stands there."""
    statement = node.body[0]
    start = (statement.lineno, statement.col_offset)
    end = (statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
    alone = len(node.body) == 1 and not isinstance(node, ast.Module)
    return start, end, b"pass" if alone else b""


def applied(source: bytes, edits: list[Edit]) -> bytes:
    """The source after edits, whose places are lines from 1 and bytes from 0."""
    begin = [0]
    for line in source.splitlines(keepends=True):
        begin.append(begin[-1] + len(line))
    mark = 3 if source.startswith(b"\xef\xbb\xbf") else 0
    for (row, column), (last, final), text in sorted(edits, reverse=True):
        start = begin[row - 1] + column + (mark if row == 1 else 0)
        end = begin[last - 1] + final + (mark if last == 1 else 0)
        if not text:
            # A semicolon goes with it, and so does its line where nothing else stands there.
            rest = source[end:]
            if rest.lstrip(b" \t").startswith(b";"):
                end += len(rest) - len(rest.lstrip(b" \t")[1:].lstrip(b" \t"))
            elif rest.lstrip(b" \t")[:1] in (b"\n", b"\r", b"") and not source[begin[row - 1] : start].strip():
                start = begin[row - 1]
                end = begin[last] if last < len(begin) else len(source)
        source = source[:start] + text + source[end:]
    return source


def skips(path: Path, folder: Path, source: bytes, chosen: Collection[str]) -> list[Edit]:
    """Comments that have docgen leave alone what has no docstring and was not chosen."""
    lines = source.split(b"\n")
    edits: list[Edit] = []
    for one in definitions(path.relative_to(folder).as_posix(), parse(source)):
        if isinstance(one.node, ast.Module) or one.docstring is not None or one.id in chosen:
            continue
        row = one.node.lineno
        column = len(lines[row - 1].rstrip(b"\r"))
        edits.append(((row, column), (row, column), b"  # docgen: skip"))
    return list(dict.fromkeys(edits))


def bare(tree: ast.Module) -> ast.Module:
    """The tree without docstrings, and without what stands in for one."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, *DEFINITIONS)):
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:]
            node.body = [one for one in node.body if not isinstance(one, ast.Pass)]
    return tree


def text_of(path: Path) -> str:
    """A file's text, decoded as Python decodes it."""
    with tokenize.open(path) as file:
        return file.read()
