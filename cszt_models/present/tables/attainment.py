"""Tables: frames and records made of results, without computing anything new."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from cszt_models.inference.fit import COMPONENT, Fit
from cszt_models.inference.joint_fit import Step
from cszt_models.inference.marginal import Diagnostics
from cszt_models.models.fits import Fits
from cszt_models.project.computed import Computed
from cszt_models.project.plan import Quantity
from cszt_models.project.project import Project
from cszt_models.storage.store import short
from cszt_models.targets.attainment import Assessment, Attainment
from cszt_models.vocabulary import DRAW, REGION, YEAR

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def attain_record(assessment: Assessment, project: Project) -> dict[str, Any]:
    """The record that ``cszt attain --json`` prints; null where not defined."""
    joint = assessment.joint
    return {
        "project": project.id,
        "plan": project.plan.id,
        "as_of": assessment.as_of.isoformat(),
        "scenario": assessment.scenario.name,
        "scenario_hash": assessment.scenario.hash,
        "seed": assessment.seed,
        "draws": assessment.draws,
        "engine": assessment.engine,
        "targets": [_target_record(result) for result in assessment.targets],
        "joint": None
        if joint is None
        else {
            "targets": list(joint.targets),
            "probability": joint.probability,
            "mcse": joint.mcse,
            "if_independent": joint.if_independent,
            "binding": joint.binding,
        },
    }


def _target_record(result: Attainment) -> dict[str, Any]:
    target, interval = result.target, result.interval
    return {
        "id": target.id,
        "indicator": target.indicator,
        "region": target.region,
        "year": target.year,
        "plan": target.plan,
        "sense": target.sense,
        "value": None if target.sense == "no_number" else target.value,
        "high": target.high,
        "reference": None if target.reference is None else _quantity(target.reference),
        "force": target.force or None,
        "unit": target.unit,
        "headline": target.headline,
        "status": result.status,
        "probability": result.probability,
        "mcse": result.mcse,
        "median": result.median,
        "interval": None
        if interval is None
        else {"level": interval.level, "low": interval.low, "high": interval.high},
        "published": result.published,
        "met": result.met,
        "computed": None if result.computed is None else _computed(result.computed),
        "forms": [form._asdict() for form in result.forms],
        "bands": None if result.bands is None else asdict(result.bands),
        "reason": result.reason or None,
    }


def _quantity(quantity: Quantity) -> dict[str, str]:
    return {"indicator": quantity.indicator, "region": quantity.region}


def _computed(computed: Computed) -> dict[str, Any]:
    """Arithmetic of a computed figure, with the figures it rests on."""
    return {
        "value": computed.value,
        "low": computed.low,
        "high": computed.high,
        "arithmetic": computed.arithmetic,
        "figures": [
            {
                "indicator": term.indicator,
                "region": term.figure.region,
                "year": term.figure.year,
                "basis": term.figure.basis,
                "value": term.figure.value,
                "rounded_to": term.unit,
            }
            for term in computed.terms
        ],
    }


def attainment_history(assessments: Sequence[Assessment]) -> pd.DataFrame:
    """Probability of each target, and of the joint, at each as-of date.

    Returns
    -------
    DataFrame
        as_of (timestamp), target (``joint`` for the joint), status, probability, mcse;
        targets without data left out.
    """
    rows = []
    for assessment in assessments:
        day = pd.Timestamp(assessment.as_of)
        rows += [
            {
                "as_of": day,
                "target": result.target.id,
                "status": result.status,
                "probability": result.probability,
                "mcse": result.mcse,
            }
            for result in assessment.targets
            if result.probability is not None
        ]
        if assessment.joint is not None:
            rows.append(
                {
                    "as_of": day,
                    "target": "joint",
                    "status": "joint",
                    "probability": assessment.joint.probability,
                    "mcse": assessment.joint.mcse,
                }
            )
    columns = ["as_of", "target", "status", "probability", "mcse"]
    return pd.DataFrame(rows, columns=columns)


def fan(projection: xr.Dataset, indicator: str, region: str) -> pd.DataFrame:
    """Quantiles of an indicator by year; years of which nothing is said are left out.

    Parameters
    ----------
    projection
        Draws of indicators (draw, region, year).
    indicator, region
        Ids; the region may be an aggregate.

    Returns
    -------
    DataFrame
        year and a column per quantile, named q5, q10, q25, q50, q75, q90, q95.
    """
    path = projection[indicator].sel({REGION: region}).dropna(YEAR, how="all")
    table = np.quantile(path.transpose(DRAW, YEAR).to_numpy(), QUANTILES, axis=0)
    names = [f"q{100 * q:g}" for q in QUANTILES]
    quantiles = pd.DataFrame(table.T, columns=names)
    return quantiles.assign(year=path[YEAR].to_numpy())


def scales(fits: Fits) -> pd.DataFrame:
    """Prior and posterior of every scale.

    Returns
    -------
    DataFrame
        block, component, unit, prior_median, prior_spread, median, low, high (80 %
        interval).
    """
    return pd.concat([_scales_of(fit) for fit in fits.blocks.values()])


def _scales_of(fit: Fit) -> pd.DataFrame:
    # a scale of 0 is that of a component which the draw's form lacks
    columns = [column[column > 0] for column in fit.scales.to_numpy().T]
    low, median, high = np.transpose(
        [
            np.quantile(column, [0.1, 0.5, 0.9]) if len(column) else [np.nan] * 3
            for column in columns
        ]
    )
    return pd.DataFrame(
        {
            "block": fit.block,
            "component": fit.scales[COMPONENT].to_numpy(),
            "unit": fit.unit,
            "prior_median": [prior.median for prior in fit.priors],
            "prior_spread": [prior.spread for prior in fit.priors],
            "median": median,
            "low": low,
            "high": high,
        }
    )


def diagnostics(fits: Fits) -> pd.DataFrame:
    """Gate of each block's fit.

    Returns
    -------
    DataFrame
        block, engine, rows; ``check`` and its ``value`` (k-hat of the marginal engine,
        the largest R-hat of the others); ``ess``, the effective number of scale
        vectors, of ``of`` drawn; note, why the engine is not the one asked for.
    """
    return pd.DataFrame([_gate(fit) for fit in fits.blocks.values()])


def origin(step: Step) -> str:
    """Whether a part of a fit is new, with the digits by which its file begins."""
    done = "reused" if step.reused else "fitted"
    return f"{done} {short(step.key).rpartition('-')[2]}"


def correlations(fits: Fits) -> pd.DataFrame:
    """Correlation of the common innovations of each pair of blocks, largest first.

    Returns
    -------
    DataFrame
        block, other; correlation and its posterior standard deviation sd.
    """
    dependence = fits.dependence
    pairs = [
        {
            "block": dependence.panels[a],
            "other": dependence.panels[b],
            "correlation": float(dependence.correlation[a, b]),
            "sd": float(dependence.sd[a, b]),
        }
        for a, b in combinations(range(len(dependence.panels)), 2)
    ]
    frame = pd.DataFrame(pairs, columns=["block", "other", "correlation", "sd"])
    order = frame["correlation"].abs().sort_values(ascending=False, kind="stable")
    return frame.loc[order.index].reset_index(drop=True)


def forms(fits: Fits) -> pd.DataFrame:
    """Forms of the blocks that have several, with their probabilities.

    Returns
    -------
    DataFrame
        block, form, prior and posterior (shares of 1).
    """
    rows = [
        {"block": fit.block, "form": f.name, "prior": f.prior, "posterior": f.posterior}
        for fit in fits.blocks.values()
        for f in fit.forms
    ]
    return pd.DataFrame(rows, columns=["block", "form", "prior", "posterior"])


def _gate(fit: Fit) -> dict[str, Any]:
    gate = fit.diagnostics
    place = {"block": fit.block, "engine": fit.engine, "rows": fit.rows}
    if isinstance(gate, Diagnostics):
        check = {
            "check": "k-hat",
            "value": gate.khat,
            "ess": gate.ess,
            "of": gate.proposals,
        }
    else:
        check = {
            "check": "R-hat",
            "value": gate.rhat,
            "ess": gate.ess,
            "of": gate.steps,
        }
    return place | check | {"note": fit.note}


def sources(known: pd.DataFrame) -> pd.DataFrame:
    """Sources of what was known, with the number of figures each gave.

    Returns
    -------
    DataFrame
        source, figures, indicators (count), first and last year; most figures first.
    """
    grouped = known.groupby("source", sort=True)
    counts = grouped.agg(
        figures=("value", "size"),
        indicators=("indicator", "nunique"),
        first=("year", "min"),
        last=("year", "max"),
    ).reset_index()
    return counts.sort_values(["figures", "source"], ascending=[False, True])
