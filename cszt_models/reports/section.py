"""A section of a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cszt_models.reports.charts import Picture


@dataclass(frozen=True)
class Section:
    """A part of a page: sentences, pictures and tables under one title."""

    title: str
    note: str = ""
    sentences: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Markup] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.sentences or self.pictures or self.tables)
