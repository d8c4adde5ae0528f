#!/usr/bin/env python3
"""Compare what docgen and ruff call undocumented (D100 to D107).

Usage: missing_rules.py TREE...

Environment: DOCGEN is the program (default: target/release/docgen), RUFF the linter (default:
the judges' own, else the one on PATH). Exit status: 0 when both name the same places, 1 when
they do not, 2 when one of them could not be run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODES = frozenset(f"D10{digit}" for digit in range(8))
SHOWN = 50

Finding = tuple[str, int, str]


class Unusable(Exception):
    """A program did not do what it was asked to."""


def _program(variable: str, *defaults: Path | str) -> str:
    wanted = os.environ.get(variable)
    for candidate in [wanted] if wanted else defaults:
        found = shutil.which(candidate)
        if found:
            # Absolute, since the program is run in another folder.
            return os.path.abspath(found)
    raise Unusable(f"no program for {variable}: tried {wanted or ', '.join(map(str, defaults))}")


def _json(command: list[str], tree: Path) -> object:
    done = subprocess.run(command, cwd=tree, capture_output=True, stdin=subprocess.DEVNULL)
    # Both end with 1 when there is something to report.
    if done.returncode not in (0, 1):
        words = done.stderr.decode(errors="replace").strip()
        raise Unusable(f"{command[0]} ended with {done.returncode}: {words}")
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise Unusable(f"{command[0]} did not print JSON: {error}") from error


def _path(name: str, tree: Path) -> str:
    return os.path.relpath(os.path.realpath(tree / name), os.path.realpath(tree))


def by_ruff(tree: Path) -> set[Finding]:
    """Ask ruff.

    Args:
        tree: The folder to look through.

    Returns:
        The file, the line and the code of each finding.
    """
    judges = Path(os.environ.get("DOCGEN_JUDGES", ROOT / "target" / "judges"))
    ruff = _program("RUFF", judges / "venv" / "bin" / "ruff", "ruff")
    # The newest syntax, so that what older Pythons lack is no fault.
    command = [ruff, "check", "--isolated", "--no-cache", "--target-version", "py314"]
    found = _json([*command, "--select", "D1", "--output-format", "json", "."], tree)
    return {
        (_path(one["filename"], tree), one["location"]["row"], one["code"])
        for one in found
        if one["code"] in CODES and not one["filename"].endswith(".ipynb")
    }


def by_docgen(tree: Path) -> set[Finding]:
    """Ask docgen.

    Args:
        tree: The folder to look through.

    Returns:
        The file, the line and the code of each finding.
    """
    docgen = _program("DOCGEN", ROOT / "target" / "release" / "docgen")
    command = [docgen, "check", ".", "--isolated", "--select", "D1", "--format", "json"]
    found = _json(command, tree)
    return {
        (_path(one["path"], tree), one["line"], one["code"])
        for one in found["diagnostics"]
        if one["code"] in CODES
    }


def of_readable(findings: set[Finding], tree: Path) -> set[Finding]:
    """Leave out what stands in files that are not UTF-8, which ruff does not read.

    Args:
        findings: What was found.
        tree: The folder that was looked through.

    Returns:
        The other findings.
    """
    unread = set()
    for path in {path for path, _, _ in findings}:
        try:
            tokenize.open(tree / path).close()
            (tree / path).read_text(encoding="utf-8")
        except (SyntaxError, UnicodeDecodeError):
            unread.add(path)
    if unread:
        print(f"  left out, since not every tool reads them: {', '.join(sorted(unread))}")
    return {finding for finding in findings if finding[0] not in unread}


def _show(title: str, findings: set[Finding]) -> None:
    if not findings:
        return
    print(f"  {title}: {len(findings)}")
    for path, line, code in sorted(findings)[:SHOWN]:
        print(f"    {path}:{line}: {code}")
    if len(findings) > SHOWN:
        print(f"    and {len(findings) - SHOWN} more")


def main() -> int:
    """Compare the trees named on the command line.

    Returns:
        The exit status.
    """
    trees = [Path(argument) for argument in sys.argv[1:]]
    if not trees or not all(tree.is_dir() for tree in trees):
        print("usage: missing_rules.py TREE...", file=sys.stderr)
        return 2
    differ = False
    for tree in trees:
        try:
            ruff, docgen = by_ruff(tree), by_docgen(tree)
        except Unusable as error:
            print(f"missing_rules.py: {tree}: {error}", file=sys.stderr)
            return 2
        differing = of_readable(ruff ^ docgen, tree) | (ruff & docgen)
        ruff, docgen = ruff & differing, docgen & differing
        codes = Counter(code for _, _, code in ruff & docgen)
        agreed = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
        print(f"{tree}: ruff {len(ruff)}, docgen {len(docgen)}, both {len(ruff & docgen)}")
        print(f"  agreed: {agreed or 'nothing to report'}")
        _show("only ruff", ruff - docgen)
        _show("only docgen", docgen - ruff)
        differ = differ or ruff != docgen
    return 1 if differ else 0


if __name__ == "__main__":
    raise SystemExit(main())
