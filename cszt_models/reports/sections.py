"""Sections: parts of a page under one title, of sentences, pictures and tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cszt_models import backcast_sentences
from cszt_models.reports.material import Material
from cszt_models.reports.pictures import Picture
from cszt_models.reports.words import words


@dataclass(frozen=True)
class Section:
    """A part of a page: sentences, pictures and tables under one title."""

    title: str
    note: str = ""
    sentences: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Markup] = ()


def needed(material: Material, language: str) -> list[str]:
    """What it would have taken, as known at the first date, in sentences."""
    found = material.backcast
    if found is None:
        return []
    plan = material.story.targets
    averages = [
        backcast_sentences.on_average(one, plan[one.target], language)
        for one in found.needed
    ]
    return [backcast_sentences.takes(found, language), *averages]


def reasons(material: Material, language: str) -> list[Section]:
    """Why the probabilities are what they are, section by section; none is empty."""
    said = words(language)
    found = [Section(said["needed"], sentences=needed(material, language))]
    return [one for one in found if one.sentences or one.pictures or one.tables]
