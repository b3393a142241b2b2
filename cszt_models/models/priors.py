"""Read and check priors.yaml: scales, damping and measurement error of each block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cszt_models.errors import DataError, unknown
from cszt_models.models.components import CATALOGUE
from cszt_models.project.project import Project
from cszt_models.storage.files import load_yaml
from cszt_models.structural.panel import Scale


@dataclass(frozen=True)
class Priors:
    """Prior scales of one block, its damping, and measurement error by status.

    ``damping`` is of what regions share, the share of a change (of a trend) or of a
    distance (of a course) that is left a year later; ``persistence`` the correlation of
    a region's own cycle from year to year.
    """

    scales: Mapping[str, Scale]
    damping: float
    measurement: Mapping[str, float]
    persistence: float = 0.0


def read_priors(project: Project) -> dict[str, Priors]:
    """Priors of every block by name.

    Raises
    ------
    DataError
        If an entry has no source, a scale is not positive, or a component or a field is
        unknown or missing.
    """
    path = project.file("priors.yaml")
    priors = {}
    for name, entry in load_yaml(path).items():
        place = f"{path}, {name}"
        fields = _fields(entry, ("scales", "damping", "measurement"), place)
        scales = {
            component: _scale(component, given, place)
            for component, given in _mapping(fields["scales"], place).items()
        }
        damping = _fields(fields["damping"], ("value", "source"), place)["value"]
        cycle = _fields(
            fields.get("persistence", {"value": 0.0, "source": ""}),
            ("value", "source"),
            f"{place}, persistence",
        )["value"]
        sizes = _fields(fields["measurement"], ("sizes", "source"), place)["sizes"]
        _require_number(damping, f"{place}, damping", below=1.0)
        _require_number(cycle, f"{place}, persistence", below=1.0)
        for status, size in _mapping(sizes, place).items():
            _require_number(size, f"{place}, measurement of {status}")
        priors[str(name)] = Priors(scales, float(damping), sizes, float(cycle))
    return priors


def _mapping(entry: Any, place: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise DataError(f"{place}: {entry!r} is not a mapping. Write 'name: value'.")
    return entry


def _fields(entry: Any, names: Sequence[str], place: str) -> dict[str, Any]:
    entry = _mapping(entry, place)
    missing = [name for name in names if name not in entry]
    if missing:
        raise DataError(
            f"{place}: no {', '.join(missing)}. A block needs {', '.join(names)}."
        )
    return entry


def _require_number(value: Any, place: str, below: float = np.inf) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value < below:
        raise DataError(
            f"{place}: {value!r} is not a number of at least 0"
            f"{f' and below {below:g}' if np.isfinite(below) else ''}. Correct it."
        )


def _scale(component: str, given: Any, place: str) -> Scale:
    if component not in CATALOGUE:
        raise DataError(f"{place}: {unknown('component', component, CATALOGUE)}")
    place = f"{place}, {component}"
    fields = _fields(given, ("median", "spread", "source"), place)
    for key in ("median", "spread"):
        _require_number(fields[key], f"{place}, {key}")
    if fields["median"] == 0:
        raise DataError(f"{place}: median 0. A scale is positive; drop the component.")
    return Scale(float(fields["median"]), float(fields["spread"]), fields["source"])
