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
# The plan asks for an urban share of 80 % by 2025. Few figures tell it, and they stand
# on four statistical bases. This notebook shows the model of the share and holds it
# against those figures, basis by basis, and against statsmodels' nearest model.

# %% tags=["parameters"]
PROJECT = None  # a project folder; None is the bundled region
AS_OF = "2026-11-23"  # only what was released by this date is used
SEED = 1
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
from datetime import date

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
from cszt_models.models.fits import panels
from cszt_models.present.charts import base as figures
from cszt_models.present.charts import checks as check_figures
from cszt_models.present.sentences import checks as check_sentences
from cszt_models.vocabulary import URBANIZATION

project = cm.load_project(PROJECT)
as_of = date.fromisoformat(AS_OF)
known = cm.as_of(cm.read_observations(project), as_of)
panel = panels(known, project, as_of)["urbanization"]
regions = {name: project.regions[name].label.en for name in panel.regions}
bases = {name: label.en for name, label in project.bases.items()}
counts = {regions[n]: sum(r.region == n for r in panel.rows) for n in regions}
print(f"{len(panel.rows)} rows; unit: {panel.unit}.")
print(", ".join(f"{name} {count}" for name, count in counts.items()))

# %% [markdown]
# ## Priors, and what they alone would produce
#
# The size of each component has a lognormal prior, from the provinces outside Hunan up
# to 2020. `low` to `high` is 80 %; the level is fixed and wide, and `measurement`
# multiplies the error of rounding. On the logit scale 0.1 is 2.5 points at a share of
# one half and 1.6 points at 80 %.

# %%
checks.priors(panel).style.hide().format(precision=4).set_properties(
    subset=["source"], **{"text-align": "left", "font-size": "85%"}
)

# %% [markdown]
# Drawn from these priors, the same rows would look like this, in points of the share.
# The wide level alone allows any share, so each replicate is shifted to the mean of the
# rows. The prior does not know that China urbanizes: a rise and a fall are as likely.

# %%
observed = 100 * expit(panel.values)
prior = checks.prior_predictive(panel, draws=4000, seed=SEED)
before = 100 * expit(checks.at_mean(panel, prior))
table = checks.against(panel, observed, {"prior": before})
table = table[table["statistic"] != "mean"]
chart = check_figures.replicated(table, unit="percentage points")
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
# The band is 90 % of the posterior on the basis on which targets are judged. Points on
# older bases may lie off it, always on the same side in one region; the table says how
# far, in points.

# %%
cells = 100 * expit(fitted.cells["cells"])
rows, bands = checks.by_basis(panel, observed), checks.bands(cells)
chart = check_figures.rows_and_cells(
    rows, bands, regions=regions, bases=bases, title="Urban share", unit="percent"
)
display(SVG(figures.as_svg(chart)))
both = rows.merge(bands, on=["region", "year"])
both = both.assign(gap=both["value"] - both["median"], basis=both["basis"].map(bases))
both = both.assign(place=both["region"].map(regions))
gaps = both.pivot_table(index="place", columns="basis", values="gap", sort=False)
gaps = gaps.round(1).add(0.0).rename_axis(index=None, columns=None)
gaps.style.format("{:+.1f}", na_rep="")

# %% [markdown]
# ## Would the fitted model produce such data?
#
# Replicates have the sizes of the posterior and new paths.

# %%
replicated = checks.posterior_predictive(panel, fitted, seed=SEED)
after = 100 * expit(checks.at_mean(panel, replicated))
table = checks.against(panel, observed, {"prior": before, "posterior": after})
table = table[table["statistic"] != "mean"]
chart = check_figures.replicated(table, unit="percentage points")
display(SVG(figures.as_svg(chart)))
Markdown(check_sentences.replicates(table, "posterior"))

# %% [markdown]
# *Change a year* and *persistence* above the replicates have one reason: trends have no
# direction beforehand, and the rows all rise, steadily. Once the rows are seen, the
# present pace is known and the forecast starts from it; what stays is that it is
# expected to die out, and not to return to some normal pace. *Largest departure* below
# the replicates says that no figure is an outlier.
#
# Now each row is left out and told from the others.

# %%
scales = fitted.scales.to_numpy()
told = leaving_out.left_out(panel, scales)
pit = leaving_out.replicated_pit(panel, scales[::10], replicated[::10])
chart = check_figures.pit_histogram(leaving_out.pit_histogram(told["pit"], pit))
display(SVG(figures.as_svg(chart)))
display(Markdown(check_sentences.coverage(leaving_out.coverage(told["pit"], pit))))
furthest = leaving_out.surprises(told).drop(columns=["status", "sd", "pit"])
furthest[["value", "mean"]] = 100 * expit(furthest[["value", "mean"]])
furthest = furthest.replace({"region": regions, "basis": bases})
furthest.style.hide().format(precision=1)

# %% [markdown]
# `value` was published, `mean` expected from the other rows, in percent; `z` is the
# distance in standard deviations, `khat` at most 0.7 if the weights can be trusted.
#
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
judged = project.comparability[URBANIZATION].judged
alone = {name: nearest.series(panel, name, judged) for name in PLACES}
until = project.horizon
others = {name: nearest.damped_trend(one, until=until) for name, one in alone.items()}
for name, peer in others.items():
    since = int(alone[name].index[-1])
    ours = checks.bands(cells.sel(region=[name], year=slice(since + 1, None)))
    theirs = 100 * expit(peer.path)
    paths = {f"statsmodels: {peer.name}": theirs, "panel": ours.set_index("year")}
    chart = check_figures.two_paths(
        paths,
        100 * expit(alone[name]),
        title=regions[name],
        unit="urban share, percent",
    )
    display(SVG(figures.as_svg(chart)))
    sizes = nearest.sizes(panel, fitted, since=since, until=until)
    said = check_sentences.peer(peer, [*paths.values()], sizes, unit="%")
    display(Markdown(f"**{regions[name]}.** {said}"))

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
#   count of 2030 will move them, as that of 2020 did, and no interval holds that.
# - **Zhuzhou and Xiangtan after 2021.** Their shares are not published here; Hunan and
#   Changsha tell them, and the spread between regions.
# - **Policy.** Registration reform or land policy acts through levers only.

# %%
from importlib.metadata import version

names = ("numpy", "scipy", "xarray", "statsmodels", "arviz-stats", "altair")
print(f"cszt_models {cm.__version__},", ", ".join(f"{n} {version(n)}" for n in names))
print(f"project {project.id}, as of {as_of}, seed {SEED}, {len(scales)} draws")
