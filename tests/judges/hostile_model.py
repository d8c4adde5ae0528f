"""A chat completions server on loopback whose words are as hard to lay out as words can be.

The facts of its replies are right, for docgen tells them in the prompt; the words are put together
from a seeded random choice of what breaks docstrings: quotes, backslashes, colons, headers, fields,
lists, code, long words, wide and invisible characters.
"""

from __future__ import annotations

import http.server
import json
import random
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from loopback import Answer, in_json, loopback

PLAIN = "load the value of each order and store it for later use by its owner when the time has come".split()
HARD = [
    '"', '"quoted"', "'", "''", "\\", "\\d+\\s*", "C:\\users\\new\\x41", "\\N{BULLET}", "\\0", "\\777", "\\u1234",
    "{}", "{0!r:>{width}}", "%s", "%(name)s", "$HOME", "key: value", "Note: that", "Returns: this", "Raises:", "Args:",
    "Yields", "Returns", "Example:", "default: 5.", "a (int): one", "*args", "**kwargs", "*", "**", "_", "__init__",
    "x_", "|", "|a|", "<b>", "[1]", "[link](http://x.y/z)", "http://example.org:80/a?b=c&d=e#f", "e.g.", "i.e.",
    "etc.", "vs.", "...", "…", "—", "«so»", "“curly”", "é", "ß", "ﬁ", "日本語", "本" * 30, "😀", "👨‍👩‍👧", "שלום", "مرحبا",
    "a\u200bb", "\u202eright\u202c", "\ufeff", "\u00a0", "a\u00a0b", "\u3000", "\u2028", "\u0085", "\x00", "\x1b[31m", "\t",
    "w" * 120, "x" * 700, "-", "- item", "1. first", "#", "# noqa", "# type: ignore", "fmt: off", ":param x:", ":return:",
    "::", ".. note::", "-----", "=====", "~~~", "+---+", "(", ")", "[", "]", "<", ">", "@decorator", "a=b", "a:b", "a :b",
    "None:", "int: text", "list[int]: the items", "dict[str, int]", ";", "TODO", "`None`", "``code``", "~", "^", "&amp;",
    "\\\n", "\n", "\n\n", "\n    code = {'a': 1}\n", "\n- one\n- two\n", "\n1. one\n2. two\n", "\n\n    >>> f\n\n",
    "\n\nNote:\n    Indented.\n", "\n\nReturns\n-------\nint\n", "\nSee: this\n    and that\n", "\n| a | b |\n|---|---|\n",
]  # fmt: skip
ENDS = ["", ".", ".", ".", "!", "?", ":", "\\", '"', "…", "。", " "]
FACT = re.compile(r"^(args|returns|yields|raises|attributes): (.*)$", re.M)
BLOCK = re.compile(r'<definition id="([^"]+)">\n(.*?)\nsource:\n', re.S)


class Words:
    """A source of words that depends on its seed alone."""

    def __init__(self, seed: int) -> None:
        """Begin anew."""
        self.random = random.Random(seed)

    def some(self, most: int, hard: float) -> str:
        """Up to `most` words, a share of them hard."""
        count = self.random.randint(1, most)
        chosen = [
            self.random.choice(HARD if self.random.random() < hard else PLAIN) for _ in range(count)
        ]
        return " ".join(chosen) + self.random.choice(ENDS)

    def text(self, most: int) -> str:
        """A field's words: now plain, now hard."""
        return self.some(most, self.random.choice([0.0, 0.1, 0.3, 0.7]))


def reply(seed: int, message: str) -> dict[str, object]:
    """The docstrings for the definitions in a prompt."""
    drafts = []
    for name, block in BLOCK.findall(message):
        # The same definition gets other words when it is asked about again.
        words = Words(zlib.crc32(f"{seed}/{message}/{name}".encode()))
        facts = dict(FACT.findall(block))

        def listed(key: str, facts: dict[str, str] = facts) -> list[str]:
            return [] if facts[key] == "none" else facts[key].split(", ")

        drafts.append(
            {
                "id": name,
                "summary": words.text(7),
                "description": words.text(60) if words.random.random() < 0.7 else None,
                "args": [{"name": one.lstrip("*"), "description": words.text(30)} for one in listed("args")],
                "returns": words.text(30) if facts["returns"] == "yes" else None,
                "yields": words.text(30) if facts["yields"] == "yes" else None,
                "raises": [{"exception": one, "description": words.text(20)} for one in listed("raises")],
                "attributes": [{"name": one, "description": words.text(20)} for one in listed("attributes")],
            }
        )
    return {"docstrings": drafts}


@contextmanager
def serving(answer_to: Callable[[str], dict[str, object]]) -> Iterator[str]:
    """Run a server that answers each prompt by a function; the value is its base URL."""

    def answer(_request: http.server.BaseHTTPRequestHandler, body: bytes) -> Answer:
        content = json.dumps(answer_to(json.loads(body)["messages"][-1]["content"]))
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        completion = {"id": "x", "object": "chat.completion", "model": "hostile", "choices": [choice], "usage": usage}
        return in_json(200, completion)

    with loopback(answer) as url:
        yield f"{url}/v1"
