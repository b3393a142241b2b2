"""A prior is named as the driver of a probability only beyond Monte-Carlo error."""

import csv
import json

import numpy as np
import pytest

from cszt_models import cli
from cszt_models.targets.prior_sensitivity import Sensitivity, Slope

GROWTH = {
    "A": [5.1, 6.0, 6.9, 5.7, 5.6, 4.6, 3.4, 4.8, 4.9, 4.2, 4.5, 6.1, 5.3],
    "B": [6.5, 5.4, 6.0, 4.1, 3.9, 5.7, 4.0, 5.8, 4.9, 7.8, 6.9, 5.5, 5.8],
}
HEADER = "id,indicator,region,since,year,sense,value,unit,name_en,name_zh,quote,source"
TARGET = "g,gdp_real_growth,a,,2025,at_least,5,percent,growth of A,A,5 %,x,1\n"


@pytest.fixture
def cszt(capsys, monkeypatch):
    """Run a command that must succeed, and return what it printed."""

    def run(*words):
        monkeypatch.setattr("sys.argv", ["cszt", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert not stop.value.code
        return capsys.readouterr().out

    return run


@pytest.fixture
def project(cszt, tmp_path):
    """Growth and GDP of A, growth of B, and a target of growth."""
    folder, table = tmp_path / "p", tmp_path / "t.csv"
    levels = 1025 * np.cumprod(1 + np.array(GROWTH["A"]) / 100 + 0.02)
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Region", "Year", "GDP growth (%)", "GDP (million EUR)"])
        for place, rates in GROWTH.items():
            for year, rate, level in zip(range(2010, 2023), rates, levels, strict=True):
                rows.writerow(
                    [place, year, rate, f"{level:.1f}" if place == "A" else ""]
                )
    plan = ["--first-year", 2021, "--last-year", 2025]
    cszt("new", folder, *plan, "--money", "million EUR", "--people", "persons")
    source = ["--released", "2024-03", "--source", "[2] made up", "--accept"]
    cszt("import", table, "--into", folder, *source)
    (folder / "targets.csv").write_text(
        f"{HEADER},headline\n{TARGET}", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(("draws", "seed"), [(200, 1), (200, 2), (1000, 2)])
def test_the_prior_of_prices_does_not_drive_a_target_of_growth(
    draws, seed, project, cszt
):
    words = ["--project", project, "--all", "--draws", draws, "--seed", seed]
    assert "driven by the prior" not in cszt("attain", *words)
    record = json.loads(cszt("attain", *words, "--json"))
    assert 0.2 < record["targets"][0]["probability"] < 0.8


@pytest.mark.parametrize(
    ("prior", "error", "driven"),
    [
        (0.16, 0.06, False),
        (0.09, 0.025, False),
        (0.16, 0.01, True),
        (-0.16, 0.01, True),
    ],
)
def test_a_slope_counts_beyond_twice_its_error(prior, error, driven):
    slopes = (
        Slope("price", prior, error, 0.01, 0.01),
        Slope("growth", 0, 0, 0.02, 0.01),
    )
    assert Sensitivity(slopes, 0.1).prior_driven is driven
