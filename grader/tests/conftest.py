"""What the tests of grading share: one classroom, one pair of warm processes."""

from __future__ import annotations

import functools

import evenhand.quick_imports  # noqa: F401
import nbgrader.api
import pytest
from evenhand import grader

from .harness import Classroom


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
