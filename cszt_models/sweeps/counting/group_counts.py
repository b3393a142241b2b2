r"""Counts of draws by group, for Monte-Carlo errors of many probabilities at once.

`monte_carlo.errors_of_counts` needs the number c of draws in which a target is met
and, for each way in which draws are grouped, :math:`Q = \sum_g c_g^2 / n_g`
with :math:`c_g` of the :math:`n_g` draws of group g. Both are counted here: for blocks
of cases eight draws at a time, and, where a target is met by the draws above some rank,
for all ranks in one pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cszt_models.targets.monte_carlo import Grouping, errors_of_counts

Array = NDArray[np.float64]
Met = NDArray[np.bool_]
Whole = NDArray[np.int_]

WORD_BYTES = 8  # draws counted at once: the bytes of a machine word


def ranked(order: Whole, groupings: Sequence[Grouping]) -> tuple[Array, Array]:
    """Probability and error when the first 0, 1, 2 … draws of an order are met.

    Parameters
    ----------
    order
        Places of draws, those that are met first in front.

    Returns
    -------
    probability, mcse
        Each (rank), with one entry more than the order.

    Examples
    --------
    >>> alone = Grouping(np.arange(4))
    >>> ranked(np.array([2, 0]), [alone])[0].tolist()
    [0.0, 0.25, 0.5]
    """
    met = np.arange(len(order) + 1.0)
    squares = []
    for grouping in groupings:
        groups = grouping.groups[order]
        by_group = np.argsort(groups, kind="stable")
        sizes = np.bincount(groups, minlength=1)
        starts = np.repeat(np.cumsum(sizes) - sizes, sizes)
        before = np.empty(len(order))
        before[by_group] = np.arange(len(order)) - starts
        added = (2 * before + 1) / grouping.sizes[groups]
        squares.append(np.concatenate([[0.0], np.cumsum(added)]))
    return met / len(groupings[0].groups), errors_of_counts(met, squares, groupings)


@dataclass(frozen=True)
class WordLayout:
    """Draws in an order in which every machine word has draws of one group.

    ``places`` has the draw at each place, or -1 where a word is filled up. The
    ``first`` grouping decides the order; others are counted by their own.
    """

    first: Grouping

    @cached_property
    def _words(self) -> Whole:
        """Words that each group fills."""
        return -(-np.bincount(self.first.groups) // WORD_BYTES)

    @cached_property
    def _by_length(self) -> Whole:
        """Groups, those that fill most words in front."""
        return np.argsort(-self._words, kind="stable")

    @cached_property
    def _layers(self) -> list[int]:
        """Groups that fill a first word, a second one, and so on."""
        return [int((self._words > n).sum()) for n in range(int(self._words.max()))]

    @cached_property
    def places(self) -> Whole:
        """Draw at each place, -1 at none: first words of all groups, then second."""
        groups = self.first.groups
        order, sizes = np.argsort(groups, kind="stable"), np.bincount(groups)
        within = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        rank = np.argsort(self._by_length)[groups[order]]
        starts = np.concatenate([[0], np.cumsum(self._layers)])
        places = np.full(WORD_BYTES * starts[-1], -1)
        word = starts[within // WORD_BYTES] + rank
        places[WORD_BYTES * word + within % WORD_BYTES] = order
        return places

    @cached_property
    def valid(self) -> Met:
        """Whether there is a draw at each place."""
        return self.places >= 0

    def laid[Kind: np.generic](self, draws: NDArray[Kind]) -> NDArray[Kind]:
        """Values (draw, …) in the order of places; at places without a draw, any."""
        return draws[np.maximum(self.places, 0)]

    def counts(
        self, met: Met, groupings: Sequence[Grouping]
    ) -> tuple[Array, list[Array]]:
        """Number of draws met (case, place), and squares of the counts by group.

        Places without a draw must be False.
        """
        words = np.bitwise_count(np.ascontiguousarray(met).view(np.uint64))
        group_counts = np.zeros((len(met), len(self._words)), np.uint16)
        start = 0
        for layer in self._layers:
            group_counts[:, :layer] += words[:, start : start + layer]
            start += layer
        inside = group_counts.astype(float)
        total = inside.sum(axis=1)
        squares = []
        for grouping in groupings:
            if grouping.same or not grouping.informative:
                squares.append(total)
            elif grouping.groups is self.first.groups:
                squares.append(
                    np.square(inside) @ (1 / grouping.sizes[self._by_length])
                )
            else:
                squares.append(self._squares(grouping, met))
        return total, squares

    def _squares(self, grouping: Grouping, met: Met) -> Array:
        """Squared counts of a grouping by another order than that of places."""
        groups = grouping.groups[self.places[self.valid]]
        order = np.argsort(groups, kind="stable")
        starts = np.cumsum(np.bincount(groups)) - np.bincount(groups)
        ordered = met[:, self.valid][:, order]
        inside = np.add.reduceat(ordered, starts, axis=1, dtype=np.int64)
        return np.square(inside) @ (1 / grouping.sizes)
