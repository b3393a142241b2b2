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
from cszt_models.reports.report import Report

PACKAGES = (
    "numpy",
    "scipy",
    "pandas",
    "xarray",
    "arviz-stats",
    "altair",
    "great-tables",
)


def manifest(report: Report, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Commit, versions, hashes, dates, seed, engine and gates behind some files.

    Parameters
    ----------
    files
        Content of each file by its name, of which the digests are kept.
    """
    history, now = report.history, report.now.assessment
    return {
        "project": history.project.id,
        "as_of": now.as_of.isoformat(),
        "as_of_dates": [
            assessment.as_of.isoformat() for assessment in history.assessments
        ],
        "scenario": history.scenario.name,
        "scenario_hashes": {name: s.hash for name, s in report.scenarios.items()},
        "data_hash": history.data_hash,
        "seed": now.seed,
        "draws": now.draws,
        "engine": now.engine,
        "commit": commit(),
        "python": platform.python_version(),
        "versions": {"cszt_models": __version__} | {n: version(n) for n in PACKAGES},
        "diagnostics": {
            results.assessment.as_of.isoformat(): [
                {key: _plain(value) for key, value in row.items()}
                for row in tables.diagnostics(results.fits).to_dict("records")
            ]
            for results in history.results
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
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
