"""Score growth of a year after one, two and three quarters, on states of the USA.

Quarterly figures of the BEA are not part of this repository; docs/calibration.md holds
the scores. They are of the final vintage, so every method knows more than it would have
known. All read the same quarters: levels of the BEA have no season, so that this model
has growth of quarters on those before, or of parts of years on the year before if
``to_date`` is named. Priors are the package's, but for the errors of releases, for a
year is the sum of its quarters here, and nothing is rounded or verified later; and each
state has a variance of its own; all are the package's if ``defaults`` is named. The
variances, and what is assumed of paths within years, are from the same states, years to
2012. Scales are at their posterior mode, given which
growth of the year is Gaussian in closed form. A bridge regression is of each state
alone: growth of the year on growth to date, by least squares with the predictive t
distribution; the pooled one is of all states. statsmodels' DynamicFactorMQ has one
factor and AR(1) errors, of the quarterly growth of all states, and of their wages if
``wages`` is named too; it is run if it is named.

Whether growth or wages of the last four quarters say what a method leaves is asked of
its errors to 2019: with ``wages``, what a regression on them leaves is printed, its
coefficients from the other years, or from the same. With ``bounds`` it is printed what
is left to gain for one that knew the scored years: each state's mean growth in them,
or the best scale of all intervals.

Example
-------
Every third state of the file, from the first, second or third one on, alone and with
the dynamic factor:

python scripts/score_within_year.py ../shared/reference 3 0
python scripts/score_within_year.py ../shared/reference 3 0 factor
python scripts/score_within_year.py ../shared/reference 1 0 wages
python scripts/score_within_year.py ../shared/reference 3 0 bounds

With 2020 named as a year outside the trend, as known since March:

python scripts/score_within_year.py ../shared/reference 3 0 event
"""

import sys
import tempfile
import warnings
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.tsa.statespace.dynamic_factor_mq import DynamicFactorMQ

from cszt_models.models import growth
from cszt_models.models.block import Block
from cszt_models.models.priors import Priors, ReleasePriors, read_priors
from cszt_models.project.observations import as_of, read_observations
from cszt_models.project.project import Project, load_project
from cszt_models.structural.likelihood import ScalePosterior
from cszt_models.structural.release_worth import stage_moments

FREEDOM = 3.5  # of states' own variances, to 2012, by scripts/derive_within_year.py
YEARS, QUARTERS = range(2013, 2022), (1, 2, 3)
TARGETS = "id,indicator,region,year,sense,value,unit,quote,source,headline\n"
DRAWS = 300
TO_DATE = {1: ("Q1", "06-25"), 2: ("H1", "09-25"), 3: ("Q1-Q3", "12-25")}
SEQUENTIAL = {
    1: ("Q1-on-Q4", "06-25"),
    2: ("Q2-on-Q1", "09-25"),
    3: ("Q3-on-Q2", "12-25"),
    4: ("Q4-on-Q3", "03-25"),
}
YEAR = {0: ("", "03-25")}
LAGS = 4  # quarters whose growth and wages may say what a method leaves
SCALES = np.arange(0.6, 1.21, 0.05)  # of intervals, for what the best would gain
CALM = 2019  # last year before the pandemic
DAYS = {1: (7, 1), 2: (10, 1), 3: (12, 28)}
EXACT = ReleasePriors(  # of final vintage, a year is the sum of its quarters
    habit=0.01, region=0.01, noise=0.03, source="BEA, final vintage"
)
EXACT_QUARTER = ReleasePriors(  # a fourth, as growth of a quarter is of a year's
    habit=0.0025, region=0.0025, noise=0.0075, source="BEA, final vintage"
)
PROJECT = """
id: states
name: {{en: states of the USA, zh: 美国各州}}
data_date: 2022-06-30
horizon: 2023
plan: {{name: {{en: none, zh: 无}}, first_year: 2020, last_year: 2021}}
regions: {regions}
indicators:
  gdp_nominal: {{en: GDP, zh: 地区生产总值, unit: million USD, kind: level}}
  gdp_real_growth: {{en: growth, zh: 增速, unit: percent, kind: growth}}
bases:
  final: {{en: final, zh: 最终}}
comparability:
  gdp_real_growth: {{judged: [final], offset: []}}
  gdp_nominal: {{judged: [final], offset: []}}
events:
  - {{year: 2009, known_from: 2009-12-01, name: {{en: crisis, zh: 危机}}}}
"""


PANDEMIC = """\
  - {year: 2020, known_from: 2020-03-11, name: {en: pandemic, zh: 疫情}}
"""


def to_date(levels: pd.DataFrame, quarters: int) -> pd.DataFrame:
    """Growth of the first quarters on those a year before (year, state), percent."""
    early = levels[levels.index.get_level_values("quarter") <= quarters]
    sums = early.groupby("year").sum()
    return 100 * (sums / sums.shift(1) - 1).dropna()


def on_quarter_before(levels: pd.DataFrame, quarter: int) -> pd.DataFrame:
    """Growth of a quarter on the one before (year, state), percent."""
    rates = 100 * levels.pct_change().dropna()
    return rates.xs(quarter, level="quarter").loc[levels.index[0][0] + 1 :]


def write_project(
    levels: pd.DataFrame,
    folder: Path,
    *,
    sequential: bool = True,
    pandemic: bool = False,
) -> None:
    """A project of the states, with growth of years and of their parts.

    Parts are quarters on those before, for levels of the BEA have no season; or parts
    to date on the year before.
    """
    rows = []
    rates_of = on_quarter_before if sequential else to_date
    periods = YEAR | (SEQUENTIAL if sequential else TO_DATE)
    for quarters, (period, day) in periods.items():
        rates = rates_of(levels, quarters) if quarters else to_date(levels, 4)
        long = rates.melt(ignore_index=False, var_name="state").reset_index()
        for of, state, rate in long[["year", "state", "value"]].itertuples(index=False):
            on = f"{of + (quarters in (0, 4))}-{day}"
            rows.append((state.lower(), of, f"{of}{period}", f"{rate:.4f}", on))
    columns = ["region", "year", "period", "value", "released"]
    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.assign(
        indicator="gdp_real_growth",
        unit="percent",
        basis="final",
        status="revised",
        source="[1] BEA",
        source_ref="",
        note="",
    )
    frame.to_csv(folder / "observations.csv", index=False)
    names = [
        f"{name.lower()}: {{en: {name}, zh: {name}, role: core}}" for name in levels
    ]
    text = PROJECT.format(regions="{" + ", ".join(names) + "}")
    text += PANDEMIC if pandemic else ""
    (folder / "project.yaml").write_text(text)
    (folder / "targets.csv").write_text(TARGETS)


def exact_priors(priors: Priors) -> Priors:
    """Priors for states with variances of their own, and statistics that add up."""
    exact = {"to_date": EXACT, "sequential": EXACT_QUARTER}
    return replace(
        priors,
        releases={**priors.releases, **exact},
        freedom=FREEDOM,
        measurement=dict.fromkeys(priors.measurement, EXACT.habit),
    )


def structural(
    project: Project, priors: Priors, figures: pd.DataFrame, day: date, year: int
) -> dict[str, np.ndarray]:
    """Quantiles of growth of the year by state, from the block of growth."""
    block = Block(project, day, year + 2, priors)
    panel = growth.panel(as_of(figures, day), block)
    posterior = ScalePosterior(panel)
    logs = posterior.centre.copy()
    logs[posterior.free] = posterior.mode()
    cells = [{(region, year): 1.0} for region in panel.regions]
    known = stage_moments(panel, np.exp(logs)[None], [0] * len(panel.rows), cells)
    steps = stats.norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)
    return {
        name.upper(): growth.percent_growth(mean + np.sqrt(variance) * steps)
        for name, mean, variance in zip(
            panel.regions, known.mean[0, 0], known.variance[0, 0], strict=True
        )
    }


def bridge(early: np.ndarray, years: np.ndarray, now: float) -> np.ndarray:
    """Quantiles of the predictive t of a regression on growth to date."""
    design = np.column_stack([np.ones(len(early)), early])
    slopes, *_ = np.linalg.lstsq(design, years, rcond=None)
    left = years - design @ slopes
    freedom = len(years) - 2
    point = np.array([1.0, now])
    spread = 1 + point @ np.linalg.inv(design.T @ design) @ point
    scale = np.sqrt(left @ left / freedom * spread)
    grid = (np.arange(DRAWS) + 0.5) / DRAWS
    return point @ slopes + scale * stats.t.ppf(grid, freedom)


def factor(
    levels: pd.DataFrame, wages: pd.DataFrame | None, year: int, quarters: int
) -> dict[str, np.ndarray]:
    """Draws of growth of the year by state, from a dynamic factor of quarters."""
    every = levels if wages is None else levels.join(wages.add_prefix("wages "))
    steps = 100 * np.log(every).diff().dropna()
    index = [pd.Period(f"{y}Q{q}", "Q") for y, q in steps.index]
    steps = steps.set_axis(pd.PeriodIndex(index, freq="Q"))
    known = steps[: pd.Period(f"{year}Q{quarters}", "Q")]
    model = DynamicFactorMQ(known, factors=1, factor_orders=1, idiosyncratic_ar1=True)
    results = model.fit(disp=False, maxiter=200)
    ahead = 4 - quarters
    drawn = results.simulate(
        ahead, anchor="end", repetitions=DRAWS, rng=np.random.default_rng(1)
    )
    draws = {}
    for name in levels:
        last = np.log(levels[name])
        path = drawn.xs(name, axis="columns", level=0).to_numpy()
        future = last[year, quarters] + np.cumsum(path.reshape(ahead, -1), axis=0) / 100
        seen = np.exp(last[year].to_numpy()[:quarters]).sum()
        total = seen + np.exp(future).sum(axis=0)
        draws[name] = 100 * (total / np.exp(last[year - 1]).sum() - 1)
    return draws


def crps(draws: np.ndarray, value: float) -> float:
    """Continuous ranked probability score of draws."""
    ordered, size = np.sort(draws), len(draws)
    weights = 2 * np.arange(1, size + 1) - size - 1
    return float(np.abs(draws - value).mean() - (weights * ordered).sum() / size**2)


def unexplained(errors: pd.DataFrame, news: pd.DataFrame) -> tuple[float, float]:
    """Share of errors, by their size, that a regression on news leaves.

    Coefficients are from all other years, or from the same. Means of years are off, and
    years count alike.

    Parameters
    ----------
    errors
        year and error, percent; of one size in all states.
    news
        Of the same rows, a column each.
    """
    own = news - news.groupby(errors["year"]).transform("mean")
    left = errors["error"] - errors.groupby("year")["error"].transform("mean")
    size = left.groupby(errors["year"]).transform("std")
    design, target = own.div(size, axis=0).to_numpy(), (left / size).to_numpy()

    def rest(fitted: np.ndarray, scored: np.ndarray) -> np.ndarray:
        slopes, *_ = np.linalg.lstsq(design[fitted], target[fitted], rcond=None)
        return target[scored] - design[scored] @ slopes

    years = errors["year"].to_numpy()
    others = [rest(years != year, years == year) for year in np.unique(years)]
    everything = np.ones(len(years), dtype=bool)
    parts = np.concatenate(others), rest(everything, everything)
    outside, inside = (float(np.sqrt((x @ x) / (target @ target))) for x in parts)
    return outside, inside


def print_news(scores: pd.DataFrame, table: pd.DataFrame) -> None:
    """Print what growth and wages of the last quarters leave of errors to `CALM`."""
    steps = {
        name: 100 * np.log(levels_of(table, name)).diff()
        for name in ("gdp_real", "wages")
    }
    early = steps["gdp_real"].loc[: YEARS[0] - 1]
    size = early.sub(early.mean(axis=1), axis=0).std()
    calm = scores[scores["year"] <= CALM]
    for (method, quarters), rows in calm.groupby(["method", "quarters"]):
        rows = rows.reset_index(drop=True)
        places = [
            steps["wages"].index.get_loc((year, quarters)) for year in rows["year"]
        ]
        each = rows["state"].map(size)
        news = pd.DataFrame(
            {
                (name, lag): [
                    frame[state].iloc[place - lag]
                    for state, place in zip(rows["state"], places, strict=True)
                ]
                / each
                for name, frame in steps.items()
                for lag in range(LAGS)
            }
        )
        errors = rows[["year"]].assign(error=rows["error"] / each)
        for label, columns in (("wages", ["wages"]), ("both", ["gdp_real", "wages"])):
            left = unexplained(errors, news[columns])
            print(method, quarters, label, *(f"{share:.3f}" for share in left))


def print_bounds(scores: pd.DataFrame, levels: pd.DataFrame) -> None:
    """Print what knowing the scored years would gain, to `CALM`.

    Own errors are less the mean of all states in the year. Growth of a state's quarters
    is next to white, so that the walk from the last quarter on, with the state's mean
    growth in the scored years as its drift, is what a forecaster of it could reach.
    """
    steps = 100 * np.log(levels).diff()
    own = steps.sub(steps.mean(axis=1), axis=0)
    calm = scores[(scores["year"] <= CALM) & (scores["method"] == "structural")]
    for quarters, rows in calm.groupby("quarters"):
        error, sd = rows["error"], rows["sd"]
        left = error - rows.groupby("year")["error"].transform("mean")
        ahead = sum(
            (5 - quarter) / 4 * own.xs(quarter, level="quarter")
            for quarter in range(quarters + 1, 5)
        )
        walk = ahead.loc[YEARS[0] : CALM]
        freedom = (len(walk) - 1) / len(walk)
        known = (walk - walk.mean()) / np.sqrt(freedom)
        for label, errors in (("model", left), ("walk", walk), ("drift known", known)):
            size = np.sqrt(np.square(errors.to_numpy()).mean())
            print(quarters, f"own error, {label}: {size:.3f}")
        best = min(SCALES, key=lambda scale: gaussian_crps(error, scale * sd))
        for label, errors in (("", error), (", no bias", error - error.mean())):
            score = gaussian_crps(errors, best * sd)
            print(quarters, f"intervals by {best:.2f}{label}: {score:.4f}")


def gaussian_crps(errors: pd.Series, sizes: pd.Series) -> float:
    """Mean continuous ranked probability score of Gaussians."""
    z = errors / sizes
    each = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)
    return float((sizes * each).mean())


def levels_of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """A series of the states (year and quarter, state)."""
    states = table[table["region"] != "US"]
    return states.pivot_table(index=["year", "quarter"], columns="region", values=name)


def main(folder: Path, every: int, first: int, options: set[str]) -> None:
    """Print scores by method and quarter.

    Parameters
    ----------
    folder
        Of the reference file.
    every, first
        Step and place of the states that are scored.
    options
        ``factor``, ``wages``, ``bounds``, ``to_date``, ``defaults`` and ``event``.
    """
    table = pd.read_csv(folder / "us_states_quarterly.csv")
    levels, wages = (
        levels_of(table, series).iloc[:, first::every]
        for series in ("gdp_real", "wages")
    )
    with_factor = "factor" in options
    truth = to_date(levels, 4)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        write_project(
            levels,
            Path(name),
            sequential="to_date" not in options,
            pandemic="event" in options,
        )
        project = load_project(Path(name))
        figures = read_observations(project)
        priors = read_priors(project)["growth"]
        priors = priors if "defaults" in options else exact_priors(priors)
        for year in YEARS:
            for quarters in QUARTERS:
                early, past = to_date(levels, quarters), list(range(2006, year))
                day = date(year, *DAYS[quarters])
                ours = structural(project, priors, figures, day, year)
                beside = wages if "wages" in options else None
                factors = factor(levels, beside, year, quarters) if with_factor else {}
                pooled = early.loc[past].to_numpy().ravel()
                years = truth.loc[past].to_numpy().ravel()
                for state in levels:
                    now, value = early.loc[year, state], truth.loc[year, state]
                    alone = early.loc[past, state], truth.loc[past, state]
                    methods = {
                        "structural": ours[state],
                        "bridge": bridge(*(x.to_numpy() for x in alone), now),
                        "pooled bridge": bridge(pooled, years, now),
                    }
                    if with_factor:
                        methods["DynamicFactorMQ"] = factors[state]
                    for method, draws in methods.items():
                        low, high = np.quantile(draws, [0.1, 0.9])
                        inside = low <= value <= high
                        score = crps(np.asarray(draws), value)
                        error = value - np.mean(draws)
                        sd = np.std(draws)
                        row = state, year, quarters, method, score, inside, error, sd
                        rows.append(row)
            print(year, file=sys.stderr)
    names = ["state", "year", "quarters", "method", "crps", "cover", "error", "sd"]
    scores = pd.DataFrame(rows, columns=names)
    for label, part in (
        ("2013 to 2019", scores[scores["year"] <= CALM]),
        ("2020 and 2021", scores[scores["year"] > CALM]),
        ("all", scores),
    ):
        print(label)
        print(part.pivot_table(index="method", columns="quarters", values="crps"))
        print(part.pivot_table(index="method", columns="quarters", values="cover"))
    if "wages" in options:
        print_news(scores, table)
    if "bounds" in options:
        print_bounds(scores, levels)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(
        Path(sys.argv[1]),
        int(sys.argv[2]),
        int(sys.argv[3]),
        set(sys.argv[4:]),
    )
