"""A target split over members or years by each rule, with what each part then is."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import xarray as xr

from cszt_models.errors import DataError, unknown
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.projection.outcomes import outcome
from cszt_models.targets.setting import DIGITS
from cszt_models.targets.splitting import (
    RULES,
    Array,
    Parts,
    Rule,
    burden,
    path_values,
    rounded_parts,
    split_values,
)
from cszt_models.targets.target_parts import (
    is_sum,
    member_parts,
    open_path,
    rate_parts,
)
from cszt_models.vocabulary import GROWTH, GROWTH_AVERAGE

type Over = Literal["members", "years"]
OVERS: tuple[Over, ...] = ("members", "years")
SHARE_STEP = 0.1  # points to which shares and rates of parts are rounded


@dataclass(frozen=True)
class Division:
    """A target split by one rule; all arrays are (part), in the target's unit.

    Parameters
    ----------
    target
        Whose value is split.
    over, rule
        Into what, and how.
    names
        Ids of members, or years as text.
    start, expected
        Values of the year before (not numbers for growth), and means of the draws.
    values, rounded
        Exact ones, and those that an office would print.
    chances
        Of each part to be met, shares of 1.
    burdens
        Standard deviations beyond what is expected; negative where less is asked.
    together, whole
        Chance that all parts are met in one draw, and that of the target itself.
    left
        What contributions of the values lack of the total; rounding alone.
    """

    target: Target
    over: Over
    rule: Rule
    names: tuple[str, ...]
    start: Array
    expected: Array
    values: Array
    rounded: Array
    chances: Array
    burdens: Array
    together: float
    whole: float
    left: float

    @property
    def added(self) -> bool:
        """Whether parts add up, rather than follow each other."""
        return self.over == "members" or self.target.indicator == GROWTH_AVERAGE

    @property
    def shares(self) -> Array:
        """Share of each part in the burden of all, where all are asked for more."""
        total = self.burdens.sum()
        same = bool((self.burdens >= 0).all()) and total > 0
        return self.burdens / total if same else np.full(len(self.burdens), np.nan)


def require_over(over: str) -> Over:
    """The same, if targets are split over it.

    Raises
    ------
    DataError
        If it is neither members nor years.
    """
    for known in OVERS:
        if over == known:
            return known
    raise DataError(f"{unknown('division', over, OVERS)} See `cszt split-target`.")


def require_rule(rule: str) -> None:
    """Refuse a rule by which nothing is split.

    Raises
    ------
    DataError
        If it is none of `RULES`.
    """
    if rule not in RULES:
        raise DataError(f"{unknown('rule', rule, RULES)} See `cszt split-target`.")


def divide(
    fits: Fits, projection: xr.Dataset, target: Target, over: Over = "members"
) -> list[Division]:
    """A target's value split by every rule.

    Parameters
    ----------
    fits
        Of the projection.
    projection
        From `project_paths`, all indicators.
    target
        Whose value is split.
    over
        Members of its region, or open years up to its own.

    Raises
    ------
    DataError
        If it has no members or no open year, asks for exactly its value, or a part is
        not projected.
    """
    require_over(over)
    if target.sense == "equals":
        raise DataError(
            f"target {target.id!r} asks for exactly its value, so its parts have no "
            "chance to exceed it. Split a target of at least or at most."
        )
    drawn = outcome(projection, target)
    whole = math.nan if drawn is None else float(target.met_by(drawn).mean())
    if over == "years" and target.indicator != GROWTH_AVERAGE:
        return _along_years(fits, projection, target, whole)
    if over == "years":
        parts, total = rate_parts(projection, target), None
    else:
        parts = member_parts(fits, projection, target)
        total = target.value if is_sum(fits, target) else None
    results = []
    for rule in RULES:
        values = split_values(parts, rule)
        step = _step(target)
        rounded = rounded_parts(target, parts, values, step, total=total)
        results.append(_division(target, over, rule, parts, values, rounded, whole))
    return results


def _along_years(
    fits: Fits, projection: xr.Dataset, target: Target, whole: float
) -> list[Division]:
    """The path of a level or share to its value, by every rule."""
    opened = open_path(fits, projection, target)
    names = tuple(map(str, opened.years))
    results = []
    for rule in RULES:
        values = path_values(
            target, opened.draws, opened.start, rule, shares=opened.shares
        )
        step = _step(target)
        rounded = np.append(np.round(values[:-1] / step) * step, target.value)
        before = np.append(opened.start, values[:-1])
        parts = Parts(names, opened.draws, before, np.ones(len(names)), math.nan)
        division = _division(target, "years", rule, parts, values, rounded, whole)
        results.append(replace(division, left=float(target.value - values[-1])))
    return results


def _division(
    target: Target,
    over: Over,
    rule: Rule,
    parts: Parts,
    values: Array,
    rounded: Array,
    whole: float,
) -> Division:
    rates = target.indicator in (GROWTH, GROWTH_AVERAGE)
    met = np.column_stack(
        [
            replace(target, value=float(value)).met_by(draws)
            for value, draws in zip(values, parts.draws.T, strict=True)
        ]
    )
    return Division(
        target=target,
        over=over,
        rule=rule,
        names=parts.names,
        start=parts.start * (np.nan if rates else 1.0),
        expected=parts.draws.mean(axis=0),
        values=values,
        rounded=rounded,
        chances=met.mean(axis=0),
        burdens=burden(target, parts.draws, values),
        together=float(met.all(axis=1).mean()),
        whole=whole,
        left=parts.left(values),
    )


def _step(target: Target) -> float:
    """Step to which parts are rounded: points of a share, or digits of the whole."""
    if target.unit.startswith("percent"):
        return SHARE_STEP
    size = math.floor(math.log10(abs(target.value))) if target.value else 0
    return float(10.0 ** (size + 1 - DIGITS))
