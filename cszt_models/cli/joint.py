"""``cszt joint``: probability that a set of targets is met, and its pairs."""

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
    TargetIds,
    print_json,
    show,
    titled,
)

EPILOG = (
    "Examples: `cszt joint` · "
    "`cszt joint gdp_2025 urbanization_2025 --as-of 2021-06-30`"
)


def joint(
    target: TargetIds = None,
    project: ProjectDir = None,
    as_of: AsOf = None,
    scenario: ScenarioName = "baseline",
    seed: Seed = SEED,
    draws: Draws = DRAWS,
    no_store: NoStore = False,
    as_json: Json = False,
) -> None:
    """Probability that all targets of a set are met, their correlation and weakest."""
    from cszt_models.present.sentences import (
        base as sentences,
    )
    from cszt_models.present.sentences import (
        targets as target_sentences,
    )
    from cszt_models.present.tables import targets as target_tables
    from cszt_models.present.tables.attainment import attain_record
    from cszt_models.targets import joint as sets
    from cszt_models.targets.attainment import groups_of

    request = Request(project, as_of, scenario, seed, draws, no_store)
    chosen = request.target_ids(target)
    chapter = request.chapter(request.day, chosen)
    assessment = chapter.assessment
    met = {name: assessment.met[name] for name in chosen}
    groups = groups_of(chapter.fits, [request.targets[name] for name in chosen])
    pairs, lost = sets.pairs(met), sets.order_of_loss(met)
    number = sets.number_met(met, groups)
    if as_json:
        record = attain_record(assessment, request.project)
        head = target_tables.head(assessment, request.project)
        frames = {"pairs": pairs, "order": lost, "number_met": number}
        print_json(
            head
            | {"joint": record["joint"]}
            | {name: target_tables.rows(frame) for name, frame in frames.items()}
        )
        return
    names = {name: request.targets[name].label.en for name in chosen}
    percent = sentences.percent
    rows = lost.assign(
        target=lost["target"].map(names),
        alone=lost["alone"].map(percent),
        joint=lost["joint"].map(percent),
    )
    columns = {"alone": "met alone", "joint": "met with all below"}
    title = titled("Order in which targets are lost,", assessment)
    show(rows.rename(columns=columns), title, tuple(columns.values()))
    if len(pairs):
        rows = pairs.assign(
            target=pairs["target"].map(names),
            other=pairs["other"].map(names),
            both=pairs["both"].map(percent),
            if_independent=pairs["if_independent"].map(percent),
            correlation=pairs["correlation"].map("{:+.2f}".format).replace("+nan", "–"),
        )
        right = ("both", "if_independent", "correlation")
        show(rows, "Pairs: both met, and correlation of being met", right)
    rows = number.assign(
        probability=number["probability"].map(percent),
        mcse=[f"{100 * error:.1f}" for error in number["mcse"]],
    )
    show(rows, "Number of targets met, ± Monte-Carlo error", ("probability", "mcse"))
    print(target_sentences.order(lost, names))
