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
# # Targets: the whole plan, together, over time
#
# One probability for one target is where questions begin. Do the targets fit each
# other? How probable were all of them, which one holds the others down, and in what
# order are they lost? When will a missed value be reached after all? What is the gap
# made of? What would it have taken? And how good were the probabilities stated before
# the outcome was known?

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2026-11-29"  # only what was released by this date is used
THEN = "2021-06-30"  # an earlier date, to look back to
SEED = 1
DRAWS = 4000

# %% [markdown]
# ## Does the plan fit itself?
#
# A ratio is its part over its whole, and nominal GDP grows by real growth and prices.
# So any two targets of such a relation imply a third quantity, which the plan may state
# as well. Floors do not contradict each other, but one may make another idle. No model
# is needed for this.

# %%
from IPython.display import display

import cszt_models as cm

project = cm.load_project(PROJECT)
dates = {THEN, *(str(d) for d in project.as_of_dates if str(d) < AS_OF), AS_OF}
plan = project.ended.plan.id  # the last one that is over
history = cm.history(project, sorted(dates), plan=plan, seed=SEED, draws=DRAWS)
today = history[-1]
then = next(analysis for analysis in history if str(analysis.as_of) == THEN)
today.consistency()

# %% [markdown]
# ## How probable did the targets look, and when did that change?
#
# The same model is fitted to what had been released by each date.

# %%
over_time = history.attain()
display(over_time.plot(), over_time)

# %% [markdown]
# Why did each of them move? The way is walked in steps: figures restated, figures of
# new years, how variable everything is. Here from the first date to the last;
# `history.news()` walks from every date to the next.

# %%
today.news(then)

# %% [markdown]
# ## Together, on the earlier date
#
# The joint probability counts the draws in which all targets are met. Were they
# independent, it would be the product of the single ones. The target that binds is
# the one whose removal raises the joint most; it is lost first, and the question is put
# again to the rest. Pairs show what hangs together: GDP and its average growth share
# their years of growth; R&D and urban income have figures of their own.

# %%
targets = list(then.attain().answered)
together = then.joint(targets)
display(together.plot(), together)

# %% [markdown]
# ## When, after all?
#
# *By* a year a value has been reached in that year or before; it is *kept* from a year
# on if it is reached in all later years to the horizon too. The dotted line is the
# year of the plan.

# %%
timing = today.timing(["gdp_2025", "urbanization_2025"])
display(timing.plot(), timing)

# %% [markdown]
# ## What the gap is made of
#
# The plan's path grows by its own 7 % a year, at the prices that its GDP target then
# leaves, and knows of no census. Each term is a difference of logs times the
# logarithmic mean of outcome and path, so that they add up exactly (Ang 2005).

# %%
gap = today.gap("gdp_2025")
display(gap.plot(), gap)

# %% [markdown]
# The same outcome against what the model expected on the earlier date:

# %%
today.gap("gdp_2025", against=then)

# %% [markdown]
# ## What it would have taken
#
# The least surprising change, in the model's own measure, that brings the probability
# of GDP to nine in ten, as known on the earlier date.

# %%
backcast = then.backcast("gdp_2025", probability=0.9)
display(backcast.plot(), backcast)

# %% [markdown]
# ## How good were the probabilities?
#
# Only what is published can be scored, so far GDP, and with it all together. The Brier
# score is the squared distance from what came, 0 at best; whoever always says one half
# has 0.25. One plan in one region says little of a model; hindcasts of many regions say
# more.

# %%
over_time.scores()

# %% [markdown]
# ## What cannot be answered
#
# - **Targets without data.** They are listed, never dropped and never guessed.
# - **Why growth fell.** A split says which quantity fell short, in which city, and not
#   for what reason.
# - **Prices and the census.** Levels of 2023 on both sides of the census are published
#   for the province alone, so that the model, not figures, separates the two.

# %%
plan = over_time.now.to_frame()
plan.loc[plan["status"] == "no_data", ["indicator", "region", "year", "value", "unit"]]

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "pandas", "xarray", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(today)
