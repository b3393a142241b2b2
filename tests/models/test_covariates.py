"""Covariates: a number for each row, weighted as the row is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cszt_models import DataError
from cszt_models.models import covariates
from cszt_models.project.observations import as_of
from cszt_models.structural.panel import Cell, Row


def test_a_row_takes_the_weighted_sum_of_its_cells(small):
    yearly = pd.Series({year: float(year - 2000) for year in range(1999, 2016)})
    found = covariates.in_rows(small, yearly)
    np.testing.assert_allclose(found, [row.year - 2000 for row in small.rows])
    two = Row(
        0.0, (Cell("a", 2001, 0.25), Cell("b", 2003, 2.0)), "a", 2003, "new", "any"
    )
    other = replace(small, rows=(two,))
    np.testing.assert_allclose(covariates.in_rows(other, yearly), [0.25 + 2 * 3])
    np.testing.assert_allclose(covariates.in_rows(other, yearly, lag=1), [2 * 2.0])


def test_only_the_modelled_quantity_is_moved(small):
    cells = (Cell("a", 2001), Cell("a", 2001, loading="revision"))
    panel = replace(small, rows=(Row(0.0, cells, "a", 2001, "new", "any"),))
    assert covariates.in_rows(panel, pd.Series({2001: 3.0})).tolist() == [3.0]


def test_a_year_that_the_series_lacks_is_named(small):
    yearly = pd.Series(1.0, range(2001, 2012)).rename("growth of x")
    with pytest.raises(DataError, match=r"growth of x has no value of 2000, 2012, and"):
        covariates.in_rows(small, yearly)


def test_a_published_series_is_that_of_the_last_release(czt, observations):
    known = as_of(observations, czt.data_date)
    growth = covariates.published(known, czt, "gdp_real_growth", "hunan")
    assert growth[2020] == 3.8
    assert growth.name == "gdp_real_growth"
    with pytest.raises(DataError, match="no gdp_real_growth of 'centre' was known"):
        covariates.published(known, czt, "gdp_real_growth", "centre")
