"""Quantiles of what peers managed from the same starting point, from the panels.

For the urban share the yearly change over 5 years of provinces, by the share at the
start; for real growth the average over 5 years of prefectures, by that of the 5 years
before. Windows start every year. The panels are not part of this repository; the
quantiles go to cszt_models/archive/peer_changes.csv.

Example
-------
python scripts/peer_changes.py ../shared/reference cszt_models/archive
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

YEARS = 5
LEVELS = np.round(np.arange(0.05, 1, 0.05), 2)
BINS = {
    "urbanization_rate": range(20, 101, 10),
    "gdp_real_growth_avg": range(-4, 25, 2),
}
MIN_WINDOWS = 10
FLAGS = ("suspect_index", "level_break")  # rows that are no change of their place
SOURCES = {
    "urbanization_rate": "provinces 2000-2023: muweiabc/govfund @649a6adc",
    "gdp_real_growth_avg": "prefectures 2000-2023: biechouwo-coder/G-P @620eba99",
}


def wide(path: Path, indicator: str) -> pd.DataFrame:
    """Values of an indicator, years by regions."""
    table = pd.read_csv(path, dtype={"flag": str})
    table = table[table["indicator"] == indicator]
    table = table[~table["flag"].fillna("").str.contains("|".join(FLAGS))]
    return table.pivot_table(index="year", columns="region", values="value")


def windows(folder: Path, indicator: str) -> pd.DataFrame:
    """Start and change of every window: region, start, change."""
    if indicator == "urbanization_rate":
        shares = wide(folder / "china_provinces.csv", indicator)
        start, change = shares, (shares.shift(-YEARS) - shares) / YEARS
    else:
        rates = wide(folder / "china_prefectures_growth.csv", "gdp_real_growth")
        logs = np.log1p(rates / 100).rolling(YEARS).mean()
        start, change = (100 * np.expm1(x) for x in (logs, logs.shift(-YEARS)))
    both = [
        table.reset_index().melt("year", value_name=name).set_index(["region", "year"])
        for name, table in (("start", start), ("change", change))
    ]
    return pd.concat(both, axis=1).dropna().reset_index()


def main(folder: Path, out: Path) -> None:
    """Write the quantiles by starting point."""
    rows = []
    for indicator, edges in BINS.items():
        table = windows(folder, indicator)
        for low, high in zip(edges, list(edges)[1:], strict=False):
            peers = table[table["start"].between(low, high, inclusive="left")]
            if len(peers) < MIN_WINDOWS:
                continue
            found = peers["change"].quantile(LEVELS).round(3)
            record = {"indicator": indicator, "years": YEARS, "low": low, "high": high}
            record |= {"windows": len(peers), "regions": peers["region"].nunique()}
            record |= {f"q{level:.2f}": value for level, value in found.items()}
            rows.append({**record, "source": SOURCES[indicator]})
    text = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
    (out / "peer_changes.csv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: peer_changes.py REFERENCE FOLDER")
    main(*map(Path, sys.argv[1:]))
