"""Sentences on a record of hindcasts: wins and losses alike."""

import pandas as pd

from cszt_models.hindcast.forecast import LEARNED
from cszt_models.hindcast.record import MIN_BIN_COUNT, OURS, HindcastRecord
from cszt_models.present.texts.sentences import METHODS, VARIABLES
from cszt_models.project.project import Project

OFF = 0.15  # a bin further off than this is said


def quantity(name: str, project: Project, language: str) -> str:
    """Name of what was forecast.

    Parameters
    ----------
    name
        Id of an indicator, or of what is computed from several.
    project
        With names of indicators.
    language
        ``"en"`` or ``"zh"``.
    """
    if name in VARIABLES:
        return VARIABLES[name][language]
    return project.indicators[name].label.in_language(language)


def compared(record: HindcastRecord, project: Project, name: str, language: str) -> str:
    """How our forecasts of an indicator compare with the best other method's.

    Parameters
    ----------
    record, project
        The record of hindcasts, and its project.
    name
        Id of the indicator.
    language
        ``"en"`` or ``"zh"``.
    """
    table = record.of(name).set_index("method")
    ours, others = table.loc[OURS], table.drop(index=[OURS, LEARNED], errors="ignore")
    best = others.iloc[0]
    label, other = quantity(name, project, language), METHODS[best.name][language]
    gap = 100 * (ours["crps"] / best["crps"] - 1)
    inside = 100 * ours["coverage80"]
    if language == "zh":
        side = "低" if gap < 0 else "高"
        return (
            f"{label}：平均CRPS比最好的其他方法（{other}）{side}{abs(gap):.0f}%；"
            f"80%区间覆盖了{inside:.0f}%的结果。"
        )
    side = "lower" if gap < 0 else "higher"
    return (
        f"{label[0].upper()}{label[1:]}: mean CRPS {abs(gap):.0f} % {side} than that "
        f"of the best other method ({other}); 80 % intervals contained "
        f"{inside:.0f} % of outcomes."
    )


def in_short(record: HindcastRecord, project: Project, language: str) -> str:
    """How good forecasts were on the whole: against others, and by their intervals.

    Parameters
    ----------
    record, project
        The record of hindcasts, and its project.
    language
        ``"en"`` or ``"zh"``.
    """
    ours, better = [], []
    for name in record.indicators:
        table = record.of(name).set_index("method")
        ours.append(float(table.loc[OURS, "coverage80"]))
        others = table.drop(index=[OURS, LEARNED], errors="ignore")
        if len(others) and table.loc[OURS, "crps"] < others["crps"].min():
            better.append(name)
    low, high = (f"{100 * value:.0f}" for value in (min(ours), max(ours)))
    count, won = len(ours), len(better)
    wrong = [name for name in record.indicators if off(record, project, name, language)]
    names = [quantity(name, project, language) for name in wrong]
    if language == "zh":
        span = f"{low}%" if low == high else f"{low}%—{high}%"
        text = (
            f"用以往数据检验：{count}项指标中有{won}项，本模型的预测比最好的简单方法更接近"
            f"结果；80%区间实际覆盖了{span}的结果。"
        )
        return text + (
            f"{'、'.join(names)}目标的概率在部分区段偏差超过15个百分点。"
            if names
            else ""
        )
    span = f"{low} %" if low == high else f"{low} to {high} %"
    text = (
        f"Tested on the past: of {count} quantities {won} were forecast better than by "
        f"the best simple method, and 80 % intervals contained {span} of outcomes."
    )
    tail = " Probabilities of targets were in part more than 15 points off for "
    return text + (f"{tail}{', '.join(names)}." if names else "")


def off(record: HindcastRecord, project: Project, name: str, language: str) -> str:
    """Where stated probabilities were further off than `OFF`; nothing if nowhere.

    Parameters
    ----------
    record, project
        The record of hindcasts, and its project.
    name
        Id of the indicator.
    language
        ``"en"`` or ``"zh"``.
    """
    bins = record.reliability
    bins = bins[(bins["indicator"] == name) & (bins["n"] >= MIN_BIN_COUNT)]
    gap = bins["frequency"] - bins["probability"]
    wrong = bins[gap.abs() > OFF]
    if wrong.empty:
        return ""
    label = quantity(name, project, language)
    sign = "%" if language == "zh" else " %"
    pairs = [
        (f"{100 * row['probability']:.0f}{sign}", f"{100 * row['frequency']:.0f}{sign}")
        for _, row in wrong.iterrows()
    ]
    if language == "zh":
        listed = "、".join(f"{stated}（实际{share}）" for stated, share in pairs)
        return f"{label}：以下概率与实际比例相差超过15个百分点：{listed}。"
    (stated, share), *others = pairs
    places = [f"{stated} ({share} came true)", *(f"{a} ({b})" for a, b in others)]
    return (
        f"{label[0].upper()}{label[1:]}: off by more than 15 points where the "
        f"probability was {', '.join(places)}."
    )


def share_fulfilled(
    record: HindcastRecord, indicator: str, probability: float, language: str
) -> str:
    """How often probabilities like one came true, if that was further off than `OFF`.

    Parameters
    ----------
    record
        With our probabilities of targets that were replayed.
    indicator
        What was forecast; one that was not replayed says nothing.
    probability
        From 0 to 1.

    Examples
    --------
    >>> row = {"indicator": "growth", "low": 0.3, "high": 0.4, "n": 948}
    >>> bins = pd.DataFrame([row | {"probability": 0.35, "frequency": 0.15}])
    >>> share_fulfilled(HindcastRecord(pd.DataFrame(), bins), "growth", 0.33, "en")
    'of 948 past cases with 30 to 40 %, 15 % came true'
    """
    bins = record.reliability
    inside = (bins["low"] <= probability) & (probability < bins["high"])
    alike = bins[inside & (bins["indicator"] == indicator)]
    if alike.empty or alike["n"].iloc[0] < MIN_BIN_COUNT:
        return ""
    past = alike.iloc[0]
    if abs(past["frequency"] - past["probability"]) <= OFF:
        return ""
    low, high, share = (f"{100 * past[k]:.0f}" for k in ("low", "high", "frequency"))
    count = f"{past['n']:.0f}"
    if language == "zh":
        return f"以往概率为{low}%—{high}%的{count}例中，{share}%实现"
    return f"of {count} past cases with {low} to {high} %, {share} % came true"


def scores_table(
    record: HindcastRecord, project: Project, language: str
) -> pd.DataFrame:
    """A row for each indicator and method, in words and rounded numbers.

    Parameters
    ----------
    record, project
        The record of hindcasts, and its project.
    language
        ``"en"`` or ``"zh"``.
    """
    rows = []
    for name in record.indicators:
        for _, row in record.of(name).iterrows():
            method = METHODS[row["method"]][language]
            rows.append(
                {
                    "indicator": quantity(name, project, language),
                    "method": method,
                    "n": f"{row['n']:,.0f}",
                    "crps": _digits(row["crps"]),
                    "crps_mean_growth": _digits(row["crps_mean_growth"]),
                    "ratio": "" if pd.isna(row["ratio"]) else f"{row['ratio']:.2f}",
                    "coverage80": _share(row["coverage80"], language),
                    "coverage95": _share(row["coverage95"], language),
                    "brier": "" if pd.isna(row["brier"]) else f"{row['brier']:.3f}",
                }
            )
    return pd.DataFrame(rows)


def _digits(value: float) -> str:
    """Three of them; nothing for what is not a number."""
    return "" if pd.isna(value) else f"{value:#.3g}"


def _share(value: float, language: str) -> str:
    sign = "%" if language == "zh" else " %"
    return "" if pd.isna(value) else f"{100 * value:.0f}{sign}"
