"""Backcast: the least surprising change that gives targets a probability.

The change is one of the means of the cells (growth, prices, shares, ...) that a
projection is made of, in the metric of the fits' own joint draws; see `least_change`.
Shocks are correlated, so cells that no target needs move along as far as the model
expects them to. The draws are moved and projected again, so that what is published
stands, sums hold, and the probability is that of the moved draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy import special

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import DataError
from cszt_models.models.fits import Fits
from cszt_models.models.indicators import CELL_KINDS, PRICE, REVISION
from cszt_models.project.plan import Target
from cszt_models.projection.outcomes import outcome
from cszt_models.projection.outcomes import published_outcome as published
from cszt_models.projection.outlook import Outlook, build_outlook, kinds
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.targets.attainment import groups_of, monte_carlo_error
from cszt_models.targets.coverage import target_regions
from cszt_models.targets.evidence import evidence, measure_of, missing_series
from cszt_models.targets.least_change import Aim, least_change
from cszt_models.targets.required_growth import RequiredGrowth, required_growth
from cszt_models.vocabulary import DRAW, GDP, GROWTH, POPULATION, URBANIZATION, YEAR

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Backcast:
    """A change of the cells that gives a set of targets a probability.

    ``shift`` (region, year) holds the change of each kind of cell on its own scale.
    ``before`` and ``after`` are projections without and with it. ``distance`` is the
    length of the change in standard deviations of the model, and ``plausibility`` its
    tail probability. If ``reached`` is False, no change within `MAX_LENGTH` gives
    ``requested``: ``highest`` and ``lowest`` are the probabilities tried, and the shift
    is zero. ``effects`` (target, kind) is the change of the median outcome by each kind
    of cell alone, in the target's unit. ``missed`` are targets that a published outcome
    has settled, ``open`` those that none has.
    """

    targets: tuple[Target, ...]
    as_of: date
    scenario: Scenario
    seed: int
    draws: int
    requested: float
    initial: float
    probability: float
    mcse: float
    reached: bool
    lowest: float
    highest: float
    distance: float
    plausibility: float
    shift: xr.Dataset
    outlook: Outlook
    before: xr.Dataset
    after: xr.Dataset
    needed: tuple[RequiredGrowth, ...]
    effects: xr.DataArray
    missed: tuple[str, ...]
    open: tuple[str, ...]


@ONE_THREAD
def backcast(
    fits: Fits,
    targets: Sequence[Target],
    probability: float,
    *,
    scenario: Scenario | None = None,
    outlook: Outlook | None = None,
) -> Backcast:
    """Least surprising change that gives a set of targets a joint probability.

    Parameters
    ----------
    fits
        Of one as-of date.
    targets
        One, or several that are to be met jointly.
    probability
        Between 0 and 1, both excluded.
    scenario
        What the change comes on top of; the baseline if not given.
    outlook
        An `Outlook` of the fits; one up to the last target's year if not given.

    Raises
    ------
    DataError
        If the probability is none, no target is given or one has no data.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.project.plan import read_targets
    >>> from cszt_models.models.fits import fit_blocks
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures, plan = read_observations(project), read_targets(project)
    >>> fits = fit_blocks(figures, project, as_of=day, seed=1, draws=200)
    >>> result = backcast(fits, [plan["gdp_2025"]], 0.9)
    >>> result.probability, result.distance > 0
    (0.9, True)
    """
    require_aim(probability)
    if not targets:
        raise DataError("no target is given. Name at least one, like gdp_2025.")
    scenario = baseline() if scenario is None else scenario
    chosen = tuple({target.id: target for target in targets}.values())
    if outlook is None:
        last = max(target.year for target in chosen)
        regions = target_regions(fits.project, chosen)
        outlook = build_outlook(fits, until=last, regions=regions, partial=True)
    goal = _Goal(fits, chosen, scenario, outlook)
    move = least_change(goal.aim(), probability)
    met = goal.met(goal.after(move.change))
    shift = goal.unstacked(move.change)
    before = project_paths(goal.outlook, scenario)
    requirements = [required_growth(fits, before, target) for target in goal.open]
    return Backcast(
        targets=chosen,
        as_of=fits.as_of,
        scenario=scenario,
        seed=fits.seed,
        draws=fits.draws,
        requested=probability,
        initial=move.initial,
        probability=float(met.mean()),
        mcse=monte_carlo_error(met, groups_of(fits, chosen)) if goal.open else 0.0,
        reached=move.reached,
        lowest=move.lowest,
        highest=move.highest,
        distance=move.distance,
        plausibility=plausibility(move.distance, len(goal.open)),
        shift=shift,
        outlook=goal.outlook,
        before=before,
        after=project_paths(shift_cells(goal.outlook, shift), scenario),
        needed=tuple(
            requirement for requirement in requirements if requirement is not None
        ),
        effects=_effects(goal, shift),
        missed=goal.missed,
        open=tuple(target.id for target in goal.open),
    )


def require_aim(probability: float) -> None:
    """Raise if a probability cannot be aimed at.

    Raises
    ------
    DataError
        If it is not between 0 and 1, both excluded.
    """
    if not 0 < probability < 1:
        raise DataError(
            f"probability {probability:g} cannot be aimed at. Give one between 0 and "
            "1, like 0.5."
        )


def plausibility(distance: float, outcomes: int) -> float:
    """Tail probability of a change: its squared length is chi-squared (outcomes).

    Examples
    --------
    >>> round(plausibility(1.96, 1), 3)
    0.05
    """
    return float(special.chdtrc(max(outcomes, 1), distance**2))


class _Goal:
    """Targets as a function of a change of the cells."""

    def __init__(
        self,
        fits: Fits,
        targets: tuple[Target, ...],
        scenario: Scenario,
        outlook: Outlook,
    ) -> None:
        self.fits, self.scenario, self.outlook = fits, scenario, outlook
        self.indicators = {name for target in targets for name in target.sources}
        projection = project_paths(outlook, scenario, only=self.indicators)
        self.open: list[Target] = []
        self.missed: tuple[str, ...] = ()
        for target in targets:
            value = published(fits, target)
            if value is None:
                self._require(target, outcome(projection, target))
                self.open.append(target)
            elif not target.met_by(value):
                self.missed += (target.id,)
        self.kinds = self._kinds()

    def _require(self, target: Target, drawn: Array | None) -> None:
        """Raise if a target has no data, as `assess` does."""
        support = evidence(self.fits, target)
        project = self.fits.project
        measured = any(measure_of(project, name) for name in target.sources)
        if drawn is None or (support is None and measured):
            raise DataError(
                f"target {target.id!r} has no data "
                f"({missing_series(self.fits, target)}), so nothing can be said of "
                "what it takes. Leave it out, or add its series to observations.csv."
            )

    def _kinds(self) -> list[str]:
        """Kinds of cells that may move: of linked blocks, and the targets' measures."""
        linked, project = set(self.fits.dependence.panels), self.fits.project
        indicators = {name for target in self.open for name in target.sources}
        used = [measure_of(project, name) for name in indicators]
        linked |= {measure.indicator for measure in used if measure}
        names = [str(name) for name in self.outlook.cells]
        block = {name: block_name for name, (block_name, _) in kinds(self.fits).items()}
        return [name for name in names if block[name] in linked]

    @cached_property
    def cells(self) -> Array:
        """Departures of the cells from their means (draw, cell); 0 where not known."""
        parts = [self.outlook.cells[name].to_numpy() for name in self.kinds]
        flat = np.concatenate([p.reshape(len(p), -1) for p in parts], axis=1)
        return np.nan_to_num(flat - flat.mean(axis=0))

    def aim(self) -> Aim:
        """The targets as an aim of a change of the cells."""
        sides = [-1.0 if target.falls else 1.0 for target in self.open]
        return Aim(self.cells, self.after, self.met, np.array(sides))

    def unstacked(self, change: Array) -> xr.Dataset:
        """A change (cell) by kind (region, year)."""
        like = self.outlook.cells.isel({DRAW: 0}, drop=True)
        size = like[self.kinds[0]].size
        moved = {
            name: like[name].copy(data=part.reshape(like[name].shape))
            for name, part in zip(
                self.kinds,
                np.split(change, range(size, size * len(self.kinds), size)),
                strict=True,
            )
        }
        return xr.Dataset(moved)

    def outcomes(self, shift: xr.Dataset) -> Array:
        """Outcomes of the open targets (draw, target) after a shift, projected."""
        if not self.open:
            return np.empty((self.fits.draws, 0))
        outlook = shift_cells(self.outlook, shift)
        projection = project_paths(outlook, self.scenario, only=self.indicators)
        drawn = [outcome(projection, target) for target in self.open]
        return np.column_stack([values for values in drawn if values is not None])

    def after(self, change: Array) -> Array:
        """Outcomes after a change (cell)."""
        return self.outcomes(self.unstacked(change))

    def met(self, outcomes: Array) -> Mask:
        """Draws in which all targets are met, those resolved included."""
        if self.missed:
            return np.zeros(len(outcomes), dtype=bool)
        each = [t.met_by(y) for t, y in zip(self.open, outcomes.T, strict=True)]
        return np.all([np.ones(len(outcomes), dtype=bool), *each], axis=0)


def _effects(goal: _Goal, shift: xr.Dataset) -> xr.DataArray:
    """Change of the median outcomes (target, kind) as each kind moves alone."""
    unchanged = np.median(goal.outcomes(shift[[]]), axis=0)
    alone = [
        np.median(goal.outcomes(shift[[k]]), axis=0) - unchanged for k in goal.kinds
    ]
    coords = {"kind": goal.kinds, "target": [target.id for target in goal.open]}
    return xr.DataArray(np.array(alone).reshape(len(goal.kinds), -1), coords).T


def shift_cells(outlook: Outlook, shift: xr.Dataset) -> Outlook:
    """An outlook with the change of some kinds of cells (region, year) added."""
    names = list(shift)
    cells = {name: outlook.cells[name] + shift[name] for name in names}
    return replace(outlook, cells=outlook.cells.assign(cells))


RATES = tuple(kind.name for kind in CELL_KINDS.values() if kind.rate)
MIN_EFFECT = 0.02  # of the largest effect: below it a kind of cell is not listed
COLUMNS = ["quantity", "region", "year", "unit", "before", "after", "change"]


def yearly(result: Backcast) -> pd.DataFrame:
    """Medians without and with the change, for quantities that affect the targets.

    Real growth, GDP prices and population are in percent on the year before, prices
    with what a census adds to levels; shares and measures are levels.

    Returns
    -------
    DataFrame
        quantity, region, year, unit, before, after and change, for the years from the
        first that moves to the last target's.
    """
    last = max(target.year for target in result.targets)
    parts = [_of_quantity(result, name, last) for name in quantities(result)]
    return pd.concat(parts) if parts else pd.DataFrame(columns=COLUMNS)


def averages(result: Backcast) -> pd.DataFrame:
    """The same as averages over the years that move, and the last value of levels.

    Returns
    -------
    DataFrame
        quantity, region, first and last year, unit, before, after, change.
    """
    rows = []
    for (quantity, region), path in yearly(result).groupby(
        ["quantity", "region"], sort=False
    ):
        first, last = int(path["year"].min()), int(path["year"].max())
        rate = quantity in RATES
        values = path[["before", "after"]].mean() if rate else path.iloc[-1]
        before, after = float(values["before"]), float(values["after"])
        rows.append(
            {
                "quantity": quantity,
                "region": region,
                "first": first if rate else last,
                "last": last,
                "unit": path["unit"].iloc[0],
                "before": before,
                "after": after,
                "change": after - before,
            }
        )
    columns = [c if c != "year" else "last" for c in COLUMNS]
    columns.insert(2, "first")
    return pd.DataFrame(rows, columns=columns)


def quantities(result: Backcast) -> list[str]:
    """Quantities whose change affects a target."""
    size = abs(result.effects)
    most = size.max("kind")
    counts = (size >= MIN_EFFECT * most).where(most > 0, False).any("target")
    kinds = [str(kind) for kind in result.effects["kind"].to_numpy()[counts]]
    names = [PRICE if kind == REVISION else kind for kind in kinds]
    measures = [measure.indicator for measure in result.outlook.measures]
    known = [*RATES, URBANIZATION, *measures]
    return [name for name in known if name in names]


def _of_quantity(result: Backcast, quantity: str, last: int) -> pd.DataFrame:
    before, after = (_path(p, quantity) for p in (result.before, result.after))
    changed = abs(after - before).max(DRAW)
    frame = xr.Dataset(
        {
            "before": before.median(DRAW),
            "after": after.median(DRAW),
            "moves": changed > 1e-9,
        }
    ).to_dataframe()
    frame = frame.reset_index()
    frame = frame[frame["moves"] & (frame["year"] <= last)]
    unit = (
        "percent per year"
        if quantity in RATES
        else result.outlook.project.indicators[quantity].unit
    )
    change = frame["after"] - frame["before"]
    return frame.assign(quantity=quantity, unit=unit, change=change)[COLUMNS]


def _path(projection: xr.Dataset, quantity: str) -> xr.DataArray:
    """Draws of a quantity in readers' units (draw, region, year)."""
    if quantity == PRICE:
        nominal = projection[GDP] / projection[GDP].shift({YEAR: 1})
        return 100 * (nominal / (1 + projection[GROWTH] / 100) - 1)
    path = projection[quantity]
    if quantity == POPULATION:
        return 100 * (path / path.shift({YEAR: 1}) - 1)
    return path
