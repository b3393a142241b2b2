"""Write the probabilities that tests hold the report to, for a fixed seed.

Example
-------
python scripts/golden.py tests/golden/probabilities.csv
"""

import sys
from datetime import date
from pathlib import Path

from cszt_models import load_project
from cszt_models.models.fits import fit_blocks
from cszt_models.present.tables.attainment import attainment_history
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets, targets_of
from cszt_models.targets.attainment import assess

SEED, DRAWS = 1, 1000  # those of the fits that tests share
PLAN = "2021-2025"  # whose outcomes are known
DATES = (date(2021, 6, 30), date(2026, 11, 29))


def main(path: Path) -> None:
    """Write the table."""
    project = load_project()
    figures = read_observations(project)
    targets = targets_of(read_targets(project), PLAN)
    assessments = [
        assess(fit_blocks(figures, project, as_of=day, seed=SEED, draws=DRAWS), targets)
        for day in DATES
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    table = attainment_history(assessments).drop(columns="mcse")
    table.to_csv(path, index=False, lineterminator="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python scripts/golden.py FILE.csv")
    main(Path(sys.argv[1]))
