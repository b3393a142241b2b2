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
# # Industry: three shares of GDP that sum to one
#
# How much of GDP is farming, industry and services? Shares are published each year,
# but an economic census may move them overnight. This notebook shows the model of the
# shares and holds it against the data and against statsmodels' nearest model.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2026-11-29"  # only what was released by this date is used
SEED = 1
DRAWS = 4000  # joint futures
CITY = "changsha"  # compared with statsmodels

# %% [markdown]
# ## The model
#
# With $p, s, t$ the shares of primary, secondary and tertiary industry, two coordinates
# determine all three, and any two numbers give shares that are positive and sum to one:
#
# $$z_1 = \sqrt{\tfrac23}\,\ln\frac{p}{\sqrt{st}}, \qquad
# z_2 = \sqrt{\tfrac12}\,\ln\frac{s}{t}$$
#
# `agriculture` is $z_1$, farming against the rest; `balance` is $z_2$, industry against
# services. Each is a block of its own with the same components:
#
# $$z_{it} = \underbrace{\ell + \mu_t + \varepsilon_t}_{\text{all regions}} +
# \underbrace{\ell_i + \mu_{it} + \varepsilon_{it} + \textstyle\sum_{c \le t}
# \delta_{ic}}_{\text{region } i}, \qquad
# \Delta\mu_t = 0.8\,\Delta\mu_{t-1} + \zeta_t$$
#
# - *trends* of all regions and of each, four fifths of whose change goes on each year;
# - levels, offsets and yearly *shocks*, as in the other blocks;
# - a lasting *census step* $\delta_{ic}$ of region $i$ from the first year whose
#   figures rest on census $c$.
#
# A row is one region's shares in one year on one basis. Figures that are not as first
# published lie an offset (*basis*) and a noise (*vintage*) of their own away. Below,
# `balance` is read as industry's part of industry and services together, in percent:
# a balance that falls by 0.1 means 3.5 points less from one half.

# %%
import cszt_models as cm

analysis = cm.analyse(PROJECT, AS_OF, seed=SEED, draws=DRAWS)
balance, agriculture = analysis.check("balance"), analysis.check("agriculture")
balance.priors()

# %% [markdown]
# ## What the data say of the sizes
#
# Prior sizes come from the prefectures of other provinces up to 2020.

# %%
balance.plot(kind="scales")

# %%
agriculture.plot(kind="scales")

# %% [markdown]
# ## The fit, by statistical basis
#
# The band is 90 % of the posterior. It jumps where a census moves a region's figures.

# %%
balance.plot(kind="fit")

# %%
agriculture.plot(kind="fit")

# %% [markdown]
# ## Would the model produce such data?
#
# The wide levels alone allow any share, so each replicate is shifted to the mean of the
# rows. At the end each row is left out and predicted from the others.

# %%
balance.plot()

# %%
balance

# %%
agriculture.summary()

# %% [markdown]
# A trend of each region can only drive regions apart over the years. *Spread between
# regions* or *widening* below the replicates means that structures stayed more alike
# than such trends would leave them.

# %%
balance.surprises()

# %% [markdown]
# In the figures of late 2026 Changsha's industry stands out: its share falls by five
# points from the first figure of 2017 to that of 2018; in between GDP of 2017 was
# corrected by 3 %. The census step that could take up the fall stands a year later, in
# 2019. Of farming it is Loudi's share of 2007, from a compilation and far below both
# its neighbours.
#
# ## What statsmodels' nearest model says
#
# A damped trend plus noise on the same log-ratio of one city, by maximum likelihood,
# with a free shift at each census.

# %%
peer = balance.peer(CITY)
peer.plot()

# %%
peer

# %% [markdown]
# Free shifts take whatever a census year brings, trend or not; the panel's have a size
# that all regions and censuses share, and the next census, of 2028, is in its interval.
#
# ## What the model cannot know
#
# - **What a census finds.** Its steps have a typical size and no direction.
# - **Prices.** Shares are of value added at current prices: a fall in the price of
#   steel lowers industry's share without one furnace closing.
# - **Firms.** One plant that opens or closes can move a city by a point; that is a
#   shock here, of a size that all regions share.
# - **Finer targets.** The plan speaks of advanced manufacturing and high technology.
#   They have a figure or two each and no model here.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "xarray", "statsmodels", "arviz-stats", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(analysis)
