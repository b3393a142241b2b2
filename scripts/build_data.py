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
}
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
    rows += stated_in_reports(rows_of(facts / "told_in_reports.csv"))
    seen = [observation(r, f"{name}:{n}") for n, r in enumerate(rows, 2)]
    write(project / "observations.csv", OBSERVATION_COLUMNS, seen)
    targets = [target(row) for row in rows_of(facts / "plan_targets.csv")]
    write(project / "targets.csv", TARGET_COLUMNS, targets)
    print(f"{len(seen)} observations, {len(targets)} targets written to {project}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python scripts/build_data.py FACTS_DIR PROJECT_DIR")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
