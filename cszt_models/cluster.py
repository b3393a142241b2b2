"""Run a function on the workers of a dask.distributed scheduler.

A scheduler can execute any code on its workers and receives the data: name only one
that is trusted, bound to the loopback interface or reached over TLS. Workers need the
same version of this package.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from itertools import islice
from typing import Any

from cszt_models.errors import DataError

TASKS_PER_WORKER = 4  # in flight
TIMEOUT = 20.0  # seconds to reach a scheduler
RETRIES = 3  # of a task whose worker died


def map_on_cluster[Item, Result](
    function: Callable[[Any, Item], Result],
    items: Iterable[Item],
    *,
    scheduler: str,
    shared: Any = None,
) -> Iterator[Result]:
    """Results of ``function(shared, item)`` for each item, in order of completion.

    Parameters
    ----------
    scheduler
        Address such as ``tls://host:8786``.
    shared
        Sent to each worker once.

    Raises
    ------
    DataError
        If dask.distributed is not installed, nothing answers at the address, no worker
        is there, all end at once, or they die again and again.
    """
    with _client(scheduler) as client:
        from distributed.scheduler import KilledWorker

        workers = _workers(client, scheduler)
        # in a list, of which each element is one piece of data
        (common,) = client.scatter([shared], broadcast=True, hash=False)

        def submit(item: Item) -> Any:
            return client.submit(function, common, item, pure=False, retries=RETRIES)

        try:
            yield from _in_flight(client, submit, items, TASKS_PER_WORKER * workers)
        except CancelledError:
            raise DataError(
                f"all workers at {scheduler} ended at once. Finished results are "
                "stored; start workers, and go on as after a stop."
            ) from None
        except KilledWorker as error:
            raise DataError(
                f"workers died again and again on one task ({error}). Look at their "
                "logs; finished results are stored, and a run that is resumed goes on "
                "from them."
            ) from None


def _client(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise DataError(
            "--scheduler needs dask.distributed, which is not installed. "
            "Install cszt-models[cluster]."
        ) from None
    try:
        return Client(scheduler, timeout=TIMEOUT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise DataError(
            f"no scheduler answers at {scheduler} ({type(error).__name__}). Check the "
            "address, or start one with 'dask scheduler --host 127.0.0.1'."
        ) from None


def _workers(client: Any, scheduler: str) -> int:
    """Number of workers, at least one."""
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError:
        raise DataError(
            f"no worker is at the scheduler {scheduler}. Start one with "
            f"'dask worker {scheduler}'."
        ) from None
    return max(1, len(client.scheduler_info(n_workers=-1)["workers"]))


def _in_flight[Item](
    client: Any, submit: Callable[[Item], Any], items: Iterable[Item], most: int
) -> Iterator[Any]:
    """Results in order of completion, with so many tasks at work at a time."""
    from distributed import as_completed

    rest = iter(items)
    first = [submit(item) for item in islice(rest, most)]
    running = as_completed(first, loop=client.loop)
    for future in running:
        yield future.result()
        future.release()
        for item in islice(rest, 1):
            running.add(submit(item))
