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
# # Urbanization: the share of residents who live in towns
#
# The plan asks for an urban share of 80 % by 2025. Few figures determine it, and they
# stand on four statistical bases. This notebook shows the model of the share and holds
# it against those figures, basis by basis, and against statsmodels' nearest model.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2026-11-29"  # only what was released by this date is used
SEED = 1
DRAWS = 4000  # joint futures
PLACES = ("hunan", "changsha")  # compared with statsmodels: a long and a short series

# %% [markdown]
# ## The model
#
# A cell is the logit of the urban share $p_{it}$ of region $i$ in year $t$, so that a
# share stays between 0 and 1 and its rise slows as it nears 1:
#
# $$\ln\frac{p_{it}}{1-p_{it}} = \underbrace{\ell + \mu_t + \varepsilon_t}_{\text{all
# regions}} + \underbrace{\ell_i + \mu_{it} + \varepsilon_{it}}_{\text{region } i},
# \qquad \mu_t = \mu_{t-1} + \beta_t, \quad \beta_t = 0.95\,\beta_{t-1} + \zeta_t$$
#
# - two *trends*, $\mu_t$ of all regions and $\mu_{it}$ of each (`region_trend`). Their
#   yearly change $\beta$ is expected to lose a twentieth of itself each year: after ten
#   years 60 % of today's pace is left. Trends that do not flatten out are known to
#   overshoot (Bocquier 2005);
# - a wide *level* $\ell$ and an offset $\ell_i$ of each region;
# - *shocks* $\varepsilon$ of one year.
#
# A row is a published share on one basis. Counts of a census and estimates since the
# census of 2020 are the cells themselves, plus rounding. Each region's estimates on an
# older *basis* lie a constant distance off, whose size is one more unknown.

# %%
import cszt_models as cm

analysis = cm.analyse(PROJECT, AS_OF, seed=SEED, draws=DRAWS)
check = analysis.check("urbanization")
check.priors()

# %% [markdown]
# Prior sizes come from the provinces outside Hunan up to 2020; `low` to `high` is 80 %.
# On the logit scale 0.1 is 2.5 points at a share of one half and 1.6 points at 80 %.
#
# ## What the data say of the sizes

# %%
check.plot(kind="scales")

# %% [markdown]
# ## The fit, by statistical basis
#
# The band is 90 % of the posterior on the basis on which targets are judged. Points on
# older bases may lie off it, always on the same side in one region.

# %%
check.plot(kind="fit")

# %% [markdown]
# ## Would the model produce such data?
#
# The wide level alone allows any share, so each replicate is shifted to the mean of the
# rows. The prior does not know that China urbanizes: a rise and a fall are as likely.
# At the end each row is left out and predicted from the others.

# %%
check.plot()

# %%
check

# %% [markdown]
# *Change a year* and *persistence* above the replicates have one reason: trends have no
# direction beforehand, and the rows all rise, steadily. Once the rows are seen, the
# present pace is known and the forecast starts from it; what stays is that it is
# expected to die out. *Largest departure* below the replicates says that no figure is
# an outlier.

# %%
check.plot(kind="pit")

# %%
check.surprises()

# %% [markdown]
# Neighbours on one older basis that are surprising in opposite directions mean that
# their distance from the census is not constant: estimates drift away from the last
# count as the years pass, and the next count brings them back. The model has one step
# for it, not a drift.
#
# ## What statsmodels' nearest model says
#
# A damped trend plus noise on the logit of one region's share, by maximum likelihood,
# from the figures on the bases that are judged; it learns the damping from them.

# %%
check.peer(PLACES[0]).plot()

# %%
check.peer(PLACES[0])

# %%
check.peer(PLACES[1]).plot()

# %%
check.peer(PLACES[1])

# %% [markdown]
# The damping of the panel is a prior from other provinces, that of statsmodels is
# estimated: from a long series like Hunan's both should say much the same. Changsha has
# five figures; there the panel leans on the province and the other cities.
#
# ## What the model cannot know
#
# - **What counts as urban.** A redrawn boundary or a new rule of classification moves a
#   share in one year. Only those that come with a named basis are steps here.
# - **The next census.** Estimates since 2020 are taken as the truth to a rounding. The
#   count of 2030 will move them, as that of 2020 did, and no interval contains that.
# - **Zhuzhou and Xiangtan after 2021.** Their shares are not published here; Hunan and
#   Changsha determine them, and the spread between regions.
# - **Policy.** Registration reform or land policy acts through levers only.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "xarray", "statsmodels", "arviz-stats", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(analysis)
