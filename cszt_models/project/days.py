"""Days of releases, as they are written: a day, a month or a year."""

import re
from calendar import monthrange
from datetime import date


def last_day(released: str) -> date:
    """Last day a release dated YYYY, YYYY-MM or YYYY-MM-DD can have happened.

    Raises
    ------
    ValueError
        If the text is not such a date, or the day does not exist.

    Examples
    --------
    >>> last_day("2021-02")
    datetime.date(2021, 2, 28)
    """
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", released):
        raise ValueError(f"{released!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    parts = [int(part) for part in released.split("-")]
    if len(parts) == 3:
        return date(*parts)
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    first = date(parts[0], parts[1], 1)
    return first.replace(day=monthrange(first.year, first.month)[1])
