"""From a move of a slider to the new picture, in headless Chromium.

Prints milliseconds from the event of the slider to the frame after the panel has drawn
(median, 95th percentile), with the draws that the browser holds, at several sizes, and
how long the kernel takes for the exact figures. Limits: 100 and 200 ms.
"""

import statistics
import time
from datetime import date
from pathlib import Path

from playwright.sync_api import sync_playwright

import cszt_models as cm
from cszt_models import explorer
from cszt_models.explorer.html import fragment
from cszt_models.models.fits import fit_blocks
from cszt_models.project.observations import read_observations

CHROMIUM = Path("/usr/bin/chromium")
MOVES, KERNEL_DRAWS = 200, 4000
LIMITS = 100, 200  # milliseconds, median and 95th percentile

MEASURE = """
async (moves) => {
  const root = document.querySelector("[data-cszt-host]").shadowRoot;
  const slider = root.querySelector("input[data-lever=growth]");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const times = [];
  for (let k = 0; k < moves; k++) {
    const before = root.querySelector("polyline.median").getAttribute("points");
    slider.value = ((k % 41) - 20) / 10;
    const began = performance.now();
    slider.dispatchEvent(new Event("input"));
    while (root.querySelector("polyline.median").getAttribute("points") === before &&
      performance.now() - began < 2000) await frame();
    await frame(); // the picture is on the screen when the next frame begins
    times.push(performance.now() - began);
    if (k % 10 === 9) {
      slider.dispatchEvent(new Event("change"));
      await new Promise((done) => setTimeout(done, 200));
    }
  }
  return times;
}
"""


def main() -> None:
    """Fit once, and measure panels with one, two and four thousand draws."""
    project = cm.load_project()
    fits = fit_blocks(
        read_observations(project),
        project,
        as_of=date(2021, 6, 30),
        seed=1,
        draws=KERNEL_DRAWS,
        store=cm.Store(),
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        for draws in (1000, 2000, 4000):
            content = explorer.panel_content([fits], draws=draws)
            page.set_content(fragment(content))
            page.wait_for_timeout(1000)
            times = page.evaluate(MEASURE, MOVES)
            middle, late = (
                statistics.median(times),
                statistics.quantiles(times, n=20)[18],
            )
            within = middle < LIMITS[0] and late < LIMITS[1]
            print(
                f"slider to picture, {draws} draws: {middle:.0f} ms median, "
                f"{late:.0f} ms 95 %, {'within' if within else 'beyond'} the limits"
            )
        browser.close()
    panel = explorer.explore(fits)
    setting = {"lever": "growth", "regions": [], "first": None, "last": None}
    pin = {"indicator": "gdp_nominal", "region": "czt", "first": 2023, "last": 2023}
    pin |= {"average": False, "says": {"kind": "value", "value": 21_000.0}}
    for name, conditions in (("levers", []), ("a pin", [pin])):
        spent = []
        for k in range(5):
            began = time.perf_counter()
            panel.reply(
                {
                    "kind": "ask",
                    "as_of": "2021-06-30",
                    "settings": [{**setting, "value": 0.1 * (k + 1)}],
                    "conditions": conditions,
                    "effects": [],
                }
            )
            spent.append(1000 * (time.perf_counter() - began))
        print(f"exact figures of {name} from the kernel: {min(spent):.0f} ms")


if __name__ == "__main__":
    main()
