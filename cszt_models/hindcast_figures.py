"""Figures of a record of hindcasts."""

from typing import Any

import pandas as pd

from cszt_models.figures import GRID, INK, PALETTE, finish
from cszt_models.hindcast_record import FEW, Record


def reliability_chart(
    record: Record, name: str, *, title: str, language: str = "en"
) -> Any:
    """Stated probabilities against how often they came true, with numbers of cases.

    Returns
    -------
    altair.Chart
        Hollow points rest on few cases; the line is perfect calibration.
    """
    import altair as alt

    bins = record.reliability
    bins = bins[bins["indicator"] == name].assign(
        many=lambda t: t["n"] >= FEW, text=lambda t: t["n"].map("{:,.0f}".format)
    )
    said = {
        "en": ("stated probability", "share that came true"),
        "zh": ("给出的概率", "实现的比例"),
    }[language]
    share = alt.Scale(domain=[0, 1])
    x = alt.X("probability:Q", title=said[0], scale=share, axis=alt.Axis(format=".0%"))
    y = alt.Y("frequency:Q", title=said[1], scale=share, axis=alt.Axis(format=".0%"))
    ends = pd.DataFrame({"probability": [0.0, 1.0], "frequency": [0.0, 1.0]})
    line = alt.Chart(ends).mark_line(color=GRID, strokeWidth=3).encode(x=x, y=y)
    base = alt.Chart(bins).encode(x=x, y=y)
    path = base.mark_line(color=PALETTE[0], strokeWidth=1.5)
    points = base.mark_point(color=PALETTE[0], size=90, opacity=1).encode(
        fill=alt.condition("datum.many", alt.value(PALETTE[0]), alt.value("white"))
    )
    counts = base.mark_text(dx=9, dy=9, align="left", color=INK, fontSize=12).encode(
        text="text:N"
    )
    chart = (line + path + points + counts).properties(
        width=330, height=280, title=title
    )
    return finish(chart, 13)
