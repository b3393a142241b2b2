"""Comparisons kept in a store: scenarios side by side, without their draws."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xarray as xr

from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.project.project import data_hash
from cszt_models.scenarios.scenario import Scenario
from cszt_models.storage.store import Store, key_of
from cszt_models.targets.attainment import Assessment, Attainment
from cszt_models.targets.comparison import Compared, compare
from cszt_models.targets.joint import JointAttainment

type Row = dict[str, str | int | float]


@dataclass(frozen=True)
class Answer:
    """What is kept of a scenario; without targets it is not possible, for a reason."""

    targets: tuple[Attainment, ...]
    joint: JointAttainment | None
    figures: list[Row]
    reason: str


def kept_comparison(
    fits: Fits,
    targets: Mapping[str, Target],
    scenarios: Sequence[Scenario],
    *,
    store: Store | None = None,
) -> list[Compared]:
    """Scenarios on one as-of date from a store, or compared and kept there.

    As `comparison.compare`, but without what only draws tell: ``scene`` is empty, and
    so are ``met`` and ``plausibility`` of the assessments.

    Raises
    ------
    ScenarioError
        As `comparison.compare`.
    """
    answers = kept(
        "comparison",
        list[Answer],
        lambda: [_answer(one) for one in compare(fits, targets, scenarios)],
        store=store,
        inputs={
            **asked_of([fits], targets),
            "scenarios": [one.hash for one in scenarios],
            "conditions": [repr(one) for one in fits.conditions],
        },
    )
    told = zip(scenarios, answers, strict=True)
    return [_compared(fits, scenario, answer) for scenario, answer in told]


def _answer(one: Compared) -> Answer:
    told, rows = one.assessment, one.figures.to_dict("records")
    figures = [{str(name): value for name, value in row.items()} for row in rows]
    if told is None:
        return Answer((), None, figures, one.reason)
    return Answer(told.targets, told.joint, figures, one.reason)


def _compared(fits: Fits, scenario: Scenario, answer: Answer) -> Compared:
    if not answer.targets:
        return Compared(scenario, None, pd.DataFrame(), None, answer.reason)
    told = Assessment(
        as_of=fits.as_of,
        scenario=scenario,
        seed=fits.seed,
        draws=fits.draws,
        engine=next(iter(fits.blocks.values())).engine,
        targets=answer.targets,
        joint=answer.joint,
    )
    return Compared(scenario, told, pd.DataFrame(answer.figures), None)


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
