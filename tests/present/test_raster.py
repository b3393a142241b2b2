"""PNG images: those of another process are the same bytes, and it is not needed."""

import os
import signal
from pathlib import Path

import pytest

from cszt_models.present.charts.raster import Rasterizer, png_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9">{}</svg>'
PICTURES = [SVG.format(n, '<rect width="3" height="3"/>') for n in (4, 5)]


def test_images_are_those_of_this_process():
    with Rasterizer() as rasterizer:
        images = [rasterizer.submit(lambda svg=svg: svg) for svg in PICTURES]
        assert [image.result() for image in images] == [png_of(s) for s in PICTURES]
        process = rasterizer._process
    assert process.returncode == 0


def test_a_process_that_was_killed_is_not_missed():
    with Rasterizer() as rasterizer:
        rasterizer.submit(lambda: PICTURES[0]).result()
        os.kill(rasterizer._process.pid, signal.SIGTERM)
        rasterizer._process.wait()
        assert rasterizer.submit(lambda: PICTURES[1]).result() == png_of(PICTURES[1])


def test_a_process_that_cannot_start_is_not_missed(monkeypatch):
    monkeypatch.setattr("sys.executable", str(Path("no") / "python"))
    with Rasterizer() as rasterizer:
        assert rasterizer.submit(lambda: PICTURES[0]).result() == png_of(PICTURES[0])


def test_what_is_no_picture_is_an_error_here():
    with Rasterizer() as rasterizer, pytest.raises(RuntimeError, match="unknown token"):
        rasterizer.submit(lambda: "no picture").result()
