"""One BLAS thread for everything that is computed here.

Sums are rounded in another order with two threads than with one, so the same seed would
give other bits on another machine. Many small factorizations are faster with one thread
besides. The limit holds for the whole process while at least one caller is inside, and
what was set before is restored when the last one leaves: callers may be nested, and in
several threads at once.
"""

from contextlib import ContextDecorator
from threading import Lock, local
from types import TracebackType
from typing import Any

import numpy as np  # noqa: F401  loads its BLAS, so that it is found below
import scipy.linalg  # noqa: F401  loads another


class _OneThread(ContextDecorator):
    """A context, and a decorator of functions, in which BLAS has one thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._thread = local()  # its `depth`: BLAS on OpenMP has a limit per thread
        self._controller: Any = None
        self._limit: Any = None

    def __enter__(self) -> None:
        self._thread.depth = getattr(self._thread, "depth", 0) + 1
        if self._thread.depth > 1:
            return
        with self._lock:
            limit = self._limited()
            if not self._inside:
                self._limit = limit
            self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.depth -= 1
        if self._thread.depth:
            return
        with self._lock:
            self._inside -= 1
            if not self._inside:
                _release()
                self._limit.restore_original_limits()
                _release()

    def _limited(self) -> Any:
        if self._controller is None:  # looking for libraries takes milliseconds
            from threadpoolctl import ThreadpoolController

            self._controller = ThreadpoolController()
        _release()
        return self._controller.limit(limits=1, user_api="blas")


def _release() -> None:
    """Let this thread set the limit: threadpoolctl obeys one thread at a time.

    Versions before 3.7 obey every thread and have nothing to release.
    """
    import threadpoolctl

    controller = getattr(threadpoolctl, "OpenBLASController", None)
    clear = getattr(controller, "clear_controlling_thread", None)
    if clear is not None:
        clear(force=True)


ONE_THREAD = _OneThread()
