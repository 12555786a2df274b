"""The preprocessors that ``nbgrader_config.py`` plugs into nbgrader's lists.

``nbgrader autograde``, or formgrader's button, sanitises a submission and then grades it. Here the
first step is `GradeNotebook`, which grades in the sandbox and replaces the submission by a graded
notebook; in the second, nbgrader only reads the points from that.
"""

import fnmatch
import glob
import logging
import os
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde, base
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import compute_checksum
from traitlets import Bool, Float, Integer, List, Unicode

from evenhand.course import layout_of
from evenhand.document import FOR_A_PERSON
from evenhand.grader import grade_notebook, rehearse_notebook
from evenhand.handins import look_into, matched, submitted_at
from evenhand.options import NOT_SET, Options
from evenhand.quoting import labels, one_line
from evenhand.rehearsal import in_a_line
from evenhand.releases import remember_releases
from evenhand.results import NO_RESPONSE, FlagKind, NotebookResult
from evenhand.variants import read_variants

__all__ = [
    "GradeNotebook",
    "HideTests",
    "SaveGrades",
    "TolerantExporter",
    "grade_with_evenhand",
    "tolerate_submissions",
]

#: Where a notebook should be -> where a submission has it under another name.
_RENAMED: dict[str, str] = {}
#: In the metadata of a test's cell: the learner asks a person to look at it again.
ASKED = "evenhand_asked_for"
#: Sources whose rehearsal has been reported.
_WARNED: set[Path] = set()


class TolerantExporter(NotebookExporter):
    """Passes a submission on, whatever is in the file; for ``Autograde.exporter_class``."""

    def from_filename(self, filename: str, resources: Any = None, **kwargs: Any) -> Any:
        """Read a notebook; an unreadable one becomes an empty one, and is graded from its file."""
        resources = resources if resources is not None else {}
        if not Path(filename).exists():
            filename = _RENAMED.get(filename, filename)
        resources["submission"] = filename
        try:
            return super().from_filename(filename, resources=resources, **kwargs)
        except Exception:  # noqa: BLE001 - anything may be in the file
            path = Path(filename)
            made = self._init_resources(resources)
            made["metadata"]["name"] = path.stem
            made["metadata"]["path"] = str(path.parent)
            return self.from_notebook_node(nbformat.v4.new_notebook(), resources=made, **kwargs)


_KINDS = {bool: Bool, float: Float, int: Integer, str: Unicode, tuple: List}


class GradeNotebook(NbGraderPreprocessor):
    """Grade a submission in the sandbox; the only step of ``Autograde.sanitize_preprocessors``.

    Its section in ``nbgrader_config.py`` holds what `evenhand.options.Options` names.
    """

    # A trait for each of the options, so that nbgrader knows them.
    locals().update(
        {
            one.name: _KINDS[type(one.default)](
                one.default, help=f"See evenhand.options.Options.{one.name}."
            ).tag(config=True)
            for one in fields(Options)
            if one.name not in NOT_SET
        }
    )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the graded notebook in the submission's place."""
        about = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        folder = coursedir.format_path(coursedir.source_directory, ".", about["assignment"])
        source = Path(coursedir.root, folder, f"{about['notebook']}.ipynb")
        submission = Path(coursedir.root, resources["submission"])
        options = Options.from_config(self.config, root=coursedir.root, layout=layout_of(coursedir))
        sources = {about["assignment"]: {about["notebook"]: source}}
        try:
            remember_releases(coursedir, sources, options)
        except OSError as error:  # a version that was released may look like the learner's change
            self.log.warning("released.json cannot be written: %s", error.strerror)
        self._warn(source, options)
        table = read_variants(Path(coursedir.root))
        variant = None if table is None else table.get(about["student"], "")
        result = grade_notebook(submission, source, options=options, variant=variant)
        self._say(about["student"], result)
        graded = nbformat.reads(result.document, as_version=4)
        without = {test.name for test in result.tests if test.status in NO_RESPONSE}
        without |= {one.name for one in result.exercises if one.status in NO_RESPONSE}
        asked = {flag.exercise for flag in result.flags if flag.kind is FlagKind.REQUEST} - {""}
        again = {test.name for test in result.tests if test.exercise in asked}
        for cell in graded.cells:
            mine = cell.metadata.get("nbgrader", {})
            if mine.get("grade_id") in again and mine.get("grade"):
                cell.metadata[ASKED] = True
            if mine.get("solution") and mine["grade_id"] in without:
                mine["checksum"] = compute_checksum(cell)  # nbgrader's sign of it
        return graded, resources

    def _warn(self, source: Path, options: Options) -> None:
        """Say once what the instructor has to know before grading."""
        if source not in _WARNED:
            rehearsal = rehearse_notebook(source, options=options)
            _WARNED.add(source)
            for test in rehearsal.tests:
                if test.problem:
                    self.log.warning("%s, %s: %s", source.stem, test.name, test.problem)
            if line := in_a_line([rehearsal]):
                self.log.info("%s: %s", source.stem, line)

    def _say(self, student: str, result: NotebookResult) -> None:
        where = f"{labels([student])[student]}, {result.part}/{result.notebook}"
        for sentence in result.for_instructor:
            self.log.warning("%s: %s", where, one_line(sentence))
        for flag in result.flags:
            level = logging.INFO if flag.kind is FlagKind.NOTICED else logging.WARNING
            self.log.log(level, "%s: %s: %s", where, flag.kind, one_line(flag.evidence))


class SaveGrades(SaveAutoGrades):
    """Save the points, and ask a person for those that the grader could not judge.

    So it does for an exercise that the learner asks to have looked at again.
    """

    def _add_score(self, cell: Any, resources: Any) -> None:
        super()._add_score(cell, resources)
        waits, asked = cell.metadata.get(FOR_A_PERSON), cell.metadata.get(ASKED)
        if waits or asked:
            name = cell.metadata["nbgrader"]["grade_id"]
            about = self.notebook_id, self.assignment_id, self.student_id
            grade = self.gradebook.find_grade(name, *about)
            grade.needs_manual_grade = True
            if waits:
                grade.auto_score = None
            self.gradebook.db.commit()


class HideTests(ClearHiddenTests):
    """Cut hidden tests out of feedback, for notebooks that were graded before this was in use.

    A region without an end, as a learner's cell may have, is cut from its beginning to the end of
    the cell.
    """

    enforce_metadata = Bool(False)

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Cut the lines between the markers, and the traces that quote them."""
        whole = cell.source
        try:
            super().preprocess_cell(cell, resources, index)
        except RuntimeError:
            cell.source = whole[: whole.index(self.begin_test_delimeter)].rpartition("\n")[0]
        if cell.source != whole:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources


def grade_with_evenhand(config: Any) -> None:
    """Make nbgrader's own commands and formgrader grade as ``evenhand grade`` does.

    Parameters
    ----------
    config
        What ``get_config()`` returns in the course's ``nbgrader_config.py``.
    """
    config.Autograde.exporter_class = f"{__name__}.TolerantExporter"
    config.Autograde.sanitize_preprocessors = [f"{__name__}.GradeNotebook"]
    config.Autograde.autograde_preprocessors = [
        f"{__name__}.SaveGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
    ]
    config.GenerateFeedback.preprocessors = [
        f"{__name__}.HideTests",
        "nbgrader.preprocessors.GetGrades",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    tolerate_submissions()


def tolerate_submissions() -> None:
    """Make nbgrader's own programs accept submissions as ``evenhand grade`` does.

    A ``timestamp.txt`` without a date counts as none; in stock nbgrader, such a file keeps its
    submission from being graded, and formgrader from listing the whole part. A notebook under
    another name is found by its content. Links are not followed, folders may be called ``c [1]``,
    and what is far too deep is left out. nbgrader has no setting to replace these methods.
    """

    def existing(coursedir: CourseDirectory, folder: str) -> datetime | None:
        timestamp, problems = submitted_at(Path(folder))
        for line in problems:
            coursedir.log.warning("%s: %s", folder, line)
        return timestamp

    def submitted(api: NbGraderAPI, assignment: str, student: str) -> datetime | None:
        coursedir = api.coursedir
        return submitted_at(
            Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
        )[0]

    init_assignment = Autograde.init_assignment

    def with_renamed(self: Autograde, assignment: str, student: str) -> None:
        coursedir = self.coursedir
        folder = Path(self._format_source(assignment, student))
        shown = labels([student])[student]
        if folder.is_symlink() or folder.parent.is_symlink():
            raise NbGraderException(f"{shown}, {assignment}: a link, which was not followed")
        source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
        sources = {path.stem: path for path in sorted(source.glob("*.ipynb"))}
        files, problems = matched(folder, sources, Path(coursedir.root, ".evenhand"))
        for line in problems:
            self.log.warning("%s, %s: %s", shown, assignment, one_line(line))
        for name, (path, note) in files.items():
            if note and coursedir.notebook_id in ("*", name):
                place = str(folder / f"{name}.ipynb")
                _RENAMED[place] = str(path)
                self.notebooks = sorted({place, *self.notebooks} - {str(path)})
                self.log.warning("%s, %s/%s: %s", shown, assignment, name, note)
        with mock.patch.object(base, "find_all_files", _ordinary_files):
            init_assignment(self, assignment, student)

    init_notebooks = base.BaseConverter.init_notebooks

    def with_brackets(self: base.BaseConverter) -> None:
        def careful(pattern: str) -> list[str]:
            fixed = os.path.dirname(pattern)
            if not os.path.isdir(fixed):
                fixed = self.coursedir.root
            return glob.glob(pattern.replace(fixed, glob.escape(fixed), 1))

        with mock.patch.object(base, "glob", SimpleNamespace(glob=careful)):
            init_notebooks(self)

    base.BaseConverter.init_notebooks = with_brackets
    Autograde.init_assignment = with_renamed
    CourseDirectory.get_existing_timestamp = existing
    NbGraderAPI.get_submitted_timestamp = submitted


def _ordinary_files(folder: str, exclude: Iterable[str] = ()) -> list[str]:
    """List a folder as nbgrader's `find_all_files` does, but without links, and within limits."""
    return [
        os.path.join(folder, name)
        for name in look_into(Path(folder)).files
        if not any(fnmatch.fnmatch(part, e) for part in name.split("/") for e in exclude)
    ]
