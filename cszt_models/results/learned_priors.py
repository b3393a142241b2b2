"""Results of learning priors: each scale before and after, and priors.yaml."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import yaml

from cszt_models.models.learned_priors import LearnedScale
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import require_language
from cszt_models.present.texts.results import LEARNED_PRIORS
from cszt_models.results.base import Results

HEAD = """\
# Prior scales of the blocks: median and spread (standard deviation of the log) of each
# component's standard deviation, in the block's unit. Spread 0 fixes a scale. Scales
# whose source begins with "learned" were written by `cszt priors`.
"""


@dataclass(frozen=True)
class LearnedPriors(Results):
    """Scales learned from figures up to ``origin``, of those that they determine."""

    scales: tuple[LearnedScale, ...]
    origin: int

    def __repr__(self) -> str:
        """Number of scales and blocks."""
        blocks = {scale.block for scale in self.scales}
        return (
            f"<LearnedPriors of {len(self.scales)} scales in {len(blocks)} blocks, "
            f"years to {self.origin}>"
        )

    def to_frame(self) -> pd.DataFrame:
        """block, component, medians and spreads before and after, groups, regions."""
        return pd.DataFrame(
            {
                "block": scale.block,
                "component": scale.component,
                "median_before": scale.before.median,
                "spread_before": scale.before.spread,
                "median": scale.after.median,
                "spread": scale.after.spread,
                "groups": scale.groups,
                "regions": scale.regions,
            }
            for scale in self.scales
        )

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each learned scale."""
        words = LEARNED_PRIORS[language]
        frame = self.to_frame()
        factor = frame["median"] / frame["median_before"]
        data = pd.DataFrame(
            {
                words["block"]: frame["block"],
                words["component"]: frame["component"],
                words["before"]: _scale_texts(frame, "median_before", "spread_before"),
                words["after"]: _scale_texts(frame, "median", "spread"),
                words["factor"]: factor.map("× {:.2f}".format),
                words["groups"]: frame["groups"].astype(str),
            }
        )
        title = words["title"].format(origin=self.origin)
        return [Table(title, data, list(data.columns[2:]))]

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt priors --json``."""
        return {
            "origin": self.origin,
            "scales": [asdict(scale) for scale in self.scales],
        }

    def plot(self, language: str = "en") -> Any:
        """Medians before and after, a line for each scale."""
        import altair as alt

        require_language(language)
        words = LEARNED_PRIORS[language]
        frame = self.to_frame()
        name = frame["block"] + " " + frame["component"]
        long = pd.concat(
            frame.assign(scale=name, median=frame[column], when=words[when])
            for column, when in (("median_before", "before"), ("median", "after"))
        )
        return (
            alt.Chart(long[["scale", "median", "when"]])
            .mark_point(filled=True, size=60)
            .encode(
                x=alt.X("median:Q", scale=alt.Scale(type="log"), title=words["median"]),
                y=alt.Y("scale:N", title=None),
                color=alt.Color("when:N", title=None),
            )
        )

    def document(self, entries: Mapping[str, Any]) -> str:
        """Text of priors.yaml: entries with the learned scales in place of theirs.

        Parameters
        ----------
        entries
            Content of the file of before.
        """
        written = {
            name: {**entry, "scales": dict(entry["scales"])}
            for name, entry in entries.items()
        }
        for scale in self.scales:
            written[scale.block]["scales"][scale.component] = asdict(scale.after)
        body = yaml.safe_dump(written, sort_keys=False, width=88, allow_unicode=True)
        return HEAD + body


def _scale_texts(frame: pd.DataFrame, median: str, spread: str) -> list[str]:
    pairs = zip(frame[median], frame[spread], strict=True)
    return [f"{middle:.3g} ({wide:.2g})" for middle, wide in pairs]
