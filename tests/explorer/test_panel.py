"""The panel on a page: quiet, within the screen, by keyboard, and reproducible."""

import contextlib
import io
import json
import shlex

import pytest
from typer.testing import CliRunner

import cszt_models as cm
from cszt_models import explorer
from cszt_models.cli import app
from cszt_models.errors import DataError
from cszt_models.explorer.html import fragment, in_script, stand_in
from cszt_models.explorer.payload import content, step
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios
from cszt_models.scenarios.scenario import baseline

pytestmark = pytest.mark.browser

GROWTH = {"lever": "growth", "value": 1.2, "regions": [], "ramp": 0, "decay": 0.0}
GROWTH |= {"first": None, "last": None}
PIN = {"indicator": "gdp_nominal", "region": "czt", "first": 2023, "last": 2023}
PIN |= {"average": False, "says": {"kind": "value", "value": 21500.0}}


@pytest.fixture(scope="module")
def held(fits_2021):
    return explorer.panel_content([fits_2021], draws=500)


@pytest.fixture
def opened(browser, held):
    """Open a panel on a page; what the page says and asks for is kept."""
    pages = []

    def start(width=1100, **begin):
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.said = []
        page.on("console", lambda line: page.said.append(line.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.said.append(request.url))
        text = fragment({**held, "start": {**held["start"], **begin}})
        page.set_content(f"<!doctype html><meta charset=utf-8>{text}")
        page.wait_for_timeout(200)
        return page

    yield start
    for page in pages:
        page.close()


def big(page, name="gdp_2025"):
    return page.locator(f"[data-tile={name}] .big").inner_text()


def settled(page):
    """Wait for what the panel works out once the hand rests."""
    page.wait_for_timeout(400)


OUTSIDE = """
() => {
  const root = document.querySelector("[data-cszt-host]").shadowRoot;
  const frame = root.querySelector(".panel").getBoundingClientRect();
  const parts = root.querySelectorAll(".panel *:not(.spoken, option, source)");
  return [...parts].filter((node) => {
    const box = node.getBoundingClientRect();
    const text = ["BUTTON", "SPAN", "LABEL", "DD"].includes(node.tagName);
    return box.width && (box.right > frame.right + 1 || box.left < frame.left - 1 ||
      (text && node.scrollWidth > node.clientWidth + 1 && node.clientWidth));
  }).map((node) => node.outerHTML.slice(0, 120));
}
"""


@pytest.mark.parametrize("width", [360, 1100])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_panel_is_quiet_and_within_the_screen(opened, width, language):
    kept = {"name": "strong", "settings": [GROWTH], "conditions": [], "effects": []}
    setup = {"settings": [GROWTH], "conditions": [PIN], "scenario": None}
    page = opened(width, language=language, kept=kept, **setup)
    page.get_by_role("button").filter(has_text="Python").click()
    settled(page)
    assert page.said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OUTSIDE) == []
    assert page.locator("section.panel").get_attribute("lang") == language


def test_keys_move_levers_and_undo_takes_them_back(opened):
    page = opened()
    before = big(page)
    page.locator("input[data-lever=growth]").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settled(page)
    assert big(page) != before
    assert page.locator("[data-at='value growth']").inner_text().startswith("+1.0")
    assert page.locator("[data-at=spoken]").inner_text() != ""
    hashed = page.locator("[data-at=hash]").inner_text()
    assert hashed == baseline().with_lever("growth", 1.0).hash
    for _ in range(10):
        page.locator("[data-at=undo]").click()
    settled(page)
    assert big(page) == before
    assert page.locator("[data-at=undo]").is_disabled()


def test_the_first_change_can_be_undone(opened):
    page = opened()
    before = big(page)
    assert page.locator("[data-at=undo]").is_disabled()
    page.locator("input[data-lever=growth]").press("ArrowRight")
    settled(page)
    assert page.locator("[data-at=undo]").is_enabled()
    page.locator("[data-at=undo]").click()
    settled(page)
    assert big(page) == before


def test_focus_stays_where_it_was_and_is_seen(opened):
    page = opened(settings=[GROWTH], scenario=None)
    held = "document.activeElement.shadowRoot.activeElement.dataset.at"
    slider = page.locator("input[data-lever=price]")
    slider.press("ArrowRight")
    for name in ("language", "undo"):  # each makes the frame anew
        page.locator(f"[data-at={name}]").press("Enter")
        assert page.evaluate(held) == name
    page.locator("[data-at=command]").press("Enter")
    page.locator("[data-at=close]").press("Escape")
    assert not page.locator("[data-at=drawer]").is_visible()
    assert page.evaluate(held) == "command"
    pin = page.locator("svg .pin[data-year='2024']")
    for one in (slider, pin, page.locator("[data-tile=gdp_2025]")):
        one.focus()
        page.keyboard.press("Shift")
        width = one.evaluate("(node) => getComputedStyle(node).outlineWidth")
        assert width == "2px"


@pytest.mark.parametrize("width", [360, 1100])
def test_tab_goes_through_the_panel_as_it_is_read(opened, width):
    page = opened(width)
    tops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        top = page.evaluate("""() => {
          const host = document.activeElement, node = host.shadowRoot?.activeElement;
          return node ? [node.closest(
            "figure, .levers, .tiles, .bar, .setting, header, footer")
            .getBoundingClientRect().top + scrollY, node.outerHTML.slice(0, 60)] : null;
        }""")
        if top is None:
            break
        tops.append(top)
    assert len(tops) > 20
    read = [top for top, _ in tops]
    assert read == sorted(read), tops


def test_units_and_names_are_those_of_readers(opened, held):
    migration = {**GROWTH, "lever": "migration", "value": -3.0}
    kept = {"name": "strong", "settings": [GROWTH], "conditions": [], "effects": []}
    page = opened(settings=[migration], conditions=[PIN], scenario=None, kept=kept)
    settled(page)
    amount = page.locator("[data-at='value migration']")
    assert amount.inner_text() == "−30,000 persons a year"
    assert "2023 = 21,500 (¥100 million)" in page.locator(".chip").inner_text()
    assert page.locator("svg").get_by_text("GDP, current prices, ¥100 mil").count() == 1
    page.locator("[data-at=language]").click()
    settled(page)
    assert amount.inner_text() == "−3.0万人/年"
    assert "2023 = 21,500亿元" in page.locator(".chip").inner_text()
    assert page.locator("option[value=baseline]").inner_text() == "基准"
    strong = next(one for one in held["scenarios"] if one["name"] == "strong")
    assert strong["label"]["zh"] in page.locator("[data-at='kept name']").inner_text()


def test_lever_of_one_city_is_its_own(opened):
    page = opened()
    page.get_by_text("Changsha", exact=True).click()
    page.locator("input[data-lever=growth]").fill("0.5")
    settled(page)
    own = baseline().with_lever("growth", 0.5, regions=("changsha",))
    assert page.locator("[data-at=hash]").inner_text() == own.hash
    page.get_by_text("All", exact=True).click()
    settled(page)
    assert page.locator("[data-at='value growth']").inner_text() == "differs by place"


def test_scenario_of_the_project_keeps_its_hash(opened, czt):
    page = opened()
    scenarios = read_scenarios(czt, read_levers(czt))
    offered = page.locator("[data-at=scenario] option").evaluate_all(
        "options => options.map(option => option.value)"
    )  # those that serve the plan in force
    named = [name for name in offered if name in scenarios]
    assert len(named) > 2
    for name in named:
        page.locator("[data-at=scenario]").select_option(name)
        settled(page)
        assert page.locator("[data-at=hash]").inner_text() == scenarios[name].hash, name
    page.locator("[data-at=reset]").click()
    settled(page)
    assert page.locator("[data-at=hash]").inner_text() == baseline().hash


def test_pinned_year_has_its_value_and_is_near_the_exact_figure(opened, fits_2021):
    page = opened(settings=[GROWTH], conditions=[PIN], scenario=None)
    settled(page)
    label = page.locator("svg .pin[data-year='2023']").get_attribute("aria-valuetext")
    assert label.startswith("21,500")
    panel = explorer.explore(fits_2021, draws=200)
    setup = {"settings": [GROWTH], "conditions": [PIN], "effects": []}
    exact = panel.reply({"kind": "ask", "as_of": "2021-06-30", **setup})
    assert exact["fans"]["gdp_2025"][3] == pytest.approx([21500.0] * 7)
    assert page.locator("[data-at=hash]").inner_text() == exact["hash"]
    shown = float(big(page).removesuffix(" %")) / 100
    assert shown == pytest.approx(exact["targets"]["gdp_2025"]["probability"], abs=0.1)
    assert 0 < exact["plausibility"] < 1


def test_pin_is_moved_and_freed_by_keys(opened):
    page = opened()
    before = big(page)
    page.locator("svg .pin[data-year='2024']").focus()
    for _ in range(10):
        page.keyboard.press("ArrowDown")
    settled(page)
    assert page.locator(".chip").count() == 1
    assert big(page) != before
    page.keyboard.press("Delete")
    settled(page)
    assert page.locator(".chip").count() == 0
    assert big(page) == before


@pytest.mark.parametrize(
    "setup",
    [
        {"settings": [GROWTH, {**GROWTH, "lever": "price", "regions": ["zhuzhou"]}]},
        {"scenario": "strong"},
        {"settings": [GROWTH], "conditions": [PIN]},
        {},
    ],
    ids=["levers", "named", "pin", "baseline"],
)
def test_copied_python_gives_the_numbers_of_the_panel(opened, fits_2021, czt, setup):
    full = {"settings": [], "conditions": [], "effects": [], "scenario": None, **setup}
    if setup.get("scenario"):
        named = read_scenarios(czt, read_levers(czt))[setup["scenario"]]
        full |= explorer.setup_record(named)
    page = opened(**full)
    page.locator("[data-at=python]").click()
    lines = page.locator("textarea").input_value()
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(lines, {})  # what a reader pastes
    hashed, joint = said.getvalue().split()
    panel = explorer.explore(fits_2021, draws=200)
    exact = panel.reply({"kind": "ask", "as_of": "2021-06-30", **full})
    assert hashed == exact["hash"] == page.locator("[data-at=hash]").inner_text()
    assert float(joint) == exact["joint"]["probability"]


PLACES = {"lever": "price", "regions": ["changsha", "zhuzhou"], "first": 2023}


@pytest.mark.parametrize(
    "setup",
    [
        {"settings": [GROWTH, {**GROWTH, **PLACES}]},
        {"settings": [{**GROWTH, **PLACES, "ramp": 2, "decay": 0.25}]},
        {"settings": [GROWTH], "conditions": [PIN]},
    ],
    ids=["levers", "ramp", "pin"],
)
def test_copied_command_gives_the_numbers_of_the_panel(opened, fits_2021, setup):
    setup = {"conditions": [], "effects": [], **setup}
    page = opened(**setup, scenario=None)
    page.locator("[data-at=command]").click()
    words = shlex.split(page.locator("textarea").input_value())
    assert words.pop(0) == "cszt"
    run = CliRunner().invoke(app, [*words, "--json"])
    assert run.exit_code == 0, run.output
    record = json.loads(run.stdout)
    told = record["result"]
    panel = explorer.explore(fits_2021, draws=200)
    exact = panel.reply({"kind": "ask", "as_of": "2021-06-30", **setup})
    assert record["scenario"]["hash"] == exact["hash"]
    assert told["joint"]["probability"] == exact["joint"]["probability"]


def test_saved_scenario_is_the_one_of_the_panel(fits_2021, folder):
    panel = explorer.explore(fits_2021, draws=200, save_to=folder / "scenarios.yaml")
    ramped = {**GROWTH, "first": 2022, "ramp": 2, "decay": 0.25}
    soft = {**PIN, "says": {"kind": "about", "mean": 21500.0, "sd": 300.0}}
    wide = {
        **PIN,
        "last": 2024,
        "says": {"kind": "within", "low": 20000.0, "high": None},
    }
    setup = {"settings": [ramped], "conditions": [soft, wide], "effects": []}
    said = panel.reply({"kind": "save", "name": "mine", **setup})
    assert said["saved"] == "saved"
    assert panel.reply({"kind": "save", "name": "mine", **setup})["saved"] == "stands"
    project = cm.load_project(folder)
    found = read_scenarios(project, read_levers(project))["mine"]
    assert found.hash == said["hash"] == panel.answers.scenario(setup).hash
    other = panel.reply({"kind": "save", "name": "mine", "settings": [GROWTH]})
    assert "already contains 'mine'" in other["error"]


def test_mistakes_are_told_in_a_sentence(fits_2021):
    panel = explorer.explore(fits_2021, draws=200)
    ask = {"kind": "ask", "as_of": "2021-06-30"}
    absent = panel.reply({**ask, "as_of": "1999-01-01"})
    assert absent["error"].startswith("Unknown as-of date '1999-01-01'")
    moved = panel.reply({**ask, "settings": [{**GROWTH, "lever": "grwoth"}]})
    assert "Did you mean 'growth'?" in moved["error"]
    lost = panel.reply({**ask, "effects": ["luck"]})
    assert lost["error"].startswith("Unknown effect 'luck'")


def test_content_asks_for_fits_of_one_project():
    with pytest.raises(DataError, match="no fits are given"):
        content([], {}, {}, {})


def test_pieces_of_html_hold_no_address_and_no_early_end(held):
    text = fragment(held) + stand_in(held, "some id")
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert in_script({"a": "</script><b>"}) == '{"a":"\\u003c/script>\\u003cb>"}'


LOST = """
() => {
  const node = document.createElement("div");
  node.className = "jupyter-widgets";
  node.textContent = "Error displaying widget: model not found";
  document.querySelector(".output_wrapper").append(node);
}
"""
LIVE = """
() => {
  const node = document.createElement("div");
  node.dataset.csztLive = "some id";
  document.body.append(node);
}
"""


@pytest.mark.parametrize(
    ("late", "gone"),
    [(LOST, ".jupyter-widgets"), (LIVE, ".cszt-explorer section.panel")],
    ids=["notice", "panel"],
)
def test_what_comes_late_leaves_one_panel(page, held, monkeypatch, late, gone):
    monkeypatch.setattr("cszt_models.explorer.html.WAIT", 300)
    text = stand_in(held, "some id")
    page.set_content(f"<div class=output_wrapper>{text}</div>")
    page.locator(".cszt-explorer section.panel").wait_for()  # nothing came in time
    page.evaluate(late)
    page.locator(gone).wait_for(state="hidden")


@pytest.mark.parametrize(("low", "high", "one"), [(-5, 5, 0.1), (-0.2, 0.2, 0.002)])
def test_slider_has_round_steps(low, high, one):
    assert step(low, high) == one


def test_a_lever_that_cannot_act_is_disabled_with_the_reason(browser, held):
    view = held["views"][0]
    known = view["published"]["regions"]["population_resident"]
    published = [[1.0 for _ in row] for row in known]
    regions = view["published"]["regions"] | {"population_resident": published}
    closed = {**view, "published": {**view["published"], "regions": regions}}
    page = browser.new_page()
    text = fragment({**held, "views": [closed]})
    page.set_content(f"<!doctype html><meta charset=utf-8>{text}")
    slider = page.locator("input[data-lever=migration]")
    assert slider.is_disabled()
    reason = page.locator("#w-migration").inner_text()
    assert view["as_of"] in reason
    assert slider.get_attribute("aria-describedby") == "w-migration"
    assert page.locator("input[data-lever=growth]").is_enabled()
    page.close()


def test_what_is_spoken_is_what_tiles_say(opened):
    page = opened()
    page.locator("input[data-lever=growth]").press("ArrowRight")
    settled(page)
    spoken = page.locator("[data-at=spoken]").inner_text()
    for target in ("gdp_2025", "urbanization_2025", "joint"):
        assert big(page, target) in spoken


def test_the_table_taken_away_has_the_numbers_shown(opened):
    page = opened()
    with page.expect_download() as waiting:
        page.locator("[data-at=csv]").click()
    lines = waiting.value.path().read_text("utf-8").splitlines()
    assert lines[0].startswith("target,region,unit,as_of,scenario,year,published,q5")
    assert any(line.split(",")[5] == "2025" for line in lines[1:])
    with page.expect_download() as waiting:
        page.locator("[data-at=svg]").click()
    assert waiting.value.path().read_text("utf-8").startswith("<svg xmlns=")


def test_a_panel_opens_where_a_target_is_open(fits_2021, fits_today):
    data = explorer.panel_content([fits_2021, fits_today], draws=64)
    view = data["views"][data["start"]["view"]]
    year = int(view["as_of"][:4])
    targets = {target["id"]: target["year"] for target in data["targets"]}
    assert any(
        view["status"][name] in ("projected", "nowcast") and targets[name] >= year
        for name in targets
    )


def test_a_missing_block_takes_its_levers_not_the_panel(fits_2021):
    from dataclasses import replace

    blocks = {n: f for n, f in fits_2021.blocks.items() if n != "population"}
    fits = replace(fits_2021, blocks=blocks, left_out={"population": "no figure"})
    data = explorer.panel_content([fits], draws=64)
    assert data["views"][0]["missing"] == ["population_resident"]
    assert [t["id"] for t in data["targets"]] != []
