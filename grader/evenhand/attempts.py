"""The order in which students handed in, and the exercises that each attempt changed."""

import contextlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evenhand.course import Course
from evenhand.handins import submitted_at
from evenhand.submission import read_submission

FOLDER = "attempts"
"""The folder, in the course folder, of replaced attempts: student/part/when."""

BEFORE_REPAIR = "before repair"
"""Ends the name of a folder with a notebook as it was before a person repaired it: no attempt."""

_UNKNOWN = "replaced "


@dataclass(frozen=True)
class Attempt:
    """One attempt at a part.

    Attributes
    ----------
    when
        The time of handing in, in UTC, such as ``"2026-11-28 23:40:00"``; empty if it is not known.
        An earlier attempt without one has the time when it was replaced, after ``"replaced "``.
    number, of
        Which attempt of how many.
    changed
        The notebook and exercise of each answer that differs from the attempt before; empty for
        the first.
    """

    student: str
    when: str
    number: int
    of: int
    changed: tuple[tuple[str, str], ...] = ()


def kept_under(before: datetime | None, why: str = "") -> str:
    """Name the folder for what is being replaced now; `before` is when it was handed in."""
    time = f"{before or datetime.now(UTC):%Y-%m-%d %H-%M-%S}"
    return f"{'' if before else _UNKNOWN}{time} {why}".strip()


def attempts(course: Course) -> dict[str, list[Attempt]]:
    """Return each part's attempts in order of time, without parts of which no time is known."""
    found: dict[str, list[Attempt]] = {}
    for part, students in course.submissions().items():
        some: list[tuple[str, Attempt]] = []
        for student, folder in students.items():
            time, _ = submitted_at(folder)
            last = f"{time:%Y-%m-%d %H:%M:%S}" if time else ""
            earlier = _kept(course.root / FOLDER / student / part)
            times = [*(when for when, _ in earlier), last]
            changes = _changes([*(place for _, place in earlier), folder])
            for number, (when, changed) in enumerate(zip(times, changes, strict=True), 1):
                key = when.removeprefix(_UNKNOWN) or "~"  # without a time, after the others
                some.append((key, Attempt(student, when, number, len(times), changed)))
        if any(attempt.when for _, attempt in some):
            found[part] = [a for _, a in sorted(some, key=lambda one: (one[0], one[1].student))]
    return found


def _kept(folder: Path) -> list[tuple[str, Path]]:
    """Return the times of earlier attempts, and their folders, in order."""
    places = list(folder.iterdir()) if folder.is_dir() else []
    found = []
    for place in places:
        match = re.fullmatch(rf"((?:{_UNKNOWN})?[\d-]{{10}}) (\d\d)-(\d\d)-(\d\d)", place.name)
        if match and place.is_dir():
            found.append((f"{match[1]} {match[2]}:{match[3]}:{match[4]}", place))
    return sorted(found, key=lambda one: one[0].removeprefix(_UNKNOWN))


def _changes(places: Sequence[Path]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield for each attempt the exercises that it changed.

    The folder of a replaced attempt holds only the files that the next one did not keep.
    """
    answers = [_answers(place) for place in places] if len(places) > 1 else []
    for number in range(len(answers) - 2, -1, -1):  # what is not there stayed as it was
        answers[number] = {**answers[number + 1], **answers[number]}
    yield ()
    for before, now in itertools.pairwise(answers):
        yield tuple(key for key in now if before.get(key) != now[key])


def _answers(place: Path) -> dict[tuple[str, str], str]:
    """Return the text of each answer, by its notebook and exercise."""
    found = {}
    for path in sorted(place.glob("*.ipynb")):
        with contextlib.suppress(OSError):
            for cell in read_submission(path).cells:
                if cell.solution and cell.name:
                    found[path.stem, cell.name] = cell.text
    return found
