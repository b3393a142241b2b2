"""Consistency: what pairs of targets imply, by hand from the plan's own figures."""

from dataclasses import replace

import pandas as pd
import pytest

from cszt_models.present.sentences.targets import implied
from cszt_models.project.observations import as_of
from cszt_models.project.plan import read_targets
from cszt_models.targets.consistency import implications


@pytest.fixture(scope="module")
def known(czt, observations) -> pd.DataFrame:
    return as_of(observations, czt.data_date)


@pytest.fixture(scope="module")
def targets(czt):
    return read_targets(czt)


@pytest.fixture(scope="module")
def found(targets, czt, known):
    pairs = implications(targets, czt, known)
    return {(one.first.id, one.second.id): one for one in pairs}


BY_HAND = {
    ("urban_population_2025", "urbanization_2025"): (1300 / 0.80, "only implied"),
    ("rd_intensity_2025", "gdp_2025"): (0.03 * 25_000, "only implied"),
    ("hightech_va_2025", "hightech_share_2025"): (9500 / 0.35, "slack"),
    ("hightech_share_2025", "gdp_2025"): (0.35 * 25_000, "short"),
    ("hightech_va_2025", "gdp_2025"): (9500 / 250, "slack"),
    ("gdp_2025", "growth_2021_2025"): (
        100 * ((25_000 / 17_591.47) ** 0.2 / 1.07 - 1),
        "only implied",
    ),
}


@pytest.mark.parametrize("pair", BY_HAND, ids=" + ".join)
def test_what_a_pair_implies(pair, found):
    value, verdict = BY_HAND[pair]
    assert found[pair].implied == pytest.approx(value, rel=1e-12)
    assert found[pair].verdict == verdict


def test_no_other_pair_implies_anything(found):
    assert set(found) == set(BY_HAND)


def test_the_level_that_prices_start_from_is_the_sum_of_the_cities(found):
    one = found[("gdp_2025", "growth_2021_2025")]
    assert one.start == (pytest.approx(12142.52 + 3105.8 + 2343.15), 2020)
    # at that path nominal GDP arrives at the target
    factor = (1 + one.implied / 100) * 1.07
    assert one.start[0] * factor**5 == pytest.approx(25_000, rel=1e-12)


def test_what_is_implied_stands_beside_what_was_published(found):
    people = found[("urban_population_2025", "urbanization_2025")]
    assert people.known[:2] == (pytest.approx(1721.2), 2025)


def test_targets_that_fit_agree(targets, czt, known):
    fitting = replace(targets["hightech_share_2025"], value=38.0)
    pairs = implications(targets | {fitting.id: fitting}, czt, known)
    verdicts = [one.verdict for one in pairs if one.stated is not None]
    assert verdicts == ["agrees"] * 3


def test_a_level_not_yet_known_leaves_prices_open(targets, czt, observations):
    early = as_of(observations, pd.Timestamp("2020-12-31").date())
    assert all(
        one.second.id != "growth_2021_2025" for one in implications(targets, czt, early)
    )


def test_targets_of_other_years_or_places_imply_nothing(targets, czt, known):
    later = replace(targets["urbanization_2025"], year=2024)
    pairs = implications(
        {"a": targets["urban_population_2025"], "b": later}, czt, known
    )
    assert pairs == []


def test_sentences_say_pair_value_and_verdict(found):
    share = found[("hightech_va_2025", "gdp_2025")]
    assert implied(share).startswith("High-tech industry value added of ¥950 billion")
    assert "38 %" in implied(share)
    assert "at least 35 %, which is then met with room to spare." in implied(share)
    assert "38%" in implied(share, "zh")
    prices = implied(found[("gdp_2025", "growth_2021_2025")])
    assert "0.26 % a year, from ¥1.759 trillion in 2020." in prices
