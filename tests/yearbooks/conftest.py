"""Empty projects of tests, in yuan and in euro."""

import pytest

from tests.yearbooks.reading import EURO, new_project


@pytest.fixture
def project(tmp_path):
    return new_project(tmp_path / "lake")


@pytest.fixture
def euro(tmp_path):
    return new_project(tmp_path / "euro", **EURO)
