"""What is measured: a deployment, its quota and the work for it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scenario:
    """A deployment and the work for it.

    `binding` is the limit that the rate is held against: `requests`, `tokens`, or none where the rate does not
    matter. Every file is one request; its functions are counted in turn by `functions`.
    """

    name: str
    about: str
    files: int
    functions: tuple[int, ...]
    rpm: int
    tpm: int
    binding: str | None = None
    faults: float = 0.0
    html: float = 0.0
    latency: tuple[float, float] = (1.0, 8.0)
    # Where in the server's minute the first request arrives.
    phase: float = 0.5
    # Lines that each function has besides its own few.
    lines: int = 0
    # Measured for docgen alone.
    alone: bool = False

    def quick(self) -> Scenario:
        """The same in half a minute, for a look at whether it works; its rates say nothing."""
        if self.binding is None and self.latency[1] < 1:
            return self
        return replace(self, files=min(self.files, 24), binding=None, latency=(0.5, 4.0))


# Admission at the full rate takes 4.25 to 4.5 minutes. For tokens the first minute ends 20 seconds after the first
# request, amid the burst of a client that sends at once what the quota allows and then waits; four whole ones follow.
# Requests cost 1,600 to 3,400 tokens, 2,600 on average: at most 1.4 % of a minute's in `tokens`.
TOKENS = {"functions": (1, 2, 3, 4), "rpm": 1_000, "tpm": 240_000, "binding": "tokens", "phase": 40.0}
SCENARIOS = (
    Scenario("requests-120", "120 requests a minute bind", 510, (2,), 120, 2_000_000, "requests"),
    Scenario("requests-600", "600 requests a minute bind", 2550, (2,), 600, 10_000_000, "requests"),
    Scenario("tokens", "240,000 tokens a minute bind", 420, **TOKENS),
    Scenario("faulty", "`requests-120`, and 20 % fail", 510, (2,), 120, 2_000_000, "requests", faults=0.2),
    Scenario("faulty-tokens", "`tokens`, and 20 % fail", 340, **TOKENS, faults=0.2),
    Scenario("html", "10 % of the answers are HTML", 300, (2,), 600, 10_000_000, html=0.1),
    Scenario("memory", "10,000 definitions in 12 MB", 834, (12,), 60_000, 500_000_000, latency=(0.02, 0.2), lines=15, alone=True),
)
