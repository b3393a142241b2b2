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
AS_OF = "2026-11-23"  # outcomes released by this date are scored
SCENARIO = "baseline"  # hindcasts are of the baseline
SEED = 1

# %% [markdown]
# ## On this region
#
# Two origins of the project itself, with the figures of their time: what the panel and
# two simple methods said of growth in the five years that followed. Two origins are two
# cases, whatever the number of cities; the next section has more.

# %%
from IPython.display import SVG, Markdown, display

import cszt_models as cm
from cszt_models import progress as waiting
from cszt_models.hindcast import summary as hindcast_tables
from cszt_models.hindcast.cases import HindcastDesign, project_cases
from cszt_models.hindcast.evaluate import run
from cszt_models.hindcast.record import read_record
from cszt_models.hindcast.variables import variable_named
from cszt_models.present.charts import base as figures
from cszt_models.present.charts import hindcast as hindcast_figures
from cszt_models.present.sentences import hindcast as hindcast_sentences

project = cm.load_project(PROJECT)
observations = cm.read_observations(project)
known = observations[observations["known_on"].astype(str) <= AS_OF]
design = HindcastDesign((2015, 2018), 5, SEED, ("structural", "rw", "mean5"), draws=400)
growth = variable_named("gdp_real_growth")
cases = project_cases(known, project, growth, design)
with waiting.bar("Forecasting", len(cases)) as bar:
    own = run(cases, folder=None, jobs=1, on_case=bar.at)
columns = ["method", "n", "crps", "crps_mean_growth", "coverage80", "coverage95"]
hindcast_tables.overall(own)[columns].style.hide().format(precision=2)

# %% [markdown]
# `crps` is the mean continuous ranked probability score in points, lower is better;
# `crps_mean_growth` that of the five-year mean, which is what a plan's growth target
# asks. Coverage is the share of outcomes inside the intervals of 80 and 95 percent.
#
# The difference of scores, with 90 percent intervals from origins drawn again, and
# where in their forecasts outcomes fell: evenly, if forecasts are neither too wide nor
# too narrow nor to one side.

# %%
gain = hindcast_tables.gains(own, seed=SEED)
display(gain.style.hide().format(precision=2))
methods = {n: text["en"] for n, text in hindcast_sentences.METHODS.items()}
chart = hindcast_figures.pit_chart(hindcast_tables.pit_histogram(own), methods)
SVG(figures.as_svg(chart))

# %% [markdown]
# ## On many regions
#
# The record holds scores on prefectures and provinces of China, computed by
# `scripts/score_reference.py` from panels that may not be passed on.

# %%
record = read_record(project)
names = [] if record is None else record.indicators
told = [hindcast_sentences.compared(record, project, n, "en") for n in names]
Markdown("\n".join(f"- {sentence}" for sentence in told) or "This project has none.")

# %%
if record is not None:
    table = hindcast_sentences.scores_table(record, project, "en")
    display(table.style.hide())

# %% [markdown]
# A *ratio* below one says that the panel's score is the better one. Years shake all
# regions of a country together: many regions in eleven years are closer to eleven
# independent cases than to thousands.
#
# ## Were the probabilities right?
#
# For each region and origin five targets were set as plans set them, from the region's
# last five years. Points on the line came true as often as stated; numbers are cases,
# hollow points rest on few.

# %%
for name in [] if record is None else record.replayed:
    title = hindcast_sentences.quantity(name, project, "en")
    chart = hindcast_figures.reliability_chart(record, name, title=title)
    display(SVG(figures.as_svg(chart)))
wrong = [hindcast_sentences.off(record, project, n, "en") for n in names]
Markdown("\n".join(f"- {text}" for text in wrong if text))

# %% [markdown]
# ## What hindcasts cannot say
#
# - **Whether the next years are like those scored.** The scores are of a time in which
#   growth of all regions slowed; a model that expects slowing does well in it.
# - **How single probabilities of this plan did.** One plan is one case: `cszt scores`
#   gives its scores, and they cannot show calibration.

# %%
from importlib.metadata import version

packages = ("numpy", "scipy", "xarray", "statsmodels", "scoringrules", "altair")
print(
    f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in packages)
)
print(f"project {project.id}, as of {AS_OF}, scenario {SCENARIO}, seed {SEED}")
