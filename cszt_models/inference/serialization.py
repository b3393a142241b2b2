"""Fits as labelled trees, to be kept as NetCDF and read by any tool that reads it.

Groups: ``posterior`` holds the scales as ArviZ expects them (chain, draw, component),
``densities`` their log prior and likelihood (draw), ``priors`` what was thought of them
before, ``cells`` the draws of the cells (draw, region, year), and ``diagnostics`` what
the gate looked at. The rest are attributes.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from cszt_models.inference.fit import (
    COMPONENT,
    FORM,
    LOG_LIKELIHOOD,
    LOG_PRIOR,
    Fit,
    ScaleFit,
    WeightedForm,
)
from cszt_models.inference.marginal import Diagnostics
from cszt_models.inference.mixing import Mixing
from cszt_models.inference.nuts import NutsDiagnostics
from cszt_models.inference.smc import SmcDiagnostics
from cszt_models.structural.correlation import Dependence
from cszt_models.structural.panel import Panel, Scale
from cszt_models.vocabulary import DRAW

CHAIN, BLOCK, OTHER, VECTOR = "chain", "block", "other", "vector"  # dimensions
SCALE, ORDER, FORMS = "scale", "order", "forms"
POSTERIOR, PRIORS, CELLS, DIAGNOSTICS = "posterior", "priors", "cells", "diagnostics"
DENSITIES, DEPENDENCE, BLOCKS = "densities", "dependence", "blocks"
SCALES, DIVERGENCES = "scales", "divergences"
_LOGS = LOG_PRIOR, LOG_LIKELIHOOD

type AnyDiagnostics = Diagnostics | SmcDiagnostics | NutsDiagnostics


def to_tree(fit: Fit) -> xr.DataTree:
    """A fit as a tree of datasets; `from_tree` gives it back bit for bit.

    Examples
    --------
    >>> from datetime import date
    >>> import cszt_models as cm
    >>> from cszt_models.project.observations import read_observations
    >>> from cszt_models.models.fits import fit_blocks
    >>> project, day = cm.load_project(), date(2021, 6, 30)
    >>> figures = read_observations(project)
    >>> fits = fit_blocks(figures, project, as_of=day, seed=1, draws=64)
    >>> tree = to_tree(fits.blocks["growth"])
    >>> tree.attrs["as_of"], tree["posterior/scale"].dims
    ('2021-06-30', ('chain', 'draw', 'component'))
    >>> from_tree(tree).cells.identical(fits.blocks["growth"].cells)
    True
    """
    attrs = {
        "block": fit.block,
        "unit": fit.unit,
        "as_of": fit.as_of.isoformat(),
        "seed": str(fit.seed),  # of any size, which a number in a file is not
        "engine": fit.engine,
        "rows": fit.rows,
        "log_evidence": fit.log_evidence,
        "note": fit.note,
        **_forms(fit.forms),
    }
    groups = {
        "/": xr.Dataset(attrs=attrs),
        POSTERIOR: fit.scales.expand_dims(CHAIN).to_dataset(name=SCALE),
        PRIORS: _priors(fit.scales[COMPONENT].to_numpy().tolist(), fit.priors),
        DENSITIES: fit.densities,
        CELLS: fit.cells,
        DIAGNOSTICS: _diagnostics(fit.diagnostics),
    }
    return xr.DataTree.from_dict(groups)


def from_tree(tree: xr.DataTree) -> Fit:
    """The fit of which this is the tree."""
    attrs = tree.attrs
    return Fit(
        block=attrs["block"],
        unit=attrs["unit"],
        as_of=date.fromisoformat(attrs["as_of"]),
        seed=int(attrs["seed"]),
        engine=attrs["engine"],
        rows=int(attrs["rows"]),
        priors=_priors_of(tree[PRIORS].to_dataset()),
        scales=tree[POSTERIOR][SCALE].isel({CHAIN: 0}).rename(None),
        densities=tree[DENSITIES].to_dataset(),
        cells=tree[CELLS].to_dataset(),
        diagnostics=_diagnostics_of(tree[DIAGNOSTICS].to_dataset()),
        log_evidence=float(attrs["log_evidence"]),
        note=attrs["note"],
        forms=_forms_of(attrs),
    )


def scales_to_tree(fit: ScaleFit, panel: Panel) -> xr.DataTree:
    """The scales of a panel as a tree of datasets, with the vectors as draws."""
    names = [component.name for component in panel.components]
    scales = xr.DataArray(fit.scales, {COMPONENT: names}, (DRAW, COMPONENT))
    densities = {name: (DRAW, getattr(fit, name)) for name in _LOGS}
    if fit.form is not None:
        densities[FORM] = DRAW, fit.form
    attrs = {
        "block": panel.name,
        "unit": panel.unit,
        "engine": fit.engine,
        "rows": len(panel.rows),
        "log_evidence": fit.log_evidence,
        "note": fit.note,
        **_forms(fit.forms),
    }
    groups = {
        "/": xr.Dataset(attrs=attrs),
        POSTERIOR: scales.expand_dims(CHAIN).to_dataset(name=SCALE),
        DENSITIES: xr.Dataset(densities),
        PRIORS: _priors(names, [component.scale for component in panel.components]),
        DIAGNOSTICS: _diagnostics(fit.diagnostics),
    }
    return xr.DataTree.from_dict(groups)


def scales_from_tree(tree: xr.DataTree) -> ScaleFit:
    """The scales of which this is the tree."""
    densities: dict[str, Any] = {
        name: tree[DENSITIES][name].to_numpy() for name in _LOGS
    }
    return ScaleFit(
        engine=tree.attrs["engine"],
        scales=tree[POSTERIOR][SCALE].isel({CHAIN: 0}).to_numpy(),
        **densities,
        forms=_forms_of(tree.attrs),
        form=tree[DENSITIES][FORM].to_numpy() if FORM in tree[DENSITIES] else None,
        diagnostics=_diagnostics_of(tree[DIAGNOSTICS].to_dataset()),
        log_evidence=float(tree.attrs["log_evidence"]),
        note=tree.attrs["note"],
    )


def joint_to_tree(blocks: Mapping[str, Fit], linked: Dependence) -> xr.DataTree:
    """Fits that were drawn together as groups of ``blocks``, beside ``dependence``."""
    names = np.array(linked.panels, dtype=str)
    variables = {
        "drawn": ((VECTOR, BLOCK, OTHER), linked.drawn),
    }
    dependence = xr.Dataset(variables, {BLOCK: names, OTHER: names})
    order = xr.Dataset({ORDER: (BLOCK, np.array(list(blocks), dtype=str))})
    trees = {_group(name): to_tree(fit) for name, fit in blocks.items()}
    return xr.DataTree(
        children={
            BLOCKS: xr.DataTree(order, children=trees),
            DEPENDENCE: xr.DataTree(dependence),
        }
    )


def joint_from_tree(tree: xr.DataTree) -> tuple[dict[str, Fit], Dependence]:
    """The fits and the dependence of which this is the tree."""
    group = tree[DEPENDENCE].to_dataset()
    names = tuple(map(str, group[BLOCK].to_numpy()))
    linked = Dependence(names, group["drawn"].to_numpy())
    order = map(str, tree[BLOCKS][ORDER].to_numpy())
    trees = tree.children[BLOCKS].children
    return {name: from_tree(trees[_group(name)]) for name in order}, linked


def _group(name: str) -> str:
    """Name of a block's group; a block may have a slash in its name, a group may not.

    Examples
    --------
    >>> _group("R&D/GDP")
    'R&D%2FGDP'
    """
    return name.replace("%", "%25").replace("/", "%2F")


def _forms(forms: Sequence[WeightedForm]) -> dict[str, str]:
    """Attribute with the forms as JSON; none if there is one form."""
    return {FORMS: json.dumps(forms)} if forms else {}


def _forms_of(attrs: Mapping[Any, Any]) -> tuple[WeightedForm, ...]:
    return tuple(WeightedForm(*form) for form in json.loads(attrs.get(FORMS, "[]")))


def _priors(names: Sequence[str], priors: Sequence[Scale]) -> xr.Dataset:
    columns = {
        "median": [prior.median for prior in priors],
        "spread": [prior.spread for prior in priors],
        "source": np.array([prior.source for prior in priors], dtype=str),
    }
    variables = {name: (COMPONENT, column) for name, column in columns.items()}
    return xr.Dataset(variables, {COMPONENT: np.array(names, dtype=str)})


def _priors_of(group: xr.Dataset) -> tuple[Scale, ...]:
    columns = (group[name].to_numpy().tolist() for name in ("median", "spread"))
    sources = map(str, group["source"].to_numpy())
    return tuple(map(Scale, *columns, sources))


def _diagnostics(gate: AnyDiagnostics) -> xr.Dataset:
    figures = {name: value for name, value in vars(gate).items() if name != SCALES}
    if isinstance(gate, Diagnostics):
        return xr.Dataset(figures)
    names = np.array(list(gate.scales), dtype=str)
    columns = np.array(list(gate.scales.values()), dtype=float)
    mixing = columns.reshape(-1, len(Mixing._fields)).T
    variables = {
        name: (COMPONENT, column)
        for name, column in zip(Mixing._fields, mixing, strict=True)
    }
    return xr.Dataset(variables | figures, {COMPONENT: names})


def _diagnostics_of(group: xr.Dataset) -> AnyDiagnostics:
    if COMPONENT not in group.dims:
        values = {str(name): variable.item() for name, variable in group.items()}
        return Diagnostics(**values)
    columns = (group[name].to_numpy().tolist() for name in Mixing._fields)
    names = map(str, group[COMPONENT].to_numpy())
    scales = dict(zip(names, map(Mixing, *columns), strict=True))
    kind = NutsDiagnostics if DIVERGENCES in group else SmcDiagnostics
    figures = {
        str(name): variable.item()
        for name, variable in group.items()
        if name not in Mixing._fields
    }
    return kind(scales=scales, **figures)
