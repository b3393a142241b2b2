"""What ``cszt scenario`` prints: a scenario in words, tables and records."""

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

    def written(share: Any, sign: str) -> str:
        return "–" if pd.isna(share) else f"{100 * share:{sign}.1f}"

    found = frame.copy()
    for name in columns:
        sign = "+" if name == "change" else ""
        found[name] = [written(share, sign) for share in frame[name]]
    return found


def compared_record(one: "Compared") -> dict[str, Any]:
    """A scenario's results as ``--json`` prints them; why there are none, if so."""
    from cszt_models.present.tables.attainment import attain_record

    told = one.assessment
    project = one.scene.fits.project if one.scene else None
    record = {"name": one.scenario.name, "hash": one.scenario.hash}
    if told is None or project is None:
        return record | {"reason": one.reason, "targets": None, "joint": None}
    made = attain_record(told, project)
    return record | {
        "reason": None,
        "targets": made["targets"],
        "joint": made["joint"],
        "figures": one.figures.to_dict("records"),
    }


def attributed(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Contributions as records, a record for each target."""
    return [
        {"target": str(name), **{str(k): float(v) for k, v in row.items()}}
        for name, row in table.iterrows()
    ]


def print_scenario(
    one: "Scenario", levers: "Mapping[str, Lever]", project: "Project", lang: str
) -> None:
    """Print what a scenario sets, why, and where its sizes come from."""
    from cszt_models.present.sentences import scenarios as words

    print(f"{words.title(one, lang)} ({one.name}, hash {one.hash})")
    if one.why:
        print(f"\n{one.why.in_language(lang)}")
    for part in one.parts:
        label = part.label.in_language(lang) if part.label else part.name
        print(f"\n{label}:")
        for line in words.part_words(part, levers, project, lang):
            print(f"  {line}")
        if part.source:
            print(f"  source: {part.source}")
    if not one.parts:
        print("It sets nothing: what the model expects.")
    print()


def print_outcomes(
    base: "Compared", found: "Compared", project: "Project", lang: str
) -> None:
    """Medians with and without the scenario, where it moves them."""
    import pandas as pd

    keys = ["region", "indicator"]
    both = found.figures.merge(base.figures, "left", keys, suffixes=("", "_before"))
    apart = (both["median"] - both["median_before"]).abs() > 1e-9
    members = {m for one in project.aggregates.values() for m in one.members}
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
    title = f"Medians of {found.figures['year'].iloc[0]}, where they move"
    show(pd.DataFrame(rows), title, ("baseline", "scenario", "80 %"))


def number(value: float) -> str:
    """A figure for readers: thousands whole, others with two digits."""
    if value != value:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.2f}"


def print_plausibility(
    likely: "Plausibility", project: "Project", draws: int, lang: str
) -> None:
    """Print how far the conditions lie from what the model expects."""
    for one in likely.asked:
        print(
            f"{one.condition.words(project, lang)}: expected {number(one.median)} "
            f"({number(one.low)} to {number(one.high)}), alone {one.probability:.2f}"
        )
    print(
        f"Plausibility of the conditions together: {likely.probability:.2g}; under "
        f"them {draws} draws are worth {likely.effective:.0f} independent ones."
    )


def print_settled(base: "Compared") -> None:
    """Say where targets are published, so that no scenario can move them."""
    told = base.assessment
    settled = [
        one.target.id
        for one in (told.targets if told else ())
        if one.status == "resolved" and one.target.headline
    ]
    if settled:
        print(
            f"Published and not moved by any scenario: {', '.join(settled)}. "
            "An earlier --as-of asks what would have been."
        )
