#!/usr/bin/env python3
"""Compare what silences a missing docstring for docgen and for ruff.

Usage: suppressions.py

Each comment of fixtures/suppressions/comments.txt is put into several places of a small module;
the modules beside it are taken as they are. The environment and the exit
status are those of missing_rules.py.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

import missing_rules

FIXTURES = missing_rules.ROOT / "fixtures" / "suppressions"
PLACES = {
    "behind_header": "import os\n\ndef f():  {}\n    pass\n\ndef g():\n    pass\n",
    "behind_one_liner": "import os\n\ndef f(): pass  {}\ndef g(): pass\n",
    "above": "import os\n\n{}\ndef f():\n    pass\n\ndef g():\n    pass\n",
    "first": "{}\nimport os\n\ndef f():\n    pass\n",
    "last": "import os\n\ndef f():\n    pass\n{}",
    "in_body": "import os\n\ndef f():\n    {}\n    pass\n\ndef g():\n    pass\n",
    "behind_body": "import os\n\ndef f():\n    pass  {}\n\ndef g():\n    pass\n",
    "in_parameters": "import os\n\ndef f(\n    {}\n    a,\n):\n    pass\n",
    "behind_parenthesis": "import os\n\ndef f(\n    a,\n):  {}\n    pass\n",
    "behind_decorator": "import os\n\n@os.x  {}\ndef f():\n    pass\n",
    "above_decorator": "import os\n\n{}\n@os.x\ndef f():\n    pass\n",
    "behind_string": 'import os\n\ndef f(a="""\n"""):  {}\n    pass\n',
    "behind_continuation": "import os\n\ndef \\\n    f():  {}\n    pass\n",
    "crlf": "import os\r\n\r\n{}\r\ndef f():  {}\r\n    pass\r\n",
    "indented": "if 1:\n    {}\n    def f():\n        pass\n\ndef g():\n    pass\n",
}


def write_variants(tree: Path) -> Counter[str]:
    """Write a module for each comment at each place.

    Args:
        tree: The folder to write to.

    Returns:
        How many modules there are of each sort.
    """
    comments = (FIXTURES / "comments.txt").read_text(encoding="utf-8").splitlines()
    written: Counter[str] = Counter()
    for place, source in PLACES.items():
        for number, comment in enumerate(comments, 1):
            module = tree / place / f"line{number:03}.py"
            module.parent.mkdir(exist_ok=True)
            module.write_bytes(source.replace("{}", comment).encode())
            written["comments at places"] += 1
    for module in FIXTURES.glob("*.py"):
        shutil.copy(module, tree)
        written["modules of their own"] += 1
    return written


def main() -> int:
    """Compare them all.

    Returns:
        The exit status.
    """
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        written = write_variants(tree)
        try:
            ruff, docgen = missing_rules.by_ruff(tree), missing_rules.by_docgen(tree)
        except missing_rules.Unusable as error:
            print(f"suppressions.py: {error}", file=sys.stderr)
            return 2
        for sort, count in written.items():
            print(f"{sort}: {count}")
        print(f"ruff {len(ruff)}, docgen {len(docgen)}, both {len(ruff & docgen)}")
        missing_rules._show("only ruff", ruff - docgen)
        missing_rules._show("only docgen", docgen - ruff)
        return 0 if ruff == docgen else 1


if __name__ == "__main__":
    raise SystemExit(main())
