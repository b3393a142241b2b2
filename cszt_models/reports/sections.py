"""Sections: parts of a page under one title, of sentences, pictures and tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from cszt_models.attribution import shortfall
from cszt_models.attribution.contributions import Move
from cszt_models.errors import DataError
from cszt_models.hindcast.record import read_record
from cszt_models.present.charts import (
    hindcast as hindcast_figures,
)
from cszt_models.present.charts import (
    revisions as revision_figures,
)
from cszt_models.present.sentences import (
    backcast as backcast_sentences,
)
from cszt_models.present.sentences import (
    base as sentences,
)
from cszt_models.present.sentences import (
    hindcast as hindcast_sentences,
)
from cszt_models.present.sentences import (
    revisions as revision_sentences,
)
from cszt_models.present.sentences import (
    targets as target_sentences,
)
from cszt_models.present.tables import targets as target_tables
from cszt_models.reports.charts import Picture, headline
from cszt_models.reports.html_table import grid
from cszt_models.reports.material import Material
from cszt_models.reports.translations import words
from cszt_models.targets import (
    consistency,
    timing,
)
from cszt_models.targets import (
    joint as sets,
)
from cszt_models.targets import (
    scoring as resolution,
)
from cszt_models.targets.attainment import groups_of

DRAWN = 3  # moves with a picture, the largest


@dataclass(frozen=True)
class Section:
    """A part of a page: sentences, pictures and tables under one title."""

    title: str
    note: str = ""
    sentences: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Markup] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.sentences or self.pictures or self.tables)


def needed(material: Material, language: str) -> list[str]:
    """What it would have taken, as known at the first date, in sentences."""
    found = material.backcast
    if found is None:
        return []
    plan = material.story.targets
    averages = [
        backcast_sentences.on_average(one, plan[one.target], language)
        for one in found.needed
    ]
    said = [backcast_sentences.takes(found, language), *averages]
    return [text[0].upper() + text[1:] for text in said]


def what_it_took(material: Material, language: str) -> Section:
    """What it would have taken."""
    title = words(language)["needed"]
    return Section(title, sentences=needed(material, language))


def moved(material: Material, language: str) -> Section:
    """Why the headline probabilities moved from date to date."""
    said, story = words(language), material.story
    project, targets = story.project, story.targets
    seen = [one for one in material.moves if _seen(one)]
    told = [revision_sentences.why(one, project, targets, language) for one in seen]
    largest = sorted(seen, key=lambda one: -abs(one.change))[:DRAWN]
    drawn = [
        Picture(
            f"move-{one.target}-{one.until}",
            revision_figures.waterfall(
                one,
                project,
                title=_title(one, material, language),
                language=language,
            ),
            revision_sentences.why(one, project, targets, language),
        )
        for one in largest
    ]
    return Section(said["moves"], said["moves_note"], told, drawn)


def _seen(move: Move) -> bool:
    """Whether a reader would see the move, in the rounded words of a probability."""
    before, after = (sentences.percent(p) for p in (move.before, move.after))
    return before != after or move.published is not None


def _title(move: Move, material: Material, language: str) -> str:
    target = material.story.targets.get(move.target)
    if target is None:
        name = words(language)["joint_card"]
    else:
        name = sentences.name(target, language)
    return f"{name}: {move.since} → {move.until}"


def when(material: Material, language: str) -> Section:
    """When the values of the headline targets are reached, whatever their year."""
    said, chapter = words(language), material.now
    found = [
        timing.timing(
            chapter.projection, target, groups=groups_of(chapter.fits, [target])
        )
        for target in headline(material.story)
        if chapter.assessment.of(target.id).status != "no_data"
    ]
    told = [target_sentences.when(one, language) for one in found]
    return Section(said["when"], said["when_note"], told)


def shortfalls(material: Material, language: str) -> Section:
    """Where the gaps between the headline targets and their outcomes come from."""
    said, chapter = words(language), material.now
    project, targets = material.story.project, material.story.targets
    projected = shortfall.Projected(material.outlook, chapter.projection)
    told, tables, whole = [], [], []
    for target in headline(material.story):
        result = chapter.assessment.of(target.id)
        if result.status == "no_data":
            continue
        try:
            found = shortfall.split(projected, result, targets)
        except DataError:  # a plan, or a project, that does not tell parts
            whole.append(sentences.name(target, language))
            continue
        told.append(target_sentences.gap(found, project, language=language))
        tables.append(_split_table(material, found, language))
    if whole:
        told.append(
            f"{said['whole']}{('、' if language == 'zh' else ', ').join(whole)}"
        )
    return Section(said["short"], said["short_note"], told, tables=tables)


def _split_table(material: Material, found: shortfall.Split, language: str) -> Markup:
    places, table = material.story.project.places, target_tables.split_table(found)
    unit = target_sentences.unit_of(found.target, language)
    digits = "{:+,.2f}" if found.target.unit.startswith("percent") else "{:+,.1f}"
    said = words(language)
    names = {
        str(key): places[str(key)].in_language(language)
        if key in places
        else said["sum"]
        for key in table.columns
    }
    shown = table.map(digits.format).replace({"-0.0": "+0.0", "-0.00": "+0.00"})
    shown = shown.map(lambda text: text.replace("-", "\N{MINUS SIGN}"))
    component = [
        said["sum"] if key == "sum" else target_sentences.component(str(key), language)
        for key in table.index
    ]
    shown = shown.assign(component=component)
    label = found.target.label.in_language(language)
    return grid(
        shown,
        name=f"split-{found.target.id}",
        labels={"component": said["component"], **names},
        right=list(names),
        caption=f"{label}, {unit}",
        headed=True,
    )


def losses(material: Material, language: str) -> Section:
    """In which order the headline targets were likely to be lost, on the first date."""
    said, first = words(language), material.story.chapters[0].assessment
    names = {t.id: t.label.in_language(language) for t in headline(material.story)}
    met = {name: first.met[name] for name in names if name in first.met}
    if len(met) < 2:
        return Section(said["order"])
    told = target_sentences.order(sets.order_of_loss(met), names, language)
    dated = f"{said['known_at']} {first.as_of}"
    return Section(said["order"], dated, [told] if told else [])


def consistent(material: Material, language: str) -> Section:
    """What pairs of targets imply, and whether the plan says the same."""
    said, story = words(language), material.story
    found = consistency.implications(
        story.targets, story.project, material.now.fits.known
    )
    told = [target_sentences.implied(one, language) for one in found]
    return Section(said["consistency"], sentences=told)


def scored(material: Material, language: str) -> Section:
    """Scores of what was stated of targets that are now resolved."""
    said, story = words(language), material.story
    found = resolution.scores(story.assessments)
    if found.empty:
        return Section(said["scores"])
    names = {t.id: t.label.in_language(language) for t in story.targets.values()}
    names[resolution.JOINT] = said["joint_card"]
    told = [
        target_sentences.mean_score(row, names, language)
        for _, row in resolution.mean_scores(found).iterrows()
    ]
    shown = pd.DataFrame(
        {
            "target": found["target"].map(names),
            "as_of": [str(day.date()) for day in found["as_of"]],
            "probability": [
                sentences.in_language(sentences.percent(p), language)
                for p in found["probability"]
            ],
            "brier": found["brier"].map("{:.3f}".format),
            "log": found["log"].map("{:.3f}".format),
        }
    )
    labels = {
        "target": said["target"],
        "as_of": said["known_at"],
        "probability": said["probability"],
        "brier": said["brier"],
        "log": said["log"],
    }
    table = grid(
        shown,
        name="scores",
        labels=labels,
        right=["probability", "brier", "log"],
        caption=said["scores"],
    )
    return Section(said["scores"], said["scores_note"], told, tables=[table])


def hindcasts(material: Material, language: str) -> Section:
    """How good forecasts of the same models have been, on many regions."""
    said, project = words(language), material.story.project
    record = read_record(project)
    if record is None:
        return Section(said["hindcasts"], "", [said["no_record"]])
    told = {
        name: hindcast_sentences.compared(record, project, name, language)
        for name in record.indicators
    }
    wrong = [
        hindcast_sentences.off(record, project, name, language)
        for name in record.indicators
    ]
    drawn = [
        Picture(
            f"reliability-{name}",
            hindcast_figures.reliability_chart(
                record,
                name,
                title=hindcast_sentences.quantity(name, project, language),
                language=language,
            ),
            told[name],
        )
        for name in record.replayed
    ]
    scored = "n", "crps", "crps_mean_growth", "ratio", "coverage80", "coverage95"
    columns = (*scored, "brier")
    table = grid(
        hindcast_sentences.scores_table(record, project, language),
        name="hindcasts",
        labels={"indicator": said["indicator"], "method": said["by_method"]}
        | {name: said[name] for name in columns},
        right=columns,
        caption=said["hindcasts"],
        broad=True,
    )
    sentences_ = [*told.values(), *filter(None, wrong)]
    note = said["hindcasts_note"]
    return Section(said["hindcasts"], note, sentences_, drawn, [table])


type Builder = Callable[[Material, str], Section]
REASONS: tuple[Builder, ...] = (
    moved,
    losses,
    what_it_took,
    shortfalls,
    when,
    consistent,
)


def reasons(material: Material, language: str) -> list[Section]:
    """Why the probabilities are what they are, section by section; none is empty."""
    found = [build(material, language) for build in REASONS]
    return [section for section in found if not section.empty]


def calibration(material: Material, language: str) -> list[Section]:
    """How good such probabilities have been."""
    found = [hindcasts(material, language), scored(material, language)]
    return [section for section in found if not section.empty]
