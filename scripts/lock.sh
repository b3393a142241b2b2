#!/bin/sh
# Renew requirements.lock: the newest versions that pyproject.toml allows.
set -eu
cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null 2>&1; then
    echo "uv was not found, and only uv renews requirements.lock. Install uv and run make lock again." >&2
    exit 1
fi

python=$(cat .python-version)
new=requirements.lock.new
trap 'rm -f "$new"' EXIT INT TERM
{
    echo "# Exact versions of everything the package and its tests use, on Python $python."
    echo "# Renewed on purpose with: make lock"
    echo "# (uv pip compile --python-version $python pyproject.toml --group dev)"
    uv pip compile --quiet --python-version "$python" pyproject.toml --group dev \
        --no-header --no-annotate
} >"$new"
mv "$new" requirements.lock
