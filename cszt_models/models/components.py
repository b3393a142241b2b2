"""Catalogue of panel components: kernel, spread over regions and kind of cell."""

from collections.abc import Callable, Mapping

from cszt_models.structural import kernels
from cszt_models.structural.kernels import Matrix, Years
from cszt_models.structural.panel import CELLS, Over

REVISION = "revision"

# Component name: kernel over years, spread over regions, kind of cell.
CATALOGUE: Mapping[str, tuple[str, Over, str]] = {
    "level": ("constant", "common", CELLS),
    "region_level": ("constant", "own", CELLS),
    "walk": ("walk", "common", CELLS),
    "region_walk": ("walk", "own", CELLS),
    "trend": ("damped_trend", "common", CELLS),
    "region_trend": ("damped_trend", "own", CELLS),
    "short_trend": ("damped_trend", "common", CELLS),
    "region_short_trend": ("damped_trend", "own", CELLS),
    "brief_trend": ("damped_trend", "common", CELLS),
    "region_brief_trend": ("damped_trend", "own", CELLS),
    "drift": ("line", "common", CELLS),
    "region_drift": ("line", "own", CELLS),
    "drift_walk": ("integrated_walk", "common", CELLS),
    "wide_level": ("constant", "common", CELLS),
    "cycle": ("stationary", "common", CELLS),
    "start": ("fading", "common", CELLS),
    "course": ("reverting", "common", CELLS),
    "region_cycle": ("stationary", "own", CELLS),
    "shock": ("shock", "common", CELLS),
    "region_shock": ("shock", "own", CELLS),
    "event": ("event", "common", CELLS),
    "region_event": ("event", "own", CELLS),
    "revision": ("census", "common", REVISION),
    "region_revision": ("census", "own", REVISION),
    "census_step": ("steps", "own", CELLS),
    "basis": ("basis", "rows", CELLS),
    "vintage": ("vintage", "rows", CELLS),
    "measurement": ("measurement", "rows", CELLS),
}

# Kernels with a damping.
DAMPED: Mapping[str, Callable[[Years, float], Matrix]] = {
    "damped_trend": kernels.damped_trend,
    "fading": kernels.fading,
    "reverting": kernels.reverting,
    "stationary": kernels.stationary,
}

# Common components whose innovations are correlated between blocks, and their kind.
LINKS: Mapping[str, str] = {
    "shock": "shock",
    "walk": "trend",
    "trend": "trend",
    "short_trend": "trend",
    "brief_trend": "trend",
    "cycle": "trend",
    "course": "trend",
}

# Components of rows that observe part of a year, or were stated before it was counted;
# pooled ones are shared by regions.
RELEASE_COMPONENTS: Mapping[str, bool] = {
    "year_path": True,
    "event_path": True,
    "region_path": False,
    "habit": True,
    "region_habit": False,
    "release_year": True,
    "release": False,
}
