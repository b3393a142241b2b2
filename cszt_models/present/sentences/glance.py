"""Lines of the first screen: what is known, on what it rests, what would change it."""

from collections.abc import Iterable

from cszt_models.present.sentences.base import chance
from cszt_models.present.sentences.evidence import driven, range_of_forms
from cszt_models.present.sentences.numbers import as_published, percent
from cszt_models.present.sentences.scenarios import title
from cszt_models.project.plan import Target, averaged
from cszt_models.project.project import Label
from cszt_models.project.series import LastFigure
from cszt_models.scenarios.scenario import BASELINE, Scenario
from cszt_models.targets.attainment import Assessment, Attainment
from cszt_models.targets.comparison import Compared
from cszt_models.targets.coverage import Behind

MAX_NAMES = 3  # in brackets of the lead
SMALL = 0.015  # change of a probability that says nothing to a reader


def last_known(last: LastFigure, unit: str, language: str) -> str:
    """The last of some published figures with its year.

    Parameters
    ----------
    last
        In the unit.
    unit
        As a project writes it.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> last = LastFigure(79.6, 2024, "census")
    >>> last_known(last, "percent", "en"), last_known(last, "percent", "zh")
    ('79.6 % in 2024', '2024年为79.6%')
    """
    value = as_published(last.value, unit, language)
    return f"{last.year}年为{value}" if language == "zh" else f"{value} in {last.year}"


def labelled(label: str, line: str, language: str) -> str:
    """A line on a figure of another indicator, after the name of that.

    Parameters
    ----------
    label
        Name of the other indicator.
    line
        From `last_known`.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> labelled("share", "3 % in 2024", "en"), labelled("比重", "2024年为3%", "zh")
    ('share 3 % in 2024', '2024年比重为3%')
    """
    if language == "zh":
        year, _, value = line.partition("为")
        return f"{year}{label}为{value}"
    return f"{label} {line}"


def last_of_members(
    figures: Iterable[tuple[Label, LastFigure | None]], unit: str, language: str
) -> str:
    """The last figures of a place's members; that there is none.

    Parameters
    ----------
    figures
        Label and last figure of each member, None where there is none.
    """
    zh = language == "zh"
    lines = [
        f"{place.in_language(language)}{'' if zh else ' '}"
        f"{last_known(last, unit, language)}"
        for place, last in figures
        if last
    ]
    if not lines:
        return {"en": "no figure of its own", "zh": "无本级数据"}[language]
    return ("；" if zh else "; ").join(lines)


def rests(result: Attainment, behind: Behind, language: str) -> str:
    """On what an answer rests: figures and their years, and whether the prior decides.

    Parameters
    ----------
    behind
        Published figures that inform the target.
    """
    if result.status == "no_data":
        return ""
    if result.status == "resolved":
        if result.computed is not None:
            return {
                "en": "arithmetic of published figures",
                "zh": "由已公布数据推算",
            }[language]
        return {"en": "the published figure", "zh": "公布值"}[language]
    count, years = behind.count, behind.years
    if language == "zh":
        text = (
            f"本身{_span(years, '—')}年的{count}个数据" if count else "无数据，仅凭先验"
        )
        lost = "、".join(label.zh for label in _without(result))
        text += f"（{lost}无数据）" if lost else ""
    else:
        text = (
            f"{count} figures of its own, {_span(years, '–')}"
            if count
            else "priors, no figure"
        )
        lost = ", ".join(label.en for label in _without(result))
        text += f" (none of {lost})" if lost else ""
    notes = [text, driven(result, language), range_of_forms(result, language)]
    return {"en": "; ", "zh": "；"}[language].join(filter(None, notes))


def _span(years: tuple[int, int], dash: str) -> str:
    first, last = years
    return f"{first}{dash}{last}" if first != last else f"{first}"


def _without(result: Attainment) -> tuple[Label, ...]:
    return () if result.evidence is None else result.evidence.without


def would_change(
    result: Attainment, compared: Iterable[Compared], language: str
) -> str:
    """What would change a probability most: a scenario, else the figures to come.

    A scenario that takes as given what the target is about says nothing of how likely
    that is, and does not count.

    Parameters
    ----------
    compared
        Scenarios on the same date, the baseline among them.
    """
    if result.status == "nowcast":
        year = result.target.year
        if language == "zh":
            return f"尚待公布的{year}年数据"
        return f"the figures of {year} that are not yet published"
    before = result.probability or 0.0
    changes = [
        (abs(after - before), after, title(other.scenario, language))
        for other in compared
        if other.assessment is not None
        and not takes_as_given(other.scenario, [result.target])
        for after in [other.assessment.of(result.target.id).probability]
        if after is not None
    ]
    change, after, scenario = max(changes, default=(0.0, 0.0, ""))
    old, new = (percent(p, language) for p in (before, after))
    year = result.target.year
    if change < SMALL or old == new:
        if language == "zh":
            return f"{year}年及以前的新数据"
        return f"new figures of the years up to {year}"
    if language == "zh":
        return f"情景“{scenario}”影响最大：由{old}变为{new}"
    return f'most of all the scenario "{scenario}": from {old} to {new}'


def takes_as_given(scenario: Scenario, targets: Iterable[Target]) -> bool:
    """Whether a condition of a scenario is about what a target is about."""
    about = {averaged(target.indicator) for target in targets}
    return any(condition.indicator in about for condition in scenario.conditions)


def assumes_answer(compared: Compared) -> bool:
    """Whether a scenario takes as given what a target of the joint set is about."""
    assessment = compared.assessment
    if assessment is None or assessment.joint is None:
        return False
    targets = [assessment.of(name).target for name in assessment.joint.targets]
    return takes_as_given(compared.scenario, targets)


def extremes(compared: Iterable[Compared], as_of: str, language: str) -> str:
    """Joint probability of the baseline, and the scenarios with the most and the least.

    Scenarios that take as given what a target is about do not count.

    Parameters
    ----------
    compared
        Scenarios on one date, the baseline first.
    as_of
        The date.
    """
    odds = [
        (each.assessment.joint.probability, title(each.scenario, language))
        for each in compared
        if each.assessment is not None and each.assessment.joint is not None
        if each.scenario.name == BASELINE or not assumes_answer(each)
    ]
    if len(odds) < 2:
        return ""
    (base, _), *others = odds
    zh = language == "zh"
    most, best = max(others, key=lambda pair: pair[0])  # the first of those alike
    least, worst = min(others, key=lambda pair: pair[0])
    now, high, low = (percent(p, language) for p in (base, most, least))
    parts = []
    if most - base >= SMALL:
        up = f"情景“{best}”最高，为{high}", f'"{best}" raises it most, to {high}'
        parts.append(up[not zh])
    if base - least >= SMALL:
        down = f"情景“{worst}”最低，为{low}", f'"{worst}" lowers it most, to {low}'
        parts.append(down[not zh])
    if zh:
        tail = f"；{'；'.join(parts)}" if parts else "；各情景均改变不大"
        return f"截至{as_of}，主要目标同时实现的概率在基准情景下为{now}{tail}。"
    tail = "no scenario moves it"
    if parts:
        tail = f"of the scenarios {', and '.join(parts)}"
    return f"As known on {as_of} the probability of all together is {now}; {tail}."


def settled(result: Attainment, language: str) -> str:
    """What could still change the verdict of a resolved target."""
    if result.status != "resolved":
        return ""
    return {
        "en": "only a revision of the published figures",
        "zh": "仅在已公布数据修订时",
    }[language]


def standing(assessment: Assessment, language: str) -> str:
    """How many headline targets are met, missed and open, with probabilities."""
    every = [r for r in assessment.targets if r.target.headline]
    results = [r for r in every if r.status != "no_data"]
    if len(results) < 2:
        return ""
    lacking = len(every) - len(results)
    met = [r for r in results if r.met]
    missed = [r for r in results if r.met is False]
    left = [r for r in results if r.met is None]
    if language == "zh":
        parts = [f"{len(met)}项已实现{_names(met, language)}"] if met else []
        parts += [f"{len(missed)}项未实现{_names(missed, language)}"] if missed else []
        parts += [f"{len(left)}项尚无结果{_names(left, language)}"] if left else []
        parts += [f"{lacking}项无数据"] if lacking else []
        if len(left) == len(every):
            return f"规划的{len(every)}项主要目标均尚无结果{_names(left, language)}。"
        return f"规划的{len(every)}项主要目标中，{'，'.join(parts)}。"
    groups = (met, "met"), (missed, "missed"), (left, "still open")
    parts = [
        f"{len(group)} {'is' if len(group) == 1 else 'are'} {verdict}"
        f"{_names(group, language)}"
        for group, verdict in groups
        if group
    ]
    parts += [f"{lacking} {'has' if lacking == 1 else 'have'} no data"] * bool(lacking)
    if len(left) == len(every):
        names = _names(left, language)
        return f"All {len(every)} headline targets are still open{names}."
    return f"Of {len(every)} headline targets {_and(parts)}."


def lacking(assessment: Assessment, language: str) -> str:
    """Headline targets of which there is no probability; empty if all have one."""
    names = [
        result.target.label.in_language(language)
        for result in assessment.targets
        if result.target.headline and result.status == "no_data"
    ]
    if not names:
        return ""
    if language == "zh":
        return f"另有{len(names)}项主要目标没有可建模的数据：{'；'.join(names)}。"
    what = "target has" if len(names) == 1 else "targets have"
    return (
        f"{len(names)} more headline {what} no data, and so no probability: "
        f"{'; '.join(names)}."
    )


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)


def _names(results: list[Attainment], language: str) -> str:
    """Labels in brackets, if they are few; those of open targets with probability."""
    if len(results) > MAX_NAMES:
        return ""
    labels = []
    for result in results:
        label = result.target.label.in_language(language)
        if result.met is None:
            odds = chance(result, language)
            label = (
                f"{label}：实现概率{odds}"
                if language == "zh"
                else f"{label}: probability of meeting it {odds}"
            )
        labels.append(label)
    return f"（{'；'.join(labels)}）" if language == "zh" else f" ({'; '.join(labels)})"
