"""Names of sources as a page shows them."""

import re
from collections.abc import Mapping

_BRACKETED = re.compile(r"\s*\(([^()]*)\)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def source_name(source: str, translated: Mapping[str, str], language: str) -> str:
    """A source in the reader's language, as far as the project translates it.

    A title in Chinese stays as it is, with the brackets and commas of Chinese text.

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
    """
    if language != "zh":
        return source
    if source in translated:
        return translated[source]
    if not _CHINESE.search(source):
        return source
    return _BRACKETED.sub(r"（\1）", source).replace(", ", "，")
