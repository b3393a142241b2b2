"""Cache of the last value computed from each fits, dropped with them."""

from collections.abc import Callable, Hashable
from functools import wraps
from weakref import WeakKeyDictionary

from cszt_models.models.fits import Fits


def last_value[Key: Hashable, Value](
    compute: Callable[[Fits, Key], Value],
) -> Callable[[Fits, Key], Value]:
    """Remember for each fits the value of the last key; values are large."""
    values: WeakKeyDictionary[Fits, tuple[Key, Value]] = WeakKeyDictionary()

    @wraps(compute)
    def remembered(fits: Fits, key: Key) -> Value:
        last = values.get(fits)
        if last is None or last[0] != key:
            last = values[fits] = (key, compute(fits, key))
        return last[1]

    return remembered
