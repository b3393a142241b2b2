"""Content hashes: equal values have equal hashes in any process, on any machine."""

import struct
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, partial
from hashlib import sha256
from typing import Any

import numpy as np
from scipy import sparse

SHORT_DIGITS = 12  # hex digits of a hash shown to a reader
_PLAIN = "?bhilqpBHILQPefdFDSUmM"  # NumPy types whose bytes are their values
_OBJECTS = "OT"  # and those whose bytes are addresses


def content_hash(value: Any) -> str:
    """SHA-256 over a value and all that it contains, as 64 hex digits.

    Every change of a value, a shape, a type of number or a name changes it; the order
    of a mapping or a set does not, nor whether a sequence is a list or a tuple. Floats
    count by their bits, so 0.0 and -0.0 differ.

    Parameters
    ----------
    value
        None, a number, text, bytes, a date, an enum, a NumPy array or scalar, a
        sparse array by rows; or a mapping, sequence, set or dataclass of these.

    Raises
    ------
    TypeError
        If it contains anything else.

    Examples
    --------
    >>> content_hash({"seed": 1, "draws": 4000})[:12]
    'b0864b3c329b'
    >>> content_hash({"draws": 4000, "seed": 1})[:12]
    'b0864b3c329b'
    """
    return _digest(value).hex()


def _digest(value: Any) -> bytes:
    kind: type = type(value)
    return _digest_of(kind)(value)


@cache
def _digest_of(kind: type) -> Callable[[Any], bytes]:
    """How values of a type are hashed."""
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return partial(_dataclass, kind.__qualname__.encode(), names)
    for kinds, digest in _DIGESTS:
        if issubclass(kind, kinds):
            return digest
    raise _unhashable(kind.__name__)


def _unhashable(what: str) -> TypeError:
    return TypeError(
        f"{what} has no content hash. Give its content as numbers, text, dates, "
        "arrays, mappings or dataclasses."
    )


def _joined(kind: str, *parts: bytes) -> bytes:
    """Digest of parts with the length of each, so that none runs into the next."""
    lengths = struct.pack(f"<{len(parts)}q", *map(len, parts))
    return sha256(b"".join((kind.encode(), b"\0", lengths, *parts))).digest()


def _dataclass(kind: bytes, names: Sequence[str], value: Any) -> bytes:
    items = (part for name in names for part in (name, getattr(value, name)))
    return _joined("dataclass", kind, *map(_digest, items))


def _array(value: np.ndarray) -> bytes:
    if value.dtype.char in _OBJECTS:
        return _joined("objects", repr(value.shape).encode(), _digest(value.tolist()))
    if value.dtype.char not in _PLAIN:  # such as long doubles, which have idle bytes
        raise _unhashable(f"an array of {value.dtype}")
    little = value.astype(value.dtype.newbyteorder("<"), copy=False)
    head = f"{little.dtype.str} {little.shape}".encode()
    return _joined("array", head, little.tobytes())


def _sparse(value: sparse.csr_array) -> bytes:
    canonical = (
        value.copy()
    )  # what computes with an array may sort its entries in place
    canonical.sum_duplicates()
    canonical.eliminate_zeros()
    return _joined(
        "sparse",
        repr(canonical.shape).encode(),
        _array(canonical.data),
        _array(canonical.indices.astype(np.int64)),
        _array(canonical.indptr.astype(np.int64)),
    )


def _scalar(value: np.generic) -> bytes:
    """Digest of the Python number that it equals, if there is one."""
    if value.dtype.char in "?bhilqpBHILQPefd":
        return _digest(value.item())
    return _array(np.asarray(value))


def _mapping(value: Mapping[Any, Any]) -> bytes:
    pairs = (_digest(key) + _digest(item) for key, item in value.items())
    return _joined("mapping", *sorted(pairs))


def _enum(value: Enum) -> bytes:
    return _joined("enum", type(value).__qualname__.encode(), value.name.encode())


# The first that fits decides: True is an int, and NumPy's float64 a float.
_DIGESTS: tuple[tuple[type | tuple[type, ...], Callable[[Any], bytes]], ...] = (
    (type(None), lambda _: _joined("none")),
    (Enum, _enum),
    (bool, lambda value: _joined("bool", bytes([value]))),
    (int, lambda value: _joined("int", str(value).encode())),
    (float, lambda value: _joined("float", struct.pack("<d", value))),
    (str, lambda value: _joined("text", value.encode("utf-8", "surrogatepass"))),
    (bytes, lambda value: _joined("bytes", value)),
    (date, lambda value: _joined(type(value).__name__, value.isoformat().encode())),
    (np.ndarray, _array),
    (sparse.csr_array, _sparse),
    (np.generic, _scalar),
    (Mapping, _mapping),
    (Sequence, lambda value: _joined("sequence", *map(_digest, value))),
    (Set, lambda value: _joined("set", *sorted(map(_digest, value)))),
)
