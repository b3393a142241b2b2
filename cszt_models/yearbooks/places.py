"""Matching of the names of places with regions and aggregates of a project."""

import re
from collections.abc import Collection, Iterable, Mapping

from cszt_models.project.project import Project
from cszt_models.yearbooks.cell_text import MARKS, plain
from cszt_models.yearbooks.roles import words_of

ENDINGS = words_of("endings")
WHOLE_PROVINCE, TOTALS = set(words_of("whole_province")), set(words_of("totals"))
QUESTION = "?"


def region_key(name: str) -> str:
    """Key of a region's name in the mapping."""
    return plain(name)


def matched_place(
    name: str,
    project: Project,
    known: Mapping[str, str | None],
    titles: Iterable[str],
) -> tuple[str | None, str]:
    """Id of the region or aggregate that a name means, and a note.

    Names that agree but for an administrative ending are one place only if one of them
    has no ending: 吉林市 is not 吉林省.

    Parameters
    ----------
    name : str
        As written in the table.
    project : Project
        Its regions and aggregates, by id and label.
    known : mapping
        Ids of places by plain name, of mapping.yaml and of the table so far.
    titles : iterable of str
        Lines above the table, which may name the province.

    Returns
    -------
    str or None, str
        None if no place matches; ``?`` if several do.
    """
    phrase = plain(name)
    names = {
        place: {plain(place), plain(label.en), plain(label.zh)}
        for place, label in project.places.items()
    }
    for other, place in known.items():
        if place not in (None, QUESTION):
            names.setdefault(str(place), set()).add(other)
    exact = [place for place, words in names.items() if phrase in words]
    if exact:
        return exact[0], ""
    if phrase in WHOLE_PROVINCE:
        return _province(project, "".join(map(plain, titles)))
    stem, ending = split_ending(phrase)
    loose = [
        place
        for place, words in names.items()
        if any(
            s == stem and bool(e) != bool(ending) for s, e in map(split_ending, words)
        )
    ]
    if len(loose) == 1:
        return loose[0], "matched without its ending"
    if loose:
        return QUESTION, f"one of {', '.join(loose)}: write which"
    return None, ""


def _province(project: Project, title: str) -> tuple[str | None, str]:
    """The only province of the project, unless the title names another one."""
    provinces = [
        (place, label)
        for place, label in project.places.items()
        if split_ending(plain(label.zh))[1]
        in ("省", "自治区", "壮族自治区", "回族自治区")
        or "province" in plain(label.en)
    ]
    if len(provinces) != 1:
        return None, ""
    place, label = provinces[0]
    named = re.findall(r"([\u4e00-\u9fff]{2,3})省", title)
    stem = split_ending(plain(label.zh))[0]
    if any(not word.endswith(stem) and word[-1] not in "全各分" for word in named):
        return None, ""
    return place, "the province of project.yaml"


def split_ending(phrase: str) -> tuple[str, str]:
    """Stem and administrative ending of a plain name.

    Examples
    --------
    >>> split_ending("吉林市"), split_ending("广西"), split_ending("广西壮族自治区")
    (('吉林', '市'), ('广西', ''), ('广西', '壮族自治区'))
    """
    for ending in ENDINGS:
        if phrase.endswith(ending) and len(phrase) > len(ending) + 1:
            return phrase.removesuffix(ending), ending
    return phrase, ""


def is_total(name: str) -> bool:
    """Whether a name stands for a sum or a group rather than a place."""
    return plain(name) in TOTALS


def new_id(name: str, taken: Collection[str]) -> str:
    """Id for a new region that is not taken; empty if the name has no letter."""
    text = clean_name(name).lower() if name.isascii() else plain(name)
    stem = re.sub(r"[^\w-]+", "_", text).strip("_")[:60]
    numbered = (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3)))
    return next((i for i in numbered if i not in taken), "") if stem else ""


def clean_name(name: str) -> str:
    """Name of a region without footnote marks, and without spaces if it is Chinese.

    Examples
    --------
    >>> clean_name("甲  市①"), clean_name("new_south  wales")
    ('甲市', 'New South Wales')
    """
    text = re.sub(r"[\s_]+", " ", MARKS.sub("", name)).strip()
    if not text.isascii():
        return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text)
    return text.title() if text.islower() else text
