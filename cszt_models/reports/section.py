"""Section: a part of a page under one title."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cszt_models.reports.charts import Picture


@dataclass(frozen=True)
class Section:
    """A part of a page: sentences, pictures and tables under one title.

    ``folded`` are sentences that a reader opens.
    """

    title: str
    note: str = ""
    sentences: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Markup] = ()
    folded: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.sentences or self.pictures or self.tables)
