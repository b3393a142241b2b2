"""Counting: probabilities of targets and of all together, for tables of settings.

Every target is judged by the simplest test that decides it (`thresholds`). Cases that
differ only in levers which do not matter to a target are judged once, a target that
levers scale alike by its rank, and what remains by blocks that stay in the cache of a
core. All of it counts the draws of one set, so that cases differ by their levers alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cszt_models.accounting import Array
from cszt_models.monte_carlo import Grouping, Layout, ranked
from cszt_models.thresholds import Met, Test

JOINT = "joint"
BLOCK = 32  # cases: their draws fill the cache of a core
FEW = 256  # distinct cases of which masks are kept at once

type Judge = Callable[[Array], Met]
type Result = dict[str, Array]


@dataclass(frozen=True)
class Question:
    """One target as it is counted.

    ``known`` is True or False where a published figure decides; ``judge`` stands in for
    a test where there is no formula: it tells of settings (case, lever) in which draws
    the target is met (case, draw).
    """

    groupings: tuple[Grouping, ...]
    test: Test | None = None
    known: bool | None = None
    judge: Judge | None = None

    @property
    def moving(self) -> bool:
        """Whether the answer may differ between cases."""
        return self.known is None and (self.test is None or self.test.kind != "still")

    @property
    def by_rank(self) -> bool:
        """Whether draws sorted once answer every case."""
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
    questions
        By id of the target.
    together
        Ids of the joint; empty for none.
    groupings
        Draws of the joint that are not independent.
    """

    questions: Mapping[str, Question]
    together: tuple[str, ...]
    groupings: tuple[Grouping, ...]

    @cached_property
    def _columns(self) -> dict[str, Array]:
        """Columns of each test in the order of places, or outcomes if it is ranked."""
        found = {}
        for name, one in self.questions.items():
            if one.test is not None:
                ranks, terms = one.test.kind == "ranked", one.test.terms
                columns = one.test.outcomes[:, None] if ranks else terms.columns
                found[name] = self.layout.laid(columns)
        return found

    @cached_property
    def layout(self) -> Layout:
        """Order of the draws in blocks."""
        return Layout(self.groupings[0])

    def count(self, settings: Array) -> Result:
        """Probabilities and their errors (case), ``p_`` and ``mcse_`` by target."""
        found: Result = {}
        for name, one in self.questions.items():
            if not one.moving:
                both = self._constant(name, len(settings))
            elif one.by_rank:
                both = self._by_rank(name, settings, None)
            else:
                both = self._by_block([name], settings, one.groupings)
            found[f"p_{name}"], found[f"mcse_{name}"] = both
        if self.together:
            found[f"p_{JOINT}"], found[f"mcse_{JOINT}"] = self._joint(settings)
        return found

    def _joint(self, settings: Array) -> tuple[Array, Array]:
        moving = [name for name in self.together if self.questions[name].moving]
        by_rank = [name for name in moving if self.questions[name].by_rank]
        others = [name for name in moving if name not in by_rank]
        if len(by_rank) > 1:
            return self._by_block(moving, settings, self.groupings, self._still)
        if not by_rank:
            return self._by_block(others, settings, self.groupings, self._still)
        distinct, which = self._distinct(others, settings)
        if len(distinct) > max(1, len(settings) // FEW):
            return self._by_block(moving, settings, self.groupings, self._still)
        p, mcse = np.empty(len(settings)), np.empty(len(settings))
        for n, case in enumerate(distinct):
            among = self._still & self._met(others, case[None])[0]
            at = which == n
            p[at], mcse[at] = self._by_rank(by_rank[0], settings[at], among)
        return p, mcse

    @cached_property
    def _still(self) -> Met:
        """Places of draws in which the joint's targets that stand still are met."""
        met = self.layout.valid.copy()
        none = np.zeros((1, self._levers))
        for name in self.together:
            one = self.questions[name]
            if one.known is not None:
                met &= one.known
            elif not one.moving:
                met &= self._met([name], none)[0]
        return met

    @cached_property
    def _levers(self) -> int:
        tests = [one.test for one in self.questions.values() if one.test]
        return tests[0].terms.powers.shape[1] if tests else 0

    def _constant(self, name: str, cases: int) -> tuple[Array, Array]:
        """The answer of a target that levers do not move."""
        one = self.questions[name]
        if one.known is not None:
            return np.full(cases, float(one.known)), np.zeros(cases)
        met = self._met([name], np.zeros((1, self._levers)))
        p, mcse = self.layout.tally(met, one.groupings)
        return np.repeat(p, cases), np.repeat(mcse, cases)

    def _distinct(self, names: Sequence[str], settings: Array) -> tuple[Array, NDArray]:
        """Cases that differ in what matters to targets, and which each case is."""
        if any(self.questions[name].test is None for name in names):
            return settings, np.arange(len(settings))
        matter = {lever for n in names for lever in self.questions[n].levers}
        at = sorted(matter)
        own = settings[:, at]
        order = np.lexsort(own.T) if at else np.arange(len(own))
        new = np.ones(len(own), bool)
        new[1:] = (own[order][1:] != own[order][:-1]).any(axis=1)
        which = np.empty(len(own), int)
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
        one = self.questions[name]
        if one.test is None:
            assert one.judge is not None
            return self.layout.laid(one.judge(settings).T).T
        test = one.test
        if test.kind == "direct":
            return self.layout.laid(test.met(settings, self._columns[name]).T).T
        met = test.met(settings, self._columns[name])
        for n in np.flatnonzero(test.bounded(settings)):
            outcome = test.form.at(settings[n : n + 1])[0]
            met[n] = self.layout.laid(test.form.target.met_by(outcome))
        return met

    def _by_block(
        self,
        names: Sequence[str],
        settings: Array,
        groupings: Sequence[Grouping],
        among: Met | None = None,
    ) -> tuple[Array, Array]:
        """Draws counted one by one, block after block, distinct cases once."""
        distinct, which = self._distinct(names, settings)
        p, mcse = np.empty(len(distinct)), np.empty(len(distinct))
        for first in range(0, len(distinct), BLOCK):
            at = slice(first, first + BLOCK)
            met = self._met(names, distinct[at])
            if among is not None:
                met = met & among
            p[at], mcse[at] = self.layout.tally(met, groupings)
        return p[which], mcse[which]

    def _by_rank(
        self, name: str, settings: Array, among: Met | None
    ) -> tuple[Array, Array]:
        """Draws sorted once: how many of them, or of those among, are met."""
        one = self.questions[name]
        assert one.test is not None
        key = name.encode() if among is None else among.tobytes()
        table = self._ranks.get(key)
        if table is None:
            if len(self._ranks) > FEW:
                self._ranks.clear()
            table = self._ranks[key] = self._table(name, among)
        outcomes, p, mcse = table
        edges, sense = one.test.edges(settings), one.test.form.target.sense
        right = sense in ("at_most", "exceeds")
        rank = np.searchsorted(outcomes, edges, side="right" if right else "left")
        rank = rank if sense == "at_most" else len(outcomes) - rank
        return p[rank], mcse[rank]

    @cached_property
    def _ranks(self) -> dict[bytes, tuple[Array, Array, Array]]:
        return {}

    def _table(self, name: str, among: Met | None) -> tuple[Array, Array, Array]:
        """Outcomes in rising order, and probability and error by rank."""
        test, groupings = self.questions[name].test, self.questions[name].groupings
        assert test is not None
        outcomes = test.outcomes
        draws = np.arange(len(outcomes))
        if among is not None:
            draws, groupings = self.layout.places[among], self.groupings
        order = draws[np.argsort(outcomes[draws], kind="stable")]
        first = order if test.form.target.sense == "at_most" else order[::-1]
        return outcomes[order], *ranked(first, groupings)
