"""What griffe and docstring-parser read in docstrings, compared with each other and the code."""

from __future__ import annotations

import ast
import logging
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

# pydoclint needs a fork of docstring-parser under the same name, so the original has a folder of
# its own (see venv.sh).
sys.path.insert(0, str(Path(sys.prefix) / "readers"))

import docstring_parser  # noqa: E402
import griffe  # noqa: E402

logging.disable(logging.WARNING)
FOUND = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
Reading = dict[str, list[tuple[str, str]]]


def disagreements(folder: Path, added: dict[str, set[int]], has_types: bool) -> Iterator[str]:
    """Tell where the two readers differ over a docstring that begins on an added line."""
    for name, lines in sorted(added.items()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                tree = ast.parse((folder / name).read_bytes())
            except SyntaxError:  # newer than this Python
                continue
        for node in ast.walk(tree):
            if not isinstance(node, FOUND) or ast.get_docstring(node) is None:
                continue
            if node.body[0].lineno in lines:
                where = f"{name}:{node.body[0].lineno}"
                yield from (f"{where}: {fault}" for fault in compare(node, has_types))


def compare(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, has_types: bool
) -> Iterator[str]:
    """Tell where the readers differ from each other, or from the signature, over one docstring."""
    text = ast.get_docstring(node) or ""
    try:
        first, second = by_griffe(text, has_types), by_docstring_parser(text)
    except docstring_parser.ParseError as error:
        yield f"docstring-parser cannot read it: {error}"
        return
    for section in sorted(first.keys() | second.keys()):
        if first.get(section) != second.get(section) and not (
            has_types and is_told_as_words(first.get(section), second.get(section))
        ):
            yield (
                f"{section}: griffe reads {first.get(section)}, "
                f"docstring-parser {second.get(section)}"
            )
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        known = set(parameters(node))
        invented = [one for one, _ in first.get("arguments", []) if one not in known]
        if invented:
            yield f"arguments: {invented} are not the function's"


def is_told_as_words(first: list[tuple[str, str]] | None, second: list[tuple[str, str]] | None) -> bool:
    """Whether docstring-parser took a type with blanks in it (`int | None: ...`) for words."""
    told = [("", f"{label}: {text}") for label, text in first or []]
    return told == second


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """The names of a function's parameters, with their stars."""
    given = node.args
    yield from (one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))
    if given.vararg:
        yield "*" + given.vararg.arg
    if given.kwarg:
        yield "**" + given.kwarg.arg


def words(text: str | None) -> str:
    """The words of a description, however they are wrapped."""
    return " ".join((text or "").split())


def by_griffe(text: str, has_types: bool) -> Reading:
    """What griffe reads in a docstring's sections.

    With types, what stands before the colon of a value is one (its option `returns_named_value`).
    """
    read: Reading = {}
    kinds = {"parameters": "arguments", "attributes": "attributes", "returns": "returns", "yields": "yields",
             "raises": "raises"}
    parsed = griffe.Docstring(text).parse("google", warnings=False, returns_named_value=not has_types)
    for section in parsed:
        kind = kinds.get(section.kind.value)
        if not kind:
            continue
        for one in section.value:
            label = str(getattr(one, "name", "") or "")
            if kind == "raises":
                label = str(one.annotation)
            elif kind in {"returns", "yields"}:
                label = str(one.annotation or "") or label
            read.setdefault(kind, []).append((label, words(one.description)))
    return read


def by_docstring_parser(text: str) -> Reading:
    """What docstring-parser reads in a docstring's sections."""
    read: Reading = {}
    parsed = docstring_parser.google.parse(text)
    for one in parsed.meta:
        keyword = one.args[0] if one.args else ""
        if isinstance(one, docstring_parser.DocstringParam):
            kind = "attributes" if keyword == "attribute" else "arguments"
            read.setdefault(kind, []).append((one.arg_name, words(one.description)))
        elif isinstance(one, docstring_parser.DocstringReturns):
            kind = "yields" if one.is_generator else "returns"
            read.setdefault(kind, []).append((one.type_name or "", words(one.description)))
        elif isinstance(one, docstring_parser.DocstringRaises):
            read.setdefault("raises", []).append((one.type_name or "", words(one.description)))
    return read
