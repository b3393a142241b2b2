"""A report that tests share: what takes long in it is computed once."""

import pytest

from cszt_models.reports.report import gather
from cszt_models.scenarios.levers import read_levers
from cszt_models.scenarios.read_scenarios import read_scenarios


@pytest.fixture(scope="session")
def shared_report(czt, history):
    """Two as-of dates and the project's scenarios."""
    return gather(history, read_scenarios(czt, read_levers(czt)))
