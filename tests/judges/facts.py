"""Compare `docgen analyze` with Python's own `ast`, and its complexity with radon's.

    facts.py TREE...

    DOCGEN  the program (default: target/release/docgen)

Per function: name, line, async, parameters with kind, annotation and default text, return
annotation, decorators, docstring value; per class: name, line, bases, docstring. radon, where it
is installed, judges the cyclomatic complexity. Prints how many were compared and every
difference, and exits with 1 if there is any.
"""

import ast
import json
import os
import subprocess
import sys
import tokenize
from pathlib import Path

try:
    from radon.visitors import ComplexityVisitor
except ImportError:
    ComplexityVisitor = None

ROOT = Path(__file__).resolve().parents[2]
DOCGEN = os.environ.get("DOCGEN", str(ROOT / "target/release/docgen"))
SHOWN = 20


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


def facts_of(tree, lines):
    """Facts of every definition, by line and name, in the order of the text."""
    found = {}

    def visit(node, outer):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = f"{outer}.{child.name}" if outer else child.name
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
                found[child.lineno, child.name] = fact
                visit(child, name)
            else:
                visit(child, outer)

    visit(tree, "")
    return found


def facts_by_docgen(definition):
    fact = {
        "qualified_name": definition["qualified_name"].split("#")[0],
        "docstring": definition["docstring"],
        "decorators": [one["text"] for one in definition["decorators"]],
    }
    if "class" in definition["kind"]:
        fact["bases"] = definition["bases"]
    else:
        fact["async"] = definition["async"]
        fact["parameters"] = definition["signature"]["parameters"]
        fact["returns"] = definition["signature"]["returns"]
    return fact


def complexities(source):
    found = {}

    def functions(list_of_functions):
        for one in list_of_functions:
            found[one.lineno, one.name] = one.complexity
            functions(one.closures)

    def classes(list_of_classes):
        for one in list_of_classes:
            functions(one.methods)
            classes(one.inner_classes)

    visitor = ComplexityVisitor.from_ast(source)
    functions(visitor.functions)
    classes(visitor.classes)
    return found


def lines_of(source):
    """Lines as Python counts them: a form feed or U+2028 ends none."""
    return source.splitlines(keepends=True) if source.isascii() and "\f" not in source else [
        line + "\n" for line in source.split("\n")
    ]


def plain(name):
    """`#2` on any part of a path tells definitions of one name apart; Python does not."""
    return ".".join(part.split("#")[0] for part in name.split("."))


def main(trees):
    compared = differences = measured = skipped = 0
    for tree in trees:
        run = subprocess.run(
            [DOCGEN, "analyze", tree, "--format", "json", "--isolated", "--no-respect-gitignore"],
            stdout=subprocess.PIPE,
            check=False,
        )
        for file in json.loads(run.stdout)["files"]:
            if not file["path"].endswith(".py"):
                continue
            try:
                source = source_of(file["path"])
                parsed = ast.parse(source)
            except (SyntaxError, UnicodeDecodeError, LookupError):
                skipped += 1  # newer than the Python that judges
                continue
            expected = facts_of(parsed, lines_of(source))
            radon = complexities(parsed) if ComplexityVisitor else {}
            definitions = [one for one in file["definitions"] if one["kind"] not in ("module", "package")]
            faults = []
            for definition in definitions:
                key = definition["line"], definition["name"]
                wanted = expected.pop(key, None)
                definition["qualified_name"] = plain(definition["qualified_name"])
                got = facts_by_docgen(definition)
                compared += 1
                if wanted != got:
                    faults.append((key, wanted, got))
                cyclomatic = (definition["complexity"] or {}).get("cyclomatic")
                if cyclomatic is not None and key in radon:
                    measured += 1
                    if radon[key] != cyclomatic:
                        faults.append((key, f"radon {radon[key]}", f"docgen {cyclomatic}"))
            faults += [(key, wanted, None) for key, wanted in expected.items()]
            for key, wanted, got in faults:
                differences += 1
                if differences <= SHOWN:
                    print(f"{file['path']}:{key[0]} {key[1]}\n  Python: {wanted}\n  docgen: {got}")
    print(
        f"{compared} definitions compared with ast, {measured} functions with radon, "
        f"{differences} different, {skipped} files that this Python does not take"
    )
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
