"""Tables in the documentation, made from code and data when the pages are built.

A comment ``<!-- table: NAME -->`` in a page is replaced by the table of that name.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Callable, Iterable
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from typer.main import get_command

from cszt_models import load_project
from cszt_models.archive import base_rates
from cszt_models.archive.read import read_archive
from cszt_models.archive.schema import INDICATORS as ARCHIVED
from cszt_models.cli import app
from cszt_models.evaluation.comparison import differences
from cszt_models.evaluation.files import read_forecasts
from cszt_models.hindcast.record import read_record
from cszt_models.models.components import CATALOGUE
from cszt_models.models.panels import BLOCKS
from cszt_models.models.priors import read_priors
from cszt_models.present.sentences import hindcast as hindcast_sentences
from cszt_models.present.sentences.sources import source_name
from cszt_models.present.tables.attainment import sources
from cszt_models.project.observations import read_observations
from cszt_models.results.evaluation import EvaluationResults
from cszt_models.scenarios.levers import movable

sys.path.insert(0, str(Path(__file__).parent))

from docs_math import pictures  # the folder is no package

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "us_states"
SCORED = ("n", "crps", "ratio", "coverage80", "coverage95", "brier")
LAST_EARLY = 2011  # year until which a signal of targets is looked for
SENTENCES = "archive_sentences.md"
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


def forms() -> str:
    """Forms of the blocks that have several, with their prior probabilities."""
    priors = read_priors(load_project())
    lines = [
        (block, form.name, ", ".join(f"`{n}`" for n in form.components), form.weight)
        for block in priors
        for form in priors[block].forms
    ]
    return rows(("block", "form", "components it has and others lack", "p(m)"), lines)


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
        (
            source_name(row["source"], {}, "en"),
            row["figures"],
            f"{row['first']}–{row['last']}",
        )
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
        name = base_rates.group_name(row["group"], by, "en")
        link = f"{by.replace('_', '-')}={group_key(row['group'])}"
        lines.append(
            (
                f"[{name}]({SENTENCES}#{link})",
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


def archive_sentences() -> str:
    """Every target of yearly growth with an outcome, with both sentences, by era."""
    archive = read_archive()
    growth = archive[
        (archive["indicator"] == "gdp_real_growth")
        & archive["met"].notna()
        & (archive["plan"] == "annual")
    ]
    groups = {by: of(archive) for by, of in base_rates.GROUPINGS.items()}
    keys = {
        by: pd.Series(kinds, archive.index).reindex(growth.index).astype(object)
        for by, kinds in groups.items()
    }
    parts = []
    for era, members in growth.groupby(keys["era"]):
        parts.append(f"<h2 id='{era}'>{era.replace('-', '–')}</h2>")
        parts.append("<table class='sentences'><thead><tr>")
        heads = ("region", "year", "target, %", "sentence", "outcome", "sentence")
        parts += [f"<th>{head}</th>" for head in heads]
        parts.append("</tr></thead><tbody>")
        for place, row in members.sort_values(["year", "region"]).iterrows():
            marks = " ".join(
                f"data-{by.replace('_', '-')}='{group_key(kinds[place])}'"
                for by, kinds in keys.items()
            )
            sentences = (
                f"<a href='{escape(row[source], quote=True)}'>{escape(row[quote])}</a>"
                for quote, source in (
                    ("quote", "source"),
                    ("outcome_quote", "outcome_source"),
                )
            )
            target, outcome = sentences
            cells = (
                *(escape(row["region_zh"]), row["year"], f"{row['value']:g}", target),
                *(f"{row['outcome']:g}", outcome),
            )
            line = "".join(f"<td>{cell}</td>" for cell in cells)
            parts.append(f"<tr {marks}>{line}</tr>")
        parts.append("</tbody></table>")
    return "\n".join([*parts, FILTER])


def group_key(group: object) -> str:
    """A group of a base rate as part of an address."""
    if isinstance(group, pd.Interval):
        return f"{group.left:g}_{group.right:g}".replace("-", "m")
    return "none" if group is None or group != group else str(group)


# Shows the rows that a link names, such as #hedge=about; without scripts all are shown.
FILTER = """<script>
(() => {
  const show = () => {
    const [by, group] = decodeURIComponent(location.hash.slice(1)).split("=");
    for (const row of document.querySelectorAll(".sentences tbody tr")) {
      row.hidden = Boolean(group) && row.getAttribute(`data-${by}`) !== group;
    }
  };
  addEventListener("hashchange", show);
  show();
})();
</script>"""
ARCHIVE_SCORES = Path(__file__).parents[1] / "data" / "archive_probabilities.csv"


def _real() -> EvaluationResults:
    return EvaluationResults(read_forecasts(ARCHIVE_SCORES))


def real_scores() -> str:
    """Brier scores on real targets with their parts, and differences to ours."""
    results = _real()
    table = results.to_frame().merge(results.differences(), "left", on="method")
    p = results.forecasts.values[:, 0].clip(0.005, 0.995)
    log = -np.log(np.where(results.forecasts.rows["outcome"] == 1, p, 1 - p))
    logs = pd.Series(log).groupby(results.forecasts.rows["method"]).mean()
    lines = []
    for row in table.to_dict("records"):
        parts = ("score", "miscalibration", "discrimination", "uncertainty")
        gap = f"{row['difference']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        test = f"{row['p_value']:.2f}"
        ours = row["method"] == results.methods[0]
        scores = [*(f"{row[name]:.3f}" for name in parts), f"{logs[row['method']]:.3f}"]
        last = ("–", "–") if ours else (gap, test)
        lines.append((f"`{row['method']}`", row["n"], row["years"], *scores, *last))
    head = ("method", "targets", "years", "Brier", "MCB", "DSC", "UNC", "log")
    return rows((*head, "less ours (90 % over years)", "DM, p"), lines)


def real_eras() -> str:
    """Brier scores of every method by era."""
    parts = _real().parts
    parts["era"] = base_rates.era_of(parts["year"])
    table = parts.pivot_table("score", "era", "method", sort=False)
    table = table.sort_index()[list(parts["method"].unique())]
    first = parts[parts["method"] == parts["method"].iloc[0]].groupby("era")
    count, met = first.size(), first["outcome"].mean()
    lines = [
        (
            base_rates.group_name(era, "era"),
            count[era],
            f"{100 * met[era]:.0f}",
            *(f"{value:.3f}" for value in row),
        )
        for era, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    return rows(("era", "targets", "met, %", *table.columns), lines)


def real_reliability() -> str:
    """CORP reliability of ours at steps of its recalibrated frequency."""
    curve = _real().reliability()
    curve = curve[curve["method"] == curve["method"].iloc[0]]
    lines = [
        (
            f"{group['probability'].min():.2f}–{group['probability'].max():.2f}",
            group["n"].sum(),
            f"{frequency:.2f}",
            f"{group['low'].min():.2f}–{group['high'].max():.2f}",
        )
        for frequency, group in curve.groupby("frequency")
    ]
    return rows(("stated", "targets", "met (isotonic)", "band"), lines)


def real_signal() -> str:
    """Whether targets inform outcomes beyond the model: from early years, for later."""
    table = pd.read_csv(ARCHIVE_SCORES).query("method == 'structural'")
    gap, error = table["target"] - table["median"], table["growth"] - table["median"]
    early = table["year"] <= LAST_EARLY
    design = np.column_stack([np.ones(early.sum()), gap[early]])
    offset, slope = np.linalg.lstsq(design, error[early], rcond=None)[0]
    part = (gap[early] @ error[early]) / (gap[early] @ gap[early])
    shifts = {
        "ours": 0 * gap,
        "shifted by a constant": error[early].mean() + 0 * gap,
        "part of the way to the target": gap * part,
        "constant and part of the way": offset + slope * gap,
    }
    scores = pd.concat(
        table.assign(method=name, score=(error - shift).abs())
        for name, shift in shifts.items()
    )
    means = scores.pivot_table("score", "method", scores["year"] <= LAST_EARLY)
    later = differences(scores[scores["year"] > LAST_EARLY]).set_index("method")
    lines = []
    for name in shifts:
        row = later.loc[name] if name in later.index else None
        gain = "–" if row is None else "{:+.2f} ({:+.2f} to {:+.2f})".format(*row[:3])
        lines.append(
            (name, *(f"{means.loc[name, key]:.2f}" for key in (True, False)), gain)
        )
    span = f"until {LAST_EARLY}", f"after {LAST_EARLY}"
    head = ("median of growth", *(f"error {word}" for word in span), "less ours, after")
    text = f"The slopes of the last two are {part:.2f} and {slope:.2f}."
    return f"{rows(head, lines)}\n\n{text}"


def archive_set() -> str:
    """How often values set at a chance of 0.7 would have been met, by era."""
    table = pd.read_csv(ROOT / "data" / "archive_set_values.csv")
    table = table.assign(era=base_rates.era_of(table["year"]))
    groups = [*table.groupby("era"), ("all", table)]
    lines = []
    for era, members in groups:
        both = [
            base_rates.share_met(
                members.assign(met=members["growth"] >= members[name] - 1e-9)
            )
            for name in ("set", "target")
        ]
        span = f"{100 * both[0].low:.0f}–{100 * both[0].high:.0f}"
        lines.append(
            (
                str(era).replace("-", "–"),
                len(members),
                f"{100 * both[0].met:.0f}",
                "–" if era in ("2020", "2021", "2022") else span,
                f"{100 * both[1].met:.0f}",
                f"{(members['set'] - members['target']).mean():+.1f}",
                "yes" if 0.6 <= both[0].met <= 0.8 else "no",
            )
        )
    head = ("era", "targets", "set at 0.7: met, %", "90 % over years")
    head += ("announced: met, %", "set less announced", "60 to 80 %")
    return rows(head, lines)


TABLES: dict[str, Callable[[], str]] = {
    "levers": levers,
    "components": components,
    "forms": forms,
    "indicators": indicators,
    "regions": regions,
    "bases": bases,
    "sources": documents,
    "hindcast": example_record,
    "commands": commands,
    "record": record,
    "packages": packages,
    "real_scores": real_scores,
    "real_eras": real_eras,
    "real_reliability": real_reliability,
    "real_signal": real_signal,
    "archive_indicators": archive_indicators,
    "archive_examples": archive_examples,
    "archive_set": archive_set,
    "archive_sentences": archive_sentences,
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
