"""``cszt plan``: whether the plan's targets fit each other."""

from cszt_models.cli.options import (
    AsOf,
    Json,
    ProjectDir,
    open_project,
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
    from cszt_models.project.observations import read_observations
    from cszt_models.project.plan import read_targets
    from cszt_models.targets.consistency import implications

    opened, day = open_project(project, as_of)
    known = cut(read_observations(opened), day)
    found = implications(read_targets(opened), opened, known)
    if as_json:
        records = [target_tables.implication_record(one) for one in found]
        head = {"project": opened.id, "as_of": day.isoformat()}
        print_json(head | {"implications": records})
        return
    rows = [
        {
            "targets": f"{one.first.id} + {one.second.id}",
            "imply": one.label.en,
            "value": amount(one.implied, one.unit, "en"),
            "plan": amount(one.stated.value, one.unit, "en") if one.stated else "–",
            "so it is": one.verdict if one.stated else "–",
        }
        for one in found
    ]
    columns = ["targets", "imply", "value", "plan", "so it is"]
    title = f"What pairs of targets imply, with what was known at {day}"
    show(pd.DataFrame(rows, columns=columns), title, ("value", "plan"))
    for one in found:
        print(f"- {target_sentences.implied(one)}")
