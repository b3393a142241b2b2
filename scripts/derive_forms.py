"""Derive the forms of blocks in priors.yaml: scales and prior probabilities.

A block with several forms is averaged over them. The scales of components that only
some forms have are estimated as in derive_priors.py, from reference panels of other
provinces and years to 2020. The prior probability of a form is

    (1 + m s) / (K + m)

with K forms, s its stacking weight (of the mixture of highest log score five years
ahead, at origins to 2013 or the earliest that exist, with blind priors) and m the
number of independent origins: those whose horizons do not overlap. Origins are few, so
that no form has less than a third of an equal share. Measures without a reference panel
have one form.

Example
-------
python scripts/derive_forms.py ../shared/reference data
python scripts/derive_forms.py ../shared/reference data urbanization
"""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from derive_priors import (
    BUILDERS,
    ON,
    START,
    WIDE_SPREAD,
    components_of,
    entry,
    log_spread,
    project_of,
    wide_priors,
    write,
)
from judged_priors import (
    CHOSEN,
    FORM_DAMPINGS,
    FORM_FIXED,
    FORM_ORIGINS,
    FORMS,
    OWN_VARIANCES,
    STEPPING,
)
from reference_panels import HOME_PROVINCE, LAST, reference
from scipy import optimize, special
from scipy.special import logit
from score_reference import HORIZON, PANELS, SEED

from cszt_models.hindcast.cases import HindcastDesign, panel_cases
from cszt_models.hindcast.evaluate import run
from cszt_models.hindcast.panel_file import read_panel
from cszt_models.hindcast.variables import FORECAST_VARIABLES
from cszt_models.inference.marginal import ScalePosterior
from cszt_models.models.block import Block
from cszt_models.models.priors import read_priors
from cszt_models.models.region_sizes import squared_sizes
from cszt_models.project.project import load_project
from cszt_models.storage.files import load_yaml
from cszt_models.structural.panel import Form, Scale

EARLY = tuple(range(2008, 2014))
ITERATIONS = 500  # of the stacking weights
DRAWS = 400


def forms_of(block: str, only: str) -> tuple[Form, ...]:
    """All forms of a block, of which one counts."""
    return tuple(
        Form(name, tuple(components), float(name == only))
        for name, components in FORMS[block].items()
    )


def form_scales(
    block: str, groups: dict[str, pd.DataFrame], damping: float
) -> dict[str, dict[str, Any]]:
    """Entries of the components that the block has in some forms and not by default."""
    what = (
        f"{sum(g['region'].nunique() for g in groups.values())} regions in "
        f"{len(groups)} group{'s' if len(groups) > 1 else ''} outside {HOME_PROVINCE}, "
        f"years to {LAST}"
    )
    entries: dict[str, dict[str, Any]] = {}
    for form, components in FORMS[block].items():
        extra = [n for n in components if n not in components_of(block)]
        fixed = fixed_scales(block, groups)
        estimated = [n for n in extra if n not in fixed and n not in entries]
        entries |= {
            n: entry(fixed[n][0], 0.0, fixed[n][1]) for n in extra if n in fixed
        }
        if estimated:
            modes = form_modes(block, form, groups, damping)
            for name in estimated:
                logs = np.log(modes[name])
                median = float(np.exp(logs.median()))
                entries[name] = entry(median, log_spread(logs), what)
    for name, share in FORM_DAMPINGS.get(block, {}).items():
        entries[name]["damping"] = share
    return entries


def fixed_scales(
    block: str, groups: dict[str, pd.DataFrame]
) -> dict[str, tuple[float, str]]:
    """Scales of a block's forms that are not estimated, each with its source."""
    fixed = dict(FORM_FIXED.get(block, {}))
    if block in STEPPING:
        fixed["drift"] = mean_step(groups)
    return fixed


def mean_step(groups: dict[str, pd.DataFrame]) -> tuple[float, str]:
    """Size of the mean yearly step of a region on the logit scale, to one digit.

    The prior of the regions' mean drift is centred on zero, so that a region anywhere
    may fall; its standard deviation is the root mean square of these.
    """
    steps = []
    for known in groups.values():
        table = known.pivot_table(index="region", columns="year", values="value")
        yearly = logit(table / 100).diff(axis=1)
        steps += yearly.mean(axis=1).dropna().tolist()
    size = float(np.sqrt(np.mean(np.square(steps))))
    return float(f"{size:.1g}"), (
        f"root mean square of the mean yearly steps of {len(steps)} regions outside "
        f"{HOME_PROVINCE}, years to {LAST}: {size:.3f}"
    )


def own_variances(groups: dict[str, pd.DataFrame]) -> dict[str, object]:
    """Degrees of freedom of the regions' variances, by the moments of their logs."""
    changes = {}
    for known in groups.values():
        table = known.pivot_table(index="region", columns="year", values="value")
        yearly = logit(table / 100).diff(axis=1).melt(ignore_index=False).dropna()
        changes |= {
            (region, int(year)): float(value)
            for region, year, value in yearly.itertuples()
        }
    squares = pd.Series(squared_sizes(changes), [region for region, _ in changes])
    by_region = squares.groupby(level=0)
    spread = float(np.log(by_region.mean()).var())
    chance = float(special.polygamma(1, (by_region.count() - 1) / 2).mean())
    half = optimize.brentq(
        lambda x: special.polygamma(1, x) - (spread - chance), 0.1, 100
    )
    source = (
        f"log variances of yearly changes of {len(by_region)} regions outside "
        f"{HOME_PROVINCE}, years to {LAST}: variance {spread:.2f}, of which "
        f"{chance:.2f} by chance"
    )
    return {"freedom": float(f"{2 * half:.2g}"), "source": source}


def form_modes(
    block: str, form: str, groups: dict[str, pd.DataFrame], damping: float
) -> pd.DataFrame:
    """Scales of highest density of each group (group, component) under one form."""
    rows = {}
    for name, known in groups.items():
        project = project_of(sorted(known["region"].unique()))
        priors = wide_priors(block, components_of(block), damping)
        optional = {n: Scale(START[block], WIDE_SPREAD) for n in FORMS[block][form]}
        fixed = {n: Scale(m, 0.0) for n, (m, _) in fixed_scales(block, groups).items()}
        rest = {n: Scale(1.0, 0.0) for parts in FORMS[block].values() for n in parts}
        priors = replace(
            priors,
            scales={**rest, **optional, **priors.scales, **fixed},
            dampings=FORM_DAMPINGS.get(block, {}),
            forms=forms_of(block, form),
        )
        panel = BUILDERS[block](known, Block(project, ON, LAST, priors))
        mode = np.exp(ScalePosterior(panel).mode())
        free = [c.name for c in panel.components if not c.scale.fixed]
        rows[name] = dict(zip(free, mode, strict=True))
    return pd.DataFrame(rows).T


def log_densities(block: str, project: Path, folder: Path) -> pd.DataFrame:
    """Log density of each figure five years ahead (case, form), with its origin."""
    variable = next(v for v in FORECAST_VARIABLES.values() if v.blocks == (block,))
    source = PANELS[variable.id]
    panel = read_panel(folder / source.file, group=source.group, confirmed=True)
    origins = FORM_ORIGINS.get(block, EARLY)
    design = HindcastDesign(origins, HORIZON, SEED, ("structural",), DRAWS)
    conventions = load_project(project)
    given = read_priors(conventions)[block]
    columns = {}
    for form in FORMS[block]:
        cases = []
        for case in panel_cases(panel, conventions, variable, design):
            blind = case.information.priors[block]
            priors = replace(
                blind, forms=forms_of(block, form), dampings=given.dampings
            )
            information = replace(case.information, priors={block: priors})
            cases.append(replace(case, information=information))
        scores = run(cases, jobs=2)
        ahead = scores[(scores["kind"] == "year") & (scores["horizon"] == HORIZON)]
        place = ["origin", "group", "region"]
        columns[form] = -ahead.set_index(place)["log_score"]
        print(block, form, round(float(ahead["crps"].mean()), 4), flush=True)
    return pd.DataFrame(columns).dropna()


def stacking_weights(densities: pd.DataFrame) -> pd.Series:
    """Weights of the mixture of highest mean log density, origins counted equally.

    By expectation maximization: a form's weight is its mean responsibility.
    """
    relative = np.exp(densities.sub(densities.max(axis=1), axis=0))
    origins = relative.index.get_level_values("origin")
    weights = pd.Series(1 / len(relative.columns), relative.columns)
    for _ in range(ITERATIONS):
        mixed = relative * weights
        share = mixed.div(mixed.sum(axis=1), axis=0)
        weights = share.groupby(origins).mean().mean()
    return weights


def form_entries(block: str, project: Path, folder: Path) -> dict[str, Any]:
    """The forms of a block as written to priors.yaml."""
    if block in CHOSEN:
        form, reason = CHOSEN[block]
        weights = {name: float(name == form) for name in FORMS[block]}
        source = reason
    else:
        densities = log_densities(block, project, folder)
        stacked = stacking_weights(densities)
        origins = sorted(set(densities.index.get_level_values("origin")))
        independent = 1 + (origins[-1] - origins[0]) / HORIZON
        shares = (1 + independent * stacked) / (len(stacked) + independent)
        weights = shares.round(2).to_dict()
        first = next(iter(weights))
        weights[first] = round(weights[first] + 1 - sum(weights.values()), 2)
        source = (
            f"stacking of log scores {HORIZON} years ahead at {len(origins)} origins "
            f"{origins[0]} to {origins[-1]} ({len(densities)} figures), counted as "
            f"{independent:g}, with equal shares counted as {len(stacked)}"
        )
    return {
        name: {"components": components, "weight": weights[name], "source": source}
        for name, components in FORMS[block].items()
    }


def main(folder: Path, project: Path, blocks: list[str]) -> None:
    """Add forms to the blocks named, or to all that have several."""
    path = project / "priors.yaml"
    panels = reference(folder)
    for block in blocks or FORMS:
        entries = load_yaml(path)
        given = entries[block]
        scales = form_scales(block, panels[block], given["damping"]["value"])
        given["scales"] |= scales
        if block in OWN_VARIANCES:
            given["own_variances"] = own_variances(panels[block])
        given.pop("forms", None)
        write(path, entries)
        given["forms"] = form_entries(block, project, folder)
        write(path, entries)
        print(block, yaml.safe_dump(given["forms"]), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 3 or set(sys.argv[3:]) - set(FORMS):
        raise SystemExit(
            "usage: python scripts/derive_forms.py REFERENCE_DIR PROJECT_DIR "
            "[BLOCK ...]"
        )
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
