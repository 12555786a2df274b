"""The files that grading leaves in the course folder, where nbgrader looks for them.

Each is at every moment the old one or the new one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from evenhand import feedback
from evenhand.course import Course, CourseError
from evenhand.jobs import Job
from evenhand.record import Recorder
from evenhand.results import NotebookResult

__all__ = ["renew_feedback", "replace_file", "write_graded", "write_timestamp"]


def write_graded(course: Course, job: Job, result: NotebookResult) -> None:
    """Write the graded notebook and the feedback page where nbgrader expects them."""
    page = feedback.page(result, result.document)
    replace_file(course.feedback(job.student, job.part) / f"{job.notebook}.html", page, 0o644)
    graded = course.autograded(job.student, job.part) / f"{job.notebook}.ipynb"
    if not result.document:  # a notebook that was withdrawn leaves nothing to look at
        graded.unlink(missing_ok=True)
        return
    replace_file(graded, result.document, 0o444)
    write_timestamp(course, job.student, job.part, job.timestamp)


def write_timestamp(course: Course, student: str, part: str, when: datetime | None) -> None:
    """Write when a part was handed in: nbgrader looks there whether there is a newer one."""
    path = course.autograded(student, part) / "timestamp.txt"
    if when is None:
        path.unlink(missing_ok=True)
    elif path.parent.is_dir():
        replace_file(path, f"{when} UTC\n", 0o444)


def renew_feedback(
    course: Course, recorder: Recorder, student: Callable[[str], bool], part: Callable[[str], bool]
) -> None:
    """Bring pages up to the gradebook's points, which people and due dates change."""
    for stored in recorder.stored(student, part):
        result = stored.result
        path = course.feedback(result.student, result.part) / f"{result.notebook}.html"
        if not (stored.by_hand or result.penalty) and _shows(path, result):
            continue
        graded = course.autograded(result.student, result.part) / f"{result.notebook}.ipynb"
        document = graded.read_text("utf-8") if graded.is_file() else ""
        replace_file(path, feedback.page(result, document), 0o644)


def _shows(path: Path, result: NotebookResult) -> bool:
    """Whether a feedback page shows the points of a result."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return feedback.shows(file.read(2000), result)
    except OSError:
        return False


def replace_file(path: Path, text: str, mode: int) -> None:
    """Write a file that is at every moment the old one or the new one."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, "utf-8", errors="replace", newline="")
        new.chmod(mode)
        new.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            new.unlink()
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from error
