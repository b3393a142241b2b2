"""Results of a project's record of hindcasts: scores, and reliability."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from cszt_models.hindcast.record import HindcastRecord, read_record
from cszt_models.present.charts.base import stacked
from cszt_models.present.charts.hindcast import reliability_chart
from cszt_models.present.sentences import hindcast as sentences
from cszt_models.present.tables.table import Table
from cszt_models.present.texts.results import NO_RECORD, RECORD
from cszt_models.project.project import Project
from cszt_models.results.base import Results


@dataclass(frozen=True)
class RecordResults(Results):
    """What a project's folder records of hindcasts on many regions.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> RecordResults(load_project()).to_frame()["method"].nunique() > 1
    True
    """

    project: Project

    def __repr__(self) -> str:
        """The project and the indicators scored."""
        names = [] if self.record is None else self.record.indicators
        return f"<RecordResults of {self.project.id}: {', '.join(names) or 'none'}>"

    @cached_property
    def record(self) -> HindcastRecord | None:
        """Scores and reliability, or None if the folder has none."""
        return read_record(self.project)

    def to_frame(self) -> pd.DataFrame:
        """indicator, method, n, crps, coverage80, coverage95, ratio and brier."""
        return pd.DataFrame() if self.record is None else self.record.scores

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each indicator and method."""
        if self.record is None:
            return []
        frame = sentences.scores_table(self.record, self.project, language)
        frame = frame.rename(columns={"crps": "CRPS"})
        numbers = list(frame.columns[2:])
        return [Table(RECORD[language], frame, numbers)]

    def sentences(self, language: str = "en") -> list[str]:
        """Wins and losses, and where stated probabilities were wrong."""
        record, project = self.record, self.project
        if record is None:
            return [NO_RECORD[language]]
        lines = [
            say(record, project, name, language)
            for say in (sentences.compared, sentences.off)
            for name in record.indicators
        ]
        return [line for line in lines if line]

    def to_dict(self) -> list[dict[str, Any]]:
        """A record for each indicator and method."""
        return self.to_frame().to_dict("records")

    def plot(self, language: str = "en") -> Any:
        """Stated probabilities against how often they came true, by indicator."""
        record = self.record
        names = [] if record is None else record.replayed
        return stacked(
            [
                reliability_chart(
                    record,
                    name,
                    title=sentences.quantity(name, self.project, language),
                    language=language,
                )
                for name in names
                if record is not None
            ],
            columns=2,
        )
