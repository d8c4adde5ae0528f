#!/usr/bin/env python3
"""Compare docgen's presets with the tools whose rules they are.

Usage: presets.py TREE...

`--preset all` is held to interrogate and `--preset api` to docvet's presence check, file by file:
which lines hold a definition without the docstring it needs, and how many need one. Both are asked
through their own Python code, so this runs under the Python that they are installed for; docvet
wants Python 3.12 and is passed over, aloud, under an older one.

Environment: DOCGEN is the program (default: target/release/docgen). Exit status: 0 when they agree,
1 when they do not, 2 when one of them could not be run.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 20

# Lines of what lacks a docstring, and how many definitions need one.
Verdict = tuple[list[int], int]


def by_docgen(preset: str, files: list[Path]) -> dict[Path, Verdict]:
    """Ask docgen about files, comments that silence it left aside by leaving such files out."""
    program = Path(os.environ.get("DOCGEN") or ROOT / "target/release/docgen").resolve()
    verdicts = {}
    for start in range(0, len(files), 500):
        some = files[start : start + 500]
        command = [program, "check", "--isolated", "--preset", preset, "--select", "D1", "--format", "json", *some]
        done = subprocess.run(command, cwd="/", capture_output=True, stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 1):
            raise SystemExit(f"presets.py: docgen ended with {done.returncode}: {done.stderr.decode()}")
        answer = json.loads(done.stdout)
        needed = {Path("/", one["path"]): one["needed"] for one in answer["files"]}
        lines: dict[Path, list[int]] = {path: [] for path in needed}
        for one in answer["diagnostics"]:
            # A file that docgen could not read has no verdict.
            if one["code"].startswith("D1"):
                lines[Path("/", one["path"])].append(one["line"])
        verdicts.update({path: (sorted(lines[path]), needed[path]) for path in needed})
    return verdicts


def by_interrogate(path: Path, source: str) -> Verdict:
    """Ask interrogate, none of its options given."""
    from interrogate import config, visit

    visitor = visit.CoverageVisitor(filename=str(path), config=config.InterrogateConfig())
    visitor.visit(ast.parse(source))
    missing = [node.lineno or 1 for node in visitor.nodes if not node.covered]
    return sorted(missing), len(visitor.nodes)


def by_docvet(path: Path, source: str) -> Verdict:
    """Ask docvet's presence check, none of its options given."""
    from docvet.checks.presence import check_presence
    from docvet.config import PresenceConfig

    findings, stats = check_presence(source, str(path), PresenceConfig())
    missing = [one.line for one in findings if one.rule == "missing-docstring"]
    return sorted(missing), stats.total


def files_of(tree: Path) -> dict[Path, str]:
    """The files that both can read, comments that silence a rule aside."""
    files = {}
    for path in sorted(tree.rglob("*.py")):
        try:
            source = path.read_text(encoding="utf-8")
            ast.parse(source)
        except (SyntaxError, ValueError, UnicodeDecodeError):
            continue
        if not any(word in source.lower() for word in ("noqa", "# ruff", "# docgen")):
            files[path.resolve()] = source
    return files


def compare(preset: str, peer: str, ask: Callable[[Path, str], Verdict], files: dict[Path, str]) -> int:
    """Print and count the files about which the two disagree."""
    ours = by_docgen(preset, list(files))
    definitions = differences = 0
    for path, source in files.items():
        theirs = ask(path, source)
        definitions += theirs[1]
        if ours.get(path) != theirs:
            differences += 1
            if differences <= SHOWN:
                print(f"  {path}: docgen {ours.get(path)}, {peer} {theirs}")
    print(f"{preset} = {peer}: {len(files)} files, {definitions} definitions, {differences} files differ")
    return differences


def main() -> int:
    """Compare each tree."""
    # Long sums are deep trees.
    sys.setrecursionlimit(20_000)
    trees = [Path(argument) for argument in sys.argv[1:]]
    if not trees:
        print(__doc__, file=sys.stderr)
        return 2
    files = {path: source for tree in trees for path, source in files_of(tree).items()}
    differences = compare("all", "interrogate", by_interrogate, files)
    try:
        import docvet  # noqa: F401
    except ImportError:
        print("api = docvet: passed over, docvet is not installed (it wants Python 3.12)")
    else:
        differences += compare("api", "docvet", by_docvet, files)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
