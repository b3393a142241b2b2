"""Past targets like those of a panel, as plain values."""

from collections.abc import Sequence
from typing import Any

from cszt_models.archive.of_targets import classes_of
from cszt_models.models.fits import Fits
from cszt_models.project.plan import Target


def reference_records(fits: Fits, targets: Sequence[Target]) -> dict[str, Any]:
    """Size, years and share met of each target's class, where it is large enough."""
    classes = classes_of(targets, fits.known, as_of=fits.as_of, seed=fits.seed)
    return {
        each.target.id: {
            "n": each.count,
            "years": each.years,
            **each.share._asdict(),
        }
        for each in classes
        if each.enough
    }
