"""How much of the hidden tests learners see on their pages, for each part.

In ``nbgrader_config.py``::

    c.FeedbackPages.tests = {"1-*": "sentences", "3-*": "tests"}

``sentences`` shows points and what a test says. ``titles`` adds, where a test says nothing, what it
tests and the shapes of the call on which it failed. ``tests`` adds a test's code once the part is
due.
"""

import fnmatch
import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from evenhand.cells import cells_of, raw_cells
from evenhand.course import Course, CourseError
from evenhand.feedback import ShownTests
from evenhand.quoting import quoted

STEPS = ("sentences", "titles", "tests")


def shown_tests(
    course: Course, part: str, notebook: str, due: datetime | None = None
) -> ShownTests:
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
        return ShownTests(step != "sentences")
    coursedir = course.coursedir
    folder = coursedir.format_path(coursedir.source_directory, ".", part)
    path = Path(folder, f"{notebook}.ipynb")
    try:
        return ShownTests(True, _tests_in(path, path.stat().st_mtime_ns))
    except (OSError, ValueError):  # grading reports what is wrong with it
        return ShownTests()


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
