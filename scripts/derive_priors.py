"""Derive the prior scales in data/priors.yaml from reference panels of China.

The reference panels (other provinces' prefectures, and provinces) are not part of this
repository; this script shows how the numbers derived from them were made. For each
block and province the scales of the same structural panel are estimated under a wide
prior; the median over provinces becomes the prior's median and their spread (standard
deviation of logs) its spread. Hunan is left out, and so is every year after 2020, so
that the first as-of date (mid-2021) sees nothing of what came later.

Where no reference panel exists, another quantity stands in for it, or the scales are
judged; then the spread is wide and the source says so. Names of blocks after the
folders derive these alone and keep the others as they are.

Example
-------
python scripts/derive_priors.py ../shared/reference data
python scripts/derive_priors.py ../shared/reference data income_urban_pc pm25
"""

import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from judged_priors import (
    ACCEPTED,
    AIR,
    FIXED,
    JUDGED,
    LIKE_RD,
    REPORTED,
    STAND_IN,
    UNTOLD,
)
from measurement_errors import STATUSES, measurement_sizes
from reference_panels import HOME_PROVINCE, LAST, MIN_REGIONS, reference, usable
from scipy.special import logit

from cszt_models.inference.marginal import ScalePosterior
from cszt_models.models import measure as measure_model
from cszt_models.models.block import Block
from cszt_models.models.panels import builders
from cszt_models.models.priors import Priors
from cszt_models.project.project import (
    Label,
    Project,
    Region,
    bundled,
    default,
    load_project,
)
from cszt_models.storage.files import load_yaml, write_whole
from cszt_models.structural.panel import CELLS, Panel, Scale

ON = date(2021, 6, 30)
OUTSIDE = "outside the province of the bundled project"
WIDE_SPREAD = 1.5  # spread of the wide prior under which each province is estimated
YEARS_AHEAD = 5  # years from origin to the figure that chooses the damping
ORIGINS = {"urbanization": (2010, 2014)}
ORIGINS |= {"rd_intensity": (2014,)}
ORIGINS |= {"agriculture": (2009, 2014), "balance": (2009, 2014)}
ORIGINS |= {"income_urban_pc": (2014,)}
SPREAD_RANGE = (0.3, 1.0)  # bounds of the derived spreads
DAMPINGS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
ROUNDING = {
    "growth": 0.029,
    "price": 0.029,
    "population": 0.05,
    "urbanization": 0.0014,
    "rd_intensity": 0.0015,
    "agriculture": 0.0059,
    "balance": 0.0011,
    "income_urban_pc": 0.0003,
}
START = {
    "growth": 0.7,
    "price": 1.5,
    "population": 0.4,
    "urbanization": 0.02,
    "rd_intensity": 0.05,
    "agriculture": 0.05,
    "balance": 0.05,
    "income_urban_pc": 0.05,
}
PROJECT = load_project()
BUILDERS = builders(PROJECT)


def project_of(regions: list[str]) -> Project:
    """The bundled project's conventions with other regions, all of them core."""
    places = {name: Region(name, Label(name, name), "core") for name in regions}
    return replace(PROJECT, regions=places, aggregates={}, horizon=LAST)


def wide_priors(block: str, components: tuple[str, ...], damping: float) -> Priors:
    """Priors under which a province is estimated."""
    scales = {name: Scale(START[block], WIDE_SPREAD) for name in components}
    for name, (median, _) in FIXED[block].items():
        scales[name] = Scale(median, 0.0)
    accepted = ACCEPTED.get(block, {})
    for name, (median, spread, _) in accepted.get("scales", {}).items():
        scales[name] = Scale(median, spread)
    scales["measurement"] = Scale(1.0, 0.0)
    cycle = accepted.get("persistence", (0.0, ""))[0]
    return Priors(scales, damping, dict.fromkeys(STATUSES, ROUNDING[block]), cycle)


def modes(block: str, groups: dict[str, pd.DataFrame], damping: float) -> pd.DataFrame:
    """Scales of highest density of each group (group, component)."""
    components = components_of(block)
    by_province = {}
    for name, known in groups.items():
        project = project_of(sorted(known["region"].unique()))
        place = Block(project, ON, LAST, wide_priors(block, components, damping))
        panel = BUILDERS[block](known, place)
        posterior = ScalePosterior(panel)
        mode = posterior.mode()
        free = [c.name for c in panel.components if not c.scale.fixed]
        by_province[name] = dict(zip(free, np.exp(mode), strict=True))
    return pd.DataFrame(by_province).T


def score_ahead(
    block: str, groups: dict[str, pd.DataFrame], damping: float, origin: int
) -> float:
    """Log density of what came five years after an origin, summed over regions.

    For growth it is the mean over the five years, else the value of the fifth.
    """
    priors = wide_priors(block, components_of(block), damping)
    total = 0.0
    for known in groups.values():
        past = known[known["year"] <= origin]
        project = project_of(sorted(past["region"].unique()))
        place = Block(project, date(origin + 1, 12, 31), origin + YEARS_AHEAD, priors)
        panel = BUILDERS[block](past, place)
        posterior = ScalePosterior(panel)
        scales = posterior.scales(posterior.mode())
        later = BUILDERS[block](known[known["year"] <= origin + YEARS_AHEAD], place)
        truth = {(row.region, row.year): row.value for row in later.rows}
        weights = np.zeros(len(panel.years))
        ahead = (
            np.arange(1, YEARS_AHEAD + 1)
            if block == "growth"
            else np.array([YEARS_AHEAD])
        )
        weights[len(panel.years) - 1 - YEARS_AHEAD + ahead] = 1 / len(ahead)
        for region in panel.regions:
            observed = [truth.get((region, origin + h), np.nan) for h in ahead]
            mean, variance = predicted(panel, scales, region, weights)
            gap = np.mean(observed) - mean
            if np.isfinite(gap):
                total -= 0.5 * (gap**2 / variance + np.log(2 * np.pi * variance))
    return total


def predicted(
    panel: Panel, scales: np.ndarray, region: str, weights: np.ndarray
) -> tuple[float, float]:
    """Mean and variance of a weighted sum of one region's cells, given the scales."""
    place = panel.regions.index(region)
    cover, variance = np.zeros(len(panel.rows)), 0.0
    for component, scale in zip(panel.components, scales, strict=True):
        if component.over != "rows" and component.loading == CELLS:
            cover += scale**2 * (weights @ panel.cell_cover(component)[place])
            variance += scale**2 * (weights @ component.shape @ weights)
    solved = np.linalg.solve(panel.covariance(scales), np.c_[panel.values, cover])
    return float(cover @ solved[:, 0]), float(variance - cover @ solved[:, 1])


def components_of(block: str) -> tuple[str, ...]:
    """Names of a block's components, as its model lists them."""
    if block in PROJECT.measures:
        return measure_model.components(PROJECT.measures[block], PROJECT)
    module = sys.modules[BUILDERS[block].__module__]
    return tuple(module.COMPONENTS)


def summary(
    block: str, estimates: pd.DataFrame, what: str, fall: str
) -> dict[str, dict[str, object]]:
    """Prior entries from the modes of all groups."""
    entries: dict[str, dict[str, object]] = {}
    for name in components_of(block):
        if name in FIXED[block]:
            median, reason = FIXED[block][name]
            entries[name] = entry(median, 0.0, reason.format(fall=fall))
        elif name in ACCEPTED.get(block, {}).get("scales", {}):
            entries[name] = entry(*ACCEPTED[block]["scales"][name])
        elif name in REPORTED.get(block, {}):
            entries[name] = entry(*REPORTED[block][name])
        elif name in UNTOLD.get(block, ({}, ""))[0]:
            medians, reason = UNTOLD[block]
            entries[name] = entry(medians[name], 1.0, f"wide: {reason}")
        elif name == "measurement":
            entries[name] = measurement_scale()
        elif name in estimates:
            logs = np.log(estimates[name])
            spread = log_spread(logs)
            if block in STAND_IN and name != "region_level":
                spread = SPREAD_RANGE[
                    1
                ]  # levels within the region rest on nothing else
            entries[name] = entry(float(np.exp(logs.median())), spread, what)
    return entries


def entry(median: float, spread: float, source: str) -> dict[str, object]:
    """One scale as written to priors.yaml, to three digits."""
    return {
        "median": float(f"{median:.3g}"),
        "spread": float(f"{spread:.2g}"),
        "source": source,
    }


def measurement_scale() -> dict[str, object]:
    """The scale of measurement, which the sizes by status stand in for."""
    return entry(1.0, 0.0, "multiplies the sizes by status below")


def fall_of_2020(folder: Path) -> str:
    """How far median growth fell in the event year, in words with the figures."""
    growth = usable(pd.read_csv(folder / "china_prefectures_growth.csv"))
    rates = growth[growth["indicator"] == "gdp_real_growth"]
    median = rates.groupby("year")["value"].median()
    return (
        f"median growth of {rates['region'].nunique()} prefectures fell from "
        f"{median[2019]:g} to {median[2020]:g} in 2020"
    )


def level_spread(folder: Path) -> dict[str, dict[str, object]]:
    """Spread of urban shares among prefectures of a province, and basis offsets."""
    census = usable(pd.read_csv(folder / "china_prefectures_census.csv"))
    rates = census[census["indicator"] == "urbanization_rate"]
    rates = rates[(rates["year"] == LAST) & rates["value"].between(1, 99)]
    logs = logit(rates["value"] / 100).groupby(rates["province"])
    spreads = logs.std()[logs.count() >= MIN_REGIONS]
    provinces = pd.read_csv(folder / "china_provinces.csv", low_memory=False)
    urban = provinces[provinces["indicator"] == "urbanization_rate"]
    urban = urban[(urban["year"] <= LAST) & (urban["province"] != HOME_PROVINCE)]
    shares = urban.sort_values(["region", "year"])
    step = logit(shares["value"] / 100).groupby(shares["region"]).diff()
    breaks = (
        step[shares["flag"].astype("string").fillna("").str.contains("level_break")]
        - step.median()
    )
    return {
        "region_level": entry(
            float(spreads.median()),
            float(np.clip(np.log(spreads).std(), *SPREAD_RANGE)),
            f"logit urban share of prefectures, {len(spreads)} provinces, census 2020",
        ),
        "basis": entry(
            float(np.sqrt(np.square(breaks).mean())),
            0.7,
            f"root mean square of {len(breaks)} steps flagged as breaks in provincial "
            "urban shares up to 2020, less the median step",
        ),
    }


def derive(folder: Path, blocks: list[str]) -> dict[str, object]:
    """Entries of priors.yaml for the blocks wanted."""
    written: dict[str, object] = {}
    fall = fall_of_2020(folder)
    for block, groups in reference(folder).items():
        if block not in blocks:
            continue
        damping, estimates = best_damping(block, groups)
        counts = sum(g["region"].nunique() for g in groups.values())
        what = (
            f"{counts} regions in {len(groups)} group{'s' if len(groups) > 1 else ''} "
            f"outside {HOME_PROVINCE}, years to {LAST}"
        )
        if block in STAND_IN:
            what = f"{STAND_IN[block]}: {what}"
        scales = summary(block, estimates, what, fall)
        if block == "urbanization":
            scales |= level_spread(folder)
        if block == "price":
            scales |= vintages_of_prices(folder)
        source = (
            f"highest density of the figures {YEARS_AHEAD} years after origins "
            f"{list(ORIGINS[block])} among {list(DAMPINGS)}: {what}"
            if "trend" in scales
            else "no damped trend in this block"
        )
        damping = damping if "trend" in scales or block in ACCEPTED else 0.0
        if block in ACCEPTED:
            source = ACCEPTED[block]["damping"][1]
        written[block] = block_entry(block, damping, source, scales, folder)
        print(block, damping, estimates.median().round(3).to_dict(), flush=True)
    return written


def block_entry(
    block: str,
    damping: float,
    damping_source: str,
    scales: dict[str, dict[str, object]],
    folder: Path,
) -> dict[str, object]:
    """A block as written to priors.yaml, its components in the model's order."""
    sizes, source = measurement_sizes(block, folder)
    cycle = ACCEPTED.get(block, {}).get("persistence")
    extra = (
        {"persistence": dict(zip(("value", "source"), cycle, strict=True))}
        if cycle
        else {}
    )
    return {
        "damping": {"value": damping, "source": damping_source},
        **extra,
        "scales": {name: scales[name] for name in components_of(block)},
        "measurement": {"sizes": sizes, "source": source},
    }


def without_panel(rd: dict[str, Any], folder: Path) -> dict[str, object]:
    """Entries of the measures that no reference panel tells, from R&D intensity's."""
    damping = rd["damping"]["value"]
    written: dict[str, object] = {}
    for block, scale_entries in LIKE_RD.items():
        why = "in place of a panel of high-tech industry: R&D intensity, "
        scales = {
            name: entry(given["median"], SPREAD_RANGE[1], f"{why}{given['source']}")
            for name, given in rd["scales"].items()
        }
        scales |= {name: entry(*given) for name, given in scale_entries.items()}
        scales["measurement"] = measurement_scale()
        source = "that of R&D intensity, for want of a panel of high-tech industry"
        written[block] = block_entry(block, damping, source, scales, folder)
    for block, judged in JUDGED.items():
        scales = {name: entry(*given) for name, given in judged.items()}
        scales["measurement"] = measurement_scale()
        source = f"that of R&D intensity; {AIR}"
        written[block] = block_entry(block, damping, source, scales, folder)
    return written


def best_damping(
    block: str, groups: dict[str, pd.DataFrame]
) -> tuple[float, pd.DataFrame]:
    """The damping that told five years ahead best, and the groups' scales under it."""
    if block in ACCEPTED:
        damping = ACCEPTED[block]["damping"][0]
        return damping, modes(block, groups, damping)
    if block not in ORIGINS:
        return 0.0, modes(block, groups, 0.0)
    scores = {
        damping: sum(score_ahead(block, groups, damping, o) for o in ORIGINS[block])
        for damping in DAMPINGS
    }
    print(block, {k: round(v, 1) for k, v in scores.items()}, flush=True)
    best = max(scores, key=lambda damping: scores[damping])
    return best, modes(block, groups, best)


def vintages_of_prices(folder: Path) -> dict[str, dict[str, object]]:
    """How far back-cast and first-published nominal growth of a year differ, points.

    The mean gap of a prefecture is its offset, the rest is noise; medians over
    prefectures whose back-cast differs at all, so that census jumps do not count.
    """
    levels = []
    for name in ("china_prefectures_growth.csv", "china_prefectures_structure.csv.gz"):
        frame = usable(pd.read_csv(folder / name))
        frame = frame[frame["indicator"] == "gdp_nominal"]
        levels.append(frame.set_index(["region", "year"])["value"])
    both = pd.concat(levels, axis=1, keys=["back", "first"]).dropna().sort_index()
    yearly = (100 * np.log(both["back"] / both["first"])).groupby("region").diff()
    moved = yearly[yearly.abs() > 0.05].groupby("region")
    offset = moved.median().abs()
    noise = (
        1.4826
        * (moved.transform(lambda gap: (gap - gap.median()).abs()))
        .groupby("region")
        .median()
    )
    entries = {}
    for name, values in {
        "basis": offset[offset > 0],
        "vintage": noise[noise > 0],
    }.items():
        spread = float(np.clip(np.log(values).std(), *SPREAD_RANGE))
        source = (
            f"back-cast against first-published nominal growth of {len(values)} "
            f"prefectures outside {HOME_PROVINCE}, years to {LAST}, medians"
        )
        entries[name] = entry(float(values.median()), spread, source)
    return entries


HEAD = """\
# Prior scales of the blocks: median and spread (standard deviation of the log) of each
# component's standard deviation, in the block's unit. Spread 0 fixes a scale. Written
# by scripts/derive_priors.py from reference panels of China; each says from what.
"""


def main(folder: Path, project: Path, blocks: list[str]) -> None:
    """Write priors.yaml, and the package's default; without names, every block."""
    path = project / "priors.yaml"
    entries = load_yaml(path) if blocks else {}
    entries |= derive(folder, blocks or list(BUILDERS))
    others = without_panel(entries["rd_intensity"], folder)
    entries |= {name: o for name, o in others.items() if not blocks or name in blocks}
    write(path, entries)


def write(path: Path, entries: dict[str, Any]) -> None:
    """Write priors.yaml, and the package's default if it is that of the project."""
    text = HEAD + yaml.safe_dump(entries, sort_keys=False, width=88)
    write_whole(path, text.encode())
    if path.samefile(bundled() / path.name):  # projects without priors have the same
        default(path.name).write_text(unnamed(text), encoding="utf-8")


def log_spread(logs: pd.Series) -> float:
    """Spread of log scales over groups within its bounds; 0.7 of a single group."""
    return float(np.clip(logs.std(), *SPREAD_RANGE)) if len(logs) > 1 else 0.7


def unnamed(text: str) -> str:
    """The same for a project elsewhere: it need not know the bundled one's place."""
    content = yaml.safe_load(re.sub(rf"outside\s+{HOME_PROVINCE}", OUTSIDE, text))
    return HEAD + yaml.safe_dump(content, sort_keys=False, width=88)


if __name__ == "__main__":
    if len(sys.argv) < 3 or set(sys.argv[3:]) - set(BUILDERS):
        raise SystemExit(
            "usage: python scripts/derive_priors.py REFERENCE_DIR PROJECT_DIR "
            "[BLOCK ...]"
        )
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
