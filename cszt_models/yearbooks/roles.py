"""Roles of columns, and the words of headers that name them."""

import re
from collections.abc import Mapping
from pathlib import Path

from cszt_models.storage.files import load_yaml

REGION, YEAR, INDICATOR, VALUE, UNIT = "region", "year", "indicator", "value", "unit"
LABEL = "label"  # second name of the region, in the other language
SCALE = "scale"  # power of ten of the unit
FREQUENCY, QUALIFIER, IGNORED = "frequency", "qualifier", "skip"
ROLES = (REGION, LABEL, YEAR, INDICATOR, VALUE, UNIT, SCALE, FREQUENCY, QUALIFIER)

WORDS = load_yaml(Path(__file__).with_name("words.yaml"))


def words_of(section: str) -> tuple[str, ...]:
    """Words of a section of words.yaml."""
    return tuple(str(WORDS[section]).split())


AREA_RANK: Mapping[str, int] = {
    word: rank
    for rank, words in enumerate(WORDS["areas"].values())
    for word in words.split()
}
ROLE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(AREA_RANK, REGION),
    **{word: role for role, words in WORDS["roles"].items() for word in words.split()},
}
EXPONENTS = set(words_of("exponents"))
NEUTRAL, ANNUAL = set(words_of("neutral")), set(words_of("annual"))
EMPTY_LEVELS, PARTS = set(words_of("empty_levels")), set(words_of("parts"))


def role_of(key: str) -> str | None:
    """The column role that a plain header names, or None.

    Examples
    --------
    >>> role_of("地区"), role_of("unitmult"), role_of("gdp")
    ('region', 'scale', None)
    """
    return ROLE_WORDS.get(re.sub(r"[:：]$", "", key))
