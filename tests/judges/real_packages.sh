#!/usr/bin/env bash
# Documents published packages offline; the code must stay the same, a second run must change
# nothing, and `docgen check` must be content with what was added.
#
#   real_packages.sh [--keep DIR] [NAME...]     default: flask httpx; also: rich django
#
#   --keep DIR     leave the packages as published in DIR/NAME
#   DOCGEN         the program (default: target/release/docgen)
#   DOCGEN_JUDGES  where the Python environment is kept (default: target/judges)
set -euo pipefail

# Source distributions, as published: they hold the tests too.
version_of() {
    case $1 in
        django) echo 5.2.19 ;; # the newest that Python 3.11 takes
        flask) echo 3.1.3 ;;
        httpx) echo 0.28.1 ;;
        rich) echo 15.0.0 ;;
        *) return 1 ;;
    esac
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
docgen=${DOCGEN:-$root/target/release/docgen}
keep=

if [ "${1-}" = --keep ]; then
    keep=${2:?--keep needs a folder}
    shift 2
    mkdir -p "$keep"
    keep=$(cd "$keep" && pwd)
fi
[ $# -gt 0 ] || set -- flask httpx
for name in "$@"; do
    if ! version_of "$name" >/dev/null; then
        echo "real_packages.sh: no version is pinned for $name" >&2
        exit 2
    fi
done
if [ ! -x "$docgen" ]; then
    echo "real_packages.sh: no program at $docgen; build it or set DOCGEN" >&2
    exit 2
fi
docgen=$(cd "$(dirname "$docgen")" && pwd)/$(basename "$docgen")

venv=$("$here/venv.sh")
python=$venv/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1

# step TITLE COMMAND...: runs the command and prints the seconds it took, or what it printed.
step() {
    local title=$1 seconds status=0
    shift
    local TIMEFORMAT=%R
    seconds=$({ time "$@" >"$work/log" 2>&1; } 2>&1) || status=$?
    if [ "$status" -ne 0 ]; then
        printf '  FAILED  %-14s exit status %s\n' "$title" "$status"
        tail -n 40 "$work/log" | sed 's/^/          /'
        return 1
    fi
    printf '  %7ss %s\n' "$seconds" "$title"
}

# checksums FOLDER: one line a file, without docgen's own state.
checksums() {
    (cd "$1" && find . -name .docgen -prune -o -type f -print | LC_ALL=C sort |
        while IFS= read -r file; do cksum "$file"; done)
}

# unpack NAME VERSION FOLDER: fetches the source distribution and unpacks it. Joined by `&&`, for
# `set -e` is off in whatever `step` runs.
# shellcheck disable=SC2329 # `step` calls it
unpack() {
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
        --dest "$work/sdists" "$1==$2" &&
        mkdir -p "$3" &&
        tar --extract --gzip --strip-components 1 --directory "$3" \
            --file "$work/sdists/$1-$2.tar.gz"
}

judge() {
    local name=$1 version before after
    version=$(version_of "$name")
    before=$work/before/$name
    after=$work/after/$name
    mkdir -p "$work/before" "$work/after"
    echo "$name $version"
    step fetch unpack "$name" "$version" "$before" || return 1
    cp -R "$before" "$after"
    if [ -n "$keep" ]; then
        rm -rf "${keep:?}/$name"
        cp -R "$before" "$keep/$name"
    fi

    # Django's tests hold a file that is broken on purpose.
    local files=(--no-respect-gitignore --extend-exclude tests_syntax_error.py)
    local options=(--provider offline --no-report --quiet "${files[@]}")
    step run "$docgen" run "$after" "${options[@]}" || return 1
    step ast_equal "$python" "$here/ast_equal.py" "$before" "$after" || return 1
    printf '           %s\n' "$(tail -n 1 "$work/log")"
    checksums "$after" >"$work/first"
    step "second run" "$docgen" run "$after" "${options[@]}" || return 1
    checksums "$after" >"$work/second"
    if ! diff "$work/first" "$work/second" >"$work/log"; then
        echo "  FAILED  the second run changed files"
        sed 's/^/          /' "$work/log"
        return 1
    fi
    step check "$docgen" check "$after" --select D1 "${files[@]}" || return 1
    # What people wrote may have drifted; what docgen wrote must not.
    step "drift: before" drifted "$before" "${files[@]}" --update-baseline || return 1
    mv "$before/baseline.json" "$after"
    step "drift: after" drifted "$after" "${files[@]}" || return 1
}

# drifted FOLDER OPTION...: checks everything but missing docstrings, beside a baseline.
# shellcheck disable=SC2329 # `step` calls it
drifted() {
    (cd "$1" && "$docgen" check . --ignore D1 --baseline baseline.json "${@:2}")
}

failed=0
for name in "$@"; do
    judge "$name" || failed=1
done
exit "$failed"
