"""Pages as a browser shows them: quiet, offline, accessible, as wide as the screen."""

from pathlib import Path

import pytest

from cszt_models import reports
from cszt_models.reports.site import write
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios

KINDS = ("brief", "full", "scenarios", "city", "calibration", "data")
HEAVIEST = 5_000_000  # bytes of a page

pytestmark = pytest.mark.browser


# Rows of a table are alike: axe takes half a minute for a thousand of them.
FIRST_ROWS = """() => document.querySelectorAll("tbody").forEach(
    body => [...body.rows].slice(40).forEach(row => row.remove()))"""


@pytest.fixture(scope="module")
def report(czt, history):
    known = read_scenarios(czt, read_levers(czt))
    return reports.gather(history, dict(list(known.items())[:3]))


@pytest.fixture(scope="module")
def pages(report, tmp_path_factory):
    """A page of each kind in each language, on disk."""
    folder = tmp_path_factory.mktemp("pages")
    for language in reports.LANGUAGES:
        for kind in KINDS:
            region = report.regions[0] if kind == "city" else ""
            found = reports.page(report, kind, language=language, region=region)
            write(folder / f"{kind}.{language}.html", found.text.encode())
    return folder


@pytest.fixture
def opened(browser):
    """Open a file at a width: the page, what it said and what it asked for."""
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    def open_file(path: Path, width: int):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        return page, said, asked

    yield open_file
    page.close()


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("zh", 360)])
@pytest.mark.parametrize("kind", KINDS)
def test_page_opens_quietly_and_fits_the_screen(opened, pages, kind, language, width):
    path = pages / f"{kind}.{language}.html"
    page, said, asked = opened(path, width)
    assert said == []
    assert asked == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert path.stat().st_size < HEAVIEST


@pytest.mark.parametrize("language", ["en", "zh"])
def test_full_page_shows_its_cards_and_pictures(opened, pages, language):
    page, _, _ = opened(pages / f"full.{language}.html", 1440)
    assert page.locator("section.card").count() == 3
    assert page.locator("svg[role=img]:visible").count() >= 7


@pytest.mark.parametrize(
    ("kind", "language", "width"),
    [
        ("brief", "zh", 360),
        ("brief", "en", 1440),
        ("full", "zh", 1440),
        ("scenarios", "en", 1440),
        ("city", "zh", 1440),
        ("calibration", "en", 1440),
        ("data", "zh", 1440),
    ],
)
def test_axe_finds_no_serious_violation(opened, pages, kind, language, width):
    from axe_playwright_python.sync_playwright import Axe

    page, _, _ = opened(pages / f"{kind}.{language}.html", width)
    page.evaluate(FIRST_ROWS)
    found = Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    told = [(one["id"], one["nodes"][0]["html"][:200]) for one in grave]
    assert told == []


def test_axe_finds_a_planted_violation(opened, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "bad.html"
    path.write_text("<html><body><svg role='img'></svg></body></html>", "utf-8")
    page, _, _ = opened(path, 800)
    impacts = {one["impact"] for one in Axe().run(page).response["violations"]}
    assert "serious" in impacts
