"""Sentences on revisions: why a probability moved, in English and in Chinese."""

import math
from collections.abc import Mapping, Sequence
from datetime import date

from cszt_models.attribution.contributions import (
    ALL,
    RING,
    Contribution,
    Move,
)
from cszt_models.attribution.news import in_percent
from cszt_models.present.sentences.base import joint_name
from cszt_models.present.sentences.numbers import amount, percent
from cszt_models.present.sentences.releases import release_name
from cszt_models.present.texts.sentences import CAUSES, KINDS
from cszt_models.project.plan import Target
from cszt_models.project.project import Project

STILL = 0.005  # a smaller change is none that a reader would see
SHARE = 0.25  # of the change: a part with less is not named as a reason
MOST = 2  # reasons named


def indicator_name(part: Contribution, project: Project, language: str) -> str:
    """Name of what a part's new figures are about.

    Parameters
    ----------
    part
        Of a move.
    project
        With names of indicators.
    language
        ``"en"`` or ``"zh"``.
    """
    name = str(part.indicator)
    labels = CAUSES[language]
    if name in labels:
        return labels[name]
    return release_name(name, project, language)


def region_name(part: Contribution, project: Project, language: str) -> str:
    """Name of the region, or regions, of a part's new figures.

    Parameters
    ----------
    part
        Of a move.
    project
        With names of regions.
    language
        ``"en"`` or ``"zh"``.
    """
    name = str(part.region)
    labels = CAUSES[language]
    return (
        labels[name] if name in labels else project.places[name].in_language(language)
    )


def label(part: Contribution, project: Project, language: str = "en") -> str:
    """A part in a few words.

    Parameters
    ----------
    part
        Of a move.
    project
        With names of indicators and regions.
    language
        ``"en"`` or ``"zh"``.
    """
    if part.indicator is None:
        return _kind(part, language)
    what = indicator_name(part, project, language)
    where = region_name(part, project, language)
    return f"{where}{what}" if language == "zh" else f"{what}, {where}"


def _kind(part: Contribution, language: str) -> str:
    """Name of a part that is of no one indicator."""
    if part.kind == "observation":
        return CAUSES[language]["pooled"]
    return KINDS[language][part.kind]


def reason(part: Contribution, project: Project, language: str = "en") -> str:
    """A part as a reason: what came, when, and what had been expected.

    Parameters
    ----------
    part
        Of a move.
    project
        With names of indicators and regions.
    language
        ``"en"`` or ``"zh"``.
    """
    change = signed(points(part.change))
    if part.indicator is None:
        words = _kind(part, language)
        return (
            f"{words}（{change}个百分点）"
            if language == "zh"
            else f"{words} ({change})"
        )
    what = indicator_name(part, project, language)
    where = region_name(part, project, language)
    last = max(part.news, key=lambda item: item.year)
    item = part.region not in (RING, ALL)
    numbers = in_percent(last, project) if item else None
    pair = _apart(*numbers) if numbers else None
    if language == "zh":
        seen = f"{pair[1]}%，预期{pair[0]}%；" if pair else ""
        return f"{where}{last.year}年{what}（{seen}{change}个百分点）"
    seen = f"{pair[1]} % against {pair[0]} % expected; " if pair else ""
    return f"{what} of {where} in {last.year} ({seen}{change})"


def _apart(expected: float, value: float) -> tuple[str, str]:
    """Two numbers with one digit, or with as many as tell them apart, up to three."""
    for digits in (1, 2, 3):
        both = f"{expected:.{digits}f}", f"{value:.{digits}f}"
        if both[0] != both[1]:
            break
    return both


def reasons(move: Move) -> list[Contribution]:
    """The parts that explain most of a move, largest first; none if it hardly moved.

    A part whose change is printed as 0 is no reason. Where the others together come to
    more than each that is named, they are named too, by kind.
    """
    if abs(move.change) < STILL:
        return []
    named = _along(move.parts, move)[:MOST]
    named = [p for p in named if p is named[0] or _weighs(p, move)]
    if not _is_scattered(move, named):
        return named
    others = [part for part in move.parts if part not in named]
    kinds = dict.fromkeys(part.kind for part in others)
    pooled = [_pooled([p for p in others if p.kind == kind]) for kind in kinds]
    pooled = [part for part in _along(pooled, move)[:MOST] if _weighs(part, move)]
    return _along([*named, *pooled], move)


def _along(parts: Sequence[Contribution], move: Move) -> list[Contribution]:
    """Parts that go the way of a move by a point or more, largest first."""
    side = 1 if move.change > 0 else -1
    along = [part for part in parts if side * points(part.change) > 0]
    return sorted(along, key=lambda part: -abs(part.change))


def _weighs(part: Contribution, move: Move) -> bool:
    return abs(part.change) >= SHARE * abs(move.change)


def _pooled(parts: Sequence[Contribution]) -> Contribution:
    """Several parts of one kind as one, of no indicator or region."""
    return Contribution(
        parts[0].kind,
        sum(part.change for part in parts),
        math.hypot(*(part.mcse for part in parts)),
        sum(part.figures for part in parts),
    )


def _is_scattered(move: Move, named: Sequence[Contribution]) -> bool:
    """Whether what is not named comes to more than each part that is."""
    largest = max((abs(points(part.change)) for part in named), default=0)
    return abs(_rest(move, named)) > largest


def is_scattered(move: Move) -> bool:
    """Whether no reason of a move outweighs all that is not named."""
    return abs(move.change) >= STILL and _is_scattered(move, reasons(move))


def why(
    move: Move,
    project: Project,
    targets: Mapping[str, Target],
    language: str = "en",
    *,
    joint: str = "",
) -> str:
    """A sentence on how a probability moved between two dates, with its main parts.

    Points as printed add up: what the parts leave is named as the rest.

    Parameters
    ----------
    targets
        By id, for names and units.
    language
        ``"en"`` or ``"zh"``.
    joint
        Name of the joint event, from `base.joint_name`; of all headline targets if not
        given.
    """
    target = targets.get(move.target)
    label = target.label.in_language(language) if target else ""
    if target is None:
        name = joint or joint_name((), (), language)
        name += "的" if language == "zh" else ""
    elif language == "zh":
        name = f"{label}目标的实现"
    else:
        name = f"meeting the target for {label}"
    known = None
    if target and move.published is not None:
        value = amount(move.published, target.unit, language)
        known = bool(target.met_by(move.published)), value
    causes = [reason(part, project, language) for part in reasons(move)]
    sentence = _why_zh if language == "zh" else _why_en
    return sentence(move, name, known, causes)


def _why_en(
    move: Move, name: str, known: tuple[bool, str] | None, causes: list[str]
) -> str:
    before, after = percent(move.before), percent(move.after)
    start = f"Between {move.since} and {move.until} the probability of {name}"
    if before == after and move.published is None:
        return f"{start} stayed at {after}."
    if known:
        met, value = known
        verdict = "met" if met else "missed"
        return f"{start} went from {before} to {verdict}: {value} was published."
    verb = "rose" if move.change > 0 else "fell"
    if not causes:
        return f"{start} {verb} from {before} to {after}."
    rest = _rest(move, reasons(move))
    start = f"{start} {verb} from {before} to {after}"
    if is_scattered(move):
        return (
            f"{start}: in many small parts ({signed(rest)}), beside {_listed(causes)}."
        )
    because = _listed(causes) + (f"; all else {signed(rest)}" if rest else "")
    return f"{start}: mostly because of {because}."


def _listed(causes: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(causes[:-1]), causes[-1])))


def _why_zh(
    move: Move, name: str, known: tuple[bool, str] | None, causes: list[str]
) -> str:
    before, after = percent(move.before, "zh"), percent(move.after, "zh")
    start = f"{move.since}至{move.until}，{name}概率"
    if before == after and move.published is None:
        return f"{start}维持在{after}。"
    if known:
        met, value = known
        verdict = "已实现" if met else "未实现"
        return f"{start}由{before}变为{verdict}：公布值为{value}。"
    verb = "升" if move.change > 0 else "降"
    if not causes:
        return f"{start}由{before}{verb}至{after}。"
    rest = _rest(move, reasons(move))
    because = "、".join(causes)
    if is_scattered(move):
        return (
            f"{start}由{before}{verb}至{after}：多项小因素合计{signed(rest)}个百分点，"
            f"另有{because}。"
        )
    because += f"；{CAUSES['zh']['other']}{signed(rest)}个百分点" if rest else ""
    return f"{start}由{before}{verb}至{after}：主要因为{because}。"


def visible(move: Move) -> bool:
    """Whether a reader sees a move in the rounded words of a probability."""
    return percent(move.before) != percent(move.after) or move.published is not None


def unchanged(since: date, until: date, language: str, *, some: bool) -> str:
    """That probabilities stayed as they were between two dates.

    Parameters
    ----------
    some
        Whether others moved.

    Examples
    --------
    >>> unchanged(date(2026, 6, 30), date(2026, 11, 29), "en", some=False)
    'Between 2026-06-30 and 2026-11-29 no probability moved.'
    """
    if language == "zh":
        who = "其余各项" if some else "各项"
        return f"{since}至{until}，{who}概率均未变动。"
    who = "no other" if some else "no"
    return f"Between {since} and {until} {who} probability moved."


def _rest(move: Move, named: Sequence[Contribution]) -> int:
    """Points, as printed, that the reasons leave of a change."""
    change = points(move.after) - points(move.before)
    return change - sum(points(part.change) for part in named)


def causes(move: Move, project: Project, language: str = "en") -> str:
    """Main causes of a move in a few words, with points that add up to the change.

    Parameters
    ----------
    move
        With its parts.
    project
        With names of indicators and regions.
    language
        ``"en"`` or ``"zh"``.
    """
    parts = [
        spaced(label(part, project, language), signed(points(part.change)))
        for part in reasons(move)
    ]
    rest = _rest(move, reasons(move))
    if rest and parts:
        other = f"{CAUSES[language]['other']} {signed(rest)}"
        parts = [other, *parts] if is_scattered(move) else [*parts, other]
    return ("；" if language == "zh" else "; ").join(parts)


def spaced(label: str, value: str) -> str:
    """A label and its value; no blank stands after a Chinese bracket.

    Examples
    --------
    >>> spaced("growth", "+5"), spaced("增速（不变价）", "+5")
    ('growth +5', '增速（不变价）+5')
    """
    return f"{label}{value}" if label.endswith("）") else f"{label} {value}"


def signed(number: int) -> str:
    """A whole number with its sign, and a true minus.

    Examples
    --------
    >>> signed(5), signed(-27)
    ('+5', '−27')
    """
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}")


def points(share: float) -> int:
    """A share of 1 in whole points, rounded as probabilities are printed."""
    return int(f"{100 * share:.0f}")
