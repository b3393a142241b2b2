"""Sections: parts of a page under one title, of sentences, pictures and tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from cszt_models.attribution import shortfall
from cszt_models.attribution.contributions import Move
from cszt_models.attribution.split import Projected
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
from cszt_models.reports.report import Report
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


def needed(report: Report, language: str) -> list[str]:
    """What it would have taken, as known at the first date, in sentences."""
    change = report.backcast
    if change is None:
        return []
    plan = report.history.now.plan
    averages = [
        backcast_sentences.on_average(average, plan[average.target], language)
        for average in change.needed
    ]
    lines = [backcast_sentences.takes(change, language), *averages]
    return [text[0].upper() + text[1:] for text in lines]


def what_it_took(report: Report, language: str) -> Section:
    """What it would have taken."""
    title = words(language)["needed"]
    return Section(title, sentences=needed(report, language))


def moved(report: Report, language: str) -> Section:
    """Why the headline probabilities moved from date to date."""
    texts, history = words(language), report.history
    project, targets = history.project, history.now.plan
    seen = [move for move in report.moves if _seen(move)]
    reasons_ = [
        revision_sentences.why(move, project, targets, language) for move in seen
    ]
    largest = sorted(seen, key=lambda move: -abs(move.change))[:DRAWN]
    drawn = [
        Picture(
            f"move-{move.target}-{move.until}",
            revision_figures.waterfall(
                move,
                project,
                title=_title(move, report, language),
                language=language,
            ),
            revision_sentences.why(move, project, targets, language),
        )
        for move in largest
    ]
    return Section(texts["moves"], texts["moves_note"], reasons_, drawn)


def _seen(move: Move) -> bool:
    """Whether a reader would see the move, in the rounded words of a probability."""
    before, after = (sentences.percent(p) for p in (move.before, move.after))
    return before != after or move.published is not None


def _title(move: Move, report: Report, language: str) -> str:
    target = report.history.now.plan.get(move.target)
    if target is None:
        name = words(language)["joint_card"]
    else:
        name = sentences.name(target, language)
    colon = "：" if language == "zh" else ": "
    return f"{name}{colon}{move.since} → {move.until}"


def when(report: Report, language: str) -> Section:
    """When the values of the headline targets are reached, whatever their year."""
    texts, results = words(language), report.now
    timings = [
        timing.timing(results.paths, target, groups=groups_of(results.fits, [target]))
        for target in headline(report.history)
        if results.assessment.of(target.id).status != "no_data"
    ]
    lines = [target_sentences.when(result, language) for result in timings]
    return Section(texts["when"], texts["when_note"], lines)


def shortfalls(report: Report, language: str) -> Section:
    """Where the gaps between the headline targets and their outcomes come from."""
    texts, results = words(language), report.now
    project, targets = report.history.project, report.history.now.plan
    projected = Projected(report.outlook, results.paths)
    lines, tables, whole = [], [], []
    for target in headline(report.history):
        result = results.assessment.of(target.id)
        if result.status == "no_data":
            continue
        try:
            split = shortfall.split(projected, result, targets)
        except DataError:  # a plan, or a project, that does not tell parts
            whole.append(sentences.name(target, language))
            continue
        lines.append(target_sentences.gap(split, project, language=language))
        tables.append(_split_table(report, split, language))
    if whole:
        lines.append(
            f"{texts['whole']}{('、' if language == 'zh' else ', ').join(whole)}"
        )
    return Section(texts["short"], texts["short_note"], lines, tables=tables)


def _split_table(report: Report, split: shortfall.Split, language: str) -> Markup:
    places, table = report.history.project.places, target_tables.split_table(split)
    unit = target_sentences.unit_of(split.target, language)
    digits = "{:+,.2f}" if split.target.unit.startswith("percent") else "{:+,.1f}"
    texts = words(language)
    names = {
        str(key): places[str(key)].in_language(language)
        if key in places
        else texts["sum"]
        for key in table.columns
    }
    cells = table.map(digits.format).replace({"-0.0": "+0.0", "-0.00": "+0.00"})
    cells = cells.map(lambda text: text.replace("-", "\N{MINUS SIGN}"))
    component = [
        texts["sum"] if key == "sum" else target_sentences.component(str(key), language)
        for key in table.index
    ]
    cells = cells.assign(component=component)
    label = split.target.label.in_language(language)
    return grid(
        cells,
        name=f"split-{split.target.id}",
        labels={"component": texts["component"], **names},
        right=list(names),
        caption=f"{label}（{unit}）" if language == "zh" else f"{label}, {unit}",
        headed=True,
    )


def losses(report: Report, language: str) -> Section:
    """In which order the headline targets were likely to be lost, on the first date."""
    texts, first = words(language), report.history.results[0].assessment
    names = {t.id: t.label.in_language(language) for t in headline(report.history)}
    met = {name: first.met[name] for name in names if name in first.met}
    if len(met) < 2:
        return Section(texts["order"])
    order = target_sentences.order(sets.order_of_loss(met), names, language)
    dated = f"{texts['known_at']} {first.as_of}"
    return Section(texts["order"], dated, [order] if order else [])


def consistent(report: Report, language: str) -> Section:
    """What pairs of targets imply, and whether the plan says the same."""
    texts, history = words(language), report.history
    pairs = consistency.implications(
        history.now.plan, history.project, report.now.fits.known
    )
    lines = [target_sentences.implied(pair, language) for pair in pairs]
    return Section(texts["consistency"], sentences=lines)


def scored(report: Report, language: str) -> Section:
    """Scores of what was stated of targets that are now resolved."""
    texts, history = words(language), report.history
    scores = resolution.scores(history.assessments)
    if scores.empty:
        return Section(texts["scores"])
    names = {t.id: t.label.in_language(language) for t in history.now.plan.values()}
    names[resolution.JOINT] = texts["joint_card"]
    lines = [
        target_sentences.mean_score(row, names, language)
        for _, row in resolution.mean_scores(scores).iterrows()
    ]
    cells = pd.DataFrame(
        {
            "target": scores["target"].map(names),
            "as_of": [str(day.date()) for day in scores["as_of"]],
            "probability": [
                sentences.in_language(sentences.percent(p), language)
                for p in scores["probability"]
            ],
            "brier": scores["brier"].map("{:.3f}".format),
            "log": scores["log"].map("{:.3f}".format),
        }
    )
    labels = {
        "target": texts["target"],
        "as_of": texts["known_at"],
        "probability": texts["probability"],
        "brier": texts["brier"],
        "log": texts["log"],
    }
    table = grid(
        cells,
        name="scores",
        labels=labels,
        right=["probability", "brier", "log"],
        caption=texts["scores"],
    )
    return Section(texts["scores"], texts["scores_note"], lines, tables=[table])


def hindcasts(report: Report, language: str) -> Section:
    """How good forecasts of the same models have been, on many regions."""
    texts, project = words(language), report.history.project
    record = read_record(project)
    if record is None:
        return Section(texts["hindcasts"], "", [texts["no_record"]])
    comparisons = {
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
            comparisons[name],
        )
        for name in record.replayed
    ]
    scored = "n", "crps", "crps_mean_growth", "ratio", "coverage80", "coverage95"
    columns = (*scored, "brier")
    table = grid(
        hindcast_sentences.scores_table(record, project, language),
        name="hindcasts",
        labels={"indicator": texts["indicator"], "method": texts["by_method"]}
        | {name: texts[name] for name in columns},
        right=columns,
        caption=texts["hindcasts"],
        broad=True,
    )
    sentences_ = [*comparisons.values(), *filter(None, wrong)]
    note = texts["hindcasts_note"]
    return Section(texts["hindcasts"], note, sentences_, drawn, [table])


type Builder = Callable[[Report, str], Section]
REASONS: Mapping[str, Builder] = {
    "moves": moved,
    "order": losses,
    "needed": what_it_took,
    "short": shortfalls,
    "when": when,
    "consistency": consistent,
}
CALIBRATION: Mapping[str, Builder] = {"hindcasts": hindcasts, "scores": scored}


def reasons(report: Report, language: str) -> list[Section]:
    """Why the probabilities are what they are, section by section; none is empty."""
    return _sections(REASONS, report, language)


def calibration(report: Report, language: str) -> list[Section]:
    """How good such probabilities have been."""
    return _sections(CALIBRATION, report, language)


def _sections(
    builders: Mapping[str, Builder], report: Report, language: str
) -> list[Section]:
    """Sections that are not empty; one that fails is left out with the reason."""
    texts, sections = words(language), []
    for title, build in builders.items():
        try:
            section = build(report, language)
        except Exception as error:  # one section must not cost the others
            reason = f"{texts['left_out']}{error}"
            section = Section(texts[title], sentences=[reason])
        sections.append(section)
    return [section for section in sections if not section.empty]
