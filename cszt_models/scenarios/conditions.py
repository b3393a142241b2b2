"""Conditions on projected indicators: what a scenario assumes of a place and years.

A condition holds for projections with levers. It is one of four kinds: an exact
`Value`, an `About` with a standard deviation, a `Within` between bounds, and a `Chance`
of passing a threshold. It applies to each year of a span, or to their average.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cszt_models.project.project import Project
from cszt_models.vocabulary import UNITS_ZH


@dataclass(frozen=True)
class Value:
    """Exactly this value, in the indicator's unit."""

    value: float


@dataclass(frozen=True)
class About:
    """A value that is known with a standard deviation, both in the indicator's unit."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Within:
    """Between two bounds, of which one may be infinite."""

    low: float
    high: float


@dataclass(frozen=True)
class Chance:
    """The probability (0 to 1, without the ends) of being below a threshold."""

    probability: float
    below: float


type Says = Value | About | Within | Chance


@dataclass(frozen=True)
class Condition:
    """Assumption about one indicator of one place.

    Parameters
    ----------
    indicator, region
        Ids in project.yaml; the region may be an aggregate.
    first, last
        Years; the same for a single one.
    average
        Whether it applies to the average over the years (geometric for growth rates)
        rather than to each year.
    says
        The condition proper, in the indicator's unit.

    Examples
    --------
    >>> Condition("gdp_real_growth", "china", 2024, 2025, False, Value(5.0)).years
    (2024, 2025)
    """

    indicator: str
    region: str
    first: int
    last: int
    average: bool
    says: Says

    @property
    def years(self) -> tuple[int, ...]:
        """All its years."""
        return tuple(range(self.first, self.last + 1))

    @property
    def content(self) -> dict[str, Any]:
        """Plain values in a fixed order, for a hash."""
        says = {"kind": type(self.says).__name__.lower()} | {
            name: repr(float(value)) for name, value in asdict(self.says).items()
        }
        return {
            "indicator": self.indicator,
            "region": self.region,
            "first": self.first,
            "last": self.last,
            "average": self.average and self.first < self.last,
            "says": says,
        }

    def words(self, project: Project, language: str = "en") -> str:
        """The condition in plain words of a language, ``"en"`` or ``"zh"``.

        Examples
        --------
        >>> from cszt_models import load_project
        >>> about = Condition("gdp_real_growth", "china", 2024, 2025, False, Value(5))
        >>> about.words(load_project())
        'real GDP growth of China in each of 2024–2025 is 5 %'
        >>> about.words(load_project(), "zh")
        '全国2024—2025年各年地区生产总值增速（不变价）为5%'
        """
        indicator = project.indicators[self.indicator]
        place = project.places[self.region].in_language(language)
        name = indicator.label.in_language(language)
        write = _chinese if language == "zh" else _english
        return write(self, name, place, indicator.unit)


_PERCENT = {"percent": "%", "percent per year": "% a year"}


def _english(condition: Condition, name: str, place: str, unit: str) -> str:
    first, last = condition.first, condition.last
    span = f"in {first}" if first == last else f"in each of {first}–{last}"
    if condition.average:
        span = f"on average over {first}–{last}"
    match condition.says:
        case Value(value):
            return f"{name} of {place} {span} is {_written(value, unit)}"
        case About(mean, sd):
            text = f"{_figure(mean)} ± {_figure(sd)}"
            return f"{name} of {place} {span} is {text} {_PERCENT.get(unit, unit)}"
        case Within(low, high):
            if not np.isfinite(low) or not np.isfinite(high):
                bound = "at least" if np.isfinite(low) else "at most"
                value = low if np.isfinite(low) else high
                return f"{name} of {place} {span} is {bound} {_written(value, unit)}"
            text = f"between {_figure(low)} and {_written(high, unit)}"
            return f"{name} of {place} {span} is {text}"
        case Chance(probability, below):
            text = f"below {_written(below, unit)} with probability {probability:.3g}"
            return f"{name} of {place} {span} is {text}"


def _chinese(condition: Condition, name: str, place: str, unit: str) -> str:
    first, last = condition.first, condition.last
    span = f"{first}年" if first == last else f"{first}—{last}年各年"
    if condition.average:
        span = f"{first}—{last}年平均"
    unit = "%" if unit == "percent per year" else UNITS_ZH.get(unit, unit)
    subject = f"{place}{span}{name}"
    match condition.says:
        case Value(value):
            return f"{subject}为{_figure(value)}{unit}"
        case About(mean, sd):
            return f"{subject}为{_figure(mean)}±{_figure(sd)}{unit}"
        case Within(low, high):
            if np.isfinite(low) and np.isfinite(high):
                sign = unit if unit == "%" else ""
                return f"{subject}在{_figure(low)}{sign}与{_figure(high)}{unit}之间"
            if np.isfinite(low):
                return f"{subject}不低于{_figure(low)}{unit}"
            return f"{subject}不高于{_figure(high)}{unit}"
        case Chance(probability, below):
            text = f"低于{_figure(below)}{unit}的概率为{probability:.3g}"
            return f"{subject}{text}"


def _figure(value: float) -> str:
    return f"{value:,.10g}"


def _written(value: float, unit: str) -> str:
    if unit == "1e8 yuan":
        return f"¥{_figure(value / 10)} billion"
    if unit == "1e4 persons":
        return f"{_figure(value / 100)} million"
    return f"{_figure(value)} {_PERCENT.get(unit, unit)}"
