"""The import graph is the derivation: a module imports only from a lower line."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# From low to high. A module imports from lower lines, and on its own line only from
# what stands left of a "<". Modules with no "<" between them never import each other.
LAYERS = """
blas
vocabulary  errors  uniformity  montecarlo  netcdf  waiting  hashes < files < store
entries  measures < project < observations < plan < conditions
condition_files
levers < settings  effects < scenarios < scenario_files
scenario_words
kernels < structural < covariance < likelihood  states  dependence
solver < conditioning
arrival  approach  reweighting  tilting
engines.marginal < engines.nuts < engines < fit < fit_files < joint
blocks
models.* < models < reconditioned < news
decomposition
accounting < outlook < lever_paths < projection < quantities < workings < conditional
plausibility
scenes
series
readiness < evidence  sets < sensitivity
formulas < thresholds
tallies
attainment  least_change < needed < backcast < changes
attribution  comparison
kept < comparison_files
story  parts < revisions < revision_files  calibration
outcomes  blind_priors  peers  scores  panel_file < views < forecasts
replay < hindcast < origins  hindcast_tables < hindcast_record
timing  shortfall  resolution  consistency
closed_form  counting < questions  columns < designs < studies < sweeps < sweep_files
clusters  iamc  importance  discovery
covariates  checks < leaving_out  nearest
tables  figures < sweep_figures  sentences
scenario_tables  scenario_figures
hindcast_figures  hindcast_sentences
check_figures  check_sentences  backcast_sentences  target_sentences < target_tables
target_figures
revision_sentences < revision_figures
cells  spreadsheets < headings < layouts < correspondence < imports
explorer.compact  explorer.exact  explorer.page  explorer.saving < explorer.content
explorer.answers < explorer.widget < explorer
reports.words < reports.grids  reports.material < reports.pictures  reports.manifest
reports.contents < reports.sections < reports.pages  reports.workbook
reports.site < reports  starters
cli.options < cli.scenario_output  cli.scenario_parts < cli.* < cli
__init__  __main__
"""
STEPS = [step.split() for line in LAYERS.split("\n") for step in line.split("<")]
HEIGHT = {name: height for height, step in enumerate(STEPS) for name in step}

NAME = "cszt_models"
PACKAGE = Path(__file__).parents[1] / NAME
LONGEST = 400  # lines
DRAWERS = {"utils", "util", "helpers", "common", "misc"}
HEAVY = {
    "IPython",
    "altair",
    "arviz",
    "great_tables",
    "ipywidgets",
    "jupyter_client",
    "jupyterlab",
    "matplotlib",
    "numba",
    "nutpie",
    "pymc",
    "pytensor",
    "statsmodels",
}


def modules(package: Path) -> dict[str, Path]:
    """Path of every module by its name in the package; ``__init__`` is the package."""
    names = {
        ".".join(path.relative_to(package).with_suffix("").parts): path
        for path in sorted(package.rglob("*.py"))
    }
    return {name.removesuffix(".__init__"): path for name, path in names.items()}


def height(module: str) -> int | None:
    """Place of a module in LAYERS, from 0; none if it is not listed."""
    return HEIGHT.get(module, HEIGHT.get(f"{module.rpartition('.')[0]}.*"))


def imported(tree: ast.AST, known: dict[str, Path]) -> Iterator[tuple[int, str]]:
    """Line and module of every import from the package, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root, _, module = alias.name.partition(".")
                if root == NAME:
                    yield node.lineno, module or "__init__"
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "." * node.level + (node.module or "")
        elif isinstance(node, ast.ImportFrom):
            root, _, module = (node.module or "").partition(".")
            for alias in node.names if root == NAME else []:
                inside = f"{module}.{alias.name}".removeprefix(".")
                if inside != "__version__":
                    yield (
                        node.lineno,
                        inside if inside in known else module or "__init__",
                    )


def faults(package: Path) -> list[str]:
    """A sentence for every module and every import that LAYERS does not allow."""
    known, found = modules(package), []
    for name, path in known.items():
        if height(name) is None:
            found.append(
                f"{name} is in no layer. Add it to LAYERS in tests/test_layers.py."
            )
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for line, target in sorted(set(imported(tree, known))):
            fact = f"{name}, line {line}, imports {target}"
            if target.startswith("."):
                found.append(f"{fact}: write the absolute name.")
            elif height(target) is None:
                found.append(f"{fact}, which is in no layer.")
            elif height(target) >= height(name):
                found.append(f"{fact}, which is not below it.")
    return found


@pytest.fixture
def package(tmp_path):
    """Write a package of the given modules and return its folder."""

    def write(**sources: str) -> Path:
        for name, source in sources.items():
            path = tmp_path / NAME / f"{name.replace('__in__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        return tmp_path / NAME

    return write


def test_every_module_imports_only_from_below():
    assert faults(PACKAGE) == []


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("project", "from cszt_models.errors import DataError"),
        ("project", "from cszt_models import errors"),
        ("scenarios", "import cszt_models.plan"),
        ("models__in__growth", "from cszt_models.structural import Panel"),
        ("models__in____init__", "from cszt_models.models import growth"),
        ("fit", "from cszt_models.engines import marginal"),
        ("fit", "from cszt_models import __version__"),
        ("cli", "def main():\n    from cszt_models.reports import render"),
        ("errors", "import numpy as np"),
    ],
)
def test_import_from_below_is_allowed(package, importer, source):
    others = {"models__in__growth": "", "engines__in__marginal": "", "errors": ""}
    assert faults(package(**{**others, importer: source})) == []


@pytest.mark.parametrize(
    ("importer", "source", "fault"),
    [
        ("errors", "import cszt_models.cli", "imports cli, which is not below it."),
        (
            "vocabulary",
            "from cszt_models import errors",
            "imports errors, which is not below it.",
        ),
        (
            "project",
            "def f():\n    from cszt_models.plan import Target",
            "imports plan, which is not below it.",
        ),
        (
            "models__in__price",
            "from cszt_models.models import growth",
            "imports models.growth, which is not below it.",
        ),
        (
            "models__in__price",
            "from cszt_models.models.growth import fit",
            "imports models.growth, which is not below it.",
        ),
        (
            "tables",
            "from cszt_models.explorer import explore",
            "imports explorer, which is not below it.",
        ),
        (
            "fit",
            "from cszt_models import DataError",
            "imports __init__, which is not below it.",
        ),
        ("fit", "from cszt_models.sources import x", "imports sources, which is in no"),
        ("fit", "from . import errors", "imports .: write the absolute name."),
    ],
)
def test_any_other_import_is_a_fault(package, importer, source, fault):
    others = {"models__in__growth": "", "errors": ""}
    (found,) = faults(package(**{**others, importer: source}))
    assert fault in found


def test_module_without_a_layer_is_a_fault(package):
    assert faults(package(sources="")) == [
        "sources is in no layer. Add it to LAYERS in tests/test_layers.py."
    ]


@pytest.mark.parametrize("path", modules(PACKAGE).values(), ids=modules(PACKAGE))
def test_module_is_short_enough_to_read(path):
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("module", modules(PACKAGE))
def test_module_is_named_for_what_it_holds(module):
    assert not DRAWERS & {part.strip("_") for part in module.split(".")}


@pytest.mark.parametrize("module", sorted({"__init__", "cli"} & set(modules(PACKAGE))))
def test_heavy_libraries_wait_until_they_are_used(module):
    name = NAME if module == "__init__" else f"{NAME}.{module}"
    code = f"import sys, {name}; print(*{{m.partition('.')[0] for m in sys.modules}})"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not HEAVY & set(run.stdout.split())
