"""Try a lesson fast, in this process: grade any version of it, and say where its proof falls short.

Real grading runs the same cells in a kernel; `tests/` holds the two equal.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import os
import re
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nnlib import carrying, checking
from nnlib.authoring.cases import Exercise, read_cases
from nnlib.authoring.moving import MOVES, calls_moved
from nnlib.authoring.source import SOLUTIONS, Cell, LessonSource
from nnlib.magics import plain_python

__all__ = ["Trial", "examine_version", "grade", "regrade", "shortfalls", "stub"]

_SOLUTION = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION[ \t]*$", re.M | re.S
)


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
    return _SOLUTION.sub(r"\1raise NotImplementedError", text)


def grade(
    lesson: LessonSource,
    versions: Mapping[str, str],
    seconds: float = 5.0,
    moves: Sequence[float] = (),
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
    """
    trial = Trial({name: [] for name in lesson.exercises})
    namespace: dict[str, Any] = {"__name__": "__main__"}
    moving = calls_moved(moves) if moves else contextlib.nullcontext()
    with _quiet(), _environment(str(SOLUTIONS)), moving:
        for number, cell in enumerate(lesson.cells):
            if cell.kind in ("markdown", "demo"):
                continue
            text = cell.text
            if cell.kind == "exercise":
                text = versions.get(cell.exercise, text)
            before = dict(namespace)
            message = _execute(text, namespace, f"<{lesson.name} cell {number}>", seconds)
            if cell.points:
                # The grader's names stay out of the learner's notebook.
                namespace.clear()
                namespace.update(before)
                trial.tests[cell.exercise].append((cell.title, cell.points, message))
            elif message and cell.kind in ("setup", "carry"):
                raise RuntimeError(f"{lesson.name}: {message}")
    return trial


def regrade(lesson: LessonSource, times: int, seed: Callable[[int], None]) -> Iterator[Trial]:
    """Solve a lesson once, then run its checks and tests `times` times, after `seed(number)`."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with _quiet(), _environment(str(SOLUTIONS)):
        for cell in lesson.cells:
            if cell.kind in ("setup", "carry", "plain", "exercise"):
                _execute(cell.text, namespace, f"<{lesson.name}>", 60)
        for number in range(times):
            trial = Trial({name: [] for name in lesson.exercises})
            seed(number)
            for cell in lesson.cells:
                if cell.points:
                    message = _execute(cell.text, namespace, f"<{lesson.name}>", 60)
                    trial.tests[cell.exercise].append((cell.title, cell.points, message))
            yield trial


def examine_version(
    lesson: LessonSource, exercise: str, code: str, seconds: float = 5.0
) -> checking.Verdict:
    """Return what the check tells a student whose exercise is `code`."""
    namespace = carrying.namespace_of(lesson.name, SOLUTIONS)
    namespace.pop(exercise, None)
    with _quiet(), _environment(None):
        message = _execute(code, namespace, f"<{lesson.name} {exercise}>", seconds)
        if exercise not in namespace:
            raise RuntimeError(f"{lesson.name}: this version does not define {exercise}: {message}")
        with _limit(seconds):
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


def _one_exercise(lesson: LessonSource, cell: Cell, exercise: Exercise) -> Iterator[str]:
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
    for moves in (MOVES, MOVES[::-1])[: 1 if versions else 2]:
        for title, _, message in grade(
            replace(lesson, cells=tuple(cells)), versions, moves=moves
        ).tests[name]:
            if bool(message) != bool(before[title]):
                yield f"{which}: the test {title!r} hangs on rounding: {message or before[title]}"


def _execute(text: str, namespace: dict[str, Any], name: str, seconds: float) -> str:
    """Run a cell; return what an error said, or nothing."""
    text = plain_python(text)
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    try:
        with _limit(seconds):
            exec(compile(text, name, "exec"), namespace)
    except AssertionError as error:
        return str(error) or "an assertion without a message"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a version may fail in any way
        return f"{type(error).__name__}: {error}"
    return ""


class _Overdue(Exception):
    """A cell took too long."""


@contextlib.contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def overdue(*_: Any) -> None:
        raise _Overdue(f"took longer than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, overdue)
    # Again and again, so that code which catches every exception is ended too.
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    import matplotlib

    matplotlib.use("Agg")
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        yield
    from matplotlib import pyplot

    pyplot.close("all")


@contextlib.contextmanager
def _environment(grading: str | None) -> Iterator[None]:
    before = os.environ.pop(carrying.GRADING, None)
    if grading:
        os.environ[carrying.GRADING] = grading
    try:
        yield
    finally:
        os.environ.pop(carrying.GRADING, None)
        if before:
            os.environ[carrying.GRADING] = before
