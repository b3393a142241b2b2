"""Manifest: from what a report was made, so that it can be made again."""

import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cszt_models import __version__
from cszt_models.present.tables import attainment as tables
from cszt_models.reports.material import Material

PACKAGES = (
    "numpy",
    "scipy",
    "pandas",
    "xarray",
    "arviz-stats",
    "altair",
    "great-tables",
)


def manifest(material: Material, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Commit, versions, hashes, dates, seed, engine and gates behind some files.

    Parameters
    ----------
    files
        Content of each file by its name, of which the digests are kept.
    """
    story, now = material.story, material.now.assessment
    return {
        "project": story.project.id,
        "as_of": now.as_of.isoformat(),
        "as_of_dates": [one.as_of.isoformat() for one in story.assessments],
        "scenario": story.scenario.name,
        "scenario_hashes": {name: s.hash for name, s in material.scenarios.items()},
        "data_hash": story.data_hash,
        "seed": now.seed,
        "draws": now.draws,
        "engine": now.engine,
        "commit": commit(),
        "python": platform.python_version(),
        "versions": {"cszt_models": __version__} | {n: version(n) for n in PACKAGES},
        "diagnostics": {
            chapter.assessment.as_of.isoformat(): [
                {key: _plain(value) for key, value in row.items()}
                for row in tables.diagnostics(chapter.fits).to_dict("records")
            ]
            for chapter in story.chapters
        },
        "files": {name: sha256(files[name]).hexdigest() for name in sorted(files)},
    }


def versions() -> str:
    """Versions of what computes and draws, for the foot of a page."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"cszt_models {__version__}, Python {platform.python_version()}, {packages}"


@cache
def commit() -> str | None:
    """Commit of the checkout that the package runs from; none of an installed one."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return found.stdout.strip()


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
