"""The running year of a fitted project: what is due, and what the rest must be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cszt_models.analysis.arguments import check_count, check_number, names_of
from cszt_models.analysis.base import FittedProject
from cszt_models.errors import DataError, unknown
from cszt_models.models.growth import NAME as GROWTH_BLOCK
from cszt_models.projection.paths import project_paths
from cszt_models.vocabulary import GROWTH

if TYPE_CHECKING:
    import xarray as xr

    from cszt_models.results.running_year import RunningYearResults
    from cszt_models.results.within_year import CalendarResults, NeededResults


@dataclass(frozen=True, repr=False)
class WithinYear(FittedProject):
    """A fitted project, and what a running year is about."""

    def calendar(
        self, year: int | None = None, regions: str | Iterable[str] | None = None
    ) -> "CalendarResults":
        """Releases on a year that are due, and what each is expected to settle.

        Parameters
        ----------
        year
            That of the as-of date if not given.
        regions
            Regions and aggregates; those of the core, the aggregates, and all that have
            a target, if not given.

        Raises
        ------
        DataError
            If a region is unknown, growth is not fitted, or the year not projected.

        Examples
        --------
        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> city = analysis.project.with_role("core")[0]
        >>> due = analysis.calendar(2021, city).to_frame()
        >>> due["series"].tolist()[:2]
        ['gdp_real_growth@H1', 'gdp_real_growth@Q1-Q3']
        >>> bool((due["sd_alone"] < due["sd"]).all())
        True
        """
        from cszt_models.attribution.release_calendar import release_calendar
        from cszt_models.results.within_year import CalendarResults

        of_year = self._year(year)
        releases = release_calendar(
            self.fits, of_year, self._regions(regions), self.targets
        )
        return CalendarResults(
            self.project, self.as_of.isoformat(), of_year, releases, self.targets
        )

    def needed(
        self,
        year: int | None = None,
        growth: float | None = None,
        regions: str | Iterable[str] | None = None,
    ) -> "NeededResults":
        """What the rest of a running year must be for the year to reach a rate.

        Parameters
        ----------
        year
            That of the as-of date, or the one before if only of that is growth to date
            known, if not given.
        growth
            Growth of the year to reach, percent; what targets ask for if not given, or
            the median where none asks.
        regions
            Regions and aggregates; those of the core, the aggregates, and all that have
            a target, if not given.

        Raises
        ------
        DataError
            If a region is unknown, the year not projected, growth not above -100, or
            no growth of part of the year is known.

        Notes
        -----
        Growth to date is as it was released, or follows from growth of each part of
        this year and the last on the one before it, if that is known for longer.
        """
        from cszt_models.attribution.release_calendar import require_year
        from cszt_models.attribution.rest_of_year import growth_to_date
        from cszt_models.attribution.year_needs import year_needs
        from cszt_models.results.within_year import NeededResults

        of_year, places = self._year(year), self._regions(regions)
        if growth is not None:
            check_number("growth", growth)
            if growth <= -100:
                raise DataError(
                    f"growth {growth:g} is not above -100 percent. Give one like 5."
                )
        require_year(self.fits, of_year)
        known = growth_to_date(self.fits, of_year, places)
        if year is None and not known:  # in January the year before is not over
            known = growth_to_date(self.fits, of_year - 1, places)
            of_year -= bool(known)
        if not known:
            raise DataError(
                f"no growth of part of {of_year} on the year before was known of "
                f"{', '.join(places)} by {self.as_of}. Add one to observations.csv, "
                f"with a period like {of_year}Q1 or {of_year}M01-09, or all quarters "
                f"from {of_year - 1}Q2-on-Q1 on."
            )
        paths = self._growth_paths()
        needs = year_needs(self.fits, paths, known, self.targets, growth=growth)
        return NeededResults(self.project, self.as_of.isoformat(), of_year, needs)

    def running_year(
        self, year: int | None = None, regions: str | Iterable[str] | None = None
    ) -> "RunningYearResults":
        """Growth of a running year after each release on it, and what the rest must be.

        Parameters
        ----------
        year
            That of the as-of date, or the one before if only of that there are
            releases, if not given.
        regions
            Regions and aggregates; those of the core, the aggregates, and all that have
            a target, if not given.

        Raises
        ------
        DataError
            If a region is unknown, or growth is not fitted.

        Examples
        --------
        The bundled project has no figures of parts of years.

        >>> import cszt_models as cm
        >>> analysis = cm.analyse(as_of="2021-06-30", draws=200)
        >>> len(analysis.running_year(2021))
        0
        """
        from cszt_models.results.running_year import running_year

        of_year = None if year is None else self._year(year)
        places, paths = self._regions(regions), self._growth_paths()
        return running_year(self.fits, paths, places, self.targets, year=of_year)

    def _growth_paths(self) -> "xr.Dataset":
        """Paths under the baseline, with growth among them."""
        if GROWTH_BLOCK not in self.fits.blocks:
            raise DataError(
                f"growth is not fitted as of {self.as_of}. Add figures of {GROWTH} of "
                "whole years."
            )
        set_up, chosen = self._scene("baseline")
        return project_paths(set_up.outlook, chosen)

    def _year(self, year: int | None) -> int:
        if year is None:
            return self.as_of.year
        check_count("year", year, 1)
        return year

    def _regions(self, regions: str | Iterable[str] | None) -> list[str]:
        project = self.project
        if regions is None:
            usual = [*project.with_role("core"), *project.aggregates]
            judged = {target.region for target in self.targets.values()}
            others = [name for name in project.regions if name in judged]
            return list(dict.fromkeys([*usual, *others]))
        names = names_of(regions)
        for name in names:
            if name not in project.regions and name not in project.aggregates:
                raise DataError(
                    unknown("region", name, [*project.regions, *project.aggregates])
                )
        return list(dict.fromkeys(names))
