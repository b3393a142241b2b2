"""Every component of the catalogue against statsmodels' Kalman filter and smoother.

The panel is written a second time, as a state space: two regions, two bases, years
without figures, a census whose step and revision come in one year.
"""

import numpy as np
import pytest
from statsmodels.tsa.statespace.mlemodel import MLEModel

from cszt_models.models.components import CATALOGUE, REVISION
from cszt_models.structural import kernels
from cszt_models.structural import simulation_smoother as states
from cszt_models.structural.likelihood import log_likelihood
from cszt_models.structural.panel import (
    Cell,
    Component,
    Panel,
    Row,
    Scale,
    basis_offsets,
    measurement,
    vintage_noise,
)

YEARS = np.arange(2000, 2012)
DAMPING, CYCLE = 0.7, 0.4
EVENTS, CENSUSES = (2003, 2009), (2004, 2008)
GAPS = {("a", "new", 2002), ("a", "new", 2005), ("b", "new", 2000), ("b", "new", 2010)}
SERIES = [("a", "new"), ("b", "new"), ("a", "old"), ("b", "old")]
SIZES = {"exact": 0.5, "rough": 1.5}
SCALE = dict(zip(CATALOGUE, np.linspace(0.4, 1.6, len(CATALOGUE)), strict=True))
TRENDS = ("damped_trend", "line", "integrated_walk")  # a level and its change
ALWAYS = ("level", "measurement")  # without them single components have no density


def rows(rng):
    """Old bases end in 2006; the new one holds what a census revises."""
    found = []
    for region, basis in SERIES:
        for year in YEARS:
            if (region, basis, year) in GAPS or (basis == "old" and year > 2006):
                continue
            cells = [Cell(region, int(year))]
            if basis == "new":
                cells.append(Cell(region, int(year), loading=REVISION))
            status = "rough" if year < 2004 else "exact"
            value = float(rng.normal())
            found.append(Row(value, tuple(cells), region, int(year), basis, status))
    return tuple(found)


def panel(names):
    told = rows(np.random.default_rng(6))
    shapes = {
        "constant": kernels.constant(YEARS),
        "walk": kernels.walk(YEARS),
        "fading": kernels.fading(YEARS, DAMPING),
        "reverting": kernels.reverting(YEARS, DAMPING),
        "stationary": kernels.stationary(YEARS, CYCLE),
        "damped_trend": kernels.damped_trend(YEARS, DAMPING),
        "line": kernels.line(YEARS, YEARS[0]),
        "integrated_walk": kernels.integrated_walk(YEARS, YEARS[0]),
        "shock": kernels.shock(YEARS),
        "event": kernels.event(YEARS, EVENTS),
        "census": kernels.event(YEARS, CENSUSES),
        "steps": kernels.steps(YEARS, CENSUSES),
        "basis": basis_offsets(told, ["new"]),
        "vintage": vintage_noise(told, ["new"]),
        "measurement": measurement(told, SIZES),
    }
    parts = tuple(
        Component(name, Scale(SCALE[name], 0.5), shapes[kernel], over, loading)
        for name, (kernel, over, loading) in CATALOGUE.items()
        if name in names
    )
    loadings = {c.loading for c in parts if c.over != "rows"}
    told = tuple(
        Row(
            r.value,
            tuple(c for c in r.cells if c.loading in loadings),
            r.region,
            r.year,
            r.basis,
            r.status,
        )
        for r in told
    )
    return Panel("test", "points", ("a", "b"), YEARS, told, parts)


class States:
    """A state space that is put together state by state."""

    def __init__(self):
        self.design, self.start, self.steps, self.kept = [], [], [], []

    def add(self, seen, start, later, *, keeps, within=YEARS):
        """Who sees a state, its first variance, later ones within years, what is kept.

        The variance of a year is that of the step into it.
        """
        self.design.append([float(one in seen) for one in SERIES])
        self.start.append(start)
        self.steps.append([later * (year in within) for year in YEARS[1:]] + [0.0])
        self.kept.append(float(keeps))


def state_space(known):
    """The same model for statsmodels, with shocks of a year in its own states."""
    names = {c.name for c in known.components}
    size = {name: SCALE[name] ** 2 if name in names else 0.0 for name in CATALOGUE}
    made, trends = States(), []
    everyone = list(SERIES)
    own = [[x for x in SERIES if x[0] == name] for name in "ab"]

    def groups(name):
        kind, over, loading = CATALOGUE[name]
        of = [everyone] if over == "common" else own
        if loading == REVISION:
            of = [[x for x in one if x[1] == "new"] for one in of]
        return kind, of, size[name]

    for name in CATALOGUE:
        kind, of, variance = groups(name)
        for seen in of if CATALOGUE[name][1] != "rows" else []:
            within = {"event": EVENTS, "census": CENSUSES, "steps": CENSUSES}.get(kind)
            if kind == "constant":
                made.add(seen, variance, 0.0, keeps=True)
            elif kind == "walk":
                made.add(seen, 0.0, variance, keeps=True)
            elif kind == "fading":
                made.add(seen, variance, 0.0, keeps=DAMPING)
            elif kind == "reverting":
                made.add(seen, 0.0, variance, keeps=DAMPING)
            elif kind == "stationary":
                left = variance * (1 - CYCLE**2)
                made.add(seen, variance, left, keeps=CYCLE)
            elif kind == "shock":
                made.add(seen, variance, variance, keeps=False)
            elif kind in ("line", "integrated_walk"):
                trends.append((len(made.kept), 1.0))
                start, left = (variance, 0.0) if kind == "line" else (0.0, variance)
                made.add(seen, 0.0, left, keeps=True)
                made.add([], start, left, keeps=False)
            elif kind == "damped_trend":
                trends.append((len(made.kept), DAMPING))
                left = variance * (1 - DAMPING**2)
                made.add(seen, 0.0, left, keeps=True)
                made.add([], variance, left, keeps=False)
            else:
                first, lasts = variance * (YEARS[0] in within), kind == "steps"
                made.add(seen, first, variance, keeps=lasts, within=within)
    for name in "ab":
        made.add([(name, "old")], size["basis"], 0.0, keeps=True)
    return _model(known, made, trends, size)


def _model(known, made, trends, size):
    values = np.full((len(YEARS), len(SERIES)), np.nan)
    noise = np.zeros((len(SERIES), len(SERIES), len(YEARS)))
    for row in known.rows:
        t, n = row.year - YEARS[0], SERIES.index((row.region, row.basis))
        values[t, n] = row.value
        noise[n, n, t] = size["measurement"] * SIZES[row.status] ** 2
        noise[n, n, t] += size["vintage"] * (row.basis == "old")
    count = len(made.kept)
    model = MLEModel(values, k_states=count)
    moves, steps = np.diag(made.kept), np.zeros((count, count, len(YEARS)))
    for n, variances in enumerate(made.steps):
        steps[n, n] = variances
    for n, damping in trends:  # the change moves into the level in the year it is drawn
        moves[n : n + 2, n + 1] = damping
        steps[n, n + 1] = steps[n + 1, n] = steps[n, n]
    model["design"] = np.array(made.design).T
    model["transition"], model["selection"] = moves, np.eye(count)
    model["state_cov"], model["obs_cov"] = steps, noise
    model.ssm.initialize_known(np.zeros(count), np.diag(made.start))
    model.ssm.tolerance = 0  # never stop updating the filter's variance
    return model


def new_basis(model):
    """What a region's series of the new basis shows without revision (region, state).

    That is its cell.
    """
    design, at = model["design"][:2].copy(), 0
    for kind, over, loading in CATALOGUE.values():
        if over != "rows":
            width = 2 if kind in TRENDS else 1
            width *= 1 if over == "common" else 2
            if loading == REVISION:
                design[:, at : at + width] = 0.0
            at += width
    return design


def with_exact_series(model, design, values):
    """The model with cells of regions seen exactly besides, by region and year."""
    seen = np.full((len(YEARS), 2), np.nan)
    for (region, year), value in values.items():
        seen[year - YEARS[0], "ab".index(region)] = value
    more = MLEModel(np.hstack([model.endog, seen]), k_states=model.k_states)
    for name in ("transition", "selection", "state_cov"):
        more[name] = model[name]
    more["design"] = np.vstack([model["design"], design])
    noise = np.zeros((len(SERIES) + 2, len(SERIES) + 2, len(YEARS)))
    noise[: len(SERIES), : len(SERIES)] = model["obs_cov"]
    more["obs_cov"] = noise
    start = model.ssm.initialization
    more.ssm.initialize_known(start.constant, start.stationary_cov)
    more.ssm.tolerance = 0
    return more


CASES = {name: {*ALWAYS, name} for name in CATALOGUE} | {"all": set(CATALOGUE)}


@pytest.mark.parametrize("case", CASES)
def test_likelihood_is_that_of_the_filter(case):
    known = panel(CASES[case])
    scales = np.array([SCALE[c.name] for c in known.components])
    expected = state_space(known).ssm.loglike()
    assert float(log_likelihood(known, scales)) == pytest.approx(expected, abs=1e-8)


def test_each_component_changes_the_likelihood():
    """Else the test above would say nothing of it."""
    alone = panel(set(ALWAYS))
    scales = np.array([SCALE[c.name] for c in alone.components])
    bare = float(log_likelihood(alone, scales))
    for name in set(CATALOGUE) - set(ALWAYS):
        known = panel({*ALWAYS, name})
        scales = np.array([SCALE[c.name] for c in known.components])
        assert abs(float(log_likelihood(known, scales)) - bare) > 0.01, name


def test_cells_are_those_of_the_smoother():
    known = panel(set(CATALOGUE))
    scales = np.array([[SCALE[c.name] for c in known.components]])
    draws = 6000
    (drawn,) = states.draw_cells(
        [known], [scales], [np.random.default_rng(0)], draws=draws
    )
    smooth = state_space(known).ssm.smooth()
    design = new_basis(state_space(known))
    mean = design @ smooth.smoothed_state
    cover = np.einsum("ri,ijt,rj->rt", design, smooth.smoothed_state_cov, design)
    z = (drawn["cells"].mean(0) - mean) / np.sqrt(cover / draws)
    assert np.abs(z).max() < 4.5
    np.testing.assert_allclose(drawn["cells"].var(0) / cover, 1, atol=0.09)
