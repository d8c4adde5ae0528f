"""Servers on loopback that stand in for services."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Answer(NamedTuple):
    """What a service sends back."""

    status: int
    kind: str
    body: bytes


def in_json(status: int, value: object) -> Answer:
    """An answer in JSON."""
    return Answer(status, "application/json", json.dumps(value).encode())


@contextmanager
def loopback(answer_to: Callable[[http.server.BaseHTTPRequestHandler, bytes], Answer]) -> Iterator[str]:
    """Run a server that answers each request, with its body, by a function; the value is its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            answer = answer_to(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PATCH = answer

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
