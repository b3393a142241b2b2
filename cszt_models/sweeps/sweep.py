"""Compute probabilities of targets in every case of a design, in memory.

Fits are determined by as-of date, engine and priors, and shared by all cases with the
same, also through the store. Levers act in closed form where one exists, else by
projection. All cases on one fit share its draws, so they differ by their levers alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import combinations, product
from threading import Event, RLock
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.blas import ONE_THREAD
from cszt_models.conditional.conditional_fit import condition_fits
from cszt_models.errors import ScenarioError
from cszt_models.models.fits import Fits, fit_blocks
from cszt_models.projection.accounting import Array
from cszt_models.projection.lever_paths import require_open
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.scenarios.scenario import Part, Scenario, scenario_named
from cszt_models.sweeps.columns import AS_OF, ENGINE, SCENARIO, SWITCH, DesignColumn
from cszt_models.sweeps.counting.closed_form import has_form
from cszt_models.sweeps.counting.counter import Counter
from cszt_models.sweeps.counting.counter_setup import counter_of
from cszt_models.sweeps.designs import Design
from cszt_models.sweeps.inputs import FitKey, SweepInputs, scaled_priors
from cszt_models.targets.coverage import target_regions

MAX_OUTLOOKS, MAX_COUNTERS = 2, 64  # in memory: an outlook takes tens of megabytes
CHUNK = 16_384  # cases per call
NO_VALUES = np.zeros(0)  # values of no lever


class Evaluator:
    """Evaluates cases on inputs, with a cache of the last fits and counters."""

    def __init__(self, inputs: SweepInputs, columns: tuple[DesignColumn, ...]) -> None:
        """Start with an empty cache."""
        self.inputs, self.columns = inputs, columns
        self._outlooks: OrderedDict[FitKey, tuple[Fits, Outlook]] = OrderedDict()
        self._counters: OrderedDict[Any, tuple[Counter, Array]] = OrderedDict()
        self._lock = RLock()
        self._stopped = Event()

    def stop(self) -> None:
        """Let threads that evaluate cases end before their next constants."""
        self._stopped.set()

    def _require_going_on(self) -> None:
        if self._stopped.is_set():
            raise CancelledError

    @ONE_THREAD
    def outcomes(self, cases: pd.DataFrame) -> pd.DataFrame:
        """Probabilities and errors of cases, a row for each in the same order."""
        table = pd.DataFrame(
            index=cases.index, columns=[*self.inputs.outcomes], dtype=float
        )
        for rows, head in self._alike(cases):
            group = cases if rows is None else cases.iloc[rows]
            counter, fixed = self._counter(head)
            moved = group[[c.name for c in self._closed]].to_numpy(float)
            same = np.broadcast_to(fixed, (len(group), len(fixed)))
            answer = counter.count(np.concatenate([moved, same], axis=1))
            for name, values in answer.items():
                if rows is None:
                    table[name] = values
                else:
                    table.iloc[rows, table.columns.get_loc(name)] = values
        return table

    def counter(self, head: Mapping[str, Any] | None = None) -> Counter:
        """The counter of cases with these values in columns without a formula."""
        return self._counter(head or {})[0]

    @cached_property
    def _closed(self) -> list[DesignColumn]:
        """Columns of levers that act in closed form.

        Conditions apply with levers included, so under them each case has its draws.
        """
        if self.conditional:
            return []
        return [c for c in self.columns if c.setting and has_form(c.setting)]

    @property
    def conditional(self) -> bool:
        """Whether any scenario of the sweep has conditions."""
        names = {self.inputs.scenario}
        for column in self.columns:
            names |= {*column.choices} if column.kind == "scenario" else set()
            if column.kind == "switch":
                names.add(column.name.removeprefix(SWITCH))
        return any(self.inputs.context.scenarios[name].conditions for name in names)

    @cached_property
    def heads(self) -> list[str]:
        """Columns of which each value has constants of its own."""
        closed = {column.name for column in self._closed}
        return [c.name for c in self.columns if c.name not in closed]

    @property
    def projected(self) -> bool:
        """Whether a value of some lever needs a projection of its own."""
        return any(c.kind == "lever" and c.name in self.heads for c in self.columns)

    def _alike(
        self, cases: pd.DataFrame
    ) -> Iterator[tuple[np.ndarray | None, dict[str, Any]]]:
        """Positions of cases with the same constants, and their common values."""
        if not self.heads:
            yield None, {}
            return
        for key, rows in cases.groupby(self.heads, sort=False).indices.items():
            values = key if isinstance(key, tuple) else (key,)
            yield rows, dict(zip(self.heads, values, strict=True))

    def _counter(self, head: Mapping[str, Any]) -> tuple[Counter, Array]:
        key = tuple(head.items())
        with self._lock:
            entry = self._counters.get(key)
        if entry is None:
            self._require_going_on()
            entry = self._build_counter(head)
        with self._lock:
            self._counters[key] = entry
            self._counters.move_to_end(key)
            while len(self._counters) > MAX_COUNTERS:
                self._counters.popitem(last=False)
        return entry

    def fit_key(self, head: Mapping[str, Any]) -> FitKey:
        """Key of the fits of cases with these values."""
        day = head.get(AS_OF)
        priors = [c.name for c in self.columns if c.kind == "prior"]
        factors = [(name, head.get(name, 1.0)) for name in priors]
        return FitKey(
            self.inputs.as_of if day is None else date.fromisoformat(day),
            head.get(ENGINE, self.inputs.engine),
            tuple(sorted((n, float(f)) for n, f in factors if f != 1.0)),
        )

    def prepare(self, head: Mapping[str, Any]) -> tuple[Fits, Outlook]:
        """Fits and outlook of cases with these values, cached."""
        fit_key, inputs = self.fit_key(head), self.inputs
        with self._lock:
            self._require_going_on()  # another thread may have had the lock
            if fit_key not in self._outlooks:
                fits = fit_blocks(
                    inputs.observations,
                    inputs.project,
                    as_of=fit_key.as_of,
                    seed=inputs.seed,
                    draws=inputs.draws,
                    engine=fit_key.engine,
                    store=inputs.store,
                    priors=scaled_priors(inputs.context.priors, fit_key.factors),
                )
                self._outlooks[fit_key] = fits, self._outlook(fits)
                while len(self._outlooks) > MAX_OUTLOOKS:
                    self._outlooks.popitem(last=False)
            self._outlooks.move_to_end(fit_key)
            return self._outlooks[fit_key]

    def _outlook(self, fits: Fits) -> Outlook:
        regions = target_regions(fits.project, self.inputs.targets)
        return build_outlook(fits, regions=regions, partial=True)

    def _build_counter(self, head: Mapping[str, Any]) -> tuple[Counter, Array]:
        fits, outlook = self.prepare(head)
        scenario, targets = self._scenario(head), self.inputs.targets
        if scenario.conditions:
            met = condition_fits(fits, scenario.conditions, scenario)
            outlook = self._outlook(met.fits)
            return counter_of(
                met.fits, outlook, targets, {}, met.scenario, {}
            ), NO_VALUES
        closed = [setting for setting in scenario.settings if has_form(setting)]
        base = replace(
            scenario,
            parts=tuple(
                replace(p, settings=tuple(s for s in p.settings if not has_form(s)))
                for p in scenario.parts
            ),
        )
        levers = {c.name: c.setting for c in self._closed if c.setting}
        for setting in [] if AS_OF in head else [*levers.values(), *closed]:
            require_open(outlook, setting)
        levers |= {f"fixed {n}": setting for n, setting in enumerate(closed)}
        fixed = {f"fixed {n}": setting.value for n, setting in enumerate(closed)}
        counter = counter_of(fits, outlook, targets, levers, base, fixed)
        return counter, np.array(list(fixed.values()))

    def _scenario(self, head: Mapping[str, Any]) -> Scenario:
        """The scenario of these cases, from scenarios and columns without a formula."""
        scenarios, parts = self.inputs.context.scenarios, []
        names = [str(head.get(SCENARIO, self.inputs.scenario))]
        names += [
            n.removeprefix(SWITCH) for n in head if n.startswith(SWITCH) and head[n]
        ]
        for name in names:
            scenario = scenario_named(scenarios, name)
            parts.append(_part(f"scenario {name!r}", scenario))
        for column in self.columns:
            if column.setting is not None and head.get(column.name):
                setting = replace(column.setting, value=float(head[column.name]))
                parts.append(Part(f"column {column.name!r}", (setting,)))
        moved = [(f"column {c.name!r}", c.setting) for c in self._closed if c.setting]
        _require_apart(parts, [Part(name, (setting,)) for name, setting in moved])
        return Scenario("case", tuple(parts))


def _part(name: str, scenario: Scenario) -> Part:
    """All that a scenario sets, as one part."""
    return Part(name, scenario.settings, scenario.conditions, scenario.effects)


def _require_apart(parts: Sequence[Part], others: Sequence[Part]) -> None:
    """Refuse two parts that set one lever for the same regions and years."""
    for part, other in [*combinations(parts, 2), *product(others, parts)]:
        for mine, theirs in product(part.settings, other.settings):
            if mine.meets(theirs):
                raise ScenarioError(
                    f"lever {mine.lever!r} is set by both {part.name} and {other.name} "
                    "for the same regions and years. Drop it from one of them."
                )


def sweep(
    design: Design,
    inputs: SweepInputs,
    *,
    on_cases: Callable[[int, int], None] = lambda *_: None,
) -> pd.DataFrame:
    """The design with the probabilities of every case, in memory.

    Parameters
    ----------
    on_cases
        Called with the number of cases done and that of all, for progress.

    Returns
    -------
    DataFrame
        A row for each case in the design's order: its columns by name, then
        ``p_<target>`` and ``mcse_<target>`` for each target and ``joint``.
    """
    evaluator = Evaluator(inputs, design.columns)
    tables = []
    for first in range(0, len(design), CHUNK):
        cases = design.frame(first, min(first + CHUNK, len(design)))
        tables.append(pd.concat([cases, evaluator.outcomes(cases)], axis=1))
        on_cases(first + len(cases), len(design))
    return pd.concat(tables, ignore_index=True)
