#!/usr/bin/env python3
"""Measure how far off docgen's estimate of a run is.

Usage: estimate.py [--flawed SHARE] [PACKAGE...]

Has trees documented with the fake Azure of quota.py: fixtures/shop, a tree of 500 definitions, and copies of the packages
given. The fake counts tokens with an implementation of o200k_base that is not docgen's, says that it is gpt-4.1-mini, and has
the share --flawed of its replies describe an argument too many, so that they have to be repaired. Each tree is documented
three times, nothing being remembered: when it is not known which model it is (tokens by characters); when the settings say it;
and once more, when earlier runs have shown how often replies are repaired and how long they are.

Prints what `docgen plan` says before each run beside what the fake counted. Exits with 1 when prompt tokens are off by more than 10 %
where the model is known.

Environment: DOCGEN (default: target/release/docgen).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from quota import clients, workload
from quota.scenarios import Scenario

WORK = clients.ROOT / "target/estimate"
TOKENIZER = "bpe-openai==0.1.4"
MOST = 10.0


def copied(package: Path, tree: Path) -> None:
    """Copy a package's Python files."""
    for path in sorted(package.rglob("*.py")):
        target = tree / package.name / path.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def written(tree: Path) -> None:
    """Write 500 definitions: functions of four kinds, 1 to 12 a file."""
    sizes = (1, 12, 5, 3, 8, 2, 9)
    files = next(count for count in range(1, 500) if workload.count(count, sizes) >= 500)
    workload.write_tree(tree, files, sizes, 6)


def planned(program: Path, tree: Path, arguments: list[str]) -> dict:
    """The estimate of a plan."""
    command = [program, "plan", "--format", "json", "--no-cache", *arguments, tree]
    return json.loads(subprocess.run(command, cwd=tree, check=True, capture_output=True).stdout)["estimate"]


def run(program: Path, python: Path, name: str, make, flawed: float) -> list[dict]:
    """Document a tree three times; gives the estimate and the figures of each."""
    folder = clients.fresh(WORK / name)
    tree = folder / "tree"
    tree.mkdir()
    make(tree)
    scenario = Scenario(name, "an estimate", 0, (12,), 6_000, 100_000_000, "requests")
    extra = ["--encoding", "o200k_base", "--model", "gpt-4.1-mini-2025-04-14", "--flawed", str(flawed), "--latency", "0.05", "0.2"]
    results = []
    with clients.fake(scenario, folder, extra, python) as address:
        for what in ("model unknown", "model known", "after a run"):
            workload.write_settings(tree, address, rpm=6_000, tpm=100_000_000, per_request=12, concurrency=None)
            settings = tree / "docgen.toml"
            if what == "model known":
                # What the first run has shown is forgotten.
                shutil.rmtree(tree / ".docgen")
                text = settings.read_text(encoding="utf-8")
                settings.write_text(text.replace("[azure]", '[azure]\nmodel = "gpt-4.1-mini"'), encoding="utf-8")
            estimate = planned(program, tree, [])
            command = [program, "run", "--quiet", "--no-cache", "--no-report", tree]
            before = (folder / "log.jsonl").stat().st_size
            clients.measure(command, folder, 600, tree)
            with (folder / "log.jsonl").open(encoding="utf-8") as log:
                log.seek(before)
                usages = [line["usage"] for line in map(json.loads, log) if line.get("usage")]
            results.append({"tree": name, "known": what, "estimate": estimate, "usages": usages})
            for path in tree.iterdir():
                if path.name != ".docgen":
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            make(tree)
    return results


def off(estimated: float, actual: float) -> float:
    """By how many percent an estimate is too high."""
    return (estimated - actual) / actual * 100


def main() -> int:
    """Run all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", type=Path, metavar="PACKAGE")
    parser.add_argument("--flawed", type=float, default=0.05, help="share of the replies that have to be repaired (default: 0.05)")
    arguments = parser.parse_args()
    found = shutil.which(os.environ.get("DOCGEN", clients.ROOT / "target/release/docgen"))
    if not found:
        print("no docgen: run `cargo build --release`, or set DOCGEN", file=sys.stderr)
        return 2
    program = Path(found).resolve()
    python = clients.python_with(TOKENIZER, WORK / "venv")
    trees = {"shop": lambda tree: copied(clients.ROOT / "fixtures/shop/shop", tree), "500 definitions": written}
    for package in arguments.packages:
        trees[package.name] = lambda tree, package=package.resolve(): copied(package, tree)
    print("| Tree | What is known | Definitions | Requests | came | Prompt tokens | came | off | Output tokens | came | off |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    worst = 0.0
    for name, make in trees.items():
        for result in run(program, python, name, make, arguments.flawed):
            estimate, usages = result["estimate"], result["usages"]
            prompt, output = (sum(usage[part] for usage in usages) for part in (0, 1))
            prompt_off, output_off = off(estimate["prompt_tokens"], prompt), off(estimate["output_tokens"], output)
            cells = [
                name, result["known"], estimate["definitions"], estimate["requests"], len(usages),
                f"{estimate['prompt_tokens']:,}", f"{prompt:,}", f"{prompt_off:+.1f} %",
                f"{estimate['output_tokens']:,}", f"{output:,}", f"{output_off:+.1f} %",
            ]  # fmt: skip
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)
            if result["known"] != "model unknown":
                worst = max(worst, abs(prompt_off))
    print(f"\nprompt tokens, the model being known: off by {worst:.1f} % at most")
    return 0 if worst <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
