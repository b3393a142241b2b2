"""Office files that are the same bytes for the same content: times and names are set.

An office file is a zip archive. Its members get one date, and so do the properties of
the document and of workbooks that charts carry.
"""

import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cszt_models.storage.files import temporary_folder

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip archive knows
STAMP = "1980-01-01T00:00:00Z"
_DATED = re.compile(
    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)"
)
_PACKED = (".xlsx", ".docx", ".pptx")


def saved(document: Any) -> bytes:
    """An office document of openpyxl, python-docx or python-pptx as a file.

    Raises
    ------
    DataError
        If the disk for the libraries' temporary files is full.
    """
    from lxml.etree import SerialisationError

    content = BytesIO()
    with temporary_folder():
        try:
            document.save(content)
        except SerialisationError as error:  # as IO_ENOSPC
            raise OSError(str(error)) from None
    return reproducible(content.getvalue())


def reproducible(content: bytes) -> bytes:
    """An office file without the time at which it was written.

    Examples
    --------
    >>> from io import BytesIO
    >>> from zipfile import ZipFile
    >>> def written(hour):
    ...     file = BytesIO()
    ...     with ZipFile(file, "w") as archive:
    ...         archive.writestr(ZipInfo("a.xml", (2026, 1, 1, hour, 0, 0)), "<a/>")
    ...     return file.getvalue()
    >>> written(1) == written(2), reproducible(written(1)) == reproducible(written(2))
    (False, True)
    """
    result = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(result, "w") as target:
        for name in source.namelist():
            member = source.read(name)
            if name.endswith(_PACKED):
                member = reproducible(member)
            elif name == "docProps/core.xml":
                member = _DATED.sub(rb"\g<1>" + STAMP.encode() + rb"\g<2>", member)
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, member)
    return result.getvalue()
