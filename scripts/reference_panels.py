"""Reference panels of China, as the observations that the models read.

Hunan is left out, and every year after 2020; see derive_priors.py.
"""

from pathlib import Path

import pandas as pd

from cszt_models.project.days import last_day
from cszt_models.vocabulary import SECTOR_SHARES

HOME_PROVINCE = "Hunan"
LAST = 2020
MIN_REGIONS = 5
BAD = (
    "suspect",
    "nominal_level_break",
    "repeats_previous_year",
    "level_jump",
    "year_label_off_by_one",
    "interpolated_by_source",
    "equals_registered_population",
    "level_break",
    "sector_sum_off",
    "suspect_gdp_value",
)


def usable(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows up to the last year, outside the own province, without a disabling flag."""
    flags = frame["flag"].astype("string").fillna("")
    bad = flags.str.contains("|".join(BAD))
    return frame[(frame["year"] <= LAST) & ~bad & (frame["province"] != HOME_PROVINCE)]


def as_observations(frame: pd.DataFrame, basis: str) -> pd.DataFrame:
    """Reference rows with the columns that the models read."""
    return frame.assign(
        basis=basis,
        status="unknown",
        known_on=[last_day(str(year + 1)) for year in frame["year"]],
    )


def by_province(frame: pd.DataFrame, basis: str) -> dict[str, pd.DataFrame]:
    """Observations of each province that has enough regions."""
    return {
        str(name): as_observations(figures, basis)
        for name, figures in frame.groupby("province")
        if figures["region"].nunique() >= MIN_REGIONS
    }


def reference(folder: Path) -> dict[str, dict[str, pd.DataFrame]]:
    """Groups of observations to estimate each block on."""
    growth = usable(pd.read_csv(folder / "china_prefectures_growth.csv"))
    structure = usable(pd.read_csv(folder / "china_prefectures_structure.csv.gz"))
    people = usable(pd.read_csv(folder / "china_prefectures_population.csv"))
    provinces = usable(pd.read_csv(folder / "china_provinces.csv", low_memory=False))
    real = growth[growth["indicator"] == "gdp_real_growth"]
    nominal = structure[structure["indicator"] == "gdp_nominal"]
    nominal = nominal[nominal["region"].isin(real["region"])]
    people = people[people["indicator"] == "population_resident"]
    both = pd.concat([real, nominal])
    sectors = structure[structure["indicator"].isin(SECTOR_SHARES)]
    sectors = sectors[sectors["value"] > 0]
    urban = provinces[provinces["indicator"] == "urbanization_rate"]
    rd = provinces[provinces["indicator"] == "rd_intensity"]
    rd = rd[rd["region"] != "hunan"]
    return {
        "agriculture": by_province(sectors, "as_first_published"),
        "balance": by_province(sectors, "as_first_published"),
        "growth": by_province(real, "as_first_published"),
        "price": by_province(both, "as_first_published"),
        "population": by_province(people, "post_2020_census"),
        "urbanization": {
            "provinces": as_observations(
                urban[urban["year"] >= 2006], "post_2020_census"
            )
        },
        "rd_intensity": {"provinces": as_observations(rd, "as_first_published")},
        "income_urban_pc": by_province(
            gdp_per_head(growth, people), "integrated_survey_2013"
        ),
    }


def gdp_per_head(growth: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """GDP per head of prefectures in yuan, under the name of the measure it is for."""
    levels = growth[growth["indicator"] == "gdp_nominal"]
    heads = people[["region", "year", "value"]]
    both = levels.merge(heads, on=["region", "year"], suffixes=("", "_heads"))
    return both.assign(
        indicator="income_urban_pc", value=1e4 * both["value"] / both["value_heads"]
    )
