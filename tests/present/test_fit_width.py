"""Narrow tables: words and ids stay whole, what is constant is said once."""

import pandas as pd
import pytest

from cszt_models.present.tables.fit_width import (
    broken_text,
    chunks,
    display_width,
    fitted,
    wrapped,
)
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


def test_rows_hang_under_their_first_cell_where_the_table_is_too_broad():
    ids = ["charging_radius_intercity_2025"] * 2 + ["gdp_2025"]
    rows = pd.concat([ROWS.iloc[[1, 1, 0]]]).assign(target=ids, status=["a", "b", "c"])
    lines = Table("Targets", rows, ("probability",), ("target",)).text(64).splitlines()
    assert [line.strip() for line in lines].count(ids[0]) == 1, "said once for both"
    assert max(map(len, lines)) <= 64
    assert any("53 %" in line for line in lines)


def test_a_broad_table_is_cut_into_parts_with_what_tells_rows_apart():
    wide = ROWS.assign(**{f"{name} again": ROWS["outlook"] for name in "abc"})
    parts = chunks(wide, 60, ["target"])
    assert len(parts) > 1
    assert all("charging_radius_intercity_2025" in set(p.iloc[:, 0]) for p in parts)
    names = [" ".join(c.split()) for part in parts for c in part.columns[1:]]
    assert names == list(wide.columns[1:])


def test_sentences_end_their_lines_between_words():
    line = "  urbanization_hunan_2030: 26–90 % in other forms of the model"
    lines = wrapped(line, 40).splitlines()
    assert all(each.startswith("  ") and len(each) <= 40 for each in lines)
    assert " ".join(" ".join(lines).split()) == line.strip()
    assert wrapped(line, None) == line
