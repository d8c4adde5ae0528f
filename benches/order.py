#!/usr/bin/env python3
"""Measure what the order of the work costs: callees first against one file after the other.

Usage: order.py [--rpm N] [--files N] PACKAGE

Documents a copy of a real package twice, with the fake Azure of quota.py and its latencies (1 to 8 seconds, 2.75 on average):
once in either order, at the same quota. Prints for each the requests, the time from the first admission to the last and the
rate; then the ratio of the two rates. Exits with 1 when callees first has less
than 98 % of the other's rate.

Environment: DOCGEN (default: target/release/docgen).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from quota import clients, summary, workload
from quota.scenarios import Scenario

WORK = clients.ROOT / "target/order"
ORDERS = ("files", "callees")
LEAST = 0.98


def copy(package: Path, tree: Path, files: int | None) -> None:
    """Copy a package's Python files, or the first so many by name."""
    chosen = sorted(package.rglob("*.py"))[:files]
    for path in chosen:
        target = tree / package.name / path.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def run(program: Path, package: Path, scenario: Scenario, order: str, files: int | None) -> dict:
    """Document the package in an order; says how the requests were admitted."""
    folder = clients.fresh(WORK / order)
    tree = folder / "tree"
    copy(package, tree, files)
    with clients.fake(scenario, folder, []) as address:
        workload.write_settings(tree, address, rpm=scenario.rpm, tpm=scenario.tpm, per_request=12, concurrency=None)
        with (tree / "docgen.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'order = "{order}"\n')
        measured = clients.measure([program, "run", "--quiet", tree], folder, 3_600, tree)
    counts = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    shutil.rmtree(tree)
    return {"order": order, **measured, **counts}


def admitted(folder: Path) -> list[float]:
    """The times at which requests were admitted, from the fake's log."""
    _, requests = summary.read_log(folder / "log.jsonl")
    return [request["at"] for request in requests if request["admitted"]]


def main() -> int:
    """Run both and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--rpm", type=int, default=600)
    parser.add_argument("--files", type=int, help="only the first so many files")
    arguments = parser.parse_args()
    found = shutil.which(os.environ.get("DOCGEN", clients.ROOT / "target/release/docgen"))
    if not found:
        print("no docgen: run `cargo build --release`, or set DOCGEN", file=sys.stderr)
        return 2
    scenario = Scenario("order", "a real package", 0, (12,), arguments.rpm, 100_000_000, "requests")
    rates = {}
    print("| Order | Requests | 429 | First to last, s | Requests a minute | Wall, s |\n|---|--:|--:|--:|--:|--:|")
    for order in ORDERS:
        result = run(Path(found).resolve(), arguments.package, scenario, order, arguments.files)
        times = admitted(WORK / order)
        span = times[-1] - times[0]
        rates[order] = (len(times) - 1) / span * 60
        refused = result["refused"]
        print(f"| {order} | {len(times)} | {refused} | {span:.1f} | {rates[order]:.1f} | {result['seconds']:.1f} |", flush=True)
    ratio = rates["callees"] / rates["files"]
    print(f"\ncallees first: {ratio:.1%} of the rate of the files' order")
    return 0 if ratio >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
