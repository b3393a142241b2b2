"""Names of sources as a page shows them."""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from cszt_models.present.sentences.base import name
from cszt_models.project.plan import Target

_BRACKETED = re.compile(r"\s*\(([^()]*)\)")
_CLASS = re.compile(r"\[([12])\]")  # of official publications, and copies of them
_WEAK = re.compile(r"\[5\]")  # kept where nothing else is at hand
_MARK = {"en": " (weak source)", "zh": "（来源薄弱）"}
_ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+", re.ASCII)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def with_names(text: str, targets: Iterable[Target], language: str) -> str:
    """A text of a project's files with the names of targets in place of their ids.

    Parameters
    ----------
    text
        As a file of the project writes it.
    targets
        Those that it may mention.
    language
        ``"en"`` or ``"zh"``.
    """
    opening, closing = {"en": ('"', '"'), "zh": ("“", "”")}[language]
    names = {
        target.id: f"{opening}{name(target, language)}{closing}" for target in targets
    }
    return _ID.sub(lambda match: names.get(match[0], match[0]), text)


def source_name(source: str, translated: Mapping[str, str], language: str) -> str:
    """A source in the reader's language, as far as the project translates it.

    A title in Chinese stays as it is, with the brackets and commas of Chinese text. One
    of the last class is marked as weak.

    Parameters
    ----------
    source
        As a file of the project writes it.
    translated
        Chinese names by source; see `Project.sources`.
    language
        ``"en"`` or ``"zh"``.

    Examples
    --------
    >>> source_name("[2] bulletin (copy)", {"[2] bulletin (copy)": "[2] 公报"}, "zh")
    '[2] 公报'
    >>> source_name("[3] 经济实力 (网易, 3月)", {}, "zh")
    '[3] 经济实力（网易，3月）'
    >>> source_name("[3] table 3 (copy)", {}, "zh")
    '[3] table 3 (copy)'
    >>> source_name("[5] chart of an exam paper", {}, "en")
    '[5] chart of an exam paper (weak source)'
    """
    mark = _MARK[language] if _WEAK.match(source) else ""
    if language != "zh":
        return source + mark
    if source in translated:
        return translated[source] + mark
    if not _CHINESE.search(source):
        return source + mark
    return _BRACKETED.sub(r"（\1）", source).replace(", ", "，") + mark


def in_short(known: pd.DataFrame, language: str) -> str:
    """How many figures are known, of what, and how many are of good or weak classes.

    Parameters
    ----------
    known
        Figures, each with its region, year and source.

    Examples
    --------
    >>> rows = {"region": ["a", "b"], "year": [2020, 2021]}
    >>> in_short(pd.DataFrame(rows | {"source": ["[1] x", "[4] y"]}), "en")
    '2 figures of 2 places, 2020–2021, from 2 sources; 50 % are of class 1 or 2.'
    >>> in_short(pd.DataFrame(rows | {"source": ["[1] x", "[5] y"]}), "en")[-40:]
    '50 % are of class 1 or 2, 1 is weak (5).'
    """
    if known.empty:
        return ""
    count, places = len(known), known["region"].nunique()
    first, last = int(known["year"].min()), int(known["year"].max())
    sources = known["source"].nunique()
    best = 100 * known["source"].map(lambda text: bool(_CLASS.match(text))).mean()
    weak = int(known["source"].map(lambda text: bool(_WEAK.match(text))).sum())
    if language == "zh":
        poor = f"，{weak}个来源薄弱（5级）" if weak else ""
        return (
            f"{places}个地区{first}—{last}年的{count:,}个数据，取自{sources}个来源，"
            f"其中{best:.0f}%的可靠程度为1级或2级{poor}。"
        )
    verb = "is" if weak == 1 else "are"
    poor = f", {weak} {verb} weak (5)" if weak else ""
    return (
        f"{count:,} figures of {places} places, {first}–{last}, from {sources} "
        f"sources; {best:.0f} % are of class 1 or 2{poor}."
    )
