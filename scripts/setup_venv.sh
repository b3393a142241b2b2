#!/bin/sh
# Make or renew .venv from requirements.lock: with uv where it runs, else with pip.
# The file .venv/ready is written last and holds the path of this folder, so that an
# interrupted set-up, or one of a folder that was moved, is done again from the start.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P)
ready=.venv/ready
wanted="python3.13 python3.12 python3.14 python3 python"

stop() {
    echo "$1 and run make again." >&2
    exit 1
}

# The first Python that really runs, is new enough and has the modules named in $1. A
# version manager may put a name on the path that only says that it is not installed, and
# pyenv does so with every name when it has not the version in .python-version: so look
# again from outside this folder.
find_python() {
    for folder in . /; do
        for name in $wanted; do
            (cd "$folder" && "$name" -c "
import $1
assert sys.version_info >= (3, 12)
print(sys._base_executable)") 2>/dev/null && return
        done
    done
    return 1
}

if uv --version >/dev/null 2>&1; then
    tool=uv
    create() { uv venv --quiet --clear --python "$python" .venv; }
    install() { uv pip install --quiet --python .venv/bin/python "$@"; }
    python=$(find_python sys) || python=$(cat .python-version) # which uv will fetch
else
    tool=pip
    if command -v uv >/dev/null 2>&1; then
        echo "The uv on the path does not run, so pip is used instead." >&2
    fi
    create() { "$python" -m venv --clear .venv; }
    install() { .venv/bin/python -m pip install -qq "$@"; }
    if ! python=$(find_python sys,venv,ensurepip); then
        if python=$(find_python sys); then
            stop "$python cannot make an environment, because it came without the venv module. Install that (on Debian and Ubuntu: apt install python3-venv), or install uv,"
        fi
        names=$(echo "$wanted" | sed 's/ /, /g')
        stop "No Python 3.12 or later was found (looked for $names). Install one from python.org or conda, or install uv,"
    fi
fi

# Always from the start, so that a package that has left the lock leaves .venv too.
echo "Setting up .venv with $tool (it takes a minute or two)." >&2
rm -f $ready
create || stop "$tool could not make an environment with Python $python. Install Python 3.12 or later from python.org or conda,"
install --requirement requirements.lock
install --no-deps --no-build-isolation --editable .
echo "$here" >$ready
