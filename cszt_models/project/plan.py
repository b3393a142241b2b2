"""Targets of the plan: reading, validation and attainment of outcomes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cszt_models.errors import DataError, unknown
from cszt_models.project.csv_tables import Refusals, numbers, read_table
from cszt_models.project.project import Label, Project
from cszt_models.project.schema import ID, ID_RULE
from cszt_models.vocabulary import GROWTH_AVERAGE, SENSES, Sense

COLUMNS = (
    "id",
    "indicator",
    "region",
    "since",
    "year",
    "sense",
    "value",
    "unit",
    "name_en",
    "name_zh",
    "quote",
    "source",
    "headline",
)


@dataclass(frozen=True)
class Target:
    """A published goal; ``quote`` is the phrase that states it, ``source`` its place.

    ``since`` is the first year of a goal for an average over years, else None.
    """

    id: str
    indicator: str
    region: str
    year: int
    since: int | None
    sense: Sense
    value: float
    unit: str
    label: Label
    quote: str
    source: str
    headline: bool
    note: str

    def met_by(self, outcome: ArrayLike) -> NDArray[np.bool_]:
        """Whether each outcome meets the target.

        ``about`` (左右) is judged as a floor at the printed value, the strict reading
        of a goal that is better exceeded. An outcome that is not a number meets none.

        Parameters
        ----------
        outcome
            Outcomes of any shape, in the target's unit.

        Examples
        --------
        >>> from cszt_models import load_project
        >>> from cszt_models.project.plan import read_targets
        >>> gdp = read_targets(load_project())["gdp_2025"]
        >>> gdp.met_by([24_999.9, 25_000.0]).tolist()
        [False, True]
        """
        outcome = np.asarray(outcome)
        rules = {
            "at_least": np.greater_equal,
            "exceeds": np.greater,
            "at_most": np.less_equal,
            "about": np.greater_equal,
            "equals": np.equal,
        }
        return rules[self.sense](outcome, self.value)

    def shortfall(self, outcome: ArrayLike) -> NDArray[np.float64]:
        """How far each outcome misses the target, 0 where it is met; target's unit."""
        gap = self.value - np.asarray(outcome, dtype=float)
        if self.sense == "equals":
            return np.abs(gap)
        return np.maximum(-gap if self.sense == "at_most" else gap, 0.0)


def read_targets(project: Project) -> dict[str, Target]:
    """The plan's targets by id, in the file's order; those without data included.

    Raises
    ------
    DataError
        Naming file, line, value and remedy: an id given twice, an unknown indicator,
        region or sense, a wrong unit, a year or value that is not a number.
    """
    path = project.file("targets.csv")
    frame = read_table(path, COLUMNS)
    refuse = Refusals(path, frame)
    for column in ("id", "quote", "source"):
        refuse.check(
            frame[column].str.strip() == "",
            column,
            "is empty",
            "Every target needs an id, the phrase that states it, and its source.",
        )
    refuse.check(
        ~frame["id"].map(lambda name: bool(ID.fullmatch(name))),
        "id",
        "names files and columns",
        f"Write it with {ID_RULE}.",
    )
    refuse.check(
        frame["id"].duplicated(),
        "id",
        "is given twice",
        "Give every target an id of its own.",
    )
    refuse.known("indicator", "indicator", project.indicators)
    refuse.known("region", "region", project.places)
    refuse.known("sense", "sense", SENSES)
    refuse.known("headline", "headline mark", ("0", "1"))
    unit = frame["indicator"].map(lambda name: project.indicators[name].unit)
    refuse.check(
        frame["unit"] != unit,
        "unit",
        "is not the unit of the indicator in project.yaml",
        "Use the same unit in both.",
    )
    year = numbers(frame, refuse, "year", whole=True)
    value = numbers(frame, refuse, "value")
    refuse.check(
        (frame["indicator"] == GROWTH_AVERAGE) & (frame["since"].str.strip() == ""),
        "since",
        "is empty",
        "A target for an average needs the first year of the average.",
    )
    averaged = frame[frame["since"].str.strip() != ""]
    since = numbers(averaged, Refusals(path, averaged), "since", whole=True)
    refuse.check(
        since.reindex(frame.index) > year,
        "since",
        "is after the target's year",
        "An average runs from 'since' to 'year'.",
    )
    rows = frame.assign(year=year, value=value)
    return {
        row["id"]: _target(row, int(since[line]) if line in since.index else None)
        for line, row in rows.iterrows()
    }


def _target(row: Any, since: int | None) -> Target:
    return Target(
        id=row["id"],
        indicator=row["indicator"],
        region=row["region"],
        year=int(row["year"]),
        since=since,
        sense=row["sense"],
        value=float(row["value"]),
        unit=row["unit"],
        label=Label(row["name_en"], row["name_zh"]),
        quote=row["quote"],
        source=row["source"],
        headline=row["headline"] == "1",
        note=row.get("note", ""),
    )


def target_named(targets: dict[str, Target], name: str) -> Target:
    """The target with an id.

    Raises
    ------
    DataError
        If there is none, with the nearest id.
    """
    if name not in targets:
        raise DataError(
            f"{unknown('target', name, targets)} See `cszt attain --all` for the list."
        )
    return targets[name]
