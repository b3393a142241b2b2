"""Kept: answers that follow from kept fits and take longer than those to load."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xarray as xr

from cszt_models.models import Fits
from cszt_models.plan import Target
from cszt_models.project import data_hash
from cszt_models.store import Store, key_of


def kept[Answer](
    name: str,
    kind: Any,
    compute: Callable[[], Answer],
    *,
    store: Store | None,
    inputs: Mapping[str, Any],
) -> Answer:
    """An answer from a store, or computed and kept there.

    Parameters
    ----------
    name
        Its key begins with it.
    kind
        Its type: dataclasses, and lists, tuples and mappings of them, of plain values.
        What is read is checked against it.
    inputs
        All that it follows from, see `asked_of` and `store.key_of`.

    Examples
    --------
    >>> kept("a", list[float], lambda: [0.5], store=None, inputs={})
    [0.5]
    """
    if store is None:
        return compute()
    from pydantic import TypeAdapter

    codec, key = TypeAdapter(kind), key_of(name, **inputs)
    tree = store.load(key)
    if tree is not None:
        answer: Answer = codec.validate_python(json.loads(tree.attrs[name]))
        return answer
    found = compute()
    text = json.dumps(codec.dump_python(found, mode="json"))
    store.save(key, xr.DataTree(xr.Dataset(attrs={name: text})))
    return found


def asked_of(fits: Sequence[Fits], targets: Mapping[str, Target]) -> dict[str, Any]:
    """What was known, how it was fitted, and which targets are asked about.

    The project's files count as a whole, for names and conventions are told too.
    """
    goals = [[t.id, t.indicator, t.region, t.year, t.value] for t in targets.values()]
    return {
        "data": sorted({data_hash(one.project) for one in fits}),
        "panels": [dict(one.panels) for one in fits],
        "known": [one.known.to_csv() for one in fits],
        "targets": goals,
        "senses": [[t.sense, t.since or 0, t.headline] for t in targets.values()],
        "how": [[one.as_of, one.seed, one.draws] for one in fits],
        "engines": [[fit.engine for fit in one.blocks.values()] for one in fits],
    }
