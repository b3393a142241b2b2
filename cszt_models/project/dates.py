"""As-of dates: parsing, and the check against the day of the data."""

from datetime import date

from cszt_models.errors import DataError
from cszt_models.project.days import last_day
from cszt_models.project.project import Project


def as_of_date(project: Project, text: str | None) -> date:
    """An as-of date written as YYYY-MM-DD; without one, that of the data.

    YYYY-MM and YYYY mean the last day of the month or year.

    Raises
    ------
    DataError
        If it is not a date, or after the day on which the data were compiled.

    Examples
    --------
    >>> from cszt_models import load_project
    >>> as_of_date(load_project(), "2021-06")
    datetime.date(2021, 6, 30)
    """
    if text is None:
        return project.data_date
    try:
        on = last_day(text)
    except ValueError:
        raise DataError(
            f"as-of date {text!r} is not a date. Write it as YYYY-MM-DD, like "
            "2021-06-30."
        ) from None
    return check_date(project, on)


def check_date(project: Project, on: date) -> date:
    """Return the date if the data were compiled on or after it.

    Raises
    ------
    DataError
        If it is after the day on which the data were compiled.
    """
    if on > project.data_date:
        raise DataError(
            f"as-of date {on} is after {project.data_date}, the day the data were "
            "compiled. Choose that day or an earlier one, or add newer releases and "
            "raise data_date in project.yaml."
        )
    return on


def dates_until(project: Project, last: date) -> list[date]:
    """The project's as-of dates before a last one, and the last one.

    Of a project with several plans, those from the year before its plan on.
    """
    dates = project.as_of_dates
    if len(project.plans) > 1:
        dates = tuple(d for d in dates if d.year >= project.plan.first_year - 1)
    return [*(day for day in dates if day < last), last]
