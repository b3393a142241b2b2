"""Names shared by all packages: dimensions, indicators, senses, roles and kinds."""

from typing import Literal

DRAW, REGION, YEAR = "draw", "region", "year"

# Indicators that the models read or produce. A project may hold any others besides.
GDP = "gdp_nominal"
GROWTH = "gdp_real_growth"
GROWTH_AVERAGE = "gdp_real_growth_avg"
POPULATION = "population_resident"
URBAN_POPULATION = "population_urban"
URBANIZATION = "urbanization_rate"
URBANIZATION_CHANGE = "urbanization_rate_change"
SECTORS = ("va_primary", "va_secondary", "va_tertiary")
SECTOR_SHARES = ("share_primary", "share_secondary", "share_tertiary")

Sense = Literal["at_least", "exceeds", "at_most", "about", "equals"]
SENSES: tuple[Sense, ...] = ("at_least", "exceeds", "at_most", "about", "equals")

Role = Literal["core", "ring", "reference", "area"]
ROLES: tuple[Role, ...] = ("core", "ring", "reference", "area")

# What an indicator may be: decides the range check of observations.
Kind = Literal["level", "share", "ratio", "growth", "change", "count"]
KINDS: tuple[Kind, ...] = ("level", "share", "ratio", "growth", "change", "count")

Status = Literal["projected", "nowcast", "resolved", "no_data"]
