"""A grade does not depend on the load: the short form of `make stress`."""

from __future__ import annotations

import os

import pytest
from stress import load, stress


@pytest.mark.slow
def test_every_grade_is_full_on_a_busy_machine():
    with load(8 * len(os.sched_getaffinity(0))):
        tally = stress(gradings=200, seconds=30, workers=2)
    assert tally.graded >= 2
    assert not tally.differences, tally.differences
