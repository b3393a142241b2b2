"""Run hindcasts: forecasts from past origins, scored against later outcomes.

A *case* is one method at one origin for one group: an information set, the later
outcomes and the request. Its scores depend on these and its seed alone, so cases may be
computed in any order and process, and stored; a run that was stopped computes the
missing cases and returns the same table, bit for bit.

Regions of one year share its shocks: many regions are few independent cases. Intervals
of score differences therefore draw whole origins.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.cluster import map_on_cluster
from cszt_models.errors import ConvergenceError, DataError
from cszt_models.hindcast.forecast import Forecast, forecast
from cszt_models.hindcast.information_set import InformationSet
from cszt_models.hindcast.scores import LEVELS, energy, score
from cszt_models.hindcast.target_replay import AMBITIONS, goals
from cszt_models.hindcast.variables import ForecastVariable, variable_named
from cszt_models.storage.files import sealed, unsealed, write_whole
from cszt_models.storage.store import key_of, warn_once

Array = NDArray[np.float64]

DRAWS = 1000
YEAR: str = "year"
MEAN, ENERGY, SHARES, GOAL = "mean", "energy", "shares", "goal"
FAILED = "failed"
COVERAGES: tuple[str, ...] = tuple(f"inside{round(100 * level)}" for level in LEVELS)
COLUMNS = (
    *("kind", "quantity", "method", "group", "origin", "region", "part", "horizon"),
    *("outcome", "median", "crps", "log_score", "pit", *COVERAGES),
    *("ambition", "threshold", "probability", "met", "reason"),
)


@dataclass(frozen=True)
class Case:
    """One method at one origin for one group.

    ``later`` contains the figures known in the end; it is no part of the information
    set, and forecasters never see it. Scores of several groups are divided into them.
    """

    information: InformationSet
    later: pd.DataFrame
    indicator: str
    method: str
    seed: int
    draws: int = DRAWS

    @cached_property
    def key(self) -> str:
        """Names the case by its content: another one if anything in it changes."""
        information = self.information
        group = re.sub(r"[^\w-]", "_", information.group)[:64]  # names a file
        return key_of(
            f"{self.indicator}-{group}-{information.origin}-{self.method}",
            **({} if group == information.group else {"group": information.group}),
            **({"groups": dict(information.groups)} if information.groups else {}),
            past=_content(information.past),
            later=_content(self.later),
            regions=information.regions,
            horizon=information.horizon,
            as_of=information.as_of,
            events=information.project.events_known(information.as_of),
            censuses=[census.levels_from for census in information.project.censuses],
            priors=dict(information.priors),
            request=(
                self.indicator,
                self.method,
                information.origin,
                information.group,
            ),
            drawn=(self.seed, self.draws),
        )


def _content(figures: pd.DataFrame) -> list[list[object]]:
    names = ["region", "indicator", "year", "value", "basis", "status"]
    return [figures[name].tolist() for name in names]


def evaluate(case: Case) -> pd.DataFrame:
    """Forecast a case and score it; a table with the columns `COLUMNS`.

    Rows of kind ``year`` score each year ahead, ``mean`` the mean yearly change over
    the horizon, ``energy`` the regions of a year together, ``shares`` the parts of a
    region's year together, and ``goal`` is a replayed target. A fit that fails its
    gate forecasts nothing: its only row is of kind ``failed`` and has the reason.
    """
    variable = variable_named(case.indicator)
    try:
        predicted = forecast(
            case.information, variable, case.method, seed=case.seed, draws=case.draws
        )
    except ConvergenceError as error:
        return _table(case, variable, [{"kind": FAILED, "reason": str(error)}])
    observed = variable.outcome(case.information.truth(variable, case.later))
    order = [case.information.regions.index(name) for name in predicted.regions]
    observed = observed[order]
    tables = [
        _table(case, variable, [{"kind": FAILED, "reason": reason}], group)
        for group, reason in predicted.failed.items()
    ]
    history = _history(case.information, variable)
    for group, places in _places(case, predicted.regions).items():
        part = predicted.of(places)
        rows = _rows(case, variable, part, observed[places], history)
        tables.append(_table(case, variable, rows, group))
    return pd.concat(tables, ignore_index=True)


def _places(case: Case, regions: Sequence[str]) -> dict[str, list[int]]:
    """Places of the regions of each group whose scores stand together."""
    places: dict[str, list[int]] = {}
    for n, region in enumerate(regions):
        groups = case.information.groups
        group = groups[region] if groups else case.information.group
        places.setdefault(group, []).append(n)
    return places


def _table(
    case: Case,
    variable: ForecastVariable,
    rows: list[dict[str, object]],
    group: str | None = None,
) -> pd.DataFrame:
    about = {
        "quantity": variable.id,
        "method": case.method,
        "group": case.information.group if group is None else group,
        "origin": case.information.origin,
    }
    frame = pd.DataFrame(rows, columns=[n for n in COLUMNS if n not in about])
    return frame.assign(**about)[list(COLUMNS)]


def _rows(
    case: Case,
    variable: ForecastVariable,
    predicted: Forecast,
    observed: Array,
    history: tuple[dict[str, Array], dict[str, Array]],
) -> list[dict[str, object]]:
    drawn = predicted.outcomes
    rows: list[dict[str, object]] = []
    for h in range(case.information.horizon):
        at = {"kind": YEAR, "horizon": h + 1}
        rows += _scored(predicted, variable, observed[:, h], drawn[:, :, h], at)
        rows += _together(predicted, observed[:, h], drawn[:, :, h], h + 1)
    changes, last = history
    parts = len(variable.parts)
    before = np.array([last.get(n, np.full(parts, np.nan)) for n in predicted.regions])
    mean_observed = variable.yearly(observed, before)
    mean_drawn = variable.yearly(drawn, before)
    at = {"kind": MEAN, "horizon": case.information.horizon}
    rows += _scored(predicted, variable, mean_observed, mean_drawn, at)
    group = {name: changes[name] for name in predicted.regions if name in changes}
    return rows + [
        at | row
        for row in _replayed(predicted, variable, group, mean_observed, mean_drawn)
    ]


def _replayed(
    predicted: Forecast,
    variable: ForecastVariable,
    changes: dict[str, Array],
    observed: Array,
    drawn: Array,
) -> list[dict[str, object]]:
    """Rows of targets that are set at quantiles of the regions' own changes."""
    thresholds = goals(changes)
    places = [
        (n, p, region, part)
        for n, region in enumerate(predicted.regions)
        for p, part in enumerate(variable.parts)
        if region in thresholds and np.isfinite(observed[n, p])
    ]
    return [
        {"kind": GOAL, "region": region, "part": part}
        | {"outcome": observed[n, p], "ambition": ambition}
        | {"threshold": x, "met": float(observed[n, p] >= x)}
        | {"probability": float((drawn[:, n, p] >= x).mean())}
        for n, p, region, part in places
        for ambition, x in zip(AMBITIONS, thresholds[region][:, p], strict=True)
    ]


def _scored(
    predicted: Forecast,
    variable: ForecastVariable,
    observed: Array,
    drawn: Array,
    at: dict[str, object],
) -> list[dict[str, object]]:
    """Rows of univariate scores, of outcomes (region, part) that are known."""
    places = np.argwhere(np.isfinite(observed) & np.isfinite(drawn[0]))
    if not len(places):
        return []
    indices = tuple(places.T)
    outcomes = observed[indices]
    scores = score(outcomes, drawn[:, indices[0], indices[1]].T)
    return [
        at
        | {
            "region": predicted.regions[n],
            "part": variable.parts[p],
            "outcome": outcomes[i],
        }
        | {"median": scores.median[i], "crps": scores.crps[i], "pit": scores.pit[i]}
        | {"log_score": scores.log_score[i]}
        | dict(zip(COVERAGES, scores.inside[i].astype(float), strict=True))
        for i, (n, p) in enumerate(places)
    ]


def _together(
    predicted: Forecast, observed: Array, drawn: Array, horizon: int
) -> list[dict[str, object]]:
    """Energy scores of a year: regions together, and each region's parts together."""
    whole = np.isfinite(observed).all(1) & np.isfinite(drawn[0]).all(1)
    rows: list[dict[str, object]] = []
    if whole.sum() > 1:
        flat = drawn[:, whole].reshape(1, len(drawn), -1)
        value = float(energy(observed[whole].reshape(1, -1), flat)[0])
        rows.append({"kind": ENERGY, "horizon": horizon, "crps": value})
    if observed.shape[1] > 1 and whole.any():
        values = energy(observed[whole], drawn[:, whole].transpose(1, 0, 2))
        names = [
            name
            for name, complete in zip(predicted.regions, whole, strict=True)
            if complete
        ]
        rows += [
            {"kind": SHARES, "horizon": horizon, "region": name, "crps": float(value)}
            for name, value in zip(names, values, strict=True)
        ]
    return rows


def _history(
    information: InformationSet, variable: ForecastVariable
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Yearly changes (year, part) of each region, and its outcome (part) at origin."""
    outcomes = {
        region: variable.outcome(cells)
        for region, cells in information.series(variable).items()
    }
    if variable.rate:
        changes = outcomes
    else:
        changes = {name: np.diff(values, axis=0) for name, values in outcomes.items()}
    return changes, {name: values[-1] for name, values in outcomes.items()}


def run(
    cases: Sequence[Case],
    *,
    folder: Path | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    on_case: Callable[[int, int], None] = lambda _done, _of: None,
) -> pd.DataFrame:
    """Scores of all cases, in their order.

    Where a method's fit fails its gate, no method's scores of that group and origin are
    returned, so that means stay comparable; the row of kind ``failed`` has the reason.

    Parameters
    ----------
    folder
        Where the scores of each case are stored under its key; stored cases are not
        computed again. None stores nothing.
    jobs
        Processes on this machine, each with one thread of linear algebra.
    scheduler
        Address of a dask.distributed scheduler to use instead.
    on_case
        Called with the number of cases done and that of all, for progress.

    Raises
    ------
    DataError
        If there is no case, or the scheduler does not answer.
    ConvergenceError
        If no group and origin is left.
    """
    stored = [_load_case(case, folder) for case in cases]
    missing = [n for n, table in enumerate(stored) if table is None]
    on_case(len(cases) - len(missing), len(cases))
    work = [cases[n] for n in missing]
    spread = _on_cluster(work, scheduler) if scheduler else _here(work, jobs)
    for done, (place, image) in enumerate(spread, start=1):
        _store_case(work[place], folder, image)  # the disks of workers may be others
        stored[missing[place]] = _read(image)
        on_case(len(cases) - len(missing) + done, len(cases))
    tables = [table for table in stored if table is not None]
    if not tables:
        raise DataError(
            "no case to forecast. Name origins with years before and after."
        )
    return _comparable(pd.concat(tables, ignore_index=True))


def _comparable(scores: pd.DataFrame) -> pd.DataFrame:
    failed = scores["kind"] == FAILED
    places = pd.MultiIndex.from_frame(scores[["group", "origin"]])
    lost = places.isin(places[failed])
    if lost.all():
        raise ConvergenceError(
            f"every group and origin has a fit that failed its gate, the first: "
            f"{scores['reason'][failed].iloc[0]}"
        )
    return scores[failed | ~lost].reset_index(drop=True)


def _work(place: int, case: Case) -> tuple[int, bytes]:
    """Evaluate one case with one thread; its scores as the bytes that are stored."""
    with ONE_THREAD:
        return place, _image(evaluate(case))


def _here(work: Sequence[Case], jobs: int) -> Iterable[tuple[int, bytes]]:
    from joblib import Parallel, delayed

    spread = Parallel(jobs, return_as="generator_unordered")
    return spread(delayed(_work)(n, case) for n, case in enumerate(work))


def _on_cluster(work: Sequence[Case], scheduler: str) -> Iterator[tuple[int, bytes]]:
    """Evaluate cases on a cluster, to which their figures are sent once."""
    places = range(len(work))
    return map_on_cluster(_remote_work, places, scheduler=scheduler, shared=work)


def _remote_work(work: Sequence[Case], place: int) -> tuple[int, bytes]:
    return _work(place, work[place])


def _image(table: pd.DataFrame) -> bytes:
    """Scores as CSV, with every digit."""
    return table.to_csv(index=False, float_format="%.17g").encode()


def _read(image: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(image))


def _store_case(case: Case, folder: Path | None, image: bytes) -> None:
    """Store the scores of a case; a folder that cannot be written costs only that."""
    if not folder:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{case.key}.csv", sealed(image, case.key))
    except OSError as error:
        warn_once(
            f"{folder} cannot be written ({error.strerror}), so finished cases are not "
            "kept. Make room, or name another folder with --out."
        )


def _load_case(case: Case, folder: Path | None) -> pd.DataFrame | None:
    """Stored scores of a case; None if there are none or the file is damaged."""
    if not folder:
        return None
    try:
        raw = (folder / f"{case.key}.csv").read_bytes()
    except OSError:
        return None
    image = unsealed(raw, case.key)
    return None if image is None else _read(image)
