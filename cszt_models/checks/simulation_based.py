r"""Simulation-based calibration: whether fits recover the truth behind simulated rows.

Scales are drawn from their priors, and rows jointly with a few unobserved quantities
from :math:`N(0, K(\sigma))`. The panel is fitted to these rows, and each true
value is ranked among the posterior's draws. If the fit is the posterior of the model
that made the rows, every rank is uniform (Talts et al. 2018); a wrong sign, variance or
unit in one of them makes it not so.

The truth comes from the covariance of rows, the draws from the engine's conditioning of
component paths: an error in one is not hidden by the same error in the other.

**Resolution of ranks.** Draws of the scales are chosen by weight among a limited number
of proposals, so that many draws hold many copies, and a rank among them takes only as
many values as there are effective proposals. `DRAWS` is therefore one less than the
effective size that the gate guarantees: copies are rare, and a rank is one among as
many places as draws can distinguish. Ties with a true value are broken at random.

**Fits that fail their gate** have no rank. Whether a fit fails is decided by the rows
and its seed, and given those the truth is a draw from the posterior: the ranks of the
other fits stay uniform. Failures are counted, and too many are a fault of their own.

References
----------
Talts, S., Betancourt, M., Simpson, D., Vehtari, A. and Gelman, A. (2018). Validating
Bayesian inference algorithms with simulation-based calibration.
https://arxiv.org/abs/1804.06788.
Modrák, M., Moon, A. H., Kim, S. et al. (2023). Simulation-based calibration checking
for Bayesian computation: the choice of test quantities shapes sensitivity. *Bayesian
Analysis*. https://doi.org/10.1214/23-BA1404 (why the log likelihood is ranked).
Säilynoja, T., Bürkner, P.-C. and Vehtari, A. (2022). Graphical test for discrete
uniformity and its applications. *Statistics and Computing* 32, 32.
https://doi.org/10.1007/s11222-022-10090-6.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg, sparse

from cszt_models.blas import ONE_THREAD
from cszt_models.checks.uniformity import chi_square, envelope, holm
from cszt_models.errors import ConvergenceError
from cszt_models.inference import marginal, smc
from cszt_models.inference.fit import MARGINAL, SMC, seed_of
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.kernels import root
from cszt_models.structural.likelihood import log_likelihood
from cszt_models.structural.panel import CELLS, Cell, Panel, Row

Array = NDArray[np.float64]
Ranks = NDArray[np.int_]
Change = Callable[[Panel], Panel]

DRAWS = int(marginal.ESS_MIN) - 1  # per fit; a rank is one of 0 to DRAWS
YEARS_AHEAD = 5  # years after the last one observed, whose mean is ranked
ERROR_RATE = 0.01  # probability that any quantity of a right model is called a fault
MAX_FAILED_SHARE = 0.05  # share of fits that may fail their gate
LIKELIHOOD, ERRORS = "log likelihood", "log density of errors"
ENGINES = {MARGINAL: marginal, SMC: smc}
COLUMNS = ("block", "simulation", "quantity", "rank", "khat", "ess")


@dataclass(frozen=True)
class Probe:
    """A weighted sum of unobserved cells, to be ranked."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Truth:
    """True values of a simulation: scales (component), cells and errors (row)."""

    scales: Array
    cells: Array
    errors: Array


def probes(panel: Panel) -> tuple[Probe, ...]:
    """Sums of a panel's cells that are ranked.

    The mean of the next years of the first region and of the one with the fewest
    observed cells, and of each kind of cell the last past one that is in no row.
    """
    row_cells = [cell for row in panel.rows for cell in row.cells]
    times = {
        name: sum(cell.region == name for cell in row_cells) for name in panel.regions
    }
    last = max(cell.year for cell in row_cells)
    years = [int(year) for year in panel.years if year > last][:YEARS_AHEAD]
    places = dict.fromkeys([panel.regions[0], min(times, key=lambda name: times[name])])
    selected = [
        Probe(
            f"{name}, {years[0]}-{years[-1]}",
            tuple(Cell(name, year, 1 / len(years)) for year in years),
        )
        for name in (places if years else ())
    ]
    for kind in panel.loadings:
        label = "" if kind == CELLS else f"{kind}, "
        selected += [
            Probe(f"{label}{cell.region}, {cell.year}", (cell,))
            for cell in _untold(panel, kind, last)[-1:]
        ]
    return tuple(selected)


def _untold(panel: Panel, kind: str, last: int) -> list[Cell]:
    """Cells of a kind until a year that vary and are in no row, by year."""
    variances = [
        np.diagonal(component.shape)
        for component in panel.components
        if component.loading == kind and component.over != "rows"
    ]
    shape = len(panel.regions), len(panel.years)
    silent = np.ones(shape, dtype=bool)
    silent.flat[np.unique(panel.design[kind].indices)] = False
    silent &= np.sum(variances, axis=0) > 0
    return [
        Cell(panel.regions[place], int(panel.years[at]), loading=kind)
        for at, place in np.argwhere(silent.T)
        if panel.years[at] <= last
    ]


def with_probes(panel: Panel, ranked: Sequence[Probe]) -> Panel:
    """The panel with a row for each probe, without offset or error of its own."""
    extra = tuple(Row(np.nan, probe.cells, "", 0, "", "") for probe in ranked)
    components = tuple(
        replace(part, shape=_padded(part.shape, len(extra)))
        if part.over == "rows"
        else part
        for part in panel.components
    )
    return replace(panel, rows=panel.rows + extra, components=components)


def _padded(shape: Any, count: int) -> Any:
    """A covariance of rows with zeros for as many more."""
    zeros = sparse.csr_array((count, count))
    return sparse.block_diag([shape, zeros], format="csr")


def with_values(panel: Panel, values: Array) -> Panel:
    """The panel with other values in its rows."""
    pairs = zip(panel.rows, values, strict=True)
    return replace(panel, rows=tuple(replace(r, value=float(v)) for r, v in pairs))


def draw(panel: Panel, rng: np.random.Generator) -> Truth:
    """Scales from their priors, and rows given them, cells and errors apart."""
    priors = [component.scale for component in panel.components]
    logs = [np.log(p.median) + p.spread * rng.standard_normal() for p in priors]
    scales, error = np.exp(logs), _is_error(panel)
    parts = [
        root(panel.covariance(scales * only)) @ rng.standard_normal(len(panel.rows))
        for only in (~error, error)
    ]
    return Truth(scales, *parts)


def _is_error(panel: Panel) -> NDArray[np.bool_]:
    return np.array([component.over == "rows" for component in panel.components])


def error_density(panel: Panel, scales: Array, errors: Array) -> Array:
    """Log density (draw) of rows' errors given scales; -inf where a row has no error.

    Parameters
    ----------
    scales : (draw, component)
    errors : (draw, row)
        Offsets and errors together.
    """
    density = np.full(len(scales), -np.inf)
    for at, scale in enumerate(scales * _is_error(panel)):
        try:
            factor = np.linalg.cholesky(panel.covariance(scale))
        except np.linalg.LinAlgError:
            continue
        white = linalg.solve_triangular(factor, errors[at], lower=True)
        density[at] = -np.log(np.diagonal(factor)).sum() - 0.5 * white @ white
    return density


@ONE_THREAD
def simulate(
    panel: Panel,
    *,
    seed: int,
    numbers: Iterable[int],
    change: Change | None = None,
    engine: str = MARGINAL,
) -> pd.DataFrame:
    """Ranks of true values among the draws of fits to simulated rows.

    Parameters
    ----------
    panel
        The specification; the values of its rows are not used.
    seed
        A simulation depends on the seed, the panel's name and its number alone.
    numbers
        Which simulations, from 0.
    change
        Applied to a panel before it is fitted: a planted error.
    engine
        ``marginal`` or ``smc``, whose rows have no ``khat``.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`, a row per simulation and quantity: each estimated
        scale, the log likelihood of the scales, the `error_density` of what cells leave
        of the rows, and the `probes`. Ranks are 0 to `DRAWS`, and not a number where
        the fit failed its gate.
    """
    ranked = probes(panel)
    joint = with_probes(panel, ranked)
    names = [f"scale of {c.name}" for c in panel.components if not c.scale.fixed]
    names += [LIKELIHOOD, ERRORS, *[probe.name for probe in ranked]]
    entropy = seed_of(seed, panel.name).entropy
    rows = []
    for number in numbers:
        child = np.random.SeedSequence(entropy, spawn_key=(number,))
        ranks, khat, ess = _simulate_one(panel, joint, child, change, engine)
        rows += [
            (panel.name, number, name, rank, khat, ess)
            for name, rank in zip(names, ranks or [np.nan] * len(names), strict=True)
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


@ONE_THREAD
def _simulate_one(
    panel: Panel,
    joint: Panel,
    seed: np.random.SeedSequence,
    change: Change | None,
    engine: str,
) -> tuple[list[float], float, float]:
    """Ranks, k-hat and effective size of one simulation; no ranks if its gate fails."""
    truth_seed, scale_seed, cell_seed, tie_seed = seed.spawn(4)
    truth, size = draw(joint, np.random.default_rng(truth_seed)), len(panel.rows)
    known = with_values(panel, (truth.cells + truth.errors)[:size])
    fitted = known if change is None else change(known)
    try:
        posterior = ENGINES[engine].sample(fitted, draws=DRAWS, seed=scale_seed)
    except ConvergenceError:
        return [], np.nan, np.nan
    # The first line is the truth, the others are draws; all of the unchanged panel.
    scales = np.vstack([truth.scales, posterior.scales])
    rng = np.random.default_rng(cell_seed)
    (cells,) = states.draw_cells([fitted], [posterior.scales], [rng], draws=DRAWS)
    drawn = [
        np.tensordot(cells[kind], weights, axes=([1, 2], [1, 2]))
        for kind, weights in joint.weights.items()
    ]
    values = np.vstack([truth.cells, np.sum(drawn, axis=0)])
    free = [not component.scale.fixed for component in panel.components]
    table = np.column_stack(
        [
            scales[:, free],
            log_likelihood(known, scales),
            error_density(known, scales, known.values - values[:, :size]),
            values[:, size:],
        ]
    )
    ranks = rank(table[0], table[1:], np.random.default_rng(tie_seed))
    gate = posterior.diagnostics
    khat = gate.khat if isinstance(gate, marginal.Diagnostics) else np.nan
    return ranks.astype(float).tolist(), khat, gate.ess


def rank(truth: Array, drawn: Array, rng: np.random.Generator) -> Ranks:
    """Number of draws below each true value (quantity), ties broken at random.

    Parameters
    ----------
    truth : (quantity)
    drawn : (draw, quantity)
    """
    ties = (drawn == truth).sum(axis=0)
    below: Ranks = (drawn < truth).sum(axis=0)
    return below + rng.integers(ties + 1)


def uniformity(simulated: pd.DataFrame) -> pd.DataFrame:
    """Both tests of every quantity, adjusted over all of them.

    Returns
    -------
    DataFrame
        A row per block and quantity: ``fits`` with a rank and ``failed`` ones; ``mean``
        of the ranks' shares (0.5 if uniform; lower when draws are too high) and their
        ``spread`` over that of a uniform variable (1; higher when draws are too
        narrow); the p-values ``chi_square`` and ``envelope``, and ``adjusted``, the
        lower of the two after Holm's method over all quantities and both tests.
    """
    places = DRAWS + 1
    rows = []
    for (block, quantity), group in simulated.groupby(
        ["block", "quantity"], sort=False
    ):
        ranks = group["rank"].dropna().to_numpy(int)
        shares = (ranks + 0.5) / places
        some = len(ranks) > 0
        rows.append(
            {
                "block": block,
                "quantity": quantity,
                "fits": len(ranks),
                "failed": len(group) - len(ranks),
                "mean": shares.mean() if some else np.nan,
                "spread": np.sqrt(12 * shares.var()) if some else np.nan,
                "chi_square": chi_square(ranks, places),
                "envelope": envelope(ranks, places) if some else np.nan,
            }
        )
    table = pd.DataFrame(rows)
    both = table[["chi_square", "envelope"]].to_numpy(float)
    adjusted = np.full_like(both, np.nan)
    adjusted[~np.isnan(both)] = holm(both[~np.isnan(both)])
    return table.assign(adjusted=np.fmin(*adjusted.T))


def faults(table: pd.DataFrame) -> list[str]:
    """A sentence for each block that is not calibrated, from `uniformity`."""
    sentences = []
    for block, group in table.groupby("block", sort=False):
        failed, total = group["failed"].iloc[0], group[["fits", "failed"]].iloc[0].sum()
        if failed > MAX_FAILED_SHARE * total:
            sentences.append(
                f"{block}: {failed} of {total} fits failed their gate (at most "
                f"{MAX_FAILED_SHARE:.0%})."
            )
        wrong = group[group["adjusted"] < ERROR_RATE].sort_values("adjusted")
        if len(wrong):
            worst = wrong.iloc[0]
            sentences.append(
                f"{block}: ranks of {', '.join(wrong['quantity'])} are not uniform "
                f"(adjusted p-value of the first {worst['adjusted']:.1e}, at least "
                f"{ERROR_RATE:g})."
            )
    return sentences


def wrong_sign(panel: Panel) -> Panel:
    """Planted error: cells of the first region enter every row with the wrong sign."""

    def turned(cell: Cell) -> Cell:
        wrong = cell.region == panel.regions[0] and cell.loading == CELLS
        return replace(cell, weight=-cell.weight) if wrong else cell

    rows = [replace(row, cells=tuple(map(turned, row.cells))) for row in panel.rows]
    return replace(panel, rows=tuple(rows))


def doubled_variance(panel: Panel) -> Panel:
    """Planted error: the last estimated component of the cells counts twice."""
    free = [c for c in panel.components if not c.scale.fixed and c.over != "rows"]
    parts = [
        replace(c, shape=2 * c.shape) if c is free[-1] else c for c in panel.components
    ]
    return replace(panel, components=tuple(parts))


def level_for_growth(panel: Panel) -> Panel:
    """Planted error: a row has the sum of its region's values until then."""
    sums: dict[tuple[str, str], float] = {}
    values = panel.values
    for at in np.argsort([row.year for row in panel.rows], kind="stable"):
        place = panel.rows[at].region, panel.rows[at].basis
        values[at] = sums[place] = sums.get(place, 0.0) + values[at]
    return with_values(panel, values)


PLANTS: Mapping[str, Change] = {
    "sign": wrong_sign,
    "variance": doubled_variance,
    "level": level_for_growth,
}
