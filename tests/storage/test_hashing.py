"""The same content has the same hash anywhere; any other content has another."""

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from cszt_models.storage.hashing import content_hash
from cszt_models.structural.panel import Cell, Component, Panel, Row, Scale


class Colour(Enum):
    RED = "red"
    DARK_RED = "dark red"


@dataclass(frozen=True)
class Pair:
    left: object
    right: object


@dataclass(frozen=True)
class Couple:
    left: object
    right: object


# Each is a different content, however little it differs from its neighbours.
CONTENTS = [
    *(None, False, True, 0, 1, -1, 2**70, 0.0, -0.0, 1.0, np.nextafter(1.0, 2)),
    *(float("nan"), float("inf"), "", "0", "1", "None", "a", "ab", b"", b"a", b"ab"),
    *((), ((),), (None,), ("a", "b"), ("ab",), ("a", "", "b"), ("b", "a")),
    *({}, {"a": "b"}, {"b": "a"}, {"a": {"b": 1}}, {"a": 1, "b": 1}, (("a", "b"),)),
    *(set(), {"a"}, {"a", "b"}),
    *(date(2021, 6, 30), date(2021, 6, 29), datetime(2021, 6, 30), "2021-06-30"),
    *(Colour.RED, Colour.DARK_RED, "RED", "red"),
    *(Pair(1, 2), Pair(2, 1), Couple(1, 2), {"left": 1, "right": 2}),
    *(np.zeros(0), np.zeros((0, 2)), np.zeros(2), np.zeros((2, 1)), np.zeros((1, 2))),
    *(np.zeros(2, int), np.zeros(2, bool), np.zeros(2, "f4"), np.zeros(2, "i4")),
    *(np.array(0.0), np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.array(["a", "b"])),
    *(np.array(["a", "b"], object), np.array([["a", "b"]], object)),
    np.array(["2021-06-30"], "M8[D]"),
]


def test_every_content_has_a_hash_of_its_own():
    hashes = [content_hash(value) for value in CONTENTS]
    assert len(set(hashes)) == len(CONTENTS)


def test_order_of_a_mapping_does_not_count():
    items = [("seed", 1), ("draws", 4000), ("engine", "marginal")]
    assert len({content_hash(dict(order)) for order in permutations(items)}) == 1


def test_a_list_is_a_tuple_and_a_copy_is_its_original():
    array = np.arange(12.0).reshape(3, 4)
    assert content_hash([1, [2]]) == content_hash((1, (2,)))
    assert content_hash(array.T) == content_hash(np.ascontiguousarray(array.T))
    assert content_hash(array) != content_hash(array.T.reshape(3, 4))


def test_order_of_the_entries_of_a_sparse_array_does_not_count():
    ordered = sparse.csr_array(([1.0, 2.0, 3.0], [1, 0, 3], [0, 1, 1, 3]), shape=(3, 4))
    mixed = sparse.csr_array(([1.0, 3.0, 2.0], [1, 3, 0], [0, 1, 1, 3]), shape=(3, 4))
    before = content_hash(mixed)
    mixed.sort_indices()  # as computing with it may
    assert before == content_hash(mixed) == content_hash(ordered)
    assert before != content_hash(ordered * 2)
    assert before != content_hash(ordered.T.tocsr())


def test_order_of_bytes_does_not_count():
    array = np.array([1.5, -2.0])
    assert content_hash(array.astype(">f8")) == content_hash(array.astype("<f8"))


@pytest.mark.parametrize(
    ("scalar", "plain"),
    [(np.float64(0.1), 0.1), (np.int64(3), 3), (np.bool_(True), True)],
)
def test_a_numpy_scalar_is_the_number_that_it_equals(scalar, plain):
    assert content_hash(scalar) == content_hash(plain)


@pytest.mark.parametrize(
    "value", [object(), len, 1j, int, np.zeros(2, "V8"), [np.zeros(2, np.longdouble)]]
)
def test_unknown_content_is_refused_rather_than_guessed(value):
    with pytest.raises(TypeError, match="has no content hash"):
        content_hash(value)


@pytest.mark.parametrize("salt", ["1", "2"])
def test_another_process_finds_the_same_hash(salt):
    value = "{frozenset({'a', 'b', 'c'}): [{'x': 1.5, 'y': None}]}"
    code = (
        f"from cszt_models.storage.hashing import content_hash as h; print(h({value}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": salt},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = {frozenset("abc"): [{"x": 1.5, "y": None}]}
    assert run.stdout.strip() == content_hash(expected)


ATOMS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
)
NESTED = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def canonical(value):
    """The value as text in which equal contents, and no others, are equal."""
    if isinstance(value, dict):
        return sorted((repr(key), canonical(held)) for key, held in value.items())
    if isinstance(value, tuple):
        return "tuple", [canonical(held) for held in value]
    return repr(value)  # of a float exact, and nan is nan


@settings(deadline=None, derandomize=True)
@given(NESTED, NESTED)
def test_hashes_are_equal_exactly_if_contents_are(one, other):
    same = canonical(one) == canonical(other)
    assert (content_hash(one) == content_hash(other)) is same


ROW = Row(4.3, (Cell("changsha", 2020, 0.5),), "changsha", 2020, "revised", "final")
SHOCK = Component("shock", Scale(1.0, 0.5, "peers"), np.eye(2), "own")
PANEL = Panel(
    "growth", "percent", ("changsha",), np.arange(2020, 2022), (ROW,), (SHOCK,)
)


def with_row(**changes):
    return replace(PANEL, rows=(replace(ROW, **changes),))


def with_cell(**changes):
    return with_row(cells=(replace(ROW.cells[0], **changes),))


def with_component(**changes):
    return replace(PANEL, components=(replace(SHOCK, **changes),))


CHANGED_PANELS = {
    "name": replace(PANEL, name="price"),
    "unit": replace(PANEL, unit="log points"),
    "regions": replace(PANEL, regions=("zhuzhou",)),
    "years": replace(PANEL, years=np.arange(2020, 2023)),
    "a row more": replace(PANEL, rows=(ROW, ROW)),
    "no row": replace(PANEL, rows=()),
    "value": with_row(value=np.nextafter(4.3, 5)),
    "region of a row": with_row(region="zhuzhou"),
    "year of a row": with_row(year=2021),
    "basis": with_row(basis="first"),
    "status": with_row(status="preliminary"),
    "region of a cell": with_cell(region="zhuzhou"),
    "year of a cell": with_cell(year=2021),
    "weight": with_cell(weight=np.nextafter(0.5, 1)),
    "loading of a cell": with_cell(loading="revision"),
    "component": with_component(name="walk"),
    "median": with_component(scale=Scale(1.1, 0.5, "peers")),
    "spread": with_component(scale=Scale(1.0, 0.6, "peers")),
    "source": with_component(scale=Scale(1.0, 0.5, "judgement")),
    "shape": with_component(shape=np.diag([1.0, np.nextafter(1.0, 2)])),
    "over": with_component(over="common"),
    "loading of a component": with_component(loading="revision"),
}


@pytest.mark.parametrize("changed", CHANGED_PANELS.values(), ids=CHANGED_PANELS)
def test_any_change_of_a_panel_changes_its_hash(changed):
    assert content_hash(changed) != content_hash(PANEL)


def test_changes_of_a_panel_are_told_apart():
    hashes = {content_hash(panel) for panel in CHANGED_PANELS.values()}
    assert len(hashes) == len(CHANGED_PANELS)


def test_a_panel_that_was_used_has_the_hash_of_a_fresh_one():
    used = replace(PANEL)
    assert used.covers.shape == (1, 1, 1)
    assert content_hash(used) == content_hash(PANEL)
