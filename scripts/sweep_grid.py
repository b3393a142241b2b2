"""Sweep a grid of growth and prices: how the probabilities of the plan move with both.

One fit, then every case on its draws, so that two cases differ by their levers alone.
The result is a table with a row for each case: the levers by name, `p_<target>` and
`mcse_<target>` for each headline target, and the same for `joint`. The command
`cszt sweep` does the same from a file, to a folder, and can be stopped and resumed.

Examples
--------
python scripts/sweep_grid.py --as-of 2021-06-30 --out sweep.parquet
python scripts/sweep_grid.py --growth -2 2 9 --price -1 1 5 --out sweep.parquet
"""

import argparse
import sys
from pathlib import Path

import numpy as np

import cszt_models as cm
from cszt_models.project.dates import as_of_date
from cszt_models.storage.files import write_whole
from cszt_models.sweeps.designs import design_of, full_factorial
from cszt_models.sweeps.inputs import read_context, sweep_inputs
from cszt_models.sweeps.sweep import sweep


def options() -> argparse.Namespace:
    """Options from the command line."""
    parser = argparse.ArgumentParser(
        description="Sweep real growth and prices, points a year, to a Parquet file.",
        epilog="Ranges are FIRST LAST COUNT, for example --growth -2 2 9.",
    )
    parser.add_argument("--project", type=Path, help="project folder; default: CZT")
    parser.add_argument("--as-of", default="2021-06-30", help="default: 2021-06-30")
    for lever in ("growth", "price"):
        parser.add_argument(
            f"--{lever}",
            nargs=3,
            type=float,
            default=(-2, 2, 9),
            metavar=("FIRST", "LAST", "COUNT"),
        )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=4000)
    parser.add_argument("--out", type=Path, required=True, help="Parquet file to write")
    return parser.parse_args()


def spaced(lever: str, span: list[float]) -> np.ndarray:
    """Equally spaced settings of a lever."""
    count = int(span[2])
    if count < 1 or count != span[2]:
        raise cm.ScenarioError(
            f"--{lever}: {span[2]:g} settings cannot be made. Give a whole number of 1 "
            "or more."
        )
    return np.linspace(span[0], span[1], count)


def main() -> None:
    """Check the design, fit once, count every case, write the table whole."""
    given = options()
    project = cm.load_project(given.project)
    context = read_context(project)  # levers with their ranges, scenarios, priors
    # A design is a table with a named column for each lever; any table will do.
    table = full_factorial(
        {name: spaced(name, getattr(given, name)) for name in ("growth", "price")}
    )
    design = design_of(table, context)
    if not given.out.absolute().parent.is_dir():
        raise cm.DataError(f"{given.out.parent} does not exist. Make the folder first.")
    # What all cases share. Fits are kept in the store and found there the next time.
    inputs = sweep_inputs(
        project,
        as_of=as_of_date(project, given.as_of),
        seed=given.seed,
        draws=given.draws,
        context=context,
        store=cm.Store(),
    )
    results = sweep(design, inputs)
    write_whole(given.out, results.to_parquet())
    print(f"wrote {len(results)} cases to {given.out}")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        print(f"sweep_grid: {error}", file=sys.stderr)
        raise SystemExit(2) from None
