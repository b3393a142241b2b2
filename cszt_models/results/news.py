"""Results on why probabilities moved between as-of dates."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from cszt_models.attribution.contributions import JOINT, Move, table
from cszt_models.present.charts.base import stacked
from cszt_models.present.charts.revisions import waterfall
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences.revisions import (
    is_scattered,
    label,
    reasons,
    spaced,
    unchanged,
    visible,
    why,
)
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.results import title
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.results.base import Results, formatted
from cszt_models.scenarios.scenario import Scenario

MOST_CHARTS = 6  # waterfalls in one plot


@dataclass(frozen=True)
class NewsResults(Results):
    """Moves of each probability between consecutive dates, in parts that add up.

    Parameters
    ----------
    targets
        Those asked about, by id.
    headlines
        Ids of all headline targets of the plan.
    moves
        Of each target, and of all together as ``joint``.
    """

    project: Project
    targets: Mapping[str, Target]
    scenario: Scenario
    seed: int
    draws: int
    moves: tuple[Move, ...]
    headlines: tuple[str, ...]

    def __iter__(self) -> Iterator[Move]:
        """Moves, date after date."""
        return iter(self.moves)

    def __len__(self) -> int:
        """Number of moves."""
        return len(self.moves)

    def __repr__(self) -> str:
        """Dates and the number of moves."""
        if not self.moves:
            return "<NewsResults: nothing moved>"
        first, last = self.moves[0].since, self.moves[-1].until
        return f"<NewsResults from {first} to {last}: {len(self)} moves>"

    def to_frame(self) -> pd.DataFrame:
        """target, since, until, before, after, change and a column for each kind.

        Shares of 1; the kinds add up to the change.
        """
        return table(list(self.moves))

    def contributions(self) -> pd.DataFrame:
        """target, since, until, kind, indicator, region, change, mcse: every part."""
        rows = [
            {
                "target": move.target,
                "since": pd.Timestamp(move.since),
                "until": pd.Timestamp(move.until),
                "kind": part.kind,
                "indicator": part.indicator,
                "region": part.region,
                "change": part.change,
                "mcse": part.mcse,
            }
            for move in self.moves
            for part in move.parts
        ]
        return pd.DataFrame(rows)

    def tables(self, language: str = "en") -> list[Table]:
        """Targets by dates: the change, and the kind of evidence that moved most."""
        frame = table(self._readable)
        if frame.empty:
            return []
        names = {
            name: target.label.in_language(language)
            for name, target in self.targets.items()
        } | {"joint": self._joint(language)}
        cells: dict[str, list[str]] = {
            text("target", language): [names[t] for t in frame["target"]],
            text("until", language): [str(day)[:10] for day in frame["until"]],
        }
        for key in ("before", "after"):
            cells[text(key, language)] = [
                numbers.percent(p, language) for p in frame[key]
            ]
        cells[text("change", language)] = [
            "–" if written == "+0.0" else written
            for written in formatted(100 * frame["change"], "{:+.1f}")
        ]
        cells[text("cause", language)] = [
            self._cause(move, language) for move in self._readable
        ]
        data = pd.DataFrame(cells)
        return [
            Table(
                title("news", language),
                data,
                list(data.columns[2:5]),
                [data.columns[1]],
            )
        ]

    def _cause(self, move: Move, language: str) -> str:
        """The largest part of a move with its points, if there is one; else that."""
        if is_scattered(move):
            return text("scattered", language)
        parts = reasons(move)
        if not parts:
            return "–"
        points = formatted([100 * parts[0].change], "{:+.0f}")[0]
        return spaced(label(parts[0], self.project, language), points)

    def sentences(self, language: str = "en") -> list[str]:
        """Every move and its reasons in words, and where nothing moved, that."""
        lines = []
        for since, until in dict.fromkeys((m.since, m.until) for m in self._readable):
            moves = [m for m in self._readable if (m.since, m.until) == (since, until)]
            moved = [move for move in moves if visible(move)]
            lines += [self._why(move, language) for move in moved]
            if len(moved) < len(moves):
                lines.append(unchanged(since, until, language, some=bool(moved)))
        return lines

    @property
    def _readable(self) -> list[Move]:
        """Moves without the joint of a single target, which is that target."""
        single = len(self.targets) == 1
        return [m for m in self.moves if not (single and m.target == JOINT)]

    def _joint(self, language: str) -> str:
        return sentences.joint_name(self.targets, self.headlines, language)

    def _why(self, move: Move, language: str) -> str:
        joint = self._joint(language)
        return why(move, self.project, self.targets, language, joint=joint)

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt news --json``."""
        head = {
            "project": self.project.id,
            "scenario": self.scenario.name,
            "seed": self.seed,
            "scenario_hash": self.scenario.hash,
            "draws": self.draws,
        }
        return head | {"moves": [self._record(move) for move in self.moves]}

    def _record(self, move: Move) -> dict[str, Any]:
        words = {language: self._why(move, language) for language in ("en", "zh")}
        return {
            "target": move.target,
            "since": move.since.isoformat(),
            "until": move.until.isoformat(),
            "before": move.before,
            "after": move.after,
            "change": move.change,
            "published": move.published,
            "sentence": words,
            "parts": [asdict(part) for part in move.parts],
        }

    def plot(self, language: str = "en") -> Any:
        """Waterfalls of the largest moves, at most six, oldest first."""
        largest = sorted(self.moves, key=lambda move: -abs(move.change))[:MOST_CHARTS]
        charts = [
            waterfall(
                move,
                self.project,
                title=self._title(move, language),
                language=language,
            )
            for move in self.moves
            if move in largest
        ]
        return stacked(charts)

    def _title(self, move: Move, language: str) -> str:
        if move.target not in self.targets:
            return self._joint(language)
        return sentences.name(self.targets[move.target], language)
