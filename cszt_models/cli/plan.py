"""``cszt plan``: whether the plan's targets fit each other."""

from cszt_models.cli.options import (
    AsOf,
    Json,
    ProjectDir,
    Request,
    print_json,
    show,
)

EPILOG = "Example: `cszt plan` shows that 9,500 of 25,000 is 38 %, not 35 %."


def plan(project: ProjectDir = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """What each pair of the plan's targets implies for a third quantity."""
    import pandas as pd

    from cszt_models.present.sentences import targets as target_sentences
    from cszt_models.present.sentences.base import amount
    from cszt_models.present.tables import targets as target_tables
    from cszt_models.project.observations import as_of as cut
    from cszt_models.targets.consistency import implications

    request = Request(project, as_of)
    opened, day = request.project, request.day
    known = cut(request.observations, day)
    implied = implications(request.targets, opened, known)
    if as_json:
        records = [target_tables.implication_record(pair) for pair in implied]
        head = {"project": opened.id, "as_of": day.isoformat()}
        print_json(head | {"implications": records})
        return
    rows = [
        {
            "targets": f"{pair.first.id} + {pair.second.id}",
            "imply": pair.label.en,
            "value": amount(pair.implied, pair.unit, "en"),
            "plan": amount(pair.stated.value, pair.unit, "en") if pair.stated else "–",
            "so it is": pair.verdict if pair.stated else "–",
        }
        for pair in implied
    ]
    columns = ["targets", "imply", "value", "plan", "so it is"]
    title = f"What pairs of targets imply, with what was known at {day}"
    show(pd.DataFrame(rows, columns=columns), title, ("value", "plan"))
    for pair in implied:
        print(f"- {target_sentences.implied(pair)}")
