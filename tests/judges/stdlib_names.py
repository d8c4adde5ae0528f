#!/usr/bin/env python3
"""Writes src/python/standard_library.txt: the public names of Python's standard library.

    python3 tests/judges/stdlib_names.py TYPESHED

TYPESHED is a `stdlib` folder of typeshed's stubs (the `mypy` package ships one as
`mypy/typeshed/stdlib`): they know every platform and every supported Python at once. What the running
Python's own modules hold is added, since stubs leave some of it out. A name that any Python from 3.10 on
has, on any platform, is a name that exists.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import datetime
import importlib
import io
import pathlib
import platform
import re
import sys
import warnings

OLDEST = (3, 10)
NEWEST = (3, 14)
# Hundreds of constants that no docstring speaks of.
CONSTANTS_LEFT_OUT = ("curses", "socket", "sqlite3", "termios")
# Modules whose classes are told one by one, as far as this Python has them.
TOLD_CLASSES = (
    "argparse asyncio builtins collections configparser contextlib csv datetime decimal enum fractions io logging "
    "pathlib queue random re subprocess tempfile threading types uuid zipfile"
).split()
OUTPUT = pathlib.Path(__file__).parents[2] / "src/python/standard_library.txt"
# Python's own tests and tools for it; importing the others has an effect.
LEFT_OUT = re.compile(
    r"^_|\._|^(this|antigravity|posix|nt|ossaudiodev|sre_\w+|sqlite3\.dbapi2|tkinter\.tix|nturl2path|opcode|pyexpat|xxlimited\w*)$"
    r"|^(test|idlelib|lib2to3|distutils|encodings|pydoc_data|turtledemo|ensurepip|msilib|venv)\b"
)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def versions(folder: pathlib.Path) -> dict[str, tuple[tuple[int, int], tuple[int, int]]]:
    """The first and the last Python that has each module, by typeshed's VERSIONS file."""
    found = {}
    for line in (folder / "VERSIONS").read_text().splitlines():
        if match := re.match(r"([\w.]+): (\d+)\.(\d+)-(?:(\d+)\.(\d+))?", line):
            name, *numbers = match.groups()
            first, last = numbers[:2], numbers[2:]
            end = (int(last[0]), int(last[1])) if last[0] else NEWEST
            found[name] = ((int(first[0]), int(first[1])), end)
    return found


def is_current(module: str, ranges: dict) -> bool:
    """Whether a supported Python has the module: its own range counts, else its package's."""
    while module not in ranges:
        if "." not in module:
            return False
        module = module.rpartition(".")[0]
    return ranges[module][1] >= OLDEST


class Stub:
    """What a stub declares, whatever the version and platform."""

    def __init__(self, module: str, path: pathlib.Path) -> None:
        self.module = module
        self.is_package = path.name == "__init__.pyi"
        self.names: set[str] = set()
        self.members: set[str] = set()
        self.stars: set[str] = set()
        self.classes: dict[str, set[str]] = {}
        self.read(ast.parse(path.read_text()).body)

    def read(self, body: list[ast.stmt]) -> None:
        for statement in body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.names.add(statement.name)
                case ast.ClassDef():
                    self.names.add(statement.name)
                    before, self.members = self.members, set()
                    self.read_class(statement.body)
                    self.classes.setdefault(statement.name, set()).update(self.members)
                    self.members |= before
                case ast.Assign(targets=targets):
                    self.names.update(one.id for one in targets if isinstance(one, ast.Name))
                case ast.AnnAssign(target=ast.Name(id=name)):
                    self.names.add(name)
                case ast.Import(names=aliases):
                    # `import x as x` exports the name.
                    self.names.update(one.asname for one in aliases if one.asname == one.name)
                case ast.ImportFrom(module=source, names=aliases, level=level):
                    origin = self.absolute(source, level)
                    for one in aliases:
                        if one.name == "*":
                            self.stars.add(origin)
                        elif one.asname == one.name or (self.is_package and origin.startswith(self.module)):
                            self.names.add(one.asname or one.name)
                case ast.If() | ast.Try():
                    self.read(statement.body)
                    self.read(statement.orelse)

    def read_class(self, body: list[ast.stmt]) -> None:
        for statement in body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.members.add(statement.name)
                case ast.ClassDef():
                    self.members.add(statement.name)
                    self.read_class(statement.body)
                case ast.Assign(targets=targets):
                    self.members.update(one.id for one in targets if isinstance(one, ast.Name))
                case ast.AnnAssign(target=ast.Name(id=name)):
                    self.members.add(name)
                case ast.If():
                    self.read_class(statement.body)
                    self.read_class(statement.orelse)

    def absolute(self, source: str | None, level: int) -> str:
        if level == 0:
            return source or ""
        parts = self.module.split(".")
        base = parts if self.is_package else parts[:-1]
        base = base[: len(base) - (level - 1)]
        return ".".join([*base, source] if source else base)


def stubs(folder: pathlib.Path) -> dict[str, Stub]:
    """The stubs of modules that a supported Python has."""
    ranges = versions(folder)
    found = {}
    for path in sorted(folder.rglob("*.pyi")):
        parts = path.relative_to(folder).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if is_current(module, ranges):
            found[module] = Stub(module, path)
    return found


def exported(module: str, all_stubs: dict[str, Stub], seen: frozenset[str] = frozenset()) -> set[str]:
    """A stub's names with those that it takes from others by a star."""
    stub = all_stubs.get(module)
    if stub is None or module in seen:
        return set()
    names = set(stub.names)
    for origin in stub.stars:
        names |= {name for name in exported(origin, all_stubs, seen | {module}) if not name.startswith("_")}
    return names


def running(modules: dict[str, set[str]], members: set[str]) -> None:
    """Adds what this Python's own modules hold."""
    names = [*modules, *(name for name in sys.stdlib_module_names if not LEFT_OUT.match(name))]
    for name in names:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(BaseException):
            module = importlib.import_module(name)
            held = modules.setdefault(name, set())
            public = getattr(module, "__all__", None) or [
                one for one, value in vars(module).items() if not isinstance(value, type(sys))
            ]
            held.update(public)
            for value in list(vars(module).values()):
                is_widget = name.startswith(("tkinter", "turtle"))
                if isinstance(value, type) and not is_widget and value.__module__ in (name, "builtins", f"_{name}"):
                    members.update(vars(value))


def classes(all_stubs: dict[str, Stub]) -> dict[str, set[str]]:
    """The members of classes that programs use most, by dotted name, those of their bases too."""
    found = {}
    for module in TOLD_CLASSES:
        for name, value in vars(importlib.import_module(module)).items():
            if not isinstance(value, type) or name.startswith("_") or issubclass(value, BaseException):
                continue
            # What stands there from elsewhere is told there.
            if value.__module__.lstrip("_").startswith(module) or module in ("asyncio", "re", "io"):
                stubbed = all_stubs[module].classes.get(name, set())
                found[f"{module}.{name}"] = stubbed | set(dir(value)) - set(dir(object))
    return found


def public(names: set[str]) -> list[str]:
    """The names that a text may speak of: no private ones; special ones with underscores at both ends."""
    return sorted(
        name for name in names
        if NAME.fullmatch(name) and (not name.startswith("_") or re.fullmatch(r"__\w+__", name))
    )


def plain(names: set[str]) -> list[str]:
    """Names without underscores around them; special methods are known of all classes together."""
    return [name for name in public(names) if not name.startswith("_")]


def main() -> None:
    """Write the file."""
    warnings.simplefilter("ignore")
    all_stubs = stubs(pathlib.Path(sys.argv[1]))
    shown = [name for name in all_stubs if not LEFT_OUT.match(name)]
    modules = {name: exported(name, all_stubs) for name in shown}
    # Widgets have thousands that nothing else has.
    told = [name for name in shown if not name.startswith(("tkinter", "turtle"))]
    members = set().union(*(all_stubs[name].members for name in told))
    running(modules, members)
    members |= {"__all__", "__cached__", "__file__", "__loader__", "__main__", "__package__", "__path__", "__spec__"}
    for name, names in modules.items():
        if name != "builtins":
            names -= {one for one in names if one.startswith("__")}
    # A package holds its modules.
    for name in list(modules):
        package, _, last = name.rpartition(".")
        if package in modules:
            modules[package].add(last)
    modules["builtins"] |= set(dir(builtins))
    modules["os.path"] = modules.pop("posixpath") | modules.pop("ntpath")
    for name in CONSTANTS_LEFT_OUT:
        modules[name] = {one for one in modules[name] if not one.isupper()}
    lines = [
        f"# Python's standard library, {'.'.join(map(str, OLDEST))} to {'.'.join(map(str, NEWEST))}: each module with its public names.",
        f"# Made by tests/judges/stdlib_names.py on {datetime.date.today()} from typeshed's stubs and CPython {platform.python_version()}.",
        "# Lines that begin with a colon have a class's members.",
        "# The last line has the names of its classes' members, for all classes together.",
    ]
    lines += [" ".join([name, *public(modules[name])]) for name in sorted(modules) if public(modules[name])]
    lines += [" ".join([":" + name, *plain(held)]) for name, held in sorted(classes(all_stubs).items()) if plain(held)]
    lines.append(" ".join([".", *public(members)]))
    OUTPUT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
