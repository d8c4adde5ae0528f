"""What the evaluation must find in docstrings, and what it must not: it is judged before it judges."""

from __future__ import annotations

import tempfile
from pathlib import Path

from evaluate_claims import judge
from evaluate_facts import Raising
from evaluate_names import Project, Scope

SOURCE = """
import json
import os.path
from collections import OrderedDict as Ordered

import requests

from .other import Base, helper

LIMIT = 20


class Basket(Base):
    size: int = 3

    def __init__(self, limit: int = LIMIT, *, timeout_ms: float = 2.5, label: str = "x") -> None:
        if limit < 0:
            raise ValueError("negative")
        self.limit = limit
        self.names = names if (names := None) is not None else []

    def add(self, sku: str, *rest: str, count: int = 1, **options: object) -> int:
        try:
            helper(sku)
        except KeyError:
            raise LookupError(sku) from None
        return json.loads(sku) + count

    def walk(self, start=None):
        start = start or 7
        yield from self.names

    @property
    def total(self) -> int:
        return self.limit

    def clear(self) -> None:
        self.names.clear()
"""
OTHER = """
class Base:
    shared = 1

    def inherited(self, secret_parameter): ...


class Odd(Exception): ...


def helper(thing):
    if not thing:
        raise Odd(thing)
    return {}[thing]
"""
ADD = """Add.

Args:
    sku: The one.
    *rest: More.
    count: How many. Defaults to 1.
    **options: Others.

Returns:
    {returns}

Raises:
    LookupError: If there is none."""

INIT = """Begin.

{1}{0}

Args:
    limit: Most. Defaults to 20.
    timeout_ms: In milliseconds. Defaults to 2.5.
    label: A string. Defaults to `'x'`.

Raises:
    ValueError: If negative.
"""

# Name, docstring, and the kinds that are wrong in it; `names` for a name that does not exist.
CASES: list[tuple[str, str, set[str]]] = [
    ("Basket.clear", "Clear it.", set()),
    ("Basket.clear", "Clear `self.names`, `names.clear()`, `Basket.total`, `LIMIT` and `Basket(limit=1)`.", set()),
    (
        "Basket.clear",
        "As `os.path.join`, `json.loads`, `Ordered`, `requests.get`, `dict.items`, `helper` and `Base.shared` do.",
        set(),
    ),
    ("Basket.clear", "Use GitHub, e.g. version 3.11 of README.md, at example.com/a_b, in U.S. English.", set()),
    ("Basket.clear", "Clear `self.nothing`.", {"names"}),
    ("Basket.clear", "Clear what `secret_parameter` names.", {"names"}),
    ("Basket.clear", "As `os.path.joinall` does.", {"names"}),
    ("Basket.clear", "As `numpy.ndarray` does.", {"names"}),
    ("Basket.clear", "As ``quasar`` does.", {"names"}),
    ("Basket.clear", "As :func:`~quasar.load` does.", {"names"}),
    ("Basket.clear", "As `not quasar` and `x = [limit]` do.", {"names"}),
    ("Basket.clear", "As `quasar(1, 2)[0]` does.", {"names"}),
    ("Basket.clear", "As `dict(quasar=1)` does.", {"names"}),
    ("Basket.clear", "As load_quasar does.", {"names"}),
    ("Basket.clear", "As quasar() does.", {"names"}),
    ("Basket.clear", "As QuasarManager does.", {"names"}),
    ("Basket.clear", "Clear `nаmes`.", {"names"}),
    ("Basket.clear", "Clear it.\n\nReturns:\n    Nothing.", {"returns"}),
    ("Basket.clear", "Clear it.\n\nRaises:\n    KeyError: If not.", {"raises"}),
    ("Basket.clear", "Clear it.\n\n.. deprecated:: 1.0\n    So.", {"structure"}),
    ("Basket.clear", "Clear it.\n\n:param x: The x.", {"structure"}),
    ("Basket.clear", "Clear <b>it</b>.", {"structure"}),
    ("Basket.clear", "Clear it. So. :param x: The x.", {"structure"}),
    ("Basket.clear", "Clear it. .. versionadded:: 1.0 The first.", {"structure"}),
    ("Basket.clear", "Clear it [31mred.", {"structure"}),
    ("Basket.clear", "Clear it. By default `None`, or 7 by default.", {"defaults"}),
    ("Basket.__init__", INIT.format("", "Defaults to 2.5 for the time."), set()),
    ("Basket.__init__", INIT.format("", "Defaults to 7."), {"defaults"}),
    ("Basket.clear", "Clear it.\n\nWarning:\n    So.", {"structure"}),
    ("Basket.clear", "Clear it.\n\nExamples:\n    >>> Basket().clear()", set()),
    ("Basket.clear", "Clear it.\n\nExamples:\n    >>> Basket().clear(1)", {"examples"}),
    ("Basket.clear", "Clear it.\n\nExamples:\n    >>> import quasar", {"examples"}),
    ("Basket.clear", "Clear it.\n\nExamples:\n    >>> Basket(", {"examples"}),
    ("Basket.clear", "Clear it.\n\nExamples:\n    >>> Basket().total\n    7", {"examples"}),
    ("Basket.clear", "Clear it within 7 seconds, in fortnights.", {"units"}),
    ("Basket.add", ADD.format(returns="How many."), set()),
    ("Basket.add", ADD.format(returns="How many.").replace("Add.", "Add.\n\nRaises `Odd` when empty.", 1), set()),
    ("Basket.walk", "Walk, or raise an `Odd`.\n\nArgs:\n    start: Where.\n\nYields:\n    Each.", {"raises"}),
    ("Basket.add", ADD.format(returns="A list of them."), {"types"}),
    ("Basket.add", ADD.format(returns="How many.") + "\n    Odd: If it is empty.", set()),
    ("Basket.add", ADD.format(returns="How many.") + "\n    OSError: Never.", {"raises"}),
    ("Basket.add", ADD.format(returns="How many.").replace("    LookupError", "    KeyError"), {"raises"}),
    ("Basket.add", ADD.format(returns="How many.").replace("to 1", "to 2"), {"defaults"}),
    ("Basket.add", ADD.format(returns="How many.").replace("The one.", "The one. Defaults to `None`."), {"defaults"}),
    ("Basket.add", ADD.format(returns="How many.").replace("    *rest: More.\n", ""), {"args"}),
    ("Basket.add", ADD.format(returns="How many.").replace("*rest", "rest"), {"args"}),
    ("Basket.add", ADD.format(returns="How many.").replace("count:", "number:"), {"args", "defaults"}),
    ("Basket.add", ADD.format(returns="How many.").replace("Returns:", "Yields:"), {"returns", "yields"}),
    ("Basket.add", "Add.\n\nReturns:\n    How many.", {"args", "raises"}),
    ("Basket.walk", "Walk.\n\nArgs:\n    start: Where. Defaults to 7.\n\nYields:\n    Each.", set()),
    ("Basket.walk", "Walk.\n\nArgs:\n    start: Where. Defaults to 8.\n\nYields:\n    Each.", {"defaults"}),
    ("Basket.walk", "Walk.\n\nArgs:\n    start: Where.", {"yields"}),
    (
        "Basket.__init__",
        "Begin.\n\nArgs:\n    limit: Most. Defaults to 20.\n    timeout_ms: In milliseconds. "
        "Defaults to 2.5.\n    label: A string. "
        "Defaults to `'x'`.\n\nRaises:\n    ValueError: If negative.",
        set(),
    ),
    (
        "Basket.__init__",
        "Begin.\n\nArgs:\n    limit: Most. Defaults to `LIMIT`.\n    timeout_ms: Time in seconds.\n"
        "    label: An integer.\n\n"
        "Raises:\n    ValueError: If negative.",
        {"units", "types"},
    ),
    ("Basket.total", "How many there are.", set()),
    (
        "Basket",
        "A basket.\n\nAttributes:\n    size: How many. Defaults to 3.\n    limit: Most.\n    shared: One.",
        set(),
    ),
    ("Basket", "A basket.\n\nAttributes:\n    quasar: None such.", {"attributes"}),
    ("Basket", "A basket.\n\nAttributes:\n    size: How many. Defaults to 4.", {"defaults"}),
]


def failures() -> list[str]:
    """The cases in which something else is found than should be."""
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "shop"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "basket.py").write_text(SOURCE)
        (package / "other.py").write_text(OTHER)
        project = Project(Path(folder))
        raising = Raising(project)
        module = project.modules["shop/basket.py"]
        for name, text, wanted in CASES:
            found = judge(Scope(project, module, module.found[name]), raising, text)
            kinds = set(found.wrong) | ({"names"} if found.unknown else set())
            # A section about what is not there names it as well.
            if kinds - ({"names"} if "names" not in wanted and wanted else set()) != wanted:
                failed.append(
                    f"{name}: expected {sorted(wanted)}, found {found.unknown or ''} {found.wrong or ''} in:\n{text}"
                )
    return failed
