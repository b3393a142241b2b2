"""The running year: a section of pages where releases on it are known."""

from cszt_models.present.tables.html import table_grid
from cszt_models.present.texts.within_year import word
from cszt_models.reports.charts import Picture
from cszt_models.reports.report import Report
from cszt_models.reports.section import Section


def running_year(report: Report, language: str) -> Section:
    """Fans of the year's growth with its releases, and what the rest must be."""
    results = report.running_year
    title = word("running", language, year=results.year)
    if not len(results):
        return Section(title)
    lines = results.sentences(language)
    drawn = [
        Picture(f"running-{fan.region}", results.chart(fan.region, language), line)
        for fan, line in zip(results, lines, strict=False)
    ]
    tables = [
        table_grid(table, name=name)
        for table, name in zip(
            results.tables(language), ("running", "rest"), strict=False
        )
    ]
    return Section(title, word("running_note", language), lines, drawn, tables)
