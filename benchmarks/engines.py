"""Time of both engines on the growth block, cold and warm, as ratios in one run.

Cold is a fresh process, imports and compilation included: once with the compiled pieces
that PyTensor keeps on disk thrown away, once with them kept. Warm is a second fit of
the same process. Each engine gives the same number of joint draws.

Example
-------
python benchmarks/engines.py
"""

import json
import os
import subprocess
import sys
import tempfile
import time

DRAWS = 4000
WORKER = "--engine"
ENGINES = ("marginal", "nuts")


def measure(engine: str) -> None:
    """Print the seconds from start to fit, of a second fit, and its effective size."""
    start = time.perf_counter()
    from threadpoolctl import threadpool_limits

    import cszt_models as cm
    from cszt_models.inference.fit import fit
    from cszt_models.models.panels import panels
    from cszt_models.project.observations import as_of, read_observations

    project = cm.load_project()
    day = project.data_date
    panel = panels(as_of(read_observations(project), day), project, day)["growth"]
    read = time.perf_counter()
    with threadpool_limits(limits=1, user_api="blas"):
        fit(panel, as_of=day, seed=1, draws=DRAWS, engine=engine)
        first = time.perf_counter()
        fitted = fit(panel, as_of=day, seed=2, draws=DRAWS, engine=engine)
        second = time.perf_counter()
    if fitted.engine != engine:
        raise SystemExit(fitted.note)
    seconds = {"cold": first - read, "warm": second - first, "reading": read - start}
    print(json.dumps(seconds | {"ess": fitted.diagnostics.ess, "rows": fitted.rows}))


def in_fresh_process(engine: str, compiled: str) -> dict[str, float]:
    """What `measure` prints, with compiled pieces kept in a folder."""
    flags = os.environ | {"PYTENSOR_FLAGS": f"base_compiledir={compiled}"}
    command = [sys.executable, __file__, WORKER, engine]
    run = subprocess.run(command, env=flags, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as compiled:
        marginal, nuts = (in_fresh_process(engine, compiled) for engine in ENGINES)
        again = in_fresh_process("nuts", compiled)
    lines = [
        ("marginal, cold (fresh process)", marginal["cold"]),
        ("marginal, warm", marginal["warm"]),
        ("nuts, cold, nothing compiled on disk", nuts["cold"]),
        ("nuts, cold, compiled pieces on disk", again["cold"]),
        ("nuts, warm (second fit, compiled again)", (nuts["warm"] + again["warm"]) / 2),
    ]
    rows, draws = marginal["rows"], f"{DRAWS} draws"
    print(f"growth block, {rows} rows, {draws}; reading {marginal['reading']:.1f} s")
    for name, seconds in lines:
        warm = seconds / marginal["warm"]
        print(f"{name:<42}{seconds:8.2f} s{warm:9.0f} × marginal, warm")
    sizes = f"{marginal['ess']:.0f} (marginal), {nuts['ess']:.0f} (nuts)"
    print(f"smallest effective number of scale vectors: {sizes}")


if __name__ == "__main__":
    if WORKER in sys.argv:
        measure(sys.argv[-1])
    else:
        main()
