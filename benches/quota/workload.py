"""A tree of small Python functions without docstrings, one request a file, and the settings it is documented with."""

from __future__ import annotations

import ast
from pathlib import Path

DEPLOYMENT = "bench"
KEY = "bench-key"

FUNCTIONS = (
    """
def scale_{n}(value: float, factor: float = 2.0) -> float:
    if factor < 0:
        raise ValueError("the factor is negative")
    return value * factor + {n}
""",
    """
def select_{n}(rows: list[dict], column: str, *, limit: int = {n}) -> list[dict]:
    chosen = []
    for row in rows:
        if column in row and len(chosen) < limit:
            chosen.append(row)
    return chosen
""",
    """
def lines_{n}(path: str, encoding: str = "utf-8"):
    with open(path, encoding=encoding) as file:
        for number, line in enumerate(file, {n}):
            yield number, line.rstrip()
""",
    """
def store_{n}(table: dict, key: str, value: int) -> None:
    if key in table:
        raise KeyError(key)
    table[key] = value + {n}
""",
)


def write_tree(tree: Path, files: int, functions: tuple[int, ...], lines: int) -> None:
    """Write a tree whose files have so many functions in turn, each with so many lines more than it needs."""
    written = 0
    more = "".join(f'    step_{line} = [{line}, "a line like any other", {line} + {line}]\n' for line in range(lines))
    for file in range(files):
        parts = [f'"""Part {file} of the workload."""\n']
        for _ in range(functions[file % len(functions)]):
            header, body = FUNCTIONS[written % len(FUNCTIONS)].format(n=written).split(":\n", 1)
            parts.append(f"{header}:\n{more}{body}")
            written += 1
        # Folders of a hundred files, as a tree has them.
        path = tree / f"package_{file // 100}" / f"module_{file}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(parts), encoding="utf-8")


def count(files: int, functions: tuple[int, ...]) -> int:
    """Functions of a tree that `write_tree` writes."""
    return sum(functions[file % len(functions)] for file in range(files))


def write_settings(tree: Path, endpoint: str, *, rpm: int, tpm: int, per_request: int, concurrency: int | None) -> None:
    """Write the tree's docgen.toml: docgen's defaults but for the address, the quota and the size of a request."""
    quota = [("requests_per_minute", rpm), ("tokens_per_minute", tpm), ("max_concurrency", concurrency)]
    lines = [
        "[azure]",
        f'endpoint = "{endpoint}"',
        f'deployment = "{DEPLOYMENT}"',
        "[quota]",
        *(f"{name} = {value}" for name, value in quota if value),
        "[batch]",
        f"max_definitions = {per_request}",
    ]
    (tree / "docgen.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def undocumented(tree: Path) -> int:
    """Functions of a tree that have no docstring, as Python reads it."""
    count = 0
    for path in tree.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        functions = (node for node in nodes if isinstance(node, ast.FunctionDef))
        count += sum(not ast.get_docstring(node) for node in functions)
    return count
