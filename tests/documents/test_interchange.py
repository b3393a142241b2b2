"""Paths and probabilities in the forms of other programs, read back from each."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sdmx

from cszt_models.analysis.posterior import with_units
from cszt_models.documents import interchange
from cszt_models.errors import DataError
from cszt_models.present.tables.attainment import fan


@pytest.fixture(scope="module")
def projected(history, czt):
    results = history[0]
    return interchange.Projected(with_units(results.paths, czt), results.assessment)


@pytest.fixture(scope="module")
def table(projected):
    return interchange.long_table([projected])


def test_rows_are_the_quantiles_and_probabilities_of_the_answers(
    table, projected, history
):
    of_gdp = table[(table["indicator"] == "gdp_nominal") & (table["region"] == "czt")]
    wide = of_gdp.pivot_table("value", "year", "statistic", sort=False)
    reference = fan(projected.paths, "gdp_nominal", "czt").set_index("year")
    np.testing.assert_array_equal(wide.to_numpy(), reference.to_numpy())
    assert set(of_gdp["unit"]) == {"1e8 yuan"}
    stated = table[table["statistic"] == interchange.PROBABILITY]
    by_target = stated.set_index("indicator")["value"]
    answers = history[0].to_frame()["probability"].dropna().astype(float)
    assert by_target.drop("joint").to_dict() == answers.to_dict()
    assert by_target["joint"] == history[0].joint.probability
    assert not table.isna().any().any()
    keys = ["scenario", "region", "indicator", "statistic", "year"]
    assert not table.duplicated(keys).any()


def test_an_iamc_table_has_the_columns_and_variables_of_scenario_databases(table):
    back = pd.read_csv(BytesIO(interchange.as_iamc(table)))
    columns = ["model", "scenario", "region", "variable", "unit", "year", "value"]
    assert list(back) == columns
    np.testing.assert_array_equal(back["value"], table["value"])
    assert {
        "gdp_nominal|5.0th Percentile",
        "gdp_nominal|50.0th Percentile",
        "Probability|gdp_2025",
        "Probability error|joint",
    } <= set(back["variable"])
    assert back["model"].str.endswith("(as of 2021-06-30)").all()


def test_sdmx_csv_is_read_by_sdmx1_with_the_structure_beside_it(table):
    some = table.groupby("statistic").head(40)
    structure = sdmx.read_sdmx(BytesIO(interchange.STRUCTURE.read_bytes()))
    dataflow, raw = structure.dataflow["PATHS"], interchange.as_sdmx(some)
    message = sdmx.read_sdmx(BytesIO(raw), format="csv", structure=dataflow)
    (data,) = message.data
    assert f"Dataflow {interchange.DATAFLOW}:" in repr(dataflow)
    assert raw.splitlines()[1].split(b",")[1].decode() == interchange.DATAFLOW
    assert len(data.obs) == len(some)
    for row, seen in zip(some.to_dict("records"), data.obs, strict=True):
        key = {name: value.value for name, value in seen.key.values.items()}
        facts = {name: a.value for name, a in seen.attached_attribute.items()}
        given = {
            sent: str(row[name]) for name, sent in interchange.SDMX_COLUMNS.items()
        }
        assert {**key, **facts} | {"OBS_VALUE": seen.value} == given | {"FREQ": "A"}


def test_parquet_has_the_table_as_it_is(table):
    back = pd.read_parquet(BytesIO(interchange.as_parquet(table)))
    pd.testing.assert_frame_equal(back, table)
    assert interchange.as_parquet(table) == interchange.as_parquet(table)


def test_text_that_a_spreadsheet_would_execute_is_no_formula(table):
    hostile = table.head(1).assign(scenario="=cmd()")
    for write in (interchange.as_iamc, interchange.as_sdmx):
        assert b",'=cmd()," in write(hostile)


@pytest.mark.parametrize(
    ("name", "to", "message"),
    [
        ("a.csv", "iacm", "Did you mean 'iamc'"),
        ("a.csv", "parquet", r"does not end in \.parquet"),
        ("a.txt", "", r"does not end in \.csv or \.parquet"),
    ],
)
def test_a_form_that_is_not_that_of_the_file_is_refused(name, to, message):
    with pytest.raises(DataError, match=message):
        interchange.form_of(Path(name), to)
