"""Charts of an evaluation: CORP reliability diagrams, and parts of a score."""

from typing import Any

import pandas as pd

from cszt_models.present.charts.base import INK, PALETTE, finish
from cszt_models.present.texts.charts import EVALUATION


def reliability(rows: pd.DataFrame, *, language: str = "en", size: int = 220) -> Any:
    """CORP reliability diagrams, a panel for each method.

    Parameters
    ----------
    rows
        method, probability, frequency, low and high.
    size
        Pixels of a side.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    words = EVALUATION[language]
    scale = alt.Scale(domain=[0, 1])
    stated = alt.X("probability:Q", title=words["stated"], scale=scale)
    base = alt.Chart(rows)
    band = base.mark_area(opacity=0.25, color=INK).encode(
        x=stated,
        y=alt.Y("low:Q", title=words["frequency"], scale=scale),
        y2=alt.Y2("high:Q"),
    )
    line = base.mark_line(color=PALETTE[0], point=True).encode(
        x=stated, y=alt.Y("frequency:Q", scale=scale)
    )
    panel = (band + line).properties(width=size, height=size)
    return finish(panel.facet(alt.Facet("method:N", title=None), columns=3), 13)


def parts(rows: pd.DataFrame, *, language: str = "en", width: int = 420) -> Any:
    """Mean score of each method as a bar of spread, over- and under-prediction.

    Parameters
    ----------
    rows
        method, spread, over and under.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    words = EVALUATION[language]
    kinds = ("spread", "over", "under")
    melted = rows.melt("method", kinds, "part", "value")
    melted["part"] = melted["part"].map(words)
    names = [words[kind] for kind in kinds]
    colour = alt.Scale(domain=names, range=list(PALETTE[:3]))
    chart = (
        alt.Chart(melted)
        .mark_bar()
        .encode(
            y=alt.Y("method:N", title=None, sort=None),
            x=alt.X("value:Q", title=words["score"]),
            color=alt.Color("part:N", scale=colour),
            order=alt.Order("part:N"),
        )
        .properties(width=width, height=alt.Step(28))
    )
    return finish(chart, 13)
