"""Which names a docstring mentions: all in quoted code, and outside of it what can be nothing else."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator

from evaluate_names import Scope

QUOTED = re.compile(r"(?::[\w:+-]+:)?(?:``(.+?)``|`([^`]+)`)(?!`)", re.S)
TARGET = re.compile(r"^.*<([^<>]+)>$", re.S)
CHAIN = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
PROSE = re.compile(r"(?<![\w/.@:#&%$\\-])[^\W\d]\w*(?:\.[^\W\d]\w*)*(?:\(\))?(?![\w/@-])")
# Products and other words that have a capital inside.
PRODUCTS = set(
    (
        "GitHub GitLab JavaScript TypeScript OpenAI MacOS macOS YouTube LaTeX PyPI NumPy SciPy SQLAlchemy PostgreSQL "
        "MySQL SQLite MongoDB OAuth OAuth2 WebSocket WebSockets IPv4 IPv6 iOS iPhone PowerShell StackOverflow "
        "reStructuredText CamelCase camelCase PascalCase JSONPath ReST GraphQL FastAPI PyCharm IPython PySide CPython "
        "PyPy OpenSSL LibreSSL URLs IDs APIs JSONs PDFs HTTPBin DevTools MarkupSafe ItsDangerous WSGIServer PyScript "
        "WebAssembly VSCode InterSphinx TeX BibTeX McCabe MiB KiB GiB kB MHz GHz kHz eBPF DataFrame"
    ).split()
)
ENDINGS = set(
    (
        "com org net io dev edu py pyi md txt rst json toml yaml yml ini cfg html css js env log csv xml svg png jpg "
        "pdf zip gz tar exe sh lock db g e pem crt key so a m S d"
    ).split()
)
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
