"""The gate of all blocks: every limit of an engine holds, divergences among them."""

from dataclasses import replace

import pytest

from cszt_models.errors import ConvergenceError
from cszt_models.inference.mixing import Mixing
from cszt_models.inference.nuts import NutsDiagnostics
from cszt_models.models.gate import require_gate


def with_divergences(fits, count):
    mixing = {"shock": Mixing(1.001, 812.5, 901.0)}
    by_nuts = NutsDiagnostics(mixing, divergences=count, steps=2000)
    growth = replace(fits.blocks["growth"], engine="nuts", diagnostics=by_nuts)
    return replace(fits, blocks={**fits.blocks, "growth": growth})


def test_a_nuts_fit_with_divergences_fails_the_gate(fits_2021):
    require_gate(with_divergences(fits_2021, 1))
    words = r"the fit of growth .* failed its gate: .* 2 of 2000 steps diverge"
    with pytest.raises(ConvergenceError, match=words):
        require_gate(with_divergences(fits_2021, 2))


def test_a_marginal_fit_with_a_large_khat_fails_the_gate(fits_2021):
    growth = fits_2021.blocks["growth"]
    failed = replace(growth, diagnostics=replace(growth.diagnostics, khat=0.9))
    fits = replace(fits_2021, blocks={**fits_2021.blocks, "growth": failed})
    with pytest.raises(ConvergenceError, match=r"k-hat 0\.90 \(limit 0\.7\)"):
        require_gate(fits)
