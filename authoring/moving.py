"""Move inputs by a part in 10**12: no result of a lesson may depend on rounding.

Processors add up in different orders, so the last of some sixteen digits differs. Training that
diverges magnifies such a difference until nothing of the result is left.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from unittest import mock

import numpy as np

from authoring import hidden_tests
from authoring.changing import changed, stand_ins_changed
from mistakes import calling, checking

# Both ways, so that a value on a border crosses it once.
MOVES = (1e-12, -1e-12)


def moved(value: Any, move: float) -> Any:
    """Return a plain value with each of its floats changed by a relative amount of up to `move`.

    Equal numbers move alike, so that a constant column stays constant. Integers do not move, nor do
    whole numbers in arrays: labels, counts, probabilities of exactly 0 or 1.
    """

    def shift(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            whole = ~np.isfinite(value) | (value == np.round(value))
            return np.where(whole, value, _moved_floats(np.where(whole, 0, value), move))
        if isinstance(value, float) and np.isfinite(value):
            return type(value)(_moved_floats(value, move))
        return value

    return changed(value, shift)


def stand_ins_moved(given: Mapping[str, Any], move: float) -> dict[str, Any]:
    """Return an example's stand-ins, with what they give moved."""
    return stand_ins_changed(given, lambda value: moved(value, move))


def _moved_floats(value: Any, move: float) -> Any:
    wave = np.sin(1e6 * value)
    return value * (1 + move * (np.copysign(0.5, wave) + 0.5 * wave))


@contextlib.contextmanager
def calls_moved(moves: Sequence[float]) -> Iterator[None]:
    """Move the inputs of every call of a check or a hidden test, by each of these in turn."""
    turn, call = itertools.cycle(moves), calling.run

    def run(function: Callable, args: Sequence[Any], namespace: Any, **options: Any) -> Any:
        move = next(turn)
        given = stand_ins_moved(options.pop("given", None) or {}, move)
        return call(function, moved(list(args), move), namespace, given=given, **options)

    with mock.patch.object(hidden_tests, "run", run), mock.patch.object(checking, "run", run):
        yield
