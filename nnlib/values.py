"""Plain values as JSON, and the few marks that stand in a case for what is not a plain value.

The case files hold numbers only. `encode` and `decode` keep what JSON alone loses: tuples,
arrays with their dtype and shape, NaN and infinity, dictionaries with any keys.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Figure", "Instance", "Raised", "Random", "copied", "decode", "encode"]


@dataclass(frozen=True)
class Instance:
    """How to make an object of a class of the learner's: call it, then set attributes."""

    of: str
    init: tuple = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Raised:
    """A call ended in an exception: its type, its words, and what was done where it was raised.

    `done` holds the operators, calls, names and keys of the learner's expression that failed.
    """

    error: str
    said: str = ""
    done: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Random:
    """An array of random numbers, described and not repeated."""

    shape: tuple[int, ...]
    mean: float
    std: float

    @classmethod
    def of(cls, array: Any) -> Random:
        array = np.asarray(array, dtype=float)
        return cls(array.shape, float(array.mean()), float(array.std()))


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
    """Return a copy of a plain value that shares no array with it; other objects stay themselves.

    Not `copy.deepcopy`: an object of the learner's may be a handle on another process.
    """
    if type(value) is np.ndarray:
        return value.copy()
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(copied(item) for item in value)
    return value


def encode(value: Any) -> Any:
    """Return `value` as JSON data.

    Raises
    ------
    TypeError
        If it is not a plain value.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biuf":
            raise TypeError(f"an array of dtype {value.dtype} cannot stand in a case")
        flat = [encode(item) for item in value.ravel().tolist()]
        return {"array": flat, "shape": list(value.shape), "dtype": str(value.dtype)}
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, (float, np.floating)):
        value = float(value)
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, Mapping):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, Instance):
        return {
            "instance": value.of,
            "init": encode(list(value.init)),
            "attributes": encode(dict(value.attributes)),
        }
    if isinstance(value, Raised):
        return {"raised": value.error, "said": value.said, "done": sorted(value.done)}
    if isinstance(value, Random):
        return {"random": list(value.shape), "mean": value.mean, "std": value.std}
    if isinstance(value, Figure):
        return {"figure": [value.xlabel, value.ylabel], "lines": encode(list(value.lines))}
    if callable(value) and getattr(value, "__module__", "").startswith("nnlib."):
        return {"function": f"{value.__module__}:{value.__qualname__}"}
    if hasattr(value, "get_lines") and hasattr(value, "get_xlabel"):
        return encode(Figure.of(value))
    raise TypeError(f"a {type(value).__name__} is not a plain value")


def decode(data: Any) -> Any:
    """Return the value that `encode` turned into `data`."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "array" in data:
        flat = [decode(item) for item in data["array"]]
        return np.array(flat, dtype=data["dtype"]).reshape(data["shape"])
    if "float" in data:
        return float(data["float"])
    if "tuple" in data:
        return tuple(decode(item) for item in data["tuple"])
    if "dict" in data:
        return {decode(key): decode(item) for key, item in data["dict"]}
    if "instance" in data:
        return Instance(data["instance"], tuple(decode(data["init"])), decode(data["attributes"]))
    if "raised" in data:
        return Raised(data["raised"], data.get("said", ""), frozenset(data.get("done", ())))
    if "random" in data:
        return Random(tuple(data["random"]), data["mean"], data["std"])
    if "figure" in data:
        return Figure(*data["figure"], tuple(decode(data["lines"])))
    if "function" in data:
        module, _, name = data["function"].partition(":")
        return getattr(importlib.import_module(module), name)
    raise ValueError(f"no value is written as {sorted(data)}")
