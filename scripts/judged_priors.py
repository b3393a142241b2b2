"""What priors.yaml holds that no reference panel tells, each with its reason."""

from typing import Any

# Components whose scale is a convention rather than an estimate, by block.
FIXED = {
    "growth": {
        "level": (
            2.0,
            "judged: the lasting rate lies within some four points of zero; that rapid "
            "growth seldom lasts is found by Pritchett and Summers (2014, NBER WP "
            "20573), the size is not theirs",
        ),
        "start": (10.0, "wide: no growth rate is implausible in the first year"),
        "event": (4.0, "wide: an event year is not to tell the trend; {fall}"),
    },
    "price": {"level": (5.0, "wide: no deflator is implausible beforehand")},
    "population": {"level": (2.0, "wide: no population growth is implausible")},
    "urbanization": {"level": (3.0, "wide: urban shares from 5 to 95 percent")},
    "rd_intensity": {"level": (5.0, "wide: ratios from 0.01 to 50 percent")},
    "agriculture": {"level": (3.0, "wide: shares from 0.5 to 90 percent")},
    "balance": {"level": (3.0, "wide: ratios from 1 to 70 either way")},
    "income_urban_pc": {"level": (20.0, "wide: any amount of yuan")},
}
# What hindcasts from origins up to 2013 preferred, in place of what one-year fit would
# say: damping, persistence, and scales with their spread. See docs/decisions.md.
_ORIGINS = "lowest CRPS at origins 2008 to 2013, 171 prefectures; docs/decisions.md"
ACCEPTED: dict[str, dict[str, Any]] = {
    "growth": {
        "damping": (0.93, _ORIGINS),
        "persistence": (0.8, _ORIGINS),
        "scales": {"course": (0.6, 0.3, _ORIGINS)},
    },
}
# Components that no reference panel can tell, because it holds one basis.
_SECTORS = "no reference panel holds two vintages of sector shares"
_SURVEYS = "no reference panel holds two household surveys"
UNTOLD = {
    "agriculture": ({"basis": 0.05, "vintage": 0.02}, _SECTORS),
    "balance": ({"basis": 0.05, "vintage": 0.02}, _SECTORS),
    "income_urban_pc": ({"basis": 0.05}, _SURVEYS),
}
# Figures that work reports state against those the bureau publishes, of one year each.
_REPORTS = (
    "estimates in work reports against the bureau's figures of three cities, 2018 and "
    "2019: 2.6, 2.5 and 3.0 against 2.42, 2.25 and 2.48 percent, on the logit scale; "
)
REPORTED = {
    "rd_intensity": {
        "basis": (0.14, 0.7, f"{_REPORTS}root mean square of the three differences"),
        "vintage": (0.06, 0.7, f"{_REPORTS}their standard deviation"),
    },
}
# Blocks whose reference panel is of another quantity: what it is.
STAND_IN = {"income_urban_pc": "GDP per head, in place of income per head"}
# Measures without any reference panel. Scales of the first two are those of R&D
# intensity; those of air are judged: an order of size, with a factor of e either way.
LIKE_RD = {
    "hightech_va_share_gdp": {
        "level": (5.0, 0.0, "wide: ratios from 0.01 to 50 percent"),
        "basis": (0.3, 1.0, "wide: no reference panel holds two definitions"),
    },
    "hightech_firms": {
        "level": (20.0, 0.0, "wide: any number of firms per unit of GDP")
    },
}
AIR = "no reference panel of air quality"
JUDGED = {
    "pm25": {
        "level": (20.0, 0.0, "wide: any concentration"),
        "trend": (0.05, 1.0, f"judged: 5 percent a year; {AIR}"),
        "region_level": (0.2, 1.0, f"judged: 20 percent between cities; {AIR}"),
        "region_trend": (0.03, 1.0, f"judged: 3 percent a year; {AIR}"),
        "shock": (0.05, 1.0, f"judged: 5 percent from year to year; {AIR}"),
        "region_shock": (0.05, 1.0, f"judged: 5 percent from year to year; {AIR}"),
    },
    "good_air_ratio": {
        "level": (5.0, 0.0, "wide: ratios from 1 to 99 percent"),
        "trend": (0.1, 1.0, f"judged: 1 point a year at 85 percent; {AIR}"),
        "region_level": (0.4, 1.0, f"judged: 5 points between cities; {AIR}"),
        "region_trend": (0.05, 1.0, f"judged: half a point a year; {AIR}"),
        "shock": (0.2, 1.0, f"judged: 2.5 points from year to year; {AIR}"),
        "region_shock": (0.1, 1.0, f"judged: 1 point from year to year; {AIR}"),
    },
}
