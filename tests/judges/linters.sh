#!/usr/bin/env bash
# Documents a copy of fixtures/shop offline; ruff, black and pydoclint must find nothing in it.
#
#   DOCGEN         the program (default: target/release/docgen)
#   DOCGEN_JUDGES  where the linters are kept (default: target/judges)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
docgen=${DOCGEN:-$root/target/release/docgen}
if [ ! -x "$docgen" ]; then
    echo "linters.sh: no program at $docgen; build it or set DOCGEN" >&2
    exit 2
fi
docgen=$(cd "$(dirname "$docgen")" && pwd)/$(basename "$docgen")

venv=$("$here/venv.sh")
bin=$venv/bin
export PYTHONDONTWRITEBYTECODE=1 RUFF_NO_CACHE=true

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/before" "$work/after"
cp -R "$root/fixtures/shop/." "$work/before"
cp -R "$root/fixtures/shop/." "$work/after"

failed=0
# judge NAME COMMAND...: runs the command, shows what it printed if it fails.
judge() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        printf '  ok      %s\n' "$name"
    else
        printf '  FAILED  %s\n' "$name"
        sed 's/^/          /' "$work/log"
        failed=1
    fi
}

cd "$work"
echo "linters: fixtures/shop, documented offline"
judge "the fixture imports before" env PYTHONPATH=before "$bin/python" -m shop.cli --help
judge "the fixture is formatted before: ruff" "$bin/ruff" format --isolated --check before
judge "the fixture is formatted before: black" "$bin/black" --quiet --check before

judge "docgen run" "$docgen" run after --provider offline --no-report --quiet
judge "nothing but docstrings changed" "$bin/python" "$here/ast_equal.py" before after
judge "docgen check" "$docgen" check after
judge "the package still imports" env PYTHONPATH=after "$bin/python" -m shop.cli --help

judge "ruff format" "$bin/ruff" format --isolated --check --diff after
judge "black" "$bin/black" --quiet --check --diff after
judge "ruff: E, F, W, I" "$bin/ruff" check --isolated --select E,F,W,I --ignore E501 after
judge "ruff: D, google convention" "$bin/ruff" check --isolated --select D --output-format concise \
    --config 'lint.pydocstyle.convention="google"' after
# Types stay in the annotations, so there are none in the docstrings to compare; a class and its
# `__init__` are each documented, as D101 and D107 ask. What `__init__` sets is an attribute to readers, and
# none to pydoclint, which looks at the class's own statements.
judge "pydoclint" "$bin/pydoclint" --quiet --style=google \
    --arg-type-hints-in-docstring=False \
    --check-return-types=False \
    --check-yield-types=False \
    --allow-init-docstring=True \
    --check-class-attributes=False \
    after/shop

exit "$failed"
