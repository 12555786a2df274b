"""Random numbers that tests and the learner's code share, though they are two processes."""

import random
import zlib
from typing import Any

import numpy as np


class Seeding:
    """Says how the learner's generators are to be set for each call of a test."""

    def __init__(self) -> None:
        self._left: Any = None
        self._last: tuple | None = None  # a state, the one after a draw, and what is sent of it
        self._test = ""
        self._count = 0

    def begin(self, test: str) -> None:
        """Seed the test's own generators with its name."""
        self._test, self._count = test, 0
        random.seed(zlib.crc32(test.encode()))
        np.random.seed(zlib.crc32(test.encode()))
        self._left = _state()

    def of_call(self) -> int | tuple:
        """Return a seed for the next call, or the state of the test's generators if it set them."""
        self._count += 1
        now = numpys, pythons = _state()
        # Draw once, so that a test which seeds in the same way again is noticed.
        np.random.random()
        random.random()
        if self._last is not None and _same(now, self._last[0]):  # it does
            self._left, sent = self._last[1:]
            return sent
        left, self._left = self._left, _state()
        if _same(now, left):
            return zlib.crc32(f"{self._test} {self._count}".encode())
        version, numbers, gauss = pythons
        sent = numpys, (version, np.array(numbers, np.uint32), gauss)  # an array is sent faster
        self._last = now, self._left, sent
        return sent


def _state() -> tuple:
    return np.random.get_state(), random.getstate()


def _same(one: tuple, other: tuple) -> bool:
    (a, b), (c, d) = one, other
    return a[2:] == c[2:] and b == d and np.array_equal(a[1], c[1])
