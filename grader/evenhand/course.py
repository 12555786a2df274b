"""Where the folders of one course lie, as nbgrader's own configuration says.

In: a course folder, with or without an ``nbgrader_config.py``. Out: a `Course`, which names the
source notebooks, what was submitted, and where nbgrader expects everything else.
"""

import contextlib
import fcntl
import glob
import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nbgrader.apps.baseapp import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from evenhand.archives import ENDINGS
from evenhand.options import Options
from evenhand.quoting import quoted


class CourseError(Exception):
    """Something about the course folder that its owner has to mend; the message says what."""


def layout_of(coursedir: CourseDirectory) -> str:
    """Return a regular expression for the folders of source notebooks, with a group ``part``."""
    folder = os.path.normpath(coursedir.format_path(coursedir.source_directory, ".", "\0"))
    return re.escape(folder).replace("\0", "(?P<part>[^/]+)")


@dataclass(frozen=True)
class Course:
    """One course folder.

    Attributes
    ----------
    coursedir : nbgrader.coursedir.CourseDirectory
        nbgrader's own description of the folders and of the gradebook's address.
    config : traitlets.config.Config
        The configuration that nbgrader commands read in this folder.
    """

    coursedir: CourseDirectory
    config: Config

    @classmethod
    def open(cls, folder: str | Path) -> "Course":
        """Read the configuration of the course in a folder.

        Raises
        ------
        CourseError
            Where the folder does not exist.
        """
        root = Path(folder).resolve()
        if not root.is_dir():
            raise CourseError(f"There is no course folder {folder}. Name it with --course.")
        app = _QuietNbGrader()
        app.initialize([], root=str(root))
        return cls(app.coursedir, app.config)

    @property
    def root(self) -> Path:
        """The course folder."""
        return Path(self.coursedir.root)

    @property
    def db_url(self) -> str:
        """The address of nbgrader's gradebook; a file's path counts from the course folder."""
        url = sa.make_url(self.coursedir.db_url)
        name = url.database or ":memory:"
        if url.get_backend_name() == "sqlite" and not name.startswith((":", "file:")):
            url = url.set(database=os.path.join(self.root, name))
        return url.render_as_string(hide_password=False)

    @property
    def cache(self) -> Path:
        """The folder for what may be deleted at any time."""
        return self.root / ".evenhand"

    def options(self, **changes: Any) -> Options:
        """Return the course's options, with some changed; see `Options.from_config`."""
        layout = layout_of(self.coursedir)
        return Options.from_config(self.config, root=str(self.root), layout=layout, **changes)

    def sources(self) -> dict[str, dict[str, Path]]:
        """List the source notebooks.

        Returns
        -------
        sources : dict
            part -> notebook -> path, in the order of their names.

        Raises
        ------
        CourseError
            Where there are none.
        """
        directory = self.coursedir
        pattern = directory.format_path(directory.source_directory, ".", "*")
        sources = {}
        for folder in self._folders(directory.source_directory, "."):
            place = Path(os.path.normpath(folder))
            notebooks = {path.stem: path for path in sorted(place.glob("*.ipynb"))}
            if notebooks:
                sources[re.fullmatch(layout_of(directory), str(place))["part"]] = notebooks
        if not sources:
            raise CourseError(
                f"There are no source notebooks ({pattern}/*.ipynb). Build them, or say where they "
                "are with CourseDirectory.source_directory in nbgrader_config.py."
            )
        return sources

    def submissions(self, students: Iterable[str] = ("*",)) -> dict[str, dict[str, Path]]:
        """List what was handed in, by all or some: part -> student -> folder.

        Links are not followed.
        """
        found: dict[str, dict[str, Path]] = {}
        for student, part, folder, trouble in self._submitted(students):
            if not trouble:
                found.setdefault(part, {})[student] = folder
        return found

    def refused(self) -> list[str]:
        """List the folders of `submitted/` that are not graded: a line each, with the reason."""
        submitted = self.coursedir.submitted_directory
        lines = {
            f"{quoted(os.path.relpath(folder, self.root))} {trouble}; not graded"
            for _, _, folder, trouble in self._submitted()
            if trouble
        }
        lines |= {
            f"{quoted(os.path.relpath(folder, self.root))} cannot be looked into; not graded: "
            "see that you may read it, and run again"
            for folder in glob.glob(os.path.dirname(self._pattern(submitted, "*", "*")))
            if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK)
        }
        return sorted(lines | self._astray())

    def _astray(self) -> set[str]:
        """List what lies in `submitted/` outside the folders of parts: a line each."""
        submitted = self.coursedir.submitted_directory
        belongs = self.coursedir.directory_structure.format(
            nbgrader_step=submitted, student_id="<student>", assignment_id="<part>"
        )
        pattern = self._pattern(submitted, "*", "*")
        full = {os.path.dirname(path) for path in glob.glob(pattern) if os.path.isdir(path)}
        return {
            f"{quoted(os.path.relpath(path, self.root))} lies in no folder of a part; not graded: "
            f"put it into {belongs}, or let `collect` do it"
            for inner, place in enumerate((os.path.dirname(pattern), pattern))
            for path in glob.glob(place)
            if os.path.isfile(path) and not os.path.islink(path)
            # Beside the folders of parts, something else may be the instructor's own.
            if path.lower().endswith((".ipynb", *ENDINGS))
            or (inner and os.path.dirname(path) not in full)
        }

    def whose(self, path: str) -> tuple[str, str] | None:
        """Return the student and the part of a path in `submitted/`; None where it is above."""
        match = re.match(f"{self._layout()}(?:/|$)", path, re.S)
        return match and (match["student"], match["part"])

    def _layout(self) -> str:
        # The pattern is nbgrader's, student and part are whatever stands in their place.
        marks = "(?P<student>[^/]+)", "(?P<part>[^/]+)"
        return self.coursedir.format_path(self.coursedir.submitted_directory, *marks, escape=True)

    def _submitted(self, students: Iterable[str] = ("*",)) -> Iterator[tuple[str, str, Path, str]]:
        """Yield student, part, folder, and what keeps it from being graded."""
        step = self.coursedir.submitted_directory
        regexp = re.compile(self._layout(), re.S)
        for folder in (folder for one in students for folder in self._folders(step, one)):
            match = regexp.fullmatch(folder)
            if match is None:
                continue
            ends = sorted([match.end("student"), match.end("part")])
            link = next((folder[:end] for end in ends if os.path.islink(folder[:end])), "")
            if link:
                # It could earn the points of somebody else's work.
                trouble = "is a link and was not followed"
                yield match["student"], match["part"], Path(link), trouble
            elif os.path.isdir(folder):
                yield match["student"], match["part"], Path(folder), ""

    def _pattern(self, step: str, student: str, part: str) -> str:
        """Return a glob pattern of folders, in which only ``*`` given as a name is a wildcard."""
        marks = {"*": "\0"}
        path = self.coursedir.format_path(step, marks.get(student, student), marks.get(part, part))
        return glob.escape(path).replace("\0", "*")

    def _folders(self, step: str, student: str) -> list[str]:
        return sorted(glob.glob(self._pattern(step, student, "*")))

    def submitted(self, student: str, part: str) -> Path:
        """Name the folder of what a student handed in."""
        return self._folder(self.coursedir.submitted_directory, student, part)

    def autograded(self, student: str, part: str) -> Path:
        """Name the folder of a student's graded notebooks."""
        return self._folder(self.coursedir.autograded_directory, student, part)

    def feedback(self, student: str, part: str) -> Path:
        """Name the folder of a student's feedback pages."""
        return self._folder(self.coursedir.feedback_directory, student, part)

    def _folder(self, step: str, student: str, part: str) -> Path:
        return Path(self.coursedir.format_path(step, student, part))

    @contextlib.contextmanager
    def lock(self, waiting=lambda: None):
        """Keep all other graders of this course out while this one writes.

        The operating system releases the lock when the process ends, however it ends.

        Parameters
        ----------
        waiting : callable
            Called once before waiting, if another grader is at work.
        """
        self.cache.mkdir(exist_ok=True)
        with open(self.cache / "lock", "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


class _QuietNbGrader(NbGrader):
    """nbgrader's application, used only to read its configuration."""

    # The folder in which the command is run need not be the course's.
    load_cwd_config = False

    def _log_level_default(self) -> int:
        return logging.ERROR

    def init_syspath(self) -> None:
        """Leave sys.path alone: modules in a course folder are not ours to import."""
