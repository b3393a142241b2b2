"""Content of a document: what it says, without saying how it looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from cszt_models.present.tables.table import Table


@dataclass(frozen=True)
class Heading:
    """A title inside a document; level 1 is below that of the document."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; a lead is said first, a note is small."""

    text: str
    kind: Literal["text", "lead", "note"] = "text"


@dataclass(frozen=True)
class Items:
    """Sentences that stand one below the other."""

    items: Sequence[str]


@dataclass(frozen=True)
class Card:
    """A figure with its name, what it is of, and a sentence about it."""

    name: str
    figure: str
    of: str = ""
    text: str = ""


@dataclass(frozen=True)
class Cards:
    """Cards that stand side by side."""

    cards: Sequence[Card]


@dataclass(frozen=True)
class Grid:
    """A table of text; ``numbers`` are the places of columns set flush right."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Figure:
    """A picture as SVG text, and the text that stands for it."""

    svg: str
    text: str


@dataclass(frozen=True)
class Chart:
    """Numbers for a chart that an office program draws and can edit.

    Parameters
    ----------
    kind
        Columns side by side, bars one below the other, or lines.
    categories
        What stands along the axis.
    series
        Values by name, shares of 1 where ``percent``; None where there is none.
    text
        What stands for the chart where it cannot be seen.
    marked
        Place of the bar with which the others are compared; none if negative.
    """

    kind: Literal["column", "bar", "line"]
    categories: Sequence[str]
    series: Mapping[str, Sequence[float | None]]
    text: str
    percent: bool = True
    marked: int = -1


type Block = Heading | Paragraph | Items | Cards | Grid | Figure


@dataclass(frozen=True)
class Content:
    """A document: title, the line below it, language, blocks, and where it is from."""

    title: str
    subtitle: str = ""
    language: str = "en"
    blocks: Sequence[Block] = field(default=())
    provenance: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Slide:
    """One slide: a title, a few sentences, and a table, chart or pictures.

    ``answer`` is a figure in large letters before the sentences, ``of`` what it is of.
    """

    title: str
    sentences: Sequence[str] = ()
    grid: Grid | None = None
    chart: Chart | None = None
    figures: Sequence[Figure] = ()
    note: str = ""
    answer: str = ""
    of: str = ""


def table_content(tables: Sequence[Table], *, title: str, language: str) -> Content:
    """Tables of results as the content of a document.

    Parameters
    ----------
    tables
        In their order; a title of one becomes its caption.
    title
        Of the document.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> import pandas as pd
    >>> table = Table("Annex", pd.DataFrame({"target": ["GDP"], "floor": ["5 %"]}))
    >>> table_content([table], title="Targets", language="en").blocks[0].rows
    (('GDP', '5 %'),)
    """
    return Content(title, language=language, blocks=[grid_of(each) for each in tables])


def grid_of(table: Table) -> Grid:
    """A table of results as a block of a document."""
    columns = tuple(str(column) for column in table.frame.columns)
    numbers = {n for n, column in enumerate(columns) if column in table.numbers}
    rows = tuple(tuple(map(str, row)) for row in table.frame.itertuples(index=False))
    return Grid(table.title, columns, rows, frozenset(numbers))
