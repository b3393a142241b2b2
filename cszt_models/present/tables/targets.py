"""Records of sets, timing, splits, scores and the plan, as commands print them."""

from typing import Any

import pandas as pd

from cszt_models.attribution.shortfall import Split
from cszt_models.present.sentences.targets import NEGLIGIBLE, implied
from cszt_models.project.project import Project
from cszt_models.targets.attainment import Assessment
from cszt_models.targets.consistency import Implication
from cszt_models.targets.timing import Timing


def head(assessment: Assessment, project: Project) -> dict[str, Any]:
    """What every record begins with: which date, scenario and draws."""
    return {
        "project": project.id,
        "as_of": assessment.as_of.isoformat(),
        "scenario": assessment.scenario.name,
        "scenario_hash": assessment.scenario.hash,
        "seed": assessment.seed,
        "draws": assessment.draws,
        "engine": assessment.engine,
    }


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as plain values; null where a number is none."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [
        {
            str(key): getattr(cell, "item", lambda c=cell: c)()
            for key, cell in row.items()
        }
        for row in plain.to_dict("records")
    ]


def timing_record(found: Timing) -> dict[str, Any]:
    """A target's years of attainment, with "not by the horizon"."""
    target = found.target
    years = found.table.assign(
        first=found.years().to_numpy(), lasting=found.years("sustained").to_numpy()
    )
    return {
        "id": target.id,
        "indicator": target.indicator,
        "region": target.region,
        "sense": target.sense,
        "value": target.value,
        "unit": target.unit,
        "horizon": found.horizon,
        "median_year": found.quantile(0.5),
        "median_year_sustained": found.quantile(0.5, "sustained"),
        "not_by_horizon": found.never(),
        "not_sustained": found.never("sustained"),
        "years": rows(years),
    }


def split_record(found: Split, against: str) -> dict[str, Any]:
    """A gap and its terms; ``against`` is ``plan`` or an as-of date."""
    return {
        "id": found.target.id,
        "unit": found.target.unit,
        "against": against,
        "expected": found.expected,
        "outcome": found.outcome,
        "gap": found.gap,
        "terms": rows(found.terms),
        "spread": dict(found.spread),
    }


def implication_record(one: Implication) -> dict[str, Any]:
    """What a pair implies, with its sentence in both languages."""
    return {
        "first": one.first.id,
        "second": one.second.id,
        "implies": one.indicator,
        "value": one.implied,
        "unit": one.unit,
        "stated": None if one.stated is None else one.stated.id,
        "stated_value": None if one.stated is None else one.stated.value,
        "verdict": one.verdict,
        "published": None if one.known is None else one.known[0],
        "published_year": None if one.known is None else one.known[1],
        "en": implied(one, "en"),
        "zh": implied(one, "zh"),
    }


def split_table(found: Split) -> pd.DataFrame:
    """Components by region, with sums; components that are negligible left out."""
    wide = found.terms.pivot_table(
        index="component", columns="region", values="value", sort=False, aggfunc="sum"
    )
    wide = wide.assign(sum=wide.sum(axis=1))
    wide.loc["sum"] = wide.sum()
    largest = wide.abs().max(axis=None)
    told = wide.abs().max(axis=1) > NEGLIGIBLE * largest
    return wide[told | (wide.index == "sum")].fillna(0.0)


def open_years(found: Timing) -> pd.DataFrame:
    """Rows of a timing from the last year that certainly came too early."""
    early = found.table[(found.table[["at", "by"]] == 0).all(axis=1)]
    first = early["year"].max() if len(early) else found.table["year"].min()
    return found.table[found.table["year"] >= first]
