"""Whatever a function returns, raises or does to its arguments, the check answers in a sentence."""

from __future__ import annotations

import collections
import decimal
import fractions
import functools
import os
import sys

import numpy as np
import pytest

import nnlib
from authoring.source import SOLUTIONS, read_lesson
from authoring.trial import solved_names
from nnlib import contract, course
from nnlib.lesson import CheckFailed


class Hostile:
    """An object that fails at whatever is asked of it."""

    def _fail(self, *_args):
        raise RuntimeError("not me")

    __repr__ = __str__ = __eq__ = __len__ = __iter__ = __float__ = __array__ = __bool__ = _fail
    __hash__ = None
    __getattr__ = _fail


class Speechless(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class Keyed(collections.UserDict):
    """A mapping that has every key, and no value."""

    def __contains__(self, key):
        return True

    def __getitem__(self, key):
        raise KeyError(key)


def ended(error):
    raise error


@functools.cache  # a figure takes longer than the check of it
def legend():
    from matplotlib import pyplot

    _, axes = pyplot.subplots()
    axes.plot([1, 2], label="a")
    return axes.legend()


@functools.cache
def categories():
    from matplotlib import pyplot

    _, axes = pyplot.subplots()
    axes.plot(["low", "high"], ["low", "high"])
    return axes


def endless():
    inside = []
    inside.append(inside)
    return inside


class Odd(dict):
    """A dictionary that has whatever key is asked for, with something odd below it."""

    def __init__(self, item):
        super().__init__()
        self.item = item

    def __contains__(self, key):
        return True

    def __getitem__(self, key):
        return self.item


ITEMS = {
    "nothing": None,
    "a value with an array": (0.5, np.ones((2, 3))),
    "a ragged list": [[1.0, 2.0], [3.0]],
    "a ragged tuple": (1.0, [2.0, (3.0, 4.0)]),
    "an array of objects": np.array([[1.0, None]], dtype=object),
    "an array of one object": np.array(None, dtype=object),
    "an array of lists": np.array([[1], [2, 3]], dtype=object),
    "an array of text": np.array(["0.5"]),
    "an array of complex numbers": np.array([[1j]]),
    "an array of dates": np.array(["2026-01-01"], dtype="datetime64[D]"),
    "a structured array": np.zeros(2, dtype=[("a", float), ("b", int)]),
    "a text": "0.5",
    "bytes": b"0.5",
    "a dictionary": {"cost": 1.0, 2: [3]},
    "a set": {1.0, 2.0},
    "a generator": (i for i in range(3)),
    "a range": range(3),
    "a function": np.tanh,
    "a class": np.ndarray,
    "a complex number": 1 + 2j,
    "a huge number": 10**400,
    "a number too long to be written": 10**5000,
    "a huge negative number": -(10**400),
    "a huge fraction": fractions.Fraction(10**400, 3),
    "a decimal": decimal.Decimal("0.5"),
    "a boolean": True,
    "NaN": float("nan"),
    "a matrix": np.asmatrix([[0.5, 1.0]]),
    "a masked array": np.ma.masked_array([[0.5, 1.0]], mask=[[True, False]]),
    "masked": np.ma.masked,
    "NotImplemented": NotImplemented,
    "a hostile object": Hostile(),
    "a mapping without values": Keyed(),
    "a list in itself": endless(),
}


def same_shapes(value, change):
    """Return `value` with `change` made of each array and number in it."""
    if isinstance(value, dict):
        return {key: same_shapes(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(same_shapes(item, change) for item in value)
    return change(value) if isinstance(value, (np.ndarray, int, float, np.number)) else value


def always(item):
    return lambda function: lambda *args: item


def each_leaf(item):
    return lambda function: lambda *args: same_shapes(function(*args), lambda _: item)


def of_right_shape(change):
    return lambda function: lambda *args: same_shapes(function(*args), change)


def as_objects(leaf):
    return np.asarray(leaf).astype(object)


def spoiling(function):
    """Put odd things in the place of what the arguments hold."""

    def spoil(*args):
        for value in args:
            if isinstance(value, dict):
                for key in list(value):
                    value[key] = [[1], [2, 3]]
                value[Ellipsis] = Hostile()
            elif isinstance(value, np.ndarray) and value.size and value.dtype.kind == "f":
                value.resize(1, refcheck=False) if value.base is None else value.fill(np.nan)
            elif isinstance(value, list):
                value[:] = [Hostile()]
        return function(*args)

    return spoil


ODD = {
    **{f"always {name}": always(item) for name, item in ITEMS.items()},
    **{f"{name} in each place": each_leaf(item) for name, item in ITEMS.items()},
    "a dictionary with anything in it": always(Odd(Hostile())),
    "arrays of objects of the right shape": of_right_shape(as_objects),
    "matrices of the right shape": of_right_shape(lambda leaf: np.asmatrix(np.atleast_2d(leaf))),
    "masked arrays of the right shape": of_right_shape(
        lambda leaf: np.ma.masked_array(leaf, mask=np.ones(np.shape(leaf)))
    ),
    "huge numbers of the right shape": of_right_shape(
        lambda leaf: np.full(np.shape(leaf), 10**400, dtype=object)
    ),
    "texts of the right shape": of_right_shape(lambda leaf: np.asarray(leaf).astype(str)),
    "a legend": lambda function: lambda *args: legend(),
    "axes with names along them": lambda function: lambda *args: categories(),
    "an error without words": lambda function: lambda *args: ended(Speechless()),
    "exit": lambda function: lambda *args: ended(SystemExit(1)),
    "arguments of odd kinds": spoiling,
}
EXERCISES = [(info.name, name) for info in course.lessons() for name in info.exercises]


def check(namespace, name, function):
    lesson = nnlib.lesson(name)
    exec("lesson.check(function)", {**namespace, "lesson": lesson, "function": function})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "exercise"), EXERCISES)
def test_a_check_says_what_is_wrong_with_any_result(name, exercise, monkeypatch):
    namespace = solved_names(read_lesson(name))
    right = namespace[exercise]
    owner = course.cases(name.partition("/")[0], exercise).method
    lessons, verdicts, panels = sys.modules["nnlib.lesson"], [], []
    examine = lessons.examine

    def recorded(*args):
        verdicts.append(examine(*args))
        return verdicts[-1]

    monkeypatch.setattr(lessons, "show", panels.append)
    for kind, make in ODD.items():
        function = make(right)
        function.__name__ = exercise
        if owner:
            monkeypatch.setattr(namespace[owner], exercise, function)
        verdicts.clear()
        for graded in (True, False):
            with monkeypatch.context() as patch:
                if graded:
                    patch.setenv(contract.VARIABLE, os.fspath(SOLUTIONS))
                    patch.setattr(lessons, "examine", recorded)
                else:  # What a student sees is said of the same first verdict.
                    patch.setattr(lessons, "examine", lambda *_args: verdicts[0])
                try:
                    check({**namespace, exercise: function}, name, function)
                except CheckFailed as error:
                    assert len(str(error)) < 2000, kind
                except BaseException as error:  # noqa: BLE001 - that is what is looked for
                    pytest.fail(f"{kind}: {type(error).__name__} out of the check: {error!r}")
        (panel,) = panels
        panels.clear()
        assert all(len(line) < 600 for line in panel.lines), kind
