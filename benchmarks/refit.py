"""Time of one refit of all blocks, and of a re-projection, as ratios in one run.

The peer of a refit is the same posterior by a loop: one factorization and one draw of
the cells for each joint draw, as a sampler without integrated states would need at the
least. The peer of a re-projection is the refit that it saves.

Example
-------
python benchmarks/refit.py
"""

import statistics
import time
from collections.abc import Callable
from datetime import date

import numpy as np
from threadpoolctl import threadpool_limits

import cszt_models as cm
from cszt_models.inference.fit import fit
from cszt_models.models.fits import fit_blocks, panels
from cszt_models.project.observations import as_of, read_observations
from cszt_models.project.plan import read_targets
from cszt_models.projection.outlook import build_outlook
from cszt_models.structural import simulation_smoother as states
from cszt_models.targets.attainment import assess

RUNS = 5
EARLY = date(2021, 6, 30)  # when no outcome was known
TARGETS = ("gdp_2025", "urbanization_2025", "rd_intensity_2025")
LOOPED = 200  # joint draws of the loop, scaled up to all


def median_seconds(work: Callable[[], object]) -> float:
    """Median time of several runs after a warm-up."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


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
    print(f"draws {fits.draws}, {RUNS} runs after a warm-up, medians")
    print(f"refit of all blocks                        {refit:8.3f} s")
    print(f"growth block                               {single:8.3f} s")
    print(f"growth block, cells draw by draw           {looped:8.3f} s")
    print(f"  ratio                                    {looped / single:8.1f}")
    print(f"three targets and their joint, re-projected{1000 * projected:8.1f} ms")
    print(f"  refits that one re-projection saves      {refit / projected:8.1f}")


if __name__ == "__main__":
    main()
