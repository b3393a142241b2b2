"""Hindcast records of a project folder: scores of forecasts on many regions.

They show how accurate such probabilities have been. ``cszt hindcast
--record`` writes them; scripts/score_reference.py does so from panels of China.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cszt_models.errors import DataError
from cszt_models.hindcast.summary import gains, overall, replayed
from cszt_models.hindcast.target_replay import reliability, verification
from cszt_models.project.csv_tables import read_table
from cszt_models.project.project import Project
from cszt_models.storage.files import plain_text, write_together, writing

SCORES, RELIABILITY = "hindcasts.csv", "reliability.csv"
OURS = "structural"
MIN_BIN_COUNT = 50  # cases of a bin below which its frequency is not shown
_TEXT = ("indicator", "panel", "origins", "method")
_SCORED = (*_TEXT, "n", "crps", "crps_mean_growth", "ratio", "brier")
_BINS = ("indicator", "low", "high", "n", "years", "probability", "frequency")


@dataclass(frozen=True)
class HindcastRecord:
    """Scores of each method by indicator, and reliability of our probabilities.

    ``scores`` has a row for each indicator and method: n, crps, coverage80, coverage95,
    crps_mean_growth (of the mean change over the horizon), ratio (our CRPS over the
    method's), brier. ``reliability`` has a row for each indicator and tenth of our
    probabilities: n cases, years (distinct origins behind them), mean probability and
    frequency.
    """

    scores: pd.DataFrame
    reliability: pd.DataFrame

    @property
    def indicators(self) -> list[str]:
        """Those scored, in the file's order."""
        return list(dict.fromkeys(self.scores["indicator"]))

    @property
    def replayed(self) -> list[str]:
        """Those with targets replayed."""
        known = set(self.reliability["indicator"])
        return [name for name in self.indicators if name in known]

    def of(self, indicator: str) -> pd.DataFrame:
        """Scores of one indicator, the best method first."""
        rows = self.scores[self.scores["indicator"] == indicator]
        return rows.sort_values("crps", ignore_index=True)


def read_record(project: Project) -> HindcastRecord | None:
    """The record of a project folder, or None if there is none.

    Raises
    ------
    DataError
        If a file is not such a table.
    """
    paths = [project.file(name) for name in (SCORES, RELIABILITY)]
    if not all(path.is_file() for path in paths):
        return None
    columns = (_SCORED, _BINS)
    read = [read_table(p, names) for p, names in zip(paths, columns, strict=True)]
    return HindcastRecord(*map(_numbers, read))


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of numbers as such; what is empty is not a number."""
    return table.apply(
        lambda column: column if column.name in _TEXT else pd.to_numeric(column)
    ).reset_index(drop=True)


def record_of(
    scores: pd.DataFrame, about: Mapping[str, str | int], *, seed: int
) -> HindcastRecord:
    """The record of one run of hindcasts.

    Parameters
    ----------
    scores
        Rows of `hindcast.run`.
    about
        ``indicator``, ``panel``, ``origins`` and ``horizon``: the first columns.
    seed
        Of the intervals of the gains.

    Raises
    ------
    DataError
        If our method is not among those scored, or no other is.
    """
    table = overall(scores)
    methods = list(table["method"])
    if OURS not in methods or len(methods) < 2:
        raise DataError(
            f"a record compares {OURS} with other methods, and {', '.join(methods)} "
            "alone is scored. Name more with --method, or none for all."
        )
    table = table.merge(gains(scores, seed=seed), on="method", how="left")
    goals = replayed(scores)
    judged = verification(goals).drop(columns=["n", "log_score"])
    table = table.merge(judged, on="method", how="left").drop(columns="origins")
    bins = reliability(goals[goals["method"] == OURS])
    bins = bins.drop(columns=["method", "gap"]).rename(columns={"origins": "years"})
    return HindcastRecord(
        *(
            frame.assign(**about)[[*about, *(c for c in frame if c not in about)]]
            for frame in (table, bins)
        )
    )


def write_record(folder: Path, record: HindcastRecord) -> list[Path]:
    """Replace the rows of a record's indicators in a folder; those of others stay.

    Raises
    ------
    DataError
        If the folder cannot be written; both files are then as they were.
    """
    contents: dict[Path, bytes] = {}
    paths = [folder / name for name in (SCORES, RELIABILITY)]
    for path, frame in zip(paths, (record.scores, record.reliability), strict=True):
        if path.exists():
            others = pd.read_csv(path)
            others = others[~others["indicator"].isin(record.indicators)]
            frame = pd.concat([others, frame], ignore_index=True)
        frame = frame.map(plain_text)
        text = frame.to_csv(index=False, float_format="%.4g", lineterminator="\n")
        contents[path] = text.encode()
    with writing(paths[0]):
        write_together(contents)
    return paths
