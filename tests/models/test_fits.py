"""Fits as a value: short repr, name of the engine, and no cache inside."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from cszt_models.conditional.conditional_fit import condition_fits
from cszt_models.inference.fit import VECTORS, seed_of
from cszt_models.projection.outlook import build_outlook
from cszt_models.scenarios.conditions import Condition, Value
from cszt_models.targets.attainment import assess


def with_engines(fits, engines):
    """The same fits, with some blocks fitted by other engines."""
    blocks = {
        name: replace(fit, engine=engines.get(name, fit.engine))
        for name, fit in fits.blocks.items()
    }
    return replace(fits, blocks=blocks)


def test_a_repr_is_one_short_line(fits_2021):
    text = repr(fits_2021)
    assert text.startswith("Fits(czt, as_of=2021-06-30, seed=1, draws=1000, blocks=")
    assert len(text) < 100
    outlook = repr(build_outlook(fits_2021))
    assert outlook == "Outlook(czt, 2020-2040, regions=3, draws=1000)"


@pytest.mark.parametrize(
    ("engines", "name"),
    [
        ({}, "marginal"),
        ({"price": "nuts"}, "mixed (nuts: price)"),
        ({"growth": "nuts", "price": "nuts"}, "mixed (nuts: growth, price)"),
        ({"growth": "nuts", "price": "smc"}, "mixed (smc: price; nuts: growth)"),
    ],
)
def test_engines_that_differ_are_named_by_block(fits_2021, engines, name):
    fits = with_engines(fits_2021, engines)
    assert fits.engine == name
    assert assess(fits, {}).engine == name


def test_one_engine_of_all_blocks_is_named_alone(fits_2021):
    assert with_engines(fits_2021, dict.fromkeys(fits_2021.blocks, "nuts")).engine == (
        "nuts"
    )


def test_generators_follow_from_seed_and_name(fits_2021):
    expected = np.random.default_rng(seed_of(1, "a")).random(3)
    np.testing.assert_array_equal(fits_2021.rng("a").random(3), expected)
    assert (fits_2021.rng("b").random(3) != expected).all()


def test_scale_vectors_are_those_that_draws_share(fits_2021):
    assert fits_2021.vectors == VECTORS
    vectors = fits_2021.scale_vectors("growth")
    scales = fits_2021.drawn["growth"].scales.to_numpy()
    np.testing.assert_array_equal(scales, np.tile(vectors, (4, 1)))


def test_conditions_leave_nothing_in_fits_and_free_what_they_remember(fits_2021):
    fits = replace(fits_2021)
    pin = Condition("gdp_real_growth", "changsha", 2024, 2024, False, Value(5.0))
    first = condition_fits(fits, (pin,)).fits.blocks["growth"].cells
    fields = set(fits.__dataclass_fields__)
    assert set(vars(fits)) - fields <= {"published", "groups", "measure_rows"}
    again = condition_fits(fits, (pin,)).fits.blocks["growth"].cells
    assert first.equals(again)
    reference = weakref.ref(fits)
    del fits
    gc.collect()
    assert reference() is None


def test_a_shorter_outlook_is_built_once_and_freed_with_the_longer(fits_2021):
    outlook = build_outlook(fits_2021)
    shorter = outlook.until(2025)
    assert outlook.until(2025) is shorter
    assert shorter.years[-1] == 2025
    reference = weakref.ref(shorter)
    del outlook, shorter
    gc.collect()
    assert reference() is None


def test_chances_cannot_be_changed(fits_2021):
    chances = build_outlook(fits_2021).chances("event 2024")
    assert sorted(chances) == pytest.approx((np.arange(1000) + 0.5) / 1000)
    with pytest.raises(ValueError, match="read-only"):
        chances[0] = 0.5
