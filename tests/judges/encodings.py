#!/usr/bin/env python3
"""Write every character of the basic plane into files of every encoding; Python must read them back.

For each encoding a file is written that declares it, and a model on loopback fills its docstrings with
characters, a thousand at a time. Whatever the encoding lacks has to become an escape: Python must
accept each file and read in each docstring the very text that docgen reports.

  DOCGEN   the program (default: target/release/docgen)
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from hostile_model import BLOCK, serving

ROOT = Path(__file__).resolve().parents[2]
DOCGEN = str(Path(os.environ.get("DOCGEN", ROOT / "target/release/docgen")).resolve())
ENCODINGS = (
    "utf-8 utf-8-sig ascii latin-1 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-9 "
    "iso-8859-10 iso-8859-11 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 cp437 cp850 cp866 cp874 cp932 cp936 cp949 cp950 "
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8-r koi8-u mac-roman mac-cyrillic "
    "shift_jis shift_jisx0213 euc-jp euc-jis-2004 euc-kr gb2312 gbk gb18030 hz big5 big5hkscs johab iso-2022-jp tis-620 ptcp154"
).split()
CHUNK = 1000


def characters() -> Iterator[str]:
    """What may stand in a docstring: no controls, surrogates, unassigned or private characters."""
    for code in range(0xA0, 0x10000):
        if unicodedata.category(chr(code))[0] not in "CZ":
            yield chr(code)


def chunks() -> list[str]:
    """The characters, some to a text, divided into words."""
    every = "".join(characters())
    some = [every[at : at + CHUNK] for at in range(0, len(every), CHUNK)]
    return [" ".join(text[at : at + 20] for at in range(0, len(text), 20)) for text in some]


def judge(encoding: str, texts: list[str]) -> tuple[str, bool]:
    """Fill one file; the answer is what became of it, and whether that is right."""

    def reply(message: str) -> dict[str, object]:
        drafts = []
        for name, block in BLOCK.findall(message):
            number = int(block.split("name: f")[1].split("\n")[0])
            drafts.append(
                {"id": name, "summary": "Do it.", "description": f"Words: {texts[number]}", "args": [],
                 "returns": None, "yields": None, "raises": [], "attributes": []}
            )  # fmt: skip
        return {"docstrings": drafts}

    with tempfile.TemporaryDirectory() as folder, serving(reply) as url:
        file = Path(folder, "a.py")
        functions = "".join(f"def f{at}():\n    pass\n\n\n" for at in range(len(texts)))
        file.write_text(f'# -*- coding: {encoding} -*-\n"""Words."""\n\n\n{functions}', "ascii")
        before = file.read_bytes()
        options = ["--isolated", "--no-report", "--quiet", "--format", "json", "--select", "D103"]
        provider = ["--provider", "openai", "--base-url", url, "--model", "x", "--requests-per-minute", "1000000"]
        quota = ["--tokens-per-minute", "1000000000"]
        done = subprocess.run(
            [DOCGEN, "run", ".", *options, *provider, *quota], cwd=folder, capture_output=True, text=True
        )
        report = json.loads(done.stdout)
        if report["diagnostics"]:
            return "not read", file.read_bytes() == before
        meant = {
            one["name"]: one["docstring"]
            for one in report["files"][0]["definitions"]
            if one["status"] == "documented"
        }
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError) as error:
            return f"BROKEN: {error}", False
        read = {one.name: ast.get_docstring(one) for one in tree.body if isinstance(one, ast.FunctionDef)}
        for name, text in meant.items():
            got = inspect.cleandoc(read[name] or "")
            if got != text:
                differ = [(a, b) for a, b in zip(text, got, strict=False) if a != b][:3]
                return f"MISREAD: {name} {differ}", False
        escapes = file.read_bytes().count(b"\\u")
        told = f"{len(meant)} of {len(texts)} docstrings, {escapes} escapes"
        return told, len(meant) == len(texts)


def main() -> int:
    """Judge every encoding.

    Returns:
        The exit status.
    """
    texts = chunks()
    well = True
    for encoding in sys.argv[1:] or ENCODINGS:
        told, is_right = judge(encoding, texts)
        print(f"{encoding:16} {told}", flush=True)
        well &= is_right
    return int(not well)


if __name__ == "__main__":
    raise SystemExit(main())
