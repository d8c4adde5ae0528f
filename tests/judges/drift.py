#!/usr/bin/env python3
"""Judge who finds docstrings that have drifted from the code, by fixtures/drift.

Usage: drift.py [--verify | --peers | --write DIR]

Without an option it runs docgen, and ends with 1 unless precision and recall are both 1. With
--verify it runs nobody: it has Python's own `ast` say what every label and every control claims
(drift_oracle.py), and ends with 1 if one is wrong. With --peers it runs ruff and pydoclint too.
With --write it writes the files that are judged to DIR, which must be new, and labels.json beside.

Environment: DOCGEN is the program (default: target/release/docgen). RUFF and PYDOCLINT are commands
(default: those of venv.sh). Exit status 2: one of them could not be run.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True

import drift_oracle  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures" / "drift"
STYLES = ("google", "numpy", "sphinx")
CODES = (
    "D417", "DOC102", "DOC104", "DG105", "DG106", "DOC201", "DOC202", "DG203", "DOC402", "DOC403", "DG404",
    "DOC501", "DOC502",
)  # fmt: skip


class Unusable(Exception):
    """Something could not be run, or the set is broken."""


# --- The set -------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Case:
    """A definition to judge: of a clean file, or, with a drift's id, of a changed one."""

    file: str
    definition: str
    drift: str = ""

    @property
    def style(self) -> str:
        return self.file.partition("/")[0]

    def __str__(self) -> str:
        return f"{self.file} {self.definition}" + (f" [{self.drift}]" if self.drift else "")


@dataclass
class Drift:
    """One change to one definition, and what it makes untrue."""

    id: str
    file: str
    definition: str
    change: str
    edits: list[tuple[str, str]]
    labels: set[tuple[str, str]]

    def ranges(self, source: str) -> list[tuple[int, int, str]]:
        """Where the edits go: each old text stands in the file once, as whole lines."""
        found = []
        for old, new in self.edits:
            if ("\n" + source).count("\n" + old) != 1 or not old.endswith("\n"):
                raise Unusable(f"{self.id}: not once in {self.file}: {old!r}")
            start = ("\n" + source).index("\n" + old)
            found.append((start, start + len(old), new))
        found.sort()
        if any(one[1] > other[0] for one, other in zip(found, found[1:])):
            raise Unusable(f"{self.id}: its edits overlap")
        return found


@dataclass
class Written:
    """A file that is judged."""

    path: str
    file: str
    source: str
    drifts: dict[str, Drift] = field(default_factory=dict)

    def case(self, definition: str) -> Case:
        """The case that a finding belongs to; what a copy leaves as it was is the same control."""
        drift = self.drifts.get(definition)
        return Case(self.file, definition, drift.id if drift else "")


def applied(source: str, ranges: list[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(ranges, reverse=True):
        source = source[:start] + new + source[end:]
    return source


def clean_files() -> dict[str, str]:
    paths = sorted(path for style in STYLES for path in (FIXTURES / "clean" / style).glob("*.py"))
    return {str(path.relative_to(FIXTURES / "clean")): path.read_text(encoding="utf-8") for path in paths}


def drifts() -> list[Drift]:
    records = json.loads((FIXTURES / "drifts.json").read_text(encoding="utf-8"))
    return [
        Drift(
            one["id"], one["file"], one["definition"], one["change"],
            [(old, new) for old, new in one["edits"]], {(code, subject) for code, subject in one["labels"]},
        )
        for one in records
    ]  # fmt: skip


def written(clean: dict[str, str], changes: Iterable[Drift]) -> list[Written]:
    """The clean files, and as few copies as hold every drift, no definition with more than one."""
    files = [Written(f"clean/{file}", file, source) for file, source in clean.items()]
    by_file: dict[str, list[Drift]] = defaultdict(list)
    for drift in changes:
        by_file[drift.file].append(drift)
    for file, some in by_file.items():
        copies: list[tuple[list[Drift], list[tuple[int, int, str]]]] = []
        for drift in some:
            ranges = drift.ranges(clean[file])
            for held, taken in copies:
                apart = all(end <= first or last <= start for start, end, _ in ranges for first, last, _ in taken)
                names = {one.definition for one in held}
                # A class and its methods share lines.
                related = any(_related(name, drift.definition) for name in names)
                if apart and not related:
                    held.append(drift)
                    taken += ranges
                    break
            else:
                copies.append(([drift], ranges))
        for number, (held, ranges) in enumerate(copies, 1):
            path = f"drifted/{file.removesuffix('.py')}_{number}.py"
            files.append(Written(path, file, applied(clean[file], ranges), {one.definition: one for one in held}))
    return files


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(other + ".") or other.startswith(one + ".")


def write(files: list[Written], folder: Path) -> None:
    for one in files:
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.source, encoding="utf-8")


# --- Whether the labels are right ----------------------------------------------------------------


def _span(source: str, definition: str) -> tuple[int, int]:
    """The characters of a definition, decorators and all."""
    body: list[ast.stmt] = ast.parse(source).body
    found = None
    for name in definition.split("."):
        named = [one for one in ast.walk(ast.Module(body, [])) if getattr(one, "name", None) == name]
        # An overload's last definition is the one with the docstring.
        found = next((one for one in named if ast.get_docstring(one) is not None), named[-1])
        body = found.body
    first = min([found.lineno, *(one.lineno for one in found.decorator_list)])
    lines = source.splitlines(keepends=True)
    return sum(map(len, lines[: first - 1])), sum(map(len, lines[: found.end_lineno]))


def verify(clean: dict[str, str], changes: list[Drift]) -> int:
    """Compare every label and every control with what the tree says."""
    wrong: list[str] = []
    controls: set[Case] = set()
    for file, source in clean.items():
        compile(source, file, "exec")
        for name, labels in drift_oracle.judge(source, file.partition("/")[0]).items():
            controls.add(Case(file, name))
            wrong += [f"{file} {name}: a control, but {code} {subject}" for code, subject in sorted(labels)]
    for drift in changes:
        source = clean[drift.file]
        start, end = _span(source, drift.definition)
        ranges = drift.ranges(source)
        if not drift.labels or not {code for code, _ in drift.labels} <= set(CODES):
            wrong.append(f"{drift.id}: labels {sorted(drift.labels)}")
        changed = applied(source, ranges)
        compile(changed, drift.file, "exec")
        # Context may reach over the edge of the definition; the change itself may not.
        if changed[:start] != source[:start] or changed[len(changed) - (len(source) - end) :] != source[end:]:
            wrong.append(f"{drift.id}: changes more than {drift.definition}")
        said = drift_oracle.judge(changed, drift.file.partition("/")[0])
        for name, labels in said.items():
            expected = drift.labels if name == drift.definition else set()
            wrong += [f"{drift.id} {drift.file} {name}: no label {code} {what}" for code, what in labels - expected]
            wrong += [f"{drift.id} {drift.file} {name}: label {code} {what}" for code, what in expected - labels]
    for one in written(clean, changes):
        for name, labels in drift_oracle.judge(one.source, one.file.partition("/")[0]).items():
            expected = one.drifts[name].labels if name in one.drifts else set()
            if labels != expected:
                wrong.append(f"{one.path} {name}: {sorted(labels)}, not {sorted(expected)}")
    count = sum(len(drift.labels) for drift in changes)
    styles = Counter(case.style for case in controls), Counter(drift.file.partition("/")[0] for drift in changes)
    print(f"controls {len(controls)}, drifts {len(changes)}, labels {count}, wrong {len(wrong)}")
    print("  " + ", ".join(f"{style}: {styles[0][style]} controls, {styles[1][style]} drifts" for style in STYLES))
    for line in wrong:
        print("  " + line)
    return 1 if wrong else 0


# --- Who is judged -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """What a program said: a code for a case, in words."""

    case: Case
    code: str
    message: str


def run(command: list[str], folder: Path, statuses: Iterable[int]) -> str:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "RUFF_NO_CACHE": "true"}
    done = subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, env=environment
    )
    if done.returncode not in statuses:
        raise Unusable(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def by_docgen(files: list[Written], folder: Path) -> set[Finding]:
    wanted = os.environ.get("DOCGEN", str(ROOT / "target" / "release" / "docgen"))
    docgen = shutil.which(wanted)
    if docgen is None:
        raise Unusable(f"no program at {wanted}; build it or set DOCGEN")
    command = [os.path.abspath(docgen), "check", ".", "--isolated", "--format", "json", "--select", "D417,DOC,DG"]
    said = json.loads(run(command, folder, (0, 1)))["diagnostics"]
    by_path = {one.path: one for one in files}
    found = set()
    for one in said:
        path = os.path.relpath(os.path.realpath(folder / one["path"]), os.path.realpath(folder))
        # The second definition of one name is `name#2`: the overloads have no docstring.
        definition = re.sub(r"#\d+", "", one["definition"])
        found.add(Finding(by_path[path].case(definition), one["code"], one["message"]))
    return found


def _peer(variable: str, name: str) -> list[str]:
    if variable in os.environ:
        return shlex.split(os.environ[variable])
    venv = run(["bash", str(Path(__file__).parent / "venv.sh")], ROOT, (0,)).strip()
    return [f"{venv}/bin/{name}"]


def _holders(source: str) -> list[tuple[int, int, str]]:
    """The lines of each definition that has a docstring."""
    found = []

    def visit(node: ast.AST, outer: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, drift_oracle.Definition):
                name = f"{outer}.{child.name}" if outer else child.name
                if ast.get_docstring(child) is not None:
                    found.append((child.lineno, child.end_lineno, name))
                visit(child, name)
            else:
                visit(child, outer)

    visit(ast.parse(source), "")
    return found


def by_ruff(files: list[Written], folder: Path) -> set[Finding]:
    command = [*_peer("RUFF", "ruff"), "check", "--isolated", "--preview", "--select", "D417,DOC"]
    command += ["--target-version", "py311", "--output-format", "json"]
    # A summary alone claims nothing; pydoclint sees it so by default.
    command += ["--config", "lint.pydoclint.ignore-one-line-docstrings=true"]
    by_path = {one.path: one for one in files}
    found = set()
    for style in STYLES:
        # ruff has no convention for Sphinx.
        convention = [] if style == "sphinx" else ["--config", f'lint.pydocstyle.convention="{style}"']
        for one in json.loads(run([*command, *convention, f"clean/{style}", f"drifted/{style}"], folder, (0, 1))):
            path = os.path.relpath(os.path.realpath(one["filename"]), os.path.realpath(folder))
            row = one["location"]["row"]
            inside = [holder for holder in _holders(by_path[path].source) if holder[0] <= row <= holder[1]]
            name = max(inside)[2] if inside else ""
            found.add(Finding(by_path[path].case(name), one["code"], one["message"]))
    return found


def _pydoclint_codes(code: str, message: str) -> set[str]:
    """What a message of pydoclint's says in our codes."""
    if code in ("DOC104", "DOC201", "DOC202", "DOC402", "DOC403", "DOC501", "DOC502"):
        return {code}
    if code == "DOC105":
        return {"DG105"}
    if code == "DOC203":
        if "Return annotation types: ['None']" in message:
            return {"DOC202"}
        # A section without a type contradicts none.
        return set() if re.search(r"has 0 type", message) else {"DG203"}
    if code == "DOC404":
        return set() if re.search(r"has 0 type|does not exist", message) else {"DG404"}
    if code == "DOC103":
        codes = set()
        missing = re.search(r"in the function signature but not in the docstring: \[(.*?)\]\.", message)
        extra = re.search(r"in the docstring but not in the function signature: \[(.*?)\]\.", message)
        return codes | ({"D417"} if missing else set()) | ({"DOC102"} if extra else set())
    if code == "DOC503":
        lists = re.findall(r"(?:docstring|body): \[(.*?)\]", message)
        documented, raised = ({name.strip("' ").rpartition(".")[2] for name in one.split(",")} - {""} for one in lists)
        return ({"DOC501"} if raised - documented else set()) | ({"DOC502"} if documented - raised else set())
    return set()


def by_pydoclint(files: list[Written], folder: Path, truth: dict[Case, set[str]]) -> set[Finding]:
    """Ask pydoclint under each convention about types, and take for each module what suits it best."""
    command = [*_peer("PYDOCLINT", "pydoclint"), "--quiet", "--allow-init-docstring=True"]
    command += ["--check-class-attributes=False", "--omit-stars-when-documenting-varargs=True"]
    command += ["--show-filenames-in-every-violation-message=True"]
    by_path = {one.path: one for one in files}
    documented = {one.path: {name for _, _, name in _holders(one.source)} for one in files}
    found: set[Finding] = set()
    for style in STYLES:
        runs: list[dict[str, set[Finding]]] = []
        for signature, docstring in ((True, True), (True, False), (False, True), (False, False)):
            options = [f"--style={style}", f"--arg-type-hints-in-signature={signature}"]
            options += [f"--arg-type-hints-in-docstring={docstring}"]
            options += [f"--check-return-types={docstring}", f"--check-yield-types={docstring}"]
            said: dict[str, set[Finding]] = defaultdict(set)
            # What it prints goes to either stream.
            text = run(["sh", "-c", '"$@" 2>&1', "sh", *command, *options, f"clean/{style}", f"drifted/{style}"],
                       folder, (0, 1))  # fmt: skip
            for line in text.splitlines():
                match = re.match(r"(.+?\.py):\d+: (DOC\d+): (?:Function|Method|Class) `([\w.]+)`:? ?(.*)", line)
                if not match or match[1] not in by_path:
                    continue
                path, code, name, message = match.groups()
                if name not in documented[path]:
                    # What it says of `__init__` is about the docstring of the class.
                    name = name.removesuffix(".__init__")
                one = by_path[path]
                said[one.file] |= {Finding(one.case(name), ours, message) for ours in _pydoclint_codes(code, message)}
            runs.append(said)
        for said in runs:
            for file, some in said.items():
                # Arguments in another order are reported as arguments of other types, too.
                swapped = {one.case for one in some if one.code == "DOC104"}
                said[file] = {one for one in some if one.code != "DG105" or one.case not in swapped}
        for file in sorted({one.file for one in files if one.file.startswith(style)}):
            cases = {case: codes for case, codes in truth.items() if case.file == file}

            def quality(said: dict[str, set[Finding]]) -> float:
                pairs = {(one.case, one.code) for one in said[file]}
                right = {(case, code) for case, codes in cases.items() for code in codes}
                return 2 * len(pairs & right) / max(1, len(pairs) + len(right))

            found |= max(runs, key=quality)[file]
    return found


# --- Scores --------------------------------------------------------------------------------------


@dataclass
class Score:
    """How often somebody was right."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def __str__(self) -> str:
        return f"{self.precision:9.4f} {self.recall:7.4f} {self.right:5} {self.wrong:5} {self.missed:5}"


HEAD = f"{'':18} {'precision':>9} {'recall':>7} {'TP':>5} {'FP':>5} {'FN':>5}"


def _names(message: str, subject: str) -> bool:
    word = re.escape(subject.rpartition(".")[2])
    return not subject or re.search(rf"(?<!\w){word}(?!\w)", message) is not None


def matched(
    found: set[Finding], labels: set[tuple[Case, str, str]]
) -> tuple[list[tuple[Case, str, str]], list[Finding], list[tuple[Case, str, str]]]:
    """Pair findings with labels: the same case and code, and a message that names the subject.

    One finding may name many parameters, as ruff's D417 does; a finding that names none that is
    labelled is wrong.
    """
    right, wrong, missed = [], [], []
    groups: dict[tuple[Case, str], list[Finding]] = defaultdict(list)
    wanted: dict[tuple[Case, str], list[str]] = defaultdict(list)
    for finding in found:
        groups[finding.case, finding.code].append(finding)
    for case, code, subject in labels:
        wanted[case, code].append(subject)
    for key in groups.keys() | wanted.keys():
        findings, subjects = sorted(groups[key], key=lambda one: one.message), sorted(wanted[key])
        owner: dict[int, int] = {}

        def pair(at: int, seen: set[int]) -> bool:
            for index, finding in enumerate(findings):
                if index in seen or not _names(finding.message, subjects[at]):
                    continue
                seen.add(index)
                if index not in owner or pair(owner[index], seen):
                    owner[index] = at
                    return True
            return False

        for at in range(len(subjects)):
            pair(at, set())
        paired = set(owner.values())
        for at, subject in enumerate(subjects):
            named = at in paired or any(_names(one.message, subject) for one in findings)
            (right if named else missed).append((*key, subject))
        wrong += [finding for index, finding in enumerate(findings) if index not in owner]
    return right, wrong, missed


def table(rows: Iterable[tuple[str, str]], counts: dict[str, Score]) -> None:
    print(HEAD)
    for key, title in rows:
        print(f"{title:18} {counts[key]}")


def judge_docgen(files: list[Written], folder: Path, labels: set[tuple[Case, str, str]]) -> int:
    """Print how well docgen does, and everything that it gets wrong."""
    found = {one for one in by_docgen(files, folder) if one.code in CODES}
    right, wrong, missed = matched(found, labels)
    counts: dict[str, Score] = defaultdict(Score)
    for case, code, _ in right:
        for key in ("all", code, case.style):
            counts[key].right += 1
    for one in wrong:
        for key in ("all", one.code, one.case.style):
            counts[key].wrong += 1
    for case, code, _ in missed:
        for key in ("all", code, case.style):
            counts[key].missed += 1
    print("docgen, by label (file, definition, code, subject)")
    table([("all", "all"), *((key, f"  {key}") for key in (*STYLES, *CODES))], counts)
    changes = {drift.id: drift.change for one in files for drift in one.drifts.values()}
    if wrong:
        print(f"\nfalse positives: {len(wrong)}")
    for one in sorted(wrong, key=lambda one: (one.case, one.code)):
        print(f"  {one.case}: {one.code} {one.message}")
    if missed:
        print(f"\nfalse negatives: {len(missed)}")
    for case, code, subject in sorted(missed):
        print(f"  {case}: {code} {subject} ({changes[case.drift]})")
    return 1 if wrong or missed else 0


RUFF_CODES = {"D417", "DOC102", "DOC201", "DOC202", "DOC402", "DOC403", "DOC501", "DOC502"}
PYDOCLINT_CODES = set(CODES) - {"DG106"}


def judge_peers(files: list[Written], folder: Path, labels: set[tuple[Case, str, str]]) -> None:
    """Print how well everybody does, at definition and kind of fault."""
    truth: dict[Case, set[str]] = defaultdict(set)
    for case, code, _ in labels:
        truth[case].add(code)
    wanted = {(case, code) for case, codes in truth.items() for code in codes}
    everybody: list[tuple[str, set[str], tuple[str, ...], set[Finding]]] = []
    try:
        everybody.append(("docgen", set(CODES), STYLES, by_docgen(files, folder)))
    except Unusable as error:
        print(f"docgen is left out: {error}\n")
    everybody += [
        ("ruff", RUFF_CODES, ("google", "numpy"), by_ruff(files, folder)),
        ("pydoclint", PYDOCLINT_CODES, STYLES, by_pydoclint(files, folder, truth)),
    ]
    print("by definition and kind of fault; `own` is what it has a rule and a style for")
    print(f"{'':18} {'all':>30}   {'own':>30}")
    head = f"{'precision':>9} {'recall':>7} {'FP':>5} {'FN':>5}"
    print(f"{'':18} {head:>30}   {head:>30}")
    for name, codes, styles, findings in everybody:
        said = {(one.case, one.code) for one in findings if one.code in CODES}
        for style in ("", *STYLES):
            cells = []
            for own in (False, True):
                if own and style and style not in styles:
                    cells.append(f"{'-':>29}")
                    continue

                def counts(pair: tuple[Case, str]) -> bool:
                    case, code = pair
                    if style and case.style != style:
                        return False
                    return not own or (code in codes and case.style in styles)

                ours, right = set(filter(counts, said)), set(filter(counts, wanted))
                score = Score(len(ours & right), len(ours - right), len(right - ours))
                cells.append(f"{score.precision:9.3f} {score.recall:7.3f} {score.wrong:5} {score.missed:5}")
            print(f"{'  ' + style if style else name:18} {cells[0]}    {cells[1]}")
    print("\nby code, in the styles that it knows (false positives / false negatives of so many)")
    print(f"{'':10} " + " ".join(f"{name:>20}" for name, *_ in everybody))
    for code in CODES:
        cells = []
        for _, codes, styles, findings in everybody:
            right = {pair for pair in wanted if pair[1] == code and pair[0].style in styles}
            said = {(one.case, one.code) for one in findings if one.code == code and one.case.style in styles}
            shown = f"{len(said - right)} / {len(right - said)} of {len(right)}"
            cells.append(f"{shown if code in codes else '-':>20}")
        print(f"{code:10} " + " ".join(cells))


def main() -> int:
    """Do what the command line says.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--verify", action="store_true", help="check the labels, run nobody")
    choice.add_argument("--peers", action="store_true", help="run ruff and pydoclint as well")
    choice.add_argument("--write", type=Path, metavar="DIR", help="write the files that are judged")
    options = parser.parse_args()
    clean, changes = clean_files(), drifts()
    try:
        if options.verify:
            return verify(clean, changes)
        files = written(clean, changes)
        labels = {
            (Case(drift.file, drift.definition, drift.id), code, subject)
            for drift in changes
            for code, subject in drift.labels
        }
        if options.write:
            options.write.mkdir(parents=True)
            write(files, options.write)
            rows = [
                {"path": one.path, "definition": name, "code": code, "subject": subject, "drift": drift.id}
                for one in files
                for name, drift in one.drifts.items()
                for code, subject in sorted(drift.labels)
            ]
            (options.write / "labels.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
            return 0
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write(files, folder)
            if options.peers:
                judge_peers(files, folder, labels)
                return 0
            return judge_docgen(files, folder, labels)
    except Unusable as error:
        print(f"drift.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
