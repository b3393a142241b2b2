"""The running year of a panel, as plain values."""

from collections.abc import Mapping
from typing import Any

from cszt_models.attribution.rest_of_year import ToDate
from cszt_models.attribution.running_year import Mark, YearFan, running_years
from cszt_models.models.fits import Fits
from cszt_models.present.sentences.releases import (
    release_name,
    span_phrase,
    span_short,
)
from cszt_models.present.texts.within_year import word
from cszt_models.project.periods import release_of
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.projection.outlook import Outlook
from cszt_models.projection.paths import project_paths
from cszt_models.results.running_year import RunningYearResults, running_year
from cszt_models.vocabulary import GDP, GROWTH

LANGUAGES = ("en", "zh")


def running_record(
    fits: Fits, outlook: Outlook, targets: Mapping[str, Target]
) -> dict[str, Any] | None:
    """Stages and releases of the running year, by region; None if none is known.

    Parameters
    ----------
    fits
        Of one as-of date.
    outlook
        With the regions shown.
    targets
        By id; those that ask for a rate of the year are answered.
    """
    if not running_years(fits) or not outlook.has(GROWTH):
        return None
    paths = project_paths(outlook, only={GROWTH, GDP})
    places = [*outlook.project.aggregates, *outlook.regions]
    results = running_year(fits, paths, places, targets)
    if not len(results) or results.year not in outlook.years:
        return None
    return {
        "year": results.year,
        "regions": [_region(results, fan) for fan in results],
    }


def _region(results: RunningYearResults, fan: YearFan) -> dict[str, Any]:
    needs = results.needs_of(fan.region)
    return {
        "id": fan.region,
        "stages": [
            {
                "first": stage.first.isoformat(),
                "last": stage.last.isoformat(),
                "ahead": bool(stage.due),
                "q": [round(value, 4) for value in stage.quantiles],
            }
            for stage in fan.stages
        ],
        "marks": [_mark(mark, results.project) for mark in fan.marks],
        "to_date": _to_date(needs[0].to_date) if needs else None,
        "rates": [
            {"target": need.target, "rate": round(need.reach, 2)} for need in needs
        ],
    }


def _mark(mark: Mark, project: Project) -> dict[str, Any]:
    release = release_of(mark.series)
    of_growth = release is not None and release.of_year(GROWTH)
    short = {}
    if release is not None and of_growth and not release.estimate:
        short = {name: span_short(release.part.span, name) for name in LANGUAGES}
    return {
        "day": mark.day.isoformat(),
        "value": mark.value,
        "own": of_growth,
        "short": short,
        "name": {
            language: release_name(mark.series, project, language)
            for language in LANGUAGES
        },
    }


def _to_date(known: ToDate) -> dict[str, Any]:
    return {
        "growth": known.growth,
        "weight": known.weight,
        "basis": {name: word(f"by_{known.basis}", name) for name in LANGUAGES},
        "part": {name: span_phrase(known.span, name) for name in LANGUAGES},
        "rest": {name: span_phrase(known.rest, name) for name in LANGUAGES},
    }
