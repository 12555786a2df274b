"""A grade does not depend on the load: the short form of `make stress`."""

from __future__ import annotations

import math
import os

import pytest
from stress import SOURCES, stress


@pytest.mark.slow
def test_every_grade_is_full_on_a_busy_machine():
    busy = 8 * len(os.sched_getaffinity(0))
    sources = SOURCES[::9]
    tally = stress(sources, len(sources), seconds=math.inf, workers=2, busy=busy)
    assert tally.graded == len(sources) >= 4
    assert not tally.differences, tally.differences
