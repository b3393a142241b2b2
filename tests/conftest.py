"""The bundled project, its figures and two of its fits, each made once per session."""

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cszt_models import load_project
from cszt_models.analysis.analysis import Analysis
from cszt_models.analysis.build import analyse
from cszt_models.checks.simulation_based import draw, with_values
from cszt_models.models.fits import Fits, fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.project.project import FILES, Project
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.history import HistoryResults
from cszt_models.storage.store import Store
from cszt_models.structural import kernels
from cszt_models.structural.panel import (
    Cell,
    Component,
    Panel,
    Row,
    Scale,
    basis_offsets,
)
from cszt_models.targets.attainment import assess
from cszt_models.targets.coverage import target_regions
from tests import delta

SEED, DRAWS = 1, 1000
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session", autouse=True)
def _own_store(tmp_path_factory, worker_id) -> Iterator[None]:
    """Commands keep their fits in a folder of this session, which workers share."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "cache"
    shared.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSZT_CACHE", str(shared))
        yield


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, for tests of what a reader sees."""
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is installed by .ci/run")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser):
    """A page of its own."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def czt() -> Project:
    """The bundled project about the plan that is over, whose outcomes are known."""
    return load_project().select("2021-2025")


@pytest.fixture(scope="session")
def observations(czt) -> pd.DataFrame:
    """All its observations, checked."""
    return read_observations(czt)


@pytest.fixture(scope="session")
def fits_2021(czt, observations) -> Fits:
    """Fits of what was known in mid-2021, before any year of the plan was over."""
    day = date(2021, 6, 30)
    return fit_blocks(
        observations, czt, as_of=day, seed=SEED, draws=DRAWS, store=Store()
    )


@pytest.fixture(scope="session")
def fits_today(czt, observations) -> Fits:
    """Fits of all that is in the data."""
    day = czt.data_date
    return fit_blocks(
        observations, czt, as_of=day, seed=SEED, draws=DRAWS, store=Store()
    )


def attained(fits: Fits) -> AttainmentResults:
    """Every target on fits, without the sensitivity to priors."""
    targets = read_targets(fits.project)
    selection = tuple(t.id for t in targets.values() if t.headline)
    assessment = assess(fits, targets)
    regions = tuple(target_regions(fits.project, targets.values()))
    return AttainmentResults(fits.project, fits, assessment, selection, regions)


@pytest.fixture(scope="session")
def history(fits_2021, fits_today) -> HistoryResults:
    """Two as-of dates, from the fits that tests share."""
    return HistoryResults((attained(fits_2021), attained(fits_today)))


RUNNING_TARGETS = """\
id,indicator,region,since,year,sense,value,unit,name_en,name_zh,quote,source,headline
north,gdp_real_growth,north,,2021,at_least,5,percent,growth of North,北市增速,q,s,1
"""


@pytest.fixture(scope="session")
def running_year(tmp_path_factory) -> list[Analysis]:
    """Three dates of a year: nothing, a quarter, and three of them with levels."""
    rows = [
        *delta.history(),
        delta.row("north", 2021, 5.5, period="2021Q1", on="2021-04-20"),
        delta.row("both", 2021, 5.2, period="2021H1", on="2021-07-20"),
        delta.row("north", 2021, 4.2, period="2021Q1-Q3", on="2021-10-20"),
        delta.row("north", 2020, 70.0, period="2020Q1-Q3", indicator="gdp_nominal"),
    ]
    folder = delta.write(tmp_path_factory.mktemp("year"), rows)
    (folder / "targets.csv").write_text(RUNNING_TARGETS, encoding="utf-8")
    project = load_project(folder)
    days = ("2021-03-10", "2021-05-01", "2021-11-01")
    return [analyse(project, as_of=day, seed=1, draws=128) for day in days]


@pytest.fixture
def folder(czt, tmp_path) -> Path:
    """A copy of the bundled project folder that a test may spoil."""
    copy = tmp_path / "project"
    copy.mkdir()
    for name in FILES:
        shutil.copy(czt.file(name), copy / name)
    return copy


@pytest.fixture
def edited(folder) -> Callable[..., Path]:
    """Replace a text in one file of the copy, where it first stands after another."""

    def edit(name: str, old: str, new: str, *, after: str = "") -> Path:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        head, rest = text[: text.index(after)], text[text.index(after) :]
        assert old in rest, f"{name} does not hold {old!r}: mend the test"
        path.write_text(head + rest.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit


@pytest.fixture
def with_cells(folder) -> Callable[..., Path]:
    """Set cells of one line of a CSV file of the copy, by column name."""

    def edit(name: str, line: int, **cells: str) -> Path:
        path = folder / name
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        for column, text in cells.items():
            rows[line - 2][header.index(column)] = text
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return folder

    return edit


@pytest.fixture(scope="session")
def small() -> Panel:
    """Three regions, four free scales, an old basis and a sum; drawn from its model."""
    years = np.arange(2000, 2016)
    places = [(r, y, "new") for r in "abc" for y in range(2000, 2012)]
    places += [("a", y, "old") for y in range(2000, 2005)]
    rows = [Row(0.0, (Cell(r, y),), r, y, basis, "any") for r, y, basis in places]
    both = tuple(Cell(name, 2012, 0.5) for name in "ab")
    rows.append(Row(0.0, both, "ab", 2012, "new", "any"))
    offsets = basis_offsets(rows, ["new"])
    components = (
        Component("level", Scale(3.0, 0.0), kernels.constant(years), "common"),
        Component("walk", Scale(0.5, 0.4), kernels.walk(years), "own"),
        Component("shock", Scale(0.7, 0.4), kernels.shock(years), "common"),
        Component("region_shock", Scale(0.4, 0.4), kernels.shock(years), "own"),
        Component("basis", Scale(0.8, 0.4), offsets, "rows"),
        Component("measurement", Scale(0.1, 0.0), np.eye(len(rows)), "rows"),
    )
    empty = Panel("small", "points", ("a", "b", "c"), years, tuple(rows), components)
    made = draw(empty, np.random.default_rng(5))
    return with_values(empty, made.cells + made.errors)


@pytest.fixture(scope="session")
def covariance_by_loops() -> Callable[..., np.ndarray]:
    """K of a panel written out from its definition: rows, cells and components."""

    def covariance(panel: Panel, scales) -> np.ndarray:
        first, rows = int(panel.years[0]), panel.rows
        found = np.zeros((len(rows), len(rows)))
        for component, scale in zip(panel.components, scales, strict=True):
            for i, row in enumerate(rows):
                for j, other in enumerate(rows):
                    found[i, j] += scale**2 * one(component, row, other, i, j, first)
        return found

    def one(component, row, other, i, j, first) -> float:
        if component.over == "rows":
            return component.shape[i, j]
        return sum(
            a.weight * b.weight * component.shape[a.year - first, b.year - first]
            for a in row.cells
            for b in other.cells
            if a.loading == b.loading == component.loading
            and (component.over == "common" or a.region == b.region)
        )

    return covariance
