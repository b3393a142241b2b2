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
# ## What is known
#
# One fit serves all scenarios; it is kept and used again.

# %%
from datetime import date

from IPython.display import SVG, Markdown

import cszt_models as cm
from cszt_models import progress as waiting
from cszt_models.conditional.plausibility import plausibility, shocks
from cszt_models.present.charts import base as figures
from cszt_models.present.charts import scenarios as scenario_figures
from cszt_models.present.sentences import base as sentences
from cszt_models.present.sentences import scenarios as words
from cszt_models.present.tables import scenarios as tables

project = cm.load_project(PROJECT)
levers, plan = cm.read_levers(project), cm.read_targets(project)
scenarios = cm.read_scenarios(project, levers)
headline = {name: target for name, target in plan.items() if target.headline}
observations, day = cm.read_observations(project), date.fromisoformat(AS_OF)
how = {"seed": SEED, "draws": DRAWS, "store": cm.Store()}
with waiting.bar("Fitting") as bar:
    fits = cm.fit_blocks(observations, project, as_of=day, on_step=bar.step, **how)
print(f"{len(scenarios)} scenarios, {len(levers)} levers, as of {AS_OF}, seed {SEED}")

# %% [markdown]
# ## The library
#
# Each scenario says why it is worth a thought and where its sizes come from. None is
# a forecast of policy: a size is what the figures once showed, or what the plan asks.

# %%
said = [
    f"**{words.title(one)}** (`{one.hash}`). {one.why.en if one.why else ''}"
    for one in scenarios.values()
]
Markdown("\n\n".join(said))

# %% [markdown]
# ## All of them beside the baseline

# %%
compared = cm.compare(fits, headline, scenarios.values())
table = tables.side_by_side(compared, list(headline))
names = {name: words.title(one) for name, one in scenarios.items()}
titles = {n: sentences.name(t, "en") for n, t in headline.items()} | {
    "joint": "all together"
}
chart = scenario_figures.beside_baseline(table, names, titles)
SVG(figures.as_svg(chart))

# %% [markdown]
# Points on the dashed line are scenarios that leave a target where it was. Structure
# (manufacturing or services) moves shares and none of these targets: the data do not
# tell how structure acts on growth, so nothing is claimed. Where the plan's own growth
# path lies beside the baseline says what the model expected of growth at the time; the
# slowdown as it happened says by how much it was wrong.

# %% [markdown]
# ## What came, in two parts
#
# The slowdown and the fall of prices together, and the share of each in the loss of
# probability, in percentage points (Shapley values: the mean over both orders in which
# the parts may come).

# %%
came = cm.attribute(fits, headline, scenarios["slowdown and deflation"])
shown = tables.attribution_frame(came, [*headline, "joint"]).rename(columns=titles)
shown.style.hide().format("{:+.1f}", subset=[*titles.values()])

# %% [markdown]
# ## How far-fetched are the conditions?
#
# The plausibility of conditions is the probability that the model's own future lies at
# least as far out. The shocks are what it takes to get there, in standard deviations
# of each component.

# %%
slow = cm.scene(fits, scenarios["slowdown as it happened"])
likely = plausibility(slow.conditional)
left = f"{fits.draws} draws are then worth {likely.effective:.0f} independent ones"
print(f"plausibility {likely.probability:.2f}; {left}")
shocks(slow.conditional, most=6).style.hide().format(precision=2)

# %% [markdown]
# ## A package, part by part
#
# What each part of the scenario named above adds, in percentage points.

# %%
package = cm.attribute(fits, headline, scenarios[SCENARIO])
shown = tables.attribution_frame(package, [*headline, "joint"]).rename(columns=titles)
shown.style.hide().format("{:+.1f}", subset=[*titles.values()])

# %% [markdown]
# ## A scenario of your own
#
# Parts may set one lever for different regions or years; parts that set it for the
# same ones are an error that names both. In a script `with_lever` does it.

# %%
mine = cm.baseline().with_lever("growth", 0.5, regions=("zhuzhou",), first=2023, ramp=2)
mine = mine.with_lever("event_risk", 3.8)
for setting in mine.settings:
    print(words.setting_words(setting, levers, project, "en"))
before, after = cm.compare(fits, headline, [cm.baseline(), mine])
tables.changes(before, after).style.hide().format(precision=3)

# %% [markdown]
# ## What scenarios here cannot say
#
# - **What a policy does.** A lever moves growth by half a point; whether a policy would
#   is for whoever sets the lever.
# - **Feedback.** More people do not make more output, and R&D no growth, unless a
#   cross-effect is declared with its source and switched on; none is bundled.
# - **How likely a lever is.** Conditions have a plausibility; a lever is a change of
#   the model and has none.

# %% [markdown]
# ## What was used

# %%
from importlib.metadata import version

used = ("numpy", "scipy", "xarray", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in used))
print(f"project {project.id}, as of {AS_OF}, seed {SEED}, {fits.draws} draws")
