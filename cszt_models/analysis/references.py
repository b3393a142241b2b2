"""Reference classes of the targets of an assessment, from the archive."""

import pandas as pd

from cszt_models.archive.read import read_archive
from cszt_models.archive.reference_class import is_yearly, reference_class
from cszt_models.project.plan import Target
from cszt_models.results.attainment import AttainmentResults
from cszt_models.results.reference import ReferenceResults


def reference(attained: AttainmentResults) -> ReferenceResults:
    """Past targets like each selected target, as known on the assessment's date."""
    archive = read_archive()
    levels = archive.groupby("region")["level"].first().to_dict()
    fits = attained.fits
    classes = [
        reference_class(
            attained.plan[name],
            archive,
            as_of=fits.as_of,
            level=levels.get(attained.plan[name].region, "city"),
            last=_last(attained.plan[name], fits.known),
            seed=fits.seed,
        )
        for name in attained.selection
    ]
    return ReferenceResults(attained, tuple(classes))


def _last(target: Target, known: pd.DataFrame) -> float | None:
    """The figure of the year before a yearly target, where it is the archive's own."""
    if not is_yearly(target):
        return None
    place = (known["indicator"] == target.indicator) & (
        known["region"] == target.region
    )
    values = known[place & (known["year"] == target.year - 1)]["value"]
    return float(values.iloc[-1]) if len(values) else None
