"""Columns of a design: what each varies, and its admissible values.

A lever's column is named by the lever, or with regions and years: ``growth``,
``growth@north``, ``price@north+south:2023-2025``. Others are ``as_of`` (dates),
``scenario`` (names), ``scenario:NAME`` (0 off, 1 on), ``engine``, and
``prior:BLOCK.SCALE``, a factor on the median of a prior scale. The last three and
``as_of`` need fits of their own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from cszt_models.errors import DataError, ScenarioError, unknown
from cszt_models.inference.fit import ENGINES
from cszt_models.models.priors import Priors
from cszt_models.project.dates import as_of_date
from cszt_models.project.project import Label, Project
from cszt_models.scenarios.levers import Lever
from cszt_models.scenarios.scenario import Scenario
from cszt_models.scenarios.settings import KEYS as SETTING_KEYS
from cszt_models.scenarios.settings import Setting, read_settings

type ColumnKind = Literal["lever", "as_of", "scenario", "switch", "engine", "prior"]

REFITTED: tuple[ColumnKind, ...] = ("as_of", "engine", "prior")
AS_OF, SCENARIO, ENGINE = "as_of", "scenario", "engine"
SWITCH, PRIOR = "scenario:", "prior:"
FACTOR = (0.1, 10.0)  # range of factors on a prior median: an order of size either way
KEYS = ("lever", *(key for key in SETTING_KEYS if key != "value"))
_NAME = re.compile(r"(?P<lever>[^@:]+)(@(?P<places>[^:]+))?(:(?P<years>.+))?")
_YEARS = re.compile(r"(\d{4})?-(\d{4})?|(\d{4})")


@dataclass(frozen=True)
class Context:
    """Project, levers, scenarios and priors that names in a design refer to."""

    project: Project
    levers: Mapping[str, Lever]
    scenarios: Mapping[str, Scenario]
    priors: Mapping[str, Priors]


@dataclass(frozen=True)
class DesignColumn:
    """A named column of a design.

    ``setting`` is what a lever's column sets, at a value of 1; ``low`` and ``high`` are
    the range of numbers, ``choices`` the admissible texts of other columns.
    """

    name: str
    kind: ColumnKind
    label: Label
    low: float = 0.0
    high: float = 1.0
    setting: Setting | None = None
    choices: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.kind in ("lever", "switch", "prior")

    def checked(self, values: Any, context: Context) -> np.ndarray:
        """Values of the column as numbers or texts.

        Raises
        ------
        ScenarioError
            If a value is missing, not a number, out of range or not among the choices.
        """
        given = pd.Series(values).reset_index(drop=True)
        if given.isna().any():
            raise self._fault(given.isna(), given, "is missing", "Fill it in.")
        if not self.numeric:
            return self._texts(given, context)
        numbers = pd.to_numeric(given, errors="coerce").astype(float)
        odd = ~np.isfinite(numbers) | given.map(lambda value: isinstance(value, bool))
        if odd.any():
            raise self._fault(odd, given, "is not a number", "Write one like 0.5.")
        outside = (numbers < self.low) | (numbers > self.high)
        if self.kind == "switch":
            outside = ~numbers.isin([0.0, 1.0])
        if outside.any():
            span = f"it takes a number from {self.low:g} to {self.high:g}"
            remedy = "Choose one in the range, or widen it in levers.yaml."
            if self.kind != "lever":
                remedy = "Choose one in the range."
            if self.kind == "switch":
                span, remedy = "it is 0 (off) or 1 (on)", "Write 0 or 1."
            raise self._fault(outside, given, f"is out of range: {span}", remedy)
        return numbers.to_numpy() + 0.0  # no -0.0

    def _texts(self, given: pd.Series, context: Context) -> np.ndarray:
        texts = given.map(lambda text: getattr(text, "isoformat", lambda: str(text))())
        if self.kind == AS_OF:
            whole = {text: _day(text, context.project) for text in texts.unique()}
            return texts.map(whole).to_numpy(dtype=object)
        for text in texts.unique():
            if text not in self.choices:
                raise ScenarioError(
                    f"column {self.name!r}: {unknown(self.kind, text, self.choices)}"
                )
        return texts.to_numpy(dtype=object)

    def _fault(
        self, where: pd.Series, given: pd.Series, what: str, remedy: str
    ) -> ScenarioError:
        row = int(np.flatnonzero(where)[0])
        value = given.iloc[row]
        return ScenarioError(
            f"column {self.name!r}, case {row + 1}: {value!s} {what}. {remedy}"
        )


def _day(text: str, project: Project) -> str:
    return as_of_date(project, text[:10]).isoformat()


def read_column(name: str, entry: Mapping[str, Any], context: Context) -> DesignColumn:
    """A column from its name and its entry in a design.

    Parameters
    ----------
    entry
        ``lever``, ``regions``, ``from``, ``to`` and other keys of a setting in
        scenarios.yaml; keys that are absent follow from the name.

    Raises
    ------
    ScenarioError
        If a lever, region, scenario, block or scale is unknown.
    """
    if name == AS_OF:
        return DesignColumn(name, "as_of", Label("as-of date", "截至日期"))
    if name == SCENARIO:
        names = tuple(context.scenarios)
        return DesignColumn(name, "scenario", Label("scenario", "情景"), choices=names)
    if name == ENGINE:
        return DesignColumn(name, "engine", Label("engine", "引擎"), choices=ENGINES)
    if name.startswith(SWITCH):
        scenario = name.removeprefix(SWITCH)
        if scenario not in context.scenarios:
            raise ScenarioError(unknown("scenario", scenario, context.scenarios))
        return DesignColumn(name, "switch", Label(scenario, scenario))
    if name.startswith(PRIOR):
        return _prior(name, context)
    return _lever(name, entry, context)


def prior_place(name: str) -> tuple[str, str]:
    """Block and scale of a column on a prior.

    Examples
    --------
    >>> prior_place("prior:growth.shock")
    ('growth', 'shock')
    """
    block, _, scale = name.removeprefix(PRIOR).partition(".")
    return block, scale


def _prior(name: str, context: Context) -> DesignColumn:
    block, scale = prior_place(name)
    if block not in context.priors:
        raise ScenarioError(unknown("block of priors", block, context.priors))
    scales = context.priors[block].scales
    if scale not in scales:
        raise ScenarioError(unknown(f"prior scale of {block}", scale, scales))
    label = Label(f"prior of {block}, {scale}", f"先验（{block}·{scale}）")
    return DesignColumn(name, "prior", label, *FACTOR)


def _lever(name: str, entry: Mapping[str, Any], context: Context) -> DesignColumn:
    match = _NAME.fullmatch(name)
    fields: dict[str, Any] = {k: v for k, v in entry.items() if k in KEYS}
    lever = fields.pop("lever", None)
    if lever is None and match:
        lever = match["lever"]
        if match["places"]:
            fields.setdefault("regions", match["places"].split("+"))
        if match["years"]:
            fields = _years(name, match["years"]) | fields
    if lever not in context.levers:
        raise ScenarioError(
            f"column {name!r}: {unknown('lever', lever, context.levers)} Other columns "
            f"are {AS_OF}, {SCENARIO}, {SWITCH}NAME, {ENGINE} and {PRIOR}BLOCK.SCALE."
        )
    definition = context.levers[lever]
    given = {"value": definition.low, **fields}
    (setting,) = read_settings(name, lever, given, context.levers, context.project)
    setting = replace(setting, value=1.0)
    where = name.removeprefix(lever) if name.startswith(lever) else f" ({name})"
    label = Label(definition.label.en + where, definition.label.zh + where)
    return DesignColumn(name, "lever", label, definition.low, definition.high, setting)


def _years(name: str, text: str) -> dict[str, Any]:
    match = _YEARS.fullmatch(text)
    if not match or text == "-":
        raise ScenarioError(
            f"column {name!r}: {text!r} are not years. Write 2023, 2023-2025 or 2023-."
        )
    first, last, single = match.groups()
    bounds = {"from": single or first, "to": single or last}
    return {key: int(year) for key, year in bounds.items() if year}


def require_apart(columns: tuple[DesignColumn, ...]) -> None:
    """Refuse two columns that set one lever for the same regions and years.

    Raises
    ------
    ScenarioError
        Naming both columns.
    """
    levers = [(c.name, c.setting) for c in columns if c.setting is not None]
    for n, (name, setting) in enumerate(levers):
        for other_name, other in levers[:n]:
            if setting.meets(other):
                raise ScenarioError(
                    f"columns {other_name!r} and {name!r} both set lever "
                    f"{setting.lever!r} for the same regions and years. Drop one of "
                    "them, or part the regions or years."
                )


def require_columns(columns: tuple[DesignColumn, ...]) -> None:
    """Refuse a design without a column, or with a conflict between them.

    Raises
    ------
    DataError, ScenarioError
        If there is no column, or two columns set the same.
    """
    if not columns:
        raise DataError("the design has no column. Name a lever to sweep.")
    require_apart(columns)
