#!/usr/bin/env python3
"""Measure how well docgen uses a quota, beside the official `openai` client.

Usage: quota.py [--quick] [--json FILE] [SCENARIO...]
       quota.py --list
       quota.py fake [OPTION...]        (the fake Azure OpenAI by itself; `quota.py fake --help`)

For each scenario a fake Azure OpenAI is started that admits requests as the real one does, docgen documents a tree
of small functions with it, and the official client then sends the very bodies that docgen sent, from 16 threads with
its own retries, to a fake in the same state. Prints a table. Exits with 1 when docgen misses a figure: 98 % of the
limit that binds, no 429 after the first window, every definition documented, nothing asked again that had been answered,
less than 300 MB.

"Of the limit" is what was admitted in the full windows, divided by what they allow: windows of 10 seconds for requests,
minutes for tokens, on the fake's clock. The window of the first request is left out; so are the one of the last request
that asked for something new and all after it, since there was no more work to fill them. "At least" is the least that
this would be if the windows had begun at another time.

What each run left is in target/quota/SCENARIO/CLIENT: the fake's log and summary, the bodies, the client's output.

Environment: DOCGEN (default: target/release/docgen).
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import platform
import shutil
import signal
import sys
from pathlib import Path

from quota import clients, fake_azure, scenarios, table

WORK = clients.ROOT / "target/quota"


def lock() -> object:
    """Keep a second bench out: it would take this one's processor and files."""
    WORK.mkdir(parents=True, exist_ok=True)
    file = (WORK / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise clients.Failed("another run is on") from None
    return file


def run(arguments: argparse.Namespace) -> list[dict]:
    """Run the scenarios one after the other."""
    found = shutil.which(os.environ.get("DOCGEN", clients.ROOT / "target/release/docgen"))
    if not found:
        raise clients.Failed("no docgen: run `cargo build --release`, or set DOCGEN")
    program = Path(found).resolve()
    with_openai = "openai" in arguments.clients
    python = clients.openai_python() if with_openai else None
    results = []
    for scenario in scenarios.SCENARIOS:
        if arguments.scenarios and scenario.name not in arguments.scenarios:
            continue
        chosen = scenario.quick() if arguments.quick else scenario
        folder = WORK / chosen.name
        extra = [f"--seed={arguments.seed}", *arguments.fake]
        if "docgen" in arguments.clients:
            say(f"{chosen.name}: docgen")
            results.append(clients.run_docgen(program, chosen, folder / "docgen", arguments.max_concurrency, extra))
            for miss in table.misses(results[-1]):
                say(f"{chosen.name}: docgen {miss}")
        bodies = folder / "docgen/bodies.jsonl"
        if with_openai and not chosen.alone:
            if not bodies.exists():
                raise clients.Failed(f"no bodies to send in {bodies}: run docgen in this scenario first")
            say(f"{chosen.name}: openai")
            results.append(clients.run_openai(python, chosen, bodies, folder / "openai", extra))
        # What has been measured is kept should a later scenario fail.
        (WORK / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return results


def say(line: str) -> None:
    """Tell how far the bench is."""
    print(f"quota.py: {line}", file=sys.stderr, flush=True)


def main() -> int:
    """Read the command line, run, and judge docgen."""
    if sys.argv[1:2] == ["fake"]:
        fake_azure.main(sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [scenario.name for scenario in scenarios.SCENARIOS]
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(names)} (default: all)")
    parser.add_argument("--list", action="store_true", help="say what the scenarios are")
    parser.add_argument("--quick", action="store_true", help="half a minute a scenario; no verdict about rates")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there, each window's too")
    parser.add_argument("--clients", default="docgen,openai", help="default: docgen,openai")
    parser.add_argument("--max-concurrency", type=int, help="for docgen's settings (default: docgen's own)")
    parser.add_argument("--seed", type=int, default=1, help="of latencies and faults")
    parser.add_argument(
        "--fake", action="append", default=[], metavar="OPTION", help="for the fake: --fake=--token-window=sliding"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.scenarios) - set(names):
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if arguments.list:
        print("\n".join(f"{scenario.name:15} {scenario.about}" for scenario in scenarios.SCENARIOS))
        return 0
    # Ended like an interrupted one, so that no client and no fake is left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        held = lock()
        results = run(arguments)
    except clients.Failed as error:
        say(str(error))
        return 2
    print(table.markdown(results))
    if arguments.json:
        machine = {"processors": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
        data = {"machine": machine, "quick": arguments.quick, "runs": results}
        arguments.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    missed = [f"{one['scenario']}: docgen {miss}" for one in results if one["client"] == "docgen" for miss in table.misses(one)]
    for miss in missed:
        say(miss)
    del held
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
