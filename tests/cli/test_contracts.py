"""Command line: contracts of the JSON, exit statuses, a sentence for bad input."""

import json
import subprocess
import sys

import pandas as pd
import pytest
import typer

from cszt_models import cli
from cszt_models.cli import check
from cszt_models.errors import ConvergenceError
from cszt_models.inference import marginal
from cszt_models.models.panels import BLOCKS
from cszt_models.structural.panel import Panel

QUICK = ["--draws", "200"]
TARGET = {
    "id",
    "indicator",
    "region",
    "year",
    "sense",
    "value",
    "unit",
    "headline",
    "status",
    "probability",
    "mcse",
    "median",
    "interval",
    "published",
    "computed",
    "forms",
    "met",
    "plan",
    "high",
    "reference",
    "force",
    "bands",
    "reason",
}


@pytest.fixture
def cszt(capsys, monkeypatch):
    """Run a command in this process; its exit status, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cszt", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        shown = capsys.readouterr()
        return int(stop.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture
def record(cszt):
    """The parsed JSON of a command that must succeed."""

    def run(*words: str) -> dict:
        status, out, _ = cszt(*words, "--json")
        assert status == 0
        return json.loads(out)

    return run


def test_attain_json_follows_the_contract(record):
    found = record("attain", "--as-of", "2021-06-30", "--seed", "0", *QUICK)
    assert set(found) == {
        "project",
        "plan",
        "as_of",
        "scenario",
        "scenario_hash",
        "seed",
        "draws",
        "engine",
        "targets",
        "joint",
    }
    assert (found["seed"], found["draws"], found["engine"]) == (0, 200, "marginal")
    assert all(set(target) == TARGET for target in found["targets"])
    assert len(found["targets"]) == 31
    assert set(found["joint"]) == {
        "targets",
        "probability",
        "mcse",
        "if_independent",
        "binding",
    }
    headline = [target["id"] for target in found["targets"] if target["headline"]]
    assert found["joint"]["targets"] == headline


def test_gdp_is_genuinely_uncertain_in_2021_and_resolved_as_missed_today(record):
    then = record("attain", "--as-of", "2021-06-30", *QUICK)
    now = record("attain", "--plan", "2021-2025", *QUICK)
    before = {target["id"]: target for target in then["targets"]}
    after = {target["id"]: target for target in now["targets"]}
    assert before["gdp_2025"]["status"] == "projected"
    assert 0.1 < before["gdp_2025"]["probability"] < 0.9
    assert before["gdp_2025"]["met"] is None
    assert after["gdp_2025"]["status"] == "resolved"
    assert after["gdp_2025"]["published"] == 22878.5
    assert after["gdp_2025"]["met"] is False
    assert after["gdp_2025"]["probability"] == 0.0
    assert after["urbanization_2025"]["status"] == "resolved"
    assert after["urbanization_2025"]["met"] is False
    assert after["rd_intensity_2025"]["status"] == "nowcast"
    assert after["rd_intensity_2025"]["published"] is None
    assert before["good_air_2025"]["status"] == "no_data"
    assert before["good_air_2025"]["probability"] is None
    assert after["good_air_2025"]["status"] == "nowcast"
    assert after["forest_cover_2025"]["status"] == "no_data"
    assert now["joint"]["probability"] == 0.0


def test_the_same_seed_prints_the_same_bytes(cszt):
    words = ("attain", "--json", "--as-of", "2021-06-30", *QUICK)
    assert cszt(*words)[1] == cszt(*words)[1] == cszt(*words, "--no-store")[1]
    assert cszt(*words)[1] != cszt(*words, "--seed", "2")[1]


def test_a_joint_of_chosen_targets_holds_these(record):
    words = ("--target", "urbanization_2025", "--target", "urban_population_2025")
    found = record("attain", *words, "--as-of", "2021-06-30", *QUICK)
    assert found["joint"]["targets"] == ["urbanization_2025", "urban_population_2025"]


def test_over_time_prints_every_date_up_to_the_last(record):
    found = record("attain", "--over-time", "--as-of", "2022-06-30", *QUICK)
    assert [one["as_of"] for one in found] == ["2021-06-30", "2022-06-30"]


def test_a_table_names_targets_and_what_they_ask(cszt):
    status, out, _ = cszt("attain", "--as-of", "2021-06-30", *QUICK)
    assert status == 0
    assert "gdp_2025" in out
    assert "at least ¥2.5 trillion" in out
    assert "pm25_2025" not in out


def test_all_lists_targets_without_data(cszt):
    _, out, _ = cszt("attain", "--all", "--as-of", "2021-06-30", *QUICK)
    assert "pm25_2025" in out
    assert "no data" in out
    income = "Urban disposable income per head, 2025: rests on 6 figures in all: "
    assert f"{income}Changsha 2005, 2010–2012" in out
    high_tech = "High-tech industry value added, 2025: 2 figures, at least 3 are needed"
    assert high_tech in out


def test_check_counts_what_was_known(record):
    found = record("check", "--as-of", "2021-06-30")
    assert found["observations"] == 2545
    assert found["known"] < found["observations"]
    assert {row["identity"] for row in found["identities"]} >= {"sectors sum to GDP"}
    assert all(row["checked"] == row["passed"] for row in found["identities"])


def test_fit_prints_every_scale_and_the_gate(record):
    found = record("fit", "--as-of", "2021-06-30", *QUICK)
    blocks = [*BLOCKS, "rd_intensity", "hightech_firms", "income_urban_pc", "pm25"]
    assert [row["block"] for row in found["gate"]] == blocks
    assert {row["block"] for row in found["scales"]} == set(blocks)
    assert all(row["check"] == "k-hat" for row in found["gate"])
    assert all(row["value"] <= marginal.KHAT_MAX for row in found["gate"])
    assert all(row["low"] <= row["median"] <= row["high"] for row in found["scales"])
    assert len(found["correlations"]) == 7 * 6 / 2  # the last three stand apart
    sizes = [abs(row["correlation"]) for row in found["correlations"]]
    assert sizes == sorted(sizes, reverse=True)
    assert 0 < sizes[0] < 1


def test_fit_says_what_was_fitted_and_what_was_reused(cszt, monkeypatch, tmp_path):
    monkeypatch.setenv("CSZT_CACHE", str(tmp_path))
    words = ("fit", "--as-of", "2021-06-30", *QUICK)
    first, again, afresh = cszt(*words), cszt(*words), cszt(*words, "--no-store")
    for run, word in ((first, "fitted"), (again, "reused"), (afresh, "fitted")):
        lines = [line.split() for line in run[2].splitlines()]
        assert {name for name, _, _ in lines} >= {*BLOCKS, "joint"}
        assert {said for _, said, _ in lines} == {word}
        assert lines[-1][0] == "joint"
        assert all(f"{word} {digits}" in run[1] for _, _, digits in lines[:-1])
    assert first[1].replace("fitted", "reused") == again[1]
    assert first[1] == afresh[1]
    kept = {f"{path.parent.name} {path.stem[:12]}" for path in tmp_path.rglob("*.nc")}
    assert kept == {" ".join(line.split()[::2]) for line in first[2].splitlines()}


def test_fit_json_holds_the_keys(record):
    found = record("fit", "--as-of", "2021-06-30", *QUICK)
    blocks = [row["block"] for row in found["gate"]]
    assert {one["name"] for one in found["fits"]} == {*blocks, "joint"}
    assert all(one["key"].startswith(f"{one['name']}-") for one in found["fits"])


def test_without_a_store_nothing_is_kept(cszt, monkeypatch, tmp_path):
    monkeypatch.setenv("CSZT_CACHE", str(tmp_path / "cache"))
    cszt("attain", "--as-of", "2021-06-30", "--no-store", *QUICK)
    assert not (tmp_path / "cache").exists()


BAD = {
    "date that does not exist": (["attain", "--as-of", "2021-02-30"], "'2021-02-30'"),
    "date after the data": (["attain", "--as-of", "2031-01-01"], "2031-01-01"),
    "date before the data": (["attain", "--as-of", "1990-01-01"], "1990-01-01"),
    "unknown target": (["attain", "--target", "gdp2025"], "Did you mean 'gdp_2025'"),
    "target without data": (
        ["attain", "--target", "forest_cover_2025", *QUICK],
        "no data",
    ),
    "unknown scenario": (["attain", "--scenario", "stron"], "Did you mean 'strong'"),
    "missing project": (["check", "--project", "no/such/folder"], "no/such/folder"),
    "unknown language": (["report", "--lang", "fr"], "'fr'"),
    "file as folder": (["report", "--out", "pyproject.toml"], "is a file"),
    "unknown option": (["attain", "--targts", "x"], "--targts"),
    "draws that are no number": (["attain", "--draws", "many"], "--draws"),
    "unknown engine": (["fit", "--engine", "nut"], "Did you mean 'nuts'"),
    "negative seed": (["fit", "--seed", "-1"], "--seed"),
}


@pytest.mark.parametrize(("words", "named"), BAD.values(), ids=BAD.keys())
def test_bad_input_ends_with_2_and_names_the_value(cszt, words, named):
    status, out, err = cszt(*words)
    assert status == 2
    assert named in err
    assert "Traceback" not in err
    assert out == ""


def test_a_damaged_project_ends_with_2(cszt, edited):
    folder = edited("project.yaml", "regions:", "regions: [")
    status, _, err = cszt("attain", "--project", str(folder))
    assert status == 2
    assert "project.yaml" in err


def test_a_failed_gate_ends_with_3_and_names_block_and_scale(
    cszt, monkeypatch, tmp_path
):
    monkeypatch.setenv("CSZT_CACHE", str(tmp_path))
    monkeypatch.setattr(marginal, "ESS_MIN", 1e9)
    monkeypatch.setattr(marginal, "ROUNDS", 1)

    def refuse(panel: Panel, **_: object) -> None:
        raise ConvergenceError(f"{panel.name}: R-hat of 'trend' is 2.000 (limit 1.01).")

    monkeypatch.setattr("cszt_models.inference.smc.sample", refuse)
    status, out, err = cszt("attain", "--as-of", "2021-06-30", *QUICK)
    assert status == 3
    assert "R-hat of 'trend' is 2.000" in err
    assert out == ""


def test_an_interrupt_ends_with_130(cszt, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cszt_models.analysis.build.fit_blocks", interrupt)
    status, out, err = cszt("attain", *QUICK)
    assert status == 130
    assert out == ""
    assert "Traceback" not in err


def test_help_does_not_import_what_it_does_not_need():
    code = "import sys; from cszt_models import cli; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"pandas", "xarray", "scipy", "altair"} & set(run.stdout.split())


NO_TABLE = {"export", "run", "scenario show"}  # print sentences alone


def test_what_prints_a_table_prints_csv():
    """Commands with --json that print a table have --csv beside it."""

    def options(command) -> set[str]:
        return {option for each in command.params for option in each.opts}

    top = typer.main.get_command(cli.app).commands
    commands = dict(top) | {
        f"scenario {name}": command
        for name, command in top["scenario"].commands.items()
    }
    lacking = {
        name
        for name, command in commands.items()
        if "--json" in options(command) and "--csv" not in options(command)
    }
    assert lacking == NO_TABLE


def test_tables_of_a_check_are_one_frame():
    tables = {
        "doubts": pd.DataFrame({"region": ["a"], "value": [1.0]}),
        "answers": pd.DataFrame({"target": ["b"], "answered": [True]}),
        "breaks": pd.DataFrame({"region": []}),
    }
    frame = check._one_frame(tables)
    assert list(frame["table"]) == ["doubts", "answers"]
    assert list(frame.columns) == ["table", "region", "value", "target", "answered"]
    assert frame["target"].iloc[1] == "b"
