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
AS_OF = "2026-11-23"  # only what was released by this date is used
SEED = 1
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
#   2021, so that they do not tell the trend.
#
# A row is a published rate in log points: one cell plus rounding. A rate of the three
# cities together is a row over three cells, weighted by their GDP of the year before.

# %%
from datetime import date

from IPython.display import SVG, Markdown, display

import cszt_models as cm
from cszt_models.checks import (
    cross_validation as leaving_out,
)
from cszt_models.checks import (
    predictive as checks,
)
from cszt_models.checks import (
    statsmodels_peer as nearest,
)
from cszt_models.inference.fit import fit
from cszt_models.models import covariates, growth
from cszt_models.models.block import Block
from cszt_models.models.fits import panels
from cszt_models.models.priors import read_priors
from cszt_models.present.charts import base as figures
from cszt_models.present.charts import checks as check_figures
from cszt_models.present.sentences import checks as check_sentences
from cszt_models.project import series
from cszt_models.vocabulary import GROWTH

project = cm.load_project(PROJECT)
as_of = date.fromisoformat(AS_OF)
known = cm.as_of(cm.read_observations(project), as_of)
panel = panels(known, project, as_of)["growth"]
regions = {name: project.regions[name].label.en for name in panel.regions}
print(f"{len(panel.rows)} rows of {len(regions)} regions; unit: {panel.unit}.")

# %% [markdown]
# ## Priors, and what they alone would produce
#
# The size of each component has a lognormal prior. Its median is the size found in the
# prefectures of other provinces up to 2020, and its spread how far their estimates lie
# apart, so that no figure of Hunan is used twice; that of the course comes from
# hindcasts. `low` to `high` is 80 %. Components with one value are fixed: the start and
# the common event are left wide on purpose, the level says where growth returns to,
# and `measurement` multiplies the error of rounding.

# %%
checks.priors(panel).style.hide().format(precision=2).set_properties(
    subset=["source"], **{"text-align": "left", "font-size": "85%"}
)

# %% [markdown]
# Drawn from these priors, the same rows of the same regions would look like this. The
# reference is what Hunan's cities did, the red line. The mean is wide because the start
# is; the other statistics hardly depend on it.

# %%
observed = growth.percent_growth(panel.values)
before = growth.percent_growth(checks.prior_predictive(panel, draws=2000, seed=SEED))
table = checks.against(panel, observed, {"prior": before})
chart = check_figures.replicated(table, unit="percentage points a year")
display(SVG(figures.as_svg(chart)))
Markdown(check_sentences.replicates(table, "prior"))

# %% [markdown]
# ## What the data say of the sizes

# %%
fitted = fit(panel, as_of=as_of, seed=SEED)
chart = check_figures.prior_posterior(checks.densities(fitted), unit=panel.unit)
display(SVG(figures.as_svg(chart)))
Markdown(check_sentences.scales(checks.scales(fitted)))

# %% [markdown]
# ## The fit, by statistical basis
#
# Points are published rates, by vintage; the band is 90 % of the posterior, which
# closes on a published rate and opens where none is known. Vintages of a growth rate
# differ by a few tenths, so only the last one is a row, and no basis has an offset.

# %%
cells = growth.percent_growth(fitted.cells["cells"])
chart = check_figures.rows_and_cells(
    checks.by_basis(panel, observed),
    checks.bands(cells),
    regions=regions,
    bases={name: label.en for name, label in project.bases.items()},
    title="Real GDP growth",
    unit="percent a year",
)
display(SVG(figures.as_svg(chart)))
rates = known[(known["indicator"] == GROWTH) & known["region"].isin(regions)]
gaps = series.coverage(rates).set_index("region")["gaps"]
missing = [f"{regions[name]} {years}" for name, years in gaps.items() if years]
Markdown(f"Between the first and the last rate no figure: {'; '.join(missing)}.")

# %% [markdown]
# ## Would the fitted model produce such data?
#
# Replicates have the sizes of the posterior and new paths: other provinces, one might
# say, of the same kind. A band around the rows would say little here, since it passes
# through every published rate; these statistics can fail.

# %%
replicated = checks.posterior_predictive(panel, fitted, seed=SEED)
after = growth.percent_growth(replicated)
table = checks.against(panel, observed, {"prior": before, "posterior": after})
chart = check_figures.replicated(table, unit="percentage points a year")
display(SVG(figures.as_svg(chart)))
Markdown(check_sentences.replicates(table, "posterior"))

# %% [markdown]
# *Widening* is the spread between regions in the later half of the years over that in
# the earlier half. The cycle of each region is stationary, so that replicates lie
# around one. A value below them means that growth rates drew together, which the model
# has no means to say; its intervals for single cities some years ahead are then too
# wide. *Largest departure* is the furthest row from the means of its year
# and region: above the replicates, there are outliers that normal shocks do not have.
#
# Now each row is left out and told from the others. If the model is right, the
# probability that it gave to smaller values is uniform.

# %%
scales = fitted.scales.to_numpy()
told = leaving_out.left_out(panel, scales)
pit = leaving_out.replicated_pit(panel, scales[::20], replicated[::20])
chart = check_figures.pit_histogram(leaving_out.pit_histogram(told["pit"], pit))
display(SVG(figures.as_svg(chart)))
display(Markdown(check_sentences.coverage(leaving_out.coverage(told["pit"], pit))))
furthest = leaving_out.surprises(told)[["region", "year", "value", "mean", "z", "khat"]]
furthest[["value", "mean"]] = growth.percent_growth(furthest[["value", "mean"]])
furthest.replace({"region": regions}).style.hide().format(precision=1)

# %% [markdown]
# `value` was published, `mean` expected from the other rows, in percent; `z` is the
# distance in standard deviations, `khat` at most 0.7 if the weights can be trusted.
#
# ## What statsmodels' nearest model says
#
# For one city alone the nearest model is a random walk plus noise, with a free
# coefficient for each event year, by maximum likelihood.

# %%
alone = nearest.series(panel, CITY)
events = project.events_known(as_of)
peer = nearest.local_level(alone, until=project.horizon, events=events)
since = int(alone.index[-1])
ours = checks.bands(cells.sel(region=[CITY], year=slice(since + 1, None)))
theirs = growth.percent_growth(peer.path)
paths = {f"statsmodels: {peer.name}": theirs, "panel": ours.set_index("year")}
past, unit = growth.percent_growth(alone), "real growth, percent a year"
chart = check_figures.two_paths(paths, past, title=regions[CITY], unit=unit)
display(SVG(figures.as_svg(chart)))
sizes = nearest.sizes(panel, fitted, since=since, until=project.horizon)
Markdown(check_sentences.peer(peer, [*paths.values()], sizes, unit="%"))

# %% [markdown]
# ## Add a covariate
#
# Does last year's growth of the province tell more of the cities' growth this year? The
# question is put to the three cities from 2010 to 2023; the growth of Hunan in 2023 is
# not among the published figures here, so that 2024 cannot be told from it.
#
# $$g_{it} = \beta\,(x_{t-1} - \bar x) + \text{components}, \qquad
# \beta \sim N(0, 0.5^2)$$
#
# The prior says that one point more in the province moves the cities by less than a
# point. The covariate is a number for each row; a row of several cities takes their
# weighted sum. For a dummy of an event, give `in_rows` a series of zeros and ones.
#
# `to_pymc` gives the model that the default engine fits. `mean` is called inside it and
# may make random variables of its own. Chains are judged by the same gate as a fit.

# %%
import arviz
import pymc as pm

from cszt_models.inference import nuts

few = known["region"].isin([*project.with_role("core"), *project.aggregates])
block = Block(project, as_of, project.horizon, read_priors(project)["growth"])
small = growth.panel(known[few & known["year"].between(2010, 2023)], block)
province = covariates.published(known, project, GROWTH, "hunan")
x = covariates.in_rows(small, growth.log_growth(province), lag=1)

without = nuts.to_pymc(small)
beside = nuts.to_pymc(small, mean=lambda: pm.Normal("effect", 0, 0.5) * (x - x.mean()))
models = {"without the covariate": without, "with the covariate": beside}
chains = {n: nuts.chains(small, m, draws=1200, seed=SEED) for n, m in models.items()}
gates = [nuts.gate(name, tree) for name, tree in chains.items()]
print(f"{len(small.rows)} rows;", ", ".join(f"R-hat {gate.rhat:.3f}" for gate in gates))
summary = arviz.summary(chains["with the covariate"], var_names=["effect", "scale"])
summary[["mean", "sd", "eti89_lb", "eti89_ub", "ess_bulk", "ess_tail", "r_hat"]]

# %% [markdown]
# ArviZ compares the two by the density of what is left out. Which part is left out
# matters: a row left out alone is told by the other cities of its year, so that nothing
# that moves all of them can show. Leaving out whole years is the fairer question, and
# the harder one: `diag_elpd` counts years for which the weights cannot be trusted.

# %%
import warnings

by_row = {n: nuts.with_log_likelihood(small, tree) for n, tree in chains.items()}
by_year = {n: leaving_out.with_years_left_out(small, t) for n, t in chains.items()}
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it repeats what diag_elpd says
    pairs = {"row": by_row, "year": by_year}
    ranked = {of: arviz.compare(pair, round_to=1) for of, pair in pairs.items()}
columns = ["rank", "elpd", "elpd_diff", "dse", "p", "diag_elpd"]
display(*[table[columns] for table in ranked.values()])
said = [check_sentences.models_apart(table, of) for of, table in ranked.items()]
Markdown("\n\n".join(said))

# %% [markdown]
# ## What the model cannot know
#
# - **Causes.** Components have sizes, not reasons. A policy, a tariff or a closure
#   enters only as a lever, a scenario or a covariate that somebody names.
# - **What is behind a rate.** Rows are rates as published. If published growth is
#   smoother than growth, so is the model's.
# - **Where growth ends.** That it fades by 7 percent a year, towards something between
#   0 and 4 percent, is a prior; one province has seen one rise and one fall.
# - **Outliers to come.** Shocks are normal; a year like 2020 is in no interval unless
#   it is named.
# - **Years without a figure.** They are told by the other regions alone.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "xarray", "statsmodels", "pymc", "nutpie", "arviz", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(f"project {project.id}, as of {as_of}, seed {SEED}")
