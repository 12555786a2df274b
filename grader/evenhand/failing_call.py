"""On which call of the learner's code a test failed, by the shapes of its arguments alone."""

from __future__ import annotations

import ast
import sys
import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from evenhand.stand_ins import LearnerCallable, LearnerInstance, StandIn

_MOST = 300  # calls of a test that are remembered
_INNER = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


@dataclass(frozen=True)
class _Call:
    """One call: where the test makes it, and what it looks like."""

    frame: int
    line: int
    at: int
    helper: int
    told: str


class Calls:
    """The calls that one test makes.

    A call that a library of the course makes for the test counts as the test's call of that
    library. If more than one call could be meant, none is told.
    """

    def __init__(self) -> None:
        self.begin("")

    def begin(self, file: str) -> None:
        """Forget all calls; from now on, the code of `file` is the test."""
        self._file = file
        self._calls: deque[_Call] = deque(maxlen=_MOST)
        # A frame keeps its variables alive, so keep only the latest of each kind.
        self._latest: list[FrameType | None] = [None, None]
        self._numbers = [0, 0]
        self._call: FrameType | None = None

    def note(self, name: str, args: tuple, kwargs: dict[str, Any]) -> None:
        """Remember a call, which the caller is about to make."""
        frame, helper = sys._getframe(1), None
        while frame is not None and not self._is_tests(frame):
            helper = None if frame.f_code.co_filename == self._file else frame
            frame = frame.f_back
        if frame is None:
            return
        self._call = sys._getframe(1)
        told = _told(name, args, kwargs)
        numbers = self._number(0, frame), self._number(1, helper)
        self._calls.append(_Call(numbers[0], frame.f_lineno, frame.f_lasti, numbers[1], told))

    def _number(self, kind: int, frame: FrameType | None) -> int:
        if frame is not self._latest[kind]:
            self._latest[kind] = frame
            self._numbers[kind] += 1
        return self._numbers[kind]

    def told(self, error: BaseException, source: str) -> str:
        """Say on which call a test failed; nothing if that is not certain.

        Parameters
        ----------
        error
            What ended the test.
        source
            The test, as it was run.
        """
        match getattr(error, "learner_call", None):
            case [LearnerCallable() as function, tuple(args)]:
                return _told(function.__remote__.name, args, {})
        steps = list(traceback.walk_tb(error.__traceback__))
        if any(frame is self._call for frame, _ in steps):
            return self._calls[-1].told  # it was raised there
        found: set[str] = set()
        places = [i for i, (frame, _) in enumerate(steps) if self._is_tests(frame)]
        if places:
            (frame, line), below = steps[places[-1]], steps[places[-1] + 1 :]
            if below and below[0][0] is self._latest[1]:
                found = {call.told for call in self._calls if call.helper == self._numbers[1]}
            elif frame is self._latest[0]:
                found = set(self._behind(ast.parse(source), line))
        return found.pop() if len(found) == 1 else ""

    def _is_tests(self, frame: FrameType) -> bool:
        """Whether a frame is the test's, and no comprehension or lambda in it."""
        name = frame.f_code.co_name
        return frame.f_code.co_filename == self._file and name.strip("<>") in (name, "module")

    def _behind(self, tree: ast.Module, line: int) -> Iterator[str]:
        """Yield the calls in the statement of a line, or in those that gave it its names."""
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        statements = sorted(nodes, key=lambda node: node.lineno)
        around = [s for s in statements if s.lineno <= line <= (s.end_lineno or s.lineno)]
        if not around:
            return
        todo, seen = [min(around, key=_height)], set()
        while todo:
            statement = todo.pop()
            if statement in seen:
                continue
            seen.add(statement)
            calls = list(self._in(statement))
            yield from calls
            if calls:
                continue
            before = [
                s for s in statements if s.lineno < statement.lineno and not hasattr(s, "body")
            ]
            for name in _names(statement, ast.Load):
                todo += [s for s in before if name in _names(s, ast.Store)][-1:]

    def _in(self, statement: ast.stmt) -> Iterator[str]:
        """Yield the calls of the last time that a statement was run."""
        if hasattr(statement, "body"):
            return
        several = any(isinstance(node, _INNER) for node in ast.walk(statement))
        before = None
        for call in reversed(self._calls):
            mine = call.frame == self._numbers[0] and (
                statement.lineno <= call.line <= (statement.end_lineno or statement.lineno)
            )
            if not mine:
                if before is not None:
                    return
                continue
            if before is not None and call.at >= before.at and not several:
                return
            before = call
            yield call.told


def _told(name: str, args: tuple, kwargs: dict[str, Any]) -> str:
    given = [_shape(value) for value in args]
    given += [f"{key}={_shape(value)}" for key, value in kwargs.items()]
    return f"{name if name.isidentifier() else '…'}({', '.join(given)})"


def _height(statement: ast.stmt) -> int:
    return (statement.end_lineno or statement.lineno) - statement.lineno


def _names(statement: ast.stmt, how: type) -> set[str]:
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, how)}


def _shape(value: Any) -> str:
    """Describe a value by its type and size, never by its content."""
    if value is None or isinstance(value, (bool, np.bool_)):
        return "None" if value is None else "a truth value"
    if isinstance(value, LearnerInstance):
        name = value.__remote__.name
        return f"object of {name if name.isidentifier() else 'a class'}"
    if isinstance(value, StandIn):
        return "a function"
    kind = type(value)
    if isinstance(value, np.ndarray) or kind.__module__.partition(".")[0] == "pandas":
        name = "array" if isinstance(value, np.ndarray) else kind.__name__
        return f"{name} of shape {getattr(value, 'shape', ())}"
    if isinstance(value, (int, float, complex, np.number)):
        return "a number"
    if isinstance(value, (str, bytes)):
        return "a text" if isinstance(value, str) else "bytes"
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return f"{kind.__name__} of {len(value)}"
    return "a function" if callable(value) else kind.__name__
