"""What a definition does, for its docstring to agree with: read from syntax trees alone."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

from drift_oracle import function_facts, tail
from evaluate_names import Module, Project
from evaluate_strip import DEFINITIONS, FUNCTIONS, Found

Function = ast.FunctionDef | ast.AsyncFunctionDef
Name = str
# Decorators that have a program show the docstring to its users, who have no arguments to give.
SHOWN = set(
    (
        "command group callback get post put patch delete head options api_route result_callback trace websocket "
        "middleware exception_handler"
    ).split()
)
NO_VALUE = {"None", "NoReturn", "Never"}
ANY = "any exception"


@dataclass
class Parameter:
    """A parameter that callers give."""

    # With its stars.
    name: str
    annotation: ast.expr | None
    default: ast.expr | None


@dataclass
class Raised:
    """What may leave a body."""

    # Raised by name, where no handler stands around it.
    sure: set[Name] = field(default_factory=set)
    # Those, and what is raised again, or out of a handler, or may be taken by one.
    maybe: set[Name] = field(default_factory=set)


@dataclass
class Facts:
    """What the tree says of a function."""

    parameters: list[Parameter]
    # `None`: either is right.
    returns: bool | None
    yields: bool
    raised: Raised
    # Whether a program may show the docstring to its users, who care for no sections.
    is_shown: bool


class Raising:
    """Which exceptions leave which functions of a project, through any number of calls."""

    def __init__(self, project: Project) -> None:
        """Read every function's own raises and calls."""
        self.project = project
        self.own: dict[int, Raised] = {}
        self.calls: dict[int, list[tuple[int, list[set[Name]]]]] = {}
        by_name: dict[str, list[Function]] = {}
        for module in project.modules.values():
            for one in module.found.values():
                if isinstance(one.node, FUNCTIONS):
                    by_name.setdefault(one.node.name, []).append(one.node)
                elif isinstance(one.node, ast.ClassDef):
                    by_name.setdefault(one.node.name, []).extend(constructors(one.node))
        for module in project.modules.values():
            for one in module.found.values():
                if not isinstance(one.node, FUNCTIONS):
                    continue
                walk = Walk(self)
                walk.block(one.node.body, [], set(), {})
                self.own[id(one.node)] = walk.raised
                self.calls[id(one.node)] = [
                    (id(callee), caught)
                    for name, caught in walk.calls
                    for callee in by_name.get(renamed(module, name), [])
                ]

    def comes_of_calls(self, node: Function, name: Name) -> bool:
        """Whether an exception may come out of what a function calls, however far down."""
        seen, waiting = {id(node)}, [id(node)]
        while waiting:
            for callee, caught in self.calls[waiting.pop()]:
                if callee in seen or self.is_taken(name, caught):
                    continue
                if name in self.own[callee].maybe:
                    return True
                seen.add(callee)
                waiting.append(callee)
        return False

    def is_taken(self, name: Name, caught: list[set[Name]]) -> bool:
        """Whether a handler takes an exception."""
        return any(self.derives(name, one) for handlers in caught for one in handlers)

    def derives(self, name: Name, base: Name, seen: frozenset[str] = frozenset()) -> bool:
        """Whether one exception is another, or a kind of it, as far as that can be told."""
        if base in {ANY, name, "BaseException"}:
            return True
        known, other = getattr(builtins, name, None), getattr(builtins, base, None)
        if isinstance(known, type):
            return isinstance(other, type) and issubclass(known, other)
        bases = [one.rpartition(".")[2] for some in self.project.classes.get(name, []) for one in some.bases]
        if not bases:
            # A foreign class: most derive from `Exception`.
            return base == "Exception"
        return any(self.derives(one, base, seen | {name}) for one in bases if one not in seen)


def renamed(module: Module, name: str) -> str:
    """The name that an imported function was given where it is defined."""
    return module.imports.get(name, name).rpartition(".")[2]


def constructors(node: ast.ClassDef) -> Iterator[Function]:
    """The methods that making an instance calls."""
    for one in node.body:
        if isinstance(one, FUNCTIONS) and one.name in {"__init__", "__new__", "__post_init__", "__call__"}:
            yield one


class Walk:
    """One walk through a function's body."""

    def __init__(self, raising: Raising) -> None:
        """Begin with nothing raised."""
        self.raising = raising
        self.raised = Raised()
        self.calls: list[tuple[str, list[set[Name]]]] = []

    def block(
        self, body: list[ast.stmt], caught: list[set[Name]], current: set[Name], bound: dict[str, set[Name]]
    ) -> None:
        """Walk through statements; `current` is what the handler around them took."""
        for statement in body:
            self.node(statement, caught, current, bound)

    def node(self, node: ast.AST, caught: list[set[Name]], current: set[Name], bound: dict[str, set[Name]]) -> None:
        """Walk through a node."""
        if isinstance(node, (*DEFINITIONS, ast.Lambda)):
            return
        if isinstance(node, (ast.Try, ast.TryStar)):
            taken = set().union(*(handled(one) for one in node.handlers))
            self.block(node.body, [*caught, taken], current, bound)
            for handler in node.handlers:
                names = handled(handler)
                again = {**bound, handler.name: names} if handler.name else bound
                self.block(handler.body, caught, names, again)
            self.block([*node.orelse, *node.finalbody], caught, current, bound)
            return
        if isinstance(node, (ast.With, ast.AsyncWith)) and any(map(is_suppressing, node.items)):
            taken = {tail(one) for item in node.items for one in getattr(item.context_expr, "args", [])}
            self.block(node.body, [*caught, taken], current, bound)
            return
        if isinstance(node, ast.Raise):
            self.raises(node, caught, current, bound)
        if isinstance(node, ast.Call):
            self.calls.append((tail(node.func), caught))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            made = tail(node.value.func)
            for target in node.targets:
                if isinstance(target, ast.Name) and is_class_name(made):
                    bound[target.id] = {made}
        for child in ast.iter_child_nodes(node):
            self.node(child, caught, current, bound)

    def raises(self, node: ast.Raise, caught: list[set[Name]], current: set[Name], bound: dict[str, set[Name]]) -> None:
        """Take a `raise` in."""
        what = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        while (
            isinstance(what, ast.Attribute)
            and what.attr in {"with_traceback", "add_note"}
            and isinstance(what.value, ast.Call)
        ):
            what = what.value.func
        if what is None:
            self.raised.maybe |= {name for name in current if not self.raising.is_taken(name, caught)}
        elif isinstance(what, ast.Name) and what.id in bound:
            self.raised.maybe |= {name for name in bound[what.id] if not self.raising.is_taken(name, caught)}
        elif is_class_name(tail(what)) and not is_of_instance(what):
            self.raised.maybe.add(tail(what))
            if not self.raising.is_taken(tail(what), caught):
                self.raised.sure.add(tail(what))
        elif tail(what):
            self.raised.maybe.add(tail(what))


def handled(handler: ast.ExceptHandler) -> set[Name]:
    """What a handler takes."""
    if handler.type is None:
        return {ANY}
    return {tail(one) for one in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])}


def is_suppressing(item: ast.withitem) -> bool:
    """Whether a context manager is `contextlib.suppress`."""
    return isinstance(item.context_expr, ast.Call) and tail(item.context_expr.func) == "suppress"


def is_class_name(name: str) -> bool:
    """Whether a name is spelled as classes are, not as constants."""
    return name[:1].isupper() and not (name.isupper() and len(name) > 1)


def is_of_instance(node: ast.expr) -> bool:
    """Whether an expression is an attribute of the instance, near or far, which may hold any class."""
    while isinstance(node, ast.Attribute):
        node = node.value
        if isinstance(node, ast.Name) and node.id in {"self", "cls"}:
            return True
    return False


def facts_of(raising: Raising, found: Found) -> Facts:
    """The facts of a function."""
    node = found.node
    assert isinstance(node, FUNCTIONS)
    is_method = isinstance(found.outer, ast.ClassDef)
    known = function_facts(node, is_method)
    decorators = {tail(one.func if isinstance(one, ast.Call) else one) for one in node.decorator_list}
    is_property = any("property" in name for name in decorators) or bool(decorators & {"getter", "setter", "deleter"})
    returns: bool | None = known.returns_value
    if is_property:
        # A property is told by its summary; a linter that wants the section is right as well.
        returns = None if returns or node.returns is not None else False
    elif known.yields:
        returns = False if not known.returns_value else None
    elif node.returns is not None:
        annotation = ast.unparse(node.returns).strip("'\"").rpartition(".")[2]
        returns = annotation not in NO_VALUE and (known.returns_value or known.is_stub)
    return Facts(
        parameters=[one for one in parameters(node, found) if one.name.strip("*_")],
        returns=returns,
        yields=known.yields,
        raised=raising.own[id(node)],
        is_shown=bool(decorators & SHOWN),
    )


def parameters(node: Function, found: Found) -> list[Parameter]:
    """The parameters that callers give, in the signature's order."""
    args = node.args
    decorators = {tail(one) for one in node.decorator_list}
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + args.defaults
    given = [Parameter(one.arg, one.annotation, default) for one, default in zip(positional, defaults)]
    if isinstance(found.outer, ast.ClassDef) and not decorators & {"staticmethod", "abstractstaticmethod"}:
        given = given[1:]
    if args.vararg:
        given.append(Parameter("*" + args.vararg.arg, args.vararg.annotation, None))
    given += [Parameter(one.arg, one.annotation, value) for one, value in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg:
        given.append(Parameter("**" + args.kwarg.arg, args.kwarg.annotation, None))
    return given
