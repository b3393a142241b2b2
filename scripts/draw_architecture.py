"""Draw the packages and their imports, for docs/architecture.md.

Rows follow from the layers of import-linter in pyproject.toml, arrows from the import
statements; an arrow that others imply is left out. Only the columns are set here.

Example
-------
python scripts/draw_architecture.py docs/architecture.svg
"""

import ast
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
COLUMNS = {
    "checks": -2,
    "hindcast": -1,
    "sweeps": 1,
    "yearbooks": 2,
    "inference": -1,
    "structural": -1,
    "scenarios": 1,
    "project": 1,
}  # others stand in the middle
WALK = {
    "cli",
    "conditional",
    "inference",
    "models",
    "present",
    "project",
    "projection",
    "structural",
    "targets",
}  # packages of the walk in docs/architecture.md
STEP = (176, 62)  # between the centres of boxes, pixels
HALF = (68, 20)  # half a box
PORT = 7  # above the middle of a side arrows enter, below it they leave
INK, LINE, PLAIN, WALKED, GROUND = "#1b1f24", "#6b7480", "#eef0f3", "#cdeae5", "#faf6ec"


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
    """Points of an arrow: down and into a side, or out of a side and down."""
    (x, y), (u, v) = place(start, rows), place(end, rows)
    boxes = {(COLUMNS.get(part, 0), row) for part, row in rows.items()}
    column, span = COLUMNS.get(start, 0), range(rows[end], rows[start])
    side = np.sign(u - x)
    if side == 0:
        points = [(x, y - HALF[1]), (x, v + HALF[1])]
        corner = ((x + u) / 2, (y + v) / 2)
    elif not any((column, row) in boxes for row in span):
        points = [(x, y - HALF[1]), (u - side * HALF[0], v + PORT)]
        corner = (x, v + PORT)
    else:
        points = [(x + side * HALF[0], y - PORT), (u, v + HALF[1])]
        corner = (u, y - PORT)
    t = np.linspace(0, 1, 25)[:, None]
    first, last = map(np.array, points)
    middle = np.array(corner)
    path = (1 - t) ** 2 * first + 2 * t * (1 - t) * middle + t**2 * last
    frame = pd.DataFrame(path, columns=["x", "y"])
    return frame.assign(edge=f"{start} {end}", order=range(len(t)))


def chart() -> alt.LayerChart:
    """The packages as boxes, their imports as arrows, the ground below."""
    imports = read_imports()
    ground = sorted(name for name in imports if not (ROOT / NAME / name).is_dir())
    packages = {a: names - {*ground} for a, names in imports.items() if a not in ground}
    rows, edges = rows_of(packages), reduced(packages)
    curves = [curve(a, b, rows) for a in sorted(edges) for b in sorted(edges[a])]
    boxes = pd.DataFrame(
        [
            {
                "name": part,
                "modules": f"{len(list((ROOT / NAME / part).rglob('*.py')))} modules",
                "x": place(part, rows)[0],
                "y": place(part, rows)[1],
                "fill": WALKED if part in WALK else PLAIN,
            }
            for part in sorted(packages)
        ]
    )
    base = {"name": " · ".join(ground), "modules": "imported anywhere", "x": 0}
    strip = pd.DataFrame([base | {"y": -STEP[1], "fill": GROUND}])
    extent = (2 * STEP[0] + HALF[0] + 4, (max(rows.values()) + 0.5) * STEP[1])
    layers = [
        *arrows(pd.concat(curves), extent),
        *labelled(strip, 2 * STEP[0] + HALF[0], extent),
        *labelled(boxes, HALF[0], extent),
    ]
    size = {"width": 2 * extent[0], "height": extent[1] + 1.5 * STEP[1]}
    picture = alt.layer(*layers).properties(**size, background="white", padding=8)
    return picture.configure(font=FONT, view=alt.ViewConfig(stroke=None))


def axes(extent: tuple[float, float], x: str = "x", y: str = "y") -> dict[str, Any]:
    """Positions in pixels from two columns, without axes."""
    across = alt.Scale(domain=[-extent[0], extent[0]], nice=False)
    up = alt.Scale(domain=[-1.5 * STEP[1], extent[1]], nice=False)
    return {
        "x": alt.X(f"{x}:Q", scale=across, axis=None),
        "y": alt.Y(f"{y}:Q", scale=up, axis=None),
    }


def arrows(paths: pd.DataFrame, extent: tuple[float, float]) -> list[alt.Chart]:
    """Lines of the imports, and their heads."""
    lines = alt.Chart(paths).mark_line(stroke=LINE, strokeWidth=1.4)
    turns = []
    for _, path in paths.groupby("edge", sort=True):
        (x, y), (u, v) = path[["x", "y"]].iloc[[-2, -1]].to_numpy()
        turns.append({"x": u, "y": v, "angle": np.degrees(np.arctan2(u - x, v - y))})
    heads = alt.Chart(pd.DataFrame(turns).round(3)).mark_point(
        shape="M0,0L-0.55,1.3L0.55,1.3Z", size=64, fill=LINE, stroke=None, opacity=1
    )
    angle = alt.Angle("angle:Q", scale=None)
    return [
        lines.encode(**axes(extent), detail="edge:N", order="order:Q"),
        heads.encode(**axes(extent), angle=angle),
    ]


def labelled(
    boxes: pd.DataFrame, half: float, extent: tuple[float, float]
) -> list[alt.Chart]:
    """Boxes with a name and a smaller line below it."""
    corners = boxes.assign(
        x1=boxes["x"] - half,
        x2=boxes["x"] + half,
        y1=boxes["y"] - HALF[1],
        y2=boxes["y"] + HALF[1],
    )
    box = alt.Chart(corners).mark_rect(cornerRadius=6, stroke=LINE, strokeWidth=1)
    fields = {"text": "name:N", **axes(extent)}
    name = alt.Chart(boxes).mark_text(fontSize=15, fontWeight=600, color=INK, dy=-6)
    count = alt.Chart(boxes).mark_text(fontSize=11, color=LINE, dy=10)
    return [
        box.encode(
            **axes(extent, "x1", "y1"),
            x2="x2",
            y2="y2",
            fill=alt.Fill("fill:N", scale=None),
        ),
        name.encode(**fields),
        count.encode(**fields | {"text": "modules:N"}),
    ]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python scripts/draw_architecture.py FILE.svg")
    Path(sys.argv[1]).write_text(as_svg(chart()) + "\n", encoding="utf-8")
