"""Revisions: parts of a move add up, and each is what its step did."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from cszt_models import cli
from cszt_models.attribution.contributions import (
    KINDS,
    Contribution,
    Move,
    classify_figures,
    group_news,
    table,
)
from cszt_models.attribution.news import News
from cszt_models.attribution.revisions import moves
from cszt_models.models.fits import fit_blocks
from cszt_models.models.update import recondition
from cszt_models.present.charts.revisions import steps, waterfall
from cszt_models.present.sentences.revisions import reasons, why
from cszt_models.project.plan import read_targets
from cszt_models.storage.store import Store
from cszt_models.targets.attainment import assess
from cszt_models.vocabulary import GROWTH

SET = ("gdp_2025", "urbanization_2025", "rd_intensity_2025")


@pytest.fixture(scope="module")
def plan(czt):
    return read_targets(czt)


@pytest.fixture(scope="module")
def headline(plan):
    return {name: plan[name] for name in SET}


@pytest.fixture(scope="module")
def fits_2022(czt, observations):
    """Fits of mid-2022, when 2021 was published and population restated."""
    day = date(2022, 6, 30)
    return fit_blocks(observations, czt, as_of=day, seed=1, draws=1000, store=Store())


@pytest.fixture(scope="module")
def found(fits_2021, fits_2022, headline):
    return moves([fits_2021, fits_2022], headline)


def with_figure(fits, value: float):
    """The fits with Changsha's growth of 2021 at a value, and scales as they were."""
    known = fits.known
    last = known[
        (known["indicator"] == GROWTH)
        & (known["region"] == "changsha")
        & (known["year"] == 2020)
    ].iloc[[0]]
    added = last.assign(year=2021, value=value).set_axis([10**6])
    return recondition(fits, pd.concat([known, added]), fits.as_of)


def test_parts_add_up_to_the_change_of_every_probability(found):
    assert [move.target for move in found] == [*SET, "joint"]
    for move in found:
        total = sum(part.change for part in move.parts)
        assert total == pytest.approx(move.change, abs=1e-12)
    frame = table(found)
    np.testing.assert_allclose(
        frame[list(KINDS)].sum(axis=1), frame["change"], atol=1e-12
    )


def test_ends_are_the_probabilities_that_attain_prints(
    fits_2021, fits_2022, headline, found
):
    first, last = (assess(fits, headline) for fits in (fits_2021, fits_2022))
    for move in found[:-1]:
        assert move.before == first.of(move.target).probability
        assert move.after == last.of(move.target).probability
    assert found[-1].before == first.joint.probability
    assert found[-1].after == last.joint.probability


def test_restated_population_is_a_part_of_its_own(found):
    parts = {part.kind: part for part in found[0].parts}
    assert parts["basis"].figures > 0
    assert parts["revision"].figures > 0
    named = {(p.indicator, p.region) for p in found[0].parts if p.indicator}
    assert ("gdp_real_growth", "changsha") in named
    assert ("urbanization_rate", "zhuzhou") in named
    assert ("gdp_real_growth", "ring") in named


def test_urbanization_fell_because_of_the_urban_share_of_changsha(found, czt, plan):
    move = found[1]
    assert move.change < -0.03
    first = next(reason for reason in reasons(move) if reason.indicator)
    assert (first.indicator, first.region) == ("urbanization_rate", "changsha")
    assert "urbanization rate of Changsha in 2021" in why(move, czt, plan)


def test_same_figures_move_nothing(fits_2021, headline):
    for move in moves([fits_2021, fits_2021], headline):
        assert move.change == 0
        assert [part.change for part in move.parts] == [0.0] * len(move.parts)


def test_one_figure_takes_all_of_a_move(fits_2021, headline):
    gdp, surprises = {"gdp_2025": headline["gdp_2025"]}, {}
    cells = fits_2021.blocks["growth"].cells["cells"]
    logs = float(cells.sel(region="changsha", year=2021).mean())
    expected = 100 * np.expm1(logs / 100)
    for value in (0.0, expected, 15.0):
        move = moves([fits_2021, with_figure(fits_2021, value)], gdp)[0]
        parts = {part.kind: part for part in move.parts}
        surprise = parts["observation"]
        assert (surprise.indicator, surprise.region) == (GROWTH, "changsha")
        assert parts["scales"].change == pytest.approx(0, abs=1e-12)
        rest = move.change - surprise.change
        assert abs(rest) < 0.1  # less uncertainty, alike for all values
        surprises[value] = surprise.change
    assert surprises[0.0] < -0.1
    assert surprises[expected] == pytest.approx(0, abs=1e-9)
    assert surprises[15.0] > 0.1


def test_a_published_outcome_is_named(fits_2022, fits_today, headline, czt, plan):
    move = moves([fits_2022, fits_today], {"gdp_2025": headline["gdp_2025"]})[0]
    assert move.published == 22878.5
    assert move.after == 0
    assert sum(part.change for part in move.parts) == pytest.approx(move.change)
    assert why(move, czt, plan).endswith("to missed: ¥2.288 trillion was published.")
    assert "未实现：公布值为22,878.5亿元" in why(move, czt, plan, "zh")


def figures(*rows) -> pd.DataFrame:
    columns = ["region", "indicator", "year", "basis"]
    return pd.DataFrame([row[1:] for row in rows], [row[0] for row in rows], columns)


def test_kinds_of_figures():
    before = figures(
        (1, "a", "gdp", 2020, "first"),
        (2, "a", "gdp", 2019, "revised"),
        (3, "b", "people", 2020, "old"),
    )
    after = pd.concat(
        [
            before,
            figures(
                (4, "a", "gdp", 2021, "first"),
                (5, "a", "gdp", 2020, "revised"),
                (6, "b", "people", 2020, "new"),
                (7, "b", "people", 2021, "new"),
            ),
        ]
    )
    assert classify_figures(before, after).to_dict() == {
        4: "observation",
        5: "revision",
        6: "basis",
        7: "observation",
    }


def test_news_of_the_ring_count_as_one(czt):
    told = [News("growth", name, 2021, "", 7.0, 8.0, 0) for name in czt.regions]
    told.append(News("balance", "changsha", 2021, "", 0.0, 0.1, 0))
    groups = group_news(told, czt)
    assert len(groups[GROWTH, "ring"]) == 5
    assert len(groups[GROWTH, "changsha"]) == 1
    assert list(groups)[-1] == ("sectors", "all")


def made(before: float, *parts: Contribution, published: float | None = None) -> Move:
    days = date(2022, 6, 30), date(2023, 6, 30)
    after = before + sum(part.change for part in parts)
    return Move("gdp_2025", *days, before, after, parts, published)


SLOW = Contribution(
    "observation",
    -0.30,
    0.01,
    1,
    GROWTH,
    "changsha",
    (News("growth", "changsha", 2022, "", 7.2321, 4.4017, 0),),
)
RING = replace(SLOW, change=-0.12, region="ring")
LESS = Contribution("expected", 0.05, 0.01, 9)


def test_sentence_names_what_moved_most(czt, plan):
    move = made(0.63, LESS, SLOW, RING)
    assert why(move, czt, plan) == (
        "Between 2022-06-30 and 2023-06-30 the probability of meeting the target "
        "for gross domestic product fell from 63 % to 26 %: mostly because of real GDP "
        "growth of Changsha in 2022 (4.5 % against 7.5 % expected; −30) and real GDP "
        "growth of the ring cities in 2022 (−12); all else +5."
    )
    assert why(move, czt, plan, "zh") == (
        "2022-06-30至2023-06-30，地区生产总值目标的实现概率由63%降至26%：主要因为长沙2022年地区"
        "生产总值增速（不变价）（4.5%，预期7.5%；−30个百分点）、周边城市2022年地区生产"
        "总值增速（不变价）（−12个百分点）；其余部分+5个百分点。"
    )


def test_sentence_of_a_rise_names_no_part_that_fell(czt, plan):
    rise = replace(SLOW, change=0.4)
    move = made(0.2, Contribution("basis", -0.1, 0.01, 3), rise)
    said = why(move, czt, plan)
    assert "rose from 20 % to 50 %" in said
    assert "basis" not in said


def test_sentence_of_a_standstill(czt, plan):
    move = made(0.5, LESS, replace(SLOW, change=-0.05))
    assert why(move, czt, plan).endswith("gross domestic product stayed at 50 %.")
    assert why(move, czt, plan, "zh").endswith("目标的实现概率维持在50%。")


def test_numbers_that_look_alike_get_more_digits(czt, plan):
    near = News("urbanization", "hunan", 2022, "", 0.4212, 0.4205, 0)
    part = replace(SLOW, indicator="urbanization_rate", region="hunan", news=(near,))
    assert "(60.36 % against 60.38 % expected" in why(made(0.9, part), czt, plan)


def test_waterfall_leads_from_one_probability_to_the_other(czt):
    small = [Contribution("revision", -0.001 * n, 0.0, 1) for n in range(1, 12)]
    move = made(0.63, LESS, SLOW, RING, *small)
    rows = steps(move, czt)
    assert rows["side"].iloc[[0, -1]].tolist() == ["end", "end"]
    assert rows["high"].iloc[0] == 0.63
    assert rows["high"].iloc[-1] == pytest.approx(move.after, abs=1e-12)
    inner = rows.iloc[1:-1]
    assert inner["change"].sum() == pytest.approx(move.change, abs=1e-12)
    assert len(rows) <= 10
    assert inner["label"].iloc[-1] == "all else"
    assert steps(move, czt, "zh")["label"].iloc[0] == "截至2022-06-30"
    chart = waterfall(move, czt, title="GDP").to_dict()
    assert chart["title"] == "GDP"


def test_command_prints_json_that_adds_up(capsys, monkeypatch):
    words = ["moves", "--since", "2024-06-30", "--as-of", "2025-06-30", "--json"]
    words += ["--target", "gdp_2025", "--draws", "100"]
    monkeypatch.setattr("sys.argv", ["cszt", *words])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert not stop.value.code
    told = json.loads(capsys.readouterr().out)["moves"]
    assert [one["target"] for one in told] == ["gdp_2025", "joint"]
    for one in told:
        total = sum(part["change"] for part in one["parts"])
        assert total == pytest.approx(one["change"], abs=1e-12)
        assert set(one["sentence"]) == {"en", "zh"}


def test_command_refuses_an_unknown_target(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["cszt", "moves", "--target", "gdp_2052"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 2
    assert "Did you mean 'gdp_2025'?" in capsys.readouterr().err
