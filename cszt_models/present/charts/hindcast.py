"""Figures of a record of hindcasts."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cszt_models.hindcast.record import MIN_BIN_COUNT, HindcastRecord
from cszt_models.present.charts.base import GRID, INK, PALETTE, finish

LOW = 0.12  # points lower than this have their number of cases above them


def reliability_chart(
    record: HindcastRecord, name: str, *, title: str, language: str = "en"
) -> Any:
    """Stated probabilities against how often they came true, with numbers of cases.

    Parameters
    ----------
    record
        Of the project.
    name
        Id of the indicator.
    title
        Of the chart.
    language
        ``"en"`` or ``"zh"``.

    Returns
    -------
    altair.Chart
        Hollow points rest on few cases; the line is perfect calibration, and the
        dashed one the isotonic regression of all cases (CORP).
    """
    import altair as alt

    bins = record.reliability
    bins = bins[bins["indicator"] == name].assign(
        many=lambda t: t["n"] >= MIN_BIN_COUNT,
        text=lambda t: t["n"].map("{:,.0f}".format),
    )
    texts = {
        "en": ("stated probability", "share that came true"),
        "zh": ("给出的概率", "实现的比例"),
    }[language]
    mark = {
        "en": "stated {:.0%}, came true {:.0%}, of {} cases",
        "zh": "给出{:.0%}，实现{:.0%}，{}例",
    }[language]
    seen = bins[["probability", "frequency", "text"]].itertuples(index=False)
    bins = bins.assign(hover=[mark.format(*row) for row in seen])
    share = alt.Scale(domain=[0, 1])
    x = alt.X("probability:Q", title=texts[0], scale=share, axis=alt.Axis(format=".0%"))
    y = alt.Y("frequency:Q", title=texts[1], scale=share, axis=alt.Axis(format=".0%"))
    ends = pd.DataFrame({"probability": [0.0, 1.0], "frequency": [0.0, 1.0]})
    line = alt.Chart(ends).mark_line(color=GRID, strokeWidth=3).encode(x=x, y=y)
    base = alt.Chart(bins).encode(x=x, y=y)
    path = base.mark_line(color=PALETTE[0], strokeWidth=1.5)
    points = base.mark_point(color=PALETTE[0], size=90, opacity=1).encode(
        fill=alt.condition("datum.many", alt.value(PALETTE[0]), alt.value("white")),
        description=alt.Description("hover:N"),
    )
    layers = line + path + points
    if "corp" in bins and bins["corp"].notna().any():  # older records have none
        corp = alt.Y("corp:Q", title=texts[1], scale=share)
        smooth = alt.Chart(bins.dropna(subset=["corp"])).encode(x=x, y=corp)
        layers += smooth.mark_line(color=INK, strokeDash=[4, 3], strokeWidth=1.5)
    low, text = f"datum.frequency < {LOW}", alt.Text("text:N")
    for where, dx, dy in ((low, -4, -12), (f"!({low})", 8, 10)):
        placed: dict[str, Any] = {"dx": dx, "dy": dy, "align": "left", "fontSize": 12}
        halo = base.mark_text(stroke="white", strokeWidth=4, **placed)
        counts = base.mark_text(color=INK, **placed)
        layers += (halo + counts).encode(text=text).transform_filter(where)
    chart = layers.properties(width=330, height=280, title=title)
    return finish(chart, 13)


def pit_chart(table: pd.DataFrame, names: Mapping[str, str]) -> Any:
    """Shares of outcomes in each tenth of their forecast, a panel for each method.

    Parameters
    ----------
    table
        From `summary.pit_histogram`.
    names
        Of the methods, as they are shown.

    Returns
    -------
    altair.Chart
        The line is a tenth: forecasts too wide lie above it in the middle, those that
        expect too much above it at the left.
    """
    import altair as alt

    methods = table.assign(method=table["method"].map(names), tenth=0.1)
    x = alt.X("low:Q", title="part of the forecast", axis=alt.Axis(format=".0%"))
    y = alt.Y("share:Q", title="share of outcomes", axis=alt.Axis(format=".0%"))
    bars = alt.Chart(methods).mark_bar(color=PALETTE[0], opacity=0.6, binSpacing=2)
    line = alt.Chart(methods).mark_rule(color=INK, strokeDash=[4, 3])
    whole = bars.encode(x=x, x2=alt.X2("high:Q"), y=y, y2=alt.datum(0)) + line.encode(
        y=alt.Y("tenth:Q")
    )
    order = list(names.values())
    panels = whole.properties(width=200, height=130).facet(
        column=alt.Column("method:N", title=None, sort=order)
    )
    return finish(panels, 13)
