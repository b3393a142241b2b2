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
# ## What was known
#
# A project is a folder of data. Every figure carries its source and the day it was
# released; figures released after the date are cut away before anything else happens.

# %%
from datetime import date

from IPython.display import SVG, Markdown

import cszt_models as cm
from cszt_models import progress as waiting
from cszt_models.present.charts import base as figures
from cszt_models.present.sentences import base as sentences
from cszt_models.present.tables import attainment as tables
from cszt_models.project import series
from cszt_models.projection import paths as projection

project = cm.load_project(PROJECT)
as_of = date.fromisoformat(AS_OF)
observations = cm.read_observations(project)
targets = cm.read_targets(project)
known = cm.as_of(observations, as_of)
print(f"{len(known)} of {len(observations)} figures were known at {as_of}.")

# %% [markdown]
# The region's own GDP is published for some years only. In the others it is the sum of
# the three cities, always on one statistical basis. Values are in ¥100 million at
# current prices.

# %%
told = series.published_series(known, project, "gdp_nominal", "czt").tail(6)
told.style.hide().format({"value": "{:,.1f}"})

# %% [markdown]
# ## Fit
#
# Blocks are fitted for growth, prices, population, the urban share, two for the shares
# of sectors, and one for R&D intensity and each other measure with enough figures.
# The k-hat under `value` says whether the estimate can be trusted (at most 0.7); `ess`
# is how many independent draws its `of` weighted ones are worth. A fit that fails is an
# error, never a number. Fits are kept and used again while nothing that they follow
# from has changed.

# %%
how = {"seed": SEED, "draws": DRAWS, "store": cm.Store()}
with waiting.bar("Fitting") as bar:
    fits = cm.fit_blocks(observations, project, as_of=as_of, on_step=bar.step, **how)
tables.diagnostics(fits).style.hide().format({"value": "{:.2f}", "ess": "{:.0f}"})

# %% [markdown]
# ## The answer
#
# One sentence per target, then all together. The joint probability counts the futures
# in which **all** targets are met; it is not the product of the single ones.

# %%
scenario = cm.read_scenarios(project, cm.read_levers(project))[SCENARIO]
assessment = cm.assess(fits, targets, scenario)
headline = [one for one in assessment.targets if one.target.headline]
lines = [
    f"**{sentences.name(one.target, 'en')}.** {sentences.verdict(one)}"
    for one in headline
]
Markdown("\n\n".join([*lines, sentences.together(assessment)]))

# %% [markdown]
# ## The paths behind it
#
# Dark: published. Blue: the median and the 50, 80 and 90 % intervals of what was not
# yet known. Red: the target.

# %%
paths = projection.project_paths(fits, scenario)
gdp = targets["gdp_2025"]
fan = tables.fan(paths, gdp.indicator, gdp.region)
chart = figures.fan_chart(
    fan[fan["year"] <= gdp.year],
    series.published_series(known, project, gdp.indicator, gdp.region),
    title=sentences.name(gdp, "en"),
    unit=f"{sentences.unit(gdp.unit, 'en')}, current prices",
    target=(gdp.year, gdp.value),
    width=560,
)
SVG(figures.as_svg(chart))

# %% [markdown]
# ## What if growth were faster?
#
# A scenario is a value. This one adds a percentage point to real growth in every year
# not yet published, in all three cities. The draws stay the same, so the change comes
# from growth alone. In `00_start` the same is a slider.

# %%
faster = scenario.with_lever("growth", 1.0)
moved = cm.assess(fits, targets, faster)
Markdown(f"Scenario `{faster.hash}`: {sentences.together(moved)}")

# %% [markdown]
# Prices move the target as well, because it is judged at current prices. Below is the
# probability of the GDP target.

# %%
both = faster.with_lever("price", 1.0)
for one in (scenario, faster, both):
    gdp_chance = cm.assess(fits, targets, one).of("gdp_2025").probability
    print(f"{', '.join(map(str, one.settings)) or 'baseline':<24} {gdp_chance:.2f}")

# %% [markdown]
# ## What was used

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "pandas", "xarray", "arviz-stats", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(f"project {project.id}, as of {as_of}, seed {SEED}, {fits.draws} draws")
