"""Build data/observations.csv and data/targets.csv from the sourced facts.

The facts (observations with source and release date, and the plan's targets) are
kept outside this repository; this script shows how the project folder was made
from them and refuses to write when a row has no source or no release date.

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


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file, as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def observation(row: dict[str, str], place: str) -> dict[str, str]:
    """One row of the project's observations; every one needs source and date."""
    for column in ("source", "source_ref", "released"):
        if not row[column]:
            raise SystemExit(f"{place}: no {column}. Find it, or leave the row out.")
    return {column: row[column] for column in OBSERVATION_COLUMNS}


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
    rows = rows_of(facts / "observations.csv")
    seen = [observation(r, f"observations.csv:{n}") for n, r in enumerate(rows, 2)]
    write(project / "observations.csv", OBSERVATION_COLUMNS, seen)
    targets = [target(row) for row in rows_of(facts / "plan_targets.csv")]
    write(project / "targets.csv", TARGET_COLUMNS, targets)
    print(f"{len(seen)} observations, {len(targets)} targets written to {project}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python scripts/build_data.py FACTS_DIR PROJECT_DIR")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
