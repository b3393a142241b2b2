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
# # Growth: what the model is, and where it fits badly
#
# Real growth drives most of the GDP target. This notebook shows the model of it and
# holds it against the data: priors before and after, rows by statistical basis, what
# the model would produce if it were true, statsmodels' nearest model. At the end it
# adds a covariate to the model in PyMC. Sampling that part takes most of the time, some
# twenty seconds.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2026-11-29"  # only what was released by this date is used
SEED = 1
DRAWS = 4000  # joint futures
CITY = "changsha"  # compared with statsmodels

# %% [markdown]
# ## The model
#
# A cell is $g_{it} = 100\,\Delta\ln$ real GDP of region $i$ in year $t$. It adds up
# normal components, each a known pattern over years with a size to be estimated:
#
# $$g_{it} = \underbrace{\ell + \mu_t + \varepsilon_t + e_t}_{\text{all regions}} +
# \underbrace{\ell_i + w_{it} + \varepsilon_{it} + e_{it}}_{\text{region } i}, \qquad
# \mu_t = 0.93\,\mu_{t-1} + \zeta_t, \quad w_{it} = 0.8\, w_{i,t-1} + \eta_{it}$$
#
# - a *level* $\ell$ of 0 ± 2, and a *course* $\mu_t$ that all regions share and that
#   returns to it by 7 percent a year from wherever it started: fast growth fades, as
#   hindcasts from origins up to 2013 preferred and later ones confirmed;
# - a region's own offset $\ell_i$ (`region_level`) and its passing cycle $w_{it}$
#   (`region_cycle`);
# - yearly *shocks* $\varepsilon_t$ and $\varepsilon_{it}$, gone the year after;
# - *event* terms $e_t$ and $e_{it}$ in the years that project.yaml names, 2020 and
#   2021, so that they do not determine the trend.
#
# A row is a published rate in log points: one cell plus rounding. A rate of the three
# cities together is a row over three cells, weighted by their GDP of the year before.

# %%
from IPython.display import display

import cszt_models as cm

analysis = cm.analyse(PROJECT, AS_OF, seed=SEED, draws=DRAWS)
check = analysis.check("growth")
check.priors()

# %% [markdown]
# Each size has a lognormal prior: its median is the size found in the prefectures of
# other provinces up to 2020, its spread how far their estimates lie apart, so that no
# figure of Hunan is used twice; that of the course comes from hindcasts. `low` to
# `high` is 80 %. The start and the common event are left wide on purpose.
#
# ## What the data say of the sizes

# %%
check.plot(kind="scales")

# %% [markdown]
# The scales of every block are in `analysis.idata`, as ArviZ reads them.

# %%
import arviz as az

az.summary(analysis.idata, var_names=["growth_scale"], kind="stats")

# %%
forest = az.plot_forest(analysis.idata, var_names=["growth_scale"], combined=True)

# %% [markdown]
# ## The fit, by statistical basis
#
# Points are published rates, by vintage; the band is 90 % of the posterior, which
# closes on a published rate and opens where none is known. Vintages of a growth rate
# differ by a few tenths, so only the last one is a row, and no basis has an offset.

# %%
check.plot(kind="fit")

# %% [markdown]
# ## Would the model produce such data?
#
# Replicates are other provinces of the same kind: sizes from the prior or the
# posterior, and new paths. The red line is what Hunan's cities did. A band around the
# rows would say little, since it passes through every rate; these statistics can fail.
# At the end each row is left out and predicted from the others.

# %%
display(check.plot(), check)

# %% [markdown]
# *Widening* is the spread between regions in the later half of the years over that in
# the earlier half. Below the replicates it means that growth rates drew together, which
# the model has no means to say; its intervals for single cities some years ahead are
# then too wide. *Largest departure* is the furthest row from the means of its year and
# region: above the replicates, there are outliers that normal shocks do not have.
#
# If the model is right, the probability that a row left out had of a smaller value is
# uniform.

# %%
check.plot(kind="pit")

# %%
check.surprises()

# %% [markdown]
# ## What statsmodels' nearest model says
#
# For one city alone: a random walk plus noise, with a free coefficient for each event
# year, by maximum likelihood.

# %%
peer = check.peer(CITY)
display(peer.plot(), peer)

# %% [markdown]
# ## Add a covariate
#
# Does last year's growth of the province say more of the cities' growth this year? The
# question is put to the three cities from 2010 to 2023; the growth of Hunan in 2023 is
# not among the published figures here, so that 2024 cannot be predicted from it.
#
# $$g_{it} = \beta\,(x_{t-1} - \bar x) + \text{components}, \qquad
# \beta \sim N(0, 0.5^2)$$
#
# `to_pymc` gives the model that the default engine fits. `mean` is called inside it and
# may make random variables of its own.

# %%
import pymc as pm

from cszt_models.inference import nuts
from cszt_models.models import covariates

project = analysis.project
cities = [*project.with_role("core"), *project.aggregates]
panel = analysis.panel("growth", cities, years=(2010, 2023))
known = analysis.fits.known
province = covariates.published(known, project, "gdp_real_growth", "hunan")
x = covariates.in_rows(panel, province, lag=1)
models = {
    "without": analysis.to_pymc(panel),
    "with": analysis.to_pymc(
        panel, mean=lambda: pm.Normal("effect", 0, 0.5) * (x - x.mean())
    ),
}
chains = {n: nuts.chains(panel, m, draws=1200, seed=SEED) for n, m in models.items()}
az.summary(chains["with"], var_names=["effect", "scale"])

# %% [markdown]
# ArviZ compares the two by the density of rows left out. A row left out alone is
# predicted by the other cities of its year; whole years left out
# (`checks.cross_validation.with_years_left_out`) are the harder question.

# %%
densities = {n: nuts.with_log_likelihood(panel, tree) for n, tree in chains.items()}
az.compare(densities, round_to=1)[["rank", "elpd", "elpd_diff", "dse", "p"]]

# %% [markdown]
# ## What the model cannot know
#
# - **Causes.** Components have sizes, not reasons. A policy, a tariff or a closure
#   enters only as a lever, a scenario or a covariate that somebody names.
# - **What is behind a rate.** If published growth is smoother than growth, so is the
#   model's.
# - **Where growth ends.** That it fades by 7 percent a year, towards something between
#   0 and 4 percent, is a prior; one province has seen one rise and one fall.
# - **Outliers to come.** Shocks are normal; a year like 2020 is in no interval unless
#   it is named.
# - **Years without a figure.** They are known from the other regions alone.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "xarray", "statsmodels", "pymc", "nutpie", "arviz", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(analysis)
