"""Sentences on reference classes, in English and in Chinese."""

from collections.abc import Mapping, Sequence

from cszt_models.archive.ambition import Ambition
from cszt_models.archive.base_rates import LEVEL
from cszt_models.archive.reference_class import MIN_COUNT, MIN_YEARS, ReferenceClass
from cszt_models.archive.schema import INDICATORS
from cszt_models.present.sentences.numbers import interval, percent
from cszt_models.present.texts.sentences import AMBITION, CRITERIA, UNIT


def class_of(reference: ReferenceClass, language: str = "en") -> str:
    """What a class contains: the indicator and the criteria that narrowed it."""
    if not reference.indicator:
        return {"en": "none in the archive", "zh": "档案中没有"}[language]
    mark = ", " if language == "en" else "、"
    words = [CRITERIA[language][name] for name in reference.criteria]
    return mark.join([INDICATORS[reference.indicator].in_language(language), *words])


def share(reference: ReferenceClass, language: str = "en") -> str:
    """The share met with its interval; a dash where the class is too small."""
    if not reference.enough:
        return "–"
    met, low, high = reference.share
    low_text, high_text = f"{100 * low:.0f}", f"{100 * high:.0f}"
    middle = percent(met, language)
    return interval(middle, low_text, high_text, language)


def miss(reference: ReferenceClass, language: str = "en") -> str:
    """The median miss of those missed, with its unit."""
    middle = reference.missed_by[1]
    if not reference.enough or middle != middle:
        return "–"
    if reference.unit in ("percent", "percent per year"):
        return f"{middle:.1f}" + {"en": " points", "zh": "个百分点"}[language]
    return f"{middle:.1f} {UNIT[language].get(reference.unit, reference.unit)}"


def remarks(
    classes: Sequence[ReferenceClass],
    language: str = "en",
    names: Mapping[str, str] = {},
) -> list[str]:
    """What shares are of, stand-ins, and classes that are too small.

    Parameters
    ----------
    classes
        Of targets.
    language
        ``"en"`` or ``"zh"``.
    names
        What targets are called, by id; the id if not given.
    """
    words = {
        "en": (
            f"The {100 * LEVEL:.0f} % interval counts years, not targets, as "
            "independent cases. Outcomes are as first published.",
            "{id}: the archive has no target of this kind; targets of {name} stand in.",
            "{id}: too few past targets for a share (targets {n}, years {years}; "
            f"at least {MIN_COUNT} and {MIN_YEARS} are needed).",
        ),
        "zh": (
            f"{LEVEL:.0%}区间以年份（而非目标）为独立案例。结果取首次公布值。",
            "{id}：档案中没有同一指标的目标，以“{name}”的目标代替。",
            "{id}：{years}个年份的{n}个同类目标不足以给出比例"
            f"（至少{MIN_YEARS}年{MIN_COUNT}个）。",
        ),
    }[language]
    lines = [words[0]] if any(each.enough for each in classes) else []
    others: dict[str, list[str]] = {}
    few = []
    for each in classes:
        named = names.get(each.target.id, each.target.id)
        if each.stands_in:
            others.setdefault(each.indicator, []).append(named)
        if not each.enough:
            few.append(words[2].format(id=named, n=each.count, years=each.years))
    mark = "; " if language == "en" else "；"
    for indicator, ids in others.items():
        name = INDICATORS[indicator].in_language(language)
        lines.append(words[1].format(id=mark.join(ids), name=name))
    return lines + few


def ambitions(
    places: Sequence[Ambition],
    language: str = "en",
    names: Mapping[str, str] = {},
) -> list[str]:
    """How much of what peers managed, and of targets set, each target exceeds.

    Parameters
    ----------
    places, language, names
        As of `remarks`.
    """
    return [
        _ambition(place, language, names.get(place.target.id, place.target.id))
        for place in places
    ]


def _ambition(place: Ambition, language: str, named: str) -> str:
    points = place.target.unit == "percent"
    words = AMBITION[language]
    change = words["points" if points else "rate"].format(place.change)
    if points and round(place.change, 2) == 0:
        change = words["none"]
    change = change.replace("-", "−")
    kind = words["provinces" if points else "cities"].format(place.low, place.high)
    peers = percent(place.peers, language)
    line = words["peers"].format(
        id=named, change=change, share=peers, n=place.regions, kind=kind
    )
    if place.targets is not None:
        share = percent(place.targets, language)
        line += words["targets"].format(share=share, n=place.count)
    return line + words["stop"]
