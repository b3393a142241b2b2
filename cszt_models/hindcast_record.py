"""Record: scores of hindcasts on many regions, as a project folder may hold them.

They are derived by scripts/score_reference.py from panels that are not in the folder,
and are what can be said of how good such probabilities have been.
"""

from dataclasses import dataclass

import pandas as pd

from cszt_models.observations import read_table
from cszt_models.project import Project

SCORES, RELIABILITY = "hindcasts.csv", "reliability.csv"
OURS = "structural"
FEW = 50  # cases of a bin below which it tells little
_TEXT = ("indicator", "panel", "origins", "method")
_SCORED = ("indicator", "panel", "origins", "method", "n", "crps", "ratio", "brier")
_BINS = ("indicator", "low", "high", "n", "years", "probability", "frequency")


@dataclass(frozen=True)
class Record:
    """Scores of each method by indicator, and how probabilities of ours came true.

    ``scores`` has a row for each indicator and method: n, crps, coverage80, coverage95,
    ratio (our CRPS over the method's), brier. ``reliability`` has a row for each
    indicator and tenth of our probabilities: n cases, years (distinct origins behind
    them), mean probability and frequency.
    """

    scores: pd.DataFrame
    reliability: pd.DataFrame

    @property
    def indicators(self) -> list[str]:
        """Those scored, in the file's order."""
        return list(dict.fromkeys(self.scores["indicator"]))

    def of(self, indicator: str) -> pd.DataFrame:
        """Scores of one indicator, the best method first."""
        rows = self.scores[self.scores["indicator"] == indicator]
        return rows.sort_values("crps", ignore_index=True)


def read_record(project: Project) -> Record | None:
    """The record of a project folder, or None if it holds none.

    Raises
    ------
    DataError
        If a file is not such a table.
    """
    paths = [project.file(name) for name in (SCORES, RELIABILITY)]
    if not all(path.is_file() for path in paths):
        return None
    columns = (_SCORED, _BINS)
    read = [read_table(p, own) for p, own in zip(paths, columns, strict=True)]
    return Record(*map(_numbers, read))


def _numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of numbers as such; what is empty is not a number."""
    return table.apply(
        lambda column: column if column.name in _TEXT else pd.to_numeric(column)
    ).reset_index(drop=True)
