"""Build this project's figures from the Munnell data in the linearmodels wheel.

Run it from the repository with the development dependencies installed::

    python examples/us_states/build.py

It writes observations.csv and panel.csv beside it; project.yaml and targets.csv are
written by hand. Growth is computed from gross state product at constant prices, and
the product of the last year stands as the weight of each state in a group.
"""

import csv
import sys
from pathlib import Path

from linearmodels.datasets import munnell

from cszt_models.project.observations import COLUMNS
from cszt_models.project.project import Project, load_project

FOLDER = Path(__file__).parent
SOURCE = (
    "[2] Munnell, A. (1990). Why Has Productivity Declined? Productivity and Public "
    "Investment. New England Economic Review, 3-22"
)
REFERENCE = "linearmodels.datasets.munnell, column GSP"
RELEASED = "1990"  # the article; so all figures are of one vintage


def state_of(name: str, project: Project) -> str:
    """Id of a state, whose name the data cut off after eleven letters."""
    start = name.strip().lower().replace(" ", "_")
    if start in project.regions:
        return start
    (found,) = (one for one in project.regions if one.startswith(start))
    return found


def main(folder: Path) -> None:
    """Write the two files."""
    project = load_project(folder)
    levels = munnell.load().pivot_table(index="STATE", columns="YR", values="GSP")
    levels.index = [state_of(name, project) for name in levels.index]
    growth = 100 * levels.pct_change(axis="columns").dropna(axis="columns")
    last = int(levels.columns.max())
    rows = [
        (state, "gdp_real_growth", int(year), f"{value:.4f}", "computed from GSP")
        for state, own in growth.iterrows()
        for year, value in own.items()
    ]
    rows += [
        (state, "gdp_nominal", last, f"{value:g}", "constant prices; a weight only")
        for state, value in levels[last].items()
    ]
    units = {name: one.unit for name, one in project.indicators.items()}
    told = ("as_first_published", "unknown", RELEASED, SOURCE, REFERENCE)
    write(
        folder / "observations.csv",
        COLUMNS,
        [
            (region, name, year, value, units[name], *told, note)
            for region, name, year, value, note in rows
        ],
    )
    part = {m: g.id for g in project.aggregates.values() for m in g.members}
    write(
        folder / "panel.csv",
        ("region", "year", "indicator", "value", "part"),
        [
            (region, year, name, value, part[region])
            for region, name, year, value, _ in rows
            if name == "gdp_real_growth"
        ],
    )


def write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
