"""Several plans in a project: which one is asked about, and one written as before."""

from datetime import date

import pytest

from cszt_models.errors import DataError
from cszt_models.project.dates import dates_until
from cszt_models.project.plan import read_every_target, read_targets, targets_of
from cszt_models.project.project import load_project


@pytest.fixture(scope="module")
def czt():
    """The bundled project, about the plan that runs."""
    return load_project()


def test_the_plan_asked_about_is_the_one_in_force(czt):
    assert czt.plan.id == "2026-2030"
    days = {2020: "2021-2025", 2021: "2021-2025", 2025: "2021-2025", 2026: "2026-2030"}
    for year, plan in days.items():
        assert czt.on(date(year, 6, 30)).plan.id == plan
    chosen = czt.select("2026")
    assert chosen.on(date(2021, 6, 30)).plan.id == "2026"
    with pytest.raises(DataError, match=r"Unknown plan '2026-203'.*Did you mean"):
        czt.select("2026-203")


def test_the_last_plan_that_is_over_is_the_one_that_is_scored(czt):
    assert czt.ended.plan.id == "2021-2025"
    assert czt.select("2026-2030").ended.plan.id == "2026-2030"


def test_a_caveat_is_said_of_its_plan_alone(czt):
    def said(plan):
        return " ".join(caveat.en for caveat in czt.select(plan).plan_caveats)

    assert "2.5 trillion" in said("2021-2025")
    assert "2.5 trillion" not in said("2026-2030")
    assert "R&D of the cities" in said("2021-2025")
    assert "R&D of the cities" in said("2026-2030")


def test_a_caveat_of_an_unknown_plan_is_refused(folder):
    path = folder / "project.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("plans: [2026-2030]", "plans: [2026-203]"), "utf-8")
    with pytest.raises(DataError, match="caveats: Unknown plan '2026-203'"):
        load_project(folder)


def test_every_target_names_its_plan(czt):
    targets = read_targets(czt)
    sizes = {plan: len(targets_of(targets, plan)) for plan in czt.plans}
    assert sizes == {"2026-2030": 57, "2026": 34, "2021-2025": 31}


def test_dates_are_those_of_the_plan(czt):
    assert dates_until(czt, czt.data_date)[0].year == 2025
    assert dates_until(czt.select("2021-2025"), czt.data_date)[0].year == 2021


def test_a_project_about_one_plan_reads_its_targets(czt):
    chosen = czt.select("2026")
    assert len(read_targets(chosen)) == 34
    assert read_every_target(chosen) == read_targets(czt)


def test_a_project_with_one_plan_is_written_as_before(folder):
    path = folder / "project.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("plans:\n"), text.index("# Dates at which")
    single = (
        "plan:\n  name: {en: a plan, zh: 规划}\n"
        "  first_year: 2021\n  last_year: 2025\n\n"
    )
    path.write_text(text[:start] + single + text[end:], encoding="utf-8")
    targets = folder / "targets.csv"
    lines = [
        line.rsplit(",", 4)[0]  # without the columns of several plans
        for line in targets.read_text(encoding="utf-8").splitlines()
        if line.startswith("id,") or ",2021-2025," in line
    ]
    targets.write_text("\n".join(lines) + "\n", encoding="utf-8")
    project = load_project(folder)
    assert list(project.plans) == ["2021-2025"]
    assert project.plan.status == "past"
    read = read_targets(project)
    assert len(read) == 31
    assert {target.plan for target in read.values()} == {"2021-2025"}


def test_both_ways_of_writing_plans_are_refused_together(edited):
    folder = edited(
        "project.yaml",
        "plans:\n",
        "plan: {name: {en: a, zh: b}, first_year: 2021, last_year: 2025}\nplans:\n",
    )
    with pytest.raises(DataError, match="both 'plan' and 'plans'"):
        load_project(folder)


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("plan", "2031-2035", "Unknown plan '2031-2035'"),
        ("high", "4", "high '4': is not above the value"),
        ("force", "hoped", "Unknown force 'hoped'"),
    ],
)
def test_a_wrong_cell_of_a_range_is_named(with_cells, czt, column, text, message):
    lines = czt.file("targets.csv").read_text(encoding="utf-8").splitlines()
    row = next(n for n, x in enumerate(lines, 1) if x.startswith("growth_hunan_2026_2"))
    folder = with_cells("targets.csv", row, **{column: text})
    with pytest.raises(DataError, match=message):
        read_targets(load_project(folder))


def test_a_relation_needs_something_to_compare_with(with_cells, czt):
    lines = czt.file("targets.csv").read_text(encoding="utf-8").splitlines()
    row = next(n for n, x in enumerate(lines, 1) if x.startswith("income_hunan_2026,"))
    folder = with_cells("targets.csv", row, reference="gdp")
    with pytest.raises(DataError, match="names no indicator or region"):
        read_targets(load_project(folder))
