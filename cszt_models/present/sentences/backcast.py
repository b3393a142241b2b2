"""Sentences on backcasts: what it takes, how plausible that is, and what is needed."""

from collections.abc import Sequence

from cszt_models.present.sentences.goals import goal
from cszt_models.present.sentences.numbers import amount, number, percent
from cszt_models.project.plan import Target
from cszt_models.targets.backcast import Backcast
from cszt_models.targets.least_change import MAX_LENGTH
from cszt_models.targets.required_growth import RequiredGrowth

MAX_NAMES = 3  # targets that a sentence names one by one
STILL = 0.005  # of a needed change a year that is written as 0.00

# Lowest probability that chance moves the outcomes as far, and what to call it.
WORDS = (
    (0.32, "well within what the model expects", "完全在模型预期之内"),
    (0.05, "unusual, but nothing strange", "不多见，但并不离奇"),
    (0.01, "rare: it would be one of the larger surprises", "少见，属于较大的意外"),
    (0.0, "beyond what the model takes for possible", "超出模型认为可能的范围"),
)


def plausible(change: Backcast, language: str = "en") -> str:
    """Plain words for how plausible a change is.

    Examples
    --------
    >>> [english for least, english, _ in WORDS if least <= 0.2][0]
    'unusual, but nothing strange'
    """
    english, chinese = next(
        (en, zh) for least, en, zh in WORDS if change.plausibility >= least
    )
    return chinese if language == "zh" else english


def takes(change: Backcast, language: str = "en") -> str:
    """What the probability is, whether the one asked can be reached, and how far it is.

    Parameters
    ----------
    language
        ``"en"`` or ``"zh"``.
    """
    if change.reached:
        return _reached(change, language)
    return _unreached(change, language)


def _reached(change: Backcast, language: str) -> str:
    now, aim = (percent(p, language) for p in (change.initial, change.requested))
    odds = f"{100 * change.plausibility:.0f}" if change.plausibility >= 0.01 else "<1"
    words, event = plausible(change, language), _event(change.targets, language)
    if language == "zh":
        return (
            f"截至{change.as_of}，{event}为{now}。要使其达到{aim}，未来至少须偏离预期"
            f"{change.distance:.1f}个标准差；每100种可能的未来中，约有{odds}种仅因"
            f"偶然就会偏离这么多（{words}）。"
        )
    return (
        f"As known on {change.as_of} the probability of {event} is {now}. To bring it "
        f"to {aim}, the future must differ from what is expected by at least "
        f"{change.distance:.1f} standard deviations; by chance alone {odds} of 100 "
        f"futures differ as much ({words})."
    )


def _unreached(change: Backcast, language: str) -> str:
    chinese = language == "zh"
    aim = percent(change.requested, language)
    if change.missed:
        lost = [target for target in change.targets if target.id in change.missed]
        missed = _names(lost, language)
        if chinese:
            return f"{aim}无法达到：{missed}已公布未达标，概率最高为0。"
        return (
            f"{aim} cannot be reached: {missed} {_were(lost)} published and missed, so "
            "the highest probability is 0."
        )
    if not change.open:
        names = _names(list(change.targets), language)
        if chinese:
            return f"{aim}无需也无法达到：{names}已公布达标，概率为1。"
        return (
            f"{aim} is no longer open: {names} {_were(change.targets)} published and "
            "met, so the probability is 1."
        )
    up, event = change.requested > change.initial, _event(change.targets, language)
    most = percent(change.highest if up else change.lowest, language)
    if chinese:
        side = "最高" if up else "最低"
        return (
            f"{aim}无法达到：{event}{side}为{most}，即使变化达到模型的"
            f"{MAX_LENGTH:g}个标准差。"
        )
    side = "highest" if up else "lowest"
    return (
        f"{aim} cannot be reached: the {side} probability of {event} is {most}, even "
        f"after a change {MAX_LENGTH:g} standard deviations long."
    )


def on_average(needed: RequiredGrowth, target: Target, language: str = "en") -> str:
    """The needed average growth in a sentence, with what is expected beside it.

    Parameters
    ----------
    needed
        Of the target.
    target
        Of a level, a share or an average.
    language
        ``"en"`` or ``"zh"``.
    """
    chinese = language == "zh"
    value, expected = (number(x, "percent") for x in (needed.rate, needed.expected))
    aim = goal(target, language) if needed.start is None and not target.since else ""
    label = target.label.in_language(language)
    label = label[:1].upper() + label[1:]
    if needed.start is not None and abs(needed.rate) < STILL:
        return _reached_already(needed, target, label, language)
    if chinese:
        start = _start(needed, target, "zh")
        real = "" if needed.real is None else _real_zh(needed.real)
        return (
            f"{label}：{start}{_span(needed, '—')}年"
            f"{'需' + aim if aim else _needed_zh(needed)}"
            f"（预期{expected}{_unit_zh(needed)}）{real}。"
        )
    real = "" if needed.real is None else _real_en(needed.real)
    change = aim or _change_en(needed, value)
    return (
        f"{label}: {_start(needed, target, 'en')}{change} needed in "
        f"{_span(needed, '–')}, {expected} expected{real}."
    )


def _span(needed: RequiredGrowth, dash: str) -> str:
    """Years in which the growth is needed; one year stands alone."""
    first, last = needed.since + 1, needed.year
    return f"{last}" if first >= last else f"{first}{dash}{last}"


def _one_year(needed: RequiredGrowth) -> bool:
    return needed.since + 1 >= needed.year


def _change_en(needed: RequiredGrowth, value: str) -> str:
    """The change that is needed, of one year or a year."""
    if _one_year(needed):
        return f"{value} points" if needed.points else f"growth of {value} %"
    return f"{value} points a year" if needed.points else f"{value} % a year"


def _reached_already(
    needed: RequiredGrowth, target: Target, label: str, language: str
) -> str:
    """The sentence on a target whose value the last figure has."""
    value = amount(needed.start, target.unit, language)
    expected = number(needed.expected, "percent")
    if language == "zh":
        how = "" if needed.published else "（未公布，取中位数）"
        each = "" if _one_year(needed) else "年均"
        return (
            f"{label}：{needed.since}年已为{value}{how}，保持即可"
            f"（预期{each}变动{expected}{_unit_zh(needed)}）。"
        )
    how = "" if needed.published else " (not published: the median)"
    unit = "points" if needed.points else "%"
    unit += "" if _one_year(needed) else " a year"
    return (
        f"{label}: {value} in {needed.since}{how} has only to be held; {expected} "
        f"{unit} expected."
    )


def _unit_zh(needed: RequiredGrowth) -> str:
    return "个百分点" if needed.points else "%"


def _needed_zh(needed: RequiredGrowth) -> str:
    verbs = ("提高", "降低") if needed.points else ("增长", "下降")
    verb = verbs[needed.rate < 0]
    each = "" if _one_year(needed) else "年均"
    return f"{each}需{verb}{number(abs(needed.rate), 'percent')}{_unit_zh(needed)}"


def _real_en(rate: float) -> str:
    return f"; real growth of {number(rate, 'percent')} % if prices move as expected"


def _real_zh(rate: float) -> str:
    return f"；价格如预期时实际增速需{number(rate, 'percent')}%"


def _start(needed: RequiredGrowth, target: Target, language: str) -> str:
    if needed.start is None:
        return ""
    value = amount(needed.start, target.unit, language)
    if language == "zh":
        how = "" if needed.published else "（未公布，取中位数）"
        return f"从{needed.since}年的{value}{how}起，"
    how = "" if needed.published else " (not published: the median)"
    return f"from {value} in {needed.since}{how}, "


def _names(targets: Sequence[Target], language: str) -> str:
    labels = [target.label.in_language(language) for target in targets]
    if language == "zh":
        return "、".join(labels)
    return " and ".join([", ".join(labels[:-1])] * (len(labels) > 1) + labels[-1:])


def _were(targets: Sequence[Target]) -> str:
    return "were" if len(targets) > 1 else "was"


def _event(targets: Sequence[Target], language: str) -> str:
    """The event that targets are met, of which a probability is given."""
    names, several = _names(targets, language), len(targets) > 1
    if len(targets) > MAX_NAMES:
        count = len(targets)
        if language == "zh":
            return f"{count}项目标同时实现的概率"
        return f"meeting the {count} targets together"
    if language == "zh":
        return f"{names}{'各目标同时' if several else '目标的'}实现{'的' * several}概率"
    if several:
        return f"meeting the targets for {names} together"
    return f"meeting the target for {names}"
