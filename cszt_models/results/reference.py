"""Results on reference classes: past targets like each one, beside its probability."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cszt_models.archive.ambition import Ambition, ambition
from cszt_models.archive.of_targets import classes_of
from cszt_models.archive.read import read_archive
from cszt_models.archive.reference_class import ReferenceClass
from cszt_models.errors import one_named
from cszt_models.present.charts import reference as charts
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import reference as reference_sentences
from cszt_models.present.tables import targets as tables
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import text
from cszt_models.present.texts.sentences import HEADS
from cszt_models.project.plan import Target
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.base import Results, heading
from cszt_models.targets.evidence import members_of
from cszt_models.vocabulary import (
    GROWTH,
    GROWTH_AVERAGE,
    REGION,
    URBANIZATION,
    YEAR,
)

PEER_YEARS = 5  # of growth before an average
SAMPLE = 5  # targets of a class that are listed with their sentences


@dataclass(frozen=True)
class ReferenceResults(Results):
    """Past targets like each target, and how often they were met.

    Parameters
    ----------
    attained
        Probabilities of the model, which stand beside.
    classes
        Of the selected targets, in their order.
    ambitions
        Places of those targets among peers' changes that have peers.

    Examples
    --------
    >>> import cszt_models as cm
    >>> results = cm.analyse(as_of="2021-06-30", draws=200).reference("gdp_2025")
    >>> frame = results.to_frame()
    >>> bool(frame.loc["gdp_2025", "n"] >= 20)
    True
    """

    attained: AttainmentResults
    classes: tuple[ReferenceClass, ...]
    ambitions: tuple[Ambition, ...] = ()

    def __repr__(self) -> str:
        """The targets and the size of their classes."""
        sizes = ", ".join(f"{c.target.id}: {c.count}" for c in self.classes)
        return f"<ReferenceResults of {sizes} past targets>"

    def __getitem__(self, target: str) -> ReferenceClass:
        """The class of the target with an id."""
        return one_named("target", {c.target.id: c for c in self.classes}, target)

    def to_frame(self) -> pd.DataFrame:
        """A row for each target, by id.

        Returns
        -------
        DataFrame
            indicator (of the class), criteria, n, regions, years, met, low and high
            (share met with its 90 % interval over years), missed_by (median, in unit),
            unit, probability (of the model).
        """
        rows = []
        for each in self.classes:
            result = self.attained[each.target.id]
            rows.append(
                {
                    "target": each.target.id,
                    "indicator": each.indicator,
                    "criteria": ", ".join(each.criteria),
                    "n": each.count,
                    "regions": each.regions,
                    "years": each.years,
                    **each.share._asdict(),
                    "missed_by": each.missed_by[1],
                    "unit": each.unit,
                    "probability": result.probability,
                }
            )
        return pd.DataFrame(rows).set_index("target")

    def tables(self, language: str = "en") -> list[Table]:
        """Size of each class, share met, usual miss, and the model's probability."""
        head = HEADS[language]
        rows = []
        for each in self.classes:
            result = self.attained[each.target.id]
            rows.append(
                {
                    text("target", language): each.target.id,
                    text("name", language): sentences.name(each.target, language),
                    head["like"]: reference_sentences.class_of(each, language),
                    head["n"]: str(each.count),
                    head["years"]: str(each.years),
                    head["met"]: reference_sentences.share(each, language),
                    head["missed_by"]: reference_sentences.miss(each, language),
                    head["probability"]: sentences.chance(result, language),
                }
            )
        names = list(rows[0]) if rows else []
        title = heading(self.attained.assessment, language, head["title"])
        frame, subject = pd.DataFrame(rows), head["title"]
        return [Table(title, frame, names[3:], names[:1], subject)]

    def sentences(self, language: str = "en") -> list[str]:
        """What classes are of, where they stand in, and where they are too small."""
        names = {
            each.target.id: sentences.name(each.target, language)
            for each in self.classes
        }
        return [
            *reference_sentences.remarks(self.classes, language, names),
            *reference_sentences.ambitions(self.ambitions, language, names),
        ]

    def examples(self, target: str, count: int = SAMPLE) -> pd.DataFrame:
        """The latest targets of a class with their sentences and addresses.

        Parameters
        ----------
        target
            Id of the project's target.
        count
            Rows at most.
        """
        columns = ["region_zh", "year", "value", "unit", "quote", "source", "outcome"]
        columns += ["outcome_quote", "outcome_source", "met"]
        rows = self[target].rows.sort_values("year", kind="stable")
        return rows[columns].tail(count)

    def to_dict(self) -> dict[str, Any]:
        """Plain values: the classes with numbers, None where there is none."""
        records = self.to_frame().reset_index().to_dict("records")
        rows = [
            {
                name: None if isinstance(v, float) and math.isnan(v) else v
                for name, v in record.items()
            }
            for record in records
        ]
        named = tables.head(self.attained.assessment, self.attained.project)
        places = [
            {
                "target": each.target.id,
                "change": each.change,
                "above_peers": each.peers,
                "peers": each.regions,
                "above_targets": each.targets,
                "targets": each.count,
            }
            for each in self.ambitions
        ]
        return named | {"reference": rows, "ambition": places}

    def plot(self, language: str = "en") -> Any:
        """Share met of each class with its interval, beside the model's probability."""
        rows = self.to_frame().reset_index()
        labels = {
            each.target.id: each.target.label.in_language(language)
            for each in self.classes
        }
        return charts.shares(rows, labels, language=language)


def reference(attained: AttainmentResults) -> ReferenceResults:
    """Past targets like each selected target, as known on the assessment's date."""
    fits = attained.fits
    targets = [attained.plan[name] for name in attained.selection]
    classes = classes_of(targets, fits.known, as_of=fits.as_of, seed=fits.seed)
    places = [_ambition(attained, target) for target in targets]
    return ReferenceResults(attained, tuple(classes), tuple(filter(None, places)))


def _ambition(attained: AttainmentResults, target: Target) -> Ambition | None:
    """Place of a target among peers from the same start, where that is known."""
    fits, paths = attained.fits, attained.paths
    since = fits.project.plan.first_year if target.since is None else target.since
    first, archive = since - 1, read_archive()
    if target.indicator == URBANIZATION and target.region in paths.indexes[REGION]:
        if first not in paths.indexes[YEAR]:
            return None
        where = {REGION: target.region, YEAR: first}
        start = float(paths[URBANIZATION].sel(where).median())
        return ambition(target, start, first, archive, fits.as_of)
    if target.indicator != GROWTH_AVERAGE:
        return None
    known = fits.known
    known = known[
        (known["indicator"] == GROWTH)
        & known["region"].isin(members_of(fits.project, target.region))
        & known["year"].between(first - PEER_YEARS + 1, first)
    ]
    if known["year"].nunique() < PEER_YEARS:
        return None
    start = float(known.groupby("year")["value"].mean().mean())
    return ambition(target, start, first, archive, fits.as_of)
