"""The panel as a fragment of HTML that works offline."""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from secrets import token_hex
from typing import Any

# In the order in which they build on each other.
SCRIPTS = (
    "arithmetic.js",
    "analysis.js",
    "pins.js",
    "hash.js",
    "settings.js",
    "words.js",
    "chart.js",
    "setting.js",
    "running.js",
    "export.js",
    "panel.js",
)
WAIT = 6000  # milliseconds in which the live panel may replace the fragment


@cache
def script() -> str:
    """All of the panel's code, as one text without exports."""
    folder = files("cszt_models.explorer")
    style = json.dumps((folder / "panel.css").read_text("utf-8"))
    parts = [(folder / "js" / name).read_text("utf-8") for name in SCRIPTS]
    return "\n".join([f"const CSS = {style};", *parts])


def module() -> str:
    """The code as a module of a widget."""
    return f"{script()}\nexport default {{ render }};\n"


def in_script(value: Any) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def fragment(content: Mapping[str, Any]) -> str:
    """A fragment of HTML with the panel, its data and its code.

    Nothing is loaded from elsewhere. One page may contain several fragments.
    """
    return _framed(content, "boot(root);")


def stand_in(content: Mapping[str, Any], panel: str) -> str:
    """A fragment that is visible only if the live panel with an id is not.

    Saved in a notebook, it works without a kernel. Where scripts do not run, as in a
    notebook that is not trusted, it shows a table of probabilities.
    """
    chances = [
        (target["name"]["en"], _chance(content, target))
        for target in content["targets"]
    ]
    rows = "".join(f"<tr><td>{escape(a)}</td><td>{b}</td></tr>" for a, b in chances)
    table = (
        f"<table data-plain><tr><th>as known on {content['views'][-1]['as_of']}</th>"
        f"<th>probability</th></tr>{rows}</table>"
    )
    return _framed(content, f"standIn(root, {json.dumps(panel)}, {WAIT});", table)


def _framed(content: Mapping[str, Any], start: str, plain: str = "") -> str:
    name = f"cszt-{token_hex(6)}"
    find = f"const root = document.getElementById({json.dumps(name)});"
    return (
        f'<div id="{name}" class="cszt-explorer">{plain}<div data-cszt-host></div>'
        f'<script type="application/json">{in_script(content)}</script>'
        f"<script>(() => {{\n{script()}\n{find}\n{start}\n}})();</script></div>"
    )


def _chance(content: Mapping[str, Any], target: Mapping[str, Any]) -> str:
    exact = content["views"][-1]["exact"]
    result = next(iter(exact.values()))["targets"].get(target["id"])
    return f"{100 * result['probability']:.0f} %" if result else "no data"
