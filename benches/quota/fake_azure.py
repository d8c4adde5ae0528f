"""A fake Azure OpenAI that admits requests as the real one does.

One deployment, on the v1 route. At admission a request is held against two limits, requests first:

- Requests (--rpm) are counted in windows of 10 seconds of rpm/6, or of 1 second of rpm/60. Each request with a
  valid key counts, a failed one and one refused for its tokens too.
- Tokens (--tpm): its prompt, a quarter of its characters with the schema, plus its output limit is added to a
  counter that is reset each minute. What a shorter reply leaves unused is not given back.

Over a limit it answers 429 with the time to the reset in `retry-after`, `retry-after-ms` and the body. The rate
headers of an answer are those of its admission, so they are as old as the answer took.

What is admitted is answered after a latency between --latency's bounds, the short ones the more frequent. Of that,
the share --faults fails: half with a 500, a quarter with a connection reset when the whole work is done, a quarter
half-way through the body. Of the rest the share --html is a page with status 200.

--log holds the settings in its first line and then a line for each request, written when it has ended: `at`, `ended`
(seconds on the server's clock, whose minutes begin at multiples of 60), `cost`, `admitted`, `refused` (`requests` or
`tokens`), `outcome`, `answered` (whether a completion was sent whole), `definitions`. At SIGTERM or SIGINT --summary is
written: counts, use of each window, definitions asked for and how often.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import math
import random
import signal
import socket
import struct
import sys
import time
import uuid
from pathlib import Path

from quota.limits import MINUTE, cost, counter, requests_limit
from quota.reply import BROKEN, HTML, completion, error, prompted, refusal
from quota.summary import read_log, summarize
from quota.tokens import Counter

ROUTE = "/openai/v1/chat/completions"
STATUS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
}
DENIED = error("401", "Access denied due to invalid subscription key or wrong API endpoint.")
# One request larger than the limit of a minute is told to wait for a day.
NEVER = 86_400


class Server:
    """The deployment: its counters, its dice and its log."""

    def __init__(self, settings: argparse.Namespace) -> None:
        self.settings = settings
        self.dice = random.Random(settings.seed)
        self.phase = self.dice.uniform(0, MINUTE) if settings.phase is None else settings.phase
        self.origin = math.nan
        self.limits = []
        if settings.rpm:
            limit = requests_limit(settings.rpm, settings.request_window)
            self.limits.append(("requests", counter(limit, settings.request_window, sliding=settings.sliding_requests)))
        if settings.tpm:
            self.limits.append(("tokens", counter(settings.tpm, MINUTE, sliding=settings.token_window == "sliding")))
        self.log = settings.log.open("w", encoding="utf-8") if settings.log else None
        self.record = settings.record.open("w", encoding="utf-8") if settings.record else None
        self.recorded: set[bytes] = set()
        self.number = 0
        self.tokens = Counter(settings.encoding) if settings.encoding else None
        shown = {name: value for name, value in vars(settings).items() if not isinstance(value, Path) and name != "key"}
        self.write({"settings": {**shown, "phase": self.phase}})

    def now(self) -> float:
        """Seconds on the server's clock, which the first request sets going."""
        if math.isnan(self.origin):
            self.origin = time.monotonic() - self.phase
        return time.monotonic() - self.origin

    def write(self, line: dict) -> None:
        """Add a line to the log."""
        if self.log:
            print(json.dumps(line), file=self.log, flush=True)

    def keep(self, raw: bytes) -> None:
        """Record a body that has not been seen before."""
        digest = hashlib.sha256(raw).digest()
        if self.record and digest not in self.recorded:
            self.recorded.add(digest)
            self.record.write(raw.decode() + "\n")

    def admit(self, tokens: int, now: float) -> tuple[str | None, float]:
        """The limit that refuses a request and the seconds to wait, or none. What it costs is taken."""
        refused, wait = None, 0.0
        for name, limit in self.limits:
            amount = 1 if name == "requests" else tokens
            wait = limit.wait(now, amount)
            if wait > 0:
                refused = name
                break
            limit.take(now, amount)
        return refused, wait

    def rate_headers(self, now: float) -> dict[str, str]:
        """How full the windows are."""
        headers = {}
        for name, limit in self.limits:
            scale = MINUTE / limit.seconds if self.settings.request_headers == "minute" else 1
            headers[f"x-ratelimit-limit-{name}"] = str(int(limit.limit * scale))
            headers[f"x-ratelimit-remaining-{name}"] = str(limit.remaining(now))
            headers[f"x-ratelimit-reset-{name}"] = str(math.ceil(limit.reset(now)))
        return headers

    def bill(self, body: dict, reply: dict, line: dict) -> None:
        """Say in a completion what it took."""
        content = reply["choices"][0]["message"]["content"]
        prompt, written = line["cost"] - int(body.get("max_completion_tokens") or 0), len(content) // 4 + 1
        if self.tokens:
            prompt, written = self.tokens.prompt(body), self.tokens.text(content)
        reply["id"] = f"chatcmpl-{self.number}"
        reply["model"] = self.settings.model or body.get("model", "")
        reply["usage"] = {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}
        line["usage"] = [prompt, written]

    def latency(self) -> float:
        """Seconds that an answer takes: most of them near the lower bound."""
        least, most = self.settings.latency
        return least + (most - least) * self.dice.betavariate(1.5, 4.5)

    def fate(self) -> str:
        """What becomes of a request that was admitted."""
        throw = self.dice.random()
        faults = self.settings.faults
        if throw < faults / 2:
            return "error 500"
        if throw < faults * 3 / 4:
            return "reset when done"
        if throw < faults:
            return "reset half-way"
        return "html" if self.dice.random() < self.settings.html else "answer"


async def serve_connection(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of a connection, one after the other."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ", 2)
            headers = dict(line.lower().split(":", 1) for line in head[1:] if ":" in line)
            headers = {name.strip(): value.strip() for name, value in headers.items()}
            raw = await reader.readexactly(int(headers.get("content-length", 0)))
            line = {"at": server.now(), "cost": 0, "admitted": False, "refused": None, "answered": False, "definitions": []}
            try:
                await answer(server, writer, f"{method} {path.split('?')[0]}", headers, raw, line)
            except ConnectionError:
                # Set already where the fake itself broke the connection off.
                line.setdefault("outcome", "client gone")
                line["answered"] = False
                raise
            finally:
                line["ended"] = server.now()
                line.setdefault("outcome", "unanswered")
                server.write(line)
    writer.close()


async def answer(
    server: Server, writer: asyncio.StreamWriter, route: str, headers: dict[str, str], raw: bytes, line: dict
) -> None:
    """Answer one request, and note in `line` what became of it."""
    settings = server.settings
    key = headers.get("api-key") or headers.get("authorization", "").removeprefix("bearer ")
    if route != f"POST {ROUTE}":
        line["outcome"] = "error 404"
        return await send(writer, 404, error("404", "Resource not found"))
    if key != settings.key.lower():
        line["outcome"] = "error 401"
        return await send(writer, 401, DENIED)
    try:
        body = json.loads(raw)
        definitions = prompted(body)
        line["cost"] = cost(body)
    except (ValueError, KeyError, TypeError, AttributeError):
        line["outcome"] = "error 400"
        server.admit(0, line["at"])
        return await send(writer, 400, error("BadRequest", "We could not parse the JSON body of your request."))
    line["definitions"] = [one.key for one in definitions]
    server.keep(raw)
    server.number += 1
    line["refused"], wait = server.admit(line["cost"], line["at"])
    rates = {"apim-request-id": str(uuid.UUID(int=server.dice.getrandbits(128))), **server.rate_headers(line["at"])}
    if line["refused"]:
        line["outcome"] = "refused"
        seconds = NEVER if wait == math.inf else math.ceil(wait)
        rates |= {"retry-after": str(seconds), "retry-after-ms": str(math.ceil(min(wait, NEVER) * 1000))}
        kind = "call" if line["refused"] == "requests" else "token"
        return await send(writer, 429, refusal(kind, seconds), rates)
    line["admitted"] = True
    # Drawn before anything is awaited, so that a seed gives the same dice in the same order of arrival.
    fate, latency = server.fate(), server.latency()
    await asyncio.sleep(latency)
    line["outcome"] = fate
    if fate == "error 500":
        return await send(writer, 500, BROKEN, rates)
    if fate == "reset when done":
        return reset(writer)
    if fate == "html":
        return await send(writer, 200, HTML, {"content-type": "text/html; charset=utf-8"})
    reply = completion(body, definitions, flawed=server.dice.random() < settings.flawed)
    server.bill(body, reply, line)
    if fate == "reset half-way":
        whole = encode(200, reply, rates)
        writer.write(whole[: len(whole) * 2 // 3])
        await writer.drain()
        # The reset would overtake what has just been sent.
        await asyncio.sleep(0.02)
        return reset(writer)
    await send(writer, 200, reply, rates)
    line["answered"] = True


def encode(status: int, body: dict | str, headers: dict[str, str] | None = None) -> bytes:
    """An answer as it goes over the wire."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    content = text.encode()
    fields = {"content-type": "application/json", "content-length": str(len(content)), **(headers or {})}
    lines = [f"HTTP/1.1 {status} {STATUS[status]}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


async def send(writer: asyncio.StreamWriter, status: int, body: dict | str, headers: dict[str, str] | None = None) -> None:
    """Send a whole answer."""
    writer.write(encode(status, body, headers))
    await writer.drain()


def reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off with a reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    raise ConnectionResetError


async def serve(settings: argparse.Namespace) -> None:
    """Serve until a signal comes."""
    server = Server(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks: set[asyncio.Task] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve_connection(server, reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(connected, "127.0.0.1", settings.port, limit=1 << 20, backlog=1024)
    print(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}", flush=True)
    await stop.wait()
    listener.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for file in (server.log, server.record):
        if file:
            file.close()
    if settings.log and settings.summary:
        settings.summary.write_text(json.dumps(summarize(*read_log(settings.log)), indent=1) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="quota.py fake", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one; the address is printed")
    parser.add_argument("--key", default="bench-key")
    parser.add_argument("--rpm", type=int, default=0, help="0: no limit")
    parser.add_argument("--request-window", type=float, choices=(10.0, 1.0), default=10.0, help="seconds")
    parser.add_argument("--sliding-requests", action="store_true", help="a sum over the last window instead of fixed windows")
    parser.add_argument("--request-headers", choices=("window", "minute"), default="window", help="unit of the limit in headers")
    parser.add_argument("--tpm", type=int, default=0, help="0: no limit")
    parser.add_argument("--token-window", choices=("fixed", "sliding"), default="fixed")
    parser.add_argument("--latency", type=float, nargs=2, default=(1.0, 8.0), metavar=("LEAST", "MOST"), help="seconds")
    parser.add_argument("--faults", type=float, default=0.0, help="share of what is admitted")
    parser.add_argument("--html", type=float, default=0.0, help="share of the answers")
    parser.add_argument("--flawed", type=float, default=0.0, help="share of the answers that describe an argument too many")
    parser.add_argument("--model", default="", help="what answers call the model (default: as the request does)")
    parser.add_argument("--encoding", default="", help="how tokens are counted, as `o200k_base` (default: four characters each)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--phase", type=float, help="where in its minute the first request arrives (default: by the seed)")
    parser.add_argument("--log", type=Path)
    parser.add_argument("--summary", type=Path)
    parser.add_argument("--record", type=Path, help="each different body once, a line each")
    asyncio.run(serve(parser.parse_args(arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
