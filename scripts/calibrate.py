"""Calibrate the models: every block has to recover what panels are simulated from.

Each block's panel is taken as it is known today, with its rows, years and bases; values
are simulated and fitted, and true values ranked among the draws (see
`cszt_models.checks.simulation_based`). The ranks are kept in a Parquet file, from which
a run that was interrupted, or one with more simulations, goes on; ranks of another
specification, seed or version of the code are not reused.

Ends with 0 if all ranks are uniform, with 1 and a sentence if not. With --plant an
error is planted into what is fitted, and it should end with 1.

Examples
--------
python scripts/calibrate.py --out build/calibration.parquet
python scripts/calibrate.py --plant sign --block growth --out build/planted.parquet
python scripts/calibrate.py --engine smc --out build/calibration-smc.parquet
"""

import argparse
import hashlib
import inspect
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from itertools import batched
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.progress import track
from threadpoolctl import threadpool_limits

import cszt_models as cm
from cszt_models.checks import simulation_based as calibration
from cszt_models.errors import unknown
from cszt_models.inference import marginal, smc
from cszt_models.inference.fit import MARGINAL
from cszt_models.models.panels import panels
from cszt_models.project.observations import as_of, read_observations
from cszt_models.storage.files import write_whole
from cszt_models.storage.hashing import content_hash
from cszt_models.structural import kernels
from cszt_models.structural import panel as structural
from cszt_models.structural.panel import Panel

MIN_SIMULATIONS = 50  # simulations with which the tests can tell anything
BATCH = 5  # simulations between two writings
CODE = (calibration, kernels, structural, marginal, smc)
LIBRARIES = ("numpy", "scipy", "arviz-stats")


class Batch(NamedTuple):
    """Simulations of one block, for one worker."""

    panel: Panel
    seed: int
    numbers: tuple[int, ...]
    plant: str | None
    engine: str
    specification: str


def options() -> argparse.Namespace:
    """Options from the command line."""
    parser = argparse.ArgumentParser(
        description="Simulation-based calibration of every block.",
    )
    parser.add_argument("--project", type=Path, help="project folder; default: CZT")
    parser.add_argument("--block", action="append", help="only this one; repeatable")
    parser.add_argument("--simulations", type=int, default=200, help="of each block")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engine", choices=list(calibration.ENGINES), default=MARGINAL)
    parser.add_argument("--plant", choices=list(calibration.PLANTS))
    parser.add_argument("--out", type=Path, required=True, help="Parquet file of ranks")
    given = parser.parse_args()
    if given.simulations < MIN_SIMULATIONS or given.workers < 1:
        raise cm.DataError(
            f"{given.simulations} simulations by {given.workers} workers tell nothing. "
            f"Ask for at least {MIN_SIMULATIONS} and 1."
        )
    if not given.out.absolute().parent.is_dir():
        raise cm.DataError(f"{given.out.parent} does not exist. Make the folder first.")
    return given


def known_panels(given: argparse.Namespace) -> dict[str, Panel]:
    """Panels of all blocks, of what is known on the project's data date.

    Of a block with several forms the panel of each, named block/form.
    """
    project = cm.load_project(given.project)
    known = as_of(read_observations(project), project.data_date)
    blocks = panels(known, project, project.data_date).values()
    each = [[p.of_form(form) for form in p.forms] or [p] for p in blocks]
    built = {panel.name: panel for among in each for panel in among}
    for name in given.block or ():
        if name not in built:
            raise cm.DataError(unknown("block", name, built))
    return built


def specification(
    panel: Panel, seed: int, plant: str | None, engine: str = MARGINAL
) -> str:
    """Hash of all that ranks depend on: panel without values, code, seed and plant."""
    rows = [(r.cells, r.region, r.year, r.basis, r.status) for r in panel.rows]
    parts = [(c.name, c.scale, c.over, c.loading) for c in panel.components]
    versions = [version(name) for name in LIBRARIES]
    structure = [panel.name, panel.regions, panel.years.tolist(), rows, parts]
    digest = hashlib.sha256(repr([structure, seed, plant, engine, versions]).encode())
    for component in panel.components:
        digest.update(content_hash(component.shape).encode())
    for module in CODE:
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()[:16]


def load_ranks(path: Path, specifications: Mapping[str, str]) -> pd.DataFrame:
    """Ranks of an earlier run that hold for this one."""
    if not path.exists():
        return pd.DataFrame(columns=[*calibration.COLUMNS, "specification"])
    try:
        ranks = pd.read_parquet(path)
        return ranks[ranks["specification"] == ranks["block"].map(specifications)]
    except (OSError, ValueError, KeyError) as error:
        raise cm.DataError(
            f"{path} is no table of ranks ({error.__class__.__name__}). "
            "Remove it, or choose another name."
        ) from None


def batches(
    built: Mapping[str, Panel],
    specifications: Mapping[str, str],
    done: pd.DataFrame,
    given: argparse.Namespace,
) -> Iterator[Batch]:
    """What is left to simulate, the largest panels first."""
    for name in sorted(given.block or built, key=lambda name: -len(built[name].rows)):
        simulated = set(done.loc[done["block"] == name, "simulation"])
        left = [n for n in range(given.simulations) if n not in simulated]
        for numbers in batched(left, BATCH):
            yield Batch(
                built[name],
                given.seed,
                numbers,
                given.plant,
                given.engine,
                specifications[name],
            )


def start() -> None:
    """Prepare a worker: one BLAS thread, no word if interrupted, none left behind."""
    threadpool_limits(limits=1, user_api="blas")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=follow, daemon=True).start()


def follow() -> None:
    """End this process with its parent, which a kill gives no time to stop it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def run(batch: Batch) -> pd.DataFrame:
    """Ranks of a batch, with the specification that they hold for."""
    change = calibration.PLANTS[batch.plant] if batch.plant else None
    ranks = calibration.simulate(
        batch.panel,
        seed=batch.seed,
        numbers=batch.numbers,
        change=change,
        engine=batch.engine,
    )
    return ranks.assign(specification=batch.specification)


def finish(left: list[Batch], done: pd.DataFrame, given: argparse.Namespace) -> None:
    """Simulate what is left, and write the ranks after each batch."""
    # Forking a process that has threads is unsafe: workers start afresh.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.workers, fresh, start) as pool:
        waiting = [pool.submit(run, batch) for batch in left]
        try:
            for future in track(
                as_completed(waiting),
                "calibrating",
                total=len(waiting),
                disable=not sys.stderr.isatty(),
            ):
                done = pd.concat(
                    [done, future.result()] if len(done) else [future.result()]
                )
                write(done, given.out)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def write(ranks: pd.DataFrame, path: Path) -> None:
    """Ranks by block and simulation, whoever was first; whole or not at all."""
    order = ranks.sort_values(["block", "simulation"], kind="stable")
    write_whole(path, order.to_parquet(index=False))


def report(ranks: pd.DataFrame) -> list[str]:
    """Print the table of p-values; the faults it shows."""
    table = calibration.uniformity(ranks)
    places = {"mean": "{:.2f}", "spread": "{:.2f}", "adjusted": "{:.2g}"}
    places |= {"chi_square": "{:.2g}", "envelope": "{:.2g}"}
    words = {name: text.format for name, text in places.items()}
    print(table.to_string(index=False, formatters=words))
    return calibration.faults(table)


def main() -> int:
    """Simulate, write the ranks, print the table; 1 if a block is not calibrated."""
    given = options()
    built = known_panels(given)
    specifications = {
        name: specification(panel, given.seed, given.plant, given.engine)
        for name, panel in built.items()
    }
    done = load_ranks(given.out, specifications)
    if len(done):
        print(f"{len(done.groupby(['block', 'simulation']))} simulations are reused")
    finish(list(batches(built, specifications, done, given)), done, given)
    ranks = load_ranks(given.out, specifications)
    selected = ranks["block"].isin(given.block or built)
    sentences = report(ranks[selected & (ranks["simulation"] < given.simulations)])
    for fault in sentences:
        print(f"calibrate: {fault}", file=sys.stderr)
    return 1 if sentences else 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except cm.DataError as error:  # other errors are defects: they show where
        print(f"calibrate: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
