"""Width: how far GDP of later years is open, what that is made of, and why."""

from cszt_models.attribution.split import Projected
from cszt_models.attribution.width import Width, observed_price_sd, widths
from cszt_models.present.charts.width import shares_of_width
from cszt_models.present.sentences import width as width_sentences
from cszt_models.present.texts.pages import words
from cszt_models.project.series import published_series
from cszt_models.reports.charts import BEYOND, Picture, headline
from cszt_models.reports.report import Report
from cszt_models.reports.section import Section
from cszt_models.targets.coverage import members_of
from cszt_models.vocabulary import GDP


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
    project, known = report.history.project, report.now.fits.known
    sizes = {}
    for member in (region, *members_of(project, region)):
        spread = observed_price_sd(known, project, member)
        if spread == spread:  # a number
            size = published_series(known, project, GDP, member)["value"].iloc[-1]
            sizes[member] = float(size), spread
    if not sizes:
        return width_sentences.about_prices(forecast, float("nan"), "", language)
    largest = max(sizes, key=lambda name: sizes[name])
    place = project.places[largest].in_language(language)
    return width_sentences.about_prices(forecast, sizes[largest][1], place, language)
