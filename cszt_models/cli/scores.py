"""``cszt scores``: how good the probabilities stated before were."""

from cszt_models.cli.options import (
    DRAWS,
    SEED,
    AsOf,
    Draws,
    Json,
    NoStore,
    ProjectDir,
    Request,
    ScenarioName,
    Seed,
    print_json,
    show,
)

EPILOG = "Examples: `cszt scores` · `cszt scores --as-of 2026-06-30 --json`"


def scores(
    project: ProjectDir = None,
    as_of: AsOf = None,
    scenario: ScenarioName = "baseline",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """Brier and log scores of what was stated of targets that are now resolved."""
    from cszt_models.present.sentences import (
        base as sentences,
    )
    from cszt_models.present.sentences import (
        targets as target_sentences,
    )
    from cszt_models.present.tables import targets as target_tables
    from cszt_models.targets import scoring as resolution

    request = Request(project, as_of, scenario, seed, draws, no_store)
    assessments = [request.chapter(day).assessment for day in request.days]
    scored = resolution.scores(assessments)
    means = resolution.mean_scores(scored)
    if as_json:
        dated = scored.assign(as_of=[str(day.date()) for day in scored["as_of"]])
        print_json(
            target_tables.head(assessments[-1], request.project)
            | {"coin": resolution.COIN, "scores": target_tables.rows(dated)}
            | {"means": target_tables.rows(means)}
        )
        return
    if scored.empty:
        print(f"No target is resolved at {request.day}, so nothing can be scored yet.")
        return
    names = {t.id: t.label.en for t in request.targets.values()}
    names[resolution.JOINT] = "all headline targets"
    rows = scored.assign(
        target=scored["target"].map(names),
        as_of=[str(day.date()) for day in scored["as_of"]],
        probability=scored["probability"].map(sentences.percent),
        met=["met" if met else "missed" for met in scored["met"]],
        brier=scored["brier"].map("{:.3f}".format),
        log=scored["log"].map("{:.3f}".format),
    )
    title = f"Probabilities stated before the outcome was known, seed {seed}"
    show(rows, title, ("probability", "brier", "log"))
    for _, row in means.iterrows():
        print(target_sentences.mean_score(row, names))
