"""Figures of checks: altair charts of the tables of `checks` and its neighbours."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from cszt_models.checks.predictive import RATIOS
from cszt_models.present.charts.base import BAND, INK, PALETTE, SHAPES, TARGET, finish

if TYPE_CHECKING:
    import altair as alt

SIZE = 12  # of labels
COLUMNS = 3  # of small charts in a row
SMALL = (148, 92)  # width and height of a small chart
CELL = "#8a9099"  # median of the cells, behind the rows
OURS, THEIRS = PALETTE[0], PALETTE[1]


def prior_posterior(densities: pd.DataFrame, *, unit: str) -> Any:
    """Density of every estimated scale before and after the data.

    Parameters
    ----------
    densities
        From `checks.densities`.
    unit
        Of the scales; their axis is logarithmic.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    order = ["prior", "posterior"]
    x = alt.X(
        "value:Q",
        title=None,
        scale=alt.Scale(type="log", nice=False),
        axis=_few(format="~g", labelSeparation=6, grid=False),
    )
    height = alt.Y("density:Q", title=None, axis=None, stack=None)
    base = alt.Chart(densities).encode(x=x, y=height, color=_two(order, "of"))
    curves = alt.layer(
        base.mark_area(opacity=0.28, interpolate="linear"),
        base.mark_line(strokeWidth=1.6).encode(strokeDash=_dashed(order, "of")),
    ).properties(width=SMALL[0], height=SMALL[1])
    title = _title("Standard deviation of each component", unit)
    grid = _small(curves, "component", densities, shared_y=False)
    return finish(grid, SIZE).properties(title=title)


def rows_and_cells(
    rows: pd.DataFrame,
    bands: pd.DataFrame,
    *,
    regions: Mapping[str, str],
    bases: Mapping[str, str],
    title: str,
    unit: str,
) -> Any:
    """Observed rows by statistical basis, over the posterior of the cells.

    Parameters
    ----------
    rows
        From `checks.by_basis`.
    bands
        From `checks.bands`: median and 90 % interval.
    regions
        Names of the regions to draw, in drawing order.
    bases
        Names of bases, in the order of the legend.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    seen = rows[rows["region"].isin(list(regions))]
    seen = seen.assign(kind="row", basis=seen["basis"].map(bases))
    cells = bands[bands["region"].isin(list(regions))].assign(kind="cell")
    both = pd.concat([cells, seen])
    both = both.assign(place=both["region"].map(regions))
    kinds = [name for name in bases.values() if name in set(seen["basis"])]
    year = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(nice=False),
        axis=alt.Axis(format="d", tickCount=4, grid=False),
    )
    value = alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=_few())
    base = alt.Chart(both).encode(x=year)
    area = base.transform_filter("datum.kind == 'cell'")
    layers = [
        area.mark_area(color=BAND, opacity=0.25).encode(
            y=alt.Y("low:Q", title=None), y2=alt.Y2("high:Q")
        ),
        area.mark_line(color=CELL, strokeWidth=1.2).encode(y=alt.Y("median:Q")),
        base.transform_filter("datum.kind == 'row'")
        .mark_point(size=20, opacity=0.95, strokeWidth=1.2)
        .encode(y=value, color=_named(kinds, "basis"), shape=_shaped(kinds, "basis")),
    ]
    chart = alt.layer(*layers).properties(width=SMALL[0], height=SMALL[1])
    grid = _small(chart, "place", both, shared_y=True, order=list(regions.values()))
    return finish(grid, SIZE).properties(title=_title(title, unit))


def replicated(table: pd.DataFrame, *, unit: str) -> Any:
    """Statistics of the rows over the 90 % intervals of replicates.

    Parameters
    ----------
    table
        From `predictive.compare_statistics`.
    unit
        Of the first statistics; the `checks.RATIOS` have none.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    order = list(dict.fromkeys(table["of"]))
    kind = alt.Y("of:N", sort=order, title=None, axis=None)
    base = alt.Chart(table)
    x = alt.X("low:Q", title=None, scale=alt.Scale(zero=False), axis=_few(grid=True))
    layers = [
        base.mark_bar(height=9, opacity=0.6).encode(
            x=x, x2=alt.X2("high:Q"), y=kind, color=_two(order, "of")
        ),
        base.mark_tick(thickness=2, size=9, color=INK).encode(
            x=alt.X("median:Q"), y=kind
        ),
        base.mark_rule(color=TARGET, strokeWidth=2).encode(x=alt.X("mean(observed):Q")),
    ]
    chart = alt.layer(*layers).properties(width=SMALL[0], height=34)
    grid = _small(chart, "statistic", table, shared_y=True)
    text = "Rows (red line) and replicates (90 % interval and median)"
    note = f"{unit}; {', '.join(RATIOS[:-1])} and {RATIOS[-1]} have no unit"
    return finish(grid, SIZE).properties(title=_title(text, note))


def pit_histogram(table: pd.DataFrame, *, width: int = 430, height: int = 150) -> Any:
    """Shares of rows by the probability that was given to a smaller value.

    Parameters
    ----------
    table
        From `cross_validation.pit_histogram`.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    table = table.assign(middle=(table["left"] + table["right"]) / 2)
    base = alt.Chart(table)
    x = alt.X(
        "left:Q", title="probability given to a smaller value", axis=_few(format=".0%")
    )
    share = alt.Axis(format=".0%", tickCount=4)
    bars = base.mark_bar(color=BAND, opacity=0.5, binSpacing=2).encode(
        x=x,
        x2=alt.X2("right:Q"),
        y=alt.Y("share:Q", title="share of rows", axis=share),
        y2=alt.datum(0),
    )
    errors = base.mark_rule(color=INK, strokeWidth=1.6).encode(
        x=alt.X("middle:Q"), y=alt.Y("low:Q"), y2=alt.Y2("high:Q")
    )
    ends = [
        base.mark_tick(color=INK, thickness=1.6, size=12, orient="horizontal").encode(
            x=alt.X("middle:Q"), y=alt.Y(f"{side}:Q")
        )
        for side in ("low", "high")
    ]
    chart = alt.layer(bars, errors, *ends).properties(width=width, height=height)
    text = "Each row left out; lines: 90 % of replicates"
    return finish(chart, SIZE).properties(title=text)


def two_paths(
    paths: Mapping[str, pd.DataFrame],
    known: pd.Series,
    *,
    title: str,
    unit: str,
    width: int = 430,
    height: int = 200,
) -> Any:
    """The forecasts of two models, median and 90 % interval, after the same figures.

    Parameters
    ----------
    paths
        Low, median and high by year, by the name of each of two models.
    known
        The figures, by year.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    names = list(paths)
    table = pd.concat([path.reset_index().assign(of=n) for n, path in paths.items()])
    year = alt.X("year:Q", title=None, axis=_few(format="d", tickCount=6))
    value = alt.Scale(zero=False)
    base = alt.Chart(table).encode(x=year, color=_two(names, "of"))
    points = alt.Chart(known.rename("value").dropna().reset_index()).encode(
        x=year, y=alt.Y("value:Q", title=unit, scale=value)
    )
    layers = [
        base.mark_area(opacity=0.22).encode(
            y=alt.Y("low:Q", title=unit, scale=value), y2=alt.Y2("high:Q")
        ),
        base.mark_line(strokeWidth=2).encode(
            y=alt.Y("median:Q"), strokeDash=_dashed(names, "of")
        ),
        points.mark_line(color=INK, strokeWidth=1),
        points.mark_point(color=INK, filled=True, size=26, opacity=1),
    ]
    chart = alt.layer(*layers).properties(width=width, height=height)
    return finish(chart, SIZE).properties(title=title)


def _small(
    chart: Any, by: str, table: pd.DataFrame, *, shared_y: bool, order: Any = None
) -> Any:
    """A small chart for each value of a column, with axes of their own."""
    import altair as alt

    names = order or list(dict.fromkeys(table[by]))
    header = alt.Header(labelFontSize=SIZE, labelPadding=3, labelFontWeight="bold")
    facet = alt.Facet(f"{by}:N", sort=names, title=None, header=header)
    grid = chart.facet(facet=facet, columns=COLUMNS, spacing=14)
    sides = (
        {"x": "independent"} if shared_y else {"x": "independent", "y": "independent"}
    )
    return grid.resolve_scale(**sides)


def _title(text: str, unit: str) -> "alt.TitleParams":
    import altair as alt

    return alt.TitleParams(text, subtitle=unit, subtitleFontSize=SIZE)


def _few(**options: Any) -> "alt.Axis":
    import altair as alt

    return alt.Axis(**{"tickCount": 4, "labelOverlap": True} | options)


def _named(names: list[str], column: str) -> "alt.Color":
    import altair as alt

    colours = [PALETTE[n % len(PALETTE)] for n in range(len(names))]
    return alt.Color(f"{column}:N", scale=alt.Scale(domain=names, range=colours))


def _shaped(names: list[str], column: str) -> "alt.Shape":
    import altair as alt

    shapes = [SHAPES[n % len(SHAPES)] for n in range(len(names))]
    return alt.Shape(f"{column}:N", scale=alt.Scale(domain=names, range=shapes))


def _two(names: list[str], column: str) -> "alt.Color":
    """The first of two in orange, the second in blue."""
    import altair as alt

    colours = [THEIRS, OURS] if len(names) == 2 else [OURS]
    return alt.Color(f"{column}:N", scale=alt.Scale(domain=names, range=colours))


def _dashed(names: list[str], column: str) -> "alt.StrokeDash":
    import altair as alt

    dashes = [[5, 3], [1, 0]][-len(names) :]
    scale = alt.Scale(domain=names, range=dashes)
    return alt.StrokeDash(f"{column}:N", scale=scale)
