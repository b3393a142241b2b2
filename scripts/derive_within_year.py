"""Derive the priors of evidence within the year: models/release_priors.yaml.

Neither of the folders read here is part of this repository; this script shows how the
numbers were made. The path of growth within a year is that of states of the USA (real
GDP by quarter, final vintage, from the BEA), years to 2012, or of 2020 and 2021 for
years outside the trend. Estimates in work reports are those of provinces and
cities of China outside Hunan, beside the growth of the year as last published.
Indicators that are released by month are the annual ones of Hunan and its cities,
beside their growth.

Example
-------
python scripts/derive_within_year.py ../shared/reference ../shared/facts
"""

import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from scipy import optimize, special

from cszt_models.models.growth import log_growth
from cszt_models.models.priors import RELEASES
from cszt_models.storage.files import write_whole
from cszt_models.structural import disaggregation
from cszt_models.structural.disaggregation import Part, disaggregate

Array = NDArray[np.float64]
CALM = (2006, 2007, 2011, 2012)  # without the crisis; later years are left to score
PASSING_GRID = np.arange(0.0, 3.1, 0.25)
BEFORE = range(2006, 2013)  # years, restless ones too, that say how months differ
EVENTS = range(2020, 2022)
QUARTERS = (1, 2, 3)
HOME = "Hunan"
HABIT_SINCE = 2020  # before, estimates were below what came as often as above
MIN_GROUP = 3  # figures of a year whose mean counts
INDICATORS = {
    "industry_above_scale_va_growth": "industry_above_scale_va_growth",
    "retail_sales_growth": "retail_sales_growth",
    "fixed_investment_growth": "fixed_investment_growth",
    "fiscal_budget_revenue_growth": "fiscal_budget_revenue_growth",
}
NATION = "US"
HEAD = """\
# Evidence within the year: what a release has to do with the growth of its year, where
# priors.yaml of a project does not say otherwise. Scales are medians and spreads
# (standard deviation of the log) of standard deviations; sizes of releases are in
# percentage points of what is released. Written by scripts/derive_within_year.py.
"""


def to_date(panel: pd.DataFrame, quarters: int) -> pd.DataFrame:
    """Growth of the first quarters on the year before (year, region), log points."""
    levels = panel.pivot_table(
        index=["year", "quarter"], columns="region", values="gdp_real"
    )
    early = levels[levels.index.get_level_values("quarter") <= quarters]
    return 100 * np.log(early.groupby("year").sum()).diff().dropna()


def path_errors(
    panel: pd.DataFrame, years: Sequence[int]
) -> tuple[float, float, Array]:
    """Scales of the path of a year, common and of each region, and all whitened errors.

    Whitened by the covariance of the disaggregation, so that unit scale is variance 1.
    """
    parts = [Part(year, 1, 3 * quarter) for year in years for quarter in QUARTERS]
    annual = to_date(panel, 4)
    near = disaggregate(parts, int(annual.index[0]), int(annual.index[-1]))
    growth = [to_date(panel, part.last // 3).loc[part.year] for part in parts]
    errors = np.array(growth) - near.weights @ annual.loc[list(near.years)].to_numpy()
    white = np.linalg.solve(np.linalg.cholesky(near.covariance), errors)
    regions = white.shape[1]
    common = white.mean(axis=1)
    own = (white - common[:, None]).var() * regions / (regions - 1)
    shared = max(float(np.square(common).mean() - own / regions), 0.0)
    return float(np.sqrt(shared)), float(np.sqrt(own)), white


def passing(panel: pd.DataFrame) -> tuple[float, float]:
    """Sizes of passing shocks, in first quarters and later, of highest likelihood.

    Each year is sized alone, so that a crisis counts no more than others; the mean of
    states is taken off.
    """
    densities = {}
    for sizes in product(map(float, PASSING_GRID), repeat=2):
        disaggregation.PASSING = sizes
        disaggregation._unit.cache_clear()
        densities[sizes] = _density(panel)
    disaggregation.PASSING = max(densities, key=lambda sizes: densities[sizes])
    disaggregation._unit.cache_clear()
    return disaggregation.PASSING


def _density(panel: pd.DataFrame) -> float:
    """Log density of the errors of parts of years, up to a constant."""
    annual = to_date(panel, 4)
    parts = [Part(year, 1, 3 * quarter) for year in BEFORE for quarter in QUARTERS]
    near = disaggregate(parts, BEFORE[0], BEFORE[-1])
    growth = {quarter: to_date(panel, quarter) for quarter in QUARTERS}
    known = np.array([growth[part.last // 3].loc[part.year] for part in parts])
    errors = known - near.weights @ annual.loc[list(near.years)].to_numpy()
    errors = errors - errors.mean(axis=1, keepdims=True)
    factor = np.linalg.cholesky(near.covariance + 1e-3 * np.eye(len(parts)))
    white = np.linalg.solve(factor, errors).reshape(len(BEFORE), -1)
    sized = white.shape[1] / 2 * np.log(np.square(white).mean(axis=1)).sum()
    return float(-sized - errors.shape[1] * np.log(np.diag(factor)).sum())


def own_variances(panel: pd.DataFrame) -> float:
    """Degrees of freedom of the variances of states' own yearly changes.

    The variance of their logs, less what chance adds, is that of the log of a
    chi-squared variable.
    """
    changes = to_date(panel, 4).loc[list(BEFORE)].diff().dropna()
    changes = changes.sub(changes.mean(axis=1), axis=0)
    changes = changes - changes.mean()
    spread = float(np.log(np.square(changes).mean()).var())
    spread -= float(special.polygamma(1, (len(changes) - 1) / 2))
    return float(optimize.brentq(lambda n: special.polygamma(1, n / 2) - spread, 1, 99))


def year_step(panel: pd.DataFrame) -> float:
    """Standard deviation of the step of a year's log size, less that of sampling."""
    logs, noise = [], []
    for year in range(CALM[0], CALM[-1] + 1):
        _, _, white = path_errors(panel, [year])
        squares = np.square(white - white.mean(axis=1, keepdims=True)).mean(axis=0)
        each = np.log(squares) / 2
        logs.append(each.mean())
        noise.append(each.var() / len(each))
    spread = np.square(np.diff(logs)).mean() - 2 * np.mean(noise)
    return float(np.sqrt(max(spread, 0.0)))


def path_scales(panel: pd.DataFrame) -> dict[str, Any]:
    """Scales of the components of paths."""
    states = panel[panel["region"] != NATION]
    print("passing shocks", passing(states), file=sys.stderr)
    print("freedom of variances", own_variances(states), file=sys.stderr)
    common, own, white = path_errors(states, CALM)
    event, _, _ = path_errors(states, EVENTS)
    between = float(np.log(white.std(axis=0)).std())
    print("years", year_step(states), "states", between, file=sys.stderr)
    where = (
        f"{white.shape[1]} states of the USA, {CALM[0]} to {CALM[-1]} without 2008 to "
        "2010"
    )
    why = "the spread is for other countries, whose statistics are other (judged)"
    return {
        "year_path": _scale(common, 0.7, f"{where}; {why}"),
        "event_path": _scale(
            event, 0.0, f"{white.shape[1]} states of the USA, 2020 and 2021"
        ),
        "region_path": _scale(
            own, 0.7, f"{where} (between states {between:.2f}); {why}"
        ),
    }


def _scale(median: float, spread: float, source: str) -> dict[str, Any]:
    return {"median": round(median, 3), "spread": spread, "source": source}


def decomposed(errors: pd.DataFrame) -> dict[str, float]:
    """Standard deviations of an error by year, by region, and of the rest.

    ``errors`` has region, year and error; means of years and regions with at least
    `MIN_GROUP` figures count, less what the rest adds to them.
    """
    rest = errors["error"].to_numpy(copy=True)
    sizes = {}
    for key in ("year", "region"):
        frame = errors.assign(rest=rest)
        groups = frame.groupby(key)["rest"]
        enough = groups.transform("size") >= MIN_GROUP
        means = groups.mean()[groups.size() >= MIN_GROUP]
        noise = groups.var()[groups.size() >= MIN_GROUP] / groups.size()
        spread = float(means.var() - noise.mean()) if len(means) > MIN_GROUP else 0.0
        sizes[key] = np.sqrt(max(spread, 0.0))
        rest = rest - np.where(enough, groups.transform("mean"), 0.0)
    sizes["noise"] = float(np.std(rest))
    return {name: round(float(size), 2) for name, size in sizes.items()}


def estimates(archive: pd.DataFrame, growth: pd.DataFrame) -> dict[str, Any]:
    """What estimates in work reports are above growth as last published."""
    rows = archive[
        (archive["indicator"] == "gdp_real_growth")
        & (archive["outcome_status"] == "estimate")
        & (archive["plan"] == "annual")
        & (archive["province"] != HOME)
        & (archive["year"] >= HABIT_SINCE)
    ].drop_duplicates(["region", "year"])
    official = growth[growth["indicator"] == "gdp_real_growth"]
    official = official[~official["flag"].fillna("").str.contains("suspect")]
    both = rows.merge(
        official[["region", "year", "value"]],
        on=["region", "year"],
        suffixes=("_target", ""),
    )
    first = both["outcome_first"].astype(float)
    both = both.assign(error=log_growth(first) - log_growth(both["value"]))
    both = both[both["error"].abs() < 5]
    by_year = both.groupby("year")["error"].agg(["mean", "size"])
    by_year = by_year.loc[by_year["size"] >= MIN_GROUP, "mean"]
    centred = both.assign(error=both["error"] - by_year.mean())
    return {
        "mean": round(float(by_year.mean()), 2),
        "habit": round(float(by_year.std() / np.sqrt(len(by_year))), 2),
        **decomposed(centred),
        "source": (
            f"{len(both)} estimates in work reports of {both['region'].nunique()} "
            f"provinces and cities outside the province of the bundled project, "
            f"{both['year'].min()} to "
            f"{both['year'].max()}, less growth as last published; mean of years"
        ),
    }


def indicator(figures: pd.DataFrame, name: str) -> dict[str, Any]:
    """How an indicator goes with real growth: mean, loading and sizes of errors."""
    keys = ["region", "year"]

    def last(which: str) -> pd.Series:
        rows = figures[figures["indicator"] == which].sort_values("released")
        return log_growth(rows.groupby(keys)["value"].last())

    both = pd.concat({"x": last("gdp_real_growth"), "y": last(name)}, axis=1).dropna()
    both = both[~both.index.get_level_values("year").isin(list(EVENTS))]
    loading, mean = np.polyfit(both["x"], both["y"], 1)
    errors = (both["y"] - mean - loading * both["x"]).rename("error").reset_index()
    years = errors["year"]
    return {
        "loading": round(float(loading), 2),
        "mean": round(float(mean), 2),
        "habit": round(float(errors["error"].std() / np.sqrt(years.nunique())), 2),
        **decomposed(errors),
        "source": (
            f"{len(errors)} figures of whole years of the bundled province and its "
            "cities, "
            f"{years.min()} to {years.max()} without 2020 and 2021, on real growth"
        ),
    }


def main(reference: Path, facts: Path) -> None:
    """Write the priors."""
    quarterly = pd.read_csv(reference / "us_states_quarterly.csv")
    growth = pd.concat(
        [
            pd.read_csv(reference / "china_prefectures_growth.csv"),
            pd.read_csv(reference / "china_provinces.csv", low_memory=False),
        ]
    )
    archive = pd.read_csv(facts / "targets_archive.csv", low_memory=False)
    figures = pd.concat(
        [
            pd.read_csv(facts / "told_in_reports.csv"),
            pd.read_csv(facts / "observations_2026-11-29.csv"),
        ]
    )
    figures = figures.assign(released=figures["released"].astype(str))
    sizes = "multiplies the sizes of releases below"
    scales = path_scales(quarterly) | {
        "habit": _scale(1.0, 0.0, sizes),
        "region_habit": _scale(1.0, 0.0, sizes),
        "release_year": _scale(1.0, 0.0, sizes),
        "release": _scale(1.0, 0.5, sizes),
    }
    releases = {
        "to_date": {
            "habit": 0.05,
            "region": 0.05,
            "noise": 0.15,
            "source": (
                "judged: growth to date is rounded to 0.1 and growth of the year is "
                "verified later, by 0.2 or 0.3 in the bundled project in 2022 and 2023"
            ),
        },
        "sequential": {
            "habit": 0.02,
            "region": 0.02,
            "noise": 0.03,
            "source": (
                "judged: growth on the months before is rounded to 0.1, and an office "
                "that takes the season out anew releases all parts anew"
            ),
        },
        "estimate": estimates(archive, growth),
    }
    releases |= {name: indicator(figures, of) for name, of in INDICATORS.items()}
    content = {"scales": scales, "releases": releases}
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=88)
    write_whole(RELEASES, (HEAD + text).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
