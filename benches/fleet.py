#!/usr/bin/env python3
"""Measure how well several docgen processes use one quota that they share through Redis.

Usage: fleet.py [--quick] [--jobs N] [--json FILE] [--fake=OPTION] [SCENARIO...]

Starts a `redis-server` of its own and the fake of `quota.py`, and N docgen processes at the same time, each with
its own tree, the settings of the whole quota and DOCGEN_REDIS_URL. After a third of the time that the work takes at
the full rate one of them is killed as `kill -9` does. Prints a table. Exits with 1 when the processes miss a figure:
95 % of the limit that binds, no 429 after the first window, never more than the quota within any 60 seconds,
every definition of those that lived documented, nothing asked again that had been answered.

--alone runs them without Redis, for comparison. What the run left is in target/quota/fleet-SCENARIO.

Environment: DOCGEN (default: target/release/docgen).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from quota import clients, scenarios, workload
from quota.limits import MINUTE
from quota.summary import read_log

LEAST_SHARE = 0.95
WORK = clients.ROOT / "target/quota"
SCENARIOS = ("requests-600", "tokens")


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis server with nothing on the disk; gives its URL."""
    program = shutil.which("redis-server")
    if not program:
        raise clients.Failed("no redis-server: install it (Debian: apt-get install --no-install-recommends redis-server)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.01)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def environment(folder: Path, redis: str | None) -> dict[str, str]:
    """The variables of a process."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    kept |= {"HOME": str(folder), "AZURE_OPENAI_API_KEY": workload.KEY}
    return kept | ({"DOCGEN_REDIS_URL": redis} if redis else {})


def full_rate(scenario: scenarios.Scenario) -> float:
    """Seconds that the work takes at the full rate."""
    return scenario.files / scenario.rpm * 60 if scenario.binding != "tokens" else scenario.files / 93 * 60


def run(program: Path, scenario: scenarios.Scenario, arguments: argparse.Namespace) -> dict:
    """Run the processes, kill one, and judge the rest."""
    folder = clients.fresh(WORK / f"fleet-{scenario.name}")
    share = scenario.files // arguments.jobs
    trees = [folder / f"tree-{job}" for job in range(arguments.jobs)]
    for job, tree in enumerate(trees):
        # The folder tells the definitions of one tree from those of another.
        workload.write_tree(tree / f"job_{job}", share, scenario.functions, scenario.lines)
    killed = arguments.jobs - 1
    with clients.fake(scenario, folder, arguments.fake) as address, redis_server(folder) as redis:
        for tree in trees:
            options = {"rpm": scenario.rpm, "tpm": scenario.tpm, "per_request": max(scenario.functions), "concurrency": None}
            workload.write_settings(tree, address, **options)
        begun = time.perf_counter()
        jobs = []
        for job, tree in enumerate(trees):
            out = (folder / f"job-{job}.txt").open("wb")
            variables = environment(folder, None if arguments.alone else redis)
            command = [program, "run", "--no-cache", "--quiet", tree]
            jobs.append(subprocess.Popen(command, cwd=tree, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=out))
        try:
            time.sleep(full_rate(scenario) / 3)
            jobs[killed].send_signal(signal.SIGKILL)
            statuses = [job.wait(clients.patience(scenario)) for job in jobs]
        finally:
            for job in jobs:
                if job.poll() is None:
                    job.kill()
        seconds = time.perf_counter() - begun
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    del summary["asked"]
    left = sum(workload.undocumented(tree) for job, tree in enumerate(trees) if job != killed)
    for tree in trees:
        shutil.rmtree(tree)
    return {
        "scenario": scenario.name,
        "binding": scenario.binding,
        "jobs": arguments.jobs,
        "shared": not arguments.alone,
        "seconds": round(seconds, 1),
        "statuses": statuses,
        "left": left,
        "fullest_minute": fullest_minute(folder / "log.jsonl"),
        **summary,
    }


def fullest_minute(log: Path) -> dict[str, float]:
    """The most that any 60 seconds saw admitted of each limit, whenever they begin."""
    settings, requests = read_log(log)
    fullest = {}
    for name, limit, amount in (("requests", settings["rpm"], None), ("tokens", settings["tpm"], "cost")):
        total, start, most = 0, 0, 0
        taken = [(one["at"], one[amount] if amount else 1) for one in requests if one["admitted"]]
        for at, cost in taken:
            total += cost
            while taken[start][0] + MINUTE <= at:
                total -= taken[start][1]
                start += 1
            most = max(most, total)
        if limit:
            fullest[name] = most / limit
    return fullest


def misses(result: dict) -> list[str]:
    """The figures that the processes do not reach."""
    found = []
    limit = result["limits"].get(result["binding"], {})
    if limit and (limit["share"] or 0) < LEAST_SHARE:
        found.append(f"used {limit['share'] or 0:.1%} of the limit, not {LEAST_SHARE:.0%}")
    for name, share in result["fullest_minute"].items():
        if share > 1:
            found.append(f"sent {share:.1%} of a minute's {name} within 60 seconds")
    if result["refused_after_first_window"]:
        found.append(f"were refused {result['refused_after_first_window']} times after the first window")
    if result["left"]:
        found.append(f"left {result['left']} definitions without a docstring")
    if result["asked_twice"]:
        found.append(f"asked twice for {result['asked_twice']} definitions that had been answered")
    if any(status != 0 for status in result["statuses"][:-1]):
        found.append(f"ended with {result['statuses']}")
    return found


def markdown(results: list[dict]) -> str:
    """A row for each run."""
    head = "Scenario | Processes | Of the limit | At least | Fullest minute | 429 | Without a docstring | Asked twice | Requests | Wall"
    rows = [f"| {head} |", "|---|---|" + "--:|" * 8]
    for one in results:
        limit = one["limits"].get(one["binding"] or "requests", {})
        fullest = one["fullest_minute"].get(one["binding"] or "requests")
        shown = [limit.get("share"), limit.get("least_share"), fullest]
        cells = [
            one["scenario"],
            f"{one['jobs']}, {'shared' if one['shared'] else 'each alone'}",
            *("" if value is None else f"{value:.1%}" for value in shown),
            f"{one['refused']}",
            f"{one['left']}",
            f"{one['asked_twice']}",
            f"{one['requests']}",
            f"{one['seconds']:.0f} s",
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main() -> int:
    """Read the command line, run, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="half a minute a scenario; no verdict about rates")
    parser.add_argument("--jobs", type=int, default=4, help="processes (default: 4)")
    parser.add_argument("--alone", action="store_true", help="without Redis, each with the whole quota")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--fake", action="append", default=[], metavar="OPTION", help="for the fake, as in quota.py")
    arguments = parser.parse_args()
    if unknown := set(arguments.scenarios) - set(SCENARIOS):
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    WORK.mkdir(parents=True, exist_ok=True)
    found = shutil.which(os.environ.get("DOCGEN", clients.ROOT / "target/release/docgen"))
    results = []
    try:
        if not found:
            raise clients.Failed("no docgen: run `cargo build --release`, or set DOCGEN")
        for scenario in scenarios.SCENARIOS:
            if scenario.name in (arguments.scenarios or SCENARIOS):
                # Enough for every process: what is killed leaves its work undone.
                chosen = replace(scenario, files=scenario.files * 9 // 10)
                chosen = replace(chosen.quick(), files=40) if arguments.quick else chosen
                results.append(run(Path(found).resolve(), chosen, arguments))
    except clients.Failed as error:
        print(f"fleet.py: {error}", file=sys.stderr)
        return 2
    print(markdown(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    missed = [] if arguments.alone else [f"{one['scenario']}: the processes {miss}" for one in results for miss in misses(one)]
    for miss in missed:
        print(f"fleet.py: {miss}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
