"""Targets of plans: reading, validation and attainment of outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cszt_models.errors import DataError, unknown
from cszt_models.project.csv_tables import Refusals, numbers, read_table
from cszt_models.project.project import Label, Project
from cszt_models.project.schema import ID, ID_RULE
from cszt_models.vocabulary import (
    CEILINGS,
    FORCES,
    GROWTH,
    GROWTH_AVERAGE,
    RELATIONS,
    SENSES,
    SPANS,
    Force,
    Sense,
)

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
# Columns that a table may lack: which plan, the upper end of a range, what a relation
# compares with, and whether the plan binds its authors to the target.
OPTIONAL = ("plan", "high", "reference", "force", "note")


@dataclass(frozen=True)
class Quantity:
    """An indicator of a place.

    ``of`` is the indicator whose growth it is computed as, or, with ``difference``,
    whose change.
    """

    indicator: str
    region: str
    of: str | None = None
    difference: bool = False

    @property
    def source(self) -> str:
        """Indicator whose paths it is computed from."""
        if self.of:
            return self.of
        return averaged(self.indicator)


def averaged(indicator: str) -> str:
    """Indicator of which one is the average of years; itself if it is none."""
    return GROWTH if indicator == GROWTH_AVERAGE else indicator


@dataclass(frozen=True)
class Target:
    """A published goal; ``quote`` is the phrase that states it, ``source`` its place.

    ``since`` is the first year of a goal over several years (an average, a sum, a cut),
    else None. ``high`` is the upper end of a range, ``reference`` what a relation
    compares with, ``of`` the indicator from which its growth or change is computed,
    and ``force`` whether the plan binds its authors to it. ``plan`` is its plan's id.
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
    plan: str = ""
    high: float | None = None
    force: Force = ""
    of: str | None = None
    difference: bool = False
    reference: Quantity | None = None
    compared_with: Label | None = None  # name of the reference

    @property
    def quantity(self) -> Quantity:
        """What the target is about, apart from what it asks of it."""
        return Quantity(self.indicator, self.region, self.of, self.difference)

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What decides whether it is met: its quantity and that compared with."""
        return (self.quantity, *([self.reference] if self.reference else []))

    @property
    def sources(self) -> frozenset[str]:
        """Indicators whose paths decide whether it is met."""
        return frozenset(quantity.source for quantity in self.quantities)

    @property
    def plain(self) -> bool:
        """Whether the outcome is a figure of its own indicator, or their average."""
        return not (self.of or self.reference or self.sense in (*SPANS, "no_number"))

    @property
    def falls(self) -> bool:
        """Whether less is better: the value is a ceiling."""
        return self.sense in CEILINGS

    def met_by(self, outcome: ArrayLike) -> NDArray[np.bool_]:
        """Whether each outcome meets the target.

        ``about`` (左右) is judged as a floor at the printed value, the strict reading
        of a goal that is better exceeded, and so is the lower end of ``between``. An
        outcome that is not a number meets none.

        Parameters
        ----------
        outcome
            Outcomes of any shape, in the target's unit; of a relation the difference to
            what it is compared with, of a sum or cut that of all its years.

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
            "equals": np.equal,
            "above_reference": np.greater,
            "cumulative_at_most": np.less_equal,
        }
        return rules.get(self.sense, np.greater_equal)(outcome, self.value)

    def shortfall(self, outcome: ArrayLike) -> NDArray[np.float64]:
        """How far each outcome misses the target, 0 where it is met; target's unit."""
        gap = self.value - np.asarray(outcome, dtype=float)
        if self.sense == "equals":
            return np.abs(gap)
        return np.maximum(-gap if self.falls else gap, 0.0)


def read_targets(project: Project) -> dict[str, Target]:
    """Targets of a project about one plan, or of all; see `read_every_target`."""
    targets = read_every_target(project)
    return targets_of(targets, project.chosen_plan) if project.chosen_plan else targets


def read_every_target(project: Project) -> dict[str, Target]:
    """Targets of all plans by id, in the file's order; those without data included.

    Raises
    ------
    DataError
        Naming file, line, value and remedy: an id given twice, an unknown indicator,
        region or sense, a wrong unit, a year or value that is not a number.
    """
    path = project.file("targets.csv")
    frame = _with_optional(read_table(path, COLUMNS), project)
    refuse = Refusals(path, frame)
    _check_ids(frame, refuse)
    refuse.known("indicator", "indicator", project.indicators)
    refuse.known("region", "region", project.places)
    refuse.known("sense", "sense", SENSES)
    refuse.known("plan", "plan", project.plans)
    refuse.known("force", "force", FORCES)
    _check_references(frame, refuse, project)
    refuse.known("headline", "headline mark", ("0", "1"))
    _check_units(frame, refuse, project)
    year = numbers(frame, refuse, "year", whole=True)
    value = _values(frame, path, refuse)
    since = _since(frame, year, path, refuse)
    rows = frame.assign(year=year, value=value)
    return {
        row["id"]: _target(
            row, int(since[line]) if line in since.index else None, project
        )
        for line, row in rows.iterrows()
    }


def _check_ids(frame: pd.DataFrame, refuse: Refusals) -> None:
    """Refuse rows without id, quote or source, and ids that name nothing or two."""
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


def _check_units(frame: pd.DataFrame, refuse: Refusals, project: Project) -> None:
    unit = frame["indicator"].map(lambda name: project.indicators[name].unit)
    unit = unit.where(frame["sense"] != "cut", "percent")
    refuse.check(
        (frame["unit"] != unit) & (frame["sense"] != "no_number"),
        "unit",
        "is not the unit of the indicator in project.yaml",
        "Use the same unit in both.",
    )


def _since(
    frame: pd.DataFrame, year: pd.Series, path: Path, refuse: Refusals
) -> pd.Series:
    """First years of targets for averages, of the rows that have one."""
    refuse.check(
        ((frame["indicator"] == GROWTH_AVERAGE) | frame["sense"].isin(SPANS))
        & (frame["since"].str.strip() == ""),
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
    return since


def targets_of(targets: Mapping[str, Target], *plans: str) -> dict[str, Target]:
    """The targets of some plans by id, in order.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> len(targets_of(read_targets(load_project()), "2021-2025"))
    31
    """
    return {name: target for name, target in targets.items() if target.plan in plans}


def _with_optional(frame: pd.DataFrame, project: Project) -> pd.DataFrame:
    """The table with empty columns for those it may do without, and every plan."""
    missing = {name: "" for name in OPTIONAL if name not in frame}
    frame = frame.assign(**missing)
    if len(project.plans) == 1:
        only = next(iter(project.plans))
        frame = frame.assign(plan=frame["plan"].where(frame["plan"] != "", only))
    return frame


def _values(frame: pd.DataFrame, path: Path, refuse: Refusals) -> pd.Series:
    """Values asked for; 0 for a relation and where none is printed."""
    relation, none = frame["sense"].isin(RELATIONS), frame["sense"] == "no_number"
    blank = frame["value"].str.strip() == ""
    printed = frame[~((relation | none) & blank)]
    refuse.check(
        none & ~blank,
        "value",
        "stands with a goal that has no number",
        "Leave the value empty, or choose another sense.",
    )
    values = numbers(printed, Refusals(path, printed), "value")
    filled = values.reindex(frame.index).where(~none, 0.0)
    filled = filled.where(~(relation & blank), 0.0)
    ranges = frame[frame["sense"] == "between"]
    high = numbers(ranges, Refusals(path, ranges), "high")
    refuse.check(
        ~(high.reindex(frame.index) > filled) & (frame["sense"] == "between"),
        "high",
        "is not above the value",
        "A range runs from 'value' to 'high'.",
    )
    return filled


def _reference(row: Any, project: Project) -> Quantity | None:
    """What a relation compares with: an indicator, a place, or INDICATOR@PLACE."""
    if row["sense"] not in RELATIONS:
        return None
    indicator, _, place = row["reference"].strip().partition("@")
    if indicator in project.places and not place:
        indicator, place = "", indicator
    indicator = indicator or row["indicator"]
    return Quantity(indicator, place or row["region"], *_origin(project, indicator))


def _origin(project: Project, indicator: str) -> tuple[str | None, bool]:
    """Indicator that one is computed from, and whether it is a difference of it."""
    about = project.indicators[indicator]
    return about.of, about.of is not None and about.kind == "change"


def _check_references(frame: pd.DataFrame, refuse: Refusals, project: Project) -> None:
    names = {*project.indicators, *project.places}

    def known(text: str) -> bool:
        indicator, mark, place = text.strip().partition("@")
        return indicator in names and (not mark or place in project.places)

    relation = frame["sense"].isin(RELATIONS)
    refuse.check(
        relation & ~frame["reference"].map(known).astype(bool),
        "reference",
        "names no indicator or region of project.yaml",
        "A relation compares with INDICATOR, REGION or INDICATOR@REGION.",
    )


def _target(row: Any, since: int | None, project: Project) -> Target:
    of, difference = _origin(project, row["indicator"])
    reference = _reference(row, project)
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
        note=row["note"],
        plan=row["plan"],
        high=float(row["high"]) if row["sense"] == "between" else None,
        force=row["force"],
        of=of,
        difference=difference,
        reference=reference,
        compared_with=None if reference is None else _named(row, reference, project),
    )


def _named(row: Any, reference: Quantity, project: Project) -> Label:
    """Name of what a relation compares with: what differs from the target's own."""
    labels = []
    if reference.region != row["region"]:
        labels.append(project.places[reference.region])
    if reference.indicator != row["indicator"]:
        labels.append(project.indicators[reference.indicator].label)
    en = " of ".join(label.en for label in reversed(labels))
    return Label(en, "".join(label.zh for label in labels))


def target_named(targets: dict[str, Target], name: str) -> Target:
    """The target with an id.

    Raises
    ------
    DataError
        If there is none, with the nearest id.
    """
    if name not in targets:
        raise DataError(
            f"{unknown('target', name, targets)} All stand in targets.csv; those of a "
            "plan in `cszt attain --all --plan ID`."
        )
    return targets[name]
