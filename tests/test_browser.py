"""The page as a browser shows it: quiet, offline, and nothing wider than the screen."""

import pytest

from cszt_models import reports
from cszt_models.attainment import assess
from cszt_models.plan import read_targets
from cszt_models.projection import project_paths
from cszt_models.scenarios import baseline
from cszt_models.story import Chapter, Story, data_hash

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(czt, fits_2021, fits_today, tmp_path_factory):
    """The page in both languages, on disk."""
    targets = read_targets(czt)
    chapters = tuple(
        Chapter(fits, project_paths(fits), assess(fits, targets))
        for fits in (fits_2021, fits_today)
    )
    story = Story(czt, targets, baseline(), chapters, data_hash(czt))
    folder = tmp_path_factory.mktemp("pages")
    for language in reports.LANGUAGES:
        text = reports.render(story, language=language)
        reports.write(folder / f"{language}.html", text)
    return folder


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_opens_quietly_and_fits_the_screen(browser, pages, language, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    address = (pages / f"{language}.html").as_uri()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert said == []
    assert asked == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("section.card").count() == 3
    assert page.locator("svg[role=img]:visible").count() == 7
    page.close()
