"""``cszt check``: whether a project's files are valid, and what they contain."""

from typing import TYPE_CHECKING, Any

from cszt_models.cli.request import (
    Request,
    command,
    print_csv,
    print_json,
    say,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from cszt_models.project.figure_series import Doubt
    from cszt_models.project.plan import Target
    from cszt_models.project.project import Project
    from cszt_models.targets.coverage import Readiness

EPILOG = (
    "Examples: `cszt check --as-of 2021-06-30` shows what was known in mid-2021 · "
    "`cszt check --csv` prints the rows of all its tables."
)


@command(without=("scenario", "seed", "draws", "engine", "no_store"))
def check(request: Request) -> None:
    """Check a project: odd figures, coverage, breaks, gaps and identities."""
    from cszt_models.analysis.library import library
    from cszt_models.models.priors import read_priors
    from cszt_models.present.texts import require_language
    from cszt_models.project.dates import as_of_date
    from cszt_models.project.figure_checks import (
        background,
        doubtful_figures,
        observed_figures,
        require_plausible,
    )
    from cszt_models.project.observations import as_of as cut
    from cszt_models.project.observations import read_observations
    from cszt_models.project.plan import read_targets
    from cszt_models.project.series import breaks, coverage, identities
    from cszt_models.targets.coverage import readiness

    lang = request.lang
    require_language(lang)
    opened = request.project
    day = as_of_date(opened, request.as_of)
    observations, targets = read_observations(opened), read_targets(opened)
    known = cut(observations, day)
    released = observations[observations["known_on"] <= day]
    path = opened.file("observations.csv")
    doubts = doubtful_figures(observed_figures(released, path), background(opened))
    doubts = require_plausible(doubts, opened.folder)
    priors, scenarios = read_priors(opened), library(opened).scenarios
    ready = readiness(known, opened, day)
    tables = {
        "doubts": _doubts(doubts),
        "answers": _answers(ready, targets, lang),
        "left_out": _left_out(ready),
        "coverage": coverage(known),
        "breaks": breaks(known, opened),
        "identities": identities(released, opened),
    }
    summary = {
        "project": opened.id,
        "as_of": day.isoformat(),
        "observations": len(observations),
        "known": len(known),
        "targets": len(targets),
        "scenarios": list(scenarios),
        "blocks": list(priors),
    }
    if request.as_json:
        print_json(summary | {name: t.to_dict("records") for name, t in tables.items()})
        return
    if request.as_csv:
        print_csv(_one_frame(tables))
        return
    _print_head(opened, summary, len(doubts), lang)
    print_doubts(doubts, lang)
    _print_check(tables, lang)


def _print_head(
    project: "Project", summary: "Mapping[str, Any]", doubts: int, language: str
) -> None:
    """How much is known, and which files of the project are not there."""
    from cszt_models.present.texts.commands import line
    from cszt_models.project.project import OPTIONAL

    say(
        line(
            "check",
            language,
            project=project.label.in_language(language),
            known=summary["known"],
            figures=summary["observations"],
            day=summary["as_of"],
            targets=summary["targets"],
            scenarios=len(summary["scenarios"]),
            verdict=_verdict(doubts, language),
        )
    )
    defaults = [name for name in OPTIONAL if not (project.folder / name).is_file()]
    if defaults:
        key = "default_priors" if "priors.yaml" in defaults else "defaults"
        names = ("、" if language == "zh" else ", ").join(defaults)
        say(line(key, language, names=names))
    if not summary["targets"]:
        say(line("no_target", language, path=project.file("targets.csv")))


def _one_frame(tables: "Mapping[str, pd.DataFrame]") -> "pd.DataFrame":
    """Rows of all tables below each other; a column says of which each is."""
    import pandas as pd

    named = [table.assign(table=name) for name, table in tables.items()]
    filled = [table.astype(object) for table in named if len(table)]
    columns = list(dict.fromkeys(column for table in named for column in table))
    order = ["table", *(column for column in columns if column != "table")]
    return pd.concat(filled).reindex(columns=order)


def _verdict(doubts: int, language: str) -> str:
    from cszt_models.present.texts.commands import line

    key = ("in_order", "one_doubt", "doubts")[min(doubts, 2)]
    return line(key, language, count=doubts)


def _doubts(doubts: "Sequence[Doubt]") -> "pd.DataFrame":
    """Cells that are hard to believe, why, and what to ask."""
    from dataclasses import asdict

    import pandas as pd

    from cszt_models.project.figure_series import Doubt

    columns = [field for field in Doubt.__dataclass_fields__ if field != "size"]
    return pd.DataFrame([asdict(doubt) for doubt in doubts], columns=columns)


def _answers(
    ready: "Readiness", targets: "Mapping[str, Target]", language: str
) -> "pd.DataFrame":
    """For each target whether the figures give a probability, or what they lack."""
    import pandas as pd

    from cszt_models.present.sentences import base

    rows = [
        {
            "target": name,
            "name": base.name(target, language),
            "answered": not lacks,
            "lacks": lacks,
        }
        for name, target in targets.items()
        for lacks in [ready.lacks(target)]
    ]
    return pd.DataFrame(rows, columns=["target", "name", "answered", "lacks"])


def _left_out(ready: "Readiness") -> "pd.DataFrame":
    """Blocks that no known figure determines, and figures that would."""
    import pandas as pd

    from cszt_models.targets.coverage import SERIES

    rows = [(name, SERIES[name]) for name in ready.left_out]
    return pd.DataFrame(rows, columns=["block", "figures that would determine it"])


MAX_DOUBTS, MAX_BREAKS = 15, 15  # printed; the record has all


def print_doubts(doubts: "Sequence[Doubt]", language: str) -> None:
    """Print the first doubts, a line each, if there are any."""
    from dataclasses import asdict

    from cszt_models.present.texts.commands import line
    from cszt_models.present.texts.errors import translated

    if not doubts:
        return
    key = "doubtful_first" if len(doubts) > MAX_DOUBTS else "doubtful"
    say(line(key, language, most=MAX_DOUBTS, count=len(doubts)))
    for doubt in doubts[:MAX_DOUBTS]:
        cell = asdict(doubt)
        if language == "zh":
            cell |= {key: translated(cell[key]) for key in ("fact", "question")}
        say(line("doubt", language, **cell))
    print()


def _print_check(tables: "dict[str, pd.DataFrame]", language: str) -> None:
    from cszt_models.present.texts.commands import line

    if len(tables["answers"]):
        _print_answers(tables["answers"], language)
    if len(tables["left_out"]):
        _show(tables["left_out"], line("left_out", language), language)
    coverage_table = tables["coverage"].rename(columns={"vintages": "figures"})
    right = ("first", "last", "years", "bases", "figures")
    _show(coverage_table, line("coverage", language), language, right)
    if len(tables["breaks"]):
        _print_breaks(tables["breaks"], language)
    title, checks = line("identities", language), tables["identities"]
    if language == "zh":
        from cszt_models.present.texts.errors import translated

        checks = checks.assign(identity=checks["identity"].map(translated))
    _show(checks, title, language, ("checked", "passed", "tolerance"))


def _print_answers(answers: "pd.DataFrame", language: str) -> None:
    """How many targets have a probability, and what the others lack."""
    from cszt_models.present.texts.commands import line

    can = int(answers["answered"].sum())
    title = line("answered", language, can=can, count=len(answers))
    others = answers[~answers["answered"]][["target", "name", "lacks"]]
    if others.empty:
        say(title + ("。" if language == "zh" else "."))
        return
    if language == "zh":
        from cszt_models.present.texts.errors import translated

        others = others.assign(lacks=others["lacks"].map(translated))
    mark = "；" if language == "zh" else "; "
    _show(others, title + mark + line("others_lack", language), language)


def _print_breaks(pairs: "pd.DataFrame", language: str) -> None:
    """The largest breaks of series."""
    from cszt_models.present.texts.commands import line
    from cszt_models.results.base import formatted

    size = pairs["difference"].abs()
    worst = pairs.loc[size.sort_values(ascending=False).index].head(MAX_BREAKS)
    worst = worst.assign(difference=formatted(worst["difference"], "{:+.1f} %"))
    title = line("breaks", language, count=len(pairs))
    _show(worst, title, language, ("value", "other_value", "difference"))


def _show(
    frame: "pd.DataFrame", title: str, language: str, right: tuple[str, ...] = ()
) -> None:
    """Print a table with headings in the language."""
    from cszt_models.present.texts.commands import COLUMNS_ZH

    if language == "zh":
        frame = frame.rename(columns=dict(COLUMNS_ZH))
        right = tuple(COLUMNS_ZH[name] for name in right)
    show(frame, title, right)
