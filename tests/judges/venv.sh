#!/usr/bin/env bash
# Makes the judges' virtual environment, if it is not there or out of date, and prints its path.
#
#   DOCGEN_JUDGES  where it is kept (default: target/judges)
#   PYTHON         the Python that it is made from (default: python3)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
judges=${DOCGEN_JUDGES:-$here/../../target/judges}
python=${PYTHON:-python3}
requirements=$here/requirements.txt

mkdir -p "$judges"
judges=$(cd "$judges" && pwd)
venv=$judges/venv
stamp=$venv/requirements.txt

if ! cmp -s "$requirements" "$stamp"; then
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >&2; then
        # Debian and Ubuntu ship Python without the module that venv needs.
        rm -rf "$venv"
        if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
            echo "venv.sh: $python cannot make a virtual environment; install python3-venv" >&2
            exit 1
        fi
        apt-get update >&2
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv >&2
        "$python" -m venv "$venv" >&2
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" >&2
    # pydoclint brings a fork of it under the same name, so the original gets a folder of its own.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        --target "$venv/readers" docstring-parser==0.18.0 >&2
    # Written last: an interrupted installation is begun anew.
    cp "$requirements" "$stamp"
fi

printf '%s\n' "$venv"
