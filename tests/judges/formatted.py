#!/usr/bin/env python3
"""Document formatted trees; the formatters and linters must find nothing to say about it.

Usage: formatted.py [--layouts NAMES] [--words SEED] [--keep DIR] [--show N] PATH...

Each tree is copied and formatted, once for every layout: ruff's default, ruff with lines of 100 and
of 120 columns, ruff with tabs, and black. What a formatter cannot read or does not leave alone in a
second pass is taken out. Then every definition is documented, offline or (`--words`) in the words of
a hostile model, and

* the formatter must leave every file as it is,
* `ruff check --select D` with the google convention must find nothing in the new docstrings,
* pydoclint must find nothing in them,
* griffe and docstring-parser must read the same arguments, values and exceptions in them,
* Python must read the very text that docgen reports.

What the judges get wrong, or what cannot be had without touching the code, is counted by its reason
and printed; the reasons are those of docs/docstrings.md. Every other finding is printed and makes
the exit status 1.

`--style numpy` and `--style sphinx` judge these by ruff's conventions for them and by pydoclint;
`--types` has the types repeated.

  DOCGEN   the program (default: target/release/docgen)
  RUFF, BLACK, PYDOCLINT   the commands (default: those beside this Python, or on the path)
"""

from __future__ import annotations

import argparse
import ast
import collections
import dataclasses
import functools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docstring_readers import disagreements
from drift_oracle import Facts, function_facts, tail
from hostile_model import reply, serving

ROOT = Path(__file__).resolve().parents[2]
LAYOUTS = {
    "ruff": (88, ["line-length=88"]),
    "ruff-100": (100, ["line-length=100"]),
    "ruff-120": (120, ["line-length=120"]),
    "ruff-tabs": (88, ["line-length=88", 'format.indent-style="tab"']),
    "black": (88, None),
}
Function = ast.FunctionDef | ast.AsyncFunctionDef
Functions = (ast.FunctionDef, ast.AsyncFunctionDef)
HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")


def command(name: str, module: str) -> list[str]:
    """The command of a judge: as the environment says, beside this Python, or on the path."""
    if given := os.environ.get(name.upper()):
        return shlex.split(given)
    beside = Path(sys.executable).with_name(name)
    return [str(beside)] if beside.exists() else [sys.executable, "-m", module]


DOCGEN = str(Path(os.environ.get("DOCGEN", ROOT / "target/release/docgen")).resolve())
RUFF = command("ruff", "ruff")
BLACK = command("black", "black")
PYDOCLINT = command("pydoclint", "pydoclint.main")


def run(arguments: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command, its output kept."""
    return subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, errors="replace")


def python_files(folder: Path) -> Iterator[Path]:
    """All Python files below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".pyi"} and path.is_file():
            yield path


@dataclasses.dataclass(frozen=True)
class Choice:
    """How docgen is to write."""

    style: str
    types: bool
    seed: int | None


class Formatter:
    """One formatter with one set of options."""

    def __init__(self, layout: str) -> None:
        """Look the layout's options up."""
        self.width, self.options = LAYOUTS[layout]

    def _ruff(self, *extra: str) -> list[str]:
        settings = [part for option in self.options or [] for part in ("--config", option)]
        return [*RUFF, "format", "--isolated", "--no-cache", *settings, *extra, "."]

    def format(self, folder: Path) -> None:
        """Format every file of a folder that can be read."""
        if self.options is None:
            run([*BLACK, "--quiet", "--fast", "--no-cache", "."], folder)
        else:
            run(self._ruff(), folder)

    def unformatted(self, folder: Path) -> set[str]:
        """The files that would be changed or that cannot be read."""
        if self.options is None:
            found = run([*BLACK, "--check", "--fast", "--no-cache", "."], folder)
            named = re.findall(r"^(?:would reformat|error: cannot format) (.*?)(?:: .*)?$", found.stderr, re.M)
            return {os.path.relpath(name, folder) for name in named}
        found = run(self._ruff("--check", "--output-format", "concise"), folder)
        named = set(re.findall(r"^(\S.*?\.pyi?):\d+:\d+: ", found.stdout, re.M))
        # ruff reads no other encoding than UTF-8, and leaves such files alone.
        unread = re.findall(r"^.*?\.pyi?: io: ", found.stdout + found.stderr, re.M)
        if found.returncode and not named and not unread:
            raise SystemExit(f"ruff format: {found.stdout}{found.stderr}")
        return named

    def difference(self, folder: Path, name: str) -> str:
        """What the formatter would change in a file."""
        if self.options is None:
            return run([*BLACK, "--diff", "--quiet", "--fast", name], folder).stdout
        return run([*self._ruff("--diff")[:-1], name], folder).stdout


def prepare(tree: Path, folder: Path, formatter: Formatter) -> int:
    """Copy the Python files of a tree, formatted, and return how many were kept."""
    sources = [tree] if tree.is_file() else list(python_files(tree))
    base = tree.parent if tree.is_file() else tree
    for source in sources:
        target = folder / source.relative_to(base)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    formatter.format(folder)
    formatter.format(folder)
    for name in formatter.unformatted(folder):
        (folder / name).unlink()
    return sum(1 for _ in python_files(folder))


def added_lines(before: Path, after: Path) -> dict[str, set[int]]:
    """The lines of each file that were not there before."""
    arguments = ["git", "diff", "--no-index", "--no-ext-diff", "--no-renames", "--text", "-U0"]
    shown = subprocess.run(
        [*arguments, str(before), str(after)], capture_output=True, text=True, errors="replace"
    ).stdout
    added: dict[str, set[int]] = collections.defaultdict(set)
    name = ""
    for line in shown.split("\n"):
        if line.startswith("+++ "):
            name = os.path.relpath("/" + line[4:].strip('"').split("/", 1)[1], after)
        elif match := HUNK.match(line):
            start, count = int(match[1]), int(match[2] or 1)
            added[name].update(range(start, start + count))
    return added


class Excuses:
    """Findings that are right to leave, by their reason."""

    def __init__(self) -> None:
        """Begin with none."""
        self.counts: collections.Counter[str] = collections.Counter()
        self.open: list[str] = []

    def judge(self, finding: str, reason: str | None) -> None:
        """Take a finding in: excused for a reason, or not."""
        if reason:
            self.counts[reason] += 1
        else:
            self.open.append(finding)


def ruff_findings(folder: Path, added: dict[str, set[int]], choice: Choice, excuses: Excuses) -> None:
    """Judge what ruff's D rules find in the new docstrings."""
    known = {"google": "google", "numpy": "numpy", "sphinx": "pep257"}[choice.style]
    options = ["check", "--isolated", "--no-cache", "--select", "D", "--output-format", "json"]
    convention = ["--config", f'lint.pydocstyle.convention="{known}"']
    found = run([*RUFF, *options, *convention, "--ignore-noqa", "."], folder)
    for one in json.loads(found.stdout):
        name, row, code = os.path.relpath(one["filename"], folder), one["location"]["row"], one["code"]
        # What a hostile model says is in no mood, which the google convention does not ask for.
        if row not in added.get(name, set()) or (choice.seed is not None and code in {"D400", "D401"}):
            continue
        lines = (folder / name).read_text("utf-8", "replace").split("\n")
        excuses.judge(f"{name}:{row}: {code} {one['message']}", ruff_excuse(code, lines, row))


def ruff_excuse(code: str, lines: list[str], row: int) -> str | None:
    """Why a finding of ruff's stands, if there is a reason."""
    if code == "D301" and any("coding" in line for line in lines[:2]):
        return "D301: what the file's encoding lacks has to be an escape"
    end = next(
        (at for at in range(row, len(lines)) if lines[at].rstrip().endswith('"""')), row - 1
    )
    if lines[row - 1].count('"""') >= 2:
        end = row - 1
    blank_after = end + 1 < len(lines) and not lines[end + 1].strip()
    if code == "D415" and lines[row - 1].rstrip('"').endswith(("。", "！", "？", "\\u3002")):
        return "D415: the sentence ends with a mark of another script"
    if code == "D206" and lines[row - 1].startswith("\t"):
        return "D206: the file is indented with tabs"
    if code == "D202" and blank_after:
        return "D202: a blank line followed the header already"
    if code in {"D201", "D211"} and not lines[row - 2].strip():
        return f"{code}: a blank line followed the header already"
    return None


def pydoclint_findings(before: Path, after: Path, choice: Choice, excuses: Excuses) -> None:
    """Judge what pydoclint finds that it did not find before."""
    old, new = pydoclint(before, choice), pydoclint(after, choice)
    for (name, message), count in sorted((new - old).items()):
        for _ in range(count):
            excuses.judge(f"{name}: {message}", pydoclint_excuse(before / name, after / name, message))


def pydoclint(folder: Path, choice: Choice) -> collections.Counter[tuple[str, str]]:
    """Every finding of pydoclint's, by file and message."""
    options = ["--quiet", f"--style={choice.style}", f"--arg-type-hints-in-docstring={choice.types}",
               f"--check-return-types={choice.types}", f"--check-yield-types={choice.types}",
               "--allow-init-docstring=True", "--check-class-attributes=False",
               "--skip-checking-short-docstrings=False"]  # fmt: skip
    # One file that it cannot read ends the whole of it: those are left out.
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    files = [str(path.relative_to(folder)) for path in python_files(folder) if path.suffix == ".py"]
    stack = [files]
    while stack:
        some = stack.pop()
        if not some:
            continue
        found = run([*PYDOCLINT, *options, *some], folder)
        if "Traceback" in found.stderr:
            if len(some) > 1:
                stack += [some[: len(some) // 2], some[len(some) // 2 :]]
            continue
        name = ""
        for line in (found.stdout + found.stderr).split("\n"):
            if line and not line.startswith(" "):
                name = line.strip()
            elif match := re.match(r" +\d+: (DOC\d+: .*)", line):
                if match[1][:6] not in OF_THE_CODE:
                    counts[name, match[1].strip()] += 1
    return counts


# What pydoclint says of the code and not of the docstring: missing hints, and files that it (or the
# Python that it runs on) cannot read.
OF_THE_CODE = {"DOC002", "DOC106", "DOC107", "DOC108"}


# What makes a docstring a text for a program's users: commands, and routes with their API's documentation.
SHOWN = {"command", "group", "callback", "get", "post", "put", "patch", "delete", "head", "options", "api_route"}


def pydoclint_excuse(before: Path, after: Path, message: str) -> str | None:
    """Why a finding of pydoclint's stands, if there is a reason."""
    code = message.split(":", 1)[0]
    subject = re.search(r"(?:Method|Function|Class) `([^`]*)`", message)
    name = subject[1] if subject else ""
    if message.partition(" ")[2].startswith("Class ") and name in documented_classes(before):
        return f"{code}: people wrote the class's docstring"
    tree = parsed(after)
    aliases = {
        one.asname: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
        if one.asname
    }
    for node, facts in functions(tree, name):
        # Held against the class's docstring, since the words for the method were refused.
        if code in {"DOC101", "DOC103"} and node.name == "__init__" and not ast.get_docstring(node):
            return f"{code}: `__init__` got no docstring"
        if reason := excuse_of(code, message, node, facts, aliases):
            return f"{code}: {reason}"
    return None


def parsed(path: Path) -> ast.Module:
    """A file's tree; empty for one that is newer than this Python."""
    try:
        return ast.parse(path.read_bytes())
    except SyntaxError:
        return ast.Module([], [])


def documented_classes(path: Path) -> set[str]:
    """The names of the classes that have a docstring."""
    classes = (node for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef))
    return {node.name for node in classes if ast.get_docstring(node)}


def excuse_of(
    code: str, message: str, node: Function, facts: Facts, aliases: dict[str, str]
) -> str | None:
    """Why the syntax tree says otherwise than pydoclint."""
    decorators = {
        aliases.get(name, name)
        for one in node.decorator_list
        for name in [tail(one.func if isinstance(one, ast.Call) else one)]
    }
    if decorators & SHOWN:
        return "a program shows the docstring to its users, so it has no sections"
    if code in {"DOC109", "DOC110", "DOC105"} and any(one.annotation is None for one in facts.parameters):
        return "an argument has no annotation to repeat"
    if code in {"DOC203", "DOC404"} and node.returns is None:
        return "there is no annotation to repeat"
    if code in {"DOC203", "DOC404", "DOC405"} and facts.yields:
        return "the annotation tells no element, so there is none to repeat"
    if code == "DOC203" and not facts.returns_value:
        return "nothing but None is returned"
    if code == "DOC203" and ":" in ast.unparse(node.returns or ast.Constant("")):
        return "a type with a colon in it is left out"
    if code == "DOC201" and any("property" in name for name in decorators):
        return "a property is told by its summary"
    if code == "DOC201" and not facts.returns_value:
        return "nothing but None is returned"
    if code == "DOC201" and facts.yields:
        return "a generator's value is what it yields"
    if code == "DOC403" and facts.yields:
        return "the body yields, whatever the annotation"
    raised = {name for name in facts.raised - of_objects(node) if not (name.isupper() and len(name) > 1)}
    if code == "DOC501" and not raised:
        return "what is raised has no class's name, or does not leave the function"
    if code == "DOC503":
        named = re.search(r"in the docstring: \[(.*?)\]\.", message)
        described = {one.split(".")[-1] for one in re.findall(r"'([^']*)'", named[1] if named else "")}
        if described == raised:
            return "what is raised has no class's name, or does not leave the function"
    return None


def of_objects(node: Function) -> set[str]:
    """What is raised of `self` or `cls`: an attribute, which may hold any class."""
    raised = (one.exc for one in ast.walk(node) if isinstance(one, ast.Raise))
    named = (one.func if isinstance(one, ast.Call) else one for one in raised)
    return {
        tail(one)
        for one in named
        if isinstance(one, ast.Attribute) and tail(one.value) in {"self", "cls"}
    }


def functions(tree: ast.Module, name: str) -> Iterator[tuple[Function, Facts]]:
    """The functions of a file that a finding may mean."""
    methods = {id(one) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body}
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.name == name.split(".")[-1]:
            yield node, function_facts(node, id(node) in methods)


def document(folder: Path, width: int, choice: Choice) -> dict[str, object]:
    """Document every definition of a folder; the answer is docgen's report."""
    options = ["--isolated", "--no-report", "--quiet", "--no-respect-gitignore", "--format", "json"]
    every = ["--private", "--nested", "--init", "--select", "D1", "--line-length", str(width)]
    if choice.types:
        settings = folder.parent / "docgen.toml"
        settings.write_text('[docstring]\ntypes = "include"\n')
        options = ["--config", str(settings), *options[1:]]
    command = [DOCGEN, "run", ".", *options, *every, "--style", choice.style]
    if choice.seed is None:
        done = run([*command, "--provider", "offline"], folder)
    else:
        with serving(functools.partial(reply, choice.seed)) as url:
            provider = ["--provider", "openai", "--base-url", url, "--model", "hostile"]
            quota = ["--requests-per-minute", "1000000", "--tokens-per-minute", "1000000000"]
            done = run([*command, *provider, *quota], folder)
    if done.returncode not in (0, 1):
        raise SystemExit(f"docgen run: {done.stderr}")
    return json.loads(done.stdout)


def misread(folder: Path, report: dict[str, object]) -> Iterator[str]:
    """Tell which docstrings Python does not read as they were meant."""
    for file in report["files"]:
        meant = {one["id"]: one["docstring"] for one in file["definitions"] if one.get("docstring")}
        tree = parsed(folder / file["path"])
        if not meant or not tree.body:
            continue
        read = dict(docstrings(file["path"], tree))
        for name, text in meant.items():
            if read.get(name) != text:
                yield f"{name}: meant {text!r}, Python reads {read.get(name)!r}"


def docstrings(path: str, tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    """Every definition of a file by its id, with what Python reads as its docstring."""
    seen: collections.Counter[str] = collections.Counter()

    def visit(node: ast.AST, outer: str) -> Iterator[tuple[str, str | None]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.ClassDef, *Functions)):
                name = f"{outer}.{child.name}" if outer else child.name
                seen[name] += 1
                name += f"#{seen[name]}" if seen[name] > 1 else ""
                yield f"{path}::{name}", ast.get_docstring(child)
                yield from visit(child, name)
            else:
                yield from visit(child, outer)

    yield f"{path}::", ast.get_docstring(tree)
    yield from visit(tree, "")


def judge(tree: Path, layout: str, work: Path, choice: Choice, excuses: Excuses) -> str:
    """Document a tree in one layout and judge it; the answer is a line for the table."""
    formatter = Formatter(layout)
    before, after = work / layout / "before", work / layout / "after"
    before.mkdir(parents=True)
    files = prepare(tree, before, formatter)
    shutil.copytree(before, after)
    report = document(after, formatter.width, choice)
    for finding in misread(after, report):
        excuses.judge(finding, None)
    for name in sorted(formatter.unformatted(after)):
        skips = b"fmt: skip" in (before / name).read_bytes()
        reason = "`# fmt: skip` holds a body at an indentation of its own" if skips else None
        excuses.judge(f"{name}: {layout} would change it\n{formatter.difference(after, name)}", reason)
    added = added_lines(before, after)
    if layout != "black":
        ruff_findings(after, added, choice, excuses)
    if layout == "ruff":
        pydoclint_findings(before, after, choice, excuses)
    if layout == "ruff" and choice.style == "google":
        for finding in disagreements(after, added, choice.types):
            excuses.judge(finding, None)
    outcomes = [one for file in report["files"] for one in file["definitions"]]
    written = sum(one["status"] == "documented" for one in outcomes)
    return f"{files} files, {written} of {len(outcomes)} documented"


def main() -> int:
    """Judge the trees named on the command line.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layouts", default=",".join(LAYOUTS), help="which layouts, divided by commas")
    parser.add_argument("--words", type=int, metavar="SEED", help="take the words of a hostile model")
    parser.add_argument("--style", default="google", choices=["google", "numpy", "sphinx"])
    parser.add_argument("--types", action="store_true", help="repeat the types")
    parser.add_argument("--keep", type=Path, help="leave the trees in this folder")
    parser.add_argument("--show", type=int, default=40, help="findings to print for each tree")
    parser.add_argument("path", nargs="+", type=Path)
    arguments = parser.parse_args()
    choice = Choice(arguments.style, arguments.types, arguments.words)
    failed = 0
    for tree in arguments.path:
        for layout in arguments.layouts.split(","):
            excuses = Excuses()
            with tempfile.TemporaryDirectory() as temporary:
                work = arguments.keep / tree.name if arguments.keep else Path(temporary)
                summary = judge(tree.resolve(), layout, work, choice, excuses)
            print(f"{tree.name:12} {layout:10} {summary}: {len(excuses.open)} findings", flush=True)
            for reason, count in sorted(excuses.counts.items()):
                print(f"    {count:6} excused: {reason}")
            for finding in excuses.open[: arguments.show]:
                print("    " + finding.replace("\n", "\n        "))
            failed |= bool(excuses.open)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
