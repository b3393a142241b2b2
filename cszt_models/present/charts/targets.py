"""Figures of sets, years of attainment and splits, in English or Chinese."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cszt_models.attribution.split import Split
from cszt_models.present.charts.base import INK, PALETTE, finish
from cszt_models.present.sentences.targets import component, unit_of
from cszt_models.present.texts.charts import TARGETS
from cszt_models.targets.timing import Timing


def years_of_attainment(
    timings: Sequence[Timing],
    labels: Mapping[str, str],
    *,
    language: str = "en",
    width: int = 300,
    height: int = 220,
) -> Any:
    """Probability that each target's value is reached by a year, and kept from it on.

    Parameters
    ----------
    timings
        A panel is drawn for each; the bar at the right is "not by the horizon".
    labels
        Name of each target.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    words = TARGETS[language]
    kinds = [words["by"], words["sustained"]]
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=kinds, range=list(PALETTE[:2])), title=None
    )
    year = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=6),
    )
    charts = []
    for timing in timings:
        rows = timing.table.melt("year", ["by", "sustained"], "kind", "probability")
        rows = rows.assign(kind=rows["kind"].map(words))
        base = alt.Chart(rows).encode(
            x=year,
            y=alt.Y(
                "probability:Q",
                title=words["probability"],
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=".0%", tickCount=5),
            ),
            color=colour,
        )
        due = pd.DataFrame({"year": [timing.target.year]})
        mark = alt.Chart(due).mark_rule(color=INK, strokeDash=[2, 3]).encode(x=year)
        never = words["never"].format(year=timing.horizon)
        title = alt.TitleParams(
            labels[timing.target.id], subtitle=f"{never}: {100 * timing.never():.0f} %"
        )
        steps = base.mark_line(strokeWidth=2.2, point={"size": 30}).encode(
            strokeDash=alt.StrokeDash(
                "kind:N", scale=alt.Scale(domain=kinds, range=[[1, 0], [5, 3]])
            )
        )
        chart = (mark + steps).properties(width=width, height=height, title=title)
        charts.append(chart)
    return finish(alt.hconcat(*charts, spacing=28), 13)


def order_of_loss(
    lost: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    language: str = "en",
    width: int = 460,
) -> Any:
    """Targets in the order of loss, with the joint probability of each and those below.

    Parameters
    ----------
    lost
        From `joint.order_of_loss`.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    names = [labels[name] for name in lost["target"]]
    rows = lost.assign(name=names, text=[f"{100 * p:.0f} %" for p in lost["joint"]])
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "name:N",
            sort=names,
            title=None,
            axis=alt.Axis(labelLimit=300, ticks=False, domain=False),
        )
    )
    bars = base.mark_bar(color=PALETTE[0], height=18).encode(
        x=alt.X(
            "joint:Q",
            title=TARGETS[language]["joint"],
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format=".0%", tickCount=5),
        )
    )
    text = base.mark_text(align="left", dx=5, color=INK, fontSize=13).encode(
        x=alt.X("joint:Q"), text=alt.Text("text:N")
    )
    chart = (bars + text).properties(width=width, height=34 * len(rows))
    return finish(chart, 13)


def split_bars(
    split: Split,
    labels: Mapping[str, str],
    *,
    title: str,
    language: str = "en",
    width: int = 460,
) -> Any:
    """Components of a gap, each stacked by region, with their sums.

    Parameters
    ----------
    labels
        Name of each region.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    sums = split.by("component")
    large = sums[sums.abs() > 5e-4 * sums.abs().max()]
    terms = split.terms[split.terms["component"].isin(large.index)]
    rows = terms.assign(
        name=terms["component"].map(lambda key: component(key, language)),
        place=terms["region"].map(labels),
    )
    names = [component(str(key), language) for key in large.index]
    places = list(dict.fromkeys(rows["place"]))
    digits = (
        ".2f" if unit_of(split.target, language) in ("points", "百分点") else ",.0f"
    )
    room = 0.16 * (max(0.0, large.max()) - min(0.0, large.min()))
    ends = [min(0.0, large.min()) - room, max(0.0, large.max()) + room]
    totals = pd.DataFrame({"name": names, "value": large.to_numpy()})
    y = alt.Y(
        "name:N",
        sort=names,
        title=None,
        axis=alt.Axis(labelLimit=300, ticks=False, domain=False),
    )
    bars = (
        alt.Chart(rows)
        .mark_bar(height=20)
        .encode(
            y=y,
            x=alt.X(
                "value:Q",
                title=unit_of(split.target, language),
                stack=True,
                scale=alt.Scale(domain=ends),
                axis=alt.Axis(tickCount=5, labelOverlap=True),
            ),
            color=alt.Color(
                "place:N",
                scale=alt.Scale(domain=places, range=list(PALETTE)),
                title=None,
            ),
        )
    )
    dots = (
        alt.Chart(totals)
        .mark_point(shape="diamond", filled=True, size=70, color=INK, opacity=1)
        .encode(y=y, x=alt.X("value:Q"))
    )
    zero = (
        alt.Chart(pd.DataFrame({"x": [0]}))
        .mark_rule(color="#8a9099")
        .encode(x=alt.X("x:Q"))
    )
    form = alt.Text("value:Q", format=f"+{digits}")
    sides: list[tuple[bool, Any, int]] = [(True, "right", -9), (False, "left", 9)]
    texts = [
        alt.Chart(totals[(totals["value"] < 0) == below])
        .mark_text(align=align, dx=shift, dy=-1, color=INK, fontSize=13)
        .encode(y=y, x=alt.X("value:Q"), text=form)
        for below, align, shift in sides
    ]
    chart = alt.layer(bars, zero, dots, *texts)
    chart = chart.properties(width=width, height=36 * len(names), title=title)
    return finish(chart, 13)
