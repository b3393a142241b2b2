"""Content of a panel: draws, published figures and labels, as plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from cszt_models import __version__
from cszt_models.errors import DataError
from cszt_models.explorer.compact_draws import (
    absent,
    compact,
    completed,
    known,
    packed,
    projectable,
    usable_measures,
)
from cszt_models.explorer.exact import exact_record
from cszt_models.explorer.reference import reference_records
from cszt_models.explorer.running_year import running_record
from cszt_models.models.fits import Fits
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import goals, numbers
from cszt_models.present.sentences.scenarios import counted, title
from cszt_models.project.measures import Measure
from cszt_models.project.plan import Target
from cszt_models.project.project import Label, Project, bundled, data_hash
from cszt_models.projection.outlook import Outlook, build_outlook
from cszt_models.scenarios.conditions import Condition
from cszt_models.scenarios.cross_effects import Effect
from cszt_models.scenarios.levers import Lever, LeverName
from cszt_models.scenarios.scenario import BASELINE, Scenario, baseline
from cszt_models.scenarios.settings import Setting
from cszt_models.targets.attainment import assess
from cszt_models.targets.coverage import of_fits, target_regions
from cszt_models.vocabulary import (
    GDP,
    GROWTH,
    POPULATION,
    REGION,
    URBANIZATION,
)

FORMAT = 1  # of what panel.js reads
DRAWS = 1000
HISTORY = 10  # years of published figures drawn before the plan
STEPS = 100  # of a slider over its range, at least

# Levers whose effect the browser evaluates, the usual ones first; the ratios that are
# asked about and their parts come besides.
MAIN = (LeverName.GROWTH, LeverName.PRICE, LeverName.MIGRATION, LeverName.URBANIZATION)
MORE = (
    LeverName.LEVEL,
    LeverName.EVENT_RISK,
    LeverName.POPULATION,
    LeverName.UNCERTAINTY,
)


def content(
    fits: Sequence[Fits],
    targets: Mapping[str, Target],
    levers: Mapping[str, Lever],
    scenarios: Mapping[str, Scenario],
    *,
    exactly: Sequence[str] = (),
    draws: int = DRAWS,
) -> dict[str, Any]:
    """Content of a panel: a view for each as-of date, levers, scenarios and targets.

    Parameters
    ----------
    fits
        Fits of one project on one or more as-of dates.
    targets, levers, scenarios
        Those of the project.
    exactly
        Names of scenarios whose exact figures are embedded besides the baseline's.
    draws
        Number of draws embedded for each date.

    Raises
    ------
    DataError
        If there are no fits, they are of several projects, or no headline target can
        be projected.
    """
    project = one_project(fits)
    displayed = displayed_targets(fits[-1], targets)
    measures = usable_measures(outlook_of(fits[-1], displayed), displayed)
    effects = effects_of(scenarios)
    plan = project.on(fits[-1].as_of).plan
    embedded = [baseline(), *(scenarios[name] for name in exactly if name != BASELINE)]
    return {
        "format": FORMAT,
        "version": __version__,
        "project": {
            "id": project.id,
            "name": words(project.label),
            "plan": [plan.first_year, plan.last_year],
            "data": data_hash(project),
            "folder": None if project.folder == bundled() else str(project.folder),
        },
        "regions": {name: words(label) for name, label in project.places.items()},
        "levers": lever_records(levers, measures),
        "scenarios": [scenario_record(item) for item in scenarios.values()],
        "effects": {e.name: effect_record(e) for e in effects},
        "indicators": {
            name: {"name": words(item.label), "unit": _both(item.unit)}
            for name, item in project.indicators.items()
        },
        "targets": [target_record(target) for target in displayed],
        "views": [_view(dated, displayed, effects, embedded, draws) for dated in fits],
    }


def displayed_targets(fits: Fits, targets: Mapping[str, Target]) -> list[Target]:
    """Headline targets that the browser can project, in the plan's order.

    Raises
    ------
    DataError
        If there is none.
    """
    headline = [target for target in targets.values() if target.headline]
    outlook, ready = outlook_of(fits, headline), of_fits(fits)
    displayed = [
        target
        for target in headline
        if projectable(outlook, target) and not ready.lacks(target)
    ]
    if not displayed:
        raise DataError(
            f"project {fits.project.id!r} has no headline target that the explorer can "
            "project. Mark one for GDP, growth, population, urbanization or a ratio in "
            "targets.csv."
        )
    return displayed


def one_project(fits: Sequence[Fits]) -> Project:
    """The project that all fits belong to.

    Raises
    ------
    DataError
        If there are no fits, or they are of several projects.
    """
    if not fits:
        raise DataError("no fits are given. Give those of at least one as-of date.")
    names = {dated.project.id for dated in fits}
    if len(names) > 1:
        raise DataError(
            f"fits are of several projects: {', '.join(sorted(names))}. "
            "Give those of one."
        )
    return fits[0].project


def outlook_of(
    fits: Fits, targets: Iterable[Target], *, until: int | None = None
) -> Outlook:
    """Outlook with the regions that targets are about.

    Parameters
    ----------
    fits, targets
        Of one project.
    until
        Last year; the horizon if not given.
    """
    regions = target_regions(fits.project, targets)
    return build_outlook(fits, until=until, regions=regions, partial=True)


def last_year(targets: Sequence[Target]) -> int:
    """Last year that a panel shows."""
    return max(target.year for target in targets)


def _view(
    fits: Fits,
    targets: Sequence[Target],
    effects: Sequence[Effect],
    embedded: Sequence[Scenario],
    draws: int,
) -> dict[str, Any]:
    """One as-of date: draws, published figures, and exact figures of some scenarios."""
    outlook = outlook_of(fits, targets, until=last_year(targets))
    whole = completed(outlook)
    by_id = {target.id: target for target in targets}
    first = assess(fits, by_id, outlook=outlook)
    exact = [exact_record(fits, outlook, by_id, scenario) for scenario in embedded]
    small = compact(whole, targets, draws)
    measures = usable_measures(outlook, targets)
    names = [GDP, GROWTH, POPULATION, URBANIZATION, *(m.indicator for m in measures)]
    return {
        "as_of": fits.as_of.isoformat(),
        "seed": fits.seed,
        "draws": fits.draws,
        "engine": first.engine,
        "n": small.cells.sizes["draw"],
        "years": outlook.years.tolist(),
        "regions": outlook.regions,
        "missing": absent(outlook),
        "groups": [
            {
                "id": group.id,
                "members": [outlook.regions.index(m) for m in group.members],
            }
            for group in fits.project.aggregates.values()
        ],
        "measures": [
            {
                "id": m.indicator,
                "part": m.part or f"{m.indicator}_part",
                "weight": m.weight,
            }
            for m in measures
        ],
        **packed(small, measures, effects),
        "published": {
            "regions": {name: nulls(known(outlook, name)) for name in names},
            "groups": {
                group: {name: nulls(_of_group(outlook, name, group)) for name in names}
                for group in fits.project.aggregates
            },
        },
        "status": {result.target.id: result.status for result in first.targets},
        "outcomes": {
            result.target.id: result.published
            for result in first.targets
            if result.status == "resolved"
        },
        "history": {target.id: _history(fits, target) for target in targets},
        "exact": {record["hash"]: record for record in exact},
        "reference": reference_records(fits, targets),
        "running": running_record(fits, outlook, by_id),
    }


def effects_of(scenarios: Mapping[str, Scenario]) -> list[Effect]:
    """Cross-effects that any scenario switches on, each once."""
    effects = {e.name: e for scenario in scenarios.values() for e in scenario.effects}
    return list(effects.values())


def _of_group(outlook: Outlook, name: str, group: str) -> Any:
    return outlook.published[name].sel({REGION: group}).to_numpy()


def _history(fits: Fits, target: Target) -> list[list[float]]:
    """Published figures of the target's series: pairs of year and value."""
    name = target.quantity.source
    rows = fits.series.of(name, target.region)
    rows = rows[rows["year"] >= fits.project.on(fits.as_of).plan.first_year - HISTORY]
    pairs = zip(rows["year"].tolist(), rows["value"].tolist(), strict=True)
    return [[year, value] for year, value in pairs]


def words(label: Label) -> dict[str, str]:
    """A label in both languages."""
    return {"en": label.en, "zh": label.zh}


def lever_records(
    levers: Mapping[str, Lever], measures: Sequence[Measure]
) -> list[dict[str, Any]]:
    """Levers that the browser evaluates, those most used first."""
    parts = [measure.part for measure in measures if measure.part]
    main = [name for name in (*MAIN, *parts) if name in levers]
    more = [
        name for name in (*MORE, *(m.indicator for m in measures)) if name in levers
    ]
    return [
        lever_record(levers[name]) | {"main": name in main} for name in (*main, *more)
    ]


def lever_record(lever: Lever) -> dict[str, Any]:
    """A lever with its range, unit and the step of its slider."""
    return {
        "id": lever.id,
        "low": lever.low,
        "high": lever.high,
        "step": step(lever.low, lever.high),
        "name": words(lever.label),
        "unit": {language: _unit(lever, language) for language in ("en", "zh")},
        "source": {"en": lever.source, "zh": lever.source_zh},
    }


def _unit(lever: Lever, language: str) -> dict[str, Any]:
    """The unit in which a lever is shown, and the factor that converts to it."""
    factor, name = counted(lever.unit, language)
    return {"factor": factor, "name": name}


def _both(unit: str) -> dict[str, str]:
    return {language: numbers.unit(unit, language) for language in ("en", "zh")}


def step(low: float, high: float) -> float:
    """Step of a slider: 1, 2 or 5 times a power of ten, in at least 100 steps.

    Examples
    --------
    >>> step(-5, 5), step(-0.2, 0.2)
    (0.1, 0.002)
    """
    widest = (high - low) / STEPS
    power = 10.0 ** np.floor(np.log10(widest))
    factor = max(k for k in (1, 2, 5) if k * power <= widest * (1 + 1e-9))
    return float(f"{factor * power:.6g}")


def scenario_record(scenario: Scenario) -> dict[str, Any]:
    """A scenario by name and hash, with all that it sets."""
    label = {language: title(scenario, language) for language in ("en", "zh")}
    return {"name": scenario.name, "label": label, "hash": scenario.hash} | (
        setup_record(scenario)
    )


def setup_record(scenario: Scenario) -> dict[str, Any]:
    """Settings, conditions and effects of a scenario, in the form of the panel."""
    return {
        "settings": [setting_record(setting) for setting in scenario.settings],
        "conditions": [condition_record(each) for each in scenario.conditions],
        "effects": [effect.name for effect in scenario.effects],
    }


def setting_record(setting: Setting) -> dict[str, Any]:
    """A setting as plain values."""
    return asdict(setting) | {"regions": list(setting.regions)}


def condition_record(condition: Condition) -> dict[str, Any]:
    """A condition as plain values; a bound that is infinite is None."""
    says = {
        name: value if np.isfinite(value) else None
        for name, value in asdict(condition.says).items()
    }
    kind = condition.content["says"]["kind"]
    return {**condition.content, "says": {"kind": kind, **says}}


def effect_record(effect: Effect) -> dict[str, Any]:
    """A cross-effect with the fields of its hash."""
    names = ("name", "cause", "on", "distribution", "a", "b")
    return {name: getattr(effect, name) for name in names}


def target_record(target: Target) -> dict[str, Any]:
    """A target with its words in both languages."""
    return {
        "id": target.id,
        "indicator": target.indicator,
        "region": target.region,
        "year": target.year,
        "since": target.since,
        "sense": target.sense,
        "value": target.value,
        "unit": target.unit,
        "headline": target.headline,
        "name": {
            language: sentences.name(target, language) for language in ("en", "zh")
        },
        "short": words(target.label),
        "goal": {language: goals.goal(target, language) for language in ("en", "zh")},
        "unit_name": _both(target.unit),
    }


def nulls(values: Any) -> Any:
    """Nested lists with None for what is not a number: JSON has no NaN."""
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if isinstance(values, list):
        return [nulls(value) for value in values]
    return None if isinstance(values, float) and np.isnan(values) else values
