"""Sentences on attainment, of targets one by one and together, in en and zh."""

from collections.abc import Collection, Sequence

from cszt_models.present.sentences.goals import goal, outcome_text
from cszt_models.present.sentences.numbers import (
    amount,
    amounts,
    larger_units,
    number,
    percent,
)
from cszt_models.present.sentences.numbers import (
    interval as in_brackets,
)
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.targets.attainment import Assessment, Attainment
from cszt_models.targets.joint import JointAttainment

MAX_ALONE = 3  # targets of a joint probability that are listed one by one


def chance(result: Attainment, language: str = "en") -> str:
    """A target's probability, or its verdict once it is resolved."""
    if result.status == "resolved":
        verdict = {"en": ("missed", "met"), "zh": ("未实现", "已实现")}[language]
        return verdict[bool(result.met)]
    return percent(result.probability, language)


def name(target: Target, language: str) -> str:
    """Name of the target's quantity with its year, or the years that it spans.

    A label that has the year already is the whole name.
    """
    label = target.label.in_language(language)
    label = label[:1].upper() + label[1:]
    if str(target.year) in label and (not target.since or str(target.since) in label):
        return label
    if language == "zh":
        years = f"{target.since}—{target.year}" if target.since else f"{target.year}"
        return f"{years}年{label}"
    years = f"{target.since}–{target.year}" if target.since else f"{target.year}"
    return f"{label}, {years}"


def gap(result: Attainment) -> float:
    """Published shortfall in percent of the target's value; 0 where met."""
    shortfall = result.shortfall or 0.0
    return 100 * shortfall / abs(result.target.value) if result.target.value else 0.0


def verdict(
    result: Attainment, language: str = "en", *, arithmetic: bool = True
) -> str:
    """One or two sentences that say where a target stands.

    Parameters
    ----------
    arithmetic
        Whether to show how an outcome was computed from published figures.
    """
    terms = result.computed.arithmetic if result.computed and arithmetic else ""
    sentence = _verdict_zh if language == "zh" else _verdict_en
    return sentence(result, terms)


def _short(result: Attainment, language: str) -> str:
    """How far a missed target is, in points of a share or in percent of it."""
    if result.target.unit.startswith("percent"):
        points = {"en": " points", "zh": "个百分点"}[language]
        return number(result.shortfall, result.target.unit) + points
    return f"{gap(result):.1f}" + {"en": " %", "zh": "%"}[language]


def _verdict_en(result: Attainment, arithmetic: str) -> str:
    target = result.target
    aim = goal(target, "en")
    if target.sense == "no_number":
        return f"No data: {result.reason}."
    if result.status == "no_data":
        return f"No data: {result.reason}. The plan asks for {aim}."
    if result.status == "resolved":
        value = outcome_text(target, result.published, "en")
        how = "was published"
        if result.computed:
            how = "was computed from published figures"
            how += f" ({arithmetic})" if arithmetic else ""
        if result.met:
            return f"Met: {value} {how}; the plan asked for {aim}."
        side = "short of" if _below(result) else "above"
        short = f"{_short(result, 'en')} {side} the target of {aim}"
        return f"Missed: {value} {how}, {short}."
    return (
        f"{outlook(result, 'en')}; the target of {aim} "
        f"is met with probability {percent(result.probability)}."
    )


def _verdict_zh(result: Attainment, arithmetic: str) -> str:
    target = result.target
    aim = goal(target, "zh")
    if target.sense == "no_number":
        return f"无数据：规划{aim}。"
    if result.status == "no_data":
        return f"无数据。规划目标：{aim}。"
    if result.status == "resolved":
        value = outcome_text(target, result.published, "zh")
        how = "据公布数推算" if result.computed else "公布值"
        arithmetic = f"（{arithmetic}）" if arithmetic else ""
        if result.met:
            return f"已实现：{how}{value}{arithmetic}，目标{aim}。"
        side, short = "低" if _below(result) else "高", _short(result, "zh")
        return f"未实现：{how}{value}{arithmetic}，比目标（{aim}）{side}{short}。"
    odds = percent(result.probability, "zh")
    return f"{outlook(result, 'zh')}，达到目标（{aim}）的概率为{odds}。"


def outlook(result: Attainment, language: str = "en") -> str:
    """What is expected of an open target's outcome: the median with its interval."""
    low, high = _interval(result, language)
    middle = outcome_text(result.target, result.median, language)
    if language == "zh":
        what = "尚未公布" if result.status == "nowcast" else "尚未到期"
        if result.computed:
            what = "据公布数推算，四舍五入之内难分高下"
        return f"{what}：中位数为{middle}（80%区间{low}至{high}）"
    what = "Not yet published" if result.status == "nowcast" else "Still ahead"
    if result.computed:
        what = "Too close to call on published figures"
    return f"{what}: median {middle} (80 % interval {low} to {high})"


def _below(result: Attainment) -> bool:
    """Whether the published value is below that of the target."""
    return result.published is not None and result.published < result.target.value


def _interval(result: Attainment, language: str) -> tuple[str, str]:
    interval = result.interval
    if interval is None:
        return "–", "–"
    unit_name = result.target.unit
    if result.target.reference is not None:
        target = result.target
        low = outcome_text(target, interval.low, language)
        return low, outcome_text(target, interval.high, language)
    low, high = (
        amount(value, unit_name, language) for value in (interval.low, interval.high)
    )
    if unit_name.startswith("1e") or larger_units(unit_name, language):
        ends = interval.low, interval.high
        short = amounts(interval.high, ends, unit_name, language)[1]
        return (low if language == "en" else short), high
    if unit_name in ("percent", "percent per year"):  # the median has "a year"
        return number(interval.low, unit_name), amount(
            interval.high, "percent", language
        )
    return number(interval.low, unit_name), number(interval.high, unit_name)


def expected(result: Attainment, language: str) -> str:
    """The published value, or the median with its interval."""
    target, interval = result.target, result.interval
    if result.published is not None:
        return outcome_text(target, result.published, language)
    if interval is None:
        return "–"
    median = outcome_text(target, result.median, language)
    value, related = result.median, target.reference is not None
    if larger_units(target.unit, language) and value is not None and not related:
        ends = interval.low, interval.high
        return in_brackets(*amounts(value, ends, target.unit, language), language)
    return in_brackets(median, *_interval(result, language), language)


def missed(assessment: Assessment) -> list[Target]:
    """Targets of the joint set that are resolved as missed."""
    joint = assessment.joint
    return [
        result.target
        for result in assessment.targets
        if joint and result.target.id in joint.targets and result.met is False
    ]


def joint_chance(assessment: Assessment, language: str = "en") -> str:
    """The joint probability, or that it is lost because a target was missed."""
    if assessment.joint is None:
        return "–"
    if missed(assessment):
        return {"en": "impossible", "zh": "已不可能"}[language]
    return percent(assessment.joint.probability, language)


def together(assessment: Assessment, language: str = "en") -> str:
    """A sentence on the joint probability and the target that limits it most.

    None for a single target that is not the only headline target with data.
    """
    joint, headlines = assessment.joint, _headlines(assessment)
    if joint is None:
        return _none_known(len(headlines), language) if headlines else ""
    if len(joint.targets) == 1 and list(joint.targets) != _answered(assessment):
        return ""
    names = [target.label.in_language(language) for target in missed(assessment)]
    if not names:
        return _together(assessment, joint, language)
    subject = _joint_name(assessment, joint, language)
    if language == "zh":
        return f"{subject}已不可能：{'、'.join(names)}未达标。"
    return (
        f"{subject[0].upper()}{subject[1:]}: no longer possible, because "
        f"{' and '.join(names)} {'were' if len(names) > 1 else 'was'} missed."
    )


def _headlines(assessment: Assessment) -> list[str]:
    """Ids of the plan's headline targets."""
    return [r.target.id for r in assessment.targets if r.target.headline]


def _answered(assessment: Assessment) -> list[str]:
    """Ids of the plan's headline targets with data."""
    return [
        r.target.id
        for r in assessment.targets
        if r.target.headline and r.status != "no_data"
    ]


def _none_known(count: int, language: str) -> str:
    if language == "zh":
        return f"{count}项主要目标均无数据，无法给出同时实现的概率。"
    if count == 1:
        return "The headline target has no data, so there is no probability of it."
    return (
        f"None of the {count} headline targets has data, so there is no probability "
        "of meeting them together."
    )


def _joint_name(assessment: Assessment, joint: JointAttainment, language: str) -> str:
    headlines, answered = _headlines(assessment), _answered(assessment)
    return joint_name(joint.targets, headlines, language, answered=answered)


def joint_name(
    targets: Collection[str],
    headlines: Collection[str],
    language: str = "en",
    *,
    answered: Collection[str] | None = None,
) -> str:
    """Name of the event that a set of targets is met together.

    Parameters
    ----------
    targets
        Ids of the set.
    headlines
        Ids of all headline targets of the plan.
    language
        ``"en"`` or ``"zh"``.
    answered
        Ids of those headline targets that have data; all if not given.

    Examples
    --------
    >>> joint_name(["a", "b"], ["b", "a"]), joint_name(["a", "b"], ["a", "b", "c"])
    ('all headline targets together', 'both targets together')
    >>> joint_name(["a", "b"], ["a", "b", "c"], answered=["a", "b"])
    'the 2 of 3 headline targets with data, together'
    """
    if set(targets) == set(headlines):
        return {
            "en": "all headline targets together",
            "zh": "主要目标同时实现",
        }[language]
    count = len(targets)
    if answered is not None and set(targets) == set(answered):
        return _of_those_known(count, len(headlines), language)
    if count == 1:
        return {"en": "this target alone", "zh": "该项目标实现"}[language]
    if language == "zh":
        return f"所列{'两' if count == 2 else count}项目标同时实现"
    return "both targets together" if count == 2 else f"the {count} targets together"


def _of_those_known(count: int, headlines: int, language: str) -> str:
    if language == "zh":
        together = "同时" if count > 1 else ""
        return f"{headlines}项主要目标中有数据的{count}项{together}实现"
    together = ", together" if count > 1 else ""
    return f"the {count} of {headlines} headline targets with data{together}"


def looking_back(
    earlier: Sequence[Assessment], begins: int, language: str = "en"
) -> str:
    """A sentence on what the joint probability was on an earlier date.

    With that of each target alone, if they are few.

    Parameters
    ----------
    earlier
        Assessments of earlier dates, in their order: the first in the years of the plan
        counts, or the first of all where every date lies before them, which is said.
    begins
        First year of the plan.
    """
    first = next((a for a in earlier if a.as_of.year >= begins), earlier[0])
    if first.joint is None:
        return ""
    odds = joint_chance(first, language)
    alone = ""
    if len(first.joint.targets) <= MAX_ALONE:
        alone = _each_alone(first, first.joint.targets, language)
    lost, ahead = bool(missed(first)), first.as_of.year < begins
    if language == "zh":
        odds = odds if lost else f"的概率为{odds}"
        day = f"{first.as_of}（早于规划期，按后来的目标计算）" if ahead else first.as_of
        return f"截至{day}，同时实现{odds}{alone}。"
    day = f"{first.as_of}, before the years of the plan," if ahead else first.as_of
    if lost:
        return f"As known on {day} meeting all together was {odds}{alone}."
    return (
        f"As known on {day} the probability of meeting all together was {odds}{alone}."
    )


def _each_alone(first: Assessment, names: Collection[str], language: str) -> str:
    """Probability of each of some targets, in brackets."""
    zh = language == "zh"
    parts = [
        f"{first.of(name).target.label.in_language(language)}{'' if zh else ' '}"
        f"{chance(first.of(name), language)}"
        for name in names
    ]
    if zh:
        return f"（各项单独实现的概率：{'，'.join(parts)}）"
    return f" (of each target alone: {', '.join(parts)})"


def _together(assessment: Assessment, joint: JointAttainment, language: str) -> str:
    odds = percent(joint.probability, language)
    alone = percent(joint.if_independent, language)
    subject = _joint_name(assessment, joint, language)
    holds = ""
    if joint.binding is not None:
        label = assessment.of(joint.binding).target.label
        holds = label.in_language(language)
    if language == "zh":
        tail = f"；其中{holds}的制约最大" if holds else ""
        return f"{subject}的概率为{odds}（若相互独立则为{alone}）{tail}。"
    first, _, rest = subject.rpartition(", together")
    subject = f"together {first}" if first and not rest else subject
    tail = f" What limits it most: {holds}." if holds else ""
    return (
        f"The probability of meeting {subject} is {odds} "
        f"({alone} if they were independent of each other).{tail}"
    )


def plan_title(project: Project, language: str) -> str:
    """Name of the region and its plan years."""
    years = project.plan.years
    if language == "zh":
        years = years.replace("–", "—")
    label = project.label.in_language(language)
    return (
        f"{label}，{years}年规划目标"
        if language == "zh"
        else (f"{label}: the {years} plan targets")
    )
