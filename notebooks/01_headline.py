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
# # Will the plan's headline targets be met?
#
# The plan for Changsha–Zhuzhou–Xiangtan (长株潭) asks for three things by 2025: a GDP
# of ¥2.5 trillion, an urban share of 80 % and R&D spending of about 3 % of GDP. This
# notebook asks how probable they were **as known on one date**, and what faster or
# slower growth would have changed. Change the date and run all cells again.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2021-06-30"  # only what was released by this date is used
SCENARIO = "baseline"  # from scenarios.yaml of the project
SEED = 1
DRAWS = 4000  # joint futures

# %% [markdown]
# ## Fit what was known
#
# Every figure carries its source and the day it was released; figures released after
# the date are cut away. Blocks are fitted for growth, prices, population, the urban
# share, two for the shares of sectors, and one for each other measure with enough
# figures. The k-hat under `value` says whether the estimate can be trusted (at most
# 0.7); `ess` is how many independent draws its `of` weighted ones are worth. A fit that
# fails is an error, never a number.

# %%
import cszt_models as cm

analysis = cm.analyse(PROJECT, AS_OF, seed=SEED, draws=DRAWS)
analysis.diagnostics()

# %% [markdown]
# ## The answer
#
# The joint probability counts the futures in which **all** targets are met; it is not
# the product of the single ones.

# %%
results = analysis.attain(scenario=SCENARIO)
results

# %% [markdown]
# ## The paths behind it
#
# Dark: published. Blue: the median and the 50, 80 and 90 % intervals of what was not
# yet known. Red: the target.

# %%
results.fan("gdp_2025")

# %% [markdown]
# The draws themselves are an xarray Dataset, and so are the figures of any interval.

# %%
paths = analysis.project_paths(SCENARIO, until=2025)
paths["gdp_nominal"].sel(region="czt").quantile([0.1, 0.5, 0.9], "draw").to_pandas()

# %% [markdown]
# ## What if growth were faster, or prices rose?
#
# A scenario is a value. These add a percentage point to real growth, to prices, or to
# both, in every year not yet published, in all three cities. The draws stay the same,
# so the change comes from the levers alone. Prices move the target as well, because it
# is judged at current prices. In `00_start` the same are sliders.

# %%
faster = cm.scenario("faster", growth=1.0)
dearer = cm.scenario("dearer", price=1.0)
both = cm.scenario("both", growth=1.0, price=1.0)
comparison = analysis.compare([faster, dearer, both])
comparison

# %%
comparison.plot()

# %% [markdown]
# ## What was used

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "pandas", "xarray", "arviz-stats", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(analysis)
