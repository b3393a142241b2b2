"""The same seed gives the same bits, whatever BLAS would do with more threads."""

import os
import subprocess
import sys
from threading import Event, Thread

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from cszt_models.blas import ONE_THREAD

SCRIPT = """
import hashlib
from datetime import date
import cszt_models as cm
from cszt_models.targets.attainment import assess
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.inference.fit import fit
from cszt_models.models.panels import panels
project = cm.load_project()
observations = read_observations(project)
day = date(2021, 6, 30)
fits = fit_blocks(observations, project, as_of=day, seed=1, draws=100)
digest = hashlib.sha256()
for block in fits.blocks.values():
    digest.update(block.scales.values.tobytes())
    for cells in block.cells.values():
        digest.update(cells.values.tobytes())
assessment = assess(fits, read_targets(project))
digest.update(repr(assessment.joint.probability).encode())
panel = panels(fits.known, project, day)["growth"]
digest.update(fit(panel, as_of=day, seed=1, draws=100).scales.values.tobytes())
print(digest.hexdigest())
"""


def _threads() -> set[int]:
    return {i["num_threads"] for i in threadpool_info() if i["user_api"] == "blas"}


def _digest(threads: int) -> str:
    more = {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_one_two_and_four_threads_give_the_same_bits():
    one, two, four = (_digest(threads) for threads in (1, 2, 4))
    assert len(one.strip()) == 64
    assert one == two == four


def test_limit_holds_inside_and_is_lifted_after():
    before = _threads()
    with ONE_THREAD:
        assert _threads() == {1}
        with ONE_THREAD:
            assert _threads() == {1}
        assert _threads() == {1}
    assert _threads() == before


def test_limit_holds_until_the_last_of_several_threads_has_left():
    before, entered, leave = _threads(), Event(), Event()

    @ONE_THREAD
    def wait():
        entered.set()
        leave.wait(timeout=30)

    other = Thread(target=wait)
    with ONE_THREAD:
        other.start()
        assert entered.wait(timeout=30)
    assert _threads() == {1}
    leave.set()
    other.join()
    assert _threads() == before


def test_limit_is_lifted_after_an_error():
    before = _threads()
    with (
        pytest.raises(np.linalg.LinAlgError, match="not positive definite"),
        ONE_THREAD,
    ):
        np.linalg.cholesky(-np.eye(2))
    assert _threads() == before
