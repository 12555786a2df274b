"""The night before a deadline: the simulation is that of a queue, and the page shows it."""

from __future__ import annotations

import numpy as np
import pytest

from authoring import deadline
from authoring.deadline import DAY, Costs, arrivals, graded, queue


def test_one_core_waits_as_long_as_theory_says():
    """A queue with random arrivals: the mean wait is that of Pollaczek and Khinchine."""
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.exponential(2.0, 200_000))
    for takes in (np.ones(1), rng.exponential(1.0, 200_000)):
        ends = graded(times, Costs(takes, 0, 0), 1, rng)
        busy = takes.mean() / 2
        wait = np.mean(takes**2) / 2 / 2 / (1 - busy)
        assert np.mean(ends - times) == pytest.approx(takes.mean() + wait, rel=0.03)


def test_more_cores_and_one_that_records():
    times, rng = np.zeros(8), np.random.default_rng(0)
    assert sorted(graded(times, Costs(np.ones(1), 0, 0), 4, rng)) == [1] * 4 + [2] * 4
    # What is graded while it records is recorded together.
    ends = graded(np.array([0.0, 0.1, 0.2]), Costs(np.ones(1), 1, 0.5), 8, rng)
    assert list(ends) == [2.5, 4.5, 4.5]
    assert list(queue(np.array([0.0, 0.1, 0.2]), ends, np.array([0.15, 2.5, 5]))) == [2, 2, 0]


def test_students_hand_in_as_people_do_before_a_deadline():
    times = arrivals(20_000, 2, 1.0, np.random.default_rng(3))
    assert times[0] >= 0 and times[-1] <= DAY and (np.diff(times) >= 0).all()
    once = arrivals(20_000, 2, 0.0, np.random.default_rng(3))
    assert len(once) == 40_000 and 50_000 < len(times) < 60_000
    # The share of the last hour, of the density 1 / (left + 5 minutes).
    assert np.mean(once > DAY - 3600) == pytest.approx(np.log(13) / np.log(289), abs=0.01)


def test_the_page_shows_what_is_simulated():
    text, _, _ = deadline.simulated(*deadline.USUAL)
    page = deadline.PAGE.read_text("utf-8")
    assert deadline.with_text(page, text) == page and text in page
    assert deadline.FIGURE.is_file()
