"""Values set at a chance: met as often on random projects, printed forms, the annex."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import xarray as xr
from docx import Document
from openpyxl import load_workbook

from cszt_models.analysis.setting import set_values
from cszt_models.errors import DataError
from cszt_models.project.plan import read_targets
from cszt_models.targets.attainment import attainment
from cszt_models.targets.printed import printed_forms
from cszt_models.targets.setting import frontier, rounded, value_for

RANDOM, DRAWS = 200, 1000
SENSES = ("at_least", "exceeds", "about", "at_most")


@pytest.fixture(scope="module")
def plan(czt):
    return read_targets(czt)


def random_projections(rng, target) -> list[xr.Dataset]:
    """Twice the draws of a target's indicator as a random project would have them."""
    shape = rng.choice(["normal", "skewed", "wide tails", "bounded"])
    middle, spread = rng.uniform(-50, 5000), rng.uniform(0.1, 200)
    noise = {
        "normal": rng.normal(size=(2, DRAWS)),
        "skewed": np.exp(rng.normal(size=(2, DRAWS))),
        "wide tails": rng.standard_t(3, size=(2, DRAWS)),
        "bounded": rng.beta(0.7, 0.9, size=(2, DRAWS)),
    }[shape]
    places = {"region": [target.region], "year": [target.year]}
    dims = ("draw", "region", "year")
    return [
        xr.Dataset({target.indicator: (dims, drawn[:, None, None])}, places)
        for drawn in middle + spread * noise
    ]


def test_what_is_set_at_a_chance_is_attained_with_it_in_random_projects(czt, plan):
    rng = np.random.default_rng(24)
    open_ = [t for t in plan.values() if t.since is None and t.sense != "equals"]
    day = czt.data_date.replace(year=2021)
    scores = []
    for _ in range(RANDOM):
        target = replace(open_[rng.integers(len(open_))], sense=rng.choice(SENSES))
        chance = float(rng.uniform(0.03, 0.97))
        one, other = random_projections(rng, target)
        exact = value_for(target, one[target.indicator].to_numpy().ravel(), chance)
        again = replace(target, value=exact.value)
        same = attainment(one, again, as_of=day).probability
        assert abs(same - chance) <= 1.5 / DRAWS
        new = attainment(other, again, as_of=day).probability
        # a quantile of as many draws, and a share of as many others
        error = np.sqrt(2 * chance * (1 - chance) / DRAWS)
        scores.append((new - chance) / error)
    assert np.abs(scores).max() < 4.5
    assert 0.75 < np.mean(np.square(scores)) < 1.3


def test_a_frontier_is_that_of_a_scan(plan):
    rng = np.random.default_rng(5)
    first, second = plan["gdp_2025"], replace(plan["pm25_2025"], id="air")
    for _ in range(20):
        both = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 2]], DRAWS).T
        chance = float(rng.uniform(0.2, 0.8))
        for row in frontier(first, second, (both[0], both[1]), chance).itertuples():
            inside = both[0] >= row.gdp_2025
            # the least value of the second at which enough draws meet both
            scan = np.sort(both[1][inside])
            enough = np.arange(1, len(scan) + 1) / DRAWS >= chance
            best = scan[enough.argmax()]
            step = np.diff(scan[max(enough.argmax() - 2, 0) :][:4]).max()
            assert abs(row.air - best) <= step + 1e-12


def test_printed_forms_ask_for_what_they_say(plan):
    growth = plan["growth_2021_2025"]
    draws = np.random.default_rng(1).normal(5.5, 0.8, 20_000)
    exact = value_for(growth, draws, 0.7)
    bare, about, spread = printed_forms(exact, draws)
    assert (bare.low, about.low, (spread.low, spread.high)) == (5, 5, (5, 5.5))
    assert bare.probability == spread.probability == np.mean(draws >= 5)
    assert about.inside == np.mean(np.abs(draws - 5) <= 0.25)
    assert spread.inside == np.mean((draws >= 5) & (draws <= 5.5))
    ceiling = replace(growth, sense="at_most")
    upper = printed_forms(value_for(ceiling, draws, 0.7), draws)[0]
    assert upper.low == 6
    assert {form.value for form in rounded(exact, draws)} == {5.0, 5.5}
    even = printed_forms(replace(exact, value=5.0), draws)[2]
    assert (even.low, even.high) == (5.0, 5.5)


@pytest.fixture(scope="module")
def results(history):
    return set_values(replace(history[0], selection=("gdp_2025", "pm25_2025")), 0.7)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_annex_reads_as_one_table_in_word_and_in_excel(results, language, tmp_path):
    for ending in ("docx", "xlsx"):
        results.save_annex(tmp_path / f"annex.{ending}", language)
    table = results.annex(language)
    lines = [list(table.frame.columns), *table.frame.to_numpy().tolist()]
    (grid,) = Document(BytesIO((tmp_path / "annex.docx").read_bytes())).tables
    assert [[cell.text for cell in row.cells] for row in grid.rows] == lines
    page = load_workbook(tmp_path / "annex.xlsx").active
    written = [[cell.value for cell in row] for row in page["A2:G4"]]
    assert written == lines
    assert page["A1"].value == table.title
    assert {"en": "Changsha", "zh": "长株潭"}[language] in table.title
    assert {"en": "90 %", "zh": "90%"}[language] in page["A5"].value
    floor, expected, stretch = (float(x.replace(",", "")) for x in lines[1][3:6])
    assert floor < expected < stretch
    ceilings = [float(x) for x in lines[2][3:6]]
    assert ceilings == sorted(ceilings, reverse=True)


def test_an_annex_is_word_or_excel(results, tmp_path):
    with pytest.raises(DataError, match=r"neither \.docx nor \.xlsx"):
        results.save_annex(tmp_path / "annex.pdf")
    with pytest.raises(DataError, match="cannot be written"):
        results.save_annex(tmp_path / "none" / "annex.docx")
