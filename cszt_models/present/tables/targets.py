"""Records of sets, timing, splits, scores and the plan, as commands print them."""

from typing import Any

import pandas as pd

from cszt_models.attribution.split import Split
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


def timing_record(timing: Timing) -> dict[str, Any]:
    """A target's years of attainment, with "not by the horizon"."""
    target = timing.target
    years = timing.table.assign(
        first=timing.years().to_numpy(), lasting=timing.years("sustained").to_numpy()
    )
    return {
        "id": target.id,
        "indicator": target.indicator,
        "region": target.region,
        "sense": target.sense,
        "value": target.value,
        "unit": target.unit,
        "horizon": timing.horizon,
        "median_year": timing.quantile(0.5),
        "median_year_sustained": timing.quantile(0.5, "sustained"),
        "not_by_horizon": timing.never(),
        "not_sustained": timing.never("sustained"),
        "years": rows(years),
    }


def split_record(split: Split, against: str) -> dict[str, Any]:
    """A gap and its terms; ``against`` is ``plan`` or an as-of date."""
    return {
        "id": split.target.id,
        "unit": split.target.unit,
        "against": against,
        "expected": split.expected,
        "outcome": split.outcome,
        "gap": split.gap,
        "terms": rows(split.terms),
        "spread": dict(split.spread),
    }


def implication_record(pair: Implication) -> dict[str, Any]:
    """What a pair implies, with its sentence in both languages."""
    return {
        "first": pair.first.id,
        "second": pair.second.id,
        "implies": pair.indicator,
        "value": pair.implied,
        "unit": pair.unit,
        "stated": None if pair.stated is None else pair.stated.id,
        "stated_value": None if pair.stated is None else pair.stated.value,
        "verdict": pair.verdict,
        "published": None if pair.known is None else pair.known.value,
        "published_year": None if pair.known is None else pair.known.year,
        "en": implied(pair, "en"),
        "zh": implied(pair, "zh"),
    }


def split_table(split: Split) -> pd.DataFrame:
    """Components by region, with sums; components that are negligible left out."""
    wide = split.terms.pivot_table(
        index="component", columns="region", values="value", sort=False, aggfunc="sum"
    )
    wide = wide.assign(sum=wide.sum(axis=1))
    wide.loc["sum"] = wide.sum()
    largest = wide.abs().max(axis=None)
    large = wide.abs().max(axis=1) > NEGLIGIBLE * largest
    return wide[large | (wide.index == "sum")].fillna(0.0)


def open_years(timing: Timing) -> pd.DataFrame:
    """Rows of a timing from the last year that certainly came too early."""
    early = timing.table[(timing.table[["at", "by"]] == 0).all(axis=1)]
    first = early["year"].max() if len(early) else timing.table["year"].min()
    return timing.table[timing.table["year"] >= first]
