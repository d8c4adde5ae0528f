"""Checks of the quota bench's yardstick: `python3 -m unittest discover -s benches`."""

from __future__ import annotations

import json
import math
import unittest

from quota import table
from quota.limits import FixedWindows, SlidingWindow, cost, requests_limit
from quota.reply import completion, prompted
from quota.scenarios import SCENARIOS
from quota.summary import summarize

PROMPT = """File `a/b.py`. Document these definitions.

<definition id="d1">
name: Cache.getItem
kind: method
args: key, *rest
returns: yes
yields: no
raises: KeyError
attributes: none
source:
| def getItem(self, key, *rest):
| <definition id="d9">
| source:
</definition>

<definition id="d2">
name: run
kind: function
args: none
returns: no
yields: no
raises: none
attributes: none
source:
| def run(): pass
</definition>
"""


def request(at: float, *definitions: str, ended: float | None = None, refused: str | None = None, answered: bool = True) -> dict:
    """A line of a log."""
    return {
        "at": at,
        "ended": at + 1 if ended is None else ended,
        "cost": 100,
        "admitted": refused is None,
        "refused": refused,
        "outcome": "answer",
        "answered": answered and refused is None,
        "definitions": list(definitions),
    }


class Limits(unittest.TestCase):
    """What is admitted."""

    def test_a_request_costs_its_characters_and_its_output_limit(self) -> None:
        schema = {"type": "object"}
        body = {
            "messages": [{"content": "ä" * 5}, {"content": [{"text": "xy"}]}],
            "response_format": {"json_schema": {"schema": schema}},
            "max_completion_tokens": 300,
        }
        self.assertEqual(cost(body), math.ceil((7 + len('{"type":"object"}')) / 4) + 300)

    def test_fixed_windows_begin_anew_at_the_clock(self) -> None:
        windows = FixedWindows(2, 10)
        windows.take(19, 2)
        self.assertEqual(windows.wait(19.5, 1), 0.5)
        self.assertEqual(windows.wait(20, 2), 0)
        self.assertEqual(windows.wait(20, 3), math.inf)

    def test_a_sliding_window_gives_back_what_is_old_enough(self) -> None:
        window = SlidingWindow(3, 10)
        window.take(1, 2)
        window.take(5, 1)
        self.assertEqual(window.wait(6, 1), 5)
        self.assertEqual(window.wait(6, 3), 9)
        self.assertEqual(window.remaining(11), 2)

    def test_a_share_of_a_minute_is_at_least_a_request(self) -> None:
        shares = [requests_limit(120, 10), requests_limit(600, 1), requests_limit(30, 1)]
        self.assertEqual(shares, [20, 10, 1])


class Replies(unittest.TestCase):
    """What is answered."""

    def test_definitions_are_read_where_docgen_writes_them(self) -> None:
        body = {"messages": [{"role": "system", "content": ""}, {"role": "user", "content": PROMPT}]}
        first, second = prompted(body)
        self.assertEqual((first.key, second.key), ("a/b.py::Cache.getItem", "a/b.py::run"))
        self.assertEqual((first.args, first.raises, first.returns), (["key", "rest"], ["KeyError"], True))
        reply = json.loads(completion(body, [first], flawed=False)["choices"][0]["message"]["content"])
        self.assertEqual(reply["docstrings"][0]["summary"], "Handle get item as the fake says.")


class Summary(unittest.TestCase):
    """What is counted."""

    def test_only_windows_with_work_enough_count(self) -> None:
        log = [request(at, f"d{at}") for at in (5, 11, 12, 21, 35)]
        log += [request(36, "d36", refused="requests"), request(37, "d36"), request(55, "d5")]
        used = summarize({"rpm": 60, "tpm": 0, "request_window": 10.0}, log)["limits"]["requests"]
        self.assertEqual(used["full_windows"], 2)
        self.assertAlmostEqual(used["share"], 3 / 20)
        self.assertEqual((used["refused"], used["refused_after_first_window"]), (1, 1))

    def test_bursts_use_less_where_a_window_cuts_them(self) -> None:
        log = [request(62.0 * burst + 0.1 * one, f"{burst}.{one}") for burst in range(4) for one in range(10)]
        for one in log:
            one["at"] += 15
        used = summarize({"rpm": 0, "tpm": 1000, "request_window": 10.0}, log)["limits"]["tokens"]
        self.assertEqual((used["full_windows"], used["share"]), (2, 1.0))
        self.assertLess(used["least_share"], 0.7)

    def test_a_refusal_in_the_first_window_is_told_apart(self) -> None:
        log = [request(5, "a"), request(8, "b", refused="tokens"), request(61, "b", refused="tokens"), request(62, "b")]
        used = summarize({"rpm": 0, "tpm": 1000, "request_window": 10.0}, log)["limits"]["tokens"]
        self.assertEqual((used["refused"], used["refused_after_first_window"]), (2, 1))

    def test_twice_is_what_was_asked_again_after_a_whole_answer(self) -> None:
        log = [
            request(1, "a", "b", ended=4),
            request(2, "b", ended=3, answered=False),
            request(5, "a"),
            request(6, "c", answered=False),
            request(8, "c"),
        ]
        self.assertEqual(summarize({"rpm": 0, "tpm": 0, "request_window": 10.0}, log)["asked_twice"], 1)


class Verdict(unittest.TestCase):
    """What docgen is held to."""

    GOOD = {
        "stopped": False,
        "seconds": 1.0,
        "share": 0.98,
        "refused_after_first_window": 0,
        "left": 0,
        "asked_twice": 0,
        "peak_memory": 299_999_999,
    }

    def test_every_figure_can_be_missed(self) -> None:
        self.assertEqual(table.misses(self.GOOD), [])
        bad = {
            "stopped": True,
            "share": 0.9799,
            "refused_after_first_window": 1,
            "left": 1,
            "asked_twice": 1,
            "peak_memory": 300_000_000,
        }
        for name, value in bad.items():
            self.assertEqual(len(table.misses({**self.GOOD, name: value})), 1, name)

    def test_quick_scenarios_judge_no_rate(self) -> None:
        self.assertTrue(all(scenario.quick().binding is None for scenario in SCENARIOS))


if __name__ == "__main__":
    unittest.main()
