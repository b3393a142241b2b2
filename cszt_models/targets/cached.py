"""Cache of comparisons of scenarios."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from cszt_models.conditional.plausibility import Plausibility
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target
from cszt_models.project.project import data_hash
from cszt_models.scenarios.scenario import Scenario
from cszt_models.storage.store import Store, key_of
from cszt_models.targets.attainment import Assessment, Attainment
from cszt_models.targets.comparison import Compared, compare
from cszt_models.targets.joint import JointAttainment

type FigureRecord = dict[str, str | int | float]


@dataclass(frozen=True)
class StoredComparison:
    """Stored part of a comparison; without targets the scenario is not possible.

    ``met`` holds for each target the draws in which it is met, as packed bits (base64).
    """

    targets: tuple[Attainment, ...]
    joint: JointAttainment | None
    figures: list[FigureRecord]
    met: dict[str, str]
    plausibility: Plausibility | None
    reason: str


def cached_comparison(
    fits: Fits,
    targets: Mapping[str, Target],
    scenarios: Sequence[Scenario],
    *,
    store: Store | None = None,
) -> list[Compared]:
    """Scenarios on one as-of date, from a store or compared and stored there.

    As `comparison.compare`.

    Parameters
    ----------
    fits, targets, scenarios
        As in `comparison.compare`.
    store
        Without one nothing is stored.

    Raises
    ------
    ScenarioError
        As `comparison.compare`.
    """
    stored = cached(
        "comparisons",
        list[StoredComparison],
        lambda: list(map(_stored, compare(_copy(fits), targets, scenarios))),
        store=store,
        inputs={
            **inputs_of([fits], targets),
            "scenarios": [scenario.hash for scenario in scenarios],
            "conditions": [repr(condition) for condition in fits.conditions],
        },
    )
    pairs = zip(scenarios, stored, strict=True)
    return [_compared(fits, scenario, answer) for scenario, answer in pairs]


def _copy(fits: Fits) -> Fits:
    """The same fits; what is prepared for conditions on them goes with the copy."""
    return replace(fits)


def _stored(compared: Compared) -> StoredComparison:
    assessment, rows = compared.assessment, compared.figures.to_dict("records")
    figures = [{str(name): value for name, value in row.items()} for row in rows]
    if assessment is None:
        return StoredComparison((), None, figures, {}, None, compared.reason)
    return StoredComparison(
        assessment.targets,
        assessment.joint,
        figures,
        {
            name: b64encode(np.packbits(met).tobytes()).decode("ascii")
            for name, met in assessment.met.items()
        },
        assessment.plausibility,
        compared.reason,
    )


def _compared(fits: Fits, scenario: Scenario, stored: StoredComparison) -> Compared:
    if not stored.targets:
        return Compared(scenario, None, pd.DataFrame(), None, stored.reason)
    assessment = Assessment(
        as_of=fits.as_of,
        scenario=scenario,
        seed=fits.seed,
        draws=fits.draws,
        engine=fits.engine,
        targets=stored.targets,
        joint=stored.joint,
        met={name: _unpacked(bits, fits.draws) for name, bits in stored.met.items()},
        plausibility=stored.plausibility,
    )
    return Compared(scenario, assessment, pd.DataFrame(stored.figures), None)


def _unpacked(bits: str, draws: int) -> NDArray[np.bool_]:
    packed = np.frombuffer(b64decode(bits), dtype=np.uint8)
    return np.unpackbits(packed, count=draws).astype(bool)


def cached[Answer](
    name: str,
    kind: Any,
    compute: Callable[[], Answer],
    *,
    store: Store | None,
    inputs: Mapping[str, Any],
) -> Answer:
    """Answer from a store, or computed and stored there.

    Parameters
    ----------
    name
        Its key begins with it.
    kind
        Its type: dataclasses, and lists, tuples and mappings of them, of plain values.
        What is read is validated against it.
    compute
        Called without a stored answer.
    store
        Without one nothing is stored.
    inputs
        All that it depends on, see `inputs_of` and `store.key_of`.

    Examples
    --------
    >>> cached("a", list[float], lambda: [0.5], store=None, inputs={})
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
    computed = compute()
    text = json.dumps(codec.dump_python(computed, mode="json"))
    store.save(key, xr.DataTree(xr.Dataset(attrs={name: text})))
    return computed


def inputs_of(fits: Sequence[Fits], targets: Mapping[str, Target]) -> dict[str, Any]:
    """Hash inputs of answers about targets: data, fits, and the targets themselves."""
    goals = [[t.id, t.indicator, t.region, t.year, t.value] for t in targets.values()]
    return {
        "data": sorted({data_hash(of_date.project) for of_date in fits}),
        "panels": [dict(of_date.panels) for of_date in fits],
        "known": [of_date.known.to_csv() for of_date in fits],
        "targets": goals,
        "senses": [[t.sense, t.since or 0, t.headline] for t in targets.values()],
        "quantities": [
            [t.high or 0.0, *map(repr, t.quantities)] for t in targets.values()
        ],
        "how": [[of_date.as_of, of_date.seed, of_date.draws] for of_date in fits],
        "engines": [
            [fit.engine for fit in of_date.blocks.values()] for of_date in fits
        ],
    }
