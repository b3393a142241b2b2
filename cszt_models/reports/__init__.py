"""Reports: self-contained HTML pages with answers first and evidence after them.

`gather` computes what the pages of a project contain, `page` renders one of them and
`render_site` all of them with their downloads.
"""

from cszt_models.present.texts.pages import LANGUAGES, PAGES
from cszt_models.reports.pages import page
from cszt_models.reports.report import gather
from cszt_models.reports.site import render_site, require_writable, write, write_site
from cszt_models.results.attainment import HistoryResults
from cszt_models.scenarios.scenario import Scenario

__all__ = [
    "LANGUAGES",
    "PAGES",
    "gather",
    "page",
    "render",
    "render_site",
    "require_writable",
    "write",
    "write_site",
]


def render(
    history: HistoryResults,
    *,
    language: str = "en",
    kind: str = "full",
    scenarios: dict[str, Scenario] | None = None,
) -> str:
    """One page that stands alone, as HTML text.

    Parameters
    ----------
    history
        Probabilities at each as-of date; the last is "today".
    language
        ``"en"`` or ``"zh"``.
    kind
        One of `PAGES` but ``city``.
    scenarios
        By name, to compare with the baseline.

    Raises
    ------
    ValueError
        If the language is neither.
    ConvergenceError
        If a fit did not pass its gate.
    """
    return page(gather(history, scenarios or {}), kind, language=language).text
