"""Figures: altair charts of tables, with labels in English or Chinese.

The colours are those of Okabe and Ito (2008), which stay apart for colour-blind readers
and in grey; lines are told apart by shape as well.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from cszt_models.present.texts.charts import FRAME

# Seven colours and six shapes: the pairs of up to 42 lines differ.
PALETTE = (
    *("#0072B2", "#D55E00", "#009E73", "#444444"),
    *("#CC79A7", "#56B4E9", "#E69F00"),
)
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
BAND, INK, TARGET, GRID = "#0072B2", "#1b1f24", "#B3261E", "#e3e6ea"
FONT = "Noto Sans, Noto Sans CJK SC, Segoe UI, PingFang SC, Microsoft YaHei, sans-serif"


def finish(chart: Any, size: int) -> Any:
    """The chart itself with fonts, colours and legend of all figures; size of labels.

    It is no copy, for altair would copy every layer and look through their data. A
    notebook shows it as SVG, without a network; otherwise it is an Altair chart.
    """
    import altair as alt

    chart.config = alt.Config(
        font=FONT,
        background="white",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelFontSize=size,
            titleFontSize=size,
            labelColor=INK,
            titleColor=INK,
            gridColor=GRID,
            domainColor="#8a9099",
            tickColor="#8a9099",
            titleFontWeight="normal",
        ),
        legend=alt.LegendConfig(
            labelFontSize=size,
            symbolSize=90,
            labelLimit=400,
            orient="top",
            title=None,
            columns=2,
        ),
        title=alt.TitleConfig(fontSize=size + 2, anchor="start", color=INK),
    )
    kind: Any = type(chart)
    object.__setattr__(chart, "__class__", _with_svg(kind))
    return chart


@cache
def _with_svg(chart_type: type) -> type:
    """The type of chart, which a notebook shows as SVG instead of by a script."""
    if hasattr(chart_type, "_repr_svg_"):
        return chart_type
    display = {"_repr_mimebundle_": _svg_bundle, "_repr_svg_": as_svg}
    return type(chart_type.__name__, (chart_type,), display)


def _svg_bundle(chart: Any, *_: Any, **__: Any) -> dict[str, str]:
    return {"image/svg+xml": as_svg(chart), "text/plain": "an Altair chart"}


def stacked(charts: Sequence[Any], size: int = 13, *, columns: int = 1) -> Any:
    """Finished charts in rows of some columns, below each other if one, as one.

    Parameters
    ----------
    charts
        Each finished by itself.
    size
        Of the font, pixels.
    columns
        Charts in a row.
    """
    import altair as alt

    bare = [chart.copy(deep=False) for chart in charts]
    for chart in bare:
        chart.config = alt.Undefined
    if columns == 1:
        return finish(alt.vconcat(*bare), size)
    return finish(alt.concat(*bare, columns=columns), size)


def probability_over_time(
    history: pd.DataFrame,
    labels: dict[str, str],
    *,
    language: str = "en",
    width: int = 560,
    height: int = 280,
    size: int = 14,
    beside: bool = True,
) -> Any:
    """Probability of targets at each as-of date, with two Monte-Carlo errors each way.

    Parameters
    ----------
    history
        From `tables.attainment_history`.
    labels
        Name of each target to draw, in drawing order; ``joint`` is the joint. Those
        that never have a probability are left out.
    language
        ``"en"`` or ``"zh"``.
    width, height, size
        Of the picture and of its letters, in pixels.
    beside
        Whether names stand beside the ends of the lines, or in a legend.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    words = FRAME[language]
    rows = history[history["target"].isin(list(labels))]
    rows = rows.dropna(subset=["probability"])
    rows = rows.assign(
        name=rows["target"].map(labels),
        day=rows["as_of"].dt.strftime("%Y-%m-%d"),
        low=(rows["probability"] - 2 * rows["mcse"]).clip(0, 1),
        high=(rows["probability"] + 2 * rows["mcse"]).clip(0, 1),
    )
    mark = {"en": "{}, {}: {:.0%}", "zh": "{}，{}：{:.0%}"}[language]
    seen = rows[["name", "day", "probability"]].itertuples(index=False)
    rows = rows.assign(hover=[mark.format(*row) for row in seen])
    known = set(rows["target"])
    names = [name for target, name in labels.items() if target in known]
    legend = None if beside else alt.Legend(columns=1)
    base = alt.Chart(rows).encode(
        x=alt.X("day:O", title=words["as of"], axis=alt.Axis(labelAngle=-35)),
        color=alt.Color(
            "name:N",
            scale=alt.Scale(domain=names, range=list(PALETTE[: len(names)])),
            legend=legend,
        ),
    )
    probability = alt.Y(
        "probability:Q",
        title=words["probability"],
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    shape = alt.Shape(
        "name:N",
        scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])),
        legend=legend,
    )
    lines = base.mark_line(strokeWidth=2.4 * size / 14).encode(y=probability)
    points = base.mark_point(filled=True, size=80 * size / 14, opacity=1).encode(
        y=probability, shape=shape, description=alt.Description("hover:N")
    )
    errors = base.mark_rule(strokeWidth=1).encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"))
    layers = [lines, errors, points]
    if beside:
        last = rows[rows["day"] == rows["day"].max()]
        ends = alt.Chart(_spread(last, (size + 3) / height)).encode(y=alt.Y("place:Q"))
        layers += [
            ends.mark_point(filled=True, size=70 * size / 14, opacity=1).encode(
                x=alt.XValue(width + size / 2), color=alt.Color("name:N"), shape=shape
            ),
            ends.mark_text(align="left", fontSize=size - 1, color=INK).encode(
                x=alt.XValue(width + 1.2 * size), text=alt.Text("name:N")
            ),
        ]
    chart = alt.layer(*layers).properties(width=width, height=height)
    return finish(chart, size)


def _spread(ends: pd.DataFrame, gap: float) -> pd.DataFrame:
    """Ends of lines, with a place for the name of each at least a gap from the next.

    Parameters
    ----------
    ends
        With a probability for each name.
    gap
        Least distance between names, as a share of the axis.
    """
    ordered = ends.sort_values("probability")
    below: list[float] = []
    above: list[float] = []
    for value in ordered["probability"]:
        below.append(max(value, below[-1] + gap) if below else value)
    for value in reversed(below):
        above.append(min(value, above[-1] - gap) if above else min(value, 1.0))
    return ordered.assign(place=above[::-1])


def with_titles(svg: str) -> str:
    """A chart as SVG whose points and bars show their values under the pointer.

    What the chart says of a mark by itself, "field: value; field: value", is no such
    text. What else it describes to a program that reads it aloud becomes the title of a
    point or bar, which browsers show; all other such attributes are left out, for the
    picture as a whole has a text.

    Examples
    --------
    >>> with_titles('<path aria-label="2020: 4" aria-roledescription="bar" d="M0"/>')
    '<path d="M0"><title>2020: 4</title></path>'
    """
    return _MARK.sub(_titled, svg)


AUTOMATIC = "; "  # between the fields of a description that no chart wrote
_MARK = re.compile(r"<(\w+)((?: [\w:-]+=\"[^\"]*\")* aria-[^>]*?)(/?)>")
_SPOKEN = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')
_LABEL = re.compile(r'aria-label="([^"]*)"')
_WITH_VALUE = re.compile(r'aria-roledescription="(?:point|bar|rect|circle|square)"')


def _titled(match: re.Match[str]) -> str:
    name, attributes, closed = match.groups()
    label = _LABEL.search(attributes)
    bare = f"<{name}{_SPOKEN.sub('', attributes)}"
    if label is None or AUTOMATIC in label[1] or not _WITH_VALUE.search(attributes):
        return f"{bare}{closed}>"
    title = f"<title>{label[1]}</title>"
    return f"{bare}>{title}</{name}>" if closed else f"{bare}>{title}"


def fan_chart(
    fan: pd.DataFrame,
    published: pd.DataFrame,
    *,
    title: str,
    unit: str,
    target: tuple[int | None, float] | None = None,
    span: tuple[float, float] | None = None,
    language: str = "en",
    width: int = 330,
    height: int = 230,
) -> Any:
    """Fan of a projection with the published series and the target.

    Parameters
    ----------
    fan
        From `tables.fan`.
    published
        year and value of the figures published so far.
    target
        Year and value of the target; no year for one that is an average over years.
    span
        Ends of the axis of values, for fans that are compared.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    words = FRAME[language]
    known = published[["year", "value"]]
    last = int(known["year"].max()) if len(known) else int(fan["year"].min())
    future = fan[fan["year"] >= min(last, int(fan["year"].max()))]
    ends: dict[str, Any] = {} if span is None else {"domain": list(span)}
    value = alt.Scale(zero=False, nice=True, **ends)
    year = alt.X(
        "year:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1, labelFlush=False)
    )
    base = alt.Chart(future).encode(x=year)
    layers: list[Any] = [
        base.mark_area(color=BAND, opacity=shade, interpolate="linear").encode(
            y=alt.Y(
                f"{low}:Q",
                title=unit,
                scale=value,
                axis=alt.Axis(minExtent=48, titlePadding=8),
            ),
            y2=alt.Y2(f"{high}:Q"),
        )
        for low, high, shade in (
            ("q5", "q95", 0.14),
            ("q10", "q90", 0.20),
            ("q25", "q75", 0.28),
        )
    ]
    layers.append(
        base.mark_line(color=BAND, strokeDash=[5, 3], strokeWidth=2).encode(
            y=alt.Y("q50:Q")
        )
    )
    if len(known):
        history = alt.Chart(known).encode(x=year, y=alt.Y("value:Q"))
        layers.append(history.mark_line(color=INK, strokeWidth=1.6))
        layers.append(history.mark_point(color=INK, filled=True, size=34, opacity=1))
    layers.append(
        alt.Chart(_hover(future, known, unit, language))
        .mark_point(filled=True, size=130, opacity=0)
        .encode(x=year, y=alt.Y("value:Q"), description=alt.Description("hover:N"))
    )
    if target is not None:
        goal = pd.DataFrame({"year": [target[0]], "value": [target[1]]})
        mark = alt.Chart(goal)
        layers.append(
            mark.mark_rule(color=TARGET, strokeDash=[2, 3], strokeWidth=1.6).encode(
                y=alt.Y("value:Q")
            )
        )
        if target[0] is not None:
            layers.append(
                mark.mark_point(
                    color=TARGET, filled=True, shape="diamond", size=110, opacity=1
                ).encode(x=alt.X("year:Q"), y=alt.Y("value:Q"))
            )
        text = f"{words['target']} {target[1]:,g}"
        layers.append(
            mark.mark_text(
                align="left", baseline="bottom", dy=-4, color=TARGET, fontSize=13
            ).encode(x=alt.XValue(4), y=alt.Y("value:Q"), text=alt.TextValue(text))
        )
    frame: dict[str, Any] = {"width": width, "height": height, "title": title}
    return finish(alt.layer(*layers, **frame), 13)


def _hover(
    future: pd.DataFrame, known: pd.DataFrame, unit: str, language: str
) -> pd.DataFrame:
    """Places of a fan with the text that each shows under the pointer."""
    mark = {"en": "{}: {:,.4g} {}", "zh": "{}年：{:,.4g}{}"}[language]
    rows = [
        (year, value, mark.format(int(year), value, unit))
        for year, value in zip(known["year"], known["value"], strict=True)
    ]
    words, dash = FRAME[language]["80%"], {"en": " to ", "zh": "至"}[language]
    aside = {"en": " ({}: {})", "zh": "（{}：{}）"}[language]
    seen = set(known["year"])
    for row in future.itertuples():
        if row.year not in seen:
            span = f"{row.q10:,.4g}{dash}{row.q90:,.4g}"
            text = mark.format(int(row.year), row.q50, unit) + aside.format(words, span)
            rows.append((row.year, row.q50, text))
    return pd.DataFrame(rows, columns=["year", "value", "hover"])


def as_svg(chart: Any) -> str:
    """A chart as SVG text: no script, no network, sharp in print."""
    return svg_of(chart.to_json(validate=False))


def svg_of(specification: str) -> str:
    """The SVG text of a chart's Vega-Lite JSON; other threads run meanwhile."""
    import vl_convert

    return with_titles(str(vl_convert.vegalite_to_svg(specification)))
