"""Folders: that of cached results, and the source files of the package.

Nothing heavy is imported, for the command line looks here before it loads a library.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import platformdirs

FOLDER_VARIABLE = "CSZT_CACHE"  # environment variable with the folder of results

# Libraries whose versions affect draws: random numbers, factorizations, samplers.
LIBRARIES = ("numpy", "scipy", "arviz-stats", "pymc", "pytensor", "nutpie")

_PACKAGE = Path(__file__).parents[1]


def cache_folder() -> Path:
    """The folder named by ``CSZT_CACHE``, else the user's cache folder of the system.

    Linux has it in ``~/.cache/cszt`` or below ``XDG_CACHE_HOME``, macOS in
    ``~/Library/Caches``, Windows in ``%LOCALAPPDATA%``.
    """
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    try:
        return platformdirs.user_cache_path("cszt", appauthor=False)
    except RuntimeError:  # a user without a home: nowhere to keep anything
        return Path(os.devnull) / "cszt"


def python_sources() -> Iterator[tuple[Path, Path]]:
    """Every module of the package: its place in the package, and its path."""
    return ((path.relative_to(_PACKAGE), path) for path in _PACKAGE.rglob("*.py"))


def texts_and_sources() -> Iterator[tuple[Path, Path]]:
    """Modules, and the files beside them from which texts and pages are made."""
    yield from python_sources()
    for suffix in ("yaml", "j2", "css", "js"):
        for path in _PACKAGE.rglob(f"*.{suffix}"):
            yield path.relative_to(_PACKAGE), path
