"""Every text of the package that is in one language is in the other too."""

import importlib
import pkgutil
import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

import cszt_models

LANGUAGES = {"en", "zh"}


def bilingual() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Mappings by language that modules hold, wherever in a mapping they stand."""
    for found in pkgutil.walk_packages(cszt_models.__path__, "cszt_models."):
        if ".__main__" in found.name:
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if name.isupper():
                yield from inside(f"{found.name}.{name}", value)


def inside(place: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(value, Mapping):
        return
    if LANGUAGES & set(value):
        yield place, value
        return
    for key, item in value.items():
        yield from inside(f"{place}[{key}]", item)


TEXTS = dict(bilingual())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def assert_alike(place: str, en: Any, zh: Any) -> None:
    if isinstance(en, Mapping):
        lacking = (
            en.keys() - zh.keys() if place.endswith(".UNIT") else en.keys() ^ zh.keys()
        )
        assert not lacking, place  # a unit without an entry is its own English
        for key in en:
            assert_alike(f"{place}[{key}]", en[key], zh[key])
    elif isinstance(en, str):
        assert bool(en.strip()) == bool(zh.strip()), place
        assert fields(zh) <= fields(en) | {"other"}, place


def test_the_texts_are_found() -> None:
    assert len(TEXTS) > 50


@pytest.mark.parametrize("place", TEXTS)
def test_a_text_is_in_both_languages(place: str) -> None:
    text = TEXTS[place]
    assert set(text) >= LANGUAGES
    assert_alike(place, text["en"], text["zh"])
