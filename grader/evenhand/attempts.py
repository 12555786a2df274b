"""In which order of time students handed in, and which exercises each attempt changed."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evenhand.course import Course
from evenhand.handins import submitted_at
from evenhand.submission import read_submission

FOLDER = "attempts"
"""In the course folder: what newer attempts replaced, as student/part/when."""

BEFORE_REPAIR = "before repair"
"""Ends the name of a folder that holds what a person repaired: it is no attempt of its own."""

_UNKNOWN = "replaced "


@dataclass(frozen=True)
class Attempt:
    """One attempt at a part.

    Attributes
    ----------
    when
        The time of handing in, in UTC, as people write it; of an attempt without one, that of its
        being replaced, as such.
    number, of
        Which attempt of how many.
    changed
        Notebook and exercise of those that are others than in the attempt before; none of the
        first.
    """

    student: str
    when: str
    number: int
    of: int
    changed: tuple[tuple[str, str], ...] = ()


def kept_under(before: datetime | None, why: str = "") -> str:
    """Name the folder for what is being replaced, which was handed in at a time, if known."""
    named = (
        f"{before:%Y-%m-%d %H-%M-%S}"
        if before
        else f"{_UNKNOWN}{datetime.now(UTC):%Y-%m-%d %H-%M-%S}"
    )
    return f"{named} {why}".strip()


def attempts(course: Course) -> dict[str, list[Attempt]]:
    """Return the attempts at each part in the order of time; none where no time is known."""
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
    """Return when earlier attempts were handed in or replaced, with their folders, in order."""
    places = list(folder.iterdir()) if folder.is_dir() else []
    found = []
    for place in places:
        match = re.fullmatch(rf"((?:{_UNKNOWN})?[\d-]{{10}}) (\d\d)-(\d\d)-(\d\d)", place.name)
        if match and place.is_dir():
            found.append((f"{match[1]} {match[2]}:{match[3]}:{match[4]}", place))
    return sorted(found, key=lambda one: one[0].removeprefix(_UNKNOWN))


def _changes(places: Iterable[Path]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield for each attempt the exercises that it changed.

    Of an attempt that was replaced, its folder has what the next one did not keep.
    """
    places = list(places)
    if len(places) == 1:
        yield ()
        return
    answers = [_answers(place) for place in places]
    for number in range(len(answers) - 2, -1, -1):  # what is not there stayed as it was
        answers[number] = {**answers[number + 1], **answers[number]}
    yield ()
    for before, now in itertools.pairwise(answers):
        yield tuple(key for key in now if before.get(key) != now[key])


def _answers(place: Path) -> dict[tuple[str, str], str]:
    """Return notebook, exercise -> what stands in its cell."""
    found = {}
    for path in sorted(place.glob("*.ipynb")):
        with contextlib.suppress(OSError):
            for cell in read_submission(path).cells:
                if cell.solution and cell.name:
                    found[path.stem, cell.name] = cell.text
    return found
