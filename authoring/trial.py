"""Try a lesson fast, in this process: grade any version of it, and say where its proof falls short.

Real grading runs the same cells in a kernel; `tests/` holds the two equal.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import io
import linecache
import os
import random
import signal
import types
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import evenhand.cells
import numpy as np
from evenhand.magics import plain_python
from evenhand.options import Options
from evenhand.releases import as_released

from authoring.cases import Exercise, read_cases
from authoring.moving import MOVES, calls_moved
from authoring.source import SOLUTIONS, UNGRADED, LessonCell, LessonSource
from nnlib import carrying, checking, contract
from nnlib.values import copied


@dataclass
class Trial:
    """What one version of a notebook earned.

    `tests` has, for each exercise, a row a test: title, points, and the message, which is empty
    where the test passed.
    """

    tests: dict[str, list[tuple[str, float, str]]] = field(default_factory=dict)

    def points(self, exercise: str) -> float:
        return sum(points for _, points, message in self.tests[exercise] if not message)

    def lost(self) -> dict[str, float]:
        """Return the points lost, by exercise; only where some are."""
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
        What a cell may take, of the processor's time: a busy machine changes no verdict.
    moves : sequence of float
        By how much the inputs of the hidden tests' calls are moved, in turn; not at all if empty.
    exercise : str
        Only run the tests of this one, and nothing below them; all tests if empty.
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


def shortfalls(lesson: LessonSource) -> Iterator[str]:
    """Try the solution, the stubs, each exercise broken, all misconceptions and variants.

    Yields
    ------
    str
        A sentence for each thing that is not as it should be.
    """
    exercises = read_cases(lesson.cases_path)
    cells = {c.exercise: c for c in lesson.cells if c.kind == "exercise"}
    for name in cells.keys() ^ exercises.keys():
        yield f"{name}: stands in only one of {lesson.path.name} and {lesson.cases_path.name}."
    yield from _structure(lesson)
    trial = grade(lesson, {})
    for name, rows in trial.tests.items():
        for title, _, message in rows:
            if message:
                yield f"{name}: the solution fails the test {title!r}: {message}"
        yield from _moving(lesson, name, {}, f"{name}, the solution", trial)
    trial = grade(lesson, {name: stub(cell.text) for name, cell in cells.items()})
    for name in cells:
        if trial.points(name):
            yield f"{name}: an untouched notebook earns {trial.points(name):g} points."
    for name, cell in cells.items():
        if name in exercises:
            yield from _one_exercise(lesson, cell, exercises[name])


def _structure(lesson: LessonSource) -> Iterator[str]:
    for name, points in lesson.exercises.items():
        tests = [c for c in lesson.cells if c.exercise == name and c.kind == "test"]
        checks = [c for c in lesson.cells if c.exercise == name and c.kind == "check"]
        if len(tests) < 2:
            yield f"{name}: {len(tests)} hidden tests; there should be two or more."
        if len(checks) != 1:
            yield f"{name}: {len(checks)} check cells; there should be one."
        if not points:
            yield f"{name}: earns no points."


def _one_exercise(lesson: LessonSource, cell: LessonCell, exercise: Exercise) -> Iterator[str]:
    name, whole = cell.exercise, lesson.exercises[cell.exercise]
    lost = grade(lesson, {name: stub(cell.text)}).lost()
    if lost != {name: whole}:
        yield f"{name}: left empty it should cost {{{name!r}: {whole:g}}}, and costs {lost}."
    verdict = examine_version(lesson, name, stub(cell.text))
    if verdict.status != "not attempted":
        yield f"{name}: left empty, the check says {verdict.status!r}."
    if len(exercise.hints) < 3:
        yield f"{name}: {len(exercise.hints)} hints; there should be three or more."
    if len(exercise.misconceptions) < 3:
        yield f"{name}: {len(exercise.misconceptions)} misconceptions; give three or more."
    for wrong in exercise.misconceptions:
        which = f"{name}, the misconception in line {wrong.line}"
        code = wrong.code(name, cell.text)
        verdict = examine_version(lesson, name, code)
        if verdict.status == "right":
            yield f"{which}: passes the check."
        elif verdict.named != (wrong.sentence,):
            yield f"{which}: the check says {verdict.named or 'no sentence'}."
        trial = grade(lesson, {name: code})
        yield from _moving(lesson, name, {name: code}, which, trial)
        if not any(message for title, _, message in trial.tests[name] if title != "check"):
            yield f"{which}: passes the hidden tests."
        others = {k: v for k, v in trial.lost().items() if k != name}
        if others:
            yield f"{which}: costs points elsewhere: {others}."
    for right in exercise.variants:
        which = f"{name}, the variant in line {right.line}"
        code = right.code(name, cell.text)
        verdict = examine_version(lesson, name, code)
        if verdict.status != "right":
            summary = [d.summary + d.detail for p in verdict.problems for d in p.differences]
            yield f"{which}: fails the check: {summary[:2]}"
        with calls_moved(MOVES):
            if examine_version(lesson, name, code).status != verdict.status:
                yield f"{which}: what the check says of it hangs on rounding."
        trial = grade(lesson, {name: code})
        yield from _moving(lesson, name, {name: code}, which, trial)
        for title, _, message in trial.tests[name]:
            if message:
                yield f"{which}: fails the test {title!r}: {message}"
        others = {k: v for k, v in trial.lost().items() if k != name}
        if others:
            yield f"{which}: costs points elsewhere: {others}."


def _moving(
    lesson: LessonSource, name: str, versions: Mapping[str, str], which: str, trial: Trial
) -> Iterator[str]:
    """Say which hidden tests judge otherwise where their inputs move by a part in 10**12."""
    before = {title: message for title, _, message in trial.tests[name]}
    cells = [c for c in lesson.cells if not c.points or (c.kind == "test" and c.exercise == name)]
    alone = replace(lesson, cells=tuple(cells))
    for moves in (MOVES, MOVES[::-1])[: 1 if versions else 2]:
        rows = grade(alone, versions, moves=moves, exercise=name).tests[name]
        for title, _, message in rows:
            if bool(message) != bool(before[title]):
                yield f"{which}: the test {title!r} hangs on rounding: {message or before[title]}"


class _Notebook:
    """A notebook as it is graded: the learner's names, and apart from them those of the tests."""

    def __init__(self, lesson: LessonSource, seconds: float) -> None:
        self._name = lesson.name
        self._seconds = seconds
        self._number = 0
        self._learner: dict[str, Any] = {"__name__": "__main__"}
        self._trusted: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        cells = [c for c in lesson.cells if not c.points and c.kind not in UNGRADED]
        self._names = frozenset(name for cell in cells for name in _bound(cell.text))
        self._solved = {c.exercise: _bound(c.text) for c in cells if c.kind == "exercise"}
        random.seed(0)
        np.random.seed(0)

    def run(self, cell: LessonCell, text: str) -> None:
        """Run a cell of the learner's; what tests need of it is run for them as well."""
        if cell.kind not in ("setup", "carry"):
            self._execute(text, self._learner, self._seconds)
            return
        for names in (self._learner, self._trusted):
            # No limit that a slow import could meet.
            message = self._execute(text, names, 600)
            if message:
                raise RuntimeError(f"{self._name}: {message}")

    def test(self, cell: LessonCell, seed: Callable[[], None] | None = None) -> str:
        """Run a test; return why it failed, or nothing. What it did to the notebook is undone."""
        undo = _remembered(self._learner)
        generators = np.random.get_state(), random.getstate()
        order = list(self._solved)
        later = order[order.index(cell.exercise) :]
        withheld = frozenset(name for exercise in later for name in self._solved[exercise])
        solved = frozenset().union(*self._solved.values())
        own = {k: v for k, v in self._trusted.items() if not isinstance(v, type)}
        if seed is None:
            random.seed(zlib.crc32(cell.title.encode()))
            np.random.seed(zlib.crc32(cell.title.encode()))
        else:
            seed()
        try:
            names = _Names(own, self._learner, self._names, solved, withheld)
            with np.errstate():  # what a call asks of NumPy is undone, too
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
    it is what stands in for a name of the course's notebook while it is called.
    """

    def __init__(self, own: dict, learner: dict, names, solved, withheld) -> None:
        super().__init__(own)
        self._learner, self._names, self._solved = learner, names, solved
        self._withheld = withheld
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
        if stands_for and (mine or (name in self._solved and not callable(value))):
            if name in self._learner:
                self._before.setdefault(name, self._learner[name])
            self._learner[name] = value
        dict.__setitem__(self, name, value)

    def __delitem__(self, name: str) -> None:
        dict.__delitem__(self, name)
        if name in self._names:
            self._learner.pop(name, None)

    def _stands_for(self, name: str, value: Any) -> frozenset[str]:
        """The names of the source that a name is of: itself, or those it is a second for."""
        if name in self._names:
            return frozenset({name})
        if not callable(value) or name not in self._learner:
            return frozenset()
        mine = self._before.get(name, self._learner[name])
        return frozenset(
            n for n in self._solved if self._before.get(n, self._learner.get(n)) is mine
        )


def _remembered(names: dict[str, Any]) -> list[Callable[[], None]]:
    """Return what puts the learner's names back, and what their functions and classes keep."""
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
    """Run a cell; return what an error said, or nothing."""
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


def _bound(text: str) -> set[str]:
    """Return the names that a cell binds, outside its functions and classes."""
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
            return
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(a.asname or a.name.partition(".")[0] for a in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(plain_python(text)))
    return found


class Overdue(Exception):
    """A cell took too long."""


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """End what takes longer, of the processor's time."""

    def overdue(*_: Any) -> None:
        raise Overdue(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, overdue)
    # Again and again, so that code which catches every exception is ended too.
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
        # What a notebook sets for all of NumPy ends with it.
        np.errstate(),
        np.printoptions(),
    ):
        yield
    from matplotlib import pyplot

    pyplot.close("all")


@contextlib.contextmanager
def _environment(grading: str | None) -> Iterator[None]:
    before = os.environ.pop(contract.VARIABLE, None)
    if grading:
        os.environ[contract.VARIABLE] = grading
    try:
        yield
    finally:
        os.environ.pop(contract.VARIABLE, None)
        if before:
            os.environ[contract.VARIABLE] = before
