"""Sweep real growth and prices: how the probabilities of the plan move with both.

One fit, then one projection per case; every case sees the same draws, so that two cases
differ by their levers alone. The result is a table with a row per case: the levers by
name, `p_<target>` and `mcse_<target>` for each headline target, and `p_joint`.

Examples
--------
python scripts/sweep_growth.py --as-of 2021-06-30 --out sweep.parquet
python scripts/sweep_growth.py --growth -2 2 9 --price -1 1 5 --out sweep.parquet
"""

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from rich.progress import track

import cszt_models as cm
from cszt_models.attainment import assess
from cszt_models.outlook import outlook
from cszt_models.plan import Target
from cszt_models.project import Project
from cszt_models.scenario_files import read_part
from cszt_models.scenarios import compose
from cszt_models.story import as_of_date


def options() -> argparse.Namespace:
    """Options from the command line."""
    parser = argparse.ArgumentParser(
        description="Sweep real growth and prices, points a year, to a Parquet file.",
        epilog="Ranges are FIRST LAST COUNT, for example --growth -2 2 9.",
    )
    parser.add_argument("--project", type=Path, help="project folder; default: CZT")
    parser.add_argument("--as-of", default="2021-06-30", help="default: 2021-06-30")
    for lever, span in {"growth": (-2, 2, 9), "price": (-2, 2, 9)}.items():
        parser.add_argument(
            f"--{lever}",
            nargs=3,
            type=float,
            default=span,
            metavar=("FIRST", "LAST", "COUNT"),
        )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=4000)
    parser.add_argument("--out", type=Path, required=True, help="Parquet file to write")
    return parser.parse_args()


def grid(lever: str, span: list[float]) -> np.ndarray:
    """Equally spaced settings of a lever."""
    count = int(span[2])
    if count < 1 or count != span[2]:
        raise cm.ScenarioError(
            f"--{lever}: {span[2]:g} settings cannot be made. Give a whole number of 1 "
            "or more."
        )
    return np.linspace(span[0], span[1], count)


def case(
    fits: object,
    basis: object,
    project: Project,
    targets: dict[str, Target],
    **levers: float,
) -> dict[str, float]:
    """Probabilities under one setting of the levers."""
    known = cm.read_levers(project)
    part = read_part("case", levers, known, project)
    found = assess(
        fits, targets, compose("case", {"case": part}, ["case"]), basis=basis
    )
    row = dict(levers)
    for result in found.targets:
        row[f"p_{result.target.id}"] = result.probability
        row[f"mcse_{result.target.id}"] = result.mcse
    row["p_joint"], row["mcse_joint"] = found.joint.probability, found.joint.mcse
    return row


def main() -> None:
    """Fit once, project every case, write the table whole or not at all."""
    given = options()
    project = cm.load_project(given.project)
    day = as_of_date(project, given.as_of)
    targets = {t.id: t for t in cm.read_targets(project).values() if t.headline}
    design = list(
        itertools.product(grid("growth", given.growth), grid("price", given.price))
    )
    if not given.out.absolute().parent.is_dir():
        raise cm.DataError(f"{given.out.parent} does not exist. Make the folder first.")
    fits = cm.fit_blocks(
        cm.read_observations(project),
        project,
        as_of=day,
        seed=given.seed,
        draws=given.draws,
        store=cm.Store(),
    )
    basis = outlook(fits)
    rows = [
        case(fits, basis, project, targets, growth=float(growth), price=float(price))
        for growth, price in track(
            design, "projecting", disable=not sys.stderr.isatty()
        )
    ]
    draft = given.out.with_name(given.out.name + ".tmp")
    pd.DataFrame(rows).to_parquet(draft)
    draft.replace(given.out)
    print(f"wrote {len(rows)} cases to {given.out}")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        print(f"sweep_growth: {error}", file=sys.stderr)
        raise SystemExit(2) from None
