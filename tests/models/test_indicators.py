"""The registry of modelled indicators agrees with blocks, levers and projections."""

import numpy as np
import pytest

from cszt_models.models.indicators import CELL_KINDS, INDICATORS, cell_kinds
from cszt_models.models.panels import BLOCKS
from cszt_models.projection.outlook import LEVELS, build_outlook, kinds
from cszt_models.projection.paths import VARIABLES, project_paths
from cszt_models.scenarios.levers import LeverName, movable
from cszt_models.vocabulary import GDP, POPULATION


def test_every_block_has_cells_and_every_cell_a_block():
    assert {kind.block for kind in CELL_KINDS.values()} == set(BLOCKS)
    depends = {block for entry in INDICATORS.values() for block in entry.blocks}
    assert depends == set(BLOCKS)


def test_every_lever_but_uncertainty_moves_one_kind_of_cell(czt):
    levers = [lever for kind in cell_kinds(czt).values() for lever in kind.levers]
    assert sorted([*levers, LeverName.UNCERTAINTY]) == sorted(movable(czt))


def test_an_outlook_holds_the_cells_of_the_registry(fits_2021, czt):
    assert set(kinds(fits_2021)) == set(cell_kinds(czt)) & set(
        build_outlook(fits_2021).cells
    )
    assert set(CELL_KINDS) <= set(kinds(fits_2021))


def test_a_projection_has_the_indicators_of_the_registry(fits_2021):
    assert set(VARIABLES) <= set(project_paths(fits_2021))
    assert {GDP: "price", POPULATION: "population"} == LEVELS


@pytest.mark.parametrize("name", [n for n, k in CELL_KINDS.items() if k.to_percent])
def test_cells_in_percent_are_rates_or_shares(name):
    percent = CELL_KINDS[name].to_percent(np.array([-1e3, 0.0, 1e3]))
    if CELL_KINDS[name].rate:
        np.testing.assert_allclose(percent[:2], [-100 * (1 - np.exp(-10)), 0.0])
    else:
        np.testing.assert_allclose(percent, [0.0, 50.0, 100.0], atol=1e-12)
