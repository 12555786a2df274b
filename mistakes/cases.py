"""The cases of an exercise: its examples, what is right on each, and what known mistakes give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mistakes.values import decode


@dataclass(frozen=True)
class Outcome:
    """The outcome of a call.

    Attributes
    ----------
    result : plain value or Raised
        What it returned.
    attributes : mapping
        The attributes of `self` after the call, where the example reads some.
    changed : tuple of str
        The arguments that the call changed in place.
    """

    result: Any
    attributes: Mapping[str, Any]
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredExample:
    """A call and its right outcome.

    Attributes
    ----------
    args : tuple
        Its arguments: plain values, functions or `Instance`.
    given : mapping
        Names of the notebook -> what they are, or return, while it runs.
    beyond : str
        What it asks beyond the plain case; empty for the plain case.
    read : tuple of str
        The attributes of the first argument that are compared after the call.
    m : int, optional
        The number of samples in its arguments.
    """

    args: tuple
    outcome: Outcome
    given: Mapping[str, Any]
    beyond: str = ""
    read: tuple[str, ...] = ()
    m: int | None = None

    @property
    def size(self) -> int:
        """How many numbers its arguments hold; a dictionary counts as one."""
        return sum(getattr(value, "size", 1) for value in self.args)


@dataclass(frozen=True)
class Mistake:
    """What a misconception, or two together, gives for each example, and what to say about it.

    `done` holds the operations that its code has and the solution lacks, `undone` the operators,
    calls and numbers that only the solution has.
    """

    sentences: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    done: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cases:
    """All that checks and hints need to know about an exercise; it holds no implementation.

    `numbers` are the constants in the solution's code, `usual` the operations that any right
    version uses, and `needed` the arguments and course functions that every right version uses.
    """

    exercise: str
    lesson: str
    arguments: tuple[str, ...]
    parts: tuple[str, ...]
    method: str
    examples: tuple[StoredExample, ...]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    numbers: tuple[float, ...] = ()
    usual: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


def cases_from(data: dict[str, Any]) -> Cases:
    """Return the cases that the JSON of a case file holds."""
    examples = [
        StoredExample(
            args=tuple(decode(row.pop("args"))),
            outcome=_outcome(row.pop("outcome")),
            given=decode(row.pop("given")),
            read=tuple(row.pop("read")),
            **row,
        )
        for row in data["examples"]
    ]
    mistakes = [
        Mistake(
            tuple(row["sentences"]),
            tuple(map(_outcome, row["outcomes"])),
            frozenset(row["done"]),
            frozenset(row["undone"]),
        )
        for row in data["mistakes"]
    ]
    lists = ("arguments", "parts", "hints", "numbers", "usual", "needed")
    texts = {key: tuple(data[key]) for key in lists}
    return Cases(**data | texts | {"examples": tuple(examples), "mistakes": tuple(mistakes)})


def _outcome(data: dict) -> Outcome:
    return Outcome(decode(data["result"]), decode(data["attributes"]), tuple(data["changed"]))
