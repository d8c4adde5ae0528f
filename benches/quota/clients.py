"""Runs a client against the fake and takes its measure."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quota import workload
from quota.scenarios import Scenario

BENCHES = Path(__file__).resolve().parents[1]
ROOT = BENCHES.parent
OPENAI = "openai==3.54.0"
# How much longer than at the full rate a client may take before it is stopped.
PATIENCE = 5


class Failed(Exception):
    """The bench itself cannot go on."""


def openai_python() -> Path:
    """The Python of a virtual environment with the official client; made if it is not there."""
    return python_with(OPENAI, ROOT / "target/quota/venv")


def python_with(package: str, venv: Path) -> Path:
    """The Python of a virtual environment with a package; made if it is not there."""
    stamp = venv / "requirements.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != package:
        shutil.rmtree(venv, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", venv], stdout=sys.stderr)
        if made.returncode != 0:
            raise Failed("this Python cannot make a virtual environment; install python3-venv")
        install = [venv / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
        if subprocess.run(install, stdout=sys.stderr).returncode != 0:
            raise Failed(f"pip could not install {package}")
        # Written last: an interrupted installation is begun anew.
        stamp.write_text(package, encoding="utf-8")
    return venv / "bin/python"


@contextmanager
def fake(scenario: Scenario, folder: Path, extra: list[str], python: str | Path = sys.executable) -> Iterator[str]:
    """The fake for a scenario, its log and summary in `folder`; gives its address."""
    options = {
        "--rpm": scenario.rpm,
        "--tpm": scenario.tpm,
        "--faults": scenario.faults,
        "--html": scenario.html,
        "--key": workload.KEY,
        "--phase": scenario.phase,
        "--log": folder / "log.jsonl",
        "--summary": folder / "summary.json",
        "--record": folder / "bodies.jsonl",
    }
    command = [python, BENCHES / "quota.py", "fake", "--latency", *map(str, scenario.latency)]
    command += [str(part) for option in options.items() for part in option] + extra
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise Failed("the fake did not start")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


def measure(command: list[str | Path], folder: Path, seconds: float, cwd: Path) -> dict:
    """Run a command to its end, or stop it after `seconds`. Says how long it took and its peak memory in bytes."""
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    environment |= {"HOME": str(folder), "AZURE_OPENAI_API_KEY": workload.KEY}
    begun = time.perf_counter()
    with (folder / "stdout.txt").open("wb") as out, (folder / "stderr.txt").open("wb") as err:
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        stopped = False
        try:
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    break
                if not stopped and time.perf_counter() - begun > seconds:
                    stopped = True
                    process.kill()
                time.sleep(0.02)
        except BaseException:
            process.kill()
            raise
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        # The system's unit is a kibibyte.
        "peak_memory": usage.ru_maxrss * 1024,
        "exit_status": process.returncode,
        "stopped": stopped,
    }


def fresh(folder: Path) -> Path:
    """An empty folder in place of whatever is there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def patience(scenario: Scenario) -> float:
    """Seconds that a client gets."""
    least = scenario.files / scenario.rpm * 60 if scenario.binding != "tokens" else 300
    return PATIENCE * least + 180


def run_docgen(program: Path, scenario: Scenario, folder: Path, concurrency: int | None, extra: list[str]) -> dict:
    """Document a fresh tree with docgen."""
    fresh(folder)
    tree = folder / "tree"
    tree.mkdir()
    workload.write_tree(tree, scenario.files, scenario.functions, scenario.lines)
    with fake(scenario, folder, extra) as address:
        workload.write_settings(
            tree,
            address,
            rpm=scenario.rpm,
            tpm=scenario.tpm,
            per_request=max(scenario.functions),
            concurrency=concurrency,
        )
        measured = measure([program, "run", "--quiet", tree], folder, patience(scenario), tree)
    result = outcome("docgen", scenario, folder, measured)
    result["left"] = workload.undocumented(tree)
    shutil.rmtree(tree)
    return result


def run_openai(python: Path, scenario: Scenario, bodies: Path, folder: Path, extra: list[str]) -> dict:
    """Send the bodies that docgen sent with the official client."""
    fresh(folder)
    script = BENCHES / "quota/openai_client.py"
    sent = folder / "sent.json"
    with fake(scenario, folder, extra) as address:
        command = [python, script, f"{address}/openai/v1", workload.KEY, bodies, sent]
        measured = measure(command, folder, patience(scenario), folder)
    result = outcome("openai", scenario, folder, measured)
    if not sent.exists():
        raise Failed(f"the script with the official client did not end well; see {folder / 'stderr.txt'}")
    result |= json.loads(sent.read_text(encoding="utf-8"))
    return result


def outcome(client: str, scenario: Scenario, folder: Path, measured: dict) -> dict:
    """What a run was, from the client's measure and the fake's summary."""
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    del summary["asked"]
    binding = summary["limits"][scenario.binding] if scenario.binding else {}
    return {
        "client": client,
        "scenario": scenario.name,
        **measured,
        "share": binding.get("share"),
        "least_share": binding.get("least_share"),
        "all_definitions": workload.count(scenario.files, scenario.functions),
        **summary,
    }
