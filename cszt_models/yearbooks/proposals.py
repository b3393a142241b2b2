"""Proposals: meanings of the words of a table that mapping.yaml lacks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from cszt_models.errors import DataError, unknown
from cszt_models.project.periods import WHOLE_YEAR, YearPart
from cszt_models.project.project import Project
from cszt_models.vocabulary import SECTOR_SHARES
from cszt_models.yearbooks.blocks import is_figure
from cszt_models.yearbooks.cell_text import is_blank, plain
from cszt_models.yearbooks.headings import (
    PERCENT,
    Heading,
    Phrase,
    is_rate,
    label_phrases,
    nearest,
    phrase_of,
)
from cszt_models.yearbooks.layout import Layout
from cszt_models.yearbooks.mapping import NAME, SKIP, Correspondence
from cszt_models.yearbooks.places import (
    QUESTION,
    is_total,
    matched_place,
    new_id,
    region_key,
)
from cszt_models.yearbooks.roles import PARTS
from cszt_models.yearbooks.unit_choice import (
    Group,
    chosen_unit,
    fits,
    fraction_question,
    grouped,
    stated_unit,
)
from cszt_models.yearbooks.units import split_unit, unit

UNKNOWN = "unknown"  # with --skip: every word that is not recognised


@dataclass(frozen=True)
class Proposal:
    """A new entry of the mapping, with the first cell that uses its words.

    ``figure`` is the first figure that it leaves out although nothing says why.
    """

    words: str
    meaning: str
    cell: str
    note: str = ""
    figure: str = ""


def propose(
    layout: Layout,
    project: Project,
    known: Correspondence,
    *,
    indicator: str = "",
    unit_text: str = "",
    part: YearPart = WHOLE_YEAR,
) -> tuple[Correspondence, list[Proposal]]:
    """Meanings of all words of a table, and those that the mapping lacks.

    Parameters
    ----------
    layout : Layout
        Table whose words are looked up.
    project : Project
        Its indicators, regions and aggregates are recognised by id and label.
    known : Correspondence
        Entries of mapping.yaml; they take precedence.
    indicator : str, optional
        Id of the indicator of figures whose header names none.
    unit_text : str, optional
        Unit of all figures of its dimension.
    part : YearPart, optional
        Part of the year that the figures are of; proposals name it.

    Returns
    -------
    Correspondence, list of Proposal
        Known and new entries; the proposals in the order of the cells.

    Raises
    ------
    DataError
        If the indicator or unit does not apply to the table, or the table states
        another unit than the one that was corrected in mapping.yaml.
    """
    groups = grouped(layout, layout.entries())
    chosen = _chosen_by_user(groups, project, indicator)
    fresh, questions = _fresh_headings(layout, groups, project, chosen)
    if unit_text:
        fresh = _with_unit(fresh, project, unit_text)
    headings, proposals = dict(known.headings), []
    for words, group in groups.items():
        if words in known.headings and words not in chosen and not unit_text:
            headings[words] = _resolved(known.headings[words], fresh[words], group)
            continue
        if words or fresh[words]:
            headings[words] = fresh[words]
        if words and words not in known.headings:
            question = questions.get(words, "")
            proposals.append(_proposal(group, fresh[words], question, part))
    open_questions = {
        k: q for k, q in questions.items() if _unit_of(headings.get(k)) == QUESTION
    }
    regions, places = _places(layout, project, known)
    roles, unused = _left_out(layout, known)
    meaning = Correspondence(roles, headings, regions, known.decimal, open_questions)
    return meaning, proposals + places + unused


def period_of(years: Collection[int], part: YearPart) -> str:
    """The period of figures of a part of some years.

    Examples
    --------
    >>> from cszt_models.project.periods import read_part
    >>> period_of({2026}, read_part("Q1-Q3"))
    'period 2026Q1-Q3'
    >>> period_of({2024, 2026}, read_part("M01-10"))
    'period M01-10 of 2024 to 2026'
    """
    if not years:
        return f"period {part.code}"
    first, last = min(years), max(years)
    if first == last:
        return f"period {first}{part.code}"
    return f"period {part.code} of {first} to {last}"


def _unit_of(heading: Heading | None) -> str:
    return heading.unit if heading else ""


def _chosen_by_user(
    groups: Mapping[str, Group], project: Project, indicator: str
) -> dict[str, str]:
    """The heading to which --indicator applies, with the indicator."""
    if not indicator:
        return {}
    if indicator not in project.indicators:
        words = unknown("indicator", indicator, project.indicators)
        raise DataError(f"--indicator: {words} Choose one of them.")
    bare = [key for key in groups if not key]
    strange = [k for k, g in groups.items() if g.entry.phrase is None and g.figure]
    for candidates in (bare, strange, list(groups)):
        if len(candidates) == 1:
            return {candidates[0]: indicator}
    names = ", ".join(key for key in groups if key)
    raise DataError(
        f"--indicator {indicator}: the table has several headings ({names}). Name them "
        "in mapping.yaml."
    )


def _fresh_headings(
    layout: Layout,
    groups: Mapping[str, Group],
    project: Project,
    chosen: Mapping[str, str],
) -> tuple[dict[str, Heading | None], dict[str, str]]:
    """Headings as the table itself says, and the questions that it leaves open."""
    phrases: dict[str, Phrase] = {}
    names = label_phrases(project.indicators)
    for words, group in groups.items():
        phrase = group.entry.phrase
        if phrase is None or phrase.indicator not in project.indicators:
            phrase = phrase_of(words, names) or phrase
        if words in chosen:
            implied = PERCENT if is_rate(project.indicators[chosen[words]].unit) else ""
            stated = phrase.stated if phrase else split_unit(words)[1]
            phrase = Phrase(chosen[words], stated, implied)
        if phrase and phrase.indicator in project.indicators:
            phrases[words] = phrase
    for table, entry in layout.entries():
        if entry.heading in phrases and not is_blank(entry.text):
            phrase = phrases[entry.heading]
            measured = project.indicators[phrase.indicator]
            stated = stated_unit(table, entry, phrase, measured)
            groups[entry.heading].stated.add(stated)
    headings: dict[str, Heading | None] = dict.fromkeys(groups)
    questions = {}
    for words, phrase in phrases.items():
        measured = project.indicators[phrase.indicator]
        headings[words], question = chosen_unit(groups[words], phrase, measured)
        if question:
            questions[words] = question
    _ask_all_shares(groups, headings, questions)
    return headings, questions


def _ask_all_shares(
    groups: Mapping[str, Group],
    headings: dict[str, Heading | None],
    questions: dict[str, str],
) -> None:
    """Ask for the unit of every sector share, if it is not clear for one of them."""
    shares = {k: h for k, h in headings.items() if h and h.indicator in SECTOR_SHARES}
    if not shares.keys() & questions.keys():
        return
    for words, heading in shares.items():
        values = groups[words].values
        if values and max(map(abs, values)) <= 1 and words not in questions:
            headings[words] = replace(heading, unit=QUESTION, read=QUESTION)
            questions[words] = fraction_question(groups[words])


def _with_unit(
    headings: Mapping[str, Heading | None], project: Project, text: str
) -> dict[str, Heading | None]:
    """Headings with the unit that the user named, where its dimension fits."""
    fitting = {
        words
        for words, heading in headings.items()
        if heading and fits(text, project.indicators[heading.indicator])
    }
    if not fitting:
        raise DataError(
            f"--unit {text!r} is not a unit of any indicator of the table. Write it as "
            "in project.yaml, like '1e8 yuan', or as in a table, like 亿元."
        )
    return {
        words: replace(heading, unit=text) if heading and words in fitting else heading
        for words, heading in headings.items()
    }


def _resolved(
    known: Heading | None, fresh: Heading | None, group: Group
) -> Heading | None:
    """An entry of mapping.yaml, with the unit of this table if it was not corrected.

    Raises
    ------
    DataError
        If the entry was corrected for a table that stated another unit.
    """
    if known is None or known.read is None or fresh is None:
        return known
    if known.unit == known.read:
        return Heading(known.indicator, fresh.unit, fresh.read)
    if known.read == QUESTION or fresh.unit in (QUESTION, known.read, known.unit):
        return known
    if (stated := unit(fresh.unit)) and stated == unit(known.unit):
        return known
    words = group.entry.heading
    raise DataError(
        f"{group.figure or group.table.sheet.path.name}: the unit of {words!r} is "
        f"{fresh.unit!r} here and {known.unit!r} in mapping.yaml, which was corrected "
        f"from {known.read!r}. Remove 'read' there to use {known.unit!r}, or give "
        "--unit."
    )


def _proposal(
    group: Group, heading: Heading | None, question: str, part: YearPart
) -> Proposal:
    entry, sheet = group.entry, group.table.sheet
    cell = sheet.cell(entry.row, entry.column)
    words = entry.heading
    if heading is not None:
        note = question or ("" if heading.unit else "units differ by row")
        meaning = f"{heading.indicator}, unit {heading.unit or 'of its row'}"
        if part != WHOLE_YEAR:
            meaning += f", {period_of(group.years, part)}"
        return Proposal(words, meaning, cell, note)
    if entry.phrase is not None:
        note = f"project.yaml has no indicator {entry.phrase.indicator}"
        return Proposal(words, SKIP, cell, note)
    if words.endswith(tuple(PARTS)):
        return Proposal(words, SKIP, cell, "a part of each place")
    return Proposal(words, SKIP, cell, nearest(words) or "not recognised", group.figure)


def _places(
    layout: Layout, project: Project, known: Correspondence
) -> tuple[dict[str, str | None], list[Proposal]]:
    """Ids of the table's regions, and proposals for those that the mapping lacks."""
    regions, proposals = dict(known.regions), []
    taken = {*project.places, *(name for name in known.regions.values() if name)}
    for table, entry in layout.entries():
        name = region_key(entry.region)
        if not name or name in regions:
            continue
        region, note = matched_place(entry.region, project, regions, table.block.title)
        if region is None and is_total(entry.region):
            note = "a total: write the id of a group of project.yaml if it is one"
        elif region is None:
            region = new_id(entry.region, taken) or None
            note = "new region" if region else "no name"
            taken.add(region or "")
        regions[name] = region
        cell = table.sheet.cell(entry.row, entry.column)
        proposals.append(Proposal(entry.region, region or SKIP, cell, note))
    return regions, proposals


def _left_out(
    layout: Layout, known: Correspondence
) -> tuple[dict[str, str], list[Proposal]]:
    """Roles with columns of figures that are left out, and proposals for those."""
    roles, proposals = dict(known.roles), []
    for table in layout.tables:
        for column in table.unused:
            rows = table.block.rows
            row = next(
                (r for r in rows if is_figure(table.sheet.text(r, column.index))), None
            )
            if row is not None and column.key not in roles:
                roles[column.key] = SKIP
                cell, place = (
                    table.sheet.cell(row, column.index),
                    table.sheet.place(row, column.index),
                )
                proposals.append(
                    Proposal(column.key, SKIP, cell, "column left out", place)
                )
    return roles, proposals


def leave_out(
    layout: Layout,
    meaning: Correspondence,
    proposals: Iterable[Proposal],
    names: Iterable[str],
) -> tuple[Correspondence, list[Proposal]]:
    """Mapping and proposals with the words that the user leaves out.

    Parameters
    ----------
    layout : Layout
        The table.
    meaning : Correspondence
        Meanings of all words of the table.
    proposals : iterable of Proposal
        New entries of the mapping.
    names : iterable of str
        Headers, headings, regions or years; ``unknown`` for all not recognised.

    Raises
    ------
    DataError
        If a name is no word of the table.
    """
    written = {plain(name): name for name in names}
    names = set(written)
    columns = [column for table in layout.tables for column in table.columns]
    words = {UNKNOWN, *(column.key for column in columns)}
    words |= {plain(column.name) for column in columns}
    for _, entry in layout.entries():
        words |= {entry.heading, region_key(entry.region), str(entry.year)}
    for name in names - words:
        indicators = {h.indicator for h in meaning.headings.values() if h}
        known = (words | indicators) - {"", "None"}
        near = unknown("indicator or header", written[name], known)
        raise DataError(f"--skip: {near} Choose one of them.")
    headings = {w: None if w in names else h for w, h in meaning.headings.items()}
    regions = {w: None if w in names else r for w, r in meaning.regions.items()}
    named = [
        replace(p, figure="") if plain(p.words) in names or UNKNOWN in names else p
        for p in proposals
    ]
    return replace(meaning, headings=headings, regions=regions), named


def check_left_out(proposals: Iterable[Proposal]) -> None:
    """Refuse to leave out figures whose words nobody has named.

    Raises
    ------
    DataError
        Naming the first figure of each heading.
    """
    lost = [proposal for proposal in proposals if proposal.figure]
    if lost:
        words = "; ".join(
            f"{p.words!r} ({p.note}), from {p.figure} on" for p in lost[:8]
        )
        more = f" and {len(lost) - 8} more" if len(lost) > 8 else ""
        raise DataError(
            f"figures would be left out: {words}{more}. Give their meaning in "
            f"{NAME} (run without --accept to write it), or leave them out with "
            f"--skip WORDS, or --skip {UNKNOWN} for all."
        )


def proposal_records(proposals: Iterable[Proposal]) -> list[dict[str, str]]:
    """Proposals as records with the keys words, meaning, cell and note."""
    names = ("words", "meaning", "cell", "note")
    return [{name: getattr(proposal, name) for name in names} for proposal in proposals]
