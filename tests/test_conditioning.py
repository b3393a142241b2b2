"""Sums of cells given the rows: as brute force and statsmodels' smoother have them."""

import numpy as np
import pytest
from test_dependence import SCALES, R, everything, three

from cszt_models.conditioning import reach

# Weights of cells in the sums: panel, region, year, weight. Past, future, averages over
# years and regions, and a sum that spans two panels.
SUMS = [
    [(0, 0, 11, 1.0)],
    [(0, 0, 11, 0.5), (0, 1, 11, 0.5)],
    [(1, 1, year, 0.25) for year in (8, 9, 10, 11)],
    [(2, 0, 15, 1.0), (1, 0, 10, -1.0)],
    [(0, 0, 3, 1.0)],
]


def loads_of(panels, sums=SUMS):
    found = [
        {"cells": np.zeros((len(sums), len(p.regions), len(p.years)))} for p in panels
    ]
    for n, cells in enumerate(sums):
        for panel, region, year, weight in cells:
            found[panel]["cells"][n, region, year] += weight
    return found


def flat(loads):
    return np.concatenate([x["cells"].reshape(len(x["cells"]), -1) for x in loads], 1)


@pytest.mark.parametrize("correlation", [np.eye(3), R], ids=["independent", "linked"])
def test_sums_are_those_of_brute_force(correlation):
    panels = three()
    loads = loads_of(panels)
    found = reach(panels, [np.tile(SCALES, (2, 1))] * 3, loads, correlation)
    mean, cover = everything(panels, correlation)
    weights = flat(loads)
    for v in range(2):
        np.testing.assert_allclose(found.mean[v], weights @ mean, atol=1e-9)
        np.testing.assert_allclose(
            found.cover[v], weights @ cover @ weights.T, atol=1e-9
        )
        moves = np.concatenate(
            [x["cells"][v].reshape(len(weights), -1) for x in found.cells], axis=1
        )
        np.testing.assert_allclose(moves, weights @ cover, atol=1e-9)
