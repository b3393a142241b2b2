"""Setting a target in the panel: its value is dragged, its chance is that of draws."""

import re

import numpy as np
import pytest

from cszt_models import explorer
from cszt_models.archive.of_targets import classes_of
from cszt_models.project.plan import read_targets
from cszt_models.projection.paths import project_paths
from cszt_models.targets.attainment import outcome
from cszt_models.targets.setting import quantile_for
from tests.explorer.opened import opened_panel

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def panel(browser, fits_2021):
    content = explorer.panel_content([fits_2021], draws=fits_2021.draws)
    with opened_panel(browser, content, 900) as page:
        yield page


def stated(page) -> tuple[float, float]:
    """Value and chance, in percent, that the panel states."""
    words = page.locator("[data-at='asked chance']").inner_text()
    value, chance = re.search(
        r"^Set at ([\d,.]+).*probability \D*(\d+)", words
    ).groups()
    return float(value.replace(",", "")), float(chance)


def test_a_value_set_at_a_chance_is_its_quantile(panel, fits_2021):
    target = read_targets(fits_2021.project)["gdp_2025"]
    draws = outcome(project_paths(fits_2021), target)
    for chance in (0.9, 0.7, 0.2):
        panel.locator(f"[data-chance='{chance}']").click()
        value, percent = stated(panel)
        assert value == pytest.approx(quantile_for(target, draws, chance), rel=1e-3)
        assert percent == pytest.approx(100 * chance, abs=1)


def test_the_value_is_dragged_and_moved_by_keys(panel):
    panel.locator("[data-chance='']").click()
    assert stated(panel)[0] == 25_000
    box = panel.locator("[data-at=curve]").bounding_box()
    panel.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 30)
    panel.mouse.down()
    panel.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 30)
    panel.mouse.up()
    dragged, chance = stated(panel)
    assert dragged > 25_000
    assert chance < 53
    panel.locator("[data-at='asked value']").press("ArrowLeft")
    assert 0 < dragged - stated(panel)[0] < 1000


def test_one_target_has_one_number(browser, fits_2021):
    content = explorer.panel_content([fits_2021], draws=100)
    with opened_panel(browser, content, 900) as page:
        tile = page.locator("[data-tile='gdp_2025']").inner_text()
        assert f"{stated(page)[1]:.0f} %" in tile
        page.locator("[data-chance='0.7']").click()
        assert stated(page)[1] == pytest.approx(70, abs=1)


def test_past_targets_like_it_stand_beside(panel, fits_2021):
    plan, known = read_targets(fits_2021.project), fits_2021.known
    (like,) = classes_of([plan["gdp_2025"]], known, as_of=fits_2021.as_of)
    words = panel.locator("[data-at=like]").inner_text()
    assert f"of {like.count} past ones" in words
    assert f"counting {like.years} years" in words
    assert "assumptions, not policies" in panel.locator(".setting").inner_text()
    assert np.isfinite(like.share.met)
