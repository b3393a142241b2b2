"""Reproduction of a report: whether the same inputs give the same numbers again."""

import json
import math
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cszt_models import __version__
from cszt_models.errors import DataError
from cszt_models.project.project import Project, data_hash
from cszt_models.reports.manifest import manifest
from cszt_models.reports.report import Report
from cszt_models.reports.site import as_json, numbers
from cszt_models.scenarios.scenario import Scenario

NEEDED = ("project", "as_of_dates", "scenario", "scenario_hashes", "data_hash")
ALSO_NEEDED = ("seed", "draws", "engine", "versions", "diagnostics", "files")
TOLERANCE = 1e-9  # relative, between numbers that are to be the same
INPUTS = "Give the project of the report with --project, or restore its files."
CODE = "Install the versions that the manifest names to see whether they are the cause."


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a report.

    Raises
    ------
    DataError
        If the file is missing or is no manifest.
    """
    try:
        record = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path} does not exist. Check the path.") from None
    except (ValueError, OSError):
        raise DataError(f"{path} is not valid JSON. Restore the file.") from None
    content = record if isinstance(record, dict) else {}
    for key in (*NEEDED, *ALSO_NEEDED):
        if key not in content:
            raise DataError(
                f"{path} holds no {key}, so it is no manifest of a report. Give the "
                "manifest.json beside its pages."
            )
    return content


def check_inputs(
    record: Mapping[str, Any], project: Project, scenarios: Mapping[str, Scenario]
) -> list[str]:
    """Refuse other inputs than those of a manifest, before anything is fitted.

    Parameters
    ----------
    record
        From `read_manifest`.
    project, scenarios
        What is to be compared with it.

    Returns
    -------
    list of str
        Packages whose versions differ, with both; they need not change a number.

    Raises
    ------
    DataError
        Naming the first input that differs.
    """
    _require_same("project", project.id, record["project"], INPUTS)
    for name, known in record["scenario_hashes"].items():
        now = scenarios[name].hash if name in scenarios else "missing"
        _require_same(f"scenario {name!r}", now, known, INPUTS)
    _require_same("data_hash", data_hash(project), record["data_hash"], INPUTS)
    return [
        f"{name} {_version(name)} (was {known})"
        for name, known in record["versions"].items()
        if _version(name) != known
    ]


def _version(name: str) -> str:
    if name == "cszt_models":
        return __version__
    try:
        return version(name)
    except ModuleNotFoundError:
        return "missing"


def check_numbers(record: Mapping[str, Any], report: Report, folder: Path) -> int:
    """Compare the numbers of a report with those of a manifest; how many agree.

    Parameters
    ----------
    record
        From `read_manifest`.
    report
        The report, made again.
    folder
        Of the manifest, where the file of numbers may stand that it names.

    Raises
    ------
    DataError
        Naming the first number that differs.
    """
    now = json.loads(as_json(manifest(report, {})))
    count = 0
    for key in ("seed", "draws", "engine", "diagnostics"):
        count += _compare(now[key], record[key], key)
    name = f"{report.history.project.id}-numbers.json"
    if name not in record["files"]:
        return count
    content = as_json(numbers(report))
    if sha256(content).hexdigest() == record["files"][name]:
        return count + sum(1 for _ in _leaves(json.loads(content), ""))
    if (folder / name).is_file():
        before = json.loads((folder / name).read_text("utf-8"))
        return count + _compare(json.loads(content), before, name)
    digests = sha256(content).hexdigest()[:12], record["files"][name][:12]
    _require_same(name, *digests, CODE)
    return count


def _compare(now: Any, before: Any, place: str) -> int:
    """Number of values that two records share.

    Raises
    ------
    DataError
        Naming the first that differs.
    """
    current, earlier = dict(_leaves(now, place)), dict(_leaves(before, place))
    for key in {**earlier, **current}:
        a, b = current.get(key, "missing"), earlier.get(key, "missing")
        numeric = isinstance(a, int | float) and isinstance(b, int | float)
        if not (numeric and math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)):
            _require_same(key, a, b, CODE)
    return len(earlier)


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Plain values of a record, with their places."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{place}[{number}]")
    else:
        yield place, value


def _require_same(place: str, now: Any, before: Any, remedy: str) -> None:
    if now != before:
        raise DataError(f"{place} is {now} now and was {before}. {remedy}")
