"""Results of fits and of learned priors: scales before and after the data, gates."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import yaml

from cszt_models.inference.joint_fit import Step
from cszt_models.models.fits import Fits
from cszt_models.models.learned_priors import LearnedScale
from cszt_models.present.charts.base import finish
from cszt_models.present.tables import attainment as tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import require_language
from cszt_models.present.texts.errors import translated
from cszt_models.present.texts.models import form_name, unit_words
from cszt_models.present.texts.results import FITS, LEARNED_PRIORS
from cszt_models.results.base import Results, formatted

HEAD = """\
# Prior scales of the blocks: median and spread (standard deviation of the log) of each
# component's standard deviation, in the block's unit. Spread 0 fixes a scale. Scales
# whose source begins with "learned" were written by `cszt priors`.
"""
SCALES = ("prior_median", "prior_spread", "median", "low", "high")


@dataclass(frozen=True)
class FitResults(Results):
    """Fits of one as-of date; ``steps`` say which parts were reused."""

    fits: Fits
    steps: Mapping[str, Step]

    def __repr__(self) -> str:
        """Date and blocks."""
        return f"<FitResults as of {self.fits.as_of}: {', '.join(self.fits.blocks)}>"

    def to_frame(self) -> pd.DataFrame:
        """block, component, unit; prior_median, prior_spread; median, low, high."""
        return tables.scales(self.fits)

    def diagnostics(self) -> pd.DataFrame:
        """Gate of each block; see `tables.attainment.diagnostics`."""
        return tables.diagnostics(self.fits)

    def correlations(self) -> pd.DataFrame:
        """Correlation of the common innovations of each pair of blocks."""
        return tables.correlations(self.fits)

    def forms(self) -> pd.DataFrame:
        """Forms of blocks that have several: block, form, prior, posterior."""
        return tables.forms(self.fits)

    def tables(self, language: str = "en") -> list[Table]:
        """Scales, correlations beyond their error, forms, and the gate."""
        titles, scales = FITS[language], self.to_frame()
        cells = scales.drop(columns="unit").assign(
            **{name: formatted(scales[name], "{:.3g}") for name in SCALES}
        )
        pairs = self.correlations()
        clear = pairs[pairs["correlation"].abs() > pairs["sd"]]
        counted = titles["pairs"].format(n=len(clear), of=len(pairs))
        clear = clear.assign(
            correlation=formatted(clear["correlation"], "{:+.2f}"),
            sd=formatted(clear["sd"], "{:.2f}"),
        )
        gates = self.diagnostics()
        gates = gates.assign(
            value=formatted(gates["value"], "{:.3f}"),
            ess=formatted(gates["ess"], "{:.0f}"),
            fit=[
                tables.origin(self.steps[name]) if name in self.steps else ""
                for name in gates["block"]
            ],
        )
        gates = gates.drop(columns="note")  # whole sentences, which stand below
        title = titles["scales"].format(day=self.fits.as_of)
        forms = self.forms()
        weights = ["prior", "posterior"]
        forms[weights] = forms[weights].map("{:.0%}".format)
        forms["form"] = [form_name(name, language) for name in forms["form"]]
        counts = ("rows", "value", "ess", "of")
        return [
            _headed(title, cells, SCALES, language, whole=("block", "component")),
            _headed(counted, clear, ("correlation", "sd"), language),
            *(
                [_headed(titles["forms"], forms, weights, language)]
                if len(forms)
                else []
            ),
            _headed(titles["gate"], gates, counts, language),
        ]

    def sentences(self, language: str = "en") -> list[str]:
        """Units of the scales, a line for each; and why an engine was replaced."""
        frame = self.to_frame()
        grouped = frame.groupby("unit", sort=False)["block"].unique()
        colon, comma = (": ", ", ") if language == "en" else ("：", "、")
        units = [
            f"{unit_words(str(unit), language)}{colon}{comma.join(blocks)}"
            for unit, blocks in grouped.items()
        ]
        notes = [
            f"{name}{colon}{fit.note if language == 'en' else translated(fit.note)}"
            for name, fit in self.fits.blocks.items()
            if fit.note
        ]
        return units + notes

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt fit --json``."""
        fits = self.fits
        return {
            "project": fits.project.id,
            "as_of": fits.as_of.isoformat(),
            "seed": fits.seed,
            "draws": fits.draws,
            "scales": self.to_frame().to_dict("records"),
            "correlations": self.correlations().to_dict("records"),
            "forms": self.forms().to_dict("records"),
            "gate": self.diagnostics().to_dict("records"),
            "fits": [asdict(step) for step in self.steps.values()],
        }

    def plot(self, language: str = "en") -> Any:
        """Posterior medians and 80 % intervals of the scales over their priors."""
        import altair as alt

        frame = self.to_frame()
        frame["scale"] = frame["block"] + " · " + frame["component"]
        names = FITS[language]
        base = alt.Chart(frame).encode(
            y=alt.Y("scale:N", title=None, sort=None, axis=alt.Axis(labelLimit=260))
        )
        axis = alt.X("low:Q", title=names["axis"], scale=alt.Scale(type="symlog"))
        spans = base.mark_rule(strokeWidth=3, color="#0072B2").encode(x=axis, x2="high")
        medians = base.mark_point(filled=True, color="#0072B2").encode(x="median:Q")
        priors = base.mark_tick(color="#D55E00").encode(x="prior_median:Q")
        chart = (spans + medians + priors).properties(title=names["chart"])
        return finish(chart, 12)


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


def _headed(
    title: str,
    frame: pd.DataFrame,
    numbers: Collection[str],
    language: str,
    whole: Collection[str] = ("block",),
) -> Table:
    """A table with headings of the reader's language; ids of the model stay."""
    heads = FITS[language]["heads"]
    named = frame.rename(columns=heads)
    return Table(
        title,
        named,
        tuple(heads[name] for name in numbers),
        tuple(heads[name] for name in whole),
    )


def _scale_texts(frame: pd.DataFrame, median: str, spread: str) -> list[str]:
    pairs = zip(frame[median], frame[spread], strict=True)
    return [f"{middle:.3g} ({wide:.2g})" for middle, wide in pairs]
