"""Hindcast: forecasts from past origins, scored by what came.

A *case* is one method at one origin for one group: a view, the truth apart from it, and
what was asked. Its scores depend on these and its seed alone, so that cases may be
computed in any order, in any process, and kept; a run that was killed goes on with the
cases that are missing and gives the same table, bit for bit.

Regions of one year share its shocks: many regions are few independent cases. Intervals
of score differences therefore draw whole origins.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cszt_models.blas import ONE_THREAD
from cszt_models.errors import ConvergenceError, DataError
from cszt_models.hindcast.forecast import Forecast, forecast
from cszt_models.hindcast.information_set import View
from cszt_models.hindcast.scores import LEVELS, energy, score
from cszt_models.hindcast.target_replay import AMBITIONS, goals
from cszt_models.hindcast.variables import Quantity, quantity_named
from cszt_models.storage.files import write_whole
from cszt_models.storage.store import key_of

Array = NDArray[np.float64]

DRAWS = 1000
YEAR, MEAN, ENERGY, SHARES, GOAL = "year", "mean", "energy", "shares", "goal"
FAILED = "failed"
COVERAGES = tuple(f"inside{round(100 * level)}" for level in LEVELS)
COLUMNS = (
    *("kind", "quantity", "method", "group", "origin", "region", "part", "horizon"),
    *("outcome", "median", "crps", "log_score", "pit", *COVERAGES),
    *("ambition", "threshold", "probability", "met", "reason"),
)


@dataclass(frozen=True)
class Case:
    """One method at one origin for one group.

    ``later`` holds the figures known in the end; it is no part of the view, and
    forecasters never see it.
    """

    view: View
    later: pd.DataFrame
    indicator: str
    method: str
    seed: int
    draws: int = DRAWS

    @cached_property
    def key(self) -> str:
        """Names the case by its content: another one if anything in it changes."""
        view = self.view
        return key_of(
            f"{self.indicator}-{view.group}-{view.origin}-{self.method}",
            past=_content(view.past),
            later=_content(self.later),
            regions=view.regions,
            horizon=view.horizon,
            as_of=view.as_of,
            events=view.project.events_known(view.as_of),
            censuses=[census.levels_from for census in view.project.censuses],
            priors=dict(view.priors),
            asked=(self.indicator, self.method, view.origin, view.group),
            drawn=(self.seed, self.draws),
        )


def _content(figures: pd.DataFrame) -> list[list[object]]:
    names = ["region", "indicator", "year", "value", "basis", "status"]
    return [figures[name].tolist() for name in names]


def evaluate(case: Case) -> pd.DataFrame:
    """Forecast a case and score it; a table with the columns `COLUMNS`.

    Rows of kind ``year`` score each year ahead, ``mean`` the mean yearly change over
    the horizon, ``energy`` the regions of a year together, ``shares`` the parts of a
    region's year together, and ``goal`` holds a replayed target. A fit that fails its
    gate forecasts nothing: its only row is of kind ``failed`` and has the reason.
    """
    quantity = quantity_named(case.indicator)
    try:
        made = forecast(
            case.view, quantity, case.method, seed=case.seed, draws=case.draws
        )
    except ConvergenceError as error:
        return _table(case, quantity, [{"kind": FAILED, "reason": str(error)}])
    came = quantity.outcome(case.view.truth(quantity, case.later))
    order = [case.view.regions.index(name) for name in made.regions]
    return _table(case, quantity, _rows(case, quantity, made, came[order]))


def _table(
    case: Case, quantity: Quantity, rows: list[dict[str, object]]
) -> pd.DataFrame:
    about = {
        "quantity": quantity.id,
        "method": case.method,
        "group": case.view.group,
        "origin": case.view.origin,
    }
    frame = pd.DataFrame(rows, columns=[n for n in COLUMNS if n not in about])
    return frame.assign(**about)[list(COLUMNS)]


def _rows(
    case: Case, quantity: Quantity, made: Forecast, came: Array
) -> list[dict[str, object]]:
    drawn = made.outcomes
    rows: list[dict[str, object]] = []
    for h in range(case.view.horizon):
        at = {"kind": YEAR, "horizon": h + 1}
        rows += _scored(made, quantity, came[:, h], drawn[:, :, h], at)
        rows += _together(made, came[:, h], drawn[:, :, h], h + 1)
    changes, last = _history(case.view, quantity)
    parts = len(quantity.parts)
    before = np.array([last.get(n, np.full(parts, np.nan)) for n in made.regions])
    mean_came = quantity.yearly(came, before)
    mean_drawn = quantity.yearly(drawn, before)
    at = {"kind": MEAN, "horizon": case.view.horizon}
    rows += _scored(made, quantity, mean_came, mean_drawn, at)
    asked = goals(changes)
    for n, region in enumerate(made.regions):
        for p, part in enumerate(quantity.parts):
            if region in asked and np.isfinite(mean_came[n, p]):
                for ambition, x in zip(AMBITIONS, asked[region][:, p], strict=True):
                    rows.append(
                        at
                        | {"kind": GOAL, "region": region, "part": part}
                        | {"outcome": mean_came[n, p], "ambition": ambition}
                        | {"threshold": x, "met": float(mean_came[n, p] >= x)}
                        | {"probability": float((mean_drawn[:, n, p] >= x).mean())}
                    )
    return rows


def _scored(
    made: Forecast,
    quantity: Quantity,
    came: Array,
    drawn: Array,
    at: dict[str, object],
) -> list[dict[str, object]]:
    """Rows of univariate scores, of outcomes (region, part) that are known."""
    places = np.argwhere(np.isfinite(came) & np.isfinite(drawn[0]))
    if not len(places):
        return []
    told = tuple(places.T)
    outcomes = came[told]
    found = score(outcomes, drawn[:, told[0], told[1]].T)
    return [
        at
        | {"region": made.regions[n], "part": quantity.parts[p], "outcome": outcomes[i]}
        | {"median": found.median[i], "crps": found.crps[i], "pit": found.pit[i]}
        | {"log_score": found.log_score[i]}
        | dict(zip(COVERAGES, found.inside[i].astype(float), strict=True))
        for i, (n, p) in enumerate(places)
    ]


def _together(
    made: Forecast, came: Array, drawn: Array, horizon: int
) -> list[dict[str, object]]:
    """Energy scores of a year: regions together, and each region's parts together."""
    whole = np.isfinite(came).all(1) & np.isfinite(drawn[0]).all(1)
    rows: list[dict[str, object]] = []
    if whole.sum() > 1:
        flat = drawn[:, whole].reshape(1, len(drawn), -1)
        value = float(energy(came[whole].reshape(1, -1), flat)[0])
        rows.append({"kind": ENERGY, "horizon": horizon, "crps": value})
    if came.shape[1] > 1 and whole.any():
        values = energy(came[whole], drawn[:, whole].transpose(1, 0, 2))
        names = [name for name, kept in zip(made.regions, whole, strict=True) if kept]
        rows += [
            {"kind": SHARES, "horizon": horizon, "region": name, "crps": float(value)}
            for name, value in zip(names, values, strict=True)
        ]
    return rows


def _history(
    view: View, quantity: Quantity
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Yearly changes (year, part) of each region, and its outcome (part) at origin."""
    outcomes = {
        region: quantity.outcome(cells)
        for region, cells in view.series(quantity).items()
    }
    if quantity.rate:
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
    kept, so that means stay comparable; the row of kind ``failed`` tells it.

    Parameters
    ----------
    folder
        Where each case is kept under its key; those already there are not computed
        again. None keeps nothing.
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
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    found = [_kept(case, folder) for case in cases]
    missing = [n for n, table in enumerate(found) if table is None]
    on_case(len(cases) - len(missing), len(cases))
    work = [(cases[n], folder) for n in missing]
    spread = _on_cluster(work, scheduler) if scheduler else _here(work, jobs)
    for done, (place, image) in enumerate(spread, start=1):
        found[missing[place]] = _read(image)
        on_case(len(cases) - len(missing) + done, len(cases))
    tables = [table for table in found if table is not None]
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
            f"every group and origin holds a fit that failed its gate, the first: "
            f"{scores['reason'][failed].iloc[0]}"
        )
    return scores[failed | ~lost].reset_index(drop=True)


def _work(place: int, case: Case, folder: Path | None) -> tuple[int, bytes]:
    """Evaluate one case with one thread; its table as the bytes that are kept."""
    with ONE_THREAD:
        image = _image(evaluate(case))
    if folder:
        write_whole(folder / f"{case.key}.csv", image)
    return place, image


def _here(
    work: Sequence[tuple[Case, Path | None]], jobs: int
) -> Iterable[tuple[int, bytes]]:
    from joblib import Parallel, delayed

    spread = Parallel(jobs, return_as="generator_unordered")
    return spread(delayed(_work)(n, *one) for n, one in enumerate(work))


def _on_cluster(
    work: Sequence[tuple[Case, Path | None]], scheduler: str
) -> Iterator[tuple[int, bytes]]:
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise DataError(
            "--scheduler needs dask.distributed, which is not installed. "
            "Install cszt-models[cluster]."
        ) from None
    try:
        client = Client(scheduler, timeout="10s")
    except (OSError, ValueError) as error:
        raise DataError(
            f"no scheduler answers at {scheduler} ({error.__class__.__name__}). "
            "Start `dask scheduler` and name its address."
        ) from None
    with client:
        # the worker's disk may be another one: the case is kept here
        sent = [client.submit(_work, n, case, None) for n, (case, _) in enumerate(work)]
        for _, (place, image) in as_completed(sent, with_results=True):
            case, folder = work[place]
            if folder:
                write_whole(folder / f"{case.key}.csv", image)
            yield place, image


def _image(table: pd.DataFrame) -> bytes:
    """A table as CSV under a line with its hash, by which damage is found."""
    text = table.to_csv(index=False, float_format="%.17g").encode()
    return f"{sha256(text).hexdigest()}\n".encode() + text


def _read(image: bytes) -> pd.DataFrame:
    seal, _, text = image.partition(b"\n")
    if sha256(text).hexdigest().encode() != seal:
        raise ValueError("the content is not what was written")
    return pd.read_csv(io.BytesIO(text))


def _kept(case: Case, folder: Path | None) -> pd.DataFrame | None:
    """The table kept of a case, or none; a damaged file counts as none."""
    if not folder:
        return None
    path = folder / f"{case.key}.csv"
    try:
        return _read(path.read_bytes())
    except (OSError, ValueError):
        return None
