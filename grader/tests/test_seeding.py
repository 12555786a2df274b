"""A call gets the generators' state if the test has set it, and else a seed of its own."""

import random

import numpy as np
import pytest
from evenhand.seeding import Seeding

ACTIONS = {
    "nothing": lambda: None,
    "seed": lambda: (np.random.seed(1), random.seed(1)),
    "another seed": lambda: (np.random.seed(2), random.seed(1)),
    "seed NumPy's": lambda: np.random.seed(1),
    "seed Python's": lambda: random.seed(1),
    "draw": lambda: np.random.random(),
    "draw one normal number": lambda: np.random.randn(),
    "draw with Python": lambda: random.gauss(0, 1),
}


@pytest.fixture(autouse=True)
def states_restored():
    before = np.random.get_state(), random.getstate()
    yield
    np.random.set_state(before[0])
    random.setstate(before[1])


def plain(numpys: tuple, pythons: tuple) -> tuple:
    version, numbers, gauss = pythons
    return numpys[0], numpys[1].tolist(), *numpys[2:], version, [int(n) for n in numbers], gauss


def test_what_is_sent_is_the_state_whatever_came_before():
    chance = random.Random(3)
    seeding = Seeding()
    for _ in range(100):
        seeding.begin("test")
        left, seeds = plain(np.random.get_state(), random.getstate()), set()
        for number in range(6):
            ACTIONS[chance.choice(list(ACTIONS))]()
            now = plain(np.random.get_state(), random.getstate())
            sent = seeding.of_call()
            if now == left:
                assert isinstance(sent, int) and sent not in seeds, number
                seeds.add(sent)
            else:
                assert plain(*sent) == now
            left = plain(np.random.get_state(), random.getstate())
            assert left != now, "no draw"
