"""Figure of what the width of a forecast is made of."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cszt_models.attribution.width import PARTS, Width
from cszt_models.present.charts.base import INK, PALETTE, finish
from cszt_models.present.texts.sentences import COMPONENT

MIN_LABEL = 0.06  # share of a bar from which its label fits inside


def shares_of_width(
    forecasts: Sequence[tuple[str, Width]],
    *,
    language: str = "en",
    width: int = 430,
) -> Any:
    """Bars of the shares of growth, prices and census revisions in the variance.

    Parameters
    ----------
    forecasts
        Name of each bar, and its forecast.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    sign = "%" if language == "zh" else " %"
    parts = [COMPONENT[language][part] for part in PARTS]
    rows = []
    for name, forecast in forecasts:
        start = 0.0
        for part, label in zip(PARTS, parts, strict=True):
            share = max(forecast.shares[part], 0.0)
            label_text = f"{100 * share:.0f}{sign}"
            rows.append((name, label, start, start + share, label_text))
            start += share
    frame = pd.DataFrame(rows, columns=["name", "part", "low", "high", "text"])
    mark = {"en": "{}, {}: {}", "zh": "{}，{}：{}"}[language]
    seen = frame[["name", "part", "text"]].itertuples(index=False)
    frame["hover"] = [mark.format(*row) for row in seen]
    frame["middle"] = (frame["low"] + frame["high"]) / 2
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "name:N",
            title=None,
            sort=[name for name, _ in forecasts],
            axis=alt.Axis(labelLimit=240, ticks=False, domain=False),
        )
    )
    axis = alt.Axis(format=".0%", tickCount=5)
    bars = base.mark_bar(height=26).encode(
        x=alt.X("low:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=axis),
        x2=alt.X2("high:Q"),
        color=alt.Color(
            "part:N",
            scale=alt.Scale(domain=parts, range=list(PALETTE[4:7])),
            sort=parts,
        ),
        tooltip=["name:N", "part:N", "text:N"],
        description=alt.Description("hover:N"),
    )
    large = frame["high"] - frame["low"] >= MIN_LABEL
    texts = (
        alt.Chart(frame[large])
        .mark_text(color=INK, fontSize=13)
        .encode(
            y=alt.Y("name:N", sort=[name for name, _ in forecasts], title=None),
            x=alt.X("middle:Q"),
            text=alt.Text("text:N"),
        )
    )
    chart = (bars + texts).properties(width=width, height=42 * len(forecasts))
    return finish(chart, 13)
