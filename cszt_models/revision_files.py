"""Moves kept in a store: why probabilities moved, as a labelled tree.

They follow from fits that are kept, but take longer than those to load.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import xarray as xr

from cszt_models.models import Fits
from cszt_models.news import News
from cszt_models.parts import Move, Part
from cszt_models.plan import Target
from cszt_models.revisions import moves
from cszt_models.scenarios import Scenario, baseline
from cszt_models.store import Store, key_of

NAME = "moves"


def kept_moves(
    fits: Sequence[Fits],
    targets: Mapping[str, Target],
    scenario: Scenario | None = None,
    *,
    store: Store | None = None,
) -> list[Move]:
    """Moves from a store, or computed and kept there; see `revisions.moves`.

    Raises
    ------
    ConvergenceError
        If a step cannot be computed.
    """
    scenario = baseline() if scenario is None else scenario
    if store is None:
        return moves(fits, targets, scenario)
    key = key_of(NAME, **_inputs(fits, targets, scenario))
    tree = store.load(key)
    if tree is not None:
        return from_tree(tree)
    found = moves(fits, targets, scenario)
    store.save(key, to_tree(found))
    return found


def _inputs(
    fits: Sequence[Fits], targets: Mapping[str, Target], scenario: Scenario
) -> dict[str, Any]:
    """All that moves follow from: what was known and how it was fitted and asked."""
    goals = [[t.id, t.indicator, t.region, t.year, t.value] for t in targets.values()]
    how = [[one.as_of, one.seed, one.draws] for one in fits]
    engines = [[fit.engine for fit in one.blocks.values()] for one in fits]
    return {
        "panels": [dict(one.panels) for one in fits],
        "known": [one.known.to_csv() for one in fits],
        "targets": goals,
        "senses": [[t.sense, t.since or 0, t.headline] for t in targets.values()],
        "how": how,
        "engines": engines,
        "scenario": scenario.hash,
    }


def to_tree(found: Sequence[Move]) -> xr.DataTree:
    """Moves as a tree that a store keeps.

    Examples
    --------
    >>> move = Move("a", date(2021, 6, 30), date(2022, 6, 30), 0.5, 0.4, ())
    >>> from_tree(to_tree([move])) == [move]
    True
    """
    text = json.dumps([asdict(move) for move in found], default=date.isoformat)
    return xr.DataTree(xr.Dataset(attrs={NAME: text}))


def from_tree(tree: xr.DataTree) -> list[Move]:
    """Moves from the tree that `to_tree` gave."""
    return [_move(record) for record in json.loads(tree.attrs[NAME])]


def _move(record: dict[str, Any]) -> Move:
    days = {name: date.fromisoformat(record[name]) for name in ("since", "until")}
    parts = tuple(_part(one) for one in record["parts"])
    return Move(**{**record, **days, "parts": parts})


def _part(record: dict[str, Any]) -> Part:
    told = tuple(News(**one) for one in record["news"])
    return Part(**{**record, "news": told})
