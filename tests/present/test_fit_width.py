"""Narrow tables: words and ids stay whole, what is constant is said once."""

import pandas as pd
import pytest

from cszt_models.present.tables.fit_width import broken_text, display_width, fitted
from cszt_models.present.tables.table import Table

ROWS = pd.DataFrame(
    {
        "target": ["gdp_2025", "charging_radius_intercity_2025"],
        "asks for": ["at least ¥2.5 trillion", "at most 50 km"],
        "status": ["projected", "projected"],
        "probability": ["53 %", "–"],
        "outlook": ["¥2.569 trillion (¥2.043 trillion–¥3.255 trillion)", ""],
    }
)


@pytest.mark.parametrize("width", [76, 80, 100])
def test_words_and_ids_are_whole_on_narrow_lines(width):
    lines = Table("Targets", ROWS, ("probability",), ("target",)).text(width)
    for word in ("charging_radius_intercity_2025", "trillion", "probability", "53 %"):
        assert word in lines
    assert max(map(len, lines.splitlines())) <= width


def test_what_is_constant_is_said_above_a_narrow_table():
    table = Table("Targets", ROWS, (), ("target",))
    assert "status: projected" in table.text(80)
    assert "status: projected" not in table.text(200)


def test_chinese_takes_two_columns_and_breaks_between_signs():
    assert display_width("目标") == 4
    lines = broken_text("不低于25,000亿元", 8).splitlines()
    assert "".join(lines) == "不低于25,000亿元"
    assert max(map(display_width, lines)) <= 8


def test_a_frame_that_cannot_fit_is_left_as_it_is():
    assert fitted(ROWS, 30, ["target"]) is None


def test_nothing_is_lost_by_breaking():
    broken = fitted(ROWS, 84, ["target"])
    joined = ["".join(cell.split()) for cell in broken.iloc[:, -1]]
    assert joined == ["".join(cell.split()) for cell in ROWS["outlook"]]
