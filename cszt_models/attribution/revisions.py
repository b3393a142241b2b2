"""Additive decomposition of changes of probabilities between two as-of dates.

The way from the older fits to the newer ones is walked in a fixed order, each step with
the same random numbers, and what a step changes is its part:

1. *basis*: figures of years already known, restated on a basis that is new to their
   series (population after a census, a back-cast);
2. *revision*: later vintages of figures already known, on a basis the series had;
3. *observation*: years not known before. First the figures come exactly as expected, so
   that only uncertainty goes (``expected``); then the surprises of each indicator and
   region are added, in one order and in the opposite one, and averaged; last comes
   what is published as it stands: levels, totals, a target's outcome (``published``);
4. *event*: years declared not to inform the trend;
5. *scales*: how variable everything is, estimated afresh, with the Monte-Carlo error.

Up to the events the scales and correlations are those of the older fits, so that steps
are exact conditioning and quick; statsmodels' ``news`` does the same for the mean of a
forecast, with all parameters fixed throughout.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from cszt_models.attribution.contributions import (
    JOINT,
    Contribution,
    Group,
    Move,
    StepKind,
    classify_figures,
    group_news,
)
from cszt_models.attribution.news import News, news, shifts
from cszt_models.models.fits import Fits
from cszt_models.models.update import recondition
from cszt_models.project.observations import KEY
from cszt_models.project.plan import Target, target_named
from cszt_models.projection.outcomes import outcome, published_outcome
from cszt_models.projection.outlook import Outlook, build_outlook, kinds
from cszt_models.projection.paths import project_paths
from cszt_models.scenarios.scenario import Scenario, baseline
from cszt_models.targets.attainment import assess
from cszt_models.targets.coverage import target_regions
from cszt_models.targets.evidence import measure_of
from cszt_models.vocabulary import DRAW, REGION, YEAR

RESTATED: tuple[Literal["basis", "revision"], ...] = ("basis", "revision")
_WORKERS = 2

Array = NDArray[np.float64]
Met = Mapping[str, NDArray[np.bool_]]


def moves(
    fits: Sequence[Fits],
    targets: Mapping[str, Target],
    scenario: Scenario | None = None,
    *,
    joint: Sequence[str] = (),
    on_move: Callable[[date, date], None] = lambda *_: None,
) -> list[Move]:
    """Moves of every probability between consecutive fits.

    Parameters
    ----------
    fits
        Of one project, seed and number of draws, oldest as-of date first.
    targets
        One without a probability on both dates has no move.
    scenario
        The baseline if not given.
    joint
        Ids of the joint probability; the headline targets if not given.
    on_move
        Called with both dates before each, for progress.

    Raises
    ------
    DataError
        If a joint target is unknown or has no data.
    ConvergenceError
        If a step cannot be computed.
    """
    scenario = baseline() if scenario is None else scenario
    ids = list(joint) or [t.id for t in targets.values() if t.headline]
    chosen = {name: target_named(dict(targets), name) for name in [*ids, *targets]}
    met = [assess(of_date, chosen, scenario).met for of_date in fits]
    all_moves: list[Move] = []
    for (older, newer), ends in zip(pairwise(fits), pairwise(met), strict=True):
        on_move(older.as_of, newer.as_of)
        both = [t for name, t in chosen.items() if name in ends[0] and name in ends[1]]
        if both:
            all_moves += _Walk(both, ids, scenario).moves(older, newer)
    return all_moves


@dataclass(frozen=True)
class _Transition:
    """A step, as the draws in which targets are met before and after it.

    With several pairs, the change is their mean.
    """

    kind: StepKind
    pairs: tuple[tuple[Met, Met], ...]
    figures: int = 0
    group: Group | tuple[None, None] = (None, None)
    news: tuple[News, ...] = ()

    def part(self, name: str) -> Contribution:
        """Contribution of the step to one target."""
        gaps = [
            after[name].astype(float) - before[name] for before, after in self.pairs
        ]
        gap = np.mean(gaps, axis=0)
        error = float(gap.std() / np.sqrt(len(gap)))
        change = float(gap.mean())
        indicator, region = self.group
        return Contribution(
            self.kind, change, error, self.figures, indicator, region, self.news
        )


class _Walk:
    """The way from older to newer fits, for targets with a probability at both."""

    def __init__(
        self, targets: Sequence[Target], joint: Sequence[str], scenario: Scenario
    ) -> None:
        self.targets, self.scenario = list(targets), scenario
        names = [target.id for target in targets]
        self.joint = [name for name in joint if name in names]
        self.last = max((target.year for target in targets), default=0)
        self.indicators = {name for target in targets for name in target.sources}

    def met(self, fits: Fits, outlook: Outlook | None = None) -> Met:
        """Draws in which each target, and all of the joint ones, are met."""
        outcomes = {
            target.id: published_outcome(fits, target) for target in self.targets
        }
        return self.met_in(outlook or self.outlook(fits), outcomes)

    def outlook(self, fits: Fits) -> Outlook:
        """Outlook of fits to the last year, with the regions of the targets."""
        regions = target_regions(fits.project, self.targets)
        return build_outlook(fits, until=self.last, regions=regions, partial=True)

    def met_in(self, outlook: Outlook, outcomes: Mapping[str, float | None]) -> Met:
        """The same of an outlook, given the outcomes that are published."""
        paths = project_paths(outlook, self.scenario, only=self.indicators)
        met_by_target = {}
        for target in self.targets:
            value = outcomes[target.id]
            drawn = outcome(paths, target) if value is None else value
            met = target.met_by(np.nan if drawn is None else drawn)
            met_by_target[target.id] = np.broadcast_to(met, outlook.cells.sizes[DRAW])
        every = [met_by_target[name] for name in self.joint]
        return (
            met_by_target | {JOINT: np.all(every, axis=0)} if every else met_by_target
        )

    def moves(self, older: Fits, newer: Fits) -> Iterator[Move]:
        """A move for every target, and for the joint."""
        first, last = self.met(older), self.met(newer)
        steps = list(self._steps(older, newer, first, last))
        outcomes = {
            target.id: published_outcome(newer, target)
            for target in self.targets
            if published_outcome(older, target) is None
        }
        for name in first:
            yield Move(
                name,
                older.as_of,
                newer.as_of,
                float(first[name].mean()),
                float(last[name].mean()),
                tuple(step.part(name) for step in steps),
                outcomes.get(name),
            )

    def _steps(
        self, older: Fits, newer: Fits, first: Met, last: Met
    ) -> Iterator[_Transition]:
        project, at, met = older.project, older, first
        used = [measure_of(project, name) for name in self.indicators]
        measures = {measure.indicator for measure in used if measure}
        kinds = classify_figures(older.known, newer.known)
        for kind in RESTATED:
            lines = kinds.index[kinds == kind]
            if len(lines):
                known = _with(at.known, newer.known.loc[lines])
                at = recondition(older, known, older.as_of, only=measures)
                before, met = met, self.met(at)
                yield _Transition(kind, ((before, met),), len(lines))
        count = int((kinds == "observation").sum())
        if count:
            observed = recondition(older, newer.known, older.as_of, only=measures)
            end = self.met(observed)
            yield from self._observations((at, observed), met, end)
            at, met = observed, end
        if project.events_known(older.as_of) != project.events_known(newer.as_of):
            at = recondition(older, newer.known, newer.as_of, only=measures)
            before, met = met, self.met(at)
            yield _Transition("event", ((before, met),))
        yield _Transition("scales", ((met, last),))

    def _observations(
        self, fits: tuple[Fits, Fits], met: Met, end: Met
    ) -> Iterator[_Transition]:
        """New years: as expected, then the surprises, then as published."""
        before, after = fits
        groups = group_news(news(before, after), after.project)
        if not groups:
            yield _Transition("published", ((met, end),))
            return
        path = _Path(self, before, after, list(groups.values()))
        start = path.at([])
        yield _Transition("expected", ((met, start),), sum(map(len, groups.values())))
        order = list(range(len(groups)))
        with ThreadPoolExecutor(_WORKERS) as pool:
            there, back = pool.map(path.along, (order, order[::-1]))
        for pairs, (group, items) in zip(
            zip(there, back[::-1], strict=True), groups.items(), strict=True
        ):
            yield _Transition("observation", pairs, len(items), group, tuple(items))
        yield _Transition("published", ((there[-1][1], end),))


class _Path:
    """States between new figures as expected and as observed."""

    def __init__(
        self, walk: _Walk, before: Fits, after: Fits, groups: Sequence[Sequence[News]]
    ) -> None:
        self.walk = walk
        as_before = replace(after, known=before.known)
        self.outlook = walk.outlook(as_before)
        self.outcomes = {t.id: published_outcome(before, t) for t in walk.targets}
        self.moved = _on(self.outlook, after, groups)
        self.groups = range(len(groups))

    def at(self, arrived: Collection[int]) -> Met:
        """Draws in which targets are met, given the surprises of some groups."""
        lacking = [n for n in self.groups if n not in arrived]
        cells = {
            name: (self.outlook.cells[name].dims, self._without(name, lacking))
            for name in self.moved
        }
        outlook = replace(self.outlook, cells=self.outlook.cells.assign(cells))
        return self.walk.met_in(outlook, self.outcomes)

    def _without(self, name: str, lacking: Sequence[int]) -> Array:
        by_vector, vector = self.moved[name]
        return self.outlook.cells[name].to_numpy() - by_vector[lacking].sum(0)[vector]

    def along(self, order: Sequence[int]) -> list[tuple[Met, Met]]:
        """States before and after each group, in an order."""
        states = [self.at(order[:n]) for n in range(len(order) + 1)]
        return list(pairwise(states))


def _on(
    outlook: Outlook, after: Fits, groups: Sequence[Sequence[News]]
) -> dict[str, tuple[Array, NDArray[np.int_]]]:
    """Shifts (group, vector, region, year) of each kind of cell; each draw's vector."""
    names = {place: name for name, place in kinds(after).items()}
    places = {REGION: outlook.regions, YEAR: outlook.years}
    by_cell: dict[str, tuple[Array, NDArray[np.int_]]] = {}
    for block, kind, chunk, moved in shifts(after, groups):
        if (block, kind) not in names:
            continue
        panel, name = after.panels[block], names[block, kind]
        coords = {REGION: list(panel.regions), YEAR: panel.years}
        labelled = xr.DataArray(moved, coords, ("group", "vector", REGION, YEAR))
        trimmed = labelled.reindex(places, fill_value=0.0).to_numpy()
        if not trimmed.any():
            continue
        if name not in by_cell:
            shape = len(groups), after.vectors, *trimmed.shape[2:]
            by_cell[name] = np.zeros(shape), after.taken[block] % after.vectors
        by_cell[name][0][:, chunk] = trimmed
    return by_cell


def _with(known: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Figures with more of them, which replace those of the same series and outlook."""
    both = pd.concat([known, more])
    return both[~both.duplicated(KEY, keep="last")].sort_index()
