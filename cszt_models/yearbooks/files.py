"""Reading of files into sheets, and of text tables in any encoding and separator."""

import csv
import io
import re
from pathlib import Path

from cszt_models.errors import DataError
from cszt_models.yearbooks import workbooks
from cszt_models.yearbooks.spreadsheet import Sheet

SEPARATORS = ("\t", ";", ",", "|")  # the first that splits most lines
ISOLATED = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
PAIRED = re.compile(rb"[\x80-\xff]{2}")


def read_sheet(path: Path, name: str | None = None, *, encoding: str = "") -> Sheet:
    """Read a file into a sheet.

    Parameters
    ----------
    path : Path
        A .xlsx, .xls, .csv or .tsv file.
    name : str, optional
        Worksheet of an Excel file; may be omitted if only one is visible.
    encoding : str, optional
        Of a text file; UTF-8, UTF-16 and GB 18030 are detected.

    Raises
    ------
    DataError
        If the file is missing, of another type, too large or damaged, or has several
        worksheets and none is named.
    """
    if not path.is_file():
        raise DataError(f"{path} does not exist. Check the path.")
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        return read_text(path, encoding)
    if suffix in (".xlsx", ".xlsm"):
        return workbooks.read(path, name)
    if suffix == ".xls":
        return workbooks.read_old(path, name)
    raise DataError(
        f"{path} ends in {suffix or 'nothing'}, and only .xlsx, .xls, .csv and .tsv "
        "are read. Save it as .xlsx or .csv."
    )


def read_text(path: Path, encoding: str = "") -> Sheet:
    """Read a .csv, .tsv or .txt file into a sheet.

    Raises
    ------
    DataError
        If the encoding cannot be determined or the text is not a table.
    """
    text, notes = _decoded(path, encoding)
    separator, text = _separator(text)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise DataError(f"{path} is not a table ({error}). Save it anew.") from None
    cells = tuple(tuple(cell.strip() for cell in row) for row in rows)
    split = _eurostat_columns(cells)
    if split:
        cells = _with_split_labels(cells, split)
    return Sheet(path, "", cells, tuple(notes), separator=separator, split=split)


def _decoded(path: Path, encoding: str) -> tuple[str, list[str]]:
    content = path.read_bytes()
    if encoding:
        try:
            return content.decode(encoding).removeprefix("\ufeff"), []
        except LookupError:
            fact = (
                f"--encoding {encoding!r} is unknown. Write utf-8, gb18030 or cp1252."
            )
        except UnicodeDecodeError:
            fact = f"{path} is not {encoding}. Give another --encoding."
        raise DataError(fact)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace"), ["read as UTF-16"]
    if b"\0" in content:
        raise DataError(f"{path} is no text. Save the table as .xlsx or as UTF-8 .csv.")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        if len(ISOLATED.findall(content)) > len(PAIRED.findall(content)):
            raise ValueError  # letters with accents of a Western encoding
        return content.decode("gb18030"), ["read as gb18030"]
    except ValueError:
        raise DataError(
            f"{path} is neither UTF-8 nor GB 18030. Name its encoding, like "
            "--encoding cp1252, or save it as UTF-8."
        ) from None


def _separator(text: str) -> tuple[str, str]:
    """The separator of most lines, and the text without a line that names it."""
    if match := re.match(r'"?sep=(.)"?\r?\n', text):
        return match[1], text[match.end() - 1 :]
    lines = text.splitlines()

    def split_lines(separator: str) -> int:
        try:
            return sum(len(row) > 1 for row in csv.reader(lines, delimiter=separator))
        except csv.Error:
            return 0

    return max(SEPARATORS, key=split_lines), text


def _eurostat_columns(cells: tuple[tuple[str, ...], ...]) -> int:
    r"""Number of columns hidden in a first cell like freq,unit,geo\TIME_PERIOD."""
    first = cells[0][0] if cells and cells[0] else ""
    if not re.fullmatch(r"[\w,]+\\\w+", first):
        return 0
    return first.partition("\\")[0].count(",")


def _with_split_labels(
    cells: tuple[tuple[str, ...], ...], split: int
) -> tuple[tuple[str, ...], ...]:
    rows = [(cells[0][0].partition("\\")[0], *cells[0][1:]), *cells[1:]]
    split_rows = []
    for row in rows:
        labels = row[0].split(",") if row else []
        labels = [*labels, *[""] * (split + 1 - len(labels))]
        split_rows.append((*labels[: split + 1], *row[1:]) if row else ())
    return tuple(split_rows)
