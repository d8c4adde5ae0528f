"""The figures as a table, and whether docgen reaches those it promises."""

from __future__ import annotations

LEAST_SHARE = 0.98
MOST_MEMORY = 300_000_000

HEAD = (
    "Scenario | Client | Of the limit | At least | 429 | 429 a request | 429 after the first window | Without a docstring "
    "| Asked twice | Requests | Wall | Peak memory"
)


def markdown(results: list[dict]) -> str:
    """A row for each run."""
    rows = [f"| {HEAD} |", "|---|---|" + "--:|" * 10]
    for one in results:
        shares = ["" if one[name] is None else f"{one[name]:.1%}" for name in ("share", "least_share")]
        cells = [
            one["scenario"],
            one["client"],
            *shares,
            f"{one['refused']}",
            f"{one['refused'] / max(1, one['requests']):.3f}",
            f"{one['refused_after_first_window']}",
            f"{one['left']} of {one['all_definitions']}",
            f"{one['asked_twice']}",
            f"{one['requests']}",
            f"{one['seconds']:.0f} s" + (" (stopped)" if one["stopped"] else ""),
            f"{one['peak_memory'] / 1e6:.0f} MB",
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def misses(result: dict) -> list[str]:
    """The figures that a run of docgen does not reach."""
    found = []
    if result["stopped"]:
        found.append(f"was stopped after {result['seconds']:.0f} s")
    if result["share"] is not None and result["share"] < LEAST_SHARE:
        found.append(f"used {result['share']:.1%} of the limit, not {LEAST_SHARE:.0%}")
    if result["refused_after_first_window"]:
        found.append(f"was refused {result['refused_after_first_window']} times after the first window")
    if result["left"]:
        found.append(f"left {result['left']} definitions without a docstring")
    if result["asked_twice"]:
        found.append(f"asked twice for {result['asked_twice']} definitions that had been answered")
    if result["peak_memory"] >= MOST_MEMORY:
        found.append(f"took {result['peak_memory'] / 1e6:.0f} MB")
    return found
