"""A model that says what people wrote: the words of the docstrings that were taken out.

What docgen's checks object to in them is a false alarm, or a mistake of the humans'.
"""

from __future__ import annotations

import copy
import re

from docstring_readers import docstring_parser
from lying_model import BLOCK, Draft, skeleton

FILE = re.compile(r"File `([^`]+)`")
NAME = re.compile(r"^name: (.*)$", re.M)
KIND = re.compile(r"^kind: (.*)$", re.M)
ROLE = re.compile(r":[\w:+-]+:`[~!]?([^`<]+?)(?:\s*<[^>]*>)?`")


class Human:
    """The model: it knows each definition's original docstring, and answers the same however often it is asked."""

    def __init__(self, written: dict[str, str]) -> None:
        """Learn what was written, by path and qualified name."""
        self.written = written

    def reply(self, message: str) -> object:
        """The answer to a prompt."""
        path = FILE.search(message)
        blocks = dict(BLOCK.findall(message))
        return {
            "docstrings": [
                self.draft(one, path[1] if path else "", blocks.get(one["id"], "")) for one in skeleton(message, blocks)
            ]
        }

    def draft(self, asked: Draft, path: str, block: str) -> Draft:
        """A definition's draft in its author's words; plain ones where there are none."""
        name, kind = NAME.search(block), KIND.search(block)
        is_module = bool(kind and kind[1] in {"module", "package"})
        original = self.written.get(f"{path}::{'' if is_module or not name else name[1]}", "")
        try:
            read = docstring_parser.parse(original)
        except docstring_parser.ParseError:
            read = docstring_parser.Docstring()
        told = copy.deepcopy(asked)
        summary, description = paragraphs(original)
        told |= {key: value for key, value in {"examples": [], "notes": None}.items() if key in told}
        told["summary"] = summary or "Do what is asked for."
        told["description"] = description or None
        by_name = {one.arg_name.lstrip("*"): plain(one.description) for one in read.params}
        for one in [*told["args"], *told["attributes"]]:
            one["description"] = by_name.get(one["name"]) or "What the caller gives."
        for key in ("returns", "yields"):
            if told[key] is not None:
                told[key] = plain(read.returns.description if read.returns else None) or "What comes of it."
        raised = {(one.type_name or "").rpartition(".")[2]: plain(one.description) for one in read.raises}
        for one in told["raises"]:
            one["description"] = raised.get(one["exception"].rpartition(".")[2]) or "If it cannot be done."
        return told


def paragraphs(original: str) -> tuple[str, str]:
    """The first paragraph of a docstring, and the second if it is prose."""
    first, second, *_ = [*re.split(r"\n\s*\n", original.strip()), "", ""]
    is_prose = not re.match(r"\s*(?:\.\. |:\w+[^`\n]*: |[A-Z]\w+:\n|[-*>#|`])", second) and not second.endswith("::")
    return plain(first), plain(second) if is_prose else ""


def plain(text: str | None) -> str:
    """Words without what reStructuredText adds to them."""
    return " ".join(ROLE.sub(r"`\1`", text or "").replace("``", "`").split())
