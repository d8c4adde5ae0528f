#!/usr/bin/env python3
"""Document whole trees offline, every definition of them; nothing may break.

Usage: trees.py [--overwrite] [--style NAME] PATH...

Each tree's Python files are copied and documented with everything selected. Then

* nothing but docstrings may differ, by Python's own parser and tokenizer (ast_equal.py),
* no docstring may have failed its proof,
* a second run may not change a byte,
* every definition that was selected must have a docstring, save those that docgen gives a reason for.

The table has the files read, definitions documented, wall seconds and peak memory of the first run.
`--overwrite` writes the docstrings that are there anew, too. A file that this Python cannot parse must
stay as it was. `lib` stands for this Python's own library, tests included.

  DOCGEN   the program (default: target/release/docgen)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCGEN = str(Path(os.environ.get("DOCGEN", ROOT / "target/release/docgen")).resolve())
EVERYTHING = ["--private", "--nested", "--init", "--select", "D1", "--no-respect-gitignore", "--exclude", ".nothing"]
QUIET = ["--provider", "offline", "--isolated", "--no-report", "--quiet", "--format", "json"]


def copied(source: Path, target: Path) -> None:
    """Copy the Python files of a tree."""
    for path in source.rglob("*.py"):
        if path.is_file() and not {"__pycache__", "site-packages"} & set(path.parts[len(source.parts) :]):
            to = target / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)


def run(folder: Path, options: list[str]) -> tuple[dict[str, object], float, int]:
    """Run docgen; the answer is its report, the wall seconds and the peak memory in KiB."""
    command = [DOCGEN, "run", ".", *QUIET, *EVERYTHING, *options]
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            raise SystemExit(f"docgen run: exit status {process.returncode}")
        output.seek(0)
        return json.load(output), seconds, usage.ru_maxrss


def checksums(folder: Path) -> dict[str, bytes]:
    """The content of every file, as a digest."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).digest() for path in files}


def judge(name: str, source: Path, options: list[str]) -> bool:
    """Document one tree and print its line; whether all is well."""
    with tempfile.TemporaryDirectory() as temporary:
        before, after = Path(temporary, "before"), Path(temporary, "after")
        copied(source, before)
        shutil.copytree(before, after)
        report, seconds, memory = run(after, options)
        statuses = [one for file in report["files"] for one in file["definitions"]]
        documented = sum(one["status"] == "documented" for one in statuses)
        failed = [one for one in statuses if one["status"] in ("failed", "rejected")]
        first = checksums(after)
        run(after, options)
        changed = sum(first[name] != digest for name, digest in checksums(after).items())
        compared = subprocess.run(
            [sys.executable, str(ROOT / "tests/judges/ast_equal.py"), str(before), str(after)],
            capture_output=True,
            text=True,
        )
        broken = compared.stdout.strip().split("\n")[:-1]
        print(
            f"{name:12} {report['files_read']:6} {documented:8} {len(broken):7} {len(failed):9} "
            f"{changed:9} {seconds:8.2f} {memory // 1024:6}",
            flush=True,
        )
        for line in [*broken, *(f"{one['id']}: {one['reason']}" for one in failed)][:20]:
            print(f"    {line}")
        return not (broken or failed or changed)


def main() -> int:
    """Judge the trees named on the command line.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--overwrite", action="store_true", help="write the docstrings that are there anew, too")
    parser.add_argument("--style", default="google")
    parser.add_argument("path", nargs="+")
    arguments = parser.parse_args()
    options = ["--style", arguments.style, *(["--overwrite"] if arguments.overwrite else [])]
    print(f"{'tree':12} {'files':>6} {'new':>8} {'broken':>7} {'unproven':>9} {'2nd run':>9} {'seconds':>8} {'MiB':>6}")
    well = True
    for path in arguments.path:
        source = Path(sysconfig.get_path("stdlib") if path == "lib" else path).resolve()
        # A process inherits its parent's peak, so each tree has a young parent.
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as young:
            well &= young.submit(judge, source.name, source, options).result()
    return int(not well)


if __name__ == "__main__":
    raise SystemExit(main())
