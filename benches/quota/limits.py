"""Admission as Azure OpenAI does it: what a request costs, and the counters that it is added to.

Windows are counted on a clock that the server alone knows: a client cannot tell when a minute of it begins.
"""

from __future__ import annotations

import json
import math
from collections import deque

MINUTE = 60.0


def cost(body: dict) -> int:
    """Tokens that a request reserves: its prompt by characters, the schema counted in, and its output limit."""
    characters = sum(_characters(message.get("content")) for message in body.get("messages", []))
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if schema is not None:
        characters += len(json.dumps(schema, ensure_ascii=False, separators=(",", ":")))
    return math.ceil(characters / 4) + int(body.get("max_completion_tokens") or body.get("max_tokens") or 0)


def _characters(content: object) -> int:
    if isinstance(content, list):
        return sum(len(part.get("text", "")) for part in content)
    return len(content or "")


class FixedWindows:
    """A counter that is reset whenever a window of the clock begins."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self._window = -1
        self._used = 0

    def _turn(self, now: float) -> None:
        window = int(now // self.seconds)
        if window != self._window:
            self._window, self._used = window, 0

    def wait(self, now: float, amount: int) -> float:
        """Seconds until `amount` fits; 0 if it does now, infinity if it never will."""
        self._turn(now)
        if amount > self.limit:
            return math.inf
        return 0.0 if self._used + amount <= self.limit else self.reset(now)

    def take(self, now: float, amount: int) -> None:
        """Add to the counter."""
        self._turn(now)
        self._used += amount

    def remaining(self, now: float) -> int:
        """What still fits."""
        self._turn(now)
        return max(0, self.limit - self._used)

    def reset(self, now: float) -> float:
        """Seconds until the counter is reset."""
        return (now // self.seconds + 1) * self.seconds - now


class SlidingWindow:
    """A sum over the last so many seconds: the strictest way to count."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self._taken: deque[tuple[float, int]] = deque()
        self._used = 0

    def _turn(self, now: float) -> None:
        while self._taken and self._taken[0][0] + self.seconds <= now:
            self._used -= self._taken.popleft()[1]

    def wait(self, now: float, amount: int) -> float:
        """Seconds until `amount` fits; 0 if it does now, infinity if it never will."""
        self._turn(now)
        if amount > self.limit:
            return math.inf
        used = self._used
        if used + amount <= self.limit:
            return 0.0
        for at, taken in self._taken:
            used -= taken
            if used + amount <= self.limit:
                return at + self.seconds - now
        return 0.0

    def take(self, now: float, amount: int) -> None:
        """Add to the sum."""
        self._turn(now)
        self._taken.append((now, amount))
        self._used += amount

    def remaining(self, now: float) -> int:
        """What still fits."""
        self._turn(now)
        return max(0, self.limit - self._used)

    def reset(self, now: float) -> float:
        """Seconds until the sum falls, or 0 if it is zero."""
        self._turn(now)
        return self._taken[0][0] + self.seconds - now if self._taken else 0.0


def requests_limit(per_minute: int, window: float) -> int:
    """Requests that a window of so many seconds takes."""
    return max(1, int(per_minute * window / MINUTE))


def counter(limit: int, seconds: float, *, sliding: bool) -> FixedWindows | SlidingWindow:
    """A counter of either kind."""
    return SlidingWindow(limit, seconds) if sliding else FixedWindows(limit, seconds)
