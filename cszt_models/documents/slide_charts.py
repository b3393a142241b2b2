"""Charts of slides, which the office program draws and can edit."""

from collections.abc import Sequence
from typing import Any

from cszt_models.documents.content import Chart
from cszt_models.present.charts.base import PALETTE

GREY = "5A6270"
ROOM = 1.2  # of the axis of bars, in lengths of the longest


def draw_chart(slide: Any, chart: Chart, box: Sequence[int], font: str) -> Any:
    """Put a chart with its numbers on a slide; its frame.

    Parameters
    ----------
    slide
        Of python-pptx.
    chart
        The numbers.
    box
        Left, top, width and height, in English Metric Units.
    font
        Name of the font of its words.
    """
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Pt

    data = CategoryChartData(number_format="0%" if chart.percent else "General")
    data.categories = list(chart.categories)
    for name, values in chart.series.items():
        data.add_series(name, values)
    kinds = {
        "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "line": XL_CHART_TYPE.LINE_MARKERS,
    }
    frame = slide.shapes.add_chart(kinds[chart.kind], *box, data)
    drawn = frame.chart
    letters = Pt(14 if chart.kind == "bar" else 12)
    drawn.font.size, drawn.font.name = letters, font
    drawn.has_title = False
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position = XL_LEGEND_POSITION.TOP
        drawn.legend.include_in_layout = False
    _colour(drawn, chart)
    return frame


def _mark(series: Any, marked: int) -> None:
    """Make the bar that others are compared with dark."""
    from pptx.dml.color import RGBColor

    if marked >= 0:
        point = series.points[marked]
        point.format.fill.solid()
        point.format.fill.fore_color.rgb = RGBColor.from_string(GREY)


def _colour(drawn: Any, chart: Chart) -> None:
    """Colours of the pages, numbers at the points, and an axis from 0 to 1."""
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    for place, series in enumerate(drawn.plots[0].series):
        colour = RGBColor.from_string(PALETTE[place % len(PALETTE)].lstrip("#"))
        if chart.kind == "line":
            series.format.line.color.rgb, series.format.line.width = colour, Pt(2.25)
            series.smooth = False
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.rgb = colour
            series.marker.format.line.color.rgb = colour
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
    axis = drawn.value_axis
    axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("E3E6EA")
    axis.format.line.fill.background()
    if chart.percent:
        axis.minimum_scale, axis.maximum_scale = 0.0, 1.0
        axis.tick_labels.number_format = "0%"
        axis.tick_labels.number_format_is_linked = False
    if chart.kind != "line":
        plot = drawn.plots[0]
        plot.gap_width, plot.has_data_labels = 60, True
        plot.data_labels.number_format = "0%" if chart.percent else "General"
        plot.data_labels.number_format_is_linked = False
        plot.data_labels.font.size = Pt(14)
    if chart.kind == "bar":  # the first above, as it is read
        drawn.category_axis.reverse_order = True
        drawn.category_axis.format.line.color.rgb = RGBColor.from_string("8A929E")
        axis.visible = axis.has_major_gridlines = False
        known = [v for values in chart.series.values() for v in values if v is not None]
        if chart.percent and known:  # bars of small shares fill the room as well
            axis.maximum_scale = min(1.0, max(0.1, ROOM * max(known)))
        _mark(drawn.plots[0].series[0], chart.marked)
