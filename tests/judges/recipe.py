"""Run each command of the workflow in docs/ci as a runner of GitHub does, on a pull request of its own.

The repository, its origin and the pushes are real; the model and GitHub's interface are servers on loopback.
What is installed by an action (`uses:`) or by cargo is there already.

    target/judges/venv/bin/python tests/judges/recipe.py

    DOCGEN  the program (default: target/release/docgen)
"""

from __future__ import annotations

import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import yaml
from hostile_model import serving
from loopback import Answer, in_json, loopback
from lying_model import BLOCK, Words, plainly, skeleton

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCGEN = pathlib.Path(os.environ.get("DOCGEN", ROOT / "target/release/docgen")).resolve()
WORKFLOW = ROOT / "docs/ci/docgen-pull-request.yml"
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
REPOSITORY = "acme/shop"
TOUCHED = '"""Prices."""\n\n\ndef price(count, each):\n    return count * each\n'
OTHER = "def untouched():\n    return 1\n"


class GitHub:
    """The part of GitHub's interface that has to do with the comments of pull request 7."""

    def __init__(self) -> None:
        """Begin with a page of other people's comments."""
        self.comments = [
            {"id": one, "user": {"type": "User"}, "body": "<!-- docgen --> quoted by a human"} for one in range(1, 105)
        ]
        self.calls: list[str] = []

    def answer(self, method: str, path: str, body: dict[str, str]) -> tuple[int, object]:
        """What GitHub answers."""
        place, _, query = path.partition("?")
        self.calls.append(f"{method} {place}")
        if method == "GET" and place == f"/repos/{REPOSITORY}/issues/7/comments":
            page = int(dict(one.split("=") for one in query.split("&"))["page"])
            return 200, self.comments[100 * (page - 1) : 100 * page]
        if len(body["body"]) > 65_536:
            return 422, {"message": "Body is too long (maximum is 65536 characters)"}
        if method == "POST" and place == f"/repos/{REPOSITORY}/issues/7/comments":
            comment = {"id": 1000 + len(self.comments), "user": {"type": "Bot"}, "body": body["body"]}
            self.comments.append(comment)
            return 201, comment
        known = [one for one in self.comments if place == f"/repos/{REPOSITORY}/issues/comments/{one['id']}"]
        if method == "PATCH" and known:
            known[0]["body"] = body["body"]
            return 200, known[0]
        return 404, {"message": "Not Found"}


@contextmanager
def github(state: GitHub) -> Iterator[str]:
    """Serve GitHub's interface; the value is its URL."""

    def answer(request: http.server.BaseHTTPRequestHandler, body: bytes) -> Answer:
        if request.headers["Authorization"] != "Bearer the-token":
            return in_json(401, {"message": "Bad credentials"})
        return in_json(*state.answer(request.command, request.path, json.loads(body or b"{}")))

    with loopback(answer) as url:
        yield url


def plain(message: str) -> dict[str, object]:
    """Answer a prompt with words that claim nothing."""
    blocks = dict(BLOCK.findall(message))
    words = Words(1, "", [], [], [])
    return {"docstrings": [plainly(one, words) for one in skeleton(message, blocks)]}


def git(folder: pathlib.Path, *arguments: str) -> str:
    """Run git, and give what it prints."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    ran = subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def pull_request(folder: pathlib.Path) -> pathlib.Path:
    """Make an origin with a branch, and give a checkout of the branch."""
    origin, work = folder / "origin.git", folder / "work"
    git(folder, "init", "-q", "--bare", "-b", "main", str(origin))
    git(folder, "clone", "-q", str(origin), str(work))
    git(work, "checkout", "-q", "-b", "main")
    (work / "other.py").write_text(OTHER)
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "Begin")
    git(work, "push", "-q", "origin", "main")
    git(work, "checkout", "-q", "-b", "feature/prices")
    (work / "prices.py").write_text(TOUCHED)
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "Add prices")
    git(work, "push", "-q", "origin", "feature/prices")
    return work


def resolved(value: str, known: dict[str, str]) -> str:
    """A value with its expressions filled in; one that is not known is a KeyError."""
    return EXPRESSION.sub(lambda found: known[found[1]], value)


def run_job(job: dict, env: dict[str, str], known: dict[str, str], work: pathlib.Path) -> dict[str, int]:
    """Run a job's commands, as GitHub does without a shell named; give each step's status."""
    ended: dict[str, int] = {}
    for step in job["steps"]:
        if "run" not in step:
            continue
        condition = step.get("if", "")
        failed = any(ended.values())
        if failed and "!cancelled()" not in condition:
            continue
        if "hashFiles" in condition and not (work / "docgen-report.md").exists():
            continue
        assert not EXPRESSION.search(step["run"]), f"{step['name']}: an expression in a script is an injection"
        own = {key: resolved(str(value), known) for key, value in step.get("env", {}).items()}
        script = work.parent / "step.sh"
        script.write_text(step["run"])
        ran = subprocess.run(["bash", "-e", str(script)], cwd=work, env=env | own, capture_output=True, text=True)
        print(f"  {step['name']}: {ran.returncode}")
        if ran.returncode:
            print("    " + "\n    ".join((ran.stdout + ran.stderr).splitlines()[-15:]))
        ended[step["name"]] = ran.returncode
    return ended


def main() -> int:
    """Run the workflow on a pull request: as it is, once more, and with something that stays missing."""
    workflow = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {}, "nothing is permitted unless a job says so"
    state = GitHub()
    with (
        tempfile.TemporaryDirectory() as name,
        serving(plain) as model,
        github(state) as api,
    ):
        folder = pathlib.Path(name)
        (folder / "bin").mkdir()
        (folder / "bin/docgen").symlink_to(DOCGEN)
        # Stands for the installation, which the build has done.
        (folder / "bin/cargo").write_text('#!/bin/sh\n[ "$1 $2" = "install --locked" ]\n')
        (folder / "bin/cargo").chmod(0o755)
        work = pull_request(folder)
        known = {
            "github.base_ref": "main",
            "github.head_ref": "feature/prices",
            "github.event.pull_request.head.sha": git(work, "rev-parse", "HEAD"),
            "github.event.pull_request.number": "7",
            "github.token": "the-token",
            "secrets.AZURE_OPENAI_API_KEY": "a-key",
            "vars.AZURE_OPENAI_ENDPOINT": model.removesuffix("/v1"),
            "vars.AZURE_OPENAI_DEPLOYMENT": "writer",
        }
        summary = folder / "summary.md"
        env = {
            "PATH": f"{folder}/bin:{os.environ['PATH']}",
            "HOME": str(folder),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": api,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        env |= {key: resolved(value, known) for key, value in workflow["env"].items()}
        (work / "docgen.toml").write_text('[price]\ninput = 1\noutput = 4\n')
        git(work, "add", ".")
        git(work, "commit", "-q", "-m", "Name the price")
        job = workflow["jobs"]["document"]
        own = env | {key: resolved(value, known) for key, value in job["env"].items()}

        print("a pull request")
        ended = run_job(job, own, known, work)
        assert not any(ended.values()), ended
        pushed = git(folder / "origin.git", "show", "feature/prices:prices.py")
        assert "Args:" in pushed and "Returns:" in pushed, pushed
        assert git(folder / "origin.git", "show", "feature/prices:other.py") == OTHER.strip(), "it was not touched"
        [comment] = [one for one in state.comments if one["user"]["type"] == "Bot"]
        assert "prices.py" in comment["body"] and "other.py" not in comment["body"], comment["body"]
        assert "](https://github.com/acme/shop/blob/feature/prices/" in comment["body"] or "Rejected" not in comment
        assert "docgen report" in summary.read_text()

        print("the same again")
        head = git(work, "rev-parse", "HEAD")
        ended = run_job(job, own, known, work)
        assert not any(ended.values()), ended
        assert git(work, "rev-parse", "HEAD") == head, "there was nothing to commit"
        assert len([one for one in state.comments if one["user"]["type"] == "Bot"]) == 1, "the comment is renewed"
        assert state.calls[-1].startswith("PATCH "), state.calls[-1]

        print("something stays missing")
        (work / "prices.py").write_text(pushed + "\n\ndef total(prices):\n    return sum(prices)\n")
        git(work, "commit", "-q", "-a", "-m", "Add total")
        ended = run_job(job, own | {"AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:9"}, known, work)
        assert ended["Document what the pull request touches"] == 1, ended
        assert ended["Fail on what is missing"] == 1, ended

        print("from a fork")
        ended = run_job(workflow["jobs"]["check-only"], env, known, work)
        assert ended == {"Install docgen": 0, "Check what the pull request touches": 1}, ended
    print("the recipe works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
