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
import sys
import types
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import evenhand.cells
import numpy as np
from evenhand.magics import plain_python
from evenhand.namespace import Namespace
from evenhand.options import Options
from evenhand.releases import as_released
from evenhand.source_names import SourceNames
from evenhand.syntax import bindings, parse
from numpy.random import bit_generator

from authoring import hidden_tests
from authoring.moving import calls_moved
from authoring.source import SOLUTIONS, UNGRADED, LessonCell, LessonSource
from mistakes import calling, checking
from mistakes.calling import generators_kept, said_of
from mistakes.cases import Cases
from mistakes.values import copied
from nnlib import carrying, contract, course


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


def grade(lesson: LessonSource, versions: Mapping[str, str], seconds: float = 5.0) -> Trial:
    """Run the cells of a lesson with some exercises in another version, and its tests.

    Parameters
    ----------
    versions : mapping
        Exercise -> the text of its cell. The others get the course's solutions.
    seconds : float
        Processor time that a cell may take, so that a busy machine changes no verdict.
    """
    notebook = _Notebook(lesson, seconds)
    with quiet(), _environment(str(SOLUTIONS)):
        return _trial(lesson, notebook.graded(lesson.cells, versions))


def _trial(lesson: LessonSource, said: Mapping[LessonCell, str]) -> Trial:
    trial = Trial({name: [] for name in lesson.exercises})
    for cell in lesson.cells:
        if cell in said:
            trial.tests[cell.exercise].append((cell.title, cell.points, said[cell]))
    return trial


def grading_of(lesson: LessonSource, exercise: str, seconds: float = 5.0) -> Callable[..., Trial]:
    """Return a function that takes the text of one exercise's cell and returns its `Trial`.

    Tests of other exercises that do not rest on it are run only once: no version can change their
    outcome. With `alone`, the function leaves out the tests of other exercises. With `moves`, it
    does so too, leaves out the check, and moves the inputs of calls by each of these in turn. With
    `brief`, it leaves out the check and, after a test that failed, those that test no property.
    No message names a mistake: to look for it takes longest.
    """
    own = {c for c in lesson.cells if c.points and c.exercise == exercise}
    properties = {c for c in own if c.title in lesson.properties(exercise)}

    def graded(
        text: str, moves: Sequence[float] = (), alone: bool = False, brief: bool = False
    ) -> Trial:
        same = {}
        if not (alone or moves):
            found = _solved(lesson).items()
            same = {c: said for c, (said, on) in found if c not in own and exercise not in on}
        tests = own if alone or moves else {c for c in lesson.cells if c.points and c not in same}
        if moves or brief:
            tests = {c for c in tests if (c.kind, c.exercise) != ("check", exercise)}

        def spared(cell: LessonCell, said: Mapping[LessonCell, str]) -> bool:
            failed = brief and any(m for c, m in said.items() if c.exercise == cell.exercise)
            return cell not in tests or (failed and cell not in properties)

        last = max(number for number, cell in enumerate(lesson.cells) if cell in tests)
        notebook = _Notebook(lesson, seconds, carried=True)
        with quiet(), _environment(str(SOLUTIONS)), unmended(), seeded():
            said = notebook.graded(lesson.cells[: last + 1], {exercise: text}, moves, spared)
        return _trial(lesson, same | said)

    return graded


@functools.lru_cache(maxsize=8)
def _solved(lesson: LessonSource) -> dict[LessonCell, tuple[str, set[str]]]:
    """Return what each test says of the solution, and the exercises that it rests on.

    It rests on those whose code it runs, and on those from which a name that it uses was made.
    """
    exercises = {n: c.exercise for n, c in enumerate(lesson.cells, 1) if c.kind == "exercise"}
    files = {_file(lesson.name, number): name for number, name in exercises.items()}
    notebook = _Notebook(lesson, 60, carried=True)
    made: dict[str, set[str]] = {}
    found: dict[LessonCell, tuple[str, set[str]]] = {}
    ran: set[types.CodeType] = set()
    with quiet(), _environment(str(SOLUTIONS)), unmended():
        for cell in lesson.cells:
            if cell.kind in UNGRADED:
                continue
            ran.clear()
            before = dict(notebook.learner)
            sys.setprofile(lambda frame, *_: ran.add(frame.f_code))
            try:
                said = notebook.test(cell) if cell.points else notebook.run(cell, cell.text)
            finally:
                sys.setprofile(None)
            codes = [code for code in ran if code.co_filename.startswith(f"<{lesson.name} cell ")]
            used = set(itertools.chain(*(code.co_names for code in codes)))
            on = {files[code.co_filename] for code in codes if code.co_filename in files}
            on = on.union(*(made.get(name, ()) for name in used))
            if cell.points:
                found[cell] = said, on
                continue
            for name, value in notebook.learner.items():
                changed = name in used and not isinstance(value, (types.ModuleType, Callable))
                if changed or before.get(name) is not value:
                    made.setdefault(name, set()).update(on - {cell.exercise})
    return found


def regrade(lesson: LessonSource, times: int, seed: Callable[[int], None]) -> Iterator[Trial]:
    """Solve a lesson once, then run its checks and tests `times` times, after `seed(number)`.

    A test that draws no random numbers gives the same each time, and is run once.
    """
    notebook = _Notebook(lesson, 60)
    with quiet(), _environment(str(SOLUTIONS)):
        for cell in lesson.cells:
            if not cell.points and cell.kind not in UNGRADED:
                notebook.run(cell, cell.text)
        said: dict[LessonCell, str] = {}
        drawing = [cell for cell in lesson.cells if cell.points]
        for number in range(times):
            for cell in tuple(drawing):
                said[cell], drew = notebook.watched_test(cell, lambda number=number: seed(number))
                if not drew:
                    drawing.remove(cell)
            yield _trial(lesson, said)


def examine_version(
    lesson: LessonSource, exercise: str, code: str, seconds: float = 5.0, cases: Cases | None = None
) -> checking.CheckResult:
    """Return the check's result for an exercise written as `code`, on its own cases or others."""
    namespace = solved_names(lesson)
    namespace.pop(exercise, None)
    with quiet(), _environment(None), seeded():
        message = _execute(code, namespace, f"<{lesson.name} {exercise}>", seconds)
        if exercise not in namespace:
            raise RuntimeError(f"{lesson.name}: this version does not define {exercise}: {message}")
        with limit(seconds):
            cases = cases or course.cases(lesson.name, exercise)
            return checking.examine(namespace[exercise], cases, namespace)


def solved_names(lesson: LessonSource) -> dict[str, Any]:
    """Return what a solved lesson imports, carries and defines, made anew each time.

    What it carries from earlier lessons is made once: no version of it changes that.
    """
    return carrying.namespace_of(lesson.name, SOLUTIONS, dict(_earlier(lesson.name)))


@functools.cache
def _earlier(lesson: str, whose: str = "the check's") -> dict[Any, Any]:
    seen: dict[Any, Any] = {}
    carrying.namespace_of(lesson, SOLUTIONS, seen)
    return {name: names for name, names in seen.items() if name != lesson}


def _carried_once(lesson: str, whose: str) -> contextlib.AbstractContextManager:
    """Have a lesson carry what an earlier version of it carried; see `solved_names`."""
    earlier, find = _earlier(lesson, whose), carrying.find

    def found(name: str, lesson: str, folder: Path, seen: dict[Any, Any], use: str) -> Any:
        seen.update(earlier)
        return find(name, lesson, folder, seen, use)

    return mock.patch.object(carrying, "find", found)


class _Notebook:
    """A notebook as it is graded: the learner's names, and separate ones for the tests."""

    def __init__(self, lesson: LessonSource, seconds: float, carried: bool = False) -> None:
        self._name = lesson.name
        self._carried = carried
        self._seconds = seconds
        self._numbers = {cell: number for number, cell in enumerate(lesson.cells, 1)}
        self.learner: dict[str, Any] = {"__name__": "__main__"}
        self._trusted: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        self._source = _source_names(lesson)
        random.seed(0)
        np.random.seed(0)

    def graded(
        self,
        cells: Sequence[LessonCell],
        versions: Mapping[str, str],
        moves: Sequence[float] = (),
        spared: Callable[[LessonCell, Mapping[LessonCell, str]], bool] = lambda *_: False,
    ) -> dict[LessonCell, str]:
        """Run cells, and the tests among them, with the inputs of their calls moved, if wanted.

        `spared` takes a test, and what those before it said, and tells whether to leave it out.
        """
        said: dict[LessonCell, str] = {}
        with calls_moved(moves) if moves else contextlib.nullcontext():
            for cell in cells:
                if cell.points:
                    if not spared(cell, said):
                        said[cell] = self.test(cell)
                elif cell.kind not in UNGRADED:
                    self.run(cell, versions.get(cell.exercise, cell.text))
        return said

    def run(self, cell: LessonCell, text: str) -> None:
        """Run a learner's cell; run a setup or carry cell in the tests' names as well."""
        if cell.kind not in ("setup", "carry"):
            self._execute(cell, text, self.learner, self._seconds)
            return
        for whose, names in (("learner's", self.learner), ("tests'", self._trusted)):
            once = _carried_once(self._name, whose) if self._carried else contextlib.nullcontext()
            with once:
                # A limit that no slow import reaches.
                message = self._execute(cell, text, names, 600)
            if message:
                raise RuntimeError(f"{self._name}: {message}")

    def watched_test(self, cell: LessonCell, seed: Callable[[], None]) -> tuple[str, bool]:
        """Run a test after `seed`; return what `test` returns, and whether it drew random numbers.

        Calls that a test judges do not count: they have seeds of their own.
        """
        states: list[Any] = []

        def watch() -> None:
            seed()
            states.append(_generators())

        # This is what seeds a generator that was given no seed.
        with mock.patch.object(bit_generator, "randbits", wraps=bit_generator.randbits) as asked:
            message = self.test(cell, watch, lambda: states.append(_generators()))
        return message, asked.called or states[0] != states[1]

    def test(
        self,
        cell: LessonCell,
        seed: Callable[[], None] | None = None,
        ended: Callable[[], None] = lambda: None,
    ) -> str:
        """Run a test; return why it failed, or an empty text. The notebook is left as it was."""
        undo = _remembered(self.learner)
        restore = generators_kept()
        own = {k: v for k, v in self._trusted.items() if not isinstance(v, type)}
        if seed is None:
            random.seed(zlib.crc32(cell.title.encode()))
            np.random.seed(zlib.crc32(cell.title.encode()))
        else:
            seed()
        try:
            names = Namespace(_LearnerNames(self.learner, self._source, cell.exercise))
            dict.update(names, own)
            with np.errstate():  # undoes settings that a call changes
                return self._execute(cell, cell.text, names, self._seconds)
        finally:
            ended()
            for one in undo:
                one()
            restore()

    def _execute(self, cell: LessonCell, text: str, names: dict[str, Any], seconds: float) -> str:
        return _execute(text, names, _file(self._name, self._numbers[cell]), seconds)


def _file(lesson: str, cell: int) -> str:
    return f"<{lesson} cell {cell}>"


@functools.lru_cache(maxsize=64)
def _source_names(lesson: LessonSource) -> SourceNames:
    cells = [c for c in lesson.cells if not c.points and c.kind not in UNGRADED]
    bound = [bindings(parse(cell.text)) for cell in cells]
    return SourceNames(
        {c.exercise: names for c, names in zip(cells, bound, strict=True) if c.exercise},
        bound=frozenset(itertools.chain(*bound)),
    )


def _generators() -> tuple[Any, ...]:
    """Return the states of the global random generators, as values that can be compared."""
    _, keys, *rest = np.random.get_state()
    return keys.tobytes(), rest, random.getstate()


class _LearnerNames:
    """The learner's names, in this process, as `evenhand.namespace.Namespace` asks for them.

    A function of the learner's sees none of a test's names, as it sees none in the sandbox. All
    that reaches it is what is bound here while it is called.
    """

    testing = True

    def __init__(self, learner: dict[str, Any], source: SourceNames, exercise: str) -> None:
        self.names, self.source = self, source
        self.withheld = source.not_before(exercise)
        self.bound: set[str] = set()
        self._learner, self._before = learner, dict(learner)

    def all(self) -> Iterable[str]:
        return self._learner.keys()

    def look(self, name: str) -> Any:
        return copied(self._learner[name])

    def is_learners(self, name: str, value: Any) -> bool:
        return callable(value) and value is self._before.get(name)

    def stands_for(self, name: str, value: Any) -> frozenset[str]:
        if name in self.source.bound:
            return frozenset({name})
        if not callable(value) or name not in self._before:
            return frozenset()
        same = (n for n in self.source.solved if self._before.get(n) is self._before[name])
        return frozenset(same)

    def bind(self, name: str, value: Any) -> None:
        self.bound.add(name)
        self._learner[name] = value

    def unbind(self, name: str) -> None:
        self.bound.discard(name)
        self._learner.pop(name, None)

    remove = unbind


def _remembered(names: dict[str, Any]) -> list[Callable[[], None]]:
    """Return functions that restore the learner's names, and the state of functions and classes."""
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
    text = _plain(text)
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    try:
        with limit(seconds):
            exec(_compiled(text, name), namespace)
    except AssertionError as error:
        return said_of(error).removeprefix("AssertionError: ")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a version may fail in any way
        return said_of(error)
    return ""


_plain = functools.lru_cache(maxsize=1024)(plain_python)


@functools.lru_cache(maxsize=1024)
def _compiled(text: str, name: str) -> types.CodeType:
    return compile(text, name, "exec")


class Overdue(Exception):
    """A cell took too long."""


@contextlib.contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop what takes more processor time."""

    def overdue(*_: Any) -> None:
        raise Overdue(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, overdue)
    # Repeatedly, to stop code that catches every exception.
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
def unmended() -> Iterator[None]:
    """Let checks say what is wrong without a search for the change that would mend it.

    Nor do hidden tests look for the mistake behind a wrong result.
    """
    with (
        mock.patch.object(checking.mending, "mended", side_effect=LookupError),
        mock.patch.object(hidden_tests, "examine", return_value=checking.CheckResult("wrong")),
    ):
        yield


@contextlib.contextmanager
def seeded() -> Iterator[None]:
    """Let calls use up random numbers: each begins from a seed, and so does each test.

    To put the generators back after each call takes a third of the time of a call.
    """
    with mock.patch.object(calling, "generators_kept", lambda: lambda: None):
        yield


@contextlib.contextmanager
def _environment(grading: str | None) -> Iterator[None]:
    # Not a copy of all variables, which takes longer than many a test.
    before = os.environ.pop(contract.VARIABLE, None)
    if grading:
        os.environ[contract.VARIABLE] = grading
    try:
        yield
    finally:
        os.environ.pop(contract.VARIABLE, None)
        if before is not None:
            os.environ[contract.VARIABLE] = before
