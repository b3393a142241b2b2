"""Forecasts: draws of the years after an origin, by the panel or a benchmark."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cszt_models.errors import ConvergenceError
from cszt_models.hindcast.benchmarks import BENCHMARKS, EVERYWHERE, POOLED
from cszt_models.hindcast.information_set import InformationSet
from cszt_models.hindcast.learning import learned_for
from cszt_models.hindcast.variables import ForecastVariable
from cszt_models.inference.fit import MARGINAL, Fit, fit
from cszt_models.inference.joint_fit import Task, fit_jointly
from cszt_models.models.components import REVISION
from cszt_models.models.panels import linked_blocks
from cszt_models.structural.panel import CELLS
from cszt_models.vocabulary import DRAW, REGION, YEAR

Array = NDArray[np.float64]

STRUCTURAL = "structural"
LEARNED = "learned"  # the panel, with priors learned from the figures up to the origin
METHODS = (
    *(STRUCTURAL, "rw", "mean5", "ar1", "ets", "arima"),
    *("rw0", "theta", "damped", "comb", "blend", *POOLED, *EVERYWHERE),
)


@dataclass(frozen=True)
class Forecast:
    """Draws of a group's years ahead.

    ``outcomes`` is (draw, region, ahead, part), as a reader knows the variable, with
    ``regions`` in its order. ``failed`` has the reason for each group without a fit.
    """

    regions: tuple[str, ...]
    outcomes: Array
    failed: Mapping[str, str] = field(default_factory=dict)

    def of(self, places: list[int]) -> "Forecast":
        """The same draws of some regions."""
        regions = tuple(self.regions[n] for n in places)
        return Forecast(regions, self.outcomes[:, places])


def seed_of_case(seed: int, information: InformationSet, method: str) -> int:
    """Seed of one forecast, whatever others are computed, and in which order.

    Parameters
    ----------
    seed
        Of the hindcast; group, origin and method each lead to another one.
    """
    text = f"{information.group}/{information.origin}/{method}"
    state = np.random.SeedSequence([seed, zlib.crc32(text.encode())])
    return int(state.generate_state(1)[0])


def forecast(
    information: InformationSet,
    variable: ForecastVariable,
    method: str,
    *,
    seed: int,
    draws: int,
) -> Forecast:
    """Forecast a variable from an information set alone.

    Benchmarks forecast a rate in percent, and a share or level on the models' scale:
    the exponential of a Student t has no mean, and no CRPS.

    Parameters
    ----------
    method
        ``structural``, ``learned``, or one of the benchmarks.
    draws
        Joint draws of all regions and years; benchmarks treat regions as independent.

    Raises
    ------
    DataError
        If the information set has no figure of the variable.
    ConvergenceError
        If the fit of a panel fails its gate.
    """
    start = seed_of_case(seed, information, method)
    if method == STRUCTURAL:
        return _by_panel(information, variable, seed=start, draws=draws)
    if method == LEARNED:
        return _by_learned_priors(information, variable, seed=seed, draws=draws)
    rng = np.random.default_rng(start)
    series = information.series(variable)
    if variable.rate:
        series = {name: variable.outcome(cells) for name, cells in series.items()}
    regions = tuple(series)
    count = len(variable.parts if variable.rate else variable.blocks)
    drawn = np.empty((draws, len(regions), information.horizon, count))
    for n in range(count):
        block_series = {region: values[:, n] for region, values in series.items()}
        paths = BENCHMARKS[method](
            block_series, variable.rate, information.horizon, draws, rng
        )
        drawn[..., n] = np.stack([paths[region] for region in regions], axis=1)
    return Forecast(regions, drawn if variable.rate else variable.outcome(drawn))


def _by_panel(
    information: InformationSet, variable: ForecastVariable, *, seed: int, draws: int
) -> Forecast:
    years = range(information.origin + 1, information.project.horizon + 1)
    drawn = {}
    for block, fitted in _fits(information, variable, seed=seed, draws=draws).items():
        cells = fitted.cells[CELLS]
        if variable.level and REVISION in fitted.cells:
            cells = cells + fitted.cells[REVISION]
        drawn[block] = cells.sel({YEAR: list(years)}).transpose(DRAW, REGION, YEAR)
    common = [
        name
        for name in information.regions
        if all(name in cells[REGION] for cells in drawn.values())
    ]
    parts = [cells.sel({REGION: common}).to_numpy() for cells in drawn.values()]
    return Forecast(tuple(common), variable.outcome(np.stack(parts, axis=-1)))


def _fits(
    information: InformationSet, variable: ForecastVariable, *, seed: int, draws: int
) -> dict[str, Fit]:
    """Fits of a variable's blocks; of a level with shocks that belong together."""
    panels = {block: information.panel(block) for block in variable.blocks}
    day = information.as_of
    if not variable.level:
        return {
            block: fit(panel, as_of=day, seed=seed, draws=draws)
            for block, panel in panels.items()
        }
    linked = tuple(linked_blocks(information.project, panels))
    return dict(fit_jointly(Task(panels, linked, day, seed, draws, MARGINAL)).blocks)


def _by_learned_priors(
    information: InformationSet, variable: ForecastVariable, *, seed: int, draws: int
) -> Forecast:
    """Forecasts of every group by priors that are learned from all of them.

    A group has the random numbers that it has with the priors of the hindcast.
    """
    learned = learned_for(information, variable.blocks)
    parts: list[Forecast] = []
    failed: dict[str, str] = {}
    for group in learned.split():
        start = seed_of_case(seed, group, STRUCTURAL)
        try:
            parts.append(_by_panel(group, variable, seed=start, draws=draws))
        except ConvergenceError as error:
            failed[group.group] = str(error)
    if not parts:
        raise ConvergenceError(next(iter(failed.values())))
    regions = tuple(name for part in parts for name in part.regions)
    outcomes = np.concatenate([part.outcomes for part in parts], axis=1)
    return Forecast(regions, outcomes, failed)
