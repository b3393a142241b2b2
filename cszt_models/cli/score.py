"""``cszt score``: scores of anyone's forecasts with outcomes, from a file."""

from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.request import Request, command

EPILOG = (
    "Columns: outcome; probability, or quantiles (q0.1 q0.5 q0.9), or draws (draw_1 "
    "draw_2 …); if wanted method, year and case. Example: `cszt score forecasts.csv "
    "--json`"
)


@command(
    without=("project_dir", "as_of", "plan", "scenario", "draws", "engine", "no_store"),
)
def score(
    request: Request,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV of forecasts.")],
) -> None:
    """Score probabilities, quantiles or draws of a file against their outcomes."""
    from cszt_models.evaluation.files import read_forecasts
    from cszt_models.results.evaluation import EvaluationResults

    request.print(EvaluationResults(read_forecasts(file), request.seed))
