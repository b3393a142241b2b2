"""What every result can do: a frame of numbers, tables and sentences, a chart."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from cszt_models.present.tables.fit_width import wrapped
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import require_language
from cszt_models.targets.attainment import Assessment

PARAGRAPH = "max-width:78ch;margin:.4em 0;white-space:pre-line"


@dataclass(frozen=True)
class Summary:
    """Tables and sentences of a result: text when printed, HTML in a notebook."""

    tables: tuple[Table, ...]
    sentences: tuple[str, ...]
    lead: tuple[str, ...] = ()

    def text(self, width: int | None = None) -> str:
        """Everything as lines of text, of a width in characters."""
        parts = [table.text(width) for table in self.tables]
        lead, lines = (
            [wrapped(text, width) for text in texts]
            for texts in (self.lead, self.sentences)
        )
        return "\n\n".join([*lead, *parts, "\n".join(lines)]).strip()

    def __str__(self) -> str:
        """Everything as lines of text."""
        return self.text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        tables = [table.html() for table in self.tables]
        lead, lines = (
            [f'<p style="{PARAGRAPH}">{escape(line)}</p>' for line in lines]
            for lines in (self.lead, self.sentences)
        )
        return "\n".join([*lead, *tables, *lines])


class Results(ABC):
    """Answers to one question; see `to_frame`, `summary`, `plot` and `to_dict`."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Numbers, a row for each answer; units in a column or in ``attrs``."""

    @abstractmethod
    def tables(self, language: str = "en") -> list[Table]:
        """Tables of formatted text, for readers."""

    @abstractmethod
    def to_dict(self) -> Any:
        """Plain values, as ``--json`` prints them."""

    @abstractmethod
    def plot(self, language: str = "en") -> Any:
        """An Altair chart."""

    def lead(self, language: str = "en") -> list[str]:
        """What stands above the tables; nothing for most results."""
        require_language(language)
        return []

    def sentences(self, language: str = "en") -> list[str]:
        """What the tables say, in words; none where they say it all."""
        require_language(language)
        return []

    def summary(self, language: str = "en") -> Summary:
        """Tables and sentences of a language, ``"en"`` or ``"zh"``.

        Raises
        ------
        DataError
            If the language is neither.
        """
        require_language(language)
        lead, lines = tuple(self.lead(language)), tuple(self.sentences(language))
        return Summary(tuple(self.tables(language)), lines, lead)

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()


def heading(assessment: Assessment, language: str = "en", subject: str = "") -> str:
    """A title with the as-of date, the scenario with its hash, and the seed.

    Parameters
    ----------
    subject
        What the table shows, put before; nothing if empty.
    """
    scenario = assessment.scenario
    named = f"{scenario.name} ({scenario.hash})"
    day, seed = assessment.as_of, assessment.seed
    if language == "zh":
        start = f"{subject}，" if subject else ""
        return f"{start}截至{day}，情景{named}，随机种子{seed}"
    start = f"{subject}, as" if subject else "As"
    return f"{start} known on {day}, scenario {named}, seed {seed}"


def formatted(frame: Any, form: str) -> list[str]:
    """Numbers as text of one form, with a minus sign, which never stands before zero.

    Examples
    --------
    >>> formatted([0.5, -0.001, -1], "{:+.2f}")
    ['+0.50', '+0.00', '−1.00']
    """
    texts = [form.format(value) for value in frame]
    zero = {form.format(-0.0): form.format(0.0)}
    return [zero.get(text, text).replace("-", "\N{MINUS SIGN}") for text in texts]
