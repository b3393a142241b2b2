"""Scripts: the sweep keeps its names, its draws and its order of probabilities."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

SWEEP = Path(__file__).parents[1] / "scripts" / "sweep_growth.py"


def sweep(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SWEEP), "--draws", "400", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweep") / "sweep.parquet"
    done = sweep("--growth", "-1", "1", "3", "--price", "-1", "1", "2", "--out", path)
    assert done.returncode == 0, done.stderr
    return pd.read_parquet(path)


def test_a_case_is_a_row_with_its_levers_by_name(table):
    assert len(table) == 6
    cases = table[["growth", "price"]].itertuples(index=False, name=None)
    assert list(cases) == [(g, p) for g in (-1, 0, 1) for p in (-1, 1)]
    for name in ("gdp_2025", "urbanization_2025", "rd_intensity_2025", "joint"):
        assert table[f"p_{name}"].between(0, 1).all()
        assert (table[f"mcse_{name}"] >= 0).all()


def test_faster_growth_never_lowers_the_gdp_target(table):
    for _, own in table.groupby("price"):
        assert own.sort_values("growth")["p_gdp_2025"].is_monotonic_increasing


def test_levers_on_growth_leave_urbanization_alone(table):
    assert len(set(table["p_urbanization_2025"])) == 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--growth", "0", "9", "2"], "from -5 to 5"),
        (["--growth", "0", "1", "0.5"], "0.5 settings"),
        (["--as-of", "2021-13-01"], "2021-13-01"),
    ],
)
def test_bad_designs_end_with_2_and_leave_no_file(tmp_path, words, named):
    out = tmp_path / "sweep.parquet"
    done = sweep(*words, "--out", str(out))
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
