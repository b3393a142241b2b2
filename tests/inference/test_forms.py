"""Forms: their weights are those of exact evidence, and a draw has one of them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

from cszt_models.inference.fit import fit, fit_scales
from cszt_models.inference.serialization import (
    from_tree,
    scales_from_tree,
    scales_to_tree,
    to_tree,
)
from cszt_models.structural import kernels
from cszt_models.structural.panel import Cell, Component, Form, Panel, Row, Scale

YEARS, LAST = np.arange(2000, 2016), 2011
FIXED = {"level": 2.0, "line": 0.3, "walk": 0.6, "error": 0.4}
SHAPES = {
    "level": kernels.constant(YEARS),
    "line": kernels.line(YEARS, LAST - 1),
    "walk": kernels.walk(YEARS),
}
WEIGHTS = {"steady": 0.3, "wandering": 0.7}
FORMS = (
    Form("steady", ("level", "line", "error"), WEIGHTS["steady"]),
    Form("wandering", ("level", "walk", "error"), WEIGHTS["wandering"]),
)
DAY = date(LAST, 12, 31)


def panel(spread=0.0, slope=0.12):
    """One region with figures near a line, in two forms."""
    rng = np.random.default_rng(8)
    years = [int(year) for year in YEARS if year < LAST]
    rows = tuple(
        Row(slope * n + 0.4 * rng.standard_normal(), (Cell("a", y),), "a", y, "", "")
        for n, y in enumerate(years)
    )
    error = Component("error", Scale(0.4, 0.0), np.eye(len(rows)), "rows")
    paths = [
        Component(name, Scale(FIXED[name], spread), shape, "own")
        for name, shape in SHAPES.items()
    ]
    components = (*paths, error)
    return Panel("test", "points", ("a",), YEARS, rows, components, FORMS)


def exact_weights(known):
    """Posterior probabilities of the forms with fixed scales, by dense densities."""
    densities = []
    for form in known.forms:
        alone = known.of_form(form)
        scales = np.array([component.scale.median for component in alone.components])
        cover = alone.covariance(scales)
        densities.append(stats.multivariate_normal(cov=cover).logpdf(known.values))
    joint = np.exp(np.array(densities) - max(densities)) * list(WEIGHTS.values())
    return joint / joint.sum()


def test_weights_of_fixed_scales_are_prior_times_likelihood():
    known = panel()
    fitted = fit_scales(known, seed=1, vectors=40)
    weights = [form.posterior for form in fitted.forms]
    np.testing.assert_allclose(weights, exact_weights(known), rtol=1e-10)
    assert 0.05 < weights[0] < 0.95  # else nothing would be averaged


def test_years_count_and_not_rows():
    """The same figures of two regions weigh as those of one."""
    known = panel()
    twins = tuple(replace(row, cells=row.cells) for row in known.rows) * 2
    both = replace(
        known,
        rows=twins,
        components=(
            *known.components[:-1],
            replace(known.components[-1], shape=np.eye(len(twins))),
        ),
    )
    evidence = [
        fit_scales(both.of_form(form), seed=1, vectors=10).log_evidence
        for form in known.forms
    ]
    expected = np.array(list(WEIGHTS.values())) * np.exp(
        0.5 * (np.array(evidence) - max(evidence))
    )
    weights = [f.posterior for f in fit_scales(both, seed=1, vectors=10).forms]
    np.testing.assert_allclose(weights, expected / expected.sum(), rtol=1e-10)


def test_vectors_are_shared_out_by_weight_and_lack_other_forms():
    known, vectors = panel(spread=0.4), 60
    fitted = fit_scales(known, seed=1, vectors=vectors)
    counts = np.bincount(fitted.form, minlength=2)
    expected = [vectors * form.posterior for form in fitted.forms]
    assert np.abs(counts - expected).max() < 1
    for number, form in enumerate(known.forms):
        zero = fitted.scales[fitted.form == number] == 0
        lacks = [c.name not in form.components for c in known.components]
        np.testing.assert_array_equal(zero, np.tile(lacks, (counts[number], 1)))


def test_draws_of_a_form_have_the_moments_of_that_form_alone():
    known = panel()
    fitted = fit(known, as_of=DAY, seed=2, draws=8000)
    ahead = fitted.cells["cells"].sel(region="a", year=LAST + 3).to_numpy()
    for number, form in enumerate(known.forms):
        alone = known.of_form(form)
        scales = np.array([c.scale.median for c in alone.components])
        place = int(np.flatnonzero(YEARS == LAST + 3)[0])
        cover = sum(
            s**2 * alone.cell_cover(c)[0, place]
            for s, c in zip(scales, alone.components, strict=True)
        )
        variance = sum(
            s**2 * c.shape[place, place]
            for s, c in zip(scales, alone.components, strict=True)
            if c.over != "rows"
        )
        solved = np.linalg.solve(alone.covariance(scales), np.c_[known.values, cover])
        drawn = ahead[fitted.form == number]
        sd = np.sqrt(variance - cover @ solved[:, 1])
        assert abs(drawn.mean() - cover @ solved[:, 0]) < 4 * sd / np.sqrt(len(drawn))
        assert drawn.std() == pytest.approx(sd, rel=5 / np.sqrt(2 * len(drawn)))


def test_figures_decide_between_forms():
    """Figures on a line speak for it; the same seed with an erratic path against it."""
    straight = fit_scales(panel(slope=0.6), seed=1, vectors=20)
    known = panel()
    path = np.cumsum(np.random.default_rng(2).standard_normal(len(known.rows)))
    rows = [replace(r, value=float(v)) for r, v in zip(known.rows, path, strict=True)]
    erratic = fit_scales(replace(known, rows=tuple(rows)), seed=1, vectors=20)
    assert straight.forms[0].posterior > 2 * erratic.forms[0].posterior


def test_the_likeliest_form_is_that_of_most_draws():
    fitted = fit(panel(), as_of=DAY, seed=2, draws=400)
    most = int(np.bincount(fitted.form).argmax())
    assert (fitted.likeliest.form == most).all()
    assert len(fitted.likeliest.form) == np.bincount(fitted.form)[most]


def test_forms_are_kept_in_files():
    known = panel(spread=0.4)
    fitted = fit(known, as_of=DAY, seed=2, draws=80)
    again = from_tree(to_tree(fitted))
    assert again.forms == fitted.forms
    np.testing.assert_array_equal(again.form, fitted.form)
    scales = fit_scales(known, seed=2, vectors=30)
    kept = scales_from_tree(scales_to_tree(scales, known))
    assert kept.forms == scales.forms
    np.testing.assert_array_equal(kept.form, scales.form)
