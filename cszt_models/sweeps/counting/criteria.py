r"""Tests of whether draws of a formula meet its target, for many cases at once.

Whether :math:`a\,F/H + b \ge \theta` is, with a positive denominator, whether
:math:`a F - (\theta - b) H \ge 0`, a sum over regions: the product of a matrix of the
cases and one of the draws. It is simpler where the levers that move a target move all
regions alike: then draws sorted once decide every case by rank; and where nothing
moves it, the result is the same in all cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cszt_models.projection.accounting import Array
from cszt_models.sweeps.counting.formula import Form, Sum

type Met = NDArray[np.bool_]
type TestKind = Literal["fixed", "ranked", "linear", "direct"]


@dataclass(frozen=True)
class Terms:
    r"""Columns whose sum, each times a factor of the levers, decides.

    ``columns`` (draw, term); the factor of a term is :math:`\exp(k v / 100)` with
    ``powers`` (term, lever), times :math:`m v` with ``slopes`` where ``steps`` (term).
    """

    columns: Array
    powers: Array
    slopes: Array
    steps: Met

    def factors(self, settings: Array) -> Array:
        """Factors (case, term) at settings (case, lever)."""
        factors = np.exp(settings @ self.powers.T / 100)
        if self.steps.any():
            stepped = settings @ self.slopes[self.steps].T
            factors[:, self.steps] *= stepped
        return factors


@dataclass(frozen=True)
class Test:
    """How cases are compared with the target of a formula.

    ``kind`` is ``fixed`` if no lever moves the target, ``ranked`` if levers scale the
    outcomes of all draws alike, ``linear`` if a matrix product decides, else
    ``direct``. ``moved`` are the levers that matter, by place.
    """

    form: Form
    kind: TestKind
    moved: tuple[int, ...]
    terms: Terms

    @cached_property
    def edge(self) -> float:
        """Threshold of the sum of the terms."""
        form = self.form
        return 0.0 if form.bottoms else (form.target.value - form.shift) / form.scale

    @cached_property
    def outcomes(self) -> Array:
        """Sums of the terms (draw) where all levers are 0."""
        return self.terms.columns.sum(axis=1)

    def passes(self, value: Array, edge: float | Array) -> Met:
        """Whether values are on the right side of an edge."""
        target = self.form.target
        if target.falls:
            return value <= edge
        return value > edge if target.sense == "exceeds" else value >= edge

    def edges(self, settings: Array) -> Array:
        """Edge (case) of a ``ranked`` test, for outcomes that levers leave alone."""
        return self.edge / np.exp(settings @ self.terms.powers[0] / 100)

    def met(self, settings: Array, columns: Array) -> Met:
        """Whether the target is met (case, draw), whatever the kind of the test.

        Parameters
        ----------
        settings : (case, lever)
        columns : (draw, term)
            Those of the terms; of a ``ranked`` test, its outcomes.
        """
        if self.kind == "direct":
            return np.asarray(self.form.target.met_by(self.form.at(settings)))
        if self.kind == "ranked":
            return self.passes(columns.T, self.edges(settings)[:, None])
        return self.passes(self.terms.factors(settings) @ columns.T, self.edge)

    def bounded(self, settings: Array) -> Met:
        """Cases (case) in which some share may stop at 0 or 100 percent."""
        at_bound = np.zeros(len(settings), bool)
        for part in (*self.form.tops, *self.form.bottoms):
            if part.shares is not None:
                at_bound |= part.shares.bounded(settings)
        return at_bound


def test_of(form: Form) -> Test:
    """The simplest test that decides a formula's target."""
    simple = form.root == len(form.tops) == 1 and len(form.bottoms) <= 1
    if not simple or form.target.sense == "equals" or form.scale <= 0:
        every = _powers(form)
        moved = tuple(np.flatnonzero(every.any(axis=0)).tolist())
        empty = np.zeros((len(form.tops[0].levels), 0))
        none = np.zeros((0, every.shape[1]))
        terms = Terms(empty, none, none, np.zeros(0, bool))
        return Test(form, "direct", moved, terms)
    terms = _merged(form)
    powers, steps = terms.powers, terms.slopes[terms.steps]
    spread = np.ptp(powers, axis=0)
    matter = steps.any(axis=0) | (
        (spread if form.bottoms else np.abs(powers).sum(0)) > 0
    )
    moved = tuple(np.flatnonzero(matter).tolist())
    if not moved:
        kind: TestKind = "fixed"
    elif form.bottoms or terms.steps.any() or spread.any() or _grows(form.tops[0]):
        kind = "linear"
    else:
        kind = "ranked"
    return Test(form, kind, moved, terms)


def _grows(part: Sum) -> bool:
    """Whether levers multiply shares, which may reach a bound."""
    return part.shares is not None and bool(part.shares.powers.any())


def _powers(form: Form) -> Array:
    """All powers and slopes of a formula (term, lever)."""
    sums = (*form.tops, *form.bottoms)
    shares = [total.shares for total in sums if total.shares is not None]
    arrays = [total.powers for total in sums]
    arrays += [array for total in shares for array in (total.powers, total.slopes)]
    return np.concatenate(arrays)


def _merged(form: Form) -> Terms:
    """Terms of a formula with at most one denominator; those moved alike are one."""
    parts = [(form.scale if form.bottoms else 1.0, form.tops[0])]
    target = form.target.value - form.shift
    parts += [(-target, bottom) for bottom in form.bottoms]
    merged: dict[tuple[bytes, bytes], tuple[Array, Array, Array | None]] = {}
    for scale, part in parts:
        for column, power, slope in _terms(part):
            key = power.tobytes(), b"" if slope is None else slope.tobytes()
            before = merged[key][0] if key in merged else 0.0
            merged[key] = before + scale * column, power, slope
    columns, powers, slopes = zip(*merged.values(), strict=True)
    steps = np.array([slope is not None for slope in slopes])
    filled = [np.zeros_like(powers[0]) if slope is None else slope for slope in slopes]
    return Terms(np.stack(columns, 1), np.stack(powers), np.stack(filled), steps)


def _terms(part: Sum) -> Iterator[tuple[Array, Array, Array | None]]:
    """Column, powers and slopes of each term of a sum whose shares do not stop."""
    levels, powers, shares = part.levels.T, part.powers, part.shares
    if shares is None:
        yield from ((*both, None) for both in zip(levels, powers, strict=True))
        return
    shared, grown = levels * shares.values.T, powers + shares.powers
    yield from ((*both, None) for both in zip(shared, grown, strict=True))
    for level, power, slope in zip(levels, powers, shares.slopes, strict=True):
        if slope.any():
            yield level, power, slope
