"""A second opinion on the labels of fixtures/drift: what follows from Python's own `ast`.

It knows nothing of the labels. For each definition with a docstring it reads the facts from the
tree and the claims from the docstring, and says where they part. It understands what the fixtures
hold, not every docstring there is: it judges labels, not programs.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Label = tuple[str, str]

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


# --- The docstring -------------------------------------------------------------------------------


@dataclass
class Entry:
    """One thing that a docstring describes, with the lines it takes."""

    name: str
    type: str | None
    text: str
    first: int
    last: int


@dataclass
class Section:
    """A part of a docstring; lines count from the docstring's first one."""

    kind: str
    first: int
    last: int
    entries: list[Entry] = field(default_factory=list)


KINDS = {
    "args": "params",
    "arguments": "params",
    "parameters": "params",
    "other parameters": "params",
    "keyword args": "keywords",
    "keyword arguments": "keywords",
    "return": "returns",
    "returns": "returns",
    "yield": "yields",
    "yields": "yields",
    "raise": "raises",
    "raises": "raises",
}
OTHERS = {
    "attributes", "example", "examples", "note", "notes", "see also", "warning", "warnings", "warns",
    "todo", "references", "methods", "rules",
}  # fmt: skip
FIELDS = {
    "param": "params",
    "parameter": "params",
    "arg": "params",
    "argument": "params",
    "key": "params",
    "keyword": "params",
    "return": "returns",
    "returns": "returns",
    "yield": "yields",
    "yields": "yields",
    "raise": "raises",
    "raises": "raises",
    "except": "raises",
    "exception": "raises",
}


@dataclass
class Docstring:
    """What a docstring describes."""

    sections: list[Section]
    lines: list[str]

    def entries(self, *kinds: str) -> list[Entry]:
        return [one for section in self.sections if section.kind in kinds for one in section.entries]

    @property
    def has_started(self) -> bool:
        return any(section.kind != "other" for section in self.sections)

    def has(self, kind: str) -> bool:
        return any(section.kind == kind for section in self.sections)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _dedented(text: str) -> list[str]:
    lines = text.expandtabs().split("\n")
    margin = min((_indent(line) for line in lines[1:] if line.strip()), default=0)
    return [lines[0].strip()] + [line[margin:].rstrip() for line in lines[1:]]


def bare(name: str) -> str:
    """A parameter's name without stars and without what escapes them."""
    return name.replace("\\", "").lstrip("*")


def _blocks(lines: list[str], first: int, last: int, margin: int) -> Iterator[tuple[int, int]]:
    """The lines of each entry: it starts at the margin, and goes on to the next that does."""
    starts = [at for at in range(first, last + 1) if lines[at].strip() and _indent(lines[at]) == margin]
    for start, end in zip(starts, starts[1:] + [last + 1]):
        end -= 1
        while not lines[end].strip():
            end -= 1
        yield start, end


def _outer_colon(text: str) -> int:
    """Where the first colon outside of brackets and backticks stands, or -1."""
    depth, ticks = 0, False
    for at, letter in enumerate(text):
        if letter == "`":
            ticks = not ticks
        depth += (letter in "([{") - (letter in ")]}")
        if letter == ":" and depth == 0 and not ticks and text[at + 1 : at + 2] in ("", " "):
            return at
    return -1


def _text(lines: list[str], first: int, last: int, head: str) -> str:
    return " ".join(part for part in [head, *(line.strip() for line in lines[first + 1 : last + 1])] if part)


def _google(lines: list[str]) -> list[Section]:
    sections = []
    at = 1
    while at < len(lines):
        header = re.fullmatch(r"([A-Z][A-Za-z ]*):", lines[at])
        name = header[1].lower() if header else ""
        if name not in KINDS and name not in OTHERS:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and (not lines[end].strip() or _indent(lines[end])):
            end += 1
        last = end - 1
        while not lines[last].strip():
            last -= 1
        section = Section(KINDS.get(name, "other"), at, last)
        body = [index for index in range(at + 1, last + 1) if lines[index].strip()]
        margin = _indent(lines[body[0]]) if body else 0
        if section.kind in ("params", "keywords", "raises"):
            for first, final in _blocks(lines, at + 1, last, margin):
                line = lines[first].strip()
                match = re.match(r"((?:\\?\*)*[\w.]+)\s*(?:\()?", line)
                colon = _outer_colon(line)
                head, rest = line[:colon], line[colon + 1 :].strip()
                typed = re.fullmatch(r"((?:\\?\*)*[\w.]+)\s*\((.*)\)", head)
                section.entries.append(
                    Entry(match[1], typed[2] if typed else None, _text(lines, first, final, rest), first, final)
                )
        elif section.kind in ("returns", "yields") and body:
            line = lines[body[0]].strip()
            colon = _outer_colon(line)
            kind = line[:colon] if colon > 0 else None
            section.entries.append(Entry("", kind, _text(lines, body[0], last, line[colon + 1 :]), body[0], last))
        sections.append(section)
        at = end
    return sections


def _numpy(lines: list[str]) -> list[Section]:
    heads = [
        at
        for at in range(1, len(lines) - 1)
        if lines[at] and not _indent(lines[at]) and re.fullmatch(r"-{3,}", lines[at + 1])
    ]
    sections = []
    for at, end in zip(heads, heads[1:] + [len(lines)]):
        last = end - 1
        while not lines[last].strip():
            last -= 1
        section = Section(KINDS.get(lines[at].lower(), "other"), at, last)
        for first, final in _blocks(lines, at + 2, last, 0) if section.kind != "other" else ():
            name, _, kind = (part.strip() for part in lines[first].partition(":"))
            text = _text(lines, first, final, "")
            if section.kind == "params":
                for one in name.split(","):
                    section.entries.append(Entry(one.strip(), kind or None, text, first, final))
            elif section.kind == "raises":
                section.entries.append(Entry(name, None, text, first, final))
            else:
                named = re.fullmatch(r"(\w+) : (.*)", lines[first])
                section.entries.append(
                    Entry(named[1] if named else "", named[2] if named else lines[first], text, first, final)
                )
        sections.append(section)
    return sections


def _sphinx(lines: list[str]) -> list[Section]:
    found: dict[str, Section] = {}
    types: dict[str, str] = {}
    at = 1
    while at < len(lines):
        match = re.match(r":([a-z]+)(?:\s+([^:]*(?::[a-z]+:`[^`]*`)?[^:]*))?:(?:\s+(.*))?$", lines[at])
        end = at + 1
        while end < len(lines) and (
            _indent(lines[end]) or (not lines[end] and end + 1 < len(lines) and _indent(lines[end + 1]) and match)
        ):
            end += 1
        if match:
            word, argument, text = match[1], match[2], _text(lines, at, end - 1, match[3] or "")
            last = end - 1
            if word in FIELDS:
                kind = FIELDS[word]
                name, type_ = (argument or "").strip(), None
                if kind == "params":
                    type_, _, name = name.rpartition(" ")
                section = found.setdefault(kind, Section(kind, at, last))
                section.last = last
                section.entries.append(Entry(name, type_ or None, text, at, last))
            elif word in ("rtype", "ytype"):
                kind = "returns" if word == "rtype" else "yields"
                types[kind] = text
                section = found.setdefault(kind, Section(kind, at, last))
            elif word == "type":
                types[f":{bare(argument)}"] = text
        at = end
    for kind in ("returns", "yields"):
        if kind in types:
            section = found[kind]
            if section.entries:
                section.entries[0].type = types[kind]
            else:
                section.entries.append(Entry("", types[kind], "", section.first, section.last))
    if "params" in found:
        for entry in found["params"].entries:
            entry.type = entry.type or types.get(f":{bare(entry.name)}")
    return list(found.values())


READERS = {"google": _google, "numpy": _numpy, "sphinx": _sphinx}


def read_docstring(text: str, style: str) -> Docstring:
    lines = _dedented(text)
    return Docstring(READERS[style](lines), lines)


# --- Types ---------------------------------------------------------------------------------------

WORDS = {
    "List": "list", "Dict": "dict", "Tuple": "tuple", "Set": "set", "FrozenSet": "frozenset", "Type": "type",
    "Text": "str", "integer": "int", "boolean": "bool", "string": "str", "sequence": "Sequence",
    "iterable": "Iterable", "mapping": "Mapping", "callable": "Callable",
}  # fmt: skip


def canonical(node: ast.expr) -> object:
    """A type, whichever way it is spelled; `None` where it cannot be told."""
    match node:
        case ast.Constant(value=None):
            return "None"
        case ast.Constant(value=str(text)):
            return parsed(text)
        case ast.Constant(value=value) if value is ...:
            return "..."
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return WORDS.get(name, name)
        case ast.BinOp(op=ast.BitOr()):
            return _union([canonical(node.left), canonical(node.right)])
        case ast.List():
            return ("[]", *(canonical(one) for one in node.elts))
        case ast.Set():
            return ("Literal", frozenset(ast.unparse(one) for one in node.elts))
        case ast.Subscript():
            name = canonical(node.value)
            inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if name == "Literal":
                return ("Literal", frozenset(ast.unparse(one) for one in inner))
            if name == "Annotated":
                return canonical(inner[0])
            parts = [canonical(one) for one in inner]
            if name == "Optional":
                return _union([*parts, "None"])
            return _union(parts) if name == "Union" else (name, *parts)
    return None


def _union(parts: list[object]) -> object:
    flat = set()
    for part in parts:
        flat |= part if isinstance(part, frozenset) else {part}
    return frozenset(flat)


def parsed(text: str) -> object:
    """What a docstring says of a type; `None` where these are no more than words."""
    text = re.sub(r":[a-z]+:`~?([^`]*)`", r"\1", text).replace("`", "")
    text = re.split(r",\s*(?:optional\b|default\b|shape\b|by default\b)", text)[0].strip()
    text = re.sub(r"\s+or\s+", " | ", text)
    for _ in range(3):
        text = re.sub(r"\b(list|sequence|iterable|set) of ([\w.]+(?:\[.*\])?)$", r"\1[\2]", text)
        text = re.sub(r"\bdict of (\w+) to (\w+)", r"dict[\1, \2]", text)
    try:
        return canonical(ast.parse(text, mode="eval").body)
    except SyntaxError:
        return None


def _known(name: object) -> bool:
    return isinstance(name, str) and (hasattr(builtins, name) or name[:1].isupper())


def contradict(claimed: object, actual: object) -> bool:
    """Whether a documented type cannot be the annotated one."""
    if claimed is None or actual is None or claimed == actual:
        return False
    if {claimed, actual} <= {"Any", "object"}:
        return False
    if isinstance(claimed, frozenset) and isinstance(actual, frozenset):
        return any(all(contradict(one, other) for other in actual) for one in claimed) or any(
            all(contradict(one, other) for one in claimed) for other in actual
        )
    if isinstance(claimed, frozenset) or isinstance(actual, frozenset):
        return True
    if isinstance(actual, tuple) and claimed == actual[0]:
        return False
    if isinstance(claimed, tuple) and claimed[0] == "Literal":
        return not (actual == "str" and all(isinstance(ast.literal_eval(value), str) for value in claimed[1]))
    if isinstance(claimed, tuple) and isinstance(actual, tuple):
        if claimed[0] != actual[0] or len(claimed) != len(actual):
            return True
        return any(contradict(one, other) for one, other in zip(claimed[1:], actual[1:]))
    return _known(claimed if isinstance(claimed, str) else claimed[0])


# --- Defaults ------------------------------------------------------------------------------------

VALUE = (
    r"(?P<value>``[^`]+``|`[^`]+`|b?\"(?:[^\"\\]|\\.)*\"|b?'(?:[^'\\]|\\.)*'|\([^()]*\)"
    r"|-?(?:[\d.][\w.]*\w|\d)(?: [*] \d+)*|[\w.-]*[\w])"
)
MENTION = re.compile(rf"\b[Dd]efault(?:s to|s? is|:|=|s?)\s*=?\s*{VALUE}(?P<after>.*)$", re.S)


def claimed_default(entry: Entry) -> str | None:
    """The default that an entry mentions, if it is one value and not a sentence."""
    for text in (entry.type or "", entry.text):
        match = MENTION.search(text)
        if not match:
            continue
        value, after = match["value"].strip("`"), match["after"]
        is_literal = True
        try:
            ast.literal_eval(value)
        except (ValueError, SyntaxError):
            is_literal = bool(re.fullmatch(r"[\d *]+", value))
        # A word that others follow begins a sentence.
        if not is_literal and re.match(r"\s+\w", after):
            continue
        return value
    return None


def same_default(claimed: str, actual: ast.expr) -> bool:
    text = ast.unparse(actual)
    if claimed == text:
        return True
    try:
        value = ast.literal_eval(actual)
    except ValueError:
        try:
            return ast.unparse(ast.parse(claimed, mode="eval")) == text
        except SyntaxError:
            return False
    if value == claimed:
        return True
    try:
        said = ast.literal_eval(claimed)
    except (ValueError, SyntaxError):
        return False
    return said == value and (said is None) == (value is None) and isinstance(said, bool) == isinstance(value, bool)


# --- The code ------------------------------------------------------------------------------------


@dataclass
class Parameter:
    """What a signature says of a parameter."""

    name: str
    annotation: ast.expr | None
    default: ast.expr | None


@dataclass
class Facts:
    """What the tree says of a definition."""

    parameters: list[Parameter]
    has_kwargs: bool = False
    returns: ast.expr | None = None
    returns_value: bool = False
    yields: bool = False
    yields_value: bool = False
    is_stub: bool = False
    is_property: bool = False
    is_function: bool = True
    raised: set[str] = field(default_factory=set)
    builds: bool = False
    calls: set[str] = field(default_factory=set)
    # Whether something in the body could raise a builtin exception that no statement shows.
    is_opaque: bool = False
    # Calls that are neither builtin nor known to raise nothing.
    foreign: set[str] = field(default_factory=set)


SAFE_CALLS = {
    "len", "isinstance", "str", "bool", "list", "dict", "set", "sorted", "min", "max", "abs", "range", "any", "all",
    "append", "extend", "keys", "values", "items", "lower", "upper", "strip", "rstrip", "startswith", "endswith",
    "isalpha", "isdigit", "isspace", "isalnum", "join", "copy", "print", "sum", "count", "rpartition", "partition",
    "ljust", "rot", "empty", "sleep", "type",
}  # fmt: skip


def tail(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a body, without what other functions and classes inside hold."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*Definition, ast.Lambda)):
            continue
        yield child
        yield from _own(child)


def _raises(body: list[ast.stmt], facts: Facts) -> None:
    def names(handler: ast.ExceptHandler) -> set[str]:
        kind = handler.type
        if kind is None:
            return {"BaseException"}
        return {tail(one) for one in (kind.elts if isinstance(kind, ast.Tuple) else [kind])}

    def add(name: str, caught: list[set[str]]) -> None:
        if not any({name, "Exception", "BaseException"} & one for one in caught):
            facts.raised.add(name)

    def visit(node: ast.AST, caught: list[set[str]], current: set[str], bound: dict[str, set[str]]) -> None:
        if isinstance(node, (*Definition, ast.Lambda)):
            return
        if isinstance(node, ast.Try):
            inside = [*caught, set().union(*map(names, node.handlers))] if node.handlers else caught
            for one in node.body:
                visit(one, inside, current, bound)
            for handler in node.handlers:
                again = {**bound, handler.name: names(handler)} if handler.name else bound
                for one in handler.body:
                    visit(one, caught, names(handler), again)
            for one in [*node.orelse, *node.finalbody]:
                visit(one, caught, current, bound)
            return
        if isinstance(node, ast.Raise):
            what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if what is None:
                for name in current:
                    add(name, caught)
            elif isinstance(what, ast.Name) and what.id in bound:
                for name in bound[what.id]:
                    add(name, caught)
            elif tail(what)[:1].isupper():
                add(tail(what), caught)
            else:
                facts.builds = True
        for child in ast.iter_child_nodes(node):
            visit(child, caught, current, bound)

    for statement in body:
        visit(statement, [], set(), {})


def _is_none(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _stub(body: list[ast.stmt]) -> bool:
    def empty(statement: ast.stmt) -> bool:
        if isinstance(statement, ast.Raise) and statement.exc is not None:
            exc = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
            return tail(exc) == "NotImplementedError"
        return isinstance(statement, ast.Pass) or (
            isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        )

    return all(map(empty, body))


def function_facts(node: ast.FunctionDef | ast.AsyncFunctionDef, in_class: bool) -> Facts:
    decorators = {tail(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list}
    args = node.args
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + args.defaults
    parameters = [Parameter(one.arg, one.annotation, default) for one, default in zip(positional, defaults)]
    if in_class and "staticmethod" not in decorators:
        parameters = parameters[1:]
    if args.vararg:
        parameters.append(Parameter(args.vararg.arg, args.vararg.annotation, None))
    parameters += [
        Parameter(one.arg, one.annotation, default) for one, default in zip(args.kwonlyargs, args.kw_defaults)
    ]
    if args.kwarg:
        parameters.append(Parameter(args.kwarg.arg, args.kwarg.annotation, None))
    facts = Facts(parameters, args.kwarg is not None, node.returns)
    facts.is_stub = _stub(node.body) or "abstractmethod" in decorators
    facts.is_property = "property" in decorators
    for one in _own(node):
        if isinstance(one, ast.Return):
            facts.returns_value |= not _is_none(one.value)
        elif isinstance(one, (ast.Yield, ast.YieldFrom)):
            facts.yields = True
            facts.yields_value |= isinstance(one, ast.YieldFrom) or not _is_none(one.value)
        elif isinstance(one, ast.Call):
            if isinstance(one.func, ast.Name) or (
                isinstance(one.func, ast.Attribute) and tail(one.func.value) in ("self", "cls")
            ):
                facts.calls.add(tail(one.func))
            if tail(one.func) not in SAFE_CALLS and not tail(one.func)[:1].isupper():
                facts.is_opaque = True
                if not (isinstance(one.func, ast.Name) and hasattr(builtins, one.func.id)):
                    facts.foreign.add(tail(one.func))
        elif isinstance(one, (ast.Subscript, ast.Assert, ast.With, ast.AsyncWith)):
            facts.is_opaque |= not isinstance(one, ast.Subscript) or not isinstance(one.slice, ast.Slice)
        elif isinstance(one, ast.BinOp):
            facts.is_opaque |= isinstance(one.op, (ast.Div, ast.FloorDiv, ast.Mod))
    if facts.returns is not None and _is_none(facts.returns):
        # `return print()` in a function annotated with `None` returns nothing of use.
        facts.returns_value = False
    _raises(node.body, facts)
    return facts


def class_facts(node: ast.ClassDef) -> Facts:
    """What the class docstring may describe: the arguments that make an instance."""
    for one in node.body:
        if isinstance(one, Function) and one.name == "__init__":
            facts = function_facts(one, True)
            facts.is_function = False
            return facts
    decorators = {tail(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list}
    fields = [
        Parameter(one.target.id, one.annotation, one.value)
        for one in node.body
        if isinstance(one, ast.AnnAssign) and "dataclass" in decorators
        and not ast.unparse(one.annotation).startswith("ClassVar")
    ]  # fmt: skip
    return Facts(fields, is_function=False)


@dataclass
class Defined:
    """A definition with a docstring."""

    name: str
    node: ast.AST
    facts: Facts
    docstring: Docstring


def definitions(source: str, style: str) -> list[Defined]:
    """Every definition that has a docstring, in the order of the text."""
    found = []

    def visit(node: ast.AST, outer: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Definition):
                name = f"{outer}.{child.name}" if outer else child.name
                text = ast.get_docstring(child, clean=False)
                if text is not None:
                    is_class = isinstance(child, ast.ClassDef)
                    facts = class_facts(child) if is_class else function_facts(child, isinstance(node, ast.ClassDef))
                    found.append(Defined(name, child, facts, read_docstring(text, style)))
                visit(child, name)
            else:
                visit(child, outer)

    visit(ast.parse(source), "")
    return found


def _reachable(tree: ast.Module) -> tuple[dict[str, Facts], set[str]]:
    """The functions of a module by bare name, and the classes it defines."""
    functions, classes = {}, set()
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                functions[child.name] = function_facts(child, isinstance(node, ast.ClassDef))
            elif isinstance(child, ast.ClassDef):
                classes.add(child.name)
    return functions, classes


def _element(annotation: ast.expr | None) -> ast.expr | None:
    """What a generator yields by its annotation."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    if not isinstance(annotation, ast.Subscript):
        return None
    inner = annotation.slice
    return inner.elts[0] if isinstance(inner, ast.Tuple) and tail(annotation.value).endswith("Generator") else inner


def _sent_back(annotation: ast.expr | None) -> ast.expr | None:
    """What a generator returns by its annotation."""
    if isinstance(annotation, ast.Subscript) and tail(annotation.value) == "Generator":
        return annotation.slice.elts[2]
    return None


def _part(entries: list[Entry]) -> object:
    """The type of a result that a docstring describes, in one part or in many."""
    parts = [parsed(entry.type) if entry.type else None for entry in entries]
    if len(parts) == 1:
        return parts[0]
    return None if None in parts else ("tuple", *parts)


def judge(source: str, style: str) -> dict[str, set[Label]]:
    """Where code and docstring part, by definition; the empty set where they do not."""
    functions, classes = _reachable(ast.parse(source))

    def through(calls: set[str], seen: set[str]) -> tuple[set[str], bool]:
        raised, builds = set(), False
        for name in calls & functions.keys() - seen:
            seen.add(name)
            inner = functions[name]
            more, built = through(inner.calls, seen)
            raised |= inner.raised | more
            builds |= inner.builds | built
        return raised, builds

    found: dict[str, set[Label]] = {}
    for one in definitions(source, style):
        facts, docstring = one.facts, one.docstring
        labels = found.setdefault(one.name, set())
        if not docstring.has_started:
            continue
        by_name = {parameter.name: parameter for parameter in facts.parameters}
        described = [entry for entry in docstring.entries("params", "keywords")]
        names = [bare(entry.name) for entry in described]
        # --- Arguments
        if facts.is_function or described:
            labels |= {("D417", name) for name in by_name if name not in names and not name.startswith("_")}
        keys = {bare(entry.name) for entry in docstring.entries("keywords")} if facts.has_kwargs else set()
        labels |= {("DOC102", name) for name in names if name not in by_name and name not in keys}
        if set(names) == set(by_name) and names != list(by_name):
            labels.add(("DOC104", ""))
        for entry in described:
            parameter = by_name.get(bare(entry.name))
            if parameter is None:
                continue
            if entry.type and parameter.annotation is not None:
                claimed, actual = parsed(entry.type), canonical(parameter.annotation)
                optional = "optional" in entry.type and isinstance(actual, frozenset)
                if optional and contradict(claimed, actual) and len(actual) == 2:
                    (actual,) = actual - {"None"}
                if contradict(claimed, actual):
                    labels.add(("DG105", parameter.name))
            default = claimed_default(entry)
            if default is not None and (parameter.default is None or not same_default(default, parameter.default)):
                labels.add(("DG106", parameter.name))
        if not facts.is_function:
            raised = facts.raised
            documented = {entry.name.rpartition(".")[2] for entry in docstring.entries("raises")}
            if described:
                labels |= {("DOC501", name) for name in raised - documented}
            labels |= {("DOC502", name) for name in documented - raised}
            continue
        # --- What comes back
        summary = docstring.lines[0] if docstring.lines[0] else docstring.lines[1]
        says = re.match(r"(Return|Yield)s? ", summary)
        if not facts.is_stub:
            if facts.returns_value and not facts.is_property and not docstring.has("returns"):
                if not (says and says[1] == "Return"):
                    labels.add(("DOC201", ""))
            entries = docstring.entries("returns")
            if docstring.has("returns") and not facts.returns_value:
                if not all((entry.type or entry.text).strip() == "None" for entry in entries):
                    labels.add(("DOC202", ""))
            if facts.yields_value and not docstring.has("yields") and not (says and says[1] == "Yield"):
                labels.add(("DOC402", ""))
            if docstring.has("yields") and not facts.yields:
                labels.add(("DOC403", ""))
        if ("DOC202", "") not in labels and docstring.has("returns"):
            annotation = _sent_back(facts.returns) if facts.yields else facts.returns
            if annotation is not None and not _is_none(annotation):
                if contradict(_part(docstring.entries("returns")), canonical(annotation)):
                    labels.add(("DG203", ""))
        if ("DOC403", "") not in labels and docstring.has("yields"):
            element = _element(facts.returns)
            if element is not None and contradict(_part(docstring.entries("yields")), canonical(element)):
                labels.add(("DG404", ""))
        # --- Exceptions
        if not facts.is_stub:
            documented = {entry.name.rpartition(".")[2]: entry.name for entry in docstring.entries("raises")}
            inherited, builds = through(facts.calls, set())
            labels |= {("DOC501", name) for name in facts.raised if name not in documented}
            for name, written in documented.items():
                if name in facts.raised | inherited or facts.builds:
                    continue
                # A class of the module comes from nowhere else, one of the project not from a builtin
                # call; a builtin one may come from many a statement.
                is_builtin = hasattr(builtins, name)
                is_sure = not facts.is_opaque if is_builtin else not facts.foreign - functions.keys()
                if name in classes or is_sure:
                    labels.add(("DOC502", written))
    return found
