"""On which call of the learner's code a test failed, by the shapes of its arguments alone."""

import ast
import functools
import sys
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

import numpy as np

from evenhand.stand_ins import LearnerCallable, LearnerInstance, StandIn

_MOST = 300  # calls of a test that are remembered
_INNER = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)


@dataclass(frozen=True)
class _Call:
    """One call: where the test makes it, and what it looks like."""

    frame: int
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
        self._calls.append(_Call(numbers[0], frame.f_lasti, numbers[1], told))

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
        steps, step = [], error.__traceback__
        while step:
            steps.append(step)
            step = step.tb_next
        if any(step.tb_frame is self._call for step in steps):
            return self._calls[-1].told  # it was raised there
        found: set[str] = set()
        places = [i for i, step in enumerate(steps) if self._is_tests(step.tb_frame)]
        if places:
            step, below = steps[places[-1]], steps[places[-1] + 1 :]
            if below and below[0].tb_frame is self._latest[1]:
                found = {call.told for call in self._calls if call.helper == self._numbers[1]}
            elif step.tb_frame is self._latest[0]:
                flow = _Flow(ast.parse(source), step.tb_frame.f_code)
                found = self._behind(flow, step.tb_lasti)
        return found.pop() if len(found) == 1 else ""

    def _is_tests(self, frame: FrameType) -> bool:
        """Whether a frame is the test's, and no comprehension or lambda in it."""
        name = frame.f_code.co_name
        return frame.f_code.co_filename == self._file and name.strip("<>") in (name, "module")

    def _behind(self, flow: "_Flow", at: int) -> set[str]:
        """Return the calls whose results a statement uses; none if that is not certain."""
        failed = flow.statement(at)
        if hasattr(failed, "body"):  # the head of a loop, or of another block
            return set()
        found: set[str] = set()
        todo, seen = [failed], []
        while todo:
            statement = todo.pop()
            if statement is None:
                return set()
            if statement not in seen:
                seen.append(statement)
                calls = self._in(statement, flow)
                forgotten = not calls and statement is not failed and len(self._calls) == _MOST
                if forgotten and any(isinstance(node, ast.Call) for node in _own(statement)):
                    return set()
                found |= {call.told for call in calls}
                for name in flow.reads(statement, [call.at for call in calls]):
                    todo += flow.givers(name, statement)
        return found

    def _in(self, statement: ast.stmt, flow: "_Flow") -> list[_Call]:
        """Return the calls of the last time that a statement was run."""
        several = any(isinstance(node, _INNER) for node in _own(statement))
        found: list[_Call] = []
        for call in reversed(self._calls):
            mine = call.frame == self._numbers[0] and flow.statement(call.at) is statement
            if found and (not mine or (call.at >= found[-1].at and not several)):
                break
            found += [call] if mine else []
        return found


class _Flow:
    """Which statements of a test gave a name its value."""

    def __init__(self, tree: ast.Module, code: CodeType) -> None:
        self._places = list(code.co_positions())
        self._tree = tree
        self._above = {child: n for n in ast.walk(tree) for child in ast.iter_child_nodes(n)}
        self._statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        self.statement = functools.cache(self._statement)

    def _statement(self, at: int) -> ast.stmt | None:
        """Return the innermost statement that an instruction belongs to."""
        line, end_line, column, end_column = self._places[at // 2]
        if None in (line, end_line, column, end_column):
            return None
        around = [
            s
            for s in self._statements
            if (s.lineno, s.col_offset) <= (line, column)
            and (end_line, end_column) <= (s.end_lineno, s.end_col_offset)
        ]
        return around[-1] if around else None

    def reads(self, statement: ast.stmt, calls: Iterable[int]) -> set[str]:
        """Return the names that a statement reads, but for what these calls are given."""
        nodes = _own(statement)
        places = {self._places[at // 2] for at in calls}
        given = [n for n in nodes if isinstance(n, ast.expr) and _place(n) in places]
        inner = {node for call in given for node in ast.walk(call)}
        for node in nodes:
            if isinstance(node, _INNER):
                own = _given(node)
                inner |= {n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in own}
        again = isinstance(statement, ast.AugAssign)
        return {
            n.id
            for n in nodes
            if isinstance(n, ast.Name) and n not in inner and (again or _is(n, ast.Load))
        }

    def givers(self, name: str, reader: ast.stmt) -> list[ast.stmt | None]:
        """Return what gave a name its value when a statement read it; None if that is unknown."""
        if not any(name in _given(statement) for statement in self._statements):
            return []  # the test did not
        found = [s for s in self._statements if name in _given(s) | _changed(s)]
        if len(found) > 1:
            blocks = [value for _, value in ast.iter_fields(self._above[reader])]
            [block] = [value for value in blocks if isinstance(value, list) and reader in value]
            before = [s for s in block[: block.index(reader)] if s in found]
            return before[-1:] if before and {*found} <= {*block} else [None]
        if isinstance(found[0], ast.FunctionDef):  # its argument
            for node in ast.walk(self._tree):
                if isinstance(node, ast.Call) and _root(node.func) == found[0].name:
                    handed = [*node.args, *(keyword.value for keyword in node.keywords)]
                    if not all(isinstance(value, ast.Constant) for value in handed):
                        return [None]
        return found


def _own(node: ast.AST) -> list[ast.AST]:
    """Return a statement, or a part of one, and all parts of it but for the statements in it."""
    nodes = [node]
    for node in nodes:
        nodes += [n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.stmt)]
    return nodes


def _given(node: ast.AST) -> set[str]:
    """Return the names that a statement gives a value, those of arguments and handlers as well."""
    names = set()
    for part in _own(node):
        match part:
            case ast.Name(name, ast.Store() | ast.Del()) | ast.arg(name):
                names.add(name)
            case ast.ExceptHandler(_, str(name)):
                names.add(name)
    return names


def _changed(statement: ast.stmt) -> set[str]:
    """Return the names whose values a statement may change in place."""
    changed = {_root(n) for n in _own(statement) if hasattr(n, "ctx") and not _is(n, ast.Load)}
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        changed.add(_root(statement.value.func))
    return changed


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return getattr(node, "id", "")


def _is(node: ast.AST, how: type) -> bool:
    return isinstance(node.ctx, how)


def _place(node: ast.expr) -> tuple:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def _told(name: str, args: tuple, kwargs: dict[str, Any]) -> str:
    given = [_shape(value) for value in args]
    given += [f"{key}={_shape(value)}" for key, value in kwargs.items()]
    return f"{name if name.isidentifier() else '…'}({', '.join(given)})"


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
