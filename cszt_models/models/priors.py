"""Read and check priors.yaml: scales, damping and measurement error of each block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from cszt_models.errors import DataError, unknown
from cszt_models.models.components import CATALOGUE, DAMPED, RELEASE_COMPONENTS
from cszt_models.project.project import Project
from cszt_models.storage.files import load_yaml
from cszt_models.structural.panel import Form, Scale

WEIGHTS_TOLERANCE = 1e-6  # of prior probabilities that add up to one

RELEASES = Path(__file__).with_name("release_priors.yaml")


@dataclass(frozen=True)
class ReleasePriors:
    """What a kind of release has to do with the growth of its year.

    Its growth is ``mean`` plus ``loading`` times that of the year's cell, and errors
    with standard deviations in points: ``habit`` the same in every release of the kind,
    ``region`` in those of one region, ``year`` in those of one year, and ``noise`` in
    one; of parts of a year the latter is that of a first half year, and falls as the
    share of the year still to come. ``source`` says where they come from.
    """

    loading: float = 1.0
    mean: float = 0.0
    habit: float = 0.0
    region: float = 0.0
    year: float = 0.0
    noise: float = 0.0
    source: str = ""


@dataclass(frozen=True)
class Priors:
    """Prior scales of one block, its damping, and measurement error by status.

    ``damping`` is of what regions share, the share of a change (of a trend) or of a
    distance (of a course) that is left a year later; ``persistence`` the correlation of
    a region's own cycle from year to year. ``dampings`` holds that of a component that
    has its own. ``forms`` are the structures that are averaged over: a component that
    none of them lists is in all, and one of weight 0 counts for nothing. ``releases``
    are those of a project, by what is released, instead of the package's. ``freedom``
    are the degrees of freedom with which regions have variances of their own; 0 if all
    have one.
    """

    scales: Mapping[str, Scale]
    damping: float
    measurement: Mapping[str, float]
    persistence: float = 0.0
    releases: Mapping[str, ReleasePriors] = field(default_factory=dict)
    dampings: Mapping[str, float] = field(default_factory=dict)
    forms: tuple[Form, ...] = ()
    freedom: float = 0.0

    @property
    def optional(self) -> tuple[str, ...]:
        """Components that only some of the forms have, in the order they are listed."""
        return tuple(dict.fromkeys(n for form in self.forms for n in form.components))


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
        cycle, freedom = (
            _fields(
                fields.get(key, {name: 0.0, "source": ""}),
                (name, "source"),
                f"{place}, {key}",
            )[name]
            for key, name in (("persistence", "value"), ("own_variances", "freedom"))
        )
        sizes = _fields(fields["measurement"], ("sizes", "source"), place)["sizes"]
        _require_number(damping, f"{place}, damping", below=1.0)
        _require_number(cycle, f"{place}, persistence", below=1.0)
        _require_number(freedom, f"{place}, own_variances")
        for status, size in _mapping(sizes, place).items():
            _require_number(size, f"{place}, measurement of {status}")
        releases = _releases(fields.get("releases", {}), place)
        priors[str(name)] = Priors(
            scales,
            float(damping),
            sizes,
            float(cycle),
            releases,
            _dampings(fields["scales"], place),
            _forms(fields.get("forms", {}), scales, place),
            float(freedom),
        )
    return priors


@lru_cache(1)
def release_priors() -> Priors:
    """The package's priors of evidence within the year, derived from other regions.

    Scales of its components, and what each kind of release has to do with its year.
    """
    entry = load_yaml(RELEASES)
    scales = {
        n: _scale(n, given, RELEASES.name) for n, given in entry["scales"].items()
    }
    return Priors(scales, 0.0, {}, releases=_releases(entry["releases"], RELEASES.name))


def _releases(entry: Any, place: str) -> dict[str, ReleasePriors]:
    """Kinds of release by name: the indicator, to_date, sequential or estimate."""
    known = [item.name for item in fields(ReleasePriors)]
    releases = {}
    for name, given in _mapping(entry, place).items():
        where = f"{place}, {name}"
        sizes = _fields(given, ("source",), where)
        for key, value in sizes.items():
            if key not in known:
                raise DataError(f"{where}: {unknown('field', key, known)}")
            size = abs(value) if key == "mean" and isinstance(value, float) else value
            if key != "source":
                _require_number(size, f"{where}, {key}")
        if sizes.get("loading") == 0:
            raise DataError(
                f"{where}: loading 0. An indicator that does not move with growth "
                "is no evidence of it; leave it out."
            )
        releases[str(name)] = ReleasePriors(**sizes)
    return releases


def _dampings(scales: Mapping[str, Any], place: str) -> dict[str, float]:
    """Damping of the components that state their own."""
    dampings = {}
    for name, given in scales.items():
        if "damping" in given:
            if CATALOGUE[name][0] not in DAMPED:
                raise DataError(
                    f"{place}, {name}: has no damping. Drop the field 'damping'."
                )
            _require_number(given["damping"], f"{place}, {name}, damping", below=1.0)
            dampings[name] = float(given["damping"])
    return dampings


def _forms(entry: Any, scales: Mapping[str, Scale], place: str) -> tuple[Form, ...]:
    """Forms of a block, whose prior probabilities must add up to one."""
    forms = []
    for name, given in _mapping(entry, f"{place}, forms").items():
        where = f"{place}, form {name}"
        form = _fields(given, ("components", "weight", "source"), where)
        _require_number(form["weight"], f"{where}, weight")
        components = form["components"]
        if not isinstance(components, list):
            raise DataError(
                f"{where}: components {components!r} is not a list. Write "
                "'[trend, region_trend]'."
            )
        for component in components:
            if component not in scales:
                raise DataError(f"{where}: {unknown('component', component, scales)}")
        forms.append(Form(str(name), tuple(components), float(form["weight"])))
    total = sum(form.weight for form in forms)
    if forms and abs(total - 1) > WEIGHTS_TOLERANCE:
        raise DataError(
            f"{place}: the weights of its forms add up to {total:g}, not 1. Correct "
            "them."
        )
    return tuple(forms)


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
    if component not in CATALOGUE and component not in RELEASE_COMPONENTS:
        raise DataError(f"{place}: {unknown('component', component, CATALOGUE)}")
    place = f"{place}, {component}"
    fields = _fields(given, ("median", "spread", "source"), place)
    for key in ("median", "spread"):
        _require_number(fields[key], f"{place}, {key}")
    if fields["median"] == 0:
        raise DataError(f"{place}: median 0. A scale is positive; drop the component.")
    return Scale(float(fields["median"]), float(fields["spread"]), fields["source"])
