"""What targets ask, and where draws lie in a range, as text in en and zh."""

from cszt_models.present.sentences.numbers import (
    amount,
    larger_units,
    minus,
    number,
    percent,
)
from cszt_models.present.texts.sentences import FORCE, SENSE
from cszt_models.project.plan import Target
from cszt_models.targets.attainment import Attainment


def goal(target: Target, language: str) -> str:
    """What the target asks, e.g. "at least 80 %"."""
    sense = SENSE[language][target.sense]
    if target.sense == "no_number":
        return sense
    if target.reference is not None:
        return sense.format(reference(target, language))
    if target.sense == "between":
        return _span_words(target, language)
    value = goal_amount(target.value, target.unit, language)
    if target.unit == "rank" and target.sense == "at_most":
        return {
            "en": f"rank {target.value:g} or better",
            "zh": f"前{target.value:g}名",
        }[language]
    if target.sense == "cut":
        return sense.format(value=value, year=(target.since or target.year) - 1)
    if target.sense.startswith("cumulative"):
        return sense.format(value)
    if language == "zh" and value.startswith("年均"):
        return f"年均{sense}{value.removeprefix('年均')}"
    return f"{sense} {value}" if language == "en" else f"{sense}{value}"


def goal_amount(value: float | None, unit: str, language: str) -> str:
    """A value that a plan asks for, with its digits and no more.

    Parameters
    ----------
    value
        None for a plan that prints no number.
    unit
        Of the value, as a project writes it.
    language
        ``"en"`` or ``"zh"``.
    """
    written = amount(value, unit, language)
    if value is None or larger_units(unit, language) or _is_computed(value):
        return written
    return written.replace(number(value, unit), minus(f"{value:,.10g}"), 1)


def _is_computed(value: float) -> bool:
    """Whether a value has more digits than a plan writes."""
    return value != round(value) and f"{value:.7g}" != f"{value:.10g}"


def with_force(target: Target, language: str) -> str:
    """What the target asks, and whether it binds, where the plan says so."""
    force = FORCE[language].get(target.force, "")
    return goal(target, language) + force


def reference(target: Target, language: str) -> str:
    """What a relation compares with."""
    label = target.compared_with
    return "" if label is None else label.in_language(language)


def _span_words(target: Target, language: str) -> str:
    """A range with its unit once, like "5 to 5.5 % a year"."""
    low, high = (
        goal_amount(value, target.unit, language)
        for value in (target.value, target.high)
    )
    if language == "zh":
        return f"{low}—{high.removeprefix('年均')}"
    number, _, unit = low.partition(" ")
    same = unit and high.endswith(unit) and not number.startswith("¥")
    return f"{number if same else low} to {high}"


def outcome_text(target: Target, value: float | None, language: str) -> str:
    """An outcome with its unit; of a relation the difference with its sign.

    Parameters
    ----------
    target
        With its unit, and what it is compared with.
    value
        In that unit; None if not known.
    language
        ``"en"`` or ``"zh"``.
    """
    if target.reference is None or value is None:
        return amount(value, target.unit, language)
    points = {"en": " points", "zh": "个百分点"}[language]
    unit = target.unit
    if unit.startswith("percent"):
        return minus(f"{value:+.1f}{points}")
    sign = "+" if value >= 0 else "−"
    return sign + amount(abs(value), unit, language)


def bands(result: Attainment, language: str = "en") -> str:
    """Probabilities of falling below, within and above a range; empty without one.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> from cszt_models.project.plan import read_targets
    >>> from dataclasses import replace
    >>> growth = read_targets(load_project())["growth_2021_2025"]
    >>> goal = replace(growth, sense="between", value=5.0, high=5.5)
    >>> from cszt_models.targets.attainment import Bands
    >>> shares = Bands(0.6, 0.25, 0.15)
    >>> result = Attainment(goal, "projected", 0.4, bands=shares)
    >>> bands(result)
    'below 5 % a year with 60 %, within 5 to 5.5 % a year with 25 %, above with 15 %'
    >>> bands(result, "zh")
    '低于年均5%的概率60%，在年均5%—5.5%之间25%，高于上限15%'
    """
    shares, target = result.bands, result.target
    if shares is None:
        return ""
    below, within, above = (
        percent(p, language) for p in (shares.below, shares.within, shares.above)
    )
    floor, span = (
        goal_amount(target.value, target.unit, language),
        _span_words(target, language),
    )
    if language == "zh":
        return f"低于{floor}的概率{below}，在{span}之间{within}，高于上限{above}"
    return (
        f"below {floor} with {below}, within {span} with {within}, above with {above}"
    )
