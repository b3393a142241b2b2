# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Sweeps: many settings at once, and which of them matter
#
# A scenario is one what-if. A sweep asks thousands, on the same draws, so that two
# cases differ by their levers alone. This notebook sweeps the 2021–2025 plan as known
# in mid-2021: a grid of two levers, each lever alone, all of them over their ranges,
# and where the plan fails.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2021-06-30"  # only what was released by this date is used
SCENARIO = "baseline"  # what all cases share; from scenarios.yaml of the project
SEED = 1
DRAWS = 4000  # joint futures
LANGUAGE = "en"  # of the figures: en or zh

# %% [markdown]
# ## What all cases share
#
# A inputs names the project, the date, the draws and the targets asked for, here the
# headline ones. A design is a table with a named column for each lever. Levers, their
# ranges and the sources of these are in `levers.yaml`.

# %%
from datetime import date

import numpy as np
import pandas as pd
from IPython.display import SVG, Markdown, display

import cszt_models as cm
from cszt_models import progress as waiting
from cszt_models.present.charts import base as figures
from cszt_models.present.charts import sweeps as sweep_figures
from cszt_models.sweeps.counting.counter import JOINT
from cszt_models.sweeps.designs import (
    design_of,
    full_factorial,
    one_at_a_time,
    sobol_sequence,
)
from cszt_models.sweeps.inputs import read_context, sweep_inputs
from cszt_models.sweeps.scenario_discovery import best_box, boxes
from cszt_models.sweeps.sensitivity_indices import (
    by_block,
    shapley_effects,
    sobol_effects,
)
from cszt_models.sweeps.sweep import Evaluator

project = cm.load_project(PROJECT)
context = read_context(project)
inputs = sweep_inputs(
    project,
    as_of=date.fromisoformat(AS_OF),
    seed=SEED,
    draws=DRAWS,
    scenario=SCENARIO,
    context=context,
    store=cm.Store(),
)
labels = {target.id: target.label.in_language(LANGUAGE) for target in inputs.targets}
labels[JOINT] = sweep_figures.WORDS[LANGUAGE]["all"]
asked = ", ".join(labels.values())
Markdown(f"Asked: {asked}; as known at {inputs.as_of}, scenario {inputs.scenario}.")

# %% [markdown]
# ## A grid of growth and prices
#
# Points a year on top of what the model expects, in every year that was not yet
# published. Every probability carries its Monte-Carlo error in the column beside it.
# Shown are five of the 81 cases, and two of the four probabilities.

# %%
steps = np.linspace(-2, 2, 9)
grid = design_of(full_factorial({"growth": steps, "price": steps}), context)
labels |= {column.name: column.label.in_language(LANGUAGE) for column in grid.columns}
found = cm.sweep(grid, inputs)
columns = ["growth", "price", "p_gdp_2025", "mcse_gdp_2025", "p_joint", "mcse_joint"]
found[columns].iloc[::20].style.hide().format(precision=3)

# %% [markdown]
# The GDP target is one of nominal GDP, so that a point of prices is worth a point of
# growth: probabilities are the same along the diagonals.

# %%
points = {"en": ", percentage points a year", "zh": "（百分点/年）"}[LANGUAGE]
axes = labels | {name: labels[name] + points for name in ("growth", "price")}
heat = sweep_figures.heat_map(
    found, "growth", "price", target="gdp_2025", labels=axes, language=LANGUAGE
)
SVG(figures.as_svg(heat))

# %% [markdown]
# ## Each lever alone
#
# Every lever at one end of a range, in percentage points a year, then at the other, the
# others left at 0. The line is the baseline. What is swept here is a choice, and so is
# what a bar's length says: about what each may differ by in five years, not how hard a
# change is to bring about.

# %%
ranges = {
    "growth": (-2.0, 2.0),
    "price": (-2.0, 2.0),
    "population": (-1.0, 1.0),
    "urbanization": (-0.4, 0.4),
    "rd_intensity": (-0.1, 0.1),
}
alone = design_of(one_at_a_time(ranges), context)
labels |= {column.name: column.label.in_language(LANGUAGE) for column in alone.columns}
ends = cm.sweep(alone, inputs)
swings = sweep_figures.swings(ends, target=JOINT)
chart = sweep_figures.tornado(swings, target=JOINT, labels=labels, language=LANGUAGE)
SVG(figures.as_svg(chart))

# %% [markdown]
# ## All levers over their ranges
#
# Which levers matter when all of them move? Shapley effects share the variance of a
# probability over the ranges out among the levers; interactions are split evenly, and
# effects sum to one. Two errors are told apart: `design_error` falls with more cases,
# `draws_error` with more draws, whatever the number of cases.

# %%
evaluator = Evaluator(inputs, alone.columns)
counter = evaluator.counter()
effects = {}
with waiting.bar("Effects of levers", 2) as bar:
    for name in ("gdp_2025", JOINT):
        counted = by_block(counter, name)
        effects[name] = shapley_effects(counted, ranges, base=256, seed=SEED)
        bar.step()
chart = sweep_figures.effects(effects, labels=labels, language=LANGUAGE)
SVG(figures.as_svg(chart))

# %% [markdown]
# Sobol indices ask differently: `first` is what a lever explains by itself, `total`
# what would be left if all others were known; `effect` is the Shapley effect. Where
# `total` is larger than `first`, a lever acts together with others: no growth helps all
# targets together if R&D falls short. The errors shown are those of the design.

# %%
sobol = sobol_effects(by_block(counter, JOINT), ranges, base=256, seed=SEED)
table = sobol.merge(effects[JOINT], on="lever")
table = table.loc[:, ~table.columns.str.contains("draws_error")]
table.assign(lever=table["lever"].map(labels)).style.hide().format(precision=3)

# %% [markdown]
# ## Where the plan fails
#
# Say it fails where fewer than one future in ten meets all targets. The cases are those
# of a Sobol sequence over the ranges. The box is peeled from all cases, side by side,
# until nine of ten cases inside fail; its coverage says how many failing cases it
# misses.

# %%
table = sobol_sequence(ranges, cases=2048, seed=SEED)
cases = pd.concat([table, evaluator.outcomes(table)], axis=1)
failed = (cases[f"p_{JOINT}"] < 0.1).to_numpy()
peeled = boxes(table, failed)
box = best_box(peeled, table, failed)
display(Markdown(f"Fails where {box.words(labels, LANGUAGE)}."))
trajectory = pd.DataFrame(
    [{"coverage": b.coverage, "density": b.density, "cases": b.cases} for b in peeled]
)
trajectory.iloc[:: max(1, len(trajectory) // 8)].style.hide().format(precision=2)

# %% [markdown]
# ## Larger ones
#
# - `cszt sweep design.yaml --out runs/grid` writes `sweep.parquet` part by part;
#   stopped or killed, `--resume` goes on and ends with the same bytes.
# - Columns may also be dates (`as_of`), scenarios (`scenario`, `scenario:strong`),
#   factors on priors (`prior:growth.shock`) and the engine; those are fitted anew, each
#   fit once.
# - `--scheduler tcp://…` computes on a dask.distributed cluster; `--iamc` writes the
#   long table that pyam reads.
# - What no sweep tells: how probable a setting is. A range that is wide makes its lever
#   matter.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "pandas", "xarray", "salib", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(f"project {project.id}, as of {inputs.as_of}, seed {SEED}, {DRAWS} draws")
