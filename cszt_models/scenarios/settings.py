r"""Settings of levers: a value for regions and years, with ramp and decay.

With value v, first year f, ramp of r years and decay d, the effective value is

.. math:: v \, \min(1, (t - f + 1) / r) \, (1 - d)^{\max(0, t - f - \max(r - 1, 0))}

in year t: it rises in r equal steps, is whole in the last of them, and loses the share
d of itself in every year after. Before its first and after its last year it is 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cszt_models.errors import ScenarioError, unknown
from cszt_models.project.project import Project
from cszt_models.scenarios.levers import Lever, is_number

KEYS = ("value", "regions", "from", "to", "ramp", "decay")
YEAR_RANGE = (1900, 2200)


@dataclass(frozen=True, order=True)
class Setting:
    """A lever's value for some regions (none: all) and years (None: no bound).

    Parameters
    ----------
    lever
        Id of the lever.
    value
        In the lever's unit; 0 does nothing.
    regions
        Ids; kept in alphabetical order, since their order means nothing.
    first, last
        Years from and to which it acts, both included.
    ramp
        Years in which it rises to its value; 0 and 1 mean at once.
    decay
        Share of it that is lost a year once it is whole, from 0 to 1.

    Raises
    ------
    ScenarioError
        If it is not a number, years are out of order, or a ramp or decay has no first
        year to start from.
    """

    lever: str
    value: float
    regions: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    ramp: int = 0
    decay: float = 0.0

    def __post_init__(self) -> None:
        """Validate, and sort the regions."""
        fault = self._fault()
        if fault:
            raise ScenarioError(f"lever {self.lever!r}: {fault}")
        object.__setattr__(self, "lever", str(self.lever))
        object.__setattr__(self, "value", float(self.value) + 0.0)  # no -0.0
        object.__setattr__(self, "decay", float(self.decay))
        object.__setattr__(self, "regions", tuple(sorted(set(self.regions))))

    def _fault(self) -> str | None:
        first, last = self.first, self.last
        if not is_number(self.value):
            return f"value {self.value!r} is not a number. Write one like 0.5."
        if any(year is not None and not _is_year(year) for year in (first, last)):
            return (
                f"from {first!r} to {last!r} are not years. "
                "Write whole numbers like 2023."
            )
        if first is not None and last is not None and first > last:
            return f"from {first} to {last} holds no year. Swap them."
        if (
            not _is_whole(self.ramp)
            or not 0 <= self.ramp <= YEAR_RANGE[1] - YEAR_RANGE[0]
        ):
            return f"ramp {self.ramp!r} is not a number of years. Write one like 3."
        if not is_number(self.decay) or not 0 <= self.decay <= 1:
            return f"decay {self.decay!r} is not a share a year. Write one from 0 to 1."
        if first is None and (self.ramp or self.decay):
            return "a ramp or decay has no year to start in. Add 'from'."
        return None

    def path(self, years: ArrayLike) -> NDArray[np.float64]:
        """Effective value in each year, in the lever's unit.

        Examples
        --------
        >>> push = Setting("growth", 1.0, first=2023, ramp=2, decay=0.5)
        >>> push.path([2022, 2023, 2024, 2025, 2026]).tolist()
        [0.0, 0.5, 1.0, 0.5, 0.25]
        """
        at = np.asarray(years, dtype=int)
        path = np.full(at.shape, self.value)
        if self.first is not None:
            since = at - self.first
            steps = max(self.ramp, 1)
            rise = np.clip((since + 1) / steps, 0, 1)
            path = path * rise * (1 - self.decay) ** np.maximum(since - steps + 1, 0)
        return path if self.last is None else np.where(at <= self.last, path, 0.0)

    def meets(self, other: "Setting") -> bool:
        """Whether two settings move one lever in a region and year that they share."""
        if self.lever != other.lever:
            return False
        first = max(self.first or YEAR_RANGE[0], other.first or YEAR_RANGE[0])
        last = min(self.last or YEAR_RANGE[1], other.last or YEAR_RANGE[1])
        everywhere = not self.regions or not other.regions
        return first <= last and (
            everywhere or bool({*self.regions} & {*other.regions})
        )

    def __str__(self) -> str:
        """The setting in words: lever, value, where, when and how.

        Examples
        --------
        >>> str(Setting("growth", 0.5, ("b", "a"), 2023, 2025, ramp=2))
        'growth +0.5, a and b, 2023-2025, ramp 2'
        """
        words = [f"{self.lever} {self.value:+g}"]
        if self.regions:
            words.append(" and ".join(self.regions))
        if self.first is not None or self.last is not None:
            words.append(f"{self.first or ''}-{self.last or ''}")
        if self.ramp:
            words.append(f"ramp {self.ramp}")
        if self.decay:
            words.append(f"decay {self.decay:g}")
        return ", ".join(words)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_year(value: Any) -> bool:
    return _is_whole(value) and YEAR_RANGE[0] <= value <= YEAR_RANGE[1]


def read_settings(
    part: str, lever: str, given: Any, levers: Mapping[str, Lever], project: Project
) -> tuple[Setting, ...]:
    """A lever's settings in a part: a number, a mapping, or a list of mappings.

    Parameters
    ----------
    part, lever
        Names of the part and the lever.
    given
        Content of the entry.
    levers
        Levers of the project by id.
    project
        The project.

    Raises
    ------
    ScenarioError
        If the lever, a key or a region is unknown, a value is out of range, or two of
        a list share a region and a year.
    """
    if lever not in levers:
        raise ScenarioError(f"part {part!r}: {unknown('lever', lever, levers)}")
    if isinstance(given, list) and not given:
        raise ScenarioError(
            f"part {part!r}: lever {lever!r} has an empty list of settings. "
            "Give it one, or drop the lever."
        )
    entries = given if isinstance(given, list) else [given]
    return tuple(_read(part, levers[lever], entry, project) for entry in entries)


def _read(part: str, lever: Lever, given: Any, project: Project) -> Setting:
    fields: dict[Any, Any] = given if isinstance(given, dict) else {"value": given}
    extra = sorted(str(key) for key in fields if key not in KEYS)
    if extra:
        raise ScenarioError(
            f"part {part!r}, lever {lever.id!r}: {unknown('key', extra[0], KEYS)}"
        )
    value = fields.get("value")
    require_in_range(lever, value, f"part {part!r}")
    try:
        return Setting(
            lever.id,
            value,  # type: ignore[arg-type]  # a number, as was just required
            read_regions(f"part {part!r}", fields.get("regions", []), project),
            fields.get("from"),
            fields.get("to"),
            fields.get("ramp", 0),
            fields.get("decay", 0.0),
        )
    except ScenarioError as error:
        raise ScenarioError(f"part {part!r}, {error}") from None


def require_in_range(lever: Lever, value: Any, place: str) -> None:
    """Raise unless a value is a number in the lever's range.

    Parameters
    ----------
    lever
        The lever.
    value
        Value read from a file or given by the user.
    place
        Where it stands, for errors.

    Raises
    ------
    ScenarioError
        With the value, the range and its unit.
    """
    if not is_number(value) or not lever.low <= value <= lever.high:
        raise ScenarioError(
            f"{place}: lever {lever.id!r} is {value!r}; "
            f"it takes a number from {lever.low:g} to {lever.high:g} ({lever.unit}). "
            "Choose one in the range, or widen it in levers.yaml with a source."
        )


def read_regions(place: str, named: Any, project: Project) -> tuple[str, ...]:
    """Region ids of a list, with groups replaced by their members.

    Parameters
    ----------
    place
        Where the list stands, for errors.
    named
        List of ids of regions and groups.
    project
        The project.

    Raises
    ------
    ScenarioError
        If it is not a list, or a name is unknown.
    """
    if not isinstance(named, list):
        raise ScenarioError(f"{place}: regions {named!r} is not a list. Write [a, b].")
    regions: list[str] = []
    for name in map(str, named):
        if name in project.aggregates:
            regions += project.aggregates[name].members
        elif name in project.regions:
            regions.append(name)
        else:
            raise ScenarioError(f"{place}: {unknown('region', name, project.places)}")
    return tuple(dict.fromkeys(regions))
