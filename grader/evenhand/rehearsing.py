"""Rehearse the sources of a course, and say what the instructor has to know before grading."""

import argparse
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from evenhand.arguments import graders_of, opened, wanted
from evenhand.course import CourseError
from evenhand.graded_files import remember
from evenhand.jobs import Graders, Job, of_python
from evenhand.quoting import one_line
from evenhand.rehearsal import Rehearsal, RehearsedTest, Way, in_a_line
from evenhand.terminal import say


@dataclass(frozen=True)
class Rehearsed:
    """What came of rehearsing some sources.

    Attributes
    ----------
    found
        Source -> how its tests are judged.
    broken
        Parts of which nothing can be graded.
    unfair
        How many tests there are in which the course's own solution does not get every point.
    """

    found: dict[Path, Rehearsal]
    broken: frozenset[str]
    unfair: int

    def ready(self, jobs: Iterable[Job]) -> list[Job]:
        """Return those jobs that can be graded, with how their tests are judged.

        A job without a submission needs no rehearsal, and has an empty one.
        """
        return [
            replace(job, rehearsal=self.found.get(job.source, Rehearsal()))
            for job in jobs
            if job.part not in self.broken
        ]


def rehearse(graders: Graders, jobs: Iterable[Job], console: Console) -> Rehearsed:
    """Rehearse the sources of some jobs.

    A fault of the course would make every notebook fail alike. So each source is rehearsed before
    any submission is judged by it.
    """
    broken: set[str] = set()
    found: dict[Path, Rehearsal] = {}
    sources = dict.fromkeys((job.part, job.notebook, job.source) for job in jobs)
    for batch in graders.grade([Job("", *which[:2], None, which[2], "") for which in sources]):
        for done in batch:
            if done.rehearsal is None:
                broken.add(done.job.part)
                say(console, "red", f"{done.job.part}/{done.job.notebook}: {done.failure}")
            else:
                found[done.job.source] = done.rehearsal
    unfair = 0
    for part, notebook, source in sources:
        for test in found[source].tests if source in found else ():
            if test.problem:
                say(console, "yellow", f"{part}/{notebook}, {test.name}: {test.problem}.")
            unfair += test.own < test.points
    if line := in_a_line(found.values()):
        say(console, "dim", line)
    return Rehearsed(found, frozenset(broken), unfair)


def rehearse_course(arguments: argparse.Namespace, console: Console) -> int:
    """Say for each test of a course how it is judged, and why; return the exit status."""
    course, options, sources = opened(arguments)
    part = wanted(arguments.part)
    jobs = [
        Job("", name, notebook, None, path, "")
        for name, notebooks in sources.items()
        if part(name)
        for notebook, path in notebooks.items()
    ]
    if not jobs:
        raise CourseError(
            f"There is no assignment {' or '.join(arguments.part)}; there are {', '.join(sources)}."
        )
    jobs, others = of_python(jobs)
    say(console, "yellow", *others)
    if not jobs:
        return 1
    with course.lock():
        remember(course, sources, options)
        with contextlib.closing(graders_of(arguments, options, sources, jobs)) as graders:
            came = rehearse(graders, jobs, console)
    for job in jobs:
        if job.source in came.found:
            console.print(f"{job.part}/{job.notebook}", soft_wrap=True)
            for test in came.found[job.source].tests:
                console.print(f"    {one_line(_told(test))}", soft_wrap=True)
    return 1 if came.broken or came.unfair or others else 0


def _told(test: RehearsedTest) -> str:
    if test.way is Way.APART:
        return f"{test.name}: apart"
    how = "beside the learner's code" if test.way is Way.BESIDE else "by a person"
    why = test.why[0].upper() + test.why[1:].rstrip(".")
    return f"{test.name}: {how}. {why}. {test.change}"
