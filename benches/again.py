#!/usr/bin/env python3
"""Measure what a second run costs: requests, and time against `docgen check`.

Usage: again.py [--runs N] PACKAGE

Documents a copy of a real package with the fake Azure of quota.py, then:

- `again`: runs once more over the documented tree;
- `back`: puts the files back as they were and runs once more, so that every answer comes out of the cache;
- `offline`: the same as `again`, with offline drafts.

Prints for each the requests that were sent and the median of its times; for `check` over the same tree too, with what it knows from
earlier commands and without. Exits with 1 when a second run sends a request, or `again` or `offline` takes more than 1.5 times `check`.

Environment: DOCGEN (default: target/release/docgen).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
from pathlib import Path

from order import copy
from quota import clients, summary, workload
from quota.scenarios import Scenario

WORK = clients.ROOT / "target/again"
MOST = 1.5
QUICK = Scenario("again", "a real package", 0, (12,), 1_000_000, 2_000_000_000, latency=(0.02, 0.2))


def sent(folder: Path) -> int:
    """How many requests have reached the fake."""
    return len(summary.read_log(folder / "log.jsonl")[1])


def timed(command: list[str | Path], folder: Path, tree: Path, runs: int, expected: tuple[int, ...]) -> float:
    """The median of a command's times in seconds."""
    times = []
    for _ in range(runs):
        result = clients.measure(command, folder, 3_600, tree)
        if result["exit_status"] not in expected:
            raise clients.Failed(f"{command} ended with {result['status']}: {(folder / 'stderr.txt').read_text()[-400:]}")
        times.append(result["seconds"])
    return statistics.median(times)


def put_back(package: Path, tree: Path) -> None:
    """The package's files as they were."""
    shutil.rmtree(tree / package.name)
    copy(package, tree, None)


def main() -> int:
    """Run all and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    found = shutil.which(os.environ.get("DOCGEN", clients.ROOT / "target/release/docgen"))
    if not found:
        print("no docgen: run `cargo build --release`, or set DOCGEN", file=sys.stderr)
        return 2
    program, package, runs = Path(found).resolve(), arguments.package, arguments.runs
    folder = clients.fresh(WORK)
    tree = folder / "tree"
    copy(package, tree, None)
    run, check = [program, "run", "--quiet", "."], [program, "check", "--quiet", "."]
    print("| | Requests | Seconds | Times `check` |\n|---|--:|--:|--:|")
    with clients.fake(QUICK, folder, []) as address:
        workload.write_settings(tree, address, rpm=None, tpm=None, per_request=12, concurrency=None)
        first = timed(run, folder, tree, 1, (0, 1))
        before = sent(folder)
        print(f"| first run | {before} | {first:.2f} | |", flush=True)
        fresh = timed([*check, "--no-cache"], folder, tree, runs, (0, 1))
        known = timed(check, folder, tree, runs, (0, 1))
        print(f"| check, every file parsed | | {fresh:.2f} | |\n| check | | {known:.2f} | |", flush=True)
        again = timed(run, folder, tree, runs, (0, 1))
        asked = sent(folder) - before
        print(f"| again | {asked} | {again:.2f} | {again / known:.2f} |", flush=True)
        put_back(package, tree)
        back = timed(run, folder, tree, 1, (0, 1))
        asked_back = sent(folder) - before - asked
        print(f"| back | {asked_back} | {back:.2f} | {back / fresh:.2f} (every file parsed) |", flush=True)
        timed([*run, "--provider", "offline"], folder, tree, 1, (0, 1))
        offline = timed([*run, "--provider", "offline"], folder, tree, runs, (0, 1))
        print(f"| offline | | {offline:.2f} | {offline / known:.2f} |", flush=True)
    return 0 if asked == asked_back == 0 and max(again, offline) <= MOST * known else 1


if __name__ == "__main__":
    sys.exit(main())
