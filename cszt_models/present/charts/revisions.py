"""Figures on revisions: a waterfall from one probability to the next."""

from textwrap import wrap
from typing import Any

import pandas as pd

from cszt_models.attribution.contributions import Move
from cszt_models.present.charts.base import INK, PALETTE, finish
from cszt_models.present.sentences.revisions import label, points, signed
from cszt_models.present.texts.charts import REVISIONS
from cszt_models.present.texts.sentences import CAUSES
from cszt_models.project.project import Project

MOST = 7  # parts drawn for themselves
LINE = 28  # characters of a line of a label
BREAK = "|"  # between lines of a label
ROW_HEIGHT = 32  # pixels
UP, DOWN, ENDS = PALETTE[0], PALETTE[1], PALETTE[3]


def steps(move: Move, project: Project, language: str = "en") -> pd.DataFrame:
    """The bars of a waterfall: both probabilities, and between them the parts.

    The largest parts that a reader would see stand for themselves in the order of the
    walk, the others as one, with the points that make the printed ones add up.

    Parameters
    ----------
    move
        Of one target, or of all together.
    project
        With names of indicators and regions.
    language
        ``"en"`` or ``"zh"``.

    Returns
    -------
    DataFrame
        label, low and high of the bar, change (not a number for both ends), side
        (``end``, ``up`` or ``down``), in drawing order.
    """
    seen = [n for n, part in enumerate(move.parts) if points(part.change)]
    largest = sorted(seen, key=lambda n: -abs(move.parts[n].change))[:MOST]
    chosen = [move.parts[n] for n in sorted(largest)]
    named = [(label(part, project, language), part.change) for part in chosen]
    rest = move.change - sum(change for _, change in named)
    printed = points(move.after) - points(move.before)
    printed -= sum(points(change) for _, change in named)
    words, at = REVISIONS[language], move.before
    first, last = (words["as of"].format(day) for day in (move.since, move.until))
    rows: list[dict[str, Any]] = [_bar(first, 0.0, at, None)]
    for text, change in named:
        rows.append(_bar(text, at, at + change, change))
        at += change
    if printed:
        other = _bar(CAUSES[language]["other"], at, at + rest, rest)
        rows.append(other | {"text": _signed(printed)})
    rows.append(_bar(last, 0.0, move.after, None))
    return pd.DataFrame(rows)


def _bar(text: str, start: float, end: float, change: float | None) -> dict[str, Any]:
    side = "end" if change is None else "up" if change > 0 else "down"
    low, high = sorted((start, end))
    label_ = f"{points(end)}" if change is None else _signed(points(change))
    return {
        "label": text,
        "low": low,
        "high": high,
        "change": change,
        "side": side,
        "text": label_,
    }


def _signed(number: int) -> str:
    """Whole points with their sign; nothing has none."""
    return signed(number) if number else "0"


def _wrapped(label: str, language: str) -> str:
    """A label with marks where its lines end, so that bars have room beside it."""
    if language == "zh":
        lines = -(-len(label) // (LINE // 2))  # as many as needed, of even lengths
        length = -(-len(label) // lines)
        parts = [label[n : n + length] for n in range(0, len(label), length)]
        return BREAK.join(parts)
    return BREAK.join(wrap(label, LINE))


def waterfall(
    move: Move,
    project: Project,
    *,
    title: str | list[str],
    language: str = "en",
    width: int = 330,
) -> Any:
    """Waterfall from the probability on one date to that on the next.

    Parameters
    ----------
    move, project, language
        As in `steps`.
    title
        Of the chart; several lines as a list.
    width
        Pixels.

    Returns
    -------
    altair.Chart
    """
    import altair as alt

    rows = steps(move, project, language)
    after = "：" if language == "zh" else ": "
    rows["hover"] = rows["label"] + after + rows["text"]
    rows = rows.assign(label=[_wrapped(label, language) for label in rows["label"]])
    axis = alt.Axis(labelLimit=240, labelExpr=f"split(datum.label, '{BREAK}')")
    base = alt.Chart(rows).encode(y=alt.Y("label:N", sort=None, title=None, axis=axis))
    bars = base.mark_bar(size=17).encode(
        x=alt.X(
            "low:Q",
            title=REVISIONS[language]["probability"],
            scale=alt.Scale(domain=[0, 1], clamp=True),
            axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
        ),
        x2=alt.X2("high:Q"),
        color=alt.Color(
            "side:N",
            scale=alt.Scale(domain=["end", "up", "down"], range=[ENDS, UP, DOWN]),
            legend=None,
        ),
        description=alt.Description("hover:N"),
    )
    texts = base.mark_text(align="left", dx=5, color=INK, fontSize=12).encode(
        x=alt.X("high:Q"), text=alt.Text("text:N")
    )
    chart = (bars + texts).properties(
        width=width, height=ROW_HEIGHT * len(rows), title=title
    )
    return finish(chart, 13)
