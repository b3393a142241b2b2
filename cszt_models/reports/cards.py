"""Cards and the lead: what a page says first, of each target and of all together."""

from typing import Any

from cszt_models.models.fits import Fits
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import glance, goals, hindcast
from cszt_models.present.texts.pages import words
from cszt_models.present.texts.sentences import STATUS
from cszt_models.project.plan import Target, averaged
from cszt_models.project.series import LastFigure
from cszt_models.reports.charts import headline
from cszt_models.reports.report import Report
from cszt_models.results.history import HistoryResults
from cszt_models.targets.attainment import Attainment
from cszt_models.targets.coverage import figures_behind, measure_of, members_of

LOW, HIGH = 1 / 3, 2 / 3  # of a probability, for the colour of its card
LONG = 3  # years ahead from which a target is like those replayed, five years ahead
OPEN = ("projected", "nowcast")  # statuses of targets whose outcome is not known


def cards(report: Report, language: str) -> list[dict[str, Any]]:
    """A card for each headline target: its probability, and what a reader asks of it.

    That is: what is asked for, what is known, what the probability rests on, and what
    would change it. Targets without data have none, unless no target has data.
    """
    now = report.now.assessment
    results = [now.of(target.id) for target in headline(report.history)]
    answered = [result for result in results if result.status != "no_data"]
    return [_card(report, result, language) for result in answered or results]


def cards_of(report: Report, region: str, language: str) -> list[dict[str, Any]]:
    """The cards of headline targets of one place that have data.

    Parameters
    ----------
    report
        What pages are made of.
    region
        Of the targets.
    language
        ``"en"`` or ``"zh"``.
    """
    results = headlines_of(report, region)
    answered = [result for result in results if result.status != "no_data"]
    return [_card(report, result, language) for result in answered]


def headlines_of(report: Report, region: str) -> list[Attainment]:
    """What is known of the headline targets of one place."""
    now = report.now.assessment
    return [now.of(t.id) for t in headline(report.history) if t.region == region]


def lacking(report: Report, language: str) -> str:
    """Headline targets that have no card, in a sentence."""
    now = report.now.assessment
    if all(now.of(t.id).status == "no_data" for t in headline(report.history)):
        return ""
    return glance.lacking(now, language)


def _card(report: Report, result: Attainment, language: str) -> dict[str, Any]:
    texts = words(language)
    still_open = result.status in OPEN
    facts = [
        (texts["card_known"], _known(report, result, language) if still_open else ""),
        (texts["card_rests"], _rests(report, result, language)),
        (texts["card_record"], _track(report, result, language)),
        (texts["card_change"], _change(report, result, language)),
    ]
    aim = goals.goal(result.target, language)
    return {
        "name": _name(report, result, language),
        "figure": sentences.chance(result, language),
        "of": texts["card"].format(aim=aim) if still_open else "",
        "status": STATUS[language][result.status],
        "tone": tone(result),
        "text": _text(result, still_open, language),
        "facts": [(label, text) for label, text in facts if text],
    }


def _text(result: Attainment, still_open: bool, language: str) -> str:
    """Where a target stands; of an open one without the odds, which the card shows."""
    if not still_open:
        return sentences.verdict(result, language, arithmetic=False)
    return sentences.outlook(result, language) + {"en": ".", "zh": "。"}[language]


def _name(report: Report, result: Attainment, language: str) -> str:
    """Name of a target, with its place where headline targets are of several."""
    name = sentences.name(result.target, language)
    regions = {target.region for target in headline(report.history)}
    places = report.history.project.places
    if len(regions) < 2 or result.target.region not in places:
        return name
    place = places[result.target.region].in_language(language)
    if place in name:
        return name
    return f"{place}{'：' if language == 'zh' else ': '}{name}"


def tone(result: Attainment) -> str:
    """Class of a card: a low, middling or high probability, or one of the prior."""
    if result.probability is None:
        return "none"
    if result.sensitivity is not None and result.sensitivity.prior_driven:
        return "prior"
    chance = result.probability
    return "low" if chance < LOW else "high" if chance > HIGH else "mid"


def _known(report: Report, result: Attainment, language: str) -> str:
    """The last published figure of a target's quantity, else those of its members."""
    project, target = report.history.project, result.target
    published, source = report.now.fits.series, target.quantity.source
    if source not in project.indicators:
        return ""
    indicator, last = last_figure(report.now.fits, target)
    quantity = project.indicators[indicator]
    unit = quantity.unit
    if last:
        line = glance.last_known(last, unit, language)
        label = quantity.label.in_language(language)
        return line if indicator == source else glance.labelled(label, line, language)
    figures = [
        (project.places[member], published.last(indicator, member))
        for member in members_of(project, target.region)
    ]
    return glance.last_of_members(figures, unit, language)


def last_figure(fits: Fits, target: Target) -> tuple[str, LastFigure | None]:
    """Indicator and last published figure of a target's quantity in its place.

    Of a sum that is published as a share alone, like spending on R&D, the share.
    """
    name = target.quantity.source
    last = fits.series.last(name, target.region)
    measure = measure_of(fits.project, name)
    if last or measure is None or measure.indicator == name:
        return name, last
    return measure.indicator, fits.series.last(measure.indicator, target.region)


def _rests(report: Report, result: Attainment, language: str) -> str:
    return glance.rests(
        result, figures_behind(report.now.fits, result.target), language
    )


def _track(report: Report, result: Attainment, language: str) -> str:
    """How often probabilities like this one came true, if not about as often."""
    record, target = report.hindcasts, result.target
    ahead = target.year - report.now.assessment.as_of.year
    if record is None or result.probability is None or ahead < LONG:
        return ""
    return hindcast.share_fulfilled(
        record, averaged(target.indicator), result.probability, language
    )


def _change(report: Report, result: Attainment, language: str) -> str:
    """What would move the probability of an open target most."""
    if result.status not in OPEN:
        return glance.settled(result, language)
    last = report.compared[-1] if report.compared else None
    now = report.now.assessment.as_of.isoformat()
    compared = last.compared if last is not None and last.as_of == now else ()
    return glance.would_change(result, compared, language)


def lead(history: HistoryResults, language: str) -> str:
    """What is to be said first: how many targets are met, and all together."""
    now = history.now.assessment
    lines = [glance.standing(now, language), sentences.together(now, language)]
    if len(history.results) > 1:
        earlier, begins = history.assessments[:-1], history.project.plan.first_year
        lines.append(sentences.looking_back(earlier, begins, language))
    return ("" if language == "zh" else " ").join(filter(None, lines))
