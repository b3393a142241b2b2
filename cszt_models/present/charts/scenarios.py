"""Figures on scenarios: probabilities of each beside the baseline."""

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

import pandas as pd

from cszt_models.attribution.shapley import JOINT
from cszt_models.present.charts.base import INK, PALETTE, finish
from cszt_models.present.texts.charts import SCENARIOS

IN_ROW = 4  # panels beside each other, so that their words can be read


def beside_baseline(
    table: pd.DataFrame,
    names: Mapping[str, str],
    titles: Mapping[str, str],
    *,
    language: str = "en",
    width: int = 190,
) -> Any:
    """A panel for each target: scenarios as points, the baseline as a line through all.

    Parameters
    ----------
    table
        From `scenarios.side_by_side`, the baseline first.
    names
        Label of each scenario drawn, by its name, in drawing order.
    titles
        Title of each panel by target; ``joint`` is the joint.
    language
        ``"en"`` or ``"zh"``.
    width
        Of each panel, in pixels; longer titles take several lines.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    words, panels = SCENARIOS[language], []
    after = {"en": "{}: {:.0%}", "zh": "{}：{:.0%}"}[language]
    rows = table[table["scenario"].isin(list(names)) & (table["reason"] == "")]
    rows = rows.assign(label=rows["scenario"].map(names))
    order = [names[name] for name in names if name in set(rows["scenario"])]
    for n, (target, title) in enumerate(titles.items()):
        possible = rows[["label", target]].rename(columns={target: "p"})
        possible = possible.assign(base=float(table[target].iloc[0]))
        pairs = zip(possible["label"], possible["p"], strict=True)
        possible["hover"] = [after.format(*pair) for pair in pairs]
        x = alt.X(
            "p:Q",
            title=words["probability"],
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", tickCount=3),
        )
        y = alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(labels=n % IN_ROW == 0, ticks=False, labelLimit=260),
        )
        base = alt.Chart(possible).encode(y=y)
        line = alt.Chart(possible.head(1)).mark_rule(strokeDash=[4, 3], color=INK)
        stick = base.mark_rule(strokeWidth=2, color=PALETTE[3]).encode(
            x=x, x2=alt.X2("base:Q")
        )
        colour = PALETTE[1] if target == JOINT else PALETTE[0]
        point = base.mark_point(filled=True, size=70, opacity=1, color=colour)
        chart = line.encode(x=alt.X("base:Q")) + stick
        chart += point.encode(x=x, description=alt.Description("hover:N"))
        lines = wrap(title, width // (6 if title.isascii() else 12))
        heading = alt.TitleParams(lines, anchor="start", baseline="bottom")
        size = {"width": width, "height": 22 * len(order)}
        panels.append(chart.properties(title=heading, **size))
    rows_ = [
        alt.hconcat(*panels[n : n + IN_ROW], spacing=14)
        for n in range(0, len(panels), IN_ROW)
    ]
    return finish(alt.vconcat(*rows_, spacing=22), 12)
