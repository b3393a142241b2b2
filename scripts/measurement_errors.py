"""Measurement errors in priors.yaml: what rounding or two counts leave."""

from pathlib import Path

import numpy as np
import pandas as pd
from reference_panels import usable

STATUSES = ("preliminary", "revised", "census", "derived_by_source", "unknown")
# Rounding of a figure, as a share of it on the log scale or a step on the logit scale.
STEPS = {
    "income_urban_pc": (0.0003, "rounding of growth to 0.1 point: 0.001/sqrt(12)"),
    "hightech_firms": (0.0015, "rounding to 50 firms of 10 000: 0.005/sqrt(12)"),
    "hightech_va_share_gdp": (
        0.0016,
        "rounding to 0.1 point at a share of 24%, on the logit scale",
    ),
    "pm25": (0.0085, "rounding to 1 of 34: 1/34/sqrt(12)"),
    "good_air_ratio": (
        0.0025,
        "rounding to 0.1 point at a share of 87%, on the logit scale",
    ),
}


def measurement_sizes(block: str, folder: Path) -> tuple[dict[str, float], str]:
    """Measurement error by status, in the block's unit, and where it comes from."""
    if block in STEPS:
        return dict.fromkeys(STATUSES, STEPS[block][0]), STEPS[block][1]
    if block in ("growth", "price"):
        tenth = float(f"{0.1 / np.sqrt(12):.2g}")
        return dict.fromkeys(STATUSES, tenth), "rounding to 0.1 point: 0.1/sqrt(12)"
    if block == "population":
        gap, units = census_gap(folder)
        return dict.fromkeys(STATUSES, gap), (
            f"median absolute gap in percent between year-end and census residents of "
            f"2010 in {units} prefectures"
        )
    if block in ("agriculture", "balance"):
        # 0.1 point of a share of 4 (primary) or of two shares of 40 percent
        size = {"agriculture": np.sqrt(2 / 3) / 4, "balance": 1 / 40}[block]
        size = float(f"{0.1 / np.sqrt(12) * size:.2g}")
        return dict.fromkeys(STATUSES, size), (
            "rounding of shares to 0.1 point, on the log-ratio scale, at shares of 4 "
            "(primary) and 40 percent"
        )
    point = {"urbanization": (0.1, 0.7), "rd_intensity": (0.01, 0.02)}[block]
    step, share = point
    size = step / np.sqrt(12) / 100 / (share * (1 - share))
    return dict.fromkeys(STATUSES, float(f"{size:.2g}")), (
        f"rounding to {step:g} point at a share of {share:.0%}, on the logit scale"
    )


def census_gap(folder: Path) -> tuple[float, int]:
    """Median gap in percent of year-end and census residents of 2010, and units."""
    people = usable(pd.read_csv(folder / "china_prefectures_population.csv"))
    census = usable(pd.read_csv(folder / "china_prefectures_census.csv"))
    both = [
        frame[
            (frame["indicator"] == "population_resident") & (frame["year"] == 2010)
        ].set_index("region")["value"]
        for frame in (people, census)
    ]
    gap = 100 * np.log(both[0] / both[1]).dropna().abs()
    return float(f"{gap.median():.2g}"), len(gap)
