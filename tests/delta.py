"""A small project with releases within the year, invented for tests."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from cszt_models import load_project
from cszt_models.models import growth
from cszt_models.models.block import Block
from cszt_models.models.priors import read_priors
from cszt_models.project.observations import COLUMNS, as_of, read_observations

DAY = date(2021, 11, 30)
INDUSTRY = "industry_above_scale_va_growth"
PARTS = {"2021Q1": 9.1, "2021H1": 8.2, "2021Q1-Q3": 7.4, "2021M01-10": 7.0}
PROJECT = """
id: delta
name: {en: Delta, zh: 三角洲}
data_date: 2021-12-31
horizon: 2024
plan: {name: {en: a plan, zh: 规划}, first_year: 2021, last_year: 2022}
regions:
  north: {en: North, zh: 北, role: core}
  south: {en: South, zh: 南, role: core}
aggregates:
  both: {en: Both, zh: 两市, members: [north, south]}
indicators:
  gdp_nominal: {en: GDP, zh: 地区生产总值, unit: 1e8 yuan, kind: level}
  gdp_real_growth: {en: growth, zh: 增速, unit: percent, kind: growth}
  industry_above_scale_va_growth: {en: industry, zh: 工业, unit: percent, kind: growth}
  retail_sales_growth: {en: retail, zh: 零售, unit: percent, kind: growth}
  fixed_investment_growth: {en: investment, zh: 投资, unit: percent, kind: growth}
  fiscal_budget_revenue_growth: {en: revenue, zh: 收入, unit: percent, kind: growth}
bases:
  first: {en: first, zh: 初次}
comparability:
  gdp_nominal: {judged: [first], offset: []}
  gdp_real_growth: {judged: [first], offset: []}
"""


def row(
    region, year, value, *, period="", indicator="gdp_real_growth", on=None, **more
):
    unit = "1e8 yuan" if indicator == "gdp_nominal" else "percent"
    return {
        "region": region,
        "indicator": indicator,
        "year": year,
        "period": period,
        "value": value,
        "unit": unit,
        "basis": "first",
        "status": "preliminary",
        "released": on or f"{year + 1}-03-01",
        "source": "[1] a table",
        "source_ref": "",
        "note": "",
    } | more


def history():
    """Twelve years of two cities, with quarters of the last but one; no pandemic."""
    rng = np.random.default_rng(2)
    rows = []
    for region in ("north", "south"):
        path = 7 + np.cumsum(rng.normal(0, 0.8, 12))
        rows += [row(region, 2009 + n, f"{g:.1f}") for n, g in enumerate(path)]
        rows.append(row(region, 2020, 100.0, indicator="gdp_nominal"))
        for part, gap in {"2020Q1": 0.8, "2020H1": 0.5, "2020Q1-Q3": 0.2}.items():
            value = f"{path[-1] + gap:.1f}"
            rows.append(row(region, 2020, value, period=part, on="2020-12-01"))
    return rows


def write(folder, rows, further=""):
    """The project with these observations, in a folder of its own.

    ``further`` is more of project.yaml.
    """
    folder = folder / "delta"
    folder.mkdir(exist_ok=True)
    (folder / "project.yaml").write_text(PROJECT + further)
    (folder / "targets.csv").write_text(
        "id,indicator,region,year,sense,value,unit,quote,source,headline\n"
    )
    columns = [*COLUMNS[:3], "period", *COLUMNS[3:]]
    pd.DataFrame(rows)[columns].to_csv(folder / "observations.csv", index=False)
    return folder


def figures(folder, rows, further=""):
    """The project, and what was known of it on the day."""
    project = load_project(write(folder, rows, further))
    return project, as_of(read_observations(project), DAY)


def panel(tmp_path, rows, further="", **changes):
    project, known = figures(tmp_path, rows, further)
    priors = replace(bundled_priors(), **changes)
    return growth.panel(known, Block(project, DAY, 2024, priors))


@cache
def bundled_priors():
    return read_priors(load_project())["growth"]
