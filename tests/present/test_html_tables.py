"""HTML tables: rows in the form in which great_tables would write them."""

import numpy as np
import pandas as pd
from great_tables import GT
from markupsafe import Markup, escape

from cszt_models.present.tables.html import grid


def test_rows_are_those_of_great_tables():
    frame = pd.DataFrame(
        {
            "the place": ["x & y", Markup("<b>z</b>"), None],
            "年": [2020, 2021, 2022],
            "v": [1.5, np.nan, -2.0],
        }
    )
    cells = frame.map(lambda cell: str(escape(cell)))
    names = list(frame)
    whole = GT(cells, id="t").cols_align("left", columns=names)
    whole = whole.cols_align("right", columns=["v"])
    whole = whole.fmt_passthrough(columns=names, escape=False).as_raw_html()
    rows = whole[whole.index("<tbody") : whole.index("</tbody>")]
    table = grid(frame, name="t", labels={n: n for n in names}, right=["v"])
    assert rows.count("<td") == frame.size
    assert rows in table


def test_a_table_without_rows_has_a_body_without_any():
    table = grid(pd.DataFrame({"a": []}), name="t", labels={"a": "A"})
    assert "<tbody" in table
    assert "<td" not in table
