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
AS_OF = "2026-11-23"  # only what was released by this date is used
SEED = 1
CITY = "changsha"  # compared with statsmodels

# %% [markdown]
# ## The model
#
# With $p, s, t$ the shares of primary, secondary and tertiary industry, two coordinates
# tell all three, and any two numbers give shares that are positive and sum to one:
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
# published lie an offset (*basis*) and a noise (*vintage*) of their own away.

# %%
from datetime import date

import numpy as np
from IPython.display import SVG, Markdown, display
from scipy.special import expit

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
from cszt_models.models import industry
from cszt_models.models.fits import panels
from cszt_models.present.charts import base as figures
from cszt_models.present.charts import checks as check_figures
from cszt_models.present.sentences import checks as check_sentences
from cszt_models.vocabulary import SECTOR_SHARES

project = cm.load_project(PROJECT)
as_of = date.fromisoformat(AS_OF)
known = cm.as_of(cm.read_observations(project), as_of)
built = panels(known, project, as_of)
blocks = {name: built[name] for name in (industry.AGRICULTURE, industry.BALANCE)}
panel = blocks[industry.BALANCE]  # both have the same rows
regions = {name: project.regions[name].label.en for name in panel.regions}
bases = {name: label.en for name, label in project.bases.items()}
print(f"{len(panel.rows)} rows in each block; unit: {panel.unit}.")

# %% [markdown]
# ## Priors, and what they alone would produce
#
# The size of each component has a lognormal prior, from the prefectures of other
# provinces up to 2020. `low` to `high` is 80 %. A balance that falls by 0.1 means that
# industry's part of industry and services together falls by 3.5 points from one half.

# %%
for name, block in blocks.items():
    listed = checks.priors(block).style.hide().format(precision=3).set_caption(name)
    left = {"text-align": "left", "font-size": "85%"}
    display(listed.set_properties(subset=["source"], **left))

# %% [markdown]
# Drawn from these priors, and turned into shares, the same rows would look like this.
# Shown are the primary share, which `agriculture` moves, and the secondary share, which
# `balance` moves most. The wide levels alone allow any share, so each replicate is
# shifted to the mean of the rows.

# %%
values = np.stack([block.values for block in blocks.values()], axis=-1)
observed = 100 * industry.shares(values)
drawn = [
    checks.at_mean(block, checks.prior_predictive(block, draws=2000, seed=SEED))
    for block in blocks.values()
]
before = 100 * industry.shares(np.stack(drawn, axis=-1))
for k, title in enumerate(("Primary share", "Secondary share")):
    one = drawn[0].copy(data=before[..., k])
    table = checks.against(panel, observed[:, k], {"prior": one})
    table = table[table["statistic"] != "mean"]
    chart = check_figures.replicated(table, unit="percentage points")
    said = check_sentences.replicates(table, "prior")
    display(Markdown(f"**{title}.** {said}"), SVG(figures.as_svg(chart)))

# %% [markdown]
# ## What the data say of the sizes

# %%
fits = {name: fit(block, as_of=as_of, seed=SEED) for name, block in blocks.items()}
for name, fitted in fits.items():
    unit = f"{name}, log-ratio"
    chart = check_figures.prior_posterior(checks.densities(fitted), unit=unit)
    said = check_sentences.scales(checks.scales(fitted))
    display(SVG(figures.as_svg(chart)), Markdown(f"**{name}.** {said}"))

# %% [markdown]
# ## The fit, by statistical basis
#
# The band is 90 % of the posterior of the shares, made of both coordinates draw by
# draw. It jumps where a census moves a region's figures.

# %%
paths = [fitted.cells["cells"] for fitted in fits.values()]
parts = 100 * industry.shares(np.stack(paths, axis=-1))
cells = {n: paths[0].copy(data=parts[..., k]) for k, n in enumerate(SECTOR_SHARES)}
for k, title in ((0, "Primary industry"), (1, "Secondary industry")):
    chart = check_figures.rows_and_cells(
        checks.by_basis(panel, observed[:, k]),
        checks.bands(cells[SECTOR_SHARES[k]]),
        regions=regions,
        bases=bases,
        title=title,
        unit="percent of GDP",
    )
    display(SVG(figures.as_svg(chart)))

# %% [markdown]
# ## Would the fitted model produce such data?
#
# Replicates have the sizes of the posterior and new paths.

# %%
again = {n: checks.posterior_predictive(blocks[n], fits[n], seed=SEED) for n in blocks}
level = [checks.at_mean(blocks[name], one) for name, one in again.items()]
after = 100 * industry.shares(np.stack(level, axis=-1))
for k, title in enumerate(("Primary share", "Secondary share")):
    old = drawn[0].copy(data=before[..., k])
    new = again[industry.BALANCE].copy(data=after[..., k])
    table = checks.against(panel, observed[:, k], {"prior": old, "posterior": new})
    table = table[table["statistic"] != "mean"]
    chart = check_figures.replicated(table, unit="percentage points")
    said = check_sentences.replicates(table, "posterior")
    display(Markdown(f"**{title}.** {said}"), SVG(figures.as_svg(chart)))

# %% [markdown]
# A trend of each region can only drive regions apart over the years. *Spread between
# regions* or *widening* below the replicates means that structures stayed more alike
# than such trends would leave them.
#
# Now each row is left out and told from the others, in each block.

# %%
told, pits = {}, {}
for name, block in blocks.items():
    scales = fits[name].scales.to_numpy()
    told[name] = leaving_out.left_out(block, scales)
    pits[name] = leaving_out.replicated_pit(block, scales[::20], again[name][::20])
    chart = check_figures.pit_histogram(
        leaving_out.pit_histogram(told[name]["pit"], pits[name])
    )
    said = check_sentences.coverage(leaving_out.coverage(told[name]["pit"], pits[name]))
    display(SVG(figures.as_svg(chart)), Markdown(f"**{name}.** {said}"))

# %% [markdown]
# The rows that surprise most, with the shares as published. `value` and `mean` are the
# coordinate as published and as expected from the other rows; `z` is the distance in
# standard deviations, `khat` at most 0.7 if the weights can be trusted.

# %%
names = {n: label.removeprefix("share_") for n, label in enumerate(SECTOR_SHARES)}
for name, table in told.items():
    shown = table.assign(**{label: observed[:, n] for n, label in names.items()})
    shown = leaving_out.surprises(shown).drop(columns=["status", "sd", "pit"])
    shown = shown.replace({"region": regions, "basis": bases})
    digits = {"value": "{:.2f}", "mean": "{:.2f}"}
    display(shown.style.hide().format(digits, precision=1).set_caption(name))

# %% [markdown]
# In the figures of late 2026 two surprises stand out, both in the data. Loudi's primary
# share of 2007 comes from a compilation and lies far below both its neighbours.
# Changsha's secondary share falls by five points from the first figure of 2017 to that
# of 2018; in between GDP of 2017 was corrected by 3 %. The census step that could take
# up the fall stands a year later, in 2019.
#
# ## What statsmodels' nearest model says
#
# A damped trend plus noise on the same log-ratio of one city, by maximum likelihood,
# with a free shift at each census. It is shown as industry's part of industry and
# services together.

# %%
alone = nearest.series(panel, CITY)
steps = [census.levels_from for census in project.censuses]
peer = nearest.damped_trend(alone, until=project.horizon, breaks=steps)
since = int(alone.index[-1])
ours = 100 * expit(np.sqrt(2) * fits[industry.BALANCE].cells["cells"])
ours = checks.bands(ours.sel(region=[CITY], year=slice(since + 1, None)))
theirs = 100 * expit(np.sqrt(2) * peer.path)
both = {f"statsmodels: {peer.name}": theirs, "panel": ours.set_index("year")}
title = f"{regions[CITY]}, industry in industry and services together"
past = 100 * expit(np.sqrt(2) * alone)
chart = check_figures.two_paths(both, past, title=title, unit="percent")
display(SVG(figures.as_svg(chart)))
fitted = fits[industry.BALANCE]
sizes = nearest.sizes(panel, fitted, since=since, until=project.horizon)
Markdown(check_sentences.peer(peer, [*both.values()], sizes, unit="%"))

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

used = ("numpy", "scipy", "xarray", "statsmodels", "arviz-stats", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in used))
print(f"project {project.id}, as of {as_of}, seed {SEED}, {len(scales)} draws")
