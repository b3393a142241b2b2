"""Chart of a running year: its expected growth from release to release."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cszt_models.present.charts.base import BAND, INK, TARGET, finish
from cszt_models.present.texts.charts import FRAME
from cszt_models.present.texts.within_year import word

BANDS = (("q5", "q95", 0.14), ("q10", "q90", 0.2), ("q25", "q75", 0.28))
PALER = 0.45  # of the stages that are still to come
SHAPES: Mapping[str, str] = {
    "to_date": "diamond",
    "estimate": "circle",
    "other": "triangle-down",
}


def year_chart(
    stages: pd.DataFrame,
    marks: pd.DataFrame,
    *,
    title: str,
    rate: float | None = None,
    language: str = "en",
    width: int = 330,
    height: int = 230,
) -> Any:
    """Expected growth of a year as a fan of steps, with the releases marked.

    Parameters
    ----------
    stages
        first and last day, q5 to q95 in percent, and ahead: whether it is to come.
    marks
        day, value in percent, name and kind (one of `SHAPES`) of each release.
    title
        Of the chart.
    rate
        That the year is to reach, percent; none if not given.
    language
        ``"en"`` or ``"zh"``.
    width, height
        In pixels.
    """
    import altair as alt

    scale = alt.Scale(zero=False, nice=True)
    axis = alt.Axis(minExtent=36, titlePadding=8, tickCount=6)
    months = alt.Axis(
        title=None,
        format="%-m月" if language == "zh" else "%b",
        tickCount="month",
        labelOverlap=True,
        grid=False,
    )
    day = alt.X("first:T", axis=months)
    layers: list[Any] = []
    for ahead in (False, True):
        base = alt.Chart(stages[stages["ahead"] == ahead]).encode(
            x=day, x2=alt.X2("last:T")
        )
        shade = PALER if ahead else 1.0
        for low, high, opacity in BANDS:
            y = alt.Y(
                f"{low}:Q",
                title=word("axis_growth", language),
                scale=scale,
                axis=axis,
            )
            rect = base.mark_rect(color=BAND, opacity=opacity * shade)
            layers.append(rect.encode(y=y, y2=alt.Y2(f"{high}:Q")))
        rule = base.mark_rule(color=BAND, strokeWidth=2, opacity=shade)
        layers.append(rule.encode(y=alt.Y("q50:Q")))
    if rate is not None:
        goal = alt.Chart(pd.DataFrame({"rate": [rate]}))
        dotted = goal.mark_rule(color=TARGET, strokeDash=[2, 3], strokeWidth=1.6)
        layers.append(dotted.encode(y=alt.Y("rate:Q")))
        text = f"{FRAME[language]['target']} {rate:.1f}"
        label = goal.mark_text(
            align="left", baseline="bottom", dy=-3, color=TARGET, fontSize=13
        )
        layers.append(
            label.encode(x=alt.value(4), y=alt.Y("rate:Q"), text=alt.value(text))
        )
    if len(marks):
        layers += _marks(alt.Chart(marks), alt)
    chart = alt.layer(*layers).properties(width=width, height=height, title=title)
    return finish(chart, 13)


def _marks(base: Any, alt: Any) -> list[Any]:
    place = base.encode(x=alt.X("day:T"), y=alt.Y("value:Q"))
    kinds = list(SHAPES)
    shape = alt.Shape(
        "kind:N",
        scale=alt.Scale(domain=kinds, range=[SHAPES[kind] for kind in kinds]),
        legend=None,
    )
    points = place.mark_point(color=INK, filled=True, size=90, opacity=1)
    names = place.mark_text(
        dy=-12, align="center", color=INK, fontSize=12, fontWeight="bold"
    )
    return [points.encode(shape=shape), names.encode(text=alt.Text("name:N"))]
