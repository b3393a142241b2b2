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
# # Hindcasts: how good such probabilities have been
#
# A probability that nobody has tested is an opinion. Here the same models forecast from
# past origins, with nothing later to see, beside simple methods that need no model of a
# region. Everything is scored: years ahead, five-year means, and the probability of
# targets of the kind that plans set.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2026-11-29"  # of the scores of this plan's probabilities
SEED = 1

# %% [markdown]
# ## On this region
#
# Two origins of the project itself, with the figures of their time: what the panel and
# two simple methods said of growth in the five years that followed. Two origins are two
# cases, whatever the number of cities; the next section has more.
#
# CRPS is the mean continuous ranked probability score in points, lower is better; that
# of the mean is of five-year growth, which is what a plan's target asks. Coverage is
# the share of outcomes inside the intervals of 80 and 95 percent. The difference of
# scores has 90 percent intervals from origins drawn again.

# %%
import cszt_models as cm

project = cm.load_project(PROJECT)
hindcast = cm.run_hindcast(
    project=project,
    origins=(2015, 2018),
    methods=("structural", "rw", "mean5"),
    draws=400,
    seed=SEED,
)
hindcast

# %% [markdown]
# Where in their forecasts outcomes fell: evenly, if forecasts are neither too wide nor
# too narrow nor to one side.

# %%
hindcast.plot()

# %% [markdown]
# ## On many regions
#
# The record holds scores on prefectures and provinces of China, computed by
# `scripts/score_reference.py` from panels that may not be passed on. A *ratio* below
# one says that the panel's score is the better one. Years shake all regions of a
# country together: many regions in eleven years are closer to eleven independent cases
# than to thousands.

# %%
from cszt_models.results.hindcast import RecordResults

record = RecordResults(project)
record

# %% [markdown]
# ## Were the probabilities right?
#
# For each region and origin five targets were set as plans set them, from the region's
# last five years. Points on the line came true as often as stated; numbers are cases,
# hollow points rest on few.

# %%
record.plot()

# %% [markdown]
# ## On this plan
#
# Probabilities stated at three dates, scored against what was published by the last.

# %%
dates = ["2021-06-30", "2024-06-30", AS_OF]
cm.history(project, dates, seed=SEED, draws=400).scores()

# %% [markdown]
# ## What hindcasts cannot say
#
# - **Whether the next years are like those scored.** The scores are of a time in which
#   growth of all regions slowed; a model that expects slowing does well in it.
# - **How single probabilities of this plan did.** One plan is one case: its scores
#   cannot show calibration.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "xarray", "statsmodels", "scoringrules", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(f"project {project.id}, as of {AS_OF}, seed {SEED}")
