"""Tokens as the service bills them: an encoding that is published, by a tokenizer that docgen does not use.

`bpe-openai` is GitHub's own implementation with the vocabulary in its package; it gives what OpenAI's `tiktoken` gives.
What the service adds for a message is that of OpenAI's cookbook. How it counts a schema is not published: here its text
counts.
"""

from __future__ import annotations

import json

MESSAGE = 3
REPLY = 3


class Counter:
    """Counts in one encoding."""

    def __init__(self, encoding: str) -> None:
        # Nobody but this bench needs it installed.
        import bpe_openai

        self.encoding = bpe_openai.get_encoding(encoding)

    def text(self, text: str) -> int:
        """Tokens of a text; what looks like the end of one is text too."""
        return len(self.encoding.encode(text, disallowed_special=()))

    def prompt(self, body: dict) -> int:
        """Tokens of a request's prompt."""
        tokens = REPLY
        for message in body.get("messages", []):
            tokens += MESSAGE + self.text(message["role"]) + self.text(message["content"])
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        if schema is not None:
            tokens += self.text(json.dumps(schema, ensure_ascii=False, separators=(",", ":")))
        return tokens
