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
# # Setting targets: a number with a stated chance
#
# Planning offices do not forecast, they set a target (定目标) and split it (分解). The
# question is turned round here: which value has which chance, what two targets can be
# asked for together, what every city and every year then carries, and what a mix of
# levers would cost.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2021-06-30"  # only what was released by this date is used
CHANCE = 0.7  # of the value that is set
TOGETHER = 0.6  # of two targets together
SEED = 1
DRAWS = 4000

# %% [markdown]
# ## Which value is met with this chance?
#
# The value of "at least" is a quantile of the projected draws. Floor, expected value
# and stretch are those of 90, 50 and 20 %. A printed "about 6" is judged like "at least
# 6"; beside that chance stands the one of landing there.

# %%
from IPython.display import display

import cszt_models as cm

analysis = cm.analyse(PROJECT, AS_OF, seed=SEED, draws=DRAWS)
targets = ["gdp_2025", "growth_2021_2025", "urbanization_2025"]
values = analysis.set(targets, CHANCE)
values

# %%
analysis.set(targets[0], CHANCE).plot()

# %% [markdown]
# As an annex prints it; `values.save_annex("annex.docx")` writes Word, `.xlsx` Excel.

# %%
values.annex()

# %% [markdown]
# ## Two targets together
#
# Each row is a pair of values that are met together with the joint chance: whoever asks
# for more of one has to ask for less of the other.

# %%
frontier = analysis.frontier("gdp_2025", "urbanization_2025", TOGETHER)
frontier.iloc[::4].round(3)

# %%
import altair as alt

from cszt_models.present.charts.base import finish

ends = alt.Scale(zero=False, nice=False)
line = alt.Chart(frontier, width=420, height=260).mark_line(point=True)
pairs = line.encode(
    alt.X("gdp_2025", title="GDP of 2025, 100 million yuan", scale=ends),
    alt.Y("urbanization_2025", title="urban share of 2025, %", scale=ends),
)
finish(pairs, 13)

# %% [markdown]
# ## Split over cities
#
# Three rules, and each adds up exactly. Equal chance treats members alike; the least
# surprising split is the mean of those futures that just reach the target; proportional
# is what is usually done. All parts together are less likely than the target, for one
# city may make up for another.

# %%
cities = analysis.split_target("gdp_2025")
display(cities.plot(), cities)

# %% [markdown]
# ## Split over years
#
# Average growth of the plan, year by year, with the same chance each.

# %%
years = analysis.split_target("growth_2021_2025", over="years")
years.by("equal")

# %% [markdown]
# ## How hard were targets like these?
#
# From the archive of targets that governments set.

# %%
analysis.reference(["gdp_2025", "growth_2021_2025"])

# %% [markdown]
# ## What would it cost?
#
# Levers are assumptions, not policies: a cost per unit of a lever is a judgement of the
# user, and so is the loss of a miss. The numbers here are made up.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

DECISION = """
unit: points
source: made up for this notebook
levers:
  growth: {cost: 60, most: 1.5}
  urbanization: {cost: 25, most: 0.3}
losses:
  gdp_2025: {form: proportional, loss: 0.05}
  urbanization_2025: {form: step, loss: 30}
options:
  half a point: {growth: 0.5}
scenarios: [baseline, strong]
"""
with TemporaryDirectory() as folder:
    file = Path(folder, "decisions.yaml")
    file.write_text(DECISION, encoding="utf-8")
    decision = analysis.decide(file, TOGETHER)
display(decision.plot(), decision)

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "pandas", "xarray", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(analysis)
