"""Sweeps: probabilities of targets in every case of a design.

A case is judged on the fits that its as-of date, engine and priors call for, made once
and shared by all that need the same, also through the store. On these fits the levers
of a case act in closed form where they can; what cannot is projected. All cases on one
fit see the same draws, so they differ by their levers alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import combinations, product
from threading import RLock
from typing import Any

import numpy as np
import pandas as pd

from cszt_models.blas import ONE_THREAD
from cszt_models.conditional.conditional_fit import conditioned
from cszt_models.errors import ScenarioError
from cszt_models.models.fits import Fits, fit_blocks
from cszt_models.projection.accounting import Array
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.scenarios.scenario import Part, Scenario, scenario_named
from cszt_models.sweeps.columns import AS_OF, ENGINE, SCENARIO, SWITCH, Column
from cszt_models.sweeps.counting.closed_form import has_form
from cszt_models.sweeps.counting.counter import Counter
from cszt_models.sweeps.counting.counter_setup import counter_of
from cszt_models.sweeps.designs import Design
from cszt_models.sweeps.study import Ground, Study, scaled_priors

OUTLOOKS, COUNTERS = 2, 64  # kept at hand: an outlook takes tens of megabytes
CHUNK = 16_384  # cases counted at once
NONE = np.zeros(0)  # values of no lever


class Bench:
    """Fits and counters of a study at hand, those used last kept."""

    def __init__(self, study: Study, columns: tuple[Column, ...]) -> None:
        """Keep nothing yet."""
        self.study, self.columns = study, columns
        self._outlooks: OrderedDict[Ground, tuple[Fits, Outlook]] = OrderedDict()
        self._counters: OrderedDict[Any, tuple[Counter, Array]] = OrderedDict()
        self._lock = RLock()

    @ONE_THREAD
    def outcomes(self, cases: pd.DataFrame) -> pd.DataFrame:
        """Probabilities and errors of cases, a row for each in the same order."""
        found = pd.DataFrame(
            index=cases.index, columns=[*self.study.outcomes], dtype=float
        )
        for rows, head in self._alike(cases):
            own = cases if rows is None else cases.iloc[rows]
            counter, fixed = self._counter(head)
            moved = own[[c.name for c in self._closed]].to_numpy(float)
            same = np.broadcast_to(fixed, (len(own), len(fixed)))
            answer = counter.count(np.concatenate([moved, same], axis=1))
            for name, values in answer.items():
                if rows is None:
                    found[name] = values
                else:
                    found.iloc[rows, found.columns.get_loc(name)] = values
        return found

    def counter(self, head: Mapping[str, Any] | None = None) -> Counter:
        """What counts cases with these values in columns without a formula."""
        return self._counter(head or {})[0]

    @cached_property
    def _closed(self) -> list[Column]:
        """Columns of levers that act in closed form.

        Conditions hold with levers included, so under them each case has its draws.
        """
        if self.conditional:
            return []
        return [c for c in self.columns if c.setting and has_form(c.setting)]

    @property
    def conditional(self) -> bool:
        """Whether any scenario of the sweep has conditions."""
        names = {self.study.scenario}
        for column in self.columns:
            names |= {*column.choices} if column.kind == "scenario" else set()
            if column.kind == "switch":
                names.add(column.name.removeprefix(SWITCH))
        return any(self.study.context.scenarios[name].conditions for name in names)

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
        """Places of cases with the same constants, and what these have in common."""
        if not self.heads:
            yield None, {}
            return
        for key, rows in cases.groupby(self.heads, sort=False).indices.items():
            values = key if isinstance(key, tuple) else (key,)
            yield rows, dict(zip(self.heads, values, strict=True))

    def _counter(self, head: Mapping[str, Any]) -> tuple[Counter, Array]:
        key = tuple(head.items())
        with self._lock:
            found = self._counters.get(key)
        if found is None:
            found = self._made(head)
        with self._lock:
            self._counters[key] = found
            self._counters.move_to_end(key)
            while len(self._counters) > COUNTERS:
                self._counters.popitem(last=False)
        return found

    def ground(self, head: Mapping[str, Any]) -> Ground:
        """What decides the fits of cases with these values."""
        day = head.get(AS_OF)
        priors = [c.name for c in self.columns if c.kind == "prior"]
        factors = [(name, head.get(name, 1.0)) for name in priors]
        return Ground(
            self.study.as_of if day is None else date.fromisoformat(day),
            head.get(ENGINE, self.study.engine),
            tuple(sorted((n, float(f)) for n, f in factors if f != 1.0)),
        )

    def prepare(self, head: Mapping[str, Any]) -> tuple[Fits, Outlook]:
        """Fits and outlook of a ground, fitted if they are not at hand."""
        ground, study = self.ground(head), self.study
        with self._lock:
            if ground not in self._outlooks:
                fits = fit_blocks(
                    study.observations,
                    study.project,
                    as_of=ground.as_of,
                    seed=study.seed,
                    draws=study.draws,
                    engine=ground.engine,
                    store=study.store,
                    priors=scaled_priors(study.context.priors, ground.factors),
                )
                self._outlooks[ground] = fits, build_outlook(fits)
                while len(self._outlooks) > OUTLOOKS:
                    self._outlooks.popitem(last=False)
            self._outlooks.move_to_end(ground)
            return self._outlooks[ground]

    def _made(self, head: Mapping[str, Any]) -> tuple[Counter, Array]:
        fits, outlook = self.prepare(head)
        scenario, targets = self._scenario(head), self.study.targets
        if scenario.conditions:
            met = conditioned(fits, scenario.conditions, scenario)
            outlook = build_outlook(met.fits)
            return counter_of(met.fits, outlook, targets, {}, met.scenario, {}), NONE
        closed = [one for one in scenario.settings if has_form(one)]
        base = replace(
            scenario,
            parts=tuple(
                replace(p, settings=tuple(s for s in p.settings if not has_form(s)))
                for p in scenario.parts
            ),
        )
        levers = {c.name: c.setting for c in self._closed if c.setting}
        levers |= {f"fixed {n}": one for n, one in enumerate(closed)}
        fixed = {f"fixed {n}": one.value for n, one in enumerate(closed)}
        counter = counter_of(fits, outlook, targets, levers, base, fixed)
        return counter, np.array(list(fixed.values()))

    def _scenario(self, head: Mapping[str, Any]) -> Scenario:
        """What scenarios, and columns without a formula, set in these cases."""
        scenarios, parts = self.study.context.scenarios, []
        names = [str(head.get(SCENARIO, self.study.scenario))]
        names += [
            n.removeprefix(SWITCH) for n in head if n.startswith(SWITCH) and head[n]
        ]
        for name in names:
            scenario = scenario_named(scenarios, name)
            parts.append(_part(f"scenario {name!r}", scenario))
        for column in self.columns:
            if column.setting is not None and head.get(column.name):
                one = replace(column.setting, value=float(head[column.name]))
                parts.append(Part(f"column {column.name!r}", (one,)))
        moved = [(f"column {c.name!r}", c.setting) for c in self._closed if c.setting]
        _require_apart(parts, [Part(name, (one,)) for name, one in moved])
        return Scenario("case", tuple(parts))


def _part(name: str, scenario: Scenario) -> Part:
    """All that a scenario sets, as one part."""
    return Part(name, scenario.settings, scenario.conditions, scenario.effects)


def _require_apart(parts: Sequence[Part], others: Sequence[Part]) -> None:
    """Refuse two parts that set one lever for the same regions and years."""
    for one, other in [*combinations(parts, 2), *product(others, parts)]:
        for mine, theirs in product(one.settings, other.settings):
            if mine.meets(theirs):
                raise ScenarioError(
                    f"lever {mine.lever!r} is set by both {one.name} and {other.name} "
                    "for the same regions and years. Drop it from one of them."
                )


def sweep(
    design: Design,
    study: Study,
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
    bench = Bench(study, design.columns)
    found = []
    for first in range(0, len(design), CHUNK):
        cases = design.frame(first, min(first + CHUNK, len(design)))
        found.append(pd.concat([cases, bench.outcomes(cases)], axis=1))
        on_cases(first + len(cases), len(design))
    return pd.concat(found, ignore_index=True)
