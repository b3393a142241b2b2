"""A panel in a browser, on a page of its own whose scripts must not fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cszt_models.explorer.html import fragment


@contextmanager
def opened_panel(browser, content: dict[str, Any], width: int) -> Iterator[Any]:
    """The page of a panel; no script may have failed when it is closed."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(f"<!doctype html><meta charset=utf-8>{fragment(content)}")
    page.wait_for_timeout(300)
    yield page
    page.close()
    assert errors == []
