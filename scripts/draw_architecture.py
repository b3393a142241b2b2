"""Draw the packages and their imports, for docs/architecture.md.

Rows follow from the layers of import-linter in pyproject.toml, arrows from the import
statements; an arrow that others imply is left out. Only the columns are set here.

Example
-------
python scripts/draw_architecture.py docs/architecture.svg
"""

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from cszt_models.present.charts.base import FONT, as_svg

ROOT = Path(__file__).parents[1]
NAME = "cszt_models"
PAGE = ROOT / "docs" / "architecture.md"
STEPS = re.compile(rf"`{NAME}\.(\w+)\.[\w.]+`")  # of the walk in the page
COLUMNS = {
    "checks": -1,
    "inference": -1,
    "structural": -1,
    "analysis": 1,
    "results": 1,
    "hindcast": 1,
    "scenarios": 1,
    "project": 1,
    "sweeps": 2,
    "yearbooks": 3,
}  # others stand in column 0
STEP = (168, 56)  # between the centres of boxes, pixels
HALF = (64, 17)  # half a box
PORT = 6  # above the middle of a side arrows enter, below it they leave
INK, LINE, PLAIN, WALKED, GROUND = "#1b1f24", "#6b7480", "#eef0f3", "#cdeae5", "#faf6ec"

type Extent = tuple[tuple[float, float], tuple[float, float]]


def read_imports() -> dict[str, set[str]]:
    """Parts of the package, each with the others that its modules import."""
    imports: dict[str, set[str]] = {}
    for path in sorted((ROOT / NAME).rglob("*.py")):
        part = path.relative_to(ROOT / NAME).parts[0].removesuffix(".py")
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        modules = [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
        names = {m.split(".")[1] for m in modules if m.startswith(f"{NAME}.")}
        imports.setdefault(part, set()).update(names - {part})
    return {part: names for part, names in imports.items() if part != "__init__"}


def reduced(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """The imports without those that a chain of others implies."""

    @cache
    def reached(part: str) -> frozenset[str]:
        direct = imports[part]
        return frozenset(direct).union(*(reached(name) for name in direct))

    return {
        part: {n for n in names if not any(n in reached(m) for m in names - {n})}
        for part, names in imports.items()
    }


def rows_of(imports: dict[str, set[str]]) -> dict[str, int]:
    """Row of each package from below; packages of one layer stand in one row."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    rows: dict[str, int] = {}
    for layer in reversed(layers):
        names = [name for name in layer.split(" | ") if name in imports]
        below = [rows[n] for name in names for n in imports[name] if n in rows]
        rows |= dict.fromkeys(names, max(below, default=-1) + 1)
    return rows


def place(part: str, rows: dict[str, int]) -> np.ndarray[Any, Any]:
    """Centre of a box, pixels."""
    return np.array([COLUMNS.get(part, 0), rows[part]]) * STEP


def curve(start: str, end: str, rows: dict[str, int]) -> pd.DataFrame:
    """Points of an arrow that passes no box: by a side if it can, else straight."""
    (x, y), (u, v) = place(start, rows), place(end, rows)
    boxes = {(COLUMNS.get(part, 0), row) for part, row in rows.items()}
    here, there = COLUMNS.get(start, 0), COLUMNS.get(end, 0)
    side, between = np.sign(there - here), range(rows[end] + 1, rows[start])
    columns = range(min(here, there) + 1, max(here, there))
    below = {(here, row) for row in (rows[end], *between)}
    below |= {(column, rows[end]) for column in columns}
    beside = {(there, row) for row in (rows[start], *between)}
    beside |= {(column, rows[start]) for column in columns}
    shift = side * HALF[0] / 2
    first, last = (x + shift, y - HALF[1]), (u - shift, v + HALF[1])
    corners = [(x + shift, v + HALF[1]), (u - shift, y - HALF[1])]
    if side and not boxes & below:
        first, last = (x, y - HALF[1]), (u - side * HALF[0], v + PORT)
        corners = [(x, v + PORT)] * 2
    elif side and not boxes & beside:
        first, last = (x + side * HALF[0], y - PORT), (u, v + HALF[1])
        corners = [(u, y - PORT)] * 2
    t = np.linspace(0, 1, 25)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3])
    path = weights @ np.array([first, *corners, last])
    frame = pd.DataFrame(path.round(2), columns=["x", "y"])
    return frame.assign(edge=f"{start} {end}", order=range(len(t)))


def chart() -> alt.LayerChart:
    """The packages as boxes, their imports as arrows, the ground below."""
    imports, walked = read_imports(), set(STEPS.findall(PAGE.read_text("utf-8")))
    ground = sorted(name for name in imports if not (ROOT / NAME / name).is_dir())
    packages = {a: names - {*ground} for a, names in imports.items() if a not in ground}
    rows, edges = rows_of(packages), reduced(packages)
    curves = [curve(a, b, rows) for a in sorted(edges) for b in sorted(edges[a])]
    boxes = pd.DataFrame(
        [
            {
                "name": part,
                "x": place(part, rows)[0],
                "y": place(part, rows)[1],
                "fill": WALKED if part in walked else PLAIN,
            }
            for part in sorted(packages)
        ]
    )
    left, right = boxes["x"].min() - HALF[0], boxes["x"].max() + HALF[0]
    base = {"name": f"imported anywhere: {', '.join(ground)}", "fill": GROUND}
    base |= {"x": (left + right) / 2, "y": -STEP[1]}
    extent = ((left - 4, right + 4), (-1.5 * STEP[1], boxes["y"].max() + STEP[1] / 2))
    layers = [
        *arrows(pd.concat(curves), extent),
        *labelled(pd.DataFrame([base]), (right - left) / 2, extent),
        *labelled(boxes, HALF[0], extent),
    ]
    size = dict(zip(("width", "height"), np.diff(extent)[:, 0].tolist(), strict=True))
    picture = alt.layer(*layers).properties(**size, background="white", padding=8)
    return picture.configure(font=FONT, view=alt.ViewConfig(stroke=None))


def axes(extent: Extent, x: str = "x", y: str = "y") -> dict[str, Any]:
    """Positions in pixels from two columns, without axes."""
    scales = [alt.Scale(domain=list(ends), nice=False) for ends in extent]
    return {
        "x": alt.X(f"{x}:Q", scale=scales[0], axis=None),
        "y": alt.Y(f"{y}:Q", scale=scales[1], axis=None),
    }


def arrows(paths: pd.DataFrame, extent: Extent) -> list[alt.Chart]:
    """Lines of the imports, and their heads."""
    lines = alt.Chart(paths).mark_line(stroke=LINE, strokeWidth=1.4)
    turns = []
    for _, path in paths.groupby("edge", sort=True):
        (x, y), (u, v) = path[["x", "y"]].iloc[[-2, -1]].to_numpy()
        turns.append({"x": u, "y": v, "angle": np.degrees(np.arctan2(u - x, v - y))})
    heads = alt.Chart(pd.DataFrame(turns).round(3)).mark_point(
        shape="M0,0L-0.55,1.3L0.55,1.3Z", size=90, fill=LINE, stroke=None, opacity=1
    )
    angle = alt.Angle("angle:Q", scale=None)
    return [
        lines.encode(**axes(extent), detail="edge:N", order="order:Q"),
        heads.encode(**axes(extent), angle=angle),
    ]


def labelled(boxes: pd.DataFrame, half: float, extent: Extent) -> list[alt.Chart]:
    """Boxes and their names."""
    corners = boxes.assign(
        x1=boxes["x"] - half,
        x2=boxes["x"] + half,
        y1=boxes["y"] - HALF[1],
        y2=boxes["y"] + HALF[1],
    )
    box = alt.Chart(corners).mark_rect(cornerRadius=6, stroke=LINE, strokeWidth=1)
    name = alt.Chart(boxes).mark_text(fontSize=15, fontWeight=600, color=INK)
    return [
        box.encode(
            **axes(extent, "x1", "y1"),
            x2="x2",
            y2="y2",
            fill=alt.Fill("fill:N", scale=None),
        ),
        name.encode(**axes(extent), text="name:N"),
    ]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python scripts/draw_architecture.py FILE.svg")
    Path(sys.argv[1]).write_text(as_svg(chart()) + "\n", encoding="utf-8")
