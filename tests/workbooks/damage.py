"""Workbooks of generated scenarios, and workbooks with one cell damaged.

``python -m tests.workbooks.damage 300`` damages that many workbooks and counts what
came of them: read as meant, or refused with sheet and cell.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from openpyxl import load_workbook

from cszt_models.errors import DataError
from cszt_models.explorer.save import as_part
from cszt_models.project.project import Project, load_project
from cszt_models.project.starter import Starter, start
from cszt_models.scenarios.conditions import About, Chance, Condition, Value, Within
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.scenario import Part, Scenario
from cszt_models.scenarios.settings import Setting
from cszt_models.storage.files import yaml_text
from cszt_models.workbooks.reading import unpacked
from cszt_models.workbooks.template import as_workbook

CITIES = "".join(
    f"    {zh}: {{en: {en}, zh: {zh}, role: core}}\n"
    for en, zh in (("A", "甲市"), ("B", "乙市"))
)
TARGETS = (
    "growth,gdp_real_growth,甲市,,2025,at_least,5,percent,growth,增速,5 %,made up,1\n"
    "average,gdp_real_growth_avg,甲市,2021,2025,at_least,6,percent per year,"
    "average,年均,6 %,made up,1\n"
)
CAUSES = (  # sheet, column, what is typed, and whether it still means the same
    ("figures", "value", "abc", False),
    ("figures", "value", None, False),
    ("figures", "value", "=1/0", False),
    ("figures", "value", "#REF!", False),
    ("figures", "value", "７.５", True),
    ("figures", "value", True, False),
    ("figures", "value", "1e999", False),
    ("figures", "year", "twenty", False),
    ("figures", "year", 1492, False),
    ("figures", "region", "丙市", False),
    ("figures", "region", "  ", True),
    ("figures", "indicator", "gdp_real_grwoth", False),
    ("figures", "unit", "tonnes", False),
    ("figures", "released", "2021-02-31", False),
    ("figures", "released", "soon", False),
    ("figures", "source", None, False),
    ("figures", "status", "maybe", False),
    ("figures", "note", "=cmd|' /C calc'!A0", False),
    ("targets", "value", "many", False),
    ("targets", "sense", "above", False),
    ("targets", "year", None, False),
    ("targets", "headline", "x", False),
    ("targets", "id", None, False),
    ("targets", "quote", None, False),
    ("levers", "value", 1e9, False),
    ("levers", "value", "fast", False),
    ("levers", "lever", "growht", False),
    ("levers", "from", 2030.5, False),
    ("levers", "regions", "甲市; 丁市", False),
    ("levers", "part", None, False),
    ("conditions", "indicator", "gpd", False),
    ("conditions", "value", "x", False),
    ("conditions", "region", None, False),
    ("conditions", "from", 1066, False),
    ("scenarios", "parts", "part 99", False),
    ("scenarios", "scenario", None, False),
    ("project", "value", None, False),
    ("regions", "role", "capital", False),
    ("regions", "id", "a/b", False),
    ("indicators", "kind", "colour", False),
    ("indicators", "unit", None, False),
    ("more", "text", "a: [1", False),
    ("figures", "period", "2031Q5", False),
    ("project", "key", "horizn", False),
)


FULL_WIDTH = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}


class Damage(NamedTuple):
    """A workbook with one cell typed over, and whether it still means the same."""

    content: bytes
    sheet: str
    cell: str
    cause: str
    same: bool


def small_project(folder: Path) -> Path:
    """Two cities with growth rates and two targets."""
    starter = Starter("two", "Two", "两市", 2021, 2025, date(2021, 12, 31))
    start(folder, starter)
    path = folder / "project.yaml"
    text = path.read_text("utf-8").replace("regions: {}\n", f"regions:\n{CITIES}")
    path.write_text(text, "utf-8")
    rows = [
        f"{city},gdp_real_growth,{year},{7 + 0.1 * (year % 7)},percent,"
        f"as_first_published,preliminary,{year + 1}-03,made up,,\n"
        for city in ("甲市", "乙市")
        for year in range(2008, 2021)
    ]
    with (folder / "observations.csv").open("a", encoding="utf-8") as file:
        file.writelines(rows)
    with (folder / "targets.csv").open("a", encoding="utf-8") as file:
        file.write(TARGETS)
    return folder


def setting(rng: random.Random, number: int) -> Setting:
    """A setting that no other of its part meets, for the years from its number on."""
    lever = rng.choice(["growth", "price", "population", "urbanization"])
    first = 2021 + number
    return Setting(
        lever,
        round(rng.uniform(-0.9, 0.9), rng.choice([1, 3, 15])),
        tuple(rng.sample(["甲市", "乙市"], rng.randint(0, 2))),
        first,
        first,
        rng.choice([0, 1, 2]),
        rng.choice([0.0, 0.25, 1 / 3]),
    )


def condition(rng: random.Random, year: int) -> Condition:
    """A condition of one of the four kinds on growth of a year."""
    value = rng.uniform(1, 9)
    says = rng.choice(
        [
            Value(value),
            About(value, rng.uniform(0.1, 2)),
            Within(value, value + rng.uniform(0.1, 3)),
            Within(value, float("inf")),
            Chance(rng.uniform(0.05, 0.95), value),
        ]
    )
    last = rng.choice([year, year + 1])
    average = rng.random() < 0.5 and last > year
    region = rng.choice(["甲市", "乙市"])
    return Condition("gdp_real_growth", region, year, last, average, says)


def generated(count: int, seed: int = 1) -> dict[str, Scenario]:
    """Scenarios of one or two parts, with levers and conditions."""
    rng = random.Random(seed)
    scenarios = {}
    for number in range(count):
        parts = [
            Part(
                f"part {number} {place}",
                tuple(setting(rng, 2 * place + n) for n in range(rng.randint(0, 2))),
                (condition(rng, 2021 + 2 * place),) if rng.random() < 0.6 else (),
            )
            for place in range(rng.randint(1, 2))
        ]
        name = f"scenario {number}"
        scenarios[name] = Scenario(
            name, tuple(part for part in parts if not part.empty)
        )
    return scenarios


def with_scenarios(folder: Path, scenarios: dict[str, Scenario]) -> Project:
    """The small project with some scenarios in its file."""
    parts = [part for scenario in scenarios.values() for part in scenario.parts]
    content = {
        "parts": {p.name: as_part(Scenario(p.name, (p,))) for p in parts},
        "scenarios": {s.name: [p.name for p in s.parts] for s in scenarios.values()},
    }
    small_project(folder)
    (folder / "scenarios.yaml").write_text(yaml_text(content), "utf-8")
    return load_project(folder)


def workbook(folder: Path, scenarios: dict[str, Scenario]) -> bytes:
    """The workbook of the small project with some scenarios."""
    project = with_scenarios(folder, scenarios)
    return as_workbook(project, read_levers(project))


def damaged(
    content: bytes, count: int, seed: int = 2, *, first: int = 0
) -> Iterator[Damage]:
    """Workbooks with one cell of one row typed over, each cause in its turn."""
    rng = random.Random(seed)
    for number in range(first, first + count):
        sheet, column, typed, same = CAUSES[number % len(CAUSES)]
        book = load_workbook(BytesIO(content))
        page = book[sheet]
        names = [str(cell.value).split()[0] for cell in page[1]]
        place = names.index(column) + 1
        filled = [
            row
            for row in range(2, page.max_row + 1)
            if page.cell(row, place).value not in (None, "")
            or column in ("note", "from", "regions", "period")
        ]
        if (sheet, column) == ("project", "value"):
            filled = filled[:1]
        row = rng.choice(filled)
        cell = page.cell(row, place)
        before = cell.value
        if typed == "７.５":
            typed = str(before).translate(FULL_WIDTH)
        if typed == "  ":
            typed = f" {before} "
        cell.value = typed
        if sheet in ("levers", "conditions") and column == "from":
            same = same or typed == before
        saved = BytesIO()
        book.save(saved)
        yield Damage(
            saved.getvalue(), sheet, cell.coordinate, f"{column} {typed!r}", same
        )


def outcome(damage: Damage, folder: Path) -> str:
    """What comes of a damaged workbook: read, located, or a fault of ours."""
    path = folder / "book.xlsx"
    path.write_bytes(damage.content)
    try:
        unpacked(path, folder / "out")
    except DataError as error:
        message = str(error)
        if damage.same:
            return f"refused though it means the same: {message}"
        if f"{damage.sheet}!{damage.cell}: " in message:
            return "cell"
        return "sheet" if f", {damage.sheet}!" in message else f"elsewhere: {message}"
    except Exception as error:
        return f"fault: {type(error).__name__}: {error}"
    return "read" if damage.same else "read though it is damaged"


def main(count: int) -> None:
    """Damage workbooks and print what came of them."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        content = workbook(folder / "small", generated(8))
        counts: Counter[str] = Counter()
        for damage in damaged(content, count):
            result = outcome(damage, folder)
            counts[result.partition(":")[0]] += 1
            if result not in ("cell", "read"):
                print(f"{damage.sheet}!{damage.cell} {damage.cause}: {result[:230]}")
        print(dict(counts))


if __name__ == "__main__":
    main(int(sys.argv[1]))
