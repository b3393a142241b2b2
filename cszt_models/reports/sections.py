"""Sections: parts of a page under one title, of sentences, pictures and tables."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isnan

from cszt_models.attribution import shortfall
from cszt_models.attribution.contributions import Move
from cszt_models.attribution.split import Projected
from cszt_models.attribution.width import Width, observed_price_sd, widths
from cszt_models.errors import DataError
from cszt_models.hindcast.record import MIN_BIN_COUNT
from cszt_models.present.charts import (
    hindcast as hindcast_figures,
)
from cszt_models.present.charts import (
    revisions as revision_figures,
)
from cszt_models.present.charts.width import shares_of_width
from cszt_models.present.sentences import (
    backcast as backcast_sentences,
)
from cszt_models.present.sentences import (
    base as sentences,
)
from cszt_models.present.sentences import (
    hindcast as hindcast_sentences,
)
from cszt_models.present.sentences import reference as reference_sentences
from cszt_models.present.sentences import (
    revisions as revision_sentences,
)
from cszt_models.present.sentences import (
    targets as target_sentences,
)
from cszt_models.present.sentences import width as width_sentences
from cszt_models.present.tables.html import grid, table_grid
from cszt_models.present.texts.pages import words
from cszt_models.reports.charts import BEYOND, Picture, headline
from cszt_models.reports.moves import largest, moves_table
from cszt_models.reports.report import Report
from cszt_models.reports.running_year import running_year
from cszt_models.reports.section import Section
from cszt_models.reports.tables import telling_columns
from cszt_models.results.joint import JointResults
from cszt_models.results.reference import reference
from cszt_models.results.targets import GapResults
from cszt_models.targets import (
    consistency,
    timing,
)
from cszt_models.targets.attainment import groups_of
from cszt_models.targets.coverage import members_of
from cszt_models.vocabulary import GDP, GROWTH

SIDES = ("region", "component")  # of the table of a gap
DRAWN = 4  # moves with a picture, the largest


def needed(report: Report, language: str) -> list[str]:
    """What it takes, or what it would have taken as known on the first date."""
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


def needed_key(report: Report) -> str:
    """Name of the title of what is needed, of a plan that runs or is over."""
    return "needed" if report.over else "takes"


def what_it_took(report: Report, language: str) -> Section:
    """What it would have taken."""
    title = words(language)[needed_key(report)]
    return Section(title, sentences=needed(report, language))


def moved(report: Report, language: str) -> Section:
    """Why the headline probabilities moved from date to date."""
    texts, history = words(language), report.history
    project, plan = history.project, history.now.plan
    seen = [move for move in report.moves if revision_sentences.visible(move)]
    if not seen:
        return Section(texts["moves"])
    reasons_ = {
        (move.target, move.until): revision_sentences.why(move, project, plan, language)
        for move in seen
    }
    drawn = [
        Picture(
            f"move-{move.target}-{move.until}",
            revision_figures.waterfall(
                move,
                project,
                title=_title(move, report, language),
                language=language,
                width=240,  # labels stay readable on a phone
            ),
            reasons_[move.target, move.until],
        )
        for move in largest(seen, DRAWN)
    ]
    targets = {target.id: target for target in headline(history)}
    table = moves_table(report.moves, project, targets, language)
    return Section(
        texts["moves"],
        texts["moves_note"],
        pictures=drawn,
        tables=[table],
        folded=list(reasons_.values()),
    )


def _title(move: Move, report: Report, language: str) -> list[str]:
    target = report.history.now.plan.get(move.target)
    if target is None:
        name = words(language)["joint_card"]
    else:
        name = sentences.name(target, language)
    return [name, f"{move.since} → {move.until}"]


def when(report: Report, language: str) -> Section:
    """When the values of the headline targets are reached, whatever their year."""
    texts, results = words(language), report.now
    timings = [
        timing.timing(results.paths, target, groups=groups_of(results.fits, [target]))
        for target in headline(report.history)
        if results.assessment.of(target.id).status != "no_data"
        and target.since is None  # an average over years has no first year,
        and target.indicator != GROWTH  # and growth is about its year alone
    ]
    lines = [target_sentences.when(result, language) for result in timings]
    return Section(texts["when"], texts["when_note"], lines)


def shortfalls(report: Report, language: str) -> Section:
    """Where the gaps between the headline targets and their outcomes come from."""
    texts, results = words(language), report.now
    targets = report.history.now.plan
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
        gap = GapResults(results, (split,))
        lines += gap.sentences(language)
        if all(len(target_sentences.named(split, by)) < 2 for by in SIDES):
            continue  # the sentence says it all
        tables += [
            table_grid(
                replace(
                    t,
                    title=t.subject,
                    frame=(frame := telling_columns(t.frame)),
                    numbers=[name for name in t.numbers if name in frame],
                ),
                name=f"split-{target.id}",
                headed=True,
            )
            for t in gap.tables(language)
        ]
    if whole:
        stop, mark = {"en": (".", "; "), "zh": ("。", "、")}[language]
        lines.append(f"{texts['whole']}{mark.join(whole)}{stop}")
    return Section(texts["short"], texts["short_note"], lines, tables=tables)


def losses(report: Report, language: str) -> Section:
    """In which order headline targets are likely to be lost; see `Report.telling`."""
    texts, results = words(language), report.telling
    joint = results.joint
    if joint is None or len(joint.targets) < 2:
        return Section(texts["order"])
    dated = f"{texts['known_at']} {results.assessment.as_of}"
    return Section(texts["order"], dated, JointResults(results).sentences(language))


def reference_classes(report: Report, language: str) -> Section:
    """How often past targets like the headline ones were met; see `Report.telling`."""
    texts, results = words(language), report.telling
    every = reference(results)
    large = replace(every, classes=tuple(c for c in every.classes if c.enough))
    if not large.classes:
        return Section(texts["like"])
    names = {
        each.target.id: sentences.name(each.target, language) for each in every.classes
    }
    table = large.tables(language)[0]
    head, label = table.frame.columns[:2]
    frame = table.frame.drop(columns=head).rename(columns={label: head})
    undated = replace(table, frame=frame, title=table.subject)
    lines = reference_sentences.remarks(large.classes, language, names)
    lines += reference_sentences.ambitions(large.ambitions, language, names)
    lacking = len(every.classes) - len(large.classes)
    if lacking:
        lines.append(texts["like_lacking"].format(count=lacking))
    grids = [table_grid(undated, name="like", headed=True)]
    note = texts["like_note"].format(day=results.assessment.as_of)
    return Section(texts["like"], note, lines, tables=grids)


def consistent(report: Report, language: str) -> Section:
    """What pairs of targets imply, and whether the plan says the same."""
    texts, history = words(language), report.history
    pairs = consistency.implications(
        history.now.plan, history.project, report.now.fits.known
    )
    lines = [target_sentences.implied(pair, language) for pair in pairs]
    return Section(texts["consistency"], sentences=lines)


def scored(report: Report, language: str) -> Section:
    """Scores of what was computed for targets that are now resolved."""
    texts, results = words(language), report.history.scores()
    tables = [table_grid(t, name="scores") for t in results.tables(language)]
    if not tables:
        return Section(texts["scores"])
    lines = results.sentences(language)
    return Section(texts["scores"], texts["scores_note"], lines, tables=tables)


def hindcasts(report: Report, language: str) -> Section:
    """How good forecasts of the same models have been, on many regions."""
    texts, project = words(language), report.history.project
    record = report.hindcasts
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
    note = texts["hindcasts_note"].format(few=MIN_BIN_COUNT)
    return Section(texts["hindcasts"], note, sentences_, drawn, [table])


def open_years(report: Report, language: str) -> Section:
    """Why GDP of later years is as uncertain as it is."""
    texts, history = words(language), report.history
    title = texts["width"]
    regions = [t.region for t in headline(history) if t.indicator == GDP]
    if not regions:
        return Section(title)
    region, project = regions[0], history.project
    plan = project.plan
    years = sorted({plan.last_year, plan.last_year + BEYOND, project.horizon})
    projected = Projected(report.outlook, report.now.paths)
    forecasts = widths(projected, region, years)
    if not forecasts:
        return Section(title)
    unit = project.indicators[GDP].unit
    lines = [width_sentences.how_wide(each, unit, language) for each in forecasts]
    lines.append(_prices(report, region, forecasts[-1], language))
    bars = [(str(each.year), each) for each in forecasts]
    chart = shares_of_width(bars, language=language)
    picture = Picture(f"width-{region}", chart, " ".join(lines))
    return Section(title, texts["width_note"], lines, [picture])


def _prices(report: Report, region: str, forecast: Width, language: str) -> str:
    """Prices of the forecast beside those of the largest place with figures."""
    project, published = report.history.project, report.now.fits.series
    sizes = {}
    for member in (region, *members_of(project, region)):
        last, spread = published.last(GDP, member), observed_price_sd(published, member)
        if last and not isnan(spread):
            sizes[member] = last.value, spread
    if not sizes:
        return width_sentences.about_prices(forecast, float("nan"), "", language)
    largest = max(sizes, key=lambda name: sizes[name])
    place = project.places[largest].in_language(language)
    return width_sentences.about_prices(forecast, sizes[largest][1], place, language)


type Builder = Callable[[Report, str], Section]
REASONS: Mapping[str, Builder] = {
    "running_year": running_year,
    "moves": moved,
    "order": losses,
    "needed": what_it_took,
    "short": shortfalls,
    "when": when,
    "like": reference_classes,
    "width": open_years,
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
