"""Gate: carried out of material.py."""

from cszt_models.errors import ConvergenceError
from cszt_models.inference import marginal, nuts
from cszt_models.inference.nuts import NutsDiagnostics
from cszt_models.models.fits import Fits


def require_gate(fits: Fits) -> None:
    """Refuse fits that failed the gate of their engine: no page is made of them.

    Raises
    ------
    ConvergenceError
        Naming the block.
    """
    for fit in fits.blocks.values():
        told = fit.diagnostics
        if isinstance(told, NutsDiagnostics):
            passed = told.rhat <= nuts.RHAT_MAX and told.ess >= nuts.ESS_MIN
        else:
            passed = told.khat <= marginal.KHAT_MAX and told.ess >= marginal.ESS_MIN
        if not passed:
            raise ConvergenceError(
                f"the fit of {fit.block} as of {fits.as_of} failed its gate ({told}). "
                "No report is made of it; fit it again with `cszt fit --no-store`."
            )
