"""``cszt check``: whether a project's files are valid, and what they contain."""

from typing import TYPE_CHECKING

from cszt_models.cli.request import Request, command, print_json, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from cszt_models.project.figure_series import Doubt
    from cszt_models.project.plan import Target
    from cszt_models.targets.coverage import Readiness

EPILOG = "Example: `cszt check --as-of 2021-06-30` shows what was known in mid-2021."


@command(without=("scenario", "seed", "draws", "engine", "no_store", "lang", "as_csv"))
def check(request: Request) -> None:
    """Check a project: odd figures, coverage, breaks, gaps and identities."""
    from cszt_models.analysis.library import library
    from cszt_models.models.priors import read_priors
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
    from cszt_models.project.project import OPTIONAL
    from cszt_models.project.series import breaks, coverage, identities
    from cszt_models.targets.coverage import readiness

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
        "answers": _answers(ready, targets),
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
    print(
        f"{opened.label.en}: {summary['known']} of {summary['observations']} figures "
        f"known at {day}, {summary['targets']} targets, "
        f"{len(scenarios)} scenarios. {_verdict(len(doubts))}"
    )
    defaults = [name for name in OPTIONAL if not (opened.folder / name).is_file()]
    if defaults:
        print(
            f"The package's defaults stand in for {', '.join(defaults)}"
            + (
                "; prior scales are those of Chinese prefectures and provinces."
                if "priors.yaml" in defaults
                else "."
            )
        )
    if not targets:
        print(f"No target yet: add a line for each to {opened.file('targets.csv')}.")
    print_doubts(doubts)
    _print_check(tables)


def _verdict(doubts: int) -> str:
    if not doubts:
        return "The files are in order."
    odd = "figure is" if doubts == 1 else "figures are"
    return f"The files are complete; {doubts} {odd} hard to believe, see below."


def _doubts(doubts: "Sequence[Doubt]") -> "pd.DataFrame":
    """Cells that are hard to believe, why, and what to ask."""
    from dataclasses import asdict

    import pandas as pd

    from cszt_models.project.figure_series import Doubt

    columns = [field for field in Doubt.__dataclass_fields__ if field != "size"]
    return pd.DataFrame([asdict(doubt) for doubt in doubts], columns=columns)


def _answers(ready: "Readiness", targets: "Mapping[str, Target]") -> "pd.DataFrame":
    """For each target whether the figures give a probability, or what they lack."""
    import pandas as pd

    rows = [
        {"target": name, "answered": not lacks, "lacks": lacks}
        for name, target in targets.items()
        for lacks in [ready.lacks(target)]
    ]
    return pd.DataFrame(rows, columns=["target", "answered", "lacks"])


def _left_out(ready: "Readiness") -> "pd.DataFrame":
    """Blocks that no known figure determines, and figures that would."""
    import pandas as pd

    from cszt_models.targets.coverage import SERIES

    rows = [(name, SERIES[name]) for name in ready.left_out]
    return pd.DataFrame(rows, columns=["block", "figures that would determine it"])


MAX_DOUBTS = 15  # printed; the record has all


def print_doubts(doubts: "Sequence[Doubt]") -> None:
    """Print the first doubts, a line each, if there are any."""
    if not doubts:
        return
    more = f" (the first {MAX_DOUBTS} of {len(doubts)}; --json lists all)"
    print("Figures that are hard to believe" + more * (len(doubts) > MAX_DOUBTS))
    for doubt in doubts[:MAX_DOUBTS]:
        print(f"  {doubt}")
    print()


def _print_check(tables: "dict[str, pd.DataFrame]") -> None:
    answers = tables["answers"]
    if len(answers):
        can = int(answers["answered"].sum())
        title = f"Targets: {can} of {len(answers)} have a probability"
        others = answers[~answers["answered"]][["target", "lacks"]]
        show(others, f"{title}; others lack") if len(others) else print(f"{title}.")
    if len(tables["left_out"]):
        show(tables["left_out"], "Left out, because no figure determines them")
    coverage_table = tables["coverage"].rename(columns={"vintages": "figures"})
    show(coverage_table, "Coverage", ("first", "last", "years", "bases", "figures"))
    pairs = tables["breaks"]
    if len(pairs):
        size = pairs["difference"].abs()
        worst = pairs.loc[size.sort_values(ascending=False).index].head(15)
        worst = worst.assign(
            difference=[f"{value:+.1f} %" for value in worst["difference"]]
        )
        title = f"Breaks: one year on two bases ({len(pairs)} in all, largest first)"
        show(worst, title, ("value", "other_value", "difference"))
    show(tables["identities"], "Identities", ("checked", "passed", "tolerance"))
