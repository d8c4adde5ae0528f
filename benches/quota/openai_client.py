"""Sends recorded bodies with the official `openai` client, as a script would: threads and the client's own retries.

Usage: openai_client.py BASE_URL KEY BODIES RESULT [THREADS]

Run with the Python of a virtual environment that has `openai`. What comes back counts if it is a completion whose
content is JSON with a docstring for each definition; anything else is lost, as is what the client gives up.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openai


def main() -> None:
    """Send every body and write what became of them."""
    base_url, key, bodies, result = sys.argv[1:5]
    threads = int(sys.argv[5]) if len(sys.argv) > 5 else 16
    client = openai.OpenAI(base_url=base_url, api_key=key)
    lost: Counter[str] = Counter()

    def send(line: str) -> tuple[int, str | None]:
        body = json.loads(line)
        definitions = body["messages"][-1]["content"].count('\n<definition id="')
        try:
            completion = client.chat.completions.create(**body)
            docstrings = json.loads(completion.choices[0].message.content)["docstrings"]
        except Exception as error:  # Whatever it is, the script has no docstrings.
            return definitions, type(error).__name__
        return definitions - len(docstrings), None

    left = 0
    with open(bodies, encoding="utf-8") as lines, ThreadPoolExecutor(threads) as pool:
        for missing, error in pool.map(send, lines):
            left += missing
            if error:
                lost[error] += 1
    report = {"version": openai.__version__, "left": left, "lost_requests": dict(lost.most_common())}
    Path(result).write_text(json.dumps(report) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
