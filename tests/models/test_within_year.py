"""Releases within the year as rows: dense Gaussian, Kalman filter, direction."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from statsmodels.tsa.statespace.mlemodel import MLEModel

from cszt_models.errors import DataError
from cszt_models.models import growth
from cszt_models.models.priors import Priors, release_priors
from cszt_models.models.sequential import without_implied
from cszt_models.models.within_year import Evidence, kind_of
from cszt_models.present.sentences.releases import release_name
from cszt_models.project.observations import Figure
from cszt_models.project.periods import Release, Span, YearPart, read_period, release_of
from cszt_models.structural import kernels
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.disaggregation import (
    PASSING,
    WINTER,
    Part,
    disaggregate,
)
from cszt_models.structural.likelihood import log_likelihood
from cszt_models.structural.panel import Cell, Component, Panel, Row, Scale
from tests.delta import INDUSTRY, PARTS, figures, history, panel, row


def mean_of(panel, region="north", year=2021):
    """Posterior mean of a cell with scales at the medians, from the dense Gaussian."""
    scales = np.array([c.scale.median for c in panel.components])
    cover = panel.covariance(scales)
    cells = sum(
        scale**2 * panel.cell_cover(part)
        for scale, part in zip(scales, panel.components, strict=True)
        if part.over != "rows"
    )
    at = panel.regions.index(region), year - panel.years[0]
    return float(cells[at] @ np.linalg.solve(cover, panel.values))


EXTRA = {
    "Q1": {"period": "2021Q1"},
    "H1": {"period": "2021H1"},
    "Q1-Q3": {"period": "2021Q1-Q3"},
    "second quarter": {"period": "2021Q2"},
    "second quarter on the first": {"period": "2021Q2-on-Q1"},
    "ten months": {"period": "2021M01-10"},
    "estimate": {"status": "estimate"},
    "industry": {"period": "2021M01-10", "indicator": INDUSTRY},
    "retail": {"period": "2021M01-10", "indicator": "retail_sales_growth"},
    "investment": {"period": "2021M01-10", "indicator": "fixed_investment_growth"},
    "revenue": {"period": "2021M01-10", "indicator": "fiscal_budget_revenue_growth"},
}


OTHERS = [
    row("south", 2021, 8.0, period="2021Q1", on="2021-05-01"),
    row("north", 2021, 5.0, period="2021Q1", on="2021-05-01"),
    row("north", 2019, 9.0, indicator=INDUSTRY),
]


@pytest.fixture(scope="module")
def mean_of_others(tmp_path_factory):
    return mean_of(panel(tmp_path_factory.mktemp("others"), [*history(), *OTHERS]))


@pytest.mark.parametrize("kind", EXTRA)
@pytest.mark.parametrize("region", ["north", "both"])
def test_a_release_moves_the_year_in_the_direction_of_its_surprise(
    tmp_path, mean_of_others, kind, region
):
    """The answer is linear in a release, and rises with it, beside any other."""
    others = [x for x in OTHERS if kind != "Q1" or x["region"] != region]
    means = {
        value: mean_of(
            panel(
                tmp_path,
                [
                    *history(),
                    *others,
                    row(region, 2021, value, on="2021-11-01", **EXTRA[kind]),
                ],
            )
        )
        for value in (4.0, 9.0)
    }
    without = mean_of_others
    if others != OTHERS:
        without = mean_of(panel(tmp_path, [*history(), *others]))
    assert means[4.0] < means[9.0]
    assert without != means[4.0]


def test_a_january_estimate_is_believed_less_its_habit(tmp_path):
    """What came was lower: one that agrees with the model lowers it, by that alone."""
    habit = release_priors().releases["estimate"].mean
    assert 0.2 < habit < 0.5  # as work reports have been
    years = [x for x in history() if not x["period"]]
    before = mean_of(panel(tmp_path, years))

    def after(logs):
        value = growth.percent_growth(logs)
        estimate = row("north", 2021, value, status="estimate", on="2021-11-20")
        return mean_of(panel(tmp_path, [*years, estimate]))

    assert after(before) < before - 0.01
    assert after(before + habit) == pytest.approx(before, abs=1e-9)


def everything():
    return [
        *history(),
        *(
            row(region, 2021, value, period=part, on="2021-11-20")
            for part, value in PARTS.items()
            for region in ("north", "south", "both")
        ),
        row("north", 2021, 1.4, period="2021Q3-on-Q2", on="2021-11-20"),
        row("south", 2021, 1.2, period="2021Q1-on-Q4", on="2021-11-20"),
        row("north", 2019, 6.6, status="estimate", on="2020-01-20"),
        row("south", 2021, 6.2, status="estimate", on="2021-11-20"),
        row("north", 2019, 9.0, indicator=INDUSTRY),
        row(
            "south", 2021, 7.7, indicator=INDUSTRY, period="2021M01-10", on="2021-11-20"
        ),
    ]


def test_the_split_covariance_gives_the_dense_density(tmp_path):
    """Pooled errors are solved as paths; the dense matrix knows nothing of that."""
    releases = panel(tmp_path, everything())
    names = {c.name for c in releases.components}
    assert {"year_path", "region_path", "habit", "release_year", "release"} < names
    rng = np.random.default_rng(4)
    scales = np.exp(rng.normal(0, 0.5, (4, len(names))))
    for vector, density in zip(scales, log_likelihood(releases, scales), strict=True):
        cover = releases.covariance(vector)
        dense = multivariate_normal(np.zeros(len(cover)), cover).logpdf(releases.values)
        np.testing.assert_allclose(density, dense, rtol=1e-10)


def test_draws_given_releases_have_the_moments_of_the_dense_gaussian(tmp_path):
    releases = panel(tmp_path, everything())
    scales = np.array([[c.scale.median for c in releases.components]])
    rng = np.random.default_rng(1)
    (drawn,) = states.draw_cells([releases], [scales], [rng], draws=4000)
    cells = drawn["cells"][:, 0, 2021 - releases.years[0]]
    error = cells.std() / np.sqrt(len(cells))
    assert abs(cells.mean() - mean_of(releases)) < 4 * error


YEARS = np.arange(2011, 2018)
SPREAD = {"level": 3.0, "cycle": 1.2, "path": 0.7, "noise": 0.3}
CYCLE = 0.6
SIZES = {2011: 1.4, 2013: 0.7, 2014: 1.2}  # of years; 1 of the others
SPANS = ((1, 3, 12), (1, 6, 12), (1, 9, 12), (4, 6, 3), (1, 3, 3))  # and their lags


def small():
    """One region: its years, and parts of each but the first and last.

    Growth to date, and of two quarters on those before.
    """
    rng = np.random.default_rng(8)
    parts = [Part(int(y), *span) for y in YEARS[1:-1] for span in SPANS]
    near = disaggregate(parts, int(YEARS[0]), int(YEARS[-1]), SIZES)
    rows = [
        Row(rng.normal(), (Cell("a", int(y)),), "a", int(y), "year", "")
        for y in YEARS[:-2]
    ]
    for part, weights in zip(parts, near.weights, strict=True):
        cells = tuple(Cell("a", y, w) for y, w in zip(near.years, weights, strict=True))
        column = f"{SPANS.index(part[1:]) + 1}"
        rows.append(Row(rng.normal(), cells, "a", part.year, column, ""))
    path = np.zeros((len(rows), len(rows)))
    path[len(YEARS) - 2 :, len(YEARS) - 2 :] = near.covariance
    sizes = {name: Scale(value, 0.0) for name, value in SPREAD.items()}
    components = (
        Component("level", sizes["level"], kernels.constant(YEARS), "own"),
        Component("cycle", sizes["cycle"], kernels.stationary(YEARS, CYCLE), "own"),
        Component("path", sizes["path"], path, "rows"),
        Component("noise", sizes["noise"], np.eye(len(rows)), "rows"),
    )
    return Panel("small", "points", ("a",), YEARS, tuple(rows), components)


def kalman(known):
    """The same, year by year: growth of two years around, and five years of months.

    The state of year t holds the level, the cycle of t + 2 to t - 2, and the monthly
    steps and passing shocks of t - 3 to t + 2, of which the errors of a part are
    weighted sums.
    """
    lead, months = 2, 144
    size = 6 + months
    columns = 1 + len(SPANS)
    values = np.full((len(YEARS), columns), np.nan)
    design = np.zeros((columns, size, len(YEARS)))
    unit = _error_steps(Part(2014, 1, 6), range(2012, 2017), {})
    steps = SPREAD["path"] / np.sqrt(unit @ unit)
    for seen in known.rows:
        t = seen.year - YEARS[0]
        n = 0 if seen.basis == "year" else int(seen.basis)
        values[t, n] = seen.value
        design[n, 0, t] = sum(cell.weight for cell in seen.cells)
        if n == 0:
            design[0, 1 + lead, t] = 1.0
            continue
        near = range(max(YEARS[0], seen.year - 2), min(YEARS[-1], seen.year + 2) + 1)
        for cell in seen.cells:
            if cell.year in near:
                design[n, 1 + lead - (cell.year - seen.year), t] += cell.weight
        error = _error_steps(Part(seen.year, *SPANS[n - 1]), near, SIZES)
        begin = 6 + 24 * (near[0] - 1 - (seen.year - 3))
        design[n, begin : begin + len(error), t] = steps * error
    model = MLEModel(values, k_states=size)
    moves = np.zeros((size, size))
    moves[0, 0], moves[1, 1] = 1.0, CYCLE
    moves[2:6, 1:5] = np.eye(4)
    moves[6:-24, 30:] = np.eye(months - 24)
    noise = np.zeros((size, size))
    noise[1, 1] = SPREAD["cycle"] ** 2 * (1 - CYCLE**2)
    noise[-24:, -24:] = np.eye(24)
    start = np.zeros((size, size))
    start[0, 0] = SPREAD["level"] ** 2
    apart = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    start[1:6, 1:6] = SPREAD["cycle"] ** 2 * CYCLE**apart
    start[6:, 6:] = np.eye(months)
    model["design"], model["transition"] = design, moves
    model["selection"], model["state_cov"] = np.eye(size), noise
    model["obs_cov"] = SPREAD["noise"] ** 2 * np.eye(columns)
    model.ssm.initialize_known(np.zeros(size), start)
    model.ssm.tolerance = 0
    return model


def _error_steps(part, years, sizes):
    """What the months of the years, and of one before them, leave of a part.

    Steps and shocks of each month, one after the other.
    """
    months = np.arange(12 * (len(years) + 1))
    size = np.array([sizes.get(years[0] - 1 + month // 12, 1.0) for month in months])
    passing = np.where(months % 12 < WINTER, *PASSING)

    def shocks(of):
        weights = np.zeros((len(months), 2))
        for month in range(of.first, of.last + 1):
            at = 12 * (of.year - years[0] + 1) + month - 1
            weights[:, 0] += (months <= at) & (months > at - of.lag)
            weights[at, 1] += passing[at]
            weights[at - of.lag, 1] -= passing[at - of.lag]
        return (size[:, None] * weights).ravel() / (of.last + 1 - of.first)

    known = np.array([shocks(Part(y, 1, 12)) for y in years])
    inverse = np.linalg.inv(known @ known.T)
    ones = np.ones(len(years))
    weights = inverse @ (known @ shocks(part))
    share = part.lag / 12 - ones @ weights
    weights += inverse @ ones * share / (ones @ inverse @ ones)
    return shocks(part) - weights @ known


def test_rows_agree_with_the_kalman_filter_of_statsmodels():
    known = small()
    model = kalman(known)
    scales = np.array(list(SPREAD.values()))
    density = log_likelihood(known, scales)
    assert density == pytest.approx(model.loglike([]), abs=1e-8)
    smoothed = model.smooth([]).smoothed_state
    cells = smoothed[0] + smoothed[3]
    expected = [mean_of(known, "a", int(year)) for year in YEARS]
    np.testing.assert_allclose(cells, expected, atol=1e-8)


def test_a_running_year_is_as_restless_as_the_last_in_rows_and_errors(tmp_path):
    """The row leans on its own year less, and errs more, than after a calm one."""
    years = [x for x in history() if x["unit"] == "percent" and not x["period"]]

    def first_quarter(gaps):
        parts = [
            x | {"period": f"{x['year']}{part}", "value": float(x["value"]) + gap}
            for x in years
            if x["year"] in gaps
            for part, gap in (("Q1", gaps[x["year"]]), ("H1", -gaps[x["year"]]))
        ]
        now = row("north", 2021, 7.0, period="2021Q1", on="2021-05-01")
        built = panel(tmp_path, [*years, *parts, now])
        (place,) = (n for n, x in enumerate(built.rows) if x.year == 2021)
        (path,) = (c for c in built.components if c.name == "year_path")
        weights = {cell.year: cell.weight for cell in built.rows[place].cells}
        return weights[2021], path.shape[place, place]

    calm, restless = (
        first_quarter({2018: before, 2019: last, 2020: last})
        for before, last in ((3.0, 0.3), (0.3, 3.0))
    )
    assert restless[0] < calm[0] - 0.01
    assert restless[1] > 1.5 * calm[1]


SHOCK = """events:
  - {year: 2021, known_from: 2021-03-01, name: {en: a shock, zh: 冲击}}
"""


def test_growth_to_date_of_a_year_outside_the_trend_is_believed(tmp_path):
    """Parts of the calm year before fit its growth, and do not speak against it."""
    fall = {"2021Q1": -9.0, "2021H1": -7.0, "2021Q1-Q3": -6.0}
    parts = [
        row(region, 2021, value, period=part, on="2021-11-01")
        for region in ("north", "south")
        for part, value in fall.items()
    ]
    built = panel(tmp_path, [*history(), *parts], SHOCK)
    assert -6.5 < mean_of(built) < -4.5
    (path,) = (c for c in built.components if c.name == "event_path")
    later = [n for n, x in enumerate(built.rows) if x.year == 2021]
    earlier = [n for n, x in enumerate(built.rows) if x.year == 2020]
    leaning = max(
        abs(cell.weight)
        for n in earlier
        for cell in built.rows[n].cells
        if cell.year == 2021
    )
    assert leaning < 0.1  # in a calm year a first quarter leans away by more
    assert path.shape[np.ix_(later, later)].diagonal().min() > 0.1
    assert path.shape[np.ix_(earlier, earlier)].max() < 0.02


def test_without_releases_the_panel_is_the_same(tmp_path):
    """The column alone changes nothing, and a release leaves the rows before it."""
    rows = [x for x in history() if not x["period"]]
    without = panel(tmp_path, rows)
    empty = panel(tmp_path, [x | {"period": str(x["year"])} for x in rows])
    assert empty.rows == without.rows
    names = {component.name for component in empty.components}
    assert names == {*growth.COMPONENTS, "wide_level"}  # that of another form
    more = panel(tmp_path, [*rows, row("north", 2021, 7.0, period="2021Q1")])
    assert more.rows == without.rows  # released in 2022, and not yet known
    later = panel(
        tmp_path, [*rows, row("north", 2021, 7.0, period="2021Q1", on="2021-05")]
    )
    assert later.rows[:-1] == without.rows


def test_an_indicator_goes_its_own_way_within_the_year(tmp_path):
    """What it changes from one month to the next is not what growth does."""
    parts = {"2020M01-06": 6.0, "2020M01-09": 6.2, "": 6.4}
    rows = [
        row("north", 2020, value, indicator=INDUSTRY, period=part, on="2021-01-20")
        for part, value in parts.items()
    ]
    built = panel(tmp_path, [*history(), *rows])
    (own,) = (c.shape for c in built.components if c.name == "release")
    half, nine, year = (
        [r.basis for r in built.rows].index(f"{INDUSTRY}{part}")
        for part in ("@H1", "@Q1-Q3", "")
    )
    gaps = [own[n, n] - 2 * own[n, year] + own[year, year] for n in (half, nine)]
    assert gaps[0] > 2 * gaps[1] > 0
    spec = release_priors().releases[INDUSTRY]
    assert own[year, year] == pytest.approx((spec.noise / spec.loading) ** 2)
    growth_row = [r.basis for r in built.rows].index("gdp_real_growth@H1")
    assert own[growth_row, half] == 0


def test_a_group_is_weighed_by_the_last_levels_of_its_members(tmp_path):
    """Growth of a first quarter comes before GDP of the year before."""
    rows = [row("north", 2019, 30.0, indicator="gdp_nominal")]
    rows += [row("south", 2019, 10.0, indicator="gdp_nominal")]
    rows += [
        r for r in history() if (r["indicator"], r["year"]) != ("gdp_nominal", 2020)
    ]
    rows.append(row("both", 2021, 7.0, period="2021Q1", on="2021-04-20"))
    (cells,) = (r.cells for r in panel(tmp_path, rows).rows if r.region == "both")
    weights = {cell.region: cell.weight for cell in cells if cell.year == 2021}
    assert weights["north"] == pytest.approx(3 * weights["south"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"period": "2021Q3", "on": "2021-09-29"},
            "is before the end of the row's part",
        ),
        ({"period": "2020Q1"}, "period '2020Q1': is no part of the row's year"),
        ({"period": "2021Q5"}, "is no part of the row's year"),
        ({"period": "2021M09-03"}, "is no part of the row's year"),
        ({"period": "2021Q1", "status": "estimate"}, "an estimate is of a whole year"),
        ({"period": "2021Q2-on-Q3"}, "is no part of the row's year"),
        ({"period": "2021-on-2020"}, "is no part of the row's year"),
        (
            {
                "period": "2021Q2-on-Q1",
                "indicator": "gdp_nominal",
                "unit": "1e8 yuan",
            },
            "only growth is on the months before",
        ),
    ],
)
def test_a_period_that_is_none_is_refused(tmp_path, change, words):
    with pytest.raises(DataError, match=words.replace("'", ".")):
        figures(tmp_path, [*history(), row("north", 2021, 7.0, **change)])


def test_a_later_vintage_of_a_release_replaces_the_earlier(tmp_path):
    rows = [
        row("north", 2021, 7.0, period="2021Q1", on="2021-04-20"),
        row("north", 2021, 7.3, period="2021M01-03", on="2021-05-20"),
    ]
    _, known = figures(tmp_path, [*history(), *rows])
    released = known[known["indicator"] == "gdp_real_growth@Q1"]
    assert released["value"].to_list()[-1] == 7.3
    assert (released["year"] == 2021).sum() == 1


@pytest.mark.parametrize("code", ["Q1", "Q3", "H1", "H2", "Q1-Q3", "M01-10", "M05"])
def test_every_part_is_read_as_it_is_written(code):
    part = read_period(f"2026{code}").part
    assert part.code == code
    release = Release("gdp_real_growth", part)
    assert release_of(release.series) == release
    assert kind_of(release, "gdp_real_growth") == "to_date"


@pytest.mark.parametrize("code", ["Q2-on-Q1", "Q1-on-Q4", "H2-on-H1", "M05-on-M04"])
def test_growth_on_the_months_before_is_read_as_it_is_written(code):
    part = read_period(f"2026{code}").part
    release = Release("gdp_real_growth", part)
    assert part.sequential
    assert release.series == f"gdp_real_growth@{code}"
    assert release_of(release.series) == release
    assert kind_of(release, "gdp_real_growth") == "sequential"
    assert kind_of(release, "gdp_nominal") not in release_priors().releases
    assert not release.of_year("gdp_real_growth")  # no growth to date


def test_growth_on_the_quarter_before_says_so(tmp_path):
    project, _ = figures(tmp_path, history())
    series = "gdp_real_growth@Q1-on-Q4"
    assert release_name(series, project) == "first-quarter growth on the fourth quarter"
    assert release_name(series, project, "zh") == "一季度环比增速"


@pytest.mark.parametrize("missing", [None, "2019Q3-on-Q2", "2020"])
def test_what_years_and_quarters_imply_is_no_row(tmp_path, missing):
    """Quarters of two whole years imply the step between them, and no other."""
    spans = [f"Q{n}-on-Q{(n - 2) % 4 + 1}" for n in (1, 2, 3, 4)]
    quarters = [
        row("north", year, 1.5, period=f"{year}{span}")
        for year in (2019, 2020)
        for span in spans
    ]
    quarters.append(
        row("north", 2021, 1.5, period="2021Q1-on-Q4", on="2021-05-01"),
    )
    years = [x for x in history() if not x["period"]]
    used = [
        x
        for x in [*years, *quarters]
        if x["region"] == "south" or (x["period"] or str(x["year"])) != missing
    ]
    rows = panel(tmp_path, used).rows
    across = [x.year for x in rows if x.basis == "gdp_real_growth@Q1-on-Q4"]
    assert across == ([2019, 2021] if missing is None else [2019, 2020, 2021])


@pytest.mark.parametrize(("growth_of_year", "left"), [(5.0, 7), (np.nan, 8)])
def test_a_year_that_is_due_implies_nothing(growth_of_year, left):
    evidence = [
        Evidence(
            Figure("north", year, 1.0, "first", "preliminary"),
            Release("gdp_real_growth", YearPart(Span(first, first + 2), True)),
            "sequential",
            {"north": 1.0},
        )
        for year in (2019, 2020)
        for first in (1, 4, 7, 10)
    ]
    year = Row(growth_of_year, (Cell("north", 2020),), "north", 2020, "first", "")
    assert len(without_implied(evidence, [year])) == left


def test_nothing_else_is_a_release():
    assert release_of("gdp_real_growth") is None
    assert release_of("gdp_real_growth@spring") is None
    assert Span(1, 12).code == ""


def test_priors_of_releases_have_sources():
    priors: Priors = release_priors()
    assert all(scale.source for scale in priors.scales.values())
    assert all(kind.source for kind in priors.releases.values())
