"""What the tests of grading share: one classroom, one pair of warm processes."""

from __future__ import annotations

import functools
import sys

# As the command does: a second and a half for each worker.
sys.modules.setdefault("rfc3987_syntax", None)

import nbgrader.api  # noqa: E402
import pytest  # noqa: E402
from evenhand import grader  # noqa: E402

from .harness import Classroom  # noqa: E402


@pytest.fixture(scope="session")
def classroom(tmp_path_factory):
    yield Classroom(tmp_path_factory.mktemp("course"))
    grader.close()


@pytest.fixture(scope="session", autouse=True)
def _alembic_is_asked_once():
    """It is a program of its own that takes four seconds, for each new gradebook."""
    version = nbgrader.api.get_alembic_version
    nbgrader.api.get_alembic_version = functools.cache(version)
    yield
    nbgrader.api.get_alembic_version = version
