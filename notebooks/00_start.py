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
# # Start here
#
# How probable is it that a region meets its plan, given what was known on a date? This
# notebook answers for the 2021–2025 plan of Changsha–Zhuzhou–Xiangtan (长株潭) in one
# panel. The notebooks that follow take the answer apart:
#
# | | |
# |---|---|
# | 01 headline | from published figures to the probabilities, step by step |
# | 02 growth, 03 urbanization, 04 industry | the models, their priors and checks |
# | 05 targets | the whole plan: together, when, why, what it took, how good |
# | 06 scenarios | levers, conditions and how plausible they are |
# | 07 sweeps | many settings at once, and which of them matter |
# | 08 hindcast | how good such probabilities have been |
# | 09 setting | values with a stated chance, split over cities and years |
# | 10 desk | a region of your own, its figures, plan and report, without a terminal |

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2021-06-30"  # only what was released by this date is used
SCENARIO = "baseline"  # from scenarios.yaml of the project
SEED = 1
DRAWS = 4000  # joint futures

# %% [markdown]
# ## What is known
#
# Figures released after the date are cut away before anything else happens. A fit takes
# seconds; it is kept and used again while nothing that it follows from has changed.

# %%
import cszt_models as cm

analysis = cm.analyse(PROJECT, AS_OF, seed=SEED, draws=DRAWS)
analysis.attain(scenario=SCENARIO)

# %% [markdown]
# ## What if?
#
# Move a lever, for all cities or for one. While it moves, the browser evaluates a
# thousand of the model's futures; when it rests, the exact figure from all of them
# follows from the kernel. The panel goes on answering when this notebook is opened
# again without a kernel. It holds the date above and that of the newest figures.

# %%
panel = analysis.explore(analysis.project.data_date, scenario=SCENARIO)
panel

# %% [markdown]
# ## The same from Python
#
# The panel's scenario is a value like any other, with the hash that the panel shows.

# %%
analysis.attain(scenario=panel.scenario).plot()

# %% [markdown]
# ## What was used

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "pandas", "xarray", "arviz-stats", "anywidget", "ipywidgets")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(analysis)
