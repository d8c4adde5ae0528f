"""What a docstring claims about values: their defaults, units and types, held against the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from docstring_readers import Reading
from evaluate_facts import Facts, Parameter
from evaluate_mentions import without_blocks
from evaluate_names import Scope, is_self
from evaluate_strip import FUNCTIONS

# --- Defaults ------------------------------------------------------------------------------------

VALUE = (
    r"(?P<value{}>``[^`]+``|`[^`]+`|[bru]?\"[^\"\n]*\"|[bru]?'[^'\n]*'|-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w)|None|True|False"
    r"|\[\]|\(\)|\{{\}})"
)
CLAIM = re.compile(
    rf"\b(?P<word>[Dd]efault(?:s|ed|ing)?(?:\s+value)?(?:\s*(?:to|is|are|was|of|:|=))*|[Bb]y\s+default,?(?:\s+(?:it\s+)?(?:is|to))?)"
    rf"\s*:?\s*{VALUE.format('')}"
    rf"|{VALUE.format(2)}\s+(?:is\s+the\s+default|by\s+default)\b"
)


def defaults(scope: Scope, facts: Facts | None, read: Reading, text: str) -> Iterator[str]:
    """Which defaults are claimed that the code does not have."""
    parameters = {one.name.lstrip("*"): one for one in facts.parameters} if facts else {}
    for kind in ("arguments", "attributes"):
        for label, words in read.get(kind, []):
            for said, certain in claims(words):
                if facts and (parameter := parameters.get(label.lstrip("*"))):
                    fault = parameter_fault(scope, parameter, said, certain)
                else:
                    fault = attribute_fault(scope, label, said, certain)
                if fault:
                    yield f"`{label}`: {fault}"
    # What a sentence says of a parameter that it names.
    for sentence in re.split(r"(?<=[.;])\s+", without_blocks(text.split("\nArgs:")[0])):
        for name in re.findall(r"`(\w+)`", sentence):
            about = re.search(rf"`{name}`\s+(defaults\s+to.*|is\s+.*\s+by\s+default.*)", sentence, re.S)
            if about and name in parameters:
                for said, certain in claims(about[1]):
                    if fault := parameter_fault(scope, parameters[name], said, certain):
                        yield f"`{name}`: {fault}"
    # What is said elsewhere is somebody's default, or a value that the code shows.
    for said, _ in claims("\n".join(elsewhere(read, text))):
        if literal(said) is NO_LITERAL or any(is_own(scope, one, said) for one in parameters.values()):
            continue
        if not re.search(rf"(?<!\w){re.escape(said.strip(chr(39) + chr(34)))}(?!\w)", scope.text):
            yield f"a default `{said}` is claimed, the code shows none such"


def elsewhere(read: Reading, text: str) -> Iterator[str]:
    """The words of a docstring that are about no argument and no attribute."""
    yield re.split(r"^(?:Args|Attributes|Returns|Yields|Raises|Examples|Notes?):$", text, maxsplit=1, flags=re.M)[0]
    yield from (words for kind in ("returns", "yields", "raises") for _, words in read.get(kind, []))
    yield from re.findall(r"^Notes?:\n((?:[ \t]+.*\n?|\n)*)", text, re.M)


def is_own(scope: Scope, parameter: Parameter, said: str) -> bool:
    """Whether a value is a parameter's default, or what stands in for it."""
    if parameter.default is None:
        return False
    return is_same(scope, said, parameter.default) or is_stand_in(scope, parameter, said)


def claims(words: str) -> Iterator[tuple[str, bool]]:
    """The defaults that words claim, and whether they can be nothing else than one."""
    for match in CLAIM.finditer(words):
        value = (match["value"] or match["value2"]).strip("`").strip()
        yield value, bool(match["word"] and match["word"][0] in "dD" and not match["word"].endswith(("of", "default")))


def parameter_fault(scope: Scope, parameter: Parameter, said: str, certain: bool) -> str | None:
    """What is wrong with a default that is claimed of a parameter."""
    if not certain and literal(said) is NO_LITERAL:
        return None
    if parameter.default is None:
        return f"a default `{said}` is claimed, there is none"
    if is_own(scope, parameter, said):
        return None
    return f"a default `{said}` is claimed, it is `{ast.unparse(parameter.default)}`"


class NoLiteral:
    """What is no literal."""


NO_LITERAL = NoLiteral()


def literal(code: str) -> object:
    """The value of a literal."""
    try:
        return ast.literal_eval(code)
    except (ValueError, SyntaxError, TypeError):
        return NO_LITERAL


def is_same(scope: Scope, said: str, value: ast.expr) -> bool:
    """Whether a claim is a value: as a text, as a literal, or by the constant that holds it."""
    shown = ast.unparse(value)
    try:
        if ast.unparse(ast.parse(said, mode="eval")) == shown:
            return True
    except (SyntaxError, ValueError):
        pass
    known = literal(shown)
    if known is NO_LITERAL and isinstance(value, ast.Name):
        for statement in scope.module.tree.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            if any(isinstance(one, ast.Name) and one.id == value.id for one in targets):
                known = literal(ast.unparse(statement.value)) if getattr(statement, "value", None) else NO_LITERAL
    claimed = literal(said)
    if isinstance(known, str) and claimed is NO_LITERAL:
        return said == known
    if known is NO_LITERAL or claimed is NO_LITERAL:
        # `mod.NAME` may be called `NAME`, or the other way round.
        return bool(re.fullmatch(r"[\w.]+", said)) and said.rpartition(".")[2] == shown.rpartition(".")[2]
    return (
        known == claimed
        and type(known) in {type(claimed), int, float}
        and isinstance(known, bool) == isinstance(claimed, bool)
    )


def is_stand_in(scope: Scope, parameter: Parameter, said: str) -> bool:
    """Whether the body takes the claimed value in place of the default (`if x is None: x = value`).

    In place of `None` any code of the body may be taken, by whatever the parameter is handed on to.
    """
    name = parameter.name
    is_none = isinstance(parameter.default, ast.Constant) and parameter.default.value is None
    if is_none and literal(said) is NO_LITERAL and said in scope.text:
        return True
    for node in ast.walk(scope.found.node):
        values: list[ast.expr | None] = []
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(one, ast.Name) and one.id == name for one in targets):
                values.append(node.value)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and mentions(node.values[0], name):
            values += node.values[1:]
        elif isinstance(node, ast.IfExp) and mentions(node.test, name):
            values += [node.body, node.orelse]
        if any(value is not None and is_same(scope, said, value) for value in values):
            return True
    return False


def mentions(node: ast.expr, name: str) -> bool:
    """Whether an expression speaks of a name."""
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


def attribute_fault(scope: Scope, label: str, said: str, certain: bool) -> str | None:
    """What is wrong with a default that is claimed of an attribute."""
    if not certain and literal(said) is NO_LITERAL:
        return None
    for node in ast.walk(scope.found.node):
        if isinstance(node, ast.Assign):
            targets: list[ast.expr] = node.targets
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        else:
            continue
        for target in targets:
            own = isinstance(target, ast.Attribute) and is_self(target.value) and target.attr == label
            if not own and not (isinstance(target, ast.Name) and target.id == label):
                continue
            values = [node.value]
            if isinstance(node.value, ast.Call):
                given = [
                    one.value for one in node.value.keywords if one.arg in {"default", "default_factory", "factory"}
                ]
                values += [*given, *node.value.args[:1]]
                values += [ast.Call(one, [], []) for one in given]
            if isinstance(node.value, ast.Name):
                values += parameter_defaults(scope.found.node, node.value.id)
            if any(is_same(scope, said, one) or is_empty_of(said, one) for one in values):
                return None
    return f"a default `{said}` is claimed, the class shows none such"


def parameter_defaults(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """The defaults that a class's methods give a parameter."""
    for one in ast.walk(node):
        if isinstance(one, FUNCTIONS):
            positional = [*one.args.posonlyargs, *one.args.args]
            later = positional[len(positional) - len(one.args.defaults) :]
            pairs = [*zip(later, one.args.defaults), *zip(one.args.kwonlyargs, one.args.kw_defaults)]
            yield from (value for argument, value in pairs if argument.arg == name and value is not None)


def is_empty_of(said: str, value: ast.expr) -> bool:
    """Whether a claim is the empty literal that a factory makes."""
    made = {"list": "[]", "dict": "{}", "tuple": "()", "set": "set()", "str": "''"}
    return isinstance(value, ast.Name) and made.get(value.id) in {said, said.replace('"', "'")}


# --- Units ---------------------------------------------------------------------------------------

# By dimension, each unit with the words that show it in code; longer words first.
UNITS = {
    "time": {
        "nanoseconds": r"nanosec|_ns\b|nanos",
        "microseconds": r"microsec|_us\b|micros",
        "milliseconds": r"millis|_ms\b|\bms\b|1000|1e3",
        "seconds": r"second|_secs?\b|\bsecs?\b|_s\b|sleep|timedelta|\btime\.|timeout|perf_counter|monotonic|timestamp|"
        r"elapsed|duration|max_age|interval|delay|expire|rate|fps|hz|frame|lifetime|60\b|86400",
        "minutes": r"minute|_mins?\b|\b60\b|timedelta",
        "hours": r"hour|3600|timedelta",
        "days": r"day|86400|timedelta|date",
        "weeks": r"week|timedelta",
        "fortnights": r"fortnight",
        "years": r"year",
    },
    "size": {
        "bits": r"bit",
        "kilobytes": r"kilo|_kb\b|1024|1000|kib",
        "megabytes": r"mega|_mb\b|1024|1000|mib",
        "gigabytes": r"giga|_gb\b|gib",
        "bytes": r"byte|size|length|chunk|buffer|read|\blen\b|b\"|b'|content|offset|limit|stream",
    },
    "angle": {"radians": r"rad|sin|cos|tan|angle", "degrees": r"deg|angle|360|180|hue"},
    "length": {
        "pixels": r"pix|px|width|height|svg|image",
        "inches": r"inch",
        "millimeters": r"milli|_mm\b",
        "centimeters": r"centi|_cm\b",
        "meters": r"meter|_m\b",
        "miles": r"mile",
        "kilometers": r"kilo|_km\b",
        "furlongs": r"furlong",
    },
    "share": {"percent": r"percent|pct|100|%|rate|ratio|share"},
}
ALL_UNITS = {unit: (dimension, shown) for dimension, some in UNITS.items() for unit, shown in some.items()}
UNIT = re.compile(
    r"\b(?:in|as|of|number of|measured in|expressed in|given in)\s+(?:whole\s+|fractional\s+)?"
    rf"(?P<unit>{'|'.join(ALL_UNITS)})\b"
)
NAMED_UNIT = {
    "ns": "nanoseconds",
    "us": "microseconds",
    "ms": "milliseconds",
    "millis": "milliseconds",
    "milliseconds": "milliseconds",
    "s": "seconds",
    "sec": "seconds",
    "secs": "seconds",
    "seconds": "seconds",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "bytes": "bytes",
    "kb": "kilobytes",
    "mb": "megabytes",
    "gb": "gigabytes",
    "deg": "degrees",
    "degrees": "degrees",
    "rad": "radians",
    "radians": "radians",
    "px": "pixels",
    "percent": "percent",
    "pct": "percent",
}


def units(scope: Scope, facts: Facts | None, read: Reading, text: str) -> Iterator[str]:
    """Which units are claimed that the code contradicts, or does not show."""
    code = scope.text.lower()
    for kind in ("arguments", "attributes"):
        for label, words in read.get(kind, []):
            for match in UNIT.finditer(words):
                dimension = ALL_UNITS[match["unit"]][0]
                own = (
                    NAMED_UNIT.get(label.lower().rpartition("_")[2], "") if "_" in label or label in NAMED_UNIT else ""
                )
                if own and ALL_UNITS[own][0] == dimension and own != match["unit"]:
                    yield f"`{label}` is said to be in {match['unit']}, its name says {own}"
    for match in UNIT.finditer(without_blocks(text)):
        if not re.search(ALL_UNITS[match["unit"]][1], code):
            yield f"{match['unit']}, which the code does not show"


# --- Types ---------------------------------------------------------------------------------------

SPOKEN = [
    (re.compile(r"^(?:An?|The)\s+(?:\w+\s+)?(?:list|sequence)\s+of\b|^An?\s+(?:\w+\s+)?list\b", re.I), {"list"}),
    (re.compile(r"^An?\s+(?:\w+\s+)?(?:dict|dictionary|mapping)\b", re.I), {"dict"}),
    (re.compile(r"^An?\s+(?:\w+\s+)?tuple\b", re.I), {"tuple"}),
    (re.compile(r"^An?\s+(?:\w+\s+)?(?:integer|int)\b(?! (?:or|and))", re.I), {"int", "bool", "float"}),
    (re.compile(r"^An?\s+(?:\w+\s+)?(?:string|str)\b(?! (?:or|and|list|dict|of bytes))", re.I), {"str"}),
    (re.compile(r"^An?\s+(?:boolean|bool)\b|^`?True`? (?:if|when)\b", re.I), {"bool"}),
]
PLAIN = {"int", "str", "bool", "float", "bytes", "list", "dict", "tuple", "set", "frozenset", "complex"}


def types(scope: Scope, facts: Facts | None, read: Reading) -> Iterator[str]:
    """Which words about a value cannot be true of its annotation."""
    if facts is None:
        return
    by_name = {one.name: one.annotation for one in facts.parameters}
    told = [(f"`{name}`", by_name.get(name), words) for name, words in read.get("arguments", [])]
    returned = getattr(scope.found.node, "returns", None)
    told += [("what is returned", returned, f"{label} {words}".strip()) for label, words in read.get("returns", [])]
    for name, annotation, words in told:
        base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
        if not isinstance(base, ast.Name) or base.id not in PLAIN:
            continue
        for pattern, fitting in SPOKEN:
            if (match := pattern.search(words)) and base.id not in fitting:
                yield f"{name}: «{match[0]}», but it is `{ast.unparse(annotation)}`"
