"""Which names exist: in a definition, its module, its project, its imports, and in Python itself.

Everything about the project is read from its syntax trees; none of it is imported. Of the standard
library the modules are imported, for `dir` to tell what is in them.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import inspect
import io
import keyword
import re
import sys
import types
import warnings
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from evaluate_strip import (
    DEFINITIONS,
    Definition,
    Found,
    definitions,
    python_files,
    text_of,
)

WORD = re.compile(r"[^\W\d]\w*")
# Modules that do something when they are imported: print, open a browser or a window, need a display.
LOUD = {"antigravity", "this", "idlelib", "turtledemo", "turtle", "lib2to3", "tkinter", "test"}
# What models and people call values that no code spells out.
CONVENTIONS = {"self", "cls", "args", "kwargs"}


# --- Python itself -------------------------------------------------------------------------------


@functools.cache
def stdlib_module(name: str) -> types.ModuleType | None:
    """A module of the standard library, if this Python has it."""
    top = name.partition(".")[0]
    if top not in sys.stdlib_module_names or top in LOUD:
        return None
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except (ImportError, AttributeError, OSError, SystemExit):
        return None


@functools.cache
def stdlib_names() -> tuple[frozenset[str], frozenset[str]]:
    """The public names of the standard library's modules, and the members of its classes."""
    names, members = set(sys.stdlib_module_names), set()
    for module in map(stdlib_module, sorted(sys.stdlib_module_names)):
        for name, value in vars(module).items() if module else ():
            if name.startswith("_") and not name.startswith("__"):
                continue
            names.add(name)
            if isinstance(value, type):
                members.update(dir(value))
    for value in vars(builtins).values():
        members.update(dir(value))
    return frozenset(names), frozenset(members)


def is_language(name: str) -> bool:
    """Whether a name is Python's own: a keyword, a builtin, a convention."""
    return hasattr(builtins, name) or keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in CONVENTIONS


# --- The project ---------------------------------------------------------------------------------


@dataclass
class Class:
    """A class of the project."""

    name: str
    bases: list[str]
    members: set[str]


@dataclass
class Module:
    """What a file defines, assigns and imports."""

    path: str
    dotted: str
    tree: ast.Module
    text: str
    # Bound name to dotted path, relative imports resolved.
    imports: dict[str, str] = field(default_factory=dict)
    # Dotted paths of the modules that it imports everything of.
    stars: list[str] = field(default_factory=list)
    globals: set[str] = field(default_factory=set)
    classes: dict[str, list[Class]] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)

    @functools.cached_property
    def lines(self) -> list[str]:
        """The file's lines."""
        return self.text.split("\n")

    @functools.cached_property
    def names(self) -> set[str]:
        """The names that anything in the file may be spoken of by."""
        held = {one.rpartition(".")[2].partition("#")[0] for one in self.found}
        members = (one.members for some in self.classes.values() for one in some)
        parts = (part for path in self.imports.values() for part in path.split("."))
        return held.union(self.globals, self.imports, parts, *members)


class Project:
    """The names of a folder of Python files."""

    def __init__(self, folder: Path) -> None:
        """Read every file of a folder."""
        self.modules: dict[str, Module] = {}
        for path, tree in python_files(folder):
            name = path.relative_to(folder).as_posix()
            self.modules[name] = read_module(name, tree, text_of(path))
        self.by_dotted = {one.dotted: one for one in self.modules.values()}
        self.tops = {one.dotted.partition(".")[0] for one in self.modules.values()}
        self.names: set[str] = set()
        self.classes: dict[str, list[Class]] = {}
        for module in self.modules.values():
            self.names |= module.names | set(module.dotted.split("."))
            for name, some in module.classes.items():
                self.classes.setdefault(name, []).extend(some)
        reached = (path.partition(".")[0] for one in self.modules.values() for path in one.imports.values())
        self.foreign = {top for top in reached if top not in self.tops and top not in sys.stdlib_module_names}
        self.words = {word for one in self.modules.values() for word in WORD.findall(one.text)}

    def has_member(self, name: str, member: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a class of the project, by its name, has a member; a foreign base may have any."""
        if name in seen:
            return False
        for one in self.classes.get(name, []):
            if member in one.members or hasattr(type, member) or hasattr(object, member):
                return True
            for base in one.bases:
                last = base.rpartition(".")[2]
                if last in self.classes and last not in seen | {name}:
                    if self.has_member(last, member, seen | {name}):
                        return True
                elif hasattr(builtins, base):
                    if hasattr(getattr(builtins, base), member):
                        return True
                elif last not in {"Generic", "Protocol", "ABC", "Enum", "object"}:
                    return True
                elif member in stdlib_names()[1]:
                    return True
        return False


def read_module(path: str, tree: ast.Module, text: str) -> Module:
    """What a file defines, assigns and imports."""
    dotted = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    module = Module(path, dotted, tree, text)
    package = dotted if path.endswith("__init__.py") else dotted.rpartition(".")[0]
    for one in definitions(path, tree):
        module.found[one.id.partition("::")[2]] = one
        if isinstance(one.node, ast.ClassDef):
            bases = [ast.unparse(base.value if isinstance(base, ast.Subscript) else base) for base in one.node.bases]
            module.classes.setdefault(one.node.name, []).append(Class(one.node.name, bases, members(one.node)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                module.imports[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom):
            base = package
            for _ in range(max(node.level - 1, 0)):
                base = base.rpartition(".")[0]
            origin = ".".join(part for part in (base if node.level else "", node.module or "") if part)
            for alias in node.names:
                if alias.name == "*":
                    module.stars.append(origin)
                else:
                    module.imports[alias.asname or alias.name] = f"{origin}.{alias.name}"
    module.globals = set(assigned(tree.body))
    return module


def assigned(body: list[ast.stmt]) -> Iterator[str]:
    """The names that a block binds, without what functions and classes in it bind."""
    for statement in body:
        if isinstance(statement, DEFINITIONS):
            yield statement.name
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, DEFINITIONS):
                yield node.name


def members(node: ast.ClassDef) -> set[str]:
    """What a class assigns, defines or sets on itself."""
    found = set(assigned(node.body))
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) and is_self(one.value):
            found.add(one.attr)
        elif isinstance(one, ast.Assign) and any(getattr(target, "id", "") == "__slots__" for target in one.targets):
            found |= {part.value for part in ast.walk(one.value) if isinstance(part, ast.Constant)}
    return found


def is_self(node: ast.expr) -> bool:
    """Whether an expression is the instance or the class."""
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


# --- One definition ------------------------------------------------------------------------------


class Scope:
    """What the words about one definition may speak of."""

    def __init__(self, project: Project, module: Module, found: Found) -> None:
        """Take the definition's own names in."""
        self.project, self.module, self.found = project, module, found
        self.text = own_text(module, found.node)
        self.own = set(WORD.findall(self.text))
        self.of_module = module.names

    def knows(self, name: str) -> bool:
        """Whether something bears a name that stands alone."""
        return (
            is_language(name)
            or name in self.own
            or name in self.of_module
            or name in self.project.names
            or name in stdlib_names()[0]
            or name in stdlib_names()[1]
        )

    def knows_path(self, parts: list[str]) -> bool:
        """Whether a dotted name leads somewhere, as far as that can be told."""
        dotted = ".".join(parts)
        if len(parts) == 1:
            return self.knows(parts[0])
        if re.search(rf"(?<![\w.]){re.escape(dotted)}(?!\w)", self.text):
            return True
        first, rest = parts[0], parts[1:]
        if first in {"self", "cls"}:
            return self.has_own_member(rest[0]) and all(map(self.is_attribute, rest[1:]))
        if first in self.module.imports and self.leads(self.module.imports[first].split(".") + rest):
            return True
        if first in self.project.classes:
            return self.project.has_member(first, rest[0]) and all(map(self.is_attribute, rest[1:]))
        if first in self.project.tops or stdlib_module(first) or hasattr(builtins, first):
            return self.leads(parts)
        if first in self.project.foreign:
            return True
        if first in self.module.imports:
            return False
        return self.knows(first) and all(map(self.is_attribute, rest))

    def has_own_member(self, name: str) -> bool:
        """Whether the class that the definition is or stands in has a member."""
        node = self.found.node if isinstance(self.found.node, ast.ClassDef) else self.found.outer
        if isinstance(node, ast.ClassDef):
            return self.project.has_member(node.name, name)
        return self.is_attribute(name)

    def is_attribute(self, name: str) -> bool:
        """Whether some class, known or not, is seen to have an attribute."""
        return name in self.own or name in self.project.names or name in stdlib_names()[1]

    def leads(self, parts: list[str], passed: frozenset[str] = frozenset()) -> bool:
        """Whether an absolute path leads to something; into foreign packages any does."""
        if parts[0] in self.project.tops:
            for end in range(len(parts), 0, -1):
                module = self.project.by_dotted.get(".".join(parts[:end]))
                if module:
                    return self.is_in(module, parts[end:], passed)
            # A package's name that is no module of the folder: `src` layouts, namespace packages.
            return all(part in self.project.names for part in parts)
        module = stdlib_module(parts[0])
        if module or hasattr(builtins, parts[0]):
            return resolves(parts)
        return parts[0] not in sys.stdlib_module_names or parts[0] in LOUD

    def is_in(self, module: Module, rest: list[str], passed: frozenset[str] = frozenset()) -> bool:
        """Whether a module has a name, and what it stands for the names after it."""
        if not rest:
            return True
        held = {name.partition(".")[0].partition("#")[0] for name in module.found} | module.globals
        if rest[0] in module.imports and rest[0] not in held:
            return self.leads(module.imports[rest[0]].split(".") + rest[1:])
        if rest[0] not in held and "__getattr__" not in held:
            # Each module once: two may import everything of each other.
            stars = [star for star in module.stars if star not in passed]
            return any(self.leads([*star.split("."), *rest], passed | {star}) for star in stars)
        if rest[1:] and rest[0] in module.classes:
            return self.project.has_member(rest[0], rest[1]) and all(map(self.is_attribute, rest[2:]))
        return all(map(self.is_attribute, rest[1:]))


def resolves(parts: list[str]) -> bool:
    """Whether a path into the standard library or the builtins leads to something."""
    value: object = None
    for end in range(len(parts), 0, -1):
        value = stdlib_module(".".join(parts[:end]))
        if value:
            rest = parts[end:]
            break
    else:
        value, rest = builtins, parts
    for index, name in enumerate(rest):
        if not hasattr(value, name):
            return isinstance(value, type) and sets_on_self(value, name)
        value = getattr(value, name)
        if index < len(rest) - 1 and not isinstance(value, (type, types.ModuleType)) and not callable(value):
            return True
    return True


def sets_on_self(value: type, name: str) -> bool:
    """Whether instances of a class have an attribute that the class itself has not."""
    if name in getattr(value, "__annotations__", {}):
        return True
    try:
        return bool(re.search(rf"\bself\.{name}\b", inspect.getsource(value)))
    except (OSError, TypeError):
        return False


def own_text(module: Module, node: Definition) -> str:
    """A definition's source, decorators included."""
    if isinstance(node, ast.Module):
        return module.text
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return "\n".join(module.lines[first - 1 : node.end_lineno])


def header_of(module: Module, node: Definition) -> str:
    """What stands before a definition's body; of a module its path and the names in it."""
    if isinstance(node, ast.Module):
        return " ".join([module.path, *module.found])
    return "\n".join(module.lines[node.lineno - 1 : max(node.body[0].lineno - 1, node.lineno)])
