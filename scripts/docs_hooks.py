"""Tables in the documentation, made from code and data when the pages are built.

A comment ``<!-- table: NAME -->`` in a page is replaced by the table of that name.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from typer.main import get_command

from cszt_models import load_project
from cszt_models.archive import base_rates
from cszt_models.archive.read import read_archive
from cszt_models.archive.schema import INDICATORS as ARCHIVED
from cszt_models.cli import app
from cszt_models.hindcast.record import read_record
from cszt_models.models.components import CATALOGUE
from cszt_models.models.fits import BLOCKS
from cszt_models.models.priors import read_priors
from cszt_models.present.sentences import hindcast as hindcast_sentences
from cszt_models.present.tables.attainment import sources
from cszt_models.project.observations import read_observations
from cszt_models.scenarios.levers import movable

sys.path.insert(0, str(Path(__file__).parent))

from docs_math import pictures  # the folder is no package

EXAMPLE = Path(__file__).parents[1] / "examples" / "us_states"
SCORED = ("n", "crps", "ratio", "coverage80", "coverage95", "brier")
MARK = re.compile(r"<!-- table: (\w+) -->")
OPTION = re.compile(r"<code>(--?[^<\s]+)</code>")
ID = re.compile(r"(?<=<td><code>)\w+(?=</code></td>)")


def rows(header: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    """A Markdown table; texts may not break its cells."""
    head = list(header)
    table = [head, ["---"] * len(head), *lines]
    cells = [
        [str(cell).replace("|", "\\|").replace("\n", " ") for cell in r] for r in table
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def levers() -> str:
    """What may be moved in the bundled project, and on which scale."""
    items = movable(load_project()).items()
    return rows(("lever", "unit"), [(f"`{name}`", what) for name, what in items])


def components() -> str:
    """Components of every block with their prior scales and where these come from."""
    priors = read_priors(load_project())
    lines = [
        (block, f"`{name}`", kernel, over, scale.median, scale.spread, scale.source)
        for block in BLOCKS
        for name, scale in priors[block].scales.items()
        for kernel, over, _ in [CATALOGUE[name]]
    ]
    header = ("block", "component", "shape", "over", "median", "spread", "from")
    return rows(header, lines)


def indicators() -> str:
    """Every indicator with labels, unit, kind and how many figures there are."""
    project = load_project()
    counts = read_observations(project)["indicator"].value_counts()
    lines = [
        (
            f"`{name}`",
            indicator.label.en,
            indicator.label.zh,
            indicator.unit,
            indicator.kind,
            counts.get(name, 0),
        )
        for name, indicator in project.indicators.items()
    ]
    return rows(("id", "en", "zh", "unit", "kind", "figures"), lines)


def regions() -> str:
    """Regions with their roles, and groups with their members."""
    project = load_project()
    lines = [
        (f"`{r.id}`", r.label.en, r.label.zh, r.role) for r in project.regions.values()
    ]
    lines += [
        (f"`{g.id}`", g.label.en, g.label.zh, f"sum of {', '.join(g.members)}")
        for g in project.aggregates.values()
    ]
    return rows(("id", "en", "zh", "role"), lines)


def bases() -> str:
    """Bases with the indicators that are judged on them or take an offset."""
    project = load_project()
    lines = []
    for name, label in project.bases.items():
        items = project.comparability.items()
        judged = [i for i, rule in items if name in rule.judged]
        offset = [i for i, rule in items if name in rule.shifted]
        lines.append(
            (f"`{name}`", label.en, label.zh, ", ".join(judged), ", ".join(offset))
        )
    return rows(("id", "en", "zh", "judged for", "offset for"), lines)


def documents() -> str:
    """Sources with the number of figures and years."""
    table = sources(read_observations(load_project()))
    lines = [
        (row["source"], row["figures"], f"{row['first']}–{row['last']}")
        for row in table.to_dict("records")
    ]
    return rows(("source", "figures", "years"), lines)


def commands() -> str:
    """Every command with the first sentence of its help."""
    items = get_command(app).commands.items()
    lines = [
        (f"`cszt {name}`", command.get_short_help_str(120)) for name, command in items
    ]
    return rows(("command", "does"), lines)


def record(folder: Path | None = None) -> str:
    """The record of hindcasts of a project, of the bundled one if none is named."""
    project = load_project(folder)
    scores = read_record(project)
    if scores is None:
        return "_The bundled project holds no record of its own yet._"
    sentences = [
        f"- {hindcast_sentences.compared(scores, project, name, 'en')}"
        for name in scores.indicators
    ]
    runs = scores.scores[["origins", "horizon"]].drop_duplicates()
    sentences += [
        f"- Origins {row.origins}, up to {row.horizon:.0f} years ahead."
        for row in runs.itertuples()
    ]
    columns = ("indicator", "method", *SCORED)
    lines = [
        [row[name] for name in columns]
        for row in hindcast_sentences.scores_table(scores, project, "en").to_dict(
            "records"
        )
    ]
    header = (
        "what",
        "method",
        "cases",
        "CRPS",
        "ours over it",
        "80 %",
        "95 %",
        "Brier",
    )
    return "\n".join(sentences) + "\n\n" + rows(header, lines)


def example_record() -> str:
    """The record of the example of US states."""
    return record(EXAMPLE)


def packages() -> str:
    """Every package with the first sentence of its docstring, as layers are listed."""
    root = Path(__file__).parents[1]
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    lines = []
    for name in " | ".join(layers).split(" | "):
        path = root / "cszt_models" / name
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        first = " ".join(text.split("\n\n")[0].split()).replace("``", "`")
        lines.append((f"`{name}`", first))
    return rows(("package or module", "contents"), lines)


def _rates(by: str) -> str:
    """How often yearly growth targets were met, by one grouping."""
    rates = base_rates.base_rates(read_archive(), by)
    lines = []
    for row in rates.to_dict("records"):
        span = f"{100 * row['low']:.0f}–{100 * row['high']:.0f}"
        lines.append(
            (
                base_rates.group_name(row["group"], by, "en"),
                base_rates.group_name(row["group"], by, "zh"),
                row["n"],
                row["regions"],
                row["years"],
                f"{100 * row['met']:.0f}",
                "–" if "nan" in span else span,
                "–"
                if row["missed_by"] != row["missed_by"]
                else f"{row['missed_by']:.1f}",
            )
        )
    header = (by.replace("_", " "), "中文", "targets", "regions", "years", "met, %")
    return rows((*header, "90 % over years", "missed by, points"), lines)


def archive_indicators() -> str:
    """Indicators of the archive: targets, outcomes, and share met."""
    archive = read_archive()
    lines = []
    for name, label in ARCHIVED.items():
        group = archive[archive["indicator"] == name]
        met = group["met"].dropna().astype(float)
        share = f"{100 * met.mean():.0f}" if len(met) else "–"
        lines.append((f"`{name}`", label.en, label.zh, len(group), len(met), share))
    return rows(("id", "en", "zh", "targets", "with outcome", "met, %"), lines)


def archive_examples() -> str:
    """One target of each era with the sentence and the address it comes from."""
    archive = read_archive()
    growth = archive[
        (archive["indicator"] == "gdp_real_growth") & archive["met"].notna()
    ]
    growth = growth[growth["plan"] == "annual"]
    lines = []
    for first, _ in base_rates.ERAS:
        row = growth[growth["year"] == first].iloc[0]
        lines.append(
            (
                row["region_zh"],
                row["year"],
                f"{row['value']:g}",
                f"[{row['quote']}](<{row['source']}>)",
                f"{row['outcome']:g}",
                f"[{row['outcome_quote']}](<{row['outcome_source']}>)",
            )
        )
    return rows(
        ("region", "year", "target, %", "sentence", "outcome", "sentence"), lines
    )


TABLES: dict[str, Callable[[], str]] = {
    "levers": levers,
    "components": components,
    "indicators": indicators,
    "regions": regions,
    "bases": bases,
    "sources": documents,
    "hindcast": example_record,
    "commands": commands,
    "record": record,
    "packages": packages,
    "archive_indicators": archive_indicators,
    "archive_examples": archive_examples,
    **{f"archive_{by}": partial(_rates, by) for by in base_rates.GROUPINGS},
}


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page with its tables; mkdocs calls this for every page."""
    return MARK.sub(lambda match: TABLES[match[1]](), markdown)


def on_page_content(html: str, **_: Any) -> str:
    """The page's HTML with its formulas drawn; ids break at _, options nowhere."""
    html = OPTION.sub(r'<code class="option">\1</code>', html)
    html = ID.sub(lambda match: match[0].replace("_", "_<wbr>"), html)
    return pictures(html)
