"""PDF: a page as Chromium, Chrome or Edge prints it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from cszt_models.errors import DataError
from cszt_models.storage.files import temporary_folder

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "chrome",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
)
SECONDS = 120  # until a browser that does not print is given up
ZOOMS = (1.0, 0.96, 0.92, 0.88, 0.84, 0.8)  # at which a page is tried on one sheet
_PAGE = re.compile(rb"/Type ?/Page\b")
_DATED = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def browser() -> Path:
    """The browser that prints.

    Raises
    ------
    DataError
        If none is installed.
    """
    for name in NAMES:
        if place := shutil.which(name):
            return Path(place)
    for place in PLACES:
        if Path(place).is_file():
            return Path(place)
    raise DataError(
        "no browser is installed that prints pages as PDF. Install Chromium, Chrome or "
        "Edge, or write --to docx or --to html and print that."
    )


def as_pdf(html: str, *, one_sheet: bool = False) -> bytes:
    """A page as PDF, dated 1980, so that one page gives one file on one machine.

    Parameters
    ----------
    html
        The page.
    one_sheet
        Whether it is to stand on one sheet: it is made smaller until it does, and
        printed in its own size if it is too long for that.

    Raises
    ------
    DataError
        If no browser is installed, or it does not print.
    """
    printed = whole = _printed(html)
    for zoom in ZOOMS[1:] if one_sheet else ():
        if sheets(printed) == 1:
            return printed
        style = f"<style>@media print {{ main {{ zoom: {zoom}; }} }}</style></head>"
        printed = _printed(html.replace("</head>", style, 1))
    return printed if sheets(printed) == 1 else whole


def sheets(pdf: bytes) -> int:
    """Number of sheets of a file that the browser printed.

    Examples
    --------
    >>> sheets(b"<< /Type /Pages >> << /Type /Page >>")
    1
    """
    return len(_PAGE.findall(pdf))


def _printed(html: str) -> bytes:
    program = browser()
    with temporary_folder() as folder:
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_text(html, encoding="utf-8")
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        command = [
            str(program),
            *FLAGS,
            *(["--no-sandbox"] if root else []),
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={target}",
            source.as_uri(),
        ]
        try:
            subprocess.run(
                command, capture_output=True, timeout=SECONDS, check=False, text=True
            )
        except (OSError, subprocess.TimeoutExpired):
            target.unlink(missing_ok=True)
        if not target.is_file() or not target.stat().st_size:
            raise DataError(
                f"{program} printed no PDF. Open the page of --to html in it and print "
                "that."
            )
        return _DATED.sub(rb"\g<1>19800101000000", target.read_bytes())
