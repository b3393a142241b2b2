"""Progress bar of long computations, in a notebook or a terminal.

Long computations call back after each step; `Bar.step` is such a callback. The bar is
removed at the end, also after an interrupt.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

from markupsafe import Markup


@dataclass
class Bar:
    """Count of finished steps, of a known or unknown total; thread-safe."""

    show: Callable[[int, int | None, str], None]
    of: int | None = None
    done: int = 0
    _lock: Any = field(default_factory=Lock, repr=False)

    def step(self, *results: object) -> None:
        """Count one more step; what has a name, or is a date, is shown beside it."""
        name = results[0] if results and isinstance(results[0], str | date) else ""
        name = getattr(results[0], "name", name) if results else ""
        with self._lock:
            self.done += 1
            self.show(self.done, self.of, str(name))

    def at(self, done: int, of: int) -> None:
        """Set the count of finished steps and the total."""
        with self._lock:
            self.done, self.of = done, of
            self.show(done, of, "")


@contextmanager
def bar(text: str, of: int | None = None) -> Iterator[Bar]:
    """Progress bar with a text; nothing if stderr is neither terminal nor notebook.

    Parameters
    ----------
    of
        Total number of steps, if it is known.

    Examples
    --------
    >>> with bar("counting", of=3) as steps:
    ...     for n in range(3):
    ...         steps.step(n)
    >>> steps.done
    3
    """
    from rich.console import Console

    console = Console(stderr=True)
    with _in_notebook(text) if console.is_jupyter else _at(console, text) as show:
        show(0, of, "")
        yield Bar(show, of)


@contextmanager
def _at(console: Any, text: str) -> Iterator[Callable[[int, int | None, str], None]]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    off = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as progress:
        task = progress.add_task(text, total=None)

        def show(done: int, of: int | None, name: str) -> None:
            line = f"{text}: {name}" if name else text
            progress.update(task, completed=done, total=of, description=line)

        yield show


@contextmanager
def _in_notebook(text: str) -> Iterator[Callable[[int, int | None, str], None]]:
    from IPython.display import HTML, display

    place = display(HTML(""), display_id=True)
    try:
        yield lambda done, of, _: place.update(HTML(_element(text, done, of)))
    finally:
        place.update(HTML(""))


def _element(text: str, done: int, of: int | None) -> str:
    """The bar as HTML; without a total only the count."""
    share = Markup(' value="{}" max="{}"').format(done, of) if of else Markup("")
    count = f"{done} / {of}" if of else f"{done}"
    return str(
        Markup("<label>{} <progress{}></progress> {}</label>").format(
            text, share, count
        )
    )
