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
    try:
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise DataError(
            "--scheduler needs dask.distributed, which is not installed. "
            "Install cszt-models[cluster]."
        ) from None
    try:
        client = Client(scheduler, timeout=TIMEOUT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise DataError(
            f"no scheduler answers at {scheduler} ({type(error).__name__}). Check the "
            "address, or start one with 'dask scheduler --host 127.0.0.1'."
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=TIMEOUT)
        except TimeoutError:
            raise DataError(
                f"no worker is at the scheduler {scheduler}. Start one with "
                f"'dask worker {scheduler}'."
            ) from None
        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        # in a list, of which each element is one piece of data
        (common,) = client.scatter([shared], broadcast=True, hash=False)

        def submit(item: Item) -> Any:
            return client.submit(function, common, item, pure=False, retries=RETRIES)

        rest = iter(items)
        first = [submit(item) for item in islice(rest, TASKS_PER_WORKER * workers)]
        try:
            running = as_completed(first, loop=client.loop)
            for future in running:
                yield future.result()
                future.release()
                for item in islice(rest, 1):
                    running.add(submit(item))
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
