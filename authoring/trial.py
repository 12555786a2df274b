"""Grade any version of a lesson fast, in this process.

Real grading runs the same cells in a sandbox; `tests/` hold the two equal.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import io
import itertools
import linecache
import os
import random
import signal
import types
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import evenhand.cells
import numpy as np
from evenhand.magics import plain_python
from evenhand.options import Options
from evenhand.releases import as_released
from evenhand.source_names import SourceNames
from evenhand.syntax import bindings, parse

from authoring.moving import calls_moved
from authoring.source import SOLUTIONS, UNGRADED, LessonCell, LessonSource
from nnlib import carrying, checking, contract
from nnlib.values import copied


@dataclass
class Trial:
    """What one version of a notebook earned.

    `tests` has, for each exercise, a row per test: title, points, and the message, which is empty
    if the test passed.
    """

    tests: dict[str, list[tuple[str, float, str]]] = field(default_factory=dict)

    def points(self, exercise: str) -> float:
        return sum(points for _, points, message in self.tests[exercise] if not message)

    def lost(self) -> dict[str, float]:
        """Return the points lost, by exercise, where there are any."""
        lost = {
            name: sum(points for _, points, message in rows if message)
            for name, rows in self.tests.items()
        }
        return {name: points for name, points in lost.items() if points}


def stub(text: str) -> str:
    """Return an exercise's cell as a student gets it."""
    cell = evenhand.cells.Cell("code", text)
    return as_released([cell], Options(stub="raise NotImplementedError"))[0]


def grade(
    lesson: LessonSource,
    versions: Mapping[str, str],
    seconds: float = 5.0,
    moves: Sequence[float] = (),
    exercise: str = "",
) -> Trial:
    """Run the cells of a lesson with some exercises in another version, and its tests.

    Parameters
    ----------
    versions : mapping
        Exercise to the text of its cell. The others are solved as the course solves them.
    seconds : float
        Processor time that a cell may take; so a busy machine changes no verdict.
    moves : sequence of float
        By how much the inputs of the hidden tests' calls are moved, in turn; not at all if empty.
    exercise : str
        Run only the tests of this one, and nothing below them; all tests if empty.
    """
    trial = Trial({name: [] for name in lesson.exercises})
    notebook = _Notebook(lesson, seconds)
    moving = calls_moved(moves) if moves else contextlib.nullcontext()
    tests = [cell for cell in lesson.cells if cell.points and exercise in ("", cell.exercise)]
    with quiet(), _environment(str(SOLUTIONS)), moving:
        for cell in lesson.cells[: lesson.cells.index(tests[-1]) + 1]:
            if cell.points and cell not in tests:
                continue
            if cell.points:
                message = notebook.test(cell)
                trial.tests[cell.exercise].append((cell.title, cell.points, message))
            elif cell.kind not in UNGRADED:
                notebook.run(cell, versions.get(cell.exercise, cell.text))
    return trial


def regrade(lesson: LessonSource, times: int, seed: Callable[[int], None]) -> Iterator[Trial]:
    """Solve a lesson once, then run its checks and tests `times` times, after `seed(number)`."""
    notebook = _Notebook(lesson, 60)
    with quiet(), _environment(str(SOLUTIONS)):
        for cell in lesson.cells:
            if cell.kind in ("setup", "carry", "plain", "exercise"):
                notebook.run(cell, cell.text)
        for number in range(times):
            trial = Trial({name: [] for name in lesson.exercises})
            for cell in lesson.cells:
                if cell.points:
                    message = notebook.test(cell, lambda number=number: seed(number))
                    trial.tests[cell.exercise].append((cell.title, cell.points, message))
            yield trial


def examine_version(
    lesson: LessonSource, exercise: str, code: str, seconds: float = 5.0
) -> checking.CheckResult:
    """Return what the check tells a student whose exercise is `code`."""
    namespace = carrying.namespace_of(lesson.name, SOLUTIONS)
    namespace.pop(exercise, None)
    with quiet(), _environment(None):
        message = _execute(code, namespace, f"<{lesson.name} {exercise}>", seconds)
        if exercise not in namespace:
            raise RuntimeError(f"{lesson.name}: this version does not define {exercise}: {message}")
        with limit(seconds):
            return checking.examine(
                namespace[exercise], checking.cases_of(lesson.name, exercise), namespace
            )


class _Notebook:
    """A notebook as it is graded: the learner's names, and separate ones for the tests."""

    def __init__(self, lesson: LessonSource, seconds: float) -> None:
        self._name = lesson.name
        self._seconds = seconds
        self._number = 0
        self._learner: dict[str, Any] = {"__name__": "__main__"}
        self._trusted: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        cells = [c for c in lesson.cells if not c.points and c.kind not in UNGRADED]
        bound = [tuple(bindings(parse(cell.text))) for cell in cells]
        self._source = SourceNames(
            {c.exercise: names for c, names in zip(cells, bound, strict=True) if c.exercise},
            bound=frozenset(itertools.chain(*bound)),
        )
        random.seed(0)
        np.random.seed(0)

    def run(self, cell: LessonCell, text: str) -> None:
        """Run a learner's cell; what tests need from it runs in their names as well."""
        if cell.kind not in ("setup", "carry"):
            self._execute(text, self._learner, self._seconds)
            return
        for names in (self._learner, self._trusted):
            # A limit that no slow import reaches.
            message = self._execute(text, names, 600)
            if message:
                raise RuntimeError(f"{self._name}: {message}")

    def test(self, cell: LessonCell, seed: Callable[[], None] | None = None) -> str:
        """Run a test; return why it failed, or an empty text. The notebook is left as it was."""
        undo = _remembered(self._learner)
        generators = np.random.get_state(), random.getstate()
        own = {k: v for k, v in self._trusted.items() if not isinstance(v, type)}
        if seed is None:
            random.seed(zlib.crc32(cell.title.encode()))
            np.random.seed(zlib.crc32(cell.title.encode()))
        else:
            seed()
        try:
            names = _Names(own, self._learner, self._source, cell.exercise)
            with np.errstate():  # settings that a call changes are undone, too
                return self._execute(cell.text, names, self._seconds)
        finally:
            for one in undo:
                one()
            np.random.set_state(generators[0])
            random.setstate(generators[1])

    def _execute(self, text: str, namespace: dict[str, Any], seconds: float) -> str:
        self._number += 1
        return _execute(text, namespace, f"<{self._name} cell {self._number}>", seconds)


class _Names(dict):
    """The globals of a test: its own and the course's first, then the learner's.

    A function of the learner's sees none of them, as it sees none in the sandbox. All that reaches
    it is what stands in for a name of the course's notebook while it is called. The rules are those
    of `evenhand.namespace`, without a second process.
    """

    def __init__(self, own: dict, learner: dict, source: SourceNames, exercise: str) -> None:
        super().__init__(own)
        self._learner, self._source = learner, source
        self._withheld = source.not_before(exercise)
        self._before: dict[str, Any] = {}

    def __missing__(self, name: str) -> Any:
        return copied(self._learner[name])

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in self._learner

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*dict.keys(self), *self._learner]))

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default

    def __setitem__(self, name: str, value: Any) -> None:
        stands_for = self._stands_for(name, value)
        if stands_for and callable(value) and value is self._before.get(name):
            self._learner[name] = value
            dict.pop(self, name, None)
            return
        mine = callable(value) and not stands_for & self._withheld
        if stands_for and (mine or (name in self._source.solved and not callable(value))):
            if name in self._learner:
                self._before.setdefault(name, self._learner[name])
            self._learner[name] = value
        dict.__setitem__(self, name, value)

    def __delitem__(self, name: str) -> None:
        dict.__delitem__(self, name)
        if name in self._source.bound:
            self._learner.pop(name, None)

    def _stands_for(self, name: str, value: Any) -> frozenset[str]:
        """Return the source names that this name is, or is an alias of."""
        if name in self._source.bound:
            return frozenset({name})
        if not callable(value) or name not in self._learner:
            return frozenset()
        before = {**self._learner, **self._before}
        return frozenset(n for n in self._source.solved if before.get(n) is before[name])


def _remembered(names: dict[str, Any]) -> list[Callable[[], None]]:
    """Return functions that restore the learner's names, and what functions and classes hold."""
    undo: list[Callable[[], None]] = []
    seen: set[int] = set()

    def refill(container: Any, before: Any) -> None:
        with contextlib.suppress(ValueError, TypeError):
            if isinstance(container, np.ndarray):
                container[...] = before
            elif isinstance(container, list):
                container[:] = before
            else:
                container.clear()
                container.update(before)

    def reset(owner: type, before: dict[str, Any]) -> None:
        for name in {*vars(owner), *before} - {"__dict__", "__weakref__"}:
            if name not in before:
                delattr(owner, name)
            elif vars(owner).get(name) is not before[name]:
                setattr(owner, name, before[name])

    def visit(value: Any) -> None:
        if id(value) in seen:
            return
        seen.add(id(value))
        if type(value) in (dict, list, set, np.ndarray):
            before = set(value) if type(value) is set else copied(value)
            undo.append(lambda: refill(value, before))
        elif isinstance(value, types.FunctionType):
            for cell in value.__closure__ or ():
                with contextlib.suppress(ValueError):  # a cell may be empty
                    undo.append(
                        functools.partial(setattr, cell, "cell_contents", cell.cell_contents)
                    )
                    visit(cell.cell_contents)
            for kept in (value.__dict__, *(value.__defaults__ or ())):
                visit(kept)
        elif isinstance(value, type) and value.__module__ == "__main__":
            own = dict(vars(value))
            undo.append(lambda: reset(value, own))
            for kept in own.values():
                visit(kept)
        elif type(value).__module__ == "__main__":
            visit(getattr(value, "__dict__", None))

    before = dict(names)
    for value in before.values():
        visit(value)
    undo.append(lambda: refill(names, before))
    return undo


def _execute(text: str, namespace: dict[str, Any], name: str, seconds: float) -> str:
    """Run a cell; return what an error said, or an empty text."""
    text = plain_python(text)
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    try:
        with limit(seconds):
            exec(compile(text, name, "exec"), namespace)
    except AssertionError as error:
        return checking.said_of(error).removeprefix("AssertionError: ")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a version may fail in any way
        return checking.said_of(error)
    return ""


class Overdue(Exception):
    """A cell took too long."""


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop what takes more processor time."""

    def overdue(*_: Any) -> None:
        raise Overdue(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, overdue)
    # Again and again, so that code which catches every exception is stopped, too.
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    import matplotlib

    matplotlib.use("Agg")
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        # What a notebook sets for all of NumPy ends with the notebook.
        np.errstate(),
        np.printoptions(),
    ):
        yield
    from matplotlib import pyplot

    pyplot.close("all")


@contextlib.contextmanager
def _environment(grading: str | None) -> Iterator[None]:
    with mock.patch.dict(os.environ):
        os.environ.pop(contract.VARIABLE, None)
        if grading:
            os.environ[contract.VARIABLE] = grading
        yield
