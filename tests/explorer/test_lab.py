"""The start notebook in a real JupyterLab: run, dragged, left without a kernel."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import jupytext
import pytest

ROOT = Path(__file__).parents[2]
START = ROOT / "notebooks" / "00_start.py"
TOKEN = "of-this-test"
DRAWS = "1,200"  # of the notebook in this test; more than the browser evaluates
PATIENCE = 120_000  # milliseconds, for what a busy machine does slowly

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Lab:
    """A server of this test, and how to ask it."""

    address: str

    def ask(self, path: str, method: str = "GET") -> bytes:
        request = urllib.request.Request(
            f"{self.address}/{path}",
            method=method,
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.read()

    def end_kernels(self) -> None:
        for session in json.loads(self.ask("api/sessions")):
            self.ask(f"api/sessions/{session['id']}", "DELETE")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def lab(tmp_path) -> Iterator[Lab]:
    """JupyterLab on a copy of the start notebook, with settings of its own."""
    work, own = tmp_path / "work", tmp_path / "own"
    for name in ("config", "data", "runtime", "workspaces", "settings"):
        (own / name).mkdir(parents=True)
    work.mkdir()
    code, usual = START.read_text("utf-8"), "DRAWS = 4000"
    assert usual in code
    quick = code.replace(usual, f"DRAWS = {DRAWS.replace(',', '')}")
    jupytext.write(jupytext.reads(quick, "py:percent"), work / "00_start.ipynb")
    quiet = {
        "news_url": None,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    config = {
        "LabApp": {
            **quiet,
            "user_settings_dir": str(own / "settings"),
            "workspaces_dir": str(own / "workspaces"),
        },
        "IdentityProvider": {"token": TOKEN},
        "ServerApp": {"root_dir": str(work), "allow_root": True},
    }
    (own / "config" / "jupyter_lab_config.json").write_text(json.dumps(config))
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "PYTHONPATH": str(ROOT),
    }
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0"]
    with (own / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            found = Lab(f"http://127.0.0.1:{port}")
            wait_for(found, server, own / "log")
            yield found
            with suppress(URLError, OSError):
                found.end_kernels()
        finally:
            server.terminate()  # by its own id; kernels end with it
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_for(lab: Lab, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        with suppress(URLError, OSError):
            lab.ask("api/status")
            return
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


def shown(panel) -> tuple[str, str]:
    """The GDP target's probability, and the median line of the chart."""
    number = panel.locator("[data-tile=gdp_2025] .big").inner_text()
    return number, panel.locator("polyline.median").get_attribute("points")


def drag(page, panel, pixels: int) -> None:
    slider = panel.locator("input[data-lever=growth]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + pixels, y, steps=10)
    page.mouse.up()
    page.wait_for_timeout(200)  # two frames are enough where nothing else runs


def test_panel_answers_with_a_kernel_and_without(browser, lab):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(PATIENCE)
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console", lambda line: said.append(line.text) if line.type == "error" else None
    )
    page.goto(f"{lab.address}/lab/tree/00_start.ipynb?token={TOKEN}&reset")
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    live = page.locator("[data-cszt-live] section.panel")
    live.wait_for()
    page.locator(".jp-OutputArea-output", has_text="cszt_models 0.").wait_for()

    cells = page.locator(".jp-Notebook .jp-Cell").count()
    live.locator("input[data-lever=growth]").focus()
    page.keyboard.press("b")  # in a notebook: a new cell below
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    number, median = shown(live)
    drag(page, live, 40)
    moved, line = shown(live)
    assert moved != number
    assert line != median
    live.locator("[data-at=from][data-exact=true]").wait_for()
    assert DRAWS in live.locator("[data-at=from]").inner_text()
    assert page.locator(".cszt-explorer section.panel").count() == 0
    assert said == []

    page.keyboard.press("Control+s")  # from inside the panel
    wait_until(
        lambda: "cszt-explorer" in lab.ask("api/contents/00_start.ipynb").decode()
    )
    lab.end_kernels()
    page.reload()
    alone = page.locator(".cszt-explorer section.panel")
    alone.wait_for()
    lost = page.get_by_text("model not found")  # it may come after the stand-in
    wait_until(lambda: lost.count() == 0 or not lost.first.is_visible())
    number, median = shown(alone)
    drag(page, alone, 40)
    moved, line = shown(alone)
    assert moved != number
    assert line != median
    page.close()
