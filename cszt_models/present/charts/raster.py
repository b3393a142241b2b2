"""PNG images of SVG pictures, made in a process of their own.

The library that makes them holds the interpreter meanwhile, so that here nothing else
would be done. This file is also the program of that process: it reads pictures from its
input and writes images to its output, each after its length, until the input ends.
"""

import signal
import struct
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

SCALE = 2.0  # pixels to a point
_LENGTH = struct.Struct("<q")


class Rasterizer:
    """A context in which pictures become PNG images, one after the other.

    Examples
    --------
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>'
    >>> with Rasterizer() as rasterizer:
    ...     rasterizer.submit(lambda: svg).result() == png_of(svg)
    True
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="raster")

    def __enter__(self) -> Self:
        """Nothing is started before the first picture."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave out pictures that were not begun, and end the process."""
        self._thread.shutdown(cancel_futures=True)
        if self._process is not None:
            self._process.communicate()  # its input ends, and so does it

    def submit(self, picture: Callable[[], str]) -> Future[bytes]:
        """The image of a picture, some time; its SVG text is asked for when needed."""
        return self._thread.submit(lambda: self._image(picture()))

    def _image(self, svg: str) -> bytes:
        with suppress(OSError, EOFError):  # there is no such process, or it was ended
            if self._process is None:
                self._process = _started()
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            _send(self._process.stdin, svg.encode())
            return _receive(self._process.stdout)
        return png_of(svg)


def png_of(svg: str) -> bytes:
    """The image of a picture, made in this process."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=SCALE))


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", Path(__file__)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what fails there is made and said here
    )


def _send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """What was sent.

    Raises
    ------
    EOFError
        If nothing more is sent.
    """
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    length = _LENGTH.unpack(head)[0]
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _serve() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other process decides
    with suppress(EOFError):
        while True:
            svg = _receive(sys.stdin.buffer)
            _send(sys.stdout.buffer, png_of(svg.decode()))


if __name__ == "__main__":
    _serve()
