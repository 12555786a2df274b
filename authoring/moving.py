"""Move inputs by a part in 10**12: what comes out of a lesson may not hang on rounding.

Processors add up in different orders, so the last of some sixteen digits differs. A training that
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
from nnlib import checking
from nnlib.values import Instance

__all__ = ["MOVES", "calls_moved", "moved", "stand_ins_moved"]

# To both sides, so that a value on a border crosses it once.
MOVES = (1e-12, -1e-12)


def moved(value: Any, move: float) -> Any:
    """Return a plain value with its floats moved relatively, by up to `move`, each in its own way.

    Equal numbers move alike, so that a constant column stays constant. Integers stay, and so do
    whole numbers in arrays: labels, counts, probabilities of exactly 0 or 1.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        whole = ~np.isfinite(value) | (value == np.round(value))
        return np.where(whole, value, _moved_floats(np.where(whole, 0, value), move))
    if isinstance(value, float):
        return type(value)(_moved_floats(value, move)) if np.isfinite(value) else value
    if isinstance(value, dict):
        return {key: moved(item, move) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(moved(item, move) for item in value)
    if isinstance(value, Instance):
        return Instance(value.of, moved(value.init, move), moved(dict(value.attributes), move))
    return value


def stand_ins_moved(given: Mapping[str, Any], move: float) -> dict[str, Any]:
    """Return an example's stand-ins, with what they give moved."""

    def stand_in(value: Any) -> Any:
        if not callable(value):
            return moved(value, move)
        return lambda *args, **named: moved(value(*args, **named), move)

    return {name: stand_in(value) for name, value in given.items()}


def _moved_floats(value: Any, move: float) -> Any:
    wave = np.sin(1e6 * value)
    return value * (1 + move * (np.copysign(0.5, wave) + 0.5 * wave))


@contextlib.contextmanager
def calls_moved(moves: Sequence[float]) -> Iterator[None]:
    """Let every call of a check or a hidden test have its own inputs moved, by these in turn."""
    turn, call = itertools.cycle(moves), checking.run

    def run(function: Callable, args: Sequence[Any], namespace: Any, **options: Any) -> Any:
        move = next(turn)
        given = stand_ins_moved(options.pop("given", None) or {}, move)
        return call(function, moved(list(args), move), namespace, given=given, **options)

    with mock.patch.object(hidden_tests, "run", run), mock.patch.object(checking, "run", run):
        yield
