"""Turn a database's errors into sentences that say what to do."""

import contextlib
import re
import sqlite3
from collections.abc import Iterator

import sqlalchemy as sa

from evenhand.course import Course, CourseError

# A pattern in a database's error -> what it means for the gradebook, and what to do.
_TROUBLE = {
    "locked": "is being written by another program. Close that program, or wait for it, and grade "
    "again: what is graded is kept",
    "not a database": "is not a gradebook. Move it away, or put a copy of the gradebook there",
    "malformed": "is damaged. Put a copy of it from before in its place; if there is none, move it "
    "away: the next run grades everything again, but points given by hand are only in it",
    "unable to open": "cannot be opened. There must be a file that you may read and write, or "
    "nothing, in a folder that you may write to",
    "readonly": "may not be written. Change its permissions, or those of its folder",
    "is full": "cannot grow: the disk is full. Make room and grade again: what is graded is kept",
    "disk I/O": "cannot be read or written: the disk is full or failing. What is graded is kept",
    "no such|has no column": "was made by another version of nbgrader. Make a copy of it, and run "
    "`nbgrader db upgrade` in the course folder",
}


class GradebookError(CourseError):
    """The gradebook cannot be used; the message says why, and what to do."""


@contextlib.contextmanager
def in_sentences(course: Course) -> Iterator[None]:
    """Turn what a database raises into a `GradebookError`."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
        raise trouble(course, str(getattr(error, "orig", None) or error)) from error


def trouble(course: Course, said: str) -> GradebookError:
    """Return the exception for what a database said."""
    said = said.strip().partition("\n")[0]
    try:
        url = sa.make_url(course.db_url)
    except sa.exc.ArgumentError:
        return GradebookError(f"CourseDirectory.db_url is no database's address: {said}")
    place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    for words, meaning in _TROUBLE.items():
        if re.search(words, said):
            return GradebookError(f"The gradebook {place} {meaning} ({said}).")
    return GradebookError(f"The gradebook {place} cannot be used: {said}")
