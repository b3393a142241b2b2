"""Date with which a panel opens."""

from collections.abc import Mapping
from typing import Any


def first_live(data: Mapping[str, Any]) -> int:
    """Place of the view that a panel opens with.

    The last at which the outcome of a target of a year that is not over is open; else
    the last at which any is; else the last.
    """
    places = range(len(data["views"]))
    ahead = [n for n in places if _open_targets(data, n, ahead=True)]
    live = ahead or [n for n in places if _open_targets(data, n, ahead=False)]
    return live[-1] if live else len(data["views"]) - 1


def _open_targets(data: Mapping[str, Any], place: int, *, ahead: bool) -> list[str]:
    view = data["views"][place]
    year = int(view["as_of"][:4]) if ahead else 0
    return [
        target["id"]
        for target in data["targets"]
        if view["status"][target["id"]] in ("projected", "nowcast")
        and target["year"] >= year
    ]
