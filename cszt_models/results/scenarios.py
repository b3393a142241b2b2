"""Results on scenarios: side by side, part by part, and what it would take."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from cszt_models.attribution.shapley import Attribution
from cszt_models.errors import one_named
from cszt_models.present.charts.base import BAND, PALETTE, finish
from cszt_models.present.charts.scenarios import beside_baseline
from cszt_models.present.sentences import backcast as backcast_sentences
from cszt_models.present.sentences import numbers
from cszt_models.present.sentences import scenarios as scenario_sentences
from cszt_models.present.tables import scenarios as tables
from cszt_models.present.tables.attainment import attain_record
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.results import title
from cszt_models.project.plan import Target
from cszt_models.project.project import Project
from cszt_models.results.base import Results, formatted
from cszt_models.targets.attainment import Assessment
from cszt_models.targets.backcast import Backcast, averages, yearly
from cszt_models.targets.comparison import Compared

JOINT = "joint"


def compared_record(compared: Compared, project: Project) -> dict[str, Any]:
    """A scenario's results as plain values; why there are none, if so."""
    assessment, scenario = compared.assessment, compared.scenario
    record = {"name": scenario.name, "hash": scenario.hash}
    if assessment is None:
        return record | {"reason": compared.reason, "targets": None, "joint": None}
    attained = attain_record(assessment, project)
    return record | {
        "reason": None,
        "targets": attained["targets"],
        "joint": attained["joint"],
        "figures": compared.figures.to_dict("records"),
    }


@dataclass(frozen=True)
class ComparisonResults(Results):
    """Scenarios on one as-of date from the same draws, the baseline first."""

    project: Project
    as_of: str
    seed: int
    draws: int
    targets: Mapping[str, Target]
    selection: tuple[str, ...]
    compared: tuple[Compared, ...]

    def __getitem__(self, scenario: str) -> Compared:
        """What a scenario by name gives."""
        by_name = {compared.scenario.name: compared for compared in self.compared}
        return one_named("scenario", by_name, scenario)

    def __iter__(self) -> Iterator[Compared]:
        """Scenarios, the baseline first."""
        return iter(self.compared)

    def __len__(self) -> int:
        """Number of scenarios."""
        return len(self.compared)

    def __repr__(self) -> str:
        """Date and number of scenarios."""
        return (
            f"<ComparisonResults of {self.project.id} as of {self.as_of}: "
            f"{len(self)} scenarios>"
        )

    @property
    def assessments(self) -> list[Assessment]:
        """Assessments of the scenarios that are possible on the date."""
        return [c.assessment for c in self.compared if c.assessment is not None]

    def answered(self, targets: Iterable[Target]) -> list[Target]:
        """Those of some targets that have data on the date."""
        known = {r.target.id for a in self.assessments for r in a.targets}
        return [target for target in targets if target.id in known]

    def to_frame(self) -> pd.DataFrame:
        """scenario, hash, a column for each target, joint (shares of 1), reason."""
        return tables.side_by_side(self.compared, self.selection)

    def figures(self) -> pd.DataFrame:
        """Quantiles of each region's indicators under each scenario, with units."""
        frames = [
            compared.figures.assign(scenario=compared.scenario.name)
            for compared in self.compared
            if compared.assessment is not None
        ]
        return pd.concat(frames, ignore_index=True)

    def tables(self, language: str = "en") -> list[Table]:
        """A row for each scenario, a column for each target."""
        frame = self.to_frame()
        cells: dict[str, list[str]] = {
            text("scenario", language): [
                scenario_sentences.title(compared.scenario, language)
                for compared in self
            ],
            text("hash", language): list(frame["hash"]),
        }
        for name, label in self.labels(language).items():
            cells[label] = [
                "–" if pd.isna(p) else f"{100 * p:.1f}" for p in frame[name]
            ]
        name = title("compared", language, day=self.as_of, seed=self.seed)
        data = pd.DataFrame(cells)
        return [Table(name, data, list(data.columns[2:]), [data.columns[1]])]

    def labels(self, language: str = "en") -> dict[str, str]:
        """Name of each target asked about, and of all together as ``joint``."""
        names = {
            name: self.targets[name].label.in_language(language)
            for name in self.selection
        }
        return names | {JOINT: text("joint", language)}

    def sentences(self, language: str = "en") -> list[str]:
        """Scenarios that are not possible on the date, and targets that are settled."""
        impossible = title("impossible", language)
        lines = [
            f"{compared.scenario.name}{impossible}{compared.reason}"
            for compared in self
            if compared.reason
        ]
        first = self.compared[0].assessment
        settled = [
            result.target.id
            for result in (first.targets if first else ())
            if result.status == "resolved" and result.target.headline
        ]
        if settled and language == "zh":
            lines.append(
                f"以下目标已公布结果，任何情景都不能改变：{'、'.join(settled)}。"
                "换一个更早的日期可以问“当时会怎样”。"
            )
        elif settled:
            lines.append(
                f"Published and not moved by any scenario: {', '.join(settled)}. "
                "An earlier as-of date asks what would have been."
            )
        return lines

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt scenario compare --json``."""
        return {
            "project": self.project.id,
            "as_of": self.as_of,
            "seed": self.seed,
            "draws": self.draws,
            "scenarios": [compared_record(each, self.project) for each in self],
        }

    def plot(self, language: str = "en") -> Any:
        """A panel for each target: scenarios as points beside the baseline."""
        names = {
            compared.scenario.name: scenario_sentences.title(
                compared.scenario, language
            )
            for compared in self
        }
        frame, labels = self.to_frame(), self.labels(language)
        return beside_baseline(frame, names, labels, language=language, width=140)


@dataclass(frozen=True)
class AttributionResults(Results):
    """What each part of a scenario adds to each probability (Shapley values)."""

    project: Project
    targets: Mapping[str, Target]
    selection: tuple[str, ...]
    attribution: Attribution

    def __repr__(self) -> str:
        """The scenario and its parts."""
        parts = ", ".join(self.attribution.parts)
        return f"<AttributionResults of {self.attribution.scenario.name}: {parts}>"

    def to_frame(self) -> pd.DataFrame:
        """part, then a column for each target and ``joint``, in percentage points."""
        names = [*self.selection, JOINT]
        frame = tables.attribution_frame(self.attribution, names)
        frame.attrs["units"] = "percentage points"
        return frame

    def tables(self, language: str = "en") -> list[Table]:
        """Parts by targets; the last row is the whole change."""
        frame = self.to_frame()
        labels = {
            part.name: part.label.in_language(language) if part.label else part.name
            for part in self.attribution.scenario.parts
        } | {"change": text("sum", language)}
        cells = {text("part", language): [labels.get(n, n) for n in frame["part"]]}
        for name in self.selection:
            label = self.targets[name].label.in_language(language)
            cells[label] = formatted(frame[name], "{:+.1f}")
        cells[text(JOINT, language)] = formatted(frame[JOINT], "{:+.1f}")
        data = pd.DataFrame(cells)
        return [Table(title("shares", language), data, list(data.columns[1:]))]

    def to_dict(self) -> list[dict[str, Any]]:
        """A record for each target."""
        return [
            {"target": str(name), **{str(k): float(v) for k, v in row.items()}}
            for name, row in self.attribution.table.iterrows()
        ]

    def plot(self, language: str = "en") -> Any:
        """Bars of what each part adds, a panel for each target."""
        import altair as alt

        labels = {
            name: self.targets[name].label.in_language(language)
            for name in self.selection
        } | {JOINT: text(JOINT, language)}
        frame = self.to_frame()
        rows = frame[frame["part"] != "change"].melt("part", list(labels), "target")
        rows["target"] = rows["target"].map(labels)
        chart = (
            alt.Chart(rows)
            .mark_bar(color=BAND)
            .encode(
                x=alt.X("value:Q", title=title("points", language)),
                y=alt.Y("part:N", title=None, axis=alt.Axis(labelLimit=260)),
                column=alt.Column("target:N", title=None, sort=list(labels.values())),
            )
            .properties(width=130)
        )
        return finish(chart, 13)


@dataclass(frozen=True)
class BackcastResults(Results):
    """The least surprising change that brings targets together to a probability."""

    project: Project
    backcast: Backcast

    def __repr__(self) -> str:
        """What was asked and how far away it lies."""
        b = self.backcast
        names = ", ".join(target.id for target in b.targets)
        return (
            f"<BackcastResults of {names}: {b.initial:.3f} to {b.probability:.3f}, "
            f"{b.distance:.2f} standard deviations>"
        )

    @property
    def probability(self) -> float:
        """Probability that the change gives."""
        return self.backcast.probability

    def to_frame(self) -> pd.DataFrame:
        """quantity, region, first, last, before, after, change and unit, on average."""
        return averages(self.backcast)

    def yearly(self) -> pd.DataFrame:
        """The same, year by year."""
        return yearly(self.backcast)

    def tables(self, language: str = "en") -> list[Table]:
        """Quantities and regions with what is expected and what it takes."""
        frame, project = self.to_frame(), self.project
        if frame.empty:
            return []
        labels = {
            name: indicator.label.in_language(language)
            for name, indicator in project.indicators.items()
        } | {
            "population_resident": text("growth_of_residents", language),
            "price": text("gdp_prices", language),
        }
        dash = "–" if language == "en" else "—"
        spans = zip(frame["first"], frame["last"], strict=True)
        cells = {
            text("quantity", language): list(frame["quantity"].map(labels)),
            text("region", language): [
                project.places[name].in_language(language) for name in frame["region"]
            ],
            text("years", language): [
                str(b) if a == b else f"{a}{dash}{b}" for a, b in spans
            ],
            text("unit", language): [
                numbers.unit(name, language) for name in frame["unit"]
            ],
            text("expected", language): formatted(frame["before"], "{:.2f}"),
            text("takes", language): formatted(frame["after"], "{:.2f}"),
            text("change", language): formatted(frame["change"], "{:+.2f}"),
        }
        scenario = self.backcast.scenario.hash
        data = pd.DataFrame(cells)
        name = title("takes", language, scenario=scenario)
        return [Table(name, data, list(data.columns[4:]))]

    def sentences(self, language: str = "en") -> list[str]:
        """How far the change is, and the average growth that is needed."""
        plan = {target.id: target for target in self.backcast.targets}
        lines = [backcast_sentences.takes(self.backcast, language)]
        lines += [
            backcast_sentences.on_average(needed, plan[needed.target], language)
            for needed in self.backcast.needed
        ]
        return lines

    def to_dict(self) -> dict[str, Any]:
        """The record of ``cszt backcast --json``."""
        b = self.backcast
        words = {
            name: {language: say(b, language) for language in ("en", "zh")}
            for name, say in (
                ("words", backcast_sentences.plausible),
                ("sentence", backcast_sentences.takes),
            )
        }
        effects = b.effects.to_dataframe("effect").reset_index()
        return {
            "project": self.project.id,
            "as_of": b.as_of.isoformat(),
            "scenario": b.scenario.name,
            "scenario_hash": b.scenario.hash,
            "seed": b.seed,
            "draws": b.draws,
            "targets": [target.id for target in b.targets],
            "asked": b.requested,
            "initial": b.initial,
            "reached": b.reached,
            "probability": b.probability,
            "mcse": b.mcse,
            "lowest": b.lowest,
            "highest": b.highest,
            "distance": b.distance if b.reached else None,
            "plausibility": b.plausibility if b.reached else None,
            "words": words["words"] if b.reached else None,
            "sentence": words["sentence"],
            "averages": averages(b).to_dict("records"),
            "yearly": yearly(b).to_dict("records"),
            "effects": effects.to_dict("records"),
            "needed": [asdict(needed) for needed in b.needed],
        }

    def plot(self, language: str = "en") -> Any:
        """Yearly medians without and with the change, a panel for each quantity."""
        import altair as alt

        frame, project = self.yearly(), self.project
        names = {
            "before": text("expected", language),
            "after": text("takes", language),
        }
        rows = frame.melt(
            ["quantity", "region", "year"], ["before", "after"], "kind", "value"
        )
        rows["kind"] = rows["kind"].map(names)
        places = {
            key: label.in_language(language) for key, label in project.places.items()
        }
        rows["region"] = rows["region"].map(places)
        labels = {
            name: indicator.label.in_language(language)
            for name, indicator in project.indicators.items()
        } | {
            "population_resident": text("growth_of_residents", language),
            "price": text("gdp_prices", language),
        }
        rows["quantity"] = rows["quantity"].map(labels)
        line = alt.Chart(rows).mark_line(point=True)
        chart = line.encode(
            x=alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1)),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
            color=alt.Color(
                "region:N", title=None, scale=alt.Scale(range=list(PALETTE))
            ),
            strokeDash=alt.StrokeDash("kind:N", title=None, sort=list(names.values())),
        ).properties(width=240, height=180)
        faceted = chart.facet(facet=alt.Facet("quantity:N", title=None), columns=2)
        return finish(faceted.resolve_scale(y="independent"), 13)
