"""Sheets: tables of text cells with addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Sheet:
    """Text cells (row, column); blank cells are empty.

    Attributes
    ----------
    name
        Of the worksheet; empty for a text file.
    notes
        How the file was read, for the user.
    faults
        Why the text of a cell is not what the file shows, by row and column.
    merged
        First cell of the merged range that a cell belongs to.
    numerals
        Cells of a workbook whose numbers are written as text.
    formats
        Whether number formats were read, so that percentages are marked as such.
    separator
        Of a text file, else empty.
    split
        Number of columns by which the first one was split (files of Eurostat).
    """

    path: Path
    name: str
    cells: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    numerals: frozenset[tuple[int, int]] = frozenset()
    formats: bool = True
    separator: str = ""
    split: int = 0

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((len(row) for row in self.cells), default=0)

    def text(self, row: int, column: int) -> str:
        """Text of a cell; row and column count from 0."""
        line = self.cells[row]
        return line[column] if column < len(line) else ""

    def is_written(self, row: int, column: int) -> bool:
        """Whether the number in a cell is text, with marks that must be interpreted."""
        return bool(self.separator) or (row, column) in self.numerals

    def cell(self, row: int, column: int) -> str:
        """A1 address of a cell in the file."""
        return address(row, max(column - self.split, 0))

    def place(self, row: int, column: int) -> str:
        """File, worksheet and address of a cell, for messages."""
        name = f"{self.path.name}, {self.name} " if self.name else f"{self.path.name}, "
        return f"{name}{self.cell(row, column)}"


def address(row: int, column: int) -> str:
    """A1 address of a cell; row and column count from 0.

    Examples
    --------
    >>> address(0, 0), address(9, 27)
    ('A1', 'AB10')
    """
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row + 1}"
