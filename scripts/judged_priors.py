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
    "price": {
        "level": (
            3.0,
            "judged: lasting inflation lies within some six points of zero; 3 scores "
            "as well as 5 at origins 2009 and 2012; docs/decisions.md",
        )
    },
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

# Forms of blocks that are averaged over: the components that not all of them have.
_SHORT = ["short_trend", "region_short_trend"]
_DRIFT = [*_SHORT, "drift", "region_drift"]
FORMS: dict[str, dict[str, list[str]]] = {
    "growth": {"low": ["level"], "open": ["wide_level"]},
    "price": {"walk": ["walk"], "cycle": ["cycle"]},
    "population": {
        "walk": ["walk", "region_walk"],
        "cycle": ["walk", "region_cycle", "drift"],
    },
    "urbanization": {
        "damped": ["trend", "region_trend"],
        "fading": ["brief_trend", "region_brief_trend"],
        "drift": _DRIFT,
        "wandering": [*_DRIFT, "drift_walk"],
    },
    "rd_intensity": {"damped": ["trend", "region_trend"], "drift": _DRIFT},
}
# Forms that replace all others: each with the reason.
CHOSEN = {
    "population": (
        "cycle",
        "lower CRPS than the random walk at origins 2014 and 2015, confirmed at 2016 "
        "and 2017; docs/decisions.md",
    )
}
# Scales of their components that are conventions, and dampings of their own.
FORM_FIXED = {
    "growth": {
        "wide_level": (4.0, "judged: the lasting rate lies within some eight points")
    },
    "population": {
        "drift": (0.07, "judged: growth drifts by some 0.07 points a year, either way")
    },
    "urbanization": {
        "drift_walk": (
            0.003,
            "judged: the common step moves by 0.003 logit from year to year",
        ),
    },
}
# Blocks whose common yearly step has the size of the mean steps of reference regions.
STEPPING = ("urbanization", "rd_intensity")
# Blocks whose regions have variances of their own: lower CRPS at early origins.
OWN_VARIANCES = ("rd_intensity",)
FORM_DAMPINGS = {
    "price": {"cycle": 0.5},
    "population": {"region_cycle": 0.9},
    "urbanization": {
        "short_trend": 0.3,
        "region_short_trend": 0.3,
        "brief_trend": 0.8,
        "region_brief_trend": 0.8,
    },
    "rd_intensity": {"short_trend": 0.3, "region_short_trend": 0.3},
}
FORM_ORIGINS = {"rd_intensity": (2014, 2015)}  # the earliest that exist; else to 2013
