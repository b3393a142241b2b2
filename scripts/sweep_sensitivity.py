"""Global sensitivity: which levers a probability depends on, over ranges of all.

Prints Sobol indices and Shapley effects of the levers on each headline target and on
all together, each with two errors: that of the cases drawn, and that of the draws the
probability is counted on. Then says where the plan fails, as ranges of levers.

Examples
--------
python scripts/sweep_sensitivity.py --as-of 2021-06-30
python scripts/sweep_sensitivity.py --lever growth -2 2 --lever urbanization -0.5 0.5
"""

import argparse
import sys

import pandas as pd

import cszt_models as cm
from cszt_models.project.dates import as_of_date
from cszt_models.sweeps.counting.counter import JOINT
from cszt_models.sweeps.designs import design_of, sobol_sequence
from cszt_models.sweeps.inputs import read_context, sweep_inputs
from cszt_models.sweeps.scenario_discovery import best_box, boxes
from cszt_models.sweeps.sensitivity_indices import (
    by_block,
    shapley_effects,
    sobol_effects,
)
from cszt_models.sweeps.sweep import Evaluator

# About one standard deviation of what the model itself expects, either way.
RANGES = {
    "growth": (-2.0, 2.0),
    "price": (-2.0, 2.0),
    "population": (-1.0, 1.0),
    "urbanization": (-0.5, 0.5),
    "rd_intensity": (-0.1, 0.1),
}


def options() -> argparse.Namespace:
    """Options from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--as-of", default="2021-06-30", help="default: 2021-06-30")
    parser.add_argument(
        "--lever", nargs=3, action="append", metavar=("NAME", "LOW", "HIGH")
    )
    parser.add_argument("--base", type=int, default=256, help="a power of two")
    parser.add_argument(
        "--fails-below", type=float, default=0.1, help="joint probability"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=4000)
    return parser.parse_args()


def main() -> None:
    """Fit once; a few thousand cases take seconds."""
    given = options()
    named = {name: (float(low), float(high)) for name, low, high in given.lever or ()}
    ranges = named or RANGES
    project = cm.load_project()
    context = read_context(project)
    inputs = sweep_inputs(
        project,
        as_of=as_of_date(project, given.as_of),
        seed=given.seed,
        draws=given.draws,
        context=context,
        store=cm.Store(),
    )
    table = sobol_sequence(ranges, cases=4 * given.base, seed=given.seed)
    evaluator = Evaluator(inputs, design_of(table, context).columns)
    counter = evaluator.counter()
    for name in [*(target.id for target in inputs.targets), JOINT]:
        function = by_block(counter, name)
        sobol = sobol_effects(function, ranges, base=given.base, seed=given.seed)
        shapley = shapley_effects(function, ranges, base=given.base, seed=given.seed)
        print(f"\n{name}")
        print(sobol.merge(shapley, on="lever").round(3).to_string(index=False))
    results = pd.concat([table, evaluator.outcomes(table)], axis=1)
    failed = (results[f"p_{JOINT}"] < given.fails_below).to_numpy()
    cases = results[list(ranges)]
    box = best_box(boxes(cases, failed), cases, failed)
    labels = {column.name: column.label.en for column in evaluator.columns}
    print(f"\nthe joint is below {given.fails_below:.0%} where {box.words(labels)}")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        print(f"sweep_sensitivity: {error}", file=sys.stderr)
        raise SystemExit(2) from None
