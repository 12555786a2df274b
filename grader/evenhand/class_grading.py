"""Grade a class: every submission that is new or has changed, and show what came of it."""

import argparse
import contextlib
import functools
import io
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from rich.console import Console

from evenhand import exports, memory, report
from evenhand.arguments import chosen, graders_of, opened, wanted
from evenhand.attempts import attempts
from evenhand.class_summary import ClassSummary
from evenhand.course import Course, CourseError
from evenhand.gradebook_errors import GradebookError, in_sentences
from evenhand.graded_files import (
    remember,
    renewed_feedback,
    replace_file,
    write_graded,
    write_timestamp,
)
from evenhand.jobs import Done, Graders, Job, find_jobs, is_as_it_was, of_python
from evenhand.quoting import labels
from evenhand.record import Entry, Folders, Key, Recorder
from evenhand.rehearsing import rehearse
from evenhand.results import weightiest_first
from evenhand.terminal import class_table, lines, near, progress, say
from evenhand.variants import read_variants

MANY = 60
"""The most students in the terminal's table; a larger class is in the report alone."""

_TOGETHER = 16  # notebooks recorded at once


def grade_class(arguments: argparse.Namespace, console: Console) -> int:
    """Grade what a class handed in; return the command's exit status."""
    course, options, sources = opened(arguments)
    student, part = wanted(arguments.student), wanted(arguments.part)

    def waiting() -> None:
        console.print("Another grader is at work on this course; waiting for it to finish …")

    with course.lock(waiting), in_sentences(course), contextlib.ExitStack() as stack:
        submissions = chosen(course.submissions(), student, part)
        refused = course.refused()
        if not submissions:
            say(console, "yellow", *refused)
            where = course.coursedir.format_path(course.coursedir.submitted_directory, "*", "*")
            raise CourseError(f"Nothing to grade: no folder {where} matches.")
        if not arguments.dry_run:
            mine = {name: notebooks for name, notebooks in sources.items() if name in submissions}
            remember(course, mine, options)
        with console.status("Looking at what was handed in …"):
            jobs, problems = find_jobs(submissions, sources, options)
        jobs, others = of_python(jobs)
        problems = refused + others + problems
        if arguments.dry_run:
            return _only_said(course, jobs, problems, console)
        graders = None

        def started(some: Sequence[Job]) -> Graders:
            graders = graders_of(arguments, options, sources, some)
            return stack.enter_context(contextlib.closing(graders))

        if jobs and Recorder.is_new(course):
            # Everything will be graded: start the graders while the gradebook is made.
            graders = started(jobs)
        # What was given out of the parts that nobody handed in: while the graders start.
        remember(course, {n: s for n, s in sources.items() if n not in submissions}, options)
        recorder = stack.enter_context(Recorder(course))
        jobs, unfit = registered(recorder, sources, jobs)
        problems += unfit
        say(console, "yellow", *problems)
        todo = not_graded(course, recorder.graded(), jobs)
        handed_in, to_grade = _handed_in(jobs), _handed_in(todo)
        missing = len(jobs) - handed_in
        console.print(
            f"{handed_in} notebooks of {len({job.student for job in jobs})} students"
            f"{f', {missing} more not handed in' if missing else ''}: "
            f"{to_grade} to grade, {handed_in - to_grade} as they were."
        )
        failures = 0
        if todo:
            if not arguments.scheduler:
                console.print(memory.told(), style="dim")
            if graders is None:
                graders = started(todo)
            came = rehearse(graders, [job for job in todo if job.submission], console)
            told = (f"Nothing of {name} was graded." for name in sorted(came.broken))
            say(console, "red", *told)
            todo = came.ready(todo)
            failures = len(came.broken) + came.unfair
            failures += _grade_all(course, recorder, graders, todo, console)
        with console.status("Writing pages and the report …"):
            summary = renew_all(course, recorder, jobs)
            show_class(course, recorder, summary, student, part, arguments.json, console)
    return 1 if failures or problems else 0


def _only_said(
    course: Course, jobs: Sequence[Job], problems: Iterable[str], console: Console
) -> int:
    """Say what would be graded; return the command's exit status."""
    say(console, "yellow", *problems)
    graded = {}
    if not Recorder.is_new(course):
        with Recorder(course) as recorder:
            graded = recorder.graded()
    for part in dict.fromkeys(job.part for job in jobs):
        mine = [job for job in jobs if job.part == part and job.submission]
        students = len({job.student for job in mine})
        console.print(
            f"{part}: {len(not_graded(course, graded, mine))} to grade, "
            f"of {len(mine)} notebooks of {students} students"
        )
    console.print("Nothing was written (--dry-run).")
    return 1 if problems else 0


def registered(
    recorder: Recorder, sources: Mapping[str, Mapping[str, Path]], jobs: Sequence[Job]
) -> tuple[list[Job], list[str]]:
    """Tell the gradebook about the parts of jobs; return those of which that was possible.

    The second list has a line for each part of which it was not.
    """
    problems, unfit = [], set()
    for name in dict.fromkeys(job.part for job in jobs):
        try:
            recorder.register(name, sources[name])
        except GradebookError:
            raise
        except CourseError as error:
            problems.append(str(error))
            unfit.add(name)
    return [job for job in jobs if job.part not in unfit], problems


def not_graded(course: Course, graded: Mapping[Key, str], jobs: Sequence[Job]) -> list[Job]:
    """Keep the jobs that are new or have changed."""

    def is_done(job: Job) -> bool:
        if graded.get(job.key) != job.fingerprint:
            return False
        written = course.autograded(job.student, job.part) / f"{job.notebook}.ipynb"
        return written.is_file() == (job.submission is not None)

    return [job for job in jobs if not is_done(job)]


def _grade_all(
    course: Course, recorder: Recorder, graders: Graders, jobs: Sequence[Job], console: Console
) -> int:
    """Grade and record; return how many notebooks could not be graded."""
    failures = 0
    shown = labels(job.student for job in jobs)
    waiting: list[Done] = []

    def write() -> None:
        nonlocal failures
        batch = [unless_replaced(done) for done in waiting]
        waiting.clear()
        keep(course, recorder, batch, shown, console)
        failures += sum(done.result is None for done in batch)
        advance(_handed_in(done.job for done in batch))

    # What was not handed in takes no time.
    with progress(console, _handed_in(jobs)) as advance:
        last = time.monotonic()
        try:
            for batch in graders.grade(jobs):
                waiting += batch
                # To record some together is faster than each alone.
                if len(waiting) >= _TOGETHER or time.monotonic() - last > 1:
                    write()
                    last = time.monotonic()
        finally:
            write()
    return failures


def unless_replaced(done: Done) -> Done:
    """Drop a result where what was handed in is not what its fingerprint says any more."""
    if done.result is None or is_as_it_was(done.job):
        return done
    return Done(done.job, None, "replaced while it was graded; the next run grades it")


def keep(
    course: Course,
    recorder: Recorder,
    batch: Iterable[Done],
    shown: Mapping[str, str],
    console: Console,
) -> None:
    """Record what was graded, and say what is worth knowing of it.

    `shown` says how to write a student's name.
    """
    entries = []
    for done in map(flagged, batch):
        if done.result is not None:
            write_graded(course, done.job, done.result)
            entries.append(Entry(done.result, done.job.fingerprint, done.job.timestamp))
        say(console, "yellow" if done.result else "red", *lines(done, shown))
    # After the files: what the gradebook calls graded has to be complete.
    recorder.record(entries)


def _handed_in(jobs: Iterable[Job]) -> int:
    return sum(job.submission is not None for job in jobs)


def flagged(done: Done) -> Done:
    """Add to a result the evidence about what was handed in besides the notebook."""
    if done.result is None or not done.job.flags:
        return done
    flags = weightiest_first([*done.job.flags, *done.result.flags])
    return replace(done, result=replace(done.result, flags=flags))


def renew_all(
    course: Course, recorder: Recorder, jobs: Iterable[Job], only: Folders | None = None
) -> ClassSummary:
    """Bring penalties, then pages, up to date with the gradebook and with what was handed in.

    `only` of these students and parts, where it is given. Return a summary of them.
    """
    times = {(job.student, job.part): job.timestamp for job in jobs}
    for key in recorder.renew_penalties(times, only):
        write_timestamp(course, *key, times[key])
    return ClassSummary.of(renewed_feedback(course, recorder, only))


def show_class(
    course: Course,
    recorder: Recorder,
    summary: ClassSummary,
    student: Callable[[str], bool],
    part: Callable[[str], bool],
    json: str | None,
    console: Console,
) -> None:
    """Write the report, the CSV and the JSON file, and show the table.

    The files cover everyone in the summary, the table those who were chosen.
    """
    if json:
        with open(json, "w", encoding="utf-8") as file:
            exports.write_json((stored.result for stored in recorder.stored()), file)
    folder = course.root / "report"
    page, sheet = folder / "index.html", folder / "grades.csv"

    @functools.cache
    def pages_of(who: str, name: str) -> str:
        return quote(os.path.relpath(course.feedback(who, name), folder))

    def page_of(who: str, name: str, notebook: str) -> str:
        return f"{pages_of(who, name)}/{quote(notebook)}.html"

    title = f"Class report: {course.root.name}"
    some = attempts(course), read_variants(course.root)
    html = report.html_page(summary, title, recorder.names(), page_of, *some)
    replace_file(page, html, 0o644)
    text = io.StringIO(newline="")
    exports.write_csv(summary, text)
    replace_file(sheet, text.getvalue(), 0o644)
    chosen = summary.only(student, part)
    if len(chosen.cells) <= MANY:
        class_table(chosen, console)
    pages = course.root / course.coursedir.feedback_directory
    for what, path in (("Report", page), ("For the LMS", sheet), ("Feedback", pages)):
        console.print(f"{what}: {near(path)}", soft_wrap=True)
