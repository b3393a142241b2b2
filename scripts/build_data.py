"""Build data/observations.csv and data/targets.csv from the sourced facts.

The facts (observations with source and release date, figures stated in reports, and
the plan's targets) are kept outside this repository; this script shows how the project
folder was made from them and refuses to write when a row has no source or no release
date. Conflicts between sources are decided here, see "Decisions" in docs/data.md.

Example
-------
python scripts/build_data.py ../shared/facts data
"""

import csv
import sys
from pathlib import Path

OBSERVATION_COLUMNS = (
    "region",
    "indicator",
    "year",
    "value",
    "unit",
    "basis",
    "status",
    "released",
    "released_inferred",
    "source",
    "source_ref",
    "note",
)
TARGET_COLUMNS = (
    "id",
    "facts_id",
    "indicator",
    "region",
    "since",
    "year",
    "sense",
    "value",
    "unit",
    "name_en",
    "name_zh",
    "quote",
    "source",
    "headline",
    "note",
    "plan",
    "high",
    "reference",
    "force",
)
PLAN = "2021-2025 action plan of Changsha-Zhuzhou-Xiangtan, section {section}"

# Readable target ids, by the number of the target in the facts. T02 is a mean over
# years, so it has a first year (`since`) as well.
SLUGS = {
    "T01": "gdp_2025",
    "T02": "growth_2021_2025",
    "T03": "urban_population_2025",
    "T04": "advanced_mfg_share_2025",
    "T05": "hightech_va_2025",
    "T06": "hightech_firms_2025",
    "T07": "energy_intensity_cut_2025",
    "T08": "urban_income_2025",
    "T09": "urbanization_2025",
    "T10": "rd_intensity_2025",
    "T11": "hightech_share_2025",
    "T12": "world_class_clusters_2025",
    "T13": "road_density_2025",
    "T14": "aviation_circle_2025",
    "T15": "pm25_2025",
    "T16": "forest_cover_2025",
    "T17": "good_air_2025",
    "T18": "river_sections_2025",
    "T19": "public_spending_2025",
    "T20": "urban_jobs_2025",
    "T21": "schooling_2025",
    "T22": "exercise_2025",
    "T23": "network_5g_2025",
    "T24": "charging_piles_2025",
    "T25": "charging_radius_city_2025",
    "T26": "charging_radius_intercity_2025",
    "T27": "service_circle_2025",
    "T28": "single_product_champions_2025",
    "T29": "sewage_gaps_2023",
    "T30": "rural_sewage_2023",
    "T31": "green_heart_2025",
}
AVERAGES = {"T02": ("gdp_real_growth_avg", 2021)}

# Targets of 2026-2030 and of 2026: what is named otherwise in the project, its unit
# there and the factor to it. Cuts are judged on the level that is cut.
INDICATORS_2030 = {
    "cpi": ("cpi_yoy", "percent", 1),
    "industry_va_growth": ("industry_above_scale_va_growth", "percent", 1),
    "new_urban_jobs": ("urban_new_jobs", "persons", 10_000),
    "labour_productivity_growth": (
        "labour_productivity_growth_avg",
        "percent per year",
        1,
    ),
    "carbon_intensity_cut_5y": ("carbon_intensity", "percent", 1),
    "carbon_intensity_cut": ("carbon_intensity", "percent", 1),
    "energy_intensity_cut_5y": ("energy_intensity", "percent", 1),
    "water_per_gdp_cut_5y": ("water_per_gdp", "percent", 1),
    "nox_cut_5y": ("nox_emissions", "percent", 1),
    "voc_cut_5y": ("voc_emissions", "percent", 1),
    "cod_cut_5y": ("cod_emissions", "percent", 1),
    "total_phosphorus_cut_5y": ("total_phosphorus", "percent", 1),
    "nursery_rate_rise": ("nursery_rate_change", "percentage points", 1),
}
COMPUTED = {name: "cut" for name in INDICATORS_2030 if "_cut" in name}
COMPUTED |= {
    "nursery_rate_rise": "cumulative",
    "new_construction_land": "cumulative_at_most",
}
GROWTH_RELATIONS = ("in_step_with_gdp", "not_below_gdp_growth", "above_gdp_growth")
SENSES_2030 = {
    "below": "at_most",
    "in_step_with_gdp": "in_step",
    "not_below_gdp_growth": "in_step",
    "above_gdp_growth": "above_reference",
    "above_nation": "above_reference",
    "set_each_year": "no_number",
    "by_province": "no_number",
}
CONSTANT_PRICES = ("CN30-04",)  # growth of R&D spending, by a footnote of the outline
PLACES = {
    "china": ("China", "全国"),
    "hunan": ("Hunan", "湖南"),
    "changsha": ("Changsha", "长沙"),
}
FORCES = {"约束性": "binding", "预期性": "expected"}
SHORT = {
    "gdp_real_growth": "growth",
    "gdp_real_growth_avg": "growth",
    "urbanization_rate": "urbanization",
    "urbanization_rate_change": "urbanization_rise",
    "rd_expenditure_growth": "rd_growth",
    "rd_expenditure_growth_avg": "rd_growth",
    "income_all_pc_growth": "income",
    "income_all_pc_growth_avg": "income",
    "income_rural_pc": "rural_income",
    "cpi": "cpi",
    "industry_va_growth": "industry_growth",
    "new_urban_jobs": "urban_jobs",
    "labour_productivity_growth": "labour_productivity",
    "carbon_intensity_cut_5y": "carbon_cut",
    "carbon_intensity_cut": "carbon_cut",
    "energy_intensity_cut_5y": "energy_cut",
    "water_per_gdp_cut_5y": "water_cut",
    "nox_cut_5y": "nox_cut",
    "voc_cut_5y": "voc_cut",
    "cod_cut_5y": "cod_cut",
    "total_phosphorus_cut_5y": "phosphorus_cut",
    "nursery_rate_rise": "nursery_rise",
    "hightech_mfg_share_above_scale_industry": "hightech_mfg_share",
    "fixed_investment_growth": "investment_growth",
    "retail_sales_growth": "retail_growth",
    "fiscal_budget_revenue_growth": "fiscal_revenue_growth",
}

SECTORS = ("va_primary", "va_secondary", "va_tertiary")
SECTOR_SHARES = ("share_primary", "share_secondary", "share_tertiary")
RECLASSIFIED = 2025  # first year with auxiliary activities among the tertiary sector
SURVEY_MONTH = 9  # month in which the bureau publishes R&D of the year before
RESEARCH = ("rd_intensity", "rd_expenditure")
CITIES = ("changsha", "zhuzhou", "xiangtan", "yueyang", "changde", "yiyang", "loudi")
CITIES += ("hengyang",)
# Figures that are not the bureau's, or not of a year that is sure: their basis.
BASES = {
    ("xiangtan", "rd_intensity", "2019", "2.5"): "report_estimate",
    ("changsha", "rd_intensity", "2020", "2.73"): "year_or_before",
    ("china", "rd_intensity", "2025", "2.8"): "report_estimate",
    ("china", "urbanization_rate", "2025", "67.9"): "post_2020_census",
}
# The outline of the 15th plan was passed after the nation's communiqué of 2025 and
# repeats its figures; work reports of January and February are estimates instead.
OUTLINE = "[2] 第十五个五年规划纲要"
# Figures stated in reports that are bounds, or another copy of a row of the facts.
BOUNDS_AND_COPIES = {
    ("changsha", "rd_intensity", "2023", "3.0"),
    ("zhuzhou", "rd_intensity", "2023", "3.0"),
    ("changsha", "rd_intensity", "2024", "3.35"),
    ("changsha", "rd_expenditure", "2024", "511.56"),
}


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file, as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def observation(row: dict[str, str], place: str) -> dict[str, str]:
    """One row of the project's observations; every one needs source and date."""
    for column in ("source", "source_ref", "released"):
        if not row[column]:
            raise SystemExit(f"{place}: no {column}. Find it, or leave the row out.")
    return {column: row[column] for column in OBSERVATION_COLUMNS} | {
        "basis": decided_basis(row)
    }


def decided_basis(row: dict[str, str]) -> str:
    """Basis of a row of the facts, where it is not the one given there."""
    sectors = row["indicator"] in SECTORS + SECTOR_SHARES
    if sectors and int(row["year"]) >= RECLASSIFIED:
        return "sectors_2025"
    key = (row["region"], row["indicator"], row["year"], row["value"])
    return BASES.get(key, row["basis"])


def stated_in_reports(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """R&D of cities as stated in work reports, on bases of their own.

    A figure stated before the bureau publishes that year is an estimate; one stated
    later repeats a statistic whose year the report does not name.
    """
    stated = []
    for row in rows:
        key = (row["region"], row["indicator"], row["year"], row["value"])
        if (
            row["region"] not in CITIES
            or row["indicator"] not in RESEARCH
            or key in BOUNDS_AND_COPIES
        ):
            continue
        published = f"{int(row['year']) + 1}-{SURVEY_MONTH:02d}"
        basis = "report_estimate" if row["released"] < published else "report_repeat"
        stated.append(row | {"basis": basis})
    return stated


def stated_in_outline(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The nation's outcomes that the outline of the 15th five-year plan prints."""
    return [row for row in rows if row["source"] == OUTLINE]


def target(row: dict[str, str]) -> dict[str, str]:
    """One row of the project's targets, with its readable id."""
    indicator, since = AVERAGES.get(row["id"], (row["indicator"], ""))
    return {
        "id": SLUGS[row["id"]],
        "facts_id": row["id"],
        "indicator": indicator,
        "region": row["scope"],
        "since": str(since),
        "year": row["year"],
        "sense": row["sense"],
        "value": row["value"],
        "unit": row["unit"],
        "name_en": row["name_en"],
        "name_zh": row["name_zh"],
        "quote": row["quote_zh"],
        "source": PLAN.format(section=row["section"]),
        "headline": row["headline"],
        "note": row["note"],
        "plan": "2021-2025",
        "high": "",
        "reference": "",
        "force": "",
    }


def target_2030(row: dict[str, str]) -> dict[str, str]:
    """One target of 2026-2030 or of 2026, in the senses that the project knows."""
    name, place = row["indicator"], row["scope"]
    indicator, unit, factor = INDICATORS_2030.get(name, (name, row["unit"], 1))
    if row["id"] in CONSTANT_PRICES:
        indicator = "rd_expenditure_real_growth_avg"
    if (indicator, unit) == ("grain_output", "1e12 jin"):
        unit, factor = "1e8 jin", 10_000
    sense = SENSES_2030.get(row["sense"], row["sense"])
    sense = COMPUTED.get(name, sense) if sense not in ("no_number",) else sense
    spans = row["since"] != row["year"]
    averaged = name.endswith("_avg") or name == "labour_productivity_growth"
    since = row["since"] if (spans and averaged) or name in COMPUTED else ""
    reference = ""
    if row["sense"] in GROWTH_RELATIONS:
        reference = "gdp_real_growth_avg" if since else "gdp_real_growth"
    elif row["sense"] == "above_nation":
        reference = "china"
    years = f"{row['since']}_{row['year']}" if since and spans else row["year"]
    value = row["value"] and f"{float(row['value']) * factor:g}"
    document = row["document"].split(",")[0]
    return {
        "id": f"{SHORT.get(name, indicator)}_{place}_{years}",
        "facts_id": row["id"],
        "indicator": indicator,
        "region": place,
        "since": since,
        "year": row["year"],
        "sense": sense,
        "value": value if sense not in ("in_step", "above_reference") else "",
        "unit": "percent" if sense == "cut" else unit,
        "name_en": f"{row['name_en']}, {PLACES[place][0]}",
        "name_zh": PLACES[place][1] + row["name_zh"],
        "quote": row["quote_zh"],
        "source": f"{document}, {row['section']}; {row['url']}",
        "headline": row["headline"],
        "note": row["note"],
        "plan": "2026-2030" if spans else "2026",
        "high": row["high"] if sense == "between" else "",
        "reference": reference,
        "force": FORCES.get(row["binding"], ""),
    }


def write(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    """Write a CSV file whole or not at all."""
    draft = path.with_suffix(".csv.tmp")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    draft.replace(path)


def main(facts: Path, project: Path) -> None:
    """Build both files."""
    name = "observations_2026-11-29.csv"
    rows = rows_of(facts / name)
    reports = rows_of(facts / "told_in_reports.csv")
    rows += stated_in_reports(reports) + stated_in_outline(reports)
    seen = [observation(r, f"{name}:{n}") for n, r in enumerate(rows, 2)]
    write(project / "observations.csv", OBSERVATION_COLUMNS, seen)
    targets = [target(row) for row in rows_of(facts / "plan_targets.csv")]
    targets += [target_2030(row) for row in rows_of(facts / "plan_2030_targets.csv")]
    write(project / "targets.csv", TARGET_COLUMNS, targets)
    print(f"{len(seen)} observations, {len(targets)} targets written to {project}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python scripts/build_data.py FACTS_DIR PROJECT_DIR")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
