"""The documentation: its code runs, every page is in the menu, nothing is fetched."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
import yaml
from typer.main import get_command
from typer.testing import CliRunner

from cszt_models.cli import app
from cszt_models.present.texts.pages import PAGES as KINDS_OF_PAGE

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
BLOCK = re.compile(
    r"(?P<slow><!-- slow -->\n)?^```(?P<kind>\w*)[^\n]*\n(?P<code>.*?)^```$",
    re.M | re.S,
)
MODULE = re.compile(r"cszt_models(?:\.[a-z]\w*)+")
TEXTS = [
    "README.md",
    "benchmarks",
    "cszt_models",
    "docs",
    "examples",
    "notebooks",
    "scripts",
    "tests",
]
RUNS = {"python", "sh", "yaml", "r"}
KINDS = RUNS | {"text", "csv", ""}


class Code(NamedTuple):
    kind: str
    code: str
    slow: bool


def blocks(page: Path) -> list[Code]:
    text = page.read_text("utf-8")
    assert text.count("```") % 2 == 0, page
    return [
        Code(one["kind"], one["code"], bool(one["slow"]))
        for one in BLOCK.finditer(text)
    ]


def statements(code: str) -> Iterator[str]:
    """Commands of a shell block: a line, or a line with its here-document."""
    lines = iter(code.splitlines())
    for line in lines:
        here = re.search(r"<<'(\w+)'", line)
        if here:
            body = [line]
            for more in lines:
                body.append(more)
                if more == here[1]:
                    break
            yield "\n".join(body)
        elif line.strip():
            yield line


def run_shell(code: str) -> None:
    for statement in statements(code):
        if not statement.startswith("cszt "):
            subprocess.run(["sh", "-c", statement], check=True)
            continue
        words = shlex.split(statement, comments=True)[1:]
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, (statement, result.output, result.exception)


def run_r(code: str) -> None:
    if not shutil.which("Rscript"):
        pytest.skip("Debian's r-base-core is installed by .ci/run")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["Rscript", "-e", code],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (code, done.stderr)


def run_blocks(chosen: list[Code], page: Path) -> int:
    """Run blocks of a page in their order; how many ran."""
    names: dict[str, object] = {"__name__": "page"}
    ran = 0
    for block in chosen:
        if block.kind == "python":
            exec(compile(block.code, str(page), "exec"), names)
        elif block.kind == "sh":
            run_shell(block.code)
        elif block.kind == "r":
            run_r(block.code)
        elif block.kind == "yaml":
            assert yaml.safe_load(block.code)
        else:
            continue
        ran += 1
    return ran


def run_page(page: Path) -> int:
    """Run a page's quick blocks; how many ran."""
    return run_blocks([block for block in blocks(page) if not block.slow], page)


def run_slow(page: Path) -> int:
    """Run a page's slow blocks, and those before them of the same kinds; how many.

    Commands need the files of earlier ones, and Python what earlier Python made; what
    no slow block needs has run already, as a quick one.
    """
    every = blocks(page)
    last = max(place for place, block in enumerate(every) if block.slow)
    kinds = {block.kind for block in every if block.slow}
    chosen = [block for block in every[: last + 1] if block.kind in kinds]
    return run_blocks(chosen, page)


RUN = [page for page in PAGES if blocks(page)]


@pytest.mark.parametrize("page", RUN, ids=lambda page: page.stem)
def test_code_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quick = [b for b in blocks(page) if not b.slow and b.kind in RUNS]
    assert run_page(page) == len(quick)


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [p for p in RUN if any(b.slow for b in blocks(p))],
    ids=lambda page: page.stem,
)
def test_code_of_a_page_runs_with_what_takes_longer(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_slow(page)


def test_a_block_that_fails_is_seen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("```sh\ncszt check --project nowhere\n```\n", "utf-8")
    with pytest.raises(AssertionError, match="nowhere"):
        run_page(page)


def test_a_block_of_r_that_fails_is_seen():
    with pytest.raises(AssertionError, match="is not TRUE"):
        run_r("stopifnot(1 > 2)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_kinds_of_code_are_known(page):
    assert {block.kind for block in blocks(page)} <= KINDS


def test_every_command_and_page_of_a_report_is_told():
    told = "\n".join(page.read_text("utf-8") for page in PAGES)
    commands = get_command(app).commands.items()
    names = [name for name, command in commands if not command.hidden]
    assert [name for name in names if f"cszt {name}" not in told] == []
    assert [kind for kind in KINDS_OF_PAGE if f"`{kind}`" not in told] == []


def test_the_probability_that_is_explained_is_the_one_that_is_printed():
    golden = pd.read_csv(ROOT / "tests/golden/probabilities.csv")
    now = golden.query("as_of == '2021-06-30' and target == 'gdp_2025'")
    (chance,) = now["probability"]
    pages = (ROOT / "docs/probability.md", ROOT / "docs/index.md")
    for page in pages:
        assert f"{chance:.0%}".replace("%", " %") in page.read_text("utf-8")


def test_every_page_is_in_the_menu():
    told = (ROOT / "mkdocs.yml").read_text("utf-8")
    assert [page.name for page in PAGES if f": {page.name}\n" not in told] == []


def module_exists(names: list[str]) -> bool:
    """Whether a dotted name is a module, a package or a name that a package gives."""
    folder = ROOT / "cszt_models"
    for name in names:
        if not (folder / name).is_dir():
            exported = (folder / "__init__.py").read_text("utf-8")
            return (folder / f"{name}.py").is_file() or name in exported
        folder /= name
    return True


@pytest.mark.parametrize("root", TEXTS)
def test_modules_named_in_texts_and_in_code_exist(root):
    paths = [ROOT / root, *(ROOT / root).rglob("*")]
    named = {
        name
        for path in paths
        if path.suffix in {".md", ".py", ".js"}
        for name in MODULE.findall(path.read_text("utf-8"))
    }
    assert [n for n in sorted(named) if not module_exists(n.split(".")[1:])] == []


@pytest.mark.slow
def test_the_site_is_built_and_asks_for_nothing_from_elsewhere(tmp_path):
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "left as text" not in done.stdout
    loaded = re.compile(r'<(?:script|link|img)[^>]*(?:src|href)="(?:https?:)?//[^"]+"')
    for page in tmp_path.glob("*.html"):
        links = loaded.findall(page.read_text("utf-8"))
        assert [one for one in links if "canonical" not in one] == []
