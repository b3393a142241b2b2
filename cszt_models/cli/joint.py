"""``cszt joint``: a set of targets together, in pairs, and the order of their loss."""

from cszt_models.cli.options import (
    DRAWS,
    SEED,
    AsOf,
    Draws,
    Json,
    NoStore,
    ProjectDir,
    Question,
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
    """Probability that all of a set are met, how they hang together, what is lost."""
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

    asked = Question(project, as_of, scenario, seed, draws, no_store)
    chosen = asked.named(target)
    told = asked.chapter(asked.day, chosen)
    assessment = told.assessment
    met = {name: assessment.met[name] for name in chosen}
    groups = groups_of(told.fits, [asked.targets[name] for name in chosen])
    pairs, lost = sets.pairs(met), sets.order_of_loss(met)
    number = sets.number_met(met, groups)
    if as_json:
        record = attain_record(assessment, asked.project)
        head = target_tables.head(assessment, asked.project)
        frames = {"pairs": pairs, "order": lost, "number_met": number}
        print_json(
            head
            | {"joint": record["joint"]}
            | {name: target_tables.rows(frame) for name, frame in frames.items()}
        )
        return
    names = {name: asked.targets[name].label.en for name in chosen}
    percent = sentences.percent
    shown = lost.assign(
        target=lost["target"].map(names),
        alone=lost["alone"].map(percent),
        joint=lost["joint"].map(percent),
    )
    columns = {"alone": "met alone", "joint": "met with all below"}
    title = titled("Order in which targets are lost,", told)
    show(shown.rename(columns=columns), title, tuple(columns.values()))
    if len(pairs):
        shown = pairs.assign(
            target=pairs["target"].map(names),
            other=pairs["other"].map(names),
            both=pairs["both"].map(percent),
            if_independent=pairs["if_independent"].map(percent),
            correlation=pairs["correlation"].map("{:+.2f}".format).replace("+nan", "–"),
        )
        right = ("both", "if_independent", "correlation")
        show(shown, "Pairs: both met, and correlation of being met", right)
    shown = number.assign(
        probability=number["probability"].map(percent),
        mcse=[f"{100 * error:.1f}" for error in number["mcse"]],
    )
    show(shown, "Number of targets met, ± Monte-Carlo error", ("probability", "mcse"))
    print(target_sentences.order(lost, names))
