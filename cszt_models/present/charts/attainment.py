"""Charts of attainment: the probability of each target on one date."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cszt_models.present.charts.base import BAND, GRID, INK, finish
from cszt_models.present.sentences.base import chance, joint_chance
from cszt_models.present.texts import text
from cszt_models.present.texts.charts import FRAME
from cszt_models.targets.attainment import Assessment

ROW_HEIGHT = 34  # pixels of one target


def probabilities(
    assessment: Assessment,
    names: Mapping[str, str],
    language: str = "en",
    *,
    width: int = 420,
) -> Any:
    """Bars of probability, a row for each target with data and one for all together.

    Parameters
    ----------
    names
        Name of each target to draw, in order.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    rows = []
    for name, label in names.items():
        result = assessment.of(name)
        if result.probability is None:
            continue
        error = 2 * (result.mcse or 0.0)
        rows.append((label, result.probability, error, chance(result, language)))
    if assessment.joint is not None and len(rows) > 1:
        joint = assessment.joint
        label = text("both" if len(joint.targets) == 2 else "joint", language)
        odds = joint_chance(assessment, language)
        rows.append((label, joint.probability, 2 * (joint.mcse or 0.0), odds))
    frame = pd.DataFrame(rows, columns=["name", "probability", "error", "shown"])
    frame["low"] = (frame["probability"] - frame["error"]).clip(0, 1)
    frame["high"] = (frame["probability"] + frame["error"]).clip(0, 1)
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "name:N",
            title=None,
            sort=list(frame["name"]),
            axis=alt.Axis(labelLimit=320, domain=False, ticks=False),
        )
    )
    share = alt.X(
        "probability:Q",
        title=FRAME[language]["probability"],
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5, gridColor=GRID),
    )
    bars = base.mark_bar(color=BAND, height=14, opacity=0.75).encode(
        x=share, tooltip=["name:N", alt.Tooltip("probability:Q", format=".1%")]
    )
    errors = base.mark_rule(color=INK, strokeWidth=1.4).encode(
        x=alt.X("low:Q", title=FRAME[language]["probability"]), x2=alt.X2("high:Q")
    )
    labels = base.mark_text(align="left", dx=8, color=INK, fontSize=13).encode(
        x=alt.X("high:Q"), text=alt.Text("shown:N")
    )
    chart = (bars + errors + labels).properties(
        width=width, height=ROW_HEIGHT * max(len(frame), 1)
    )
    return finish(chart, 13)
