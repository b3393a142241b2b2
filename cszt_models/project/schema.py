"""Entries of project.yaml as frozen values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Strict, StrictInt

from cszt_models.vocabulary import Kind, PlanStatus, Role

Day = Annotated[date, Strict()]  # neither text nor a time
ID = re.compile(r"[\w-]{1,64}")  # names files, columns and anchors
ID_RULE = "letters, digits, - and _ only, at most 64"
Name = Annotated[str, BeforeValidator(str)]  # of another entry, checked against those


@dataclass(frozen=True)
class Label:
    """A name in English and in Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The name in language ``"en"`` or ``"zh"``."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Caveat(Label):
    """What a reader must know beside every number, or beside those of some plans."""

    plans: tuple[Name, ...] = ()

    def concerns(self, plan: str) -> bool:
        """Whether it is about a plan; one that names none is about all."""
        return plan in self.plans or not self.plans


class Sourced:
    """Something whose sizes have a source, in English and perhaps in Chinese."""

    source: str
    source_zh: str

    def source_in(self, language: str) -> str:
        """The source in language ``"en"`` or ``"zh"``, as far as it is written."""
        return (self.source_zh if language == "zh" else "") or self.source


@dataclass(frozen=True)
class Region:
    """A place with statistics of its own; see the roles in project.yaml."""

    id: str
    label: Label
    role: Role


@dataclass(frozen=True)
class Aggregate:
    """A group whose levels are sums and whose shares are ratios of sums.

    ``within`` is the larger region that contains it, if one is among the regions.
    """

    id: str
    label: Label
    members: tuple[Name, ...]
    within: str | None = None


@dataclass(frozen=True)
class Indicator:
    """A measured quantity with its unit; the kind decides which values are possible.

    A growth or change may be computed from another indicator, which ``of`` names.
    """

    id: str
    label: Label
    unit: str
    kind: Kind
    of: str | None = None


class Range(NamedTuple):
    """Possible values of an indicator, and the sentence that states them."""

    low: float
    high: float
    rule: str
    includes_low: bool = True

    def contains(self, values: Any) -> Any:
        """Whether each value, a number or an array, is possible."""
        above = values >= self.low if self.includes_low else values > self.low
        return above & (values <= self.high)


RANGES: Mapping[Kind, Range] = {
    "share": Range(0.0, 100.0, "a share lies between 0 and 100 percent"),
    "ratio": Range(0.0, inf, "a ratio cannot be negative"),
    "level": Range(0.0, inf, "a level cannot be negative"),
    "count": Range(0.0, inf, "a count cannot be negative"),
    "growth": Range(-100.0, inf, "growth cannot be -100 percent or less", False),
    "change": Range(-inf, inf, "a change is a number"),
}


@dataclass(frozen=True)
class Event:
    """An exceptional year outside the trend, and the day since which it is known."""

    year: StrictInt
    known_from: Day
    label: Label


@dataclass(frozen=True)
class Census:
    """An economic census and the first year whose published level rests on it."""

    year: StrictInt
    levels_from: StrictInt
    label: Label


@dataclass(frozen=True)
class Comparability:
    """Statistical bases of an indicator, best first.

    ``judged`` are those on which a target is judged; ``offset`` those that inform a
    model through a level shift of their own; ``reported`` those of figures that others
    than the statistical office stated, which have a shift and a noise of their own.
    """

    judged: tuple[Name, ...]
    offset: tuple[Name, ...]
    reported: tuple[Name, ...] = ()

    @property
    def usable(self) -> tuple[str, ...]:
        """All bases that a model may use, best first."""
        return self.judged + self.shifted

    @property
    def shifted(self) -> tuple[str, ...]:
        """Bases with a level shift of their own."""
        return self.offset + self.reported


@dataclass(frozen=True)
class Composite:
    """An indicator of a group that follows from its members' published figures.

    The sum of the members' figures, or ``factor`` times the ratio of the sums of
    ``part`` and ``weight``.
    """

    indicator: str
    part: str | None = None
    weight: str | None = None
    factor: float = 1.0


@dataclass(frozen=True)
class Plan:
    """A plan whose targets are judged: its name, years and where it stands.

    ``scope`` are the places whose plan it is, ``source`` the document. ``status`` says
    whether it runs (current) or is over (past); if it is not written, its years and the
    day of the data decide.
    """

    label: Label
    first_year: StrictInt
    last_year: StrictInt
    id: str = ""
    scope: tuple[Name, ...] = ()
    status: PlanStatus | None = None
    source: str = ""

    @property
    def years(self) -> str:
        """Its years, like 2021–2025, or the only one."""
        first, last = self.first_year, self.last_year
        return f"{first}" if first == last else f"{first}–{last}"

    def on(self, year: int) -> bool:
        """Whether a year is one of the plan's."""
        return self.first_year <= year <= self.last_year
