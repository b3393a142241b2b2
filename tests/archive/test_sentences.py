"""Documentation of the archive: a number leads to the sentences that it counts."""

import importlib
import sys
from pathlib import Path

import pytest

from cszt_models.archive.base_rates import GROUPINGS, base_rates
from cszt_models.archive.read import read_archive

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(scope="module")
def hooks():
    sys.path.insert(0, str(SCRIPTS))
    yield importlib.import_module("docs_hooks")
    sys.path.remove(str(SCRIPTS))


@pytest.fixture(scope="module")
def page(hooks) -> str:
    return hooks.archive_sentences()


@pytest.mark.parametrize("by", GROUPINGS)
def test_a_row_of_a_table_leads_to_as_many_sentences_as_it_counts(hooks, page, by):
    for row in base_rates(read_archive(), by).to_dict("records"):
        mark = f"data-{by.replace('_', '-')}='{hooks.group_key(row['group'])}'"
        assert page.count(mark) == row["n"]


def test_every_target_has_two_sentences_with_their_addresses(page):
    assert page.count("<tr data") == 982
    assert page.count("<a href='http") == 2 * 982
