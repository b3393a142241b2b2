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
# ## A grid of growth and prices
#
# A design is a table with a named column for each lever; levers, their ranges and the
# sources of these are in `levers.yaml`. Here: points a year on top of what the model
# expects, in every year that was not yet published.

# %%
import cszt_models as cm

analysis = cm.analyse(PROJECT, AS_OF, seed=SEED, draws=DRAWS)
grid = analysis.sweep(
    cm.design.factorial(growth=(-2, 2, 9), price=(-2, 2, 9)), scenario=SCENARIO
)
grid.summary(LANGUAGE)

# %% [markdown]
# The GDP target is one of nominal GDP, so that a point of prices is worth a point of
# growth: probabilities are the same along the diagonals.

# %%
grid.plot(LANGUAGE, target="gdp_2025")

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
alone = analysis.sweep(cm.design.alone(**ranges), scenario=SCENARIO)
alone.tornado(language=LANGUAGE)

# %% [markdown]
# ## All levers over their ranges
#
# Which levers matter when all of them move? Shapley effects share the variance of a
# probability over the ranges out among the levers; interactions are split evenly, and
# effects sum to one. Sobol indices ask differently: `first` is what a lever explains by
# itself, `total` what would be left if all others were known. Where `total` is larger
# than `first`, a lever acts together with others: no growth helps all targets together
# if R&D falls short. Errors of the design fall with more cases (`base`), errors of the
# draws with more draws.

# %%
indices = alone.sensitivity(ranges, base=256)
indices[["lever", "effect", "design_error", "first", "total"]].round(3)

# %% [markdown]
# ## Where the plan fails
#
# Say it fails where fewer than one future in ten meets all targets. The cases are those
# of a Sobol sequence over the ranges. The box is peeled from all cases, side by side,
# until nine of ten cases inside fail; its coverage says how many failing cases it
# misses.

# %%
cases = analysis.sweep(cm.design.sobol(2048, seed=SEED, **ranges), scenario=SCENARIO)
box, *peeled = cases.discover(below=0.1)
print(f"Fails where {box.words(cases.labels(LANGUAGE), LANGUAGE)}:")
print(f"coverage {box.coverage:.2f}, density {box.density:.2f}, {box.cases} cases")

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
# - What no sweep shows: how probable a setting is. A range that is wide makes its lever
#   matter.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "pandas", "xarray", "salib", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(analysis)
