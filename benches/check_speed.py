#!/usr/bin/env python3
"""Measure `docgen check` beside ruff on whole trees.

Usage: check_speed.py [--rounds N] TREE...

Runs in turn `ruff check --isolated --no-cache --select D1`, `docgen check --isolated --select D1` and
`docgen check --isolated` (drift rules on too), N times each after one round to warm the page cache, and
prints the median wall time, user time and peak memory of each, and docgen's share of ruff's time.

Environment: DOCGEN (default: target/release/docgen), RUFF (default: the judges' own, which
tests/judges/venv.sh installs, else the one on PATH).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def program(variable: str, *defaults: Path | str) -> str:
    """Where a program is."""
    for candidate in (os.environ.get(variable), *defaults):
        found = candidate and shutil.which(candidate)
        if found:
            return os.path.abspath(found)
    raise SystemExit(f"check_speed.py: no program for {variable}")


def measure(command: list[str], tree: Path) -> tuple[float, float, float]:
    """Wall seconds, user seconds and peak mebibytes of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"check_speed.py: {command[0]} ended with {process.returncode}")
    return wall, usage.ru_utime, usage.ru_maxrss / 1024


def main() -> None:
    """Measure each tree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("trees", nargs="+", type=Path)
    arguments = parser.parse_args()
    ruff = program("RUFF", ROOT / "target/judges/venv/bin/ruff", "ruff")
    docgen = program("DOCGEN", ROOT / "target/release/docgen")
    commands = {
        "ruff D1": [ruff, "check", "--isolated", "--no-cache", "--no-respect-gitignore", "--quiet", "--select", "D1", "."],
        "docgen D1": [docgen, "check", "--isolated", "--no-respect-gitignore", "--quiet", "--select", "D1", "."],
        "docgen all": [docgen, "check", "--isolated", "--no-respect-gitignore", "--quiet", "."],
    }
    print("| Tree | | Wall | User | Memory | Wall / ruff | User / ruff |\n|---|---|--:|--:|--:|--:|--:|")
    for tree in map(Path.resolve, arguments.trees):
        for command in commands.values():
            measure(command, tree)
        runs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
        for _ in range(arguments.rounds):
            for name, command in commands.items():
                runs[name].append(measure(command, tree))
        medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
        base = medians["ruff D1"]
        for name, (wall, user, memory) in medians.items():
            ratios = f"{wall / base[0]:.2f} | {user / base[1]:.2f}"
            print(f"| {tree.name} | {name} | {wall:.2f} s | {user:.2f} s | {memory:.0f} MiB | {ratios} |")


if __name__ == "__main__":
    main()
