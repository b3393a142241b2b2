"""Projects that know little: what there is answers, the rest says what it takes."""

import csv
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from cszt_models import load_project
from cszt_models.errors import DataError
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import COLUMNS, read_observations
from cszt_models.project.observations import as_of as cut
from cszt_models.project.plan import COLUMNS as TARGET_COLUMNS
from cszt_models.project.plan import read_targets
from cszt_models.project.project import Project
from cszt_models.targets.attainment import Assessment, assess
from cszt_models.targets.coverage import readiness

TODAY = date(2022, 12, 31)
YEARS = range(2005, 2022)
PROJECT = """\
id: lake
name: {en: Lake, zh: 湖区}
data_date: 2022-12-31
plan: {name: {en: a plan, zh: 规划}, first_year: 2021, last_year: 2025}
regions:
  north: {en: North, zh: 北, role: core}
  south: {en: South, zh: 南, role: core}
aggregates:
  lake: {en: Lake, zh: 湖区, members: [north, south]}
indicators:
  gdp_real_growth: {unit: percent, kind: growth, en: growth, zh: 增速}
  gdp_nominal: {unit: million EUR, kind: level, en: GDP, zh: 生产总值}
  population_resident: {unit: persons, kind: level, en: residents, zh: 人口}
  population_urban: {unit: persons, kind: level, en: urban residents, zh: 城镇人口}
  urbanization_rate: {unit: percent, kind: share, en: urban share, zh: 城镇化率}
  share_tertiary: {unit: percent, kind: share, en: services, zh: 三产比重}
"""
GOALS = {  # id: indicator, region, value
    "north_growth": ("gdp_real_growth", "north", 5.0),
    "lake_growth": ("gdp_real_growth", "lake", 5.0),
    "lake_gdp": ("gdp_nominal", "lake", 400.0),
    "lake_people": ("population_resident", "lake", 900.0),
    "north_urban": ("urbanization_rate", "north", 60.0),
    "lake_urban": ("urbanization_rate", "lake", 60.0),
    "lake_urban_people": ("population_urban", "lake", 500.0),
    "lake_services": ("share_tertiary", "lake", 50.0),
}

type Series = tuple[str, str, dict[int, float]]


@pytest.fixture
def project(tmp_path) -> Callable[[Iterable[Series]], Project]:
    """A project of two regions that knows the series given, and the targets above."""

    def write(series: Iterable[Series], goals: Iterable[str] = GOALS) -> Project:
        folder = tmp_path / "lake"
        folder.mkdir()
        (folder / "project.yaml").write_text(PROJECT, "utf-8")
        units = {n: i.unit for n, i in load(folder, [], []).indicators.items()}
        told = ("unknown", "2022-03", "[9] made up for a test", "", "")
        observed = [
            (region, name, year, value, units[name], "as_first_published", *told)
            for region, name, values in series
            for year, value in values.items()
        ]
        words = ("said", "a test", 1)
        aims = [
            (key, name, at, "", 2025, "at_least", value, units[name], key, key, *words)
            for key, (name, at, value) in GOALS.items()
            if key in goals
        ]
        return load(folder, observed, aims)

    def load(folder: Path, observed: list, aims: list) -> Project:
        for name, columns, rows in (
            ("observations.csv", COLUMNS, observed),
            ("targets.csv", TARGET_COLUMNS, aims),
        ):
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([columns, *rows])
        return load_project(folder)

    return write


def assessed(project: Project) -> Assessment:
    fits = fit_blocks(
        read_observations(project), project, as_of=TODAY, seed=1, draws=200
    )
    return assess(fits, read_targets(project))


def path(indicator: str, region: str, start: float, step: float) -> Series:
    """A made-up path with a little noise that is the same each time."""
    noise = np.random.default_rng(len(region)).normal(0, 0.3, len(YEARS))
    if indicator in ("gdp_real_growth", "urbanization_rate"):
        values = start + step * np.arange(len(YEARS)) + noise
    else:
        values = start * np.exp(np.cumsum(step + noise / 100))
    return region, indicator, dict(zip(YEARS, values.round(3).tolist(), strict=True))


GROWTH = [path("gdp_real_growth", name, 5.0, 0.0) for name in ("north", "south")]
LEVEL = [(name, "gdp_nominal", {2021: 150.0}) for name in ("north", "south")]
GDP = [path("gdp_nominal", name, 60.0, 0.06) for name in ("north", "south")]
PEOPLE = [path("population_resident", name, 400.0, 0.01) for name in ("north", "south")]
URBAN = [path("urbanization_rate", name, 40.0, 0.9) for name in ("north", "south")]
ANSWERED = {  # what is known: the targets that have a probability
    "growth": (GROWTH, {"north_growth"}),
    "growth and one level": ([*GROWTH, *LEVEL], {"north_growth", "lake_growth"}),
    "growth and GDP": ([*GROWTH, *GDP], {"north_growth", "lake_growth", "lake_gdp"}),
    "people": (PEOPLE, {"lake_people"}),
    "urban share": (URBAN, {"north_urban"}),
    "people and urban share": (
        [*PEOPLE, *URBAN],
        {"lake_people", "north_urban", "lake_urban", "lake_urban_people"},
    ),
    "growth of one region": ([GROWTH[0]], {"north_growth"}),
}


@pytest.mark.parametrize("what", ANSWERED)
def test_what_is_known_is_answered_and_what_is_missing_is_named(what, project):
    series, expected = ANSWERED[what]
    known = project(series)
    found = assessed(known)
    told = {a.target.id for a in found.targets if a.status == "projected"}
    assert told == expected
    assert {a.target.id for a in found.targets if a.reason} == set(GOALS) - expected
    assert all(a.reason for a in found.targets if a.status == "no_data")


@pytest.mark.parametrize("what", ANSWERED)
def test_what_can_be_answered_is_known_without_fitting(what, project):
    series, expected = ANSWERED[what]
    known = project(series)
    ready = readiness(cut(read_observations(known), TODAY), known, TODAY)
    lacks = {name: ready.lacks(goal) for name, goal in read_targets(known).items()}
    assert {name for name, words in lacks.items() if not words} == expected


def test_what_a_target_lacks_is_named_by_its_series(project):
    found = assessed(project(GROWTH))
    assert found.of("lake_gdp").reason == (
        "needed: gdp_nominal of two years with the gdp_real_growth between them"
    )
    assert found.of("lake_growth").reason == (
        "no gdp_nominal on a judged basis known of North, South"
    )
    assert found.of("lake_urban").reason == (
        "needed: urbanization_rate, or population_urban with population_resident; "
        "population_resident of two years"
    )


def test_growth_alone_gives_the_numbers_it_gives_among_others(project, tmp_path):
    alone = assessed(project(GROWTH)).of("north_growth")
    (tmp_path / "lake").rename(tmp_path / "other")
    among = assessed(project([*GROWTH, *PEOPLE])).of("north_growth")
    # correlated with population's shocks, of which nothing is known here
    assert alone.probability == pytest.approx(among.probability, abs=0.1)


def test_a_project_without_figures_says_what_to_add(project):
    empty = project([])
    with pytest.raises(DataError, match="has no figure yet"):
        assessed(empty)


def test_a_section_that_is_misspelled_is_named(project, tmp_path):
    project([])
    path = tmp_path / "lake" / "project.yaml"
    path.write_text(path.read_text("utf-8") + "\ncensus: []\n", "utf-8")
    with pytest.raises(DataError, match=r"Unknown section 'census'.*'censuses'"):
        load_project(path.parent)
