"""What the log of the fake says of a client."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

from quota.limits import MINUTE, requests_limit


def read_log(path: Path) -> tuple[dict, list[dict]]:
    """The settings in the first line, and the requests in the order of their arrival."""
    with path.open(encoding="utf-8") as lines:
        settings = json.loads(next(lines))["settings"]
        requests = [json.loads(line) for line in lines]
    return settings, sorted(requests, key=lambda request: request["at"])


def summarize(settings: dict, requests: list[dict]) -> dict:
    """Counts over a whole log.

    A window is one of the limit's own: a minute for tokens, 10 seconds (or 1) for requests. The first window
    is the one in which the first request arrived. The last one that counts is the last that was over when the
    client asked for the last time for something it had not asked for before: up to there it had work enough
    to fill every window. `share` is what was admitted in the windows between, divided by what they allow;
    `least_share` the least that this would be if the server's windows had begun at another time. The two lie
    apart for a client that spends its quota in bursts.
    """
    per_minute = {"requests": settings["rpm"], "tokens": settings["tpm"]}
    seconds = {"requests": settings["request_window"], "tokens": MINUTE}
    refused = Counter(request["refused"] for request in requests if request["refused"])
    begun, news = _first_and_last_news(requests)
    limits = {}
    for name, most in per_minute.items():
        if not most:
            continue
        limit = requests_limit(most, seconds[name]) if name == "requests" else most
        amount = 1 if name == "requests" else None
        taken = [(one["at"], amount or one["cost"]) for one in requests if one["admitted"]]
        limits[name] = _use(taken, limit, seconds[name], begun, news)
        first = begun // seconds[name]
        late = (one for one in requests if one["refused"] == name and one["at"] // seconds[name] > first)
        limits[name]["refused"] = refused[name]
        limits[name]["refused_after_first_window"] = sum(1 for _ in late)
    times = Counter(key for one in requests for key in one["definitions"])
    return {
        "settings": settings,
        "requests": len(requests),
        "admitted": sum(one["admitted"] for one in requests),
        "refused": sum(refused.values()),
        "refused_after_first_window": sum(one["refused_after_first_window"] for one in limits.values()),
        "outcomes": dict(Counter(one["outcome"] for one in requests).most_common()),
        "most_in_flight": _most_in_flight(requests),
        "span_seconds": round(requests[-1]["at"] - begun, 3) if requests else 0.0,
        "limits": limits,
        "definitions": len(times),
        "asked_twice": _asked_twice(requests),
        "asked_times": dict(sorted(Counter(times.values()).items())),
        "asked": dict(sorted(times.items())),
    }


def _first_and_last_news(requests: list[dict]) -> tuple[float, float]:
    seen: set[str] = set()
    begun = requests[0]["at"] if requests else 0.0
    news = begun
    for request in requests:
        if not seen.issuperset(request["definitions"]):
            news = request["at"]
            seen.update(request["definitions"])
    return begun, news


def _use(taken: list[tuple[float, int]], limit: int, seconds: float, begun: float, news: float) -> dict:
    used: defaultdict[int, int] = defaultdict(int)
    for at, amount in taken:
        used[int(at // seconds)] += amount
    first, end = int(begun // seconds), int(news // seconds)
    full = range(first + 1, end)
    shares = [_share(taken, limit, seconds, begun - offset, news - offset, offset) for offset in _offsets(seconds)]
    return {
        "limit": limit,
        "window_seconds": seconds,
        "full_windows": len(full),
        "share": shares[0],
        "least_share": min((share for share in shares if share is not None), default=None),
        "least_window": min((used[window] / limit for window in full), default=None),
        "fullest_sliding_window": _fullest(taken, seconds) / limit,
        "windows": [{"begins": window * seconds, "used": used[window]} for window in range(first, end + 1)],
    }


def _offsets(seconds: float) -> list[float]:
    return [seconds * part / 60 for part in range(60)]


def _share(taken: list[tuple[float, int]], limit: int, seconds: float, begun: float, news: float, offset: float) -> float | None:
    """The share that the full windows used, on a clock that is `offset` behind the server's."""
    first, end = int(begun // seconds) + 1, int(news // seconds)
    if end <= first:
        return None
    sums = [0, *accumulate(amount for _, amount in taken)]
    at = [bisect_left(taken, (edge * seconds + offset, 0)) for edge in (first, end)]
    return (sums[at[1]] - sums[at[0]]) / (limit * (end - first))


def _fullest(taken: list[tuple[float, int]], seconds: float) -> int:
    most = total = start = 0
    for at, amount in taken:
        total += amount
        while taken[start][0] + seconds <= at:
            total -= taken[start][1]
            start += 1
        most = max(most, total)
    return most


def _most_in_flight(requests: list[dict]) -> int:
    changes = sorted((at, step) for one in requests for at, step in ((one["at"], 1), (one["ended"], -1)))
    most = now = 0
    for _, step in changes:
        now += step
        most = max(most, now)
    return most


def _asked_twice(requests: Iterable[dict]) -> int:
    """Definitions that were asked for although a whole answer for them had been sent."""
    requests = list(requests)
    answered: dict[str, float] = {}
    for one in requests:
        if one["answered"]:
            for key in one["definitions"]:
                answered[key] = min(answered.get(key, one["ended"]), one["ended"])
    return len({key for one in requests for key in one["definitions"] if one["at"] > answered.get(key, float("inf"))})
