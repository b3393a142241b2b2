"""Output of ``cszt scenario``: a scenario in words, tables and JSON records."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cszt_models.cli.options import show

if TYPE_CHECKING:
    import pandas as pd

    from cszt_models.conditional.plausibility import Plausibility
    from cszt_models.project.project import Project
    from cszt_models.scenarios.levers import Lever
    from cszt_models.scenarios.scenario import Scenario
    from cszt_models.targets.comparison import Compared


def percents(frame: "pd.DataFrame", columns: Sequence[str]) -> "pd.DataFrame":
    """The frame with shares of 1 written as percents."""
    import pandas as pd

    def percent(share: Any, sign: str) -> str:
        return "–" if pd.isna(share) else f"{100 * share:{sign}.1f}"

    written = frame.copy()
    for name in columns:
        sign = "+" if name == "change" else ""
        written[name] = [percent(share, sign) for share in frame[name]]
    return written


def compared_record(result: "Compared") -> dict[str, Any]:
    """A scenario's results as ``--json`` prints them, or the reason for having none."""
    from cszt_models.present.tables.attainment import attain_record

    assessment = result.assessment
    project = result.scene.fits.project if result.scene else None
    record = {"name": result.scenario.name, "hash": result.scenario.hash}
    if assessment is None or project is None:
        return record | {"reason": result.reason, "targets": None, "joint": None}
    attained = attain_record(assessment, project)
    return record | {
        "reason": None,
        "targets": attained["targets"],
        "joint": attained["joint"],
        "figures": result.figures.to_dict("records"),
    }


def attributed(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Contributions as records, a record for each target."""
    return [
        {"target": str(name), **{str(k): float(v) for k, v in row.items()}}
        for name, row in table.iterrows()
    ]


def print_scenario(
    scenario: "Scenario", levers: "Mapping[str, Lever]", project: "Project", lang: str
) -> None:
    """Print what a scenario sets, why, and the sources of its sizes.

    Parameters
    ----------
    scenario, levers, project
        The scenario, and what names and units are taken from.
    lang
        ``"en"`` or ``"zh"``.
    """
    from cszt_models.present.sentences import scenarios as words

    print(f"{words.title(scenario, lang)} ({scenario.name}, hash {scenario.hash})")
    if scenario.why:
        print(f"\n{scenario.why.in_language(lang)}")
    for part in scenario.parts:
        label = part.label.in_language(lang) if part.label else part.name
        print(f"\n{label}:")
        for line in words.part_words(part, levers, project, lang):
            print(f"  {line}")
        if part.source:
            print(f"  source: {part.source}")
    if not scenario.parts:
        print("It sets nothing: what the model expects.")
    print()


def print_outcomes(
    base: "Compared", result: "Compared", project: "Project", lang: str
) -> None:
    """Print medians with and without a scenario, where they differ.

    Parameters
    ----------
    base, result
        Results of the baseline and of the scenario.
    project, lang
        Where names are taken from, and their language.
    """
    import pandas as pd

    keys = ["region", "indicator"]
    both = result.figures.merge(base.figures, "left", keys, suffixes=("", "_before"))
    apart = (both["median"] - both["median_before"]).abs() > 1e-9
    members = {m for group in project.aggregates.values() for m in group.members}
    moved = both[(apart | both["median_before"].isna()) & ~both["region"].isin(members)]
    if moved.empty:
        return
    rows = [
        {
            "place": project.places[row["region"]].in_language(lang),
            "indicator": project.indicators[row["indicator"]].label.in_language(lang),
            "unit": row["unit"],
            "baseline": number(row["median_before"]),
            "scenario": number(row["median"]),
            "80 %": f"{number(row['low'])} to {number(row['high'])}",
        }
        for row in moved.to_dict("records")
    ]
    title = f"Medians of {result.figures['year'].iloc[0]}, where they move"
    show(pd.DataFrame(rows), title, ("baseline", "scenario", "80 %"))


def number(value: float) -> str:
    """A figure for readers: thousands whole, others with two digits."""
    if value != value:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}"


def print_plausibility(
    likely: "Plausibility", project: "Project", draws: int, lang: str
) -> None:
    """Print how far the conditions lie from what the model expects.

    Parameters
    ----------
    likely, draws
        Plausibility of the conditions, and how many draws it is computed from.
    project, lang
        Where names are taken from, and their language.
    """
    for part in likely.asked:
        print(
            f"{part.condition.words(project, lang)}: expected {number(part.median)} "
            f"({number(part.low)} to {number(part.high)}), alone {part.probability:.2f}"
        )
    print(
        f"Plausibility of the conditions together: {likely.probability:.2g}; under "
        f"them {draws} draws are worth {likely.effective:.0f} independent ones."
    )


def print_settled(base: "Compared") -> None:
    """Print which headline targets are resolved, so that no scenario changes them."""
    results = base.assessment.targets if base.assessment else ()
    settled = [
        result.target.id
        for result in results
        if result.status == "resolved" and result.target.headline
    ]
    if settled:
        print(
            f"Published and not moved by any scenario: {', '.join(settled)}. "
            "An earlier --as-of asks what would have been."
        )
