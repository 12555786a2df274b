"""The command `evenhand grade`: a class, or with ``--mine`` one's own notebooks."""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import io
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from . import feedback, memory, releases, report
from .cluster import DaskGraders
from .course import Course, CourseError
from .jobs import Done, Graders, GradingFailed, Job, find_jobs
from .options import Options, OptionsError
from .pool import LocalGraders
from .quoting import labels, one_line, quoted
from .record import Entry, GradebookError, Recorder, in_sentences
from .releases import remember_releases
from .results import STOPPED, FlagKind, NotebookResult, Status, weightiest_first

__all__ = ["main"]

MANY = 60
"""Students beyond whom the terminal shows no table; the report has it."""

WORTH_A_LINE = (*STOPPED, Status.NOT_JUDGED, Status.REPAIRED, Status.TAMPERING)


def main(argv: Sequence[str]) -> int:
    """Run ``evenhand grade …`` and return its exit status."""
    options = _arguments(argv[1:])
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding does not have must not end a run.
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")
    console = Console(highlight=False, markup=False, emoji=False)
    if sys.platform != "linux":
        print(
            "Grading needs Linux: on Windows use WSL, elsewhere a container or a virtual machine. "
            "The checks in the notebooks work everywhere.",
            file=sys.stderr,
        )
        return 2
    try:
        return _mine(options, console) if options.mine else _class(options, console)
    except (CourseError, GradingFailed, OptionsError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if not error.filename:
            raise
        print(f"{quoted(os.fsdecode(error.filename))}: {error.strerror}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. What is graded is kept; the next run goes on from here.", file=sys.stderr)
        return 130


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="evenhand grade",
        description="Grade every submission that is new or has changed, write nbgrader's gradebook "
        "and the feedback pages, and show the class. May be stopped and started at any time.",
    )
    parser.add_argument("--course", default=".", metavar="DIR", help="course folder (default: .)")
    parser.add_argument(
        "--part", action="append", metavar="NAME", help="only this part, such as '2-*'; repeatable"
    )
    parser.add_argument(
        "--student", action="append", metavar="NAME", help="only this student; repeatable"
    )
    parser.add_argument(
        "--workers",
        type=_positive,
        default=os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count(),
        metavar="N",
        help="grading processes on this machine (default: one a core)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="grade on the Dask cluster at this address"
    )
    parser.add_argument(
        "--without-sandbox",
        action="store_true",
        help="run the students' code with your own rights: only for code that you trust",
    )
    parser.add_argument("--json", metavar="FILE", help="also write all results to this file")
    parser.add_argument(
        "--mine",
        action="store_true",
        help="grade your own notebooks/ with the hidden tests; nothing is recorded",
    )
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("there must be at least one")
    return number


def _wanted(patterns: Sequence[str] | None) -> Callable[[str], bool]:
    if not patterns:
        return lambda name: True
    return lambda name: any(name == p or fnmatch.fnmatchcase(name, p) for p in patterns)


# A class


def _class(options: argparse.Namespace, console: Console) -> int:
    course = Course.open(options.course)
    _how(options, course).check()
    sources = course.sources()
    student, part = _wanted(options.student), _wanted(options.part)

    def waiting() -> None:
        console.print("Another grader is at work on this course; waiting for it to finish …")

    with course.lock(waiting), in_sentences(course), contextlib.ExitStack() as stack:
        submissions = _filtered(course.submissions(), student, part)
        refused = course.refused()
        if not submissions:
            for line in refused:
                _say(console, line, "yellow")
            where = course.coursedir.format_path(course.coursedir.submitted_directory, "*", "*")
            raise CourseError(f"Nothing to grade: no folder {where} matches.")
        try:
            remember_releases(course.coursedir, sources, _how(options, course))
        except OSError as error:
            told = f"{course.root / releases.FILE} cannot be written: {error.strerror}."
            raise CourseError(told) from error
        jobs, problems = find_jobs(submissions, sources, _how(options, course))
        problems = refused + problems
        graders = None
        if jobs and Recorder.is_new(course):
            # All of it is to be graded: the graders start while the gradebook is being made.
            graders = stack.enter_context(contextlib.closing(_graders(options, course, jobs)))
        recorder = stack.enter_context(Recorder(course))
        for name in dict.fromkeys(job.part for job in jobs):
            try:
                recorder.register(name, sources[name])
            except GradebookError:
                raise
            except CourseError as error:
                problems.append(str(error))
                jobs = [job for job in jobs if job.part != name]
        for line in problems:
            _say(console, line, "yellow")
        todo = _todo(course, recorder, jobs)
        missing = sum(job.submission is None for job in jobs)
        console.print(
            f"{len(jobs)} notebooks of {len({job.student for job in jobs})} students"
            f"{f' ({missing} not handed in)' if missing else ''}: "
            f"{len(todo)} to grade, {len(jobs) - len(todo)} as they were."
        )
        failures = 0
        if todo:
            if not options.scheduler:
                console.print(memory.told(), style="dim")
            if graders is None:
                graders = stack.enter_context(contextlib.closing(_graders(options, course, todo)))
            broken = _broken_parts(graders, todo, console)
            todo = [job for job in todo if job.part not in broken]
            failures = len(broken) + _grade_all(course, recorder, graders, todo, console)
        times = {(job.student, job.part): job.timestamp for job in jobs}
        for key in recorder.renew_penalties(times, student, part):
            _write_timestamp(course, *key, times[key])
        _renew_feedback(course, recorder, student, part)
        _show_class(course, recorder, student, part, options, console)
    return 1 if failures or problems else 0


def _filtered(
    submissions: Mapping[str, Mapping[str, Path]],
    student: Callable[[str], bool],
    part: Callable[[str], bool],
) -> dict[str, dict[str, Path]]:
    kept = {
        name: {who: folder for who, folder in folders.items() if student(who)}
        for name, folders in submissions.items()
        if part(name)
    }
    return {name: folders for name, folders in kept.items() if folders}


def _todo(course: Course, recorder: Recorder, jobs: Sequence[Job]) -> list[Job]:
    """Keep the jobs that are new or have changed."""
    graded = recorder.graded()

    def is_done(job: Job) -> bool:
        if graded.get(job.key) != job.fingerprint:
            return False
        written = course.autograded(job.student, job.part) / f"{job.notebook}.ipynb"
        return written.is_file() == (job.submission is not None)

    return [job for job in jobs if not is_done(job)]


def _how(options: argparse.Namespace, course: Course) -> Options:
    return Options.from_config(
        course.config, **({"sandbox": False} if options.without_sandbox else {})
    )


def _graders(options: argparse.Namespace, course: Course, jobs: Sequence[Job]) -> Graders:
    how = _how(options, course)
    if options.scheduler:
        return DaskGraders(how, options.scheduler, course.sources())
    return LocalGraders(how, min(options.workers or 1, len(jobs)), jobs[0].source)


def _broken_parts(graders: Graders, jobs: Sequence[Job], console: Console) -> set[str]:
    """Return the parts in which one of the course's own solutions does not get full marks here.

    What makes every notebook of a class fail alike is no fault of the class. A grading process
    grades a source itself before anything is held against it; here all of a part are asked for.
    """
    broken = set()
    sources = dict.fromkeys((job.part, job.notebook, job.source) for job in jobs)
    for batch in graders.grade(Job("", *which[:2], None, which[2], "") for which in sources):
        for done in batch:
            if done.result is None:
                broken.add(done.job.part)
                where = f"{done.job.part}/{done.job.notebook}"
                console.print(Text(f"{where}: {done.failure}", "red"), soft_wrap=True)
    for part in sorted(broken):
        console.print(Text(f"Nothing of {part} was graded.", "red"), soft_wrap=True)
    return broken


def _grade_all(
    course: Course, recorder: Recorder, graders: Graders, jobs: Sequence[Job], console: Console
) -> int:
    """Grade and record; return how many notebooks could not be graded."""
    failures = 0
    shown = labels(job.student for job in jobs)
    with _progress(console, len(jobs)) as advance:
        for batch in graders.grade(jobs):
            entries = []
            for done in map(_flagged, batch):
                if done.result is None:
                    failures += 1
                else:
                    _write(course, done.job, done.result)
                    entries.append(Entry(done.result, done.job.fingerprint, done.job.timestamp))
                for line in _lines(done, shown):
                    _say(console, line, "yellow" if done.result else "red")
            # After the files, so that what the gradebook calls graded is there as a whole.
            recorder.record(entries)
            advance(len(batch))
    return failures


def _flagged(done: Done) -> Done:
    """Add to a result the evidence about what was handed in besides the notebook."""
    if done.result is None or not done.job.flags:
        return done
    flags = weightiest_first([*done.job.flags, *done.result.flags])
    return replace(done, result=replace(done.result, flags=flags))


def _write(course: Course, job: Job, result: NotebookResult) -> None:
    """Write the graded notebook and the feedback page where nbgrader expects them."""
    page = feedback.page(result, result.document)
    _replace_file(course.feedback(job.student, job.part) / f"{job.notebook}.html", page, 0o644)
    graded = course.autograded(job.student, job.part) / f"{job.notebook}.ipynb"
    if not result.document:  # a notebook that was withdrawn leaves nothing to look at
        graded.unlink(missing_ok=True)
        return
    _replace_file(graded, result.document, 0o444)
    _write_timestamp(course, job.student, job.part, job.timestamp)


def _write_timestamp(course: Course, student: str, part: str, when: datetime | None) -> None:
    """Write when a part was handed in: nbgrader looks there whether there is a newer one."""
    path = course.autograded(student, part) / "timestamp.txt"
    if when is None:
        path.unlink(missing_ok=True)
    elif path.parent.is_dir():
        _replace_file(path, f"{when} UTC\n", 0o444)


def _replace_file(path: Path, text: str, mode: int) -> None:
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


def _say(console: Console, line: str, style: str) -> None:
    console.print(Text(one_line(line), style), soft_wrap=True)


def _lines(done: Done, shown: Mapping[str, str]) -> Iterator[str]:
    """Say in a line each what is worth knowing about a graded notebook.

    `shown` says how to write a student's name.
    """
    where = f"{shown[done.job.student]} · {done.job.part}/{done.job.notebook}"
    if done.job.note:
        yield f"{where}: {done.job.note}"
    if done.result is None:
        yield f"{where}: {done.failure}"
        return
    handed_in = done.job.submission is not None  # if not, the table says it
    for sentence in done.result.for_instructor if handed_in else ():
        yield f"{where}: {sentence}"
    for flag in done.result.flags:
        if flag.kind is FlagKind.NOTICED:  # the report and --json have it
            continue
        about = f" · {flag.exercise}" if flag.exercise else ""
        yield f"{where}{about}: {flag.kind}: {flag.evidence}"
    for exercise in done.result.exercises if handed_in else ():
        flagged = any(flag.kind is not FlagKind.NOTICED for flag in exercise.flags)
        if exercise.status in WORTH_A_LINE and not flagged:
            told = f" {quoted(exercise.messages[0], 500)}" if exercise.messages else ""
            yield f"{where} · {exercise.name}: {exercise.status}.{told}"


@contextlib.contextmanager
def _progress(console: Console, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar with the time left; a line now and then where there is no terminal."""
    if console.is_terminal:
        columns = (
            TextColumn("Grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("notebooks"),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("grading", total=total)
            yield lambda count: bar.advance(task, count)
        return
    began = told = time.monotonic()
    done = 0

    def advance(count: int) -> None:
        nonlocal done, told
        done += count
        now = time.monotonic()
        if now - told < 5 and done < total:
            return
        told = now
        left = (now - began) / done * (total - done)
        # The first few tell nothing: the graders were starting.
        guess = f", about {left:.0f} s left" if total / 20 < done < total else ""
        console.print(f"Graded {done} of {total} notebooks{guess}.")

    yield advance


def _renew_feedback(course: Course, recorder: Recorder, student, part) -> None:
    """Bring pages up to the gradebook's points, which people and due dates change."""
    for stored in recorder.stored(student, part):
        result = stored.result
        path = course.feedback(result.student, result.part) / f"{result.notebook}.html"
        if not (stored.by_hand or result.penalty) and _shows(path, result):
            continue
        graded = course.autograded(result.student, result.part) / f"{result.notebook}.ipynb"
        document = graded.read_text("utf-8") if graded.is_file() else ""
        _replace_file(path, feedback.page(result, document), 0o644)


def _shows(path: Path, result: NotebookResult) -> bool:
    """Whether a feedback page shows the points of a result."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return feedback.title(result) in file.read(2000)
    except OSError:
        return False


def _show_class(
    course: Course,
    recorder: Recorder,
    student: Callable[[str], bool],
    part: Callable[[str], bool],
    options: argparse.Namespace,
    console: Console,
) -> None:
    """Write the report, the CSV and the JSON file, and show the table."""

    def results() -> Iterator[NotebookResult]:
        return (stored.result for stored in recorder.stored(student, part))

    summary = report.ClassSummary.of(results())
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            report.write_json(results(), file)
    folder = course.root / "report"
    page, sheet = folder / "index.html", folder / "grades.csv"
    _replace_file(page, report.html_page(summary, f"Class report: {course.root.name}"), 0o644)
    text = io.StringIO(newline="")
    report.write_csv(summary, text)
    _replace_file(sheet, text.getvalue(), 0o644)
    if len(summary.cells) <= MANY:
        report.table(summary, console)
    pages = course.root / course.coursedir.feedback_directory
    for what, path in (("Report", page), ("For the LMS", sheet), ("Feedback", pages)):
        console.print(f"{what}: {_near(path)}", soft_wrap=True)


def _near(path: Path) -> str:
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)


# One's own notebooks


def _mine(options: argparse.Namespace, console: Console) -> int:
    course = Course.open(options.course)
    _how(options, course).check()
    sources = course.sources()
    part = _wanted(options.part)
    released = course.coursedir.format_path(course.coursedir.release_directory, ".", "")
    with tempfile.TemporaryDirectory(prefix="evenhand-mine-") as scratch:
        submissions = {}
        for name in filter(part, sources):
            own = Path(released, name)
            if own.is_dir():
                # A copy, so that grading cannot touch what the learner works on.
                copy = Path(scratch, name)
                shutil.copytree(own, copy, ignore=shutil.ignore_patterns(".*"))
                submissions[name] = {"": copy}
        if not submissions:
            raise CourseError(f"There are no notebooks to grade in {released}.")
        jobs, _ = find_jobs(submissions, sources)
        jobs = [job for job in jobs if job.submission]
        if not jobs:
            raise CourseError(f"There are no notebooks of this course in {released}.")
        graders = _graders(options, course, jobs)
        results: list[NotebookResult] = []
        failures = []
        with contextlib.closing(graders), _progress(console, len(jobs)) as advance:
            for batch in graders.grade(jobs):
                results += [done.result for done in batch if done.result]
                failures += [done for done in batch if done.result is None]
                advance(len(batch))
    results.sort(key=lambda result: (result.part, result.notebook))
    folder = course.root / "my-work"
    for result in results:
        path = folder / result.part / f"{result.notebook}.html"
        _replace_file(path, feedback.page(result, result.document), 0o644)
    _show_mine(results, console)
    console.print(f"With your code and what it showed: {_near(folder)}", soft_wrap=True)
    for done in failures:
        _say(console, f"{done.job.part}/{done.job.notebook}: {done.failure}", "red")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            report.write_json([replace(result, student="you") for result in results], file)
    return 1 if failures else 0


def _show_mine(results: Sequence[NotebookResult], console: Console) -> None:
    for name, group in itertools.groupby(results, key=lambda result: result.part):
        grid = Table(title=name, title_justify="left", box=box.SIMPLE_HEAD)
        for heading in ("notebook", "exercise"):
            grid.add_column(heading)
        grid.add_column("points", justify="right")
        grid.add_column("", ratio=1)
        for result in group:
            for number, exercise in enumerate(result.exercises):
                full = exercise.points >= exercise.max_points
                style = "green" if full else "yellow" if exercise.points else ""
                said = "\n".join(exercise.messages)
                if not said or exercise.status is Status.NOT_ATTEMPTED:
                    said = exercise.status
                grid.add_row(
                    result.notebook if number == 0 else "",
                    exercise.name,
                    Text(
                        f"{feedback.points(exercise.points)} / "
                        f"{feedback.points(exercise.max_points)}",
                        style,
                    ),
                    Text(said),
                )
        console.print(grid)
    earned = sum(result.points for result in results)
    best = sum(result.max_points for result in results)
    console.print(f"{feedback.points(earned)} of {feedback.points(best)} points")
