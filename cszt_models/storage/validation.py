"""Validation of YAML content by the annotations of dataclasses, with pydantic."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cszt_models.errors import DataError, unknown

# Names of types in errors and the remedy, by the type of error in pydantic.
_TYPES = {
    "string_type": ("str", "Write it in quotes."),
    "int_type": ("int", "Write a whole number, without quotes."),
    "date_type": ("date", "Write it as YYYY-MM-DD, without quotes."),
    "bool_type": ("bool", "Write true or false."),
    "dict_type": ("dict", "Write 'name: value' lines."),
    "tuple_type": ("list", "Write a list like [a, b]."),
}


def validated[T](kind: type[T], content: Any, source: object) -> T:
    """Content of a YAML file as a dataclass, checked against its annotations.

    Parameters
    ----------
    kind
        The dataclass.
    content
        Values of its fields.
    source
        Name of the file.

    Raises
    ------
    DataError
        With place, value, remedy and nearest valid name of the first error.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Town:
    ...     name: str
    >>> validated(Town, {"name": 5}, "towns.yaml")
    Traceback (most recent call last):
    cszt_models.errors.DataError: towns.yaml, name: 5 is int, not str. \
Write it in quotes.
    """
    try:
        result: T = _adapter(kind).validate_python(content)  # type: ignore[arg-type]
    except ValidationError as error:
        place, fact, remedy = _explained(error)
        where = f"{source}, {place}" if place else str(source)
        raise DataError(f"{where}: {fact} {remedy}") from None
    return result


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _explained(error: ValidationError) -> tuple[str, str, str]:
    """Place, fact and remedy of the first error."""
    first = error.errors(include_url=False)[0]
    kind, keys, value = first["type"], list(first["loc"]), first["input"]
    if keys[-1] == "[key]":  # pydantic gives the text of a name that is no text
        return _place(keys[:-2]), f"{value!r} is no name.", "Put it in quotes."
    if kind == "invalid_key":
        return _place(keys[:-1]), f"{keys[-1]} is no name.", "Put it in quotes."
    if kind == "missing":
        key = "name" if keys[-1] == "label" else keys[-1]
        return _place(keys[:-1]), f"no {key!r}.", f"Add '{key}: ...'."
    if kind == "literal_error":
        names = re.findall("'([^']*)'", first["ctx"]["expected"])
        fact = unknown(str(keys[-1]), value, names)
        return _place(keys[:-1]), fact, "Correct the name."
    if kind not in _TYPES:
        remedy = "Write 'name: value' lines in it."
        return _place(keys), f"{value!r} is not a mapping.", remedy
    name, remedy = _TYPES[kind]
    while isinstance(keys[-1], int):
        del keys[-1]
    return _place(keys), f"{value!r} is {type(value).__name__}, not {name}.", remedy


def _place(keys: Sequence[int | str]) -> str:
    """Path of keys; texts of a label stand in the entry or under its ``name``."""
    place = ""
    for n, key in enumerate(keys):
        inline = n > 1 and isinstance(keys[n - 1], str)
        if isinstance(key, int):
            place += f"[{key}]"
        elif key != "label" or not inline:
            place += f".{'name' if key == 'label' else key}"
    return place.removeprefix(".")
