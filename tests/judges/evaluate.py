#!/usr/bin/env python3
"""Strip the docstrings of real packages, have docgen document them again, and measure what it wrote.

Usage: evaluate.py [--provider WHO] [--packages NAME|PATH ...] [--sample N] [--json FILE] [-- OPTION...]
       evaluate.py --verify

The packages are copied, and what people wrote about their functions, classes and modules is taken out;
the code stays byte for byte. docgen documents them again: offline (`--provider offline`, the default), with
the model that the environment names (`model`; options behind `--` go to `docgen run`, such as `--provider
openai --base-url URL --model NAME`), with a model that lies in every field (`fake:lying`), or with one that says
what people wrote (`fake:human`). Then every
docstring that is new in the files is held against the code by means that share nothing with docgen:

* truthfulness: of the identifiers that it mentions, how many exist,
* facts agreement: whether arguments, attributes, returned and yielded values, exceptions, defaults, units,
  plain types and examples agree with the code, and nothing stands in it that reads as structure,
* the findings of ruff's D rules (google convention) and of pydoclint, and
* its length, and the words of its summary, against the human original.

Exit status 1 when truthfulness or facts agreement is below 100 %.

  DOCGEN_BIN   the program (default: the newest of target/release/docgen and target/debug/docgen)
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MANY = ["--requests-per-minute", "1000000", "--tokens-per-minute", "1000000000"]
# What people wrote elsewhere in a package must not decide how the judged docstrings are laid out.
SETTINGS = """\
[docstring]
style = "google"
types = "omit"
"""
# A liar is given as much to lie about as there is; small batches, for a reply of the wrong shape is lost as a whole.
LIARS_SETTINGS = """\
[style]
sections = ["examples", "notes"]
[batch]
max_definitions = 4
"""


def in_judges_python() -> None:
    """Go on in the judges' virtual environment, which has griffe and docstring-parser.

    What needs these is imported inside of functions, for the environment may not be there yet.
    """
    venv = subprocess.run([HERE / "venv.sh"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    if Path(sys.prefix).resolve() != Path(venv).resolve():
        python = str(Path(venv) / "bin/python")
        os.execv(python, [python, __file__, *sys.argv[1:]])


def program() -> str:
    """The docgen to evaluate: the one that is named, or the one that was built last."""
    if given := os.environ.get("DOCGEN_BIN"):
        return str(Path(given).resolve())
    built = [path for kind in ("release", "debug") if (path := ROOT / "target" / kind / "docgen").exists()]
    if not built:
        raise SystemExit("evaluate.py: no program under target; build it or set DOCGEN_BIN")
    return str(max(built, key=lambda path: path.stat().st_mtime))


def fetch(package: str, folder: Path) -> Path:
    """Bring a package onto this machine: a path as it is, a name in its pinned version.

    Returns:
        The folder to copy.
    """
    if (path := Path(package)).is_dir():
        return path.resolve()
    pins = dict(re.findall(r"^\s+(\w+)\) echo ([\w.]+) ;;", (HERE / "real_packages.sh").read_text(), re.M))
    if package not in pins:
        raise SystemExit(f"evaluate.py: {package} is no folder, and real_packages.sh pins no version of it")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    wanted = ["--only-binary", ":all:", "--dest", str(folder), f"{package}=={pins[package]}"]
    subprocess.run([*command, *wanted], check=True)
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    wheel.unlink()
    return folder / package


def copy(package: Path, folder: Path) -> None:
    """Copy a package below a folder, or the content of a folder that is none."""
    target = folder / package.name if (package / "__init__.py").exists() else folder
    shutil.copytree(package, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".docgen", "__pycache__"))


def document(docgen: str, folder: Path, provider: str, seed: int, more: list[str]) -> dict[str, object]:
    """Document every definition of a folder that has no docstring; the answer is docgen's report."""
    from evaluate_strip import documented
    from hostile_model import serving
    from human_model import Human
    from lying_model import Liar

    settings = folder.parent / "docgen.toml"
    settings.write_text(SETTINGS + (LIARS_SETTINGS if provider == "fake:lying" else ""))
    options = ["--config", str(settings), "--no-report", "--quiet", "--no-respect-gitignore", "--format", "json"]
    every = ["--private", "--nested", "--init", "--magic", "--select", "D1"]
    with contextlib.ExitStack() as stack:
        chosen = []
        if provider == "offline":
            chosen = ["--provider", "offline"]
        elif provider == "fake:lying":
            url = stack.enter_context(serving(Liar(seed, exceptions_of(folder)).reply))
            chosen = ["--provider", "openai", "--base-url", url, "--model", "lying", *MANY]
        elif provider == "fake:human":
            url = stack.enter_context(serving(Human(documented(folder.parent / "original")).reply))
            chosen = ["--provider", "openai", "--base-url", url, "--model", "human", *MANY]
        command = [docgen, "run", ".", *options, *every, *chosen, *more]
        done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"evaluate.py: docgen run ended with {done.returncode}")
    return json.loads(done.stdout)


def exceptions_of(folder: Path) -> list[str]:
    """The names of a folder's exception classes."""
    from evaluate_names import Project

    classes = (one for some in Project(folder).classes.values() for one in some)
    return sorted({one.name for one in classes if any(re.search(r"(Error|Exception)$", base) for base in one.bases)})


def words(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"\w+(?:['.-]\w+)*", text.lower())


PLAIN_WORDS = set(
    (
        "a an the this that these those it its of to for from in on at by with as is are was be been if or and not "
        "no so than then when where which who what how whether each every all any some one other another same such "
        "only also may can will would should must given gives give returned return returns value values result "
        "none true false self instance default defaults further keyword positional arguments args raises yields "
        "attributes object function method class module initialize represent define provide get set"
    ).split()
)


def beyond(text: str, source: str) -> int:
    """How many words of a docstring are neither in the definition's header nor in any docstring."""
    parts = {
        part.lower() for name in re.findall(r"[^\W\d]+", source) for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
    }
    said = {word for word in re.findall(r"[a-z]+", text.lower()) if len(word) > 1}
    return sum(word not in PLAIN_WORDS and word.rstrip("s") not in parts and word not in parts for word in said)


def summary(text: str) -> str:
    """The first paragraph."""
    return text.strip().partition("\n\n")[0]


def overlap(one: list[str], other: list[str]) -> float:
    """ROUGE-L: the F-measure of the longest common subsequence (Lin 2004)."""
    row = [0] * (len(other) + 1)
    for word in one:
        diagonal = 0
        for index, against in enumerate(other, 1):
            above = row[index]
            row[index] = diagonal + 1 if word == against else max(above, row[index - 1])
            diagonal = above
    return 2 * row[-1] / (len(one) + len(other)) if one and other else 0.0


class Figures:
    """What was measured of one package, or of several."""

    def __init__(self, name: str) -> None:
        """Begin with nothing."""
        from evaluate_claims import Judgement

        self.name = name
        self.stripped = 0
        self.outcomes: collections.Counter[str] = collections.Counter()
        self.repairs: collections.Counter[str] = collections.Counter()
        self.ours, self.theirs = Judgement(), Judgement()
        self.findings: collections.Counter[str] = collections.Counter()
        self.excused: collections.Counter[str] = collections.Counter()
        self.lengths: list[tuple[int, int]] = []
        self.overlaps: list[float] = []
        self.beyond: list[tuple[int, int]] = []
        self.refusals: list[str] = []
        self.linters: list[str] = []
        # What docgen found wrong in replies, by kind.
        self.faults: collections.Counter[str] = collections.Counter()
        # Docstrings with a word in them that only the lying model has.
        self.made_up: list[str] = []

    def add(self, other: Figures) -> None:
        """Take another package's in."""
        self.stripped += other.stripped
        for mine, theirs in (
            (self.outcomes, other.outcomes),
            (self.repairs, other.repairs),
            (self.findings, other.findings),
            (self.excused, other.excused),
            (self.faults, other.faults),
        ):
            mine.update(theirs)
        self.ours.add(other.ours)
        self.theirs.add(other.theirs)
        for mine, theirs in (
            (self.lengths, other.lengths),
            (self.overlaps, other.overlaps),
            (self.beyond, other.beyond),
            (self.refusals, other.refusals),
            (self.linters, other.linters),
            (self.made_up, other.made_up),
        ):
            mine += theirs

    def per_hundred(self, tool: str) -> float:
        """Findings of a linter for a hundred new docstrings."""
        return 100 * self.findings[tool] / max(self.ours.docstrings, 1)

    def rows(self) -> dict[str, str | float]:
        """The figures by their names, in the table's order."""
        from evaluate_claims import KINDS, percent

        compared = [mine / theirs for mine, theirs in self.lengths if theirs]
        rows: dict[str, str | float] = {
            "docstrings stripped": self.stripped,
            "written": self.ours.docstrings,
            "refused": self.outcomes["rejected"] + self.outcomes["failed"],
            "held at once": self.repairs["none"],
            "held when asked again": self.repairs["asked"],
            "mended": self.repairs["mended"],
            "with a made-up word": len(self.made_up),
            "identifiers mentioned": self.ours.mentioned,
            "truthfulness, %": self.ours.truthfulness,
            "facts agreement, %": self.ours.agreement(),
        }
        rows |= {
            f"  {kind} ({self.ours.judged[kind]})": self.ours.agreement(kind)
            for kind in KINDS
            if self.ours.judged[kind]
        }
        rows |= {
            "ruff D findings in 100": self.per_hundred("ruff"),
            "pydoclint findings in 100": self.per_hundred("pydoclint"),
            "excused findings in 100": 100 * sum(self.excused.values()) / max(self.ours.docstrings, 1),
            "with a human original": len(self.lengths),
            "words, median": statistics.median([mine for mine, _ in self.lengths] or [0]),
            "words of the human, median": statistics.median([theirs for _, theirs in self.lengths] or [0]),
            "length to the human's, median": statistics.median(compared or [0]),
            "summary's ROUGE-L, mean": statistics.mean(self.overlaps or [0]),
            "words beyond the header, mean": statistics.mean([mine for mine, _ in self.beyond] or [0]),
            "the human's beyond it, mean": statistics.mean([theirs for _, theirs in self.beyond] or [0]),
            "human truthfulness, %": percent(self.theirs.mentioned - len(self.theirs.unknown), self.theirs.mentioned),
        }
        return rows

    def violations(self) -> list[str]:
        """Everything that makes the exit status 1."""
        wrong = [f"{kind}: {fault}" for kind, some in self.ours.wrong.items() for fault in some]
        return [f"unknown name: {one}" for one in self.ours.unknown] + wrong


def evaluate(package: str, work: Path, arguments: argparse.Namespace, docgen: str) -> Figures:
    """Strip, document and judge one package."""
    import evaluate_strip

    figures = Figures(Path(package).name)
    original, stripped, after = (work / figures.name / kind for kind in ("original", "stripped", "after"))
    (work / "fetched").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work / "fetched") as fetched:
        copy(fetch(package, Path(fetched)), original)
    shutil.copytree(original, stripped)
    human = evaluate_strip.documented(original)
    chosen = evaluate_strip.sample(human, arguments.sample, arguments.seed) if arguments.sample else None
    figures.stripped = evaluate_strip.strip(stripped, chosen)
    shutil.copytree(stripped, after)
    # A sample has no modules in it.
    options = [*(["--ignore", "D100,D104"] if chosen is not None else []), *arguments.options]
    report = document(docgen, after, arguments.provider, arguments.seed, options)
    shutil.rmtree(after / ".docgen", ignore_errors=True)
    for file in report["files"]:
        for one in file["definitions"]:
            figures.outcomes[one["status"]] += 1
            if one["status"] == "documented":
                figures.repairs[one.get("repair") or "none"] += 1
            elif one["status"] in ("rejected", "failed"):
                figures.refusals.append(f"{one['id']}: {one.get('reason') or one.get('message') or one['status']}")
    for fault in (report.get("repairs") or {}).get("faults", []):
        figures.faults[fault["kind"]] += fault["definitions"]
    judge_words(figures, human, stripped, after)
    judge_linters(figures, original, stripped, after)
    return figures


def judge_words(figures: Figures, human: dict[str, str], stripped: Path, after: Path) -> None:
    """Hold every new docstring against the code, and against the human original."""
    from evaluate_claims import judge
    from evaluate_facts import Raising
    from evaluate_mentions import exists, identifiers
    from evaluate_names import Project, Scope, header_of
    from evaluate_strip import documented
    from lying_model import STEMS

    project = Project(stripped)
    raising = Raising(project)
    kept = documented(stripped)
    for name, text in documented(after).items():
        if name in kept:
            continue
        path, _, qualified = name.partition("::")
        module = project.modules[path]
        scope = Scope(project, module, module.found[qualified])
        figures.ours.add(judge(scope, raising, text))
        if any(stem in text.lower() for stem in STEMS):
            figures.made_up.append(f"{name}: {' '.join(text.split())}")
        if name not in human:
            continue
        figures.lengths.append((len(words(text)), len(words(human[name]))))
        figures.overlaps.append(overlap(words(summary(text)), words(summary(human[name]))))
        header = header_of(module, module.found[qualified].node)
        figures.beyond.append((beyond(text, header), beyond(human[name], header)))
        mentioned = list(identifiers(human[name]))
        figures.theirs.mentioned += len(mentioned)
        figures.theirs.unknown += [f"{name}: `{one}`" for one in mentioned if not exists(scope, one)]


def judge_linters(figures: Figures, original: Path, stripped: Path, after: Path) -> None:
    """Count what ruff and pydoclint find in the new docstrings."""
    import formatted
    from evaluate_strip import documented

    has_one = documented(after)
    choice = formatted.Choice("google", types=False, seed=None)
    added = formatted.added_lines(stripped, after)
    for tool, find in (
        ("ruff", lambda excuses: formatted.ruff_findings(after, added, choice, excuses)),
        ("pydoclint", lambda excuses: formatted.pydoclint_findings(stripped, after, choice, excuses)),
    ):
        excuses = formatted.Excuses()
        find(excuses)
        for finding in excuses.open:
            # Without a docstring of `__init__` pydoclint looks for its arguments in that of the class.
            method = re.search(r"^(\S+): .*Method `([^`]*\.__init__)`", finding)
            if method and f"{method[1]}::{method[2]}" not in has_one:
                figures.excused["of an __init__ without a docstring"] += 1
            else:
                figures.findings[tool] += 1
                figures.linters.append(finding)
        figures.excused.update(excuses.counts)


def table(all_figures: list[Figures]) -> Iterator[str]:
    """The figures as lines, a column for each package and one for all."""
    columns = [figures.rows() for figures in all_figures]
    # Kinds of facts that only some of the packages have.
    names = list(dict.fromkeys(re.sub(r" \(\d+\)$", "", name) for one in columns for name in columns[-1] | one))
    wide = max(map(len, names)) + 2
    yield " " * wide + "".join(f"{figures.name:>16}" for figures in all_figures)
    for name in names:
        cells = []
        for column in columns:
            found = [(key, value) for key, value in column.items() if re.sub(r" \(\d+\)$", "", key) == name]
            cells.append(cell(*found[0]) if found else "")
        yield f"{name:{wide}}" + "".join(f"{one:>16}" for one in cells)


def cell(name: str, value: str | float) -> str:
    """One figure, with how many it is of."""
    counted = re.search(r" \(\d+\)$", name)
    shown = f"{value:.2f}" if isinstance(value, float) else str(value)
    if shown == "100.00" and value < 100:
        shown = "99.99"
    return shown + (counted[0] if counted else "")


def parsed_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", default="offline", choices=["offline", "model", "fake:lying", "fake:human"])
    parser.add_argument("--packages", nargs="+", default=["flask", "httpx"], metavar="NAME|PATH")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many functions and classes of each package")
    parser.add_argument("--seed", type=int, default=1, help="which sample, and which lies")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures and findings to this file")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="violations to print (default: 20)")
    parser.add_argument("--verify", action="store_true", help="only judge the judge, by docstrings that lie and others")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave the packages in this folder")
    own, options = sys.argv[1:], []
    if "--" in own:
        own, options = own[: own.index("--")], own[own.index("--") + 1 :]
    return parser.parse_args(own, argparse.Namespace(options=options))


def verify() -> int:
    """Judge the judge.

    Returns:
        The exit status.
    """
    from evaluate_cases import CASES, failures

    failed = failures()
    print("\n".join([*failed, f"{len(CASES)} docstrings, {len(failed)} judged wrongly"]))
    return int(bool(failed))


def main() -> int:
    """Evaluate what the command line names.

    Returns:
        The exit status.
    """
    arguments = parsed_arguments()
    if arguments.verify:
        return verify()
    docgen = program()
    total, each = Figures("all"), []
    with tempfile.TemporaryDirectory() as temporary:
        work = (arguments.keep or Path(temporary)).resolve()
        for package in arguments.packages:
            each.append(evaluate(package, work, arguments, docgen))
            total.add(each[-1])
    columns = [*each, total] if len(each) > 1 else each
    print(f"{arguments.provider}: {', '.join(figures.name for figures in each)}")
    print("\n".join(table(columns)))
    if total.faults:
        print(
            "\nfaults of replies, by definitions: " + ", ".join(f"{kind} {n}" for kind, n in total.faults.most_common())
        )
    violations = total.violations()
    for title, found in (
        ("violations", violations),
        ("made-up words", total.made_up),
        ("findings of linters", total.linters),
        ("refused", total.refusals),
    ):
        if found:
            print(f"\n{title}, {min(len(found), arguments.show)} of {len(found)}:")
        for one in found[: arguments.show]:
            print(f"  {one}")
    if arguments.json:
        packages = [
            {
                "name": one.name,
                "figures": one.rows(),
                "violations": one.violations(),
                "made_up": one.made_up,
                "refused": one.refusals,
                "findings": one.linters,
                "excused": dict(one.excused),
                "faults": dict(one.faults),
                "human_unknown": one.theirs.unknown,
            }
            for one in columns
        ]
        arguments.json.write_text(json.dumps({"provider": arguments.provider, "packages": packages}, indent=1) + "\n")
    return int(bool(violations))


if __name__ == "__main__":
    in_judges_python()
    raise SystemExit(main())
