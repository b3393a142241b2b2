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
AS_OF = "2026-11-23"  # only what was released by this date is used
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
from datetime import date

import pandas as pd
from IPython.display import SVG, Markdown, display

import cszt_models as cm
from cszt_models import progress as waiting
from cszt_models.attribution import cached as revision_files
from cszt_models.attribution import shortfall
from cszt_models.present.charts import base as figures
from cszt_models.present.charts import targets as target_figures
from cszt_models.present.sentences import (
    backcast as backcast_sentences,
)
from cszt_models.present.sentences import (
    base as sentences,
)
from cszt_models.present.sentences import (
    revisions as revision_sentences,
)
from cszt_models.present.sentences import (
    targets as target_sentences,
)
from cszt_models.present.tables import attainment as tables
from cszt_models.project.dates import dates_until
from cszt_models.projection.outlook import build_outlook
from cszt_models.targets import (
    backcast,
    consistency,
    timing,
)
from cszt_models.targets import (
    history as story,
)
from cszt_models.targets import (
    joint as sets,
)
from cszt_models.targets import (
    scoring as resolution,
)

project = cm.load_project(PROJECT)
today, then = date.fromisoformat(AS_OF), date.fromisoformat(THEN)
targets = cm.read_targets(project)
names = {target.id: target.label.en for target in targets.values()}
places = {name: label.en for name, label in project.places.items()}
known = cm.as_of(cm.read_observations(project), today)
pairs = consistency.implications(targets, project, known)
Markdown("\n".join(f"- {target_sentences.implied(pair)}" for pair in pairs))

# %% [markdown]
# ## How probable did the targets look, and when did that change?
#
# The same model is fitted to what had been released by each date. In the table are all
# targets with data; a blank had too few figures.

# %%
days = dates_until(project, today)
how = {"seed": SEED, "draws": DRAWS, "store": cm.Store()}
with waiting.bar("Dates", len(days)) as bar:
    told = story.assess_history(project, dates=days, on_chapter=bar.step, **how)
history = tables.attainment_history(told.assessments)
headline = {name: names[name] for name in told.now.assessment.joint.targets}
chart = figures.probability_over_time(history, headline | {"joint": "all together"})
display(SVG(figures.as_svg(chart)))
verdicts = history["probability"].map({0.0: "missed", 1.0: "met"})
said = history["probability"].map(sentences.percent)
said = said.mask(history["status"] == "resolved", verdicts)
days_in = {"columns": "as_of", "values": "said", "aggfunc": "first", "sort": False}
wide = history.assign(said=said).pivot_table(index="target", **days_in)
wide.index = [names.get(name, "headline targets together") for name in wide.index]
wide.columns = [str(day.date()) for day in wide.columns]
head = {"selector": "th", "props": "white-space: nowrap"}
wide.style.format(na_rep="").set_table_styles([head])

# %% [markdown]
# Why did each of the headline targets move? The way from the first date to a middle one
# and on to the last is walked in steps: figures restated, figures of new years, how
# variable everything is. `cszt report` walks from every date to the next.

# %%
asked = {name: targets[name] for name in headline}
fits = [one.fits for one in (*told.chapters[:-1:3], told.now)]
with waiting.bar("Reasons", len(fits) - 1) as bar:
    moved = revision_files.cached_moves(fits, asked, store=cm.Store(), on_move=bar.step)
moved = [one for one in moved if one.target in asked]
Markdown("\n".join(f"- {revision_sentences.why(m, project, targets)}" for m in moved))

# %% [markdown]
# ## Together, on the earlier date
#
# The joint probability counts the draws in which all targets are met. Were they
# independent, it would be the product of the single ones. The target that binds is
# the one whose removal raises the joint most; it is lost first, and the question is put
# again to the rest.

# %%
first = next(one for one in told.chapters if one.assessment.as_of == then)
met = dict(first.assessment.met)
lost = sets.order_of_loss(met)
display(SVG(figures.as_svg(target_figures.order_of_loss(lost, names))))
Markdown(target_sentences.order(lost, names))

# %% [markdown]
# Pairs tell what hangs together: `both` against `if_independent`, and the correlation
# of being met.
# GDP and its average growth share their years of growth; R&D and urban income are told
# by figures of their own.

# %%
table = sets.pairs(met).sort_values("correlation", ascending=False)
table = table.assign(target=table["target"].map(names), other=table["other"].map(names))
table.style.hide().format(precision=2)

# %% [markdown]
# ## When, after all?
#
# *By* a year a value has been reached in that year or before; it is *kept* from a year
# on if it is reached in all later years to the horizon too. The dotted line is the
# year of the plan.

# %%
chosen = [name for name in headline if "rd" not in name]
found = [timing.timing(told.now.projection, targets[name]) for name in chosen]
display(SVG(figures.as_svg(target_figures.years_of_attainment(found, names))))
Markdown("\n".join(f"- {target_sentences.when(one)}" for one in found))

# %% [markdown]
# ## What the gap is made of
#
# The plan's path grows by its own 7 % a year, at the prices that its GDP target then
# leaves, and knows of no census. Each term is a difference of logs times the
# logarithmic mean of outcome and path, so that they add up exactly (Ang 2005).

# %%
now = shortfall.Projected(build_outlook(told.now.fits), told.now.projection)
gdp = shortfall.split(now, told.now.assessment.of("gdp_2025"), targets)
title = "GDP of 2025 less the plan's path"
display(SVG(figures.as_svg(target_figures.split_bars(gdp, places, title=title))))
Markdown(target_sentences.gap(gdp, project))

# %% [markdown]
# The same outcome against what the model expected on the earlier date, and the other
# targets against the plan:

# %%
before = shortfall.Projected(build_outlook(first.fits), first.projection)
result = told.now.assessment.of("gdp_2025")
surprise = shortfall.split(now, result, targets, against=before)
others = [n for n in told.now.assessment.met if n != "gdp_2025"]
splits = [
    shortfall.split(now, told.now.assessment.of(name), targets) for name in others
]
said = [target_sentences.gap(surprise, project, against=THEN)]
said += [target_sentences.gap(one, project) for one in splits]
Markdown("\n".join(f"- {sentence}" for sentence in said))

# %% [markdown]
# ## What it would have taken
#
# The least surprising change, in the model's own measure, that brings the probability
# of GDP to nine in ten, as known on the earlier date; and of all headline targets to
# one half.

# %%
one = backcast.backcast(first.fits, [targets["gdp_2025"]], 0.9)
all_three = backcast.backcast(first.fits, [targets[name] for name in headline], 0.5)
Markdown("\n\n".join(backcast_sentences.takes(found) for found in (one, all_three)))

# %% [markdown]
# ## How good were the probabilities?
#
# Only what is published can be scored, so far GDP, and with it all together. The Brier
# score is the squared distance from what came, 0 at best; whoever always says one half
# has 0.25.
# One plan in one region tells little of a model; hindcasts of many regions tell more.

# %%
scored = resolution.scores(told.assessments)
means = resolution.mean_scores(scored)
label = names | {"joint": "headline targets together"}
shown = scored.assign(target=scored["target"].map(label)).style.hide()
display(shown.format({"as_of": "{:%Y-%m-%d}"}, precision=3))
lines = [target_sentences.mean_score(row, label) for _, row in means.iterrows()]
Markdown("\n".join(f"- {line}" for line in lines))

# %% [markdown]
# ## What is not told here
#
# - **Targets without data.** They are listed, with what is known and what series would
#   be needed.
# - **Why growth fell.** A split says which quantity fell short, in which city, and not
#   for what reason.
# - **Prices and the census.** Levels of 2023 on both sides of the census are published
#   for the province alone, so that the two are told apart by the model, not by figures.

# %%
bare = [a for a in told.now.assessment.targets if a.status == "no_data"]
rows = [(a.target.label.en, sentences.goal(a.target, "en"), a.reason) for a in bare]
frame = pd.DataFrame(rows, columns=["target", "asks for", "what is known"])
display(frame.style.hide())

from importlib.metadata import version

used = ("numpy", "scipy", "pandas", "xarray", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in used))
print(f"project {project.id}, as of {today}, seed {SEED}, scenario baseline")
