"""The files that grading leaves in the course folder, where nbgrader looks for them.

Each is replaced as a whole: whoever reads it sees the old file or the new one.

How much learners' pages show of hidden tests is the course's to say, for each part::

    c.FeedbackPages.tests = {"1-*": "sentences", "3-*": "tests"}

``sentences`` shows points and what a test says. ``titles`` adds, where a test says nothing, what it
tests and the shapes of the call on which it failed. ``tests`` adds a test's code once the part is
due.
"""

import contextlib
import csv
import fnmatch
import io
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from evenhand import feedback, releases
from evenhand.cells import cells_of, raw_cells
from evenhand.course import Course, CourseError
from evenhand.handins import secret_of
from evenhand.jobs import Job
from evenhand.options import Options
from evenhand.quoting import quoted
from evenhand.record import Folders, Recorder, Stored
from evenhand.replacing import replaced
from evenhand.results import NotebookResult

STEPS = ("sentences", "titles", "tests")


def write_graded(course: Course, job: Job, result: NotebookResult) -> None:
    """Write the graded notebook and the feedback page where nbgrader expects them."""
    seen = shown_tests(course, job.part, job.notebook)
    page = feedback.page(result, result.document, seen=seen)
    replace_file(course.feedback(job.student, job.part) / f"{job.notebook}.html", page, 0o644)
    graded = course.autograded(job.student, job.part) / f"{job.notebook}.ipynb"
    if not result.document:  # a notebook that was withdrawn leaves nothing to look at
        graded.unlink(missing_ok=True)
        return
    replace_file(graded, result.document, 0o444)
    write_timestamp(course, job.student, job.part, job.timestamp)


def write_timestamp(course: Course, student: str, part: str, when: datetime | None) -> None:
    """Write when a part was handed in: nbgrader looks there for whether it has a newer one."""
    path = course.autograded(student, part) / "timestamp.txt"
    if when is None:
        path.unlink(missing_ok=True)
    elif path.parent.is_dir():
        replace_file(path, f"{when} UTC\n", 0o444)


def renewed_feedback(
    course: Course, recorder: Recorder, only: Folders | None = None
) -> Iterator[NotebookResult]:
    """Write again the pages that do not show what the gradebook holds; yield what it holds."""
    folders = set()
    due = recorder.due()
    for stored in recorder.stored(only):
        result = stored.result
        if (result.student, result.part) not in folders:
            folders.add((result.student, result.part))
            _prepare_release(course, result.student, result.part)
        path = course.feedback(result.student, result.part) / f"{result.notebook}.html"
        seen = shown_tests(
            course, result.part, result.notebook, due.get((result.student, result.part))
        )
        if not _shows(path, stored, seen):
            graded = course.autograded(result.student, result.part) / f"{result.notebook}.ipynb"
            document = graded.read_text("utf-8") if graded.is_file() else ""
            replace_file(path, feedback.page(result, document, stored.by_hand, seen), 0o644)
        yield result


def _prepare_release(course: Course, student: str, part: str) -> None:
    """Put beside the pages what ``nbgrader release_feedback`` reads there.

    The secret is the one with which a student fetches the pages from the exchange. Work that came
    another way has none; it gets one, as nbgrader would otherwise release nobody's feedback.
    """
    graded, pages = course.autograded(student, part), course.feedback(student, part)
    stamp = _text(graded / "timestamp.txt")
    secret = secret_of(course.submitted(student, part))
    known = _text(pages / "submission_secret.txt")
    for path, text in (
        (pages / "timestamp.txt", stamp),
        (pages / "submission_secret.txt", secret or known or secrets.token_hex(64)),
        (graded / "submission_secret.txt", secret),
    ):
        if path.parent.is_dir() and (_text(path) != text or not path.is_file()):
            replace_file(path, text, 0o644)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def _shows(path: Path, stored: Stored, seen: feedback.ShownTests) -> bool:
    """Whether a feedback page shows what the gradebook holds."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return feedback.shows(file.read(2000), stored.result, stored.by_hand, seen)
    except OSError:
        return False


def shown_tests(
    course: Course, part: str, notebook: str, due: datetime | None = None
) -> feedback.ShownTests:
    """Return what learners may see of a notebook's tests now: no code before the part is due.

    Parameters
    ----------
    due : datetime, optional
        The learner's deadline for the part, including an extension, in UTC.

    Raises
    ------
    CourseError
        If the course's settings do not say one of `STEPS`.
    """
    step = _step_of(course, part)
    if step != "tests" or due is None or datetime.now(UTC).replace(tzinfo=None) <= due:
        return feedback.ShownTests(step != "sentences")
    coursedir = course.coursedir
    folder = coursedir.format_path(coursedir.source_directory, ".", part)
    path = Path(folder, f"{notebook}.ipynb")
    try:
        return feedback.ShownTests(True, _tests_in(path, path.stat().st_mtime_ns))
    except (OSError, ValueError):  # grading reports what is wrong with it
        return feedback.ShownTests()


def _step_of(course: Course, part: str) -> str:
    said = course.config.get("FeedbackPages", {}).get("tests", {})
    if not isinstance(said, dict):
        raise CourseError("c.FeedbackPages.tests should be like {'1-*': 'titles'}.")
    for pattern, step in said.items():
        if fnmatch.fnmatchcase(part, pattern):
            if step not in STEPS:
                raise CourseError(
                    f"c.FeedbackPages.tests says {quoted(str(step))} of {quoted(pattern)}; "
                    f"it may say {', '.join(STEPS)}."
                )
            return step
    return "titles"


@lru_cache(maxsize=100)
def _tests_in(path: Path, stamp: int) -> dict[str, str]:
    cells = cells_of(raw_cells(json.loads(path.read_text("utf-8-sig"))))
    return {cell.name: cell.text for cell in cells if cell.test}


def replace_table(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file, which `evenhand.roster.read_table` reads; see `replace_file`."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    replace_file(path, file.getvalue(), 0o644)


def replace_file(path: Path, text: str, mode: int) -> None:
    """Write a file as a whole: whoever reads it sees the old one or the new one."""
    with replacement(path) as new:
        new.write_text(text, "utf-8", errors="replace", newline="")
        new.chmod(mode)


def copy_file(path: Path, to: Path) -> None:
    """Copy a file and its time, as a whole."""
    with replacement(to) as new:
        shutil.copyfile(path, new)
        about = path.stat()
        os.utime(new, ns=(about.st_atime_ns, about.st_mtime_ns))


def remember(course: Course, sources: Mapping[str, Mapping[str, Path]], options: Options) -> None:
    """Keep what learners were given; see `evenhand.releases.remember_releases`."""
    with _in_sentences(course.root / releases.FILE):
        releases.remember_releases(course.coursedir, sources, options)


@contextlib.contextmanager
def replacement(path: Path) -> Iterator[Path]:
    """Yield a file to be written, which takes the place of another as a whole."""
    with _in_sentences(path), replaced(path) as new:
        yield new


@contextlib.contextmanager
def _in_sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from error
