"""Time of one refit of all blocks, and of a re-projection, as ratios in one run.

The peer of a refit is the same posterior by a loop: one factorization and one draw of
the cells for each joint draw, as a sampler without integrated states would need at the
least. The peer of a re-projection is the refit that it saves. What bounds a refit is
shown by what it is made of, in seconds of the processor.

Example
-------
python benchmarks/refit.py
"""

import statistics
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

import cszt_models as cm
from cszt_models.inference.fit import cell_rng, fit, vector_count
from cszt_models.inference.marginal import PILOT, PROPOSALS
from cszt_models.models.fits import Fits, fit_blocks
from cszt_models.models.panels import panels
from cszt_models.project.observations import as_of, read_observations
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.likelihood import ScalePosterior
from cszt_models.structural.prior_draws import innovations
from cszt_models.targets.attainment import assess

RUNS = 5
EARLY = date(2021, 6, 30)  # when no outcome was known
TARGETS = ("gdp_2025", "urbanization_2025", "rd_intensity_2025")
LOOPED = 200  # joint draws of the loop, scaled up to all


def median_seconds(
    work: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> float:
    """Median time of several runs after a warm-up."""
    work()
    times = []
    for _ in range(RUNS):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


def parts_of_a_refit(fits: Fits, known: pd.DataFrame) -> dict[str, float]:
    """Seconds of the processor of what a refit is made of."""
    blocks = fits.panels
    posteriors = [
        ScalePosterior(panel.of_form(form) if form else panel)
        for panel in blocks.values()
        for form in panel.forms or (None,)
    ]
    proposals = [
        np.tile(posterior.mode(), (PILOT + PROPOSALS, 1)) for posterior in posteriors
    ]
    scales = [fits.blocks[name].scales.to_numpy() for name in blocks]
    vectors = vector_count(fits.draws)

    def numbers() -> None:
        for name, panel in blocks.items():
            for _ in innovations(panel, fits.draws, cell_rng(fits.seed, name)):
                pass

    work: dict[str, Callable[[], object]] = {
        "panels from figures": lambda: panels(known, fits.project, fits.as_of),
        "modes of the scales": lambda: [p.mode() for p in posteriors],
        "likelihood of proposals": lambda: [
            posterior.log_likelihood(logs)
            for posterior, logs in zip(posteriors, proposals, strict=True)
        ],
        "draws of cells": lambda: states.draw_cells(
            list(blocks.values()),
            [scale[:vectors] for scale in scales],
            [cell_rng(fits.seed, name) for name in blocks],
            draws=fits.draws,
            correlation=fits.dependence.among(list(blocks)),
        ),
        "  of these random numbers": numbers,
    }
    return {
        name: median_seconds(part, time.process_time) for name, part in work.items()
    }


def main() -> None:
    """Print the table."""
    project = cm.load_project()
    observations, day = read_observations(project), project.data_date
    fits = fit_blocks(observations, project, as_of=day, seed=1)
    growth = panels(as_of(observations, day), project, day)["growth"]
    targets = {name: read_targets(project)[name] for name in TARGETS}
    early = fit_blocks(observations, project, as_of=EARLY, seed=1)
    outlook = build_outlook(early)
    scales = fits.blocks["growth"].scales.to_numpy()[:LOOPED]

    def loop() -> None:
        rng = np.random.default_rng(1)
        for scale in scales:
            states.draw_cells([growth], [scale[None]], [rng], draws=1)

    refit = median_seconds(lambda: fit_blocks(observations, project, as_of=day, seed=1))
    with threadpool_limits(limits=1, user_api="blas"):
        single = median_seconds(lambda: fit(growth, as_of=day, seed=1))
        looped = median_seconds(loop) * fits.draws / LOOPED
    projected = median_seconds(lambda: assess(early, targets, outlook=outlook))
    known = as_of(observations, day)
    parts = parts_of_a_refit(fits, known)
    print(f"draws {fits.draws}, {RUNS} runs after a warm-up, medians")
    print(f"refit of all blocks                        {refit:8.3f} s")
    for name, seconds in parts.items():
        print(f"  {name:41s}{seconds:8.3f} s of the processor")
    print(f"growth block                               {single:8.3f} s")
    print(f"growth block, cells draw by draw           {looped:8.3f} s")
    print(f"  ratio                                    {looped / single:8.1f}")
    print(f"three targets and their joint, re-projected{1000 * projected:8.1f} ms")
    print(f"  refits that one re-projection saves      {refit / projected:8.1f}")


if __name__ == "__main__":
    main()
