"""``cszt desk``: a page for a project and its report, without a terminal."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.lab import LOOPBACK, copy_notebooks
from cszt_models.cli.request import Lang
from cszt_models.errors import DataError

EPILOG = "Examples: `cszt desk` · `cszt desk --dir my-regions --lang zh`"
NOTEBOOK = "10_desk"
# The page asks nothing of any other server: Voilà's template names one for its icons.
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' ws://{host}; frame-ancestors 'self'"
)


def desk(
    folder: Annotated[
        Path, typer.Option("--dir", metavar="DIR", help="Where your projects are.")
    ] = Path("cszt-desk"),
    port: Annotated[
        int, typer.Option(help="Port on this machine; a free one if not given.")
    ] = 0,
    browser: Annotated[
        bool,
        typer.Option(
            "--browser/--no-browser", metavar="", help="Open a browser window."
        ),
    ] = True,
    lang: Lang = "en",
) -> None:
    """Open the desk as a page, on this machine only and with a token (工作台)."""
    from importlib.util import find_spec

    from cszt_models.desk.page import FOLDER
    from cszt_models.present.texts import require_language
    from cszt_models.storage.files import temporary_folder, writing

    require_language(lang)
    if find_spec("voila") is None:
        raise DataError("voila is not installed. Install it with pip or conda.")
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    token, place = secrets.token_hex(16), port or free_port()
    with temporary_folder() as copies:
        copy_notebooks(copies, NOTEBOOK)
        command = [sys.executable, "-m", "voila", str(copies / f"{NOTEBOOK}.ipynb")]
        command += [f"--Voila.ip={LOOPBACK}", f"--port={place}", f"--token={token}"]
        policy = POLICY.format(host=f"{LOOPBACK}:{place}")
        headers = {"headers": {"Content-Security-Policy": policy}}
        command += [f"--Voila.tornado_settings={headers!r}"]
        command += [] if browser else ["--no-browser"]
        print(f"http://{LOOPBACK}:{place}/?token={token}", flush=True)
        settings = {FOLDER: str(folder.resolve()), "CSZT_LANGUAGE": lang}
        environment = os.environ | settings
        raise SystemExit(_serve(command, environment))


def _serve(command: list[str], environment: Mapping[str, str]) -> int:
    """Run a server until it ends; it ends with this process, however that is asked."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with subprocess.Popen(command, env=environment) as server:
        try:
            return server.wait()
        finally:
            server.terminate()


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    import socket

    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
