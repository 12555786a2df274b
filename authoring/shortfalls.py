"""Say where a lesson falls short of what CONTRIBUTING.md asks; `nnlib try` shows it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from authoring.cases import Exercise, read_cases
from authoring.moving import MOVES, calls_moved
from authoring.source import LessonCell, LessonSource
from authoring.trial import Trial, examine_version, grade, grading_of, stub


def shortfalls(lesson: LessonSource) -> Iterator[str]:
    """Try the solution, the stubs, each exercise left empty, every misconception and variant.

    Yields
    ------
    str
        A sentence for each shortfall.
    """
    exercises = read_cases(lesson.cases_path)
    cells = {c.exercise: c for c in lesson.cells if c.kind == "exercise"}
    for name in cells.keys() ^ exercises.keys():
        yield f"{name}: stands in only one of {lesson.path.name} and {lesson.cases_path.name}."
    yield from _structure(lesson)
    solved = grade(lesson, {})
    for name, rows in solved.tests.items():
        for title, _, message in rows:
            if message:
                yield f"{name}: the solution fails the test {title!r}: {message}"
    trial = grade(lesson, {name: stub(cell.text) for name, cell in cells.items()})
    for name in cells:
        if trial.points(name):
            yield f"{name}: an untouched notebook earns {trial.points(name):g} points."
    for name, cell in cells.items():
        graded = grading_of(lesson, name)
        for moves in (MOVES, MOVES[::-1]):
            yield from _moving(graded, name, cell.text, f"{name}, the solution", solved, moves)
        if name in exercises:
            yield from _one_exercise(lesson, cell, exercises[name], graded)


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


def _one_exercise(
    lesson: LessonSource, cell: LessonCell, exercise: Exercise, graded: Callable[..., Trial]
) -> Iterator[str]:
    name, whole = cell.exercise, lesson.exercises[cell.exercise]
    lost = graded(stub(cell.text)).lost()
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
        trial = yield from _graded(graded, name, code, which)
        if not any(message for title, _, message in trial.tests[name] if title != "check"):
            yield f"{which}: passes the hidden tests."
    for right in exercise.variants:
        which = f"{name}, the variant in line {right.line}"
        code = right.code(name, cell.text)
        verdict = examine_version(lesson, name, code)
        if verdict.status != "right":
            summary = [d.summary + d.detail for p in verdict.problems for d in p.differences]
            yield f"{which}: fails the check: {summary[:2]}"
        with calls_moved(MOVES):
            if examine_version(lesson, name, code).status != verdict.status:
                yield f"{which}: what the check says about it depends on rounding."
        trial = yield from _graded(graded, name, code, which)
        for title, _, message in trial.tests[name]:
            if message:
                yield f"{which}: fails the test {title!r}: {message}"


def _graded(
    graded: Callable[..., Trial], name: str, code: str, which: str
) -> Generator[str, None, Trial]:
    """Grade a version; yield a sentence if it depends on rounding or costs points elsewhere."""
    trial = graded(code)
    yield from _moving(graded, name, code, which, trial)
    others = {k: v for k, v in trial.lost().items() if k != name}
    if others:
        yield f"{which}: costs points elsewhere: {others}."
    return trial


def _moving(
    graded: Callable[..., Trial], name: str, code: str, which: str, trial: Trial, moves=MOVES
) -> Iterator[str]:
    """Yield a sentence for each hidden test whose verdict depends on a part in 10**12."""
    before = {title: message for title, _, message in trial.tests[name]}
    for title, _, message in graded(code, moves).tests[name]:
        if bool(message) != bool(before[title]):
            yield f"{which}: the test {title!r} depends on rounding: {message or before[title]}"
