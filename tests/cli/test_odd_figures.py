"""Odd figures on the command line: refused or listed by import and check alike."""

import pytest
from typer.testing import CliRunner

from cszt_models.cli import app
from cszt_models.errors import DataError

TABLE = """地区,年份,地区生产总值增速（%）,城镇化率（%）
甲市,2014,7.1,52.1
甲市,2015,6.9,53.0
甲市,2016,520,54.1
甲市,2017,6.4,0.55
甲市,2018,6.2,56.2
甲市,2019,6.0,57.1
甲市,2020,2.1,58.0
甲市,2021,7.4,5.89
甲市,2022,3.0,59.6
甲市,2023,5.0,60.1
"""
TYPOS = (("520", "6.6"), ("0.55", "55.0"), ("5.89", "58.9"))


@pytest.fixture
def run(tmp_path):
    """A function that runs a command on a new project ``p`` and a table ``t.csv``."""
    folder, table = tmp_path / "p", tmp_path / "t.csv"

    def call(*words):
        return CliRunner().invoke(app, [*map(str, words)], catch_exceptions=True)

    def imported(text, *words):
        table.write_text(text, encoding="utf-8")
        release = "--released", "2024-03", "--source", "[2] x", "--accept"
        return call("import", table, "--into", folder, *release, *words)

    years = "--first-year", 2021, "--last-year", 2025
    assert call("new", folder, *years).exit_code == 0
    call.table, call.imported, call.folder = table, imported, folder
    return call


def test_gross_figures_are_refused_with_every_cell_and_nothing_is_written(run):
    before = (run.folder / "observations.csv").read_bytes()
    refused = run.imported(TABLE)
    assert isinstance(refused.exception, DataError)
    message = str(refused.exception)
    for cell, value in (("C4", "520"), ("D5", "0.55"), ("D9", "5.89")):
        assert f"t.csv, {cell}: " in message
        assert f"is {value};" in message
    assert "3 figures that cannot be right" in message
    assert (run.folder / "observations.csv").read_bytes() == before


def test_a_confirmed_cell_is_imported_and_stays_confirmed(run):
    text = TABLE.replace(*TYPOS[1]).replace(*TYPOS[2])
    assert "C4" in str(run.imported(text).exception)
    assert run.imported(text, "--confirm", "C4").exit_code == 0
    checked = run("check", "--project", run.folder)
    assert checked.exit_code == 0
    assert "The files are in order." in checked.stdout


def test_odd_figures_are_listed_by_import_and_by_check(run):
    text = TABLE.replace(*TYPOS[1]).replace(*TYPOS[2]).replace("520", "-6.6")
    words = "is -6.6; the years around have about 6.3"
    listed = run.imported(text)
    assert listed.exit_code == 0
    assert f"t.csv, C4: gdp_real_growth of 甲市 in 2016 {words}" in listed.stdout
    checked = run("check", "--project", run.folder)
    assert checked.exit_code == 0
    assert words in checked.stdout
    assert "in order" not in checked.stdout
    assert "1 figure is hard to believe" in checked.stdout


def test_check_refuses_a_figure_ten_times_too_large(run):
    clean = TABLE
    for old, new in TYPOS:
        clean = clean.replace(old, new)
    assert run.imported(clean).exit_code == 0
    path = run.folder / "observations.csv"
    path.write_text(path.read_text("utf-8").replace(",58.9,", ",5.89,"), "utf-8")
    refused = run("check", "--project", run.folder)
    assert isinstance(refused.exception, DataError)
    line = next(
        number
        for number, text in enumerate(path.read_text("utf-8").splitlines(), 1)
        if ",5.89," in text
    )
    assert f"observations.csv, line {line}: urbanization_rate" in str(refused.exception)
