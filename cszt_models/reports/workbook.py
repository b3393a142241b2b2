"""Workbook: the tables of a report for a spreadsheet, every one with its units."""

import pandas as pd

from cszt_models.documents.sheets import Sheet
from cszt_models.present.sentences import evidence
from cszt_models.present.tables import attainment as tables
from cszt_models.reports.report import Report


def sheets(report: Report) -> list[Sheet]:
    """Every table of a report, one to a sheet."""
    history, now = report.history, report.now
    known = now.fits.known.drop(columns="known_on")
    return [
        Sheet(
            "targets",
            "Every target on the last as-of date; probabilities are shares of 1, "
            "values in the unit of their row; low and high are the 80 % interval.",
            _targets(report),
        ),
        Sheet(
            "over time",
            "Probability of each target, and of the headline targets together, from "
            "what was known on each date; mcse is the Monte-Carlo error.",
            _dated(tables.attainment_history(history.assessments)),
        ),
        Sheet(
            "scenarios",
            "Probability of each target under each scenario, on the first and the last "
            "as-of date, with the hash of the scenario.",
            _scenarios(report),
        ),
        Sheet(
            "paths",
            "Quantiles of each projected indicator by region and year, in the unit "
            "given; years with one value in all columns are published.",
            _paths(report),
        ),
        Sheet(
            "figures",
            "Every figure that was known, as published, with basis, date and source.",
            known,
        ),
        Sheet("sources", "Sources of the figures.", tables.sources(known)),
        Sheet("gate", "Whether each fit can be trusted.", tables.diagnostics(now.fits)),
        Sheet("scales", "Prior and posterior of every scale.", tables.scales(now.fits)),
    ]


def _targets(report: Report) -> pd.DataFrame:
    record = tables.attain_record(report.now.assessment, report.history.project)
    frame = pd.json_normalize(record["targets"]).rename(
        columns={"interval.low": "low", "interval.high": "high"}
    )
    results = report.now.assessment.targets
    return frame.drop(columns=["interval", "interval.level"], errors="ignore").assign(
        name=[r.target.label.en for r in results],
        name_zh=[r.target.label.zh for r in results],
        quote=[r.target.quote for r in results],
        source=[r.target.source for r in results],
        rests_on=[evidence.rests_on(r) for r in results],
        reason=[r.reason for r in results],
    )


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(as_of=frame["as_of"].dt.strftime("%Y-%m-%d"))


def _scenarios(report: Report) -> pd.DataFrame:
    frames = [
        _dated(tables.attainment_history([assessment])).assign(
            scenario=assessment.scenario.name, hash=assessment.scenario.hash
        )
        for compared in report.compared
        for assessment in compared.assessments
    ]
    return pd.concat(frames, ignore_index=True)


def _paths(report: Report) -> pd.DataFrame:
    project, paths = report.history.project, report.regional.paths
    frames = []
    for indicator in map(str, paths):
        for region in map(str, paths["region"].to_numpy()):
            quantiles = tables.fan(paths, indicator, region).dropna()
            unit = project.indicators[indicator].unit
            frames.append(
                quantiles.assign(indicator=indicator, region=region, unit=unit)
            )
    frame = pd.concat(frames, ignore_index=True)
    first = ["indicator", "region", "year", "unit"]
    return frame[[*first, *(c for c in frame if c not in first)]]
