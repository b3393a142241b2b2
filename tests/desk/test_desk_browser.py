"""The desk in Chromium: from a table to a report, and no one else gets in."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from docx import Document

from cszt_models.desk.work import PROGRAM
from cszt_models.present.texts.desk import text
from cszt_models.project.observations import read_observations
from cszt_models.project.plan import read_targets
from cszt_models.project.project import load_project
from cszt_models.yearbooks.mapping import SKIP

ROOT = Path(__file__).parents[2]
PATIENCE = 240_000  # milliseconds, for what a busy machine does slowly
TABLE = """地区,地区生产总值增速（%）,,,,财政收入（亿元）
,2021年,2022年,2023年,2024年,2024年
甲市,7.4,4.1,5.2,5.0,100
乙市,7.9,4.7,5.5,5.6,110
丙县,9.9,9.7,9.5,9.6,1
"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Where projects of the desk are."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def address(folder):
    """Address of a desk, in Chinese."""
    words = ["desk", "--dir", str(folder), "--no-browser", "--lang", "zh"]
    server = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        line = server.stdout.readline().strip()
        wait_for(int(port_of(line)))
        yield line
    finally:
        server.terminate()
        server.communicate(timeout=60)


def port_of(address: str) -> str:
    return re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=[0-9a-f]{32}", address)[1]


def wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the desk did not start")


@pytest.mark.parametrize("token", ["", "?token=" + 32 * "0"])
def test_a_request_without_the_token_is_sent_to_the_login(address, token):
    with urlopen(f"http://127.0.0.1:{port_of(address)}/{token}") as reply:
        shown = reply.read().decode("utf-8")
        assert "/login?next=" in reply.url
    assert text("title", "zh") not in shown


def test_a_kernel_is_not_started_without_the_token(address):
    request = Request(f"http://127.0.0.1:{port_of(address)}/api/kernels", method="POST")
    with pytest.raises(HTTPError, match="403") as refused:
        urlopen(request)
    refused.value.close()


def test_the_desk_listens_on_the_loopback_address_alone(address):
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", int(port_of(address))))


def test_a_table_becomes_a_word_report_without_a_terminal(
    page, address, folder, tmp_path
):
    page.set_default_timeout(PATIENCE)
    faults: list[str] = []
    answered: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfinished", lambda request: answered.append(request.url))
    table = tmp_path / "yearbook.csv"
    table.write_text(TABLE, "utf-8")

    def press(key):
        page.get_by_role("button", name=text(key, "zh")).click()

    def field(key):
        return page.get_by_label(text(key, "zh"), exact=True).first

    def fill(**values):
        for key, value in values.items():
            field(key).fill(value)
            page.keyboard.press("Tab")

    def says(words):
        page.locator("[role=status]").filter(has_text=words).wait_for()

    page.goto(address)
    fill(folder="two", name_zh="两市")
    press("open")
    says(text("opened", "zh", name="两市", count=0))

    with page.expect_file_chooser() as chooser:
        press("file")
    chooser.value.set_files(table)
    page.get_by_text("(1)").wait_for()
    fill(released="2025-03", source="made up")
    press("read")
    says(text("understood", "zh"))
    assert page.get_by_label("财政收入").input_value() == text("skip", "zh")
    page.get_by_label("丙县").fill(SKIP)
    page.keyboard.press("Tab")
    press("take")
    says("cszt check")
    project = load_project(folder / "two")
    assert len(read_observations(project)) == 8

    fill(value="5")
    press("add")
    page.get_by_role("listitem").filter(has_text="甲市").wait_for()
    (target,) = read_targets(project).values()
    assert (target.region, target.year, target.value) == ("甲市", 2030, 5.0)

    fill(draws="100")
    press("write")
    page.get_by_role("button", name=text("cancel", "zh"), disabled=False).click()
    says(text("stopped", "zh"))
    assert list(project.folder.glob("*.docx")) == []
    press("write")
    path = project.folder / "two-brief.zh.docx"
    says(text("written", "zh", path=path))
    assert any("两市" in each.text for each in Document(path).paragraphs)
    assert faults == []
    hosts = {urlsplit(url).netloc for url in answered if not url.startswith("data:")}
    assert hosts == {urlsplit(address).netloc}
