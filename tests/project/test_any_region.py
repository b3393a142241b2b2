"""The package knows no region: the whole path of a project with CZT's folder absent."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from cszt_models.models.panels import BLOCKS
from cszt_models.present.sentences.numbers import percent
from cszt_models.project.project import bundled, default

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "cszt_models"
NAMES = "changsha|zhuzhou|xiangtan|hunan|长沙|株洲|湘潭|湖南|长株潭"
PLACES = re.compile(NAMES, re.IGNORECASE)
TABLE = """地区,年份,地区生产总值(亿元),地区生产总值增速(%),常住人口(万人)
甲市,2017,1200.5,8.1,301
甲市,2018,1330.1,7.9,303.2
甲市,2019,1450.7,7.4,305
甲市,2020,1490.2,2.1,306.1
乙市,2017,800.2,8.4,210
乙市,2018,880.9,8.0,209.1
乙市,2019,950.3,7.7,208.7
乙市,2020,960.6,1.2,207.5
"""
TARGET = "gdp_2025,gdp_nominal,甲市,,2025,at_least,2000,1e8 yuan,GDP,总值,q,test,1\n"


def text_files() -> list[Path]:
    return [
        path
        for path in PACKAGE.rglob("*")
        if path.is_file()
        and path.suffix not in (".pyc", ".gz")  # the archive holds every province
        and PACKAGE / "data" not in path.parents
    ]


@pytest.mark.parametrize("path", text_files(), ids=lambda p: p.name)
def test_no_file_of_the_package_names_a_place_of_the_bundled_project(path):
    assert not PLACES.findall(path.read_text("utf-8"))


def test_default_priors_are_those_of_the_bundled_project():
    """Both are derived from other provinces; scripts/derive_priors.py writes both."""
    own = yaml.safe_load((bundled() / "priors.yaml").read_text("utf-8"))
    others = yaml.safe_load(default("priors.yaml").read_text("utf-8"))
    assert set(BLOCKS) <= set(others)
    assert numbers({name: own[name] for name in others}) == numbers(others)


def numbers(entries: object) -> object:
    """Entries without their sources, which say for the one what it leaves unnamed."""
    if not isinstance(entries, dict):
        return entries
    return {key: numbers(one) for key, one in entries.items() if key != "source"}


def test_the_whole_path_works_with_the_bundled_folder_absent(tmp_path):
    shutil.copytree(
        PACKAGE,
        tmp_path / "site" / "cszt_models",
        ignore=shutil.ignore_patterns("__pycache__", "data"),
    )
    environment = os.environ | {
        "PYTHONPATH": str(tmp_path / "site"),
        "CSZT_CACHE": str(tmp_path / "cache"),
    }

    def run(*words: object) -> str:
        command = [sys.executable, "-c", "from cszt_models.cli import main; main()"]
        done = subprocess.run(
            [*command, *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    (tmp_path / "table.csv").write_text(TABLE, "utf-8")
    run("new", "lake", "--first-year", 2021, "--last-year", 2025)
    how = ("--into", "lake", "--released", "2021-03", "--source", "[9] a test")
    run("import", "table.csv", *how, "--accept")
    with (tmp_path / "lake" / "targets.csv").open("a", encoding="utf-8") as file:
        file.write(TARGET)
    where = ("--project", "lake", "--draws", 100)
    run("check", "--project", "lake")
    record = json.loads(run("attain", *where, "--json"))
    probability = record["targets"][0]["probability"]
    assert 0 <= probability <= 1
    run("report", *where, "--only", "brief", "--out", "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert percent(probability) in page.replace("\N{NO-BREAK SPACE}", " ")
    assert not PLACES.findall(page)
