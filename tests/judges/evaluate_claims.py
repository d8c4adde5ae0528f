"""What a docstring claims, held against the code: names, arguments, values, exceptions, defaults, units.

griffe and docstring-parser read the sections; nothing here knows how docgen reads or checks anything.
"""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import griffe

from docstring_readers import Reading, by_docstring_parser, by_griffe, docstring_parser
from evaluate_facts import Facts, Parameter, Raising, facts_of
from evaluate_mentions import exists, identifiers, of_tree
from evaluate_names import Scope
from evaluate_strip import FUNCTIONS
from evaluate_values import CLAIM, UNIT, defaults, literal, types, units

KINDS = ["args", "attributes", "returns", "yields", "raises", "defaults", "units", "types", "examples", "structure"]


@dataclass
class Judgement:
    """What was found out about docstrings."""

    docstrings: int = 0
    # Identifiers mentioned, and those of them that do not exist.
    mentioned: int = 0
    unknown: list[str] = field(default_factory=list)
    # By kind of fact: docstrings in which it could be judged, and what contradicts the code.
    judged: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def add(self, other: Judgement) -> None:
        """Take another one in."""
        self.docstrings += other.docstrings
        self.mentioned += other.mentioned
        self.unknown += other.unknown
        self.judged += other.judged
        for kind, some in other.wrong.items():
            self.wrong.setdefault(kind, []).extend(some)

    def fact(self, kind: str, faults: list[str]) -> None:
        """Take in what one docstring says about one kind of fact."""
        self.judged[kind] += 1
        if faults:
            self.wrong.setdefault(kind, []).append("; ".join(faults))

    @property
    def truthfulness(self) -> float:
        """Percent of the identifiers mentioned that exist."""
        return percent(self.mentioned - len(self.unknown), self.mentioned)

    def agreement(self, kind: str | None = None) -> float:
        """Percent of what was judged that agrees with the code: of one kind or of all."""
        kinds = [kind] if kind else KINDS
        judged = sum(self.judged[one] for one in kinds)
        return percent(judged - sum(len(self.wrong.get(one, [])) for one in kinds), judged)


def percent(part: int, whole: int) -> float:
    """A share; of nothing all is well."""
    return 100 * part / whole if whole else 100.0


def judge(scope: Scope, raising: Raising, text: str) -> Judgement:
    """Hold one docstring against the code."""
    result = Judgement(docstrings=1)
    where = f"{scope.found.id}:"
    mentions = list(identifiers(text))
    result.mentioned = len(mentions)
    result.unknown = [f"{where} `{name}` {around(text, name)}" for name in mentions if not exists(scope, name)]
    try:
        first, second = by_griffe(text, has_types=False), by_docstring_parser(text)
    except docstring_parser.ParseError as error:
        result.fact("structure", [f"{where} docstring-parser cannot read it: {error}"])
        return result
    node = scope.found.node
    facts = facts_of(raising, scope.found) if isinstance(node, FUNCTIONS) else None
    for kind, faults in (
        ("structure", list(structure(text))),
        ("args", list(arguments(facts, first, second))),
        ("attributes", list(attributes(scope, first, second))),
        ("returns", list(presence("returns", facts and facts.returns, facts, first, second))),
        ("yields", list(presence("yields", facts and facts.yields, facts, first, second))),
        ("raises", list(raises(scope, raising, facts, first, second, text))),
        ("defaults", list(defaults(scope, facts, first, text))),
        ("units", list(units(scope, facts, first, text))),
        ("types", list(types(scope, facts, first))),
        ("examples", list(examples(scope, facts, text))),
    ):
        if faults or is_judged(kind, facts, first, text):
            result.fact(kind, [f"{where} {fault}" for fault in faults])
    return result


def around(text: str, name: str) -> str:
    """The words around a name, on one line."""
    at = max(text.find(name), 0)
    return "«" + " ".join(text[max(at - 30, 0) : at + len(name) + 20].split()) + "»"


def is_judged(kind: str, facts: Facts | None, read: Reading, text: str) -> bool:
    """Whether a docstring has something of a kind to be judged by."""
    match kind:
        case "structure":
            return True
        case "args":
            return bool(facts and (facts.parameters or "arguments" in read))
        case "attributes":
            return "attributes" in read
        case "returns" | "yields":
            return facts is not None
        case "raises":
            return bool("raises" in read or facts and facts.raised.sure)
        case "defaults":
            return bool(CLAIM.search(text))
        case "units":
            return bool(UNIT.search(text))
        case "types":
            return bool(facts and ("arguments" in read or "returns" in read))
    return ">>>" in text


# --- Sections ------------------------------------------------------------------------------------

SECTIONS = {"text", "parameters", "returns", "yields", "raises", "attributes", "examples"}
TAGS = re.compile(
    r"</?(?:a|b|i|p|br|hr|div|span|script|style|img|iframe|h[1-6]|ul|ol|li|table|tr|td|em|strong|code|pre|form|input)"
    r"(?:\s[^<>]*)?/?>",
    re.I,
)
FIELDS = "param|type|arg|return|returns|rtype|raise|raises|yield|yields|meta|var|ivar"
MARKUP = re.compile(
    rf"\.\. [\w-]+:?::?(?=\s)|(?<!\w):(?:{FIELDS})\b[^:\n`]*:(?!\w)|<!--|\[\d+m"
    r"|^\s*(?:@(?:param|return|throws)\b|#{1,6} |```|~~~|-{3,}$|={3,}$)",
    re.M,
)


def structure(text: str) -> Iterator[str]:
    """What stands in a docstring besides words and the sections that docgen lays out."""
    seen: Counter[str] = Counter()
    for section in griffe.Docstring(text).parse("google", warnings=False, returns_named_value=False):
        kind = section.kind.value
        if kind == "admonition":
            kind = (section.title or "").lower()
            if kind not in {"note", "notes"}:
                yield f"a section `{section.title}`"
        elif kind not in SECTIONS:
            yield f"a section `{kind}`"
        if kind != "text":
            seen[kind] += 1
    yield from (f"{count} sections `{kind}`" for kind, count in seen.items() if count > 1)
    plain = re.sub(r"`[^`]*`", "", without_doctests(text))
    if match := MARKUP.search(plain):
        yield f"markup `{match[0].strip()}`"
    if match := TAGS.search(plain):
        yield f"HTML `{match[0]}`"
    hidden = [one for one in text if unicodedata.category(one) in {"Cc", "Cf", "Co", "Cs"} and one not in "\n\u200d"]
    if hidden:
        yield f"invisible characters {ascii(''.join(hidden))}"


def without_doctests(text: str) -> str:
    """The text without `>>>` lines and what is expected of them."""
    try:
        parts = doctest.DocTestParser().parse(text)
    except ValueError:
        return text
    return "".join(part for part in parts if isinstance(part, str))


def labels(kind: str, first: Reading, second: Reading) -> list[str]:
    """The entries that a reader finds; a disagreement shows as both readings, one after the other."""
    one, other = ([label for label, _ in read.get(kind, [])] for read in (first, second))
    return one if one == other else one + other


def arguments(facts: Facts | None, first: Reading, second: Reading) -> Iterator[str]:
    """Where the documented arguments are not the signature's."""
    named = labels("arguments", first, second)
    if facts is None:
        if named:
            yield f"arguments {named} of what is no function"
        return
    wanted = [one.name for one in facts.parameters]
    if named != wanted and not (facts.is_shown and not named):
        yield f"arguments {named}, in the signature {wanted}"


def attributes(scope: Scope, first: Reading, second: Reading) -> Iterator[str]:
    """Which documented attributes a class does not have."""
    node = scope.found.node
    for name in labels("attributes", first, second):
        if isinstance(node, ast.ClassDef):
            known = scope.project.has_member(node.name, name) or inherits(scope, node, name)
        else:
            known = isinstance(node, ast.Module) and name in scope.module.globals
        if not known:
            yield f"no attribute `{name}`"


def inherits(scope: Scope, node: ast.ClassDef, name: str) -> bool:
    """Whether a class that shares its name with another one has a member."""
    return any(name in one.members for one in scope.module.classes.get(node.name, []))


def presence(kind: str, wanted: bool | None, facts: Facts | None, first: Reading, second: Reading) -> Iterator[str]:
    """Whether there is a section about values exactly when there are values."""
    found = kind in first or kind in second
    if facts is None:
        if found:
            yield f"a section `{kind}` of what is no function"
    elif found and wanted is False:
        yield f"a section `{kind}`, but the code has none"
    elif wanted and not found and not facts.is_shown:
        yield f"no section `{kind}`, but the code has some"


SAID_TO_RAISE = re.compile(r"\b[Rr]ais(?:es?|ing)\s+(?:an?\s+)?`{0,2}([A-Z][\w.]*\w)")


def raises(
    scope: Scope, raising: Raising, facts: Facts | None, first: Reading, second: Reading, text: str
) -> Iterator[str]:
    """Where the documented exceptions are not those that can come."""
    node = scope.found.node
    named = [one.rpartition(".")[2] for one in labels("raises", first, second)]
    if facts is None or not isinstance(node, FUNCTIONS):
        if named:
            yield f"exceptions {named} of what is no function"
        return
    for name in named:
        if name not in facts.raised.maybe and not raising.comes_of_calls(node, name):
            yield f"`{name}` is not raised"
    if len(set(named)) < len(named):
        yield f"exceptions named twice: {named}"
    # An exception of the project's own comes of no builtin: whoever speaks of one must be able to show it.
    for name in SAID_TO_RAISE.findall(text):
        last = name.rpartition(".")[2]
        # What a handler of everything passes on may be anything.
        passes_all = bool(facts.raised.maybe & {"BaseException", "Exception"})
        shown = last in scope.own or last not in scope.project.classes or passes_all
        if not shown and not raising.comes_of_calls(node, last):
            yield f"`{name}` is said to be raised"
    missing = facts.raised.sure - set(named)
    if missing and not facts.is_shown:
        yield f"raised, but not described: {sorted(missing)}"


# --- Examples ------------------------------------------------------------------------------------


def examples(scope: Scope, facts: Facts | None, text: str) -> Iterator[str]:
    """Which doctests cannot run: they do not parse, call what is not there, or call it wrongly."""
    if ">>>" not in text:
        return
    try:
        found = doctest.DocTestParser().get_examples(text)
    except ValueError as error:
        yield f"no doctest: {error}"
        return
    bound: set[str] = set()
    for example in found:
        try:
            tree = ast.parse(example.source)
        except SyntaxError as error:
            yield f"`{example.source.strip()}` does not parse: {error.msg}"
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                bound |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
                yield from imported(scope, node)
        bound |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        for name in of_tree(tree):
            parts = name.split(".")
            if parts[0] not in bound and not scope.knows_path(parts):
                yield f"`{name}` in an example does not exist"
        if example.want and not is_sure(tree, example.want):
            yield f"`{example.source.strip()}` gives `{example.want.strip()}`, which nobody has seen"
        if facts:
            for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
                yield from misfit(scope, facts, call)


def is_sure(tree: ast.Module, want: str) -> bool:
    """Whether what an example prints can be told without running it: it is a literal."""
    return (
        len(tree.body) == 1
        and isinstance(tree.body[0], ast.Expr)
        and repr(literal(ast.unparse(tree.body[0]))) == want.strip()
    )


def imported(scope: Scope, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """What an example imports that is not there."""
    base = node.module.split(".") if isinstance(node, ast.ImportFrom) and node.module else []
    for alias in node.names:
        parts = [*base, *alias.name.split(".")]
        known = parts[0] in scope.project.foreign | {one.partition(".")[0] for one in scope.module.imports.values()}
        if not scope.leads(parts) or not (
            known or parts[0] in scope.project.tops or parts[0] in sys.stdlib_module_names
        ):
            yield f"`{'.'.join(parts)}` cannot be imported"


def misfit(scope: Scope, facts: Facts, call: ast.Call) -> Iterator[str]:
    """Whether a call of the definition itself does not fit its signature."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != getattr(scope.found.node, "name", None):
        return
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return
    try:
        signature(facts.parameters, scope.found.node.args).bind(
            *call.args, **{one.arg: one.value for one in call.keywords}
        )
    except TypeError as error:
        yield f"`{ast.unparse(call)}`: {error}"


def signature(parameters: list[Parameter], args: ast.arguments) -> inspect.Signature:
    """A signature as `inspect` has it."""
    only_positional = {one.arg for one in args.posonlyargs}
    only_keyword = {one.arg for one in args.kwonlyargs}
    given = []
    for one in parameters:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        if one.name.startswith("**"):
            kind = inspect.Parameter.VAR_KEYWORD
        elif one.name.startswith("*"):
            kind = inspect.Parameter.VAR_POSITIONAL
        elif one.name in only_positional:
            kind = inspect.Parameter.POSITIONAL_ONLY
        elif one.name in only_keyword:
            kind = inspect.Parameter.KEYWORD_ONLY
        default = inspect.Parameter.empty if one.default is None else one.default
        given.append(inspect.Parameter(one.name.lstrip("*"), kind, default=default))
    return inspect.Signature(given)
