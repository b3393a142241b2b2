"""Check that all blocks of fits passed the gate of their engine."""

from cszt_models.errors import ConvergenceError
from cszt_models.models.fits import Fits


def require_gate(fits: Fits) -> None:
    """Raise if a block failed the gate of its engine.

    Raises
    ------
    ConvergenceError
        With the name of the block and its diagnostics beside their limits.
    """
    for fit in fits.blocks.values():
        if not fit.diagnostics.passed:
            raise ConvergenceError(
                f"the fit of {fit.block} as of {fits.as_of} failed its gate: "
                f"{fit.diagnostics.failure}. No report is made of it; fit it again "
                "with `cszt fit --no-store`."
            )
