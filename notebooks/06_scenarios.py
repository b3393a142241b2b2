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
# # Scenarios: what would change the plan's probabilities, and which part of it
#
# A scenario is a list of named parts: levers that are set, conditions that are taken
# for granted, cross-effects that are switched on. Every scenario sees the same draws,
# so that two of them differ by their parts alone. This notebook stands in mid-2021,
# before any year of the plan was over: today most of it is published, and published
# values never move.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2021-06-30"  # only what was released by this date is used
SCENARIO = "reform package"  # from scenarios.yaml; taken apart below
SEED = 1
DRAWS = 4000  # joint futures

# %% [markdown]
# ## All of the library beside the baseline
#
# Each scenario says why it is worth a thought and where its sizes come from
# (`cszt scenario show`). None is a forecast of policy: a size is what the figures once
# showed, or what the plan asks. One fit serves all scenarios.

# %%
import cszt_models as cm

analysis = cm.analyse(PROJECT, AS_OF, seed=SEED, draws=DRAWS)
comparison = analysis.compare()
comparison.plot()

# %%
comparison

# %% [markdown]
# Points on the dashed line are scenarios that leave a target where it was. Structure
# (manufacturing or services) moves shares and none of these targets: the data do not
# determine how structure acts on growth, so nothing is claimed. Where the plan's own
# growth path lies beside the baseline says what the model expected of growth at the
# time; the slowdown as it happened says by how much it was wrong.
#
# ## What came, in two parts
#
# The slowdown and the fall of prices together, and the share of each in the loss of
# probability, in percentage points (Shapley values: the mean over both orders in which
# the parts may come).

# %%
analysis.attribute("slowdown and deflation")

# %% [markdown]
# ## How far-fetched are the conditions?
#
# The plausibility of conditions is the probability that the model's own future lies at
# least as far out. The shocks are what it takes to get there, in standard deviations
# of each component.

# %%
slow = analysis.run("slowdown as it happened")
slow

# %%
slow.shocks(6)

# %% [markdown]
# ## A package, part by part

# %%
analysis.attribute(SCENARIO).plot()

# %% [markdown]
# ## A scenario of your own
#
# Parts may set one lever for different regions or years, and take figures for granted.
# Parts that set a lever for the same ones are an error that names both.

# %%
late = cm.Setting("growth", 0.5, regions=("zhuzhou",), first=2023, ramp=2)
steady = cm.fix("gdp_real_growth", "hunan", (2022, 2023), 6.0, average=True)
mine = cm.scenario("mine", event_risk=3.8, settings=[late], conditions=[steady])
analysis.run(mine)

# %% [markdown]
# ## What scenarios here cannot say
#
# - **What a policy does.** A lever moves growth by half a point; whether a policy would
#   is for whoever sets the lever.
# - **Feedback.** More people do not make more output, and R&D no growth, unless a
#   cross-effect is declared with its source and switched on; none is bundled.
# - **How likely a lever is.** Conditions have a plausibility; a lever is a change of
#   the model and has none.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "xarray", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(analysis)
