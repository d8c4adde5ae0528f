"""Compare `docgen analyze` with Python's own `ast`, and its complexity with radon's and complexipy's.

    facts.py TREE...

    DOCGEN  the program (default: target/release/docgen)

Of every function: qualified name, line, whether it is async, parameters with kind, annotation and
default text, return annotation, decorators, whether its own body yields, awaits or returns a value,
docstring; of every class: qualified name, line, bases, decorators, docstring; of every module: its
docstring; all judged by `ast`. radon judges the cyclomatic complexity and complexipy the cognitive
one. Prints how many were compared and how many differ, fact by fact, and the first differences;
exits with 1 if there is any, or if docgen could not read what Python reads.
"""

import ast
import json
import os
import subprocess
import sys
import tokenize
import warnings
from collections import Counter
from pathlib import Path

import complexipy
from radon.visitors import ComplexityVisitor

ROOT = Path(__file__).resolve().parents[2]
DOCGEN = os.environ.get("DOCGEN", str(ROOT / "target/release/docgen"))
SHOWN = 20
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
MISSING = "no such definition"


def source_of(path):
    with tokenize.open(path) as file:
        return file.read()


def text(node, lines):
    """What `ast.get_source_segment` gives, from lines split once."""
    if node is None:
        return None
    first, last = node.lineno - 1, node.end_lineno - 1
    part = [line.encode() for line in lines[first : last + 1]]
    part[-1] = part[-1][: node.end_col_offset]
    part[0] = part[0][node.col_offset :]
    return b"".join(part).decode()


def parameters(node, lines):
    args = node.args
    positional = args.posonlyargs + args.args
    defaults = [None] * (len(positional) - len(args.defaults)) + args.defaults
    kinds = ["positional_only"] * len(args.posonlyargs)
    kinds += ["positional_or_keyword"] * len(args.args)
    found = list(zip(positional, kinds, defaults))
    if args.vararg:
        found.append((args.vararg, "var_positional", None))
    found += [(arg, "keyword_only", default) for arg, default in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg:
        found.append((args.kwarg, "var_keyword", None))
    return [
        {
            "name": arg.arg,
            "kind": kind,
            "annotation": text(arg.annotation, lines),
            "default": text(default, lines),
        }
        for arg, kind, default in found
    ]


def own_body(function):
    """The nodes of a function's body, without those of functions, classes and lambdas in it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        yield node
        if not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
        else:
            # What a default does, the function does.
            waiting += [one for one in node.args.defaults + node.args.kw_defaults if one]


def behaviour(function):
    facts = {"yields": False, "awaits": False, "returns_value": False}
    for node in own_body(function):
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            facts["yields"] = True
        elif isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
            facts["awaits"] = True
        elif isinstance(node, COMPREHENSIONS):
            facts["awaits"] |= any(one.is_async for one in node.generators)
        elif isinstance(node, ast.Return):
            nothing = node.value is None or (
                isinstance(node.value, ast.Constant) and node.value.value is None
            )
            facts["returns_value"] |= not nothing
    return facts


def facts_of(tree, source):
    """Facts of every definition, by line and name."""
    lines = lines_of(source)
    cyclomatic, cognitive = by_radon(tree), Cognitive(source, lines)
    found = {}

    def visit(node, outer):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (*FUNCTIONS, ast.ClassDef)):
                name = f"{outer}.{child.name}" if outer else child.name
                key = child.lineno, child.name
                fact = {
                    "qualified_name": name,
                    "docstring": ast.get_docstring(child, clean=False),
                    "decorators": [text(one, lines) for one in child.decorator_list],
                }
                if isinstance(child, ast.ClassDef):
                    fact["bases"] = [text(one, lines) for one in child.bases]
                else:
                    fact["async"] = isinstance(child, ast.AsyncFunctionDef)
                    fact["parameters"] = parameters(child, lines)
                    fact["returns"] = text(child.returns, lines)
                    fact.update(behaviour(child))
                    fact["cyclomatic"] = cyclomatic.get(key) or by_radon_alone(child)
                    fact["cognitive"] = cognitive.of(child)
                found[key] = fact
                visit(child, name)
            else:
                visit(child, outer)

    found["module"] = {"docstring": ast.get_docstring(tree, clean=False)}
    visit(tree, "")
    return found


def facts_by_docgen(definition):
    fact = {
        "qualified_name": plain(definition["qualified_name"]),
        "docstring": definition["docstring"],
        "decorators": [one["text"] for one in definition["decorators"]],
        "bases": definition["bases"],
        "async": definition["async"],
        **definition["facts"],
    }
    if definition["signature"]:
        fact["parameters"] = definition["signature"]["parameters"]
        fact["returns"] = definition["signature"]["returns"]
    if definition["complexity"]:
        fact["cyclomatic"] = definition["complexity"]["cyclomatic"]
        fact["cognitive"] = definition["complexity"]["cognitive"]
    return fact


def by_radon(tree):
    found = {}

    def functions(list_of_functions):
        for one in list_of_functions:
            found[one.lineno, one.name] = one.complexity
            functions(one.closures)

    def classes(list_of_classes):
        for one in list_of_classes:
            functions(one.methods)
            classes(one.inner_classes)

    visitor = ComplexityVisitor.from_ast(tree)
    functions(visitor.functions)
    classes(visitor.classes)
    return found


def by_radon_alone(function):
    """radon lists no function of a class that is inside a function: it is shown that one alone."""
    return next(iter(by_radon(ast.Module([function], [])).values()))


class Cognitive:
    """Cognitive complexity as complexipy counts it, by the line where a function begins."""

    def __init__(self, source, lines):
        self.lines = lines
        self.known = self.ask(source)

    @staticmethod
    def ask(source):
        # An ignore comment would hide a function.
        try:
            answer = complexipy.code_complexity(source, no_ignore=True, with_plans=False)
        except ValueError:
            return {}  # complexipy cannot parse it; no answer counts as a difference
        return {one.line_start: one.complexity for one in answer.functions}

    def of(self, function):
        decorators = [one.lineno for one in function.decorator_list]
        first = min([function.lineno, *decorators])
        if first in self.known:
            return self.known[first]
        # complexipy lists no function that is inside another: it is shown this one's lines
        # alone, in a block that makes their indentation right.
        alone = "if 1:\n" + "".join(self.lines[first - 1 : function.end_lineno])
        return self.ask(alone).get(2)


def lines_of(source):
    """Lines as Python counts them: a form feed or U+2028 ends none."""
    return source.splitlines(keepends=True) if source.isascii() and "\f" not in source else [
        line + "\n" for line in source.split("\n")
    ]


def plain(name):
    """`#2` on any part of a path tells definitions of one name apart; Python does not."""
    return ".".join(part.split("#")[0] for part in name.split("."))


class Tally:
    """How often each fact was compared, and what differed."""

    def __init__(self):
        self.compared = Counter()
        self.different = Counter()
        self.shown = 0

    def fact(self, place, fact, wanted, got):
        self.compared[fact] += 1
        if wanted != got:
            self.different[fact] += 1
            self.shown += 1
            if self.shown <= SHOWN:
                print(f"{place}: {fact}\n  expected: {wanted!r}\n  docgen:   {got!r}")

    def file(self, path, expected, definitions):
        for definition in definitions:
            kind, line, name = definition["kind"], definition["line"], definition["name"]
            key = "module" if kind in ("module", "package") else (line, name)
            place = f"{path}:{line} {name}"
            wanted = expected.pop(key, None)
            self.fact(place, "definition", True, wanted is not None)
            got = facts_by_docgen(definition)
            for fact, value in (wanted or {}).items():
                self.fact(place, fact, value, got.get(fact, MISSING))
        for key in expected:
            self.fact(f"{path}:{key}", "definition", True, False)

    def summary(self):
        for fact, count in self.compared.items():
            judge = {"cyclomatic": "radon", "cognitive": "complexipy"}.get(fact, "ast")
            print(f"{fact:14} {judge:10} {count:8} compared {self.different[fact]:6} different")


def main(trees):
    warnings.simplefilter("ignore")  # what Python thinks of the trees' own escapes
    sys.setrecursionlimit(20_000)
    tally = Tally()
    skipped = 0
    for tree in trees:
        run = subprocess.run(
            [DOCGEN, "analyze", tree, "--format", "json", "--isolated", "--no-respect-gitignore"],
            stdout=subprocess.PIPE,
            check=False,
        )
        analysis = json.loads(run.stdout)
        for file in analysis["files"]:
            path = file["path"]
            if not path.endswith(".py"):
                continue
            try:
                source = source_of(path)
                expected = facts_of(ast.parse(source), source)
            except (SyntaxError, UnicodeDecodeError, LookupError):
                skipped += 1  # newer than the Python that judges
                continue
            tally.file(path, expected, file["definitions"])
        for finding in analysis["diagnostics"]:
            try:
                ast.parse(source_of(finding["path"]))
            except (SyntaxError, ValueError, LookupError):
                continue
            tally.fact(finding["path"], "readable", True, finding["message"])
    tally.summary()
    print(f"{skipped} files that this Python does not take")
    return 1 if tally.different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
