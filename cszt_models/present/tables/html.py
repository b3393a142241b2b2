"""HTML tables from frames of text, by great_tables.

great_tables writes the element, with headers that screen readers follow; its own style
is left out for the one style sheet of the pages. Its rows are written here, in the same
form: it sets every cell in a frame of its own, which takes seconds for all figures.
Cells are escaped unless they are `Markup`.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from cszt_models.present.tables.table import Table

MAX_WHOLE = 14  # rows of a table that stays on one sheet of paper
MAX_PINNED = 200  # rows whose first cell stays in view: browsers pay for each
_NO_ROWS = "\n\n</tbody>"  # as great_tables writes a table without any
_HEADING = re.compile(r'<th class="[^"]* gt_(left|right)"[^>]* id="([^"]*)">')


def grid(
    frame: pd.DataFrame,
    *,
    name: str,
    labels: Mapping[str, str],
    right: Collection[str] = (),
    caption: str = "",
    headed: bool = False,
    broad: bool = False,
) -> Markup:
    """A frame as an HTML table that scrolls sideways where it must.

    Parameters
    ----------
    frame
        Text or `Markup` in every cell.
    name
        Identifier of the element, one of its page.
    labels
        Heading of each column that is shown, in order.
    right
        Columns of numbers, set flush right.
    caption
        What the table shows, read out before it; ``headed`` shows it above as well.
    broad
        Whether it needs more than the width of a telephone.

    Examples
    --------
    >>> table = grid(pd.DataFrame({"a": ["<b>"]}), name="t", labels={"a": "A"})
    >>> "&lt;b&gt;" in table, "<style" in table
    (True, False)
    """
    from great_tables import GT

    headings: dict[str, Any] = dict(labels)
    table = GT(frame[list(labels)].head(0), id=name).cols_label(**headings)
    table = table.cols_align("left", columns=list(labels))
    if right:
        table = table.cols_align("right", columns=list(right))
    html = table.as_raw_html()
    element = html[html.index("<table") : html.index("</table>") + len("</table>")]
    element = re.sub(r' data-quarto-[a-z-]+="[a-z]*"', "", element)
    element = element.replace(
        _NO_ROWS, f"\n{_html_rows(frame, element, labels)}\n</tbody>"
    )
    start = element.index(">") + 1
    kind = "" if headed else ' class="unseen"'
    title = Markup(f"<caption{kind}>{{}}</caption>").format(caption) if caption else ""
    pinned = " pinned" if len(frame) <= MAX_PINNED else ""
    wide = f" broad{pinned}" if broad else ""
    wide += " brisk" if len(frame) <= MAX_WHOLE else ""
    opening = Markup(
        '<div class="scroll{}" tabindex="0" role="region" aria-label="{}">'
    ).format(wide, caption or name)
    return (
        opening + Markup(element[:start]) + title + Markup(element[start:] + "</div>")
    )


def _html_rows(frame: pd.DataFrame, head: str, columns: Collection[str]) -> str:
    """Rows of a table, each cell with the id of its heading and its side."""
    openings = [
        f'    <td headers="{id}" class="gt_row gt_{side}">'
        for side, id in _HEADING.findall(head)
    ]
    cells = [
        [f"{opening}{escape(cell)}</td>\n" for cell in frame[column]]
        for opening, column in zip(openings, columns, strict=True)
    ]
    rows = zip(*cells, strict=True)
    return "\n".join(f"  <tr>\n{''.join(row)}  </tr>" for row in rows)


def table_grid(table: Table, *, name: str, headed: bool = False) -> Markup:
    """A results table as `grid` shows it, with its title as the caption.

    Parameters
    ----------
    table
        With its title.
    name
        Of the table in the page.
    headed
        As in `grid`.
    """
    frame = table.frame.astype(str)
    frame.columns = [str(column) for column in frame.columns]
    return grid(
        frame,
        name=name,
        labels={column: column for column in frame.columns},
        right=[str(column) for column in table.numbers],
        caption=table.title,
        headed=headed,
    )
