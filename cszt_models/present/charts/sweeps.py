"""Figures of sweeps: a heat map of two levers, a tornado of many, and their effects."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cszt_models.present.charts.base import GRID, INK, PALETTE, finish
from cszt_models.present.sentences.numbers import minus
from cszt_models.present.texts.charts import SWEEPS

SIZE = 13  # points of labels
FROM, TO = "#f4f6f8", PALETTE[0]


def heat_map(
    sweep: pd.DataFrame,
    x: str,
    y: str,
    *,
    target: str,
    labels: Mapping[str, str],
    language: str = "en",
) -> Any:
    """Probability over a grid of two levers, with its value written in every cell.

    Parameters
    ----------
    sweep
        One row for each pair of values of the two columns.
    x, y
        Columns of the levers.
    target
        Id of the target, or ``joint``.
    labels
        Names of the columns and of the target to show.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    column = f"p_{target}"
    rows = sweep[[x, y, column]].rename(columns={x: "x", y: "y", column: "p"})
    base = alt.Chart(rows).encode(
        x=alt.X("x:O", title=labels.get(x, x), axis=_axis(alt)),
        y=alt.Y("y:O", title=labels.get(y, y), sort="descending", axis=_axis(alt)),
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            "p:Q",
            title=SWEEPS[language]["probability"],
            scale=alt.Scale(domain=[0, 1], range=[FROM, TO]),
            legend=None,
        )
    )
    dark = alt.condition("datum.p > 0.88", alt.value("white"), alt.value(INK))
    written = base.mark_text(fontSize=SIZE - 1).encode(
        text=alt.Text("p:Q", format=".0%"), color=dark
    )
    across, down = rows["x"].nunique(), rows["y"].nunique()
    title = f"{labels.get(target, target)} · {SWEEPS[language]['probability']}"
    chart = (cells + written).properties(
        width=max(260, 46 * across), height=max(180, 30 * down), title=title
    )
    return finish(chart, SIZE)


def _axis(alt: Any) -> Any:
    return alt.Axis(format="+.1f", labelAngle=0, grid=False, domain=False, ticks=False)


def tornado(
    swings: pd.DataFrame,
    *,
    target: str,
    labels: Mapping[str, str],
    language: str = "en",
) -> Any:
    """How far each lever alone moves a probability, the one that moves it most on top.

    Parameters
    ----------
    swings
        From `swings`.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    words = SWEEPS[language]
    rows = swings.assign(name=[labels.get(n, n) for n in swings["lever"]])
    order = rows.loc[rows["size"].sort_values(ascending=False).index, "name"].tolist()
    ends = rows.melt(
        ["name", "base", "low", "high"],
        ["p_low", "p_high"],
        var_name="end",
        value_name="p",
    )
    base_case = {"p_low": words["low"], "p_high": words["high"]}
    at = ends["low"].where(ends["end"] == "p_low", ends["high"])
    ends = ends.assign(
        end=ends["end"].map(base_case),
        text=[minus(f"{v:+g}") for v in at],
    )
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    colour = alt.Color(
        "end:N",
        scale=alt.Scale(
            domain=list(base_case.values()), range=[PALETTE[1], PALETTE[0]]
        ),
    )
    x = alt.X(
        "p:Q",
        title=words["probability"],
        scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(format=".0%", gridColor=GRID),
    )
    base = alt.Chart(ends).encode(y=y)
    bars = base.mark_bar(height=18).encode(x=x, x2=alt.X2("base:Q"), color=colour)
    text = base.encode(x=alt.X("p:Q"), text=alt.Text("text:N"))
    right = text.transform_filter("datum.p > datum.base").mark_text(align="left", dx=4)
    left = text.transform_filter("datum.p < datum.base").mark_text(align="right", dx=-4)
    middle = alt.Chart(ends.head(1)).mark_rule(color=INK, strokeWidth=1.2)
    rule = middle.encode(x=alt.X("base:Q"))
    chart = (bars + rule + right + left).properties(
        width=460, height=max(80, 34 * len(rows)), title=labels.get(target, target)
    )
    return finish(chart, SIZE)


def swings(rows_: pd.DataFrame, *, target: str) -> pd.DataFrame:
    """Probability where each lever alone is at the ends of its range.

    Parameters
    ----------
    rows_
        A sweep of `designs.one_at_a_time`: the first case has every lever at 0, the
        others two for each lever.
    target
        Id of the target, or ``joint``.

    Returns
    -------
    DataFrame
        lever, ``low`` and ``high``, ``p_low``, ``p_high``, the ``base`` at 0, and the
        ``size`` of the span of the three.
    """
    column = f"p_{target}"
    names = list(rows_.columns[: list(rows_.columns).index(_first_outcome(rows_))])
    base, rows = float(rows_[column].iloc[0]), []
    for n, name in enumerate(names):
        pair = rows_.iloc[1 + 2 * n : 3 + 2 * n]
        low, high = pair[column].tolist()
        rows.append(
            {
                "lever": name,
                "low": pair[name].iloc[0],
                "high": pair[name].iloc[1],
                "p_low": low,
                "p_high": high,
                "base": base,
                "size": max(low, high, base) - min(low, high, base),
            }
        )
    return pd.DataFrame(rows)


def _first_outcome(names: pd.DataFrame) -> str:
    return next(name for name in names.columns if str(name).startswith("p_"))


def effects(
    by_target: Mapping[str, pd.DataFrame],
    *,
    labels: Mapping[str, str],
    language: str = "en",
) -> Any:
    """Shapley effects of levers on targets, with two errors of design and draws.

    Parameters
    ----------
    by_target
        By id of the target, or ``joint``, from `sensitivity_indices.shapley_effects`.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    words = SWEEPS[language]
    named = {"joint": words["all"], **labels}
    tables = [
        effect.assign(target=named.get(name, name))
        for name, effect in by_target.items()
    ]
    rows = pd.concat(tables, ignore_index=True)
    error = (rows["design_error"] ** 2 + rows["draws_error"] ** 2) ** 0.5
    rows = rows.assign(
        name=[labels.get(n, n) for n in rows["lever"]],
        low=(rows["effect"] - 2 * error).clip(lower=0),
        high=rows["effect"] + 2 * error,
    )
    order = [named.get(name, name) for name in by_target]
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=260))
    )
    bars = base.mark_bar(height=14, color=PALETTE[0]).encode(
        x=alt.X("effect:Q", title=words["effect"], axis=alt.Axis(format=".0%"))
    )
    ranges = base.mark_rule(strokeWidth=1.6, color=INK).encode(
        x=alt.X("low:Q"), x2=alt.X2("high:Q")
    )
    height = max(60, 26 * rows["name"].nunique())
    chart = (bars + ranges).properties(width=380, height=height)
    faceted = chart.facet(
        row=alt.Row(
            "target:N",
            sort=order,
            title=None,
            header=alt.Header(labelFontSize=SIZE, labelAngle=0, labelAlign="left"),
        )
    )
    return finish(faceted, SIZE)
