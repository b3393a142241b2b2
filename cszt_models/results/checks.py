"""Results of checks: a block held against its data, and against statsmodels' model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.special import expit

from cszt_models.checks import cross_validation, predictive, statsmodels_peer
from cszt_models.errors import DataError, unknown
from cszt_models.inference.fit import Fit
from cszt_models.models import growth, industry, price, urbanization
from cszt_models.models.fits import Fits
from cszt_models.present.charts import checks as charts
from cszt_models.present.sentences import checks as sentences
from cszt_models.present.tables.table import Table
from cszt_models.present.texts import require_language
from cszt_models.project.project import Project
from cszt_models.results.base import Results, formatted
from cszt_models.structural.panel import Panel
from cszt_models.vocabulary import DRAW, REGION, YEAR

Array = NDArray[np.float64]

REPLICATES = 100  # whose rows are left out one by one
PRIOR_DRAWS = 2000
LEVELS_WIDE = {urbanization.NAME, industry.AGRICULTURE, industry.BALANCE}
RATE, SHARE = "percent a year", "percent"


@dataclass(frozen=True)
class CheckResults(Results):
    """One block: priors, replicates of its rows, and each row left out in turn.

    Parameters
    ----------
    fits
        Fits of an as-of date.
    block
        Name of the block.

    Examples
    --------
    >>> import cszt_models as cm
    >>> check = cm.analyse(as_of="2021-06-30", draws=200).check("growth")
    >>> check.to_frame().columns.tolist()
    ['of', 'statistic', 'observed', 'low', 'median', 'high', 'below']
    """

    fits: Fits
    block: str

    def __repr__(self) -> str:
        """Block, rows and regions."""
        rows, regions = len(self.panel.rows), len(self.panel.regions)
        return f"<CheckResults of {self.block}: {rows} rows of {regions} regions>"

    @property
    def panel(self) -> Panel:
        """Rows and components of the block."""
        return self.fits.panels[self.block]

    @property
    def project(self) -> Project:
        """The project."""
        return self.fits.project

    @cached_property
    def fit(self) -> Fit:
        """Fit of the block, a draw for each vector of scales."""
        return self.fits.drawn[self.block].taking(np.arange(self.fits.vectors))

    @property
    def unit(self) -> str:
        """Unit in which rows and paths are read."""
        return READ_AS[self.block][1] if self.block in READ_AS else self.panel.unit

    def _read(self, values: Any) -> Any:
        """Values of the model's scale in the unit in which they are read."""
        return READ_AS[self.block][0](values) if self.block in READ_AS else values

    def _replicates(self, drawn: xr.DataArray) -> xr.DataArray:
        if self.block in LEVELS_WIDE:
            drawn = predictive.at_mean(self.panel, drawn)
        return self._read(drawn)

    @cached_property
    def observed(self) -> Array:
        """Values of the rows in the unit in which they are read."""
        return np.asarray(self._read(self.panel.values))

    @cached_property
    def replicated(self) -> xr.DataArray:
        """Rows (draw, row) that the fitted model would produce, on its own scale."""
        return predictive.posterior_predictive(
            self.panel, self.fit, seed=self.fits.seed
        )

    @cached_property
    def _against(self) -> pd.DataFrame:
        prior = predictive.prior_predictive(
            self.panel, draws=PRIOR_DRAWS, seed=self.fits.seed
        )
        both = {"prior": prior, "posterior": self.replicated}
        replicates = {name: self._replicates(drawn) for name, drawn in both.items()}
        table = predictive.compare_statistics(self.panel, self.observed, replicates)
        if self.block in LEVELS_WIDE:  # replicates are at the mean of the rows
            table = table[table["statistic"] != "mean"]
        return table.reset_index(drop=True)

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """Every row predicted from the others; see `cross_validation.left_out`."""
        return cross_validation.left_out(self.panel, self.fit.scales.to_numpy())

    @cached_property
    def _replicated_pit(self) -> Array:
        every = slice(None, None, max(1, self.fit.scales.sizes[DRAW] // REPLICATES))
        scales = self.fit.scales.to_numpy()[every]
        return cross_validation.replicated_pit(
            self.panel, scales, self.replicated[every]
        )

    def to_frame(self) -> pd.DataFrame:
        """of, statistic, observed; low, median and high (90 %) of replicates, below.

        ``of`` is prior or posterior; ``below`` the share of replicates below the
        observed statistic, near 0 or 1 where the model would hardly produce it.
        """
        return self._against

    def priors(self) -> Table:
        """Components with the median and 80 % interval of their scales, and sources."""
        frame = predictive.priors(self.panel)
        cells = {
            name: [f"{value:.3g}" for value in frame[name]]
            for name in ("low", "median", "high")
        }
        title = f"Prior scales of {self.block}, in {self.panel.unit}"
        return Table(title, frame.assign(**cells), tuple(cells), ("component",))

    def scales(self) -> pd.DataFrame:
        """Scales before and after the data; see `predictive.scales`."""
        return predictive.scales(self.fit)

    def surprises(self, count: int = 6) -> Table:
        """Rows that lie furthest from what the others predict, the furthest first."""
        rows = cross_validation.surprises(self.left_out, count)
        label = {name: place.en for name, place in self.project.places.items()}
        frame = pd.DataFrame(
            {
                "region": list(rows[REGION].map(label)),
                "year": list(rows[YEAR].astype(str)),
                "published": formatted(self._read(rows["value"]), "{:.2f}"),
                "expected": formatted(self._read(rows["mean"]), "{:.2f}"),
                "z": formatted(rows["z"], "{:+.1f}"),
                "k-hat": [f"{khat:.2f}" for khat in rows["khat"]],
            }
        )
        title = f"Rows left out that surprise most, {self.unit}"
        return Table(title, frame, list(frame.columns[1:]))

    def tables(self, language: str = "en") -> list[Table]:
        """Statistics of the rows beside those of replicates, in English."""
        require_language(language)
        frame = self._against
        cells = {
            name: [f"{value:.2f}" for value in frame[name]]
            for name in ("observed", "low", "median", "high")
        }
        title = f"Rows of {self.block} and 90 % of replicates, {self.unit}"
        columns = ["of", "statistic", *cells]
        return [Table(title, frame.assign(**cells)[columns], tuple(cells))]

    def sentences(self, language: str = "en") -> list[str]:
        """What data say of the scales, and where replicates and rows differ."""
        require_language(language)
        pit = self.left_out["pit"].to_numpy(), self._replicated_pit
        return [
            sentences.scales(self.scales()),
            sentences.replicates(self._against, "prior"),
            sentences.replicates(self._against, "posterior"),
            sentences.coverage(cross_validation.coverage(*pit)),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Statistics as plain values, with the block and its unit."""
        records = self._against.to_dict("records")
        return {"block": self.block, "unit": self.unit, "statistics": records}

    def plot(self, language: str = "en", *, kind: str = "replicates") -> Any:
        """A chart of the check.

        Parameters
        ----------
        kind
            ``replicates``, ``scales`` (prior and posterior), ``fit`` (rows by
            statistical basis over the cells) or ``pit`` (rows left out).

        Raises
        ------
        DataError
            If the kind is unknown.
        """
        require_language(language)
        kinds: dict[str, Callable[[], Any]] = {
            "replicates": lambda: charts.replicated(self._against, unit=self.unit),
            "scales": lambda: charts.prior_posterior(
                predictive.densities(self.fit), unit=self.panel.unit
            ),
            "fit": self._fit_chart,
            "pit": self._pit_chart,
        }
        if kind not in kinds:
            raise DataError(unknown("kind of chart", kind, kinds))
        return kinds[kind]()

    def _fit_chart(self) -> Any:
        regions = {name: self.project.places[name].en for name in self.panel.regions}
        return charts.rows_and_cells(
            predictive.by_basis(self.panel, self.observed),
            predictive.bands(self._read(self.fit.cells["cells"])),
            regions=regions,
            bases={name: label.en for name, label in self.project.bases.items()},
            title=self.block.capitalize(),
            unit=self.unit,
        )

    def _pit_chart(self) -> Any:
        pit = self.left_out["pit"].to_numpy()
        table = cross_validation.pit_histogram(pit, self._replicated_pit)
        return charts.pit_histogram(table)

    def peer(self, region: str) -> "PeerResults":
        """The nearest model of statsmodels for one region, beside the panel's.

        A random walk plus noise for growth rates, a damped trend plus noise for other
        blocks, by maximum likelihood.

        Raises
        ------
        DataError
            If the block has no row of the region.
        ConvergenceError
            If statsmodels finds no maximum.
        """
        if region not in self.panel.regions:
            raise DataError(unknown("region", region, self.panel.regions))
        project, until = self.project, self.project.horizon
        if self.block in RATES:
            known = statsmodels_peer.series(self.panel, region)
            events = project.events_known(self.fits.as_of)
            other = statsmodels_peer.local_level(known, until=until, events=events)
        else:
            judged: Sequence[str] = ()
            breaks = [census.levels_from for census in project.censuses]
            if self.block == urbanization.NAME:
                judged = project.comparability["urbanization_rate"].judged
                breaks = []
            known = statsmodels_peer.series(self.panel, region, judged)
            other = statsmodels_peer.damped_trend(known, until=until, breaks=breaks)
        return PeerResults(self, region, known, other)


@dataclass(frozen=True)
class PeerResults(Results):
    """Forecasts of one region by statsmodels' nearest model and by the panel."""

    check: CheckResults
    region: str
    known: pd.Series
    other: statsmodels_peer.Peer

    def __repr__(self) -> str:
        """Block, region and the other model."""
        return f"<PeerResults of {self.check.block}, {self.region}: {self.other.name}>"

    @cached_property
    def paths(self) -> Mapping[str, pd.DataFrame]:
        """Low, median and high by year, of statsmodels and of the panel."""
        check, since = self.check, int(self.known.index[-1])
        cells = check.fit.cells["cells"].sel(
            region=[self.region], year=slice(since + 1, None)
        )
        ours = predictive.bands(check._read(cells)).set_index(YEAR)
        columns = ["low", "median", "high"]
        theirs = check._read(self.other.path)
        return {f"statsmodels: {self.other.name}": theirs, "panel": ours[columns]}

    def to_frame(self) -> pd.DataFrame:
        """model, year, low, median, high (90 % interval)."""
        frames = [
            path.rename_axis(YEAR).reset_index().assign(model=name)
            for name, path in self.paths.items()
        ]
        frame = pd.concat(frames, ignore_index=True)
        frame.attrs["units"] = self.check.unit
        return frame[["model", YEAR, "low", "median", "high"]]

    def tables(self, language: str = "en") -> list[Table]:
        """The forecast of the last year by both models, in English."""
        require_language(language)
        last = self.to_frame().groupby("model", sort=False).tail(1)
        cells = {
            name: [f"{value:.1f}" for value in last[name]]
            for name in ("low", "median", "high")
        }
        frame = last.assign(year=last[YEAR].astype(str), **cells)
        place = self.check.project.places[self.region].en
        title = f"{place}, {self.check.unit}, 90 % interval"
        return [Table(title, frame, ("year", *cells))]

    def sentences(self, language: str = "en") -> list[str]:
        """How the forecasts of the last year differ, and why."""
        require_language(language)
        check, since = self.check, int(self.known.index[-1])
        until = check.project.horizon
        sizes = statsmodels_peer.sizes(check.panel, check.fit, since=since, until=until)
        paths = [*self.paths.values()]
        unit = "%" if check.block in READ_AS else "on the log-ratio"
        return [sentences.peer(self.other, paths, sizes, unit=unit)]

    def to_dict(self) -> list[dict[str, Any]]:
        """A record for each model and year."""
        return self.to_frame().to_dict("records")

    def plot(self, language: str = "en") -> Any:
        """Both forecasts, median and 90 % interval, after the same figures."""
        require_language(language)
        return charts.two_paths(
            self.paths,
            self.check._read(self.known),
            title=self.check.project.places[self.region].en,
            unit=self.check.unit,
        )


def _percent(logits: Any) -> Any:
    return 100 * expit(logits)


def _secondary(balance: Any) -> Any:
    return 100 * expit(np.sqrt(2) * balance)


RATES = (growth.NAME, price.NAME)
# How values of a block are read, and in which unit; others on the model's scale.
READ_AS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    growth.NAME: (growth.percent_growth, RATE),
    price.NAME: (growth.percent_growth, RATE),
    urbanization.NAME: (_percent, SHARE),
    industry.BALANCE: (_secondary, "industry, percent of industry and services"),
}
