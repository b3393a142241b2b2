"""Six slides of a report: answer, targets, the past, why, what if, the outlook."""

from collections.abc import Sequence

from cszt_models.attribution.shapley import probabilities
from cszt_models.documents.content import Chart, Content, Figure, Grid, Slide
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences.scenarios import title
from cszt_models.present.tables import attainment as tables
from cszt_models.present.texts.documents import text
from cszt_models.present.texts.pages import words
from cszt_models.reports import charts as pictures
from cszt_models.reports.cards import lead
from cszt_models.reports.charts import headline
from cszt_models.reports.manifest import versions
from cszt_models.reports.report import Report
from cszt_models.reports.sections import moved, what_it_took

MAX_SENTENCES = 5  # on a slide
MAX_PICTURES = 3
MAX_TARGETS = 6  # that one chart can show
JOINT = "joint"


def slides(report: Report, language: str) -> tuple[Content, list[Slide]]:
    """Title of a report's slides, and the six of them.

    Numbers are those of the pages, from the same results.
    """
    history, now = report.history, report.now.assessment
    texts = words(language)
    name = sentences.plan_title(history.project, language)
    plan = history.project.plan.label.in_language(language)
    content = Content(
        name,
        f"{plan} · {texts['known_at']} {now.as_of.isoformat()}",
        language,
        provenance=(versions(),),
    )
    return content, [
        Slide(name, (lead(history, language),), note=_source(report)),
        _targets(report, language),
        _past(report, language),
        _why(report, language),
        _what_if(report, language),
        _outlook(report, language),
    ]


def _source(report: Report) -> str:
    history, now = report.history, report.now.assessment
    return (
        f"project {history.project.id} · data {history.data_hash} · scenario "
        f"{history.scenario.name} ({history.scenario.hash}) · seed {now.seed} · "
        f"{now.draws} draws"
    )


def _targets(report: Report, language: str) -> Slide:
    """Each headline target: its probability and what it means."""
    now, every = report.now.assessment, headline(report.history)
    answered = [t for t in every if now.of(t.id).status != "no_data"] or every
    rows = [
        (
            sentences.name(target, language),
            sentences.chance(now.of(target.id), language),
            sentences.verdict(now.of(target.id), language),
        )
        for target in answered
    ]
    columns = [text(key, language) for key in ("target", "probability", "verdict")]
    name = text("headline", language)
    grid = Grid(name, columns, rows, frozenset({1})) if rows else None
    missing = () if rows else (text("nothing", language),)
    left_out = len(every) - len(answered)
    note = text("left_out", language, count=left_out) if left_out else ""
    return Slide(name, missing, grid, note=note + text("meaning", language))


def _past(report: Report, language: str) -> Slide:
    """Probability of the headline targets at each date, as a chart to edit."""
    texts, frame = (
        words(language),
        tables.attainment_history(report.history.assessments),
    )
    answered = set(frame["target"])
    labels = {
        target.id: target.label.in_language(language)
        for target in headline(report.history)
        if target.id in answered
    }
    labels = dict(list(labels.items())[:MAX_TARGETS]) | {JOINT: texts["joint"]}
    days = list(dict.fromkeys(frame["as_of"].dt.strftime("%Y-%m-%d")))
    known = {
        (row.target, row.as_of.strftime("%Y-%m-%d")): row.probability
        for row in frame.itertuples()
    }
    series = {
        label: [known.get((target, day)) for day in days]
        for target, label in labels.items()
        if any((target, day) in known for day in days)
    }
    name = texts["over_time"]
    if not series:
        return Slide(name, (text("nothing", language),))
    kind = "line" if len(days) > 1 else "bar"
    chart = Chart(kind, days, series, name)  # type: ignore[arg-type]
    return Slide(name, chart=chart, note=text("hindsight", language))


def _why(report: Report, language: str) -> Slide:
    """Why the probabilities moved, or what the targets take where there is one date."""
    name, lines = text("why", language), list(moved(report, language).folded)
    if not lines:
        taken = what_it_took(report, language)
        name, lines = taken.title, list(taken.sentences)
    return Slide(name, lines[-MAX_SENTENCES:] or [text("nothing", language)])


def _what_if(report: Report, language: str) -> Slide:
    """Probabilities under each scenario, as a chart that can be edited."""
    name = text("scenarios", language)
    if not report.compared:
        return Slide(name, (text("nothing", language),))
    compared = report.compared[0 if report.over else -1]
    goals = compared.answered(headline(report.history))[:MAX_TARGETS]
    possible = [c for c in compared if c.assessment is not None]
    of = [probabilities(c.assessment) for c in possible]  # type: ignore[arg-type]
    labels = {t.id: t.label.in_language(language) for t in goals}
    labels |= {JOINT: words(language)["joint"]}
    categories = [title(c.scenario, language) for c in possible]
    series = {
        label: [each.get(target) for each in of]
        for target, label in labels.items()
        if any(each.get(target) is not None for each in of)
    }
    dated = f"{words(language)['known_at']} {compared.as_of}"
    chart = Chart("bar", categories, series, f"{name}, {dated}") if series else None
    return Slide(name, chart=chart, note=f"{dated} · {text('same', language)}")


def _outlook(report: Report, language: str) -> Slide:
    """Fans of the headline targets, as pictures, on the last date."""
    drawn = pictures.target_fans(report.history, report.now, language)[:MAX_PICTURES]
    figures: Sequence[Figure] = [Figure(p.svg, p.text) for p in drawn]
    lines = () if figures else (text("nothing", language),)
    note = words(language)["fan_note"]
    return Slide(text("outlook", language), lines, figures=figures, note=note)
