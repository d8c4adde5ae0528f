"""What a prompt of docgen asks for, and the answers of the fake."""

from __future__ import annotations

import json
import re

FILE = re.compile(r"\AFile `([^`]*)`")
BLOCK = re.compile(r"^<definition id=\"([^\"]*)\">\n(.*?)^source:$", re.MULTILINE | re.DOTALL)
STARTS_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|_+")


class Prompted:
    """A definition that the last user message of a request asks about."""

    def __init__(self, file: str, identifier: str, header: str) -> None:
        fields = dict(line.split(": ", 1) for line in header.splitlines() if ": " in line)
        self.identifier = identifier
        self.name = fields.get("name", "")
        self.key = f"{file}::{self.name}"
        self.args = _names(fields.get("args", "none"))
        self.raises = _names(fields.get("raises", "none"))
        self.attributes = _names(fields.get("attributes", "none"))
        self.returns = fields.get("returns") == "yes"
        self.yields = fields.get("yields") == "yes"

    def draft(self) -> dict:
        """A docstring that says of the definition what the prompt says."""
        return {
            "id": self.identifier,
            "summary": f"Handle {_words(self.name.rsplit('.', 1)[-1])} as the fake says.",
            "description": None,
            "args": _described(self.args),
            "returns": "What the fake returns." if self.returns else None,
            "yields": "What the fake yields." if self.yields else None,
            "raises": [{"exception": name, "description": f"If the fake meets `{name}`."} for name in self.raises],
            "attributes": _described(self.attributes),
        }


def _names(field: str) -> list[str]:
    return [] if field == "none" else [name.strip().lstrip("*") for name in field.split(",")]


def _described(names: list[str]) -> list[dict]:
    return [{"name": name, "description": f"The {_words(name)} that the fake knows."} for name in names]


def _words(name: str) -> str:
    return STARTS_WORD.sub(" ", name).strip().lower() or "it"


def prompted(body: dict) -> list[Prompted]:
    """The definitions that the last user message asks about."""
    messages = [message for message in body.get("messages", []) if message.get("role") == "user"]
    text = messages[-1]["content"] if messages else ""
    file = FILE.match(text)
    return [Prompted(file[1] if file else "", *block) for block in BLOCK.findall(text)]


def completion(body: dict, definitions: list[Prompted], *, flawed: bool) -> dict:
    """A chat completion with a docstring for each definition; a flawed one describes an argument that is not there."""
    drafts = [one.draft() for one in definitions]
    # What is asked about once more is put right.
    if flawed and drafts and "Wrong in it:" not in body["messages"][-1]["content"]:
        drafts[0]["args"].append({"name": "imaginary", "description": "Nothing that the code knows."})
    content = json.dumps({"docstrings": drafts}, ensure_ascii=False)
    safe = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}
    return {
        "object": "chat.completion",
        "created": 1_790_000_000,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "logprobs": None,
                "message": {"role": "assistant", "content": content, "refusal": None},
                "content_filter_results": safe,
            }
        ],
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": safe}],
    }


def refusal(limit: str, seconds: int) -> dict:
    """The body of a 429; `limit` is `call` or `token`."""
    message = (
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version v1 have exceeded "
        f"{limit} rate limit of your current OpenAI S0 pricing tier. Please retry after {seconds} seconds. "
        "Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit."
    )
    return error("429", message)


def error(code: str, message: str) -> dict:
    """The body of a failure."""
    return {"error": {"code": code, "message": message}}


BROKEN = error(
    "InternalServerError",
    "The server had an error processing your request. Sorry about that! You can retry your request, or contact us "
    "through an Azure support request if you keep seeing this error.",
)
HTML = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Your session has ended</h1></body></html>\n"
