"""Scripts: the sweep keeps its names, its draws and its order of probabilities."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import cszt_models as cm
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.scenarios.scenario import baseline
from cszt_models.targets.attainment import assess

SWEEP = Path(__file__).parents[2] / "scripts" / "sweep_grid.py"


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


def test_probabilities_are_those_of_the_command_for_attainment(table):
    """The script's case is what the library says of a scenario with these levers."""
    project, day = cm.load_project().select("2021-2025"), date(2021, 6, 30)
    figures = read_observations(project)
    fits = fit_blocks(figures, project, as_of=day, seed=1, draws=400)
    headline = {n: t for n, t in read_targets(project).items() if t.headline}
    scenario = baseline().with_lever("growth", 1.0).with_lever("price", -1.0)
    told = assess(fits, headline, scenario)
    (row,) = table.query("growth == 1 and price == -1").to_dict("records")
    for one in told.targets:
        assert row[f"p_{one.target.id}"] == pytest.approx(one.probability, abs=1e-12)
        assert row[f"mcse_{one.target.id}"] == pytest.approx(one.mcse, abs=1e-12)
    assert row["p_joint"] == pytest.approx(told.joint.probability, abs=1e-12)


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


def test_sensitivity_finds_the_levers_that_matter(tmp_path):
    words = ["--lever", "price", "-2", "2", "--lever", "urbanization", "-0.4", "0.4"]
    command = [sys.executable, str(SWEEP.with_name("sweep_sensitivity.py")), *words]
    command += ["--draws", "400", "--base", "64", "--fails-below", "0.3"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    effects, name = {}, ""
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 1:
            name = words[0]
        elif words and words[0] in ("price", "urbanization"):
            effects[name, words[0]] = float(words[-3])
    assert effects["gdp_2025", "price"] == 1
    assert effects["urbanization_2025", "urbanization"] == 1
    assert effects["joint", "price"] > effects["joint", "urbanization"]
    assert "the joint is below 30% where GDP prices ≤" in done.stdout
