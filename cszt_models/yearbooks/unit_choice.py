"""Unit of the figures of a heading, or the question that its table leaves open."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cszt_models.project.schema import Indicator
from cszt_models.vocabulary import GROWTH, SECTOR_SHARES, URBANIZATION
from cszt_models.yearbooks.cell_text import is_blank, is_percent, readings
from cszt_models.yearbooks.headings import ANY_INDEX, PERCENT, Heading, Phrase, is_rate
from cszt_models.yearbooks.layout import Layout
from cszt_models.yearbooks.roles import SCALE
from cszt_models.yearbooks.tables import Entry, Table
from cszt_models.yearbooks.units import (
    INDEX,
    PEOPLE,
    SHARE,
    cell_unit,
    scale_factor,
    scaled,
    unit,
)

QUESTION = "?"
# Largest absolute value of a column in percent that could be a column of fractions
# although its header says percent.
MAX_FRACTION = {URBANIZATION: 1.0, SECTOR_SHARES[1]: 1.0, SECTOR_SHARES[2]: 1.0}
MAX_FRACTION |= {GROWTH: 0.25, "rd_intensity": 0.08}
LARGE_SHARES = (URBANIZATION, *SECTOR_SHARES[1:])  # never below one percent
INDEX_RANGE = (80.0, 130.0)  # growth in percent that could be an index


@dataclass
class Group:
    """Entries of one heading: the first of them, and what the unit depends on.

    ``values`` are numbers without a percent sign; ``first`` is the cell of the first,
    and ``small`` of the first up to 1; ``years`` are those of its figures.
    """

    table: Table
    entry: Entry
    stated: set[str] = field(default_factory=set)
    values: list[float] = field(default_factory=list)
    first: str = ""
    small: str = ""
    figure: str = ""
    years: set[int] = field(default_factory=set)


def grouped(layout: Layout, entries: Iterable[tuple[Table, Entry]]) -> dict[str, Group]:
    """Entries by heading, with the values that can be read."""
    groups: dict[str, Group] = {}
    for table, entry in entries:
        group = groups.setdefault(entry.heading, Group(table, entry))
        if is_blank(entry.text) or not readings(cell_unit(entry.text)[0]):
            continue
        if entry.year is not None:
            group.years.add(entry.year)
        place = table.sheet.place(entry.row, entry.column)
        group.figure = group.figure or place
        try:
            value = layout.value(table, entry)
        except ValueError:
            continue
        if value is not None and not is_percent(entry.text):
            group.values.append(value)
            if 0 < abs(value) <= 1 and not group.small:
                group.small = f"{place} is {value:g}"
            group.first = group.first or place
    return groups


def stated_unit(
    table: Table, entry: Entry, phrase: Phrase | None, indicator: Indicator
) -> str:
    """Unit that the table states for a figure; ``?`` if two, empty if none.

    Parameters
    ----------
    table : Table
        Its title may state units.
    entry : Entry
        The figure, with the unit of its row.
    phrase : Phrase or None
        What its header says.
    indicator : Indicator
        Its unit selects among those of the title.
    """
    base = _unit_in_table(table, entry, phrase, indicator)
    if base in ("", QUESTION):
        return base
    target, power = unit(indicator.unit), scale_factor(base, exponent=False)
    if unit(base) is None and power and target and target.dimension == PEOPLE:
        base = scaled(PEOPLE, power)  # thousands, of persons
    measured = unit(base)
    if measured and table.loose_scales - {measured.factor} and not is_rate(base):
        return QUESTION
    return base


def _unit_in_table(
    table: Table, entry: Entry, phrase: Phrase | None, indicator: Indicator
) -> str:
    """Unit of the row, else of the header, the cell or the title, with its scale."""
    written = phrase.stated if phrase else ""
    scale = entry.unit if entry.unit.startswith("1e") and " " not in entry.unit else ""
    if entry.unit and not scale:
        if written == PERCENT and unit(entry.unit) is None:
            return PERCENT  # a code of SDMX
        both = unit(entry.unit), unit(written) if not table.of_role(SCALE) else None
        return QUESTION if None not in both and both[0] != both[1] else entry.unit
    fitting = [u for u in table.title_units if fits(u, indicator)]
    factors = {measure.factor for u in fitting if (measure := unit(u))}
    in_title = fitting[0] if len(factors) == 1 else QUESTION if factors else ""
    base = written or cell_unit(entry.text)[1] or in_title
    if entry.heading == table.title_key and len(factors) > 1:
        base = QUESTION  # lines above the table contradict each other
    if not scale or base in ("", QUESTION):
        return QUESTION if scale else base
    measured = unit(base)
    return scaled(base, float(scale)) if measured and measured.factor == 1 else QUESTION


def fits(text: str, indicator: Indicator) -> bool:
    """Whether a unit measures an indicator."""
    if text == indicator.unit:
        return True
    stated, target = unit(text), unit(indicator.unit)
    if stated is None or target is None:
        return False
    index = stated.dimension == "index" and indicator.kind == "growth"
    return index or stated.dimension == target.dimension


def chosen_unit(
    group: Group, phrase: Phrase, indicator: Indicator
) -> tuple[Heading, str]:
    """Heading with the unit of a group, and the question if it cannot be determined.

    Parameters
    ----------
    group : Group
        Entries of the heading, with `Group.stated` filled in.
    phrase : Phrase
        What the heading says.
    indicator : Indicator
        Indicator of the project that it names.
    """
    stated = group.stated - {""}
    if len(stated) > 1 and QUESTION not in stated:
        return Heading(indicator.id, "", ""), ""
    text = next(iter(stated)) if len(stated) == 1 else QUESTION if stated else ""
    question = _question(group, text, phrase, indicator)
    unit_text = QUESTION if question else text or phrase.implied
    return Heading(indicator.id, unit_text, unit_text), question


def _question(group: Group, text: str, phrase: Phrase, indicator: Indicator) -> str:
    """What must be asked about a unit; empty if it is determined."""
    measured = unit(text)
    rate = measured is not None and measured.dimension == SHARE
    if text == QUESTION:
        return "two units or scales are possible: write the unit"
    if phrase.implied == ANY_INDEX and (not text or rate):
        return f"an index without its base: write {INDEX} if that is the year before"
    if not text and not phrase.implied:
        return "no unit is given: write it"
    percent = (rate and measured is not None and measured.factor == 1) or not text
    sizes = [abs(value) for value in group.values]
    if not percent or phrase.implied == ANY_INDEX or not sizes or max(sizes) == 0:
        return ""
    if (
        indicator.kind == "growth"
        and INDEX_RANGE[0] <= min(sizes) <= max(sizes) <= INDEX_RANGE[1]
    ):
        return f"growth of {group.values[0]:g} percent, or an index ({INDEX})?"
    many = 2 * sum(size <= 1 for size in sizes) >= len(sizes)  # few are a typo each
    if indicator.id in LARGE_SHARES and group.small and max(sizes) > 1 and many:
        return f"{group.small} among percentages up to {max(sizes):g}"
    limit = (
        1.0
        if not text or not group.table.sheet.formats
        else MAX_FRACTION.get(indicator.id, 0)
    )
    return fraction_question(group) if max(sizes) <= limit else ""


def fraction_question(group: Group) -> str:
    """The question whether values up to 1 are percent or fractions."""
    value = next((value for value in group.values if value), 0.0)
    return f"{value:g} or {100 * value:g} percent? write {PERCENT} or fraction"
