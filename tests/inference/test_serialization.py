"""A fit comes back from its file as it was, and the file reads like a document."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
import xarray as xr

from cszt_models.inference.fit import Fit, ScaleFit, fit_scales
from cszt_models.inference.marginal import Diagnostics
from cszt_models.inference.mixing import Mixing
from cszt_models.inference.nuts import NutsDiagnostics
from cszt_models.inference.serialization import (
    from_tree,
    scales_from_tree,
    scales_to_tree,
    to_tree,
)
from cszt_models.inference.smc import SmcDiagnostics
from cszt_models.models.panels import panels
from cszt_models.project.observations import as_of
from cszt_models.storage.store import Store
from cszt_models.structural.panel import Scale

DRAWS = 5
BY_MARGINAL = Diagnostics(khat=0.27, ess=298.3, proposals=512, rounds=1)
BY_NUTS = NutsDiagnostics(
    {"shock": Mixing(1.001, 812.5, 901.0), "walk": Mixing(1.0, 444.0, 512.25)}, 1, 2000
)
BY_SMC = SmcDiagnostics(BY_NUTS.scales, 8192, 6, 0.07)


@pytest.fixture
def small() -> Fit:
    """A fit with values that are easily lost."""
    rng = np.random.default_rng(1)
    shape = (DRAWS, 2, 3)
    cells = {
        kind: (("draw", "region", "year"), rng.normal(size=shape))
        for kind in ("cells", "revision")
    }
    coords = {"region": ["changsha", "长沙"], "year": np.arange(2020, 2023)}
    scales = xr.DataArray(
        rng.random((DRAWS, 2)), {"component": ["shock", "walk"]}, ("draw", "component")
    )
    densities = {
        name: ("draw", rng.normal(size=DRAWS))
        for name in ("log_prior", "log_likelihood")
    }
    return Fit(
        block="growth",
        unit="percent",
        as_of=date(2021, 6, 30),
        seed=2**80,
        engine="marginal",
        rows=226,
        priors=(Scale(1.0, 0.5, "同省数据"), Scale(np.nextafter(0.3, 1), 0.0)),
        scales=scales,
        densities=xr.Dataset(densities),
        cells=xr.Dataset(cells, coords),
        diagnostics=BY_MARGINAL,
        log_evidence=-412.75,
        note="",
    )


def through_file(store: Store, fit: Fit) -> Fit:
    store.save("growth-1", to_tree(fit))
    return from_tree(store.load("growth-1"))


def assert_same(found: Fit, expected: Fit) -> None:
    """Every field is equal, of the same type, and arrays are so bit for bit."""
    for field in fields(Fit):
        one, other = getattr(found, field.name), getattr(expected, field.name)
        assert type(one) is type(other), field.name
        if field.name in ("scales", "densities", "cells"):
            xr.testing.assert_identical(one, other)
        else:
            assert one == other
    assert found.scales.to_numpy().tobytes() == expected.scales.to_numpy().tobytes()
    for group in ("densities", "cells"):
        for name, drawn in getattr(expected, group).items():
            one = getattr(found, group)[name]
            assert one.to_numpy().tobytes() == drawn.to_numpy().tobytes()


CHANGES = {
    "as it is": {},
    "a note": {"engine": "nuts", "note": "the marginal engine failed: k-hat 0.9\n长沙"},
    "by nuts": {"engine": "nuts", "diagnostics": BY_NUTS},
    "by smc": {"engine": "smc", "diagnostics": BY_SMC, "log_evidence": 3.5},
    "nothing to mix": {"engine": "nuts", "diagnostics": NutsDiagnostics({}, 0, 4000)},
    "seed 0": {"seed": 0},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_fit_comes_back_from_its_file(small, tmp_path, changes):
    fit = replace(small, **changes)
    assert_same(through_file(Store(tmp_path), fit), fit)


def test_diagnostics_that_are_no_number_come_back(small, tmp_path):
    odd = replace(BY_MARGINAL, khat=np.inf, ess=np.nan)
    found = through_file(Store(tmp_path), replace(small, diagnostics=odd))
    assert found.diagnostics.khat == np.inf
    assert np.isnan(found.diagnostics.ess)


def test_fits_of_a_project_come_back_from_their_files(fits_2021, tmp_path):
    store = Store(tmp_path)
    for fit in fits_2021.blocks.values():
        assert_same(through_file(store, fit), fit)


def test_scales_of_a_panel_come_back_from_their_file(czt, observations, tmp_path):
    day = date(2021, 6, 30)
    panel = panels(as_of(observations, day), czt, day)["rd_intensity"]
    scales = fit_scales(panel, seed=1, vectors=20)
    store = Store(tmp_path)
    store.save("growth-1", scales_to_tree(scales, panel))
    found = scales_from_tree(store.load("growth-1"))
    for field in fields(ScaleFit):
        one, other = getattr(found, field.name), getattr(scales, field.name)
        assert type(one) is type(other)
        same = (
            np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
        )
        assert same, field.name


def test_a_file_reads_like_a_document(small, tmp_path):
    store = Store(tmp_path)
    store.save("growth-1", to_tree(small))
    with xr.open_datatree(store.path("growth-1")) as tree:
        assert set(tree) == {"posterior", "densities", "priors", "cells", "diagnostics"}
        assert tree.attrs["as_of"] == "2021-06-30"
        assert tree.attrs["unit"] == "percent"
        prior = tree["priors"].sel(component="shock")
        assert (float(prior["median"]), str(prior["source"].item())) == (
            1.0,
            "同省数据",
        )
        assert float(tree["diagnostics/khat"]) == BY_MARGINAL.khat
        at = tree["cells"].sel(region="长沙", year=2021)
        assert at["revision"].dims == ("draw",)


def test_arviz_reads_the_scales(fits_2021):
    from arviz_stats import summary

    fit = fits_2021.blocks["growth"]
    table = summary(to_tree(fit), kind="stats", round_to="none")
    assert len(table) == fit.scales.sizes["component"]
    means = fit.scales.mean("draw")
    assert table.loc["scale[shock]", "mean"] == pytest.approx(
        means.sel(component="shock")
    )
