"""Figures of sweeps: the right numbers, in both languages."""

import pandas as pd
import pytest

from cszt_models.present.charts.sweeps import effects, heat_map, swings, tornado
from cszt_models.sweeps.designs import full_factorial, one_at_a_time

LABELS = {"growth": "real growth", "price": "GDP prices", "x": "the target"}


@pytest.fixture
def found():
    table = one_at_a_time({"growth": (-2, 2), "price": (-1, 3)})
    return table.assign(p_x=[0.5, 0.1, 0.8, 0.4, 0.9], mcse_x=0.01)


def test_swings_belong_to_their_levers(found):
    table = swings(found, target="x").set_index("lever")
    assert table.loc["growth", ["low", "high", "p_low", "p_high"]].tolist() == [
        -2, 2, 0.1, 0.8,
    ]  # fmt: skip
    assert table.loc["price", ["low", "high", "p_low", "p_high"]].tolist() == [
        -1, 3, 0.4, 0.9,
    ]  # fmt: skip
    assert (table["base"] == 0.5).all()


def test_swings_do_not_depend_on_the_order_of_levers():
    table = one_at_a_time({"price": (-1, 3), "growth": (-2, 2)})
    moved = table.assign(p_x=[0.5, 0.4, 0.9, 0.1, 0.8], mcse_x=0.01)
    told = swings(moved, target="x").set_index("lever")
    assert told.loc["growth", "p_high"] == 0.8


@pytest.mark.parametrize("language", ["en", "zh"])
def test_charts_are_drawn_in_both_languages(found, language):
    grid = full_factorial({"growth": [-1.0, 1.0], "price": [0.0, 1.0]})
    grid = grid.assign(p_x=[0.1, 0.2, 0.3, 0.4])
    table = pd.DataFrame({"lever": ["growth", "price"], "effect": [0.7, 0.3]}).assign(
        design_error=0.02, draws_error=0.01
    )
    charts = (
        heat_map(grid, "growth", "price", target="x", labels=LABELS, language=language),
        tornado(
            swings(found, target="x"), target="x", labels=LABELS, language=language
        ),
        effects({"x": table, "joint": table}, labels=LABELS, language=language),
    )
    told = "概率" if language == "zh" else "probability"
    for chart in charts:
        text = str(chart.to_dict())
        assert told in text
        assert "real growth" in text
