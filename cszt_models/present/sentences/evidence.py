"""Sentences on what a probability rests on: figures, or priors."""

from cszt_models.present.sentences.numbers import minus, percent
from cszt_models.present.texts.models import block_name, form_name
from cszt_models.project.series import spans
from cszt_models.targets.attainment import Attainment
from cszt_models.targets.evidence import widest
from cszt_models.targets.prior_sensitivity import UNOBSERVED_MAX


def rests_on(result: Attainment, language: str = "en") -> str:
    """What the probability of a measure's target rests on; nothing for other targets.

    The number of figures with their regions and years, members of which there is none,
    and whether the scales are wide priors.
    """
    evidence = result.evidence
    if evidence is None:
        return ""
    chinese = language == "zh"
    places = []
    for series in evidence.regions:
        region = series.region.in_language(language)
        years = _years(series.years, "—" if chinese else "–")
        kind = "（增速）" if chinese else " (growth)"
        text = f"{region}{years}年" if chinese else f"{region} {years}"
        places.append(text + (kind if series.differences else ""))
    lost = [label.in_language(language) for label in evidence.without]
    whole = (
        evidence.whole.in_language(language)
        if evidence.whole and evidence.bounds
        else ""
    )
    if chinese:
        parts = [f"共依据{evidence.figures}个数据：{'；'.join(places)}"]
        parts += [f"{'、'.join(lost)}无数据"] if lost else []
        parts += [f"以{whole}（{_years(evidence.bounds, '—')}年）为界"] if whole else []
        parts += ["波动幅度取宽先验"] if evidence.wide else []
        return "；".join(parts).replace(", ", "、")
    parts = [f"rests on {evidence.figures} figures in all: {'; '.join(places)}"]
    parts += [f"none of {', '.join(lost)}"] if lost else []
    parts += [f"bounded by {whole} {_years(evidence.bounds)}"] if whole else []
    parts += (
        ["how far regions and years differ rests on a wide prior"]
        if evidence.wide
        else []
    )
    return "; ".join(parts)


def computed(result: Attainment, language: str = "en") -> str:
    """How an outcome was computed from published figures; nothing if it was not."""
    if result.computed is None:
        return ""
    how = {"en": "computed from published figures: ", "zh": "据公布数推算："}[language]
    return how + result.computed.arithmetic


def driven(result: Attainment, language: str = "en") -> str:
    """Why priors rather than figures decide a probability; nothing if they do not."""
    sensitivity = result.sensitivity
    if sensitivity is None or not sensitivity.prior_driven:
        return ""
    most, chinese = sensitivity.slopes[0], language == "zh"
    if sensitivity.unobserved > UNOBSERVED_MAX:
        share = f"{100 * min(sensitivity.unobserved, 1.0):.0f}"
        if chinese:
            return f"先验主导：预测方差的{share}%没有数据支撑"
        return (
            f"driven by the prior: no figure determines {share} % of the forecast "
            "variance"
        )
    moved, block = minus(f"{100 * most.prior:+.0f}"), block_name(most.block, language)
    if chinese:
        return f"先验主导：{block}的先验计两次，概率变动{moved}个百分点"
    twice = f"that of {block}, counted twice, moves it by {moved} points"
    return f"driven by the prior: {twice}"


def over_forms(result: Attainment, language: str = "en") -> str:
    """Range of a probability over forms of the model; nothing if it is narrow."""
    pair = widest(result.forms)
    if pair is None:
        return ""
    names = [form_name(form.form, language) for form in pair]
    block = block_name(pair[0].block, language)
    text = range_of_forms(result, language)
    if language == "zh":
        return f"{text}（{block}：{names[0]}／{names[1]}）"
    return f"{text} ({block}: {names[0]} / {names[1]})"


def range_of_forms(result: Attainment, language: str = "en") -> str:
    """The range alone, without the names of the forms; nothing if it is narrow."""
    pair = widest(result.forms)
    if pair is None:
        return ""
    low, high = (percent(form.probability, language) for form in pair)
    if language == "zh":
        mark = "—" if low[-1] == high[-1] == "%" else "至"
        return f"换用其他模型形式则为{low}{mark}{high}"
    plain = low[0].isdigit() and high[0].isdigit()
    low = low.removesuffix(" %") if plain else f"{low} "
    mark = "–" if plain else "to "
    return f"{low}{mark}{high} in other forms of the model"


def _years(years: tuple[int, ...], dash: str = "–") -> str:
    return spans(list(years)).replace("-", dash)
