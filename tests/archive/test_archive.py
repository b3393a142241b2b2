"""The archive is what the facts say; every number has its sentence; base rates."""

import gzip
import runpy
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cszt_models import DataError, load_project
from cszt_models.archive.ambition import ambition
from cszt_models.archive.base_rates import (
    GROUPINGS,
    base_rates,
    group_name,
    last_outcomes,
    share_met,
)
from cszt_models.archive.read import PATH, read_archive
from cszt_models.archive.reference_class import MIN_COUNT, MIN_YEARS, reference_class
from cszt_models.archive.schema import SENTENCE
from cszt_models.project.plan import read_targets

ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared" / "facts" / "targets_archive.csv"
BUILD = runpy.run_path(str(ROOT / "scripts" / "build_archive.py"))


@pytest.fixture(scope="module")
def archive():
    return read_archive()


@pytest.fixture(scope="module")
def growth(archive):
    yearly = archive[archive["plan"] == "annual"]
    return yearly[(yearly["indicator"] == "gdp_real_growth") & yearly["met"].notna()]


if FACTS.exists():

    def test_the_archive_is_what_the_facts_say():
        text = BUILD["archive_text"](pd.read_csv(FACTS))
        assert gzip.decompress(PATH.read_bytes()).decode("utf-8") == text


def test_long_quotes_are_cut_and_others_left():
    quotes = pd.Series(["短句", "长" * (SENTENCE + 1), None], dtype=object)
    short, cut, none = BUILD["shortened"](quotes)
    assert (short, len(cut), cut[-1]) == ("短句", SENTENCE, "…")
    assert pd.isna(none)


def test_every_number_has_its_sentence_and_address(archive):
    assert archive["source"].str.match("https?://").all()
    stated = archive[archive["met"].notna()]
    assert stated["outcome_source"].str.match("https?://").all()
    assert (archive["quote"].str.len() <= SENTENCE).all()
    uncut = archive[~archive["quote"].str.endswith("…")]
    numbers = uncut["value"].map("{:g}".format)
    pairs = zip(numbers, uncut["quote"], strict=True)
    assert np.mean([number in quote for number, quote in pairs]) > 0.97


def test_base_rates_are_those_counted_by_hand(growth):
    assert (len(growth), growth["region"].nunique()) == (982, 159)
    met = growth["met"].astype(int)
    spans = {(2003, 2007): (119, 119), (2008, 2012): (111, 143), (2020, 2020): (2, 72)}
    for (first, last), counted in spans.items():
        inside = growth["year"].between(first, last)
        assert (met[inside].sum(), inside.sum()) == counted


@pytest.mark.parametrize("by", list(GROUPINGS))
def test_groups_part_the_targets(by, archive, growth):
    rates = base_rates(archive, by)
    known = (
        growth if by != "gap" else growth[last_outcomes(archive)[growth.index].notna()]
    )
    assert rates["n"].sum() == len(known)
    assert (rates["n"] * rates["met"]).sum() == pytest.approx(known["met"].sum())
    names = {group_name(group, by, "zh") for group in rates["group"]}
    assert len(names) == len(rates)


def test_intervals_count_years_and_not_regions():
    met = np.repeat([1, 0], 250)
    years = pd.DataFrame({"year": np.repeat(range(10), 50), "met": met})
    share = share_met(years)
    assert share.high - share.low > 0.4  # 500 independent cases would give 0.07
    mixed = share_met(years.assign(year=3))
    assert np.isnan(mixed.low)


def test_last_outcome_is_of_the_year_before(archive):
    last = last_outcomes(archive)
    row = archive[last.notna()].iloc[7]
    before = archive.query(
        "region == @row.region and indicator == @row.indicator and plan == 'annual' "
        "and year == @row.year - 1"
    )
    assert last[row.name] == before["outcome"].item()


def test_a_wrong_verdict_is_refused(tmp_path):
    text = gzip.decompress(PATH.read_bytes()).decode("utf-8")
    lines = text.split("\n")
    place = next(n for n, line in enumerate(lines) if line.endswith(",1"))
    lines[place] = lines[place][:-1] + "0"
    path = tmp_path / "wrong.csv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode("utf-8")))
    with pytest.raises(DataError, match="judged against its numbers"):
        read_archive(path)


@pytest.fixture(scope="module")
def yearly_target():
    target = read_targets(load_project())["growth_2021_2025"]
    return replace(
        target, indicator="gdp_real_growth", since=None, year=2025, value=5.5
    )


def test_a_reference_class_sees_no_outcome_stated_later(archive, yearly_target):
    early = reference_class(yearly_target, archive, as_of=date(2012, 6, 30), last=5.0)
    assert early.enough
    assert early.rows["outcome_on"].max() <= "2012-06-30"
    assert early.rows["year"].max() == 2011


def test_a_class_is_narrowed_only_while_enough_is_left(archive, yearly_target):
    day = date(2025, 1, 1)
    wide = reference_class(yearly_target, archive, as_of=day)
    near = reference_class(yearly_target, archive, as_of=day, last=5.4)
    assert "gap" in near.criteria
    assert "gap" not in wide.criteria
    for each in (wide, near):
        assert each.count >= MIN_COUNT
        assert each.years >= MIN_YEARS
        assert each.share.met == each.rows["met"].astype(float).mean()


def test_targets_without_counterpart_have_an_empty_class(archive):
    target = read_targets(load_project())["exercise_2025"]
    each = reference_class(target, archive, as_of=date(2025, 1, 1))
    assert (each.count, each.enough, each.indicator) == (0, False, "")


SCORE = runpy.run_path(str(ROOT / "scripts" / "score_archive.py"))


def test_stored_probabilities_are_of_the_targets_of_the_archive():
    stored = pd.read_csv(ROOT / "data" / SCORE["FILE"])
    targets = SCORE["province_targets"]().rename(columns=SCORE["NAMES"])
    assert stored["probability"].between(0, 1).all()
    for method, rows in stored.groupby("method"):
        assert method in (*SCORE["METHODS"], *SCORE["RULES"])
        same = ["region", "year", "target", "growth", "outcome"]
        assert rows[same].to_numpy().tolist() == (
            targets.astype({"outcome": int})[same].to_numpy().tolist()
        )


@pytest.mark.parametrize(
    ("rule", "method"), [("base_rate", "base_rate"), ("target_is_outcome", "target")]
)
def test_stored_rules_know_nothing_of_their_year(rule, method):
    stored = pd.read_csv(ROOT / "data" / SCORE["FILE"])
    stored = stored[stored["method"] == method]
    targets = SCORE["province_targets"]()
    late = targets["year"] >= 2012
    blind = targets.assign(met=targets["met"] & ~late)
    blind.loc[late, "outcome"] = 0.0
    rows = SCORE[rule](blind)
    first = rows["year"] <= 2012
    expected = rows.loc[first, "probability"].round(4).to_numpy()
    assert expected == pytest.approx(stored["probability"].to_numpy()[first], abs=1e-9)


def test_the_place_of_a_target_among_peers_rises_with_what_it_asks(czt):
    plan, archive = read_targets(czt), read_archive()
    share, growth = plan["urbanization_2025"], plan["growth_2021_2025"]
    day = date(2021, 6, 30)
    places = [
        ambition(replace(share, value=value), 65.0, 2020, archive, day)
        for value in (66, 69, 70, 75)
    ]
    assert [p.peers for p in places] == sorted(p.peers for p in places)
    assert places[0].change == pytest.approx(0.2)
    assert (places[0].low, places[0].high) == (60, 70)
    easy, hard = (
        ambition(replace(growth, value=value), 8.5, 2020, archive, day)
        for value in (5, 12)
    )
    assert easy.peers < 0.5 < hard.peers
    assert easy.targets < hard.targets
    assert easy.count == hard.count > 20
    assert ambition(share, 5.0, 2020, archive, day) is None
    assert ambition(share, 65.0, 2005, archive, day) is None
    assert ambition(plan["pm25_2025"], 40.0, 2020, archive, day) is None
