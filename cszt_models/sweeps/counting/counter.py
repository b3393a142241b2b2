"""Probabilities of targets and of all jointly, for tables of settings.

Each target is evaluated by the simplest test that decides it (`criteria`): cases that
differ only in irrelevant levers once, a target whose outcomes levers scale alike by
rank, others in blocks that fit the cache of a core. All cases count the same draws, so
they differ by their levers alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.projection.accounting import Array
from cszt_models.sweeps.counting.criteria import Met, Test
from cszt_models.sweeps.counting.group_counts import WordLayout, ranked
from cszt_models.targets.monte_carlo import Grouping, errors_of_counts

JOINT = "joint"
BLOCK_SIZE = 64  # cases: their draws fill the cache of a core
MAX_MASKS = 256  # masks of distinct cases in memory

type Judge = Callable[[Array], Met]
type Result = dict[str, Array]
type Pair = tuple[Array, Array]  # probability and its error, by case


@dataclass(frozen=True)
class CountedTarget:
    """One target as it is counted.

    ``known`` is True or False where a published figure decides. Without a formula
    ``judge`` replaces the test: it maps settings (case, lever) to whether the target is
    met (case, draw).
    """

    groupings: tuple[Grouping, ...]
    test: Test | None = None
    known: bool | None = None
    judge: Judge | None = None

    @property
    def moving(self) -> bool:
        """Whether the probability may differ between cases."""
        return self.known is None and (self.test is None or self.test.kind != "fixed")

    @property
    def by_rank(self) -> bool:
        """Whether draws sorted once decide every case."""
        return self.test is not None and self.test.kind == "ranked"

    @property
    def levers(self) -> Sequence[int]:
        """Levers that matter to the test, by place."""
        return self.test.moved if self.test else ()


@dataclass(frozen=True)
class Counter:
    """Counts the draws in which targets are met.

    Parameters
    ----------
    targets
        By id of the target.
    together
        Ids of the joint; empty for none.
    groupings
        Draws of the joint that are not independent.
    """

    targets: Mapping[str, CountedTarget]
    together: tuple[str, ...]
    groupings: tuple[Grouping, ...]

    @cached_property
    def _columns(self) -> dict[str, Array]:
        """Columns of each test in the order of places, or outcomes if it is ranked."""
        by_target = {}
        for name, target in self.targets.items():
            if target.test is not None:
                ranks, terms = target.test.kind == "ranked", target.test.terms
                columns = target.test.outcomes[:, None] if ranks else terms.columns
                by_target[name] = self.layout.laid(columns)
        return by_target

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.groupings[0].groups)

    @cached_property
    def layout(self) -> WordLayout:
        """Order of the draws in blocks."""
        return WordLayout(self.groupings[0])

    @ONE_THREAD
    def count(self, settings: Array) -> Result:
        """Probabilities and their errors (case), ``p_`` and ``mcse_`` by target."""
        answers: dict[str, Pair] = {}
        one_by_one: list[str] = []
        for name, target in self.targets.items():
            if not target.moving:
                answers[name] = self._constant(name, len(settings))
            elif target.by_rank:
                answers[name] = self._by_rank(name, settings, None)
            else:
                distinct, which = self._distinct([name], settings)
                if 2 * len(distinct) > len(settings):
                    one_by_one.append(name)
                else:
                    p, mcse = self._by_block([name], (), distinct)[name]
                    answers[name] = p[which], mcse[which]
        joint = self._joint(settings) if self.together else None
        if one_by_one or (self.together and joint is None):
            moving = () if joint else [n for n in self.together if self.moves(n)]
            answers |= self._by_block(one_by_one, moving, settings)
        if joint is not None:
            answers[JOINT] = joint
        both = {
            name: answers[name] for name in [*self.targets, JOINT] if name in answers
        }
        kinds = ("p", "mcse")
        return {
            f"{k}_{n}": v
            for n, pair in both.items()
            for k, v in zip(kinds, pair, strict=True)
        }

    def moves(self, name: str) -> bool:
        """Whether the probability of a target may differ between cases."""
        return self.targets[name].moving

    def _joint(self, settings: Array) -> Pair | None:
        """The joint where draws sorted a few times decide every case, else None."""
        moving = [name for name in self.together if self.moves(name)]
        by_rank = [name for name in moving if self.targets[name].by_rank]
        others = [name for name in moving if name not in by_rank]
        if len(by_rank) > 1:
            return None
        distinct, which = self._distinct(others, settings)
        if len(distinct) > max(1, len(settings) // MAX_MASKS):
            return None
        p, mcse = np.empty(len(settings)), np.empty(len(settings))
        for n, case in enumerate(distinct):
            among = self._still & self._met(others, case[None])[0]
            at = which == n
            if by_rank:
                p[at], mcse[at] = self._by_rank(by_rank[0], settings[at], among)
            else:
                total, squares = self.layout.counts(among[None], self.groupings)
                p[at] = total / self.draws
                mcse[at] = errors_of_counts(total, squares, self.groupings)
        return p, mcse

    @cached_property
    def _still(self) -> Met:
        """Draws (place) in which the constant targets of the joint are met."""
        met = self.layout.valid.copy()
        none = np.zeros((1, self._levers))
        for name in self.together:
            target = self.targets[name]
            if target.known is not None:
                met &= target.known
            elif not target.moving:
                met &= self._met([name], none)[0]
        return met

    @cached_property
    def _levers(self) -> int:
        tests = [target.test for target in self.targets.values() if target.test]
        return tests[0].terms.powers.shape[1] if tests else 0

    def _constant(self, name: str, cases: int) -> Pair:
        """Probability and error of a target that levers do not move."""
        target = self.targets[name]
        if target.known is not None:
            return np.full(cases, float(target.known)), np.zeros(cases)
        met = self._met([name], np.zeros((1, self._levers)))
        total, squares = self.layout.counts(met, target.groupings)
        mcse = errors_of_counts(total, squares, target.groupings)
        return np.repeat(total / self.draws, cases), np.repeat(mcse, cases)

    def _distinct(self, names: Sequence[str], settings: Array) -> tuple[Array, NDArray]:
        """Distinct settings of the levers that matter, and their number by case."""
        if any(self.targets[name].test is None for name in names):
            return settings, np.arange(len(settings))
        matter = {lever for n in names for lever in self.targets[n].levers}
        at = sorted(matter)
        columns = settings[:, at]
        order = np.lexsort(columns.T) if at else np.arange(len(columns))
        new = np.ones(len(columns), bool)
        new[1:] = (columns[order][1:] != columns[order][:-1]).any(axis=1)
        which = np.empty(len(columns), int)
        which[order] = np.cumsum(new) - 1
        return settings[order[new]], which

    def _met(self, names: Sequence[str], settings: Array) -> Met:
        """Whether all of some targets are met (case, place)."""
        met = np.broadcast_to(
            self.layout.valid, (len(settings), len(self.layout.valid))
        )
        for name in names:
            met = met & self._judged(name, settings)
        return met

    def _judged(self, name: str, settings: Array) -> Met:
        target = self.targets[name]
        if target.test is None:
            assert target.judge is not None
            return self.layout.laid(target.judge(settings).T).T
        test = target.test
        if test.kind == "direct":
            return self.layout.laid(test.met(settings, self._columns[name]).T).T
        met = test.met(settings, self._columns[name])
        bounded = test.bounded(settings)
        if bounded.any():
            exact = test.form.target.met_by(test.form.at(settings[bounded]))
            met[bounded] = self.layout.laid(exact.T).T
        return met

    def _by_block(
        self, names: Sequence[str], together: Sequence[str], settings: Array
    ) -> dict[str, Pair]:
        """Probability and error by target, and of some jointly, block by block."""
        groupings = {name: self.targets[name].groupings for name in names}
        if together:
            groupings[JOINT] = self.groupings
        totals = {name: np.empty(len(settings)) for name in groupings}
        squares = {
            n: np.empty((len(ways), len(settings))) for n, ways in groupings.items()
        }
        for first in range(0, len(settings), BLOCK_SIZE):
            at = slice(first, first + BLOCK_SIZE)
            met = {n: self._met([n], settings[at]) for n in {*names, *together}}
            if together:
                met[JOINT] = np.logical_and.reduce([met[n] for n in together])
                met[JOINT] &= self._still
            for name, ways in groupings.items():
                totals[name][at], squared = self.layout.counts(met[name], ways)
                squares[name][:, at] = squared
        return {
            name: (
                total / self.draws,
                errors_of_counts(total, [*squares[name]], groupings[name]),
            )
            for name, total in totals.items()
        }

    def _by_rank(self, name: str, settings: Array, among: Met | None) -> Pair:
        """Probability and error by rank, of all draws or those in ``among``."""
        target = self.targets[name]
        assert target.test is not None
        key = name.encode() if among is None else among.tobytes()
        table = self._ranks.get(key)
        if table is None:
            if len(self._ranks) > MAX_MASKS:
                self._ranks.clear()
            table = self._ranks[key] = self._table(name, among)
        outcomes, p, mcse = table
        edges, goal = target.test.edges(settings), target.test.form.target
        right = goal.falls or goal.sense == "exceeds"
        rank = np.searchsorted(outcomes, edges, side="right" if right else "left")
        rank = rank if goal.falls else len(outcomes) - rank
        return p[rank], mcse[rank]

    @cached_property
    def _ranks(self) -> dict[bytes, tuple[Array, Array, Array]]:
        return {}

    def _table(self, name: str, among: Met | None) -> tuple[Array, Array, Array]:
        """Outcomes in rising order, and probability and error by rank."""
        test, groupings = self.targets[name].test, self.targets[name].groupings
        assert test is not None
        outcomes = test.outcomes
        draws = np.arange(len(outcomes))
        if among is not None:
            draws, groupings = self.layout.places[among], self.groupings
        order = draws[np.argsort(outcomes[draws], kind="stable")]
        first = order if test.form.target.falls else order[::-1]
        return outcomes[order], *ranked(first, groupings)
