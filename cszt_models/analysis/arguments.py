"""Checks of arguments of the public functions."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from cszt_models.errors import DataError
from cszt_models.scenarios.levers import is_number


def check_count(name: str, value: Any, least: int) -> None:
    """Check that an argument is a whole number of at least a value.

    Parameters
    ----------
    name
        Of the argument, for the message.
    least
        The smallest value that is valid.

    Raises
    ------
    DataError
        If it is not.
    """
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not whole or value < least:
        raise DataError(
            f"{name} {value!r} is not a whole number of {least} or more. "
            f"Give one like {max(least, 1)}."
        )


def check_number(name: str, value: Any) -> None:
    """Check that an argument is a finite number.

    Raises
    ------
    DataError
        If it is not.
    """
    if not is_number(value):
        raise DataError(f"{name} {value!r} is not a number. Give one like 0.7.")


def names_of(given: Any) -> list[str]:
    """Ids of targets as a list.

    Raises
    ------
    DataError
        If there is none, or they are not texts.
    """
    names = [given] if isinstance(given, str) else []
    if isinstance(given, Iterable):
        names = names or list(given)
    if not names or not all(isinstance(name, str) for name in names):
        raise DataError(
            f"targets {given!r} are not ids. Give an id or a list of them, or "
            "nothing for the headline targets."
        )
    return names


def texts_of(name: str, given: Any) -> list[str]:
    """Texts as a list, a single one too.

    Parameters
    ----------
    name
        Of the argument, for the message.

    Raises
    ------
    DataError
        If they are not texts.
    """
    texts = [given] if isinstance(given, str) else given
    texts = list(texts) if isinstance(texts, Iterable) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise DataError(
            f"{name} {given!r} is not a list of names. Give names in brackets, like "
            '["strong"].'
        )
    return texts


def check_earlier(against: date, as_of: date) -> None:
    """Check that a date is before that of an analysis.

    Raises
    ------
    DataError
        If it is not.
    """
    if against >= as_of:
        raise DataError(
            f"{against} is not before {as_of}, so nothing came after it that could be "
            "split. Choose an earlier date, or the plan."
        )
