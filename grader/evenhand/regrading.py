"""Grade a part again after a test or a solution was mended; changes are written once confirmed."""

import argparse
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rich.console import Console

from evenhand.arguments import add_graders, chosen, graders_of, opened, wanted
from evenhand.class_grading import flagged, renew_all, show_class
from evenhand.course import Course, CourseError
from evenhand.gradebook_errors import in_sentences
from evenhand.graded_files import remember, replace_table, write_graded
from evenhand.jobs import Done, Job, find_jobs, of_python
from evenhand.pages import points
from evenhand.quoting import alphabetical, called, csv_cell, labels
from evenhand.record import Entry, Recorder, Stored
from evenhand.rehearsing import rehearse
from evenhand.results import NotebookResult
from evenhand.roster import read_table
from evenhand.terminal import confirmed, lines, one_by_one, say

KEPT = "regrades.csv"
"""What was changed, and why, in the course folder."""

_COLUMNS = ["date", "student", "part", "notebook", "before", "after", "because"]


@dataclass(frozen=True)
class _Change:
    """A notebook's grades before and after, including the points that a person gave."""

    done: Done
    before: NotebookResult
    after: NotebookResult

    @property
    def differs(self) -> bool:
        return round(self.after.points - self.before.points, 9) != 0

    def told(self) -> str:
        """Say which exercises changed, and how."""
        was = {one.name: one.points for one in self.before.exercises}
        some = [
            f"{one.name} {points(was.get(one.name, 0))} → {points(one.points)}"
            for one in self.after.exercises
            if one.points != was.get(one.name, 0)
        ]
        whole = f"{points(self.before.points)} → {points(self.after.points)}"
        return f"{whole} of {points(self.after.max_points)} ({', '.join(some)})"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("part", metavar="PART", help="such as '2-*'")
    parser.add_argument(
        "--because", default="", metavar="TEXT", help="why; told to those whose points change"
    )
    parser.add_argument(
        "--yes", action="store_true", help="write what is shown without asking for it"
    )
    add_graders(parser)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Grade a part again after a test was mended, and show whose points change, before anything is
    written.
    """
    course, options, sources = opened(arguments)
    part = wanted([arguments.part])
    with course.lock(), in_sentences(course), contextlib.ExitStack() as stack:
        submissions = chosen(course.submissions(), lambda name: True, part)
        if not submissions:
            raise CourseError(f"Nobody handed in {arguments.part}.")
        remember(course, sources, options)
        jobs, _ = of_python(find_jobs(submissions, sources, options)[0])
        recorder = stack.enter_context(Recorder(course))
        known = {(s.result.student, s.result.part, s.result.notebook): s for s in recorder.stored()}
        graded = recorder.graded()
        # Only if the tests changed; new submissions are for `grade`.
        todo = [
            job
            for job in jobs
            if job.key in known
            and graded.get(job.key, "").startswith(job.handed_in)
            and graded[job.key] != job.fingerprint
        ]
        if not todo:
            console.print("Nothing to grade again: no test of it has changed since.")
            return 0
        graders = stack.enter_context(
            contextlib.closing(graders_of(arguments, options, sources, todo))
        )
        came = rehearse(graders, [job for job in todo if job.submission], console)
        if came.broken:
            raise CourseError("Nothing was graded: see the lines above.")
        changes, failures = _graded(graders.grade, came.ready(todo), known, console)
        _show(changes, recorder.names(), console)
        if not confirmed("Write this?", arguments.yes, console):
            return 1 if failures else 0
        for name in dict.fromkeys(change.done.job.part for change in changes):
            recorder.register(name, sources[name])
        _write(course, recorder, changes, arguments.because)
        summary = renew_all(course, recorder, jobs)
        show_class(course, recorder, summary, lambda name: False, part, None, console)
    return 1 if failures else 0


def _graded(
    grade: Callable, todo: Sequence[Job], known: dict[tuple, Stored], console: Console
) -> tuple[list[_Change], int]:
    """Grade; return the changes, and how many notebooks could not be graded."""
    changes, failures = [], 0
    shown = labels(job.student for job in todo)
    for done in map(flagged, one_by_one(grade(todo), len(todo), console)):
        if done.result is None:
            failures += 1
            say(console, "red", *lines(done, shown))
            continue
        stored = known[done.job.key]
        before = replace(stored.result, penalty=0.0)
        changes.append(_Change(done, before, stored.by_hand.applied_to(done.result)))
    return sorted(changes, key=lambda change: change.done.job.key), failures


def _show(changes: Sequence[_Change], names: dict[str, str], console: Console) -> None:
    shown = called((change.done.job.student for change in changes), names)
    differ = [change for change in changes if change.differs]
    for change in sorted(differ, key=lambda change: alphabetical(change.done.job.student)):
        job = change.done.job
        say(console, "", f"{shown[job.student]} · {job.part}/{job.notebook}: {change.told()}")
    sums: dict[str, float] = {}
    for change in differ:
        student = change.done.job.student
        sums[student] = sums.get(student, 0.0) + change.after.points - change.before.points
    more, less = (sum(sign * value > 0 for value in sums.values()) for sign in (1, -1))
    students = len({change.done.job.student for change in changes})
    console.print(
        f"{students} students: {more} have more points, {less} have less, "
        f"{students - more - less} have the same. Points given by hand stand."
    )


def _write(course: Course, recorder: Recorder, changes: Sequence[_Change], because: str) -> None:
    path = course.root / KEPT
    heading, known = read_table(path) if path.is_file() else (_COLUMNS, [])
    now = f"{datetime.now(UTC):%Y-%m-%d}"
    entries, rows = [], []
    for change in changes:
        job, result = change.done.job, change.done.result
        before, after = points(change.before.points), points(change.after.points)
        if change.differs:
            told = f"Graded again on {now}: {before} points became {after}. {because}".strip()
            result = replace(result, for_learner=(*result.for_learner, told))
            rows.append([now, *map(csv_cell, job.key), before, after, csv_cell(because)])
        write_graded(course, job, result)
        entries.append(Entry(result, job.fingerprint, job.timestamp))
    recorder.record(entries)
    replace_table(path, [heading, *known, *rows])
