"""Texts of users are complete in both languages."""

import re
from pathlib import Path

import pytest

import cszt_models
from cszt_models.present.texts import TEXTS
from cszt_models.present.texts.commands import COLUMNS_ZH, LINES
from cszt_models.present.texts.pages import LABELS, PAGES

CATALOGUES = {"texts": TEXTS, "lines": LINES, "labels": LABELS, "pages": PAGES}
# Software, measures and commands that Chinese readers write in Latin letters.
LATIN = re.compile(
    r"\{[^}]*\}|cszt [a-z]+|--[a-z]+|TABLE\.xlsx|GDP|MC|CRPS|CORP|English|project"
)
HALF_WIDTH = re.compile(r"[一-鿿] ?[,;:?!.]|[,;:?!] ?[一-鿿]")
SOURCE = "".join(
    path.read_text(encoding="utf-8")
    for path in Path(cszt_models.__file__).parent.rglob("*.py")
    if path.parent.name != "texts"
)
ALL = [(name, key) for name, texts in CATALOGUES.items() for key in texts]


@pytest.mark.parametrize(("name", "key"), ALL)
def test_a_text_has_both_languages(name: str, key: str) -> None:
    text = CATALOGUES[name][key]
    assert set(text) == {"en", "zh"}
    assert all(text.values())
    holes = [re.findall(r"\{(\w+)", text[language]) for language in ("en", "zh")]
    assert sorted(holes[0]) == sorted(holes[1])


@pytest.mark.parametrize(("name", "key"), ALL)
def test_chinese_has_no_latin_words_and_its_own_marks(name: str, key: str) -> None:
    chinese = CATALOGUES[name][key]["zh"]
    assert not re.findall("[A-Za-z]{2,}", LATIN.sub("", chinese))
    assert not HALF_WIDTH.search(LATIN.sub("x", chinese))


@pytest.mark.parametrize("key", LINES)
def test_every_line_is_printed_by_a_command(key: str) -> None:
    assert f'"{key}"' in SOURCE


def test_headings_of_check_have_chinese() -> None:
    assert all(re.search("[一-鿿]", text) for text in COLUMNS_ZH.values())
