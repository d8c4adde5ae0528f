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
from evaluate_names import Scope, is_self
from evaluate_strip import FUNCTIONS

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
        ("raises", list(raises(scope, raising, facts, first, second))),
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


# --- Names ---------------------------------------------------------------------------------------

QUOTED = re.compile(r"(?::[\w:+-]+:)?(?:``(.+?)``|`([^`]+)`)(?!`)", re.S)
TARGET = re.compile(r"^.*<([^<>]+)>$", re.S)
CHAIN = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
PROSE = re.compile(r"(?<![\w/.@:#&%$\\-])[^\W\d]\w*(?:\.[^\W\d]\w*)*(?:\(\))?(?![\w/@-])")
# Products and other words that have a capital inside.
PRODUCTS = {
    "GitHub", "GitLab", "JavaScript", "TypeScript", "OpenAI", "MacOS", "macOS", "YouTube", "LaTeX", "PyPI", "NumPy", "SciPy",
    "SQLAlchemy", "PostgreSQL", "MySQL", "SQLite", "MongoDB", "OAuth", "OAuth2", "WebSocket", "WebSockets", "IPv4", "IPv6",
    "iOS", "iPhone", "PowerShell", "StackOverflow", "reStructuredText", "CamelCase", "camelCase", "PascalCase", "JSONPath",
    "ReST", "GraphQL", "FastAPI", "PyCharm", "IPython", "PySide", "CPython", "PyPy", "OpenSSL", "LibreSSL", "URLs", "IDs",
    "APIs", "JSONs", "PDFs", "HTTPBin", "DevTools", "MarkupSafe", "ItsDangerous", "WSGIServer", "PyScript", "WebAssembly",
    "VSCode", "InterSphinx", "TeX", "BibTeX", "McCabe", "MiB", "KiB", "GiB", "kB", "MHz", "GHz", "kHz", "eBPF", "DataFrame",
}  # fmt: skip
ENDINGS = {
    "com", "org", "net", "io", "dev", "edu", "py", "pyi", "md", "txt", "rst", "json", "toml", "yaml", "yml", "ini", "cfg", "html",
    "css", "js", "env", "log", "csv", "xml", "svg", "png", "jpg", "pdf", "zip", "gz", "tar", "exe", "sh", "lock", "db", "g", "e",
    "pem", "crt", "key", "so", "a", "m", "S", "d",
}  # fmt: skip
FILES = "py|pyi|html|sql|css|js|txt|md|rst|toml|yaml|yml|ini|cfg|svg|png|jpg|pdf|csv|xml"


def identifiers(text: str) -> Iterator[str]:
    """The identifiers that a text mentions: in backticks, or plainly such outside of them."""
    text = without_blocks(text)
    for match in QUOTED.finditer(text):
        yield from of_code(match[1] or match[2])
    plain = re.sub(r"\w+://\S+|`[^`]*`_+", " ", QUOTED.sub(" ", text))
    for match in PROSE.finditer(plain):
        if is_plainly_code(match[0]):
            yield match[0].removesuffix("()")


def without_blocks(text: str) -> str:
    """The text without doctests and without literal blocks and directives, which show code."""
    lines, kept, depth = text.split("\n"), [], None
    for index, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if depth is not None and line.strip() and indent <= depth:
            depth = None
        if depth is None:
            kept.append("" if line.lstrip().startswith((">>>", "... ", "...\n")) else line)
            after = [one for one in lines[index + 1 :] if one.strip()][:1]
            opens = line.rstrip().endswith("::") or re.match(r"\s*\.\. [\w-]+::", line)
            if opens and after and len(after[0]) - len(after[0].lstrip()) > indent:
                depth = indent
    return "\n".join(kept)


def of_code(code: str) -> Iterator[str]:
    """The names in a piece of code; nothing for what is no Python."""
    code = code.strip()
    if match := TARGET.match(code):
        code = match[1]
    code = " ".join(code.lstrip("~!.*").split())
    # A file, a header, a media type.
    if re.fullmatch(rf"[\w./-]+\.(?:{FILES})|[\w.+]+(?:[-/][\w.+]+)+", code):
        return
    for mode in ("eval", "exec"):
        try:
            tree = ast.parse(code, mode=mode)
        except (SyntaxError, ValueError):
            continue
        yield from of_tree(tree)
        return
    if re.fullmatch(r"[\w.]+\(.*", code) or CHAIN.fullmatch(code):
        yield CHAIN.match(code)[0] if CHAIN.match(code) else code
        return
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", " ", code)
    if "/" in bare or bare.startswith(("-", "<", "$", "@")):
        return
    for match in PROSE.finditer(bare):
        if is_plainly_code(match[0]):
            yield match[0].removesuffix("()")


def of_tree(tree: ast.AST) -> Iterator[str]:
    """The names in code, dotted ones whole; without those that the code itself binds."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}

    def visit(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Attribute):
            parts, inner = [node.attr], node.value
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name):
                if inner.id not in bound:
                    yield ".".join([inner.id, *reversed(parts)])
                return
            yield from reversed(parts)
            yield from visit(inner)
            return
        if isinstance(node, ast.Name) and node.id not in bound:
            yield node.id
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (one.name for one in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        for child in ast.iter_child_nodes(node):
            yield from visit(child)

    yield from visit(tree)


def is_plainly_code(word: str) -> bool:
    """Whether a word outside of backticks can be nothing but a name of code."""
    if word.endswith("()"):
        return True
    if word in PRODUCTS or word.rstrip("s") in PRODUCTS:
        return False
    if "." in word:
        parts = word.split(".")
        # A sentence's end without a blank behind it, a file, a host, an abbreviation.
        return all(len(part) > 1 for part in parts) and parts[-1] not in ENDINGS and not parts[-1][0].isupper()
    if "_" in word.strip("_"):
        return True
    if re.fullmatch(r"__\w+__", word):
        return True
    return bool(re.search(r"[a-z0-9][A-Z]", word)) and not re.fullmatch(r"[A-Z]+s", word)


def exists(scope: Scope, name: str) -> bool:
    """Whether a name that is mentioned leads to something."""
    parts = [unicodedata.normalize("NFKC", part) for part in name.split(".")]  # as Python reads it
    if scope.knows_path(parts):
        return True
    # Classes have no parameters' names: one may be spoken of wherever in the project it stands.
    return len(parts) == 1 and bool(re.search(r"^[A-Z].*[a-z][A-Z]", name)) and name in scope.project.words


# --- Sections ------------------------------------------------------------------------------------

SECTIONS = {"text", "parameters", "returns", "yields", "raises", "attributes", "examples"}
TAGS = re.compile(
    r"</?(?:a|b|i|p|br|hr|div|span|script|style|img|iframe|h[1-6]|ul|ol|li|table|tr|td|em|strong|code|pre|form|input)"
    r"(?:\s[^<>]*)?/?>", re.I
)  # fmt: skip
MARKUP = re.compile(
    r"^\s*(?:\.\. [\w:-]+::|:(?:param|type|arg|return|returns|rtype|raise|raises|yield|yields|meta|var|ivar)\b[^:\n]*:"
    r"|@(?:param|return|throws)\b|#{1,6} |```|~~~|-{3,}$|={3,}$)", re.M
)  # fmt: skip


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


def presence(
    kind: str, wanted: bool | None, facts: Facts | None, first: Reading, second: Reading
) -> Iterator[str]:
    """Whether there is a section about values exactly when there are values."""
    found = kind in first or kind in second
    if facts is None:
        if found:
            yield f"a section `{kind}` of what is no function"
    elif found and wanted is False:
        yield f"a section `{kind}`, but the code has none"
    elif wanted and not found and not facts.is_shown:
        yield f"no section `{kind}`, but the code has some"


def raises(scope: Scope, raising: Raising, facts: Facts | None, first: Reading, second: Reading) -> Iterator[str]:
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
    missing = facts.raised.sure - set(named)
    if missing and not facts.is_shown:
        yield f"raised, but not described: {sorted(missing)}"


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
    if is_same(scope, said, parameter.default) or is_stand_in(scope, parameter, said):
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
    return known == claimed and type(known) in {type(claimed), int, float} and isinstance(known, bool) == isinstance(claimed, bool)


def is_stand_in(scope: Scope, parameter: Parameter, said: str) -> bool:
    """Whether the body takes the claimed value in place of the default (`if x is None: x = value`)."""
    name = parameter.name
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
                given = [one.value for one in node.value.keywords if one.arg in {"default", "default_factory", "factory"}]
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
        "nanoseconds": r"nanosec|_ns\b|nanos", "microseconds": r"microsec|_us\b|micros", "milliseconds": r"millis|_ms\b|\bms\b|1000|1e3",
        "seconds": r"second|_secs?\b|\bsecs?\b|_s\b|sleep|timedelta|\btime\.|timeout|perf_counter|monotonic|timestamp|elapsed|"
        r"duration|max_age|interval|delay|expire|rate|fps|hz|frame|lifetime|60\b|86400",
        "minutes": r"minute|_mins?\b|\b60\b|timedelta", "hours": r"hour|3600|timedelta", "days": r"day|86400|timedelta|date",
        "weeks": r"week|timedelta", "fortnights": r"fortnight", "years": r"year",
    },
    "size": {
        "bits": r"bit", "kilobytes": r"kilo|_kb\b|1024|1000|kib", "megabytes": r"mega|_mb\b|1024|1000|mib", "gigabytes": r"giga|_gb\b|gib",
        "bytes": r"byte|size|length|chunk|buffer|read|\blen\b|b\"|b'|content|offset|limit|stream", "pages": r"page",
    },
    "angle": {"radians": r"rad|sin|cos|tan|angle", "degrees": r"deg|angle|360|180|hue"},
    "length": {"pixels": r"pix|px|width|height|svg|image", "inches": r"inch", "millimeters": r"milli|_mm\b", "centimeters": r"centi|_cm\b",
               "meters": r"meter|_m\b", "miles": r"mile", "kilometers": r"kilo|_km\b", "furlongs": r"furlong"},
    "share": {"percent": r"percent|pct|100|%|rate|ratio|share"},
}  # fmt: skip
ALL_UNITS = {unit: (dimension, shown) for dimension, some in UNITS.items() for unit, shown in some.items()}
UNIT = re.compile(
    rf"\b(?:in|as|of|number of|measured in|expressed in|given in)\s+(?:whole\s+|fractional\s+)?(?P<unit>{'|'.join(ALL_UNITS)})\b"
)
NAMED_UNIT = {
    "ns": "nanoseconds", "us": "microseconds", "ms": "milliseconds", "millis": "milliseconds", "milliseconds": "milliseconds", "s": "seconds",
    "sec": "seconds", "secs": "seconds", "seconds": "seconds", "minutes": "minutes", "hours": "hours", "days": "days", "bytes": "bytes", "kb": "kilobytes",
    "mb": "megabytes", "gb": "gigabytes", "deg": "degrees", "degrees": "degrees", "rad": "radians", "radians": "radians", "px": "pixels",
    "percent": "percent", "pct": "percent",
}  # fmt: skip


def units(scope: Scope, facts: Facts | None, read: Reading, text: str) -> Iterator[str]:
    """Which units are claimed that the code contradicts, or does not show."""
    code = scope.text.lower()
    for kind in ("arguments", "attributes"):
        for label, words in read.get(kind, []):
            for match in UNIT.finditer(words):
                dimension = ALL_UNITS[match["unit"]][0]
                own = NAMED_UNIT.get(label.lower().rpartition("_")[2], "") if "_" in label or label in NAMED_UNIT else ""
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
    return len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr) and repr(literal(ast.unparse(tree.body[0]))) == want.strip()


def imported(scope: Scope, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """What an example imports that is not there."""
    base = node.module.split(".") if isinstance(node, ast.ImportFrom) and node.module else []
    for alias in node.names:
        parts = [*base, *alias.name.split(".")]
        known = parts[0] in scope.project.foreign | {one.partition(".")[0] for one in scope.module.imports.values()}
        if not scope.leads(parts) or not (known or parts[0] in scope.project.tops or parts[0] in sys.stdlib_module_names):
            yield f"`{'.'.join(parts)}` cannot be imported"


def misfit(scope: Scope, facts: Facts, call: ast.Call) -> Iterator[str]:
    """Whether a call of the definition itself does not fit its signature."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != getattr(scope.found.node, "name", None):
        return
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return
    try:
        signature(facts.parameters, scope.found.node.args).bind(*call.args, **{one.arg: one.value for one in call.keywords})
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
