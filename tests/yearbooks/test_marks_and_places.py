"""Decimal marks of columns, and names of places."""

import pytest

from cszt_models.yearbooks.files import read_sheet
from cszt_models.yearbooks.layout import layout_of
from tests.yearbooks.reading import refused, table, values


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (["1.234", "987", "12.345"], [1234, 987, 12345]),
        (["1234,5", "987"], [1234.5, 987]),
        (["1.234,5", "2.000"], [1234.5, 2000]),
        (["1,234.5", "2,000"], [1234.5, 2000]),
        (["1.234.567", "987.000"], [1234567, 987000]),
        (["1 234,5", "987"], [1234.5, 987]),
        (["0.125", "1.250"], [0.125, 1.25]),
        (["1'234.5", "7.5"], [1234.5, 7.5]),
    ],
)
def test_marks_are_determined_for_a_whole_column(figures, expected, euro, tmp_path):
    rows = "".join(f"{'ABC'[n]};2019;{text}\n" for n, text in enumerate(figures))
    path = table(tmp_path, f"Region;Year;GDP (million EUR)\n{rows}")
    assert list(values(path, euro).values()) == expected
    assert all("decimal mark" in note for note in layout_of(read_sheet(path)).notes)


@pytest.mark.parametrize("figures", [["1,234", "2,345"], ["1.234"], ["1.234", "2"]])
def test_marks_with_two_readings_are_refused(figures, euro, tmp_path):
    rows = "".join(f"{'ABC'[n]};2019;{text}\n" for n, text in enumerate(figures))
    path = table(tmp_path, f"Region;Year;GDP growth (%)\n{rows}")
    refused("t.csv, C2 is", path, euro)
    refused("two ways", path, euro)
    comma = values(path, euro, decimal=",")
    assert comma[("a", "gdp_real_growth", 2019)] in (1.234, 1234)


def test_a_figure_with_the_other_mark_is_named(euro, tmp_path):
    path = table(
        tmp_path, "Region;Year;GDP (million EUR)\nA;2019;1.5\nB;2019;2.5\nC;2019;3,5\n"
    )
    refused("t.csv, C4 is '3,5'", path, euro)


def test_other_endings_are_other_places(project, tmp_path):
    rows = ["长沙市,2018,8.5", "长沙县,2018,9.1", "吉林省,2018,4", "吉林市,2018,5"]
    path = table(tmp_path, "地区,年份,GDP增速(%)\n" + "\n".join(rows) + "\n")
    assert [key[0] for key in values(path, project)] == [
        "长沙市",
        "长沙县",
        "吉林省",
        "吉林市",
    ]


def with_places(project, *labels: str):
    text = (project.folder / "project.yaml").read_text(encoding="utf-8")
    lines = [
        f"  r{n}: {{en: R{n}, zh: {name}, role: core}}" for n, name in enumerate(labels)
    ]
    text = text.replace("regions: {}", "regions:\n" + "\n".join(lines))
    (project.folder / "project.yaml").write_text(text, encoding="utf-8")
    from cszt_models import load_project

    return load_project(project.folder)


@pytest.mark.parametrize(
    ("label", "name", "place"),
    [
        ("长沙", "长沙市", "r0"),
        ("长沙市", "长沙", "r0"),
        ("长沙市", "长  沙  市", "r0"),
        ("长沙市", "长沙县", "长沙县"),
        ("湖南省", "全  省", "r0"),
        ("广西", "广西壮族自治区", "r0"),
    ],
)
def test_a_name_without_ending_is_the_place_with_one(
    label, name, place, project, tmp_path
):
    project = with_places(project, label)
    path = table(tmp_path, f"地区,年份,GDP增速(%)\n{name},2018,8.5\n")
    assert [key[0] for key in values(path, project)] == [place]


def test_a_name_that_fits_two_places_is_asked_about(project, tmp_path):
    project = with_places(project, "长沙市", "长沙县")
    path = table(tmp_path, "地区,年份,GDP增速(%)\n长沙,2018,8.5\n")
    refused("t.csv, C2: '长沙' may be several regions", path, project)


def test_the_province_of_another_title_is_not_that_of_the_project(project, tmp_path):
    project = with_places(project, "湖南省")
    path = table(
        tmp_path, "湖北省各市州GDP,,\n地区,年份,GDP增速(%)\n全省,2018,8\n甲市,2018,7\n"
    )
    assert [key[0] for key in values(path, project)] == ["甲市"]


def test_ids_of_new_regions_do_not_collide(project, tmp_path):
    path = table(
        tmp_path, "Region,Year,GDP growth (%)\nSt. Ives,2018,1\nSt Ives,2018,2\n"
    )
    assert values(path, project) == {
        ("st_ives", "gdp_real_growth", 2018): 1,
        ("st_ives_2", "gdp_real_growth", 2018): 2,
    }
