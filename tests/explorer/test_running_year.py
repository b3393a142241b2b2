"""The running year in the panel: what the rest must be is that of Python, and moves."""

import re

import pytest

from cszt_models import explorer
from tests.explorer.opened import opened_panel

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(browser, running_year):
    content = explorer.panel_content([each.fits for each in running_year])
    with opened_panel(browser, content, 390) as page:
        yield page


def said(page):
    return page.locator("[data-at='running said']").inner_text()


def test_the_rest_of_the_year_is_that_of_python(page, running_year):
    (need,) = running_year[2].needed(2021, regions="north")
    assert f"the fourth quarter must grow by {need.rest:.1f} %" in said(page)
    assert f"Expected as set here are {need.expected:.1f} %" in said(page)
    assert "70 % of the year (by published levels)" in said(page)
    rate = page.locator("[data-at='running rate']")
    rate.fill("4.5")
    assert "For 4.5 % in the year, the fourth quarter must grow by 5.2 %" in said(page)
    assert page.locator("[data-at='running chart'] title").count() == 2


def test_levers_move_what_is_expected_and_not_what_must_be(page):
    before = said(page)
    page.locator("[data-lever=growth][type=range]").fill("2")
    page.wait_for_timeout(200)
    find = re.compile(r"must grow by (.*?) %.*set here are (.*?) % ")
    (must, expected), (was, was_expected) = (
        find.search(text).groups() for text in (said(page), before)
    )
    assert must == was
    assert float(expected) > float(was_expected) + 4


def test_a_date_without_releases_has_no_running_year(page):
    page.locator("[data-at=as_of]").select_option(index=0)
    assert page.locator("[data-at=running]").count() == 0
