"""The test that no choice has seen: cities' urbanization after 2020, forecast once.

Each province is forecast as the bundled project's cities were known in 2021: two
censuses of every city (2010 and 2020) and yearly figures of the province up to 2020.
Priors are those of the project's folder. Outcomes are the yearbook of 2023 and the
communiqués of 2025. The outcomes are read only with --outcomes, and the result is
written to a file that is never replaced: the test is made once, after the choice.
Without it, cities of the same shape are simulated, to try the code.

Passed where 80 percent intervals cover 0.70 to 0.90 of cities and of province means in
both years, and stated probabilities are within 0.15 of frequencies in every bin with 30
cases.

Examples
--------
python scripts/untouched_test.py ../shared/reference --draws 200
python scripts/untouched_test.py ../shared/reference --outcomes --out untouched.json
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError
from cszt_models.hindcast.forecast import STRUCTURAL, forecast
from cszt_models.hindcast.information_set import InformationSet, group_project
from cszt_models.hindcast.target_replay import reliability
from cszt_models.hindcast.variables import variable_named
from cszt_models.models.priors import read_priors
from cszt_models.project.observations import last_day
from cszt_models.project.project import Label, Region, load_project
from cszt_models.vocabulary import URBANIZATION

CITIES, PROVINCES = "prior_city_urbanization.csv", "china_provinces.csv"
CENSUSES, ORIGIN, YEARS = (2010, 2020), 2020, (2023, 2025)
FIRST_PROVINCE_YEAR = 2006  # earlier figures are partly interpolated by the source
AS_OF = date(2021, 12, 31)
HOME = "湖南省"  # the province of the bundled project, whose outcomes are known
MIN_CITIES = 3  # of a province, or of a mean
PACES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25)  # of 2010-2020, that thresholds ask for
LEVEL = 0.8
COVERAGE, MAX_GAP, MIN_CASES = (0.70, 0.90), 0.15, 30
SEED = 1


@dataclass(frozen=True)
class Province:
    """A province's figures up to 2020, and the outcomes of its cities (city, year)."""

    name: str
    known: pd.DataFrame
    outcomes: pd.DataFrame


def provinces(cities: pd.DataFrame, yearly: pd.DataFrame) -> Iterator[Province]:
    """Provinces with enough cities that have both censuses and an outcome.

    Parameters
    ----------
    cities
        Of the file of cities: region, province, indicator, year, value, basis, note.
    yearly
        Of the file of provinces: region_zh, year, value.
    """
    rates = cities[cities["indicator"] == URBANIZATION]
    doubtful = rates["note"].astype("string").fillna("").str.contains("check")
    rates = rates[~doubtful & (rates["province"] != HOME)]
    for name, group in rates.groupby("province"):
        past = group[group["year"].isin(CENSUSES)]
        later = group[group["year"].isin(YEARS)]
        both = past.groupby("region")["year"].nunique() == len(CENSUSES)
        regions = sorted(set(both.index[both]))
        later = later[later["region"].isin(regions)]
        area = yearly[yearly["region_zh"] == name]
        if later["region"].nunique() < MIN_CITIES or area.empty:
            continue
        past = past[past["region"].isin(regions)].drop_duplicates(["region", "year"])
        columns = ["region", "year", "value", "basis"]
        area = area.assign(region=str(name), basis="post_2020_census")
        known = pd.concat([past[columns], area[columns]], ignore_index=True)
        known = known.assign(
            indicator=URBANIZATION,
            status="unknown",
            source="",
            known_on=[last_day(str(min(year + 1, 2021))) for year in known["year"]],
        )
        outcomes = later.pivot_table(index="region", columns="year", values="value")
        yield Province(str(name), known, outcomes.reindex(columns=list(YEARS)))


def draws_of(province: Province, draws: int) -> tuple[tuple[str, ...], np.ndarray]:
    """Cities, and draws (draw, city, year ahead) of their urban share, percent."""
    conventions = load_project()
    cities = sorted(set(province.known["region"]) - {province.name})
    project = group_project(conventions, province.name, cities, max(YEARS))
    area = Region(province.name, Label(province.name, province.name), "reference")
    project = replace(project, regions={**project.regions, province.name: area})
    information = InformationSet(
        province.name, project, province.known, ORIGIN, AS_OF, read_priors(conventions)
    )
    with ONE_THREAD:
        drawn = forecast(
            information,
            variable_named(URBANIZATION),
            STRUCTURAL,
            seed=SEED,
            draws=draws,
        )
    return drawn.regions, drawn.outcomes[..., 0]


def cases(province: Province, draws: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Intervals of cities and of the mean of a province, and thresholds of cities."""
    regions, drawn = draws_of(province, draws)
    census = province.known[province.known["region"] != province.name]
    census = census.pivot_table(index="region", columns="year", values="value")
    intervals, goals = [], []
    for year in YEARS:
        outcome = province.outcomes[year].reindex(regions).to_numpy()
        seen = np.flatnonzero(np.isfinite(outcome))
        about = {"province": province.name, "year": year}
        ahead = drawn[:, :, year - ORIGIN - 1]
        for n in seen:
            intervals.append(
                about | {"of": "city", **interval(ahead[:, n], outcome[n])}
            )
            start = census.loc[regions[n], ORIGIN]
            pace = (start - census.loc[regions[n], CENSUSES[0]]) / 10
            for factor in PACES:
                x = start + factor * pace * (year - ORIGIN)
                chance = float((ahead[:, n] >= x).mean())
                goals.append(
                    about
                    | {"probability": chance, "met": bool(outcome[n] >= x)}
                    | {"pace": factor, "method": STRUCTURAL, "origin": ORIGIN}
                )
        if len(seen) >= MIN_CITIES:
            mean = interval(ahead[:, seen].mean(1), outcome[seen].mean())
            intervals.append(about | {"of": "province mean", **mean})
    return pd.DataFrame(intervals), pd.DataFrame(goals)


def interval(draws: np.ndarray, outcome: float) -> dict[str, float]:
    """Whether the central interval contains an outcome, its width, and the error."""
    tail = (1 - LEVEL) / 2
    low, middle, high = np.quantile(draws, [tail, 0.5, 1 - tail])
    return {
        "inside": float(low <= outcome <= high),
        "width": float(high - low),
        "error": float(outcome - middle),
        "pit": float((draws < outcome).mean()),
    }


def verdict(intervals: pd.DataFrame, goals: pd.DataFrame) -> dict[str, object]:
    """Coverage by kind and year, bins of probabilities, and whether the test passed."""
    groups = intervals.groupby(["of", "year"])
    cover = groups.agg(
        n=("inside", "size"),
        coverage=("inside", "mean"),
        width=("width", "mean"),
        error=("error", "mean"),
    ).reset_index()
    bins = reliability(goals).drop(columns="method")
    judged = bins[bins["n"] >= MIN_CASES]
    return {
        "coverage": cover.round(3).to_dict("records"),
        "reliability": bins.round(3).to_dict("records"),
        "coverage_passed": bool(cover["coverage"].between(*COVERAGE).all()),
        "reliability_passed": bool((judged["gap"].abs() <= MAX_GAP).all()),
    }


def simulated(
    cities: pd.DataFrame, yearly: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Files of the same shape: a trend of each province, and cities around it.

    Parameters
    ----------
    cities
        Rows of which region, province, indicator, year, basis and note stay.
    yearly
        Likewise, of provinces; values are replaced.
    """
    rng = np.random.default_rng(SEED)
    paths: dict[str, np.ndarray] = {}
    span = np.arange(2000, max(YEARS) + 1)
    for name in cities["province"].unique():
        steps = 0.05 * 0.97 ** np.arange(len(span)) + rng.normal(0, 0.003, len(span))
        paths[name] = rng.normal(0, 0.3) + np.cumsum(steps)
    offsets = {
        region: (rng.normal(0, 0.5), rng.normal(0, 0.012))
        for region in cities["region"].unique()
    }

    def share(path: np.ndarray, year: int, offset: float, slope: float) -> float:
        noise = rng.normal(0, 0.01)
        at = path[year - span[0]] + offset + slope * (year - ORIGIN) + noise
        return float(100 * expit(at))

    made = cities.assign(
        value=[
            share(paths[row.province], row.year, *offsets[row.region])
            for row in cities.itertuples()
        ]
    )
    area = yearly[yearly["region_zh"].isin(paths)]
    area = area.assign(
        value=[
            share(paths[row.region_zh], row.year, 0.0, 0.0) for row in area.itertuples()
        ]
    )
    return made, area


def read(folder: Path, *, outcomes: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both files; without the outcomes no value after 2020 is kept in memory."""
    cities = pd.read_csv(folder / CITIES)
    yearly = pd.read_csv(folder / PROVINCES, low_memory=False)
    yearly = yearly[yearly["indicator"] == URBANIZATION]
    flags = yearly["flag"].astype("string").fillna("")
    yearly = yearly[~flags.str.contains("interpolated_by_source")]
    yearly = yearly[yearly["year"].between(FIRST_PROVINCE_YEAR, ORIGIN)]
    if not outcomes:
        cities.loc[cities["year"] > ORIGIN, "value"] = np.nan
        cities, yearly = simulated(cities, yearly)
    return cities, yearly


def options() -> argparse.Namespace:
    """Options from the command line."""
    parser = argparse.ArgumentParser(description="The test that no choice has seen.")
    parser.add_argument("reference", type=Path, help="folder of the reference panels")
    parser.add_argument("--outcomes", action="store_true", help="read the outcomes")
    parser.add_argument("--out", type=Path, help="JSON that is never replaced")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--provinces", type=int, help="only the first ones, simulated")
    given = parser.parse_args()
    if given.outcomes and (given.out is None or given.provinces):
        parser.error("--outcomes needs --out, and all provinces")
    if given.out and given.out.exists():
        parser.error(f"{given.out} exists: the test was made. It is made once")
    return given


def main() -> None:
    """Forecast every province, print and write the verdict."""
    given = options()
    files = read(given.reference, outcomes=given.outcomes)
    intervals, goals, failed = [], [], {}
    for province in list(provinces(*files))[: given.provinces]:
        try:
            spans, chances = cases(province, given.draws)
        except ConvergenceError as error:
            failed[province.name] = str(error)
            continue
        intervals.append(spans)
        goals.append(chances)
        print(f"{province.name}: {len(spans)} intervals", file=sys.stderr, flush=True)
    result = verdict(pd.concat(intervals), pd.concat(goals))
    result |= {"outcomes": given.outcomes, "draws": given.draws, "failed": failed}
    print(pd.DataFrame(result["coverage"]).to_string(index=False))
    print(pd.DataFrame(result["reliability"]).to_string(index=False))
    print({n: v for n, v in result.items() if n.endswith("passed") or n == "failed"})
    if given.out:
        with given.out.open("x", encoding="utf-8") as file:
            json.dump(result, file, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    main()
