"""The one writer of nbgrader's gradebook.

In: the results of graded notebooks. Out: nbgrader's own tables, filled as
``nbgrader autograde`` would fill them, and beside them the table ``evenhand_result``, which keeps
what nbgrader has no column for (sentences, flags, which submission the points belong to). Points
and results of a notebook are written in one transaction, so the gradebook always says by itself
what is graded and what is not.
"""

import contextlib
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from evenhand.bounds import GradedVersions
from evenhand.by_hand import NOTHING, ByHand, Given
from evenhand.course import Course
from evenhand.gradebook_database import guard, no_program_asked, patient, without_waiting
from evenhand.late import extensions_of
from evenhand.quoting import alphabetical
from evenhand.registering import register
from evenhand.results import NO_RESPONSE, FlagKind, NotebookResult, TestResult
from evenhand.roster import Person

_OF_STUDENTS = ("first_name", "last_name", "email", "lms_user_id")

Key = tuple[str, str, str]
"""Student, part, notebook."""

Folders = Collection[tuple[str, str]]
"""Students and parts."""

_metadata = sa.MetaData()
_results = sa.Table(
    "evenhand_result",
    _metadata,
    sa.Column("student", sa.String(128), primary_key=True),
    sa.Column("part", sa.String(128), primary_key=True),
    sa.Column("notebook", sa.String(128), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("graded_at", sa.DateTime, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
)
_KEY = (_results.c.student, _results.c.part, _results.c.notebook)
_registered = sa.Table(
    "evenhand_registered",
    _metadata,
    sa.Column("part", sa.String(128), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
)


@dataclass(frozen=True)
class Entry:
    """One graded notebook, to be written.

    Attributes
    ----------
    result : NotebookResult
        With its student.
    fingerprint : str
        Identifies what was graded: the submission and its tests.
    timestamp : datetime, optional
        When it was handed in, in UTC.
    """

    result: NotebookResult
    fingerprint: str
    timestamp: datetime | None = None

    @property
    def key(self) -> Key:
        return (self.result.student, self.result.part, self.result.notebook)

    @property
    def handed_in(self) -> str:
        """The half of the fingerprint that is about what the student handed in."""
        return self.fingerprint[:32]


@dataclass(frozen=True)
class Stored:
    """What the gradebook holds about one notebook.

    Attributes
    ----------
    result : NotebookResult
        With the gradebook's points: those that a person gave, with extra credit, and with what is
        taken off for handing in late. Without the notebook's own text.
    by_hand : ByHand
        What a person gave.
    """

    result: NotebookResult
    by_hand: ByHand


class Recorder:
    """An open gradebook. Use it as a context manager, within `Course.lock`.

    Parameters
    ----------
    course : Course
        The course whose gradebook is opened, and created where there is none.

    Attributes
    ----------
    attempts : GradedVersions
        How often each notebook was graded.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        # PostgreSQL insists that the assignment's course exists, and nbgrader creates no course
        # without a name.
        self._course_id = course.coursedir.course_id or "default_course"
        self._url = patient(course.db_url)
        with no_program_asked(), without_waiting(self.is_new(course)):
            self._gradebook = Gradebook(self._url, self._course_id)
        self._engine = self._gradebook.engine
        self._db = self._gradebook.db
        self._guard = guard(self._engine)
        _metadata.create_all(self._engine)
        self.attempts = GradedVersions(self._engine, self._db)
        self._cells: dict[str, dict[str, _Cells]] = {}
        self._submissions: dict[tuple[str, str], dict[str, str]] = {}
        self._penalties = AssignLatePenalties(config=course.config)
        self._penalties.init_plugin()

    @staticmethod
    def is_new(course: Course) -> bool:
        """Say whether a course has no gradebook yet; False if that is not known."""
        url = sa.make_url(course.db_url)
        return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *exception: object) -> None:
        if self._guard:
            self._guard.close()
        self._gradebook.close()

    def register(self, part: str, sources: Mapping[str, Path]) -> None:
        """Tell the gradebook which cells of a part are graded, and for how many points.

        See `evenhand.registering.register`, also for the exceptions.
        """
        fingerprint = _fingerprint(sources)
        known = self._db.execute(
            sa.select(_registered.c.fingerprint).where(_registered.c.part == part)
        ).scalar()
        if known == fingerprint and self._knows(part):
            return
        register(self._course, self._course_id, self._url, part, hurry=self._is_empty())
        self._db.expire_all()
        self._cells.pop(part, None)
        self._db.execute(sa.delete(_registered).where(_registered.c.part == part))
        self._db.execute(sa.insert(_registered).values(part=part, fingerprint=fingerprint))
        self._db.commit()

    def graded(self) -> dict[Key, str]:
        """Return the fingerprint of every notebook that is graded."""
        known = set(self._read(_of_notebooks()))
        rows = self._read(sa.select(*_KEY, _results.c.fingerprint))
        return {tuple(key): fingerprint for *key, fingerprint in rows if tuple(key) in known}

    def record(self, entries: Iterable[Entry]) -> None:
        """Write some graded notebooks in one transaction: all of them, or none."""
        latest = {entry.key: entry for entry in entries}
        rows = {self._submitted(entry): entry for entry in latest.values()}
        if rows:
            with self._transaction():
                self._write(rows)

    def tell(self, said: Mapping[Key, str]) -> None:
        """Keep what the feedback pages of some notebooks say of attempts."""
        with self._transaction():
            self.attempts.tell(said)

    def renew_penalties(
        self,
        timestamps: Mapping[tuple[str, str], datetime | None],
        only: Folders | None = None,
    ) -> list[tuple[str, str]]:
        """Work out anew what is taken off for handing in late.

        Due dates, extensions and points may have been changed since a notebook was graded.

        Parameters
        ----------
        timestamps : mapping
            Student, part -> when it was handed in, in UTC; None if that is not known.
        only
            These students and parts alone.

        Returns
        -------
        list of (student, part)
            Those with another time of handing in than the gradebook had.
        """
        changed = []
        granted = extensions_of(self._course)
        theirs = _among(only, SubmittedAssignment.student_id, Assignment.name)
        with self._transaction():
            columns = SubmittedAssignment.id, SubmittedAssignment.timestamp
            for student, part, submission, before in self._db.execute(
                _of_parts(*columns).where(*theirs)
            ).all():
                now = timestamps.get((student, part), before)
                if now != before:
                    changed.append((student, part))
                    self._set(SubmittedAssignment, submission, timestamp=now)
                if (student, part) in granted:
                    self._set(SubmittedAssignment, submission, extension=granted[student, part])
            self._penalise(*theirs)
        return changed

    def introduce(self, people: Iterable[Person]) -> None:
        """Tell the gradebook the names and addresses of students; their grades stay."""
        for person in people:
            known = {k: v for k, v in asdict(person).items() if k in _OF_STUDENTS and v}
            self._gradebook.update_or_create_student(person.id, **known)

    def due(self) -> dict[tuple[str, str], datetime]:
        """Return (student, part) -> its due date in UTC, with any extension."""
        columns = Assignment.duedate, SubmittedAssignment.extension
        rows = self._read(_of_parts(*columns).where(Assignment.duedate.is_not(None)))
        return {(who, part): due + (more or timedelta(0)) for who, part, due, more in rows}

    def names(self) -> dict[str, str]:
        """Return the names of those students whose names the gradebook knows."""
        rows = self._read(sa.select(Student.id, Student.first_name, Student.last_name))
        found = {row.id: f"{row.first_name or ''} {row.last_name or ''}".strip() for row in rows}
        return {student: name for student, name in found.items() if name}

    def stored(self, only: Folders | None = None) -> Iterator[Stored]:
        """Yield what is graded, by student in alphabetical order and then by part.

        `only` of these students and parts, where it is given.
        """
        theirs = _among(only, SubmittedAssignment.student_id, Assignment.name)
        by_hand = self._by_hand(*theirs)
        rows = self._read(_of_notebooks(SubmittedNotebook.late_submission_penalty).where(*theirs))
        penalties = {tuple(key): penalty for *key, penalty in rows if penalty}
        columns = _results.c
        known = sa.select(columns.student, columns.part).distinct()
        # Sorted here, since each database has its own idea of the alphabet.
        keys = sorted(
            map(tuple, self._read(known.where(*_among(only, columns.student, columns.part)))),
            key=lambda key: (alphabetical(key[0]), key[1]),
        )
        told = self.attempts.told(only)
        self._db.rollback()
        # A small query for each: no long-lived read lock, and not the whole class in memory.
        for student, part in keys:
            rows = self._read(
                sa.select(columns.notebook, columns.document).where(
                    columns.student == student, columns.part == part
                )
            )
            for notebook, document in sorted(map(tuple, rows)):
                key = (student, part, notebook)
                result = NotebookResult.from_dict(
                    {"student": student, "part": part, "notebook": notebook, **json.loads(document)}
                )
                if key in told:
                    result = replace(result, for_learner=(*result.for_learner, told[key]))
                given = by_hand.get(key, NOTHING)
                result = replace(given.applied_to(result), penalty=penalties.get(key, 0.0))
                yield Stored(result, given)

    def _by_hand(self, *only: sa.ColumnElement) -> dict[Key, ByHand]:
        """Return what people gave in formgrader, for the notebooks where they gave anything."""
        found: dict[Key, ByHand] = {}
        rows = self._read(
            _of_notebooks(
                *(BaseCell.name, Grade.manual_score, Grade.extra_credit, Grade.auto_score)
            )
            .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
            .where(sa.or_(Grade.manual_score.is_not(None), Grade.extra_credit.is_not(None)), *only)
        )
        for *key, cell, points, extra, test in rows:
            given = Given(points, extra or 0.0, test)
            found.setdefault(tuple(key), ByHand({}, {})).points[cell] = given
        rows = self._read(
            _of_notebooks(BaseCell.name, Comment.manual_comment)
            .join(Comment, Comment.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == Comment.cell_id)
            .where(Comment.manual_comment.is_not(None), Comment.manual_comment != "", *only)
        )
        for *key, cell, comment in rows:
            found.setdefault(tuple(key), ByHand({}, {})).comments[cell] = comment
        return found

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Commit all that is written within, or nothing."""
        try:
            yield
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    def _read(self, query: sa.Select) -> Sequence[sa.Row]:
        """Return the rows of a query, and let go of the lock that reading takes."""
        rows = self._db.execute(query).all()
        self._db.rollback()
        return rows

    def _set(self, table: type, row: str, **values: Any) -> None:
        self._set_all(table, [{"id": row, **values}])

    def _set_all(self, table: type, rows: Sequence[dict[str, Any]]) -> None:
        """Set columns of several rows, each named by its id, in one statement."""
        if rows:
            self._db.execute(sa.update(table), rows)

    def _is_empty(self) -> bool:
        return not self._read(sa.select(SubmittedAssignment.id).limit(1))

    def _knows(self, part: str) -> bool:
        try:
            return bool(self._gradebook.find_assignment(part).notebooks)
        except MissingEntry:
            return False

    def _submitted(self, entry: Entry) -> str:
        """Return the id of the notebook's row in the gradebook, made where there is none."""
        student, part, notebook = entry.key
        rows = self._submissions.get((student, part))
        if rows is None:
            rows = self._submissions[student, part] = self._submission(entry)
        if notebook not in rows:  # added to the part after the first of it was graded
            submission = self._db.execute(_submission_of(student, part)).scalar_one()
            rows |= self._add_notebooks(submission, part, [notebook])
            self._db.commit()
        return rows[notebook]

    def _submission(self, entry: Entry) -> dict[str, str]:
        """Return notebook -> row of a student's part, made where it is not there."""
        student, part, _ = entry.key
        when = {"timestamp": parse_utc(entry.timestamp)} if entry.timestamp else {}
        submission = self._db.execute(_submission_of(student, part)).scalar()
        if submission is not None:
            if when:
                self._set(SubmittedAssignment, submission, **when)
                self._db.commit()
            found = (
                sa.select(Notebook.name, SubmittedNotebook.id)
                .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
                .where(SubmittedNotebook.assignment_id == submission)
            )
            return dict(map(tuple, self._db.execute(found)))
        # As nbgrader does it, but in one statement for each table.
        self._gradebook.update_or_create_student(student)
        assignment = self._db.execute(
            sa.select(Assignment.id).where(Assignment.name == part)
        ).scalar_one()
        submission = new_uuid()
        row = {"id": submission, "assignment_id": assignment, "student_id": student, **when}
        self._add(SubmittedAssignment, [row])
        rows = self._add_notebooks(submission, part, self._cells_of(part))
        self._db.commit()
        return rows

    def _add_notebooks(self, submission: str, part: str, names: Iterable[str]) -> dict[str, str]:
        """Add notebooks to a submission, with their grades and comments; return name -> row."""
        rows = {name: new_uuid() for name in names}
        cells = {name: self._cells_of(part)[name] for name in rows}
        notebooks, grades, comments = [], [], []
        for name, row in rows.items():
            notebook = {"id": row, "notebook_id": cells[name].notebook, "assignment_id": submission}
            notebooks.append(notebook)
            grades += [{"cell_id": cell, "notebook_id": row} for cell in cells[name].grades]
            comments += [{"cell_id": cell, "notebook_id": row} for cell in cells[name].comments]
        for table, found in ((SubmittedNotebook, notebooks), (Grade, grades), (Comment, comments)):
            self._add(table, found)
        return rows

    def _add(self, table: type, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._db.connection().execute(sa.insert(table.__table__), rows)

    def _cells_of(self, part: str) -> dict[str, "_Cells"]:
        if part not in self._cells:
            found: dict[str, _Cells] = {}
            rows = self._db.execute(
                sa.select(Notebook.name, Notebook.id, BaseCell.id, BaseCell.name, BaseCell.type)
                .select_from(Notebook)
                .join(Assignment, Assignment.id == Notebook.assignment_id)
                .outerjoin(BaseCell, BaseCell.notebook_id == Notebook.id)
                .where(Assignment.name == part)
            )
            for notebook, notebook_id, cell, name, kind in rows:
                cells = found.setdefault(notebook, _Cells(notebook_id, {}, {}))
                if kind in ("GradeCell", "TaskCell"):
                    cells.grades[cell] = name
                if kind in ("SolutionCell", "TaskCell"):
                    cells.comments[cell] = name
            self._cells[part] = found
        return self._cells[part]

    def _write(self, entries: Mapping[str, Entry]) -> None:
        """Write graded notebooks: row of the notebook -> what is graded."""
        where = sa.tuple_(*_KEY).in_([entry.key for entry in entries.values()])
        known = self._db.execute(sa.select(*_KEY, _results.c.fingerprint).where(where))
        before = {tuple(key): fingerprint for *key, fingerprint in known}
        tests = {
            row: {test.name: test for test in entry.result.tests} for row, entry in entries.items()
        }
        rows = []
        for grade, row, cell, manual, was in self._db.execute(
            sa.select(
                *(Grade.id, Grade.notebook_id, Grade.cell_id),
                *(Grade.manual_score, Grade.needs_manual_grade),
            ).where(Grade.notebook_id.in_(entries))
        ).all():
            entry = entries[row]
            asked = {f.exercise for f in entry.result.flags if f.kind is FlagKind.REQUEST} - {""}
            test = tests[row].get(self._cells_of(entry.key[1])[entry.key[2]].grades[cell])
            score = _auto_score(test)
            # As in nbgrader, whoever gave points by hand is asked to look again.
            review = score is None or manual is not None or bool(test and test.exercise in asked)
            # If only the tests or the grader changed, nobody has to look at the same work again.
            same = before.get(entry.key, "").startswith(entry.handed_in)
            if manual is not None and same:
                review = was
            rows.append({"id": grade, "auto_score": score, "needs_manual_grade": review})
        self._set_all(Grade, rows)
        untouched = {
            row: {e.name for e in entry.result.exercises if e.status in NO_RESPONSE}
            for row, entry in entries.items()
        }
        rows = []
        for comment, row, cell in self._db.execute(
            sa.select(Comment.id, Comment.notebook_id, Comment.cell_id).where(
                Comment.notebook_id.in_(entries)
            )
        ).all():
            _, part, notebook = entries[row].key
            none = self._cells_of(part)[notebook].comments[cell] in untouched[row]
            rows.append({"id": comment, "auto_comment": "No response." if none else None})
        self._set_all(Comment, rows)
        self._penalise(SubmittedNotebook.id.in_(entries))
        # There is no document where nothing was handed in.
        graded = [entry for entry in entries.values() if entry.result.document]
        self.attempts.count({entry.key: entry.handed_in for entry in graded})
        self._db.execute(sa.delete(_results).where(where))
        now = datetime.now(UTC).replace(tzinfo=None)
        some = [(*e.key, e.fingerprint, now, _document(e.result)) for e in entries.values()]
        rows = [dict(zip(_results.c.keys(), row, strict=True)) for row in some]
        self._db.connection().execute(sa.insert(_results), rows)

    def _penalise(self, *only: sa.ColumnElement) -> None:
        """Write the penalties for handing in late, as the course's policy has it."""
        timestamp, extension = SubmittedAssignment.timestamp, SubmittedAssignment.extension
        score = (
            sa.select(sa.func.coalesce(sa.func.sum(Grade.score), 0.0))
            .where(Grade.notebook_id == SubmittedNotebook.id)
            .correlate(SubmittedNotebook)
            .scalar_subquery()
        )
        # Most are in time, and to add up points takes longer than all the rest.
        may_be_late = sa.or_(timestamp > Assignment.duedate, extension.is_not(None))
        found = _of_notebooks(
            *(SubmittedNotebook.id, timestamp, extension, Assignment.duedate),
            SubmittedNotebook.late_submission_penalty,
            sa.case((may_be_late, score), else_=0.0),
        )
        rows = self._db.execute(found.where(*only)).all()
        for student, _, _, owner, timestamp, extension, due, before, score in rows:
            late = 0.0
            if timestamp is not None and due is not None:
                late = (timestamp - due - (extension or timedelta(0))).total_seconds()
            penalty = None
            if late > 0:
                penalty = self._penalties.plugin_inst.late_submission_penalty(student, score, late)
                if penalty is not None:
                    penalty = min(max(penalty, 0), score)
            if penalty != before:
                self._set(SubmittedNotebook, owner, late_submission_penalty=penalty)


def _among(
    only: Folders | None, student: sa.ColumnElement, part: sa.ColumnElement
) -> list[sa.ColumnElement]:
    return [] if only is None else [sa.tuple_(student, part).in_(list(only))]


def _of_parts(*columns: Any) -> sa.Select:
    """Select student, part, and more, of all that was handed in."""
    return sa.select(SubmittedAssignment.student_id, Assignment.name, *columns).join(
        Assignment, Assignment.id == SubmittedAssignment.assignment_id
    )


def _submission_of(student: str, part: str) -> sa.Select:
    """Select the row of a student's part."""
    theirs = SubmittedAssignment.student_id == student, Assignment.name == part
    return _of_parts().where(*theirs).with_only_columns(SubmittedAssignment.id)


def _of_notebooks(*columns: Any) -> sa.Select:
    """Select student, part, notebook, and more, of all that was handed in."""
    return (
        sa.select(SubmittedAssignment.student_id, Assignment.name, Notebook.name, *columns)
        .select_from(SubmittedNotebook)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
    )


@dataclass(frozen=True)
class _Cells:
    """The graded cells of one notebook: database id -> name."""

    notebook: str
    grades: dict[str, str]
    comments: dict[str, str]


def _auto_score(test: TestResult | None) -> float | None:
    """Return the points for the gradebook; None if a person has to give them."""
    if test is None:
        return 0.0
    return None if test.manual and test.status not in NO_RESPONSE else float(test.points)


def _document(result: NotebookResult) -> str:
    """Return the JSON of a result, without what differs from run to run or is stored elsewhere."""
    data = result.to_dict()
    for name in ("student", "part", "notebook", "document", "seconds", "penalty", "tries"):
        del data[name]
    return json.dumps(data)


def _fingerprint(sources: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(sources.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
