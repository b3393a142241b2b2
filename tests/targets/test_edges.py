"""Plans and figures at their edges: an answer, or a sentence that says why not."""

import csv
from datetime import date

import pandas as pd
import pytest

import cszt_models as cm
from cszt_models.errors import DataError, ScenarioError
from cszt_models.project.observations import COLUMNS
from cszt_models.project.plan import COLUMNS as TARGET_COLUMNS
from cszt_models.project.project import load_project
from cszt_models.project.starter import Starter, start
from cszt_models.scenarios.scenario import baseline
from cszt_models.sweeps.designs import design_of
from cszt_models.sweeps.inputs import sweep_inputs
from cszt_models.sweeps.sweep import sweep

URBAN, GROWTH = "urbanization_rate", "gdp_real_growth"
RISING = [96.0, 96.8, 97.6, 98.4, 99.2, *[100.0] * 8]  # from 2010
RATES = [4.2, 5.0, 5.8, 4.6, 5.4, 4.2, 5.0, 5.8, 4.6, 5.4, 4.2, 5.0, 5.8]
LAST = "2026-11-29"


@pytest.fixture
def project_of(tmp_path):
    """A function that makes a project of series and targets."""

    def make(series, targets=(), first=2021, last=2025, roles=None):
        folder = tmp_path / "p"
        start(folder, Starter("p", "P", "区", first, last, date(2026, 11, 29)))
        places = list(dict.fromkeys(region for region, _ in series))
        roles = roles or {}
        lines = "".join(
            f"  {name}: {{en: {name}, zh: {name}, role: {roles.get(name, 'core')}}}\n"
            for name in places
        )
        text = (folder / "project.yaml").read_text("utf-8")
        text = text.replace("regions: {}", f"regions:\n{lines}", 1)
        (folder / "project.yaml").write_text(text, "utf-8")
        units = {i.id: i.unit for i in load_project(folder).indicators.values()}
        _write(folder / "observations.csv", COLUMNS, _figures(series, units))
        rows = [
            dict.fromkeys(TARGET_COLUMNS, "x")
            | {"id": name, "indicator": indicator, "region": region, "since": ""}
            | {"year": year, "sense": "at_least", "value": value}
            | {"unit": units[indicator], "headline": 1}
            for name, indicator, region, year, value in targets
        ]
        _write(folder / "targets.csv", TARGET_COLUMNS, rows)
        return load_project(folder)

    return make


def _figures(series, units):
    for (region, indicator), (first, values) in series.items():
        for year, value in enumerate(values, first):
            yield {
                "region": region,
                "indicator": indicator,
                "year": year,
                "value": value,
                "unit": units[indicator],
                "basis": "as_first_published",
                "status": "unknown",
                "released": "2024-03",
                "source": "[2] x",
            }


def _write(path, columns, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def attained(project, day=LAST, **how):
    return cm.analyse(project, day, draws=200, cache=False).attain(**how)


def test_a_share_that_stays_at_its_bound_has_no_data_with_the_reason(project_of):
    target = "u", URBAN, "a", 2025, 100
    result = attained(project_of({("a", URBAN): (2010, RISING)}, [target]))["u"]
    assert result.status == "no_data"
    assert result.reason == (
        "a share of exactly 100 percent, as in 2022, is not modelled"
    )


def test_a_published_target_needs_no_fit(project_of):
    targets = [("u", URBAN, "a", 2023, 100), ("v", URBAN, "a", 2025, 100)]
    project = project_of({("a", URBAN): (2010, [100.0] * 14)}, targets)
    results = attained(project)
    assert (results["u"].status, results["u"].met) == ("resolved", True)
    assert results["v"].status == "no_data"
    assert "exactly 100 percent" in results["v"].reason


def test_without_any_figure_of_a_block_or_a_bound_there_is_nothing_to_fit(project_of):
    with pytest.raises(DataError, match="nothing to fit"):
        attained(project_of({("a", "population_resident"): (2020, [10.0])}))


def test_figures_after_the_plan_and_targets_before_the_data(project_of):
    """The horizon is the later of plan and data; 2005 is before the first figure."""
    rates = [7, 5, 6, 7, 5, 6, 7, 5, 6, 7, 5]
    targets = [("g", GROWTH, "a", 2015, 5), ("h", GROWTH, "a", 2005, 5)]
    series = {("a", GROWTH): (2012, rates)}
    project = project_of(series, targets, first=2001, last=2015)
    assert project.horizon == 2022
    analysis = cm.analyse(project, LAST, draws=200, cache=False)
    results = analysis.attain()
    assert (results["g"].status, results["g"].met) == ("resolved", True)
    assert results["h"].status == "no_data"
    assert results["h"].reason == "before the data: the first figure is of 2012"
    (timing,) = analysis.timing("g").timings
    assert timing.table["year"].iloc[0] == 2012


def test_a_year_after_the_data_does_not_move_the_horizon(project_of):
    assert project_of({("a", GROWTH): (2090, RATES)}).horizon == 2025


@pytest.fixture
def two(project_of):
    series = {("a", GROWTH): (2010, RATES), ("b", GROWTH): (2010, RATES)}
    return project_of(series, [("g", GROWTH, "a", 2025, 5)])


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ({"first": 2030}, "acts from 2030 on"),
        ({"first": 2015, "last": 2020}, "acts from 2015 to 2020"),
        ({"last": 2022}, "acts until 2022"),
        ({"first": 2022, "last": 2022}, "acts in 2022"),
    ],
)
def test_a_lever_that_cannot_act_is_refused(two, years, words):
    scenario = baseline().with_lever("growth", 1.0, regions=("a",), **years)
    with pytest.raises(ScenarioError, match=words) as caught:
        attained(two, "2024-06-30", scenario=scenario)
    assert "Choose years among those open, 2024 to 2025" in str(caught.value)


def test_a_lever_that_acts_in_one_open_year_is_taken(two):
    scenario = baseline().with_lever("growth", 5.0, regions=("a",), first=2010)
    moved = attained(two, "2024-06-30", scenario=scenario)["g"].probability
    assert moved > attained(two, "2024-06-30")["g"].probability


@pytest.mark.parametrize("years", ["2030", "2015-2020"])
def test_a_column_of_a_design_that_cannot_act_is_refused(two, years):
    inputs = sweep_inputs(two, as_of=date(2024, 6, 30), seed=1, draws=200)
    name = f"growth@a:{years}"
    design = design_of(pd.DataFrame({name: [0.0, 1.0]}), inputs.context)
    with pytest.raises(ScenarioError, match="would do nothing"):
        sweep(design, inputs)


def test_a_place_without_a_sector_does_not_remove_a_block(project_of):
    sectors = {"va_primary": 5.0, "va_secondary": 40.0, "va_tertiary": 55.0}
    series = {("a", name): (2015, [value] * 6) for name, value in sectors.items()}
    series |= {("b", n): (2015, [v] * 6) for n, v in sectors.items() if "pri" not in n}
    fits = cm.analyse(project_of(series), LAST, draws=200, cache=False).fits
    assert {"agriculture", "balance"} <= set(fits.blocks)


@pytest.fixture
def urban_only(project_of):
    """An urban share of a place without population, beside growth of another."""
    series = {
        ("a", GROWTH): (2010, RATES),
        ("b", URBAN): (2010, [50 + n for n in range(13)]),
    }
    return project_of(series, [("u", URBAN, "b", 2025, 64)])


def test_an_urban_share_without_population_ends_in_no_traceback(urban_only):
    analysis = cm.analyse(urban_only, LAST, draws=200, cache=False)
    result = analysis.attain()["u"]
    assert result.status == "nowcast"
    assert result.probability > 0.5
    table = analysis.timing("u").timings[0].table
    assert (table["year"] >= 2010).all()
    with pytest.raises(DataError, match="'u' cannot be split"):
        analysis.gap("u")
