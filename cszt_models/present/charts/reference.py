"""Charts of reference classes: shares met beside the model's probabilities."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cszt_models.present.charts.base import INK, PALETTE, finish
from cszt_models.present.texts.charts import REFERENCE


def shares(
    rows: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    language: str = "en",
    width: int = 420,
) -> Any:
    """Share met of each reference class with its interval, and the model's point.

    Parameters
    ----------
    rows
        target, met, low, high and probability (shares of 1).
    labels
        Name of each target.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    past, model, title = REFERENCE[language]
    rows = rows.assign(name=rows["target"].map(labels))
    points = rows.melt(
        ["name"], ["met", "probability"], var_name="kind", value_name="value"
    ).dropna()
    points["kind"] = points["kind"].map({"met": past, "probability": model})
    place = alt.Y("name:N", title=None, sort=None)
    axis = alt.Axis(format="%", title=title)
    scale = alt.Scale(domain=[0, 1])
    rules = (
        alt.Chart(rows)
        .mark_rule(color=INK)
        .encode(y=place, x=alt.X("low:Q", axis=axis, scale=scale), x2=alt.X2("high:Q"))
    )
    colour = alt.Scale(domain=[past, model], range=list(PALETTE[:2]))
    legend = alt.Legend(title=None, orient="top", labelLimit=400)
    dots = (
        alt.Chart(points)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            y=place,
            x=alt.X("value:Q", axis=axis, scale=scale),
            color=alt.Color("kind:N", scale=colour, legend=legend),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=[past, model])),
        )
    )
    chart = (rules + dots).properties(width=width, height=alt.Step(34))
    return finish(chart, 13)
