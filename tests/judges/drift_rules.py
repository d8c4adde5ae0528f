#!/usr/bin/env python3
"""Compare what docgen and ruff's preview rules call drifted (D417, DOC102 to DOC502).

Usage: drift_rules.py [--convention google|numpy] [--list] TREE...

The two are not meant to agree: docs/rules.md says where they do not, and why. This prints how many
findings both have, by definition and code, and how many only one has; what ruff says of docstrings
without any section is counted apart. --list names each of the others.

Environment: DOCGEN is the program (default: target/release/docgen), RUFF the linter (default: the
judges' own, else the one on PATH). Exit status: 0, or 2 when one of them could not be run.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODES = ("D417", "DOC102", "DOC201", "DOC202", "DOC402", "DOC403", "DOC501", "DOC502")
SECTION = re.compile(
    r"^[ \t]*(args|arguments|param(eter)?s|other param(eter)?s|keyword arg(ument)?s|returns?|yields?|raises?)[ \t]*:?[ \t]*$"
    r"|^[ \t]*:(param|arg|argument|keyword|returns?|rtype|raises?|yields?|ytype)\b",
    re.IGNORECASE | re.MULTILINE,
)

# File, line of the definition, its name, code.
Finding = tuple[str, int, str, str]


class Tree:
    """The definitions of a tree's files, by the lines that a finding may name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[str, dict[int, ast.AST]] = {}

    def definition(self, path: str, line: int) -> ast.AST | None:
        """The definition whose header begins on a line, or whose docstring covers it."""
        if path not in self._files:
            self._files[path] = self._read(path)
        return self._files[path].get(line)

    def _read(self, path: str) -> dict[int, ast.AST]:
        lines: dict[int, ast.AST] = {}
        for node in ast.walk(ast.parse((self.root / path).read_bytes())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                first = node.body[0]
                if ast.get_docstring(node, clean=False) is not None:
                    lines.update(dict.fromkeys(range(first.lineno, (first.end_lineno or 0) + 1), node))
                lines[node.lineno] = node
        return lines


def findings(tree: Tree, rows: list[tuple[str, int, str]]) -> dict[Finding, str]:
    """Findings by definition, each with its docstring."""
    found = {}
    for path, line, code in rows:
        node = tree.definition(path, line) if code in CODES else None
        if node is not None:
            found[path, node.lineno, node.name, code] = ast.get_docstring(node, clean=False) or ""
    return found


def ask(command: list[str | Path], root: Path) -> object:
    """Run a program that prints JSON."""
    done = subprocess.run(command, cwd=root, capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode not in (0, 1):
        raise SystemExit(f"drift_rules.py: {command[0]} ended with {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


def program(variable: str, *defaults: Path | str) -> str:
    """Where a program is."""
    for candidate in (os.environ.get(variable), *defaults):
        found = candidate and shutil.which(candidate)
        if found:
            return os.path.abspath(found)
    raise SystemExit(f"drift_rules.py: no program for {variable}")


def main() -> None:
    """Compare each tree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--convention", choices=("google", "numpy"), default="google")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("trees", nargs="+", type=Path)
    arguments = parser.parse_args()
    ruff = program("RUFF", ROOT / "target/judges/venv/bin/ruff", "ruff")
    docgen = program("DOCGEN", ROOT / "target/release/docgen")
    convention = f'lint.pydocstyle.convention="{arguments.convention}"'
    for root in map(Path.resolve, arguments.trees):
        tree = Tree(root)
        options = ["--isolated", "--no-cache", "--preview", "--exit-zero", "--no-respect-gitignore", "--output-format", "json"]
        answer = ask([ruff, "check", *options, "--select", ",".join(CODES), "--config", convention, "."], root)
        theirs = findings(
            tree, [(os.path.relpath(one["filename"], root), one["location"]["row"], one["code"] or "") for one in answer]
        )
        answer = ask([docgen, "check", "--isolated", "--no-respect-gitignore", "--format", "json", "."], root)
        ours = findings(tree, [(one["path"], one["line"], one["code"]) for one in answer["diagnostics"]])
        both = theirs.keys() & ours.keys()
        plain = {one for one in theirs.keys() - ours.keys() if not SECTION.search(theirs[one])}
        only_ruff, only_docgen = theirs.keys() - ours.keys() - plain, ours.keys() - theirs.keys()
        print(f"{root.name}: both {len(both)}, only ruff {len(only_ruff)}, only docgen {len(only_docgen)};", end=" ")
        print(f"ruff of docstrings without sections {len(plain)}")
        for who, some in (("ruff", only_ruff), ("docgen", only_docgen)):
            counts = Counter(one[3] for one in some)
            print(f"  only {who}:", ", ".join(f"{code} {counts[code]}" for code in CODES if counts[code]) or "none")
            for path, line, name, code in sorted(some) if arguments.list else ():
                print(f"    {path}:{line} {name} {code}")


if __name__ == "__main__":
    main()
