"""Six slides of a report: answer, targets, the past, why, what if, the outlook."""

from collections.abc import Sequence

from cszt_models.attribution.shapley import probabilities
from cszt_models.documents.content import Chart, Content, Figure, Grid, Slide
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import revisions
from cszt_models.present.sentences.glance import assumes_answer, extremes
from cszt_models.present.sentences.scenarios import title
from cszt_models.present.tables import attainment as tables
from cszt_models.present.texts.documents import text
from cszt_models.present.texts.pages import words
from cszt_models.reports import charts as pictures
from cszt_models.reports.cards import lead
from cszt_models.reports.charts import headline
from cszt_models.reports.manifest import versions
from cszt_models.reports.moves import largest
from cszt_models.reports.report import Report
from cszt_models.reports.sections import what_it_took

MAX_SENTENCES = 4  # on a slide
MAX_PICTURES = 3
MAX_TARGETS = 6  # that one chart can show
MAX_BARS = 8
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
        _answer(report, name, language),
        _targets(report, language),
        _past(report, language),
        _why(report, language),
        _what_if(report, language),
        _outlook(report, language),
    ]


def _answer(report: Report, name: str, language: str) -> Slide:
    """The probability of all together in large type, beside that of each alone."""
    history, now = report.history, report.now.assessment
    results = [now.of(target.id) for target in headline(history)]
    known = [result for result in results if result.probability is not None]
    answer, of = "", ""
    if now.joint is not None and len(now.joint.targets) > 1:
        answer = sentences.joint_chance(now, language)
        of = sentences.joint_name(
            now.joint.targets,
            [result.target.id for result in results],
            language,
            answered=[r.target.id for r in results if r.status != "no_data"],
        )
    elif known:
        answer = sentences.chance(known[0], language)
        of = sentences.name(known[0].target, language)
    bars = {
        sentences.name(result.target, language): result.probability
        for result in [each for each in known if each.met is None][:MAX_BARS]
    }
    title_ = text("each", language)
    chart = Chart("bar", list(bars), {title_: list(bars.values())}, title_)
    return Slide(
        name,
        (lead(history, language),),
        chart=chart if len(bars) > 1 else None,
        note=_source(report, language),
        answer=answer,
        of=of[:1].upper() + of[1:],
    )


def _source(report: Report, language: str) -> str:
    """From what the numbers are, in small print."""
    history, now = report.history, report.now.assessment
    return words(language)["footer"].format(
        project=history.project.id,
        data=history.data_hash,
        scenario=title(history.scenario, language),
        hash=history.scenario.hash,
        seed=now.seed,
        draws=now.draws,
        engine=now.engine,
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
    kind = "line" if len(days) > 1 else "column"
    chart = Chart(kind, days, series, name)  # type: ignore[arg-type]
    return Slide(name, chart=chart, note=text("hindsight", language))


def _why(report: Report, language: str) -> Slide:
    """Why probabilities moved most, or what the targets take if there is one date."""
    history = report.history
    seen = [move for move in report.moves if revisions.visible(move)]
    chosen = largest(seen, MAX_SENTENCES)
    project, plan = history.project, history.now.plan
    name, lines = (
        text("why", language),
        [
            revisions.why(move, project, plan, language)
            for move in seen
            if move in chosen
        ],
    )
    if not lines:
        taken = what_it_took(report, language)
        name, lines = taken.title, list(taken.sentences)
    return Slide(name, lines[:MAX_SENTENCES] or [text("nothing", language)])


def _what_if(report: Report, language: str) -> Slide:
    """The scenarios that move the probability of all together most, as bars."""
    name = text("scenarios", language)
    if not report.compared:
        return Slide(name, (text("nothing", language),))
    compared = report.compared[0 if report.over else -1]
    goals = compared.answered(headline(report.history))
    possible = [c for c in compared if c.assessment is not None]
    possible = possible[:1] + [c for c in possible[1:] if not assumes_answer(c)]
    of = [probabilities(c.assessment) for c in possible]  # type: ignore[arg-type]
    labels = {JOINT: words(language)["joint"]}
    labels |= {goal.id: sentences.name(goal, language) for goal in goals}
    about = next((key for key in labels if any(key in each for each in of)), None)
    if about is None:
        return Slide(name, (text("nothing", language),))
    bars = {
        title(c.scenario, language): each[about]
        for c, each in zip(possible, of, strict=True)
        if about in each
    }
    bars = _top_moves(bars)
    dated = f"{words(language)['known_at']} {compared.as_of}"
    subject = text("bars", language, name=labels[about])
    chart = Chart(
        "bar", list(bars), {subject: list(bars.values())}, f"{name}, {dated}", marked=0
    )
    lines = [subject, extremes(compared.compared, compared.as_of, language)]
    note = f"{dated} · {text('same', language)}"
    return Slide(name, [line for line in lines if line], chart=chart, note=note)


def _top_moves(bars: dict[str, float]) -> dict[str, float]:
    """The first bar, and those that differ from it most, the highest first."""
    (first, base), *others = bars.items()
    most = sorted(others, key=lambda bar: -abs(bar[1] - base))[: MAX_BARS - 1]
    return {first: base} | dict(sorted(most, key=lambda bar: -bar[1]))


def _outlook(report: Report, language: str) -> Slide:
    """Fans of the headline targets, as pictures, on the last date."""
    drawn = pictures.plan_fans(report.history, language, MAX_PICTURES)
    figures: Sequence[Figure] = [Figure(p.svg, p.text) for p in drawn]
    lines = () if figures else (text("nothing", language),)
    note = words(language)["fan_note"]
    return Slide(text("outlook", language), lines, figures=figures, note=note)
