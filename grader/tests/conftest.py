"""What the tests of grading share: one classroom, one pair of warm processes."""

from __future__ import annotations

import pytest
from evenhand import execute

from .harness import Classroom


@pytest.fixture(scope="session")
def classroom(tmp_path_factory):
    yield Classroom(tmp_path_factory.mktemp("course"))
    execute.close()
