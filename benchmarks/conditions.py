"""Time of conditional fits, as ratios in one run.

Five pins over blocks, regions and years, on 4,000 draws of eight cities over ten years.
The peer redraws the cells of all blocks, as it would take if the pins were rows. The
first time factors and outlook are made that later conditions on the same fits find.

Example
-------
python benchmarks/conditions.py
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
from threadpoolctl import threadpool_limits

import cszt_models as cm
from cszt_models.conditional.conditional_fit import condition_fits
from cszt_models.inference.fit import cell_rng
from cszt_models.models.fits import Fits, fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.projection.outlook import build_outlook
from cszt_models.scenarios.conditions import Condition, Value, Within
from cszt_models.storage.store import Store
from cszt_models.structural import simulation_smoother as states

RUNS = 7
RING = ("yueyang", "changde", "yiyang", "loudi", "hengyang")


def fastest(work: Callable[[], object]) -> tuple[float, float]:
    """Least seconds on the clock and of the processor of several runs."""
    work()
    clock, processor = [], []
    for _ in range(RUNS):
        start = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - start[0])
        processor.append(time.process_time() - start[1])
    return min(clock), min(processor)


def pin(indicator: str, region: str, year: int, value: float) -> Condition:
    """An exact value in one year."""
    return Condition(indicator, region, year, year, False, Value(value))


def main() -> None:
    """Print the table."""
    project = cm.load_project()
    day = date(2021, 6, 30)
    figures = read_observations(project)
    fits = fit_blocks(figures, project, as_of=day, seed=1, store=Store())
    five = [
        pin("gdp_real_growth", "changsha", 2023, 5.0),
        pin("gdp_real_growth", "yueyang", 2024, 6.0),
        pin("gdp_nominal", "hengyang", 2024, 4_600.0),
        pin("urbanization_rate", "changsha", 2025, 83.5),
        pin("rd_intensity", "changsha", 2025, 3.0),
    ]
    group = [
        pin("gdp_nominal", "czt", 2024, 22_128.3),
        Condition("urbanization_rate", "czt", 2025, 2025, False, Within(80.0, 82.0)),
    ]
    names = list(fits.dependence.panels)
    panels = [fits.panels[name] for name in names]
    scales = [fits.scale_vectors(name) for name in names]

    def redraw() -> None:
        rngs = [cell_rng(1, name) for name in names]
        with threadpool_limits(limits=1, user_api="blas"):
            states.draw_cells(
                panels,
                scales,
                rngs,
                draws=fits.draws,
                correlation=fits.dependence.among(names),
            )

    def project_ring(fits: Fits) -> np.ndarray:
        outlook = build_outlook(fits, regions=RING, partial=True)
        return outlook.cells["gdp_real_growth"].to_numpy()

    peer = fastest(redraw)
    rows = {
        "redraw of linked blocks": peer,
        "five pins, the first time": fastest(
            lambda: condition_fits(replace(fits), five)
        ),
        "five pins": fastest(lambda: condition_fits(fits, five)),
        "a group's level and a range": fastest(lambda: condition_fits(fits, group)),
    }
    shape = project_ring(condition_fits(fits, five).fits).shape
    print(f"{shape[0]} draws, {shape[1]} regions, {shape[2]} years; least of {RUNS}")
    for name, (clock, processor) in rows.items():
        ratio = clock / peer[0]
        print(f"{name:<28}{clock:7.3f} s {processor:7.3f} s cpu {ratio:6.2f} of redraw")


if __name__ == "__main__":
    main()
