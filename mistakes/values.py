"""Plain values as JSON, and the few descriptions that stand for anything else in a case file.

Case files hold values, not code. `authoring.case_files` writes them; `decode` reads them, including
what JSON alone would lose: tuples, arrays with their dtype and shape, NaN and infinity, and
dictionaries with any keys.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Instance:
    """How to make an object of a learner's class: call the class, then set attributes."""

    of: str
    init: tuple = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Raised:
    """A call that ended in an exception: its type, its message, and what raised it.

    `done` holds the operators, calls, names and keys of the learner's expression that failed.
    """

    error: str
    said: str = ""
    done: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Random:
    """An array of random numbers, described instead of listed."""

    shape: tuple[int, ...]
    mean: float
    std: float


@dataclass(frozen=True)
class Figure:
    """What a plot shows: its axis labels and the points of each line."""

    xlabel: str
    ylabel: str
    lines: tuple

    @classmethod
    def of(cls, axes: Any) -> Figure:
        lines = tuple(np.asarray(line.get_ydata(), dtype=float) for line in axes.get_lines())
        return cls(axes.get_xlabel(), axes.get_ylabel(), lines)


def copied(value: Any) -> Any:
    """Return a copy of a plain value that shares no array with it; other objects are not copied.

    Not `copy.deepcopy`: a learner's object may be a handle on another process.
    """
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(copied(item) for item in value)
    return value


def decode(data: Any) -> Any:
    """Return the value that `data`, from a case file, stands for."""
    match data:
        case list():
            return [decode(item) for item in data]
        case {"array": flat, "dtype": dtype, "shape": shape}:
            return np.array(decode(flat), dtype=dtype).reshape(shape)
        case {"float": text}:
            return float(text)
        case {"tuple": items}:
            return tuple(decode(items))
        case {"dict": items}:
            return dict(decode(items))
        case {"instance": of, "init": init, "attributes": attributes}:
            return Instance(of, tuple(decode(init)), decode(attributes))
        case {"raised": error, **more}:
            return Raised(error, more.get("said", ""), frozenset(more.get("done", ())))
        case {"random": shape, "mean": mean, "std": std}:
            return Random(tuple(shape), mean, std)
        case {"figure": labels, "lines": lines}:
            return Figure(*labels, tuple(decode(lines)))
        case {"function": name}:
            return pkgutil.resolve_name(name)
        case dict():
            raise ValueError(f"no value is written as {sorted(data)}")
    return data
