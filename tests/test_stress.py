"""A grade does not depend on the load: the short form of `make stress`."""

from __future__ import annotations

import os

import pytest
from stress import SOURCES, stress


@pytest.mark.slow
def test_every_grade_is_full_on_a_busy_machine():
    busy = 8 * len(os.sched_getaffinity(0))
    tally = stress(SOURCES[::9], gradings=200, seconds=15, workers=2, busy=busy)
    assert tally.graded >= 4
    assert not tally.differences, tally.differences
