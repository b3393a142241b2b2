"""Check that all blocks of fits passed the gate of their engine."""

from cszt_models.errors import ConvergenceError
from cszt_models.inference import marginal, nuts
from cszt_models.inference.nuts import NutsDiagnostics
from cszt_models.models.fits import Fits


def require_gate(fits: Fits) -> None:
    """Raise if a block failed the gate of its engine.

    Raises
    ------
    ConvergenceError
        With the name of the block.
    """
    for fit in fits.blocks.values():
        diagnostics = fit.diagnostics
        if isinstance(diagnostics, NutsDiagnostics):
            passed = (
                diagnostics.rhat <= nuts.RHAT_MAX and diagnostics.ess >= nuts.ESS_MIN
            )
        else:
            passed = (
                diagnostics.khat <= marginal.KHAT_MAX
                and diagnostics.ess >= marginal.ESS_MIN
            )
        if not passed:
            raise ConvergenceError(
                f"the fit of {fit.block} as of {fits.as_of} failed its gate "
                f"({diagnostics}). No report is made of it; fit it again with `cszt "
                "fit --no-store`."
            )
