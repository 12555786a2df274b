"""Tell nbgrader's gradebook which cells of a part are graded, and for how many points."""

from __future__ import annotations

import logging
import os
import re
import tempfile
import warnings
from contextlib import AbstractContextManager
from pathlib import Path
from unittest import mock

from jsonschema import Draft4Validator
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from evenhand.course import Course, CourseError
from evenhand.gradebook_database import without_waiting
from evenhand.gradebook_errors import trouble
from evenhand.releases import prepared


def register(course: Course, course_id: str, url: str, part: str, hurry: bool) -> None:
    """Have nbgrader's own converter register a part.

    The release version that it writes on the way goes to a scratch folder, never over the one that
    students have.

    Parameters
    ----------
    course : Course
        The course, whose sources are read.
    course_id, url : str
        The gradebook.
    part : str
        nbgrader's assignment.
    hurry : bool
        Whether there are no grades to lose; see `without_waiting`.

    Raises
    ------
    CourseError
        Where nbgrader refuses, such as when tests were added after grading began.
    GradebookError
        Where the gradebook cannot be used.
    """
    with tempfile.TemporaryDirectory() as scratch, _captured_log() as log:
        config = course.config.copy()
        config.CourseDirectory.root = str(course.root)
        config.CourseDirectory.release_directory = scratch
        config.CourseDirectory.notebook_id = "*"
        config.CourseDirectory.course_id = course_id
        config.CourseDirectory.db_url = url
        try:
            config.CourseDirectory.assignment_id = part  # which nbgrader may refuse
            directory = CourseDirectory(config=config)
            converter = _Register(coursedir=directory, config=config, log=log.logger)
            with without_waiting(hurry), _schema_taken_as_it_is(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # nbformat's, about cells without an id
                converter.start()
        except Exception as error:
            if log.kind.startswith(("sqlalchemy.", "sqlite3.")):
                raise trouble(course, log.cause) from error
            told = _refusal(course, part) or log.cause or " ".join(str(error).split())
            raise CourseError(f"nbgrader does not take the sources of {part}: {told}") from error


def _schema_taken_as_it_is() -> AbstractContextManager:
    """Check cells against nbgrader's schema, but not that schema anew for each cell."""
    return mock.patch.object(Draft4Validator, "check_schema")


def _refusal(course: Course, part: str) -> str:
    """Say which source nbgrader would not release, and why; nothing where that is not known."""
    options = course.options()
    for path in course.sources()[part].values():
        try:
            prepared(path, options)
        except ValueError as error:
            return str(error)
    return ""


class _Register(GenerateAssignment):
    """nbgrader's converter, without its patterns: folders may be called ``c [1]``."""

    def init_notebooks(self) -> None:
        folder = self._format_source(self.coursedir.assignment_id, ".")
        names = sorted(path.name for path in Path(folder).glob("*.ipynb"))
        self.assignments = {folder: [os.path.join(folder, name) for name in names]}


class _captured_log(logging.Handler):
    """nbgrader's log, kept from the terminal; `cause` is the exception that it reports, if any."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.cause = self.kind = ""
        self.logger = logging.Logger("nbgrader", logging.INFO)
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage().strip()
        if text.startswith("Traceback"):
            line = next(line for line in text.splitlines()[::-1] if re.match(r"[\w.]+: ", line))
            self.kind, _, self.cause = line.partition(": ")

    def __enter__(self) -> _captured_log:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
