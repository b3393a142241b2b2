"""Sentences on sets, timing, splits and the plan itself, in English and in Chinese."""

import pandas as pd

from cszt_models.attribution.shortfall import SUM, Split
from cszt_models.present.sentences.base import name
from cszt_models.present.sentences.goals import goal
from cszt_models.present.sentences.numbers import after, amount, percent, unit
from cszt_models.present.texts.sentences import COMPONENT
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.targets.consistency import Implication
from cszt_models.targets.timing import Timing
from cszt_models.vocabulary import GROWTH

LEAST_POINTS = 0.005  # what is less is written as 0.00
NEGLIGIBLE = 5e-4  # share of a split's largest term below which a term is not named


def component(key: str, language: str = "en") -> str:
    """Name of a component in the reader's language; a year is its own name."""
    if key.isdigit() and language == "zh":
        return f"{key}年"
    return COMPONENT[language].get(key, key)


def signed(value: float, unit_name: str, language: str = "en") -> str:
    """A difference with its sign and unit; points for shares.

    Parameters
    ----------
    value
        In the unit.
    unit_name
        As a project writes it.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> signed(-1973.6, "1e8 yuan"), signed(-1973.6, "1e8 yuan", "zh")
    ('−¥197.4 billion', '−1,973.6亿元')
    >>> signed(0.263, "percent")
    '+0.26 points'
    """
    sign = "−" if value < 0 else "+"
    if unit_name.startswith("percent"):
        points = {"en": " points", "zh": "个百分点"}[language]
        return f"{sign}{abs(value):.2f}{points}"
    return f"{sign}{amount(abs(value), unit_name, language)}"


def order(lost: pd.DataFrame, names: dict[str, str], language: str = "en") -> str:
    """The order in which targets are lost, with what is left after each.

    Parameters
    ----------
    lost
        From `joint.order_of_loss`.
    names
        Name of each target in the reader's language.
    """
    if lost.empty:
        return ""
    zh = language == "zh"
    steps: list[str] = []
    pairs = zip(lost["target"], lost["joint"].iloc[1:], strict=False)
    for target, left in pairs:
        odds, label = percent(left, language), names[target]
        first = "" if steps else "it is "
        steps.append(
            f"去掉{label}后为{odds}" if zh else f"without {label} {first}{odds}"
        )
    last = names[lost["target"].iloc[-1]]
    together = percent(lost["joint"].iloc[0], language)
    if zh:
        text = f"同时实现的概率为{together}。"
        text += f"逐项去掉制约最大的目标：{'，再'.join(steps)}，" if steps else ""
        return f"{text}最后剩下{last}。"
    text = f"The probability of all together is {together}."
    if steps:
        text += " Leaving out the most limiting target, one after the other: "
        text += f"{'; then '.join(steps)}. The last that remains is {last}."
    return text


def when(timing: Timing, language: str = "en") -> str:
    """When a target's value is reached, and whether by the horizon at all."""
    subject, aim = name(timing.target, language), goal(timing.target, language)
    aim = f"{subject}（{aim}）" if language == "zh" else f"{subject} ({aim})"
    if timing.target.indicator == GROWTH:
        return _in_its_year(timing, aim, language)
    years = [timing.quantile(p) for p in (0.1, 0.5, 0.9)]
    never = percent(timing.never(), language)
    first = int(timing.table["year"].iloc[0])
    low, middle, high = years
    if language == "zh":
        if middle is None:
            return f"{aim}：到{timing.horizon}年仍未达到的概率为{never}。"
        if low == high:
            early = "或更早" if middle == first else ""
            return f"{aim}：{middle}年{early}几乎肯定达到。"
        end = f"{high}年" if high else f"{timing.horizon}年之后"
        start = f"{low}年或更早" if low == first else f"{low}年"
        lasting = timing.quantile(0.5, "sustained")
        tail = f"，{lasting}年起稳定保持" if lasting else ""
        return (
            f"{aim}：到{middle}年达到的可能性过半（80%区间{start}至{end}）{tail}；"
            f"到{timing.horizon}年仍未达到的概率为{never}。"
        )
    if middle is None:
        return f"{aim}: with probability {never} not even by {timing.horizon}."
    if low == high:
        early = " or before" if middle == first else ""
        return f"{aim}: almost certainly reached in {middle}{early}."
    end = str(high) if high else f"after {timing.horizon}"
    start = f"{low} or before" if low == first else str(low)
    lasting = timing.quantile(0.5, "sustained")
    tail = f", and kept from {lasting} on" if lasting else ""
    return (
        f"{aim}: as likely as not by {middle} (80 % interval {start} to {end})"
        f"{tail}; with probability {never} not even by {timing.horizon}."
    )


def _in_its_year(timing: Timing, aim: str, language: str) -> str:
    """A growth rate is about its year alone: the probability that it is met there."""
    year = timing.target.year
    rows = timing.table[timing.table["year"] == year]["at"]
    odds = percent(None if rows.empty else float(rows.iloc[0]), language)
    if language == "zh":
        return f"{aim}：{year}年当年达到的概率为{odds}；增速只就当年而言。"
    return (
        f"{aim}: reached in {year} with probability {odds}; growth is about that year "
        "alone."
    )


def named(split: Split, by: str) -> list[tuple[str, float]]:
    """Sums by ``component`` or ``region`` that are large enough to name, largest first.

    Years of an average stand in their order.
    """
    sums = split.by(by)
    large = sums[sums.abs() > NEGLIGIBLE * sums.abs().max()]
    if split.target.unit.startswith("percent"):
        large = large[large.abs() >= LEAST_POINTS]
    if large.empty:
        return []
    if not str(large.index[0]).isdigit():
        large = large.loc[large.abs().sort_values(ascending=False, kind="stable").index]
    return [(str(key), float(value)) for key, value in large.items()]


def gap(
    split: Split, project: Project, *, against: str = "", language: str = "en"
) -> str:
    """The gap and its terms, by component and by member.

    Parameters
    ----------
    against
        The as-of date whose expectation is the reference; the plan if empty.
    """
    of = split.target.unit
    value = amount(split.outcome, of, language)
    expected = amount(split.expected, of, language)
    parts = [
        f"{component(key, language)} {signed(x, of, language)}"
        for key, x in named(split, "component")
    ]
    places = [
        f"{project.places[key].in_language(language)} {signed(x, of, language)}"
        for key, x in named(split, "region")
    ]
    whole = signed(split.gap, of, language)
    open_ = _open(split, language)
    alone = [list(terms) for terms in (parts, places)]
    parts, places = (terms if len(terms) > 1 else [] for terms in alone)
    if language == "zh":
        base = f"{against}时的预期" if against else "规划路径"
        return (
            f"{name(split.target, 'zh')}：{value}，与{base}（{expected}）相差{whole}。"
            f"{'其中' + '，'.join(parts) + '。' if parts else ''}"
            f"{'分地区：' + '，'.join(places) + '。' if places else ''}{open_}"
        )
    base = f"what was expected at {against}" if against else "the plan's path"
    return (
        f"{name(split.target, 'en')}: {value}, {whole} against {base} ({expected}). "
        f"{'Of this ' + ', '.join(parts) + '. ' if parts else ''}"
        f"{'By region: ' + ', '.join(places) + '.' if places else ''}".rstrip()
        + open_
    )


def _open(split: Split, language: str) -> str:
    """Components that the figures do not separate, though their sum is settled."""
    spread, sums = dict(split.spread), split.by("component")
    if spread.pop(SUM) > NEGLIGIBLE * abs(split.gap):
        return ""
    loose = [key for key, sd in spread.items() if sd > abs(sums[key])]
    if len(loose) < 2 or max(spread.values()) < 0.05 * abs(split.gap):
        return ""
    size = signed(max(spread[key] for key in loose), split.target.unit, language)[1:]
    names = [component(key, language) for key in loose]
    if language == "zh":
        return f"已公布数据分不开{'与'.join(names)}：各自可能高出或低于此值{size}。"
    both = " and ".join(names)
    return f" The figures do not separate {both}: each is open by ±{size}."


def implied(implication: Implication, language: str = "en") -> str:
    """What a pair of targets implies, and how it stands to what the plan says of it."""
    pair = [
        _short(target, language) for target in (implication.first, implication.second)
    ]
    label = implication.label.in_language(language)
    value = amount(implication.implied, implication.unit, language)
    if language == "zh":
        value = after(label, value)
        text = f"{pair[0]}与{pair[1]}合起来意味着{label}为{value}"
        if implication.start:
            base = amount(implication.start[0], implication.first.unit, "zh")
            text += f"（自{implication.start[1]}年{base}起）"
        return f"{text}。{_verdict_zh(implication)}{_known(implication, language)}"
    text = f"{pair[0]} and {pair[1]} imply {label} of {value}"
    if implication.start:
        base = amount(implication.start[0], implication.first.unit, "en")
        text += f", from {base} in {implication.start[1]}"
    words = [
        f"{text[0].upper()}{text[1:]}.",
        _verdict_en(implication),
        _known(implication, language),
    ]
    return " ".join(part for part in words if part)


def _short(target: Target, language: str) -> str:
    label = target.label.in_language(language)
    value = amount(target.value, target.unit, language)
    if language == "zh":
        return f"{label}{after(label, value)}"
    return f"{label} of {value}"


def _verdict_en(pair: Implication) -> str:
    if pair.stated is None:
        return ""
    aim = goal(pair.stated, "en")
    return {
        "agrees": f"The plan says the same ({aim}).",
        "slack": f"The plan asks for {aim}, which is then met with room to spare.",
        "short": f"The plan asks for {aim}, which is then missed.",
        "only implied": "",
    }[pair.verdict]


def _verdict_zh(pair: Implication) -> str:
    if pair.stated is None:
        return ""
    aim = goal(pair.stated, "zh")
    return {
        "agrees": f"与规划本身的目标（{aim}）一致。",
        "slack": f"规划本身要求{aim}，按此推算已超过要求。",
        "short": f"规划本身要求{aim}，按此推算尚未达到。",
        "only implied": "",
    }[pair.verdict]


def _known(pair: Implication, language: str) -> str:
    """The last published figure of what is implied."""
    if pair.known is None:
        return ""
    value = amount(pair.known.value, pair.unit, language)
    if language == "zh":
        return f"{pair.known.year}年公布值为{value}。"
    return f"Published for {pair.known.year}: {value}."


def mean_score(row: pd.Series, names: dict[str, str], language: str = "en") -> str:
    """Mean scores of one target, beside those of a coin.

    Parameters
    ----------
    row
        From `scoring.mean_scores`.
    """
    verdict = {"en": ("missed", "met"), "zh": ("未实现", "已实现")}[language]
    label, met = names[row["target"]], verdict[bool(row["met"])]
    if language == "zh":
        return (
            f"{label}（{met}）：{row['dates']}次预测的平均布里尔分{row['brier']:.3f}"
            f"（抛硬币为0.250），对数分{row['log']:.3f}（抛硬币为0.693）。"
        )
    return (
        f"{label[:1].upper()}{label[1:]} ({met}): over {row['dates']} dates mean Brier "
        f"score {row['brier']:.3f} (tossing a coin: 0.250), mean log score "
        f"{row['log']:.3f} (a coin: 0.693)."
    )


def unit_of(target: Target, language: str) -> str:
    """Unit of a target's gap: points for shares."""
    if target.unit.startswith("percent"):
        return {"en": "points", "zh": "百分点"}[language]
    return unit(target.unit, language)
