"""Messages of errors in Chinese, found by the template that wrote them.

Errors are raised in English wherever they arise. A catalogue holds every template
with its Chinese one; a test reads the templates from the source and fails if one lacks.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

_PLACEHOLDER = re.compile(r"\{(~?)(\d)\}")
MAX_JOINING = 5  # characters of a template that only joins two values
_LIST = re.compile(r"[^\s,，。：]+(, [^\s,，。：]+)+")
_ITEMS = re.compile(r"(?<=\)), ")  # a list of items that end with a bracket


def translated(message: str) -> str:
    """A message in Chinese, as far as the catalogue contains its parts.

    Of several templates that agree, the one with the most fixed characters is taken.
    Values that are messages themselves are translated too; ids, paths and numbers stay.

    Examples
    --------
    >>> translated("panel.csv does not exist. Check the path.")
    'panel.csv不存在。请检查路径。'
    >>> translated("scenario 'a': part 'b': regions 'c' is not a list. Write [a, b].")
    '情景“a”：组成部分“b”：regions “c”不是列表。请写作[a, b]。'
    """
    items = _ITEMS.split(message)
    if len(items) > 1 and message.endswith(")"):
        return "、".join(map(translated, items))
    for pattern, chinese in templates():
        if match := pattern.fullmatch(message):
            return _filled(chinese, match.groups())
    return _value(message)


def _filled(chinese: str, values: tuple[str, ...]) -> str:
    def fill(place: re.Match[str]) -> str:
        value = values[int(place[2])]
        return terms().get(value, value) if place[1] else translated(value)

    return _PLACEHOLDER.sub(fill, chinese)


def _value(value: str) -> str:
    """A value with the marks of Chinese: quotes, and dots between items of a list."""
    if _LIST.fullmatch(value):
        return "、".join(map(_value, value.split(", ")))
    quoted = re.fullmatch(r"'([^']*)'|\"([^\"]*)\"", value)
    return f"“{quoted[1] or quoted[2] or ''}”" if quoted else value


@cache
def templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of English templates with the Chinese ones, most fixed text first.

    Raises
    ------
    ValueError
        If placeholders of a template are not numbered in order.
    """
    result = []
    for english, chinese in catalogue().items():
        fixed = _PLACEHOLDER.split(english)[::3]
        words = len("".join(fixed)) > MAX_JOINING or ": " in english
        hole = "(.*?)" if words else r"(\S+?)"  # "{0} to {1}" is no sentence's
        pattern = hole.join(map(re.escape, fixed))
        order = [int(number) for _, number in _PLACEHOLDER.findall(english)]
        if order != list(range(len(order))):
            raise ValueError(f"placeholders of {english!r} are not numbered in order")
        compiled = re.compile(pattern, re.DOTALL)
        result.append((len("".join(fixed)), compiled, chinese))
    result.sort(key=lambda row: -row[0])
    return tuple((pattern, chinese) for _, pattern, chinese in result)


@cache
def catalogue() -> dict[str, str]:
    """Chinese template of each English one."""
    folder = files("cszt_models.present.texts")
    return {
        entry["en"]: entry["zh"]
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.startswith("errors_") and file.name.endswith(".yaml")
        for entry in _yaml(file.read_text(encoding="utf-8"))
    }


@cache
def terms() -> dict[str, str]:
    """Chinese of words that messages are given as values."""
    folder = files("cszt_models.present.texts")
    result: dict[str, str] = _yaml((folder / "terms.yaml").read_text(encoding="utf-8"))
    return result


def _yaml(text: str) -> Any:
    import yaml

    return yaml.safe_load(text)
