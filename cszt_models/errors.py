"""Exceptions; each message states a fact with its value, then a remedy."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

MOST_LISTED = 20  # names; of more, those that are nearest are listed
NEAREST, LEAST_LIKE = 5, 0.55  # number of these, and how like they are, of 1


class DataError(ValueError):
    """A file of the project, or a date or name given by the user, cannot be used."""


class NothingKnownError(DataError):
    """No figure known on a date informs a block, so the block is left out."""


class ScenarioError(ValueError):
    """A scenario names an unknown part or lever, or its parts contradict each other."""


class YearsError(ScenarioError):
    """A part of a scenario refers to years that are not projected."""


class ConvergenceError(RuntimeError):
    """A fit failed its gate, so no probability may be computed from it."""


def unknown(kind: str, name: object, known: Iterable[str]) -> str:
    """Sentence for a name that is not among the known ones, with the nearest one.

    Of more than twenty known names those that are like it are listed.

    Parameters
    ----------
    kind
        What the name stands for, as ``"region"``.
    name
        The name that was given.
    known
        Valid names.

    Examples
    --------
    >>> unknown("region", "notrh", ["north", "south"])
    "Unknown region 'notrh'. Did you mean 'north'? Known: north, south."
    """
    names = sorted(map(str, known))
    near = get_close_matches(str(name), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"Unknown {kind} {str(name)!r}.{hint} Known: {_listed(str(name), names)}."


def _listed(name: str, names: list[str]) -> str:
    """Known names, or of many those that are like one.

    Examples
    --------
    >>> _listed("2021", [str(year) for year in range(1990, 2021)])
    '2020, 2019, 2018, 2017, 2016 and 26 others'
    """
    if len(names) <= MOST_LISTED:
        return ", ".join(names) or "none"
    near = get_close_matches(name, names, n=NEAREST, cutoff=LEAST_LIKE)
    if not near:
        return f"none like it among {len(names)}"
    return f"{', '.join(near)} and {len(names) - len(near)} others"


def one_named[T](kind: str, by_name: Mapping[str, T], name: str) -> T:
    """The value with a name.

    Parameters
    ----------
    kind
        What the name stands for, as ``"region"``.
    by_name, name
        Values by name, and the name of the one that is wanted.

    Raises
    ------
    DataError
        If there is none, with the nearest name.

    Examples
    --------
    >>> one_named("region", {"north": 1}, "north")
    1
    """
    if name not in by_name:
        raise DataError(unknown(kind, name, by_name))
    return by_name[name]
