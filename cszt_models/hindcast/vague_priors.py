"""Vague priors of scales: orders of magnitude that use no later year.

The bundled prior scales rest on years to 2020, so a forecast from 2008 may not use
them. Here each scale has one figure of its order, the same for all regions, and a
factor of e either way; a few are tighter, which was decided on origins up to 2013 (see
docs/decisions.md, "Growth fades to a lasting rate"). The conventions (level, event) and
the damping are those of the bundled project.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cszt_models.models import growth, industry, population, price, urbanization
from cszt_models.models.priors import Priors
from cszt_models.structural.panel import Scale

LOG_SPREAD = 1.0  # of the log of a scale: a factor of e either way
# Component: order of its scale; with a second number its spread.
type Orders = Mapping[str, float | tuple[float, float]]

_SHARES: Orders = {
    "trend": 0.05,
    "region_level": 0.4,
    "region_trend": 0.04,
    "shock": 0.02,
    "region_shock": 0.03,
    "census_step": 0.05,
    "basis": 0.05,
    "vintage": 0.02,
}
ORDERS: Mapping[str, Orders] = {
    growth.NAME: {
        "course": (0.6, 0.3),
        "region_level": 0.8,
        "region_cycle": 1.0,
        "shock": 0.5,
        "region_shock": 1.0,
        "region_event": 1.0,
    },
    price.NAME: {
        "walk": 1.0,
        "cycle": (1.8, 0.7),
        "region_level": 0.5,
        "shock": 1.5,
        "region_shock": 2.0,
        "revision": 2.0,
        "region_revision": 3.0,
        "basis": 1.0,
        "vintage": 1.0,
    },
    population.NAME: {
        "walk": 0.2,
        "region_level": 0.5,
        "region_walk": 0.2,
        "region_cycle": 0.66,
        "shock": 0.2,
        "region_shock": 0.4,
    },
    urbanization.NAME: {
        "trend": 0.05,
        "brief_trend": 0.05,
        "short_trend": 0.03,
        "region_level": 0.5,
        "region_trend": 0.02,
        "region_brief_trend": 0.02,
        "region_short_trend": 0.03,
        "region_drift": (0.015, 0.7),
        "shock": 0.01,
        "region_shock": 0.01,
        "basis": 0.05,
    },
    "rd_intensity": {
        "trend": 0.05,
        "region_level": 0.5,
        "region_trend": 0.05,
        "short_trend": 0.03,
        "region_short_trend": 0.05,
        "region_drift": (0.02, 0.7),
        "shock": 0.03,
        "region_shock": 0.05,
        "basis": 0.05,
    },
    industry.AGRICULTURE: _SHARES,
    industry.BALANCE: _SHARES,
}


def blind_priors(
    bundled: Mapping[str, Priors], blocks: Sequence[str]
) -> dict[str, Priors]:
    """Priors of blocks with orders of magnitude in place of estimates.

    Parameters
    ----------
    bundled
        Priors of the bundled project; scales that it fixes stay.
    """
    return {name: _blind(bundled[name], ORDERS[name]) for name in blocks}


def _blind(bundled: Priors, orders: Orders) -> Priors:
    scales = {}
    for name, scale in bundled.scales.items():
        order = orders.get(name)
        if scale.fixed or order is None:
            scales[name] = scale
            continue
        median, spread = order if isinstance(order, tuple) else (order, LOG_SPREAD)
        scales[name] = Scale(median, spread, "an order of magnitude")
    return replace(bundled, scales=scales)
