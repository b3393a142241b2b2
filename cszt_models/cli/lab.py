"""``cszt lab``: JupyterLab on the notebooks of the package."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from cszt_models.cli.request import Lang
from cszt_models.errors import DataError

EPILOG = (
    "Examples: `cszt lab` · `cszt lab --dir my-notebooks` · `cszt lab --no-browser`"
)
LOOPBACK = "127.0.0.1"


def lab(
    folder: Annotated[
        Path,
        typer.Option(
            "--dir", metavar="DIR", help="Where your copies of the notebooks are."
        ),
    ] = Path("cszt-notebooks"),
    browser: Annotated[
        bool,
        typer.Option(
            "--browser/--no-browser", metavar="", help="Open a browser window."
        ),
    ] = True,
    lang: Lang = "en",
) -> None:
    """Open the notebooks in JupyterLab, on this machine only and with a token.

    Notebooks that are not in the folder yet are copied there; your own are left alone.
    """
    from importlib.util import find_spec

    from cszt_models.present.texts import require_language
    from cszt_models.present.texts.commands import line

    require_language(lang)
    if find_spec("jupyterlab") is None:
        raise DataError("jupyterlab is not installed. Install it with pip or conda.")
    for path in copy_notebooks(folder):
        print(line("wrote", lang, path=path))
    command = [sys.executable, "-m", "jupyterlab", str(folder)]
    command += [f"--ServerApp.ip={LOOPBACK}"] + ([] if browser else ["--no-browser"])
    raise SystemExit(subprocess.run(command, check=False).returncode)


def bundled_notebooks() -> list[Path]:
    """Notebooks of the wheel, or of the checkout."""
    package = Path(__file__).parents[1]
    folders = package / "notebooks", package.parent / "notebooks"
    return sorted(path for each in folders for path in each.glob("[0-9]*.py"))


def copy_notebooks(folder: Path, only: str = "") -> list[Path]:
    """Copy notebooks to a folder as .ipynb files; those that are there stay.

    Parameters
    ----------
    only
        Name of the one to copy, without its suffix; all if not given.

    Raises
    ------
    DataError
        If the package came without notebooks or the folder cannot be written.
    """
    import jupytext

    from cszt_models.storage.files import write_whole

    sources = [path for path in bundled_notebooks() if only in ("", path.stem)]
    if not sources:
        raise DataError(
            "no notebook came with this installation. Install the wheel or a checkout."
        )
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sources:
            target = folder / f"{source.stem}.ipynb"
            if not target.exists():
                text = jupytext.writes(jupytext.read(source), fmt="ipynb")
                write_whole(target, text.encode("utf-8"))
                written.append(target)
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written ({error.strerror}). Choose another with --dir."
        ) from None
    return written
